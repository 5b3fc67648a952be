/* Words split and quoted as a shell does, and other programs run without one. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/command.h"
#include "base/words.h"

/* Words are joined with | to be compared. */
static const struct {
    const char *text, *words;
} cases[] = {
    {"", ""},
    {"  \t\n ", ""},
    {"--time=10", "--time=10"},
    {" a  b\tc\nd ", "a|b|c|d"},
    {"'a b' \"c d\"", "a b|c d"},
    {"--comment='two words'x", "--comment=two wordsx"},
    {"a\\ b \\'c", "a b|'c"},
    {"\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d"},
    {"'a\\b'", "a\\b"},
    {"\"a\\nb\"", "a\\nb"},
    {"'' \"\"", "|"},
    {"$HOME `id` $(id) a;b >c *", "$HOME|`id`|$(id)|a;b|>c|*"},
    {"end\\", "end\\"},
};

static void words_are_split_as_a_shell_would(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct words words;
        struct buffer joined = {0};
        buffer_text(&joined, "");
        assert_int_equal(words_split(cases[i].text, &words, NULL), ERR_OK);
        for (int w = 0; w < words.count; w++) buffer_printf(&joined, "%s%s", w ? "|" : "", words.word[w]);
        assert_string_equal(joined.bytes, cases[i].words);
        buffer_free(&joined);
        words_free(&words);
    }
}

static void a_quote_must_end(void **state) {
    (void)state;
    static const char *const open[] = {"'a", "a \"b", "\"a\\\"", "'a' 'b"};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        struct words words = {0};
        struct error error;
        assert_int_equal(words_split(open[i], &words, &error), ERR_INPUT);
        assert_null(words.word);
    }
}

/* What is quoted here comes back from a real shell, and from our own splitting. */
static void quoted_words_come_back(void **state) {
    (void)state;
    static const char *const words[] = {
        "plain", "",   "two words", "it's",        "$(id)", "`id`", "a\nb",  "\\",
        "\"",    "*",  "~",         "a;b|c&d>e<f", "-n",    "#x",   "\t",    "key=[1, 2]",
        "'",     "''", "\303\244",  "!event",      "{a,b}", "%d",   "$HOME", "a'b'c"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct buffer script = {0};
        struct words back;
        buffer_text(&script, "printf %s ");
        words_quote(words[i], &script);
        assert_int_equal(words_split(script.bytes, &back, NULL), ERR_OK);
        assert_int_equal(back.count, 3);
        assert_string_equal(back.word[2], words[i]);
        words_free(&back);
        const char *const argv[] = {"sh", "-c", script.bytes, NULL};
        struct command_result result;
        assert_int_equal(command_run(argv, &result, NULL), ERR_OK);
        assert_string_equal(result.text, words[i]);
        command_free(&result);
        buffer_free(&script);
    }
}

static void a_command_gives_output_complaint_and_status(void **state) {
    (void)state;
    const char *const argv[] = {"sh", "-c", "cat; seq 100000; echo one >&2; echo two >&2; exit 3", NULL};
    struct command_result result;
    assert_int_equal(command_run(argv, &result, NULL), ERR_OK);
    assert_int_equal(result.status, 3);
    assert_int_equal(strlen(result.text), 588895); /* seq 100000 | wc -c */
    assert_string_equal(result.complaint, "one two");
    command_free(&result);
    const char *const killed[] = {"sh", "-c", "kill -KILL $$", NULL};
    assert_int_equal(command_run(killed, &result, NULL), ERR_OK);
    assert_int_equal(result.status, 128 + 9);
    command_free(&result);
}

static void a_missing_program_is_told(void **state) {
    (void)state;
    const char *const argv[] = {"no-such-program-here", NULL};
    struct command_result result;
    struct error error;
    assert_int_equal(command_run(argv, &result, &error), ERR_RUNTIME);
    assert_string_equal(error.message, "no-such-program-here: cannot be run: no such program in PATH");
}

/* One that never ends, and one that leaves behind a child with its pipes and ends itself. */
static void time_runs_out(void **state) {
    (void)state;
    static const char *const scripts[] = {"echo begun; sleep 1234", "sleep 1234 &",
                                          "exec >&- 2>&-; sleep 1234", "yes",
                                          "trap '' TERM; sleep 1234 & wait; sleep 1234"};
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        const char *const argv[] = {"sh", "-c", scripts[i], NULL};
        struct command command;
        struct command_result result;
        struct error error = {""};
        double before = clock_seconds();
        assert_int_equal(command_start(NULL, argv, 0.2, &command, &error), ERR_OK);
        assert_int_equal(command_finish(&command, &result, &error), ERR_RUNTIME);
        assert_string_equal(error.message, "sh: was ended, for it did not come to an end within 0.2 seconds");
        double took = clock_seconds() - before;
        assert_true(command.late && took >= 0.2 && took < 8);
    }
}

/* What ended in its time may be asked for after it. */
static void an_end_in_time_may_be_heard_late(void **state) {
    (void)state;
    const char *const argv[] = {"sh", "-c", "echo done; echo well >&2", NULL};
    struct command command;
    struct command_result result;
    assert_int_equal(command_start(NULL, argv, 2, &command, NULL), ERR_OK);
    sleep(3);
    assert_int_equal(command_finish(&command, &result, NULL), ERR_OK);
    assert_string_equal(result.text, "done\n");
    assert_string_equal(result.complaint, "well");
    command_free(&result);
}

static void a_command_runs_where_it_is_told(void **state) {
    (void)state;
    const char *const argv[] = {"pwd", NULL};
    struct command command;
    struct command_result result;
    struct error error;
    assert_int_equal(command_start("/", argv, 60, &command, &error), ERR_OK);
    assert_int_equal(command_finish(&command, &result, &error), ERR_OK);
    assert_string_equal(result.text, "/\n");
    command_free(&result);
    assert_int_equal(command_start("/no/such/place", argv, 60, &command, &error), ERR_OK);
    assert_int_equal(command_finish(&command, &result, &error), ERR_RUNTIME);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_split_as_a_shell_would),
        cmocka_unit_test(a_quote_must_end),
        cmocka_unit_test(quoted_words_come_back),
        cmocka_unit_test(a_command_gives_output_complaint_and_status),
        cmocka_unit_test(a_missing_program_is_told),
        cmocka_unit_test(time_runs_out),
        cmocka_unit_test(an_end_in_time_may_be_heard_late),
        cmocka_unit_test(a_command_runs_where_it_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
