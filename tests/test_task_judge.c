/* A task's own judge: which completions it sees, and what comes of its verdicts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/told.h"
#include "trace/task_judge.h"
#include "trace/trace.h"
#include "trace/value_reader.h"

/* coins([5, 2], (a), 9): any list of the coins whose sum is the amount; each line takes one coin and says
 * what is left of the amount. */
static const char *const letters[] = {"a", "b", NULL};
static const char *const names[] = {"take coin", "left", NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    (void)t, (void)in;
    value_set_int(out, 0);
}

static bool is_right_answer(const struct arguments *in, const struct value *answer) {
    int64_t sum = 0;
    assert_int_equal(in->atom[1].symbol, 1);
    if (!value_is_list(answer)) return false;
    for (int i = 0; i < answer->list.length; i++) sum += list_int(&answer->list, i);
    return sum == decimal_int(&in->atom[2].number);
}

/* `take coin` must be one of the coins, `left` what the coins so far leave, the answer the coins that were
 * taken.
 */
static bool is_right_line(const struct arguments *in, const struct judged_line *lines, int i) {
    int64_t taken = 0;
    int coins = 0;
    for (int k = 0; k <= i; k++) {
        if (strcmp(lines[k].name, "take coin")) continue;
        taken += decimal_int(&lines[k].value->atom.number);
        coins++;
    }
    if (!strcmp(lines[i].name, "answer"))
        return value_is_list(lines[i].value) && lines[i].value->list.length == coins;
    int64_t number = decimal_int(&lines[i].value->atom.number);
    if (!strcmp(lines[i].name, "left")) return number == decimal_int(&in->atom[2].number) - taken;
    for (int k = 0; k < in->list[0].length; k++)
        if (list_int(&in->list[0], k) == number) return true;
    return false;
}

static const char *fault(const struct arguments *in) {
    return in->list[0].length ? NULL : "there are no coins";
}

static const struct task coins = {.name = "coins",
                                  .parameters = {{.name = "coins", .kind = PARAMETER_LIST},
                                                 {.name = "letter", .kind = PARAMETER_SYMBOL},
                                                 {.name = "amount"}},
                                  .names = names,
                                  .alphabet = letters,
                                  .run = run,
                                  .fault = fault,
                                  .judge_answer = is_right_answer,
                                  .judge_line = is_right_line};
static const struct task other = {.name = "other", .parameters = {{.name = "x"}}, .names = names, .run = run};
static const struct task *const tasks[] = {&other, &coins, NULL};

struct bench {
    struct vocabulary *vocabulary;
    struct task_judge *judge;
    struct tokens prompt, truth, written;
};

static void open(struct bench *b, bool reverse) {
    static const char *const words[] = {"coins", "other", "take", "coin", "left", "a", "b", "true", "false"};
    struct error error;
    *b = (struct bench){0};
    assert_int_equal(vocabulary_create(&b->vocabulary), ERR_OK);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_int_equal(vocabulary_add(b->vocabulary, words[i], NULL), ERR_OK);
    assert_ok(task_judge_create(b->vocabulary, tasks, reverse, &b->judge, &error), &error);
}

static void close(struct bench *b) {
    task_judge_free(b->judge);
    tokens_free(&b->prompt);
    tokens_free(&b->truth);
    tokens_free(&b->written);
    vocabulary_free(b->vocabulary);
}

static struct token_span encode(struct bench *b, struct tokens *tokens, const char *text) {
    struct error error;
    tokens->count = 0;
    assert_ok(vocabulary_encode(b->vocabulary, text, strlen(text), tokens, &error), &error);
    return (struct token_span){tokens->id, tokens->count};
}

static struct verdict judge(struct bench *b, const char *prompt, const char *truth, const char *written,
                            bool ended) {
    struct verdict v;
    struct error error;
    struct token_span p = encode(b, &b->prompt, prompt), t = encode(b, &b->truth, truth);
    assert_ok(task_judge_completion(b->judge, p, t, encode(b, &b->written, written), ended, &v, &error),
              &error);
    return v;
}

static const char problem[] = "coins([5, 2], b, 9)\n";
static const char truth[] =
    "take coin = 5\nleft = 4\ntake coin = 2\nleft = 2\ntake coin = 2\nleft = 0\nanswer = [5, 2, 2]";

static void what_is_right(void **state) {
    (void)state;
    static const struct {
        const char *written;
        bool ended, answer, trace;
        int lines_right;
    } cases[] = {
        {truth, true, true, true, 7},
        {"take coin = 2\nleft = 7\ntake coin = 5\nleft = 2\ntake coin = 2\nleft = 0\nanswer = [2, 5, 2]",
         true, true, true, 7},
        /* fewer lines, and all of them right */
        {"take coin = 2\ntake coin = 5\ntake coin = 2\nanswer = [2, 5, 2]", true, true, true, 7},
        /* right for the wrong reason: a wrong line, a line of no meaning, lines that are missing */
        {"take coin = 2\nleft = 6\ntake coin = 5\nleft = 2\ntake coin = 2\nleft = 0\nanswer = [2, 5, 2]",
         true, true, false, 6},
        {"take coin = 2\nleft\ntake coin = 5\nleft = 2\ntake coin = 2\nleft = 0\nanswer = [2, 5, 2]", true,
         true, false, 6},
        {"coin = 2\ntake coin = 5\ntake coin = 2\nanswer = [2, 5, 2]", true, true, false, 2},
        {"take coin = 2\ntake coin = 5\nanswer = [2, 5, 2]", true, true, false, 2},
        {"answer = [2, 5, 2]", true, true, false, 0},
        {"take coin = 2\ntake coin = 5\ntake coin = 2\nanswer = [2, 5, 2]\nanswer = [2, 5, 2]", true, true,
         false, 4}, /* an answer before the last is no step */
        /* wrong answers */
        {"take coin = 5\nanswer = [5]", true, false, false, 2},
        {"take coin = 5\nanswer = 9", true, false, false, 1},
        {"take coin = 5\nanswer = [5", true, false, false, 1},
        {"take coin = 5\nanswer", true, false, false, 1},
        {"take coin = 5\nleft = 4", true, false, false, 1},
        {"answer = [2, 5, 2]\ntake coin = 5", true, false, false, 0}, /* the answer stands last */
        {"take coin = 2\ntake coin = 5\ntake coin = 2\nanswer = [2, 5, 2]", false, false, false, 4},
    };
    struct bench b;
    open(&b, false);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct verdict v = judge(&b, problem, truth, cases[i].written, cases[i].ended);
        assert_int_equal(v.lines, 7);
        if (v.answer != cases[i].answer || v.trace != cases[i].trace || v.lines_right != cases[i].lines_right)
            fail_msg("case %zu: answer %d, trace %d, %d lines right", i, v.answer, v.trace, v.lines_right);
    }
    close(&b);
}

/* Of an answer alone there are no lines to follow; an answer that comes first is the last that is judged. */
static void other_formats(void **state) {
    (void)state;
    struct bench b;
    open(&b, false);
    struct verdict v = judge(&b, problem, "answer = [5, 2, 2]", "answer = [2, 5, 2]", true);
    assert_true(v.answer && v.trace);
    assert_int_equal(v.lines_right, 1);
    v = judge(&b, problem, "answer = [5, 2, 2]", "take coin = 2\nanswer = [2, 5, 2]", true);
    assert_true(v.answer && !v.trace);
    v = judge(&b, problem, "answer = [5, 2, 2]\ntake coin = 5\ntake coin = 2\ntake coin = 2",
              "answer = [2, 5, 2]\ntake coin = 2\ntake coin = 5\ntake coin = 2", true);
    assert_true(v.answer && v.trace);
    close(&b);
    open(&b, true);
    v = judge(&b, "coins([12, 2], b, 26)\n", "answer = [21, 21, 2]", "answer = [2, 21, 21]", true);
    assert_true(v.answer);
    close(&b);
}

/* Which lines of the completion that was judged last are right: `1`, or `0`, for each. */
static void assert_lines(const struct bench *b, const char *expected) {
    char found[64] = "";
    size_t lines;
    const bool *right = task_judge_lines(b->judge, &lines);
    assert_in_range(lines, 1, sizeof found - 1);
    for (size_t i = 0; i < lines; i++) found[i] = right[i] ? '1' : '0';
    assert_string_equal(found, expected);
}

/* Line by line as the task's judge says, at the place of each in the text, whatever could not be read; where
 * the true completion decides, those that it has at the same place. */
static void each_line(void **state) {
    (void)state;
    static const char first[] = "answer = [5, 2, 2]\ntake coin = 5\ntake coin = 2\ntake coin = 2";
    static const struct {
        const char *prompt, *truth, *written;
        bool ended;
        const char *lines;
    } cases[] = {
        {problem, truth, truth, true, "1111111"},
        {problem, truth, truth, false, "1111111"}, /* it is right as far as it goes */
        {problem, truth, "take coin = 2\ntake coin = 5\ntake coin = 2\nanswer = [2, 5, 2]", true, "1111"},
        /* a wrong line in the middle; one that cannot be read; both; none that is right */
        {problem, truth, "take coin = 2\nleft = 6\ntake coin = 5\nleft = 2\nanswer = [2, 5]", true, "10111"},
        {problem, truth, "take coin = 2\nleft\ntake coin = 5\nleft = 2\nanswer = [2, 5]", true, "10111"},
        {problem, truth, "left left\ntake coin = 2\nleft = 6\n\nleft = 7\nanswer = [2]", true, "010011"},
        {problem, truth, "left = 8\ntake coin = 3", true, "00"},
        {problem, truth, "", true, "0"},
        {problem, truth, "take coin = 2\n", true, "10"}, /* a newline at the end opens a line */
        {problem, truth, "take coin = 2\ntake coin", false, "10"},
        /* an answer that is not the last line is no step */
        {problem, truth, "take coin = 5\nanswer = [5]\nleft = 4\nanswer = [5]", true, "1011"},
        /* the answer comes first, and is judged by what follows it */
        {problem, first, "answer = [2, 5, 2]\ntake coin = 2\ntake coin = 5\ntake coin = 2", true, "1111"},
        {problem, first, "answer = [2, 5, 2]\ntake coin = 2\ntake coin = 3\ntake coin = 2", true, "1101"},
        {problem, first, "answer = [2, 5]\ntake coin = 2\ntake coin = 5\ntake coin = 2", true, "0111"},
        /* an answer alone is right or not as a whole */
        {problem, "answer = [5, 2, 2]", "answer = [2, 5, 2]", true, "1"},
        {problem, "answer = [5, 2, 2]", "answer = [2, 5]", true, "0"},
        /* without a judge of its own */
        {"other(9)\n", truth, "take coin = 5\nleft = 5\ntake coin = 2", true, "101"},
        {"other(9)\n", "answer = 4", "answer = 4\nanswer = 4", true, "10"},
    };
    struct bench b;
    open(&b, false);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct verdict v = judge(&b, cases[i].prompt, cases[i].truth, cases[i].written, cases[i].ended);
        assert_lines(&b, cases[i].lines);
        if (v.trace) assert_null(strchr(cases[i].lines, '0'));
    }
    close(&b);
}

/* Elsewhere the true completion decides, and so it does where the prompt is no problem of the task. */
static void without_a_judge_of_its_own(void **state) {
    (void)state;
    static const char *const prompts[] = {"other(9)\n",
                                          "coins([5, 2], 9)\n",
                                          "coins(5, b, 9)\n",
                                          "coins([5, 2], a",
                                          "coins([5, -2], b, 9)\n", /* not a number of the task */
                                          "coins([], b, 9)\n",      /* not a problem of it */
                                          "",
                                          "5 + 2\n"};
    struct bench b;
    open(&b, false);
    for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++) {
        struct verdict v = judge(&b, prompts[i], "answer = [5, 2, 2]", "answer = [2, 5, 2]", true);
        if (v.answer) fail_msg("'%s'", prompts[i]);
    }
    close(&b);
}

static void values_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum kind kind; /* KIND_END: does not read */
        int length;
    } cases[] = {
        {"5", KIND_NUMBER, 0},
        {"-40", KIND_NUMBER, 0},
        {"b", KIND_SYMBOL, 0},
        {"true", KIND_TRUTH, 0},
        {"[]", KIND_LIST, 0},
        {"()", KIND_LIST, 0},
        {"(1, b)", KIND_LIST, 2},
        {"[(1, [2, 3]), a]", KIND_LIST, 2},
        {"[[], [], ()]", KIND_LIST, 3},
        {"((5, +, 2), -, 1)", KIND_END, 0}, /* of no alphabet */
        {"", KIND_END, 0},
        {"-", KIND_END, 0},
        {"- - 1", KIND_END, 0},
        {"[1, 2", KIND_END, 0},
        {"[1, 2)", KIND_END, 0},
        {"[(1, 2]", KIND_END, 0},
        {"[1,]", KIND_END, 0},
        {"[1]]", KIND_END, 0},
        {"[, 1]", KIND_END, 0},
        {"left", KIND_END, 0},
        {"a b", KIND_END, 0},
    };
    struct bench b;
    struct alphabets alphabets;
    static struct value value;
    int place;
    open(&b, false);
    alphabets_open(&alphabets, b.vocabulary);
    assert_int_equal(alphabets_find(&alphabets, letters, &place), ERR_OK);
    assert_int_equal(alphabets_find(&alphabets, value_truth_texts, &place), ERR_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool reads = value_read(encode(&b, &b.written, cases[i].text), &alphabets, false, &value);
        bool good = reads == (cases[i].kind != KIND_END);
        if (good && reads) good = value.atom.kind == cases[i].kind;
        if (good && reads && value_is_list(&value)) good = value.list.length == cases[i].length;
        if (!good) fail_msg("'%s' reads: %d", cases[i].text, reads);
    }
    close(&b);
}

/* Lists in lists down to what a value holds: each bracket inside is an atom, and so is its end. */
static void deep_values_are_read(void **state) {
    (void)state;
    enum { TRIED = LIST_ATOMS + 9 };
    struct bench b;
    struct alphabets alphabets;
    static struct value value;
    static int32_t deep[2 * TRIED + 1];
    open(&b, false);
    alphabets_open(&alphabets, b.vocabulary);
    for (int i = 0; i < 2 * TRIED; i++) {
        int depth = 1 + i / 2, number = i % 2; /* [[]] or [[0]] */
        for (int k = 0; k < depth; k++) {
            deep[k] = TOKEN_OPEN_LIST;
            deep[depth + number + k] = TOKEN_CLOSE_LIST;
        }
        if (number) deep[depth] = TOKEN_DIGIT;
        struct token_span span = {deep, (size_t)(2 * depth + number)};
        assert_true(value_read(span, &alphabets, false, &value) == (2 * (depth - 1) + number <= LIST_ATOMS));
    }
    close(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_right),   cmocka_unit_test(other_formats),
        cmocka_unit_test(each_line),       cmocka_unit_test(without_a_judge_of_its_own),
        cmocka_unit_test(values_are_read), cmocka_unit_test(deep_values_are_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
