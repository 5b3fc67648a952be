/* A help text read line by line: each kind of line, and where what an option is called ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/help.h"

static const char text[] = "usage: cotnoise judge FILE\n"
                           "       cotnoise judge --table FILE\n"
                           "\n"
                           "Judges, such as:\n"
                           "        cotnoise judge -\n"
                           "  cotnoise judge a.jsonl\n"
                           "\n"
                           "  -j, --workers N  at the same time,\n"
                           "                   or not\n"
                           "      --visibility OP=MODE how it is\n"
                           "      --all\n"
                           "And rows:\n"
                           "  data.samples             how many\n"
                           "  a.name.that.is.very.long_indeed what";

static void lines_are_told_apart(void **state) {
    (void)state;
    static const struct {
        enum help_kind kind;
        const char *head, *text;
    } wanted[] = {{HELP_USAGE, "cotnoise judge FILE", ""},
                  {HELP_USAGE, "cotnoise judge --table FILE", ""},
                  {HELP_NOTHING, "", ""},
                  {HELP_TEXT, "", "Judges, such as:"},
                  {HELP_EXAMPLE, "", "cotnoise judge -"},
                  {HELP_EXAMPLE, "", "cotnoise judge a.jsonl"},
                  {HELP_NOTHING, "", ""},
                  {HELP_ENTRY, "-j, --workers N", "at the same time,"},
                  {HELP_MORE, "", "or not"},
                  {HELP_ENTRY, "--visibility OP=MODE", "how it is"},
                  {HELP_ENTRY, "--all", ""},
                  {HELP_TEXT, "", "And rows:"},
                  {HELP_ENTRY, "data.samples", "how many"},
                  {HELP_ENTRY, "a.name.that.is.very.long_indeed", "what"}};
    const char *rest = text;
    struct help_line line = {0};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_true(help_next(&rest, &line));
        assert_int_equal(line.kind, wanted[i].kind);
        assert_int_equal(line.head_length, strlen(wanted[i].head));
        assert_int_equal(line.text_length, strlen(wanted[i].text));
        if (line.head_length) assert_memory_equal(line.head, wanted[i].head, line.head_length);
        if (line.text_length) assert_memory_equal(line.text, wanted[i].text, line.text_length);
    }
    assert_false(help_next(&rest, &line));
}

static enum err refuse(int argc, char **argv, struct error *error) {
    (void)argc, (void)argv;
    return err_set(error, ERR_RUNTIME, "no help today");
}

static enum err speak(int argc, char **argv, struct error *error) {
    (void)error;
    assert_int_equal(argc, 2);
    assert_string_equal(argv[1], "--help");
    for (int i = 0; i < 1000; i++) printf("%s: line %d\n", argv[0], i); /* more than is read at once */
    return ERR_OK;
}

static void what_a_command_prints_is_kept(void **state) {
    (void)state;
    struct buffer kept = {0};
    struct error error;
    assert_int_equal(help_of(&(struct subcommand){.name = "speak", .run = speak}, &kept, &error), ERR_OK);
    assert_int_equal(strncmp(kept.bytes, "speak: line 0\n", 14), 0);
    assert_string_equal(kept.bytes + kept.length - 16, "speak: line 999\n");
    assert_int_equal(strlen(kept.bytes), kept.length);
    buffer_free(&kept);
    assert_int_equal(help_of(&(struct subcommand){.name = "refuse", .run = refuse}, &kept, &error),
                     ERR_RUNTIME);
    assert_string_equal(error.message, "no help today");
    buffer_free(&kept);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines_are_told_apart),
                                       cmocka_unit_test(what_a_command_prints_is_kept)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
