/* What a packager does to the Makefile: flags of their own, another compiler, places with blanks, a copy
 * without git, silence. Nothing is compiled: `make -n` says what would be done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/shell.h"

/* Without what an outer make has put into the environment. */
#define CLEAN "env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u VARIANT -u BUILD -u CC -u CFLAGS "
#define MAKE  CLEAN "make --no-print-directory "
#define WORDS " --no-print-directory -n V=1 BUILD=$SCRATCH/elsewhere build "
#define FLAGS "CPPFLAGS=-DMINE CFLAGS=-ggdb LDFLAGS=-Wl,-z,now LDLIBS=-lmine"

static void flags_of_the_user_are_added(void **state) {
    (void)state;
    static const char *const ways[] = {CLEAN "make" WORDS FLAGS, CLEAN FLAGS " make" WORDS};
    for (int i = 0; i < 2; i++)
        shell_expect(0,
                     "set -e; %s >$SCRATCH/said; cd $SCRATCH; "
                     "grep -q ' -I. -Isrc -DCOTNOISE_VERSION=.*-DMINE .* -ggdb .* -c src/cli/main.c ' said; "
                     "grep -q -- '-DCOTNOISE_COMMIT=.* -DMINE .*machine.c' said; "
                     "! grep -e ' -c ' said | grep -v -e '-Isrc.*-DMINE .*-Wall.*-ggdb'; "
                     "grep -q -- '-Wl,-z,now .* -ljansson .* -lm -lmine -o ' said",
                     ways[i]);
}

static void compilers_have_words(void **state) {
    (void)state;
    shell_expect(0, CLEAN "make" WORDS "CC='env gcc' | grep -q '^env gcc -I. -Isrc'");
    shell_expect(0, CLEAN "make" WORDS
                          "CC=gcc VARIANT=debug VARIANT=valgrind | grep -q ' -O1 -g .* -c src/cli/main.c'");
    const char *said = shell_expect(2, MAKE "-n build VARIANT=fast 2>&1");
    assert_non_null(strstr(said, "VARIANT=fast: allowed are release"));
}

static void places_have_blanks(void **state) {
    (void)state;
    shell_expect(
        0, MAKE
        "-n install BUILD=$SCRATCH/elsewhere DESTDIR='/a b' PREFIX='/c d' >$SCRATCH/said && "
        "grep -qx 'install -d \"/a b/c d/bin\" \"/a b/c d/share/cotnoise/experiments\"' $SCRATCH/said && "
        "grep -q '/elsewhere/cotnoise \"/a b/c d/bin/cotnoise\"$' $SCRATCH/said");
    /* A copy that git does not know, in a folder with a blank; quotes in flags are kept, and what they are
     * written to is not written again. */
    shell_expect(0,
                 "set -e; mkdir \"$SCRATCH/a copy\"; cp -R Makefile src tasks noise \"$SCRATCH/a copy\"; "
                 "cd \"$SCRATCH/a copy\"; for i in 1 2; do GIT_CEILING_DIRECTORIES=$SCRATCH " MAKE
                 "-s build/release/flags build/release/commit CPPFLAGS=\"-DX='a b'\" >said; ! test -s said; "
                 "cp -p build/release/flags flags.$i; done; grep -q -- \"-DX='a b'\" flags.1; ! test flags.2 "
                 "-nt flags.1; "
                 "grep -qx unknown build/release/commit");
}

/* Where nothing is to be said, nothing is. */
static void silence_is_kept(void **state) {
    (void)state;
    shell_expect(0,
                 "cd \"$SCRATCH/a copy\"; " MAKE "-s build/release/src/base/pcg.o >said; ! test -s said && "
                 "rm build/release/src/base/pcg.o && " MAKE "build/release/src/base/pcg.o | "
                 "grep -qx '  CC    release/src/base/pcg.o'");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_of_the_user_are_added), cmocka_unit_test(compilers_have_words),
        cmocka_unit_test(places_have_blanks), cmocka_unit_test(silence_is_kept)};
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
