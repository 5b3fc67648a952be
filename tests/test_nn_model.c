/* The transformer against the reference in double precision; threads, resuming and learning. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/team.h"
#include "nn/kernels/kernels.h"
#include "nn/learner.h"
#include "nn/levels.h"
#include "nn/score.h"
#include "tests/reference_gpt.h"
#include "tests/toy_model.h"

static struct team *team_of(int threads) {
    struct error error;
    struct team *team = NULL;
    assert_int_equal(team_create(threads, &team, &error), ERR_OK);
    return team;
}

static struct gpt *model_of(const struct gpt_config *config, uint64_t seed) {
    struct gpt *gpt;
    OK(gpt_create(config, &gpt, &error));
    gpt_initialise(gpt, seed);
    /* Norms and biases away from 1 and 0, or mistakes in them would not show. */
    struct pcg pcg = pcg_stream(seed, "test", 0);
    for (int i = 0; i < gpt->tensors; i++)
        for (size_t j = 0; !gpt->tensor[i].columns && j < gpt->tensor[i].size; j++)
            gpt_values(gpt, i)[j] += (real)(0.2 * pcg_normal(&pcg));
    return gpt;
}

/* Scores random sequences of many lengths, mixed, and compares every token. */
static void check_scores(struct gpt_config config, uint64_t seed) {
    enum { SEQUENCES = 9 };
    struct gpt *gpt = model_of(&config, seed);
    struct team *team = team_of(2);
    int lengths[SEQUENCES] = {1, 2, 15, 16, 17, 33, 70, 64, config.positions};
    struct score_request requests[SEQUENCES];
    struct pcg pcg = pcg_stream(seed, "test", 1);
    for (int i = 0; i < SEQUENCES; i++) {
        int32_t *tokens = calloc((size_t)lengths[i], sizeof *tokens);
        for (int t = 0; t < lengths[i]; t++)
            tokens[t] = (int32_t)pcg_below(&pcg, (uint32_t)config.vocabulary);
        requests[i] = (struct score_request){tokens, lengths[i], 1 + i % 2 * (lengths[i] / 2),
                                             calloc((size_t)lengths[i], sizeof(double))};
    }
    OK(score_sequences(gpt, team, requests, SEQUENCES, &error));
    for (int i = 0; i < SEQUENCES; i++) {
        double *logits = reference_logits(gpt, requests[i].tokens, lengths[i]);
        for (int t = requests[i].from; t < lengths[i]; t++) {
            double expected =
                reference_log_probability(logits, config.vocabulary, t - 1, requests[i].tokens[t]);
            double found = requests[i].log_probabilities[t - requests[i].from];
            if (!(fabs(found - expected) < 1e-4))
                fail_msg("sequence %d token %d: %.8f, reference %.8f", i, t, found, expected);
        }
        free(logits);
        int32_t *tokens;
        memcpy(&tokens, &requests[i].tokens, sizeof tokens);
        free(tokens);
        free(requests[i].log_probabilities);
    }
    team_free(team);
    gpt_free(gpt);
}

static void test_log_probabilities_agree_with_reference(void **state) {
    (void)state;
    struct gpt_config config = toy_config();
    config.positions = 100;
    check_scores(config, 1);
    check_scores((struct gpt_config){37, 64, 3, 4, 128, 80, 1.0, 10000, 1e-5}, 2);
    check_scores((struct gpt_config){50, 32, 1, 4, 32, 80, 0.25, 100, 1e-5}, 3); /* heads of 8 */
    check_scores((struct gpt_config){23, 64, 2, 4, 64, 300, 0.5, 30, 1e-2}, 5);  /* base and epsilon show */
    check_scores((struct gpt_config){17, 128, 2, 2, 256, 300, 0, 10000, 1e-12}, 4);
}

/* Logits whose exponentials no float holds, and a row with padding behind the vocabulary. */
static void test_cross_entropy_of_large_logits(void **state) {
    (void)state;
    enum { V = 3, LD = REAL_VECTOR, N = 2 };
    real logits[N * LD]
        __attribute__((aligned(64))) = {-300, 300, 299, 500, [LD - 1] = 500, [LD] = -1000, -1001, -1002, 500};
    real log_sum[N];
    const struct kernels *kernels;
    OK(levels_choose(&kernels, &error));
    const int32_t target[N] = {2, 0};
    double loss = kernels->cross_entropy_forward(log_sum, NULL, logits, LD, target, N, V, 1);
    double first = 1 + log(1 + exp(-1.)), second = log(1 + exp(-1.) + exp(-2.));
    assert_true(fabs(loss - first - second) < 1e-5);
    const real half[N] = {0.5F, 0.5F};
    kernels->cross_entropy_backward(logits, LD, log_sum, target, half, NULL, NULL, N);
    for (int n = 0; n < N; n++) {
        double sum = 0;
        for (int v = 0; v < V; v++) sum += (double)logits[n * LD + v];
        assert_true(fabs(sum) < 1e-5);
        for (int v = V; v < LD; v++) assert_true(logits[n * LD + v] == 0);
    }
    assert_true(fabs((double)logits[2] - 0.5 * (exp(-first) - 1)) < 1e-5);
}

static double deviation(const struct gpt *gpt, int tensor) {
    double sum = 0;
    for (size_t j = 0; j < gpt->tensor[tensor].size; j++)
        sum += pow((double)gpt_values(gpt, tensor)[j], 2) / (double)gpt->tensor[tensor].size;
    return sqrt(sum);
}

/* Matrices are drawn, as wide as GPT-NeoX has them; gains are 1 and biases 0. Tensors and seeds differ. */
static void test_initial_weights(void **state) {
    (void)state;
    struct gpt_config config = {200, 64, 4, 4, 256, 80, 0.25, 10000, 1e-5};
    struct gpt *gpt, *other;
    OK(gpt_create(&config, &gpt, &error));
    OK(gpt_create(&config, &other, &error));
    gpt_initialise(gpt, 1);
    gpt_initialise(other, 2);
    for (int i = 0; i < gpt->tensors; i++) {
        const struct gpt_tensor *tensor = &gpt->tensor[i];
        bool output = strstr(tensor->name, "attention.dense") || strstr(tensor->name, "4h_to_h");
        double wanted = output ? 2. / (4 * 8) : sqrt(2. / (5 * 64));
        if (!tensor->columns) {
            double fill = strstr(tensor->name, "norm.weight") ? 1 : 0;
            for (size_t j = 0; j < tensor->size; j++) assert_true((double)gpt_values(gpt, i)[j] == fill);
            continue;
        }
        if (!(fabs(deviation(gpt, i) / wanted - 1) < 5 / sqrt(2. * (double)tensor->size)))
            fail_msg("%s: %g, expected %g", tensor->name, deviation(gpt, i), wanted);
        assert_memory_not_equal(gpt_values(gpt, i), gpt_values(other, i), 64 * sizeof(real));
        for (int k = 0; k < i; k++) /* not even up to a factor */
            if (gpt->tensor[k].columns)
                assert_true(fabs((double)(gpt_values(gpt, k)[1] / gpt_values(gpt, k)[0] -
                                          gpt_values(gpt, i)[1] / gpt_values(gpt, i)[0])) > 1e-4);
    }
    gpt_free(gpt);
    gpt_free(other);
}

/* Trains `steps` steps from a fresh model. */
static struct gpt *train_with(struct learner_options options, int first, int steps, const char *resume,
                              const char *save, double *loss) {
    struct gpt_config config = toy_config();
    struct gpt *gpt;
    struct learner *learner;
    struct team *team = team_of(options.threads);
    OK(gpt_create(&config, &gpt, &error));
    gpt_initialise(gpt, 3);
    OK(learner_create(gpt, &options, &learner, &error));
    if (resume) {
        char *note;
        OK(learner_load(learner, resume, &note, &error));
        assert_string_equal(note, "what the caller wants kept: \"ä\"\n");
        assert_int_equal(learner_steps(learner), first);
        free(note);
    }
    struct toy_batch *batch = calloc(1, sizeof *batch);
    struct learner_step result = {0};
    for (int step = first; step < first + steps; step++) {
        toy_batch_fill(batch, step);
        OK(learner_step(learner, team, batch->lanes, learner_schedule(3e-3, step, 10, 300), &result, &error));
        assert_true(result.tokens > TOY_LANES * TOY_SAMPLES * 7 && result.targets < result.tokens);
    }
    if (loss) *loss = result.loss;
    if (save) OK(learner_save(learner, save, "what the caller wants kept: \"ä\"\n", &error));
    free(batch);
    learner_free(learner);
    team_free(team);
    return gpt;
}

static struct gpt *train(int threads, int first, int steps, const char *resume, const char *save,
                         double *loss) {
    struct learner_options options = learner_defaults(TOY_LONGEST);
    options.threads = threads;
    options.chunk = 64;
    return train_with(options, first, steps, resume, save, loss);
}

static void assert_same_bits(const struct gpt *a, const struct gpt *b) {
    assert_int_equal(a->size, b->size);
    assert_memory_equal(a->values, b->values, a->size * sizeof *a->values);
}

static void test_same_bits_from_any_number_of_threads(void **state) {
    (void)state;
    struct gpt *one = train(1, 0, 20, NULL, NULL, NULL);
    for (int threads = 2; threads <= 4; threads += 2) {
        struct gpt *more = train(threads, 0, 20, NULL, NULL, NULL);
        assert_same_bits(one, more);
        gpt_free(more);
    }
    gpt_free(one);
}

static void test_recomputing_changes_no_bit(void **state) {
    (void)state;
    struct learner_options options = learner_defaults(TOY_LONGEST);
    options.chunk = 64;
    struct gpt *kept = train_with(options, 0, 10, NULL, NULL, NULL);
    options.recompute = true;
    struct gpt *recomputed = train_with(options, 0, 10, NULL, NULL, NULL);
    assert_same_bits(kept, recomputed);
    gpt_free(kept);
    gpt_free(recomputed);
}

static void test_resume_equals_uninterrupted(void **state) {
    (void)state;
    char path[] = "/tmp/cotnoise-test-XXXXXX";
    assert_true(mkstemp(path) >= 0);
    struct gpt *whole = train(1, 0, 25, NULL, NULL, NULL);
    gpt_free(train(1, 0, 11, NULL, path, NULL));
    struct gpt *resumed = train(2, 11, 14, path, NULL, NULL);
    assert_same_bits(whole, resumed);
    gpt_free(whole);
    gpt_free(resumed);
    unlink(path);
}

static void test_learns_to_reverse(void **state) {
    (void)state;
    double loss;
    gpt_free(train(2, 0, 300, NULL, NULL, &loss));
    if (!(loss < 0.3)) fail_msg("loss %g after 300 steps; guessing gives about 2", loss);
}

static void test_bad_batches_are_refused(void **state) {
    (void)state;
    struct gpt_config config = toy_config();
    struct gpt *gpt;
    struct learner *learner;
    struct team *team = team_of(1);
    struct error reason;
    OK(gpt_create(&config, &gpt, &error));
    gpt_initialise(gpt, 1);
    struct learner_options options = learner_defaults(TOY_LONGEST);
    OK(learner_create(gpt, &options, &learner, &error));
    struct toy_batch *batch = calloc(1, sizeof *batch);
    struct learner_step result = {.tokens = -1};
    toy_batch_fill(batch, 0);
    batch->tokens[2][5] = TOY_VOCABULARY;
    assert_int_equal(learner_step(learner, team, batch->lanes, 1e-3, &result, &reason), ERR_INPUT);
    toy_batch_fill(batch, 0);
    batch->targets[1][4] = TOY_VOCABULARY;
    assert_int_equal(learner_step(learner, team, batch->lanes, 1e-3, &result, &reason), ERR_INPUT);
    toy_batch_fill(batch, 0);
    batch->starts[3][1] = batch->starts[3][3];
    assert_int_equal(learner_step(learner, team, batch->lanes, 1e-3, &result, &reason), ERR_INPUT);
    for (int lane = 0; lane < TOY_LANES; lane++) batch->lanes[lane].samples = 0;
    assert_int_equal(learner_step(learner, team, batch->lanes, 1e-3, &result, &reason), ERR_INPUT);
    /* A loss that is not finite stops training and leaves the parameters alone. */
    toy_batch_fill(batch, 0);
    gpt_values(gpt, 0)[TOY_BOS * config.width] = INFINITY;
    real *before = malloc(gpt->size * sizeof *before);
    memcpy(before, gpt->values, gpt->size * sizeof *before);
    learner_refresh(learner);
    assert_int_equal(learner_step(learner, team, batch->lanes, 1e-3, &result, &reason), ERR_DIVERGED);
    assert_non_null(strstr(reason.message, "not finite"));
    assert_memory_equal(before, gpt->values, gpt->size * sizeof *before);
    assert_int_equal(result.tokens, -1);
    free(before);
    free(batch);
    learner_free(learner);
    team_free(team);
    gpt_free(gpt);
}

static void test_presets_and_shapes(void **state) {
    (void)state;
    assert_null(gpt_preset_find("huge"));
    for (const struct gpt_preset *preset = gpt_presets; preset->name; preset++) {
        assert_ptr_equal(gpt_preset_find(preset->name), preset);
        struct gpt_config config = {50304, preset->width,        preset->layers, preset->heads, preset->ffn,
                                    2048,  preset->rotary_share, 10000,          1e-5};
        struct error error = {""};
        assert_int_equal(gpt_config_check(&config, &error), ERR_OK);
        /* Parameters without embeddings as EleutherAI's table has them. */
        if (!strcmp(preset->name, "pythia-70m")) assert_int_equal(gpt_count_inner(&config), 18915328);
        if (!strcmp(preset->name, "pythia-410m")) assert_int_equal(gpt_count_inner(&config), 302311424);
        config.width += 8;
        assert_int_equal(gpt_config_check(&config, &error), ERR_INPUT);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_log_probabilities_agree_with_reference),
        cmocka_unit_test(test_cross_entropy_of_large_logits),
        cmocka_unit_test(test_initial_weights),
        cmocka_unit_test(test_same_bits_from_any_number_of_threads),
        cmocka_unit_test(test_recomputing_changes_no_bit),
        cmocka_unit_test(test_resume_equals_uninterrupted),
        cmocka_unit_test(test_learns_to_reverse),
        cmocka_unit_test(test_bad_batches_are_refused),
        cmocka_unit_test(test_presets_and_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
