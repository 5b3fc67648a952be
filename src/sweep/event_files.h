/* TensorBoard event files of the runs of a sweep that were complete before it was asked for them. */
#ifndef COTNOISE_SWEEP_EVENT_FILES_H
#define COTNOISE_SWEEP_EVENT_FILES_H

#include "spec/spec.h"
#include "sweep/plan.h"
#include "sweep/progress.h"

/* Writes those that lack, and says how many, of every shares-th run from the share-th (1 ... shares) on; 0,
 * 0: of all. One that cannot be written is told and passed over: no result depends on it. */
void event_files_complete(const struct spec *spec, const struct plan *plan, int share, int shares,
                          struct progress *progress);

#endif
