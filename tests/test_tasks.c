/* Every task against native arithmetic or qsort: 100,000 random problems, hidden and full; and the edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "tests/support/task_file.h"
#include "trace/drawing.h"
#include "trace/token_writer.h"
#include "trace/trace.h"

enum { PROBLEMS = 100000 };

/* The right answer in machine integers; appends the elements of a list answer. */
struct answer {
    bool is_list;
    int64_t number;
    int64_t list[LIST_MAX];
    int length;
};

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* n: the numbers among the arguments, in order. */
static struct answer native_add(const int64_t *n, const int64_t *list, int length) {
    (void)list, (void)length;
    return (struct answer){.number = n[0] + n[1]};
}

static struct answer native_sub(const int64_t *n, const int64_t *list, int length) {
    (void)list, (void)length;
    return (struct answer){.number = n[0] - n[1]};
}

static struct answer native_mul(const int64_t *n, const int64_t *list, int length) {
    (void)list, (void)length;
    return (struct answer){.number = n[0] * n[1]};
}

static struct answer native_div(const int64_t *n, const int64_t *list, int length) {
    (void)list, (void)length;
    return (struct answer){.number = n[0] / n[1]};
}

static struct answer native_mod(const int64_t *n, const int64_t *list, int length) {
    (void)list, (void)length;
    return (struct answer){.number = n[0] % n[1]};
}

static struct answer native_gcd(const int64_t *n, const int64_t *list, int length) {
    (void)list, (void)length;
    int64_t x = n[0], y = n[1];
    while (x && y) x > y ? (x %= y) : (y %= x);
    return (struct answer){.number = x + y};
}

static struct answer native_lcm(const int64_t *n, const int64_t *list, int length) {
    int64_t common = native_gcd(n, list, length).number;
    return (struct answer){.number = common ? n[0] / common * n[1] : 0};
}

static struct answer native_sum(const int64_t *n, const int64_t *list, int length) {
    (void)n;
    struct answer a = {0};
    for (int i = 0; i < length; i++) a.number += list[i];
    return a;
}

static struct answer native_max(const int64_t *n, const int64_t *list, int length) {
    (void)n;
    struct answer a = {.number = INT64_MIN};
    for (int i = 0; i < length; i++) a.number = list[i] > a.number ? list[i] : a.number;
    return a;
}

static struct answer native_sort(const int64_t *n, const int64_t *list, int length) {
    (void)n;
    struct answer a = {.is_list = true, .length = length};
    memcpy(a.list, list, (size_t)length * sizeof *list);
    qsort(a.list, (size_t)length, sizeof *list, ascending);
    return a;
}

static struct answer native_median(const int64_t *n, const int64_t *list, int length) {
    struct answer sorted = native_sort(n, list, length);
    int64_t both = sorted.list[(length - 1) / 2] + sorted.list[length / 2];
    return (struct answer){.number = both >= 0 ? both / 2 : -((-both + 1) / 2)};
}

static struct answer native_binary_search(const int64_t *n, const int64_t *list, int length) {
    int i = 0;
    while (i < length && list[i] != n[0]) i++;
    return (struct answer){.number = i < length ? i : -1};
}

static struct answer native_base_conversion(const int64_t *n, const int64_t *list, int length) {
    (void)list, (void)length;
    int64_t written = 0, place = 1;
    for (int64_t x = n[0]; x; x /= n[1], place *= 10) written += x % n[1] * place;
    return (struct answer){.number = written};
}

static struct answer native_modpow(const int64_t *n, const int64_t *list, int length) {
    (void)list, (void)length;
    __extension__ __int128 power = 1 % n[2];
    for (int64_t i = 0; i < n[1]; i++) power = power * n[0] % n[2];
    return (struct answer){.number = (int64_t)power};
}

static struct answer native_fibonacci(const int64_t *n, const int64_t *list, int length) {
    (void)list, (void)length;
    int64_t a = n[0], b = n[1];
    for (int64_t i = 0; i < n[2]; i++) {
        int64_t next = a + b;
        a = b;
        b = next;
    }
    return (struct answer){.number = a};
}

static struct answer native_prime_factors(const int64_t *n, const int64_t *list, int length) {
    (void)list, (void)length;
    struct answer a = {.is_list = true};
    int64_t rest = n[0];
    for (int64_t p = 2; rest > 1; p++)
        for (; rest % p == 0; rest /= p) a.list[a.length++] = p;
    return a;
}

/* The recursion of the definition, on text. */
static int edits(const char *x, const char *y, int table[24][24], int i, int k) {
    if (!x[i] || !y[k]) return (int)(strlen(x + i) + strlen(y + k));
    if (table[i][k]) return table[i][k] - 1;
    int deleted = 1 + edits(x, y, table, i + 1, k), inserted = 1 + edits(x, y, table, i, k + 1),
        least = (x[i] != y[k]) + edits(x, y, table, i + 1, k + 1);
    least = deleted < least ? deleted : least;
    least = inserted < least ? inserted : least;
    table[i][k] = least + 1;
    return least;
}

static struct answer native_edit_distance(const int64_t *n, const int64_t *list, int length) {
    (void)list, (void)length;
    char x[24], y[24];
    int table[24][24] = {{0}};
    snprintf(x, sizeof x, "%lld", (long long)n[0]);
    snprintf(y, sizeof y, "%lld", (long long)n[1]);
    return (struct answer){.number = edits(x, y, table, 0, 0)};
}

struct native {
    const char *task;
    struct answer (*solve)(const int64_t *n, const int64_t *list, int length);
    struct sizes wide; /* beside the default sizes */
};

static const struct native natives[] = {
    {"add", native_add, {.min_digits = 1, .max_digits = 18}},
    {"base_conversion", native_base_conversion, {.min_digits = 1, .max_digits = 5}},
    {"binary_search", native_binary_search, {SAMPLING_MAGNITUDE, 1, 1, -20, 20, 0, 24}},
    {"div", native_div, {.min_digits = 1, .max_digits = 18}},
    {"edit_distance", native_edit_distance, {.min_digits = 1, .max_digits = 8}},
    {"fibonacci", native_fibonacci, {.min_digits = 1, .max_digits = 15}},
    {"gcd", native_gcd, {.min_digits = 1, .max_digits = 18}},
    {"insertion_sort", native_sort, {SAMPLING_MAGNITUDE, 1, 1, -50, 50, 0, 24}},
    {"lcm", native_lcm, {.min_digits = 1, .max_digits = 9}},
    {"max", native_max, {SAMPLING_MAGNITUDE, 1, 1, -50, 50, 0, 24}},
    {"median", native_median, {SAMPLING_MAGNITUDE, 1, 1, -50, 50, 0, 24}},
    {"mod", native_mod, {.min_digits = 1, .max_digits = 18}},
    {"modpow", native_modpow, {SAMPLING_MAGNITUDE, 1, 1, 0, 999, 0, 0}},
    {"mul", native_mul, {.min_digits = 1, .max_digits = 9}},
    {"prime_factors", native_prime_factors, {SAMPLING_MAGNITUDE, 1, 1, 1, 9999, 1, 2}},
    {"sort", native_sort, {SAMPLING_MAGNITUDE, 1, 1, -50, 50, 0, 24}},
    {"sub", native_sub, {.min_digits = 1, .max_digits = 18}},
    {"sum", native_sum, {.min_digits = 1, .max_digits = 17, .min_length = 2, .max_length = 12}},
};

static struct answer solve_natively(const struct native *native, const struct arguments *arguments) {
    int64_t list[LIST_MAX], number[PARAMETERS_MAX] = {0};
    const struct task *task = task_find(native->task);
    int numbers = 0;
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++)
        if (task->parameters[i].kind == PARAMETER_NUMBER)
            number[numbers++] = decimal_int(&arguments->atom[i].number);
    for (int i = 0; i < arguments->list[0].length; i++) list[i] = list_int(&arguments->list[0], i);
    return native->solve(number, list, arguments->list[0].length);
}

static void assert_answer(const struct native *native, const struct arguments *arguments,
                          const struct value *have) {
    struct answer want = solve_natively(native, arguments);
    bool same = value_is_list(have) == want.is_list;
    if (same && !want.is_list) same = decimal_int(&have->atom.number) == want.number;
    if (same && want.is_list) same = have->list.length == want.length;
    for (int i = 0; same && want.is_list && i < want.length; i++)
        same = decimal_int(&have->list.atom[i].number) == want.list[i];
    if (same) return;
    struct buffer text = {0};
    fixture_problem(task_find(native->task), arguments, &text);
    buffer_text(&text, ": wanted was");
    for (int i = 0; i < (want.is_list ? want.length : 1); i++)
        buffer_printf(&text, " %lld", (long long)(want.is_list ? want.list[i] : want.number));
    buffer_text(&text, ", the task gives");
    for (int i = 0; i < (value_is_list(have) ? have->list.length : 1); i++)
        buffer_printf(
            &text, " %lld",
            (long long)decimal_int(value_is_list(have) ? &have->list.atom[i].number : &have->atom.number));
    fail_msg("%s", text.bytes);
}

/* Solves random problems, with every called task at one visibility, and looks at the written answer too. */
static void check_task(const struct native *native, const struct sizes *sizes, enum visibility visibility,
                       int problems) {
    const struct task *task = task_find(native->task);
    assert_non_null(task);
    struct mix mix;
    struct vocabulary *vocabulary = NULL;
    struct error error;
    mix_default(&mix);
    mix.entries = 1;
    mix.entry[0].task = task;
    assert_ok(mix_vocabulary(&mix, &vocabulary, &error), &error);
    for (int i = 0; i < TASKS_MAX; i++) mix.visibility[i] = visibility;
    struct trace_settings settings = {
        .vocabulary = vocabulary, .tasks = task_list, .visibility = mix.visibility, .line_limit = 100000};
    struct trace *trace;
    assert_int_equal(trace_create(&trace), ERR_OK);
    struct arguments *arguments = malloc(sizeof *arguments);
    struct tokens answer = {0};
    struct pcg pcg = pcg_stream(7, native->task, visibility);
    for (int i = 0; i < problems;) {
        if (!drawing_arguments(task, sizes, &pcg, arguments)) continue;
        i++;
        assert_ok(trace_run(trace, &settings, task, arguments, NULL, 0, &error), &error);
        assert_false(trace_truncated(trace));
        assert_answer(native, arguments, trace_answer(trace));
        answer.count = 0;
        assert_int_equal(token_writer_value(&answer, vocabulary, trace_answer(trace)), ERR_OK);
        const int *starts = trace_starts(trace);
        int lines = trace_lines(trace), last = starts[lines - 1];
        assert_int_equal(trace_tokens(trace)[last], TOKEN_ANSWER);
        assert_int_equal(starts[lines] - last - 2, answer.count);
        assert_memory_equal(trace_tokens(trace) + last + 2, answer.id, answer.count * sizeof *answer.id);
    }
    tokens_free(&answer);
    free(arguments);
    trace_free(trace);
    vocabulary_free(vocabulary);
}

/* One recorder writes in one vocabulary and then in another, in which the names have other ids. */
static void vocabularies_may_change(void **state) {
    (void)state;
    struct mix mix;
    struct vocabulary *own = NULL, *all = NULL;
    struct trace *trace;
    struct buffer first = {0}, second = {0};
    struct error error;
    mix_default(&mix);
    mix.entries = 1;
    mix.entry[0].task = task_find("sub");
    assert_ok(mix_vocabulary(&mix, &own, &error), &error);
    assert_ok(mix_vocabulary_of_all(&all, &error), &error);
    assert_int_equal(trace_create(&trace), ERR_OK);
    struct arguments *arguments = malloc(sizeof *arguments);
    assert_ok(task_parse(mix.entry[0].task, 2, (const char *const[]){"52", "17"}, arguments, &error), &error);
    struct trace_settings settings = {.tasks = task_list, .visibility = mix.visibility, .line_limit = 100};
    for (int round = 0; round < 4; round++) {
        struct buffer *text = round % 2 ? &second : &first;
        settings.vocabulary = round % 2 ? all : own;
        assert_ok(trace_run(trace, &settings, mix.entry[0].task, arguments, NULL, 0, &error), &error);
        vocabulary_render(settings.vocabulary, trace_tokens(trace),
                          (size_t)trace_starts(trace)[trace_lines(trace)], false, text);
    }
    assert_in_range(vocabulary_find(own, "low", 3), TOKEN_FIXED, vocabulary_find(all, "low", 3) - 1);
    assert_string_equal(first.bytes, second.bytes);
    buffer_free(&first);
    buffer_free(&second);
    free(arguments);
    trace_free(trace);
    vocabulary_free(own);
    vocabulary_free(all);
}

/* Here, or in a test of its own, as tasks/README.md tells. */
static void every_task_is_checked(void **state) {
    (void)state;
    size_t checked = sizeof natives / sizeof *natives;
    for (size_t i = 0; i < checked; i++) assert_non_null(task_find(natives[i].task));
    for (int t = 0; task_list[t]; t++) {
        char path[TASK_FILE_MAX];
        bool here = false;
        for (size_t i = 0; i < checked; i++) here |= !strcmp(natives[i].task, task_list[t]->name);
        if (!here && !task_file("tests/test_task_", "test_task_", task_list[t]->name, ".c", path))
            fail_msg("%s: neither in this file nor in %s", task_list[t]->name, path);
    }
}

static void random_problems(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof natives / sizeof *natives; i++) {
        const struct sizes *usual = &task_find(natives[i].task)->sizes;
        check_task(&natives[i], usual, VISIBILITY_FULL, 3 * PROBLEMS / 10);
        check_task(&natives[i], usual, VISIBILITY_HIDDEN, 3 * PROBLEMS / 10);
        check_task(&natives[i], usual, VISIBILITY_CALL, PROBLEMS / 10);
        check_task(&natives[i], &natives[i].wide, VISIBILITY_FULL, 3 * PROBLEMS / 20);
        check_task(&natives[i], &natives[i].wide, VISIBILITY_HIDDEN, 3 * PROBLEMS / 20);
    }
}

/* --- problems in text --- */

static void assert_solution(const char *task_name, int count, const char *const *texts, const char *want) {
    const struct task *task = task_find(task_name);
    struct mix mix;
    struct vocabulary *vocabulary = NULL;
    struct mix_sampler *sampler = NULL;
    struct arguments *arguments = malloc(sizeof *arguments);
    struct sample sample;
    struct error error;
    struct buffer text = {0};
    mix_default(&mix);
    mix.entries = 1;
    mix.entry[0].task = task;
    assert_ok(task_parse(task, count, texts, arguments, &error), &error);
    assert_ok(mix_vocabulary(&mix, &vocabulary, &error), &error);
    assert_ok(mix_sampler_create(&mix, vocabulary, false, &sampler, &error), &error);
    assert_ok(mix_sample_problem(sampler, 1, SPLIT_TRAIN, 0, task, arguments, &sample, &error), &error);
    vocabulary_render(vocabulary, sample.answer.id, sample.answer.count, false, &text);
    assert_string_equal(text.bytes, want);
    buffer_free(&text);
    mix_sampler_free(sampler);
    vocabulary_free(vocabulary);
    free(arguments);
}

#define SOLVES(want, task, ...)                                                   \
    assert_solution(task, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *), \
                    (const char *[]){__VA_ARGS__}, want)

static void edges(void **state) {
    (void)state;
    SOLVES("0", "add", "0", "0");
    SOLVES("10000000000000000000000000000000000000000", "add", "9999999999999999999999999999999999999999",
           "1");
    SOLVES("2", "mod", "98", "8");
    SOLVES("0", "mod", "0", "7");
    SOLVES("0", "mod", "12", "12");
    SOLVES("98765", "mod", "98765", "1234567890123456789012345678901234567890");
    SOLVES("6", "gcd", "48", "18");
    SOLVES("5", "gcd", "5", "0");
    SOLVES("5", "gcd", "0", "5");
    SOLVES("0", "gcd", "0", "0");
    SOLVES("12", "gcd", "12", "12");
    SOLVES("1", "gcd", "7540113804746346429", "4660046610375530309"); /* Fibonacci: the slowest case */
    SOLVES("9999999999999999999999999999999999999999", "gcd", "9999999999999999999999999999999999999999",
           "9999999999999999999999999999999999999999");
    SOLVES("0", "sub", "0", "0");
    SOLVES("0", "sub", "1234567890123456789012345678901234567890",
           "1234567890123456789012345678901234567890");
    SOLVES("-8888888888888888888888888888888888888889", "sub", "1111111111111111111111111111111111111110",
           "9999999999999999999999999999999999999999");
    SOLVES("0", "mul", "0", "0");
    SOLVES("0", "mul", "999", "0");
    SOLVES("99999999999999999999999999999999999999980000000000000000000000000000000000000001", "mul",
           "9999999999999999999999999999999999999999", "9999999999999999999999999999999999999999");
    SOLVES("0", "div", "0", "7");
    SOLVES("1", "div", "12", "12");
    SOLVES("0", "div", "11", "12");
    SOLVES("1111111111111111111111111111111111111111", "div", "9999999999999999999999999999999999999999",
           "9");
    SOLVES("0", "lcm", "0", "0");
    SOLVES("0", "lcm", "5", "0");
    SOLVES("0", "lcm", "0", "5");
    SOLVES("12", "lcm", "12", "12");
    SOLVES("99999999999999999999999999999999999999990000000000000000000000000000000000000000", "lcm",
           "9999999999999999999999999999999999999999", "10000000000000000000000000000000000000000");
    SOLVES("0", "sum", "0", "0");
    SOLVES("30000000000000000000000000000000000000000", "sum", "9999999999999999999999999999999999999999",
           "9999999999999999999999999999999999999999", "9999999999999999999999999999999999999999", "3");
    SOLVES("7", "max", "[7]");
    SOLVES("-3", "max", "[-5, -3, -3]");
    SOLVES("9999999999999999999999999999999999999999", "max",
           "[9999999999999999999999999999999999999998, 9999999999999999999999999999999999999999]");
    SOLVES("[]", "insertion_sort", "[]");
    SOLVES("[7]", "insertion_sort", "[7]");
    SOLVES("[-5, 0, 3, 3, 3]", "insertion_sort", "[3, -5, 3, 0, 3]");
    SOLVES("-1", "binary_search", "[]", "5");
    SOLVES("0", "binary_search", "[5]", "5");
    SOLVES("-1", "binary_search", "[5]", "6");
    SOLVES("1", "binary_search", "[2, 3, 3, 3, 9]", "3");
    SOLVES("0", "base_conversion", "0", "2");
    SOLVES("1101", "base_conversion", "13", "2");
    SOLVES("999999999999999999999999999999999", "base_conversion", "999999999999999999999999999999999", "10");
    SOLVES("1", "modpow", "0", "0", "7");
    SOLVES("0", "modpow", "0", "0", "1");
    SOLVES("0", "modpow", "7", "3", "7");
    SOLVES("3961", "modpow", "12345", "2", "9539");
    SOLVES("0", "fibonacci", "0", "1", "0");
    SOLVES("1", "fibonacci", "0", "1", "1");
    SOLVES("6", "fibonacci", "6", "9", "0");
    SOLVES("9", "fibonacci", "6", "9", "1");
    SOLVES("24", "fibonacci", "6", "9", "3");
    SOLVES("222232244629420445529739893461909967206666939096499764990979600", "fibonacci", "0", "1", "300");
    SOLVES("[]", "prime_factors", "1");
    SOLVES("[2]", "prime_factors", "2");
    SOLVES("[2, 2, 2, 3]", "prime_factors", "24");
    SOLVES("[9973, 9973]", "prime_factors", "99460729");
    SOLVES("[99999989]", "prime_factors", "99999989");
    SOLVES("0", "edit_distance", "0", "0");
    SOLVES("0", "edit_distance", "1234567890123456789012345678901234567890",
           "1234567890123456789012345678901234567890");
    SOLVES("40", "edit_distance", "1111111111111111111111111111111111111111",
           "2222222222222222222222222222222222222222");
    SOLVES("3", "edit_distance", "1235", "31");
    SOLVES("[]", "sort", "[]");
    SOLVES("[7]", "sort", "[7]");
    SOLVES("[-5, 0, 3, 3, 3]", "sort", "[3, -5, 3, 0, 3]");
    SOLVES("88", "median", "[88, 80, 412]");
    SOLVES("7", "median", "[7]");
    SOLVES("-2", "median", "[-3, 0]");
    SOLVES("4", "median", "[4, 4, 4, 4]");
    SOLVES("1000000000000000000000000000000000000000", "median",
           "[999999999999999999999999999999999999999, "
           "1000000000000000000000000000000000000001]");
}

/* The longest clean work that arguments allow stays within the bound on assignments. */
static void long_numbers_are_solved(void **state) {
    (void)state;
    char x[DECIMAL_TEXT], y[DECIMAL_TEXT];
    struct decimal a = decimal_from(1), b = decimal_from(1);
    while (decimal_length(&a) < DECIMAL_ARGUMENT || decimal_length(&b) < DECIMAL_ARGUMENT) {
        struct decimal next = decimal_add(&a, &b);
        a = b;
        b = next;
    }
    decimal_format(&a, x);
    decimal_format(&b, y);
    SOLVES("1", "gcd", x, y);
    SOLVES("8397520652908438718607", "modpow", "1234567890123456789012345678901234567890", "999999",
           "9999999999999999999999");
}

static void wrong_arguments_are_refused(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"mod", "5", "0"},
        {"mod", "-5", "2"},
        {"add", "-5", "2"},
        {"add", "5", ""},
        {"add", "5", "2 3"},
        {"add", "5", "x"},
        {"add", "5", NULL},
        {"median", "[]", NULL},
        {"max", "[]", NULL},
        {"sum", "5", NULL},
        {"div", "5", "0"},
        {"binary_search", "[2, 1]", "1"},
        {"base_conversion", "5", "1"},
        {"base_conversion", "5", "11"},
        {"fibonacci", "5", NULL},
        {"prime_factors", "0", NULL},
        {"sort", "[1,]", NULL},
        {"sort", "[1 2]", NULL},
        {"sort", "1, 2", NULL},
        {"sort", "[1, 2", NULL},
        {"sort", "[,]", NULL},
        {"sort", "[1]]", NULL},
        {"sort", "[]", "[]"},
        {"add", "123456789012345678901234567890123456789012345678901", "1"},
    };
    struct arguments *arguments = malloc(sizeof *arguments);
    struct error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int count = cases[i][2] ? 2 : 1;
        assert_int_equal(task_parse(task_find(cases[i][0]), count, cases[i] + 1, arguments, &error),
                         ERR_INPUT);
        assert_non_null(strstr(error.message, cases[i][0]));
    }
    free(arguments);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_is_checked),   cmocka_unit_test(random_problems),
        cmocka_unit_test(vocabularies_may_change), cmocka_unit_test(edges),
        cmocka_unit_test(long_numbers_are_solved), cmocka_unit_test(wrong_arguments_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
