/* Wilson's score interval. See wilson.h. */
#include "base/wilson.h"

#include <assert.h>
#include <math.h>

struct interval wilson_interval(int64_t hits, int64_t trials) {
    assert(0 <= hits && hits <= trials);
    if (trials == 0) return (struct interval){0, 1};
    return wilson_interval_of_share((double)hits / (double)trials, (double)trials);
}

struct interval wilson_interval_of_share(double share, double trials) {
    assert(0 <= share && share <= 1 && trials > 0);
    const double z = 1.959963984540054; /* the normal distribution's 97.5 % quantile */
    double n = trials, p = share;
    double centre = p + z * z / (2 * n), scale = 1 + z * z / n;
    double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return (struct interval){
        .low = p == 0 ? 0 : fmax(0, (centre - half) / scale),
        .high = p == 1 ? 1 : fmin(1, (centre + half) / scale),
    };
}
