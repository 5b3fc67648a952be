/* Matrix products: libxsmm against OpenBLAS, both against plain sums, and a row's bits against its place. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/pcg.h"
#include "nn/kernels/gemm.h"
#include "nn/kernels/gemm_xsmm.h"

static real *numbers(size_t count, uint64_t index) {
    real *made = memory_aligned(count, sizeof *made);
    assert_non_null(made);
    struct pcg pcg = pcg_stream(5, "gemm", index);
    for (size_t i = 0; i < count; i++) made[i] = (real)pcg_normal(&pcg);
    return made;
}

/* Form, m, n, k: those of the small models, and edges. */
static const struct shape {
    enum gemm_form form;
    int m, n, k;
} shapes[] = {
    {GEMM_NN, 64, 896, 128}, {GEMM_NN, 61, 128, 640}, {GEMM_NN, 1, 48, 128}, {GEMM_NN, 37, 16, 16},
    {GEMM_NN, 5, 112, 1023}, {GEMM_TN, 896, 128, 61}, {GEMM_TN, 48, 80, 1},  {GEMM_TN, 16, 16, 1037},
    {GEMM_TN, 21, 32, 7},    {GEMM_NN, 0, 16, 16},
};

typedef void product(enum gemm_form form, int m, int n, int k, const real *a, int lda, const real *b, int ldb,
                     bool add, real *c, int ldc);

static double element(const struct shape *s, const real *a, const real *b, int i, int j) {
    double sum = 0;
    for (int p = 0; p < s->k; p++)
        sum += (double)(s->form == GEMM_TN ? a[(size_t)p * (size_t)s->m + (size_t)i]
                                           : a[(size_t)i * (size_t)s->k + (size_t)p]) *
               (double)b[(size_t)p * (size_t)s->n + (size_t)j];
    return sum;
}

/* C is wider than n: what lies beside it must stay. */
static void check_product(const struct shape *s, product *run, bool add) {
    int ldc = s->n + 16, lda = s->form == GEMM_TN ? s->m : s->k;
    real *a = numbers((size_t)s->m * (size_t)s->k, 1), *b = numbers((size_t)s->n * (size_t)s->k, 2);
    real *c = numbers((size_t)s->m * (size_t)ldc, 3), *before = numbers((size_t)s->m * (size_t)ldc, 3);
    run(s->form, s->m, s->n, s->k, a, lda, b, s->n, add, c, ldc);
    double tolerance = 2e-6 * sqrt(s->k) * 4;
    for (int i = 0; i < s->m; i++)
        for (int j = 0; j < ldc; j++) {
            size_t at = (size_t)i * (size_t)ldc + (size_t)j;
            double expected = j < s->n ? element(s, a, b, i, j) : 0;
            if (add || j >= s->n) expected += (double)before[at];
            if (fabs((double)c[at] - expected) > tolerance)
                fail_msg("%d x %d x %d: element %d, %d is %.9g, not %.9g", s->m, s->n, s->k, i, j, c[at],
                         expected);
        }
    free(a);
    free(b);
    free(c);
    free(before);
}

static void test_products(void **state) {
    (void)state;
    struct error error;
    assert_int_equal(gemm_prepare(1, &error), ERR_OK);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int add = 0; add < 2; add++) {
            check_product(&shapes[i], gemm_openblas, add);
            check_product(&shapes[i], gemm, add);
            if (gemm_xsmm_can(shapes[i].form, shapes[i].n)) check_product(&shapes[i], gemm_xsmm, add);
        }
}

/* The same row at each place among any number of others gives the same bits. */
static void test_a_rows_bits_do_not_depend_on_its_place(void **state) {
    (void)state;
    enum { M = 45, N = 112, K = 144 };
    if (!gemm_xsmm_can(GEMM_NN, N)) skip();
    real *a = numbers((size_t)M * K, 1), *b = numbers((size_t)N * K, 2);
    real *c = numbers((size_t)M * N, 3), *alone = numbers(N, 3);
    for (int m = 1; m < M; m++) memcpy(a + (size_t)m * K, a, K * sizeof *a);
    gemm_xsmm(GEMM_NN, 1, N, K, a, K, b, N, false, alone, N);
    for (int m = 1; m <= M; m++) {
        gemm_xsmm(GEMM_NN, m, N, K, a, K, b, N, false, c, N);
        for (int i = 0; i < m; i++) assert_memory_equal(c + (size_t)i * N, alone, N * sizeof *c);
    }
    free(a);
    free(b);
    free(c);
    free(alone);
}

static void test_description_names_the_libraries(void **state) {
    (void)state;
    char text[64];
    gemm_describe(text);
    assert_non_null(strstr(text, "OpenBLAS "));
    assert_true(!strncmp(text, "libxsmm ", 8) == (gemm_xsmm_target() != NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_products),
        cmocka_unit_test(test_a_rows_bits_do_not_depend_on_its_place),
        cmocka_unit_test(test_description_names_the_libraries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
