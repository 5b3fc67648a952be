/* What many completions of each test problem, drawn at temperature 1, come to: pass@k and its companions. */
#ifndef COTNOISE_RECORD_PASS_EVALUATION_H
#define COTNOISE_RECORD_PASS_EVALUATION_H

#include <stdint.h>

#include "base/wilson.h"

/* The k of pass@k are powers of 2, up to PASS_SAMPLES_MAX, and the number of completions itself. */
enum { PASS_SAMPLES_MAX = 1024, PASS_POWERS = 11 };

struct pass_evaluation {
    int64_t samples;        /* n: completions a problem; 0: none was drawn, and nothing else here counts */
    double at[PASS_POWERS]; /* pass@1, pass@2, pass@4, ...; NaN above n */
    struct interval interval[PASS_POWERS]; /* of each that is there, 95 %, over problems */
    double all;                            /* pass@n */
    struct interval all_interval;
    double majority; /* share of problems whose commonest answer (struct vote) is right: maj@n */
    double trace_accuracy, malformed, unsound; /* as in struct evaluation, over all completions */
    double truncated;                          /* share of completions that did not end */
    double unique_completions; /* different completions with the right answer, a problem; mean */
    double unique_traces;      /* those of them whose trace is right as well */
};

/* The n-th k, from 0, for which there is pass@k: 1, 2, 4, ... and the number of completions; 0 after the
 * last. *share and *interval are pass@k; of what was read back from a file most intervals are NaN. */
int64_t pass_evaluation_k(const struct pass_evaluation *pass, int n, double *share,
                          struct interval *interval);

#endif
