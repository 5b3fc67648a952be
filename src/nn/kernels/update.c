/* What happens to gradients and parameters once a step. See kernels.h. */
#include <math.h>

#include "base/portable.h"
#include "nn/kernels/kernel.h"
#include "nn/kernels/vector.h"

void KERNEL(update_add_up)(real *restrict sum, const real *restrict other, size_t n) {
    for (size_t i = 0; i < n; i++) sum[i] += other[i];
}

double KERNEL(update_squares)(const real *values, size_t n) {
    double sum[8] = {0}, total = 0;
    for (size_t j = 0; j < n; j += 8)
        for (size_t i = 0; i < 8; i++) sum[i] += (double)values[j + i] * (double)values[j + i];
    for (int i = 0; i < 8; i++) total += sum[i];
    return total;
}

void KERNEL(update_adamw)(const struct adamw *adamw, real *restrict w, const real *restrict g,
                          real *restrict m, real *restrict v, size_t n) {
    real beta1 = (real)adamw->beta1, beta2 = (real)adamw->beta2, factor = (real)adamw->factor;
    real rest1 = (real)(1 - adamw->beta1), rest2 = (real)(1 - adamw->beta2);
    real rate = (real)(adamw->rate / (1 - portable_power(adamw->beta1, adamw->step)));
    real spread = (real)(1 / sqrt(1 - portable_power(adamw->beta2, adamw->step)));
    real epsilon = (real)adamw->epsilon, keep = (real)(1 - adamw->rate * adamw->decay);
    for (size_t i = 0; i < n; i++) {
        real d = g[i] * factor;
        m[i] = beta1 * m[i] + rest1 * d;
        v[i] = beta2 * v[i] + rest2 * d * d;
        w[i] = keep * w[i] - rate * m[i] / (real_sqrt(v[i]) * spread + epsilon);
    }
}
