/* pass@k of runs and of checkpoints, from the option to result.json, results.csv, the page and its figure. */
#include <jansson.h>
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
#include "tests/support/training.h"

static json_t *load(const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", getenv("SCRATCH"), name);
    json_t *json = json_load_file(path, 0, NULL);
    assert_non_null(json);
    return json;
}

static double number(json_t *json, const char *name) {
    json_t *member = json_object_get(json, name);
    if (!json_is_number(member)) fail_msg("%s is not a number", name);
    return json_number_value(member);
}

/* --- runs --------------------------------------------------------------------------------------------- */

static const char *const figures[] = {
    "pass_samples",        "pass_1",       "pass_2",         "pass_4",         "pass_n",
    "pass_1_low",          "pass_1_high",  "pass_n_low",     "pass_n_high",    "majority",
    "pass_trace_accuracy", "pass_unsound", "pass_malformed", "pass_truncated", "unique_traces",
    "unique_completions"};
enum { FIGURES = sizeof figures / sizeof *figures };

static void assert_same_figures(json_t *a, json_t *b) {
    for (int i = 0; i < FIGURES; i++) {
        double one = number(a, figures[i]), other = number(b, figures[i]);
        if (!(fabs(one - other) < 1e-8)) fail_msg("%s: %.17g and %.17g", figures[i], one, other);
    }
}

/* The test itself is as it was; the checkpoint, asked again, says the same, whatever its own test is like. */
static void a_run_and_its_checkpoint_agree(void **state) {
    (void)state;
    TRAINING_DONE("plain", TRAINING_EASY, "train.max_steps=90", "eval.problems=30");
    TRAINING_DONE("drawn", TRAINING_EASY, "train.max_steps=90", "eval.problems=30", "eval.pass=6");
    TRAINING_DONE("threads", TRAINING_EASY, "train.max_steps=90", "eval.problems=30", "eval.pass=6",
                  "train.threads=2", "eval.temperature=0.5");
    json_t *plain = load("plain/result.json"), *drawn = load("drawn/result.json");
    json_t *threads = load("threads/result.json");
    assert_null(json_object_get(plain, "pass_samples"));
    assert_null(json_object_get(plain, "pass_1"));
    assert_true(number(plain, "accuracy") == number(drawn, "accuracy"));
    assert_true(number(plain, "test_loss") == number(drawn, "test_loss"));
    assert_same_figures(drawn, threads);
    assert_null(json_object_get(drawn, "pass_8"));
    double one = number(drawn, "pass_1"), all = number(drawn, "pass_n");
    assert_true(one > 0.02 && one < 0.98 && all > one);
    assert_true(number(drawn, "pass_1_low") < one && one < number(drawn, "pass_1_high"));
    assert_true(fabs(30 * 6 * one - round(30 * 6 * one)) < 1e-6); /* a share of the completions */
    assert_true(fabs(30 * all - round(30 * all)) < 1e-6);         /* a share of the problems */
    shell_expect(0, "cd $SCRATCH && $COTNOISE eval drawn --pass 6 --json >again.json && "
                    "$COTNOISE eval drawn --pass 6 --threads 2 >again.txt");
    json_t *again = load("again.json");
    assert_same_figures(drawn, again);
    char said[128];
    snprintf(said, sizeof said, "pass@6         %.4f   (95 %% interval %.4f to %.4f)\n", all,
             number(drawn, "pass_n_low"), number(drawn, "pass_n_high"));
    const char *table = shell_expect(0, "cat $SCRATCH/again.txt");
    assert_non_null(strstr(table, said));
    snprintf(said, sizeof said, "\n6 completions a problem, drawn at temperature 1:\npass@1         %.4f ",
             one);
    assert_non_null(strstr(table, said));
    snprintf(said, sizeof said, "\nmajority       %.4f ", number(drawn, "majority"));
    assert_non_null(strstr(table, said));
    snprintf(said, sizeof said, "\nright answers  %.2f different completions a problem, %.2f of them",
             number(drawn, "unique_completions"), number(drawn, "unique_traces"));
    assert_non_null(strstr(table, said));
    json_decref(again);
    json_decref(threads);
    json_decref(drawn);
    json_decref(plain);
}

/* The last evaluation alone has it, in metrics.jsonl and so in TensorBoard. */
static void the_last_evaluation_tells(void **state) {
    (void)state;
    json_t *lines = training_metrics("drawn", true), *result = load("drawn/result.json");
    size_t last = json_array_size(lines) - 1;
    assert_true(last > 0);
    assert_true(fabs(training_member(lines, last, "pass_1") - number(result, "pass_1")) < 1e-8);
    assert_null(json_object_get(json_array_get(lines, 0), "pass_1"));
    json_decref(lines);
    json_decref(result);
}

/* What was said and can do nothing, or is too much. */
static void what_may_be_said(void **state) {
    (void)state;
    const char *said = shell_expect(2, "$COTNOISE eval $SCRATCH/drawn --pass 1025");
    assert_non_null(strstr(said, "--pass 1025: must be a whole number from 1 to 1024"));
    said = shell_expect(2, "$COTNOISE eval $SCRATCH/drawn --pass 0");
    assert_non_null(strstr(said, "--pass 0: must be a whole number from 1 to 1024"));
    said = shell_expect(2, "$COTNOISE eval $SCRATCH/drawn --pass 8 --temperature 0");
    assert_non_null(strstr(said, "--pass 8: at temperature 0 all completions of a problem are the same"));
    said = shell_expect(0, "$COTNOISE eval $SCRATCH/drawn --pass 3 --temperature 0.25 -n 5 --seed 4");
    assert_non_null(strstr(said, "\n3 completions a problem, drawn at temperature 0.25:\n"));
    /* Given problems: the seed draws completions, so there is nothing to warn of. */
    said = shell_expect(0, "echo '{\"task\":\"max\",\"args\":[[1,2]]}' | "
                           "$COTNOISE eval $SCRATCH/drawn --problems - --pass 1 --seed 4 2>&1");
    assert_non_null(strstr(said, "\n1 completion a problem, drawn at temperature 1:\n"));
    assert_null(strstr(said, "no effect"));
    said = shell_expect(0, "$COTNOISE eval $SCRATCH/drawn");
    assert_null(strstr(said, "pass@"));
}

/* --- the report ------------------------------------------------------------------------------------------
 */

/* A run of four completions a problem with these pass@1, pass@2 and pass@4. */
static void add_run(const char *directory, const char *format, const char *rate, int64_t seed, double one,
                    double two, double four) {
    struct pass_evaluation pass = {.samples = 4, .all = four, .unsound = NAN};
    const double at[] = {one, two, four};
    for (int p = 0; p < PASS_POWERS; p++) pass.at[p] = p < 3 ? at[p] : NAN;
    make_run(directory, (struct made_run){.format = format,
                                          .noise = strcmp(rate, "0") ? "digit" : "none",
                                          .rate = rate,
                                          .seed = seed,
                                          .correct = 50,
                                          .options = "\"eval\":{\"pass\":4}",
                                          .pass = &pass});
}

static char *report_of(const char *directory, const char *file) {
    struct report_summary summary;
    struct error error = {""};
    char path[600], *bytes = NULL;
    size_t length;
    if (report_write(directory, &(struct report_options){.command = ""}, &summary, &error))
        fail_msg("%s", error.message);
    report_free(&summary);
    snprintf(path, sizeof path, "%s/%s", directory, file);
    if (file_read(path, 1 << 24, &bytes, &length, NULL)) fail_msg("%s cannot be read", path);
    return bytes;
}

static void assert_line(const char *text, const char *line) {
    if (!strstr(text, line)) fail_msg("no '%s' in:\n%s", line, text);
}

/* Levels of noise share a figure where nothing else differs; a mean is over seeds, and so is its interval:
 * of 1/4 and 1/2, 3/8 and 12.7062 times 1/8 either way, as far as shares go. */
static void noise_levels_share_a_figure(void **state) {
    (void)state;
    const char *directory = make_results("levels");
    add_run(directory, "trace", "0", 1, 0.5, 0.5, 0.5);
    add_run(directory, "trace", "0", 2, 0.5, 0.5, 0.5);
    add_run(directory, "trace", "0.5", 1, 0.25, 0.5, 1);
    add_run(directory, "trace", "0.5", 2, 0.5, 0.53125, 1);
    char *csv = report_of(directory, "plots/pass.csv");
    assert_line(csv,
                "cell,k,pass,low,high,runs,label\n1,1,0.5,0.5,0.5,2,no noise\n1,2,0.5,0.5,0.5,2,no noise\n");
    assert_line(csv, "\n2,1,0.375,0,1,2,static: digit 50 %\n");
    const char *line = strstr(csv, "\n2,2,0.515625,");
    double low, high;
    assert_non_null(line);
    assert_int_equal(sscanf(line, "\n2,2,0.515625,%lf,%lf,2,static", &low, &high), 2);
    assert_true(fabs(low - (0.515625 - 12.7062 / 64)) < 1e-9 &&
                fabs(high - (0.515625 + 12.7062 / 64)) < 1e-9);
    assert_line(csv, "\n2,4,1,1,1,2,static: digit 50 %\n");
    free(csv);
    shell_expect(0, "cd %s && test ! -e plots/pass-2.csv && test -s plots/pass.svg && test -s plots/pass.png",
                 directory);
    char *runs = report_of(directory, "plots/pass-runs.csv");
    assert_line(runs, "\n2,2,0.53125,2,add-trace-digit-0.5-1-2\n");
    free(runs);
    char *page = report_of(directory, "report.html");
    assert_line(page, "<h2>More than one attempt</h2>");
    assert_line(page, "<button>pass@1</button>");
    assert_line(page, "<button>pass@4</button>");
    assert_line(page, "<td class=\"n\" data-v=\"0.53125\">53.1&nbsp;%</td>");
    assert_null(strstr(page, "pass@8"));
    assert_null(strstr(page, "pass_1_low"));
    assert_null(strstr(page, "pass_samples"));
    free(page);
    char *table = report_of(directory, "results.csv");
    assert_line(table, ",commit,noise.digit,pass_samples,pass_1,pass_2,pass_4,");
    assert_null(strstr(table, "pass_8"));
    assert_null(strstr(table, "pass_unsound")); /* measured of none */
    free(table);
    /* The table alone gives the same figure. */
    shell_expect(0,
                 "mkdir $SCRATCH/alone && cp %s/results.csv $SCRATCH/alone && "
                 "$COTNOISE report $SCRATCH/alone && cmp %s/plots/pass.csv $SCRATCH/alone/plots/pass.csv",
                 directory, directory);
}

/* Where runs were trained in different ways, these are compared, noise by noise. */
static void settings_share_a_figure(void **state) {
    (void)state;
    const char *directory = make_results("settings");
    add_run(directory, "trace", "0", 1, 0.6, 0.7, 0.8);
    add_run(directory, "direct", "0", 1, 0.1, 0.2, 0.3);
    add_run(directory, "trace", "0.5", 1, 0.4, 0.5, 0.6);
    make_run(directory, (struct made_run){.noise = "digit", .rate = "0.1", .correct = 50});
    char *csv = report_of(directory, "plots/pass.csv");
    assert_string_equal(csv, "cell,k,pass,low,high,runs,label\n1,1,0.6,,,1,chain of thought\n"
                             "1,2,0.7,,,1,chain of thought\n1,4,0.8,,,1,chain of thought\n"
                             "2,1,0.1,,,1,direct answer\n2,2,0.2,,,1,direct answer\n"
                             "2,4,0.3,,,1,direct answer\n");
    free(csv);
    csv = report_of(directory, "plots/pass-2.csv");
    assert_string_equal(csv, "cell,k,pass,low,high,runs,label\n1,1,0.4,,,1,all runs\n1,2,0.5,,,1,all runs\n"
                             "1,4,0.6,,,1,all runs\n");
    free(csv);
    shell_expect(0,
                 "cd %s/plots && test ! -e pass-3.csv && grep -q 'one of k completions, no noise' pass.gp && "
                 "grep -q 'one of k completions, static: digit 50 %%' pass-2.gp",
                 directory);
    char *page = report_of(directory, "report.html");
    assert_line(page, "<td class=\"n\" data-v=\"\">–</td>"); /* of the run without */
    free(page);
}

/* Without such runs nothing is said. */
static void nothing_drawn_nothing_said(void **state) {
    (void)state;
    const char *directory = make_results("none");
    make_run(directory, (struct made_run){.correct = 99});
    char *page = report_of(directory, "report.html");
    assert_null(strstr(page, "pass@"));
    assert_null(strstr(page, "attempt"));
    free(page);
    char *table = report_of(directory, "results.csv");
    assert_null(strstr(table, "pass"));
    free(table);
    shell_expect(0, "test ! -e %s/plots/pass.csv", directory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_and_its_checkpoint_agree),
        cmocka_unit_test(the_last_evaluation_tells),
        cmocka_unit_test(what_may_be_said),
        cmocka_unit_test(noise_levels_share_a_figure),
        cmocka_unit_test(settings_share_a_figure),
        cmocka_unit_test(nothing_drawn_nothing_said),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
