/* modular_arithmetic against the one linear function that all steps of a chain are together. */
#include "tests/exchange_checks.h"
#include "tests/task_checks.h"

/* The value after the first `count` steps, which turn x into factor * x + term: from the last to the first,
 * each step is put inside those behind it. */
static int64_t value_after(const struct arguments *in, int count) {
    int64_t m = decimal_int(&in->atom[1].number), factor = 1, term = 0;
    for (int i = count - 1; i >= 0; i--) {
        const char *sign = atom_text(list_part_atom(&in->list[0], i, 0));
        int64_t number = list_part(&in->list[0], i, 1);
        if (*sign == '*')
            factor = factor * number % m;
        else
            term = ((term + factor * (*sign == '+' ? number : -number)) % m + m) % m;
    }
    return (factor * decimal_int(&in->atom[0].number) + term) % m;
}

static void write_trace(const struct arguments *in, struct buffer *text) {
    int64_t value = decimal_int(&in->atom[0].number);
    buffer_clear(text);
    for (int i = 0; i < in->list[0].length; i++) {
        const char *sign = atom_text(list_part_atom(&in->list[0], i, 0));
        int64_t number = list_part(&in->list[0], i, 1);
        int64_t result = *sign == '+' ? value + number : *sign == '-' ? value - number : value * number;
        value = value_after(in, i + 1);
        buffer_printf(text, "step = (%s, %lld)\nresult = %lld\nvalue = %lld\n", sign, (long long)number,
                      (long long)result, (long long)value);
    }
    buffer_printf(text, "answer = %lld", (long long)value_after(in, in->list[0].length));
}

static void check(const struct sizes *sizes, uint64_t problems) {
    struct fixture s;
    struct buffer text = {0};
    fixture_prepare(&s, "modular_arithmetic");
    if (sizes) s.mix.entry[0].sizes = *sizes;
    fixture_open(&s);
    for (uint64_t i = 0; i < problems; i++) {
        struct sample sample = fixture_draw(&s, i);
        const struct sizes *drawn = &s.mix.entry[0].sizes;
        assert_in_range(sample.arguments->list[0].length, drawn->min_length, drawn->max_length);
        assert_in_range(decimal_int(&sample.arguments->atom[1].number), 2, drawn->max);
        write_trace(sample.arguments, &text);
        check_trace(&s, &sample, text.bytes);
    }
    buffer_free(&text);
    fixture_close(&s);
}

static const struct sizes wide = {SAMPLING_MAGNITUDE, 1, 1, 0, 99999, 0, 20};

static void random_problems(void **state) {
    (void)state;
    check(NULL, 100000);
    check(&wide, 10000);
}

static void what_was_written_goes_on(void **state) {
    (void)state;
    static const char *const texts[] = {"3", "7", "[(+, 5), (*, 2)]"};
    const char *const *signs = task_find("modular_arithmetic")->alphabet;
    struct value step = {.atom = {.kind = KIND_LIST}, .list = {.tuple = true}};
    list_append_symbol(&step.list, signs, 2);
    list_append_int(&step.list, 4);
    check_followed_value("modular_arithmetic", 3, texts, 0, &step,
                         "result = 12\nvalue = 5\nstep = (*, 2)\nresult = 10\nvalue = 3\nanswer = 3");
    check_followed_number("modular_arithmetic", 3, texts, 1, 11,
                          "value = 4\nstep = (*, 2)\nresult = 8\nvalue = 1\nanswer = 1");
    check_followed_number("modular_arithmetic", 3, texts, 2, 6,
                          "step = (*, 2)\nresult = 12\nvalue = 5\nanswer = 5");
}

static void wrong_arguments_are_refused(void **state) {
    (void)state;
    check_refuses("modular_arithmetic", "modular_arithmetic", "7", "7", "[]");
    check_refuses("modular_arithmetic", "modular_arithmetic", "0", "0", "[]");
    check_refuses("modular_arithmetic", "modular_arithmetic", "3", "7", "[(/, 2)]");
    check_refuses("modular_arithmetic", "modular_arithmetic", "3", "7", "[(2, +)]");
    check_refuses("modular_arithmetic", "modular_arithmetic", "3", "7", "[(+, -2)]");
    check_refuses("modular_arithmetic", "modular_arithmetic", "3", "7", "[+, 2]");
}

static void noisy_traces_end(void **state) {
    (void)state;
    check_noise_of("modular_arithmetic", &wide, 500);
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
