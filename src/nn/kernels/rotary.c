/* Rotary position embedding. See kernels.h; the table is in rotary_table.c. */
#include "nn/kernels/kernel.h"

/* Turns every pair (i, i + half) of one q or k. */
static void turn_pairs(real *restrict low, real *restrict high, const real *restrict cosine,
                       const real *restrict sine, int half, real direction) {
    for (int i = 0; i < half; i++) {
        real a = low[i], b = high[i], s = direction * sine[i];
        low[i] = a * cosine[i] - b * s;
        high[i] = b * cosine[i] + a * s;
    }
}

void KERNEL(rotary)(real *qkv, int ld, const int32_t *position, const real *table, int N, int H, int D, int R,
                    bool back) {
    int half = R / 2;
    real direction = back ? -1 : 1;
    for (int n = 0; n < N; n++) {
        const real *cosine = table + (size_t)position[n] * R;
        for (int h = 0; h < 2 * H; h++) {
            real *low = qkv + (size_t)n * ld + (size_t)(h / 2) * 3 * D + (h % 2 ? D : 0);
            turn_pairs(low, low + half, cosine, cosine + half, half, direction);
        }
    }
}
