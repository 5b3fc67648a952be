/* What a report says of reinforcement learning: figures against rollouts and of repair, the page's tables. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "report/report.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

static char *file_of(const char *directory, const char *file) {
    char path[600], *bytes = NULL;
    size_t length;
    snprintf(path, sizeof path, "%s/%s", directory, file);
    if (file_read(path, 1 << 24, &bytes, &length, NULL)) fail_msg("%s cannot be read", path);
    return bytes;
}

static void report(const char *directory) {
    struct report_summary summary;
    struct error error = {""};
    if (report_write(directory, &(struct report_options){.command = ""}, &summary, &error))
        fail_msg("%s", error.message);
    assert_string_equal(summary.trouble.message, ""); /* every figure is drawn */
    report_free(&summary);
}

static void assert_said(const char *text, const char *part) {
    if (!strstr(text, part)) fail_msg("no '%s' in:\n%s", part, text);
}

static size_t times(const char *text, const char *part) {
    size_t count = 0;
    for (; (text = strstr(text, part)); text++) count++;
    return count;
}

/* --- runs --------------------------------------------------------------------------------------------- */

/* Supervised where `method` is NULL; else a child of the run with the same noise and seed. */
static void add_run(const char *directory, const char *method, const char *rate, int seed, int right,
                    const char *metrics) {
    char id[17], parent[17];
    snprintf(parent, sizeof parent, "none-%s-%d", rate, seed);
    snprintf(id, sizeof id, "%.8s-%s-%d", method ? method : "none", rate, seed);
    make_run(directory, (struct made_run){.id = id,
                                          .noise = strcmp(rate, "0") ? "digit" : "none",
                                          .rate = rate,
                                          .seed = seed,
                                          .correct = right,
                                          .problems = 1000,
                                          .method = method,
                                          .parent = method ? parent : NULL,
                                          .metrics = metrics});
}

/* Validation after 0, 512 and 1024 rollouts, the last together with the test; two iterations. */
#define EVALUATED(rollouts, accuracy) \
    "{\"step\":1,\"tokens\":9,\"rollouts\":" rollouts ",\"accuracy\":" accuracy "}\n"
#define DRAWN(rollouts, reward) \
    "{\"iteration\":1,\"rollouts\":" rollouts ",\"tokens\":9,\"reward\":0.9,\"true_reward\":" reward "}\n"

static const char rising[] = EVALUATED("0", "0.25") DRAWN("512", "0.125") EVALUATED("512", "0.5")
    DRAWN("1024", "0.25") EVALUATED("1024", "0.75") EVALUATED("1024", "0.01");
static const char still[] = EVALUATED("0", "0.25") DRAWN("512", "0.125") EVALUATED("512", "0.25")
    DRAWN("1024", "0.125") EVALUATED("1024", "0.25") EVALUATED("1024", "0.02");
static const char longer[] = EVALUATED("0", "0.5") DRAWN("512", "0.5") EVALUATED("512", "0.75")
    DRAWN("1024", "0.5") EVALUATED("1024", "1") DRAWN("1536", "0.5") EVALUATED("1536", "1");

static void add_parents(const char *directory) {
    for (int seed = 1; seed <= 2; seed++) {
        add_run(directory, NULL, "0", seed, 1000, NULL);
        add_run(directory, NULL, "0.5", seed, 200, NULL);
    }
}

/* --- figures ------------------------------------------------------------------------------------------ */

/* Mean and interval over seeds of what validation said; the test at the end is no validation. What one seed
 * alone has reached is in no mean. Student's t of two seeds is 12.7062. */
static void curves_are_against_rollouts(void **state) {
    (void)state;
    const char *directory = make_results("rollouts");
    add_parents(directory);
    add_run(directory, "grpo", "0.5", 1, 500, rising);
    add_run(directory, "grpo", "0.5", 2, 500, longer);
    add_run(directory, "reinforce", "0.5", 1, 300, still);
    add_run(directory, "grpo", "0", 1, 1000, longer);
    report(directory);
    char *csv = file_of(directory, "plots/rollouts.csv");
    assert_string_equal(csv, "cell,what,rollouts,mean,low,high,runs,label\n1,accuracy,0,0.5,,,1,all runs\n"
                             "1,accuracy,512,0.75,,,1,all runs\n1,accuracy,1024,1,,,1,all runs\n"
                             "1,accuracy,1536,1,,,1,all runs\n1,reward,512,0.5,,,1,all runs\n"
                             "1,reward,1024,0.5,,,1,all runs\n1,reward,1536,0.5,,,1,all runs\n");
    free(csv);
    csv = file_of(directory, "plots/rollouts-2.csv");
    double low, high;
    const char *line = strstr(csv, "\n2,accuracy,1024,0.875,");
    if (!line) fail_msg("%s", csv);
    assert_int_equal(sscanf(line, "\n2,accuracy,1024,0.875,%lf,%lf,2,grpo\n", &low, &high), 2);
    assert_true(low == 0 && high == 1);
    assert_said(csv, "\n2,accuracy,0,0.375,0,1,2,grpo\n2,accuracy,512,0.625,0,1,2,grpo\n");
    assert_said(csv, "\n2,reward,512,0.3125,0,1,2,grpo\n2,reward,1024,0.375,0,1,2,grpo\n");
    assert_said(csv, "\n1,accuracy,1024,0.25,,,1,reinforce\n1,reward,512,0.125,,,1,reinforce\n");
    assert_null(strstr(csv, "1536"));
    free(csv);
    shell_expect(0,
                 "cd %s/plots && test ! -e rollouts-3.csv && grep -q 'parents with no noise' rollouts.gp && "
                 "grep -q 'parents with static: digit 50 %%' rollouts-2.gp",
                 directory);
    char *page = file_of(directory, "report.html");
    assert_int_equal(times(page, "<h2>Learning from completions</h2>"), 1);
    free(page);
}

/* Of one method the noises share a figure; runs without such lines have none. */
static void one_method_is_a_figure_of_noises(void **state) {
    (void)state;
    const char *directory = make_results("noises");
    add_parents(directory);
    add_run(directory, "grpo", "0", 1, 1000, longer);
    add_run(directory, "grpo", "0.5", 1, 500, rising);
    report(directory);
    char *csv = file_of(directory, "plots/rollouts.csv");
    assert_said(csv, "\n1,accuracy,0,0.5,,,1,no noise\n");
    assert_said(csv, "\n2,accuracy,1024,0.75,,,1,static: digit 50 %\n");
    free(csv);
    shell_expect(0, "test ! -e %s/plots/rollouts-2.csv", directory);
    directory = make_results("silent");
    add_parents(directory);
    add_run(directory, "grpo", "0.5", 1, 500, "");
    report(directory);
    shell_expect(0, "test ! -e %s/plots/rollouts.csv", directory);
}

/* Parents once a noise, then the children in places that are the same in each group. */
static void accuracy_before_and_after(void **state) {
    (void)state;
    const char *directory = make_results("places");
    add_parents(directory);
    for (int seed = 1; seed <= 2; seed++) {
        add_run(directory, "grpo", "0.5", seed, 600, still);
        add_run(directory, "reinforce", "0.5", seed, 300, still);
        add_run(directory, "reinforce", "0", seed, 1000, still);
    }
    report(directory);
    char *csv = file_of(directory, "plots/repair.csv");
    static const char *const rows[] = {"\n0,0.8,1,",   ",2,no noise,parent\n",
                                       "\n1,1,1,",     ",2,no noise,reinforce\n",
                                       "\n0,1.8,0.2,", ",2,static: digit 50 %,parent\n",
                                       "\n2,2.2,0.6,", ",2,static: digit 50 %,grpo\n",
                                       "\n1,2,0.3,",   ",2,static: digit 50 %,reinforce\n"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) assert_said(csv, rows[i]);
    assert_int_equal(times(csv, "\n"), 1 + 5);
    free(csv);
    csv = file_of(directory, "plots/repair-thresholds.csv");
    assert_string_equal(csv, "place,clean\n0.5,1\n2.5,1\n");
    free(csv);
    csv = file_of(directory, "plots/repair-runs.csv");
    assert_said(csv, "\n2,2.2,0.6,1,grpo-0.5-1\n");
    assert_int_equal(times(csv, "\n"), 1 + 10);
    free(csv);
    shell_expect(0, "cd %s/plots && test -s repair.svg && test -s repair.png && test ! -e repair-2.csv",
                 directory);
}

/* Other training has a figure of its own. */
static void other_training_other_figure(void **state) {
    (void)state;
    const char *directory = make_results("trainings");
    for (int i = 0; i < 2; i++) {
        char id[17], parent[17];
        snprintf(parent, sizeof parent, "parent%d", i);
        snprintf(id, sizeof id, "child%d", i);
        struct made_run run = {.id = parent, .samples = i ? 2000 : 1000, .correct = 50, .seed = 1};
        make_run(directory, run);
        run.id = id;
        run.method = "ppo";
        run.parent = parent;
        run.metrics = still;
        make_run(directory, run);
    }
    report(directory);
    char *csv = file_of(directory, "plots/repair-2.csv");
    assert_said(csv, ",1,no noise,ppo\n");
    assert_int_equal(times(csv, "\n"), 3);
    free(csv);
}

/* Those of which a figure has no more room go into a further one, which has their parents, too. What all in a
 * figure have in common is in its title. */
static void ways_without_room_have_a_further_figure(void **state) {
    (void)state;
    const char *directory = make_results("crowd");
    add_parents(directory);
    add_run(directory, "reinforce", "0.5", 1, 300, still);
    for (int i = 1; i <= 8; i++) {
        char id[17], options[64];
        snprintf(id, sizeof id, "grpo-%d", i);
        snprintf(options, sizeof options, "\"rl\":{\"method\":\"grpo\",\"generations\":%d}", 2 * i);
        make_run(directory, (struct made_run){.id = id,
                                              .noise = "digit",
                                              .rate = "0.5",
                                              .seed = 1,
                                              .correct = 400 + i,
                                              .problems = 1000,
                                              .method = "grpo",
                                              .parent = "none-0.5-1",
                                              .metrics = still,
                                              .options = options});
    }
    report(directory);
    int rows = 0;
    static const char *const files[] = {"plots/repair.csv", "plots/repair-2.csv"};
    for (int f = 0; f < 2; f++) {
        char *csv = file_of(directory, files[f]);
        assert_int_equal(times(csv, ",parent\n"), 1);
        rows += times(csv, "\n") - 2;
        free(csv);
    }
    assert_int_equal(rows, 9);
    shell_expect(
        0,
        "cd %s/plots && test ! -e repair-3.csv && grep -q 'reinforcement learning, grpo' repair-2.gp && "
        "grep -q \"reinforcement learning'\" repair.gp",
        directory);
}

/* What counts is the noise that the parents were trained on, whatever the children would have been. */
static void noise_is_the_parents(void **state) {
    (void)state;
    const char *directory = make_results("broken");
    make_run(directory, (struct made_run){.id = "parent", .noise = "digit", .rate = "0.5", .seed = 1});
    make_run(directory, (struct made_run){
                            .id = "child", .seed = 1, .method = "ppo", .parent = "parent", .metrics = still});
    make_run(
        directory,
        (struct made_run){.id = "other", .seed = 1, .method = "grpo", .parent = "parent", .metrics = still});
    report(directory);
    char *csv = file_of(directory, "plots/repair.csv");
    assert_int_equal(times(csv, "static: digit 50 %"), 3);
    free(csv);
    shell_expect(0,
                 "cd %s && grep -q 'parents with static: digit 50 %%' plots/rollouts.gp && "
                 "grep -q \"xtics ('static: digit 50 %%%%' 1)\" plots/repair.gp && "
                 "grep -q '<tr><td>static: digit 50&nbsp;%%</td><td>ppo</td>' report.html && "
                 "grep -q '^add,trace,tiny,1000,2,digit,0.5,1,ppo,' repair.csv",
                 directory);
}

/* Curves of reinforcement learning leave the figures of supervised learning alone, however many they are. */
static void supervised_learning_keeps_its_figures(void **state) {
    (void)state;
    static const char *const methods[] = {"expert_iteration", "grpo", "ppo", "rcrl", "rloo"};
    const char *directory = make_results("learning");
    add_parents(directory);
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
        add_run(directory, methods[m], "0", 1, 1000, still);
        add_run(directory, methods[m], "0.5", 1, 300, still);
    }
    report(directory);
    shell_expect(0,
                 "cd %s/plots && grep -q 'no RL, static: digit: accuracy while training' learning.gp && "
                 "grep -q 'no RL, static: digit: loss' learning-2.gp && test ! -e learning-3.gp",
                 directory);
}

/* --- tables ------------------------------------------------------------------------------------------- */

static void the_page_holds_children_against_parents(void **state) {
    (void)state;
    const char *directory = make_results("page");
    add_parents(directory);
    for (int seed = 1; seed <= 2; seed++) {
        add_run(directory, "grpo", "0.5", seed, 600, still);
        add_run(directory, "grpo", "0", seed, 1000, still);
    }
    report(directory);
    char *page = file_of(directory, "report.html");
    assert_int_equal(times(page, "<h2>Repair</h2>"), 1);
    assert_said(page, "<tr><td>no noise</td><td>grpo</td><td class=\"n\" data-v=\"2\">2</td>"
                      "<td class=\"n\" data-v=\"4096\">4,096</td><td class=\"n\" data-v=\"1\">100.0 % (");
    assert_said(page, "<td class=\"n\" data-v=\"\">no clear loss</td></tr>");
    assert_said(page, "<td class=\"n\" data-v=\"0.4\"><b>+40.0 points</b> (");
    assert_said(page, "<td class=\"n\" data-v=\"0.5\"><b>50 %</b> (");
    assert_null(strstr(page, "pass@1: parent"));
    assert_null(strstr(page, "one seed, an interval"));
    /* The table of runs: what a run started from, how good that was, and how much was drawn. */
    assert_said(
        page,
        "<button>parent</button></th><th scope=\"col\" class=\"n\"><button>parent&#39;s accuracy</button>");
    assert_said(page, "<td>none-0.5-1</td><td class=\"n\" data-v=\"0.20000000000000001\">20.0&nbsp;%</td>");
    assert_said(page, "<td></td><td class=\"n\" data-v=\"\">–</td>");
    assert_int_equal(times(page, "<button>method</button>"), 2);
    assert_int_equal(times(page, "<th scope=\"col\" class=\"n\"><button>rollouts</button>"), 2);
    free(page);
    char *csv = file_of(directory, "repair.csv");
    assert_said(csv, ",measured,");
    free(csv);
}

/* Each noise: supervised training first, then what became of it, and by how much its threshold moved. Of
 * 100 % at no noise and 20 % at a half, 95 % are left at 0.03125; of 100 and 60 %, at 0.0625. */
static void thresholds_stand_side_by_side(void **state) {
    (void)state;
    const char *directory = make_results("thresholds");
    add_parents(directory);
    for (int seed = 1; seed <= 2; seed++) {
        add_run(directory, "grpo", "0.5", seed, 600, still);
        add_run(directory, "grpo", "0", seed, 1000, still);
        add_run(directory, "rloo", "0.5", seed, 990, still);
        add_run(directory, "rloo", "0", seed, 1000, still);
    }
    report(directory);
    char *page = file_of(directory, "report.html");
    const char *table = strstr(page, "<h2>Thresholds before and after</h2>");
    assert_non_null(table);
    const char *before = strstr(table, "<tr><td>static: digit</td><td>no RL</td><td>rate</td>");
    const char *grpo = strstr(table, "<tr><td>static: digit</td><td>grpo</td><td>rate</td>");
    const char *rloo = strstr(table, "<tr><td>static: digit</td><td>rloo</td><td>rate</td>");
    assert_true(before && grpo && rloo && before < grpo && before < rloo);
    assert_said(before, "<td data-v=\"0.03125\">3.1&nbsp;% (");
    assert_said(before, "<td data-v=\"0\"></td>");
    assert_said(grpo, "<td data-v=\"0.03125\">+3.1 points (");
    assert_said(rloo, "<td data-v=\"1.5\">not reached up to 50&nbsp;%</td>"
                      "<td data-v=\"0.46875\">at least +46.9 points</td>");
    free(page);
}

static void nothing_reinforced_nothing_said(void **state) {
    (void)state;
    const char *directory = make_results("none");
    add_parents(directory);
    report(directory);
    char *page = file_of(directory, "report.html");
    assert_null(strstr(page, "<h2>Repair"));
    assert_null(strstr(page, "Thresholds before and after"));
    assert_null(strstr(page, "parent&#39;s accuracy"));
    assert_null(strstr(page, "rollouts"));
    free(page);
    shell_expect(0,
                 "cd %s && test ! -e repair.csv && test ! -e plots/repair.csv && test ! -e "
                 "plots/rollouts.csv",
                 directory);
}

/* --- thresholds that moved ------------------------------------------------------------------------------ */

static struct threshold threshold(enum threshold_status status, double noise, double low, double high) {
    return (struct threshold){status, noise, low, high, 0};
}

static void a_threshold_moves(void **state) {
    (void)state;
    struct threshold found = threshold(THRESHOLD_FOUND, 0.25, 0.22, 0.29),
                     higher = threshold(THRESHOLD_FOUND, 0.5, 0.47, 0.62),
                     open = threshold(THRESHOLD_FOUND, 0.5, 0.47, INFINITY),
                     above = threshold(THRESHOLD_NOT_REACHED, 0.75, 0.5, INFINITY),
                     below = threshold(THRESHOLD_BELOW, 0.125, NAN, NAN),
                     none = threshold(THRESHOLD_NO_CLEAN, NAN, NAN, NAN);
    const struct {
        const struct threshold *before, *after;
        double points;
        int bound;
        double low, high;
    } cases[] = {
        /* 0.03 down and 0.04 up make 0.05; 0.12 up and 0.03 down make 0.1237. */
        {&found, &higher, 0.25, 0, 0.25 - 0.05, 0.25 + sqrt(0.0144 + 0.0009)},
        {&higher, &found, -0.25, 0, -0.25 - sqrt(0.0009 + 0.0144), -0.25 + 0.05},
        {&found, &open, 0.25, 0, 0.2, INFINITY},
        {&open, &found, -0.25, 0, -INFINITY, -0.2},
        {&found, &above, 0.5, 1, NAN, NAN},
        {&above, &found, -0.5, -1, NAN, NAN},
        {&found, &below, -0.125, -1, NAN, NAN},
        {&below, &found, 0.125, 1, NAN, NAN},
        {&below, &above, 0.625, 1, NAN, NAN},
        {&above, &below, -0.625, -1, NAN, NAN},
        {&above, &above, NAN, 0, NAN, NAN},
        {&below, &below, NAN, 0, NAN, NAN},
        {&none, &found, NAN, 0, NAN, NAN},
        {&found, &none, NAN, 0, NAN, NAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct threshold_change change = threshold_change(cases[i].before, cases[i].after);
        double got[] = {change.points, change.low, change.high},
               wanted[] = {cases[i].points, cases[i].low, cases[i].high};
        assert_int_equal(change.bound, cases[i].bound);
        for (int n = 0; n < 3; n++)
            if (isnan(wanted[n]) ? !isnan(got[n])
                                 : got[n] != wanted[n] && !(fabs(got[n] - wanted[n]) < 1e-12))
                fail_msg("case %zu: %g instead of %g", i, got[n], wanted[n]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curves_are_against_rollouts),
        cmocka_unit_test(one_method_is_a_figure_of_noises),
        cmocka_unit_test(accuracy_before_and_after),
        cmocka_unit_test(other_training_other_figure),
        cmocka_unit_test(ways_without_room_have_a_further_figure),
        cmocka_unit_test(noise_is_the_parents),
        cmocka_unit_test(supervised_learning_keeps_its_figures),
        cmocka_unit_test(the_page_holds_children_against_parents),
        cmocka_unit_test(thresholds_stand_side_by_side),
        cmocka_unit_test(nothing_reinforced_nothing_said),
        cmocka_unit_test(a_threshold_moves),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
