/* The analysis scripts of experiments/: on tables made up so that what must come out is known, and on what the
 * repository keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/shell.h"

static void assert_says(const char *said, const char *wanted) {
    if (!strstr(said, wanted)) print_message("%s\nis not in:\n%s\n", wanted, said);
    assert_non_null(strstr(said, wanted));
}

/* A tree with the scripts and the program, in which results may be written. */
static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(0, "cd \"$SCRATCH\" && mkdir -p experiments results/reference build && "
                    "cp \"$OLDPWD\"/experiments/*.py experiments && ln -s \"$COTNOISE\" build/cotnoise");
    return 0;
}

/* --- thresholds.py --- */

#define KEPT "find results/reference -name results.csv -exec dirname {} + "

static void thresholds_that_are_kept_agree(void **state) {
    (void)state;
    assert_says(shell_expect(0, KEPT "| xargs -n 500 experiments/thresholds.py | tail -1"),
                "all thresholds agree");
}

static void a_threshold_that_is_off_is_told(void **state) {
    (void)state;
    /* Levels 0, 0.2, 0.4; a rise from 0.8 to 0.9 is pooled to 0.85, so that 0.95 is reached at 0.2 / 3. */
    shell_expect(0, "mkdir -p \"$SCRATCH/made\" && cd \"$SCRATCH/made\" && echo 'name: made' >spec.yaml && "
                    "echo task,noise,rate,contamination,accuracy,problems,noise.digit >results.csv && "
                    "printf 'add,none,0,1,1,100,0\\nadd,digit,0.2,1,0.8,100,0.2\\nadd,digit,0.4,1,0.9,100,0.4\\n"
                    "add,digit,0.4,0.5,0.1,100,0.4\\n' >>results.csv && "
                    "echo task,noise,axis,contamination,noise.digit,levels,share,threshold,status >thresholds.csv && "
                    "echo add,digit,rate,1,,3,0.95,0.066666667,found >>thresholds.csv");
    assert_says(shell_expect(0, "experiments/thresholds.py \"$SCRATCH/made\""), "threshold: 0.066666667, thr");
    shell_expect(0, "sed -i s/0.066666667/0.066666700/ \"$SCRATCH/made/thresholds.csv\"");
    assert_says(shell_expect(1, "experiments/thresholds.py \"$SCRATCH/made\""), "1 thresholds differ");
    shell_expect(0, "sed -i s/,found/,below/ \"$SCRATCH/made/thresholds.csv\"");
    shell_expect(1, "experiments/thresholds.py \"$SCRATCH/made\"");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thresholds_that_are_kept_agree),
        cmocka_unit_test(a_threshold_that_is_off_is_told),
    };
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
