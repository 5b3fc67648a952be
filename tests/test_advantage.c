/* Advantages against tables worked by hand, and what holds of them whatever the rewards. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/pcg.h"
#include "reinforce/advantage.h"

static void same(const double *got, const double *expected, int n, double within) {
    for (int i = 0; i < n; i++)
        if (!(fabs(got[i] - expected[i]) <= within))
            fail_msg("number %d is %.17g, expected %.17g", i, got[i], expected[i]);
}

static void all_zero(const double *A, int n) {
    for (int i = 0; i < n; i++) assert_true(A[i] == 0);
}

static void draw(double *x, int n, struct pcg *pcg) {
    for (int i = 0; i < n; i++) x[i] = pcg_normal(pcg);
}

static void less_the_mean_of_the_batch(void **state) {
    (void)state;
    double A[5];
    advantage_mean((const double[]){1, 0, 0, 1, 1}, 5, A); /* mean 0.6 */
    same(A, (const double[]){0.4, -0.6, -0.6, 0.4, 0.4}, 5, 1e-15);
    advantage_mean((const double[]){0.3}, 1, A);
    all_zero(A, 1);
    advantage_mean((const double[]){0.1, 0.1, 0.1, 0.1, 0.1}, 5, A);
    all_zero(A, 5);
}

static void less_the_mean_of_the_others(void **state) {
    (void)state;
    double A[6];
    /* 1 - 0 and 0 - 1; twice 0 - 0 */
    advantage_leave_one_out((const double[]){1, 0, 0, 0}, 2, 2, A);
    same(A, (const double[]){1, -1, 0, 0}, 4, 1e-15);
    /* 0.5 - 0.2 and twice 0.2 - (0.5 + 0.2) / 2; 1 - 0 and twice 0 - 1/2 */
    advantage_leave_one_out((const double[]){0.5, 0.2, 0.2, 0, 1, 0}, 2, 3, A);
    same(A, (const double[]){0.3, -0.15, -0.15, -0.5, 1, -0.5}, 6, 1e-15);
    advantage_leave_one_out((const double[]){0.1, 0.1, 0.1, 0.7, 0.7, 0.7}, 2, 3, A);
    all_zero(A, 6);
}

static void over_the_deviation_of_the_group(void **state) {
    (void)state;
    double A[8];
    /* Mean 1/4, squares 9/16 + 3/16 = 3/4, deviation sqrt(3/4 / 3) = 1/2; then mean 1/2, squares 1,
     * deviation sqrt(1/3). */
    static const double R[8] = {1, 0, 0, 0, 1, 1, 0, 0};
    advantage_group(R, 2, 4, true, A);
    double half = 0.5 / (0.57735026918962576 + 1e-4);
    same(A,
         (const double[]){0.75 / 0.5001, -0.25 / 0.5001, -0.25 / 0.5001, -0.25 / 0.5001, half, half, -half,
                          -half},
         8, 1e-15);
    advantage_group(R, 2, 4, false, A);
    same(A, (const double[]){0.75, -0.25, -0.25, -0.25, 0.5, 0.5, -0.5, -0.5}, 8, 1e-15);
    advantage_group((const double[]){0.1, 0.1, 0.1, 0.7, 0.7, 0.7}, 2, 3, true, A);
    all_zero(A, 6);
    advantage_group((const double[]){0.1, 0.7}, 2, 1, true, A);
    all_zero(A, 2);
}

/*      completion    rewards of its lines
 *      0             1 1 0      line 0: 1 0 1, mean 2/3, squares 2/3, deviation sqrt(1/3)
 *      1             0          line 1: 1 - 1, no spread
 *      2             1 1        line 2: one completion alone
 *      3             1 0        line 0: 1 0 -, mean 1/2, squares 1/2, deviation sqrt(1/2)
 *      4             0 1        line 1: 0 1 -, the same
 *      5             none                                                                     */
static void less_the_mean_of_that_line(void **state) {
    (void)state;
    static const int lines[6] = {3, 1, 2, 2, 2, 0};
    static const double R[10] = {1, 1, 0, /**/ 0, /**/ 1, 1, /**/ 1, 0, /**/ 0, 1};
    double A[10], third = 1.0 / 3;
    advantage_lines(R, lines, 2, 3, false, A);
    same(A, (const double[]){third, 0, 0, -2 * third, third, 0, 0.5, -0.5, -0.5, 0.5}, 10, 1e-15);
    advantage_lines(R, lines, 2, 3, true, A);
    double a = third / (0.57735026918962576 + 1e-4), b = 0.5 / (0.70710678118654752 + 1e-4);
    same(A, (const double[]){a, 0, 0, -2 * a, a, 0, b, -b, -b, b}, 10, 1e-15);
}

/* Completions of one line each are those of a group. */
static void one_line_is_a_completion(void **state) {
    (void)state;
    struct pcg pcg = pcg_seed(1, 1);
    double R[20], by_line[20], by_group[20];
    int lines[20];
    draw(R, 20, &pcg);
    for (int i = 0; i < 20; i++) lines[i] = 1;
    for (int scaled = 0; scaled < 2; scaled++) {
        advantage_lines(R, lines, 4, 5, scaled, by_line);
        advantage_group(R, 4, 5, scaled, by_group);
        same(by_line, by_group, 20, 0);
    }
}

static void whatever_the_rewards(void **state) {
    (void)state;
    struct pcg pcg = pcg_seed(2, 1);
    enum { GROUPS = 3, MAX = 9 };
    for (int G = 2; G <= MAX; G++) {
        int n = GROUPS * G;
        double R[GROUPS * MAX], shifted[GROUPS * MAX], A[GROUPS * MAX], B[GROUPS * MAX];
        draw(R, n, &pcg);
        for (int i = 0; i < n; i++) shifted[i] = R[i] + 3;

        /* Each group's add up to nothing, and do not know what all rewards have in common. */
        advantage_leave_one_out(R, GROUPS, G, A);
        for (int g = 0; g < GROUPS; g++) {
            double sum = 0, others = 0;
            for (int j = 0; j < G; j++) sum += A[g * G + j];
            for (int j = 1; j < G; j++) others += R[g * G + j] / (G - 1);
            assert_true(fabs(sum) < 1e-12);
            assert_true(fabs(A[g * G] - (R[g * G] - others)) < 1e-12);
        }
        advantage_leave_one_out(shifted, GROUPS, G, B);
        same(B, A, n, 1e-12);
        advantage_group(R, GROUPS, G, true, A);
        advantage_group(shifted, GROUPS, G, true, B);
        same(B, A, n, 1e-12);
        advantage_mean(R, n, A);
        advantage_mean(shifted, n, B);
        same(B, A, n, 1e-12);
    }
}

static void may_take_the_place_of_rewards(void **state) {
    (void)state;
    double A[4] = {1, 0, 0, 0}, of_lines[4] = {1, 0, 0, 1};
    advantage_group(A, 2, 2, false, A);
    same(A, (const double[]){0.5, -0.5, 0, 0}, 4, 0);
    advantage_lines(of_lines, (const int[]){2, 2}, 1, 2, false, of_lines);
    same(of_lines, (const double[]){0.5, -0.5, -0.5, 0.5}, 4, 0);
}

/* gamma 0.9, lambda 0.5, r = 0 0 1, v = 0.5 0.4 0.8:
 *     t = 2: delta = 1 - 0.8 = 0.2            A = 0.2
 *     t = 1: delta = 0.9 x 0.8 - 0.4 = 0.32   A = 0.32 + 0.45 x 0.2 = 0.41
 *     t = 0: delta = 0.9 x 0.4 - 0.5 = -0.14  A = -0.14 + 0.45 x 0.41 = 0.0445 */
static void estimates_by_hand(void **state) {
    (void)state;
    double A[3], returns[3];
    advantage_estimate((const double[]){0, 0, 1}, (const double[]){0.5, 0.4, 0.8}, 3, 0.9, 0.5, A, returns);
    same(A, (const double[]){0.0445, 0.41, 0.2}, 3, 1e-15);
    same(returns, (const double[]){0.5445, 0.81, 1}, 3, 1e-15);
    advantage_estimate((const double[]){1}, (const double[]){0.25}, 1, 1, 0.95, A, returns);
    same(A, (const double[]){0.75}, 1, 0);
    same(returns, (const double[]){1}, 1, 0);
}

/* lambda 1: what comes less what was thought; lambda 0: how wrong each value is about the next. */
static void estimates_at_the_ends(void **state) {
    (void)state;
    enum { N = 7 };
    struct pcg pcg = pcg_seed(3, 1);
    double r[N], v[N], A[N], returns[N];
    draw(r, N, &pcg);
    draw(v, N, &pcg);
    static const double gammas[] = {1, 0.9};
    for (int i = 0; i < 2; i++) {
        double gamma = gammas[i];
        advantage_estimate(r, v, N, gamma, 1, A, returns);
        for (int t = 0; t < N; t++) {
            double comes = 0;
            for (int u = N - 1; u >= t; u--) comes = r[u] + gamma * comes;
            assert_true(fabs(A[t] - (comes - v[t])) < 1e-12);
            assert_true(fabs(returns[t] - comes) < 1e-12);
        }
        advantage_estimate(r, v, N, gamma, 0, A, returns);
        for (int t = 0; t < N; t++)
            assert_true(fabs(A[t] - (r[t] + (t + 1 < N ? gamma * v[t + 1] : 0) - v[t])) < 1e-12);
    }
}

static void whitens(void **state) {
    (void)state;
    double A[4] = {1, 2, 3, 4}, scale = sqrt(5.0 / 3 + 1e-8); /* mean 2.5, squares 5 */
    advantage_whiten(A, 4);
    same(A, (const double[]){-1.5 / scale, -0.5 / scale, 0.5 / scale, 1.5 / scale}, 4, 1e-15);
    double one[1] = {0.3}, equal[3] = {0.1, 0.1, 0.1}, two[2] = {1e-4, -1e-4};
    advantage_whiten(one, 1);
    all_zero(one, 1);
    advantage_whiten(equal, 3);
    all_zero(equal, 3);
    advantage_whiten(equal, 0);
    advantage_whiten(two, 2); /* variance 2e-8, and 1e-8 more */
    same(two, (const double[]){1e-4 / sqrt(3e-8), -1e-4 / sqrt(3e-8)}, 2, 1e-12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(less_the_mean_of_the_batch),      cmocka_unit_test(less_the_mean_of_the_others),
        cmocka_unit_test(over_the_deviation_of_the_group), cmocka_unit_test(less_the_mean_of_that_line),
        cmocka_unit_test(one_line_is_a_completion),        cmocka_unit_test(whatever_the_rewards),
        cmocka_unit_test(may_take_the_place_of_rewards),   cmocka_unit_test(estimates_by_hand),
        cmocka_unit_test(estimates_at_the_ends),           cmocka_unit_test(whitens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
