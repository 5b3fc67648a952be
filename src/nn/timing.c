/* Seconds by kind of kernel. See timing.h. */
#include "nn/timing.h"

#include <time.h>

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

double timing_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void timing_start(struct timing *timing) { timing->last = timing_now(); }

void timing_mark(struct timing *timing, enum timing_part part) {
    double now = timing_now();
    timing->seconds[part] += now - timing->last;
    timing->last = now;
}
