/* The portable functions: their error against the C library's long double ones, special values, and every
 * bit. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <xxhash.h>

#include "base/pcg.h"
#include "base/portable.h"

/* The errors that portable.h states, in units in the last place. */
#define EXP_ERROR   0.62
#define LOG_ERROR   0.56
#define SIN_ERROR   0.80
#define COS_ERROR   0.81
#define POWER_ERROR 0.501

/* The largest error seen and where. */
struct worst {
    double error, x;
    int64_t exponent;
};

/* Units in the last place of `exact` by which `found` differs. */
static double error_of(double found, long double exact) {
    if (isnan(found)) return INFINITY;
    if (exact == 0) return found == 0 ? 0 : INFINITY;
    if (fabsl(exact) > (long double)DBL_MAX) /* within half a unit of it, or infinity */
        return fabs(found) >= DBL_MAX && (found > 0) == (exact > 0) ? 0 : INFINITY;
    int exponent;
    frexpl(exact, &exponent);
    int last = exponent - 53 < -1074 ? -1074 : exponent - 53;
    return (double)ldexpl(fabsl((long double)found - exact), -last);
}

static void measure(struct worst *worst, double found, long double exact, double x, int64_t exponent) {
    double error = error_of(found, exact);
    if (!(error <= worst->error)) *worst = (struct worst){error, x, exponent};
}

static void assert_error(const char *what, const struct worst *worst, double most) {
    if (worst->error <= most) return;
    fail_msg("%s errs by %.4f units in the last place at %a (exponent %lld), stated are %.4f", what,
             worst->error, worst->x, (long long)worst->exponent, most);
}

/* Whether long double has digits to spare, which under valgrind it has not. */
static int digits_to_spare(void) {
    volatile long double one = 1, little = 0x1p-62L;
    return one + little != one;
}

/* Uniform in [low, high], all digits random. */
static double between(struct pcg *pcg, double low, double high) {
    return low + (high - low) * (pcg_unit(pcg) + pcg_unit(pcg) * 0x1p-32);
}

/* Any positive, finite double, its exponent uniform. */
static double any_size(struct pcg *pcg) {
    for (;;) {
        uint64_t bits = ((uint64_t)pcg_next(pcg) << 32 | pcg_next(pcg)) >> 1;
        double x;
        memcpy(&x, &bits, sizeof x);
        if (isfinite(x) && x > 0) return x;
    }
}

static void exp_error(void **state) {
    (void)state;
    if (!digits_to_spare()) skip();
    static const double ranges[][2] = {
        {-745.2, 709.79}, {-0.4, 0.4}, {-20, 0}, {-745.2, -707}, {709, 709.79}};
    struct worst worst = {0};
    struct pcg pcg = pcg_seed(1, 1);
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        for (int n = 0; n < 400000; n++) {
            double x = between(&pcg, ranges[i][0], ranges[i][1]);
            measure(&worst, portable_exp(x), expl(x), x, 0);
        }
    for (int n = 0; n < 100000; n++) {
        double x = any_size(&pcg);
        if (x < 800) measure(&worst, portable_exp(x), expl(x), x, 0);
        if (x < 800) measure(&worst, portable_exp(-x), expl(-x), -x, 0);
    }
    /* Where the reduction changes its multiple of ln 2. */
    for (int k = -1075; k <= 1024; k++)
        for (int side = -20; side <= 20; side++) {
            double x = (k + 0.5) * 0.69314718055994530942 * (1 + side * 0x1p-52);
            measure(&worst, portable_exp(x), expl(x), x, 0);
        }
    assert_error("exp", &worst, EXP_ERROR);
}

/* The positive floats: some of them, or all with COTNOISE_FUNCTIONS=all (make check-functions). */
static void measure_log_of_floats(struct worst *worst) {
    const char *asked = getenv("COTNOISE_FUNCTIONS");
    uint32_t stride = asked && !strcmp(asked, "all") ? 1 : 9973;
    for (uint32_t bits = 1; bits < 0x7f800000; bits += stride) {
        float x;
        memcpy(&x, &bits, sizeof x);
        measure(worst, portable_log((double)x), logl((long double)x), (double)x, 0);
    }
}

static void log_error(void **state) {
    (void)state;
    if (!digits_to_spare()) skip();
    struct worst worst = {0};
    struct pcg pcg = pcg_seed(2, 1);
    static const double ranges[][2] = {{0, 0x1p-1000}, {0x1p-1074, 0x1p-1022}, {0.5, 2}, {0.7, 0.71},
                                       {1.41, 1.42},   {0.999, 1.001},         {0, 10}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        for (int n = 0; n < 200000; n++) {
            double x = between(&pcg, ranges[i][0], ranges[i][1]);
            if (x > 0) measure(&worst, portable_log(x), logl(x), x, 0);
        }
    for (int n = 0; n < 500000; n++) {
        double x = any_size(&pcg);
        measure(&worst, portable_log(x), logl(x), x, 0);
    }
    /* The numbers around 1, and all that pcg_normal may ask about at the small end. */
    for (int n = -100000; n <= 100000; n++) {
        double x = 1 + n * 0x1p-53;
        measure(&worst, portable_log(x), logl(x), x, 0);
    }
    for (int n = 1; n <= 300000; n++) {
        double x = n * 0x1p-32;
        measure(&worst, portable_log(x), logl(x), x, 0);
    }
    measure_log_of_floats(&worst);
    assert_error("log", &worst, LOG_ERROR);
}

static void measure_turn(struct worst *sine, struct worst *cosine, double x) {
    measure(sine, portable_sin(x), sinl(x), x, 0);
    measure(cosine, portable_cos(x), cosl(x), x, 0);
}

static void sin_and_cos_error(void **state) {
    (void)state;
    if (!digits_to_spare()) skip();
    struct worst sine = {0}, cosine = {0};
    struct pcg pcg = pcg_seed(3, 1);
    static const double ranges[][2] = {
        {-0.8, 0.8}, {0, 6.3}, {-100, 100}, {0, 65536}, {-PORTABLE_ANGLE_MAX, PORTABLE_ANGLE_MAX}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        for (int n = 0; n < 250000; n++)
            measure_turn(&sine, &cosine, between(&pcg, ranges[i][0], ranges[i][1]));
    for (int n = 0; n < 100000; n++) {
        double x = any_size(&pcg);
        if (x <= PORTABLE_ANGLE_MAX) measure_turn(&sine, &cosine, -x);
    }
    /* The doubles nearest to each multiple of pi / 4: zeros, extremes, and where the reduction changes. */
    for (int n = 1; n <= 1335088; n++) {
        double x = (double)(n * 0.785398163397448309615660845819875721L);
        measure_turn(&sine, &cosine, n % 2 ? x : -x);
    }
    assert_error("sin", &sine, SIN_ERROR);
    assert_error("cos", &cosine, COS_ERROR);
}

static void power_error(void **state) {
    (void)state;
    if (!digits_to_spare()) skip();
    static const double bases[] = {0.9, 0.95, 0.98, 0.99, 0.999, 0.9999, 0.5, 0.999999};
    struct worst worst = {0};
    struct pcg pcg = pcg_seed(4, 1);
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
        for (int step = 1; step <= 20000; step++)
            measure(&worst, portable_power(bases[i], step), powl(bases[i], step), bases[i], step);
    /* Any result of any exponent: the base that has it. */
    for (int n = 0; n < 400000; n++) {
        int64_t exponent = pcg_between(&pcg, 1, (int64_t)1 << pcg_below(&pcg, 33));
        if (n % 2) exponent = -exponent;
        double base = portable_exp(between(&pcg, -745, 709.7) / (double)exponent);
        if (n % 3 == 0) base = -base;
        measure(&worst, portable_power(base, exponent), powl(base, (long double)exponent), base, exponent);
    }
    assert_error("power", &worst, POWER_ERROR);
}

static void assert_same(double found, double wanted) {
    if (isnan(wanted) && isnan(found)) return;
    if (found != wanted || signbit(found) != signbit(wanted)) fail_msg("%a, should be %a", found, wanted);
}

static void special_values(void **state) {
    (void)state;
    static const struct {
        double (*function)(double);
        double x, wanted;
    } cases[] = {
        {portable_exp, 0, 1},
        {portable_exp, -0.0, 1},
        {portable_exp, 0x1p-1074, 1},
        {portable_exp, INFINITY, INFINITY},
        {portable_exp, -INFINITY, 0},
        {portable_exp, NAN, NAN},
        {portable_exp, 0x1.62e42fefa39efp+9, 0x1.fffffffffff2ap+1023}, /* the last before infinity */
        {portable_exp, 0x1.62e42fefa39f0p+9, INFINITY},
        {portable_exp, 1e300, INFINITY},
        {portable_exp, -0x1.74910d52d3051p+9, 0x1p-1074}, /* the last before 0 */
        {portable_exp, -0x1.74910d52d3052p+9, 0},
        {portable_exp, -1e300, 0},
        {portable_log, 1, 0},
        {portable_log, 0, -INFINITY},
        {portable_log, -0.0, -INFINITY},
        {portable_log, -1, NAN},
        {portable_log, -0x1p-1074, NAN},
        {portable_log, -INFINITY, NAN},
        {portable_log, INFINITY, INFINITY},
        {portable_log, NAN, NAN},
        {portable_log, 0x1p-1074, -0x1.74385446d71c3p+9},
        {portable_log, DBL_MAX, 0x1.62e42fefa39efp+9},
        {portable_sin, 0, 0},
        {portable_sin, -0.0, -0.0},
        {portable_sin, -0x1p-1074, -0x1p-1074},
        {portable_sin, INFINITY, NAN},
        {portable_sin, NAN, NAN},
        {portable_sin, 0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53}, /* pi - the double nearest to pi */
        {portable_cos, 0, 1},
        {portable_cos, 0x1p-1074, 1},
        {portable_cos, -INFINITY, NAN},
        {portable_cos, NAN, NAN},
        {portable_cos, 0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54},
        {portable_cos, 0x1.921fb54442d18p+1, -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_same(cases[i].function(cases[i].x), cases[i].wanted);
}

static void special_powers(void **state) {
    (void)state;
    static const struct {
        double base;
        int64_t exponent;
        double wanted;
    } cases[] = {
        {0.95, 1, 0.95},
        {NAN, 0, 1},
        {0, 0, 1},
        {NAN, 1, NAN},
        {0, 3, 0},
        {-0.0, 3, -0.0},
        {-0.0, 2, 0},
        {0, -1, INFINITY},
        {-0.0, -3, -INFINITY},
        {-INFINITY, 3, -INFINITY},
        {-INFINITY, 2, INFINITY},
        {INFINITY, -2, 0},
        {-INFINITY, -3, -0.0},
        {1, INT64_MAX, 1},
        {-1, INT64_MAX, -1},
        {-1, INT64_MIN, 1},
        {3, 33, 5559060566555523},
        {-3, 33, -5559060566555523},
        {2, 1023, 0x1p1023},
        {2, 1024, INFINITY},
        {2, -1074, 0x1p-1074},
        {2, -1075, 0},
        {0x1p-1074, 1, 0x1p-1074},
        {0x1p-1074, -1, INFINITY},
        {0x1p-537, 2, 0x1p-1074},
        {0.5, INT64_MAX, 0},
        {0.5, INT64_MIN, INFINITY},
        {-2, INT64_MAX, -INFINITY},
        {DBL_MAX, 1, DBL_MAX},
        {DBL_MIN, 1, DBL_MIN},
        {10, -1, 0.1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_same(portable_power(cases[i].base, cases[i].exponent), cases[i].wanted);
}

/* The hash of results, low byte first whatever the machine's order. */
static uint64_t hash_of(const double *results, size_t count) {
    XXH64_state_t *hash = XXH64_createState();
    assert_non_null(hash);
    XXH64_reset(hash, 0);
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        unsigned char bytes[8];
        memcpy(&bits, &results[i], sizeof bits);
        for (int b = 0; b < 8; b++) bytes[b] = (unsigned char)(bits >> 8 * b);
        XXH64_update(hash, bytes, sizeof bytes);
    }
    uint64_t value = XXH64_digest(hash);
    XXH64_freeState(hash);
    return value;
}

/* Another compiler or machine that gives another bit anywhere is noticed here. */
static void every_bit_is_the_recorded_one(void **state) {
    (void)state;
    enum { N = 20000 };
    static const char *const name[5] = {"exp", "log", "sin", "cos", "power"};
    static double results[5][N];
    static const uint64_t recorded[5] = {0xf5e0895ebf163827, 0xb9e8b5a55244a9ee, 0x7c890ddfd55fa0f9,
                                         0xf36aa3ee638cffdc, 0x3889899c8fa54da6};
    struct pcg pcg = pcg_seed(5, 1);
    for (int i = 0; i < N; i++) {
        results[0][i] = portable_exp((i - N / 2) * 0x1.3p-4);
        results[1][i] = portable_log(any_size(&pcg));
        results[2][i] = portable_sin(i * i * 0x1.4p-9);
        results[3][i] = portable_cos(i * i * 0x1.4p-9);
        results[4][i] = portable_power(1 + (i - N / 2) * 0x1p-14, 1 + i % 1500);
    }
    for (int f = 0; f < 5; f++) {
        uint64_t hash = hash_of(results[f], N);
        if (hash != recorded[f])
            fail_msg("the results of %s hash to %#llx", name[f], (unsigned long long)hash);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_error),
        cmocka_unit_test(log_error),
        cmocka_unit_test(sin_and_cos_error),
        cmocka_unit_test(power_error),
        cmocka_unit_test(special_values),
        cmocka_unit_test(special_powers),
        cmocka_unit_test(every_bit_is_the_recorded_one),
    };
    return cmocka_run_group_tests_name("portable", tests, NULL, NULL);
}
