/* Attention: whole samples forward and backward, and one token at a time. See check.h.
 *
 * A score adds D terms; it enters exp less the largest and times the scale, with four roundings more. What
 * that makes of a weight is a share of it (weight_off), and the outputs are sums of up to T weights times
 * numbers. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "tests/kernels/check.h"

static const int head_sizes[] = {1, 2, 3, 5, 6, 7, 8, 10, 12, 16, 24, 32, 40, 64, 80};
/* Around groups of 12 rows, vectors of 16, blocks of 48. */
static const int lengths[] = {1, 2, 11, 12, 13, 15, 16, 17, 31, 47, 48, 49, 60, 61, 97, 100};

/* One head's rows in double, and its scores: T x T. */
struct head {
    int T, D;
    double *q, *k, *v;         /* (T,D) */
    double *score, *score_off; /* (T,T): q k^T, and by how much the kernel's may be off */
};

static double *numbers(int count) {
    double *made = memory_array((size_t)count, sizeof *made);
    assert_non_null(made);
    return made;
}

static double dot(const double *a, const double *b, int n, double *size) {
    double sum = 0;
    *size = 0;
    for (int i = 0; i < n; i++) {
        sum += a[i] * b[i];
        *size += fabs(a[i] * b[i]);
    }
    return sum;
}

static struct head head_of(const struct matrix *qkv, int h, int T, int D) {
    struct head head = {T, D, numbers(T * D), numbers(T * D), numbers(T * D), numbers(T * T), numbers(T * T)};
    double *part[] = {head.q, head.k, head.v};
    for (int t = 0; t < T; t++)
        for (int i = 0; i < 3 * D; i++) part[i / D][t * D + i % D] = value(qkv, t, h * 3 * D + i);
    for (int t = 0; t < T; t++)
        for (int j = 0; j <= t; j++) {
            double size;
            head.score[t * T + j] = dot(head.q + t * D, head.k + j * D, D, &size);
            head.score_off[t * T + j] = D * (ROUNDING * size + SMALLEST);
        }
    return head;
}

static void head_free(struct head *head) {
    free(head->q);
    free(head->k);
    free(head->v);
    free(head->score);
    free(head->score_off);
}

/* Weights exp(scale (score - top)) times `share` of row t, and the share by which each may be off. */
static void weights_of(const struct head *head, int t, double top, double share, double *weight,
                       double *off) {
    double scale = 1 / sqrt(head->D);
    for (int j = 0; j <= t; j++) {
        double argument = scale * (head->score[t * head->T + j] - top);
        weight[j] = exp(argument) * share;
        off[j] = scale * head->score_off[t * head->T + j] + 4 * ROUNDING * fabs(argument) + EXP_ROUNDING +
                 ROUNDING;
    }
}

/* out and rows (largest score, one over the sum) of token t. */
static void expect_row(const struct head *head, int t, int h, int H, struct matrix *out, struct matrix *rows,
                       int row) {
    int T = head->T, D = head->D;
    double *weight = numbers(T), *off = numbers(T), top = -INFINITY, top_off = 0, sum = 0, sum_off = 0;
    for (int j = 0; j <= t; j++) {
        top = fmax(top, head->score[t * T + j]);
        top_off = fmax(top_off, head->score_off[t * T + j]);
    }
    weights_of(head, t, top, 1, weight, off);
    for (int j = 0; j <= t; j++) {
        off[j] += top_off / sqrt(D);
        sum += weight[j];
        sum_off += weight[j] * off[j];
    }
    double share_off = sum_off / sum + (T / REAL_VECTOR + 6) * ROUNDING;
    if (rows) {
        expect(rows, t * H + h, 0, top, top_off);
        expect(rows, t * H + h, 1, 1 / sum, share_off / sum);
    }
    for (int d = 0; d < D; d++) {
        double exact = 0, tolerance = 0;
        for (int j = 0; j <= t; j++) {
            double term = weight[j] / sum * head->v[j * D + d];
            exact += term;
            tolerance += fabs(term) * (off[j] + share_off + (t + 2) * ROUNDING) + SMALLEST;
        }
        expect(out, row, h * D + d, exact, tolerance);
    }
    free(weight);
    free(off);
}

static void one_forward(int T, int H, int D, double factor) {
    struct check *check = check_begin("attention_forward", "T %d, H %d, D %d, times %g", T, H, D, factor);
    struct matrix *qkv = check_scaled(check, "qkv", T, 3 * H * D, check_ld(3 * H * D), factor);
    struct matrix *out = check_matrix(check, "out", T, H * D, check_ld(H * D));
    struct matrix *rows = check_matrix(check, "rows", T * H, 2, 2);
    struct matrix *scratch = check_scratch(check, attention_scratch(T, D));
    for (int h = 0; h < H; h++) {
        struct head head = head_of(qkv, h, T, D);
        for (int t = 0; t < T; t++) expect_row(&head, t, h, H, out, rows, t);
        head_free(&head);
    }
    for (const struct kernels *kernels; (kernels = check_level(check));)
        kernels->attention_forward(out->at, out->ld, rows->at, qkv->at, qkv->ld, T, H, D, scratch->at);
    check_end(check);
}

void check_attention_forward(void **state) {
    (void)state;
    for (int i = 0; i < COUNT(lengths); i++)
        for (int d = 0; d < COUNT(head_sizes); d++)
            one_forward(lengths[i], 1 + (i + d) % 3, head_sizes[d], 1);
    one_forward(61, 2, 16, 6);    /* nearly all weight on one token */
    one_forward(61, 2, 16, 1e-3); /* nearly the same on all */
    one_forward(61, 2, 16, 1e-22);
    one_forward(61, 2, 16, 1e9);
}

/* What backward is given: rows and outputs that are right to the last bit or so. */
static void fill_kept(const struct head *head, int h, int H, struct matrix *out, struct matrix *rows) {
    int T = head->T, D = head->D;
    double *weight = numbers(T), *off = numbers(T);
    for (int t = 0; t < T; t++) {
        double top = -INFINITY, sum = 0;
        for (int j = 0; j <= t; j++) top = fmax(top, head->score[t * T + j]);
        weights_of(head, t, top, 1, weight, off);
        for (int j = 0; j <= t; j++) sum += weight[j];
        set(rows, t * H + h, 0, top);
        set(rows, t * H + h, 1, 1 / sum);
        for (int d = 0; d < D; d++) {
            double exact = 0;
            for (int j = 0; j <= t; j++) exact += weight[j] / sum * head->v[j * D + d];
            set(out, t, h * D + d, exact);
        }
    }
    free(weight);
    free(off);
}

/* Sums of gradients, and how much they may be off. */
struct sums {
    double *exact, *off;
};

static void add_to(struct sums *sums, int at, double term, double share) {
    sums->exact[at] += term;
    sums->off[at] += fabs(term) * share + SMALLEST;
}

/* d_score = weight (d_out v^T - d_out out) scale, then d_q = d_score k, d_k = d_score^T q, d_v = weight^T
 * d_out. */
static void expect_backward(const struct head *head, int h, int H, const struct matrix *d_out,
                            const struct matrix *out, const struct matrix *rows, struct matrix *d_qkv) {
    int T = head->T, D = head->D;
    double *weight = numbers(T), *off = numbers(T), *d = numbers(D), *o = numbers(D), scale = 1 / sqrt(D);
    struct sums sums[3];
    for (int p = 0; p < 3; p++) sums[p] = (struct sums){numbers(T * D), numbers(T * D)};
    for (int t = 0; t < T; t++) {
        double size, slope_size;
        for (int i = 0; i < D; i++) {
            d[i] = value(d_out, t, h * D + i);
            o[i] = value(out, t, h * D + i);
        }
        double slope = dot(d, o, D, &slope_size);
        weights_of(head, t, value(rows, t * H + h, 0), value(rows, t * H + h, 1), weight, off);
        for (int j = 0; j <= t; j++) {
            double by_weight = dot(d, head->v + j * D, D, &size);
            double d_score = weight[j] * scale * (by_weight - slope);
            double d_score_off = fabs(d_score) * (off[j] + 5 * ROUNDING) +
                                 weight[j] * scale * (D + 6) * ROUNDING * (size + slope_size);
            for (int i = 0; i < D; i++) {
                double q = head->q[t * D + i], k = head->k[j * D + i];
                add_to(&sums[0], t * D + i, d_score * k, (T + 1) * ROUNDING);
                sums[0].off[t * D + i] += d_score_off * fabs(k);
                add_to(&sums[1], j * D + i, d_score * q, (T + 1) * ROUNDING);
                sums[1].off[j * D + i] += d_score_off * fabs(q);
                add_to(&sums[2], j * D + i, weight[j] * d[i], off[j] + (T + 2) * ROUNDING);
            }
        }
    }
    for (int p = 0; p < 3; p++) {
        for (int t = 0; t < T; t++)
            for (int i = 0; i < D; i++)
                expect(d_qkv, t, (3 * h + p) * D + i, sums[p].exact[t * D + i], sums[p].off[t * D + i]);
        free(sums[p].exact);
        free(sums[p].off);
    }
    free(weight);
    free(off);
    free(d);
    free(o);
}

static void one_backward(int T, int H, int D, double factor) {
    struct check *check = check_begin("attention_backward", "T %d, H %d, D %d, times %g", T, H, D, factor);
    struct matrix *qkv = check_scaled(check, "qkv", T, 3 * H * D, check_ld(3 * H * D), factor);
    struct matrix *out = check_matrix(check, "out", T, H * D, check_ld(H * D));
    struct matrix *rows = check_matrix(check, "rows", T * H, 2, 2);
    struct matrix *d_out = check_matrix(check, "d_out", T, H * D, out->ld);
    struct matrix *d_qkv = check_scaled(check, "d_qkv", T, 3 * H * D, qkv->ld, (double)NAN);
    struct matrix *scratch = check_scratch(check, attention_scratch(T, D));
    for (int h = 0; h < H; h++) {
        struct head head = head_of(qkv, h, T, D);
        fill_kept(&head, h, H, out, rows);
        expect_backward(&head, h, H, d_out, out, rows, d_qkv);
        head_free(&head);
    }
    for (const struct kernels *kernels; (kernels = check_level(check));)
        kernels->attention_backward(d_qkv->at, d_qkv->ld, d_out->at, d_out->ld, out->at, rows->at, qkv->at, T,
                                    H, D, scratch->at);
    check_end(check);
}

void check_attention_backward(void **state) {
    (void)state;
    for (int i = 0; i < COUNT(lengths); i++)
        for (int d = 0; d < COUNT(head_sizes); d++)
            one_backward(lengths[i], 1 + (i + d) % 3, head_sizes[d], 1);
    one_backward(61, 2, 16, 4);
    one_backward(61, 2, 16, 1e-3);
    one_backward(61, 2, 16, 1e-22);
}

/* A sample token by token, with room for more in the cache. Each token is to have the very bits of
 * attention_forward; the last is held against the plain one too. */
static void one_step(int T, int H, int D, int room) {
    struct check *check = check_begin("attention_step", "at %d, H %d, D %d, room %d", T - 1, H, D, room);
    struct matrix *qkv = check_matrix(check, "qkv", T, 3 * H * D, check_ld(3 * H * D));
    struct matrix *out = check_matrix(check, "out", 1, H * D, check_ld(H * D));
    struct matrix *cache = check_scratch(check, (size_t)H * attention_cache(room, D));
    struct matrix *scratch = check_scratch(check, attention_step_scratch(room, D));
    int ld = real_padded(H * D);
    struct matrix *whole = check_scratch(check, (size_t)(T * ld));
    struct matrix *rows = check_scratch(check, 2 * (size_t)(T * H));
    struct matrix *more = check_scratch(check, attention_scratch(T, D));
    for (int h = 0; h < H; h++) {
        struct head head = head_of(qkv, h, T, D);
        expect_row(&head, T - 1, h, H, out, NULL, 0);
        head_free(&head);
    }
    for (const struct kernels *kernels; (kernels = check_level(check));) {
        kernels->attention_forward(whole->at, ld, rows->at, qkv->at, qkv->ld, T, H, D, more->at);
        for (int t = 0; t < T; t++) {
            kernels->attention_step(out->at, qkv->at + t * qkv->ld, cache->at, room, t, H, D, scratch->at);
            for (int d = 0; d < H * D; d++) {
                double found = value(out, 0, d), other = (double)whole->at[t * ld + d];
                if (found != other) check_fail(check, "out, against attention_forward,", t, d, found, other);
            }
        }
    }
    check_end(check);
}

void check_attention_step(void **state) {
    (void)state;
    for (int i = 0; i < COUNT(lengths); i++)
        for (int d = 0; d < COUNT(head_sizes); d++)
            one_step(lengths[i], 1 + (i + d) % 6, head_sizes[d],
                     real_padded(lengths[i]) + (i + d) % 2 * 4 * REAL_VECTOR);
}
