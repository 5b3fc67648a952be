/* A sample: a problem, its prompt and its completion as tokens; and its JSONL line. */
#ifndef COTNOISE_TRACE_SAMPLE_H
#define COTNOISE_TRACE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "trace/noise.h"
#include "trace/task.h"

/* The pointers belong to the sampler that made it and stay valid until its next sample. */
struct sample {
    uint64_t index;
    const struct task *task;
    const struct arguments *arguments;
    struct token_span prompt;     /* ends with a newline */
    struct token_span completion; /* no newline at its end */
    struct token_span answer;     /* the true value alone, `58731` */
    struct token_span clean;      /* the completion without noise; empty unless asked for */
    const uint8_t *marks;         /* one a completion token: 1 where noise changed it */
    const int *origins;           /* one a completion line: its number in the trace before static noise */
    const int *clean_origins;     /* the same of the lines of `clean` */
    const struct tally *tallies; /* index in noise_list: sites and hits; both 0 for a kind that did not act */
    int lines, trace_lines;      /* how many lines the completion has, and that trace */
    uint32_t acting;             /* bit k: kind k of noise_list acted, whether or not it found a site */
    bool contaminated, truncated;
    bool cut;      /* its clean trace is cut, so that there is no true completion (trace/cut.h) */
    int corrupted; /* sites with u < rate, over all kinds */
};

/* Appends the JSON object of `cotnoise gen` and a newline. */
void sample_json(const struct sample *sample, const struct vocabulary *vocabulary, bool space_digits,
                 struct buffer *out);

#endif
