/* Elementary functions with the same bits everywhere. See portable.h.
 *
 * Each function brings its argument near 0, takes the leading terms there as a sum of two doubles, "high" and
 * "low", and a polynomial for the small rest; so only the last addition rounds by more than a little. */
#include "base/portable.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <string.h>

_Static_assert(FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 16, "doubles must be computed as doubles");

/* Found by tests/fit/portable.py. A constant in parts is their sum; the multiples used here of all parts
 * but the last are exact. */
static const double ln2[] = {0x1.62e42fee00000p-1, 0x1.a39ef35793c76p-33};
static const double half_pi[] = {0x1.921fb54400000p+0, 0x1.0b4611a600000p-34, 0x1.3198a2e000000p-69,
                                 0x1.b839a252049c1p-104};
static const double per_ln2 = 0x1.71547652b82fep+0;
static const double per_half_pi = 0x1.45f306dc9c883p-1;
static const double sqrt2 = 0x1.6a09e667f3bcdp+0;
/* (exp(r) - 1 - r) / r^2 */
static const double exp_rest[] = {
    0x1.0000000000000p-1,  0x1.5555555555557p-3,  0x1.5555555555556p-5,  0x1.11111111100dfp-7,
    0x1.6c16c16c162d6p-10, 0x1.a01a01abe6323p-13, 0x1.a01a01a6d7830p-16, 0x1.71de0237484cdp-19,
    0x1.27e4db67ac434p-22, 0x1.af4ddda1c08cdp-26, 0x1.1f72fc83981a8p-29,
};
/* (2 atanh(s) - 2 s) / s^3 by s^2 */
static const double log_rest[] = {
    0x1.5555555555555p-1, 0x1.9999999999a38p-2, 0x1.2492492476ccap-2, 0x1.c71c7201593cap-3,
    0x1.745cf9047e55ep-3, 0x1.3b1c355ddb480p-3, 0x1.0fbe957ed02d3p-3, 0x1.0c039fe4bea01p-3,
};
/* (sin(r) - r) / r^3 by r^2 */
static const double sin_rest[] = {
    -0x1.5555555555555p-3,  0x1.1111111111110p-7,  -0x1.a01a01a019938p-13, 0x1.71de3a5460952p-19,
    -0x1.ae645412c4787p-26, 0x1.61217f0ac7f98p-33, -0x1.ab17d3985bccep-41,
};
/* (cos(r) - 1 + r^2 / 2) / r^4 by r^2 */
static const double cos_rest[] = {
    0x1.5555555555555p-5,   -0x1.6c16c16c16967p-10, 0x1.a01a019f4eafap-16,
    -0x1.27e4fa17d9864p-22, 0x1.1eeb68e8b2372p-29,  -0x1.907da304ce77bp-37,
};

#define POLYNOMIAL(rest, x) polynomial(rest, (int)(sizeof(rest) / sizeof *(rest)), x)
static inline double polynomial(const double *coefficient, int terms, double x) {
    double sum = coefficient[terms - 1];
    for (int i = terms - 2; i >= 0; i--) sum = sum * x + coefficient[i];
    return sum;
}

struct parts {
    double high, low;
};

/* a + b exactly. Knuth, "The Art of Computer Programming", volume 2, section 4.2.2, theorem B. */
static inline struct parts exact_sum(double a, double b) {
    double high = a + b, part = high - a;
    return (struct parts){high, (a - (high - part)) + (b - part)};
}

/* a b exactly, for factors between 2^-400 and 2^400. Dekker, "A Floating-Point Technique for Extending the
 * Available Precision" (1971): each factor in two halves whose products are exact. */
static inline struct parts exact_product(double a, double b) {
    double many_a = a * 0x8000001p0, many_b = b * 0x8000001p0, high = a * b;
    double top_a = many_a - (many_a - a), top_b = many_b - (many_b - b);
    double end_a = a - top_a, end_b = b - top_b;
    return (struct parts){high, ((top_a * top_b - high) + top_a * end_b + end_a * top_b) + end_a * end_b};
}

static inline uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double of_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* 2^exponent, for -1022 ... 1023. */
static inline double two_to_the(int exponent) { return of_bits((uint64_t)(1023 + exponent) << 52); }

/* A positive, finite x as m 2^exponent, m in [1, 2). */
static double take_apart(double x, int *exponent) {
    *exponent = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        *exponent = -54;
    }
    uint64_t bits = bits_of(x);
    *exponent += (int)(bits >> 52) - 1023;
    return of_bits((bits & 0xfffffffffffffu) | (uint64_t)1023 << 52);
}

/* (high + low) 2^exponent, rounded once; high is in [1/2, 2], low far smaller. */
static double put_together(double high, double low, int64_t exponent) {
    if (exponent > 1025) return INFINITY;
    if (exponent < -1080) return 0;
    if (exponent > 1000) return (high + low) * 0x1p1000 * two_to_the((int)exponent - 1000);
    if (exponent >= -1021) return (high + low) * two_to_the((int)exponent);
    /* In units of the smallest normal double, 1 + x ends where a subnormal x does. */
    double unit = two_to_the((int)exponent + 1022);
    high *= unit;
    low *= unit;
    if (high + low >= 1) return (high + low) * 0x1p-1022;
    double sum = 1 + high, rest = (1 - sum) + high + low;
    return ((sum + rest) - 1) * 0x1p-1022;
}

static int64_t nearest(double x) { return (int64_t)(x + (x < 0 ? -0.5 : 0.5)); }

double portable_exp(double x) {
    if (isnan(x)) return x;
    if (x > 710) return INFINITY;
    if (x < -746) return 0;
    /* x = k ln 2 + r + r_low */
    int64_t k = nearest(x * per_ln2);
    double whole = (double)k, most = x - whole * ln2[0], less = whole * ln2[1];
    double r = most - less, r_low = (most - r) - less;
    double high = 1 + r, low = (1 - high) + r;
    return put_together(high, low + (r_low * high + r * r * POLYNOMIAL(exp_rest, r)), k);
}

double portable_log(double x) {
    if (isnan(x) || x == INFINITY) return x;
    if (x <= 0) return x < 0 ? NAN : -INFINITY;
    /* x = m 2^k, m in [1/sqrt 2, sqrt 2]; log m = 2 atanh(s) with s = (m - 1) / (m + 1). */
    int k;
    double m = take_apart(x, &k);
    if (m > sqrt2) {
        m /= 2;
        k++;
    }
    struct parts sum = exact_sum(m, 1);
    double difference = m - 1, s = difference / sum.high;
    struct parts back = exact_product(s, sum.high);
    double s_low = ((difference - back.high) - back.low - s * sum.low) / sum.high;
    double square = s * s, rest = s * square * POLYNOMIAL(log_rest, square);
    struct parts leading = exact_sum(k * ln2[0], 2 * s);
    return leading.high + (leading.low + (k * ln2[1] + (2 * s_low + rest)));
}

/* x less the nearest multiple of pi / 2; that multiple modulo 4. Cody and Waite, "Software Manual for the
 * Elementary Functions" (1980), with so many parts that the double nearest to such a multiple keeps its
 * digits. */
static struct parts turn_back(double x, int *quarter) {
    assert(fabs(x) <= PORTABLE_ANGLE_MAX);
    int64_t n = nearest(x * per_half_pi);
    double count = (double)n;
    struct parts first = exact_sum(x - count * half_pi[0], -count * half_pi[1]);
    struct parts second = exact_sum(first.high, -count * half_pi[2]);
    *quarter = (int)(n & 3);
    return exact_sum(second.high, first.low + second.low - count * half_pi[3]);
}

/* Of |r| <= pi / 4. */
static double sin_near_zero(struct parts r) {
    double square = r.high * r.high;
    double rest = r.high * square * POLYNOMIAL(sin_rest, square);
    return r.high + (rest + r.low * (1 - 0.5 * square));
}

static double cos_near_zero(struct parts r) {
    struct parts square = exact_product(r.high, r.high);
    struct parts leading = exact_sum(1, -0.5 * square.high);
    double rest = square.high * square.high * POLYNOMIAL(cos_rest, square.high);
    return leading.high + (leading.low + (rest - (0.5 * square.low + r.high * r.low)));
}

/* The sine of an angle so many quarters of a turn further on. */
static double sin_ahead(double x, int quarters) {
    int quarter;
    struct parts r = turn_back(x, &quarter);
    quarter += quarters;
    double value = quarter & 1 ? cos_near_zero(r) : sin_near_zero(r);
    return quarter & 2 ? -value : value;
}

double portable_sin(double x) {
    if (fabs(x) < 0x1p-27) return x;
    return isfinite(x) ? sin_ahead(x, 0) : NAN;
}

double portable_cos(double x) {
    if (fabs(x) < 0x1p-27) return 1;
    return isfinite(x) ? sin_ahead(x, 1) : NAN;
}

/* (high + low) 2^exponent, high near [1, 2). */
struct scaled {
    double high, low;
    int64_t exponent;
};

static struct scaled scaled_product(struct scaled a, struct scaled b) {
    const int64_t most = (int64_t)1 << 40; /* beyond the exponent of any double */
    struct parts product = exact_product(a.high, b.high);
    double low = product.low + (a.high * b.low + a.low * b.high);
    struct scaled c = {product.high + low, 0, a.exponent + b.exponent};
    c.low = low - (c.high - product.high);
    if (c.high >= 2) {
        c.high /= 2;
        c.low /= 2;
        c.exponent++;
    }
    if (c.exponent > most) c.exponent = most;
    if (c.exponent < -most) c.exponent = -most;
    return c;
}

/* 1 / (m 2^exponent). */
static struct scaled scaled_reciprocal(double m, int exponent) {
    double high = 2 / m;
    struct parts back = exact_product(high, m);
    return (struct scaled){high, ((2 - back.high) - back.low) / m, -1 - exponent};
}

double portable_power(double base, int64_t exponent) {
    if (exponent == 0) return 1;
    if (isnan(base)) return base;
    double sign = signbit(base) && (exponent & 1) ? -1 : 1;
    if (base == 0 || isinf(base)) return sign * ((base == 0) == (exponent > 0) ? 0 : INFINITY);
    int scale;
    double m = take_apart(fabs(base), &scale);
    struct scaled square = exponent > 0 ? (struct scaled){m, 0, scale} : scaled_reciprocal(m, scale);
    struct scaled power = {1, 0, 0};
    for (uint64_t left = exponent > 0 ? (uint64_t)exponent : -(uint64_t)exponent; left; left >>= 1) {
        if (left & 1) power = scaled_product(power, square);
        square = scaled_product(square, square);
    }
    return sign * put_together(power.high, power.low, power.exponent);
}
