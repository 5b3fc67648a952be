/* long_division against the machine's division of each beginning of x. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/exchange_checks.h"
#include "tests/task_checks.h"

static void write_trace(int64_t x, int64_t y, struct buffer *text) {
    char digits[24];
    int64_t beginning = 0;
    snprintf(digits, sizeof digits, "%lld", (long long)x);
    buffer_clear(text);
    for (const char *digit = digits; *digit; digit++) {
        int64_t before = beginning;
        beginning = 10 * beginning + (*digit - '0');
        int64_t times = beginning / y - 10 * (before / y), part = times * y + beginning % y;
        buffer_printf(text, "digit = %c\npart = %lld\ntimes = %lld\nprod = %lld\nrem = %lld\nquot = %lld\n",
                      *digit, (long long)part, (long long)times, (long long)(times * y),
                      (long long)(beginning % y), (long long)(beginning / y));
    }
    buffer_printf(text, "answer = (%lld, %lld)", (long long)(x / y), (long long)(x % y));
}

static void check(const struct sizes *sizes, uint64_t problems) {
    struct fixture s;
    struct buffer text = {0};
    fixture_prepare(&s, "long_division");
    if (sizes) s.mix.entry[0].sizes = *sizes;
    fixture_open(&s);
    for (uint64_t i = 0; i < problems; i++) {
        struct sample sample = fixture_draw(&s, i);
        int64_t y = decimal_int(&sample.arguments->atom[1].number);
        assert_in_range(y, 1, 9);
        write_trace(decimal_int(&sample.arguments->atom[0].number), y, &text);
        check_trace(&s, &sample, text.bytes);
    }
    buffer_free(&text);
    fixture_close(&s);
}

static const struct sizes wide = {.min_digits = 1, .max_digits = 17};

/* Divisors larger than those that are drawn. */
static void large_divisors(void **state) {
    (void)state;
    static struct arguments arguments;
    static struct sample sample;
    struct fixture s;
    struct buffer text = {0};
    struct pcg pcg = pcg_stream(1, "divisors", 0);
    fixture_prepare(&s, "long_division");
    fixture_open(&s);
    for (uint64_t i = 0; i < 10000; i++) {
        int64_t x = pcg_between(&pcg, 0, INT64_MAX / 100) >> pcg_below(&pcg, 50);
        int64_t y = 1 + (pcg_between(&pcg, 0, INT64_MAX / 100) >> pcg_below(&pcg, 50));
        arguments.atom[0] = atom_int(x);
        arguments.atom[1] = atom_int(y);
        assert_ok(mix_sample_problem(s.sampler, 1, SPLIT_TRAIN, i, task_find("long_division"), &arguments,
                                     &sample, &s.error),
                  &s.error);
        write_trace(x, y, &text);
        check_trace(&s, &sample, text.bytes);
    }
    buffer_free(&text);
    fixture_close(&s);
}

static void random_problems(void **state) {
    (void)state;
    check(NULL, 100000);
    check(&wide, 10000);
}

static void what_was_written_goes_on(void **state) {
    (void)state;
    static const char *const texts[] = {"98", "4"};
    static const struct {
        int line;
        int64_t number;
        const char *rest;
    } cases[] = {
        {4, 9, "quot = 2\ndigit = 8\npart = 98\ntimes = 24\nprod = 96\nrem = 2\nquot = 44\nanswer = (44, 2)"},
        {5, 7, "digit = 8\npart = 18\ntimes = 4\nprod = 16\nrem = 2\nquot = 74\nanswer = (74, 2)"},
        {6, 6, "part = 16\ntimes = 4\nprod = 16\nrem = 0\nquot = 24\nanswer = (24, 0)"},
        {7, 10, "times = 2\nprod = 8\nrem = 2\nquot = 22\nanswer = (22, 2)"},
        {8, 12, "prod = 48\nrem = -30\nquot = 32\nanswer = (32, -30)"},
        {9, 20, "rem = -2\nquot = 24\nanswer = (24, -2)"},
        {10, 7, "quot = 24\nanswer = (24, 7)"},
        {11, 50, "answer = (50, 2)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_followed_number("long_division", 2, texts, cases[i].line, cases[i].number, cases[i].rest);
}

static void wrong_arguments_are_refused(void **state) {
    (void)state;
    check_refuses("long_division", "long_division", "7", "0");
    check_refuses("long_division", "long_division", "-7", "2");
    check_refuses("long_division", "long_division", "7", "-2");
    check_refuses("long_division", "long_division", "7");
}

static void noisy_traces_end(void **state) {
    (void)state;
    check_noise_of("long_division", &wide, 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_problems),          cmocka_unit_test(large_divisors),
        cmocka_unit_test(what_was_written_goes_on), cmocka_unit_test(wrong_arguments_are_refused),
        cmocka_unit_test(noisy_traces_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
