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

static void one_loss(int N, int V) {
    struct check *check = check_begin("cross_entropy_forward", "N %d, V %d", N, V);
    struct matrix *logits = check_matrix(check, "logits", N, V, check_ld(V));
    struct matrix *log_sum = check_matrix(check, "log_sum", N, 1, 1);
    double loss = 0, loss_off = 0;
    int32_t target[LOSS_ROWS];
    for (int n = 0; n < N; n++) {
        for (int v = 0; v < V; v++) set(logits, n, v, logit(n, v, value(logits, n, v)));
        target[n] = n % 2 ? V - 1 : 0;
        double off, exact = log_sum_of(logits, n, V, &off);
        expect(log_sum, n, 0, exact, off + ROUNDING * fabs(exact));
        loss += exact - value(logits, n, target[n]);
        loss_off += off + 0x1p-50 * (fabs(exact) + fabs(loss));
        for (int v = V; v < logits->ld; v++) expect(logits, n, v, -INFINITY, 0);
    }
    for (const struct kernels *kernels; (kernels = check_level(check));)
        check_number(check, "loss",
                     kernels->cross_entropy_forward(log_sum->at, logits->at, logits->ld, target, N, V), loss,
                     loss_off);
    check_end(check);
}

void check_cross_entropy_forward(void **state) {
    (void)state;
    for (int N = 0; N <= LOSS_ROWS; N++)
        for (int i = 0; i < COUNT(vocabularies); i++) one_loss(N, vocabularies[i]);
}

static void one_loss_backward(int N, int V, double factor) {
    struct check *check = check_begin("cross_entropy_backward", "N %d, V %d", N, V);
    struct matrix *logits = check_matrix(check, "logits", N, V, check_ld(V));
    struct matrix *log_sum = check_matrix(check, "log_sum", N, 1, 1);
    int32_t target[LOSS_ROWS];
    for (int n = 0; n < N; n++) {
        double off;
        for (int v = 0; v < V; v++) set(logits, n, v, logit(n, v, value(logits, n, v)));
        target[n] = n % 2 ? V - 1 : 0;
        set(log_sum, n, 0, log_sum_of(logits, n, V, &off));
        for (int v = 0; v < V; v++) {
            double less = value(logits, n, v) - value(log_sum, n, 0), share = exp(less);
            double exact = factor * (share - (v == target[n])), by = fabs(factor);
            expect(logits, n, v, exact,
                   by * share * ((share ? ROUNDING * fabs(less) : 0) + EXP_ROUNDING + 2 * ROUNDING) +
                       (v == target[n] ? ROUNDING * (by + fabs(exact)) : 0) + (1 + by) * SMALLEST);
        }
        for (int v = V; v < logits->ld; v++) {
            set(logits, n, v, -INFINITY);
            expect(logits, n, v, 0, 0);
        }
    }
    for (const struct kernels *kernels; (kernels = check_level(check));)
        kernels->cross_entropy_backward(logits->at, logits->ld, log_sum->at, target, factor, N);
    check_end(check);
}

void check_cross_entropy_backward(void **state) {
    (void)state;
    for (int N = 0; N <= LOSS_ROWS; N++)
        for (int i = 0; i < COUNT(vocabularies); i++) {
            one_loss_backward(N, vocabularies[i], 1.0 / 37);
            one_loss_backward(N, vocabularies[i], -1.5);
        }
}
