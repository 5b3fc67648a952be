/* Products, and the transposition that they need. See check.h; k terms are added with one rounding each, so
 * that a sum errs by at most k roundings of the sum of their sizes. */
#include <math.h>

#include "tests/kernels/check.h"

/* Rows of a tile are 6 or 12, its columns one or two panels; 256 terms are added at a time. */
static const int row_counts[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 23, 37};
static const int column_counts[] = {16, 32, 48, 80};
static const int term_counts[] = {0, 1, 2, 7, 16, 31, 255, 256, 257, 521};

/* The right matrix as it lies in memory: panels of REAL_VECTOR columns below each other, or rows. */
struct right_matrix {
    struct matrix *matrix;
    bool panels;
    int k;
};

static double right_value(const struct right_matrix *right, int p, int j) {
    return right->panels ? value(right->matrix, j / REAL_VECTOR * right->k + p, j % REAL_VECTOR)
                         : value(right->matrix, p, j);
}

static struct product_right right_of(const struct right_matrix *right) {
    size_t ld = (size_t)right->matrix->ld;
    return (struct product_right){right->matrix->at, ld,
                                  right->panels ? (size_t)right->k * ld : (size_t)REAL_VECTOR};
}

static double left_value(const struct matrix *a, bool turned, int i, int p) {
    return turned ? value(a, p, i) : value(a, i, p);
}

/* What an element begins with, in double, and the sum of the sizes of what that was made of. */
static double start_of(enum product_start start, const struct matrix *bias, const struct matrix *c, int i,
                       int j, double *size) {
    double first = (start & PRODUCT_BIAS ? value(bias, 0, j) : 0),
           second = start & PRODUCT_ADD ? value(c, i, j) : 0;
    *size = fabs(first) + fabs(second);
    return first + second;
}

static void expect_product(struct matrix *c, const struct matrix *a, bool turned,
                           const struct right_matrix *b, const struct matrix *bias, enum product_start start,
                           int m, int n, int k) {
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            double size, sum = start_of(start, bias, c, i, j, &size);
            for (int p = 0; p < k; p++) {
                double term = left_value(a, turned, i, p) * right_value(b, p, j);
                sum += term;
                size += fabs(term);
            }
            expect(c, i, j, sum, (k + 1) * (ROUNDING * size + SMALLEST));
        }
}

/* An element is, to the last bit, what one multiply-add after the other gives. */
static void assert_order(const struct check *check, const struct matrix *c, const real *start,
                         const struct matrix *a, bool turned, const struct right_matrix *b, int i, int j,
                         int k) {
    real sum = *start;
    for (int p = 0; p < k; p++)
        sum = fmaf((real)left_value(a, turned, i, p), (real)right_value(b, p, j), sum);
    if (value(c, i, j) != (double)sum)
        check_fail(check, "in the order of its terms, c", i, j, value(c, i, j), (double)sum);
}

static void one_product(int m, int n, int k, enum product_start start, double factor, double other) {
    bool turned = check_choice(2), panels = check_choice(2);
    struct check *check =
        check_begin("product", "m %d, n %d, k %d, start %d, %s, %s, times %g", m, n, k, start,
                    turned ? "turned" : "natural", panels ? "panels" : "rows", factor);
    struct matrix *a =
        check_scaled(check, "a", turned ? k : m, turned ? m : k, check_ld(turned ? m : k), factor);
    struct right_matrix b = {check_scaled(check, "b", panels ? n / REAL_VECTOR * k : k,
                                          panels ? REAL_VECTOR : n, panels ? REAL_VECTOR : check_ld(n),
                                          other),
                             panels, k};
    struct matrix *bias = start & PRODUCT_BIAS ? check_matrix(check, "bias", 1, n, n) : NULL;
    struct matrix *c = check_matrix(check, "c", m, n, check_ld(n));
    expect_product(c, a, turned, &b, bias, start, m, n, k);
    struct product_left left = {a->at, turned ? 1 : (size_t)a->ld, turned ? (size_t)a->ld : 1};
    int i = m ? check_choice(m) : 0, j = check_choice(n);
    real first = m && start & PRODUCT_ADD ? (real)value(c, i, j) : 0;
    if (bias) first = (real)value(bias, 0, j) + first;
    for (const struct kernels *kernels; (kernels = check_level(check));) {
        kernels->product(m, n, k, left, right_of(&b), start, bias ? bias->at : NULL, c->at, (size_t)c->ld);
        if (m) assert_order(check, c, &first, a, turned, &b, i, j, k);
    }
    check_end(check);
}

void check_product(void **state) {
    (void)state;
    for (int i = 0; i < COUNT(row_counts); i++)
        for (int j = 0; j < COUNT(column_counts); j++)
            for (int p = 0; p < COUNT(term_counts); p++)
                one_product(row_counts[i], column_counts[j], term_counts[p], (i + j + p) % 4, 1, 1);
    for (int start = 0; start < 4; start++)
        for (int m = 1; m < 14; m++)
            for (int n = 16; n <= 96; n += 16)
                one_product(m, n, 1 + check_choice(40), (enum product_start)start, 1, 1);
    one_product(13, 48, 300, PRODUCT_ADD, 1e18, 1e-18);
    one_product(13, 48, 300, PRODUCT_ZERO, 1e-20, 1e-20); /* terms that are too small to have all digits */
    one_product(13, 48, 300, PRODUCT_BIAS, 1e15, 1e15);
}

static void one_turned_product(int m, int n, int k) {
    struct check *check = check_begin("product_turned", "m %d, n %d, k %d", m, n, k);
    struct matrix *a = check_matrix(check, "a", k, m, check_ld(m));
    struct right_matrix b = {check_matrix(check, "b", k, n, check_ld(n)), false, k};
    struct matrix *c = check_matrix(check, "c", m, n, check_ld(n));
    struct matrix *scratch = check_scratch(check, product_turned_scratch(m));
    expect_product(c, a, true, &b, NULL, PRODUCT_ADD, m, n, k);
    int i = check_choice(m), j = check_choice(n);
    real first = (real)value(c, i, j);
    for (const struct kernels *kernels; (kernels = check_level(check));) {
        kernels->product_turned(m, n, k, a->at, a->ld, b.matrix->at, b.matrix->ld, c->at, (size_t)c->ld,
                                scratch->at);
        assert_order(check, c, &first, a, true, &b, i, j, k);
    }
    check_end(check);
}

void check_product_turned(void **state) {
    (void)state;
    static const int terms[] = {0, 1, 2, 31, 127, 128, 129, 257, 300};
    for (int i = 1; i < COUNT(row_counts); i++)
        for (int j = 0; j < COUNT(column_counts); j++)
            for (int p = 0; p < COUNT(terms); p++)
                one_turned_product(row_counts[i], column_counts[j], terms[p]);
}

/* Both matrices begin `from_at` and `to_at` reals behind an aligned place. */
static void one_turn(int rows, int columns, int from_at, int to_at) {
    struct check *check =
        check_begin("turn", "%d rows, %d columns, at %d and %d", rows, columns, from_at, to_at);
    struct matrix *from =
        check_matrix(check, "from", rows, from_at + columns, check_ld(from_at + columns) + from_at);
    struct matrix *to = check_matrix(check, "to", columns, to_at + rows, check_ld(to_at + rows) + to_at);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) expect(to, j, to_at + i, value(from, i, from_at + j), 0);
    for (const struct kernels *kernels; (kernels = check_level(check));)
        kernels->turn(to->at + to_at, (size_t)to->ld, from->at + from_at, (size_t)from->ld, rows, columns);
    check_end(check);
}

void check_turn(void **state) {
    (void)state;
    for (int rows = 0; rows <= 36; rows += 4)
        for (int columns = 4; columns <= 36; columns += 4) {
            one_turn(rows, columns, 0, 0);
            one_turn(rows, columns, 1 + rows % 3, rows / 4 % 2);
        }
}
