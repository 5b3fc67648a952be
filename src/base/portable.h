/* Elementary functions whose every bit is the same on every machine, compiler and C library: of
 * floating-point arithmetic they use + - * / alone, in an order that is written down. What reaches a result
 * takes these and not the library's, which differ from one version to the next; sqrt, fabs and floor are
 * exact anyway. The code must be compiled without contraction (-ffp-contract=off).
 *
 * Errors are in units in the last place of the exact result, as tests/test_portable.c measures and asserts
 * them:
 *
 *     function        arguments                            error at most
 *     portable_exp    all, subnormal results included      0.62
 *     portable_log    all                                  0.56
 *     portable_sin    |x| <= 2^20                          0.80
 *     portable_cos    |x| <= 2^20                          0.81
 *     portable_power  all, |exponent| <= 2^32              0.501
 *
 * The constants were fitted by tests/fit/portable.py. */
#ifndef COTNOISE_BASE_PORTABLE_H
#define COTNOISE_BASE_PORTABLE_H

#include <stdint.h>

/* e^x: infinity above the largest double, 0 below the smallest, NaN of NaN. */
double portable_exp(double x);

/* The natural logarithm: -infinity of 0, infinity of infinity, NaN of what is below 0 and of NaN. */
double portable_log(double x);

/* Sine and cosine of x radians, |x| <= PORTABLE_ANGLE_MAX; NaN of infinities and of NaN. */
#define PORTABLE_ANGLE_MAX 0x1p20
double portable_sin(double x);
double portable_cos(double x);

/* base^exponent, by squaring. As with C's pow, base^0 is 1 for every base, and zeros and infinities keep the
 * sign of an odd power. */
double portable_power(double base, int64_t exponent);

#endif
