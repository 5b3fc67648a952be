/* dynamic_state: what algorithms keep without writing it is a site, value by value; nothing else is
 * different. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "fixture.h"
#include "trace/drawing.h"
#include "trace/trace.h"

static const struct noise *kind(const char *name) {
    int index = noise_find(name);
    assert_true(index >= 0);
    return noise_list[index];
}

/* --- what is kept ----------------------------------------------------------------------------------------
 */

/* The values that two kinds watch: `see` is shown all and notes them, `forgo` behind it those that are
 * assigned, and strikes the last one out. What is left is what was only held. */
static struct buffer noted;
static size_t last_note;

static void see(struct decimal *value, double rate, struct pcg *sites, struct tally *tally) {
    (void)rate, (void)sites, (void)tally;
    char text[DECIMAL_TEXT];
    decimal_format(value, text);
    last_note = noted.length;
    buffer_printf(&noted, " %s", text);
}

static void forgo(struct decimal *value, double rate, struct pcg *sites, struct tally *tally) {
    (void)value, (void)rate, (void)sites, (void)tally;
    noted.length = last_note;
}

static const struct noise seeing = {.name = "seeing", .alter = see, .held = true},
                          forgoing = {.name = "forgoing", .alter = forgo};

/* Each task by a problem small enough to read: how it goes and what it keeps meanwhile, called tasks
 * included. */
static const struct {
    const char *task, *arguments[3], *kept;
} cases[] = {
    /* columns; then by column what is left of x and of y, the column's sum, and all of it so far */
    {"add", {"58", "67"}, " 2 5 6 15 5 0 0 12 25 0 0 1 125"},
    {"sub", {"52", "17"}, " 2 5 1 -5 5 0 0 3 35"},
    {"sub", {"7", "12"}, " 2 1 0 -5 5 0 0 0 5"},
    /* rows, what is left of y; columns; by column what is left of x, the product with the carry, and the row
     * so far; the row with its last carry */
    {"mul", {"47", "6"}, " 1 0 2 4 42 2 0 28 82 282"},
    /* places; what is left of x, the growing quotient */
    {"div", {"98", "4"}, " 2 8 2 0 24"},
    {"mod", {"98", "35"}, " 2 8 0"},
    {"collatz", {"3", "1"}, ""},
    /* coefficients; digits of x; steps */
    {"polynomial", {"[2, 0, 3]", "4"}, " 3"},
    {"long_division", {"98", "4"}, " 2"},
    {"modular_arithmetic", {"3", "7", "[(+, 5), (*, 2)]"}, " 2"},
    /* rows, columns; what mul keeps, the totals so far; the same again */
    {"matrix_vector", {"[[2], [3]]", "[4]"}, " 2 1 1 0 1 0 8 8 8 8 1 0 1 0 12 2 12 8 12"},
    /* mod and div of one digit, then the growing number */
    {"base_conversion", {"5", "6"}, " 1 0 1 0 0 5"},
    /* the square of p; places, what is left of n, the quotient, the list; the square again */
    {"prime_factors", {"4"}, " 4 1 0 2 2 4"},
    /* elements; by element what is left, where the least stands, and the growing list */
    {"sort", {"[7, 5]"}, " 2 1 5 1 0 5 7 0"},
    {"insertion_sort", {"[7, 5]"}, " 2"},
    {"max", {"[7, 5]"}, " 2"},
    /* what sort keeps; elements, the place before the middle, the mean */
    {"median", {"[7, 5]"}, " 2 1 5 1 0 5 7 0 2 0 6"},
    {"binary_search", {"[5, 7]", "7"}, " 2"},
    /* digits of y, digits of x, what is left of x */
    {"edit_distance", {"12", "345"}, " 3 2 2 0"},
    {"sum", {"3", "4"}, " 2 1 0 0 7 7"},
    /* runs before each merging; elements, and those that big has passed */
    {"merge_sort", {"[7, 5]"}, " 2 1"},
    {"bubble_sort", {"[7, 5]"}, " 2 5"},
    /* items; symbols of x; symbols of the expression; the width, and the row as it grows */
    {"knapsack", {"[(1, 2)]", "1"}, " 1"},
    {"longest_common_subsequence", {"[a, b]", "[c]"}, " 2"},
    {"boolean_eval", {"[T, not]"}, " 2"},
    {"game_of_life", {"[[0, 0], [1, 1], [0, 1]]"}, " 2 1 1 1"},
    /* places; by place the column's sum and the bits so far */
    {"binary_add", {"[1, 1]", "[1]"}, " 2 2 0 2 0 0"},
    /* elements */
    {"dyck", {"[<, >, <]"}, " 3"},
    {"parity", {"[true, false]"}, " 2"},
    /* elements, the counts of the runs so far */
    {"run_length", {"[a, a, b]"}, " 3 2 2 1"},
    /* the order as it grows, the path from its end; what countdown goes back to it has written */
    {"bfs", {"[(0, 1)]", "0"}, " 0 0 1"},
    {"topological_sort", {"[(1, 0)]", "2"}, " 1 1 0"},
    {"shortest_path", {"[(0, 1, 2)]", "0", "1"}, " 1 0 1"},
    {"countdown", {"[2, 5, 9]", "27"}, ""},
};

static void kept_values_are_seen(void **state) {
    (void)state;
    struct arguments *arguments = malloc(sizeof *arguments);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct fixture s;
        struct trace *trace;
        fixture_prepare(&s, cases[c].task);
        fixture_open(&s);
        const struct task *task = s.mix.entry[0].task;
        struct trace_settings settings = {.vocabulary = s.vocabulary,
                                          .tasks = task_list,
                                          .visibility = s.mix.visibility,
                                          .line_limit = 300};
        struct acting_noise watching[2] = {{.noise = &seeing, .sites = pcg_seed(1, 1)},
                                           {.noise = &forgoing, .sites = pcg_seed(1, 2)}};
        int count = 0;
        while (count < 3 && cases[c].arguments[count]) count++;
        assert_ok(task_parse(task, count, cases[c].arguments, arguments, &s.error), &s.error);
        assert_int_equal(trace_create(&trace), ERR_OK);
        buffer_clear(&noted);
        buffer_text(&noted, "");
        assert_ok(trace_run(trace, &settings, task, arguments, watching, 2, &s.error), &s.error);
        if (noted.length != strlen(cases[c].kept) || memcmp(noted.bytes, cases[c].kept, noted.length))
            fail_msg("%s keeps%.*s, not%s", task->name, (int)noted.length, noted.bytes, cases[c].kept);
        trace_free(trace);
        fixture_close(&s);
    }
    buffer_free(&noted);
    free(arguments);
}

/* Adds 1 to value number `altered_one`, counted as `see` is asked: assigned values are not altered. */
static int altered_one, asked;

static void alter_one(struct decimal *value, double rate, struct pcg *sites, struct tally *tally) {
    (void)rate, (void)sites, (void)tally;
    struct decimal one = decimal_from(1);
    if (asked++ == altered_one) *value = decimal_add(value, &one);
}

/* Addition goes on with each value that it keeps: the number of columns, then by column what is left of both
 * numbers, the column's sum, the sum so far. An error of one in any of them is seen in the trace. */
static void kept_values_are_heeded(void **state) {
    (void)state;
    static const struct noise altering = {.name = "altering", .alter = alter_one, .held = true};
    /* Places of what is held in the first column among all values that are held or assigned, and the number
     * of columns before it: digx and digy are assigned, then three are held, then res, carry, and one held.
     */
    static const int held[] = {0, 3, 4, 5, 8};
    static struct arguments arguments;
    static const char *const numbers[] = {"12", "34"}; /* without a last carry */
    struct fixture s;
    struct trace *trace;
    fixture_prepare(&s, "add");
    fixture_open(&s);
    struct trace_settings settings = {
        .vocabulary = s.vocabulary, .tasks = task_list, .visibility = s.mix.visibility, .line_limit = 300};
    assert_ok(task_parse(s.mix.entry[0].task, 2, numbers, &arguments, &s.error), &s.error);
    assert_int_equal(trace_create(&trace), ERR_OK);
    int32_t clean[256];
    size_t length = 0;
    for (int i = -1; i < (int)(sizeof held / sizeof *held); i++) {
        struct acting_noise acting = {.noise = &altering};
        altered_one = i < 0 ? -1 : held[i];
        asked = 0;
        assert_ok(trace_run(trace, &settings, s.mix.entry[0].task, &arguments, &acting, 1, &s.error),
                  &s.error);
        size_t count = (size_t)trace_starts(trace)[trace_lines(trace)];
        bool same = count == length && !memcmp(clean, trace_tokens(trace), count * sizeof *clean);
        if (i >= 0 && same) fail_msg("held value number %d is not gone on with", i);
        if (i >= 0) continue;
        assert_true(count < 256);
        memcpy(clean, trace_tokens(trace), count * sizeof *clean);
        length = count;
    }
    trace_free(trace);
    fixture_close(&s);
}

/* --- how kept values are altered -------------------------------------------------------------------------
 */

/* Same draws, same digits as dynamic where a value is both. */
static void digits_change_as_those_of_dynamic(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 1000; i++) {
        struct pcg a = pcg_stream(1, "sites", i), b = a;
        struct tally first = {0, 0}, second = {0, 0};
        struct decimal x = decimal_from((int64_t)(i * i * 7919)), y = x;
        kind("dynamic")->alter(&x, 0.3, &a, &first);
        kind("dynamic_state")->alter(&y, 0.3, &b, &second);
        assert_int_equal(decimal_compare(&x, &y), 0);
        assert_true(first.sites == second.sites && first.hits == second.hits && a.state == b.state);
    }
}

/* On the same problems dynamic_state has the sites of dynamic and those of what is kept, hidden work
 * included. */
static void sites_are_added_to_those_of_dynamic(void **state) {
    (void)state;
    for (int hidden = 0; hidden < 2; hidden++) {
        struct fixture s;
        struct trace *trace;
        struct arguments *arguments = malloc(sizeof *arguments);
        fixture_prepare(&s, "gcd"); /* which keeps nothing, but calls mod, which does */
        s.mix.visibility[0] = VISIBILITY_FULL;
        for (int i = 0; i < TASKS_MAX; i++)
            s.mix.visibility[i] = hidden ? VISIBILITY_HIDDEN : VISIBILITY_FULL;
        fixture_open(&s);
        struct trace_settings settings = {.vocabulary = s.vocabulary,
                                          .tasks = task_list,
                                          .visibility = s.mix.visibility,
                                          .line_limit = 300};
        const char *const texts[] = {"98", "35"};
        assert_ok(task_parse(s.mix.entry[0].task, 2, texts, arguments, &s.error), &s.error);
        assert_int_equal(trace_create(&trace), ERR_OK);
        struct acting_noise acting[2] = {{.noise = kind("dynamic"), .sites = pcg_seed(1, 1)},
                                         {.noise = kind("dynamic_state"), .sites = pcg_seed(1, 2)}};
        assert_ok(trace_run(trace, &settings, s.mix.entry[0].task, arguments, acting, 2, &s.error), &s.error);
        /* 98 mod 35: 2, 8, 0; 35 mod 28: 2, 5, 0; 28 mod 7: 2, 8, 0 */
        assert_int_equal(acting[1].tally.sites - acting[0].tally.sites, 9);
        assert_int_equal(acting[0].tally.hits + acting[1].tally.hits, 0);
        trace_free(trace);
        fixture_close(&s);
        free(arguments);
    }
}

static void keep_and_tell(struct trace *t, const struct arguments *in, struct value *out) {
    struct decimal number = hold(t, in->atom[0].number), length = decimal_from(hold_int(t, 7));
    out->atom.kind = KIND_LIST;
    list_copy(&out->list, &in->list[0]);
    hold_list(t, &out->list);
    list_append(&out->list, &number);
    list_append(&out->list, &length);
}

static void complement(struct decimal *value, double rate, struct pcg *sites, struct tally *tally) {
    (void)rate, (void)sites, (void)tally;
    uint8_t digits[DECIMAL_DIGITS];
    int length = decimal_unpack(value, digits);
    for (int i = 0; i < length; i++) digits[i] = 9 - digits[i];
    *value = decimal_pack(decimal_is_negative(value), digits, length);
}

/* The algorithm goes on with what it got back; a noise that does not ask for kept values leaves them as they
 * are. */
static void kept_values_go_on_as_altered(void **state) {
    (void)state;
    static const struct task telling = {.name = "telling", .run = keep_and_tell};
    static const int64_t plain[] = {1, 22, 5, 7}, altered[] = {8, 77, 4, 2};
    for (int held = 0; held < 2; held++) {
        struct fixture s;
        struct trace *trace;
        struct arguments *arguments = calloc(1, sizeof *arguments);
        const struct noise noise = {.name = "complement", .alter = complement, .held = held};
        struct acting_noise acting = {.noise = &noise};
        fixture_prepare(&s, "add");
        fixture_open(&s);
        struct trace_settings settings = {.vocabulary = s.vocabulary,
                                          .tasks = task_list,
                                          .visibility = s.mix.visibility,
                                          .line_limit = 300};
        arguments->atom[0] = atom_int(5);
        list_clear(&arguments->list[0]);
        for (int i = 0; i < 2; i++) list_append_int(&arguments->list[0], plain[i]);
        assert_int_equal(trace_create(&trace), ERR_OK);
        assert_ok(trace_run(trace, &settings, &telling, arguments, &acting, 1, &s.error), &s.error);
        const struct list *list = &trace_answer(trace)->list;
        assert_int_equal(list->length, 4);
        for (int i = 0; i < 4; i++) assert_int_equal(list_int(list, i), held ? altered[i] : plain[i]);
        trace_free(trace);
        fixture_close(&s);
        free(arguments);
    }
}

static void count_and_tell(struct trace *t, const struct arguments *in, struct value *out) {
    (void)in;
    out->atom.kind = KIND_LIST;
    list_clear(&out->list);
    for (int64_t number = LET_INT_MAX; number <= 2 * (int64_t)LET_INT_MAX; number += LET_INT_MAX) {
        list_append_int(&out->list, let_int(t, "res", number));
        list_append_int(&out->list, let_int(t, "res", -number));
    }
}

static void square(struct decimal *value, double rate, struct pcg *sites, struct tally *tally) {
    (void)rate, (void)sites, (void)tally;
    bool negative = decimal_is_negative(value);
    *value = decimal_mul(value, value);
    if (negative) *value = decimal_negate(value);
}

/* What an algorithm counts with is bounded, whatever became of it, unless it was large before. */
static void machine_integers_do_not_grow(void **state) {
    (void)state;
    static const struct task counting = {.name = "counting", .run = count_and_tell};
    static const struct noise noise = {.name = "square", .alter = square};
    static const int64_t expected[] = {LET_INT_MAX, -LET_INT_MAX, 4 * INT64_C(1000000000000000000),
                                       -4 * INT64_C(1000000000000000000)};
    struct fixture s;
    struct trace *trace;
    struct arguments *arguments = calloc(1, sizeof *arguments);
    struct acting_noise acting = {.noise = &noise};
    fixture_prepare(&s, "add");
    fixture_open(&s);
    struct trace_settings settings = {
        .vocabulary = s.vocabulary, .tasks = task_list, .visibility = s.mix.visibility, .line_limit = 300};
    assert_int_equal(trace_create(&trace), ERR_OK);
    assert_ok(trace_run(trace, &settings, &counting, arguments, &acting, 1, &s.error), &s.error);
    for (int i = 0; i < 4; i++) assert_int_equal(list_int(&trace_answer(trace)->list, i), expected[i]);
    trace_free(trace);
    fixture_close(&s);
    free(arguments);
}

/* --- limits ----------------------------------------------------------------------------------------------
 */

static int64_t held_so_far;

static void run_for_ever(struct trace *t, const struct arguments *in, struct value *out) {
    (void)in, (void)out;
    for (;;) {
        hold_int(t, 5);
        held_so_far++;
    }
}

static void hit(struct decimal *value, double rate, struct pcg *sites, struct tally *tally) {
    (void)value, (void)sites;
    tally->sites++;
    tally->hits += rate > 0;
}

/* A loop that only holds ends: soon when it has gone astray, and else at the largest limit. */
static void loops_that_hold_end(void **state) {
    (void)state;
    static const struct task endless = {.name = "endless", .run = run_for_ever};
    static const struct noise hitting = {.name = "hitting", .alter = hit, .held = true};
    static const struct arguments none;
    enum { LIMIT = 30 };
    for (int astray = 0; astray < 2; astray++) {
        struct fixture s;
        struct trace *trace;
        fixture_prepare(&s, "add");
        fixture_open(&s);
        struct trace_settings settings = {.vocabulary = s.vocabulary,
                                          .tasks = task_list,
                                          .visibility = s.mix.visibility,
                                          .line_limit = LIMIT};
        struct acting_noise acting = {.noise = &hitting, .rate = astray};
        assert_int_equal(trace_create(&trace), ERR_OK);
        held_so_far = 0;
        assert_ok(trace_run(trace, &settings, &endless, &none, &acting, 1, &s.error), &s.error);
        assert_true(trace_truncated(trace));
        assert_int_equal(held_so_far, astray ? 1 + TRACE_ASTRAY * LIMIT : TRACE_ASSIGNMENTS);
        trace_free(trace);
        fixture_close(&s);
    }
}

/* --- against the authors' generator ----------------------------------------------------------------------
 */

/* Theirs draws digits 0 ... 8 where ours draws 0 ... 9. The allowance is made here: the same noise with their
 * digits. */
static void alter_as_they_do(struct decimal *value, double rate, struct pcg *sites, struct tally *tally) {
    uint8_t digits[DECIMAL_DIGITS];
    int length = decimal_unpack(value, digits);
    for (int i = length - 1; i >= 0; i--) {
        bool is_hit = noise_hits(rate, sites, tally);
        uint8_t digit = (uint8_t)pcg_below(sites, 9);
        if (is_hit) digits[i] = digit;
    }
    *value = decimal_pack(decimal_is_negative(value), digits, length);
}

/* The share of right answers that a noise leaves in the addition of numbers of 1 to 10 digits. */
static double right_answers(const struct noise *noise, double rate) {
    enum { PROBLEMS = 20000 };
    struct fixture s;
    struct trace *trace;
    struct arguments *arguments = malloc(sizeof *arguments);
    struct sizes sizes = {.sampling = SAMPLING_LENGTH, .min_digits = 1, .max_digits = 10};
    int right = 0;
    fixture_prepare(&s, "add");
    fixture_open(&s);
    struct trace_settings settings = {
        .vocabulary = s.vocabulary, .tasks = task_list, .visibility = s.mix.visibility, .line_limit = 300};
    assert_int_equal(trace_create(&trace), ERR_OK);
    for (uint64_t i = 0; i < PROBLEMS; i++) {
        struct pcg pcg = pcg_stream(2, "problem", i);
        struct acting_noise acting = {.noise = noise, .rate = rate, .sites = pcg_stream(2, "sites", i)};
        assert_true(drawing_arguments(s.mix.entry[0].task, &sizes, &pcg, arguments));
        assert_ok(trace_run(trace, &settings, s.mix.entry[0].task, arguments, &acting, 1, &s.error),
                  &s.error);
        struct decimal sum = decimal_add(&arguments->atom[0].number, &arguments->atom[1].number);
        right += !trace_truncated(trace) && !decimal_compare(&sum, &trace_answer(trace)->atom.number);
    }
    trace_free(trace);
    fixture_close(&s);
    free(arguments);
    return (double)right / PROBLEMS;
}

/* Their shares were measured on their program; `dynamic` leaves several times as many. */
static void as_many_right_answers_as_the_authors(void **state) {
    (void)state;
    static const struct noise theirs = {.name = "theirs", .alter = alter_as_they_do, .held = true};
    static const struct { double rate, measured; } authors[] = {{0.05, 0.055}, {0.1, 0.019}};
    for (int i = 0; i < 2; i++) {
        double ours = right_answers(kind("dynamic_state"), authors[i].rate);
        double allowed = right_answers(&theirs, authors[i].rate);
        double written = right_answers(kind("dynamic"), authors[i].rate);
        print_message("rate %g: %.4f right (%.4f with digits 0-8, %.4f under dynamic; the authors' %.3f)\n",
                      authors[i].rate, ours, allowed, written, authors[i].measured);
        assert_true(fabs(allowed - authors[i].measured) < 0.03);
        assert_true(allowed > authors[i].measured / 1.4 && allowed < authors[i].measured * 1.4);
        assert_true(fabs(ours - allowed) < 0.006); /* the digits make next to no difference */
        assert_true(written > 4 * authors[i].measured);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_values_are_seen),
        cmocka_unit_test(kept_values_are_heeded),
        cmocka_unit_test(digits_change_as_those_of_dynamic),
        cmocka_unit_test(sites_are_added_to_those_of_dynamic),
        cmocka_unit_test(kept_values_go_on_as_altered),
        cmocka_unit_test(machine_integers_do_not_grow),
        cmocka_unit_test(loops_that_hold_end),
        cmocka_unit_test(as_many_right_answers_as_the_authors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
