/* Values read back from tokens: what a model wrote, what a data set of elsewhere gives. */
#ifndef COTNOISE_TRACE_VALUE_READER_H
#define COTNOISE_TRACE_VALUE_READER_H

#include "trace/alphabets.h"

/* Reads all of a span as one value: a number (also 007), a symbol or truth of the alphabets that were looked
 * up, or a list or tuple. `reverse`: numbers stand least significant digit first. False, and *value of no
 * use, when it is nothing of the kind or has no room. */
bool value_read(struct token_span span, const struct alphabets *alphabets, bool reverse, struct value *value);

#endif
