/* What happens once a step, and the yardstick. See check.h. */
#include <math.h>
#include <string.h>

#include "tests/kernels/check.h"

static const int counts[] = {0, 1, 7, 15, 16, 17, 64, 1001};

void check_update_add_up(void **state) {
    (void)state;
    for (int i = 0; i < COUNT(counts); i++) {
        int n = counts[i];
        struct check *check = check_begin("update_add_up", "n %d", n);
        struct matrix *other = check_matrix(check, "other", 1, n, n + 1);
        struct matrix *sum = check_matrix(check, "sum", 1, n, n + 1);
        for (int j = 0; j < n; j++) {
            double exact = value(sum, 0, j) + value(other, 0, j);
            expect(sum, 0, j, exact, ROUNDING * fabs(exact));
        }
        for (const struct kernels *kernels; (kernels = check_level(check));)
            kernels->update_add_up(sum->at, other->at, (size_t)n);
        check_end(check);
    }
}

/* Squares of floats are exact in double, so that each number takes part in as many roundings as there are
 * additions. */
void check_update_squares(void **state) {
    (void)state;
    static const double factors[] = {1, 1e-30, 1e30};
    for (int i = 0; i < COUNT(counts); i++)
        for (int f = 0; f < COUNT(factors); f++) {
            int n = counts[i], padded = real_padded(n);
            struct check *check = check_begin("update_squares", "n %d, times %g", n, factors[f]);
            struct matrix *values = check_scaled(check, "values", 1, padded, padded + 1, factors[f]);
            long double sum = 0;
            for (int j = n; j < padded; j++) set(values, 0, j, 0);
            for (int j = 0; j < n; j++)
                sum += (long double)value(values, 0, j) * (long double)value(values, 0, j);
            for (const struct kernels *kernels; (kernels = check_level(check));)
                check_number(check, "sum", kernels->update_squares(values->at, (size_t)n), (double)sum,
                             (n / 8 + 9) * 0x1p-53 * (double)sum);
            check_end(check);
        }
}

/* Roundings: of the gradient times the factor 2, of beta or 1 - beta 1, of products and sums one each. */
static void one_adamw(int n, const struct adamw *adamw, double gradient) {
    struct check *check =
        check_begin("update_adamw", "n %d, step %lld, gradient %g", n, (long long)adamw->step, gradient);
    struct matrix *w = check_matrix(check, "w", 1, n, n + 1),
                  *m = check_scaled(check, "m", 1, n, n + 1, gradient);
    struct matrix *v = check_scaled(check, "v", 1, n, n + 1, gradient * gradient);
    struct matrix *g = check_scaled(check, "g", 1, n, n + 1, gradient);
    double first = 1 - pow(adamw->beta1, (double)adamw->step),
           second = 1 - pow(adamw->beta2, (double)adamw->step);
    for (int i = 0; i < n; i++) {
        set(v, 0, i, fabs(value(v, 0, i)));
        double d = value(g, 0, i) * adamw->factor, old = value(w, 0, i);
        double kept = adamw->beta1 * value(m, 0, i), added = (1 - adamw->beta1) * d, moment = kept + added;
        double moment_off = 5 * ROUNDING * (fabs(kept) + fabs(added)) + SMALLEST;
        double spread = adamw->beta2 * value(v, 0, i) + (1 - adamw->beta2) * d * d;
        double spread_off = 8 * ROUNDING * spread + 3 * SMALLEST;
        double root = sqrt(spread / second), below = root + adamw->epsilon;
        /* The root of a number that errs by a share errs by half of that, and never by more than its root. */
        double root_off = (root > 0 ? fmin(spread_off / second / root, sqrt(spread_off / second))
                                    : sqrt(spread_off / second)) +
                          4 * ROUNDING * root;
        double change = adamw->rate * moment / first / below;
        double change_off = adamw->rate * moment_off / first / below +
                            fabs(change) * (root_off / (below - root_off) + 5 * ROUNDING);
        double keep = old * (1 - adamw->rate * adamw->decay);
        expect(m, 0, i, moment, moment_off);
        expect(v, 0, i, spread, spread_off);
        expect(w, 0, i, keep - change, change_off + 3 * ROUNDING * (fabs(keep) + fabs(change)));
    }
    for (const struct kernels *kernels; (kernels = check_level(check));)
        kernels->update_adamw(adamw, w->at, g->at, m->at, v->at, (size_t)n);
    check_end(check);
}

void check_update_adamw(void **state) {
    (void)state;
    static const struct adamw settings[] = {
        {1e-3, 0.9, 0.95, 1e-8, 0.1, 1, 1},
        {1e-3, 0.9, 0.999, 1e-8, 0, 2, 0.3},
        {0.1, 0.5, 0.98, 1e-3, 0.5, 100000, 1.0 / 37},
        {0, 0.9, 0.95, 1e-8, 0.1, 7, 1},
    };
    static const double gradients[] = {1, 1e-5, 1e-18, 1e-25, 1e10};
    for (int i = 0; i < COUNT(counts); i++)
        for (int s = 0; s < COUNT(settings); s++)
            for (int g = 0; g < COUNT(gradients); g++) one_adamw(counts[i], &settings[s], gradients[g]);
}

/* Bytes of a level's registers. */
static int register_bytes(const char *level) {
    static const struct {
        const char *level;
        int bytes;
    } levels[] = {{"x86-64-v3", 32}, {"x86-64-v4", 64}, {"aarch64-neon", 16}};
    for (int i = 0; i < COUNT(levels); i++)
        if (!strcmp(level, levels[i].level)) return levels[i].bytes;
    fail_msg("registers of level %s: how wide are they?", level);
    return 0;
}

/* Twelve registers of sums, a multiplication and an addition in each of their floats a round. */
void check_multiply_add(void **state) {
    (void)state;
    static const int rounds[] = {0, 1, 2, 3, 1000};
    for (int r = 0; r < COUNT(rounds); r++) {
        struct check *check = check_begin("multiply_add", "%d rounds", rounds[r]);
        for (const struct kernels *kernels; (kernels = check_level(check));) {
            int lanes = register_bytes(kernels->level) / (int)sizeof(real);
            double sum = 0, start = 3;
            for (int i = 0; i < 12; i++) {
                double one = start * 1e-3 * i;
                for (int round = 0; round < rounds[r]; round++) one = one * 0.999 + start * 1e-3;
                sum += lanes * one;
            }
            real total = 5;
            double operations = kernels->multiply_add((real)start, rounds[r], &total);
            if (operations != 12.0 * 2 * lanes * rounds[r])
                check_fail(check, "operations", 0, 0, operations, 12.0 * 2 * lanes * rounds[r]);
            /* The constants err by one rounding each, which adds up over the rounds. */
            double off = (2 * rounds[r] + 32) * ROUNDING * (5 + sum);
            if (fabs((double)total - 5 - sum) > off) check_fail(check, "total", 0, 0, (double)total, 5 + sum);
        }
        check_end(check);
    }
}
