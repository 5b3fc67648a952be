/* matrix_vector against a sum of the matrix's columns. */
#include "tests/exchange_checks.h"
#include "tests/task_checks.h"

static void write_trace(const struct list *matrix, const struct list *vector, struct buffer *text) {
    int64_t sum[LIST_MAX] = {0}; /* of the columns so far */
    buffer_clear(text);
    for (int k = 0; k < vector->length; k++)
        for (int i = 0; i < matrix->length; i++) sum[i] += list_part(matrix, i, k) * list_int(vector, k);
    for (int i = 0; i < matrix->length; i++) {
        buffer_text(text, "row = [");
        for (int k = 0; k < vector->length; k++)
            buffer_printf(text, "%s%lld", k ? ", " : "", (long long)list_part(matrix, i, k));
        buffer_text(text, "]\n");
        int64_t left = sum[i]; /* what the elements behind this one add */
        for (int k = 0; k < vector->length; k++) left -= list_part(matrix, i, k) * list_int(vector, k);
        for (int k = 0; k < vector->length; k++) {
            int64_t a = list_part(matrix, i, k), b = list_int(vector, k);
            left += a * b;
            buffer_printf(text, "prod = mul(%lld, %lld) = %lld\ntotal = %lld\n", (long long)a, (long long)b,
                          (long long)(a * b), (long long)left);
        }
    }
    buffer_text(text, "answer = [");
    for (int i = 0; i < matrix->length; i++) buffer_printf(text, "%s%lld", i ? ", " : "", (long long)sum[i]);
    buffer_text(text, "]");
}

static void check(const struct sizes *sizes, uint64_t problems) {
    struct fixture s;
    struct buffer text = {0};
    fixture_prepare(&s, "matrix_vector");
    if (sizes) s.mix.entry[0].sizes = *sizes;
    fixture_open(&s);
    for (uint64_t i = 0; i < problems; i++) {
        struct sample sample = fixture_draw(&s, i);
        const struct list *matrix = &sample.arguments->list[0], *vector = &sample.arguments->list[1];
        const struct sizes *drawn = &s.mix.entry[0].sizes;
        assert_in_range(vector->length, drawn->min_length, drawn->max_length);
        assert_in_range(matrix->length, 1, vector->length);
        write_trace(matrix, vector, &text);
        check_trace(&s, &sample, text.bytes);
    }
    buffer_free(&text);
    fixture_close(&s);
}

static const struct sizes wide = {SAMPLING_MAGNITUDE, 1, 1, 0, 99999, 1, 9};

static void random_problems(void **state) {
    (void)state;
    check(NULL, 100000);
    check(&wide, 1000);
}

static void what_was_written_goes_on(void **state) {
    (void)state;
    static const char *const texts[] = {"[[1, 2]]", "[5, 6]"};
    struct value row = {.atom = {.kind = KIND_LIST}};
    list_append_int(&row.list, 9);
    list_append_int(&row.list, 2);
    check_followed_value("matrix_vector", 2, texts, 0, &row,
                         "prod = mul(9, 5) = 45\ntotal = 45\nprod = mul(2, 6) = 12\ntotal = 57\nanswer "
                         "= [57]");
    check_followed_number("matrix_vector", 2, texts, 1, 8,
                          "total = 8\nprod = mul(2, 6) = 12\ntotal = 20\nanswer = [20]");
    check_followed_number("matrix_vector", 2, texts, 2, 1,
                          "prod = mul(2, 6) = 12\ntotal = 13\nanswer = [13]");
}

static void wrong_arguments_are_refused(void **state) {
    (void)state;
    check_refuses("matrix_vector", "matrix_vector", "[[1, 2], [3]]", "[1, 2]");
    check_refuses("matrix_vector", "matrix_vector", "[[1, 2]]", "[1]");
    check_refuses("matrix_vector", "matrix_vector", "[[]]", "[]");
    check_refuses("matrix_vector", "matrix_vector", "[1, 2]", "[1, 2]");
    check_refuses("matrix_vector", "matrix_vector", "[[1, -2]]", "[1, 2]");
    check_refuses("matrix_vector", "matrix_vector", "[[1, 2]]");
}

static void noisy_traces_end(void **state) {
    (void)state;
    check_noise_of("matrix_vector", NULL, 300);
    check_noise_of("matrix_vector", &wide, 30);
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
