/* cotnoise grade --table: a grid of graded files becomes results.csv, thresholds and a report; what is wrong
 * with one is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/runs.h"
#include "tests/support/shell.h"

#define ADD "\"task\":\"add\",\"args\":[\"5\",\"7\"]"

static void refuse(const char *lines, const char *options, const char *says) {
    make_file(getenv("SCRATCH"), "lines.jsonl", "%s", lines);
    const char *output = shell_expect(2, "cd \"$SCRATCH\" && \"$COTNOISE\" grade lines.jsonl %s", options);
    if (!strstr(output, says)) fail_msg("'%s' is said of '%s', not '%s'", output, lines, says);
}

/* Files whose accuracy falls with the noise: of 100 problems, by seed. */
static void make_grid(void) {
    static const int right[][3] = {{98, 97, 99}, {97, 98, 96}, {60, 50, 55}, {1, 0, 2}};
    static const char *const rates[] = {"0", "0.1", "0.5", "0.9"};
    shell_expect(0, "rm -rf \"$SCRATCH/grid\" \"$SCRATCH/cells.jsonl\"");
    for (int r = 0; r < 4; r++)
        for (int seed = 1; seed <= 3; seed++)
            shell_expect(0,
                         "cd \"$SCRATCH\" && awk 'BEGIN { for (i = 0; i < 100; i++) printf "
                         "\"{\\\"task\\\":\\\"add\\\","
                         "\\\"args\\\":[%%d,7],\\\"completion\\\":\\\"Well, answer = %%d\\\"}\\n\", i, i < "
                         "%d ? i + 7 : 5 }' "
                         "| sed 's/Well, /So, /' >'cell %s-%d.jsonl' && echo '{\"file\":\"cell "
                         "%s-%d.jsonl\",\"noise.digit\":%s,"
                         "\"seed\":%d,\"model\":\"pythia-410m, "
                         "tuned\",\"data\":{\"samples\":20000},\"task.max_digits\":2}' "
                         ">>cells.jsonl",
                         right[r][seed - 1], rates[r], seed, rates[r], seed, rates[r], seed);
}

static void grids(void **state) {
    (void)state;
    make_grid();
    const char *output =
        shell_expect(0, "cd \"$SCRATCH\" && \"$COTNOISE\" grade --table cells.jsonl --lenient -o grid");
    assert_non_null(strstr(output, "Report: grid/report.html"));
    char *results = strdup(shell_expect(0, "cat \"$SCRATCH/grid/results.csv\""));
    assert_int_equal(strncmp(results, "run,task,format,model,parameters,seed,", 38), 0);
    assert_non_null(
        strstr(results, "\ncell 0.5-2.jsonl,add,trace,\"pythia-410m, tuned\",,2,20000,4,digit,0.5,1,0.5,"));
    assert_non_null(strstr(results, ",100,50,,,,,,,none,,0.5\n"));
    shell_expect(
        0, "grep -q '^add,trace,\"pythia-410m, tuned\",20000,.*,found,' \"$SCRATCH/grid/thresholds.csv\"");
    /* The report can be made again from the table alone, and so can the table. */
    shell_expect(
        0,
        "cd \"$SCRATCH\" && cp grid/thresholds.csv before.csv && \"$COTNOISE\" report grid && cmp before.csv "
        "grid/thresholds.csv");
    shell_expect(0, "cd \"$SCRATCH\" && \"$COTNOISE\" grade --table cells.jsonl --lenient -o grid");
    assert_string_equal(shell_expect(0, "cat \"$SCRATCH/grid/results.csv\""), results);
    assert_null(strstr(shell_expect(0, "cat \"$SCRATCH/grid/report.html\""), "of training and evaluation"));
    free(results);
}

static void wrong_tables(void **state) {
    (void)state;
    static const char file[] = "{" ADD ",\"completion\":\"answer = 12\"}\n";
    static const struct {
        const char *lines, *says;
    } cases[] = {
        {"", "lines.jsonl: lists no file"},
        {"{\"noise.digit\":0.1}", "lines.jsonl:1: \"file\" must be there and name a file"},
        {"{\"file\":7}", "lines.jsonl:1: \"file\" must be there"},
        {"{\"file\":\"one\\ntwo\"}", "lines.jsonl:1: \"file\" has a control character"},
        {"{\"file\":\"absent.jsonl\"}", "lines.jsonl:1: absent.jsonl: cannot open"},
        {"\n{\"file\":\"lines.jsonl\"}", "lines.jsonl:2: lines.jsonl:2: is no completion"},
        {"{\"file\":\"one.jsonl\"}\n{\"file\":\"one.jsonl\"}",
         "lines.jsonl:2: \"file\" was there before: one.jsonl"},
        {"{\"file\":\"one.jsonl\",\"noise.digits\":0.1}", "digits"},
        {"{\"file\":\"one.jsonl\",\"noise.digit\":1.5}", "noise"},
        {"{\"file\":\"one.jsonl\",\"seed\":\"x\"}", "seeds"},
        {"{\"file\":\"one.jsonl\",\"seeds\":[1,2]}", "seeds"},
        {"{\"file\":\"one.jsonl\",\"seed\":1,\"seeds\":2}",
         "lines.jsonl:1: is said twice, or is no section: seeds"},
        {"{\"file\":\"one.jsonl\",\"noise\":0.3,\"noise.digit\":0.1}",
         "is said twice, or is no section: noise.digit"},
        {"{\"file\":\"one.jsonl\",\"task\":\"sum\"}",
         "lines.jsonl:1: the task is not 'sum': one.jsonl has lines of add"},
        {"{\"file\":\"two.jsonl\",\"task\":\"add\"}", "the task is not 'add': two.jsonl has lines of sum"},
        {"{\"file\":\"two.jsonl\",\"task.max_digits\":2}", "sizes can be told of one task alone"},
        {"{\"file\":\"one.jsonl\",\"model\":"
         "\"0123456789012345678901234567890123456789012345678901234567890123456789\"}",
         "the model's name is too long"},
    };
    make_file(getenv("SCRATCH"), "one.jsonl", "%s", file);
    make_file(getenv("SCRATCH"), "two.jsonl",
              "%s{\"task\":\"sum\",\"args\":[4,5],\"completion\":\"answer = 9\"}\n", file);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refuse(cases[i].lines, "--table -o new", cases[i].says);
    shell_expect(1, "test -e \"$SCRATCH/new\"");
    make_results("sweep");
    refuse("{\"file\":\"one.jsonl\"}", "--table -o sweep", "sweep: holds a sweep (runs)");
    make_file(getenv("SCRATCH"), "kept/spec.yaml", "name: kept\n");
    refuse("{\"file\":\"one.jsonl\"}", "--table -o kept", "kept: holds a sweep (spec.yaml)");
    make_file(getenv("SCRATCH"), "lines.jsonl", "{\"file\":\"two.jsonl\",\"format\":\"direct\"}\n");
    shell_expect(0, "cd \"$SCRATCH\" && \"$COTNOISE\" grade --table lines.jsonl -o mix");
    assert_non_null(strstr(shell_expect(0, "cat \"$SCRATCH/mix/results.csv\""),
                           "\ntwo.jsonl,add+sum,direct,outside,,1,"));
    assert_non_null(
        strstr(shell_expect(0, "cut -d, -f15 \"$SCRATCH/mix/results.csv\""), "trace_accuracy\n1\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(grids), cmocka_unit_test(wrong_tables)};
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
