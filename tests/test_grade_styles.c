/* 300 completions in ten styles, of real traces with right and wrong answers, graded strictly and leniently
 * by the program: no wrong answer is taken for a right one, and the table of verdicts is the one in
 * docs/grading.md. COTNOISE_STYLES=print prints it (`make styles`). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "tests/support/shell.h"
#include "tests/support/told.h"

enum { PER_STYLE = 30, STYLES = 10, COMPLETIONS = PER_STYLE * STYLES };

/* What stands in a completion: the lines of its trace, and its answer. */
struct content {
    const char *trace, *answer; /* lines with their newlines; the value */
    int number;                 /* of the completion in its style */
};

static void plain(const struct content *c, struct buffer *out) {
    buffer_printf(out, "%sanswer = %s", c->trace, c->answer);
}

/* A text with something in place of each newline. */
static void with_lines(const char *text, const char *newline, struct buffer *out) {
    for (; *text; text++)
        if (*text == '\n')
            buffer_text(out, newline);
        else
            buffer_char(out, *text);
}

static void crlf(const struct content *c, struct buffer *out) {
    with_lines(c->trace, "\r\n", out);
    buffer_printf(out, "answer = %s\r\n", c->answer);
}

static void fenced(const struct content *c, struct buffer *out) {
    buffer_printf(out, "```%s\n%sanswer = %s\n```\n", c->number % 2 ? "text" : "", c->trace, c->answer);
}

static void chatty(const struct content *c, struct buffer *out) {
    buffer_printf(out,
                  "Sure! Let me work it out step by step, with x = 1 to begin with.\n\n%s\nSo, the final "
                  "answer = %s.\n\nI "
                  "hope this helps; if not, 2 + 2 = 4.",
                  c->trace, c->answer);
}

static void spaced(const struct content *c, struct buffer *out) {
    struct buffer text = {0};
    plain(c, &text);
    buffer_text(out, "Here:\n");
    for (const char *p = text.bytes; *p; p++) {
        buffer_char(out, *p);
        if (strchr("0123456789", p[0]) && p[1] && strchr("0123456789", p[1])) buffer_char(out, ' ');
    }
    buffer_free(&text);
}

static void bold(const struct content *c, struct buffer *out) {
    buffer_text(out, "- ");
    with_lines(c->trace, "\n- ", out);
    buffer_printf(out, c->number % 2 ? "**answer = %s**\n" : "**answer** = `%s`.\n", c->answer);
}

static void capital(const struct content *c, struct buffer *out) {
    buffer_printf(out, "%sAnswer = %s", c->trace, c->answer);
}

/* The limit comes in the middle of the answer, or just before it. */
static void cut(const struct content *c, struct buffer *out) {
    buffer_printf(out, "%sanswer = %.*s", c->trace, (int)strlen(c->answer) - 1, c->answer);
}

/* A base model asks itself the next question. */
static void goes_on(const struct content *c, struct buffer *out) {
    buffer_printf(out, "%sanswer = %s\n\n12 + 30\ndigx = 2\nanswer = 42\n\n1 + ", c->trace, c->answer);
}

static void doubtful(const struct content *c, struct buffer *out) {
    static const char *const formats[] = {
        "%sanswer = %s apples", "%sanswer = %s or 43",   "%sanswer = %s.5",        "%sanswer = %s0 / 10",
        "%sanswer = %s?",       "%sAnswer: %s",          "%sanswer = \\boxed{%s}", "%sanswer = %s 17",
        "%snot answer = %s",    "%sanswer = %s is wrong"};
    char format[64]; /* of these no compiler can know */
    snprintf(format, sizeof format, "%s", formats[c->number % 10]);
    char *second = strstr(format + 2, "%s");
    *second = 0;
    buffer_printf(out, "%s%s%s%s", c->trace, format + 2, c->answer, second + 2);
}

static const struct style {
    const char *name;
    void (*write)(const struct content *content, struct buffer *out);
    bool strict, lenient; /* whether a right answer must be taken for one */
} styles[STYLES] = {
    {"as we write it", plain, true, true},
    {"CRLF, and a line end behind the answer", crlf, false, true},
    {"in a code fence", fenced, false, true},
    {"chatty text before and after", chatty, false, true},
    {"chatty, digits with spaces", spaced, false, true},
    {"Markdown list, the answer bold", bold, false, true},
    {"`Answer` with a capital", capital, false, true},
    {"cut off within the answer", cut, false, false},
    {"goes on with another problem", goes_on, false, true},
    {"a right answer with a doubt", doubtful, false, false},
};

/* --- what they are made of ----------------------------------------------------------------------------- */

/* Of 30 completions of a style, 10 each: all right; a right answer by a wrong trace; a wrong answer. */
enum kind { RIGHT, UNSOUND, WRONG };

static enum kind kind_of(int number) { return (enum kind)(number % 3); }

/* Another number of about the same digits: one more, two exchanged, or one changed. */
static void spoil(char *answer, int number) {
    size_t length = strlen(answer), last = length - 1;
    bool negative = answer[0] == '-';
    if (number % 4 == 0) {
        memmove(answer + negative + 1, answer + negative, length + 1 - negative);
        answer[negative] = '7';
    } else if (number % 4 == 1 && length > 1 && answer[last] != answer[last - 1] && answer[0] != '-') {
        char digit = answer[last];
        answer[last] = answer[last - 1];
        answer[last - 1] = digit;
    } else
        answer[last] = answer[last] == '9' ? '8' : (char)(answer[last] + 1);
}

/* Writes a line of the file to be graded, of a problem as gen wrote it. */
static void write_completion(json_t *problem, int style, int number, FILE *file) {
    const char *completion = json_string_value(json_object_get(problem, "completion"));
    char trace[4096], answer[128];
    struct buffer text = {0};
    struct error error;
    const char *last = strstr(completion, "answer = ");
    snprintf(trace, sizeof trace, "%.*s", (int)(last - completion), completion);
    snprintf(answer, sizeof answer, "%s", last + strlen("answer = "));
    char *digit = strpbrk(trace, "0123456789");
    if (kind_of(number) == UNSOUND && !digit) strcpy(trace, "digx = 1\n");
    if (kind_of(number) == UNSOUND && digit) *digit = *digit == '9' ? '8' : (char)(*digit + 1);
    if (kind_of(number) == WRONG) spoil(answer, number / 3);
    styles[style].write(&(struct content){trace, answer, number}, &text);
    json_t *line = json_pack("{s:O,s:O,s:s,s:i,s:i}", "task", json_object_get(problem, "task"), "args",
                             json_object_get(problem, "args"), "completion", text.bytes, "style", style,
                             "kind", (int)kind_of(number));
    if (styles[style].write == cut && number % 2) /* else nothing says that it was */
        assert_int_equal(json_object_set_new(line, "finish_reason", json_string("length")), 0);
    assert_ok(jsonl_write(file, line, 0, &error), &error);
    buffer_free(&text);
}

static void write_completions(const char *scratch) {
    struct jsonl problems;
    struct error error;
    char path[4096];
    snprintf(path, sizeof path, "%s/problems.jsonl", scratch);
    assert_ok(jsonl_open(&problems, path, &error), &error);
    snprintf(path, sizeof path, "%s/styles.jsonl", scratch);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < COMPLETIONS; i++) {
        json_t *problem = NULL;
        assert_ok(jsonl_next(&problems, &problem, &error), &error);
        assert_non_null(problem);
        write_completion(problem, i % STYLES, i / STYLES, file);
        json_decref(problem);
    }
    assert_int_equal(fclose(file), 0);
    jsonl_close(&problems);
}

/* --- verdicts ----------------------------------------------------------------------------------------------
 */

struct counts {
    int right, accepted_wrong, right_trace, malformed; /* of the completions of a style */
};

static void read_verdicts(const char *scratch, const char *name, struct counts counts[STYLES]) {
    struct jsonl graded;
    struct error error;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", scratch, name);
    assert_ok(jsonl_open(&graded, path, &error), &error);
    for (json_t *line = NULL;; json_decref(line)) {
        assert_ok(jsonl_next(&graded, &line, &error), &error);
        if (!line) break;
        struct counts *c = &counts[json_integer_value(json_object_get(line, "style"))];
        bool correct = json_is_true(json_object_get(line, "correct"));
        bool wrong = json_integer_value(json_object_get(line, "kind")) == WRONG;
        c->right += correct && !wrong;
        c->accepted_wrong += correct && wrong;
        c->right_trace += json_is_true(json_object_get(line, "trace_correct"));
        c->malformed += json_is_true(json_object_get(line, "malformed"));
    }
    jsonl_close(&graded);
}

static void print_table(const struct counts strict[STYLES], const struct counts lenient[STYLES],
                        struct buffer *table) {
    buffer_text(table, "| style, 30 completions each | strict: right | right trace | malformed | lenient: "
                       "right | right trace "
                       "| malformed | wrong taken for right |\n|---|---|---|---|---|---|---|---|\n");
    for (int s = 0; s < STYLES; s++)
        buffer_printf(table, "| %s | %d | %d | %d | %d | %d | %d | %d |\n", styles[s].name, strict[s].right,
                      strict[s].right_trace, strict[s].malformed, lenient[s].right, lenient[s].right_trace,
                      lenient[s].malformed, strict[s].accepted_wrong + lenient[s].accepted_wrong);
}

static void ten_styles(void **state) {
    (void)state;
    const char *scratch = getenv("SCRATCH"), *wish = getenv("COTNOISE_STYLES");
    struct counts strict[STYLES] = {0}, lenient[STYLES] = {0};
    struct buffer table = {0};
    struct error error;
    char *document;
    size_t length;
    shell_expect(
        0,
        "printf 'name: styles\\nseeds: [1]\\ntask: [{name: add, min_digits: 2}, {name: mul}, {name: gcd}, "
        "{name: sum}]\\n' >\"$SCRATCH/s.yaml\" && "
        "\"$COTNOISE\" gen \"$SCRATCH/s.yaml\" --split test -n %d -o \"$SCRATCH/problems.jsonl\"",
        COMPLETIONS);
    write_completions(scratch);
    shell_expect(0, "cd \"$SCRATCH\" && \"$COTNOISE\" grade styles.jsonl -o strict.jsonl && "
                    "\"$COTNOISE\" grade --lenient styles.jsonl -o lenient.jsonl");
    read_verdicts(scratch, "strict.jsonl", strict);
    read_verdicts(scratch, "lenient.jsonl", lenient);
    print_table(strict, lenient, &table);
    if (wish) printf("%s", table.bytes);
    for (int s = 0; s < STYLES; s++) {
        assert_int_equal(strict[s].accepted_wrong, 0);
        assert_int_equal(lenient[s].accepted_wrong, 0);
        assert_int_equal(strict[s].right, styles[s].strict ? PER_STYLE / 3 * 2 : 0);
        assert_int_equal(lenient[s].right, styles[s].lenient ? PER_STYLE / 3 * 2 : 0);
        assert_int_equal(lenient[s].right_trace, styles[s].lenient ? PER_STYLE / 3 : 0);
    }
    assert_ok(file_read("docs/grading.md", 1 << 20, &document, &length, &error), &error);
    if (!wish && !strstr(document, table.bytes))
        fail_msg("docs/grading.md has another table; `make styles` prints this:\n%s", table.bytes);
    free(document);
    buffer_free(&table);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(ten_styles)};
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
