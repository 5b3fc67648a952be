/* Decoding: against the reference, and the same text whatever else is in the batch. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/pcg.h"
#include "base/team.h"
#include "nn/decoder.h"
#include "nn/sampler.h"
#include "nn/score.h"
#include "tests/reference_gpt.h"
#include "tests/toy_model.h"

enum { REQUESTS = 150, LONGEST_PROMPT = 24 };

/* Prompts of many lengths and a model whose text is not trivial. */
struct fixture {
    struct gpt *gpt;
    int32_t prompt[REQUESTS][LONGEST_PROMPT];
    struct decoder_request requests[REQUESTS];
};

static int make_fixture(void **state) {
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct gpt_config config = toy_config();
    OK(gpt_create(&config, &fixture->gpt, &error));
    gpt_initialise(fixture->gpt, 12);
    for (size_t i = 0; i < fixture->gpt->size; i++) fixture->gpt->values[i] *= 3;
    struct pcg pcg = pcg_stream(1, "test", 0);
    for (int i = 0; i < REQUESTS; i++) {
        int length = 1 + (int)pcg_below(&pcg, LONGEST_PROMPT);
        for (int t = 0; t < length; t++) fixture->prompt[i][t] = (int32_t)pcg_below(&pcg, TOY_VOCABULARY);
        fixture->requests[i] = (struct decoder_request){fixture->prompt[i], length, (uint64_t)i};
    }
    *state = fixture;
    return 0;
}

static int free_fixture(void **state) {
    struct fixture *fixture = *state;
    gpt_free(fixture->gpt);
    free(fixture);
    return 0;
}

static struct decoder_options options_of(double temperature, int top_k) {
    return (struct decoder_options){
        .max_new_tokens = 30, .stop = TOY_EOS, .temperature = temperature, .top_k = top_k, .seed = 4};
}

static void run(const struct fixture *fixture, int threads, const struct decoder_request *requests,
                size_t count, struct decoder_options options, struct decoder_result *results) {
    struct error reason;
    struct team *team;
    OK(team_create(threads, &team, &reason));
    OK(toy_decode(fixture->gpt, team, requests, count, &options, results, &error));
    team_free(team);
}

static void assert_same_text(const struct decoder_result *a, const struct decoder_result *b) {
    assert_int_equal(a->length, b->length);
    assert_int_equal(a->stopped, b->stopped);
    if (a->length) assert_memory_equal(a->tokens, b->tokens, (size_t)a->length * sizeof *a->tokens);
}

static void test_greedy_follows_the_reference(void **state) {
    const struct fixture *fixture = *state;
    struct decoder_result results[REQUESTS];
    int stopped = 0, compared = 0;
    run(fixture, 1, fixture->requests, REQUESTS, options_of(0, 0), results);
    for (int i = 0; i < REQUESTS; i += 10) {
        int32_t sequence[64];
        int length = fixture->requests[i].length;
        memcpy(sequence, fixture->prompt[i], (size_t)length * sizeof *sequence);
        for (int n = 0; n <= results[i].length && n < 30; n++) {
            double *logits = reference_logits(fixture->gpt, sequence, length);
            const double *row = logits + (length - 1) * TOY_VOCABULARY;
            int32_t given = n < results[i].length ? results[i].tokens[n] : TOY_EOS;
            for (int v = 0; v < TOY_VOCABULARY; v++) assert_true(row[v] <= row[given] + 1e-3);
            free(logits);
            sequence[length++] = given;
            compared++;
        }
        stopped += results[i].stopped;
    }
    assert_true(stopped > 0 && compared > 100);
    decoder_free_results(results, REQUESTS);
}

/* Alone, in any order, with any number of threads: the same text. */
static void test_text_depends_on_the_request_alone(void **state) {
    const struct fixture *fixture = *state;
    struct decoder_options choices[] = {options_of(0, 0), options_of(1.0, 0), options_of(0.7, 3)};
    for (size_t c = 0; c < sizeof choices / sizeof *choices; c++) {
        struct decoder_result together[REQUESTS], other[REQUESTS];
        struct decoder_request backwards[REQUESTS];
        run(fixture, 1, fixture->requests, REQUESTS, choices[c], together);
        for (int threads = 2; threads <= 4; threads += 2) {
            run(fixture, threads, fixture->requests, REQUESTS, choices[c], other);
            for (int i = 0; i < REQUESTS; i++) assert_same_text(&together[i], &other[i]);
            decoder_free_results(other, REQUESTS);
        }
        for (int i = 0; i < REQUESTS; i++) backwards[i] = fixture->requests[REQUESTS - 1 - i];
        run(fixture, 1, backwards, REQUESTS, choices[c], other);
        for (int i = 0; i < REQUESTS; i++) assert_same_text(&together[i], &other[REQUESTS - 1 - i]);
        decoder_free_results(other, REQUESTS);
        for (int i = 0; i < REQUESTS; i += 7) {
            run(fixture, 1, &fixture->requests[i], 1, choices[c], other);
            assert_same_text(&together[i], other);
            decoder_free_results(other, 1);
        }
        decoder_free_results(together, REQUESTS);
    }
}

/* How many of the texts are not the same. */
static int differing(const struct decoder_result *a, const struct decoder_result *b) {
    int count = 0;
    for (int i = 0; i < REQUESTS; i++)
        count += a[i].length != b[i].length ||
                 memcmp(a[i].tokens, b[i].tokens, (size_t)a[i].length * sizeof *a[i].tokens) != 0;
    return count;
}

/* Another seed, and another stream, is another text; greedy text asks neither. */
static void test_seed_and_stream_choose_the_text(void **state) {
    const struct fixture *fixture = *state;
    struct decoder_result first[REQUESTS], other[REQUESTS];
    struct decoder_request elsewhere[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
        elsewhere[i] = fixture->requests[i];
        elsewhere[i].stream += 1000;
    }
    for (int sampled = 0; sampled < 2; sampled++) {
        struct decoder_options options = options_of(sampled * 1.5, 0);
        run(fixture, 1, fixture->requests, REQUESTS, options, first);
        run(fixture, 1, elsewhere, REQUESTS, options, other);
        assert_true(sampled ? differing(first, other) > REQUESTS / 2 : differing(first, other) == 0);
        decoder_free_results(other, REQUESTS);
        options.seed = 5;
        run(fixture, 1, fixture->requests, REQUESTS, options, other);
        assert_true(sampled ? differing(first, other) > REQUESTS / 2 : differing(first, other) == 0);
        decoder_free_results(other, REQUESTS);
        decoder_free_results(first, REQUESTS);
    }
}

/* Token n of a text is the n-th draw of pcg_stream(seed, "decoding", stream), by the reference's logits. */
static void test_tokens_are_draws_of_their_stream(void **state) {
    const struct fixture *fixture = *state;
    static const int top_k[] = {0, 3};
    for (int c = 0; c < 2; c++) {
        struct decoder_options options = options_of(1.5 - 0.5 * c, top_k[c]);
        struct decoder_result results[REQUESTS];
        run(fixture, 1, fixture->requests, REQUESTS, options, results);
        for (int i = 0; i < REQUESTS; i += 5) {
            int32_t sequence[64];
            int length = fixture->requests[i].length;
            struct pcg pcg = pcg_stream(options.seed, "decoding", (uint64_t)i);
            memcpy(sequence, fixture->prompt[i], (size_t)length * sizeof *sequence);
            for (int n = 0; n < 3; n++) {
                real logits[TOY_VOCABULARY], scratch[TOY_VOCABULARY];
                double *reference = reference_logits(fixture->gpt, sequence, length);
                for (int v = 0; v < TOY_VOCABULARY; v++)
                    logits[v] = (real)reference[(length - 1) * TOY_VOCABULARY + v];
                free(reference);
                int32_t token =
                    sampler_draw(logits, TOY_VOCABULARY, options.temperature, options.top_k, &pcg, scratch);
                assert_int_equal(token, n < results[i].length ? results[i].tokens[n] : TOY_EOS);
                if (token == TOY_EOS) break;
                sequence[length++] = token;
            }
        }
        decoder_free_results(results, REQUESTS);
    }
}

/* Prompt, text and, where it came, the stop token; returns their length. */
static int sequence_of(const struct decoder_request *request, const struct decoder_result *result,
                       int32_t *sequence) {
    memcpy(sequence, request->prompt, (size_t)request->length * sizeof *sequence);
    if (result->length)
        memcpy(sequence + request->length, result->tokens, (size_t)result->length * sizeof *sequence);
    int length = request->length + result->length;
    if (result->stopped) sequence[length++] = TOY_EOS;
    return length;
}

/* Greedy and at temperature 1, whatever top_k is: bit for bit what scoring the same text gives. */
static void test_log_probabilities_are_those_of_scoring(void **state) {
    const struct fixture *fixture = *state;
    struct decoder_options choices[] = {options_of(0, 0), options_of(1, 0), options_of(1, 3)};
    for (int c = 0; c < 3; c++) {
        struct decoder_result results[REQUESTS];
        static int32_t sequence[REQUESTS][64];
        static double scored[REQUESTS][64];
        struct score_request requests[REQUESTS];
        int stopped = 0, lengths[31] = {0}, different = 0;
        choices[c].log_probabilities = true;
        run(fixture, 1 + c % 2, fixture->requests, REQUESTS, choices[c], results);
        for (int i = 0; i < REQUESTS; i++)
            requests[i] = (struct score_request){sequence[i],
                                                 sequence_of(&fixture->requests[i], &results[i], sequence[i]),
                                                 fixture->requests[i].length, scored[i]};
        struct error reason;
        struct team *team;
        OK(team_create(1, &team, &reason));
        OK(score_sequences(fixture->gpt, team, requests, REQUESTS, &error));
        team_free(team);
        for (int i = 0; i < REQUESTS; i++) {
            int count = results[i].length + results[i].stopped;
            assert_int_equal(requests[i].length - requests[i].from, count);
            for (int n = 0; n < count; n++)
                if (results[i].log_probabilities[n] != scored[i][n])
                    fail_msg("request %d, token %d of %d: %a, scored %a", i, n, count,
                             results[i].log_probabilities[n], scored[i][n]);
            different += lengths[results[i].length]++ == 0;
            stopped += results[i].stopped;
        }
        assert_true(stopped > 0 && stopped < REQUESTS && different > 5);
        decoder_free_results(results, REQUESTS);
    }
}

/* Log-probabilities of all tokens behind a prefix, by scoring each of them. */
static void score_all(const struct fixture *fixture, const int32_t *prefix, int length, double *found) {
    static int32_t sequence[TOY_VOCABULARY][64];
    struct score_request requests[TOY_VOCABULARY];
    struct error reason;
    struct team *team;
    for (int v = 0; v < TOY_VOCABULARY; v++) {
        memcpy(sequence[v], prefix, (size_t)length * sizeof *prefix);
        sequence[v][length] = v;
        requests[v] = (struct score_request){sequence[v], length + 1, length, &found[v]};
    }
    OK(team_create(1, &team, &reason));
    OK(score_sequences(fixture->gpt, team, requests, TOY_VOCABULARY, &error));
    team_free(team);
}

/* At another temperature: log softmax(logits / temperature), where logits are log-probabilities but for a
 * number that they share. Each errs by a few roundings of numbers up to 40. */
static void test_log_probabilities_follow_the_temperature(void **state) {
    const struct fixture *fixture = *state;
    const double temperature = 0.7;
    struct decoder_options options = options_of(temperature, 3);
    struct decoder_result results[REQUESTS];
    int stops = 0, compared = 0;
    options.log_probabilities = true;
    run(fixture, 1, fixture->requests, REQUESTS, options, results);
    for (int i = 0; i < REQUESTS; i += 5) {
        int32_t sequence[64];
        int length = sequence_of(&fixture->requests[i], &results[i], sequence);
        for (int n = 0, at = fixture->requests[i].length; at < length; n++, at++) {
            double by_token[TOY_VOCABULARY], sum = 0;
            if (n % 4 && at + 1 < length) continue;
            score_all(fixture, sequence, at, by_token);
            for (int v = 0; v < TOY_VOCABULARY; v++) sum += exp(by_token[v] / temperature);
            double expected = by_token[sequence[at]] / temperature - log(sum);
            assert_true(fabs(results[i].log_probabilities[n] - expected) < 2e-5);
            stops += n == results[i].length;
            compared++;
        }
    }
    assert_true(stops > 0 && compared > 50);
    decoder_free_results(results, REQUESTS);
}

static void assert_same_numbers(const struct decoder_result *a, const struct decoder_result *b) {
    assert_same_text(a, b);
    size_t count = (size_t)(a->length + a->stopped);
    if (count) assert_memory_equal(a->log_probabilities, b->log_probabilities, count * sizeof(double));
}

/* One folded model serves any number of calls, of any kind. */
static void test_a_folded_model_serves_many_calls(void **state) {
    const struct fixture *fixture = *state;
    struct decoder_options choices[] = {options_of(0, 0), options_of(1.0, 0), options_of(0.7, 3)};
    struct folded folded;
    struct error reason;
    struct team *team[2];
    OK(folded_create(fixture->gpt, 2, &folded, &error));
    for (int threads = 1; threads <= 2; threads++) OK(team_create(threads, &team[threads - 1], &reason));
    for (int call = 0; call < 9; call++) {
        struct decoder_result found[REQUESTS], expected[REQUESTS];
        struct decoder_options options = choices[call % 3];
        size_t first = (size_t)(call * 7), count = call % 2 ? 5 : REQUESTS - first;
        options.log_probabilities = true;
        OK(decoder_run(&folded, team[call / 3 % 2], fixture->requests + first, count, &options, found,
                       &error));
        run(fixture, 1, fixture->requests + first, count, options, expected);
        for (size_t i = 0; i < count; i++) assert_same_numbers(&found[i], &expected[i]);
        decoder_free_results(found, count);
        decoder_free_results(expected, count);
    }
    team_free(team[0]);
    team_free(team[1]);
    folded_free(&folded);
}

static void test_limits(void **state) {
    const struct fixture *fixture = *state;
    int positions = fixture->gpt->config.positions;
    int32_t *full = calloc((size_t)positions + 1, sizeof *full);
    struct decoder_options options = options_of(0, 0);
    options.max_new_tokens = 1000;
    options.stop = -1;
    struct decoder_result results[3];
    struct decoder_request requests[] = {{full, 1, 0}, {full, positions, 0}, {full, positions - 1, 0}};
    run(fixture, 1, requests, 3, options, results);
    assert_int_equal(results[0].length, positions - 1);
    assert_int_equal(results[1].length, 0);
    assert_int_equal(results[2].length, 1);
    assert_false(results[0].stopped || results[1].stopped || results[2].stopped);
    decoder_free_results(results, 3);
    options.max_new_tokens = 5;
    run(fixture, 1, requests, 3, options, results);
    assert_int_equal(results[0].length, 5);
    assert_int_equal(results[2].length, 1);
    decoder_free_results(results, 3);
    struct error reason;
    struct team *team;
    OK(team_create(1, &team, &reason));
    requests[0].length = positions + 1;
    assert_int_equal(toy_decode(fixture->gpt, team, requests, 1, &options, results, &reason), ERR_INPUT);
    requests[0].length = 0;
    assert_int_equal(toy_decode(fixture->gpt, team, requests, 1, &options, results, &reason), ERR_INPUT);
    requests[0].length = 2;
    full[1] = TOY_VOCABULARY;
    assert_int_equal(toy_decode(fixture->gpt, team, requests, 1, &options, results, &reason), ERR_INPUT);
    assert_int_equal(toy_decode(fixture->gpt, team, requests, 0, &options, results, &reason), ERR_OK);
    team_free(team);
    free(full);
}

static void test_sampler_draws_the_softmax(void **state) {
    (void)state;
    enum { V = 5, DRAWS = 40000 };
    const real logits[V] = {0.5f, 2, -1, 2, 1};
    real scratch[V];
    assert_int_equal(sampler_greedy(logits, V), 1);
    const struct {
        double temperature;
        int top_k;
        double expected[V];
    } cases[] = {
        {1, 0, {0.0845, 0.3787, 0.0189, 0.3787, 0.1393}}, /* softmax(logits) */
        {2, 3, {0, 0.3837, 0, 0.3837, 0.2327}},           /* softmax(2, 2, 1 halved) */
        {0.01, 0, {0, 0.5, 0, 0.5, 0}},
        {1, 4, {0.0861, 0.3860, 0, 0.3860, 0.1420}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        int count[V] = {0};
        struct pcg pcg = pcg_stream(9, "decoding", c);
        for (int i = 0; i < DRAWS; i++)
            count[sampler_draw(logits, V, cases[c].temperature, cases[c].top_k, &pcg, scratch)]++;
        for (int v = 0; v < V; v++) assert_true(fabs((double)count[v] / DRAWS - cases[c].expected[v]) < 0.01);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_greedy_follows_the_reference),
        cmocka_unit_test(test_text_depends_on_the_request_alone),
        cmocka_unit_test(test_seed_and_stream_choose_the_text),
        cmocka_unit_test(test_tokens_are_draws_of_their_stream),
        cmocka_unit_test(test_log_probabilities_are_those_of_scoring),
        cmocka_unit_test(test_log_probabilities_follow_the_temperature),
        cmocka_unit_test(test_a_folded_model_serves_many_calls),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_sampler_draws_the_softmax),
    };
    return cmocka_run_group_tests(tests, make_fixture, free_fixture);
}
