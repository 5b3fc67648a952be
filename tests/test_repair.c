/* Repair: children beside their parents and the clean model; repair.csv. */
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
#include "base/pcg.h"
#include "curve/contrast.h"
#include "curve/repair.h"
#include "record/collect.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

/* --- the quotient ------------------------------------------------------------------------------------- */

enum { SEEDS = 3 };

/* Three levels of as many seeds, with so many right of so many problems. */
struct sides {
    struct trial trial[3][SEEDS];
    struct level level[3]; /* child, parent, clean */
};

static void fill(struct sides *sides, int64_t problems, const int64_t *right) {
    for (int side = 0; side < 3; side++) {
        for (int s = 0; s < SEEDS; s++)
            sides->trial[side][s] = (struct trial){s + 1, right[SEEDS * side + s], problems};
        sides->level[side] = (struct level){.trials = sides->trial[side], .count = SEEDS};
    }
}

static struct repair divide(const struct sides *sides) {
    struct repair repair = {.status = REPAIR_MEASURED};
    repair_divide(&sides->level[0], &sides->level[1], &sides->level[2], &repair);
    return repair;
}

/* By how much child - parent - r (clean - parent) is further from 0 than chance takes it. */
static double beyond(const struct sides *sides, double r) {
    const struct level *const levels[] = {&sides->level[0], &sides->level[1], &sides->level[2]};
    const double weights[] = {1, r - 1, -r};
    double accuracies[3], sum = 0;
    for (int side = 0; side < 3; side++) {
        accuracies[side] = contrast_accuracy(levels[side]);
        sum += weights[side] * level_mean(levels[side]);
    }
    struct contrast contrast = contrast_of(levels, 3);
    return fabs(sum) -
           fmax(contrast_seeds(&contrast, weights), contrast_problems(&contrast, weights, accuracies));
}

static void the_interval_is_where_chance_ends(void **state) {
    (void)state;
    static const int64_t tables[][3][SEEDS] = {
        {{500, 500, 500}, {200, 200, 200}, {800, 800, 800}}, /* problems alone */
        {{520, 450, 530}, {200, 210, 190}, {800, 790, 810}}, /* seeds as well */
        {{190, 205, 200}, {200, 210, 190}, {800, 790, 820}}, /* nothing came back */
        {{950, 900, 970}, {200, 260, 190}, {800, 790, 820}}, /* more than all */
    };
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        struct sides sides;
        fill(&sides, 1000, tables[t][0]);
        struct repair repair = divide(&sides);
        assert_true(repair.low < repair.share && repair.share < repair.high);
        assert_true(fabs(beyond(&sides, repair.low)) < 1e-9 && fabs(beyond(&sides, repair.high)) < 1e-9);
        for (int i = 1; i < 100; i++)
            assert_true(beyond(&sides, repair.low + i * (repair.high - repair.low) / 100) < 0);
        for (int i = 1; i < 100; i++)
            assert_true(beyond(&sides, repair.low - 0.1 * i) > 0 &&
                        beyond(&sides, repair.high + 0.1 * i) > 0);
    }
}

/* (0.5 - 0.2) / (0.8 - 0.2) = 1/2. With p the accuracies a little away from 0 and 1 and 300 problems a level,
 * z^2 = 3.841459, A = 600.5 / 1201 and so on, Fieller's ends for 3 x 400 problems follow from
 * (0.3 - 0.6 r)^2 = z^2 (v0 + (1 - r)^2 v1 + r^2 v2) with v = p (1 - p) / 1200. */
static void a_half_came_back(void **state) {
    (void)state;
    struct sides sides;
    fill(&sides, 400, (const int64_t[]){200, 200, 200, 80, 80, 80, 320, 320, 320});
    struct repair repair = divide(&sides);
    assert_true(fabs(repair.share - 0.5) < 1e-12);
    double v[3];
    for (int side = 0; side < 3; side++) {
        double right[] = {600, 240, 960}, p = (right[side] + 0.5) / 1201;
        v[side] = 3.841458821 * p * (1 - p) / 1200;
    }
    double a = 0.36 - v[1] - v[2], b = 0.18 - v[1], c = 0.09 - v[0] - v[1];
    assert_true(fabs(repair.low - (b - sqrt(b * b - a * c)) / a) < 1e-7);
    assert_true(fabs(repair.high - (b + sqrt(b * b - a * c)) / a) < 1e-7);
}

/* All or nothing came back of every seed: then seeds, however far apart, say nothing against it. */
static void seeds_are_paired(void **state) {
    (void)state;
    struct sides sides;
    fill(&sides, 100000000,
         (const int64_t[]){60000000, 50000000, 70000000, 20000000, 10000000, 30000000, 60000000, 50000000,
                           70000000});
    struct repair all = divide(&sides);
    assert_true(all.share == 1 && all.low > 0.999 && all.high < 1.001);
    for (int s = 0; s < SEEDS; s++) sides.trial[0][s].seed = s + 10; /* other seeds than the others' */
    struct repair apart = divide(&sides);
    assert_true(apart.share == 1 && apart.low < 0.7 && apart.high > 1.3);
}

/* Standard normal (Box and Muller). */
static double normal(struct pcg *draws) {
    return sqrt(-2 * log(1 - pcg_unit(draws))) * cos(6.283185307179586 * pcg_unit(draws));
}

/* A seed has something in common at all three, and something of its own at each. */
static void simulate(struct pcg *draws, double deviation, struct sides *sides) {
    static const double accuracies[] = {0.5, 0.3, 0.9};
    int64_t right[3][SEEDS] = {{0}};
    for (int s = 0; s < SEEDS; s++) {
        double common = deviation * normal(draws);
        for (int side = 0; side < 3; side++) {
            double accuracy = accuracies[side] + common + 0.7 * deviation * normal(draws);
            for (int i = 0; i < 200; i++) right[side][s] += pcg_unit(draws) < accuracy;
        }
    }
    fill(sides, 200, right[0]);
}

/* The truth, 1/3, is in 95 % of the intervals or somewhat more: the wider of two parts counts. */
static void intervals_hold_the_truth(void **state) {
    (void)state;
    struct pcg draws = pcg_seed(16, 1);
    enum { CELLS = 1000 };
    for (int d = 0; d < 3; d++) {
        int held = 0;
        for (int i = 0; i < CELLS; i++) {
            struct sides sides;
            simulate(&draws, 0.03 * d, &sides);
            struct repair repair = divide(&sides);
            held += repair.low <= 1. / 3 && 1. / 3 <= repair.high;
        }
        assert_true(held > 0.94 * CELLS && held < 0.998 * CELLS);
    }
}

/* --- runs --------------------------------------------------------------------------------------------- */

/* Makes parent "pN" of the seed, with `right` of 1000; `rate` "0": the clean model, "cN". */
static void add_parent(const char *directory, const char *rate, int seed, int right) {
    char id[17];
    bool clean = !strcmp(rate, "0");
    snprintf(id, sizeof id, "%c%d", clean ? 'c' : 'p', seed);
    make_run(directory, (struct made_run){.id = id,
                                          .noise = clean ? "none" : "digit",
                                          .rate = rate,
                                          .seed = seed,
                                          .correct = right,
                                          .problems = 1000,
                                          .unsound = clean ? 0 : 0.25});
}

/* A child of it. */
static void add_child(const char *directory, const char *method, const char *rate, int seed, int right,
                      const char *parent) {
    char id[17];
    bool clean = !strcmp(rate, "0");
    snprintf(id, sizeof id, "%.8s-%s-%d", method, clean ? "c" : "p", seed);
    make_run(directory, (struct made_run){.id = id,
                                          .noise = clean ? "none" : "digit",
                                          .rate = rate,
                                          .seed = seed,
                                          .correct = right,
                                          .problems = 1000,
                                          .unsound = 0.5,
                                          .method = method,
                                          .parent = parent});
}

/* Three seeds of two methods after digit noise and after none. */
static const char *make_grid(const char *name) {
    const char *directory = make_results(name);
    for (int seed = 1; seed <= 3; seed++) {
        char parent[16], clean[8];
        snprintf(parent, sizeof parent, "p%d", seed);
        snprintf(clean, sizeof clean, "c%d", seed);
        add_parent(directory, "0", seed, 800);
        add_parent(directory, "0.5", seed, 200);
        add_child(directory, "grpo", "0.5", seed, 500, parent);
        add_child(directory, "grpo", "0", seed, 810, clean);
        add_child(directory, "expert_iteration", "0.5", seed, 200 + 300 * (seed == 2), parent);
    }
    return directory;
}

struct found {
    struct collection collection;
    struct repairs repairs;
};

static void find(const char *directory, struct found *found) {
    struct error error = {""};
    *found = (struct found){.repairs = {0}};
    if (collect_runs(directory, false, &found->collection, &error) ||
        repairs_find(&found->collection, &found->repairs, &error))
        fail_msg("%s", error.message);
}

static void release(struct found *found) {
    repairs_free(&found->repairs);
    collection_free(&found->collection);
}

static void each_child_is_beside_its_parent(void **state) {
    (void)state;
    struct found found;
    find(make_grid("grid"), &found);
    assert_int_equal(found.repairs.count, 3);
    const struct repair *clean = &found.repairs.repair[0], *expert = clean + 1, *grpo = clean + 2;
    assert_string_equal(clean->child.runs[0]->outcome.method, "grpo");
    assert_int_equal(clean->status, REPAIR_NO_CLEAR_LOSS);
    assert_true(isnan(clean->share) && isnan(clean->low) && isnan(clean->high));
    assert_true(fabs(clean->gain.mean - 0.01) < 1e-12);
    assert_string_equal(expert->child.runs[0]->outcome.method, "expert_iteration");
    assert_int_equal(expert->status, REPAIR_MEASURED);
    assert_true(fabs(expert->share - 1. / 6) < 1e-12);
    assert_int_equal(grpo->status, REPAIR_MEASURED);
    assert_true(fabs(grpo->share - 0.5) < 1e-12 && grpo->low > 0.4 && grpo->high < 0.6);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(grpo->child.level.count, 3);
        assert_string_equal(grpo->parent.runs[i]->run, grpo->child.runs[i]->outcome.parent);
        assert_true(grpo->parent.trials[i].seed == grpo->child.trials[i].seed);
    }
    assert_int_equal(grpo->clean.level.count, 3); /* and not its children, clean as they are */
    assert_true(fabs(level_mean(&grpo->clean.level) - 0.8) < 1e-12);
    assert_true(repair_mean(&grpo->parent, "unsound") == 0.25 && repair_mean(&grpo->child, "unsound") == 0.5);
    assert_true(isnan(repair_mean(&grpo->clean, "unsound")) && isnan(repair_mean(&grpo->child, "pass_1")));
    release(&found);
}

/* Parents that the grid does not ask for are found as well, and so is a clean model among them. */
static void parents_need_not_be_of_the_grid(void **state) {
    (void)state;
    const char *directory = make_grid("apart");
    struct found found;
    find(directory, &found);
    struct collection *collection = &found.collection;
    size_t kept = 0;
    free(collection->parents); /* none of them */
    collection->parents = calloc(collection->count, sizeof *collection->parents);
    assert_non_null(collection->parents);
    for (size_t r = 0; r < collection->count; r++)
        if (collection->records[r]->config.rl.method == RL_NONE)
            collection->parents[collection->parent_count++] = collection->records[r];
        else
            collection->records[kept++] = collection->records[r];
    collection->count = kept;
    struct repairs repairs;
    struct error error;
    assert_int_equal(repairs_find(collection, &repairs, &error), ERR_OK);
    assert_int_equal(repairs.count, 3);
    assert_int_equal(repairs.repair[2].status, REPAIR_MEASURED);
    assert_true(fabs(repairs.repair[2].share - 0.5) < 1e-12);
    repairs_free(&repairs);
    release(&found);
}

/* A child whose parent is gone counts no more, unless all parents are. */
static void children_without_parents(void **state) {
    (void)state;
    const char *directory = make_grid("orphans");
    struct found found;
    shell_expect(0, "rm -r %s/runs/p2", directory);
    find(directory, &found);
    const struct repair *grpo = &found.repairs.repair[2];
    assert_int_equal(grpo->child.level.count, 2);
    assert_int_equal(grpo->parent.level.count, 2);
    assert_int_equal(grpo->child.trials[1].seed, 3);
    assert_int_equal(found.repairs.repair[1].status, REPAIR_MEASURED);
    assert_true(fabs(found.repairs.repair[1].share) < 1e-12); /* it was the seed that got better */
    release(&found);
    shell_expect(0, "rm -r %s/runs/p1 %s/runs/p3", directory, directory);
    find(directory, &found);
    grpo = &found.repairs.repair[2];
    assert_int_equal(grpo->status, REPAIR_NO_PARENT);
    assert_int_equal(grpo->child.level.count, 3);
    assert_true(grpo->parent.level.count == 0 && grpo->clean.level.count == 0);
    assert_true(isnan(grpo->gain.mean) && isnan(grpo->share));
    release(&found);
}

/* The clean model has the parents' options, no parent, and no method. */
static void the_clean_model_is_of_the_same_training(void **state) {
    (void)state;
    const char *directory = make_results("other");
    struct found found;
    for (int seed = 1; seed <= 3; seed++) {
        char parent[16], other[16];
        snprintf(parent, sizeof parent, "p%d", seed);
        snprintf(other, sizeof other, "o%d", seed);
        add_parent(directory, "0.5", seed, 200);
        add_child(directory, "grpo", "0.5", seed, 500, parent);
        add_child(directory, "grpo", "0", seed, 900, "");
        make_run(directory, (struct made_run){.id = other,
                                              .seed = seed,
                                              .correct = 900,
                                              .problems = 1000,
                                              .options = "\"train\":{\"clip\":0.5}"});
        other[0] = 'x';
        make_run(directory, (struct made_run){
                                .id = other, .seed = seed, .correct = 900, .problems = 1000, .parent = "o1"});
    }
    find(directory, &found);
    const struct repair *repair = NULL;
    for (size_t i = 0; i < found.repairs.count; i++)
        if (found.repairs.repair[i].parent.level.count) repair = &found.repairs.repair[i];
    assert_non_null(repair);
    assert_int_equal(repair->status, REPAIR_NO_CLEAN);
    assert_true(isnan(repair->share) && fabs(repair->gain.mean - 0.3) < 1e-12);
    release(&found);
    add_parent(directory, "0", 1, 800); /* one will do */
    find(directory, &found);
    for (size_t i = 0; i < found.repairs.count; i++)
        if (found.repairs.repair[i].parent.level.count) repair = &found.repairs.repair[i];
    assert_int_equal(repair->status, REPAIR_MEASURED);
    assert_true(fabs(repair->share - 0.5) < 1e-12);
    release(&found);
}

/* --- repair.csv --------------------------------------------------------------------------------------- */

static void the_table_says_it(void **state) {
    (void)state;
    const char *directory = make_grid("csv");
    struct error error = {""};
    struct found found;
    char path[600], *bytes;
    size_t length;
    find(directory, &found);
    snprintf(path, sizeof path, "%s/repair.csv", directory);
    assert_int_equal(repairs_write_csv(&found.collection, &found.repairs, path, &error), ERR_OK);
    assert_int_equal(file_read(path, 1 << 20, &bytes, &length, &error), ERR_OK);
    static const char head[] =
        "task,format,model,samples,epochs,noise,rate,contamination,method,noise.digit,seeds,clean_seeds,"
        "rollouts,parent_accuracy,parent_low,parent_high,child_accuracy,child_low,child_high,clean_accuracy,"
        "clean_low,clean_high,gain,gain_low,gain_high,repair,repair_low,repair_high,status,parent_unsound,"
        "child_unsound,parent_pass_samples,child_pass_samples,parent_pass_1,child_pass_1,parent_pass_n,"
        "child_pass_n,parent_unique_traces,child_unique_traces\n";
    if (strncmp(bytes, head, strlen(head))) fail_msg("%s", bytes);
    if (!strstr(bytes, "\nadd,trace,tiny,1000,2,none,0,1,grpo,0,3,3,4096,0.8,")) fail_msg("%s", bytes);
    if (!strstr(bytes, ",,,,no_clear_loss,,0.5,,,,,,,,\n")) fail_msg("%s", bytes);
    const char *row = strstr(bytes, "\nadd,trace,tiny,1000,2,digit,0.5,1,grpo,0.5,3,3,4096,0.2,");
    if (!row) fail_msg("%s", bytes);
    double number[15];
    char status[32];
    assert_int_equal(sscanf(row,
                            "\nadd,trace,tiny,1000,2,digit,0.5,1,grpo,0.5,3,3,4096,%lf,%lf,%lf,%lf,%lf,%lf,"
                            "%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%31[a-z_],",
                            &number[0], &number[1], &number[2], &number[3], &number[4], &number[5],
                            &number[6], &number[7], &number[8], &number[9], &number[10], &number[11],
                            &number[12], &number[13], &number[14], status),
                     16);
    static const double middle[] = {0.2, 0.5, 0.8, 0.3, 0.5};
    for (int i = 0; i < 5; i++) {
        assert_true(number[3 * i] == middle[i]);
        assert_true(number[3 * i + 1] < middle[i] && middle[i] < number[3 * i + 2]);
    }
    assert_string_equal(status, "measured");
    free(bytes);
    release(&found);
}

/* The table of runs alone gives the same. */
static void the_table_of_runs_will_do(void **state) {
    (void)state;
    const char *directory = make_grid("whole");
    shell_expect(0,
                 "cd %s && $COTNOISE report . >/dev/null && test -s repair.csv && mkdir ../alone && "
                 "cp results.csv ../alone && $COTNOISE report ../alone >/dev/null && "
                 "cmp repair.csv ../alone/repair.csv",
                 directory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_interval_is_where_chance_ends),
        cmocka_unit_test(a_half_came_back),
        cmocka_unit_test(seeds_are_paired),
        cmocka_unit_test(intervals_hold_the_truth),
        cmocka_unit_test(each_child_is_beside_its_parent),
        cmocka_unit_test(parents_need_not_be_of_the_grid),
        cmocka_unit_test(children_without_parents),
        cmocka_unit_test(the_clean_model_is_of_the_same_training),
        cmocka_unit_test(the_table_says_it),
        cmocka_unit_test(the_table_of_runs_will_do),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
