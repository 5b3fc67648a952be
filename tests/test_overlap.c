/* What a training set gives away of a test: the problem itself, or its twin with the numbers exchanged. */
#include <string.h>

#include "base/hash_set.h"
#include "data/overlap.h"
#include "fixture.h"

/* Adds `x + y` (or the task's form of it) as a training sample or a problem. */
static void add(struct fixture *s, const struct task *task, int x, int y, struct dataset_builder *builder,
                uint64_t *twin) {
    static struct arguments arguments;
    struct sample sample;
    struct tokens scratch = {0};
    arguments.atom[0] = atom_int(x);
    arguments.atom[1] = atom_int(y);
    assert_int_equal(mix_sample_problem(s->sampler, 1, SPLIT_TEST, 0, task, &arguments, &sample, &s->error),
                     ERR_OK);
    assert_int_equal(dataset_add(builder, sample.prompt, sample.completion, &s->error), ERR_OK);
    if (twin) assert_int_equal(overlap_twin(&sample, s->vocabulary, &scratch, twin, &s->error), ERR_OK);
    tokens_free(&scratch);
}

static void count(const char *name, int64_t *same, int64_t *twins) {
    struct fixture s;
    struct dataset_builder training = {0}, problems = {0};
    const struct task *task = task_find(name);
    fixture_prepare(&s, name);
    fixture_open(&s);
    uint64_t twin[5];
    add(&s, task, 12, 34, &training, NULL);
    add(&s, task, 7, 7, &training, NULL);
    add(&s, task, 56, 8, &training, NULL);
    add(&s, task, 34, 12, &problems, &twin[0]); /* the twin was trained on */
    add(&s, task, 7, 7, &problems, &twin[1]);   /* itself was; it has no twin */
    add(&s, task, 8, 57, &problems, &twin[2]);
    add(&s, task, 56, 8, &problems, &twin[3]); /* itself was */
    add(&s, task, 8, 56, &problems, &twin[4]);
    problems.dataset.twin = twin;
    assert_int_equal(overlap_count(&training.dataset, &problems.dataset, same, twins, &s.error), ERR_OK);
    problems.dataset.twin = NULL;
    dataset_free(&training.dataset);
    dataset_free(&problems.dataset);
    fixture_close(&s);
}

static void twins_are_counted(void **state) {
    (void)state;
    int64_t same, twins;
    count("add", &same, &twins);
    assert_int_equal(same, 2);
    assert_int_equal(twins, 2);
    count("gcd", &same, &twins);
    assert_int_equal(twins, 2);
    count("sub", &same, &twins); /* 12 - 34 says nothing of 34 - 12 */
    assert_int_equal(same, 2);
    assert_int_equal(twins, 0);
}

/* Where order does not matter, the answer is the same either way. */
static void symmetric_tasks_are_symmetric(void **state) {
    (void)state;
    int symmetric = 0;
    for (int t = 0; task_list[t]; t++) {
        const struct task *task = task_list[t];
        if (!task->symmetric) continue;
        struct fixture s;
        static struct arguments exchanged;
        symmetric++;
        fixture_prepare(&s, task->name);
        fixture_open(&s);
        for (uint64_t i = 0; i < 200; i++) {
            struct sample sample = fixture_draw(&s, i);
            int64_t answer = fixture_number(sample.answer);
            exchanged.atom[0] = sample.arguments->atom[1];
            exchanged.atom[1] = sample.arguments->atom[0];
            assert_int_equal(
                mix_sample_problem(s.sampler, 1, SPLIT_TEST, 0, task, &exchanged, &sample, &s.error), ERR_OK);
            assert_int_equal(fixture_number(sample.answer), answer);
        }
        fixture_close(&s);
    }
    assert_true(symmetric >= 4); /* and a user's own */
}

/* Runs made by this program have no problem in common, and know their twins. */
static void sides_have_nothing_in_common(void **state) {
    (void)state;
    struct fixture s;
    struct team *team;
    struct dataset training, test;
    int64_t same, twins;
    fixture_prepare(&s, "add");
    s.mix.entry[0].sizes.max_digits = 2;
    fixture_open(&s);
    assert_int_equal(team_create(2, &team, NULL), ERR_OK);
    assert_int_equal(dataset_build(&s.mix, s.vocabulary, 1, 0, 5000, team, &training, &s.error), ERR_OK);
    assert_int_equal(dataset_build_problems(&s.mix, s.vocabulary, 1, SPLIT_TEST, 200, team, &test, &s.error),
                     ERR_OK);
    assert_int_equal(overlap_count(&training, &test, &same, &twins, &s.error), ERR_OK);
    assert_int_equal(same, 0);
    assert_true(twins > 20 && twins < 180);
    dataset_free(&training);
    dataset_free(&test);
    team_free(team);
    fixture_close(&s);
}

static void a_set_is_a_set(void **state) {
    (void)state;
    struct hash_set set = {0};
    assert_int_equal(hash_set_create(&set, 1000), ERR_OK);
    for (uint64_t i = 0; i < 1000; i++) assert_true(hash_set_add(&set, i << 40));
    for (uint64_t i = 0; i < 1000; i++) assert_false(hash_set_add(&set, i << 40));
    for (uint64_t i = 0; i < 2000; i++) assert_int_equal(hash_set_has(&set, i << 40), i < 1000);
    hash_set_free(&set);
    assert_int_equal(hash_set_create(&set, SIZE_MAX / 2 + 2), ERR_RUNTIME);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twins_are_counted),
        cmocka_unit_test(symmetric_tasks_are_symmetric),
        cmocka_unit_test(sides_have_nothing_in_common),
        cmocka_unit_test(a_set_is_a_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
