/* The numbers in the documents are those of the committed CSV files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support/shell.h"

static void numbers_agree(void **state) {
    (void)state;
    shell_expect(0, "experiments/fill.py --check results/README.md");
    shell_expect(0, "experiments/fill.py --check README.md");
}

/* The check can fail: one digit changed is noticed. */
static void a_changed_number_is_noticed(void **state) {
    (void)state;
    shell_expect(0, "printf '%%s' '<!--= accuracy headline rate=0 -->1.000 (1.000-1.000)<!--/-->' "
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
                 "cp experiments/fill.py \"$SCRATCH/experiments/\"; cd \"$SCRATCH/results/reference\"; "
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
        "<!--= rises add-a add-b -->add from 0.3 to 0.7<!--/--> <!--= levels noise=line add-a+add-b -->\n"
        "| rate | add |\n|---|---|\n| 0 | 0.950 (0.900-1.000) |\n| 0.3 | 0.450 (0.400-0.500) |\n"
        "| 0.7 | 0.700 (0.600-0.800) |\n| 0.9 | 0.700 (0.700-0.700) |\n<!--/-->");
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
                    "cp experiments/fill.py \"$SCRATCH/experiments/\"");
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_agree), cmocka_unit_test(a_changed_number_is_noticed),
        cmocka_unit_test(tables_and_rises), cmocka_unit_test(thresholds_in_words)};
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
