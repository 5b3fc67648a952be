/* pass@k of one problem's samples. See pass_at_k.h. */
#include "base/pass_at_k.h"

#include <assert.h>

double pass_at_k(int n, int c, int k) {
    assert(0 <= c && c <= n && 1 <= k && k <= n);
    /* One factor at a time stays in 0 ... 1, where the binomial coefficients would overflow. It is exactly 1
     * without a right sample, and the one with j = n - c is exactly 0. */
    double all_wrong = 1;
    for (int j = 0; j < k; j++) all_wrong *= (double)(n - c - j) / (n - j);
    return 1 - all_wrong;
}
