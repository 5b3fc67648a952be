/* Noise, site by site: what is put in place of what was there, what is marked, and what is spared. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "trace/trace.h"

static const struct noise *kind(const char *name) {
    int index = noise_find(name);
    assert_true(index >= 0);
    return noise_list[index];
}

/* `count` of `trials` within 4.5 standard errors of a share. */
static void assert_share(int count, int trials, double share) {
    if (!(fabs(count - trials * share) <= 4.5 * sqrt(trials * share * (1 - share))))
        fail_msg("%d of %d, expected a share of %g", count, trials, share);
}

enum { DRAWS = 20000, LINES = 6 };

/* A trace of LINES lines `name = digit`, to which a kind is applied. */
struct sheet {
    int32_t tokens[LINES * 3], edit[LINES * 3];
    uint8_t mark[LINES * 3], copies[LINES];
    int start[LINES + 1], value_of[LINES], order[LINES];
    struct alphabets alphabets; /* none: all values are numbers */
    struct draft draft;
    struct tally tally;
};

static void sheet_prepare(struct sheet *s) {
    *s = (struct sheet){0};
    for (int i = 0; i <= LINES; i++) s->start[i] = 3 * i;
    for (int i = 0; i < LINES; i++) {
        s->tokens[3 * i] = TOKEN_FIXED;
        s->tokens[3 * i + 1] = TOKEN_EQUALS;
        s->tokens[3 * i + 2] = TOKEN_DIGIT + i;
        s->copies[i] = 1;
        s->value_of[i] = s->order[i] = i;
    }
    memcpy(s->edit, s->tokens, sizeof s->edit);
    s->draft = (struct draft){.tokens = s->tokens,
                              .start = s->start,
                              .lines = LINES,
                              .edit = s->edit,
                              .mark = s->mark,
                              .value_of = s->value_of,
                              .copies = s->copies,
                              .order = s->order,
                              .alphabets = &s->alphabets};
}

/* A digit becomes each of the ten, itself too, equally often; wherever in a number it stands. */
static void digits_become_uniform(void **state) {
    (void)state;
    static struct sheet s;
    int written[10] = {0}, assigned[10] = {0}, inner[10] = {0};
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct pcg pcg = pcg_stream(1, "sites", i);
        struct tally tally = {0, 0};
        struct decimal one = decimal_from(7), three = decimal_from(777);
        sheet_prepare(&s);
        kind("digit")->apply(&s.draft, 1, &pcg, &tally);
        written[s.edit[3 * 2 + 2] - TOKEN_DIGIT]++;
        kind("dynamic")->alter(&one, 1, &pcg, &tally);
        kind("dynamic")->alter(&three, 1, &pcg, &tally);
        assigned[decimal_int(&one)]++;
        inner[decimal_int(&three) / 10 % 10]++;
        assert_int_equal(tally.hits, LINES + 1 + 3);
    }
    for (int digit = 0; digit < 10; digit++) {
        assert_share(written[digit], DRAWS, 0.1);
        assert_share(assigned[digit], DRAWS, 0.1);
        assert_share(inner[digit], DRAWS, 0.1);
    }
}

static void slips_go_up_and_down(void **state) {
    (void)state;
    int up = 0;
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct pcg pcg = pcg_stream(1, "sites", i);
        struct tally tally = {0, 0};
        struct decimal value = decimal_from(10);
        kind("slip")->alter(&value, 1, &pcg, &tally);
        assert_true(decimal_int(&value) == 9 || decimal_int(&value) == 11);
        up += decimal_int(&value) == 11;
    }
    assert_share(up, DRAWS, 0.5);
}

/* What is counted as a hit is what happens. */
static void assignments_are_skipped_at_their_rate(void **state) {
    (void)state;
    int skipped = 0;
    struct tally tally = {0, 0};
    struct pcg pcg = pcg_seed(1, 2);
    for (int i = 0; i < DRAWS; i++) skipped += kind("skip")->forget(0.3, &pcg, &tally);
    assert_share(skipped, DRAWS, 0.3);
    assert_int_equal(tally.hits, skipped);
    assert_int_equal(tally.sites, DRAWS);
}

/* Every line gets each of the other lines' values equally often, never its own. */
static void values_come_from_other_lines(void **state) {
    (void)state;
    static struct sheet s;
    int from[LINES][LINES] = {{0}};
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct pcg pcg = pcg_stream(1, "sites", i);
        sheet_prepare(&s);
        kind("value_swap")->apply(&s.draft, 1, &pcg, &s.tally);
        for (int line = 0; line < LINES; line++) from[line][s.value_of[line]]++;
    }
    for (int a = 0; a < LINES; a++)
        for (int b = 0; b < LINES; b++) {
            if (a == b)
                assert_int_equal(from[a][b], 0);
            else
                assert_share(from[a][b], DRAWS, 1. / (LINES - 1));
        }
}

static void deleted_lines_are_not_repeated(void **state) {
    (void)state;
    static struct sheet s;
    struct pcg pcg = pcg_seed(1, 2);
    sheet_prepare(&s);
    s.copies[2] = 0;
    kind("line_repeat")->apply(&s.draft, 1, &pcg, &s.tally);
    for (int line = 0; line < LINES; line++)
        assert_int_equal(s.copies[line], line == 2 ? 0 : line == LINES - 1 ? 1 : 2);
}

/* Whatever a kind does, an answer that is to be spared is the true one and no site. */
static void every_kind_spares_the_answer(void **state) {
    (void)state;
    for (int k = 0; noise_list[k]; k++) {
        if (noise_list[k]->stage == NOISE_DYNAMIC) continue;
        struct fixture f;
        fixture_prepare(&f, "add");
        f.mix.rate[k] = 1;
        f.mix.answer_clean = true;
        fixture_open(&f);
        for (uint64_t i = 0; i < 300; i++) {
            struct sample sample = fixture_draw(&f, i);
            size_t n = sample.answer.count + 2;
            assert_true(sample.completion.count >= n && sample.corrupted > 0);
            const int32_t *line = sample.completion.id + sample.completion.count - n;
            assert_int_equal(line[0], TOKEN_ANSWER);
            assert_memory_equal(line + 2, sample.answer.id, sample.answer.count * sizeof *line);
            for (size_t t = sample.completion.count - n; t < sample.completion.count; t++)
                assert_false(sample.marks[t]);
        }
        fixture_close(&f);
    }
}

/* Two kinds that look at the same lines hit them apart: their tallies differ. */
static void kinds_hit_sites_of_their_own(void **state) {
    (void)state;
    struct fixture f;
    int a = noise_find("line"), b = noise_find("line_repeat"), different = 0;
    fixture_prepare(&f, "add");
    f.mix.rate[a] = f.mix.rate[b] = 0.5;
    fixture_open(&f);
    for (uint64_t i = 0; i < 200; i++) {
        struct sample sample = fixture_draw(&f, i);
        assert_int_equal(sample.tallies[a].sites, sample.tallies[b].sites);
        different += sample.tallies[a].hits != sample.tallies[b].hits;
    }
    assert_true(different > 100);
    fixture_close(&f);
}

/* A sample is the same whatever was drawn before it, errors that led far astray too. */
static void samples_leave_nothing_behind(void **state) {
    (void)state;
    static const char *const tasks[] = {"lcm", "median"};
    for (int n = 0; n < 2; n++) {
        struct fixture f;
        fixture_prepare(&f, tasks[n]);
        f.mix.rate[noise_find("dynamic")] = 0.1;
        f.mix.rate[noise_find("skip")] = 0.3;
        f.mix.line_limit = 40;
        fixture_open(&f);
        for (uint64_t i = 0; i < 1500; i++) {
            struct sample sample = fixture_draw(&f, i), fresh;
            if (i % 7) continue;
            struct mix_sampler *sampler;
            assert_ok(mix_sampler_create(&f.mix, f.vocabulary, true, &sampler, &f.error), &f.error);
            assert_ok(mix_sample(sampler, 11, SPLIT_TRAIN, i, &fresh, &f.error), &f.error);
            assert_int_equal(sample.truncated, fresh.truncated);
            assert_int_equal(sample.completion.count, fresh.completion.count);
            assert_memory_equal(sample.completion.id, fresh.completion.id,
                                fresh.completion.count * sizeof(int32_t));
            mix_sampler_free(sampler);
        }
        fixture_close(&f);
    }
}

/* --- a call's variables --- */

static bool always_forget(double rate, struct pcg *sites, struct tally *tally) {
    return noise_hits(rate, sites, tally);
}

/* Every assignment forgotten but the first of its name in a call, for there is nothing to keep: each of the
 * two additions begins anew. */
static void each_call_has_variables_of_its_own(void **state) {
    (void)state;
    static const struct noise forgetful = {
        .name = "forgetful", .stage = NOISE_DYNAMIC, .forget = always_forget};
    struct fixture f;
    struct arguments *arguments = malloc(sizeof *arguments);
    struct buffer text = {0};
    fixture_prepare(&f, "sum");
    fixture_open(&f);
    for (int i = 0; i < TASKS_MAX; i++) f.mix.visibility[i] = VISIBILITY_FULL;
    struct trace_settings settings = {
        .vocabulary = f.vocabulary, .tasks = task_list, .visibility = f.mix.visibility, .line_limit = 60};
    struct acting_noise acting = {.noise = &forgetful, .rate = 1, .sites = pcg_seed(1, 1)};
    struct trace *trace;
    assert_int_equal(trace_create(&trace), ERR_OK);
    const char *const texts[] = {"1", "2", "3"};
    assert_ok(task_parse(task_find("sum"), 3, texts, arguments, &f.error), &f.error);
    assert_ok(trace_run(trace, &settings, task_find("sum"), arguments, &acting, 1, &f.error), &f.error);
    for (int line = 0; line < trace_lines(trace); line++) {
        const int *start = trace_starts(trace);
        if (line) buffer_text(&text, "; ");
        vocabulary_render(f.vocabulary, trace_tokens(trace) + start[line],
                          (size_t)(start[line + 1] - start[line]), false, &text);
    }
    /* the second sum is forgotten, but not its digits */
    assert_string_equal(text.bytes, "digx = 1; digy = 2; res = 3; carry = 0; total = 3; "
                                    "digx = 3; digy = 3; res = 6; carry = 0; total = 3; answer = 3");
    trace_free(trace);
    buffer_free(&text);
    free(arguments);
    fixture_close(&f);
}

/* --- marks --- */

enum { MOST_LINES = TRACE_LINE_LIMIT };

/* The lines of a span: where each begins, and behind the last where the next would. */
static int split_lines(struct token_span span, size_t start[MOST_LINES + 1]) {
    int lines = 0;
    start[lines++] = 0;
    for (size_t t = 0; t < span.count; t++)
        if (span.id[t] == TOKEN_NEWLINE) start[lines++] = t + 1;
    start[lines] = span.count + 1;
    return lines;
}

/* Of a line, `y = mod(9, 8) = 1` too, the value alone is swapped, and marked. */
static void swapped_values_are_marked(void **state) {
    (void)state;
    struct fixture f;
    fixture_prepare(&f, "gcd");
    f.mix.rate[noise_find("value_swap")] = 1;
    for (int i = 0; i < TASKS_MAX; i++) f.mix.visibility[i] = VISIBILITY_CALL;
    fixture_open(&f);
    int calls = 0;
    for (uint64_t i = 0; i < 200; i++) {
        struct sample sample = fixture_draw(&f, i);
        size_t clean[MOST_LINES + 1], noised[MOST_LINES + 1];
        int lines = split_lines(sample.clean, clean);
        assert_int_equal(split_lines(sample.completion, noised), lines);
        for (int line = 0; lines > 1 && line < lines; line++) {
            const int32_t *from = sample.clean.id + clean[line], *to = sample.completion.id + noised[line];
            size_t length = clean[line + 1] - clean[line] - 1, sign = length;
            while (from[sign - 1] != TOKEN_EQUALS) sign--;
            assert_memory_equal(from, to, sign * sizeof *from);
            for (size_t t = noised[line]; t < noised[line + 1] - 1; t++)
                assert_int_equal(sample.marks[t], t >= noised[line] + sign);
            calls += sign > 2;
        }
    }
    assert_true(calls > 200);
    fixture_close(&f);
}

/* Of a line that is written twice the second one is noise. */
static void repeated_lines_are_marked(void **state) {
    (void)state;
    struct fixture f;
    fixture_prepare(&f, "add");
    f.mix.rate[noise_find("line_repeat")] = 1;
    fixture_open(&f);
    struct sample sample = fixture_draw(&f, 0);
    size_t start[MOST_LINES + 1];
    int lines = split_lines(sample.completion, start);
    assert_int_equal(lines, sample.lines);
    assert_int_equal(lines, 2 * sample.trace_lines - 1);
    for (int line = 0; line < lines; line++)
        for (size_t t = start[line]; t < start[line + 1] - 1; t++)
            assert_int_equal(sample.marks[t], line % 2);
    fixture_close(&f);
}

/* Of `least = 17` for `least = 16` the 7 is marked; of a value with more digits than the right one all of it.
 */
static void wrong_digits_are_marked(void **state) {
    (void)state;
    struct fixture f;
    int single = 0, whole = 0;
    fixture_prepare(&f, "sort");
    f.mix.rate[noise_find("slip")] = 0.2;
    fixture_open(&f);
    for (uint64_t i = 0; i < 2000; i++) {
        struct sample sample = fixture_draw(&f, i);
        size_t clean[MOST_LINES + 1], noised[MOST_LINES + 1], first = 0;
        while (first < sample.completion.count && !sample.marks[first]) first++;
        if (first == sample.completion.count) continue;
        int lines = split_lines(sample.completion, noised), line = 0;
        if (split_lines(sample.clean, clean) != lines) continue;
        while (noised[line + 1] <= first) line++; /* before it all is clean */
        const int32_t *from = sample.clean.id + clean[line], *to = sample.completion.id + noised[line];
        size_t length = noised[line + 1] - noised[line] - 1, sign = length;
        bool aligned = clean[line + 1] - clean[line] - 1 == length;
        while (to[sign - 1] != TOKEN_EQUALS) sign--;
        for (size_t t = 0; t < length; t++)
            assert_int_equal(sample.marks[noised[line] + t], t >= sign && (!aligned || from[t] != to[t]));
        single += aligned && length - sign > 1;
        whole += !aligned;
    }
    assert_true(single > 100 && whole > 3);
    fixture_close(&f);
}

/* A digit that was replaced by itself was hit all the same: at a rate of 1 every written value is marked. */
static void hits_by_chance_are_marked(void **state) {
    (void)state;
    struct fixture f;
    int by_chance = 0;
    fixture_prepare(&f, "add");
    f.mix.rate[noise_find("dynamic")] = 1;
    fixture_open(&f);
    for (uint64_t i = 0; i < 300; i++) {
        struct sample sample = fixture_draw(&f, i);
        size_t start[MOST_LINES + 1];
        int lines = split_lines(sample.completion, start);
        assert_true(sample.marks[2]); /* digx = D */
        by_chance += sample.completion.id[2] == sample.clean.id[2];
        for (int line = 0; line < lines - 1; line++) assert_true(sample.marks[start[line + 1] - 2]);
    }
    assert_in_range(by_chance, 10, 60);
    fixture_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_become_uniform),
        cmocka_unit_test(slips_go_up_and_down),
        cmocka_unit_test(assignments_are_skipped_at_their_rate),
        cmocka_unit_test(values_come_from_other_lines),
        cmocka_unit_test(deleted_lines_are_not_repeated),
        cmocka_unit_test(every_kind_spares_the_answer),
        cmocka_unit_test(kinds_hit_sites_of_their_own),
        cmocka_unit_test(samples_leave_nothing_behind),
        cmocka_unit_test(each_call_has_variables_of_its_own),
        cmocka_unit_test(swapped_values_are_marked),
        cmocka_unit_test(repeated_lines_are_marked),
        cmocka_unit_test(wrong_digits_are_marked),
        cmocka_unit_test(hits_by_chance_are_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
