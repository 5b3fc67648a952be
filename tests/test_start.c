/* What a spec says of the run that another one starts from: which run that is, and what its child is then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "noise/noises.h"
#include "spec/config_json.h"
#include "spec/identity.h"
#include "spec/start.h"
#include "tests/support/stand_in.h"

/* ID of a spec's run. */
static const char *id_of(const char *text, const char *word, int run) {
    static char id[8][CONFIG_ID_LENGTH + 1];
    static int next;
    struct spec *spec = stand_in_spec(text, word);
    next = (next + 1) % 8;
    memcpy(id[next], spec_run_id(spec, run), sizeof id[next]);
    spec_free(spec);
    return id[next];
}

static struct config config_of(const struct spec *spec, int run) {
    struct config config;
    spec_run(spec, run, &config);
    return config;
}

/* --- which run it is --- */

static const char noisy[] = "data.samples: 100\nnoise.digit: 0.5\n";

static void a_parent_is_the_run_with_those_options(void **state) {
    (void)state;
    struct spec *spec = stand_in_spec(noisy, "start={noise.digit: 0, data.samples: 40, train: {clip: 2}}");
    assert_int_equal(spec_runs(spec), 2);
    assert_int_equal(spec_run_parent(spec, 0), 1);
    assert_int_equal(spec_run_parent(spec, 1), -1);
    assert_false(spec_run_is_parent(spec, 0));
    assert_true(spec_run_is_parent(spec, 1));
    assert_string_equal(spec_run_id(spec, 1),
                        id_of("data.samples: 40\nnoise.digit: 0\ntrain.clip: 2\n", NULL, 0));
    struct config child = config_of(spec, 0), parent = config_of(spec, 1);
    assert_string_equal(child.parent, spec_run_id(spec, 1));
    assert_string_equal(child.start, "{\"data.samples\":40,\"noise.digit\":0,\"train.clip\":2}");
    assert_string_equal(parent.parent, "");
    assert_string_equal(parent.start, "");
    assert_int_equal(child.data.samples, 100);
    assert_int_equal(parent.data.samples, 40);
    assert_int_equal(spec_find_run(spec, child.parent), 1);
    assert_int_equal(spec_find_run(spec, "0123456789abcdef"), -1);
    spec_free(spec);
}

/* Nested, dotted, in a grid, on the command line; the later over the earlier. */
static void it_can_be_said_in_every_way(void **state) {
    (void)state;
    const char *wanted = id_of(noisy, "start={data: {samples: 40}, task: {max_digits: 2}}", 0);
    assert_string_equal(
        wanted, id_of("data.samples: 100\nnoise.digit: 0.5\nstart: {data.samples: 40, task.max_digits: 2}\n",
                      NULL, 0));
    assert_string_equal(wanted, id_of("data.samples: 100\nnoise.digit: 0.5\nstart: {task.max_digits: 2}\n"
                                      "grid: {start.data.samples: [40]}\n",
                                      NULL, 0));
    assert_string_equal(wanted, id_of("data.samples: 100\nnoise.digit: 0.5\nstart.task: {max_digits: 2}\n"
                                      "grid: {start.data.samples: [7, 8]}\n",
                                      "start.data.samples=40", 0));
    assert_string_equal(wanted, id_of("data.samples: 100\nnoise.digit: 0.5\n"
                                      "grid: {start: [{data.samples: 40, task: {max_digits: 2}}]}\n",
                                      NULL, 0));
}

/* `task: {...}` changes what it names; a list is another mix. */
static void tasks_of_a_parent(void **state) {
    (void)state;
    struct spec *spec =
        stand_in_spec("task.max_digits: 4\n", "start={task: [{name: sub}, {name: add, max_digits: 2}]}");
    struct config parent = config_of(spec, 1);
    assert_int_equal(parent.mix.entries, 2);
    assert_string_equal(parent.mix.entry[0].task->name, "sub");
    assert_int_equal(parent.mix.entry[1].sizes.max_digits, 2);
    struct config child = config_of(spec, 0);
    assert_int_equal(child.mix.entries, 1);
    assert_non_null(strstr(child.start, "\"task.2.max_digits\":2"));
    spec_free(spec);
    spec = stand_in_spec("task.max_digits: 4\n", "start={task: {name: sub}}");
    parent = config_of(spec, 1);
    assert_string_equal(parent.mix.entry[0].task->name, "sub");
    assert_int_equal(parent.mix.entry[0].sizes.max_digits, 4);
    spec_free(spec);
}

/* --- what runs there are --- */

static void parents_are_shared_and_come_last(void **state) {
    (void)state;
    struct spec *spec =
        stand_in_spec("seeds: [1, 2]\ngrid: {start.data.samples: [0, 40], noise.digit: [0.1, 0.5]}\n",
                      "start.noise.digit=0");
    assert_int_equal(spec_runs(spec), 10);
    static const int parents[] = {-1, -1, 8, 8, -1, -1, 9, 9, -1, -1};
    for (int run = 0; run < 10; run++) {
        assert_int_equal(spec_run_parent(spec, run), parents[run]);
        assert_int_equal(spec_run_is_parent(spec, run), run >= 8);
    }
    assert_int_equal(config_of(spec, 9).seed, 2);
    assert_string_equal(config_of(spec, 0).start, "{\"data.samples\":0}");
    struct option_ref option;
    assert_true(spec_varied(spec, 0, &option) && !strcmp(option.row->name, "seeds"));
    assert_true(spec_varied(spec, 1, &option) && !strcmp(option.row->name, "noise.*.rate"));
    assert_false(spec_varied(spec, 2, &option)); /* the parents' samples are not the runs' */
    assert_true(spec_start_varied(spec, 0, &option) && !strcmp(option.row->name, "data.samples"));
    assert_false(spec_start_varied(spec, 1, &option));
    assert_true(spec_parents_varied(spec, 0, &option) && !strcmp(option.row->name, "seeds"));
    assert_false(spec_parents_varied(spec, 1, &option));
    spec_free(spec);
}

/* A run that the grid asks for is not there twice, though others start from it. */
static void a_parent_may_be_a_run_of_the_grid(void **state) {
    (void)state;
    struct spec *spec = stand_in_spec("data.samples: 40\nstart: {noise.digit: 0}\n"
                                      "grid: {start.data.samples: [0, 40], noise.digit: [0.5, 0]}\n",
                                      NULL);
    assert_int_equal(spec_runs(spec), 4);
    assert_int_equal(spec_run_parent(spec, 2), 1);
    assert_int_equal(spec_run_parent(spec, 3), 1);
    assert_false(spec_run_is_parent(spec, 1));
    spec_free(spec);
}

/* Where some runs have a parent, those without one say so. */
static void runs_of_other_grids_have_none(void **state) {
    (void)state;
    struct spec *spec = stand_in_spec(
        "grid:\n  - noise.digit: [0.5]\n  - {noise.digit: [0.5], start.noise.digit: [0]}\n", NULL);
    assert_int_equal(spec_runs(spec), 3);
    assert_string_equal(config_of(spec, 0).start, "{\"data.samples\":0}");
    assert_string_equal(config_of(spec, 1).start, "{\"data.samples\":20000,\"noise.digit\":0}");
    spec_free(spec);
}

static void cells_are_left_out_by_their_parents(void **state) {
    (void)state;
    struct spec *spec =
        stand_in_spec("grid:\n  start.data.samples: [0, 40, 50]\n  noise.digit: [0, 0.5]\n"
                      "  exclude: [{start.data.samples: 0, noise.digit: 0.5}, {start.data.samples: 50}]\n",
                      NULL);
    assert_int_equal(spec_runs(spec),
                     5); /* (0, 0), (40, 0), (40, 0.5), and a parent of each of the last two */
    assert_int_equal(spec_run_parent(spec, 0), -1);
    assert_int_equal(spec_run_parent(spec, 1), 3);
    assert_int_equal(spec_run_parent(spec, 2), 4);
    assert_string_equal(config_of(spec, 1).start, "{\"data.samples\":40}");
    assert_string_equal(config_of(spec, 2).start, "{\"data.samples\":40}");
    spec_free(spec);
}

/* --- identity --- */

static void a_child_is_another_run_with_another_parent(void **state) {
    (void)state;
    const char *alone = id_of(noisy, NULL, 0), *child = id_of(noisy, "start={data.samples: 40}", 0);
    assert_string_not_equal(alone, child);
    assert_string_equal(alone, id_of(noisy, "start={data.samples: 0, noise.digit: 0}", 0));
    static const char *const other[] = {
        "start={data.samples: 41}", "start={data.samples: 40, noise.digit: 0.1}",
        "start={data.samples: 40, task.max_digits: 2}", "start={data.samples: 40, train.learning_rate: 0.5}",
        "start={data.samples: 40, eval.problems: 7}"};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        assert_string_not_equal(child, id_of(noisy, other[i], 0));
    assert_string_equal(child, id_of(noisy, "start={data.samples: 40, train.threads: 3}", 0));
    assert_string_equal(child, id_of(noisy, "start={data.samples: 40, noise.digit: 0.5}", 0));
}

/* config.json has all that the ID is made from. */
static void a_configuration_is_read_back_with_its_parent(void **state) {
    (void)state;
    struct spec *spec = stand_in_spec(noisy, "start={data.samples: 40, noise: {digit: 0.3}}");
    struct config config = config_of(spec, 0), back;
    struct identity identity = {0};
    struct error error = {""};
    char id[CONFIG_ID_LENGTH + 1];
    json_t *json = config_json(&config);
    if (config_from_json(json, "config.json", &back, &error)) fail_msg("%s", error.message);
    assert_string_equal(back.start, "{\"data.samples\":40,\"noise.digit\":0.3}");
    assert_string_equal(back.parent, config.parent);
    assert_int_equal(identity_of(&identity, &back, id, &error), ERR_OK);
    assert_string_equal(id, spec_run_id(spec, 0));
    json_object_set_new(json, "parent", json_string("../elsewhere"));
    assert_int_equal(config_from_json(json, "config.json", &back, &error), ERR_INPUT);
    assert_string_equal(error.message, "config.json: parent: not the ID of a run");
    identity_free(&identity);
    json_decref(json);
    spec_free(spec);
}

/* Of a run without one nothing is said: its config.json is that of ever. */
static void without_a_parent_nothing_is_said(void **state) {
    (void)state;
    struct spec *spec = stand_in_spec(noisy, NULL);
    struct config config = config_of(spec, 0);
    json_t *json = config_json(&config);
    assert_null(json_object_get(json, "start"));
    assert_null(json_object_get(json, "parent"));
    json_decref(json);
    spec_free(spec);
}

/* --- the options as written --- */

static void the_run_without_the_grid_has_a_parent_too(void **state) {
    (void)state;
    struct spec *spec =
        stand_in_spec("start: {data.samples: 40}\ngrid: {start.data.samples: [0, 50]}\n", NULL);
    struct config config, parent;
    spec_plain(spec, &config);
    assert_true(spec_plain_parent(spec, &parent));
    assert_int_equal(parent.data.samples, 40);
    struct identity identity = {0};
    char id[CONFIG_ID_LENGTH + 1];
    assert_int_equal(identity_of(&identity, &parent, id, NULL), ERR_OK);
    assert_string_equal(config.parent, id);
    identity_free(&identity);
    spec_free(spec);
    spec = stand_in_spec("grid: {start.data.samples: [0, 50]}\n", NULL);
    assert_false(spec_plain_parent(spec, &parent));
    spec_free(spec);
}

/* --- reinforcement learning --- */

static const char methods[] = "grid: {noise.digit: [0, 0.2], rl.method: [none, grpo, expert_iteration]}\n";

static void the_parent_is_the_same_run_without_rl(void **state) {
    (void)state;
    struct spec *spec = stand_in_spec(methods, "rl.rollouts=2000");
    static const int parents[] = {-1, 0, 0, -1, 3, 3};
    assert_int_equal(spec_runs(spec), 6);
    for (int run = 0; run < 6; run++) {
        assert_int_equal(spec_run_parent(spec, run), parents[run]);
        assert_false(spec_run_is_parent(spec, run));
        assert_string_equal(config_of(spec, run).parent,
                            parents[run] < 0 ? "" : spec_run_id(spec, parents[run]));
        assert_string_equal(config_of(spec, run).start, ""); /* nobody said anything of a parent */
    }
    assert_string_equal(spec_run_id(spec, 3), id_of("noise.digit: 0.2\n", NULL, 0));
    assert_string_equal(spec_run_id(spec, 4),
                        id_of("noise.digit: 0.2\nrl: {method: grpo, rollouts: 2000}\n", NULL, 0));
    spec_free(spec);
}

/* Where the grid does not ask for it, it is there all the same, as if nothing was said of rl. */
static void it_may_be_no_run_of_the_grid(void **state) {
    (void)state;
    struct spec *spec =
        stand_in_spec("rl: {method: grpo, clip: 0.3}\ngrid: {rl.rollouts: [500, 600]}\n", NULL);
    assert_int_equal(spec_runs(spec), 3);
    assert_true(spec_run_is_parent(spec, 2) && spec_run_parent(spec, 0) == 2 &&
                spec_run_parent(spec, 1) == 2);
    assert_string_equal(spec_run_id(spec, 2), id_of("", NULL, 0));
    struct config parent = config_of(spec, 2), plain;
    assert_int_equal(parent.rl.method, RL_NONE);
    assert_true(parent.rl.clip == 0.2 && parent.rl.rollouts == 100000);
    struct option_ref option;
    assert_false(spec_start_varied(spec, 0, &option) || spec_parents_varied(spec, 0, &option));
    assert_true(spec_plain_parent(spec, &plain) && plain.rl.method == RL_NONE);
    spec_free(spec);
}

/* What `start` says of a parent counts; that there is none, for runs without rl alone. */
static void start_may_say_another_parent(void **state) {
    (void)state;
    struct spec *spec = stand_in_spec("noise.digit: 0.5\nstart: {noise.digit: 0}\n"
                                      "grid: {start.data.samples: [0, 40], rl.method: [none, grpo]}\n",
                                      NULL);
    static const int parents[] = {-1, 0, 4, 4, -1};
    assert_int_equal(spec_runs(spec), 5);
    for (int run = 0; run < 5; run++) assert_int_equal(spec_run_parent(spec, run), parents[run]);
    assert_string_equal(spec_run_id(spec, 4), id_of("data.samples: 40\n", NULL, 0));
    assert_string_equal(config_of(spec, 1).start, "{\"data.samples\":0}");
    assert_string_equal(config_of(spec, 3).start, "{\"data.samples\":40,\"noise.digit\":0}");
    assert_string_not_equal(spec_run_id(spec, 1), spec_run_id(spec, 3));
    spec_free(spec);
    spec = stand_in_spec("rl.method: grpo\ngrid:\n  start.data.samples: [0, 40]\n"
                         "  exclude: [{start.data.samples: 0}]\n",
                         NULL);
    assert_int_equal(spec_runs(spec), 2);
    spec_free(spec);
    spec = stand_in_spec("start.data.samples: 0\ngrid: {rl.method: [none, grpo]}\n", NULL);
    struct option_ref option; /* of both, `start` says 0 */
    assert_false(spec_start_varied(spec, 0, &option));
    spec_free(spec);
}

/* --- axes of words --- */

static void words_with_commas_are_axes(void **state) {
    (void)state;
    struct spec *spec = stand_in_spec("grid: {noise.digit: [0.5, 0.1]}\n", "start.data.samples=0,40,50");
    assert_int_equal(spec_runs(spec), 10);
    for (int run = 0; run < 6; run++) /* the word varies fastest */
        assert_true(config_of(spec, run).mix.rate[noise_find("digit")] == (run < 3 ? 0.5 : 0.1));
    assert_string_equal(config_of(spec, 1).start, "{\"data.samples\":40}");
    assert_string_equal(config_of(spec, 5).start, "{\"data.samples\":50}");
    spec_free(spec);
    spec = stand_in_spec("seeds: [3, 4]\n", "data.samples=[10, 20]");
    assert_int_equal(spec_runs(spec), 4);
    assert_int_equal(config_of(spec, 1).data.samples, 20);
    struct config config;
    spec_plain(spec, &config);
    assert_int_equal(config.data.samples, 20000);
    spec_free(spec);
    spec = stand_in_spec("grid: {data.samples: [10, 20]}\n", "data.samples=30,40"); /* over the grid's */
    assert_int_equal(spec_runs(spec), 2);
    spec_free(spec);
    spec = stand_in_spec("", "seeds=5,6");
    assert_int_equal(spec_runs(spec), 2);
    assert_int_equal(config_of(spec, 1).seed, 6);
    spec_free(spec);
    spec = stand_in_spec("", "start=[{data.samples: 0}, {data.samples: 9}]");
    assert_int_equal(spec_runs(spec), 3);
    spec_free(spec);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_parent_is_the_run_with_those_options),
        cmocka_unit_test(it_can_be_said_in_every_way),
        cmocka_unit_test(tasks_of_a_parent),
        cmocka_unit_test(parents_are_shared_and_come_last),
        cmocka_unit_test(a_parent_may_be_a_run_of_the_grid),
        cmocka_unit_test(runs_of_other_grids_have_none),
        cmocka_unit_test(cells_are_left_out_by_their_parents),
        cmocka_unit_test(a_child_is_another_run_with_another_parent),
        cmocka_unit_test(a_configuration_is_read_back_with_its_parent),
        cmocka_unit_test(without_a_parent_nothing_is_said),
        cmocka_unit_test(the_run_without_the_grid_has_a_parent_too),
        cmocka_unit_test(the_parent_is_the_same_run_without_rl),
        cmocka_unit_test(it_may_be_no_run_of_the_grid),
        cmocka_unit_test(start_may_say_another_parent),
        cmocka_unit_test(words_with_commas_are_axes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
