/* Multiply-adds in registers, the most that a core does. See kernels.h. */
#include "nn/kernels/kernel.h"
#include "nn/kernels/vector.h"

enum { SUMS = 12 }; /* each multiply-add has long been done when the next one wants its result */

double KERNEL(multiply_add)(real start, int rounds, real *total) {
    vector sum[SUMS], factor = vector_all((real)0.999), term = vector_all(start * (real)1e-3);
    UNROLL(12)
    for (int i = 0; i < SUMS; i++) sum[i] = term * (real)i;
    for (int round = 0; round < rounds; round++) UNROLL(12)
    for (int i = 0; i < SUMS; i++) sum[i] = vector_fma(sum[i], factor, term);
    for (int i = 1; i < SUMS; i++) sum[0] += sum[i];
    for (int i = 0; i < LANES; i++) *total += sum[0][i];
    return 2.0 * LANES * SUMS * rounds;
}
