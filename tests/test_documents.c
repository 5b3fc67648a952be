/* The numbers in the documents are those of the committed CSV files, and every column of these is described.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "curve/curves.h"
#include "record/collect.h"
#include "record/iteration.h"
#include "record/results_csv.h"
#include "support/runs.h"
#include "support/shell.h"

static void numbers_agree(void **state) {
    (void)state;
    shell_expect(0, "experiments/fill.py --check results/README.md");
    shell_expect(0, "experiments/fill.py --check results/first-edition.md");
    shell_expect(0, "experiments/fill.py --check README.md");
}

/* The check can fail: one digit changed is noticed. */
static void a_changed_number_is_noticed(void **state) {
    (void)state;
    shell_expect(0,
                 "printf '%%s' '<!--= accuracy first-edition/headline rate=0 -->1.000 (1.000-1.000)<!--/-->' "
                 "> \"$SCRATCH/good.md\"; experiments/fill.py --check \"$SCRATCH/good.md\"");
    const char *output = shell_expect(1, "sed s/1.000/1.001/ \"$SCRATCH/good.md\" > \"$SCRATCH/bad.md\"; "
                                         "experiments/fill.py --check \"$SCRATCH/bad.md\"");
    assert_non_null(strstr(output, "the CSV says"));
    shell_expect(0, "experiments/fill.py \"$SCRATCH/bad.md\"; cmp \"$SCRATCH/good.md\" \"$SCRATCH/bad.md\"");
}

/* What fill.py says of a sweep of two seeds, made up: accuracy falls and rises, and a second sweep has no
 * clean runs. */
static void tables_and_rises(void **state) {
    (void)state;
    shell_expect(0,
                 "mkdir -p \"$SCRATCH/experiments\" \"$SCRATCH/results/reference/add-a\" "
                 "\"$SCRATCH/results/reference/add-b\"; "
                 "cp experiments/fill.py experiments/tables.py \"$SCRATCH/experiments/\"; cd "
                 "\"$SCRATCH/results/reference\"; "
                 "echo noise,rate,contamination,format,samples,model,accuracy | tee add-b/results.csv > "
                 "add-a/results.csv; "
                 "printf '%%s,trace,1,tiny,%%s\\n' none,0,1 0.9 none,0,1 1.0 line,0.3,1 0.5 line,0.3,1 0.4 "
                 "line,0.7,1 0.6 "
                 "line,0.7,1 0.8 >> add-a/results.csv; "
                 "printf '%%s,trace,1,tiny,%%s\\n' line,0.9,1 0.7 line,0.9,1 0.7 >> add-b/results.csv; "
                 "printf '<!--= rises add-a add-b --><!--/--> <!--= levels noise=line add-a+add-b "
                 "--><!--/-->' > \"$SCRATCH/made.md\"; "
                 "\"$SCRATCH/experiments/fill.py\" \"$SCRATCH/made.md\"");
    assert_string_equal(
        shell_expect(0, "cat \"$SCRATCH/made.md\""),
        "<!--= rises add-a add-b -->add-a from 0.3 to 0.7<!--/--> <!--= levels noise=line add-a+add-b -->\n"
        "| rate | add-a |\n|---|---|\n| 0 | 0.950 (0.900-1.000) |\n| 0.3 | 0.450 (0.400-0.500) |\n"
        "| 0.7 | 0.700 (0.600-0.800) |\n| 0.9 | 0.700 (0.700-0.700) |\n<!--/-->");
}

/* Tables of what each level chose by validation, of columns as they are; the first edition's sweeps go by
 * their family. */
static void chosen_and_columns(void **state) {
    (void)state;
    shell_expect(
        0, "mkdir -p \"$SCRATCH/experiments\" \"$SCRATCH/results/reference/first-edition/add-x\"; "
           "cp experiments/fill.py experiments/tables.py \"$SCRATCH/experiments/\"; "
           "cd \"$SCRATCH/results/reference/first-edition/add-x\"; "
           "printf '%%s\\n' format,noise,rate,train.learning_rate,seeds,validation_accuracy,accuracy,chosen "
           "trace,none,0,0.1,1,1,0.5,no trace,none,0,0.2,2,1,0.95,yes trace,digit,0.5,0.1,1,1,0.25,yes "
           "direct,digit,0.5,0.2,1,1,0.75,yes > selection.csv; "
           "printf '%%s\\n' format,noise,rate,train.learning_rate,accuracy trace,none,0,0.1,0.5 "
           "trace,none,0,0.2,1 trace,none,0,0.2,0.9 trace,digit,0.5,0.1,0.25 direct,digit,0.5,0.2,0.75 "
           "> results.csv; "
           "printf '<!--= chosen format=trace accuracy first-edition/add-x --><!--/--><!--= columns "
           "first-edition/add-x/selection.csv format=direct rate accuracy train.learning_rate --><!--/-->' "
           "> \"$SCRATCH/made.md\"; \"$SCRATCH/experiments/fill.py\" \"$SCRATCH/made.md\"");
    assert_string_equal(shell_expect(0, "sed 's/<!--[^>]*-->//g' \"$SCRATCH/made.md\""),
                        "\n| noise | rate | add |\n|---|---|---|\n| none | 0 | 0.950 (0.900-1.000) |\n"
                        "| digit | 0.5 | 0.250 (0.250-0.250) |\n\n"
                        "| rate | accuracy | train.learning_rate |\n|---|---|---|\n| 0.5 | 0.750 | 0.2 |\n");
}

/* Of several seeds mean and range, of several files one table; a cell with one seed twice is refused. */
static void seeds_and_files_in_one_table(void **state) {
    (void)state;
    shell_expect(
        0, "mkdir -p \"$SCRATCH/experiments\" \"$SCRATCH/results/reference/made\"; "
           "cp experiments/fill.py experiments/tables.py \"$SCRATCH/experiments/\"; cd "
           "\"$SCRATCH/results/reference/made\"; "
           "printf '%%s\\n' seed,task,rate,follows,tokens,train.x,difference,difference_rate "
           "1,add,0.2,0.5,1200.5,a,0.1,0.3 "
           "2,add,0.2,0.25,900,a,0.2,0.4 1,add,0.4,0.75,12000,b,0.3,0.5 > results.csv; "
           "printf '%%s\\n' seed,task,rate,follows,train.x 1,sort,0.4,1,b > more.csv; "
           "printf '%%s\\n' seed,task,rate,follows,train.x 1,sort,0.4,1,b 1,sort,0.4,0,c > twice.csv; "
           "printf '%%s\\n' seed,task,rate,train.x 1,sort,0.4,b 2,sort,0.4,c > several.csv; "
           "printf '%%s\\n' method,rl.beta,difference,low,high grpo,0.1,-0.0514,-0.1,0.25 grpo,0.2,0,0,0 "
           "> paired.csv");
    static const char *const cases[][2] = {
        {"csv_mean made/results.csv rate=0.2 follows", "0.375 (0.250-0.500)"},
        {"span made tokens", "900 to 12,000"},
        {"span made rate=0.4 tokens", "12,000"},
        {"absolute made/results.csv", "0.200, 0.400"},
        {"correlation made/results.csv follows difference", "0.50"},
        {"paired made method=grpo rl.beta=0.1", "-0.051 (-0.100 to +0.250)"},
        {"columns made/results.csv tokens follows",
         "\n| tokens | follows |\n|---|---|\n| 1,200 | 0.500 |\n| 900 | 0.250 |\n| 12,000 | 0.750 |\n"},
        {"pivot made/results.csv+made/more.csv rate task follows",
         "\n| rate | add | sort |\n|---|---|---|\n| 0.2 | 0.375 (0.250-0.500) |  |\n| 0.4 | 0.750 | 1.000 "
         "|\n"},
        {"pivot made/results.csv task,rate task train.x",
         "\n| task | rate | add |\n|---|---|---|\n| add | 0.2 | a |\n| add | 0.4 | b |\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(
            shell_expect(
                0,
                "cd \"$SCRATCH\"; printf '<!--= %s --><!--/-->' > made.md; experiments/fill.py made.md; "
                "sed 's/<!--[^>]*-->//g' made.md",
                cases[i][0]),
            cases[i][1]);
    static const char *const refused[][2] = {
        {"pivot made/twice.csv rate task follows", "two rows for one of rate, task"},
        {"pivot made/several.csv rate task train.x", "several train.x for one of rate, task"},
        {"csv_mean made/results.csv follows", "not one row for each seed"},
        {"paired made method=grpo", "2 rows of paired.csv are of"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const char *said = shell_expect(
            1, "cd \"$SCRATCH\"; printf '<!--= %s --><!--/-->' > made.md; experiments/fill.py made.md 2>&1",
            refused[i][0]);
        if (!strstr(said, refused[i][1])) fail_msg("%s", said);
    }
}

/* A threshold in words, for each status that a curve can have. */
static void thresholds_in_words(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"0.034,0.023,0.824,found,,,,not_reached", "3.4 % (2.3 % to 82 %)/not reached up to 90 %"},
        {"0.5,0.25,,found,0.75,0.6,0.8,found", "50 % (25 % to beyond 90 %)/75 % (60 % to 80 %)"},
        {",0.2,,not_reached,,,,no_clean", "not reached up to 90 % (interval from 20 %)/no clean"},
        {",,,not_learned,,,,below", "not learned/below"},
    };
    shell_expect(0, "mkdir -p \"$SCRATCH/experiments\" \"$SCRATCH/results/reference/made\"; "
                    "cp experiments/fill.py experiments/tables.py \"$SCRATCH/experiments/\"");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *output = shell_expect(
            0,
            "cd \"$SCRATCH\"; printf 'highest,threshold,threshold_low,threshold_high,status,"
            "half,half_low,half_high,half_status\\n0.9,%s\\n' > results/reference/made/thresholds.csv; "
            "printf '<!--= threshold made -->x<!--/-->/<!--= half made -->x<!--/-->' > made.md; "
            "experiments/fill.py made.md; sed 's/<!--[^>]*-->//g' made.md",
            cases[i][0]);
        assert_string_equal(output, cases[i][1]);
    }
}

/* --- the columns that docs/formats.md describes -------------------------------------------------------- */

/* The part of docs/formats.md below a heading, up to the next one; to be freed. */
static char *part_below(const char *heading) {
    struct error error;
    char *document = NULL;
    size_t length;
    if (file_read("docs/formats.md", 1 << 20, &document, &length, &error)) fail_msg("%s", error.message);
    char *start = strstr(document, heading);
    if (!start) fail_msg("no heading '%s'", heading);
    start += strlen(heading);
    char *end = strstr(start, "\n#");
    if (end) *end = 0;
    memmove(document, start, strlen(start) + 1);
    return document;
}

/* Rows of its first table, "| `name` | unit | meaning |", apart from the header. */
static int count_rows(const char *part) {
    int rows = 0;
    for (const char *row = strstr(part, "\n| `"); row; row = strstr(row, "\n| `")) {
        row = strchr(row + 1, '\n');
        if (!row) fail_msg("a table without an end");
        rows++;
        if (strncmp(row, "\n| ", 3)) break;
    }
    return rows;
}

static char *find_row(char *part, const char *name) {
    char row[128];
    snprintf(row, sizeof row, "\n| `%s` | ", name);
    return strstr(part, row);
}

/* A row with a unit, and without it the check fails: a row that is taken out is missed. */
static void expect_described(char *part, const char *name) {
    char *row = find_row(part, name);
    if (!row) fail_msg("docs/formats.md has no row for column '%s'", name);
    char *unit = strstr(row + 5, "` | ") + 4;
    assert_true(strcspn(unit, "|\n") > 1);
    char *taken_out = strdup(part), *place = taken_out + (row - part);
    size_t length = strcspn(place + 1, "\n") + 1;
    memmove(place, place + length, strlen(place + length) + 1);
    if (find_row(taken_out, name)) fail_msg("column '%s' is described twice", name);
    free(taken_out);
}

static void columns_of_results_are_described(void **state) {
    (void)state;
    char *part = part_below("\n## results.csv\n");
    int columns = 0;
    for (const struct column *column = columns_table(); column->name; column++) {
        if (!column->in_csv) continue;
        columns++;
        expect_described(part, column->name);
    }
    assert_int_equal(count_rows(part), columns); /* and nothing that is gone */
    free(part);
}

/* The header as it is written; options have dotted names. */
static void columns_of_thresholds_are_described(void **state) {
    (void)state;
    char directory[512], path[600], *rest;
    struct collection collection;
    struct curves curves;
    struct error error;
    snprintf(directory, sizeof directory, "%s/described", getenv("SCRATCH"));
    snprintf(path, sizeof path, "%s/thresholds.csv", directory);
    make_run(directory, (struct made_run){.correct = 100});
    make_run(directory, (struct made_run){.noise = "digit", .rate = "0.5", .correct = 50});
    assert_int_equal(collect_runs(directory, false, &collection, &error), ERR_OK);
    assert_int_equal(curves_find(&collection, 0.95, 0.9, &curves, &error), ERR_OK);
    assert_int_equal(curves_write_csv(&collection, &curves, path, &error), ERR_OK);
    char *part = part_below("\n## thresholds.csv\n"), *csv = NULL;
    size_t length;
    assert_int_equal(file_read(path, 1 << 20, &csv, &length, &error), ERR_OK);
    int columns = 0;
    *strchr(csv, '\n') = 0;
    for (char *name = strtok_r(csv, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        if (strchr(name, '.')) continue;
        columns++;
        expect_described(part, name);
    }
    assert_int_equal(count_rows(part), columns);
    for (int status = THRESHOLD_FOUND; status <= THRESHOLD_NOT_LEARNED; status++)
        expect_described(part, threshold_status_names[status]);
    free(csv);
    free(part);
    curves_free(&curves);
    collection_free(&collection);
}

/* The example reads the tables; without pandas here, at least it names columns that there are. */
static void the_example_works(void **state) {
    (void)state;
    shell_expect(
        0, "sed -n '/^```python$/,/^```$/p' docs/formats.md | grep -v '^```' > \"$SCRATCH/example.py\"; "
           "test $(wc -l < \"$SCRATCH/example.py\") = 6; "
           "if python3 -c 'import pandas' 2>/dev/null; then python3 \"$SCRATCH/example.py\"; fi");
    shell_expect(0, "cat > \"$SCRATCH/columns.py\" <<'END'\n"
                    "import csv, re, sys\n"
                    "example = open(sys.argv[1]).read()\n"
                    "columns = set()\n"
                    "for path in re.findall(r'\"([^\"]*[.]csv)\"', example):\n"
                    "    columns |= set(next(csv.reader(open(path))))\n"
                    "named = set(re.findall(r'\"(\\w+)\"', example)) - {'mean', 'min', 'max', 'found'}\n"
                    "sys.exit(f'no columns {named - columns}' if not columns or named - columns else 0)\n"
                    "END\n"
                    "python3 \"$SCRATCH/columns.py\" \"$SCRATCH/example.py\"");
}

static void members_of_an_iteration_are_described(void **state) {
    (void)state;
    char *text, row[256];
    size_t length;
    assert_int_equal(file_read("docs/formats.md", 1 << 20, &text, &length, NULL), ERR_OK);
    for (const struct iteration_member *member = iteration_members; member->name; member++) {
        snprintf(row, sizeof row, "\n| `%s` | %s |\n", member->name, member->doc);
        if (!strstr(text, row)) fail_msg("docs/formats.md has no line%s", row);
    }
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(members_of_an_iteration_are_described),
                                       cmocka_unit_test(numbers_agree),
                                       cmocka_unit_test(a_changed_number_is_noticed),
                                       cmocka_unit_test(tables_and_rises),
                                       cmocka_unit_test(chosen_and_columns),
                                       cmocka_unit_test(seeds_and_files_in_one_table),
                                       cmocka_unit_test(thresholds_in_words),
                                       cmocka_unit_test(columns_of_results_are_described),
                                       cmocka_unit_test(columns_of_thresholds_are_described),
                                       cmocka_unit_test(the_example_works)};
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
