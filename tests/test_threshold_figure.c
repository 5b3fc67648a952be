/* The figure of thresholds, the strip of them below accuracy, and the report of several sweeps that they are
 * for: what is drawn, how rows are called, and folders in which there is a table alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/runs.h"
#include "tests/support/shell.h"

#define HEADER "run,task,format,model,samples,epochs,noise,rate,contamination,accuracy,problems\n"

/* Rows of a table: a clean run, and one at each of two rates. */
#define ROWS(task, samples, noise, clean, low, at_low, high, at_high)                    \
    task "0," task ",trace,tiny," samples ",1,none,0,1," clean ",400\n" task "1," task   \
         ",trace,tiny," samples ",1," noise "," low ",1," at_low ",400\n" task "2," task \
         ",trace,tiny," samples ",1," noise "," high ",1," at_high ",400\n"

static void make_table(const char *name, const char *rows) {
    char directory[512];
    snprintf(directory, sizeof directory, "%s/%s", getenv("SCRATCH"), name);
    make_file(directory, "results.csv", HEADER "%s", rows);
}

/* One threshold that is found, one beyond the levels, one below, and a task that was not learned. */
static void make_tables(void) {
    make_table("found", ROWS("add", "1000", "digit", "1", "0.2", "0.9", "0.6", "0.5"));
    make_table("beyond", ROWS("sort", "1000", "line", "1", "0.25", "1", "0.5", "0.99"));
    make_table("none", ROWS("gcd", "1000", "digit", "0.5", "0.2", "0.4", "0.6", "0.1"));
    make_table("more", ROWS("add", "2000", "digit", "1", "0.2", "1", "0.6", "0.5"));
}

/* The columns of lanes that do not depend on the interval. */
#define LANES(file) "cd $SCRATCH/" file "/plots && cut -d, -f1,3,6-8 thresholds-thresholds.csv"

static void tasks_are_rows_and_noises_colours(void **state) {
    (void)state;
    make_tables();
    shell_expect(
        0, "cd $SCRATCH && $COTNOISE report found beyond none -o all >out && grep -q thresholds.svg out");
    const char *lanes = shell_expect(0, LANES("all"));
    assert_string_equal(lanes, "curve,threshold,beyond,status,label\n1,0.1,0,found,static: digit\n"
                               "1,,0,not_learned,static: digit\n2,,1,not_reached,static: line deletion\n");
    /* Rows are far apart in the order of tasks, named at the left, with their values at the right. */
    shell_expect(
        0, "cd $SCRATCH/all/plots && cut -d, -f2 thresholds-thresholds.csv | tail -n +2 | sort -nc && "
           "for text in \"'add' at screen\" \"'gcd' at screen\" \"'sort' at screen\" \"'10 %% (\" "
           "\"'not learned' at graph\" \"'> 50 %%' at graph\" \"'static: line deletion' at screen\"; do "
           "grep -qF \"set label $text\" thresholds.gp || { echo \"$text\"; exit 1; }; done; "
           "for kind in svg png pdf; do test -s thresholds.$kind || exit 1; done");
    shell_expect(0, "cd $SCRATCH/all && grep -q 'Thresholds at a glance' report.html && "
                    "grep -q '<h1>found, beyond and 1 more sweep</h1>' report.html");
}

/* What only some rows differ in is said of those alone. */
static void rows_say_what_tells_them_apart(void **state) {
    (void)state;
    make_tables();
    shell_expect(0, "cd $SCRATCH && $COTNOISE report found more beyond -o rows && cd rows/plots && "
                    "grep -qF \"'add, 1,000 samples' at screen\" thresholds.gp && "
                    "grep -qF \"'add, 2,000 samples' at screen\" thresholds.gp && "
                    "grep -qF \"'sort' at screen\" thresholds.gp");
}

static void a_sweep_of_one_setting_has_no_such_figure(void **state) {
    (void)state;
    make_tables();
    shell_expect(0, "cd $SCRATCH && $COTNOISE report found && test ! -e found/plots/thresholds.svg && "
                    "! grep 'at a glance' found/report.html");
}

/* The strip: a lane for each curve, below the axis, whether it has a threshold or not. */
static void accuracy_has_a_strip_of_thresholds(void **state) {
    (void)state;
    make_table("strip", ROWS("add", "1000", "digit", "1", "0.2", "0.9", "0.6", "0.5")
                            ROWS("add", "1000", "line", "1", "0.2", "1", "0.6", "1"));
    const char *lanes =
        shell_expect(0, "cd $SCRATCH && $COTNOISE report strip >/dev/null && cd strip/plots && "
                        "cut -d, -f1,3,6-8 accuracy-thresholds.csv && "
                        "awk -F, 'NR > 1 && $2 >= -2' accuracy-thresholds.csv");
    assert_string_equal(lanes, "curve,threshold,beyond,status,label\n1,0.1,0,found,static: digit\n"
                               "2,,1,not_reached,static: line deletion\n");
    shell_expect(0, "cd $SCRATCH/strip/plots && grep -q \"set label '> 60 %%' at graph 0\" accuracy.gp && "
                    "grep -q 'x(share) = 100 \\* share$' accuracy.gp && ! grep -q logscale accuracy.gp");
}

/* The least level is a tenth of what stands to its right; no noise has a place of its own left of it. */
static void an_axis_of_noise_may_be_logarithmic(void **state) {
    (void)state;
    make_table("log", ROWS("add", "1000", "digit", "1", "0.001", "1", "1", "0.1"));
    shell_expect(0, "cd $SCRATCH && $COTNOISE report log --log-noise && cd log/plots && "
                    "grep -q '^set logscale x' accuracy.gp && grep -q \"xtics ('0' 0.0\" accuracy.gp && "
                    "grep -qF \"'0.1 %%%%' 0.1, '1 %%%%' 1, '10 %%%%' 10, '100 %%%%' 100)\" accuracy.gp && "
                    "test -s accuracy.pdf && ! grep -q nan accuracy.gp");
    /* The functions as gnuplot has them: no noise at `zero`, an unknown share nowhere. */
    const char *places =
        shell_expect(0, "cd $SCRATCH/log/plots && { grep '^x(share)' accuracy.gp; echo "
                        "'print x(0) > 0 && x(0) < x(0.001), x(0.001), x(0.5), x(NaN)'; } >x.gp && "
                        "gnuplot x.gp 2>&1");
    assert_string_equal(places, "1 0.1 50.0 NaN\n");
}

static void a_picture_does_not_say_when_it_was_made(void **state) {
    (void)state;
    make_tables();
    shell_expect(
        0, "cd $SCRATCH && $COTNOISE report found && cp found/plots/accuracy.pdf before.pdf && sleep 1.1 && "
           "$COTNOISE report found && cmp before.pdf found/plots/accuracy.pdf && "
           "tail -c 6 before.pdf | grep -q EOF && ! grep -a -q CreationDate before.pdf");
}

/* A table that is damaged is refused with its place, and nothing is written. */
static void damaged_tables_are_refused(void **state) {
    (void)state;
    make_tables();
    make_table("cut", "a,add,trace,ti");
    make_table("hostile", "a,add,trace,tiny,1000,1,none,0,1,7,400\n");
    shell_expect(0, "mkdir -p $SCRATCH/empty");
    static const char *const cases[][2] = {
        {"cut", "cut/results.csv:2: 4 fields are too few; the header has 11"},
        {"hostile", "hostile/results.csv:2: accuracy is '7'; allowed is a number from 0 to 1"},
        {"empty", "empty: holds no runs"},
        {"absent", "absent: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        shell_expect(0,
                     "cd $SCRATCH && { $COTNOISE report found beyond %s -o bad 2>err; test $? = 2; } && "
                     "grep -qF \"%s\" err && test ! -e bad",
                     cases[i][0], cases[i][1]);
}

/* Names from a table are text in the script, whatever is in them. */
static void hostile_names_stay_text(void **state) {
    (void)state;
    make_tables();
    make_table("evil", ROWS("add", "1000", "digit", "1", "0.2", "0.9", "0.6", "0.5"));
    shell_expect(
        0, "cd $SCRATCH && sed -i \"s/,tiny,/,m'; system('touch pwned')\\x07#,/\" evil/results.csv && "
           "$COTNOISE report found evil -o text 2>&1 && test -s text/plots/thresholds.svg && "
           "! find . -name pwned | grep . && grep -qF \"m''; system(''touch\" text/plots/thresholds.gp");
}

static void sweeps_are_named_and_counted(void **state) {
    (void)state;
    make_tables();
    shell_expect(0, "cd $SCRATCH && mkdir -p x && cp -r found more x && "
                    "$COTNOISE report found more x/found x/more && "
                    "test -s found-vs-more-vs-found-vs-more/plots/thresholds.svg");
    shell_expect(0, "cd $SCRATCH && long=$(printf 'n%%.0s' $(seq 100)) && cp -r found $long && "
                    "{ $COTNOISE report $long $long $long 2>err; test $? = 2; } && "
                    "grep -q 'needs -o DIR: the names of 3 sweeps are too long' err && "
                    "$COTNOISE report $long $long $long -o short && test -s short/results.csv");
    shell_expect(
        0, "cd $SCRATCH && { $COTNOISE report $(for i in $(seq 65); do echo found; done) -o many 2>err; "
           "test $? = 2; } && grep -q 'needs 1 to 64 sweep directories' err && test ! -e many");
    shell_expect(0, "$COTNOISE report --help | grep -q -- '--log-noise' && "
                    "$COTNOISE report --help | grep -q 'figure.of all thresholds\\|of all thresholds'");
}

/* Curves of other noise than the parent's do not come into a figure of parents. */
static void parents_share_a_figure_for_the_same_noise_alone(void **state) {
    (void)state;
    char directory[512];
    snprintf(directory, sizeof directory, "%s/parents", getenv("SCRATCH"));
    make_file(
        directory, "results.csv", "%s",
        "run,task,format,model,samples,epochs,noise,rate,contamination,accuracy,problems,"
        "start.data.samples\n"
        "a,add,trace,tiny,1000,1,none,0,1,1,400,0\nb,add,trace,tiny,1000,1,digit,0.5,0.3,1,400,0\n"
        "c,add,trace,tiny,1000,1,digit,0.5,1,0.5,400,0\nd,add,trace,tiny,1000,1,digit,0.9,0.3,1,400,0\n"
        "e,add,trace,tiny,1000,1,digit,0.9,1,0.2,400,0\nf,add,trace,tiny,1000,1,none,0,1,1,400,5\n"
        "g,add,trace,tiny,1000,1,digit,0.5,1,0.6,400,5\nh,add,trace,tiny,1000,1,digit,0.9,1,0.3,400,5\n");
    shell_expect(
        0, "cd $SCRATCH && $COTNOISE report parents && cd parents/plots && test -s parents.svg && "
           "test $(ls parents*.svg | wc -l) = 1 && cut -d, -f1 parents.csv | sort -u | wc -l | grep -qx 3");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tasks_are_rows_and_noises_colours),
        cmocka_unit_test(rows_say_what_tells_them_apart),
        cmocka_unit_test(a_sweep_of_one_setting_has_no_such_figure),
        cmocka_unit_test(accuracy_has_a_strip_of_thresholds),
        cmocka_unit_test(an_axis_of_noise_may_be_logarithmic),
        cmocka_unit_test(a_picture_does_not_say_when_it_was_made),
        cmocka_unit_test(damaged_tables_are_refused),
        cmocka_unit_test(hostile_names_stay_text),
        cmocka_unit_test(sweeps_are_named_and_counted),
        cmocka_unit_test(parents_share_a_figure_for_the_same_noise_alone),
    };
    return cmocka_run_group_tests_name("threshold figure", tests, shell_setup, shell_teardown);
}
