/* What a sweep has to do: how much it is, and how fast such work went before. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "sweep/plan_listing.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"
#include "tests/support/stand_in.h"

static struct plan plan_of(const char *text) {
    struct spec *spec;
    struct plan plan;
    struct error error = {""};
    if (spec_parse("spec.yaml", text, strlen(text), NULL, 0, &spec, &error) ||
        plan_make(spec, getenv("SCRATCH"), &plan, &error))
        fail_msg("%s", error.message);
    for (int i = 0; i < plan.count; i++) plan.runs[i].id = NULL; /* the spec's */
    spec_free(spec);
    return plan;
}

#define ADD "task: {name: add, sampling: length, max_digits: 2}\n"

static void steps_are_a_limit(void **state) {
    (void)state;
    struct plan plan = plan_of("name: steps\n" ADD "data: {samples: 100, epochs: 1}\n"
                               "train: {batch_tokens: 500}\ngrid: {train.max_steps: [0, 1, 1000000]}\n");
    assert_int_equal(plan.count, 3);
    assert_int_equal(plan.runs[1].tokens, 500);
    assert_true(plan.runs[0].tokens > 500);
    assert_int_equal(plan.runs[2].tokens, plan.runs[0].tokens); /* the data end before */
    plan_free(&plan);
}

static void given_data_are_counted(void **state) {
    (void)state;
    char text[2048];
    shell_expect(0, "cd $SCRATCH && printf '" ADD "' >add.yaml && $COTNOISE gen add.yaml -n 30 -o 30.jsonl");
    snprintf(text, sizeof text, "name: given\n" ADD "data: {file: %s/30.jsonl, epochs: 2}\n",
             getenv("SCRATCH"));
    struct plan plan = plan_of(text);
    struct plan made = plan_of("name: made\n" ADD "data: {samples: 30, epochs: 2}\n");
    assert_true(plan.runs[0].tokens > made.runs[0].tokens * 9 / 10);
    assert_true(plan.runs[0].tokens < made.runs[0].tokens * 11 / 10);
    plan_free(&plan);
    plan_free(&made);
}

/* Testing is work as well: each look at the validation problems, each completion of a problem. */
#define TESTED "name: tests\n" ADD "data: {samples: 1000, epochs: 2}\ntrain: {batch_tokens: 500}\n"
static void tests_are_counted(void **state) {
    (void)state;
    struct plan once = plan_of(TESTED "eval: {problems: 20}\n");
    struct plan often = plan_of(TESTED "eval: {problems: 20, every: 10}\n");
    struct plan last = plan_of(TESTED "eval: {problems: 20, every: 100000}\n");
    struct plan thrice = plan_of(TESTED "eval: {problems: 20, samples: 3, temperature: 1}\n");
    struct plan drawn = plan_of(TESTED "eval: {problems: 20, pass: 7}\n");
    double problem = once.runs[0].tested / 40, steps = (double)once.runs[0].tokens / 500;
    assert_true(fabs(problem * 2000 - (double)once.runs[0].tokens) < 1); /* as long as a sample */
    assert_true(once.runs[0].samples == 1040); /* those of the last validation, and of the test */
    assert_true(often.runs[0].tested > problem * 20 * steps / 10);
    assert_true(often.runs[0].tested < problem * 20 * (steps / 10 + 2));
    assert_true(often.runs[0].samples == 1040);
    assert_true(fabs(last.runs[0].tested - once.runs[0].tested) < 1e-6);
    assert_true(fabs(thrice.runs[0].tested - 3 * once.runs[0].tested) < 1e-6);
    assert_true(fabs(drawn.runs[0].tested - (2 + 7) * 20 * problem) < 1e-6); /* at the end alone */
    assert_true(once.runs[0].parameters > 1e4);
    assert_true(fabs(once.runs[0].work / once.runs[0].parameters - (double)once.runs[0].tokens) < 1);
    plan_free(&drawn);
    plan_free(&once);
    plan_free(&often);
    plan_free(&last);
    plan_free(&thrice);
}

/* What a run of reinforcement learning draws and learns from; its training data are its parent's affair. */
#define METHOD "rl: {rollouts: 800, prompts: 10, generations: 4, every: 5, method: "
static void rollouts_are_counted(void **state) {
    (void)state;
    struct plan plan = plan_of("name: rollouts\n" ADD "eval: {problems: 20}\n" METHOD "grpo}\n"
                               "grid:\n  - {rl.iterations: [1, 3]}\n  - {rl.method: [ppo, none]}\n"
                               "  - {rl.method: [expert_iteration], rl.keep: [2, 8], rl.epochs: [3]}\n"
                               "  - {rl.method: [rcrl], rl.steps: [7]}\n"
                               "  - {rl.method: [expert_iteration], rl.expert: [clean], rl.keep: [2]}\n");
    const struct planned_run *run = plan.runs;
    double drawn = run[0].drawn, supervised = (double)run[3].tokens;
    assert_int_equal(plan.count, 8);
    assert_true(fabs(drawn / 800 - supervised / 80000) <
                1e-3); /* as long as samples, of which it has 80000 */
    assert_true(run[3].rollouts == 0 && run[3].drawn == 0 && run[3].samples == 20040);
    /* Once, thrice, once by default; four rounds, of half of them or of all, thrice; steps as said. */
    const double learned[] = {drawn, 3 * drawn, drawn, supervised, drawn * 3.75, 7.5 * drawn, 4 * 7 * 128};
    for (int i = 0; i < 7; i++) {
        assert_true(fabs((double)run[i].tokens - learned[i]) < 1);
        if (i == 3) continue;
        assert_true(run[i].rollouts == 800 && fabs(run[i].drawn - drawn) < 1e-6 && !run[i].single);
        assert_true(run[i].samples == 200 + 40);
        /* 20 iterations, a look at every fifth, and the test. */
        assert_true(fabs(run[i].tested - 5 * 20 * drawn / 800) < 1e-6);
        assert_true(fabs(run[i].work - ((double)run[i].tokens + 0.6 * drawn) * run[i].parameters) <
                    2 * run[i].parameters);
    }
    assert_true(run[7].drawn == 0 && run[7].rollouts == 800);
    plan_free(&plan);
}

/* A run that has drawn as much as it has learned from was faster than its tokens say. */
static void drawing_is_part_of_the_speed(void **state) {
    (void)state;
    static const char text[] = "name: drawn\n" ADD "rl.method: grpo\n";
    struct plan plan = plan_of(text);
    const struct planned_run *run = &plan.runs[0];
    struct config config;
    struct spec *spec;
    struct error error;
    assert_int_equal(spec_parse("spec.yaml", text, strlen(text), NULL, 0, &spec, &error), ERR_OK);
    spec_run(spec, 0, &config);
    shell_expect(0, "mkdir -p %s", run->directory);
    assert_int_equal(stand_in_result(&config, run->directory, 3, &error), ERR_OK);
    struct plan done = plan_of(text);
    assert_true(done.runs[0].complete);
    assert_true(fabs(done.speed.work - 1.6 * 1000 * 100) < 1 && done.speed.tokens == 1000);
    plan_free(&done);
    plan_free(&plan);
    spec_free(spec);
}

/* Runs that the spec asked for before tell how fast it goes, where none of those that it asks for now does.
 */
static void runs_of_before_tell_the_speed(void **state) {
    (void)state;
    char directory[1024];
    snprintf(directory, sizeof directory, "%s/speed", getenv("SCRATCH"));
    struct plan plan = plan_of("name: speed\n" ADD);
    assert_true(isnan(plan_seconds(&plan, 1)));
    plan_free(&plan);
    make_run(directory, (struct made_run){.seed = 1, .correct = 50});
    make_file(directory, "runs/damaged/result.json", "%s", "{");
    make_file(directory, "runs/.hidden/result.json", "%s", "{");
    plan = plan_of("name: speed\n" ADD);
    assert_false(plan.runs[0].complete);
    assert_true(plan.speed.seconds == 1.5 && plan.speed.tokens == 4096);
    assert_true(fabs(plan.work_per_second - 4096 * 1000 / 1.5) < 1e-6);
    assert_true(fabs(plan_seconds(&plan, 1) - plan.runs[0].work / plan.work_per_second) < 1e-6);
    plan_free(&plan);
}

/* What is in the way of a run is named before anything is done about it. */
static void what_is_in_the_way_is_said(void **state) {
    (void)state;
    static const char text[] = "name: faults\nseeds: [1, 2]\n" ADD;
    struct spec *spec;
    struct plan plan;
    struct error error = {""};
    char name[256], *printed;
    size_t length;
    if (spec_parse("spec.yaml", text, strlen(text), NULL, 0, &spec, &error)) fail_msg("%s", error.message);
    snprintf(name, sizeof name, "faults/runs/%s/result.json", spec_run_id(spec, 1));
    make_file(getenv("SCRATCH"), name, "%s", "{");
    assert_int_equal(plan_make(spec, getenv("SCRATCH"), &plan, &error), ERR_OK);
    FILE *stream = open_memstream(&printed, &length);
    plan_listing_print(&plan, 1, stream);
    fclose(stream);
    assert_non_null(strstr(printed, "\nrun 2 is not complete, and what lies there will be set aside: "));
    assert_null(strstr(printed, "run 1 is not complete"));
    free(printed);
    stream = open_memstream(&printed, &length);
    assert_int_equal(plan_listing_json(&plan, spec, 1, stream, &error), ERR_OK);
    fclose(stream);
    json_t *json = json_loads(printed, 0, NULL), *runs = json_object_get(json, "runs");
    assert_int_equal(json_array_size(runs), 2);
    json_t *first = json_array_get(runs, 0), *second = json_array_get(runs, 1);
    assert_true(json_is_null(json_object_get(first, "fault")) &&
                json_is_null(json_object_get(json, "seconds")));
    assert_non_null(strstr(json_string_value(json_object_get(second, "fault")), "result.json"));
    assert_string_equal(json_string_value(json_object_get(second, "id")), spec_run_id(spec, 1));
    assert_int_equal(json_integer_value(json_object_get(second, "tokens")), plan.runs[1].tokens);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(second, "config"), "seeds")), 2);
    json_decref(json);
    free(printed);
    plan_free(&plan);
    spec_free(spec);
}

/* Nothing is trained before it is known that the line limit cuts no clean trace: of the test, of the training
 * samples that are made, in each cell. */
static void cut_traces_are_found(void **state) {
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"data: {samples: 400}\neval: {problems: 20}\nline_limit: 20", "and line_limit is 20"},
        {"data: {samples: 1}\neval: {problems: 400}\nline_limit: 20", "and line_limit is 20"},
        {"data: {samples: 1}\neval: {problems: 20}\nline_limit: 20", NULL},
        {"data: {samples: 1}\neval: {problems: 400}\nline_limit: 20\nformat: direct", NULL},
        {"data: {samples: 1}\neval: {problems: 400}\ngrid: {line_limit: [300, 20]}", "and line_limit is 20"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        struct spec *spec;
        struct plan plan = {0};
        struct error error = {""};
        snprintf(text, sizeof text, "name: cut\ntask: {name: add, min: 0, max: 5350}\n%s\n", cases[i].text);
        assert_int_equal(spec_parse("spec.yaml", text, strlen(text), NULL, 0, &spec, &error), ERR_OK);
        enum err code = plan_make(spec, getenv("SCRATCH"), &plan, &error);
        if (code != (cases[i].says ? ERR_INPUT : ERR_OK))
            fail_msg("%s: %d %s", cases[i].text, code, error.message);
        if (code) assert_non_null(strstr(error.message, cases[i].says));
        plan_free(&plan);
        spec_free(spec);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_traces_are_found),          cmocka_unit_test(steps_are_a_limit),
        cmocka_unit_test(given_data_are_counted),        cmocka_unit_test(tests_are_counted),
        cmocka_unit_test(rollouts_are_counted),          cmocka_unit_test(drawing_is_part_of_the_speed),
        cmocka_unit_test(runs_of_before_tell_the_speed), cmocka_unit_test(what_is_in_the_way_is_said),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
