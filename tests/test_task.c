/* Problems: how arguments are drawn, which sizes are possible, and the hash that divides training from test.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "trace/drawing.h"

/* `count` of `trials` within 4.5 standard errors of a share. */
static void assert_share(int count, int trials, double share) {
    if (!(fabs(count - trials * share) <= 4.5 * sqrt(trials * share * (1 - share))))
        fail_msg("%d of %d, expected a share of %g", count, trials, share);
}

enum { DRAWS = 20000 };

/* Of several digits the first is 1 to 9, the others are 0 to 9, each equally often. */
static void digits_are_uniform(void **state) {
    (void)state;
    const struct task *task = task_find("add");
    struct sizes sizes = {.min_digits = 2, .max_digits = 3};
    struct arguments *in = malloc(sizeof *in);
    struct pcg pcg = pcg_seed(1, 2);
    int first[10] = {0}, last[10] = {0};
    for (int i = 0; i < DRAWS; i++) {
        assert_true(drawing_arguments(task, &sizes, &pcg, in));
        for (int n = 0; n < 2; n++) assert_in_range(decimal_length(&in->atom[n].number), 2, 3);
        first[decimal_digit(&in->atom[0].number, decimal_length(&in->atom[0].number) - 1)]++;
        last[decimal_digit(&in->atom[1].number, 0)]++;
    }
    for (int digit = 0; digit < 10; digit++) {
        assert_share(last[digit], DRAWS, 0.1);
        assert_share(first[digit], DRAWS, digit ? 1. / 9 : 0);
    }
    free(in);
}

/* A number of one digit may be 0. */
static void single_digits_are_uniform(void **state) {
    (void)state;
    struct sizes sizes = {.min_digits = 1, .max_digits = 1};
    struct arguments *in = malloc(sizeof *in);
    struct pcg pcg = pcg_seed(1, 2);
    int count[10] = {0};
    for (int i = 0; i < DRAWS; i++) {
        assert_true(drawing_arguments(task_find("add"), &sizes, &pcg, in));
        count[decimal_int(&in->atom[0].number)]++;
    }
    for (int digit = 0; digit < 10; digit++) assert_share(count[digit], DRAWS, 0.1);
    free(in);
}

/* The elements of lists of symbols and of truths. */
static void symbols_and_truths_are_uniform(void **state) {
    (void)state;
    struct sizes sizes = {.min_length = 3, .max_length = 3};
    struct arguments *in = malloc(sizeof *in);
    struct pcg pcg = pcg_seed(1, 2);
    const struct task *symbols = task_find("reverse"), *truths = task_find("parity");
    int count = alphabet_count(symbols->alphabet), symbol[ALPHABET_MAX] = {0}, true_ones = 0;
    for (int i = 0; i < DRAWS; i++) {
        assert_true(drawing_arguments(symbols, &sizes, &pcg, in));
        assert_int_equal(in->list[0].length, 3);
        symbol[list_symbol(&in->list[0], 2)]++;
        assert_true(drawing_arguments(truths, &sizes, &pcg, in));
        true_ones += list_truth(&in->list[0], 0);
    }
    for (int k = 0; k < count; k++) assert_share(symbol[k], DRAWS, 1. / count);
    assert_share(true_ones, DRAWS, 0.5);
    free(in);
}

static const char *first_is_even(const struct arguments *in) {
    return decimal_digit(&in->atom[0].number, 0) % 2 ? NULL : "x is even";
}

/* A task without a drawing of its own may refuse problems too. */
static void refused_problems_are_not_drawn(void **state) {
    (void)state;
    struct task odd = *task_find("add");
    struct sizes sizes = {.min_digits = 1, .max_digits = 2};
    struct arguments *in = malloc(sizeof *in);
    struct pcg pcg = pcg_seed(1, 2);
    int drawn = 0;
    odd.fault = first_is_even;
    for (int i = 0; i < DRAWS; i++) {
        if (!drawing_arguments(&odd, &sizes, &pcg, in)) continue;
        assert_null(first_is_even(in));
        drawn++;
    }
    assert_share(drawn, DRAWS, 0.5);
    free(in);
}

static bool draw_size(const struct sizes *sizes, int size, struct pcg *pcg, struct arguments *out) {
    (void)sizes, (void)pcg;
    list_append_int(&out->list[0], size);
    return true;
}

static const char *size_is_4(const struct arguments *in) {
    return list_int(&in->list[0], 0) == 4 ? "size 4" : NULL;
}

/* A task's own drawing is asked for a size, with nothing in its arguments, and may be refused too. */
static void own_drawings_have_a_size(void **state) {
    (void)state;
    struct task own = *task_find("sort");
    struct sizes sizes = {.min_length = 3, .max_length = 5};
    struct arguments *in = malloc(sizeof *in);
    struct pcg pcg = pcg_seed(1, 2);
    int count[6] = {0};
    own.draw = draw_size;
    own.fault = size_is_4;
    for (int i = 0; i < DRAWS; i++) {
        if (!drawing_arguments(&own, &sizes, &pcg, in)) continue;
        assert_int_equal(in->list[0].length, 1);
        count[list_int(&in->list[0], 0)]++;
    }
    assert_int_equal(count[4], 0);
    assert_share(count[3], DRAWS, 1. / 3);
    assert_share(count[5], DRAWS, 1. / 3);
    free(in);
}

/* Whether what a problem's prompt says is taken for the same problem. */
static void assert_read_again(const struct task *task, const struct arguments *in) {
    static struct arguments again;
    const char *texts[PARAMETERS_MAX];
    struct buffer text[PARAMETERS_MAX] = {0};
    struct error error;
    int count = task_argument_count(task, in);
    assert_in_range(count, 1, PARAMETERS_MAX);
    for (int i = 0; i < count; i++) {
        task_print_argument(task, in, i, &text[i]);
        texts[i] = text[i].bytes;
    }
    assert_ok(task_parse(task, count, texts, &again, &error), &error);
    assert_true(task_hash(task, &again) == task_hash(task, in));
    for (int i = 0; i < count; i++) buffer_free(&text[i]);
}

/* A task that draws is asked for any sizes that a spec may say, and draws what it takes for a problem, or
 * nothing. */
static void own_drawings_bear_any_sizes(void **state) {
    (void)state;
    static const int64_t range[][2] = {{0, 0},
                                       {0, 1},
                                       {1, 1},
                                       {0, 2},
                                       {2, 2},
                                       {5, 5},
                                       {0, 9007199254740991},
                                       {9007199254740991, 9007199254740991}};
    static const int lengths[] = {0, 1, 2, 3, LIST_MAX}, digits[] = {1, 3, DECIMAL_ARGUMENT};
    struct arguments *in = malloc(sizeof *in);
    struct pcg pcg = pcg_seed(1, 2);
    struct error error;
    int possible = 0, drawn = 0;
    for (int i = 0; task_list[i]; i++) {
        const struct task *task = task_list[i];
        if (!task->draw) continue;
        for (size_t n = 0; n < 8 * 5 * 3; n++) {
            struct sizes sizes = task->sizes;
            sizes.min = range[n % 8][0];
            sizes.max = range[n % 8][1];
            sizes.min_length = sizes.max_length = lengths[n / 8 % 5];
            sizes.min_digits = sizes.max_digits = digits[n / 40];
            if (task_check_sizes(task, &sizes, &error)) continue;
            possible++;
            for (int k = 0; k < 20; k++) {
                if (!drawing_arguments(task, &sizes, &pcg, in)) continue;
                drawn++;
                assert_read_again(task, in);
            }
        }
    }
    assert_true(possible > 1000 && drawn > 1000);
    free(in);
}

/* The smallest and the largest number that a range allows, of those that a task draws by it. */
static void own_drawings_keep_to_ranges(void **state) {
    (void)state;
    static const struct {
        const char *task;
        int argument, list; /* which atom is drawn by the range, or which list holds such numbers; else -1 */
    } cases[] = {{"collatz", 0, -1},
                 {"modular_arithmetic", 1, -1},
                 {"prime_factors", 0, -1},
                 {"countdown", -1, 0},
                 {"matrix_vector", -1, 1}};
    struct arguments *in = malloc(sizeof *in);
    struct pcg pcg = pcg_seed(1, 2);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct task *task = task_find(cases[i].task);
        struct sizes sizes = task->sizes;
        int64_t lowest = INT64_MAX, highest = 0;
        sizes.sampling = SAMPLING_MAGNITUDE;
        sizes.min = 5;
        sizes.max = 9;
        for (int k = 0; k < DRAWS; k++) {
            if (!drawing_arguments(task, &sizes, &pcg, in)) continue;
            int count = cases[i].list < 0 ? 1 : in->list[cases[i].list].length;
            for (int n = 0; n < count; n++) {
                int64_t number = cases[i].list < 0 ? decimal_int(&in->atom[cases[i].argument].number)
                                                   : list_int(&in->list[cases[i].list], n);
                if (number < lowest) lowest = number;
                if (number > highest) highest = number;
            }
        }
        if (lowest != 5 || highest != 9)
            fail_msg("%s: %lld to %lld", task->name, (long long)lowest, (long long)highest);
    }
    free(in);
}

/* Half of what is searched for is taken from the list; the list ascends. */
static void searches_often_find(void **state) {
    (void)state;
    struct sizes sizes = {SAMPLING_MAGNITUDE, 1, 1, 0, 1000000, 4, 4};
    struct arguments *in = malloc(sizeof *in);
    struct pcg pcg = pcg_seed(1, 2);
    int found = 0, place[4] = {0};
    for (int i = 0; i < DRAWS; i++) {
        assert_true(drawing_arguments(task_find("binary_search"), &sizes, &pcg, in));
        for (int k = 1; k < in->list[0].length; k++)
            assert_true(decimal_compare(&in->list[0].atom[k - 1].number, &in->list[0].atom[k].number) <= 0);
        int at = 0;
        while (at < 4 && decimal_compare(&in->list[0].atom[at].number, &in->atom[1].number)) at++;
        found += at < 4;
        if (at < 4) place[at]++;
    }
    assert_share(found, DRAWS, 0.5); /* by chance: 4 of a million */
    for (int at = 0; at < 4; at++) assert_share(place[at], found, 0.25);
    free(in);
}

static void sizes_must_be_possible(void **state) {
    (void)state;
    static const struct {
        const char *task;
        struct sizes sizes; /* sampling, digits, values, lengths */
        bool good;
    } cases[] = {
        {"mod", {SAMPLING_MAGNITUDE, 1, 1, 0, 1, 0, 0}, true},
        {"mod", {SAMPLING_MAGNITUDE, 1, 1, 0, 0, 0, 0}, false}, /* no divisor */
        {"mod", {SAMPLING_MAGNITUDE, 1, 1, -1, 5, 0, 0}, false},
        {"sort", {SAMPLING_MAGNITUDE, 1, 1, -5, -1, 0, 3}, true},
        {"sort", {SAMPLING_MAGNITUDE, 1, 1, 2, 1, 0, 3}, false},
        {"sort", {SAMPLING_LENGTH, 1, 1, 0, 0, 3, 3}, true},
        {"sort", {SAMPLING_LENGTH, 1, 1, 0, 0, 3, 2}, false},
        {"sort", {SAMPLING_LENGTH, 1, 1, 0, 0, 0, LIST_MAX}, true},
        {"sort", {SAMPLING_LENGTH, 1, 1, 0, 0, 0, LIST_MAX + 1}, false},
        {"add", {SAMPLING_LENGTH, 1, DECIMAL_ARGUMENT, 0, 0, 3, 2}, true}, /* it has no list */
        {"add", {SAMPLING_LENGTH, 1, DECIMAL_ARGUMENT + 1, 0, 0, 0, 0}, false},
        {"add", {SAMPLING_LENGTH, 0, 1, 0, 0, 0, 0}, false},
        {"add", {SAMPLING_LENGTH, 2, 1, 0, 0, 0, 0}, false},
        {"collatz", {SAMPLING_LENGTH, 0, 0, 5, 4, 2, 9}, false}, /* it draws by its range alone */
        {"collatz", {SAMPLING_LENGTH, 0, 0, 4, 5, 2, 9}, true},
        {"countdown", {SAMPLING_LENGTH, 1, 1, 5, 4, 3, 4}, true}, /* by what sampling says */
        {"countdown", {SAMPLING_MAGNITUDE, 1, 1, 5, 4, 3, 4}, false},
        {"countdown", {SAMPLING_MAGNITUDE, 1, 1, 1, 999, 3, 4}, true}, /* three digits, as many as it takes */
        {"countdown", {SAMPLING_MAGNITUDE, 1, 1, 1, 1000, 3, 4}, false},
    };
    static const struct task narrow = {.name = "narrow",
                                       .parameters = {{.name = "x", .negative = true, .max_digits = 2}}};
    struct error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if ((task_check_sizes(task_find(cases[i].task), &cases[i].sizes, &error) == ERR_OK) != cases[i].good)
            fail_msg("case %zu of %s", i, cases[i].task);
    assert_int_equal(
        task_check_sizes(&narrow, &(struct sizes){SAMPLING_MAGNITUDE, .min = -99, .max = 5}, &error), ERR_OK);
    assert_int_equal(
        task_check_sizes(&narrow, &(struct sizes){SAMPLING_MAGNITUDE, .min = -100, .max = 5}, &error),
        ERR_INPUT);
    assert_string_equal(error.message,
                        "task narrow: min -100, max 5: allowed is min <= max, at most 2 digits");
}

/* What a list may hold: an ascending one equal neighbours too, but nothing that falls. */
static void lists_are_read(void **state) {
    (void)state;
    static const struct {
        const char *task, *list;
        bool good;
    } cases[] = {{"binary_search", "[1, 1, 2]", true}, {"binary_search", "[-2, -2]", true},
                 {"binary_search", "[2, 1]", false},   {"binary_search", "[-1, -2]", false},
                 {"binary_search", "[]", true},        {"binary_search", "[1, 1", false}};
    struct arguments *in = malloc(sizeof *in);
    struct error error;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *texts[] = {cases[i].list, "1"};
        enum err code = task_parse(task_find(cases[i].task), 2, texts, in, &error);
        if ((code == ERR_OK) != cases[i].good) fail_msg("%s %s: %d", cases[i].task, cases[i].list, code);
    }
    free(in);
}

static uint64_t hash_of(const char *task, const char *a, const char *b) {
    struct arguments *in = malloc(sizeof *in);
    struct error error;
    const char *texts[] = {a, b};
    assert_ok(task_parse(task_find(task), b ? 2 : 1, texts, in, &error), &error);
    uint64_t hash = task_hash(task_find(task), in);
    free(in);
    return hash;
}

/* Two problems that are not the same have hashes of their own, whatever they share. */
static void hashes_tell_problems_apart(void **state) {
    (void)state;
    static const char *const problems[][3] = {
        {"add", "1", "23"},        {"add", "12", "3"},          {"add", "123", "0"},
        {"add", "3", "12"},        {"sub", "1", "23"},          {"sort", "[1, 23]", NULL},
        {"sort", "[12, 3]", NULL}, {"sort", "[-1, 23]", NULL},  {"sort", "[1]", NULL},
        {"sort", "[-1]", NULL},    {"sort", "[1, 2, 3]", NULL}, {"sort", "[]", NULL},
        {"max", "[1]", NULL},      {"sort", "[0]", NULL},       {"sort", "[0, 0]", NULL},
        {"mul", "1", "23"},
    };
    enum { PROBLEMS = sizeof problems / sizeof *problems };
    for (int a = 0; a < PROBLEMS; a++)
        for (int b = 0; b < a; b++)
            if (hash_of(problems[a][0], problems[a][1], problems[a][2]) ==
                hash_of(problems[b][0], problems[b][1], problems[b][2]))
                fail_msg("%s %s and %s %s", problems[a][0], problems[a][1], problems[b][0], problems[b][1]);
    assert_true(hash_of("add", "1", "23") == hash_of("add", " 1 ", "23"));
}

/* The side that a problem is on must never change: reports compare runs by it. */
static void hashes_are_the_recorded_ones(void **state) {
    (void)state;
    assert_true(hash_of("add", "58679", "52") == 0x8cc25ad67aa438a6);
    assert_true(hash_of("sort", "[3, -1, 2]", NULL) == 0xca575ea88f6e5d8b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_are_uniform),
        cmocka_unit_test(single_digits_are_uniform),
        cmocka_unit_test(symbols_and_truths_are_uniform),
        cmocka_unit_test(refused_problems_are_not_drawn),
        cmocka_unit_test(own_drawings_have_a_size),
        cmocka_unit_test(own_drawings_bear_any_sizes),
        cmocka_unit_test(own_drawings_keep_to_ranges),
        cmocka_unit_test(searches_often_find),
        cmocka_unit_test(sizes_must_be_possible),
        cmocka_unit_test(lists_are_read),
        cmocka_unit_test(hashes_tell_problems_apart),
        cmocka_unit_test(hashes_are_the_recorded_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
