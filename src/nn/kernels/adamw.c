/* AdamW. See adamw.h. */
#include "nn/kernels/adamw.h"

#include <math.h>

#include "base/portable.h"
#include "nn/kernels/vector.h"

void adamw_update(const struct adamw *adamw, real *restrict w, const real *restrict g, real *restrict m,
                  real *restrict v, size_t n) {
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
