/* Every kernel's backward, and the whole model's gradient, against central finite differences in double
 * precision. */
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
#include "base/team.h"
#include "nn/learner.h"
#include "nn/levels.h"
#include "nn/linear.h"
#include "nn/rotary_table.h"

/* A function of several blocks of numbers; forward computes `out` from `in`, backward d_in from d_out. */
struct probe {
    const char *name;
    void (*forward)(struct probe *probe);
    void (*backward)(struct probe *probe);
    size_t sizes[5]; /* of the inputs, 0 ends */
    size_t out_size;
    real *in[5], *d_in[5], *out, *d_out;
    real *kept, *scratch;
};

/* Of the level under test. */
static const struct kernels *kernels;

static real *numbers(size_t count, uint64_t seed) {
    real *made = memory_aligned(count, sizeof *made);
    assert_non_null(made);
    struct pcg pcg = pcg_stream(seed, "probe", 0);
    for (size_t i = 0; seed && i < count; i++) made[i] = pcg_normal(&pcg);
    return made;
}

/* sum of out * d_out, whose gradient by the inputs is what backward returns for d_out. */
static double probe_value(struct probe *probe) {
    probe->forward(probe);
    double sum = 0;
    for (size_t i = 0; i < probe->out_size; i++) sum += probe->out[i] * probe->d_out[i];
    return sum;
}

/* Fails unless |a - b| is below 1e-6 of the larger, or of the largest of its block where both are small. */
static void assert_close(const char *what, size_t index, double found, double expected, double largest) {
    double scale = fmax(fmax(fabs(found), fabs(expected)), 0.01 * largest);
    if (fabs(found - expected) > 1e-6 * scale)
        fail_msg("%s: gradient %zu is %.12g, differences give %.12g", what, index, found, expected);
}

static void probe_check(struct probe *probe) {
    for (int b = 0; b < 5 && probe->sizes[b]; b++) {
        probe->in[b] = numbers(probe->sizes[b], 100 + (uint64_t)b);
        probe->d_in[b] = numbers(probe->sizes[b], 0);
    }
    probe->out = numbers(probe->out_size, 0);
    probe->d_out = numbers(probe->out_size, 7);
    probe->kept = numbers(4096, 0);
    probe->scratch = numbers(16384, 0);
    probe->forward(probe);
    probe->backward(probe);
    for (int b = 0; b < 5 && probe->sizes[b]; b++) {
        double largest = 0;
        for (size_t i = 0; i < probe->sizes[b]; i++) largest = fmax(largest, fabs(probe->d_in[b][i]));
        assert_true(largest > 0);
        for (size_t i = 0; i < probe->sizes[b]; i++) {
            double middle = probe->in[b][i], h = 1e-5;
            probe->in[b][i] = middle + h;
            double above = probe_value(probe);
            probe->in[b][i] = middle - h;
            double below = probe_value(probe);
            probe->in[b][i] = middle;
            assert_close(probe->name, i, probe->d_in[b][i], (above - below) / (2 * h), largest);
        }
    }
    for (int b = 0; b < 5 && probe->sizes[b]; b++) {
        free(probe->in[b]);
        free(probe->d_in[b]);
    }
    free(probe->out);
    free(probe->d_out);
    free(probe->kept);
    free(probe->scratch);
}

enum { N = 5, C = 16, F = 32, V = 11, VP = 16, H = 2, D = 8, R = 4, T = 37 };
static const int32_t some_tokens[N] = {3, 0, 3, 10, 7};
static const int32_t some_positions[N] = {0, 1, 2, 0, 9};

static void embedding_to(struct probe *p) { kernels->embedding_forward(p->out, some_tokens, p->in[0], N, C); }
static void embedding_from(struct probe *p) {
    kernels->embedding_backward(p->d_in[0], some_tokens, p->d_out, N, C);
}

/* Inputs: rows, weight, bias. */
static struct linear linear_of(struct probe *p, int I, int O) {
    struct linear linear = {I, O, false, p->scratch, p->scratch + I * O, p->in[2]};
    for (int o = 0; o < O; o++)
        for (int i = 0; i < I; i++)
            linear.backward[(size_t)(i / REAL_VECTOR) * linear_panel(&linear) +
                            (size_t)o * linear_row(&linear) + (size_t)(i % REAL_VECTOR)] =
                p->in[1][o * I + i];
    linear_refresh(&linear, kernels);
    return linear;
}
static void linear_shape_to(struct probe *p, int I, int O) {
    struct linear linear = linear_of(p, I, O);
    linear_forward(&linear, kernels, p->out, O, p->in[0], I, N, false);
}
static void linear_shape_from(struct probe *p, int I, int O) {
    struct linear linear = linear_of(p, I, O);
    linear_backward(&linear, kernels, p->d_in[0], I, p->d_in[2], p->d_out, O, N);
    real *d_weight = numbers((size_t)(I * O), 0);
    linear_backward_weight(&linear, kernels, d_weight, p->d_out, O, p->in[0], I, N, p->scratch + 2 * I * O);
    for (int o = 0; o < O; o++)
        for (int i = 0; i < I; i++)
            p->d_in[1][o * I + i] = d_weight[linear_is_turned(&linear) ? i * O + o : o * I + i];
    free(d_weight);
}
static void widening_to(struct probe *p) { linear_shape_to(p, C, F); }
static void widening_from(struct probe *p) { linear_shape_from(p, C, F); }
static void narrowing_to(struct probe *p) { linear_shape_to(p, F, C); }
static void narrowing_from(struct probe *p) { linear_shape_from(p, F, C); }

static void normalise_to(struct probe *p) {
    kernels->normalise_forward(p->out, p->kept, p->in[0], N, C, 1e-5);
}
static void normalise_from(struct probe *p) {
    kernels->normalise_backward(p->d_in[0], p->d_out, p->out, p->kept, N, C);
}

/* Inputs weight, bias, gain, shift; output folded weight, then folded bias. */
static void fold_to(struct probe *p) {
    kernels->fold_forward(p->out, C, REAL_VECTOR, p->out + F * C, p->in[0], p->in[1], p->in[2], p->in[3], C,
                          F);
}
static void fold_from(struct probe *p) {
    memcpy(p->d_in[0], p->d_out, F * C * sizeof(real));
    kernels->fold_backward(p->d_in[0], p->d_in[1], p->d_in[2], p->d_in[3], p->d_out + F * C, p->in[0],
                           p->in[2], p->in[3], C, F);
}

static void gelu_to(struct probe *p) {
    memcpy(p->kept, p->in[0], p->sizes[0] * sizeof(real));
    kernels->gelu_forward(p->out, F, p->kept, F, N, F, true);
}
static void gelu_from(struct probe *p) {
    kernels->gelu_backward(p->d_in[0], F, p->d_out, F, p->kept, F, N, F);
}

static void rotary_to(struct probe *p) {
    rotary_table_fill(p->kept, 10, R, 10000);
    memcpy(p->out, p->in[0], p->out_size * sizeof(real));
    kernels->rotary(p->out, 3 * C, some_positions, p->kept, N, H, D, R, false);
}
static void rotary_from(struct probe *p) {
    memcpy(p->d_in[0], p->d_out, p->out_size * sizeof(real));
    kernels->rotary(p->d_in[0], 3 * C, some_positions, p->kept, N, H, D, R, true);
}

static void attention_to(struct probe *p) {
    kernels->attention_forward(p->out, C, p->kept, p->in[0], 3 * C, T, H, D, p->scratch);
}
static void attention_from(struct probe *p) {
    kernels->attention_backward(p->d_in[0], 3 * C, p->d_out, C, p->out, p->kept, p->in[0], T, H, D,
                                p->scratch);
}

/* Output: the one number of the loss. */
static void cross_entropy_to(struct probe *p) {
    p->out[0] = kernels->cross_entropy_forward(p->kept, NULL, p->in[0], VP, some_tokens, N, V, 1);
}
static void cross_entropy_from(struct probe *p) {
    memcpy(p->d_in[0], p->in[0], p->sizes[0] * sizeof(real));
    real factor[N];
    for (int n = 0; n < N; n++) factor[n] = p->d_out[0];
    kernels->cross_entropy_backward(p->d_in[0], VP, p->kept, some_tokens, factor, NULL, NULL, N);
}

static void test_kernels(void **state) {
    (void)state;
    struct probe probes[] = {
        {"embedding", embedding_to, embedding_from, {V * C}, N * C, {0}, {0}, 0, 0, 0, 0},
        {"linear, wider", widening_to, widening_from, {N * C, F * C, F}, N * F, {0}, {0}, 0, 0, 0, 0},
        {"linear, narrower", narrowing_to, narrowing_from, {N * F, F * C, C}, N * C, {0}, {0}, 0, 0, 0, 0},
        {"normalise", normalise_to, normalise_from, {N * C}, N * C, {0}, {0}, 0, 0, 0, 0},
        {"fold", fold_to, fold_from, {F * C, F, C, C}, F * C + F, {0}, {0}, 0, 0, 0, 0},
        {"gelu", gelu_to, gelu_from, {N * F}, N * F, {0}, {0}, 0, 0, 0, 0},
        {"rotary", rotary_to, rotary_from, {N * 3 * C}, N * 3 * C, {0}, {0}, 0, 0, 0, 0},
        {"attention", attention_to, attention_from, {T * 3 * C}, T * C, {0}, {0}, 0, 0, 0, 0},
        {"cross entropy", cross_entropy_to, cross_entropy_from, {N * VP}, 1, {0}, {0}, 0, 0, 0, 0},
    };
    struct error error;
    assert_int_equal(levels_choose(&kernels, &error), ERR_OK);
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) probe_check(&probes[i]);
}

/* Three samples of different lengths in two lanes, some tokens without loss. */
static const int32_t tokens[] = {1, 4, 5, 6, 7, 2, 1, 8, 9, 10, 3, 3, 4, 5, 2, 1, 5, 2};
static const int32_t targets[] = {-1, -1, 6, 7, 2, -1, -1, 9, 10, 3, 3, 4, 5, 2, -1, 5, 2, -1};
static const int32_t starts0[] = {0, 6, 15}, starts1[] = {0, 3};

static void model_check(double rotary_share, int heads, int vocabulary) {
    struct gpt_config config = {.vocabulary = vocabulary,
                                .width = 16,
                                .layers = 2,
                                .heads = heads,
                                .ffn = 32,
                                .positions = 12,
                                .rotary_share = rotary_share,
                                .rotary_base = 100,
                                .epsilon = 1e-5};
    struct error error = {""};
    struct gpt *gpt;
    struct learner *learner;
    assert_int_equal(gpt_create(&config, &gpt, &error), ERR_OK);
    /* Larger and less regular than usual, so that every part matters. */
    struct pcg pcg = pcg_stream(5, "probe", 1);
    for (int i = 0; i < gpt->tensors; i++)
        for (size_t j = 0; j < gpt->tensor[i].size; j++)
            gpt_values(gpt, i)[j] = gpt->tensor[i].fill + 0.3 * pcg_normal(&pcg);
    struct learner_options options = learner_defaults(12);
    options.lanes = 2;
    options.chunk = 12; /* the first lane takes two chunks */
    struct team *team = NULL;
    assert_int_equal(team_create(1, &team, &error), ERR_OK);
    assert_int_equal(learner_create(gpt, &options, &learner, &error), ERR_OK);
    struct gpt_batch lanes[2] = {{tokens, targets, starts0, 2, NULL},
                                 {tokens + 15, targets + 15, starts1, 1, NULL}};
    struct learner_step result;
    const real *kept;
    assert_int_equal(learner_gradient(learner, team, lanes, &result, &kept, &error), ERR_OK);
    assert_int_equal(result.tokens, 18);
    assert_int_equal(result.targets, 12);
    real *gradient = memory_aligned(gpt->size, sizeof *gradient);
    memcpy(gradient, kept, gpt->size * sizeof *gradient);
    for (int i = 0; i < gpt->tensors; i++) {
        real *value = gpt_values(gpt, i), *found = gradient + gpt->tensor[i].offset;
        double largest = 0;
        for (size_t j = 0; j < gpt->tensor[i].size; j++) largest = fmax(largest, fabs(found[j]));
        assert_true(largest > 0);
        for (size_t j = 0; j < gpt->tensor[i].size; j++) {
            double middle = value[j], h = 1e-4, sum = 0;
            /* Four points: the error is of order h^4. */
            const double at[4] = {1, -1, 2, -2}, weight[4] = {8, -8, -1, 1};
            for (int k = 0; k < 4; k++) {
                value[j] = middle + at[k] * h;
                learner_refresh(learner);
                assert_int_equal(learner_gradient(learner, team, lanes, &result, NULL, &error), ERR_OK);
                sum += weight[k] * result.loss;
            }
            value[j] = middle;
            assert_close(gpt->tensor[i].name, j, found[j], sum / (12 * h), largest);
        }
    }
    free(gradient);
    learner_free(learner);
    team_free(team);
    gpt_free(gpt);
}

static void test_model(void **state) {
    (void)state;
    model_check(0.25, 2, 11);
    model_check(1.0, 4, 19); /* wider than the model: the output's gradient is kept turned */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_kernels), cmocka_unit_test(test_model)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
