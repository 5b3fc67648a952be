/* countdown against all that subsets of the numbers can make, and an evaluation of its own; its judge against
 * steps that are tried at random. */
#include <ctype.h>

#include "tests/judge_checks.h"
#include "tests/task_checks.h"

enum { MOST = 5000 };

/* --- what can be made of three numbers or fewer: `makes[subset]` holds the values from -MOST to MOST --- */

struct closure {
    bool makes[8][2 * MOST + 1];
    int value[8][400], count[8];
};

static void add_value(struct closure *c, int subset, int value) {
    if (value < -MOST || value > MOST || c->makes[subset][value + MOST]) return;
    c->makes[subset][value + MOST] = true;
    c->value[subset][c->count[subset]++] = value;
}

static void add_results(struct closure *c, int subset, int a, int b) {
    add_value(c, subset, a + b);
    add_value(c, subset, a - b);
    add_value(c, subset, a * b);
    if (b && a % b == 0) add_value(c, subset, a / b);
}

static void close_numbers(struct closure *c, const struct list *numbers) {
    for (int s = 1; s < 8; s++) {
        for (int i = 0; i < c->count[s]; i++) c->makes[s][c->value[s][i] + MOST] = false;
        c->count[s] = 0;
    }
    for (int i = 0; i < numbers->length; i++) add_value(c, 1 << i, (int)list_int(numbers, i));
    for (int s = 1; s < 1 << numbers->length; s++)
        for (int part = (s - 1) & s; part; part = (part - 1) & s)
            for (int i = 0; i < c->count[part]; i++)
                for (int k = 0; k < c->count[s ^ part]; k++)
                    add_results(c, s, c->value[part][i], c->value[s ^ part][k]);
}

static bool can_make(const struct closure *c, int target) {
    for (int s = 1; s < 8; s++)
        if (c->makes[s][target + MOST]) return true;
    return false;
}

/* Every problem of three small numbers is one if and only if the target can be made. */
static void what_cannot_be_made_is_refused(void **state) {
    (void)state;
    static struct closure closure;
    static struct arguments in;
    const struct task *task = task_find("countdown");
    for (int i = 0; i < 9 * 9 * 9; i++) {
        arguments_clear(&in);
        list_append_int(&in.list[0], 1 + i % 9);
        list_append_int(&in.list[0], 1 + i / 9 % 9);
        list_append_int(&in.list[0], 1 + i / 81);
        close_numbers(&closure, &in.list[0]);
        for (int target = 1 + i % 7; target <= 100; target += 7) {
            in.atom[1] = atom_int(target);
            if (!task->fault(&in) != can_make(&closure, target))
                fail_msg("[%d, %d, %d] %d", 1 + i % 9, 1 + i / 9 % 9, 1 + i / 81, target);
        }
    }
}

/* --- answers --- */

/* The value of an expression; *at moves behind it. Numbers are crossed out of the list. */
static int64_t evaluate_text(const char **at, struct list *unused) {
    if (isdigit((unsigned char)**at)) {
        int64_t number = 0;
        int place = 0;
        while (isdigit((unsigned char)**at)) number = number * 10 + *(*at)++ - '0';
        while (place < unused->length && list_int(unused, place) != number) place++;
        assert_true(place < unused->length);
        list_remove(unused, place);
        return number;
    }
    assert_int_equal(*(*at)++, '(');
    int64_t a = evaluate_text(at, unused);
    assert_memory_equal(*at, ", ", 2);
    char operation = (*at)[2];
    assert_memory_equal(*at + 3, ", ", 2);
    *at += 5;
    int64_t b = evaluate_text(at, unused);
    assert_int_equal(*(*at)++, ')');
    if (operation == '/') assert_true(b && a % b == 0);
    return operation == '+' ? a + b : operation == '-' ? a - b : operation == '*' ? a * b : a / b;
}

static void random_problems(void **state) {
    (void)state;
    static const struct sizes wide = {.min_digits = 1, .max_digits = 2, .min_length = 2, .max_length = 5};
    for (int w = 0; w < 2; w++) {
        struct fixture s;
        struct buffer text = {0};
        fixture_prepare(&s, "countdown");
        if (w) s.mix.entry[0].sizes = wide;
        fixture_open(&s);
        for (uint64_t i = 0; i < (w ? 2000u : 20000u); i++) {
            struct sample sample = fixture_draw(&s, i);
            struct list unused;
            list_copy(&unused, &sample.arguments->list[0]);
            buffer_clear(&text);
            vocabulary_render(s.vocabulary, sample.answer.id, sample.answer.count, false, &text);
            const char *at = text.bytes;
            int64_t target = decimal_int(&sample.arguments->atom[1].number);
            assert_true(evaluate_text(&at, &unused) == target && !*at && target > 0 && target < 100);
            assert_true(sample.lines <= 2 * (unused.length + 4) + 20);
        }
        buffer_free(&text);
        fixture_close(&s);
    }
}

static void wrong_arguments_are_refused(void **state) {
    (void)state;
    check_refuses("countdown", "no expression", "[2,5]", "99");
    check_refuses("countdown", "more than 5", "[1,1,1,1,1,1]", "3");
    check_refuses("countdown", "numbers", "[]", "3");
    check_refuses("countdown", "numbers", "[0,1]", "1");
    check_refuses("countdown", "numbers", "[1000,1]", "1");
    check_refuses("countdown", "target", "[1]", "0");
}

static void noise_ends(void **state) {
    (void)state;
    check_noise("countdown");
}

/* --- the judge --- */

static void own_traces_are_right(void **state) {
    (void)state;
    judge_checks_own_traces("countdown", 0, 3000);
    judge_checks_own_traces("countdown", 1, 1000);
}

/* A number that is left, and the expression that made it. */
struct piece {
    int value;
    char text[80];
};

static void write_left(const char *name, const struct piece *piece, int count, struct buffer *out) {
    buffer_printf(out, "%s = [", name);
    for (int i = 0; i < count; i++) buffer_printf(out, "%s%d", i ? ", " : "", piece[i].value);
    buffer_text(out, "]\n");
}

/* Steps at random, from the given numbers anew whenever one is left, until the target is made. False after
 * too many. */
static bool write_random(const struct arguments *in, struct pcg *pcg, struct buffer *out) {
    struct piece given[5], piece[5];
    int count = in->list[0].length, left = count;
    for (int i = 0; i < count; i++) {
        given[i].value = (int)list_int(&in->list[0], i);
        snprintf(given[i].text, sizeof given[i].text, "%d", given[i].value);
    }
    memcpy(piece, given, sizeof given);
    for (int tries = 0; tries < 1000 && out->length < 2000; tries++) {
        int a = (int)pcg_below(pcg, (uint32_t)left), b = (int)pcg_below(pcg, (uint32_t)left);
        char operation = "+-*/"[pcg_below(pcg, 4)];
        struct piece made, x = piece[a], y = piece[b];
        if (a == b || !y.value || (operation == '/' && x.value % y.value)) continue;
        made.value = operation == '+'   ? x.value + y.value
                     : operation == '-' ? x.value - y.value
                     : operation == '*' ? x.value * y.value
                                        : x.value / y.value;
        if (!made.value) continue;
        snprintf(made.text, sizeof made.text, "(%.30s, %c, %.30s)", x.text, operation, y.text);
        buffer_printf(out, "step = (%d, %c, %d, %d)\n", x.value, operation, y.value, made.value);
        if (made.value == decimal_int(&in->atom[1].number)) {
            buffer_printf(out, "answer = %s", made.text);
            return true;
        }
        piece[a < b ? a : b] = made;
        piece[a < b ? b : a] = piece[--left];
        write_left("left", piece, left, out);
        if (left > 1) continue;
        left = count;
        memcpy(piece, given, sizeof given);
        write_left("back left", piece, left, out);
    }
    return false;
}

static void any_steps_are_right(void **state) {
    (void)state;
    struct judge_checks c;
    struct buffer prompt = {0}, text = {0};
    int found = 0;
    judge_checks_prepare(&c, "countdown");
    judge_checks_open(&c);
    for (uint64_t i = 0; i < 3000; i++) {
        struct pcg pcg = pcg_seed(3, i);
        struct sample sample = fixture_draw(&c.fixture, i);
        buffer_clear(&prompt);
        buffer_clear(&text);
        vocabulary_render(c.fixture.vocabulary, sample.prompt.id, sample.prompt.count, false, &prompt);
        if (!write_random(sample.arguments, &pcg, &text)) continue;
        found++;
        struct verdict v = judge_checks_text(&c, prompt.bytes, text.bytes);
        if (!v.answer || !v.trace) fail_msg("%s%s\nis right", prompt.bytes, text.bytes);
        size_t place = pcg_below(&pcg, (uint32_t)text.length);
        while (!isdigit((unsigned char)text.bytes[place])) place = (place + 1) % text.length;
        text.bytes[place] = (char)('0' + (text.bytes[place] - '0' + 1 + (int)pcg_below(&pcg, 9)) % 10);
        v = judge_checks_text(&c, prompt.bytes, text.bytes);
        if (v.trace) fail_msg("%s%s\nis wrong", prompt.bytes, text.bytes);
    }
    assert_true(found > 1000);
    buffer_free(&prompt);
    buffer_free(&text);
    judge_checks_close(&c);
}

static void lines_are_judged(void **state) {
    (void)state;
    static const struct judge_case cases[] = {
        {"the smaller first",
         "step = (2, +, 5, 7)\nleft = [7, 9]\nback left = [9, 5, 2]\nstep = (5, -, 2, 3)\n"
         "left = [3, 9]\nstep = (3, *, 9, 27)\nleft = [27]\nanswer = ((5, -, 2), *, 9)",
         true, 0},
        {"below 0",
         "step = (2, -, 5, -3)\nleft = [-3, 9]\nstep = (9, *, -3, -27)\nleft = [-27]\nback left = "
         "[-3, 9]\nanswer = (9, *, (5, -, 2))",
         true, 1},
        {"the answer alone", "answer = (9, *, (5, -, 2))", true, 1},
        {"another target", "answer = (9, *, 5)", false, 1},
        {"a number twice", "answer = ((9, +, 9), +, 9)", false, 1},
        {"a number that is not there", "answer = (9, *, 3)", false, 1},
        {"the target, which is not there", "answer = 27", false, 1},
        {"a list", "answer = [9, *, (5, -, 2)]", false, 1},
        {"two operands", "answer = (9, *)", false, 1},
        {"more behind it", "answer = (9, *, (5, -, 2), 5)", false, 1},
        {"no operation", "answer = (9, 2, 5)", false, 1},
        {"an operation for a number", "answer = (*, *, 9)", false, 1},
        {"brackets in brackets", "answer = ((9, *, (5, -, 2)))", false, 1},
        {"nothing", "answer = ()", false, 1},
        {"what the last two make",
         "step = (5, -, 2, 3)\nleft = [9, 3]\nmakes = [27, 12, 6]\nstep = (9, *, 3, 27)\nanswer = (9, *, (5, "
         "-, 2))",
         true, 0},
        {"what they do not make",
         "step = (5, -, 2, 3)\nleft = [9, 3]\nmakes = [12, 7]\nanswer = (9, *, (5, -, 2))", true, 2},
        {"what three make", "makes = [7]\nanswer = (9, *, (5, -, 2))", true, 2},
        {"what is made in a step", "step = (5, -, 2, 3)\nmakes = [12]\nanswer = (9, *, (5, -, 2))", true, 2},
        {"a tuple of what is made",
         "step = (5, -, 2, 3)\nleft = [9, 3]\nmakes = (12, 6)\nanswer = (9, *, (5, -, 2))", true, 2},
        {"wrong sum", "step = (5, -, 2, 4)\nanswer = (9, *, (5, -, 2))", true, 2},
        {"a step of what is not left",
         "step = (5, -, 2, 3)\nleft = [9, 3]\nstep = (5, *, 9, 45)\nanswer = (9, *, "
         "(5, -, 2))",
         true, 2},
        {"one number twice in a step", "step = (5, -, 5, 0)\nanswer = (9, *, (5, -, 2))", true, 2},
        {"not a whole number", "step = (5, /, 2, 2)\nanswer = (9, *, (5, -, 2))", true, 2},
        {"two steps at once", "step = (5, -, 2, 3)\nstep = (9, *, 3, 27)\nanswer = (9, *, (5, -, 2))", true,
         1},
        {"wrong rest", "step = (5, -, 2, 3)\nleft = [3]\nstep = (9, *, 3, 27)\nanswer = (9, *, (5, -, 2))",
         true, 2},
        {"too much left", "step = (5, -, 2, 3)\nleft = [3, 9, 2]\nanswer = (9, *, (5, -, 2))", true, 2},
        {"left without a step", "left = [2, 5, 9]\nanswer = (9, *, (5, -, 2))", true, 2},
        {"back to what never was",
         "step = (5, -, 2, 3)\nleft = [3, 9]\nback left = [3, 5]\nanswer = (9, *, (5, "
         "-, 2))",
         true, 2},
        {"back to what is", "back left = [2, 5, 9]\nanswer = (9, *, (5, -, 2))", true, 2},
        {"back in a step", "step = (5, -, 2, 3)\nback left = [2, 5, 9]\nanswer = (9, *, (5, -, 2))", true, 2},
        {"steps of another expression", "step = (9, *, 2, 18)\nleft = [5, 18]\nanswer = (9, *, (5, -, 2))",
         true, 1},
        {"lists and numbers",
         "step = 5\nleft = 5\nback left = (2, 5, 9)\nstep = [5, -, 2, 3]\nstep = (5, 5, 5, "
         "5)\nanswer = (9, *, (5, -, 2))",
         true, 6},
    };
    static const struct judge_case division[] = {
        {"exact", "answer = (9, /, 3)", true, 1},
        {"by nothing", "answer = (9, /, (4, -, 4))", false, 1},
        {"with a rest", "answer = ((9, +, 4), /, 4)", false, 1},
        {"one of two equal numbers", "answer = ((4, /, 4), +, (9, -, (3, +, 4)))", false, 1},
    };
    judge_checks_cases("countdown", "countdown([2, 5, 9], 27)", cases, sizeof cases / sizeof *cases);
    judge_checks_cases("countdown", "countdown([9, 3, 4, 4], 3)", division,
                       sizeof division / sizeof *division);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_problems),
                                       cmocka_unit_test(what_cannot_be_made_is_refused),
                                       cmocka_unit_test(wrong_arguments_are_refused),
                                       cmocka_unit_test(noise_ends),
                                       cmocka_unit_test(own_traces_are_right),
                                       cmocka_unit_test(any_steps_are_right),
                                       cmocka_unit_test(lines_are_judged)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
