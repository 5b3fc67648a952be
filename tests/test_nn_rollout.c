/* What is decoded to learn from: the learner finds every log-probability and value again, to the bit, and the
 * tokens that lines begin with are not the model's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/team.h"
#include "nn/learner_state.h"
#include "nn/sampler.h"
#include "nn/score.h"
#include "tests/reference_gpt.h"
#include "tests/toy_model.h"

enum { REQUESTS = 60, LONGEST_PROMPT = 20, NEW = 24, LONGEST = LONGEST_PROMPT + NEW, LANES = 4 };
enum { LINE_START = 7, NEWLINE = 9 };

/* A model whose text is not trivial, with a value head that is not 0, and prompts of many lengths. */
struct fixture {
    struct gpt *gpt;
    struct team *team;
    struct learner *learner;
    int32_t prompt[REQUESTS][LONGEST_PROMPT];
    struct decoder_request requests[REQUESTS];
    struct decoder_result results[REQUESTS];
};

static int make_fixture(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    struct gpt_config config = toy_config();
    OK(gpt_create(&config, &f->gpt, &error));
    gpt_initialise(f->gpt, 12);
    for (size_t i = 0; i < f->gpt->size; i++) f->gpt->values[i] *= 1.5;
    struct learner_options options = learner_defaults(LONGEST);
    options.lanes = LANES;
    options.chunk = 100; /* several to a lane */
    options.threads = 2;
    options.value_head = true;
    OK(team_create(2, &f->team, &error));
    OK(learner_create(f->gpt, &options, &f->learner, &error));
    struct pcg pcg = pcg_stream(1, "test", 0);
    for (int c = 0; c <= config.width; c++) f->learner->value_head[c] = (real)pcg_normal(&pcg);
    for (int i = 0; i < REQUESTS; i++) {
        int length = 1 + (int)pcg_below(&pcg, LONGEST_PROMPT);
        for (int t = 0; t < length; t++) f->prompt[i][t] = (int32_t)pcg_below(&pcg, TOY_VOCABULARY);
        f->requests[i] = (struct decoder_request){f->prompt[i], length, (uint64_t)i};
    }
    *state = f;
    return 0;
}

static int free_fixture(void **state) {
    struct fixture *f = *state;
    learner_free(f->learner);
    team_free(f->team);
    gpt_free(f->gpt);
    free(f);
    return 0;
}

static void decode(struct fixture *f, double temperature, int32_t line_start) {
    struct decoder_options options = {.max_new_tokens = NEW,
                                      .stop = TOY_EOS,
                                      .temperature = temperature,
                                      .seed = 4,
                                      .log_probabilities = true,
                                      .value_head = learner_value_head(f->learner),
                                      .line_start = line_start,
                                      .newline = NEWLINE};
    OK(decoder_run(learner_folded(f->learner), f->team, f->requests, REQUESTS, &options, f->results, &error));
}

static bool is_forced(const struct decoder_result *result, int n, int32_t line_start) {
    return line_start > 0 && (n == 0 || result->tokens[n - 1] == NEWLINE);
}

/* Every text as samples of a batch, a goal for each token that was drawn. */
struct learning {
    int32_t tokens[REQUESTS][LONGEST + 1], packed[LANES][REQUESTS * LONGEST],
        targets[LANES][REQUESTS * LONGEST], starts[LANES][REQUESTS + 1];
    struct objective_target goals[LANES][REQUESTS * LONGEST];
    double value[LANES][REQUESTS * LONGEST], expected[LANES][REQUESTS * LONGEST];
    struct gpt_batch lanes[LANES];
    int drawn, forced;
};

static struct learning *pack(const struct fixture *f, int32_t line_start) {
    struct learning *l = calloc(1, sizeof *l);
    for (int i = 0; i < REQUESTS; i++) {
        const struct decoder_result *result = &f->results[i];
        int lane = i % LANES, at = l->starts[lane][l->lanes[lane].samples], prompt = f->requests[i].length;
        int32_t *whole = l->tokens[i];
        memcpy(whole, f->prompt[i], (size_t)prompt * sizeof *whole);
        memcpy(whole + prompt, result->tokens, (size_t)result->length * sizeof *whole);
        whole[prompt + result->length] = TOY_EOS; /* looked at where it came */
        int length = prompt + result->length + result->stopped - 1;
        for (int t = 0; t < length; t++) {
            int n = t + 1 - prompt;
            l->packed[lane][at + t] = whole[t];
            l->targets[lane][at + t] = -1;
            if (n < 0) continue;
            l->targets[lane][at + t] = whole[t + 1];
            l->expected[lane][at + t] = result->values[n];
            l->goals[lane][at + t] = (struct objective_target){
                .weight = 0.01, .advantage = 1, .old = result->log_probabilities[n]};
            if (!is_forced(result, n, line_start)) {
                l->drawn++;
                continue;
            }
            l->forced++;
            l->goals[lane][at + t].old = NAN; /* no choice of the model's */
            assert_true(result->log_probabilities[n] == 0);
        }
        l->starts[lane][++l->lanes[lane].samples] = at + length;
    }
    for (int lane = 0; lane < LANES; lane++) {
        l->lanes[lane].tokens = l->packed[lane];
        l->lanes[lane].targets = l->targets[lane];
        l->lanes[lane].starts = l->starts[lane];
        l->lanes[lane].goals = l->goals[lane];
    }
    return l;
}

/* In packs of samples, on lanes of their own, by the learner: no difference at any temperature. */
static void test_learner_finds_the_same_numbers(void **state) {
    struct fixture *f = *state;
    static const double temperatures[] = {1, 0.7, 1.4};
    for (int c = 0; c < 6; c++) {
        int32_t line_start = c < 3 ? 0 : LINE_START;
        double temperature = temperatures[c % 3];
        decode(f, temperature, line_start);
        struct learning *l = pack(f, line_start);
        struct objective objective = {.temperature = temperature, .clip = 0, .clip_high = 0};
        struct learner_step result;
        struct objective_sums sums;
        OK(learner_objective_gradient(f->learner, f->team, l->lanes, &objective, &result, &sums, NULL,
                                      &error));
        assert_true(sums.difference == 0 && sums.drift == 0 && sums.clipped == 0);
        assert_int_equal(sums.targets, l->drawn + l->forced);
        assert_true(l->drawn > 300 && (line_start ? l->forced > REQUESTS + 20 : l->forced == 0));
        double *const values[LANES] = {l->value[0], l->value[1], l->value[2], l->value[3]};
        OK(learner_values(f->learner, f->team, l->lanes, values, &error));
        assert_memory_equal(l->value, l->expected, sizeof l->value);
        free(l);
        decoder_free_results(f->results, REQUESTS);
    }
}

/* So does scoring, at the text's temperature. */
static void test_scoring_finds_the_same_numbers(void **state) {
    struct fixture *f = *state;
    static const double temperatures[] = {1, 0.7};
    for (int c = 0; c < 2; c++) {
        decode(f, temperatures[c], -1);
        struct learning *l = pack(f, -1);
        static double scored[REQUESTS][LONGEST];
        struct score_request requests[REQUESTS];
        for (int i = 0; i < REQUESTS; i++) {
            int prompt = f->requests[i].length, text = f->results[i].length + f->results[i].stopped;
            requests[i] = (struct score_request){l->tokens[i], prompt + text, prompt, scored[i]};
        }
        OK(score_prepared(learner_folded(f->learner), f->team, requests, REQUESTS, temperatures[c], &error));
        for (int i = 0; i < REQUESTS; i++)
            for (int n = 0; n < requests[i].length - requests[i].from; n++)
                assert_true(scored[i][n] == f->results[i].log_probabilities[n]);
        free(l);
        decoder_free_results(f->results, REQUESTS);
    }
}

/* Each line begins with its token, for which nothing is drawn: token by token, the others are the draws of
 * their stream by the reference's logits, which see it. Greedy text has it too. */
static void test_lines_begin_with_their_token(void **state) {
    struct fixture *f = *state;
    int lines = 0, drawn = 0;
    for (int greedy = 0; greedy < 2; greedy++) {
        double temperature = greedy ? 0 : 1.5;
        decode(f, temperature, LINE_START);
        for (int i = 0; i < REQUESTS; i += 3) {
            const struct decoder_result *result = &f->results[i];
            int32_t sequence[LONGEST];
            int length = f->requests[i].length;
            struct pcg pcg = pcg_stream(4, "decoding", (uint64_t)i);
            memcpy(sequence, f->prompt[i], (size_t)length * sizeof *sequence);
            for (int n = 0; n < result->length + result->stopped; n++) {
                int32_t given = n < result->length ? result->tokens[n] : TOY_EOS, token = LINE_START;
                if (is_forced(result, n, LINE_START)) {
                    assert_int_equal(given, LINE_START);
                    lines++;
                } else {
                    real logits[TOY_VOCABULARY], scratch[TOY_VOCABULARY];
                    double *reference = reference_logits(f->gpt, sequence, length);
                    for (int v = 0; v < TOY_VOCABULARY; v++)
                        logits[v] = (real)reference[(length - 1) * TOY_VOCABULARY + v];
                    token = greedy ? sampler_greedy(logits, TOY_VOCABULARY)
                                   : sampler_draw(logits, TOY_VOCABULARY, temperature, 0, &pcg, scratch);
                    free(reference);
                    assert_int_equal(given, token);
                    drawn++;
                }
                if (token != TOY_EOS) sequence[length++] = token;
            }
            assert_true(result->length <= NEW); /* it counts as text */
        }
        decoder_free_results(f->results, REQUESTS);
    }
    assert_true(lines > 50 && drawn > 300);
}

/* Without a value head there are no values, and without a line's token texts begin as they like. */
static void test_nothing_unless_asked(void **state) {
    struct fixture *f = *state;
    struct decoder_options options = {
        .max_new_tokens = NEW, .stop = TOY_EOS, .temperature = 1, .newline = NEWLINE};
    int otherwise = 0;
    OK(decoder_run(learner_folded(f->learner), f->team, f->requests, REQUESTS, &options, f->results, &error));
    for (int i = 0; i < REQUESTS; i++) {
        assert_null(f->results[i].values);
        assert_null(f->results[i].log_probabilities);
        otherwise += f->results[i].length && f->results[i].tokens[0] != 0;
    }
    assert_true(otherwise > REQUESTS / 2);
    decoder_free_results(f->results, REQUESTS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learner_finds_the_same_numbers),
        cmocka_unit_test(test_scoring_finds_the_same_numbers),
        cmocka_unit_test(test_lines_begin_with_their_token),
        cmocka_unit_test(test_nothing_unless_asked),
    };
    return cmocka_run_group_tests(tests, make_fixture, free_fixture);
}
