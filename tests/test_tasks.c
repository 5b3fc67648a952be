/* Every task against native arithmetic or qsort: 100,000 random problems, hidden and full; and the edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tasks/tasks.h"
#include "trace/trace.h"
#include "train/mix.h"

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

static struct answer native_add(int64_t x, int64_t y, const int64_t *list, int length) {
    (void)list, (void)length;
    return (struct answer){.number = x + y};
}

static struct answer native_mod(int64_t x, int64_t y, const int64_t *list, int length) {
    (void)list, (void)length;
    return (struct answer){.number = x % y};
}

static struct answer native_gcd(int64_t x, int64_t y, const int64_t *list, int length) {
    (void)list, (void)length;
    while (x && y) x > y ? (x %= y) : (y %= x);
    return (struct answer){.number = x + y};
}

static struct answer native_sort(int64_t x, int64_t y, const int64_t *list, int length) {
    (void)x, (void)y;
    struct answer a = {.is_list = true, .length = length};
    memcpy(a.list, list, (size_t)length * sizeof *list);
    qsort(a.list, (size_t)length, sizeof *list, ascending);
    return a;
}

static struct answer native_median(int64_t x, int64_t y, const int64_t *list, int length) {
    struct answer sorted = native_sort(x, y, list, length);
    int64_t both = sorted.list[(length - 1) / 2] + sorted.list[length / 2];
    return (struct answer){.number = both >= 0 ? both / 2 : -((-both + 1) / 2)};
}

struct native {
    const char *task;
    struct answer (*solve)(int64_t x, int64_t y, const int64_t *list, int length);
    struct sizes wide; /* beside the default sizes */
};

static const struct native natives[] = {
    {"add", native_add, {.min_digits = 1, .max_digits = 18}},
    {"gcd", native_gcd, {.min_digits = 1, .max_digits = 18}},
    {"median", native_median, {SAMPLING_MAGNITUDE, 1, 1, -50, 50, 0, 24}},
    {"mod", native_mod, {.min_digits = 1, .max_digits = 18}},
    {"sort", native_sort, {SAMPLING_MAGNITUDE, 1, 1, -50, 50, 0, 24}},
};

static struct answer solve_natively(const struct native *native, const struct arguments *arguments) {
    int64_t list[LIST_MAX], number[2] = {0};
    const struct task *task = task_find(native->task);
    for (int i = 0; i < 2 && task->parameters[i].name; i++)
        if (task->parameters[i].kind == PARAMETER_NUMBER) number[i] = decimal_int(&arguments->number[i]);
    for (int i = 0; i < arguments->list.length; i++) list[i] = decimal_int(&arguments->list.element[i]);
    return native->solve(number[0], number[1], list, arguments->list.length);
}

static void assert_answer(const struct native *native, const struct arguments *arguments,
                          const struct value *have) {
    struct answer want = solve_natively(native, arguments);
    assert_int_equal(have->is_list, want.is_list);
    if (!want.is_list) {
        assert_true(decimal_int(&have->number) == want.number);
        return;
    }
    assert_int_equal(have->list.length, want.length);
    for (int i = 0; i < want.length; i++) assert_true(decimal_int(&have->list.element[i]) == want.list[i]);
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
    assert_int_equal(mix_vocabulary(&mix, &vocabulary, &error), ERR_OK);
    for (int i = 0; i < TASKS_MAX; i++) mix.visibility[i] = visibility;
    struct trace_settings settings = {vocabulary, task_list, mix.visibility, 100000, false};
    struct trace *trace = trace_create();
    struct arguments *arguments = malloc(sizeof *arguments);
    struct tokens answer = {0};
    struct pcg pcg = pcg_stream(7, native->task, visibility);
    for (int i = 0; i < problems;) {
        if (!task_draw(task, sizes, &pcg, arguments)) continue;
        i++;
        assert_int_equal(trace_run(trace, &settings, task, arguments, NULL, 0, &error), ERR_OK);
        assert_false(trace_truncated(trace));
        assert_answer(native, arguments, trace_answer(trace));
        answer.count = 0;
        assert_true(tokens_value(&answer, trace_answer(trace)));
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

static void every_task_is_checked(void **state) {
    (void)state;
    size_t checked = sizeof natives / sizeof *natives, tasks = 0;
    while (task_list[tasks]) tasks++;
    for (size_t i = 0; i < checked; i++) assert_non_null(task_find(natives[i].task));
    assert_int_equal(checked, tasks);
}

static void random_problems(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof natives / sizeof *natives; i++) {
        const struct sizes *usual = &task_find(natives[i].task)->sizes;
        check_task(&natives[i], usual, VISIBILITY_FULL, PROBLEMS / 2);
        check_task(&natives[i], &natives[i].wide, VISIBILITY_FULL, PROBLEMS / 2);
        check_task(&natives[i], usual, VISIBILITY_HIDDEN, PROBLEMS / 2);
        check_task(&natives[i], &natives[i].wide, VISIBILITY_HIDDEN, PROBLEMS / 2);
        check_task(&natives[i], usual, VISIBILITY_CALL, PROBLEMS / 10);
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
    assert_int_equal(task_parse(task, count, texts, arguments, &error), ERR_OK);
    assert_int_equal(mix_vocabulary(&mix, &vocabulary, &error), ERR_OK);
    assert_int_equal(mix_sampler_create(&mix, vocabulary, false, &sampler, &error), ERR_OK);
    assert_int_equal(mix_sample_problem(sampler, 1, SPLIT_TRAIN, 0, task, arguments, &sample, &error),
                     ERR_OK);
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
    while (a.length < DECIMAL_ARGUMENT || b.length < DECIMAL_ARGUMENT) {
        struct decimal next = decimal_add(&a, &b);
        a = b;
        b = next;
    }
    decimal_format(&a, x);
    decimal_format(&b, y);
    SOLVES("1", "gcd", x, y);
}

static void wrong_arguments_are_refused(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"mod", "5", "0"},      {"mod", "-5", "2"},
        {"add", "-5", "2"},     {"add", "5", ""},
        {"add", "5", "2 3"},    {"add", "5", "x"},
        {"add", "5", NULL},     {"median", "[]", NULL},
        {"sort", "[1,]", NULL}, {"sort", "[1 2]", NULL},
        {"sort", "1, 2", NULL}, {"sort", "[1, 2", NULL},
        {"sort", "[,]", NULL},  {"sort", "[1]]", NULL},
        {"sort", "[]", "[]"},   {"add", "123456789012345678901234567890123456789012345678901", "1"},
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
        cmocka_unit_test(every_task_is_checked),
        cmocka_unit_test(random_problems),
        cmocka_unit_test(edges),
        cmocka_unit_test(long_numbers_are_solved),
        cmocka_unit_test(wrong_arguments_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
