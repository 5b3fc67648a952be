/* Kernels that go over rows of a matrix: embedding, bias, layer norm, value head, fold and rotary embedding.
 * See check.h.
 *
 * A sum over a row of C numbers is 16 sums of C / 16, then 4 additions: each number takes part in ROW_SUM
 * roundings. */
#include <math.h>

#include "tests/kernels/check.h"

#define ROW_SUM(C) ((C) / REAL_VECTOR + 4)

static const int widths[] = {16, 32, 48, 64, 80, 192, 256, 1040};
static const int row_counts[] = {0, 1, 2, 3, 7};

void check_embedding_forward(void **state) {
    (void)state;
    static const int32_t token[] = {3, 0, 3, 10, 7, 0, 0};
    for (int i = 0; i < COUNT(widths); i++)
        for (int r = 0; r < COUNT(row_counts); r++) {
            int C = widths[i], N = row_counts[r];
            struct check *check = check_begin("embedding_forward", "N %d, C %d", N, C);
            struct matrix *embedding = check_matrix(check, "embedding", 11, C, C);
            struct matrix *out = check_matrix(check, "out", N, C, C);
            for (int n = 0; n < N; n++)
                for (int c = 0; c < C; c++) expect(out, n, c, value(embedding, token[n], c), 0);
            for (const struct kernels *kernels; (kernels = check_level(check));)
                kernels->embedding_forward(out->at, token, embedding->at, N, C);
            check_end(check);
        }
}

void check_embedding_backward(void **state) {
    (void)state;
    static const int32_t token[] = {3, 0, 3, 10, 7, 0, 0};
    for (int i = 0; i < COUNT(widths); i++)
        for (int r = 0; r < COUNT(row_counts); r++) {
            int C = widths[i], N = row_counts[r];
            struct check *check = check_begin("embedding_backward", "N %d, C %d", N, C);
            struct matrix *d_out = check_matrix(check, "d_out", N, C, C);
            struct matrix *d_embedding = check_matrix(check, "d_embedding", 11, C, C);
            for (int v = 0; v < 11; v++)
                for (int c = 0; c < C; c++) {
                    double sum = value(d_embedding, v, c), size = fabs(sum);
                    int hits = 0;
                    for (int n = 0; n < N; n++) {
                        if (token[n] != v) continue;
                        sum += value(d_out, n, c);
                        size += fabs(value(d_out, n, c));
                        hits++;
                    }
                    expect(d_embedding, v, c, sum, hits * ROUNDING * size);
                }
            for (const struct kernels *kernels; (kernels = check_level(check));)
                kernels->embedding_backward(d_embedding->at, token, d_out->at, N, C);
            check_end(check);
        }
}

void check_bias_backward(void **state) {
    (void)state;
    static const int rows[] = {0, 1, 2, 11, 72, 73};
    static const int columns[] = {1, 15, 16, 17, 48, 97, 256};
    for (int i = 0; i < COUNT(columns); i++)
        for (int r = 0; r < COUNT(rows); r++) {
            int O = columns[i], N = rows[r];
            struct check *check = check_begin("bias_backward", "N %d, O %d", N, O);
            struct matrix *d_out = check_matrix(check, "d_out", N, O, check_ld(O));
            struct matrix *sums = check_matrix(check, "sum", 1, O, check_ld(O));
            for (int o = 0; o < O; o++) {
                double sum = value(sums, 0, o), size = fabs(sum);
                for (int n = 0; n < N; n++) {
                    sum += value(d_out, n, o);
                    size += fabs(value(d_out, n, o));
                }
                expect(sums, 0, o, sum, N * ROUNDING * size);
            }
            for (const struct kernels *kernels; (kernels = check_level(check));)
                kernels->bias_backward(sums->at, d_out->at, d_out->ld, N, O);
            check_end(check);
        }
}

/* The mean errs by the sum's roundings and one; the differences from it by that and one of their own. An
 * error of the mean enters the variance by its square alone, since the differences' sum is 0. */
static void expect_normalised(struct matrix *out, struct matrix *scale, const struct matrix *x, int n, int C,
                              double epsilon) {
    double mean = 0, size = 0, variance = 0;
    for (int c = 0; c < C; c++) {
        mean += value(x, n, c) / C;
        size += fabs(value(x, n, c)) / C;
    }
    for (int c = 0; c < C; c++) variance += (value(x, n, c) - mean) * (value(x, n, c) - mean) / C;
    double off = (ROW_SUM(C) + 1) * ROUNDING * size;
    double variance_off = variance * (ROW_SUM(C) + 3) * ROUNDING + off * off + SMALLEST;
    double by = 1 / sqrt(variance + epsilon);
    double share = 0.5 * variance_off / (variance + epsilon) + 4 * ROUNDING;
    expect(scale, n, 0, by, by * share);
    for (int c = 0; c < C; c++) {
        double difference = value(x, n, c) - mean;
        expect(out, n, c, difference * by,
               by * (off + 2 * ROUNDING * fabs(difference) + share * (fabs(difference) + off)) + SMALLEST);
    }
}

static void one_normalise(int N, int C, double factor, double shift, double epsilon) {
    struct check *check = check_begin("normalise_forward", "N %d, C %d, %g + %g x", N, C, shift, factor);
    struct matrix *x = check_scaled(check, "x", N, C, C, factor);
    struct matrix *out = check_matrix(check, "out", N, C, C);
    struct matrix *scale = check_matrix(check, "scale", N, 1, 1);
    for (int n = 0; n < N; n++) {
        for (int c = 0; c < C; c++) set(x, n, c, shift + value(x, n, c));
        expect_normalised(out, scale, x, n, C, epsilon);
    }
    for (const struct kernels *kernels; (kernels = check_level(check));)
        kernels->normalise_forward(out->at, scale->at, x->at, N, C, epsilon);
    check_end(check);
}

void check_normalise_forward(void **state) {
    (void)state;
    for (int i = 0; i < COUNT(widths); i++)
        for (int r = 0; r < COUNT(row_counts); r++) one_normalise(row_counts[r], widths[i], 1, 0, 1e-5);
    one_normalise(5, 48, 1, 1000, 1e-5);
    one_normalise(5, 48, 0, 3, 1e-5); /* no variance */
    one_normalise(5, 48, 1e-3, 0, 1e-5);
    one_normalise(5, 48, 1e-20, 0, 1e-12);
    one_normalise(5, 48, 1e15, 0, 1e-5);
}

void check_normalise_backward(void **state) {
    (void)state;
    for (int i = 0; i < COUNT(widths); i++)
        for (int r = 0; r < COUNT(row_counts); r++) {
            int C = widths[i], N = row_counts[r];
            struct check *check = check_begin("normalise_backward", "N %d, C %d", N, C);
            struct matrix *d_out = check_matrix(check, "d_out", N, C, C),
                          *out = check_matrix(check, "out", N, C, C);
            struct matrix *scale = check_matrix(check, "scale", N, 1, 1),
                          *d_x = check_matrix(check, "d_x", N, C, C);
            for (int n = 0; n < N; n++) {
                double mean = 0, size = 0, slope = 0, slope_size = 0;
                for (int c = 0; c < C; c++) {
                    double d = value(d_out, n, c), y = value(out, n, c);
                    mean += d / C;
                    size += fabs(d) / C;
                    slope += d * y / C;
                    slope_size += fabs(d * y) / C;
                }
                for (int c = 0; c < C; c++) {
                    double d = value(d_out, n, c), y = value(out, n, c), by = value(scale, n, 0);
                    double terms = fabs(d) + size + fabs(y) * slope_size,
                           change = by * (d - mean - y * slope);
                    expect(d_x, n, c, value(d_x, n, c) + change,
                           ROUNDING *
                               (fabs(by) * (ROW_SUM(C) + 5) * terms + fabs(value(d_x, n, c)) + fabs(change)));
                }
            }
            for (const struct kernels *kernels; (kernels = check_level(check));)
                kernels->normalise_backward(d_x->at, d_out->at, out->at, scale->at, N, C);
            check_end(check);
        }
}

void check_value_head_forward(void **state) {
    (void)state;
    for (int i = 0; i < COUNT(widths); i++)
        for (int r = 0; r < COUNT(row_counts); r++) {
            int C = widths[i], N = row_counts[r];
            struct check *check = check_begin("value_head_forward", "N %d, C %d", N, C);
            struct matrix *x = check_matrix(check, "x", N, C, C),
                          *weight = check_matrix(check, "weight", 1, C + 1, C + REAL_VECTOR),
                          *out = check_matrix(check, "out", N, 1, 1);
            for (int n = 0; n < N; n++) {
                double sum = value(weight, 0, C), size = fabs(sum);
                for (int c = 0; c < C; c++) {
                    sum += value(x, n, c) * value(weight, 0, c);
                    size += fabs(value(x, n, c) * value(weight, 0, c));
                }
                expect(out, n, 0, sum, (ROW_SUM(C) + 1) * ROUNDING * size);
            }
            for (const struct kernels *kernels; (kernels = check_level(check));)
                kernels->value_head_forward(out->at, x->at, weight->at, N, C);
            check_end(check);
        }
}

void check_value_head_backward(void **state) {
    (void)state;
    for (int i = 0; i < COUNT(widths); i++)
        for (int r = 0; r < COUNT(row_counts); r++) {
            int C = widths[i], N = row_counts[r];
            struct check *check = check_begin("value_head_backward", "N %d, C %d", N, C);
            struct matrix *x = check_matrix(check, "x", N, C, C), *d_x = check_matrix(check, "d_x", N, C, C);
            struct matrix *weight = check_matrix(check, "weight", 1, C + 1, C + REAL_VECTOR),
                          *d_weight = check_matrix(check, "d_weight", 1, C + 1, C + REAL_VECTOR);
            struct matrix *d_out = check_matrix(check, "d_out", N, 1, 1);
            for (int c = 0; c <= C; c++) { /* the bias is behind the last column */
                double sum = value(d_weight, 0, c), size = fabs(sum);
                for (int n = 0; n < N; n++) {
                    double by = value(d_out, n, 0), term = by * (c < C ? value(x, n, c) : 1);
                    sum += term;
                    size += fabs(term);
                    if (c == C) continue;
                    double before = value(d_x, n, c), change = by * value(weight, 0, c);
                    expect(d_x, n, c, before + change,
                           ROUNDING * (fabs(change) + fabs(before + change) + fabs(before)));
                }
                expect(d_weight, 0, c, sum, (N + 1) * ROUNDING * size);
            }
            for (const struct kernels *kernels; (kernels = check_level(check));)
                kernels->value_head_backward(d_x->at, d_weight->at, d_out->at, x->at, weight->at, N, C);
            check_end(check);
        }
}

static const int output_counts[] = {1, 3, 16, 37};

/* The layouts of a product's right matrix: rows, or panels among those of a larger matrix. */
static void one_fold(int I, int O, bool panels, bool with_bias) {
    struct check *check = check_begin("fold_forward", "I %d, O %d, %s", I, O, panels ? "panels" : "rows");
    struct matrix *weight = check_matrix(check, "weight", O, I, I),
                  *gain = check_matrix(check, "gain", 1, I, I);
    struct matrix *bias = check_matrix(check, "bias", 1, O, O),
                  *shift = check_matrix(check, "shift", 1, I, I);
    int others = 3; /* outputs of the larger matrix */
    struct matrix *to =
        panels ? check_matrix(check, "to", I / REAL_VECTOR * (O + others), REAL_VECTOR, REAL_VECTOR)
               : check_matrix(check, "to", O, I, check_ld(I));
    struct matrix *folded_bias = check_matrix(check, "folded bias", 1, O, O);
    for (int o = 0; o < O; o++) {
        double sum = with_bias ? value(bias, 0, o) : 0, size = fabs(sum);
        for (int i = 0; i < I; i++) {
            double w = value(weight, o, i), folded = w * value(gain, 0, i);
            int row = panels ? i / REAL_VECTOR * (O + others) + o : o;
            expect(to, row, panels ? i % REAL_VECTOR : i, folded, ROUNDING * fabs(folded));
            sum += w * value(shift, 0, i);
            size += fabs(w * value(shift, 0, i));
        }
        expect(folded_bias, 0, o, sum, (ROW_SUM(I) + 1) * ROUNDING * size);
    }
    size_t row = panels ? (size_t)REAL_VECTOR : (size_t)to->ld;
    size_t panel = panels ? (size_t)(O + others) * REAL_VECTOR : (size_t)REAL_VECTOR;
    for (const struct kernels *kernels; (kernels = check_level(check));)
        kernels->fold_forward(to->at, row, panel, folded_bias->at, weight->at, with_bias ? bias->at : NULL,
                              gain->at, shift->at, I, O);
    check_end(check);
}

void check_fold_forward(void **state) {
    (void)state;
    for (int i = 0; i < COUNT(widths); i++)
        for (int o = 0; o < COUNT(output_counts); o++)
            for (int form = 0; form < 4; form++) one_fold(widths[i], output_counts[o], form % 2, form / 2);
}

static void one_fold_backward(int I, int O, bool with_bias) {
    struct check *check = check_begin("fold_backward", "I %d, O %d, bias %d", I, O, with_bias);
    struct matrix *weight = check_matrix(check, "weight", O, I, I),
                  *gain = check_matrix(check, "gain", 1, I, I);
    struct matrix *shift = check_matrix(check, "shift", 1, I, I);
    struct matrix *d_folded = check_matrix(check, "d_folded_bias", 1, O, O);
    struct matrix *d_weight = check_matrix(check, "d_weight", O, I, I),
                  *d_bias = check_matrix(check, "d_bias", 1, O, O);
    struct matrix *d_gain = check_matrix(check, "d_gain", 1, I, I),
                  *d_shift = check_matrix(check, "d_shift", 1, I, I);
    for (int o = 0; o < O && with_bias; o++) expect(d_bias, 0, o, value(d_folded, 0, o), 0);
    for (int i = 0; i < I; i++) {
        double by_gain = value(d_gain, 0, i), by_shift = value(d_shift, 0, i);
        double gain_size = fabs(by_gain), shift_size = fabs(by_shift);
        for (int o = 0; o < O; o++) {
            double d = value(d_weight, o, i), b = value(d_folded, 0, o), w = value(weight, o, i);
            double by_weight = d * value(gain, 0, i), rest = b * value(shift, 0, i);
            expect(d_weight, o, i, by_weight + rest, 2 * ROUNDING * (fabs(by_weight) + fabs(rest)));
            by_gain += d * w;
            gain_size += fabs(d * w);
            by_shift += b * w;
            shift_size += fabs(b * w);
        }
        expect(d_gain, 0, i, by_gain, O * ROUNDING * gain_size);
        expect(d_shift, 0, i, by_shift, O * ROUNDING * shift_size);
    }
    for (const struct kernels *kernels; (kernels = check_level(check));)
        kernels->fold_backward(d_weight->at, with_bias ? d_bias->at : NULL, d_gain->at, d_shift->at,
                               d_folded->at, weight->at, gain->at, shift->at, I, O);
    check_end(check);
}

void check_fold_backward(void **state) {
    (void)state;
    for (int i = 0; i < COUNT(widths); i++)
        for (int o = 0; o < COUNT(output_counts); o++) {
            one_fold_backward(widths[i], output_counts[o], true);
            one_fold_backward(widths[i], output_counts[o], false);
        }
}

/* Pairs (d, d + R / 2) of q and k are turned by the angle whose cosine and sine the table has; v stays. */
static void one_rotary(int N, int H, int D, int R, bool back) {
    static const int32_t position[] = {2, 0, 7, 6, 6, 1, 3};
    struct check *check = check_begin("rotary", "N %d, H %d, D %d, R %d, back %d", N, H, D, R, back);
    struct matrix *table = check_matrix(check, "table", 8, R, R ? R : 1);
    struct matrix *qkv = check_matrix(check, "qkv", N, 3 * H * D, check_ld(3 * H * D));
    for (int n = 0; n < N; n++)
        for (int part = 0; part < 3 * H; part++)
            for (int r = 0; r < R / 2 && part % 3 < 2; r++) {
                int low = part * D + r, high = low + R / 2;
                double a = value(qkv, n, low), b = value(qkv, n, high);
                double cosine = value(table, position[n], r), sine = value(table, position[n], R / 2 + r);
                double turn = back ? -sine : sine;
                expect(qkv, n, low, a * cosine - b * turn,
                       2 * ROUNDING * (fabs(a * cosine) + fabs(b * turn)));
                expect(qkv, n, high, b * cosine + a * turn,
                       2 * ROUNDING * (fabs(b * cosine) + fabs(a * turn)));
            }
    for (const struct kernels *kernels; (kernels = check_level(check));)
        kernels->rotary(qkv->at, qkv->ld, position, table->at, N, H, D, R, back);
    check_end(check);
}

void check_rotary(void **state) {
    (void)state;
    static const int heads[][2] = {{1, 0},  {2, 2},  {5, 2},  {8, 0},   {8, 2},   {8, 8},
                                   {16, 4}, {24, 6}, {32, 8}, {64, 16}, {64, 64}, {80, 20}};
    for (int h = 0; h < COUNT(heads); h++)
        for (int r = 0; r < COUNT(row_counts); r++)
            for (int H = 1; H <= 3; H++) {
                one_rotary(row_counts[r], H, heads[h][0], heads[h][1], false);
                one_rotary(row_counts[r], H, heads[h][0], heads[h][1], true);
            }
}
