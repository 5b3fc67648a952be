/* From a finished trace to a completion: static noise, dropped lines, the answer's place. */
#ifndef COTNOISE_DATA_COMPLETION_H
#define COTNOISE_DATA_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pcg.h"
#include "trace/trace.h"

/* What becomes of a trace. */
struct completion_plan {
    struct acting_noise *noises; /* static kinds, those that change values before those that change lines */
    int kinds;
    bool answer_clean, answer_first;
    const struct aim *aim; /* the noises are aimed at lines of these names; NULL: at all */
    double drop;           /* share of the lines but the answer that is left out, rounded to whole lines */
    bool drop_random;      /* which: random ones, in the order that `drops` gives, or the earliest */
    struct pcg drops;
};

/* A completion and the scratch space to make it; start from {0}, reuse, release with completion_free. */
struct completion {
    struct tokens tokens; /* lines with newlines between them, none at the end */
    uint8_t *marks;       /* one a token: 1 where noise changed or added it */
    int *origins;         /* one a line: its number in the trace */
    int lines;
    size_t marks_capacity, origins_capacity;
    struct tokens edits;
    uint8_t *draft_marks, *copies;
    bool *aimed;
    int *value_of, *order;
    uint64_t *ranks;
    size_t draft_marks_capacity, copies_capacity, aimed_capacity, value_of_capacity, order_capacity,
        ranks_capacity;
};

/* Makes *completion from what the trace wrote. ERR_RUNTIME without memory; the words are the caller's. */
enum err completion_make(struct completion *completion, const struct trace *trace,
                         struct completion_plan *plan);

void completion_free(struct completion *completion);

#endif
