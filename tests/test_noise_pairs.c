/* What two noises do to one value, as noise/README.md says: who comes first, and what the other then sees. */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

enum { SAMPLES = 300, LINES = 400 };

/* The lines of a completion: where each begins, and the number behind its last `=`. */
struct lines {
    struct token_span name[LINES]; /* what stands before the `=` */
    int64_t value[LINES];
    int count;
};

static struct lines lines_of(struct token_span text) {
    struct lines lines = {0};
    for (size_t begin = 0, i = 0, equals = 0; i <= text.count; i++) {
        if (i < text.count && text.id[i] == TOKEN_EQUALS) equals = i;
        if (i < text.count && text.id[i] != TOKEN_NEWLINE) continue;
        assert_true(lines.count < LINES);
        lines.name[lines.count] = (struct token_span){text.id + begin, equals - begin};
        lines.value[lines.count++] =
            fixture_number((struct token_span){text.id + equals + 1, i - equals - 1});
        begin = i + 1;
    }
    return lines;
}

static bool same_name(const struct lines *lines, int a, int b) {
    struct token_span x = lines->name[a], y = lines->name[b];
    return x.count == y.count && !memcmp(x.id, y.id, x.count * sizeof *x.id);
}

/* A mix of one task under two noises, at rates of their own. */
static void open_pair(struct fixture *s, const char *task, const char *a, double at, const char *b,
                      double bt) {
    fixture_prepare(s, task);
    s->mix.rate[noise_find(a)] = at;
    s->mix.rate[noise_find(b)] = bt;
    fixture_open(s);
}

static struct lines draw_lines(struct fixture *s, uint64_t i) {
    struct drawn drawn;
    struct sample sample = fixture_draw_cut(s, i, &drawn);
    return lines_of((struct token_span){sample.completion.id, sample.completion.count});
}

/* Digits first, then the step: the value is one beside what the digits alone would have made it. */
static void slip_goes_on_from_what_dynamic_left(void **state) {
    (void)state;
    struct fixture alone, both;
    open_pair(&alone, "add", "dynamic", 1, "slip", 0);
    open_pair(&both, "add", "dynamic", 1, "slip", 1);
    for (uint64_t i = 0; i < SAMPLES; i++) {
        struct lines a = draw_lines(&alone, i), b = draw_lines(&both, i);
        assert_int_equal(llabs(a.value[0] - b.value[0]), 1);
    }
    fixture_close(&alone);
    fixture_close(&both);
}

/* What is forgotten is not what is altered: the old value is, again. */
static void slip_goes_on_from_what_skip_left(void **state) {
    (void)state;
    struct fixture s;
    int again = 0;
    open_pair(&s, "add", "skip", 1, "slip", 1);
    for (uint64_t i = 0; i < SAMPLES; i++) {
        struct lines lines = draw_lines(&s, i);
        for (int k = 1; k < lines.count - 1; k++) { /* the last is the answer */
            int before = k - 1;
            while (before >= 0 && !same_name(&lines, before, k)) before--;
            if (before < 0) continue;
            assert_int_equal(llabs(lines.value[k] - lines.value[before]), 1);
            again++;
        }
    }
    assert_true(again > SAMPLES);
    fixture_close(&s);
}

/* A line gets the value of another one as `digit` left it there; what `digit` did to its own is gone. */
static void value_swap_takes_what_digit_left(void **state) {
    (void)state;
    struct fixture alone, both;
    int compared = 0;
    open_pair(&alone, "sum", "digit", 1, "value_swap", 0);
    open_pair(&both, "sum", "digit", 1, "value_swap", 1);
    for (uint64_t i = 0; i < SAMPLES; i++) {
        struct lines a = draw_lines(&alone, i), b = draw_lines(&both, i);
        assert_int_equal(a.count, b.count);
        for (int k = 0; k < b.count && b.count > 1; k++, compared++) {
            int from = 0;
            while (from < a.count && (from == k || a.value[from] != b.value[k])) from++;
            assert_true(from < a.count);
        }
    }
    assert_true(compared > SAMPLES);
    fixture_close(&alone);
    fixture_close(&both);
}

/* A copy is one of the line as it was left. */
static void copies_are_of_the_noised_line(void **state) {
    (void)state;
    struct fixture s;
    open_pair(&s, "sum", "digit", 1, "line_repeat", 1);
    for (uint64_t i = 0; i < SAMPLES; i++) {
        struct lines lines = draw_lines(&s, i);
        for (int k = 0; k + 1 < lines.count; k += 2) {
            assert_true(same_name(&lines, k, k + 1));
            assert_int_equal(lines.value[k], lines.value[k + 1]);
        }
    }
    fixture_close(&s);
}

/* One value with two errors is one line with one correction, which has neither. */
static void a_correction_mends_both(void **state) {
    (void)state;
    struct fixture s;
    fixture_prepare(&s, "add");
    s.mix.rate[noise_find("dynamic")] = s.mix.rate[noise_find("slip")] = s.mix.rate[noise_find("skip")] = 1;
    s.mix.refine = 1;
    fixture_open(&s);
    for (uint64_t i = 0; i < SAMPLES; i++) {
        struct sample sample = fixture_draw(&s, i);
        struct lines lines = lines_of((struct token_span){sample.completion.id, sample.completion.count});
        assert_int_equal(lines.value[lines.count - 1], fixture_number(sample.answer));
        assert_int_equal(lines.count % 2, 1); /* each with its correction, and the answer */
    }
    fixture_close(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slip_goes_on_from_what_dynamic_left),
        cmocka_unit_test(slip_goes_on_from_what_skip_left),
        cmocka_unit_test(value_swap_takes_what_digit_left),
        cmocka_unit_test(copies_are_of_the_noised_line),
        cmocka_unit_test(a_correction_mends_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
