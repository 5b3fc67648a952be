/* What models are tested on: distinct problems, none of them trained on, with the lengths that were asked
 * for; for every task at its default sizes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash_set.h"
#include "base/memory.h"
#include "data/problem_set.h"
#include "fixture.h"
#include "trace/drawing.h"

enum { SEED = 5, WANTED = 500, TRAINING = 4000, LENGTHS_MAX = 64 };

/* How often each length comes: of a number its digits, of a list its elements; by parameter. */
struct lengths_seen {
    double count[PARAMETERS_MAX][2][LENGTHS_MAX]; /* digits of numbers or elements, then elements */
};

static void note(const struct task *task, const struct lengths *lengths, double weight,
                 struct lengths_seen *seen) {
    for (int p = 0; p < PARAMETERS_MAX && task->parameters[p].name; p++) {
        if (task->parameters[p].kind == PARAMETER_NUMBER) {
            seen->count[p][0][lengths->number[p].digits] += weight;
            continue;
        }
        seen->count[p][1][lengths->elements[0]] += weight;
        for (int k = 0; k < lengths->elements[0]; k++)
            seen->count[p][0][lengths->element[0][k].digits] += weight / lengths->elements[0];
    }
}

/* What is asked for, by drawing alone; of a side that small classes have no part in, without them. */
static void expect(struct fixture *s, bool divided_alone, struct lengths_seen *expected) {
    const struct mix_entry *entry = &s->mix.entry[0];
    enum { DRAWS = 50000 };
    static struct arguments arguments;
    int kept = 0;
    struct pcg pcg = pcg_stream(1, "test", 0);
    struct lengths lengths, drawn;
    memset(expected, 0, sizeof *expected);
    for (int i = 0; i < DRAWS; i++) {
        if (!drawing_lengths(entry->task, &entry->sizes, &pcg, &drawn)) continue;
        int tries = 0;
        while (tries < 100 && !drawing_digits(entry->task, &entry->sizes, &drawn, &pcg, &arguments)) tries++;
        if (tries == 100) continue; /* no problem has these lengths */
        drawing_lengths_of(entry->task, &arguments, &lengths);
        if (divided_alone && drawing_problems(entry->task, &lengths) < SPLIT_CLASS_MIN) continue;
        note(entry->task, &lengths, 1, expected);
        kept++;
    }
    double *all = &expected->count[0][0][0];
    for (size_t i = 0; i < sizeof *expected / sizeof *all; i++) all[i] /= kept;
}

/* Each share within 4.5 standard errors of what was expected, and at least one problem's worth. */
static void assert_close(const struct task *task, const char *side, const struct lengths_seen *seen,
                         double count, const struct lengths_seen *expected) {
    const double *found = &seen->count[0][0][0], *asked = &expected->count[0][0][0];
    for (size_t i = 0; i < sizeof *seen / sizeof *found; i++) {
        double error = sqrt(asked[i] * (1 - asked[i] < 0.05 ? 0.05 : 1 - asked[i]) / count);
        if (fabs(found[i] / count - asked[i]) <= 4.5 * error + 1 / count) continue;
        fail_msg("%s, %s: lengths number %zu: %g of %g problems instead of a share of %g", task->name, side,
                 i, found[i], count, asked[i]);
    }
}

static void note_sample(const struct sample *sample, struct lengths_seen *seen) {
    struct lengths lengths;
    drawing_lengths_of(sample->task, sample->arguments, &lengths);
    note(sample->task, &lengths, 1, seen);
}

static void check_task(const struct task *task) {
    static struct lengths_seen expected, seen;
    struct fixture s;
    struct hash_set training = {0}, all = {0};
    fixture_prepare(&s, task->name);
    fixture_open(&s);
    assert_int_equal(hash_set_create(&training, TRAINING), ERR_OK);
    assert_int_equal(hash_set_create(&all, 2 * WANTED), ERR_OK);
    memset(&seen, 0, sizeof seen);
    for (uint64_t i = 0; i < TRAINING; i++) {
        struct sample sample;
        assert_int_equal(mix_sample(s.sampler, SEED, SPLIT_TRAIN, i, &sample, &s.error), ERR_OK);
        hash_set_add(&training, task_hash(task, sample.arguments));
        note_sample(&sample, &seen);
    }
    expect(&s, false, &expected);
    assert_close(task, "training", &seen, TRAINING, &expected);
    expect(&s, true, &expected);
    for (int split = SPLIT_TEST; split <= SPLIT_VALIDATION; split++) {
        struct problem_set set;
        assert_int_equal(problem_set_make(&s.mix, SEED, (enum split)split, WANTED, &set, &s.error), ERR_OK);
        if (set.count < WANTED)
            fail_msg("%s: only %d %s problems", task->name, (int)set.count, split_names[split]);
        memset(&seen, 0, sizeof seen);
        for (int64_t i = 0; i < set.count; i++) {
            struct sample sample;
            assert_int_equal(mix_sample_of(s.sampler, SEED, (enum split)split, set.problem[i].index,
                                           set.problem[i].hash, &sample, &s.error),
                             ERR_OK);
            uint64_t hash = task_hash(task, sample.arguments);
            assert_true(hash == set.problem[i].hash);
            assert_true(hash_set_add(&all, hash)); /* distinct, and on one side alone */
            assert_false(hash_set_has(&training, hash));
            note_sample(&sample, &seen);
        }
        /* Of a size that a task draws itself there may be few problems that are not there yet. */
        if (!task->draw) assert_close(task, split_names[split], &seen, (double)set.count, &expected);
        problem_set_free(&set);
    }
    hash_set_free(&training);
    hash_set_free(&all);
    fixture_close(&s);
}

static void every_task_has_500_distinct_problems(void **state) {
    (void)state;
    for (int t = 0; task_list[t]; t++) check_task(task_list[t]);
}

static struct problem_set make(struct fixture *s, enum split split, int64_t wanted) {
    struct problem_set set;
    assert_int_equal(problem_set_make(&s->mix, SEED, split, wanted, &set, &s->error), ERR_OK);
    return set;
}

/* Numbers of one digit and of two: the hundred problems of one digit each are all for training. */
static void small_classes_are_for_training(void **state) {
    (void)state;
    struct fixture s;
    fixture_prepare(&s, "add");
    s.mix.entry[0].sizes.max_digits = 2;
    fixture_open(&s);
    int small = 0;
    for (uint64_t i = 0; i < 4000; i++) {
        struct sample sample = fixture_draw(&s, i);
        const struct atom *number = sample.arguments->atom;
        small += decimal_length(&number[0].number) == 1 && decimal_length(&number[1].number) == 1;
    }
    assert_in_range(small, 1000 - 110, 1000 + 110); /* 4 standard errors */
    struct problem_set set = make(&s, SPLIT_TEST, 5000);
    int count[3][3] = {{0}};
    for (int64_t i = 0; i < set.count; i++) {
        struct sample sample;
        assert_int_equal(mix_sample_of(s.sampler, SEED, SPLIT_TEST, set.problem[i].index, set.problem[i].hash,
                                       &sample, &s.error),
                         ERR_OK);
        count[decimal_length(&sample.arguments->atom[0].number)]
             [decimal_length(&sample.arguments->atom[1].number)]++;
    }
    assert_int_equal(count[1][1], 0);
    /* The first class to have no new problem ends the set: about 90 of each, in the shares asked for. */
    int most = count[1][2] > count[2][1] ? count[1][2] : count[2][1];
    if (count[2][2] > most) most = count[2][2];
    assert_in_range(most, 70, 140);
    assert_true(count[1][2] > most / 2 && count[2][1] > most / 2 && count[2][2] > most / 2);
    problem_set_free(&set);
    fixture_close(&s);
}

/* Lists of five digits: a hundred thousand in one class, of which all on the side are found. */
static void all_problems_of_a_class_are_found(void **state) {
    (void)state;
    const struct task *task = task_find("max");
    static struct arguments arguments;
    struct fixture s;
    int on_side = 0;
    fixture_prepare(&s, "max");
    s.mix.entry[0].sizes = (struct sizes){SAMPLING_LENGTH, 1, 1, 0, 0, 5, 5};
    fixture_open(&s);
    for (int n = 0; n < 100000; n++) {
        list_clear(&arguments.list[0]);
        for (int k = 0, rest = n; k < 5; k++, rest /= 10) list_append_int(&arguments.list[0], rest % 10);
        on_side += split_of(task, &arguments, task_hash(task, &arguments)) == SPLIT_TEST;
    }
    assert_in_range(on_side, 10000 - 400, 10000 + 400);
    struct problem_set set = make(&s, SPLIT_TEST, 100000), some = make(&s, SPLIT_TEST, 100);
    assert_int_equal(set.count, on_side);
    assert_int_equal(some.count, 100); /* and fewer are the first of them */
    assert_memory_equal(some.problem, set.problem, 100 * sizeof *set.problem);
    problem_set_free(&some);
    problem_set_free(&set);
    fixture_close(&s);
}

static void too_few_problems_are_refused(void **state) {
    (void)state;
    struct fixture s;
    struct problem_set set;
    struct error message;
    fixture_prepare(&s, "sort");
    s.mix.entry[0].sizes = (struct sizes){.min_digits = 1, .max_digits = 1, .max_length = 2};
    fixture_open(&s);
    assert_int_equal(problem_set_make(&s.mix, SEED, SPLIT_TEST, 500, &set, &s.error), ERR_INPUT);
    assert_non_null(strstr(s.error.message, "sort"));
    fixture_close(&s);
    fixture_prepare(&s, "add");
    s.mix.entry[0].sizes =
        (struct sizes){.sampling = SAMPLING_MAGNITUDE, .min = 100, .max = 108}; /* 81 of a large class */
    fixture_open(&s);
    assert_int_equal(problem_set_make(&s.mix, SEED, SPLIT_TEST, 500, &set, &s.error), ERR_INPUT);
    assert_non_null(strstr(s.error.message, "at least 20"));
    fixture_close(&s);
    assert_true(problem_set_is_small(199, 500, &message));
    assert_non_null(strstr(message.message, "199"));
    assert_false(problem_set_is_small(200, 500, &message));
    assert_false(problem_set_is_small(100, 100, &message));
}

/* A task of a mix that has no test problems is refused whatever the seed, also where none of it is drawn. */
static void every_task_of_a_mix_has_problems(void **state) {
    (void)state;
    struct fixture s;
    struct problem_set set;
    fixture_prepare(&s, "add");
    s.mix.entry[1] = (struct mix_entry){
        .task = task_find("sub"), .weight = 1e-6, .sizes = {.min_digits = 1, .max_digits = 2}};
    s.mix.entries = 2;
    fixture_open(&s);
    set = make(&s, SPLIT_TEST, 30);
    problem_set_free(&set);
    s.mix.entry[1].sizes.max_digits = 1;
    for (int split = SPLIT_TEST; split <= SPLIT_VALIDATION; split++) {
        assert_int_equal(problem_set_make(&s.mix, SEED, (enum split)split, 30, &set, &s.error), ERR_INPUT);
        assert_non_null(strstr(s.error.message, "task sub"));
    }
    fixture_close(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_has_500_distinct_problems),
        cmocka_unit_test(small_classes_are_for_training),
        cmocka_unit_test(all_problems_of_a_class_are_found),
        cmocka_unit_test(too_few_problems_are_refused),
        cmocka_unit_test(every_task_of_a_mix_has_problems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
