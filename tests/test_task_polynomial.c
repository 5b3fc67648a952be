/* polynomial against powers of x, added up. */
#include "tests/exchange_checks.h"
#include "tests/task_checks.h"

/* The polynomial of the first `count` coefficients, from its last to its first. */
static int64_t evaluate(const struct list *coefficients, int count, int64_t x) {
    int64_t value = 0, power = 1;
    for (int i = count - 1; i >= 0; i--, power *= x) value += list_int(coefficients, i) * power;
    return value;
}

static void check(const struct sizes *sizes, uint64_t problems) {
    struct fixture s;
    struct buffer text = {0};
    fixture_prepare(&s, "polynomial");
    if (sizes) s.mix.entry[0].sizes = *sizes;
    fixture_open(&s);
    for (uint64_t i = 0; i < problems; i++) {
        struct sample sample = fixture_draw(&s, i);
        const struct list *coefficients = &sample.arguments->list[0];
        int64_t x = decimal_int(&sample.arguments->atom[1].number);
        assert_in_range(x, 0, 5);
        buffer_clear(&text);
        for (int k = 0; k < coefficients->length; k++) {
            int64_t value = evaluate(coefficients, k + 1, x), coefficient = list_int(coefficients, k);
            buffer_printf(&text, "prod = %lld\ncoef = %lld\nvalue = %lld\n", (long long)(value - coefficient),
                          (long long)coefficient, (long long)value);
        }
        buffer_printf(&text, "answer = %lld", (long long)evaluate(coefficients, coefficients->length, x));
        check_trace(&s, &sample, text.bytes);
    }
    buffer_free(&text);
    fixture_close(&s);
}

static const struct sizes wide = {SAMPLING_MAGNITUDE, 1, 1, -9999, 9999, 0, 12};

static void random_problems(void **state) {
    (void)state;
    check(NULL, 100000);
    check(&wide, 10000);
}

static void what_was_written_goes_on(void **state) {
    (void)state;
    static const char *const texts[] = {"[2, 3]", "4"};
    static const struct {
        int64_t number; /* in place of line i */
        const char *rest;
    } cases[] = {
        {1, "coef = 2\nvalue = 3\nprod = 12\ncoef = 3\nvalue = 15\nanswer = 15"},
        {5, "value = 5\nprod = 20\ncoef = 3\nvalue = 23\nanswer = 23"},
        {7, "prod = 28\ncoef = 3\nvalue = 31\nanswer = 31"},
    };
    for (int i = 0; i < 3; i++)
        check_followed_number("polynomial", 2, texts, i, cases[i].number, cases[i].rest);
}

static void wrong_arguments_are_refused(void **state) {
    (void)state;
    check_refuses("polynomial", "polynomial", "[1, 2]");
    check_refuses("polynomial", "polynomial", "2", "[1]");
    check_refuses("polynomial", "polynomial", "[1, [2]]", "3");
    check_refuses("polynomial", "polynomial", "[1, 2]", "x");
}

static void noisy_traces_end(void **state) {
    (void)state;
    check_noise_of("polynomial", &wide, 1000);
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
