/* What things are called in a report: plain words for names and numbers.
 *
 * Results come from outside, so names may be anything. Nothing here is escaped: that is for whoever writes
 * a page or a script. */
#ifndef COTNOISE_CURVE_LABELS_H
#define COTNOISE_CURVE_LABELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* "static: digit" for the noise of that number in noise_list. */
void label_noise(int kind, struct buffer *text);

/* "chain of thought" for the format `trace`, "direct answer" for `direct`. */
const char *label_format(const char *format);

/* A field (record/field.h) by name and its value: "20,000 samples", "chain of thought", "learning rate
 * 0.001". */
void label_setting(const char *name, const char *value, struct buffer *text);

/* 1234567 as "1,234,567". */
void label_count(int64_t count, struct buffer *text);

/* A share as a percentage with as many decimals as it needs, at most two: "62 %", "0.5 %". */
void label_percent(double share, struct buffer *text);

#endif
