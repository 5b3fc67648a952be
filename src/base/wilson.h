/* The interval that goes with an observed share, such as exact-match accuracy. */
#ifndef COTNOISE_BASE_WILSON_H
#define COTNOISE_BASE_WILSON_H

#include <stdint.h>

struct interval {
    double low, high; /* 0 <= low <= high <= 1 */
};

/* Wilson's 95 % score interval of the share hits / trials, with z = 1.959964:
 *
 *     (p + z^2 / 2n  -+  z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)
 *
 * 0 <= hits <= trials. Without trials nothing is known: 0 ... 1. The ends are exactly 0 for no hit and
 * exactly 1 for all hits.
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
 * JASA 22 (1927), 209-212. */
struct interval wilson_interval(int64_t hits, int64_t trials);

/* The same of a share in 0 ... 1 that stands for so many trials (> 0), which need not be a whole number. */
struct interval wilson_interval_of_share(double share, double trials);

#endif
