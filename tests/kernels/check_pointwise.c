/* GELU and cross entropy: the kernels that exp and erf are for. See check.h. */
#include <math.h>
#include <stdio.h>

#include "tests/kernels/check.h"

static const int row_counts[] = {0, 1, 2, 5};

/* Where GELU's halves meet, where erf changes its form (0.8 sqrt 2), where it has reached 1, and the ends. */
static double gelu_argument(int n, int f) {
    static const double edges[] = {
        0,  -0.0, 1e-45, -1e-45, 1e-38, -1e-20, 1e-6,   1.1313708, 1.132,    -1.131,    5.5,         -5.5,
        13, -13,  14,    -15,    1e19,  -1e19,  3.4e38, -3.4e38,   INFINITY, -INFINITY, (double)NAN, 0.5};
    int at = n * 7 + f;
    return at % 3 == 0 ? edges[at / 3 % COUNT(edges)] : (check_choice(1 << 20) - (1 << 19)) * 0x1p-16;
}

/* The argument of erf errs by 2 roundings (the constant's and the product's), that of exp by 2 of these and
 * one. */
static void expect_gelu(struct matrix *out, struct matrix *slope, int n, int f, double x) {
    double half = sqrt(0.5), density = 0.5 * (2 / sqrt(acos(-1))) * half; /* 1 / sqrt(2 pi) */
    double z = x * half, gauss = exp(-z * z), sum = 0.5 * (1 + erf(z));
    double steep = z && isfinite(z) ? fabs(z) * gauss : 0; /* 0 at the infinities too */
    double sum_off = ERF_ROUNDING / 2 * fabs(erf(z)) + 2 * ROUNDING * steep + ROUNDING * sum + SMALLEST;
    expect(out, n, f, x * sum, fabs(x) * sum_off + ROUNDING * fabs(x * sum) + SMALLEST);
    if (!slope) return;
    double term = x * density * gauss;
    double gauss_off = steep ? EXP_ROUNDING + 5 * ROUNDING * z * z : 0;
    expect(slope, n, f, sum + term,
           sum_off + fabs(term) * (gauss_off + 2 * ROUNDING) + fabs(x) * SMALLEST +
               ROUNDING * fabs(sum + term));
}

void check_gelu_forward(void **state) {
    (void)state;
    static const int widths[] = {16, 32, 48, 64, 96, 256};
    for (int i = 0; i < COUNT(widths); i++)
        for (int r = 0; r < 2 * COUNT(row_counts); r++) {
            int F = widths[i], N = row_counts[r / 2], slope = r % 2;
            struct check *check = check_begin("gelu_forward", "N %d, F %d, slope %d", N, F, slope);
            struct matrix *x = check_matrix(check, "x", N, F, check_ld(F));
            struct matrix *out = check_matrix(check, "out", N, F, check_ld(F));
            for (int n = 0; n < N; n++)
                for (int f = 0; f < F; f++) {
                    set(x, n, f, gelu_argument(n, f));
                    expect_gelu(out, slope ? x : NULL, n, f, value(x, n, f));
                }
            for (const struct kernels *kernels; (kernels = check_level(check));)
                kernels->gelu_forward(out->at, out->ld, x->at, x->ld, N, F, slope);
            check_end(check);
        }
}

void check_gelu_backward(void **state) {
    (void)state;
    static const int widths[] = {1, 15, 16, 17, 48, 97, 256};
    for (int i = 0; i < COUNT(widths); i++)
        for (int r = 0; r < COUNT(row_counts); r++) {
            int F = widths[i], N = row_counts[r];
            struct check *check = check_begin("gelu_backward", "N %d, F %d", N, F);
            struct matrix *d_out = check_matrix(check, "d_out", N, F, check_ld(F));
            struct matrix *slope = check_matrix(check, "slope", N, F, check_ld(F));
            struct matrix *d_x = check_scaled(check, "d_x", N, F, check_ld(F), (double)NAN);
            for (int n = 0; n < N; n++)
                for (int f = 0; f < F; f++) {
                    double exact = value(d_out, n, f) * value(slope, n, f);
                    expect(d_x, n, f, exact, ROUNDING * fabs(exact));
                }
            for (const struct kernels *kernels; (kernels = check_level(check));)
                kernels->gelu_backward(d_x->at, d_x->ld, d_out->at, d_out->ld, slope->at, slope->ld, N, F);
            check_end(check);
        }
}

/* --- cross entropy --------------------------------------------------------------------------------- */

enum { LOSS_ROWS = 7 };
static const int vocabularies[] = {1, 2, 15, 16, 17, 37, 64, 1000};

/* What the logits of a row are like. */
static double logit(int row, int v, double normal) {
    switch (row) {
    case 1: return 100 * normal;
    case 2: return v % 3 == 1 ? -INFINITY : normal;
    case 3: return 1e4 + normal;
    case 4: return 0;
    case 5: return v % 2 ? -3e38 : 3e38;
    case 6: return 1e-3 * normal;
    default: return normal;
    }
}

/* log sum exp of a row, and by how much that may be off before it is rounded: each argument of exp by its
 * subtraction, each term by exp. The sum is in double. */
static double log_sum_of(const struct matrix *logits, int n, int V, double *off) {
    double largest = -INFINITY, sum = 0;
    *off = 0;
    for (int v = 0; v < V; v++)
        if (value(logits, n, v) > largest) largest = value(logits, n, v);
    for (int v = 0; v < V; v++) {
        double less = value(logits, n, v) - largest, term = exp(less);
        sum += term;
        *off += SMALLEST;
        if (term > 0) *off += term * (ROUNDING * fabs(less) + EXP_ROUNDING);
    }
    *off /= sum;
    return largest + log(sum);
}

/* Minus sum p log p. Each logarithm errs by log_sum, which is rounded, and its own subtraction; p by that and
 * by exp. Where that is much, nothing is expected. */
static void expect_entropy(struct matrix *entropy, const struct matrix *logits, int n, int V, double log_sum,
                           double log_sum_off) {
    double sum = 0, off = SMALLEST;
    for (int v = 0; v < V; v++) {
        double less = value(logits, n, v) - log_sum, p = exp(less);
        if (p == 0) continue;
        double less_off = log_sum_off + ROUNDING * (fabs(log_sum) + fabs(less));
        sum -= p * less;
        off += p * (less_off < 0.1 ? fabs(less) * (1.1 * less_off + EXP_ROUNDING + ROUNDING) + less_off
                                   : (double)INFINITY);
        off += SMALLEST * (fabs(less) + 1);
    }
    expect(entropy, n, 0, sum, off + ROUNDING * fabs(sum));
}

static void one_loss(int N, int V, bool with_entropy, double temperature) {
    struct check *check = check_begin("cross_entropy_forward", "N %d, V %d, entropy %d, temperature %g", N, V,
                                      with_entropy, temperature);
    struct matrix *logits = check_matrix(check, "logits", N, V, check_ld(V));
    struct matrix *cooled = check_matrix(check, "cooled", N, V, check_ld(V)); /* what they become */
    struct matrix *log_sum = check_matrix(check, "log_sum", N, 1, 1);
    struct matrix *entropy = check_matrix(check, "entropy", N, 1, 1);
    double loss = 0, loss_off = 0;
    int32_t target[LOSS_ROWS];
    for (int n = 0; n < N; n++) {
        for (int v = 0; v < V; v++) {
            set(logits, n, v, logit(n, v, value(logits, n, v)));
            set(cooled, n, v, value(logits, n, v) / (double)(real)temperature);
            expect(logits, n, v, value(cooled, n, v), 0);
        }
        target[n] = n % 2 ? V - 1 : 0;
        double off, exact = log_sum_of(cooled, n, V, &off);
        expect(log_sum, n, 0, exact, off + ROUNDING * fabs(exact));
        if (with_entropy) expect_entropy(entropy, cooled, n, V, exact, off);
        loss += exact - value(cooled, n, target[n]);
        loss_off += off + 0x1p-50 * (fabs(exact) + fabs(loss));
        for (int v = V; v < logits->ld; v++) expect(logits, n, v, -INFINITY, 0);
    }
    for (const struct kernels *kernels; (kernels = check_level(check));)
        check_number(check, "loss",
                     kernels->cross_entropy_forward(log_sum->at, with_entropy ? entropy->at : NULL,
                                                    logits->at, logits->ld, target, N, V, temperature),
                     loss, loss_off);
    check_end(check);
}

void check_cross_entropy_forward(void **state) {
    (void)state;
    for (int N = 0; N <= LOSS_ROWS; N++)
        for (int i = 0; i < COUNT(vocabularies); i++) {
            one_loss(N, vocabularies[i], false, 1);
            one_loss(N, vocabularies[i], true, 1);
            one_loss(N, vocabularies[i], true, 1.3);
        }
}

/* p (factor - entropy_factor (log p + entropy)) - [target] factor of a row. */
static void expect_slopes(struct matrix *logits, int n, int V, double log_sum, int target, double factor,
                          double entropy, double by_entropy) {
    for (int v = 0; v < V; v++) {
        double less = value(logits, n, v) - log_sum, share = exp(less), by = fabs(factor);
        double part = share > 0 ? by_entropy * (less + entropy) : 0, inner = factor - part;
        double part_off = share > 0 && by_entropy != 0
                              ? ROUNDING * (fabs(by_entropy * less) + 2 * fabs(part) + fabs(inner))
                              : 0;
        double exact = share * inner - (v == target) * factor;
        double p_off = (share > 0 ? ROUNDING * fabs(less) : 0) + EXP_ROUNDING + 2 * ROUNDING;
        expect(logits, n, v, exact,
               share * (fabs(inner) * p_off + part_off) + (v == target ? ROUNDING * (by + fabs(exact)) : 0) +
                   (1 + by + fabs(inner)) * SMALLEST);
    }
}

static void one_loss_backward(int N, int V, double factor, double by_entropy) {
    struct check *check =
        check_begin("cross_entropy_backward", "N %d, V %d, factor %g, entropy %g", N, V, factor, by_entropy);
    struct matrix *logits = check_matrix(check, "logits", N, V, check_ld(V));
    struct matrix *log_sum = check_matrix(check, "log_sum", N, 1, 1);
    struct matrix *factors = check_matrix(check, "factor", N, 1, 1);
    struct matrix *entropy = check_matrix(check, "entropy", N, 1, 1);
    struct matrix *entropy_factors = check_matrix(check, "entropy_factor", N, 1, 1);
    int32_t target[LOSS_ROWS];
    for (int n = 0; n < N; n++) {
        double off;
        for (int v = 0; v < V; v++) set(logits, n, v, logit(n, v, value(logits, n, v)));
        target[n] = n % 2 ? V - 1 : 0;
        set(log_sum, n, 0, log_sum_of(logits, n, V, &off));
        set(factors, n, 0, n == 3 ? 0 : factor * (n + 1)); /* of a clipped target, 0 */
        set(entropy_factors, n, 0, by_entropy * (n + 2));
        expect_slopes(logits, n, V, value(log_sum, n, 0), target[n], value(factors, n, 0),
                      value(entropy, n, 0), value(entropy_factors, n, 0));
        for (int v = V; v < logits->ld; v++) {
            set(logits, n, v, -INFINITY);
            expect(logits, n, v, 0, 0);
        }
    }
    for (const struct kernels *kernels; (kernels = check_level(check));)
        kernels->cross_entropy_backward(logits->at, logits->ld, log_sum->at, target, factors->at,
                                        by_entropy != 0 ? entropy->at : NULL,
                                        by_entropy != 0 ? entropy_factors->at : NULL, N);
    check_end(check);
}

void check_cross_entropy_backward(void **state) {
    (void)state;
    for (int N = 0; N <= LOSS_ROWS; N++)
        for (int i = 0; i < COUNT(vocabularies); i++) {
            one_loss_backward(N, vocabularies[i], 1.0 / 37, 0);
            one_loss_backward(N, vocabularies[i], -1.5, 0);
            one_loss_backward(N, vocabularies[i], -1.5, 0.3);
            one_loss_backward(N, vocabularies[i], 1.0 / 37, -1.0 / 50);
        }
}
