/* Curves that are set against each other: the same noise, and one thing that differs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "curve/pairs.h"
#include "record/collect.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

static const char fast[] = "\"train\":{\"learning_rate\":0.01}";

struct found {
    struct collection collection;
    struct curves curves;
    struct pairs pairs;
};

static const char *folder(const char *name) {
    static char path[1024];
    snprintf(path, sizeof path, "%s/%s", getenv("SCRATCH"), name);
    return path;
}

/* A curve of two levels: clean and digit noise, beside line noise at a rate of `line`. */
static void make_curve(const char *directory, const char *format, int64_t seed, const char *line,
                       const char *options) {
    char rate[32];
    for (int level = 0; level < 3; level++) {
        bool noisy = level > 0, two = noisy && *line;
        snprintf(rate, sizeof rate, "%s%s%s", level == 1 ? "0.5" : "1", two ? "+" : "", two ? line : "");
        make_run(directory, (struct made_run){.format = format,
                                              .seed = seed,
                                              .noise = two     ? "digit+line"
                                                       : noisy ? "digit"
                                                               : "none",
                                              .rate = noisy ? rate : "0",
                                              .correct = 100 - 10 * level,
                                              .options = options});
    }
}

/* Pairs of one sweep, or of two. */
static void find(const char *first, const char *second, enum pair_sort sort, struct found *found) {
    struct error error = {""};
    struct collection other;
    if (collect_runs(folder(first), false, &found->collection, &error)) fail_msg("%s", error.message);
    if (second) {
        if (collect_runs(folder(second), false, &other, &error) ||
            collection_merge(&found->collection, &other, &error))
            fail_msg("%s", error.message);
        collection_free(&other);
    }
    if (curves_find(&found->collection, 0.95, 0.9, &found->curves, &error) ||
        pairs_find(&found->collection, &found->curves, sort, &found->pairs, &error))
        fail_msg("%s", error.message);
}

static void release(struct found *found) {
    pairs_free(&found->pairs);
    curves_free(&found->curves);
    collection_free(&found->collection);
}

static void formats_are_compared_within_a_setting(void **state) {
    (void)state;
    struct found found;
    make_curve(folder("formats"), "trace", 1, "", NULL);
    make_curve(folder("formats"), "direct", 1, "", NULL);
    make_curve(folder("formats"), "trace", 2, "", fast);
    find("formats", NULL, PAIRS_FORMATS, &found);
    assert_int_equal(found.curves.count, 3);
    assert_int_equal(found.pairs.count, 1);
    const struct pair *pair = &found.pairs.pair[0];
    assert_string_equal(pair->one->noisy->format, "trace");
    assert_string_equal(pair->other->noisy->format, "direct");
    assert_int_equal(pair->one->noisy->config.seed, 1);
    release(&found);
}

/* A trace of the first sweep and a direct answer of the second are no pair of formats. */
static void formats_are_compared_within_a_sweep(void **state) {
    (void)state;
    struct found found;
    make_curve(folder("one"), "trace", 1, "", NULL);
    make_curve(folder("two"), "direct", 1, "", NULL);
    find("one", "two", PAIRS_FORMATS, &found);
    assert_int_equal(found.curves.count, 2);
    assert_int_equal(found.pairs.count, 0);
    release(&found);
    /* But of sweeps they are, where each has one setting. */
    find("one", "two", PAIRS_SWEEPS, &found);
    assert_int_equal(found.pairs.count, 1);
    assert_int_equal(found.pairs.pair[0].one->noisy->sweep, 0);
    release(&found);
}

static void the_rest_of_the_noise_is_the_same(void **state) {
    (void)state;
    struct found found;
    make_curve(folder("third"), "trace", 1, "", NULL);
    make_curve(folder("third"), "trace", 1, "0.2", NULL);
    make_curve(folder("fourth"), "trace", 1, "", fast);
    make_curve(folder("fourth"), "trace", 1, "0.1", fast);
    find("third", "fourth", PAIRS_SWEEPS, &found);
    assert_int_equal(found.curves.count, 4);
    assert_int_equal(found.pairs.count, 1);
    assert_string_equal(found.pairs.pair[0].one->label, found.pairs.pair[0].other->label);
    release(&found);
}

/* Two sweeps of two models each that differ in the learning rate are compared model by model; where one has
 * both learning rates too, that is no difference between the sweeps. */
static void what_sweeps_differ_in_as_wholes(void **state) {
    (void)state;
    struct found found;
    for (int format = 0; format < 2; format++) {
        make_curve(folder("fifth"), format ? "direct" : "trace", 1, "", NULL);
        make_curve(folder("sixth"), format ? "direct" : "trace", 2, "", fast);
    }
    find("fifth", "sixth", PAIRS_SWEEPS, &found);
    assert_int_equal(found.curves.count, 4);
    assert_int_equal(found.pairs.count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct pair *pair = &found.pairs.pair[i];
        assert_string_equal(pair->one->noisy->format, pair->other->noisy->format);
        assert_int_equal(pair->one->noisy->config.seed, 1);
    }
    release(&found);
    make_curve(folder("sixth"), "trace", 3, "", "\"train\":{\"learning_rate\":0.02}");
    find("fifth", "sixth", PAIRS_SWEEPS, &found);
    assert_int_equal(found.curves.count, 5);
    assert_int_equal(found.pairs.count, 0);
    release(&found);
}

/* Runs of the same settings are on one curve whichever sweep they are of, and the same run counts once. */
static void the_same_settings_are_one_curve(void **state) {
    (void)state;
    struct found found;
    make_curve(folder("seventh"), "trace", 1, "", NULL);
    make_curve(folder("seventh"), "trace", 2, "", NULL);
    make_curve(folder("eighth"), "trace", 2, "", NULL);
    make_curve(folder("eighth"), "trace", 3, "", NULL);
    find("seventh", "eighth", PAIRS_SWEEPS, &found);
    assert_int_equal(found.collection.count, 12);
    assert_int_equal(found.curves.count, 1);
    assert_int_equal(found.pairs.count, 0);
    const struct curve *curve = &found.curves.curve[0];
    assert_string_equal(curve->place, "");
    assert_int_equal(curve->count, 3);
    for (size_t i = 0; i < 3; i++) assert_int_equal(curve->levels[i].count, 3);
    release(&found);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_are_compared_within_a_setting),
        cmocka_unit_test(formats_are_compared_within_a_sweep),
        cmocka_unit_test(the_rest_of_the_noise_is_the_same),
        cmocka_unit_test(what_sweeps_differ_in_as_wholes),
        cmocka_unit_test(the_same_settings_are_one_curve),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
