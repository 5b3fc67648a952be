/* How much of a sample noise changed: by hand, and kind by kind. */
#include <math.h>

#include "data/changes.h"
#include "fixture.h"

/* Lines of one token each, with newlines between them. */
struct text {
    int32_t tokens[32];
    int origins[16];
    int lines;
    size_t count;
};

static struct text text_of(const int (*lines)[2], int count) {
    struct text text = {.lines = count};
    for (int i = 0; i < count; i++) {
        if (i) text.tokens[text.count++] = TOKEN_NEWLINE;
        text.tokens[text.count++] = lines[i][1];
        text.origins[i] = lines[i][0];
    }
    return text;
}

static double share(const struct text *clean, const struct text *noised) {
    struct sample sample = {.clean = {clean->tokens, clean->count},
                            .clean_origins = clean->origins,
                            .completion = {noised->tokens, noised->count},
                            .origins = noised->origins};
    return changes_share(&sample);
}

#define LINES(...) text_of((const int[][2]){__VA_ARGS__}, sizeof((const int[][2]){__VA_ARGS__}) / 8)

static void lines_are_counted(void **state) {
    (void)state;
    struct text clean = LINES({0, 41}, {1, 42}, {2, 43}, {3, TOKEN_ANSWER});
    struct text same = clean;
    assert_true(share(&clean, &same) == 0);
    same = LINES({0, 41}, {1, 99}, {2, 43}, {3, TOKEN_ANSWER}); /* altered */
    assert_true(share(&clean, &same) == 0.25);
    same = LINES({1, 42}, {2, 43}, {3, TOKEN_ANSWER}); /* left out: those behind it are still there */
    assert_true(share(&clean, &same) == 0.25);
    same = LINES({1, 42}, {0, 41}, {2, 43}, {3, TOKEN_ANSWER}); /* moved over one other */
    assert_true(share(&clean, &same) == 0.25);
    same = LINES({0, 41}, {0, 41}, {1, 42}, {2, 43}, {3, TOKEN_ANSWER}); /* written twice */
    assert_true(share(&clean, &same) == 0);
    same = LINES({3, TOKEN_ANSWER}); /* all but the answer */
    assert_true(share(&clean, &same) == 0.75);
    same = LINES({0, 41}, {1, 42}, {2, 43}, {3, 44}, {4, 45}, {5, TOKEN_ANSWER}); /* it went on */
    assert_true(share(&clean, &same) == 0);
}

static void the_answer_may_come_first(void **state) {
    (void)state;
    struct text clean = LINES({3, TOKEN_ANSWER}, {0, 41}, {1, 42}, {2, 43});
    struct text noised = LINES({3, TOKEN_ANSWER}, {0, 41}, {1, 42}, {2, 99});
    assert_true(share(&clean, &noised) == 0.25);
    assert_true(share(&clean, &clean) == 0);
}

/* Mean over samples of a kind at a rate. */
static double measured(const char *task, const char *kind, double rate) {
    struct fixture s;
    double sum = 0;
    enum { SAMPLES = 2000 };
    fixture_prepare(&s, task);
    s.mix.rate[noise_find(kind)] = rate;
    fixture_open(&s);
    for (uint64_t i = 0; i < SAMPLES; i++) {
        struct sample sample = fixture_draw(&s, i);
        sum += changes_share(&sample);
    }
    fixture_close(&s);
    return sum / SAMPLES;
}

/* Lines of single digits (`digx = 7`), which a digit noise leaves as they are in one case of ten; deleted
 * lines are those but the answer. */
static void kinds_change_what_they_say(void **state) {
    (void)state;
    double digits = measured("add", "digit", 0.3);
    assert_true(digits > 0.26 && digits < 0.34); /* 0.27 of the short lines, more of the answer */
    double lines = measured("add", "line", 0.3);
    assert_true(lines > 0.26 && lines < 0.3);
    assert_true(measured("add", "dynamic", 0.3) > digits); /* errors that later lines follow */
    assert_true(measured("add", "line_repeat", 1) == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_counted),
        cmocka_unit_test(the_answer_may_come_first),
        cmocka_unit_test(kinds_change_what_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
