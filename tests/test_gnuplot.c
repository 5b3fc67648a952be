/* Figures where gnuplot is missing, fails, hangs or cannot draw all: stand-ins for it, and reports that come
 * all the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "plot/gnuplot.h"
#include "report/report.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

/* Runs with a curve for each of two formats: eight figures. */
static const char *two_formats(const char *name) {
    const char *directory = make_results(name);
    for (int f = 0; f < 2; f++) {
        const char *format = f ? "trace" : "direct";
        make_run(directory, (struct made_run){.format = format, .correct = 99});
        make_run(directory,
                 (struct made_run){.format = format, .noise = "digit", .rate = "0.5", .correct = 50});
    }
    return directory;
}

static void assert_contains(const char *text, const char *part) {
    if (!strstr(text, part)) fail_msg("no \"%s\" in \"%s\"", part, text);
}

/* A program `gnuplot` of our own; the PATH with it first. */
static const char *with_gnuplot(const char *script) {
    static char search[512];
    make_file(getenv("SCRATCH"), "bin/gnuplot", "#!/bin/sh\n[ $1 = --version ] && exit 0\n%s\n", script);
    shell_expect(0, "chmod +x \"$SCRATCH/bin/gnuplot\"");
    snprintf(search, sizeof search, "%s/bin:/usr/bin:/bin", getenv("SCRATCH"));
    return search;
}

/* What is in the way of the figures, in a report that must come all the same. */
static const char *trouble_of(const char *directory, const char *search, bool drawn) {
    static struct error trouble;
    struct report_summary summary;
    struct error error = {""};
    char *old = strdup(getenv("PATH"));
    setenv("PATH", search, 1);
    enum err code = report_write(directory, &(struct report_options){0}, &summary, &error);
    setenv("PATH", old, 1);
    free(old);
    if (code) fail_msg("%s", error.message);
    assert_int_equal(summary.plot != NULL, drawn);
    trouble = summary.trouble;
    report_free(&summary);
    shell_expect(
        0, "cd %s && test -s results.csv && test -s thresholds.csv && grep -q 'plots/</code>' report.html",
        directory);
    return trouble.message;
}

static void tables_and_page_come_without_gnuplot(void **state) {
    (void)state;
    const char *directory = two_formats("without");
    const char *trouble = trouble_of(directory, "/nonexistent", false);
    assert_contains(trouble, "8 of 8 figures could not be drawn: gnuplot is not installed");
    assert_contains(trouble, "gnuplot-nox");
    shell_expect(1, "grep '<figure>' %s/report.html", directory);
    shell_expect(0, "grep '8 of 8 figures could not be drawn' %s/report.html", directory);
    trouble = trouble_of(directory, with_gnuplot("echo 'line 3: cannot do that' >&2\nexit 3"), false);
    assert_contains(trouble, "gnuplot thresholds.gp: exit status 3: line 3: cannot do that");
    assert_contains(trouble_of(directory, with_gnuplot("kill -9 $$"), false), "killed by signal 9");
    /* One that says it drew and did not, and one that stops in the middle. */
    assert_contains(trouble_of(directory, with_gnuplot("exit 0"), false), "8 of 8");
    trouble = trouble_of(directory, with_gnuplot("echo '<svg>' > accuracy.svg\nexit 1"), false);
    assert_contains(trouble, "8 of 8 figures could not be drawn: gnuplot");
    shell_expect(1, "test -e %s/plots/accuracy.svg", directory);
}

/* $gnuplot is the real one. */
#define REAL "gnuplot=$(PATH=/usr/bin:/usr/local/bin:$PATH command -v gnuplot)\n"

static void one_figure_does_not_take_the_others_with_it(void **state) {
    (void)state;
    const char *directory = two_formats("one-fails");
    const char *search = with_gnuplot(REAL "[ \"$2\" = accuracy.gp ] && exit 1\nexec $gnuplot \"$@\"");
    assert_contains(trouble_of(directory, search, false),
                    "1 of 8 figures could not be drawn: gnuplot accuracy.gp: exit status 1");
    shell_expect(0, "test $(grep -c '<figure>' %s/report.html) = 7", directory);
}

static void a_gnuplot_without_cairo_draws_the_page(void **state) {
    (void)state;
    const char *directory = two_formats("no-png");
    const char *search =
        with_gnuplot(REAL "sed -i 's/GPVAL_TERMINALS/\"svg canvas\"/' \"$2\"\nexec $gnuplot \"$@\"");
    assert_contains(trouble_of(directory, search, true),
                    "8 of 8 figures could not be drawn as PNG and PDF: gnuplot has no terminal");
    shell_expect(0, "test $(grep -c '<figure>' %s/report.html) = 8", directory);
}

static void a_figure_that_hangs_is_ended_with_its_children(void **state) {
    (void)state;
    const char *directory = make_results("hangs");
    const char *const scripts[] = {"stuck", "fine", "stuck", "fine"};
    struct error error = {""};
    char *old = strdup(getenv("PATH"));
    setenv("PATH",
           with_gnuplot("trap '' TERM\n[ \"$2\" = fine ] && { echo >>drawn; exit 0; }\n"
                        "sleep 1234.5 & echo $! >>children\nwait\nsleep 99"),
           1);
    double before = clock_seconds();
    assert_int_equal(gnuplot_run(directory, scripts, 4, 3, &error), ERR_RUNTIME);
    assert_true(clock_seconds() - before < 20);
    setenv("PATH", old, 1);
    free(old);
    assert_string_equal(error.message,
                        "stuck: gnuplot: was ended, for it did not come to an end within 3 seconds");
    shell_expect(0, "cd %s && test $(wc -l <drawn) = 2", directory);
    shell_expect(0,
                 "cd %s && test $(wc -l <children) -eq 2 && for child in $(cat children); do"
                 " ! grep -q '^State:.[RSDT]' /proc/$child/status 2>/dev/null || exit 1; done",
                 directory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_and_page_come_without_gnuplot),
        cmocka_unit_test(one_figure_does_not_take_the_others_with_it),
        cmocka_unit_test(a_gnuplot_without_cairo_draws_the_page),
        cmocka_unit_test(a_figure_that_hangs_is_ended_with_its_children),
    };
    return cmocka_run_group_tests_name("gnuplot", tests, shell_setup, shell_teardown);
}
