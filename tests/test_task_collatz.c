/* collatz against the whole sequence down to 1, looked through afterwards. */
#include "tests/exchange_checks.h"
#include "tests/task_checks.h"

enum { LONGEST = 1000 };

/* The sequence from n to 1 and on; the steps are the place where `end` or 1 first stands. */
static int64_t write_trace(int64_t n, int64_t end, struct buffer *text) {
    int64_t sequence[LONGEST] = {n};
    int steps = 0;
    for (int i = 1; i < LONGEST; i++)
        sequence[i] = sequence[i - 1] & 1 ? 3 * sequence[i - 1] + 1 : sequence[i - 1] >> 1;
    while (sequence[steps] != end && sequence[steps] != 1) steps++;
    buffer_clear(text);
    for (int i = 0; i < steps; i++)
        buffer_printf(text, "%s x = %lld\nsteps = %d\n", sequence[i + 1] < sequence[i] ? "even" : "odd",
                      (long long)sequence[i + 1], i + 1);
    buffer_printf(text, "answer = %d", steps);
    return steps;
}

static void check(const struct sizes *sizes, uint64_t problems) {
    struct fixture s;
    struct buffer text = {0};
    fixture_prepare(&s, "collatz");
    if (sizes) s.mix.entry[0].sizes = *sizes;
    fixture_open(&s);
    for (uint64_t i = 0; i < problems; i++) {
        struct sample sample = fixture_draw(&s, i);
        int64_t n = decimal_int(&sample.arguments->atom[0].number);
        int64_t end = decimal_int(&sample.arguments->atom[1].number);
        int64_t steps = write_trace(n, end, &text);
        check_trace(&s, &sample, text.bytes);
        /* As many steps as the drawn size says, of numbers in its range. */
        assert_in_range(steps, s.mix.entry[0].sizes.min_length, s.mix.entry[0].sizes.max_length);
        assert_in_range(n, 1, s.mix.entry[0].sizes.max);
    }
    buffer_free(&text);
    fixture_close(&s);
}

static const struct sizes wide = {SAMPLING_MAGNITUDE, 1, 1, 0, 99999, 0, 40};

static void random_problems(void **state) {
    (void)state;
    check(NULL, 100000);
    check(&wide, 10000);
}

static void what_was_written_goes_on(void **state) {
    (void)state;
    static const char *const texts[] = {"8", "4"};
    check_followed_number("collatz", 2, texts, 0, 5,
                          "steps = 1\nodd x = 16\nsteps = 2\neven x = 8\nsteps = 3\neven x = "
                          "4\nsteps = 4\nanswer = 4");
    check_followed_number("collatz", 2, texts, 1, 9, "answer = 9");
    check_followed_number("collatz", 2, (const char *const[]){"5", "4"}, 0, 2,
                          "steps = 1\neven x = 1\nsteps = 2\nanswer = 2");
}

static void wrong_arguments_are_refused(void **state) {
    (void)state;
    check_refuses("collatz", "collatz", "0", "1");
    check_refuses("collatz", "collatz", "7", "0");
    check_refuses("collatz", "collatz", "-7", "1");
    check_refuses("collatz", "collatz", "7");
}

static void noisy_traces_end(void **state) {
    (void)state;
    check_noise_of("collatz", &wide, 500);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_problems),
        cmocka_unit_test(what_was_written_goes_on),
        cmocka_unit_test(wrong_arguments_are_refused),
        cmocka_unit_test(noisy_traces_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
