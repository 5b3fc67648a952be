/* AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101): Adam with decoupled weight decay. */
#ifndef COTNOISE_NN_KERNELS_ADAMW_H
#define COTNOISE_NN_KERNELS_ADAMW_H

#include <stddef.h>
#include <stdint.h>

#include "nn/kernels/real.h"

struct adamw {
    double rate, beta1, beta2, epsilon, decay;
    int64_t step;  /* 1 for the first update */
    double factor; /* the gradient is multiplied by it first (clipping) */
};

/* Updates n values w and their moments m and v by the gradient g:
 * m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;
 * w -= rate (m / (1 - beta1^step) / (sqrt(v / (1 - beta2^step)) + epsilon) + decay w). */
void adamw_update(const struct adamw *adamw, real *w, const real *g, real *m, real *v, size_t n);

#endif
