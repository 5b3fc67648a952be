/* What a training step does with a gradient, against formulas: AdamW, and the loss and norm that are
 * reported. Schedule, decay and clipping by what they do are in test_nn_learner.c. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/team.h"
#include "nn/levels.h"
#include "nn/score.h"
#include "tests/toy_model.h"

static void assert_near(const char *what, double found, double expected, double tolerance) {
    if (!(fabs(found - expected) <= tolerance)) fail_msg("%s: %.9g, expected %.9g", what, found, expected);
}

/* Loshchilov and Hutter 2019, algorithm 2, in double precision. */
struct reference {
    double w, m, v;
};

static void reference_update(struct reference *r, const struct adamw *a, double gradient) {
    double g = gradient * a->factor;
    r->m = a->beta1 * r->m + (1 - a->beta1) * g;
    r->v = a->beta2 * r->v + (1 - a->beta2) * g * g;
    double m = r->m / (1 - pow(a->beta1, (double)a->step)), v = r->v / (1 - pow(a->beta2, (double)a->step));
    r->w -= a->rate * (m / (sqrt(v) + a->epsilon) + a->decay * r->w);
}

static void test_adamw(void **state) {
    (void)state;
    enum { N = 50, STEPS = 30 };
    const struct kernels *kernels;
    OK(levels_choose(&kernels, &error));
    static const double epsilons[] = {1e-8, 0.1}, decays[] = {0, 0.5};
    for (int c = 0; c < 4; c++) {
        struct reference reference[N] = {{0}};
        real w[N], g[N], m[N] = {0}, v[N] = {0};
        struct pcg pcg = pcg_stream(1, "test", 0);
        for (int i = 0; i < N; i++) reference[i].w = w[i] = (real)pcg_normal(&pcg);
        for (int step = 1; step <= STEPS; step++) {
            struct adamw adamw = {.rate = 0.01 * step,
                                  .beta1 = 0.8,
                                  .beta2 = 0.95,
                                  .epsilon = epsilons[c / 2],
                                  .decay = decays[c % 2],
                                  .step = step,
                                  .factor = step % 3 ? 1 : 0.25};
            for (int i = 0; i < N; i++) {
                g[i] = (real)pcg_normal(&pcg);
                reference_update(&reference[i], &adamw, g[i]);
            }
            kernels->update_adamw(&adamw, w, g, m, v, N);
            for (int i = 0; i < N; i++) assert_near("a parameter", w[i], reference[i].w, 2e-5);
        }
    }
}

/* A fresh model and its learner, and one batch. */
struct setting {
    struct gpt *gpt;
    struct learner *learner;
    struct team *team;
    struct toy_batch batch;
};

static struct setting *open_setting(struct learner_options options) {
    struct setting *s = calloc(1, sizeof *s);
    struct gpt_config config = toy_config();
    OK(gpt_create(&config, &s->gpt, &error));
    gpt_initialise(s->gpt, 5);
    OK(learner_create(s->gpt, &options, &s->learner, &error));
    OK(team_create(1, &s->team, &error));
    toy_batch_fill(&s->batch, 0);
    return s;
}

static void close_setting(struct setting *s) {
    learner_free(s->learner);
    team_free(s->team);
    gpt_free(s->gpt);
    free(s);
}

/* Matrices shrink, gains and biases do not; the gradient is cut to the norm, or taken as it is. */
static void test_step_is_adamw_of_the_clipped_gradient(void **state) {
    (void)state;
    static const double clips[] = {0, 0.05, 1000};
    for (int c = 0; c < 3; c++) {
        struct learner_options options = learner_defaults(TOY_LONGEST);
        options.clip = clips[c];
        options.weight_decay = 0.5;
        options.adam_epsilon = 0.01; /* large, so that the size of a gradient shows in the first step */
        struct setting *s = open_setting(options);
        struct learner_step result;
        const real *gradient;
        OK(learner_gradient(s->learner, s->team, s->batch.lanes, &result, &gradient, &error));
        real *g = malloc(s->gpt->size * sizeof *g), *before = malloc(s->gpt->size * sizeof *before);
        memcpy(g, gradient, s->gpt->size * sizeof *g);
        memcpy(before, s->gpt->values, s->gpt->size * sizeof *before);
        double squares = 0;
        for (size_t i = 0; i < s->gpt->size; i++) squares += (double)g[i] * (double)g[i];
        assert_near("the norm", result.gradient_norm, sqrt(squares), 1e-6);
        assert_true(result.gradient_norm > 0.1 && result.gradient_norm < 1000);
        OK(learner_step(s->learner, s->team, s->batch.lanes, 0.1, &result, &error));
        for (int t = 0; t < s->gpt->tensors; t++) {
            const struct gpt_tensor *tensor = &s->gpt->tensor[t];
            struct adamw adamw = {.rate = 0.1,
                                  .beta1 = options.beta1,
                                  .beta2 = options.beta2,
                                  .epsilon = options.adam_epsilon,
                                  .decay = tensor->columns ? 0.5 : 0,
                                  .step = 1,
                                  .factor = c == 1 ? 0.05 / result.gradient_norm : 1};
            for (size_t j = tensor->offset; j < tensor->offset + tensor->size; j++) {
                struct reference reference = {before[j], 0, 0};
                reference_update(&reference, &adamw, g[j]);
                assert_near(tensor->name, s->gpt->values[j], reference.w, 1e-5);
            }
        }
        free(g);
        free(before);
        close_setting(s);
    }
}

/* The loss is the mean over targets, whatever the lanes hold: as scoring has it. */
static void test_loss_is_the_mean_over_targets(void **state) {
    (void)state;
    struct setting *s = open_setting(learner_defaults(TOY_LONGEST));
    s->batch.lanes[2].samples = 3; /* lanes of different size */
    struct learner_step result;
    OK(learner_gradient(s->learner, s->team, s->batch.lanes, &result, NULL, &error));
    double sum = 0;
    int scored = 0;
    for (int lane = 0; lane < TOY_LANES; lane++)
        for (int i = 0; i < s->batch.lanes[lane].samples; i++) {
            const int32_t *tokens = s->batch.tokens[lane] + s->batch.starts[lane][i];
            int length = s->batch.starts[lane][i + 1] - s->batch.starts[lane][i], from = 0;
            double logarithms[TOY_LONGEST];
            while (tokens[from] != TOY_EQUALS) from++;
            struct score_request request = {tokens, length, from + 1, logarithms};
            OK(score_sequences(s->gpt, s->team, &request, 1, &error));
            for (int t = from + 1; t < length; t++, scored++) sum -= logarithms[t - from - 1];
        }
    assert_int_equal(result.targets, scored);
    assert_near("the loss", result.loss, sum / scored, 1e-5);
    close_setting(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_adamw),
        cmocka_unit_test(test_step_is_adamw_of_the_clipped_gradient),
        cmocka_unit_test(test_loss_is_the_mean_over_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
