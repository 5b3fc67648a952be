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
    shell_expect(0, MAKE
                 "-n install BUILD=$SCRATCH/elsewhere DESTDIR='/a b' PREFIX='/c d' >$SCRATCH/said && "
                 "grep -q 'install -D -m $mode \"$what\" \"/a b/c d/${file##.:}\"; done' $SCRATCH/said && "
                 "grep -q ' [^ ]*/elsewhere/cotnoise:bin/cotnoise ' $SCRATCH/said");
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

/* The program is there and is not made again: make is told that it is old. */
#define INSTALL \
    MAKE "BUILD=$(dirname $COTNOISE) -o $(dirname $COTNOISE)/cotnoise DESTDIR=\"$SCRATCH/a b\" PREFIX=/x "

static void uninstall_leaves_nothing(void **state) {
    (void)state;
    const char *said = shell_expect(0, INSTALL "install");
    assert_non_null(strstr(said, " files in "));
    shell_expect(0, "cd \"$SCRATCH/a b/x\" && test -x bin/cotnoise && ! test -x share/man/man1/cotnoise.1 && "
                    "grep -q '^\\.TH COTNOISE.-SWEEP 1 ' share/man/man1/cotnoise-sweep.1 && "
                    "grep -q '^complete -F' share/bash-completion/completions/cotnoise && "
                    "head -n 1 share/zsh/site-functions/_cotnoise | grep -qx '#compdef cotnoise' && "
                    "test $(ls share/man/man1 | wc -l) = $(($($COTNOISE help | grep -c '^  [a-z]') + 1))");
    shell_expect(
        0, "for f in experiments/*.yaml; do cmp $f \"$SCRATCH/a b/x/share/cotnoise/$f\" || exit 1; done");
    /* What is not ours stays. */
    shell_expect(0, "cd \"$SCRATCH/a b/x/share\"; touch man/man1/other.1 cotnoise/experiments/mine.yaml");
    shell_expect(0, INSTALL "uninstall");
    assert_string_equal(shell_expect(0, "cd \"$SCRATCH/a b\"; find . -type f | sort"),
                        "./x/share/cotnoise/experiments/mine.yaml\n./x/share/man/man1/other.1\n");
    shell_expect(0, "rm \"$SCRATCH/a b/x/share/cotnoise/experiments/mine.yaml\"; " INSTALL
                    "uninstall && test ! -e \"$SCRATCH/a b/x/share/cotnoise\"");
}

/* What pkg-config finds in a prefix goes to the compiler and the linker, before the user's own flags; what it
 * does not find, and what the system has anyway, leaves the flags as they were. */
static void libraries_of_a_prefix(void **state) {
    (void)state;
    shell_expect(
        0, "cd $SCRATCH; mkdir pc; "
           "printf 'Name: j\\nDescription: j\\nVersion: 2\\nCflags: -I/p/include\\nLibs: -L/p/lib -lj\\n' "
           ">pc/jansson.pc; sed s,/p/,/usr/lib/q/, pc/jansson.pc >pc/openblas.pc");
    shell_expect(0, "PKG_CONFIG_LIBDIR=$SCRATCH/pc " CLEAN "make" WORDS FLAGS " >$SCRATCH/said; cd $SCRATCH; "
                    "grep -q -- '-I/p/include -DMINE .* -c src/cli/main.c ' said && "
                    "grep -q -- ' -L/p/lib -Wl,-rpath,/p/lib -Wl,-z,now .* -ljansson .* -o ' said && "
                    "! grep -e '-L/usr/lib/q' -e '-I/usr/lib/q' said");
    shell_expect(0, "PKG_CONFIG=false " CLEAN "make" WORDS
                    "| grep ' -ljansson .* -o ' | grep -v -e -rpath -e ' -L'");
}

/* Where all that packages hold is there without them, nobody is asked for anything; else it is said what is
 * missing. */
static void dependencies_are_found_or_named(void **state) {
    (void)state;
    shell_expect(0, "mkdir $SCRATCH/bare $SCRATCH/include; cd $SCRATCH/bare; "
                    "for tool in sh env cut tr sed grep cc as ld id; do ln -s $(command -v $tool) .; done; "
                    "touch $SCRATCH/include/jansson.h");
    const char *install =
        "PATH=$SCRATCH/bare CC='cc -nostdinc' CPPFLAGS=-I$SCRATCH/include tests/install_packages.sh ";
    assert_string_equal(shell_expect(0, "%s libjansson-dev 2>&1", install), "");
    const char *said = shell_expect(1, "%s libjansson-dev libyaml-dev libpcg-cpp-dev nobodys 2>&1", install);
    assert_non_null(strstr(
        said, "not a Debian system. Missing, as Debian calls it: libyaml-dev libpcg-cpp-dev nobodys\n"));
    assert_non_null(strstr(said, "apt-get install libyaml-dev libpcg-cpp-dev nobodys\n"));
    assert_non_null(strstr(said, "conda install -c conda-forge yaml pkg-config;"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(flags_of_the_user_are_added),
                                       cmocka_unit_test(compilers_have_words),
                                       cmocka_unit_test(places_have_blanks),
                                       cmocka_unit_test(silence_is_kept),
                                       cmocka_unit_test(uninstall_leaves_nothing),
                                       cmocka_unit_test(libraries_of_a_prefix),
                                       cmocka_unit_test(dependencies_are_found_or_named)};
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
