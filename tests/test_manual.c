/* Man pages say what --help says: every word of it, in its order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/shell.h"

/* The commands, as the program lists them. */
#define EACH_COMMAND "for c in $($COTNOISE --help | sed -n 's/^  \\([a-z]*\\)  *.*/\\1/p'); do "

/* A page without requests and escapes, a word a line. */
#define WORDS                                                                                              \
    "sed -e '/^\\.[A-Za-z]/d' -e 's/^\\\\&//; s/\\\\f[BR]//g; s/\\\\-/-/g; s/\\\\(ga/`/g; s/\\\\(ha/^/g; " \
    "s/\\\\(ti/~/g; s/\\\\(dq/\"/g' -e \"s/\\\\\\\\(aq/'/g\" -e 's/\\\\e/\\\\/g' | tr -s ' \\n' '\\n\\n'"

static void every_word_of_help_is_there(void **state) {
    (void)state;
    shell_expect(0, EACH_COMMAND
                 "$COTNOISE $c --help | sed 's/^usage: //' | tr -s ' \\n' '\\n\\n' >$SCRATCH/want; "
                 "$COTNOISE help --man $c | sed -n '/^\\.SH SYNOPSIS/,/^\\.SH EXIT STATUS/p' | " WORDS
                 " >$SCRATCH/got; test $(wc -l <$SCRATCH/want) -gt 20 || exit 1; "
                 "diff $SCRATCH/want $SCRATCH/got || { echo $c; exit 1; }; done");
    /* Of the whole program, the usage goes before the line that it opens with. */
    shell_expect(0, "$COTNOISE help | sed 's/^usage: //' | tr -s ' \\n' '\\n\\n' | sort >$SCRATCH/want; "
                    "$COTNOISE help --man | sed -n '/^\\.SH SYNOPSIS/,/^\\.SH ENVIRONMENT/p' | " WORDS
                    " | sort | diff $SCRATCH/want -");
}

static void pages_have_their_parts(void **state) {
    (void)state;
    shell_expect(0, "$COTNOISE help --man sweep >$SCRATCH/page; cd $SCRATCH; "
                    "head -n 1 page | grep -q '^\\.TH COTNOISE\\\\-SWEEP 1 \"\" \"cotnoise [0-9.]*\" "
                    "\"cotnoise manual\"$' && "
                    "grep -A 1 -x '\\.SH NAME' page | grep -q '^cotnoise\\\\-sweep \\\\- run every cell' && "
                    "grep -q '^\\\\fBcotnoise sweep\\\\fR SPEC .key=value' page && "
                    "grep -A 2 -x '\\.SH OPTIONS' page | grep -q '^\\\\fB\\\\-j,\\\\fR "
                    "\\\\fB\\\\-\\\\-workers\\\\fR N$' && "
                    "grep -A 1 -x '\\.SH DESCRIPTION' page | grep -q '^Trains and evaluates' && "
                    "sed -n '/SEE ALSO/,$p' page >others && grep -q 'cotnoise\\\\-report' others && "
                    "! grep sweep others && ! grep -x '\\.nf' page");
    /* The second line of what an option of a spec is for is a line of its own: what it may be. */
    shell_expect(0, "$COTNOISE help --man train | grep -A 4 -x '.fBdata.samples.fR' | grep -A 1 -x .br | "
                    "grep -q '^an integer from'");
    shell_expect(0, EACH_COMMAND "$COTNOISE help --man | grep -q \"^.fB$c.fR$\" || exit 1; done");
    /* The same twice, and it looks at nothing: no terminal, no folder. */
    shell_expect(0, "$COTNOISE help --man sweep | cmp - $SCRATCH/page && cd / && "
                    "COLUMNS=40 $COTNOISE help --man sweep | cmp - $SCRATCH/page");
}

static void wrong_input(void **state) {
    (void)state;
    const char *said = shell_expect(2, "$COTNOISE help --man swep 2>&1");
    assert_non_null(strstr(said, "unknown command 'swep' (did you mean sweep?)"));
    said = shell_expect(2, "$COTNOISE help --man sweep report 2>&1");
    assert_non_null(strstr(said, "report: is one argument too many"));
    said = shell_expect(1, "$COTNOISE help --man sweep 2>&1 >/dev/full");
    assert_non_null(strstr(said, "cannot write standard output"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_word_of_help_is_there),
                                       cmocka_unit_test(pages_have_their_parts),
                                       cmocka_unit_test(wrong_input)};
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
