/* Evaluation: what completions count for, the vote among several of a problem, and what a model is asked. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/reference_gpt.h"
#include "tests/texts.h"
#include "tests/toy_model.h"
#include "trace/judge.h"
#include "train/evaluate.h"

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

enum { PROBLEMS_MAX = 8, SAMPLES_MAX = 4 };

/* A true completion and what was written for it; a text that begins with `~` did not end. */
struct problem {
    const char *truth, *written[SAMPLES_MAX];
    bool solved;
};

/* Counts over all completions; lines as the mean share of them. */
struct counts {
    int traces, malformed, answers, unsound;
    double lines;
};

/* What must come of the problems of an evaluation, up to the first without a truth. */
struct judged {
    const char *what;
    int samples;
    struct counts counts;
    struct problem problem[PROBLEMS_MAX];
};

#define A  "x = 1\nanswer = 1"
#define B  "x = 1\nanswer = 2"
#define B2 "x = 2\nanswer = 2"
#define C  "x = 1\nanswer = 3"

static const struct judged cases[] = {
    {"one completion a problem",
     1,
     {1, 3, 3, 2, (1 + 0.5 + 1 + 0.5 + 0 + 0.5 + 0) / 7},
     {{A, {A}, true},
      {A, {B}, false},
      {A, {"~" A}, false},
      {A, {"x = 2\nanswer = 1"}, true},
      {A, {""}, false},
      {A, {"x = 1"}, false},
      {A, {"answer = 1"}, true}}},
    {"none right", 1, {0, 1, 0, 0, 0.75}, {{A, {B}, false}, {A, {"~" A}, false}}},
    {"right answers by true traces alone", 1, {2, 0, 2, 0, 1}, {{A, {A}, true}, {B, {B}, true}}},
    {"the majority wins over the first",
     3,
     {3, 0, 3, 0, 0.75},
     {{B, {A, B, B}, true}, {A, {A, B, B}, false}}},
    {"among equals the first given", 2, {2, 0, 2, 0, 0.75}, {{A, {A, B}, true}, {B, {A, B}, false}}},
    {"among equals the first given, of four",
     4,
     {6, 0, 6, 0, 0.75},
     {{B, {A, B, B, A}, false}, {C, {B, C, C, B}, false}, {A, {B, A, A, C}, true}}},
    {"votes are for answers, whatever the trace",
     3,
     {3, 0, 5, 2, (0.5 + 1 + 0.5 + 0.5 + 0.5 + 1 + 1 + 0.5 + 0) / 9},
     {{B, {A, B, B2}, true}, {B, {A, B2, B}, true}, {A, {A, B, B2}, false}}},
    {"who did not end has no vote",
     3,
     {2, 5, 2, 0, (0.5 + 0.5 + 1 + 1 + 1 + 0.5 + 0.5 + 1 + 0.5) / 9},
     {{A, {"~" B, "~" B, A}, true}, {B, {"~" B, "~" B, A}, false}, {B, {"~" A, B, A}, true}}},
    {"none ended", 2, {0, 2, 0, 0, 1}, {{A, {"~" A, "~" A}, false}}},
    {"answer first",
     3,
     {2, 0, 3, 1, (0.5 + 1 + 0.5 + 1 + 0.5 + 0.5) / 6},
     {{"answer = 2\nx = 1", {"answer = 1\nx = 1", "answer = 2\nx = 1", "answer = 2\nx = 3"}, true},
      {"answer = 1\nx = 1", {"answer = 1\nx = 1", "answer = 2\nx = 1", "answer = 2\nx = 1"}, false}}},
};

static void prepare(const struct judged *c, struct dataset_builder *builder, struct decoder_result *written) {
    static const int32_t prompt[] = {TOKEN_DIGIT, TOKEN_NEWLINE};
    for (int i = 0; i < PROBLEMS_MAX && c->problem[i].truth; i++) {
        struct tokens truth = texts_tokens(vocabulary, c->problem[i].truth);
        OK(dataset_add(builder, (struct token_span){prompt, 2}, texts_span(&truth), &error));
        tokens_free(&truth);
        for (int s = 0; s < c->samples; s++) {
            const char *text = c->problem[i].written[s];
            bool ended = *text != '~';
            struct tokens tokens = texts_tokens(vocabulary, text + !ended);
            written[i * c->samples + s] =
                (struct decoder_result){.tokens = tokens.id, .length = (int)tokens.count, .stopped = ended};
        }
    }
}

static void assert_close(const char *what, const char *name, double found, double expected) {
    if (!(fabs(found - expected) < 1e-12)) fail_msg("%s: %s %g (expected %g)", what, name, found, expected);
}

/* The winner ended, is the first to give its answer, and is what the verdict is about. */
static void check_vote(const struct vote *vote, struct token_span truth, const struct decoder_result *written,
                       int samples) {
    bool first = judge_answers_first(truth), any = false;
    for (int s = 0; s < samples; s++) any |= written[s].stopped;
    assert_int_equal(vote->winner >= 0, any);
    if (!any) return;
    struct token_span won = {written[vote->winner].tokens, (size_t)written[vote->winner].length};
    assert_true(written[vote->winner].stopped);
    assert_int_equal(vote->right, judge_same(judge_answer(won, first), judge_answer(truth, first)));
    for (int s = 0; s < vote->winner; s++) {
        struct token_span earlier = {written[s].tokens, (size_t)written[s].length};
        assert_false(written[s].stopped &&
                     judge_same(judge_answer(won, first), judge_answer(earlier, first)));
    }
}

static void test_what_completions_come_to(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct judged *c = &cases[i];
        struct dataset_builder builder = {0};
        struct decoder_result written[PROBLEMS_MAX * SAMPLES_MAX];
        struct evaluation e = {.test_loss = 0.25}, alone = {0};
        struct vote votes[PROBLEMS_MAX];
        struct evaluation_options options = {.samples = c->samples};
        prepare(c, &builder, written);
        int problems = (int)builder.dataset.samples, correct = 0;
        double completions = problems * c->samples;
        OK(evaluate_judge(&builder.dataset, &options, written, &e, votes, &error));
        OK(evaluate_judge(&builder.dataset, &options, written, &alone, NULL, &error));
        assert_int_equal(alone.correct, e.correct);
        for (int p = 0; p < problems; p++) {
            if (votes[p].right != c->problem[p].solved) fail_msg("%s: problem %d", c->what, p);
            correct += c->problem[p].solved;
            check_vote(&votes[p], dataset_completion(&builder.dataset, p), &written[p * c->samples],
                       c->samples);
        }
        struct interval interval = wilson_interval(correct, problems);
        assert_int_equal(e.problems, problems);
        assert_int_equal(e.correct, correct);
        assert_close(c->what, "accuracy", e.accuracy, (double)correct / problems);
        assert_close(c->what, "interval, low", e.interval.low, interval.low);
        assert_close(c->what, "interval, high", e.interval.high, interval.high);
        assert_close(c->what, "traces", e.trace_accuracy, c->counts.traces / completions);
        assert_close(c->what, "lines", e.line_accuracy, c->counts.lines);
        assert_close(c->what, "malformed", e.malformed, c->counts.malformed / completions);
        if (c->counts.answers)
            assert_close(c->what, "unsound", e.unsound, (double)c->counts.unsound / c->counts.answers);
        else
            assert_true(isnan(e.unsound));
        assert_true(e.test_loss == 0.25);
        decoder_free_results(written, (size_t)(problems * c->samples));
        dataset_free(&builder.dataset);
    }
}

/* --- with a model --- */

enum { ASKED = 40, NEW_TOKENS = 9 };

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

static struct team *one_thread(void) {
    struct team *team = NULL;
    OK(team_create(1, &team, &error));
    return team;
}

/* Problems of random prompts, whose true completions are what the model writes greedily, cut off or not, but
 * for every third, which is an answer that it does not give. */
static struct dataset make_problems(const struct gpt *gpt, struct team *team, int *right) {
    struct dataset_builder builder = {0};
    struct decoder_options greedy = {.max_new_tokens = NEW_TOKENS, .stop = TOKEN_EOS};
    struct pcg pcg = pcg_stream(3, "test", 0);
    *right = 0;
    for (int i = 0; i < ASKED; i++) {
        int32_t prompt[8] = {TOKEN_BOS};
        static const int32_t other[] = {TOKEN_ANSWER, TOKEN_EQUALS, TOKEN_PERCENT};
        int length = 2 + (int)pcg_below(&pcg, 6);
        for (int t = 1; t < length; t++) prompt[t] = (int32_t)pcg_below(&pcg, TOKEN_FIXED);
        struct decoder_request request = {prompt, length, 0};
        struct decoder_result result;
        OK(toy_decode(gpt, team, &request, 1, &greedy, &result, &error));
        struct token_span truth = {result.tokens, (size_t)result.length};
        if (i % 3 == 0) truth = (struct token_span){other, 3};
        *right += i % 3 != 0 && result.stopped;
        OK(dataset_add(&builder, (struct token_span){prompt + 1, (size_t)length - 1}, truth, &error));
        decoder_free_results(&result, 1);
    }
    return builder.dataset;
}

/* Mean over completion and <eos>, from the reference. */
static double expected_loss(const struct gpt *gpt, const struct dataset *problems) {
    double sum = 0;
    int count = 0;
    for (int64_t i = 0; i < problems->samples; i++) {
        struct token_span sequence = dataset_sequence(problems, i);
        double *logits = reference_logits(gpt, sequence.id, (int)sequence.count);
        for (int t = problems->prompt[i]; t < (int)sequence.count; t++, count++)
            sum -= reference_log_probability(logits, gpt->config.vocabulary, t - 1, sequence.id[t]);
        free(logits);
    }
    return sum / count;
}

static void test_a_model_is_judged_by_what_it_writes(void **state) {
    (void)state;
    struct gpt *gpt = make_model();
    struct team *team = one_thread();
    int right;
    struct dataset problems = make_problems(gpt, team, &right);
    struct evaluation_options options = {.max_new_tokens = NEW_TOKENS, .samples = 1};
    struct evaluation e;
    struct vote votes[ASKED];
    OK(evaluate_model(gpt, team, &problems, &options, &e, votes, NULL, &error));
    assert_true(right > 3 && right < ASKED * 2 / 3); /* some end, some do not */
    assert_int_equal(e.correct, right);
    for (int i = 0; i < ASKED; i += 3) assert_false(votes[i].right);
    assert_true(fabs(e.test_loss - expected_loss(gpt, &problems)) < 1e-4);
    dataset_free(&problems);
    team_free(team);
    gpt_free(gpt);
}

/* Completion s of problem i is sampling stream i * samples + s of the seed. */
static void test_each_completion_has_its_stream(void **state) {
    (void)state;
    enum { SAMPLES = 3 };
    struct gpt *gpt = make_model();
    struct team *team = one_thread();
    int right;
    struct dataset problems = make_problems(gpt, team, &right);
    struct evaluation_options options = {
        .max_new_tokens = NEW_TOKENS, .samples = SAMPLES, .temperature = 1.5, .seed = 21};
    struct decoder_options decoding = {
        .max_new_tokens = NEW_TOKENS, .stop = TOKEN_EOS, .temperature = 1.5, .seed = 21};
    struct evaluation e, expected;
    struct decoder_result written[ASKED * SAMPLES], alone[ASKED * SAMPLES];
    struct vote votes[ASKED], votes_alone[ASKED];
    OK(evaluate_model(gpt, team, &problems, &options, &e, votes, written, &error));
    for (int i = 0; i < ASKED * SAMPLES; i++) {
        struct token_span prompt = dataset_prompt(&problems, i / SAMPLES);
        struct decoder_request request = {prompt.id, (int)prompt.count, (uint64_t)i};
        OK(toy_decode(gpt, team, &request, 1, &decoding, &alone[i], &error));
        assert_int_equal(written[i].length, alone[i].length);
        assert_int_equal(written[i].stopped, alone[i].stopped);
        if (alone[i].length)
            assert_memory_equal(written[i].tokens, alone[i].tokens,
                                sizeof(int32_t) * (size_t)alone[i].length);
    }
    expected.test_loss = e.test_loss;
    OK(evaluate_judge(&problems, &options, alone, &expected, votes_alone, &error));
    for (int i = 0; i < ASKED; i++) {
        assert_int_equal(votes[i].winner, votes_alone[i].winner);
        assert_int_equal(votes[i].right, votes_alone[i].right);
    }
    assert_int_equal(e.correct, expected.correct);
    assert_true(e.line_accuracy == expected.line_accuracy && e.malformed == expected.malformed);
    decoder_free_results(written, ASKED * SAMPLES);
    decoder_free_results(alone, ASKED * SAMPLES);
    dataset_free(&problems);
    team_free(team);
    gpt_free(gpt);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_completions_come_to),
        cmocka_unit_test(test_a_model_is_judged_by_what_it_writes),
        cmocka_unit_test(test_each_completion_has_its_stream),
    };
    return cmocka_run_group_tests(tests, make_vocabulary, free_vocabulary);
}
