/* What the page says of cells that chose (`select`): one curve through the chosen runs, what choosing moved,
 * and the table of levels with what was chosen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "page/page.h"
#include "record/collect.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

static const char spec[] = "name: chosen\ntask: {name: add}\n"
                           "grid: {noise.digit: [0, 0.5, 1], train.learning_rate: [0.001, 0.01]}\n"
                           "select: train.learning_rate\n";

/* The lower rate is right without noise, the higher one with it: each alone keeps less. */
static const char table[] =
    "run,task,format,model,samples,epochs,seed,noise,rate,contamination,accuracy,validation_accuracy,"
    "problems,correct,noise.digit,train.learning_rate\n"
    "a,add,trace,small,20000,4,1,none,0,1,1,1,100000,100000,0,0.001\n"
    "b,add,trace,small,20000,4,1,none,0,1,0.98,0.98,100000,98000,0,0.01\n"
    "c,add,trace,small,20000,4,1,digit,0.5,1,0.8,0.8,100000,80000,0.5,0.001\n"
    "d,add,trace,small,20000,4,1,digit,0.5,1,0.97,0.97,100000,97000,0.5,0.01\n"
    "e,add,trace,small,20000,4,1,digit,1,1,0.2,0.2,100000,20000,1,0.001\n"
    "f,add,trace,small,20000,4,1,digit,1,1,0.3,0.3,100000,30000,1,0.01\n";

struct choice {
    struct collection collection;
    struct curves curves;
    struct alternatives alternatives;
    struct page page;
    struct buffer html;
};

/* The runs of `table`, under a spec. */
static void collect(const char *name, const char *text, struct collection *collection) {
    char directory[1024];
    struct error error = {""};
    snprintf(directory, sizeof directory, "%s/%s", getenv("SCRATCH"), name);
    make_file(directory, "spec.yaml", "%s", text);
    make_file(directory, "results.csv", "%s", table);
    if (collect_runs(directory, false, collection, &error)) fail_msg("%s", error.message);
}

/* `beside`: a sweep that does not choose is compared with it. */
static void open_choice(struct choice *choice, bool beside) {
    struct error error = {""};
    *choice = (struct choice){.page = {.name = "x",
                                       .collection = &choice->collection,
                                       .curves = &choice->curves,
                                       .alternatives = &choice->alternatives}};
    collect("choice", spec, &choice->collection);
    if (beside) {
        struct collection other;
        collect("untuned", "name: untuned\ntask: {name: add}\n", &other);
        for (size_t r = 0; r < other.count; r++) other.records[r]->run[0] = 'x'; /* other runs */
        assert_int_equal(collection_merge(&choice->collection, &other, &error), ERR_OK);
        collection_free(&other);
    }
    if (curves_find(&choice->collection, 0.95, 0.9, &choice->curves, &error) ||
        alternatives_find(&choice->collection, &choice->curves, &choice->alternatives, &error))
        fail_msg("%s", error.message);
}

static void close_choice(struct choice *choice) {
    alternatives_free(&choice->alternatives);
    curves_free(&choice->curves);
    collection_free(&choice->collection);
    buffer_free(&choice->html);
}

static void assert_shown(const struct choice *choice, const char *wanted) {
    if (!choice->html.bytes || !strstr(choice->html.bytes, wanted))
        fail_msg("'%s' is not in:\n%s", wanted, choice->html.bytes ? choice->html.bytes : "");
}

/* One curve, of a, d and f; beside it one for each rate. */
static void chosen_runs_are_one_curve(void **state) {
    (void)state;
    struct choice c;
    open_choice(&c, false);
    assert_int_equal(c.curves.count, 1);
    const struct curve *curve = &c.curves.curve[0];
    assert_int_equal(curve->count, 3);
    assert_true(curve->points[0].mean == 1 && curve->points[1].mean == 0.97 && curve->points[2].mean == 0.3);
    assert_int_equal(c.alternatives.curves.count, 2);
    for (int i = 0; i < 2; i++)
        assert_true(alternatives_match(&c.collection, curve, &c.alternatives.curves.curve[i]));
    assert_true(c.alternatives.curves.curve[0].points[1].mean == 0.8);
    assert_true(c.alternatives.curves.curve[1].points[0].mean == 0.98);
    close_choice(&c);
}

static void what_choosing_moved_is_shown(void **state) {
    (void)state;
    struct choice c;
    open_choice(&c, false);
    page_choice(&c.page, &c.html);
    assert_shown(&c, "<b>chosen cell by cell</b></td><td class=\"n\" data-v=\"1\">100.0 %</td><td>51&nbsp;%");
    assert_shown(&c, "learning rate 0.001</td><td class=\"n\" data-v=\"1\">100.0 %</td><td>13&nbsp;%");
    assert_shown(&c, "learning rate 0.01</td><td class=\"n\" data-v=\"0.98\">98.0 %</td><td>53&nbsp;%");
    buffer_clear(&c.html);
    static const struct alternatives none;
    c.page.alternatives = &none; /* nothing was chosen: nothing is said */
    page_choice(&c.page, &c.html);
    assert_int_equal(c.html.length, 0);
    close_choice(&c);
}

/* Compared with a sweep of the same runs that does not choose, the chosen ones are a curve of their own, and
 * the others one for each rate. */
static void a_sweep_that_does_not_choose_stays_apart(void **state) {
    (void)state;
    struct choice c;
    open_choice(&c, true);
    assert_int_equal(c.curves.count, 3);
    assert_string_equal(c.curves.curve[0].place, "choice, learning rate chosen");
    assert_string_equal(c.curves.curve[1].place, "untuned, learning rate 0.001");
    assert_string_equal(c.curves.curve[2].place, "untuned, learning rate 0.01");
    for (int i = 0; i < 3; i++) assert_int_equal(curve_runs(&c.curves.curve[i]), 3);
    assert_int_equal(c.alternatives.curves.count, 2);
    assert_int_equal(curve_runs(&c.alternatives.curves.curve[0]), 3); /* of the one that chooses alone */
    assert_true(c.curves.curve[0].points[1].mean == 0.97 && c.curves.curve[0].points[2].mean == 0.3);
    struct curve fixed = c.alternatives.curves.curve[0];
    struct record first = *fixed.noisy;
    fixed.noisy = &first;
    first.sweep = 1; /* a curve of both may begin with a run of either */
    assert_true(alternatives_match(&c.collection, &c.curves.curve[0], &fixed));
    page_choice(&c.page, &c.html);
    const char *chosen = strstr(c.html.bytes, "chosen cell by cell");
    assert_true(chosen && !strstr(chosen + 1, "chosen cell by cell"));
    assert_shown(&c, "learning rate 0.001</td><td class=\"n\" data-v=\"1\">100.0 %</td><td>13&nbsp;%");
    assert_shown(&c, "learning rate 0.01</td><td class=\"n\" data-v=\"0.98\">98.0 %</td><td>53&nbsp;%");
    close_choice(&c);
}

/* The table of thresholds names no one value where the clean cell took another than those with noise. */
static void thresholds_name_no_value_that_differs(void **state) {
    (void)state;
    struct choice c;
    struct error error = {""};
    char path[1024], *bytes;
    size_t length;
    open_choice(&c, false);
    for (size_t r = 0; r < c.collection.count; r++) /* with noise all cells took one value */
        if (c.collection.records[r]->outcome.evaluation.accuracy < 0.9)
            c.collection.records[r]->config.train.learning_rate = 0.01;
    snprintf(path, sizeof path, "%s/thresholds.csv", getenv("SCRATCH"));
    assert_int_equal(curves_write_csv(&c.collection, &c.curves, path, &error), ERR_OK);
    assert_int_equal(file_read(path, 1 << 20, &bytes, &length, &error), ERR_OK);
    if (!strstr(bytes, "add,trace,small,20000,4,digit,rate,1,,,3,3,1,1,")) fail_msg("%s", bytes);
    free(bytes);
    close_choice(&c);
}

static void levels_say_what_was_chosen(void **state) {
    (void)state;
    struct choice c;
    open_choice(&c, false);
    for (size_t r = 0; r < c.collection.count; r++) {
        struct outcome *outcome = &c.collection.records[r]->outcome;
        if (outcome->evaluation.accuracy == 0.97) {
            outcome->sites = 12.5;
            outcome->changed = 0.41;
        }
    }
    page_levels(&c.page, &c.html);
    assert_shown(&c, "<button>chosen train.learning_rate</button>");
    assert_shown(&c,
                 "data-v=\"0.5\">50 %</td><td class=\"n\" data-v=\"12.5\">12.5</td>"
                 "<td class=\"n\" data-v=\"0.41\">41.0 %</td><td class=\"n\" data-v=\"0.97\">97.0 %</td>");
    assert_shown(&c, "data-v=\"1\">1</td><td class=\"n\">0.001</td></tr>");
    assert_shown(&c, "data-v=\"1\">1</td><td class=\"n\">0.01</td></tr>");
    assert_shown(&c, "<td class=\"n\" data-v=\"\">–</td>"); /* a table does not know sites */
    close_choice(&c);
}

/* What was not chosen is in the table of runs all the same. */
static void runs_that_were_not_chosen_are_listed(void **state) {
    (void)state;
    struct choice c;
    struct error error;
    open_choice(&c, false);
    assert_int_equal(page_runs(&c.page, &c.html, &error), ERR_OK);
    assert_shown(&c, "<h3>Not chosen</h3>");
    const char *apart = strstr(c.html.bytes, "<h3>Not chosen</h3>");
    size_t rows = 0;
    for (const char *at = apart; (at = strstr(at, "<tr>")); at++) rows++;
    assert_int_equal(rows, 4); /* its head and b, c, e */
    close_choice(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chosen_runs_are_one_curve),
        cmocka_unit_test(what_choosing_moved_is_shown),
        cmocka_unit_test(a_sweep_that_does_not_choose_stays_apart),
        cmocka_unit_test(thresholds_name_no_value_that_differs),
        cmocka_unit_test(levels_say_what_was_chosen),
        cmocka_unit_test(runs_that_were_not_chosen_are_listed),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
