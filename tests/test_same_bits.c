/* One committed hash of the weights after 20 steps, and of text decoded from them, for each of the small
 * models: the same on every level, processor, compiler, number of threads, with and without recomputing. A
 * changed hash means that everybody's results change: commit it with the reason. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <xxhash.h>

#include "base/pcg.h"
#include "nn/decoder.h"
#include "nn/learner.h"
#include "nn/levels.h"

enum { VOCABULARY = 37, POSITIONS = 64, LANES = 4, STEPS = 20, SAMPLES = 2, LONGEST = 31 };

static const struct {
    const char *preset;
    /* An emulated processor is to get there too: in large models, samples are short, and of the four ways to
     * train only the first and the last, which share nothing, are gone. */
    int longest, step;
    bool reinforced; /* by steps on an objective with all its terms */
    uint64_t weights, text;
} committed[] = {
    {"tiny", LONGEST, 1, false, 0x45d63c2b323aa686, 0x1a0c3dd8154b6af1},
    {"small", 11, 1, false, 0x8241af002e89e396, 0x5ad626d1a5912ee7},
    {"base", 5, 3, false, 0x8a583b0953a2b51d, 0xcf626f841f5ced71},
    {"tiny", LONGEST, 1, true, 0x1c3a80b7ac977ec8, 0xb6daeda861078dc0},
};
static const struct objective all_terms = {0.8, 0.2, 0.3, 0.1, 0.02, 0.5, 0.2};

/* The batch of a step: samples of odd lengths, the last lane with none in some steps. */
struct batch {
    int32_t tokens[LANES][SAMPLES * LONGEST], targets[LANES][SAMPLES * LONGEST], starts[LANES][SAMPLES + 1];
    struct objective_target goals[LANES][SAMPLES * LONGEST];
    struct gpt_batch lanes[LANES];
};

static void fill(struct batch *batch, int step, int longest) {
    for (int l = 0; l < LANES; l++) {
        struct pcg pcg = pcg_stream(11, "batch", (uint64_t)(step * LANES + l));
        int samples = l == LANES - 1 && step % 3 == 0 ? 0 : 1 + (int)pcg_below(&pcg, SAMPLES), at = 0;
        batch->starts[l][0] = 0;
        for (int s = 0; s < samples; s++) {
            int length = 2 + (int)pcg_below(&pcg, (uint32_t)longest - 1);
            for (int t = 0; t < length; t++, at++) {
                batch->tokens[l][at] = (int32_t)pcg_below(&pcg, VOCABULARY);
                batch->targets[l][at] = t % 5 == 4 ? -1 : (int32_t)pcg_below(&pcg, VOCABULARY);
                double u = t / 31.0 - 0.5, v = s - 0.5;
                batch->goals[l][at] = (struct objective_target){0.02, u, -3.6 + u, -3.6 - v * u, v, 0.5 * u};
            }
            batch->starts[l][s + 1] = at;
        }
        batch->lanes[l] = (struct gpt_batch){batch->tokens[l], batch->targets[l], batch->starts[l], samples,
                                             batch->goals[l]};
    }
}

/* Text of some prompts, greedy and drawn, and the log-probabilities of it. */
static uint64_t text_hash(const struct gpt *gpt, struct team *team) {
    enum { PROMPTS = 6, NEW = 12 };
    static const int32_t prompt[PROMPTS][3] = {{1, 2, 3},  {4, 5, 6},   {7, 8, 9},
                                               {1, 30, 3}, {36, 0, 12}, {20, 20, 20}};
    struct error error;
    struct folded folded;
    assert_int_equal(folded_create(gpt, team_threads(team), &folded, &error), ERR_OK);
    XXH64_state_t *state = XXH64_createState();
    XXH64_reset(state, 0);
    for (int drawn = 0; drawn < 2; drawn++) {
        struct decoder_request requests[PROMPTS];
        struct decoder_result results[PROMPTS];
        for (int i = 0; i < PROMPTS; i++)
            requests[i] = (struct decoder_request){prompt[i], 1 + i % 3, (uint64_t)i};
        struct decoder_options options = {.max_new_tokens = NEW,
                                          .stop = 2,
                                          .temperature = drawn ? 0.7 : 0,
                                          .seed = 5,
                                          .log_probabilities = true};
        assert_int_equal(decoder_run(&folded, team, requests, PROMPTS, &options, results, &error), ERR_OK);
        for (int i = 0; i < PROMPTS; i++) {
            size_t length = (size_t)results[i].length;
            XXH64_update(state, results[i].tokens, length * sizeof *results[i].tokens);
            XXH64_update(state, results[i].log_probabilities,
                         (length + results[i].stopped) * sizeof *results[i].log_probabilities);
        }
        decoder_free_results(results, PROMPTS);
    }
    uint64_t hash = XXH64_digest(state);
    XXH64_freeState(state);
    folded_free(&folded);
    return hash;
}

static void train(size_t index, int threads, bool recompute, uint64_t *weights, uint64_t *text) {
    const struct gpt_preset *preset = gpt_preset_find(committed[index].preset);
    struct gpt_config config = {VOCABULARY, preset->width,        preset->layers, preset->heads, preset->ffn,
                                POSITIONS,  preset->rotary_share, 10000,          1e-5};
    struct error error;
    struct gpt *gpt;
    struct learner *learner;
    struct team *team = NULL;
    struct batch *batch = test_malloc(sizeof *batch);
    assert_int_equal(team_create(threads, &team, &error), ERR_OK);
    assert_int_equal(gpt_create(&config, &gpt, &error), ERR_OK);
    gpt_initialise(gpt, 3);
    struct learner_options options = learner_defaults(LONGEST);
    options.threads = threads;
    options.lanes = LANES;
    options.recompute = recompute;
    options.value_head = committed[index].reinforced;
    assert_int_equal(learner_create(gpt, &options, &learner, &error), ERR_OK);
    for (int step = 0; step < STEPS; step++) {
        struct learner_step result;
        struct objective_sums sums;
        fill(batch, step, committed[index].longest);
        double rate = learner_schedule(1e-2, step, 3, STEPS);
        enum err code =
            committed[index].reinforced
                ? learner_reinforce(learner, team, batch->lanes, &all_terms, rate, &result, &sums, &error)
                : learner_step(learner, team, batch->lanes, rate, &result, &error);
        assert_int_equal(code, ERR_OK);
    }
    *weights = XXH64(gpt->values, gpt->size * sizeof *gpt->values, 0);
    *text = text_hash(gpt, team);
    learner_free(learner);
    gpt_free(gpt);
    team_free(team);
    test_free(batch);
}

static void check(size_t index) {
    const char *preset = committed[index].preset;
    bool runs;
    const struct kernels *kernels;
    for (int level = 0; (kernels = levels_at(level, &runs)); level++) {
        if (!runs) continue;
        setenv("COTNOISE_LEVEL", strrchr(kernels->level, '-') + 1, 1);
        for (int variant = 0; variant < 4; variant += committed[index].step) {
            int threads = 1 + variant % 2;
            bool recompute = variant >= 2;
            uint64_t weights, text;
            train(index, threads, recompute, &weights, &text);
            if (weights != committed[index].weights || text != committed[index].text)
                fail_msg("%s, %s, threads: %d%s: weights %016" PRIx64 ", text %016" PRIx64
                         ", committed %016" PRIx64 ", %016" PRIx64,
                         preset, kernels->level, threads, recompute ? ", recompute" : "", weights, text,
                         committed[index].weights, committed[index].text);
        }
    }
    unsetenv("COTNOISE_LEVEL");
}

static void test_tiny(void **state) {
    (void)state;
    check(0);
}
static void test_small(void **state) {
    (void)state;
    check(1);
}
static void test_base(void **state) {
    (void)state;
    check(2);
}
static void test_reinforced(void **state) {
    (void)state;
    check(3);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tiny), cmocka_unit_test(test_small),
                                       cmocka_unit_test(test_base), cmocka_unit_test(test_reinforced)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
