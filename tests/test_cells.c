/* Cells of a sweep: which runs belong together, and in which order they go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "sweep/array_job.h"
#include "sweep/cells.h"
#include "tests/support/stand_in.h"

/* The plan of a spec, of which nothing is done yet. */
static struct plan plan_of(const struct spec *spec) {
    struct plan plan;
    struct error error = {""};
    if (plan_make_in(spec, "/nowhere", &plan, &error)) fail_msg("%s", error.message);
    return plan;
}

/* What goes in which order, as "cell seed, cell seed". */
static void assert_order(const char *text, const char *expected) {
    struct spec *spec = stand_in_spec(text, NULL);
    struct plan plan = plan_of(spec);
    struct cells cells;
    struct buffer order = {0};
    assert_int_equal(cells_make(&plan, &cells, NULL), ERR_OK);
    for (int i = 0; i < plan.count; i++) {
        const struct planned_run *run = &plan.runs[cells.order[i]];
        struct config config;
        spec_run(spec, run->run, &config);
        buffer_printf(&order, "%s%s %d", i ? ", " : "", run->cell, (int)config.seed);
        int cell = cells.of[run->run];
        assert_true(i >= cells.start[cell] && i < cells.start[cell + 1]);
    }
    assert_int_equal(cells.start[cells.count], plan.count);
    assert_string_equal(order.bytes, expected);
    buffer_free(&order);
    cells_free(&cells);
    plan_free(&plan);
    spec_free(spec);
}

/* Also where the spec has the noisy ones first, and the seeds last. */
static void clean_cells_go_first(void **state) {
    (void)state;
    assert_order("seeds: [2, 1]\ngrid: {noise.digit: [0.5, 0, 0.1]}\n",
                 "clean 2, clean 1, noise.digit=0.5 2, noise.digit=0.5 1, noise.digit=0.1 2, "
                 "noise.digit=0.1 1");
    assert_order("grid: {noise.line: [0.5, 0], data.samples: [20, 10]}\n",
                 "clean data.samples=20 1, clean data.samples=10 1, data.samples=20 noise.line=0.5 1, "
                 "data.samples=10 noise.line=0.5 1");
}

/* A rate with which no sample is noised is none; an option that nothing depends on makes no cell. */
static void what_has_no_effect_makes_no_cell(void **state) {
    (void)state;
    assert_order("seeds: [1, 2]\ndata: {contamination: 0}\nnoise: {digit: 0.5}\n", " 1,  2");
    assert_order("grid: {noise.digit: [0.5, 0], data.contamination: [1, 0.5]}\n",
                 "clean 1, data.contamination=1 noise.digit=0.5 1, data.contamination=0.5 noise.digit=0.5 1");
}

static void a_cell_is_complete_with_its_last_seed(void **state) {
    (void)state;
    struct spec *spec = stand_in_spec("seeds: [1, 2, 3]\ngrid: {noise.digit: [0.5, 0]}\n", NULL);
    struct plan plan = plan_of(spec);
    struct cells cells;
    /* As in the spec: the first seed's cells come first. */
    plan.runs[2].complete = true;
    assert_int_equal(cells_make(&plan, &cells, NULL), ERR_OK);
    assert_int_equal(cells.count, 2);
    assert_int_equal(cells.of[1], 0); /* clean */
    assert_int_equal(cells.left[0], 3);
    assert_int_equal(cells.left[1], 2);
    assert_false(cells_complete(&cells, 0));
    assert_false(cells_complete(&cells, 1));
    assert_true(cells_complete(&cells, 4));
    assert_int_equal(cells.left[0], 2);
    cells_free(&cells);

    /* The tasks of a job array are numbered as the spec's runs are, whatever goes first here. */
    struct buffer tasks = {0};
    assert_int_equal(array_job_tasks(&plan, 6, &tasks), 5);
    assert_string_equal(tasks.bytes, "0-1,3-5");
    buffer_free(&tasks);
    plan_free(&plan);
    spec_free(spec);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_cells_go_first),
        cmocka_unit_test(what_has_no_effect_makes_no_cell),
        cmocka_unit_test(a_cell_is_complete_with_its_last_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
