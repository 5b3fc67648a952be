/* Completions that were written outside: what is read of each, as it stands and leniently, and what is not.
 *
 * A text that is read for another than it says can make a wrong answer right; so most cases are of texts in
 * which there is a doubt, and no answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/mix.h"
#include "tasks/tasks.h"
#include "tests/support/told.h"
#include "trace/outside_text.h"

struct fixture_text {
    struct vocabulary *vocabulary;
    struct alphabets alphabets;
};

static int set_up(void **state) {
    static struct fixture_text fixture;
    int place;
    assert_int_equal(mix_vocabulary_of_all(&fixture.vocabulary, NULL), ERR_OK);
    alphabets_open(&fixture.alphabets, fixture.vocabulary);
    assert_int_equal(alphabets_find(&fixture.alphabets, task_find("run_length")->alphabet, &place), ERR_OK);
    assert_int_equal(alphabets_find(&fixture.alphabets, value_truth_texts, &place), ERR_OK);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state) {
    struct fixture_text *fixture = *state;
    vocabulary_free(fixture->vocabulary);
    return 0;
}

/* What is read, with "!" before what does not count as whole. */
static void check(struct fixture_text *fixture, const char *text, const char *want,
                  struct outside_terms terms, bool cut) {
    struct tokens tokens = {0};
    struct buffer got = {0};
    bool whole;
    terms.alphabets = &fixture->alphabets;
    assert_int_equal(outside_text_read(&terms, text, strlen(text), cut, &tokens, &whole), ERR_OK);
    if (!whole) buffer_char(&got, '!');
    vocabulary_render(fixture->vocabulary, tokens.id, tokens.count, false, &got);
    if (strcmp(got.bytes ? got.bytes : "", want))
        fail_msg("'%s' is read as '%s', not as '%s'", text, got.bytes, want);
    buffer_free(&got);
    tokens_free(&tokens);
}

static void as_it_stands(void **state) {
    static const char *const cases[][2] = {
        {"x = 1\nanswer = 42", "x = 1\nanswer = 42"},
        {"x=1\n answer  =\t4 2", "x = 1\nanswer = 42"},
        {"x = 1\r\nanswer = 42", "x = 1\nanswer = 42"},
        {"x = 1\nanswer = 42\n", "x = 1\nanswer = 42\n"},
        {"Sure!\nanswer = 42", "!<unk> <unk>\nanswer = 42"},
        {"answer = 42 apples", "!answer = 42 <unk>"},
        {"Answer = 42", "!<unk> = 42"},
        {"answer = 42.", "!answer = 42 <unk>"},
        {"", ""},
        {"answer = 12,345", "answer = 12, 345"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(*state, cases[i][0], cases[i][1], (struct outside_terms){0}, false);
    check(*state, "answer = 42", "!answer = 42", (struct outside_terms){0}, true);
}

/* One line, in which there is an answer: text, and its value. */
static const char *const answers[][2] = {
    {"Answer = 42\n", "42"},
    {"ANSWER=42\n", "42"},
    {"  answer\t=  42  \r\n", "42"},
    {"**answer = 42**\n", "42"},
    {"**answer** = **42**\n", "42"},
    {"**answer =** 42\n", "42"},
    {"`answer = 42`\n", "42"},
    {"``answer = 42``.\n", "42"},
    {"**answer = 42**.\n", "42"},
    {"**answer = 42.**\n", "42"},
    {"The answer = 42.\n", "42"},
    {"So, the final answer = 42 .\n", "42"},
    {"Therefore: answer = -5\n", "-5"},
    {"- answer = 5\n", "5"},
    {"* answer = - 5\n", "-5"},
    {"> 3. **answer = 42**\n", "42"},
    {"## Final answer = 42\n", "42"},
    {"answer = 5 8 7 3 1\n", "58731"},
    {"answer = - 5 8.\n", "-58"},
    {"answer = 58,731\n", "58731"},
    {"answer = -1,234,567.\n", "-1234567"},
    {"answer = [88, 8 0, 412]\n", "[88, 80, 412]"},
    {"answer = [(b,2),(d , 1)]\n", "[(b, 2), (d, 1)]"},
    {"answer = []\n", "[]"},
    {"answer = true.\n", "true"},
    {"answer = b\n", "b"},
    {"answer = 007\n", "007"},
    {"answer = 42\n\nanswer = 43\n", "42"},
    {"answer = 42\nNo, wait: it is 43.", "42"},
    {"My answers = 41\nanswer = 42\n", "42"},
    {"my_answer = 41\nanswer = 42\n", "42"},
    {"The answer is 41\nanswer = 42\n", "42"},
    {"answer += 41\nanswer = 42\n", "42"},
    {"answer: 41\nanswer = 42\n", "42"},
};

/* The same where there is none to be read. */
static const char *const doubts[] = {
    "answer = 42 apples\n",
    "answer = 4 2 apples\n",
    "answer = 42 or 43\n",
    "answer = 42, 43\n",
    "answer = 42 43 .\n",
    "answer = 5 87\n",
    "answer = [5 87, 3].\n",
    "answer = 12.5\n",
    "answer = 12.0\n",
    "answer = .5\n",
    "answer = 12 .5\n",
    "answer = 42..\n",
    "answer = 42...\n",
    "answer = 42?\n",
    "answer = 42!\n",
    "answer = 42%\n",
    "answer = $42$\n",
    "answer = \\boxed{42}\n",
    "answer = 4e1\n",
    "answer = 0x2a\n",
    "answer = 4**2\n",
    "answer = **4**2\n",
    "answer = 4** 2\n",
    "answer = 2**\n",
    "**answer = 2**2**\n",
    "`answer = 4`2\n",
    "answer = `4``2`\n",
    "answer = +42\n",
    "answer = --42\n",
    "answer = \u221242\n",
    "answer = \uff14\uff12\n",
    "answer = 42\u00b0\n",
    "answer = 4\u00a02\n",
    "answer = 40 + 2\n",
    "answer = x = 42\n",
    "answer = 42 = x\n",
    "answer == 42\n",
    "answer => 42\n",
    "answer = 42)\n",
    "answer = [42\n",
    "answer =\n42\n",
    "answer = **\n42**\n",
    "answer =",
    "answer = 1,23\n",
    "answer = 1,2345\n",
    "answer = 0,123\n",
    "answer = 1, 234\n",
    "answer = 1234,567\n",
    "answer = ,123\n",
    "answer = 1,234,\n",
    "answer = 1,234.5\n",
    "answer = 58.731\n",
    "answer = 58 731 apples\n",
    "answer = 58'731\n",
    "answer = 58_731\n",
    "answer = 42 is wrong\n",
    "answer = 42, because\n",
    "answer = 42. No: 43.\n",
    "answer = 42 <unk>\n",
    "answer = z\n",
    "answer = True\n",
    "answer = answer = 42\n",
    "It is not so that the answer = 42\n",
    "Not answer = 42\n",
    "x answer = 42\n",
    "(answer = 42)\n",
    "\"answer = 42\"\n",
    "\u201canswer = 42\n",
    "40 + 2 = 42, answer = 42\n",
    "I end with answer = value.\nanswer = 42\n",
    "answer = ?\nanswer = 42\n",
    "**answer = 42\n",
    "`answer = 42\n",
    "answer: 42\n",
    "Answer: 42\n",
    "the answer is 42\n",
    "answer 42\n",
    "answer\n= 42\n",
    "42\n",
    "reanswer = 42\n",
    "answer1 = 42\n",
    "\n\n",
};

static const struct outside_terms lenient = {.lenient = true};

static void answers_that_are_read(void **state) {
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        char want[256];
        snprintf(want, sizeof want, "answer = %s", answers[i][1]);
        check(*state, answers[i][0], want, lenient, false);
    }
}

/* Nor is there one with a right one behind it. */
static void doubts_are_no_answers(void **state) {
    for (size_t i = 0; i < sizeof doubts / sizeof *doubts; i++) {
        check(*state, doubts[i], "!", lenient, false);
        check(*state, doubts[i], "!", (struct outside_terms){.lenient = true, .answer_first = true}, false);
    }
}

/* Traces: what is passed over, and what is kept of them. */
static void lines_that_are_read(void **state) {
    static const char *const cases[][2] = {
        {"Sure!\n\n```text\ndigx = 9\nres = 1\nanswer = 42\n```\n", "digx = 9\nres = 1\nanswer = 42"},
        {"digx = 9\r\n\r\nres = 1\r\nanswer = 42\r\n", "digx = 9\nres = 1\nanswer = 42"},
        {"digx = 9\rres = 1\ranswer = 42\r", "digx = 9\nres = 1\nanswer = 42"},
        {"1. **digx** = `9`\n2) res = 1.\n- y = mod(98, 8) = 2\n\nSo answer = 42", /* each in its own dress */
         "digx = 9\nres = 1\ny = mod(98, 8) = 2\nanswer = 42"},
        {"digx = 9 (the last)\nI think res = 1\nunknown = 3\nres 1\n= 1\nanswer = 42\n", "answer = 42"},
        {"visit node = 2\nfix visit node = 3\nanswer = [2]\n",
         "visit node = 2\nfix visit node = 3\nanswer = [2]"},
        {"digx = 2**\nres = **3\nanswer = 42\n", "answer = 42"},
        {"digx = 9\nanswer = 42\nres = 1\nanswer = 43\n", "digx = 9\nanswer = 42"},
        {"digx = 9\nres = 1\nanswer = 42 apples\n", "!digx = 9\nres = 1"},
        {"digx = 9\nres = 1\n", "!digx = 9\nres = 1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(*state, cases[i][0], cases[i][1], lenient, false);
}

/* What is in our form is read as it stands, whatever the rules for other texts say of it. */
static void our_form_is_read_as_it_stands(void **state) {
    static const char *const cases[] = {
        "digx = 9\nanswer = 42",
        "answer = 41\ndigx = 9\nanswer = 42",
        "digx = 9\nanswer = 41\nanswer = 42",
        "count = 1\nanswer = [1, 2]",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(*state, cases[i], cases[i], lenient, false);
    check(*state, "answer = 58 731", "answer = 58731", lenient, false);
    check(*state, "answer = 58 731\n", "!", lenient, false);
}

static void cut_texts(void **state) {
    check(*state, "Sure!\nanswer = 4", "!answer = 4", lenient, true);
    check(*state, "digx = 1\nanswer = 4", "!digx = 1\nanswer = 4", lenient, true);
    check(*state, "Sure!\nanswer = 42\nAnd so", "answer = 42", lenient, true);
}

static void answers_that_come_first(void **state) {
    struct outside_terms terms = {.lenient = true, .answer_first = true};
    check(*state, "digx = 0\nAnswer = 42\ndigx = 9\nas you see\nres = 1\n\nanswer = 43\nres = 2",
          "answer = 42\ndigx = 9\nres = 1", terms, false);
    check(*state, "answer = 42\ndigx = 9", "answer = 42\ndigx = 9", terms, false);
    check(*state, "digx = 1\nanswer = 42 x\ndigx = 9", "!digx = 9", terms, false);
}

/* Digits in the other direction are no thousands. */
static void reversed_numbers(void **state) {
    struct outside_terms terms = {.lenient = true, .reverse = true};
    check(*state, "Answer = 2 4.", "answer = 24", terms, false);
    check(*state, "Answer = 731,58", "!", terms, false);
    check(*state, "Answer = 58,731", "!", terms, false);
}

/* Bytes of no text at all, and one too long for any stack. */
static void odd_texts(void **state) {
    struct fixture_text *fixture = *state;
    struct outside_terms terms = {.alphabets = &fixture->alphabets, .lenient = true};
    static char large[1 << 20];
    struct tokens tokens = {0};
    bool whole;
    memset(large, '=', sizeof large);
    assert_int_equal(outside_text_read(&terms, large, sizeof large, false, &tokens, &whole), ERR_OK);
    assert_false(whole);
    memset(large, '\n', sizeof large);
    memcpy(large, "\0 answer = 4\xff", 14);
    assert_int_equal(outside_text_read(&terms, large, sizeof large, false, &tokens, &whole), ERR_OK);
    assert_false(whole);
    memset(large, '[', sizeof large);
    memcpy(large, "answer = ", 9);
    assert_int_equal(outside_text_read(&terms, large, sizeof large, false, &tokens, &whole), ERR_OK);
    assert_false(whole);
    tokens_free(&tokens);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_it_stands),
        cmocka_unit_test(answers_that_are_read),
        cmocka_unit_test(doubts_are_no_answers),
        cmocka_unit_test(lines_that_are_read),
        cmocka_unit_test(our_form_is_read_as_it_stands),
        cmocka_unit_test(cut_texts),
        cmocka_unit_test(answers_that_come_first),
        cmocka_unit_test(reversed_numbers),
        cmocka_unit_test(odd_texts),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
