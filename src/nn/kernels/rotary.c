/* Rotary position embedding. See kernels.h. */
#include "base/portable.h"
#include "nn/kernels/kernels.h"

void rotary_table(real *table, int positions, int R, double base) {
    double log_base = portable_log(base);
    for (int i = 0; i < R / 2; i++) {
        double frequency = portable_exp(-2.0 * i / R * log_base); /* base^(-2 i / R) */
        for (int t = 0; t < positions; t++) {
            table[(size_t)t * R + i] = (real)portable_cos(t * frequency);
            table[(size_t)t * R + R / 2 + i] = (real)portable_sin(t * frequency);
        }
    }
}

/* Turns every pair (i, i + R / 2) of q and k by its angle, or back when direction is -1. */
static void turn(real *qkv, int ld, const int32_t *position, const real *table, int N, int H, int D, int R,
                 real direction) {
    int half = R / 2;
    for (int n = 0; n < N; n++) {
        const real *cosine = table + (size_t)position[n] * R, *sine = cosine + half;
        for (int h = 0; h < 2 * H; h++) {
            real *low = qkv + (size_t)n * ld + (size_t)(h / 2) * 3 * D + (h % 2 ? D : 0), *high = low + half;
            for (int i = 0; i < half; i++) {
                real a = low[i], b = high[i], s = direction * sine[i];
                low[i] = a * cosine[i] - b * s;
                high[i] = b * cosine[i] + a * s;
            }
        }
    }
}

void rotary_forward(real *qkv, int ld, const int32_t *position, const real *table, int N, int H, int D,
                    int R) {
    turn(qkv, ld, position, table, N, H, D, R, 1);
}

void rotary_backward(real *d_qkv, int ld, const int32_t *position, const real *table, int N, int H, int D,
                     int R) {
    turn(d_qkv, ld, position, table, N, H, D, R, -1);
}
