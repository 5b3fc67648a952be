/* What things are called in a report: plain words for names and numbers.
 *
 * Results come from outside, so names may be anything. Nothing here is escaped: that is for whoever writes
 * a page or a script. */
#ifndef COTNOISE_CURVE_LABELS_H
#define COTNOISE_CURVE_LABELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* "static: digit" for the kind `digit`; a kind that this program does not know keeps its name. */
void label_noise(const char *kind, struct buffer *text);

/* "chain of thought" for the format `trace`, "direct answer" for `direct`. */
const char *label_format(const char *format);

/* A setting (see settings.h) and its value: "20,000 samples", "chain of thought", "learning rate 0.001". */
void label_setting(const char *name, size_t name_length, const char *value, size_t value_length,
                   struct buffer *text);

/* 1234567 as "1,234,567". */
void label_count(int64_t count, struct buffer *text);

/* A share as a percentage with as many decimals as it needs, at most two: "62 %", "0.5 %". */
void label_percent(double share, struct buffer *text);

#endif
