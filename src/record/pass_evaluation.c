/* What many completions of each problem come to. See pass_evaluation.h. */
#include "record/pass_evaluation.h"

#include <stdbool.h>

int64_t pass_evaluation_k(const struct pass_evaluation *pass, int n, double *share,
                          struct interval *interval) {
    int powers = 0;
    while (powers < PASS_POWERS && INT64_C(1) << powers <= pass->samples) powers++;
    if (n < powers) {
        *share = pass->at[n];
        *interval = pass->interval[n];
        return INT64_C(1) << n;
    }
    bool is_power = powers && INT64_C(1) << (powers - 1) == pass->samples;
    *share = pass->all;
    *interval = pass->all_interval;
    return n == powers && !is_power ? pass->samples : 0;
}
