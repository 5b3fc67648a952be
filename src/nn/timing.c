/* Seconds by kind of kernel. See timing.h. */
#include "nn/timing.h"

#include "base/clock.h"

const char *const timing_names[TIMING_PARTS] = {
    [TIMING_PRODUCTS_FORWARD] = "matrix products forward",
    [TIMING_PRODUCTS_BACKWARD] = "matrix products backward",
    [TIMING_ATTENTION_FORWARD] = "attention forward",
    [TIMING_ATTENTION_BACKWARD] = "attention backward",
    [TIMING_GELU] = "gelu",
    [TIMING_NORM] = "layer norm",
    [TIMING_ROTARY] = "rotary embedding",
    [TIMING_LOSS] = "cross entropy",
    [TIMING_EMBEDDING] = "token embedding",
    [TIMING_UPDATE] = "sums of lanes, AdamW",
};

void timing_start(struct timing *timing) { timing->last = clock_seconds(); }

void timing_mark(struct timing *timing, enum timing_part part) {
    double now = clock_seconds();
    timing->seconds[part] += now - timing->last;
    timing->last = now;
}
