/* pass@k and its companions: of completions made by hand, and of a model's. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pass_at_k.h"
#include "tests/texts.h"
#include "tests/toy_model.h"
#include "train/pass_evaluate.h"

static struct vocabulary *vocabulary;

static int make_vocabulary(void **state) {
    (void)state;
    vocabulary = texts_vocabulary();
    return 0;
}

static int free_vocabulary(void **state) {
    (void)state;
    vocabulary_free(vocabulary);
    return 0;
}

static void assert_close(const char *name, double found, double expected) {
    if (!(fabs(found - expected) < 1e-12)) fail_msg("%s: %.17g (expected %.17g)", name, found, expected);
}

/* --- by hand --- */

enum { PROBLEMS = 5, SAMPLES = 5 };

#define TRUE_TRACE "x = 1\nanswer = 1"
#define UNSOUND    "x = 2\nanswer = 1"
#define WRONG      "x = 1\nanswer = 2"
#define OTHER      "x = 1\nanswer = 3"

/* The true completion of each problem is TRUE_TRACE; a text that begins with `~` did not end. */
static const char *const drawn[PROBLEMS][SAMPLES] = {
    {TRUE_TRACE, TRUE_TRACE, UNSOUND, "x = 3\nanswer = 1", WRONG}, /* 4 right: 3 different, 1 sound */
    {WRONG, OTHER, WRONG, UNSOUND, UNSOUND},                       /* 2 right; the majority is wrong */
    {WRONG, WRONG, WRONG, "~" TRUE_TRACE, "x ="},                  /* none right */
    {TRUE_TRACE, WRONG, OTHER, "~" WRONG, "~" WRONG},              /* 1 right, first among equals */
    {WRONG, TRUE_TRACE, TRUE_TRACE, TRUE_TRACE, TRUE_TRACE},
};
static const int right[PROBLEMS] = {4, 2, 0, 1, 4};

static struct dataset make_drawn(struct decoder_result *written) {
    static const int32_t prompt[] = {TOKEN_DIGIT, TOKEN_NEWLINE};
    struct dataset_builder builder = {0};
    for (int i = 0; i < PROBLEMS; i++) {
        struct tokens truth = texts_tokens(vocabulary, TRUE_TRACE);
        OK(dataset_add(&builder, (struct token_span){prompt, 2}, texts_span(&truth), &error));
        tokens_free(&truth);
        for (int s = 0; s < SAMPLES; s++) {
            bool ended = *drawn[i][s] != '~';
            struct tokens tokens = texts_tokens(vocabulary, drawn[i][s] + !ended);
            written[i * SAMPLES + s] =
                (struct decoder_result){.tokens = tokens.id, .length = (int)tokens.count, .stopped = ended};
        }
    }
    return builder.dataset;
}

static void completions_come_to_what_was_counted_by_hand(void **state) {
    (void)state;
    struct decoder_result written[PROBLEMS * SAMPLES];
    struct dataset problems = make_drawn(written);
    struct evaluation_options options = {.samples = SAMPLES};
    struct pass_evaluation pass;
    OK(pass_evaluate_judge(&problems, &options, written, &pass, &error));
    assert_int_equal(pass.samples, SAMPLES);
    for (int p = 0; p < 3; p++) {
        double sum = 0;
        for (int i = 0; i < PROBLEMS; i++) sum += pass_at_k(SAMPLES, right[i], 1 << p);
        assert_close("pass@k", pass.at[p], sum / PROBLEMS);
    }
    assert_close("pass@1", pass.at[0], 11. / 25); /* mean accuracy */
    assert_close("pass@n", pass.all, 4. / 5);     /* problems with one right */
    for (int p = 3; p < PASS_POWERS; p++)
        assert_true(isnan(pass.at[p]) && isnan(pass.interval[p].low) && isnan(pass.interval[p].high));
    assert_close("majority", pass.majority, 3. / 5);
    assert_close("traces", pass.trace_accuracy, 7. / 25);
    assert_close("unsound", pass.unsound, 4. / 11);
    assert_close("malformed", pass.malformed, 4. / 25);
    assert_close("truncated", pass.truncated, 3. / 25);
    assert_close("different completions", pass.unique_completions, (3 + 1 + 0 + 1 + 1) / 5.);
    assert_close("different traces", pass.unique_traces, (1 + 0 + 0 + 1 + 1) / 5.);
    decoder_free_results(written, PROBLEMS * SAMPLES);
    dataset_free(&problems);
}

/* Wilson's of the problems with a right one; and of pass@1, whose estimates stray less, a narrower one that
 * goes by their variance. */
static void intervals_are_over_problems(void **state) {
    (void)state;
    struct decoder_result written[PROBLEMS * SAMPLES];
    struct dataset problems = make_drawn(written);
    struct evaluation_options options = {.samples = SAMPLES};
    struct pass_evaluation pass;
    OK(pass_evaluate_judge(&problems, &options, written, &pass, &error));
    struct interval all = wilson_interval(4, PROBLEMS);
    assert_close("pass@n, low", pass.all_interval.low, all.low);
    assert_close("pass@n, high", pass.all_interval.high, all.high);
    double mean = 11. / 25, variance = 0;
    for (int i = 0; i < PROBLEMS; i++) variance += pow(right[i] / 5. - mean, 2) / PROBLEMS;
    struct interval one = wilson_interval_of_share(mean, PROBLEMS * mean * (1 - mean) / variance);
    assert_close("pass@1, low", pass.interval[0].low, one.low);
    assert_close("pass@1, high", pass.interval[0].high, one.high);
    /* As wide, about, as two standard errors either way. */
    double width = one.high - one.low, expected = 2 * 1.96 * sqrt(variance / PROBLEMS);
    assert_true(width > 0.6 * expected && width < expected);
    decoder_free_results(written, PROBLEMS * SAMPLES);
    dataset_free(&problems);
}

/* One completion each: the share of problems solved, with its Wilson interval, and nothing beyond pass@1. Of
 * the first problem alone, and of the third, nothing is known of how far others stray. */
static void one_completion_is_a_plain_test(void **state) {
    (void)state;
    struct decoder_result written[PROBLEMS * SAMPLES], firsts[PROBLEMS];
    struct dataset problems = make_drawn(written);
    struct evaluation_options options = {.samples = 1};
    struct pass_evaluation pass;
    struct evaluation plain = {0};
    for (int i = 0; i < PROBLEMS; i++) firsts[i] = written[i * SAMPLES];
    OK(pass_evaluate_judge(&problems, &options, firsts, &pass, &error));
    OK(evaluate_judge(&problems, &options, firsts, &plain, NULL, &error));
    assert_true(pass.at[0] == plain.accuracy && pass.all == plain.accuracy &&
                pass.majority == plain.accuracy && isnan(pass.at[1]));
    assert_close("low", pass.interval[0].low, plain.interval.low);
    assert_close("high", pass.interval[0].high, plain.interval.high);
    assert_true(pass.malformed == plain.malformed && pass.unsound == plain.unsound);
    problems.samples = 1;
    options.samples = SAMPLES;
    OK(pass_evaluate_judge(&problems, &options, written, &pass, &error));
    struct interval single = wilson_interval_of_share(4. / 5, 1);
    assert_close("low of one", pass.interval[0].low, single.low);
    assert_close("high of one", pass.interval[0].high, single.high);
    OK(pass_evaluate_judge(&problems, &options, written + 2 * SAMPLES, &pass, &error));
    assert_true(pass.all == 0 && isnan(pass.unsound) && pass.unique_completions == 0);
    problems.samples = PROBLEMS;
    decoder_free_results(written, PROBLEMS * SAMPLES);
    dataset_free(&problems);
}

/* Which k there is pass@k for. */
static void powers_and_the_number_itself(void **state) {
    (void)state;
    static const struct {
        int64_t samples, k[PASS_POWERS + 2];
    } cases[] = {{0, {0}},
                 {1, {1}},
                 {2, {1, 2}},
                 {3, {1, 2, 3}},
                 {24, {1, 2, 4, 8, 16, 24}},
                 {64, {1, 2, 4, 8, 16, 32, 64}},
                 {1000, {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000}},
                 {1024, {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024}}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct pass_evaluation pass = {.samples = cases[c].samples, .all = 0.5, .all_interval = {0.4, 0.6}};
        double share;
        struct interval interval;
        for (int p = 0; p < PASS_POWERS; p++) {
            pass.at[p] = p / 100.;
            pass.interval[p] = (struct interval){p / 200., p / 50.};
        }
        for (int n = 0; n < PASS_POWERS + 2; n++) {
            int64_t k = cases[c].k[n];
            assert_int_equal(pass_evaluation_k(&pass, n, &share, &interval), k);
            if (!k) break;
            bool is_power = !(k & (k - 1));
            assert_true(share == (is_power ? n / 100. : 0.5));
            assert_true(interval.low == (is_power ? n / 200. : 0.4));
            assert_true(interval.high == (is_power ? n / 50. : 0.6));
        }
    }
}

/* --- with a model --- */

enum { ASKED = 21, DRAWN = 1000, NEW_TOKENS = 4 };

/* A model whose texts are not trivial, and sometimes end. */
static struct gpt *make_model(void) {
    struct gpt_config config = toy_config();
    struct gpt *gpt;
    config.vocabulary = TOKEN_FIXED;
    OK(gpt_create(&config, &gpt, &error));
    gpt_initialise(gpt, 12);
    for (size_t i = 0; i < gpt->size; i++) gpt->values[i] *= 3;
    return gpt;
}

static struct team *team_of(int threads) {
    struct team *team = NULL;
    OK(team_create(threads, &team, &error));
    return team;
}

/* Problems of random prompts, whose true completions are the first that ends of some that are drawn with
 * another seed: some are drawn again, and some are not. */
static struct dataset make_problems(const struct gpt *gpt, struct team *team) {
    struct dataset_builder builder = {0};
    struct decoder_options options = {
        .max_new_tokens = NEW_TOKENS, .stop = TOKEN_EOS, .temperature = 1, .seed = 99};
    struct pcg pcg = pcg_stream(3, "test", 0);
    for (int i = 0; i < ASKED; i++) {
        int32_t prompt[8] = {TOKEN_BOS};
        int length = 2 + (int)pcg_below(&pcg, 6);
        for (int t = 1; t < length; t++) prompt[t] = (int32_t)pcg_below(&pcg, TOKEN_FIXED);
        struct decoder_request request = {prompt, length, 0};
        struct decoder_result result;
        for (;; request.stream++) {
            OK(toy_decode(gpt, team, &request, 1, &options, &result, &error));
            if (result.stopped && result.length) break;
            decoder_free_results(&result, 1);
        }
        OK(dataset_add(&builder, (struct token_span){prompt + 1, (size_t)length - 1},
                       (struct token_span){result.tokens, (size_t)result.length}, &error));
        decoder_free_results(&result, 1);
    }
    return builder.dataset;
}

/* All completions at once, each from the stream that it is said to have. */
static struct decoder_result *draw_at_once(const struct gpt *gpt, struct team *team,
                                           const struct dataset *problems,
                                           const struct evaluation_options *options) {
    size_t count = (size_t)problems->samples * (size_t)options->samples;
    struct decoder_request *requests = calloc(count, sizeof *requests);
    struct decoder_result *results = calloc(count, sizeof *results);
    struct decoder_options decoding = {.max_new_tokens = options->max_new_tokens,
                                       .stop = TOKEN_EOS,
                                       .temperature = options->temperature,
                                       .seed = options->seed};
    assert_true(requests && results);
    for (size_t r = 0; r < count; r++) {
        int64_t problem = (int64_t)r / options->samples;
        struct token_span prompt = dataset_prompt(problems, problem);
        requests[r] = (struct decoder_request){prompt.id, (int)prompt.count,
                                               pass_evaluate_stream(problem, (int)r % options->samples)};
    }
    OK(toy_decode(gpt, team, requests, count, &decoding, results, &error));
    free(requests);
    return results;
}

static void assert_same(const struct pass_evaluation *a, const struct pass_evaluation *b) {
    for (int p = 0; p < PASS_POWERS; p++)
        assert_true(a->at[p] == b->at[p] || (isnan(a->at[p]) && isnan(b->at[p])));
    assert_int_equal(a->samples, b->samples);
    assert_true(a->all == b->all && a->majority == b->majority && a->trace_accuracy == b->trace_accuracy);
    assert_true(a->malformed == b->malformed && a->truncated == b->truncated);
    assert_true(a->unsound == b->unsound || (isnan(a->unsound) && isnan(b->unsound)));
    assert_true(a->unique_traces == b->unique_traces && a->unique_completions == b->unique_completions);
    assert_true(a->interval[0].low == b->interval[0].low && a->all_interval.high == b->all_interval.high);
}

/* 8192 are drawn at a time: 8 problems, so that the last part has fewer. */
static void parts_and_threads_change_nothing(void **state) {
    (void)state;
    struct gpt *gpt = make_model();
    struct team *one = team_of(1);
    struct dataset problems = make_problems(gpt, one);
    struct evaluation_options options = {
        .max_new_tokens = NEW_TOKENS, .samples = DRAWN, .temperature = 1, .seed = 21};
    struct decoder_result *written = draw_at_once(gpt, one, &problems, &options);
    struct pass_evaluation at_once, pass;
    OK(pass_evaluate_judge(&problems, &options, written, &at_once, &error));
    assert_true(at_once.at[0] > 0.001 && at_once.at[0] < 0.5 && at_once.all > at_once.at[0]);
    for (int threads = 1; threads <= 4; threads *= 2) {
        struct team *team = team_of(threads);
        memset(&pass, 0, sizeof pass);
        OK(pass_evaluate_model(gpt, team, &problems, &options, &pass, &error));
        assert_same(&pass, &at_once);
        team_free(team);
    }
    /* Another seed draws others. */
    options.seed++;
    OK(pass_evaluate_model(gpt, one, &problems, &options, &pass, &error));
    assert_true(pass.at[0] != at_once.at[0]);
    decoder_free_results(written, (size_t)(ASKED * DRAWN));
    free(written);
    dataset_free(&problems);
    team_free(one);
    gpt_free(gpt);
}

/* Fewer completions are the first of more, other problems' are others, and no plain evaluation has them. */
static void completions_have_streams_of_their_own(void **state) {
    (void)state;
    assert_true(pass_evaluate_stream(3, 7) == pass_evaluate_stream(3, 6) + 1);
    assert_true(pass_evaluate_stream(4, 0) > pass_evaluate_stream(3, PASS_SAMPLES_MAX - 1));
    assert_true(pass_evaluate_stream(0, 0) > (uint64_t)INT64_MAX / 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(completions_come_to_what_was_counted_by_hand),
        cmocka_unit_test(intervals_are_over_problems),
        cmocka_unit_test(one_completion_is_a_plain_test),
        cmocka_unit_test(powers_and_the_number_itself),
        cmocka_unit_test(parts_and_threads_change_nothing),
        cmocka_unit_test(completions_have_streams_of_their_own),
    };
    return cmocka_run_group_tests(tests, make_vocabulary, free_vocabulary);
}
