/* The optimiser's surroundings: the learning rate of each step, which tensors decay, what clipping does. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/team.h"
#include "nn/learner.h"
#include "tests/toy_model.h"

static void test_schedule(void **state) {
    (void)state;
    static const struct {
        int64_t step, warmup, total;
        double share; /* of the peak */
    } cases[] = {
        {0, 10, 110, 0.1},          /* the first step learns already */
        {4, 10, 110, 0.5},          /* half-way up */
        {9, 10, 110, 1},            /* the top, */
        {10, 10, 110, 1},           /* where the cosine begins */
        {35, 10, 110, 0.86819805},  /* 0.1 + 0.45 (1 + cos(pi / 4)) */
        {60, 10, 110, 0.55},        /* half-way down */
        {85, 10, 110, 0.23180195},  /* 0.1 + 0.45 (1 - cos(pi / 4)) */
        {109, 10, 110, 0.10022205}, /* the last step: a tenth, never 0 */
        {110, 10, 110, 0.1},        /* and beyond it */
        {500, 10, 110, 0.1},
        {0, 0, 100, 1}, /* no warm-up */
        {50, 0, 100, 0.55},
        {5, 10, 4, 0.6}, /* nothing but warm-up */
        {10, 10, 10, 1},
        {12, 10, 4, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double found = learner_schedule(3e-3, cases[i].step, cases[i].warmup, cases[i].total) / 3e-3;
        if (!(fabs(found - cases[i].share) < 1e-7))
            fail_msg("case %zu: %.8f of the peak (expected %.8f)", i, found, cases[i].share);
    }
    for (int64_t step = 1; step < 110; step++) {
        double before = learner_schedule(1, step - 1, 10, 110), now = learner_schedule(1, step, 10, 110);
        assert_true(step < 10 ? now > before : step == 10 ? now == before : now < before);
    }
}

/* A model with no value at 0 or 1, so that decay shows in every tensor. */
static struct gpt *make_model(void) {
    struct gpt_config config = toy_config();
    struct gpt *gpt;
    OK(gpt_create(&config, &gpt, &error));
    gpt_initialise(gpt, 3);
    struct pcg pcg = pcg_stream(3, "test", 0);
    for (int i = 0; i < gpt->tensors; i++)
        for (size_t j = 0; !gpt->tensor[i].columns && j < gpt->tensor[i].size; j++)
            gpt_values(gpt, i)[j] += (real)(0.5 + 0.2 * pcg_normal(&pcg));
    return gpt;
}

/* The model after one step. */
static struct gpt *train(struct learner_options options, double rate, struct learner_step *step) {
    struct gpt *gpt = make_model();
    struct learner *learner;
    struct team *team = NULL;
    struct toy_batch *batch = calloc(1, sizeof *batch);
    assert_non_null(batch);
    OK(team_create(1, &team, &error));
    OK(learner_create(gpt, &options, &learner, &error));
    toy_batch_fill(batch, 0);
    OK(learner_step(learner, team, batch->lanes, rate, step, &error));
    learner_free(learner);
    team_free(team);
    free(batch);
    return gpt;
}

/* A step with decay d takes rate * d of each weight besides the step without (decoupled, as AdamW has it),
 * in matrices, embeddings included; norms and biases come out the same to the bit. */
static void test_matrices_decay_and_vectors_do_not(void **state) {
    (void)state;
    struct learner_options options = learner_defaults(TOY_LONGEST);
    struct learner_step step;
    struct gpt *before = make_model();
    options.weight_decay = 0;
    struct gpt *without = train(options, 0.01, &step);
    options.weight_decay = 5;
    struct gpt *with = train(options, 0.01, &step);
    int matrices = 0, vectors = 0;
    for (int i = 0; i < before->tensors; i++) {
        const struct gpt_tensor *tensor = &before->tensor[i];
        const real *start = gpt_values(before, i), *plain = gpt_values(without, i),
                   *less = gpt_values(with, i);
        bool vector = strstr(tensor->name, "norm") || strstr(tensor->name, "bias");
        vectors += vector;
        matrices += !vector;
        for (size_t j = 0; j < tensor->size; j++) {
            double expected = vector ? 0 : 0.01 * 5 * (double)start[j];
            double found = (double)plain[j] - (double)less[j];
            if (vector ? found != 0 : !(fabs(found - expected) < 1e-6))
                fail_msg("%s[%zu]: decays by %g (expected %g)", tensor->name, j, found, expected);
        }
    }
    assert_int_equal(matrices, 2 + 4 * before->config.layers);
    assert_int_equal(vectors, 2 + 8 * before->config.layers);
    gpt_free(before);
    gpt_free(without);
    gpt_free(with);
}

/* Farthest that any value has moved. */
static double farthest(const struct gpt *from, const struct gpt *to) {
    double most = 0;
    for (size_t i = 0; i < from->size; i++)
        most = fmax(most, fabs((double)to->values[i] - (double)from->values[i]));
    return most;
}

/* With a huge epsilon AdamW's step is proportional to the gradient, so that its factor shows. */
static void test_clipping_scales_the_whole_gradient(void **state) {
    (void)state;
    struct learner_options options = learner_defaults(TOY_LONGEST);
    struct learner_step free_step, step;
    options.weight_decay = 0;
    options.adam_epsilon = 1000;
    options.clip = 0;
    struct gpt *before = make_model(), *unclipped = train(options, 10, &free_step);
    double moved = farthest(before, unclipped);
    assert_true(free_step.gradient_norm > 0.1 && moved > 1e-4);
    static const double shares[] = {0.25, 0.5, 1.5}; /* of the gradient's norm */
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        options.clip = shares[i] * free_step.gradient_norm;
        struct gpt *clipped = train(options, 10, &step);
        double expected = shares[i] < 1 ? shares[i] : 1;            /* a smaller gradient is left as it is */
        assert_true(step.gradient_norm == free_step.gradient_norm); /* told as it was before clipping */
        double ratio = farthest(before, clipped) / moved;
        if (!(fabs(ratio - expected) < 0.01 * expected))
            fail_msg("clipped at %g of its norm, a step is %g of the free one", shares[i], ratio);
        gpt_free(clipped);
    }
    gpt_free(before);
    gpt_free(unclipped);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_schedule),
        cmocka_unit_test(test_matrices_decay_and_vectors_do_not),
        cmocka_unit_test(test_clipping_scales_the_whole_gradient),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
