/* Judging a completion: every case is a true text, a written one and what the verdict must be. */
#include <string.h>

#include "tests/texts.h"
#include "trace/judge.h"

static struct vocabulary *vocabulary;

static int make_vocabulary(void **state) {
    (void)state;
    vocabulary = texts_vocabulary();
    return 0;
}

static int free_vocabulary(void **state) {
    (void)state;
    vocabulary_free(vocabulary);
    return 0;
}

/* What the verdict on a text must be, each a letter: E ended, A answer right, T trace right, M malformed. */
struct judged {
    const char *what, *truth, *written;
    const char *verdict;
    int lines, right;
};

#define TRUTH "x = 1\ncarry = 0\nanswer = 12"
#define FIRST "answer = 12\nx = 1\ncarry = 0"

static const struct judged cases[] = {
    {"the true text", TRUTH, TRUTH, "EAT", 3, 3},
    {"the true text, cut off before <eos>", TRUTH, TRUTH, "M", 3, 3},
    {"cut off within the answer", TRUTH, "x = 1\ncarry = 0\nanswer = 1", "M", 3, 2},
    {"ended within the answer", TRUTH, "x = 1\ncarry = 0\nanswer = 1", "E", 3, 2},
    {"more digits than the answer", TRUTH, "x = 1\ncarry = 0\nanswer = 123", "E", 3, 2},
    {"right answer by a wrong trace", TRUTH, "x = 2\ncarry = 0\nanswer = 12", "EA", 3, 2},
    {"right trace, wrong answer", TRUTH, "x = 1\ncarry = 0\nanswer = 13", "E", 3, 2},
    {"a line left out", TRUTH, "carry = 0\nanswer = 12", "EA", 3, 0},
    {"the last line before the answer left out", TRUTH, "x = 1\nanswer = 12", "EA", 3, 1},
    {"the answer alone", TRUTH, "answer = 12", "EA", 3, 0},
    {"the answer left out", TRUTH, "x = 1\ncarry = 0", "EM", 3, 2},
    {"a line too many", TRUTH, "x = 1\ncarry = 0\nx = 1\nanswer = 12", "EA", 3, 2},
    {"a malformed line behind the place of the last", TRUTH, "x = 1\ncarry = 0\nx = 1\nx\nanswer = 12", "EAM",
     3, 2},
    {"lines behind the answer", TRUTH, TRUTH "\nx = 1", "EM", 3, 3},
    {"the answer twice", TRUTH, TRUTH "\nanswer = 12", "EA", 3, 3},
    {"lines in another order", TRUTH, "carry = 0\nx = 1\nanswer = 12", "EA", 3, 1},
    {"nothing, ended", TRUTH, "", "EM", 3, 0},
    {"nothing, cut off", TRUTH, "", "M", 3, 0},
    {"a newline at the end", TRUTH, TRUTH "\n", "EM", 3, 3},
    {"a newline at the beginning", TRUTH, "\n" TRUTH, "EAM", 3, 0},
    {"an empty line", TRUTH, "x = 1\n\nanswer = 12", "EAM", 3, 2},
    {"no value", TRUTH, "x =\ncarry = 0\nanswer = 12", "EAM", 3, 2},
    {"no sign", TRUTH, "x 1 1\ncarry = 0\nanswer = 12", "EAM", 3, 2},
    {"no name", TRUTH, "1 = 1\ncarry = 0\nanswer = 12", "EAM", 3, 2},
    {"a digit for a name", TRUTH, "x = 1\n9 = 1\nanswer = 12", "EAM", 3, 2},
    {"a malformed answer", TRUTH, "x = 1\ncarry = 0\nanswer 12", "EM", 3, 2},
    {"an answer without value", TRUTH, "x = 1\ncarry = 0\nanswer =", "EM", 3, 2},
    {"an answer without anything", TRUTH, "x = 1\ncarry = 0\nanswer", "EM", 3, 2},
    {"a call is an assignment", TRUTH, "x = mod(7, 2) = 1\ncarry = 0\nanswer = 12", "EA", 3, 2},
    {"a mended line", "x = 2\nfix x = 1\nanswer = 1", "x = 2\nfix x = 1\nanswer = 1", "EAT", 3, 3},
    {"fix, without value", TRUTH, "fix x =\ncarry = 0\nanswer = 12", "EAM", 3, 2},
    {"fix, without sign", TRUTH, "fix x 1 1\ncarry = 0\nanswer = 12", "EAM", 3, 2},
    {"three words before a name", TRUTH, "fix fix fix x = 1\ncarry = 0\nanswer = 12", "EAM", 3, 2},
    {"a mended answer is none", TRUTH, "x = 1\ncarry = 0\nfix answer = 12", "EM", 3, 2},
    {"another name at the end", TRUTH, "x = 1\ncarry = 0\nx = 12", "EM", 3, 2},
    {"format direct", "answer = 12", "answer = 12", "EAT", 1, 1},
    {"format direct, wrong", "answer = 12", "answer = 11", "E", 1, 0},
    {"format direct, a trace before it", "answer = 12", TRUTH, "EA", 1, 0},
    {"format direct, a trace behind it", "answer = 12", FIRST, "EM", 1, 1},
    {"answer first", FIRST, FIRST, "EAT", 3, 3},
    {"answer first, cut off", FIRST, FIRST, "M", 3, 3},
    {"answer first, a wrong trace", FIRST, "answer = 12\nx = 1\ncarry = 1", "EA", 3, 2},
    {"answer first, a wrong answer", FIRST, "answer = 13\nx = 1\ncarry = 0", "E", 3, 2},
    {"answer first, given last", FIRST, TRUTH, "EM", 3, 0},
    {"answer first, given last as well", FIRST, "answer = 13\nx = 1\nanswer = 12", "E", 3, 1},
    {"answer first, alone", FIRST, "answer = 12", "EA", 3, 1},
    {"answer last, given first", TRUTH, FIRST, "EM", 3, 0},
    {"an algorithm's own answer line before the last", "answer = 1\nx = 1\nanswer = 2",
     "answer = 1\nx = 1\nanswer = 2", "EAT", 3, 3},
    {"the same, wrong at the end", "answer = 1\nx = 1\nanswer = 2", "answer = 1\nx = 1\nanswer = 3", "E", 3,
     2},
};

static void test_verdicts(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct judged *c = &cases[i];
        bool ended = strchr(c->verdict, 'E') != NULL;
        struct tokens truth = texts_tokens(vocabulary, c->truth),
                      written = texts_tokens(vocabulary, c->written);
        struct verdict v;
        judge_completion(texts_span(&truth), texts_span(&written), ended, &v);
        char letters[5] = "";
        if (v.ended) strcat(letters, "E");
        if (v.answer) strcat(letters, "A");
        if (v.trace) strcat(letters, "T");
        if (v.malformed) strcat(letters, "M");
        if (strcmp(letters, c->verdict) || v.lines != c->lines || v.lines_right != c->right)
            fail_msg("%s: %s with %d of %d lines (expected %s with %d of %d)", c->what, letters,
                     v.lines_right, v.lines, c->verdict, c->right, c->lines);
        tokens_free(&truth);
        tokens_free(&written);
    }
}

static void assert_text(struct token_span span, const char *text) {
    struct buffer found = {0};
    vocabulary_render(vocabulary, span.id, span.count, false, &found);
    assert_string_equal(found.bytes ? found.bytes : "", text);
    buffer_free(&found);
}

static void test_answer_lines(void **state) {
    (void)state;
    struct tokens last = texts_tokens(vocabulary, TRUTH), first = texts_tokens(vocabulary, FIRST),
                  direct = texts_tokens(vocabulary, "answer = 12");
    struct token_span nothing = {NULL, 0};
    assert_false(judge_answers_first(texts_span(&last)));
    assert_true(judge_answers_first(texts_span(&first)));
    assert_false(judge_answers_first(texts_span(&direct)));
    assert_false(judge_answers_first(nothing));
    assert_text(judge_answer(texts_span(&last), false), "answer = 12");
    assert_text(judge_answer(texts_span(&last), true), "x = 1");
    assert_text(judge_answer(texts_span(&first), true), "answer = 12");
    assert_text(judge_answer(texts_span(&first), false), "carry = 0");
    assert_text(judge_answer(texts_span(&direct), true), "answer = 12");
    assert_int_equal(judge_answer(nothing, false).count + judge_answer(nothing, true).count, 0);
    assert_true(judge_same(texts_span(&last), texts_span(&last)) && judge_same(nothing, nothing));
    assert_false(judge_same(texts_span(&last), texts_span(&first)) ||
                 judge_same(nothing, texts_span(&direct)));
    tokens_free(&last);
    tokens_free(&first);
    tokens_free(&direct);
}

/* Place by place, what is there: R right, W wrong, - missing, + too much. */
static void check_lines(const char *true_text, const char *text, const char *expected) {
    struct tokens truth = texts_tokens(vocabulary, true_text), written = texts_tokens(vocabulary, text);
    struct judge_lines lines = judge_lines(texts_span(&truth), texts_span(&written));
    char found[16] = "";
    for (struct judge_line line; judge_lines_next(&lines, &line);) {
        assert_true(line.right <= (line.expected && line.found));
        assert_true((line.expected || !line.truth.count) && (line.found || !line.written.count));
        strcat(found, line.right ? "R" : !line.found ? "-" : !line.expected ? "+" : "W");
    }
    assert_string_equal(found, expected);
    tokens_free(&truth);
    tokens_free(&written);
}

static void test_line_by_line(void **state) {
    (void)state;
    check_lines(TRUTH, TRUTH, "RRR");
    check_lines(TRUTH, "x = 1\ncarry = 1\nanswer = 12", "RWR");
    check_lines(TRUTH, "carry = 0\nanswer = 12", "WW-");
    check_lines(TRUTH, TRUTH "\nx = 1\nx = 1", "RRR++");
    check_lines(TRUTH, TRUTH "\n", "RRR+");
    check_lines(TRUTH, "", "W--");
    check_lines("x = 1\n", "x = 1", "R-");
    check_lines("", "", "R");
    check_lines("", "x = 1", "W");

    struct tokens truth = texts_tokens(vocabulary, TRUTH),
                  written = texts_tokens(vocabulary, "x = 1\ncarry = 1");
    struct judge_lines lines = judge_lines(texts_span(&truth), texts_span(&written));
    struct judge_line line;
    assert_true(judge_lines_next(&lines, &line) && judge_lines_next(&lines, &line));
    assert_text(line.truth, "carry = 0");
    assert_text(line.written, "carry = 1");
    assert_true(line.written.id == written.id + 4); /* a view of the text, for whoever rewards its tokens */
    tokens_free(&truth);
    tokens_free(&written);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_answer_lines),
        cmocka_unit_test(test_line_by_line),
    };
    return cmocka_run_group_tests(tests, make_vocabulary, free_vocabulary);
}
