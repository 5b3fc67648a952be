/* How much of a training sample noise really changed. */
#ifndef COTNOISE_DATA_CHANGES_H
#define COTNOISE_DATA_CHANGES_H

#include "trace/sample.h"

/* The share of the lines of sample->clean (which must have been asked for) that the completion does not have,
 * in their order, as they are. A line that was left out, altered by whichever error before it, or moved over
 * others counts; one that was written twice does not. The answer counts as a line, wherever it stands. */
double changes_share(const struct sample *sample);

#endif
