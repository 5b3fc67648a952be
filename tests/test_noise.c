/* Noise: measured rates, coupling between rates and kinds, and that nothing can run away. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "trace/drawing.h"
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

/* Sites of the dynamic kinds as they come by: each alter or forget of a kind under test is counted here. */
static int64_t numbers_seen, digits_seen, assignments_seen;

static void watch_numbers(struct decimal *value, double rate, struct pcg *sites, struct tally *tally) {
    (void)rate, (void)sites, (void)tally;
    numbers_seen++;
    digits_seen += decimal_length(value);
}

static bool watch_assignments(double rate, struct pcg *sites, struct tally *tally) {
    (void)rate, (void)sites, (void)tally;
    assignments_seen++;
    return false;
}

/* How many sites of a static kind a clean trace has. */
static int64_t static_sites(const struct noise *noise, const struct sample *sample) {
    if (!strcmp(noise->name, "digit") || !strcmp(noise->name, "digit_drop"))
        return count_digits(sample->clean);
    if (!strcmp(noise->name, "value_swap")) return sample->trace_lines > 1 ? sample->trace_lines : 0;
    if (!strcmp(noise->name, "line_swap")) return sample->trace_lines > 2 ? sample->trace_lines - 2 : 0;
    if (!strcmp(noise->name, "line") || !strcmp(noise->name, "line_repeat")) return sample->trace_lines - 1;
    return -1; /* a kind with a test of its own */
}

/* Every kind at every rate: the share of sites hit, and the number of sites itself. */
static void rates_are_kept(void **state) {
    (void)state;
    static const char *const tasks[] = {"add", "median", "gcd"};
    for (int k = 0; noise_list[k]; k++) {
        for (int r = 1; r < 4; r++) {
            struct fixture s;
            struct tally sum = {0, 0};
            int64_t corrupted = 0, sites = 0;
            fixture_prepare(&s, tasks[r - 1]);
            s.mix.rate[k] = rates[r];
            fixture_open(&s);
            for (uint64_t i = 0; i < 3000; i++) {
                struct sample sample = fixture_draw(&s, i);
                sum.sites += sample.tallies[k].sites;
                sum.hits += sample.tallies[k].hits;
                corrupted += sample.corrupted;
                if (noise_list[k]->stage != NOISE_DYNAMIC) sites += static_sites(noise_list[k], &sample);
            }
            assert_share((double)sum.hits, (double)sum.sites, rates[r]);
            assert_int_equal(corrupted, sum.hits);
            if (noise_list[k]->stage != NOISE_DYNAMIC && sites >= 0) assert_int_equal(sites, sum.sites);
            fixture_close(&s);
        }
    }
}

/* At rate 0 nothing happens: the file is that of a mix without noise. */
static void rate_zero_is_clean(void **state) {
    (void)state;
    struct fixture s;
    fixture_prepare(&s, "median");
    fixture_open(&s);
    for (uint64_t i = 0; i < 200; i++) {
        struct sample sample = fixture_draw(&s, i);
        assert_false(sample.contaminated || sample.corrupted);
        for (int k = 0; noise_list[k]; k++) assert_int_equal(sample.tallies[k].sites, 0);
    }
    fixture_close(&s);
}

/* The dynamic kinds see every value passed to let, with sites as noise/README.md defines them. */
static void dynamic_sites_are_those_defined(void **state) {
    (void)state;
    static const struct noise numbers = {.name = "numbers", .alter = watch_numbers},
                              assignments = {.name = "assignments", .forget = watch_assignments};
    static const char *const names[] = {"add", "median", "gcd", "lcm"};
    struct arguments *arguments = malloc(sizeof *arguments);
    for (int n = 0; n < 4; n++) {
        struct fixture s;
        fixture_prepare(&s, names[n]);
        fixture_open(&s);
        struct trace_settings settings = {.vocabulary = s.vocabulary,
                                          .tasks = task_list,
                                          .visibility = s.mix.visibility,
                                          .line_limit = 300};
        struct trace *trace;
        assert_int_equal(trace_create(&trace), ERR_OK);
        struct pcg pcg = pcg_seed(3, 3);
        for (int i = 0; i < 300;) {
            struct acting_noise watching[5] = {{.noise = &numbers}, {.noise = &assignments}};
            const char *const kinds[] = {"dynamic", "slip", "skip"};
            for (int k = 0; k < 3; k++)
                watching[2 + k] =
                    (struct acting_noise){.noise = noise_list[kind(kinds[k])], .sites = pcg_seed(1, 1)};
            if (!drawing_arguments(s.mix.entry[0].task, &s.mix.entry[0].sizes, &pcg, arguments)) continue;
            i++;
            numbers_seen = digits_seen = assignments_seen = 0;
            assert_ok(trace_run(trace, &settings, s.mix.entry[0].task, arguments, watching, 5, &s.error),
                      &s.error);
            assert_int_equal(watching[2].tally.sites, digits_seen);
            assert_int_equal(watching[3].tally.sites, numbers_seen);
            assert_int_equal(watching[4].tally.sites, assignments_seen);
        }
        trace_free(trace);
        fixture_close(&s);
    }
    free(arguments);
}

static void contamination_shares(void **state) {
    (void)state;
    for (int k = 0; noise_list[k]; k++) {
        for (int r = 0; r < 4; r++) {
            struct fixture s;
            int contaminated = 0;
            fixture_prepare(&s, "add");
            s.mix.rate[k] = 0.5;
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

/* Every static kind: the sites hit at a lower rate are hit at a higher one, and with the same replacement.
 * Which were hit is read from the draft itself. */
static void every_static_kind_is_coupled(void **state) {
    (void)state;
    enum { LINES = 12 };
    int32_t tokens[LINES * 5];
    int start[LINES + 1];
    for (int i = 0; i <= LINES; i++) start[i] = 5 * i;
    for (int i = 0; i < LINES * 5; i++) /* name = 4 0 7, every line its own */
        tokens[i] = i % 5 == 0 ? TOKEN_FIXED : i % 5 == 1 ? TOKEN_EQUALS : TOKEN_DIGIT + (i / 5 + i) % 10;
    for (int k = 0; noise_list[k]; k++) {
        if (noise_list[k]->stage == NOISE_DYNAMIC) continue;
        for (uint64_t i = 0; i < 2000; i++) {
            int32_t edit[2][LINES * 5];
            uint8_t mark[2][LINES * 5] = {{0}}, copies[2][LINES];
            int value_of[2][LINES], order[2][LINES];
            struct tally tally[2] = {{0, 0}, {0, 0}};
            for (int high = 0; high < 2; high++) {
                static const struct alphabets alphabets;
                struct draft draft = {.tokens = tokens,
                                      .start = start,
                                      .lines = LINES,
                                      .edit = edit[high],
                                      .mark = mark[high],
                                      .value_of = value_of[high],
                                      .copies = copies[high],
                                      .order = order[high],
                                      .alphabets = &alphabets};
                memcpy(edit[high], tokens, sizeof tokens);
                memset(copies[high], 1, LINES);
                for (int l = 0; l < LINES; l++) value_of[high][l] = order[high][l] = l;
                struct pcg sites = pcg_stream(3, "static", i);
                noise_list[k]->apply(&draft, high ? 0.5 : 0.2, &sites, &tally[high]);
            }
            assert_int_equal(tally[0].sites, tally[1].sites);
            assert_true(tally[0].hits <= tally[1].hits);
            for (int t = 0; t < LINES * 5; t++)
                if (mark[0][t] || edit[0][t] != tokens[t])
                    assert_true(edit[1][t] == edit[0][t] && mark[1][t] == mark[0][t]);
            for (int l = 0; l < LINES; l++) {
                if (value_of[0][l] != l) assert_int_equal(value_of[1][l], value_of[0][l]);
                if (copies[0][l] != 1) assert_int_equal(copies[1][l], copies[0][l]);
                if (order[0][l] == l + 1) assert_int_equal(order[1][l], l + 1); /* place l was hit */
            }
            assert_true(copies[1][LINES - 1] == 1 && order[1][LINES - 1] == LINES - 1);
        }
    }
}

/* Pairs of kinds: each hits the sites that it hits alone (static kinds; of dynamic ones until the first hit).
 */
static void kinds_combine(void **state) {
    (void)state;
    for (int a = 0; noise_list[a]; a++) {
        for (int b = 0; noise_list[b]; b++) {
            if (a == b) continue;
            struct fixture alone, both;
            fixture_prepare(&alone, "gcd");
            fixture_prepare(&both, "gcd");
            alone.mix.rate[a] = both.mix.rate[a] = 0.3;
            both.mix.rate[b] = 0.3;
            fixture_open(&alone);
            fixture_open(&both);
            int64_t hits = 0;
            for (uint64_t i = 0; i < 60; i++) {
                struct sample one = fixture_draw(&alone, i), two = fixture_draw(&both, i);
                assert_true(two.tallies[b].sites >= two.tallies[b].hits);
                assert_int_equal(two.corrupted, two.tallies[a].hits + two.tallies[b].hits);
                hits += two.tallies[b].hits;
                if (noise_list[b]->stage == NOISE_DYNAMIC) continue;
                if (noise_list[a]->stage == NOISE_DYNAMIC || noise_list[b]->stage != NOISE_DYNAMIC) {
                    assert_int_equal(one.tallies[a].sites, two.tallies[a].sites);
                    assert_int_equal(one.tallies[a].hits, two.tallies[a].hits);
                }
            }
            assert_true(hits > 10);
            fixture_close(&alone);
            fixture_close(&both);
        }
    }
}

static const char *render(struct fixture *s, struct token_span span) {
    static struct buffer text;
    buffer_clear(&text);
    vocabulary_render(s->vocabulary, span.id, span.count, false, &text);
    return text.bytes;
}

/* One kind at rate 1 on a trace that fits on a line. */
static void every_site_hit_reads_so(void **state) {
    (void)state;
    static const struct {
        const char *kind, *task, *arguments[2], *want;
    } cases[] = {
        {"digit_drop", "add", {"3", "4"}, "digx =\ndigy =\nres =\ncarry =\nanswer ="},
        {"line", "add", {"3", "4"}, "answer = 7"},
        {"line_repeat",
         "add",
         {"3", "4"},
         "digx = 3\ndigx = 3\ndigy = 4\ndigy = 4\nres = 7\nres = 7\ncarry = 0\ncarry = 0\nanswer = 7"},
        {"line_swap", "add", {"3", "4"}, "digy = 4\nres = 7\ncarry = 0\ndigx = 3\nanswer = 7"},
        {"value_swap", "mod", {"7", "9"}, NULL},
        {"skip",
         "add",
         {"38", "4"},
         "digx = 8\ndigy = 4\nres = 2\ncarry = 1\ndigx = 8\ndigy = 4\nres = 2\ncarry = 1\n"},
    };
    struct arguments *arguments = malloc(sizeof *arguments);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct fixture s;
        struct sample sample;
        fixture_prepare(&s, cases[c].task);
        s.mix.rate[kind(cases[c].kind)] = 1;
        fixture_open(&s);
        const struct task *task = s.mix.entry[0].task;
        assert_ok(task_parse(task, 2, cases[c].arguments, arguments, &s.error), &s.error);
        assert_ok(mix_sample_problem(s.sampler, 1, SPLIT_TRAIN, 0, task, arguments, &sample, &s.error),
                  &s.error);
        const char *text = render(&s, sample.completion);
        if (!cases[c].want) {
            assert_int_equal(sample.corrupted, sample.lines);
        } else if (strncmp(text, cases[c].want, strlen(cases[c].want))) {
            fail_msg("%s", text);
        }
        fixture_close(&s);
    }
    free(arguments);
}

/* Every error mended: taken without the error and the word `fix`, the trace is the clean one. */
static void mended_errors_leave_the_work_right(void **state) {
    (void)state;
    static const char *const tasks[] = {"add", "sort", "sub"};
    static const char *const kinds[] = {"dynamic", "slip", "skip"};
    for (int n = 0; n < 9; n++) {
        struct fixture s;
        int mended = 0;
        fixture_prepare(&s, tasks[n / 3]);
        s.mix.rate[kind(kinds[n % 3])] = 0.3;
        s.mix.refine = 1;
        fixture_open(&s);
        int32_t fix = vocabulary_find(s.vocabulary, TRACE_FIX, strlen(TRACE_FIX));
        assert_int_equal(fix, vocabulary_count(s.vocabulary) - 1);
        for (uint64_t i = 0; i < 500; i++) {
            struct sample sample = fixture_draw(&s, i);
            struct tokens repaired = {0};
            assert_false(sample.truncated);
            repaired.id = malloc(sample.completion.count * sizeof *repaired.id);
            size_t line = 0, before = 0;
            for (size_t t = 0; t < sample.completion.count; t++) {
                int32_t id = sample.completion.id[t];
                if (id == fix) { /* the line before is struck out */
                    repaired.count = before;
                    mended++;
                    line = before;
                    continue;
                }
                repaired.id[repaired.count++] = id;
                if (id == TOKEN_NEWLINE) {
                    before = line;
                    line = repaired.count;
                }
            }
            assert_int_equal(repaired.count, sample.clean.count);
            assert_memory_equal(repaired.id, sample.clean.id, repaired.count * sizeof *repaired.id);
            tokens_free(&repaired);
        }
        assert_true(mended > 300);
        fixture_close(&s);
    }
}

/* A share of the errors, within 4 standard errors; a higher share mends what a lower one does. */
static void the_share_of_mended_errors_is_kept(void **state) {
    (void)state;
    for (int r = 0; r < 4; r++) {
        struct fixture s;
        double mended = 0, errors = 0;
        fixture_prepare(&s, "add");
        s.mix.rate[kind("slip")] = 0.1; /* one site a line: an error each hit */
        s.mix.refine = rates[r];
        fixture_open(&s);
        int32_t fix = vocabulary_find(s.vocabulary, TRACE_FIX, strlen(TRACE_FIX));
        for (uint64_t i = 0; i < 4000; i++) {
            struct sample sample = fixture_draw(&s, i);
            errors += sample.corrupted;
            for (size_t t = 0; t < sample.completion.count; t++) mended += sample.completion.id[t] == fix;
        }
        assert_share(mended, errors, rates[r]);
        fixture_close(&s);
    }
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
        assert_ok(mix_sample(s.sampler, 11, SPLIT_TEST, i, &sample, &s.error), &s.error);
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
                struct drawn drawn;
                struct sample sample = fixture_draw_cut(&s, i, &drawn);
                assert_true(sample.trace_lines <= 40);
                assert_true(sample.completion.count < 40000);
            }
            fixture_close(&s);
        }
    }
}

/* They say so, with the true answer beside them, and a data set does not take them. */
static void truncated_traces_end_with_zero(void **state) {
    (void)state;
    struct fixture s;
    int truncated = 0;
    fixture_prepare(&s, "add");
    s.mix.line_limit = 9;
    fixture_open(&s);
    for (uint64_t i = 0; i < 200; i++) {
        struct drawn drawn;
        struct sample sample = fixture_draw_cut(&s, i, &drawn), same;
        assert_true(sample.lines <= 9);
        assert_true(sample.cut == sample.truncated);
        assert_int_equal(mix_check_whole(s.sampler, &sample, &s.error), sample.cut ? ERR_INPUT : ERR_OK);
        assert_int_equal(mix_sample(s.sampler, 11, SPLIT_TRAIN, i, &same, &s.error),
                         sample.cut ? ERR_INPUT : ERR_OK);
        sample = fixture_draw_cut(&s, i, &drawn);
        assert_true(sample.truncated == (decimal_length(&sample.arguments->atom[0].number) > 2 ||
                                         decimal_length(&sample.arguments->atom[1].number) > 2 ||
                                         sample.answer.count > 2));
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
        cmocka_unit_test(rates_are_kept),
        cmocka_unit_test(rate_zero_is_clean),
        cmocka_unit_test(dynamic_sites_are_those_defined),
        cmocka_unit_test(contamination_shares),
        cmocka_unit_test(higher_rates_corrupt_supersets),
        cmocka_unit_test(deleted_lines_are_supersets),
        cmocka_unit_test(every_static_kind_is_coupled),
        cmocka_unit_test(kinds_combine),
        cmocka_unit_test(every_site_hit_reads_so),
        cmocka_unit_test(mended_errors_leave_the_work_right),
        cmocka_unit_test(the_share_of_mended_errors_is_kept),
        cmocka_unit_test(kinds_have_streams_of_their_own),
        cmocka_unit_test(dynamic_noise_is_coupled_to_its_first_hit),
        cmocka_unit_test(the_answer_can_be_spared),
        cmocka_unit_test(test_problems_are_clean),
        cmocka_unit_test(nothing_runs_away),
        cmocka_unit_test(truncated_traces_end_with_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
