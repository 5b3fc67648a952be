/* exp and erf of the kernels at every level: their error over the floats, the same bits at every level, and
 * special values. COTNOISE_FUNCTIONS=all takes all floats instead of a million (make check-functions). */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nn/levels.h"
#include "tests/kernels/vector_functions.h"

/* The errors that vector_math.h states, in units in the last place. */
#define EXP_ERROR 1.02
#define ERF_ERROR 1.83

/* LEVELS is X(v3) X(v4), from the Makefile: the levels in the order of levels_at. */
#define X(level) extern const struct vector_functions vector_functions_##level;
LEVELS
#undef X
#define X(level) {#level, &vector_functions_##level},
static const struct {
    const char *name;
    const struct vector_functions *functions;
} compiled[] = {LEVELS};
#undef X

enum { LEVEL_COUNT = sizeof compiled / sizeof *compiled, CHUNK = 4096 };

/* The functions of a level that this processor can run, or NULL. */
static const struct vector_functions *functions_at(int index) {
    bool runs;
    const struct kernels *kernels = levels_at(index, &runs);
    assert_non_null(kernels);
    assert_string_equal(strrchr(kernels->level, '-') + 1, compiled[index].name);
    return runs ? compiled[index].functions : NULL;
}

static bool all_asked_for(void) {
    const char *asked = getenv("COTNOISE_FUNCTIONS");
    return asked && !strcmp(asked, "all");
}

/* The largest error seen and where. */
struct worst {
    double error, x;
};

/* Units in the last place of a float by which `found` differs. `exact` is the C library's double: its own
 * error is some 2^-28 of these units. */
static double error_of(float found, double exact) {
    if (isnan(exact) || isnan(found)) return isnan(exact) && isnan(found) ? 0 : INFINITY;
    if (exact == 0) return found == 0 ? 0 : INFINITY;
    if (isinf(found)) return fabs(exact) > 0x1.ffffffp127 && (found > 0) == (exact > 0) ? 0 : INFINITY;
    int exponent;
    frexp(exact, &exponent);
    exponent = exponent > 128 ? 128 : exponent;
    return ldexp(fabs((double)found - exact), exponent < -125 ? 149 : 24 - exponent);
}

static vector_function *exp_function(const struct vector_functions *functions) { return functions->exp; }
static vector_function *erf_function(const struct vector_functions *functions) { return functions->erf; }

/* Compares CHUNK results of a level with those of the lowest: the same bits, or both NaN. */
static void assert_same(const char *what, const char *level, const float *in, const float *lowest,
                        const float *found) {
    if (!memcmp(lowest, found, CHUNK * sizeof *found)) return;
    for (int i = 0; i < CHUNK; i++)
        if (memcmp(&lowest[i], &found[i], sizeof *found) && !(isnan(lowest[i]) && isnan(found[i])))
            fail_msg("%s(%a) is %a at level %s, %a at the lowest", what, in[i], found[i], level, lowest[i]);
}

/* f over every `stride`-th of the 2^32 patterns of bits. */
static void check_all(const char *what, vector_function *(*pick)(const struct vector_functions *),
                      double (*exact)(double), double stated) {
    static _Alignas(64) float in[CHUNK], lowest[CHUNK], found[CHUNK];
    uint64_t stride = all_asked_for() ? 1 : 4001, bits = 0;
    struct worst worst = {0, 0};
    while (bits < (uint64_t)1 << 32) {
        for (int i = 0; i < CHUNK; i++, bits += stride) {
            uint32_t pattern = bits >> 32 ? UINT32_MAX : (uint32_t)bits;
            memcpy(&in[i], &pattern, sizeof pattern);
        }
        bool first = true;
        for (int level = 0; level < LEVEL_COUNT; level++) {
            const struct vector_functions *functions = functions_at(level);
            if (!functions) continue;
            pick(functions)(first ? lowest : found, in, CHUNK);
            if (!first) assert_same(what, compiled[level].name, in, lowest, found);
            first = false;
        }
        if (first) skip();
        for (int i = 0; i < CHUNK; i++) {
            double error = error_of(lowest[i], exact((double)in[i]));
            if (!(error <= worst.error)) worst = (struct worst){error, (double)in[i]};
        }
    }
    if (!(worst.error <= stated))
        fail_msg("%s errs by %.4f units in the last place at %a, stated are %.2f", what, worst.error, worst.x,
                 stated);
    /* With all floats looked at, the bound that is stated is the error that there is. */
    if (stride == 1 && worst.error < stated - 0.01)
        fail_msg("%s errs by %.4f at most, stated are %.2f", what, worst.error, stated);
}

static void exp_error(void **state) {
    (void)state;
    check_all("exp", exp_function, exp, EXP_ERROR);
}

static void erf_error(void **state) {
    (void)state;
    check_all("erf", erf_function, erf, ERF_ERROR);
}

static void special_values(void **state) {
    (void)state;
    static const struct {
        vector_function *(*pick)(const struct vector_functions *);
        float x, wanted;
    } cases[] = {
        {exp_function, 0, 1},
        {exp_function, -0.0F, 1},
        {exp_function, 0x1p-149F, 1},
        {exp_function, INFINITY, INFINITY},
        {exp_function, -INFINITY, 0},
        {exp_function, NAN, NAN},
        {exp_function, 0x1.62e42ep+6F, 0x1.ffff08p+127F}, /* the last before infinity */
        {exp_function, 0x1.62e430p+6F, INFINITY},
        {exp_function, FLT_MAX, INFINITY},
        {exp_function, -0x1.9fe368p+6F, 0x1p-149F}, /* the last before 0 */
        {exp_function, -0x1.9fe36ap+6F, 0},
        {exp_function, -FLT_MAX, 0},
        {erf_function, 0, 0},
        {erf_function, -0.0F, -0.0F},
        {erf_function, 0x1p-149F, 0x1p-149F},
        {erf_function, -0x1p-149F, -0x1p-149F},
        {erf_function, INFINITY, 1},
        {erf_function, -INFINITY, -1},
        {erf_function, FLT_MAX, 1},
        {erf_function, -4, -1},
        {erf_function, NAN, NAN},
    };
    for (int level = 0; level < LEVEL_COUNT; level++) {
        const struct vector_functions *functions = functions_at(level);
        if (!functions) continue;
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            _Alignas(64) float in[16] = {0}, out[16];
            in[15] = cases[i].x;
            cases[i].pick(functions)(out, in, 16);
            if (isnan(cases[i].wanted) && isnan(out[15])) continue;
            if (memcmp(&out[15], &cases[i].wanted, sizeof *out))
                fail_msg("%s, case %zu: of %a it is %a, should be %a", compiled[level].name, i, cases[i].x,
                         out[15], cases[i].wanted);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(exp_error), cmocka_unit_test(erf_error),
                                       cmocka_unit_test(special_values)};
    return cmocka_run_group_tests_name("vector_math", tests, NULL, NULL);
}
