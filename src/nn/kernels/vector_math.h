/* exp and erf on vectors, from + - * /, multiply-adds and bit operations alone: the same bits at every level.
 * For kernel files only.
 *
 * The polynomials are fits of our own, tests/fit/kernels.py. Errors in units in the last place over all
 * floats, as tests/test_vector_math.c measures and asserts them (`make check-functions` takes every float):
 *
 *     exp    1.02, subnormal results included
 *     erf    1.83, near 0.82; below 0.8 it is 0.65
 *
 * NaN gives NaN; exp of the infinities is infinity and 0, erf of them 1 and -1; erf keeps the sign of a zero.
 * With NN_DOUBLE, the C library's functions: gradient checks ask for more digits, not for the same bits. */
#ifndef COTNOISE_NN_KERNELS_VECTOR_MATH_H
#define COTNOISE_NN_KERNELS_VECTOR_MATH_H

#include <math.h>

#include "nn/kernels/vector.h"

/* erf(x), and exp(-x^2) on the way. */
struct vector_erf {
    vector erf, gauss;
};

#ifdef NN_DOUBLE

static inline vector vector_exp(vector x) {
    for (int i = 0; i < LANES; i++) x[i] = exp(x[i]);
    return x;
}

static inline struct vector_erf vector_erf(vector x) {
    struct vector_erf made = {x, vector_exp(-x * x)};
    for (int i = 0; i < LANES; i++) made.erf[i] = erf(x[i]);
    return made;
}

#else

/* c[count - 1] x^(count - 1) + ... + c[0] */
static inline __attribute__((always_inline)) vector vector_polynomial(vector x, const float *c,
                                                                      const int count) {
    vector sum = vector_all(c[count - 1]);
    UNROLL(8)
    for (int i = count - 2; i >= 0; i--) sum = vector_fma(sum, x, vector_all(c[i]));
    return sum;
}

/* 2^n for n in -126 ... 127. */
static inline __attribute__((always_inline)) vector vector_power_of_two(vector_bits n) {
    return (vector)((n + 127) << 23);
}

/* x = n log 2 + r with |r| at most half of log 2, e^r = 1 + r + r^2 q(r), and 2^n in two factors, so that
 * subnormal results and the infinite one come out right. */
static inline __attribute__((always_inline)) vector vector_exp(vector x) {
    static const float q[] = {0x1.fffffcp-2F, 0x1.555490p-3F, 0x1.5558f4p-5F, 0x1.123a68p-7F,
                              0x1.6a2354p-10F};
    const vector round = vector_all(0x1.8p23F), least = vector_all(-104), most = vector_all(89);
    x = vector_select(x < least, least, x);
    x = vector_select(x > most, most, x);
    vector shifted = vector_fma(x, vector_all(0x1.715476p0F), round), n = shifted - round;
    vector r = vector_fma(n, vector_all(-0x1.62e400p-1F), x);
    r = vector_fma(n, vector_all(-0x1.7f7d1cp-20F), r);
    vector power = vector_fma(vector_polynomial(r, q, 5), r * r, r) + 1;
    vector_bits whole = (vector_bits)shifted - (vector_bits)round, half = whole >> 1;
    return power * vector_power_of_two(half) * vector_power_of_two(whole - half);
}

/* Up to 0.8: x plus x times a polynomial of x^2; no float is near the 2 / sqrt(pi) that x could be multiplied
 * by. Beyond: 1 - exp(-x^2) times a polynomial of 1 / (1 + |x| / 2), the form of Abramowitz and Stegun
 * (1964), 7.1.26. */
static inline __attribute__((always_inline)) struct vector_erf vector_erf(vector x) {
    static const float near[] = {0x1.06eba8p-3F,  -0x1.81272ep-2F, 0x1.ce2804p-4F,
                                 -0x1.b76e9ep-6F, 0x1.4d4254p-8F,  -0x1.56a270p-11F};
    static const float far[] = {0x1.6b92aap-10F, 0x1.0dbc96p-2F, 0x1.896728p-2F,
                                -0x1.61157ep-5F, 0x1.3cc206p-1F, -0x1.cc47eap-3F};
    const vector_bits sign = (vector_bits)vector_all(-0.0F);
    vector square = x * x, size = (vector)((vector_bits)x & ~sign);
    vector gauss = vector_exp(-square);
    vector t = 1 / vector_fma(size, vector_all(0.5F), vector_all(1));
    vector beyond = vector_fma(-vector_polynomial(t, far, 6), gauss, vector_all(1));
    beyond = (vector)((vector_bits)beyond | ((vector_bits)x & sign));
    vector within = vector_fma(x, vector_polynomial(square, near, 6), x);
    return (struct vector_erf){vector_select(size < vector_all(0.8F), within, beyond), gauss};
}

#endif

#endif
