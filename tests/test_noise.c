/* Noise: measured rates, coupling between rates and kinds, and that nothing can run away. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "trace/trace.h"

static int kind(const char *name) {
    int index = noise_find(name);
    assert_true(index >= 0);
    return index;
}

/* Within 4 standard errors of a share of `trials`. */
static void assert_share(double hits, double trials, double share) {
    assert_true(trials > 1000);
    assert_true(fabs(hits / trials - share) <= 4 * sqrt(share * (1 - share) / trials) + 1e-12);
}

static int count_digits(struct token_span span) {
    int digits = 0;
    for (size_t i = 0; i < span.count; i++) digits += token_is_digit(span.id[i]);
    return digits;
}

static const double rates[] = {0, 0.1, 0.5, 1};

static void static_rates(void **state) {
    (void)state;
    for (int r = 0; r < 4; r++) {
        for (int lines = 0; lines < 2; lines++) {
            struct fixture s;
            double hits = 0, sites = 0;
            fixture_prepare(&s, "add");
            s.mix.rate[kind(lines ? "line" : "digit")] = rates[r];
            fixture_open(&s);
            for (int i = 0; i < 5000; i++) {
                struct sample sample = fixture_draw(&s, (uint64_t)i);
                hits += sample.corrupted;
                sites += lines ? sample.trace_lines - 1 : count_digits(sample.clean);
                if (lines) assert_int_equal(sample.trace_lines - sample.lines, sample.corrupted);
            }
            assert_share(hits, sites, rates[r]);
            fixture_close(&s);
        }
    }
}

/* How many sites the dynamic noise under test has seen: each digit of each value. */
static int sites_seen;

static int counting_alter(struct decimal *value, double rate, struct pcg *sites) {
    sites_seen += value->length;
    return noise_list[kind("dynamic")]->alter(value, rate, sites);
}

static void dynamic_rates(void **state) {
    (void)state;
    static const struct noise counting = {
        .name = "counting", .stage = NOISE_DYNAMIC, .alter = counting_alter};
    static const char *const names[] = {"add", "median", "gcd"};
    struct arguments *arguments = malloc(sizeof *arguments);
    for (int n = 0; n < 3; n++) {
        for (int r = 0; r < 4; r++) {
            struct fixture s;
            double hits = 0;
            fixture_prepare(&s, names[n]);
            fixture_open(&s);
            struct trace_settings settings = {s.vocabulary, task_list, s.mix.visibility, 300, r % 2};
            struct trace *trace = trace_create();
            struct pcg pcg = pcg_seed(3, 3);
            sites_seen = 0;
            for (int i = 0; i < 2000;) {
                struct dynamic_noise noise = {&counting, rates[r], pcg_stream(5, "test", (uint64_t)i)};
                if (!task_draw(s.mix.entry[0].task, &s.mix.entry[0].sizes, &pcg, arguments)) continue;
                i++;
                assert_int_equal(
                    trace_run(trace, &settings, s.mix.entry[0].task, arguments, &noise, 1, &s.error), ERR_OK);
                hits += trace_corrupted(trace);
            }
            assert_share(hits, sites_seen, rates[r]);
            trace_free(trace);
            fixture_close(&s);
        }
    }
    free(arguments);
}

static void contamination_shares(void **state) {
    (void)state;
    static const char *const kinds[] = {"digit", "line", "dynamic"};
    for (int k = 0; k < 3; k++) {
        for (int r = 0; r < 4; r++) {
            struct fixture s;
            int contaminated = 0;
            fixture_prepare(&s, "add");
            s.mix.rate[kind(kinds[k])] = 0.5;
            s.mix.contamination = rates[r];
            fixture_open(&s);
            for (uint64_t i = 0; i < 4000; i++) {
                struct sample sample = fixture_draw(&s, i);
                contaminated += sample.contaminated;
                assert_true(sample.contaminated || sample.corrupted == 0);
                if (sample.contaminated) continue;
                assert_int_equal(sample.completion.count, sample.clean.count);
                assert_memory_equal(sample.completion.id, sample.clean.id,
                                    sample.clean.count * sizeof(int32_t));
            }
            assert_share(contaminated, 4000, rates[r]);
            fixture_close(&s);
        }
    }
}

/* Two mixes that differ in noise alone: the same problems, and the lower rate hits a subset. */
static void higher_rates_corrupt_supersets(void **state) {
    (void)state;
    struct fixture low, high;
    fixture_prepare(&low, "median");
    fixture_prepare(&high, "median");
    low.mix.rate[kind("digit")] = 0.2;
    high.mix.rate[kind("digit")] = 0.6;
    low.mix.contamination = 0.3;
    high.mix.contamination = 0.8;
    fixture_open(&low);
    fixture_open(&high);
    for (uint64_t i = 0; i < 3000; i++) {
        struct sample a = fixture_draw(&low, i), b = fixture_draw(&high, i);
        assert_int_equal(a.prompt.count, b.prompt.count);
        assert_memory_equal(a.prompt.id, b.prompt.id, a.prompt.count * sizeof(int32_t));
        assert_true(b.contaminated || !a.contaminated);
        assert_int_equal(a.completion.count, b.completion.count);
        for (size_t t = 0; t < a.completion.count; t++) {
            if (!a.marks[t]) continue;
            assert_true(b.marks[t]);
            assert_int_equal(a.completion.id[t], b.completion.id[t]);
        }
    }
    fixture_close(&low);
    fixture_close(&high);
}

static void deleted_lines_are_supersets(void **state) {
    (void)state;
    struct fixture low, high;
    fixture_prepare(&low, "add");
    fixture_prepare(&high, "add");
    low.mix.rate[kind("line")] = 0.3;
    high.mix.rate[kind("line")] = 0.5;
    low.mix.rate[kind("digit")] = high.mix.rate[kind("digit")] = 0.4;
    fixture_open(&low);
    fixture_open(&high);
    for (uint64_t i = 0; i < 3000; i++) {
        struct sample a = fixture_draw(&low, i), b = fixture_draw(&high, i);
        int at = 0;
        for (int line = 0; line < b.lines; line++) {
            while (at < a.lines && a.origins[at] < b.origins[line]) at++;
            assert_true(at < a.lines && a.origins[at] == b.origins[line]);
        }
        assert_int_equal(b.origins[b.lines - 1], b.trace_lines - 1);
    }
    fixture_close(&low);
    fixture_close(&high);
}

/* A kind more leaves the draws of the others alone. */
static void kinds_have_streams_of_their_own(void **state) {
    (void)state;
    struct fixture one, two;
    fixture_prepare(&one, "add");
    fixture_prepare(&two, "add");
    one.mix.rate[kind("digit")] = two.mix.rate[kind("digit")] = 0.4;
    two.mix.rate[kind("line")] = 0.4;
    fixture_open(&one);
    fixture_open(&two);
    for (uint64_t i = 0; i < 1000; i++) {
        struct sample a = fixture_draw(&one, i), b = fixture_draw(&two, i);
        size_t from = 0, to = 0; /* every line that is left reads as it does without line noise */
        for (int line = 0, row = 0; line < b.lines; line++) {
            for (; row < b.origins[line]; row++) {
                while (a.completion.id[from] != TOKEN_NEWLINE) from++;
                from++;
            }
            for (; to < b.completion.count && b.completion.id[to] != TOKEN_NEWLINE; to++, from++)
                assert_int_equal(b.completion.id[to], a.completion.id[from]);
            to++, from++, row++;
        }
    }
    fixture_close(&one);
    fixture_close(&two);
}

/* Up to the first corruption a dynamically noised trace is the clean one, and a lower rate follows the
 * higher one up to the first corruption of the higher. */
static void dynamic_noise_is_coupled_to_its_first_hit(void **state) {
    (void)state;
    struct fixture low, high;
    fixture_prepare(&low, "add");
    fixture_prepare(&high, "add");
    low.mix.rate[kind("dynamic")] = 0.05;
    high.mix.rate[kind("dynamic")] = 0.1;
    fixture_open(&low);
    fixture_open(&high);
    for (uint64_t i = 0; i < 3000; i++) {
        struct sample a = fixture_draw(&low, i), b = fixture_draw(&high, i);
        size_t first = 0;
        while (first < b.completion.count && !b.marks[first]) first++;
        assert_true(first < b.completion.count || a.corrupted == 0);
        if (first == b.completion.count) assert_int_equal(b.corrupted, 0);
        for (size_t t = 0; t < first; t++) {
            assert_int_equal(b.completion.id[t], b.clean.id[t]);
            assert_int_equal(b.completion.id[t], a.completion.id[t]);
        }
    }
    fixture_close(&low);
    fixture_close(&high);
}

static void the_answer_can_be_spared(void **state) {
    (void)state;
    struct fixture s;
    fixture_prepare(&s, "add");
    s.mix.rate[kind("digit")] = 1;
    s.mix.answer_clean = true;
    fixture_open(&s);
    for (uint64_t i = 0; i < 500; i++) {
        struct sample sample = fixture_draw(&s, i);
        size_t n = sample.answer.count;
        assert_memory_equal(sample.completion.id + sample.completion.count - n, sample.answer.id,
                            n * sizeof(int32_t));
        assert_int_equal(sample.corrupted, count_digits(sample.clean) - (int)n);
    }
    fixture_close(&s);
}

static void test_problems_are_clean(void **state) {
    (void)state;
    struct fixture s;
    fixture_prepare(&s, "gcd");
    for (int k = 0; noise_list[k]; k++) s.mix.rate[k] = 1;
    fixture_open(&s);
    for (uint64_t i = 0; i < 500; i++) {
        struct sample sample;
        assert_int_equal(mix_sample(s.sampler, 11, SPLIT_TEST, i, &sample, &s.error), ERR_OK);
        assert_false(sample.contaminated || sample.corrupted || sample.truncated);
        assert_memory_equal(sample.completion.id, sample.clean.id, sample.clean.count * sizeof(int32_t));
    }
    fixture_close(&s);
}

/* Every task under all kinds at once: traces end, and a truncated one says so. */
static void nothing_runs_away(void **state) {
    (void)state;
    for (int t = 0; task_list[t]; t++) {
        for (int visibility = 0; visibility < 3; visibility++) {
            struct fixture s;
            fixture_prepare(&s, task_list[t]->name);
            for (int k = 0; noise_list[k]; k++) s.mix.rate[k] = 0.3;
            for (int i = 0; i < TASKS_MAX; i++) s.mix.visibility[i] = (enum visibility)visibility;
            s.mix.line_limit = 40;
            fixture_open(&s);
            for (uint64_t i = 0; i < 300; i++) {
                struct sample sample = fixture_draw(&s, i);
                assert_true(sample.trace_lines <= 40);
                assert_true(sample.completion.count < 40000);
            }
            fixture_close(&s);
        }
    }
}

static void truncated_traces_end_with_zero(void **state) {
    (void)state;
    struct fixture s;
    int truncated = 0;
    fixture_prepare(&s, "add");
    s.mix.line_limit = 9;
    fixture_open(&s);
    for (uint64_t i = 0; i < 200; i++) {
        struct sample sample = fixture_draw(&s, i);
        assert_true(sample.lines <= 9);
        assert_true(sample.truncated == (sample.arguments->number[0].length > 2 ||
                                         sample.arguments->number[1].length > 2 || sample.answer.count > 2));
        if (!sample.truncated) continue;
        truncated++;
        assert_int_equal(sample.completion.id[sample.completion.count - 3], TOKEN_ANSWER);
        assert_int_equal(sample.completion.id[sample.completion.count - 1], TOKEN_DIGIT);
        assert_true(sample.answer.count > 1); /* the true answer all the same */
    }
    assert_true(truncated > 20);
    fixture_close(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(static_rates),
        cmocka_unit_test(dynamic_rates),
        cmocka_unit_test(contamination_shares),
        cmocka_unit_test(higher_rates_corrupt_supersets),
        cmocka_unit_test(deleted_lines_are_supersets),
        cmocka_unit_test(kinds_have_streams_of_their_own),
        cmocka_unit_test(dynamic_noise_is_coupled_to_its_first_hit),
        cmocka_unit_test(the_answer_can_be_spared),
        cmocka_unit_test(test_problems_are_clean),
        cmocka_unit_test(nothing_runs_away),
        cmocka_unit_test(truncated_traces_end_with_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
