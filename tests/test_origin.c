/* What a results.csv leaves to the spec beside it: options that follow from a row's settings, and those that
 * do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "noise/noises.h"
#include "record/collect.h"
#include "support/runs.h"
#include "support/shell.h"

#define HEADER "run,task,format,model,samples,epochs,noise,rate,contamination,accuracy\n"
#define SPEC   "name: x\ntask: {name: add, max_digits: 3}\ndata: {samples: 100, epochs: 1}\n"

static enum err read_table(const char *spec, const char *rows, struct collection *collection,
                           struct error *error) {
    char folder[256];
    snprintf(folder, sizeof folder, "%s/table", getenv("SCRATCH"));
    make_file(folder, "spec.yaml", "%s", spec);
    make_file(folder, "results.csv", HEADER "%s", rows);
    *collection = (struct collection){0};
    return collect_runs(folder, false, collection, error);
}

/* Options that change together with the model, the samples or the task need no column; nor does a seed. */
static void settings_tell_the_rest(void **state) {
    (void)state;
    struct collection c;
    struct error error = {""};
    enum err code = read_table(SPEC "seeds: [1, 2]\nmodel: {layers: 2, heads: 4}\ngrid:\n"
                                    "  - zip: {model.width: [32, 64], model.ffn: [128, 256], "
                                    "train.learning_rate: [0.004, 0.003]}\n"
                                    "    noise.digit: [0, 0.5]\n"
                                    "  - zip: {data.samples: [200], train.clip: [0.5]}\n"
                                    "    noise.digit: [0, 0.5]\n"
                                    "  - task: [{name: sort, max_length: 2}]\n",
                               "a,add,trace,custom-2x32,100,1,none,0,1,1\n"
                               "b,add,trace,custom-2x32,100,1,digit,0.25,1,1\n"
                               "c,add,trace,custom-2x128,200,1,digit,0.5,1,1\n"
                               "d,add,trace,tiny,100,1,digit,0.5,1,1\n"
                               "e,sort,trace,custom-2x128,100,1,digit,0.5,1,1\n",
                               &c, &error);
    if (code) fail_msg("%s", error.message);
    assert_int_equal(c.count, 5);
    for (size_t i = 0; i < c.count; i++) {
        const struct config *config = &c.records[i]->config;
        const char run = *c.records[i]->run;
        bool narrow = run == 'a' || run == 'b';
        assert_int_equal(config->model.width, narrow ? 32 : run == 'd' ? 64 : 128);
        assert_int_equal(config->model.ffn, narrow ? 128 : run == 'd' ? 256 : 512);
        assert_true(config->train.learning_rate == (narrow ? 0.004 : run == 'd' ? 0.003 : 0.001));
        assert_true(config->train.clip == (run == 'c' ? 0.5 : 1));
        if (run == 'e')
            assert_int_equal(config->mix.entry[0].sizes.max_length, 2);
        else
            assert_int_equal(config->mix.entry[0].sizes.max_digits, 3);
        assert_true(record_level(c.records[i], noise_find("digit")) == (run == 'a'   ? 0
                                                                        : run == 'b' ? 0.25
                                                                                     : 0.5));
    }
    collection_free(&c);
}

static void what_they_do_not_tell_is_refused(void **state) {
    (void)state;
    static const char *const bad[][3] = {
        {"grid: {train.learning_rate: [0.1, 0.2]}\n", "a,add,trace,small,100,1,none,0,1,1\n",
         "results.csv: no column 'train.learning_rate', in which runs of spec.yaml differ"},
        {"grid: {rl.method: [none, grpo]}\n", "a,add,trace,small,100,1,none,0,1,1\n",
         "no column 'rl.method'"},
        {"grid: {task.max_digits: [1, 2]}\n", "a,add,trace,small,100,1,none,0,1,1\n",
         "no column 'task.max_digits'"},
        {"grid: {model.ffn: [128, 256]}\n", "a,add,trace,custom-3x128,100,1,none,0,1,1\n",
         "no column 'model.ffn'"},
        {"noise: {digit: 0.5}\ngrid: {noise.digit.contamination: [0.1, 0.2]}\n",
         "a,add,trace,small,100,1,digit,0.5,1,1\n", "no column 'noise.digit.contamination'"},
        {"grid: {zip: {data.samples: [100, 200], train.clip: [1, 0.5]}}\n",
         "a,add,trace,small,100,1,none,0,1,1\nb,add,trace,small,300,1,none,0,1,1\n",
         "results.csv:3: no run of spec.yaml is like this one, and there is no column 'train.clip'"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct collection c;
        struct error error = {""};
        char spec[512];
        snprintf(spec, sizeof spec, SPEC "%s", bad[i][0]);
        assert_int_equal(read_table(spec, bad[i][1], &c, &error), ERR_INPUT);
        if (!strstr(error.message, bad[i][2])) fail_msg("%zu: %s", i, error.message);
        collection_free(&c);
    }
}

/* A row that no run of the spec is like, of samples or a model of its own, is taken with the spec's options
 * where none is in doubt. */
static void other_rows_are_taken(void **state) {
    (void)state;
    struct collection c;
    struct error error = {""};
    enum err code = read_table(SPEC "train: {clip: 0.5}\ngrid: {model.width: [64, 128]}\n",
                               "a,add,trace,somebody's,100,1,none,0,1,1\n"
                               "b,add,trace,small,300,1,none,0,1,1\n",
                               &c, &error);
    if (code) fail_msg("%s", error.message);
    assert_int_equal(c.count, 2);
    for (size_t i = 0; i < 2; i++) assert_true(c.records[i]->config.train.clip == 0.5);
    assert_string_equal(c.records[1]->model, "somebody's");
    collection_free(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_tell_the_rest),
        cmocka_unit_test(what_they_do_not_tell_is_refused),
        cmocka_unit_test(other_rows_are_taken),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
