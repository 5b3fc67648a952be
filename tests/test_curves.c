/* Finding curves in a collection: what belongs together, what clean runs begin, what they are called. */
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
#include "curve/curve_names.h"
#include "curve/labels.h"
#include "noise/noises.h"
#include "record/collect.h"
#include "report/report.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

struct found {
    struct collection collection;
    struct curves curves;
};

static void find(const char *directory, struct found *found) {
    struct error error = {""};
    if (collect_runs(directory, false, &found->collection, &error) ||
        curves_find(&found->collection, 0.95, 0.9, &found->curves, &error))
        fail_msg("%s", error.message);
    assert_int_equal(found->collection.spoilt.count, 0);
}

static void release(struct found *found) {
    curves_free(&found->curves);
    collection_free(&found->collection);
}

/* Labels of all curves, one a line, each with its levels. */
static void assert_curves(const struct found *found, const char *wanted) {
    struct buffer text = {0};
    buffer_text(&text, "");
    for (size_t i = 0; i < found->curves.count; i++) {
        const struct curve *curve = &found->curves.curve[i];
        buffer_printf(&text, "%s%s%s:", curve->place, *curve->place ? ": " : "", curve->label);
        for (size_t l = 0; l < curve->count; l++)
            buffer_printf(&text, " %g(%zu)", curve->levels[l].noise, curve->levels[l].count);
        buffer_char(&text, '\n');
    }
    assert_string_equal(text.bytes, wanted);
    buffer_free(&text);
}

static void clean_runs_begin_every_curve(void **state) {
    (void)state;
    const char *directory = make_results("clean");
    for (int64_t seed = 1; seed <= 2; seed++) {
        make_run(directory, (struct made_run){.seed = seed, .correct = 100, .contamination = 0.5});
        make_run(directory, (struct made_run){.seed = seed, .correct = 100, .noise = "digit", .rate = "0.5"});
        make_run(directory, (struct made_run){.seed = seed, .correct = 50, .noise = "digit", .rate = "1"});
        make_run(directory, (struct made_run){.seed = seed, .correct = 10, .noise = "line", .rate = "0.5"});
    }
    struct found found;
    find(directory, &found);
    assert_curves(&found, "static: digit: 0(2) 0.5(2) 1(2)\nstatic: line deletion: 0(2) 0.5(2)\n");
    const struct curve *digit = &found.curves.curve[0];
    assert_true(digit->has_clean && digit->clean == 1);
    assert_true(fabs(digit->threshold.noise - 0.55) < 1e-9);
    assert_true(fabs(digit->half.noise - 1) < 1e-9);
    release(&found);
}

static void what_varies_is_the_axis(void **state) {
    (void)state;
    const char *directory = make_results("axes");
    make_run(directory, (struct made_run){.correct = 100});
    make_run(directory, (struct made_run){.noise = "digit", .rate = "0.5", .correct = 90});
    make_run(directory, (struct made_run){.noise = "digit", .rate = "0.7", .correct = 90});
    static const double contaminations[] = {0.1, 0.2, 1};
    for (int i = 0; i < 3; i++)
        make_run(directory,
                 (struct made_run){
                     .noise = "dynamic", .rate = "1", .contamination = contaminations[i], .correct = 9});
    struct found found;
    find(directory, &found);
    assert_curves(&found, "static: digit: 0(1) 0.5(1) 0.7(1)\ndynamic at 100 %: 0(1) 0.1(1) 0.2(1) 1(1)\n");
    assert_string_equal(curve_axis(&found.curves.curve[0]), "rate");
    assert_string_equal(curve_axis(&found.curves.curve[1]), "contamination");
    release(&found);
}

static void two_noises_at_once(void **state) {
    (void)state;
    const char *directory = make_results("two");
    static const char *const noise[][2] = {
        {"none", "0"},   {"digit", "0.5"},          {"digit", "1"},
        {"line", "0.1"}, {"digit+line", "0.5+0.1"}, {"digit+line", "1+0.1"}};
    for (size_t i = 0; i < 6; i++)
        make_run(directory, (struct made_run){.noise = noise[i][0], .rate = noise[i][1], .correct = 100});
    struct found found;
    find(directory, &found);
    assert_curves(&found, "static: digit: 0(1) 0.5(1) 1(1)\n"
                          "static: digit + static: line deletion at 10 %: 0(1) 0.5(1) 1(1)\n"
                          "static: line deletion: 0(1) 0.1(1)\n");
    /* The clean runs are the reference also where the curve does not begin with them. */
    assert_true(found.curves.curve[1].has_clean);
    release(&found);
}

static void noises_that_rise_together(void **state) {
    (void)state;
    const char *directory = make_results("together");
    static const char *const rates[] = {"0.1+0.2", "0.2+0.3", "0.3+0.4"};
    make_run(directory, (struct made_run){.correct = 100});
    for (size_t i = 0; i < 3; i++)
        make_run(directory, (struct made_run){.noise = "digit+line", .rate = rates[i], .correct = 100});
    struct found found;
    find(directory, &found);
    assert_curves(&found, "static: digit + static: line deletion: 0(1) 0.1(1) 0.2(1) 0.3(1)\n");
    release(&found);
}

/* One kind falls where the others rise, or stays while they rise: single cells; and two that rise are no
 * curve where others of the same kinds, which are on another axis' curve, lie between. */
static void mixes_are_no_curve(void **state) {
    (void)state;
    static const char *const mixes[][4] = {{"0.1+0.4", "0.2+0.3", "0.3+0.35"},
                                           {"0.1+0.2", "0.2+0.2", "0.3+0.3"},
                                           {"0.1+0.2", "0.3+0.2", "0.15+0.1", "0.4+0.4"}};
    static const char *const names[] = {"falls", "stays", "between"};
    for (size_t m = 0; m < sizeof mixes / sizeof *mixes; m++) {
        const char *directory = make_results(names[m]);
        make_run(directory, (struct made_run){.correct = 100});
        for (size_t i = 0; i < 4 && mixes[m][i]; i++)
            make_run(directory,
                     (struct made_run){.noise = "digit+line", .rate = mixes[m][i], .correct = 100});
        struct found found;
        find(directory, &found);
        for (size_t c = 0; c < found.curves.count; c++)
            if (found.curves.curve[c].axis == AXIS_TOGETHER)
                fail_msg("%s: %s", names[m], found.curves.curve[c].label);
        assert_true(found.curves.count > 0);
        release(&found);
    }
}

/* Options that no column shows split curves too, and those that change nothing do not. */
static void settings_split_curves(void **state) {
    (void)state;
    const char *directory = make_results("settings");
    char options[128];
    for (int fast = 0; fast < 2; fast++)
        for (int level = 0; level < 2; level++) {
            snprintf(options, sizeof options,
                     "\"train\":{\"learning_rate\":%s,\"threads\":%d},\"noise\":{\"digit\":{\"rate\":%d}}",
                     fast ? "0.01" : "0.001", 1 + level, level);
            make_run(directory, (struct made_run){.seed = 10 * fast,
                                                  .noise = level ? "digit" : "none",
                                                  .rate = level ? "1" : "0",
                                                  .correct = 100,
                                                  .options = options});
        }
    struct found found;
    find(directory, &found);
    assert_curves(&found, "learning rate 0.001: static: digit: 0(1) 1(1)\n"
                          "learning rate 0.01: static: digit: 0(1) 1(1)\n");
    release(&found);
}

/* A setting that follows from another is not told twice; formats are named, chain of thought first. */
static void places_are_short(void **state) {
    (void)state;
    const char *directory = make_results("places");
    static const char *const formats[] = {"direct", "trace"};
    for (int f = 0; f < 2; f++)
        for (int level = 0; level < 2; level++)
            make_run(directory,
                     (struct made_run){.format = formats[f],
                                       .noise = level ? "digit" : "none",
                                       .rate = level ? "1" : "0",
                                       .correct = 100,
                                       .options = f ? "\"line_limit\":300" : "\"line_limit\":200"});
    struct found found;
    find(directory, &found);
    assert_curves(&found,
                  "chain of thought: static: digit: 0(1) 1(1)\ndirect answer: static: digit: 0(1) 1(1)\n");
    release(&found);
}

/* A contamination that a kind has for itself is the one that counts. */
static void own_contamination(void **state) {
    (void)state;
    const char *directory = make_results("own");
    make_run(directory, (struct made_run){.correct = 100});
    for (int64_t i = 1; i <= 3; i++) {
        char options[128];
        snprintf(options, sizeof options, "\"noise\":{\"dynamic\":{\"rate\":1,\"contamination\":0.%lld}}",
                 (long long)i);
        make_run(
            directory,
            (struct made_run){.seed = i, .noise = "dynamic", .rate = "1", .correct = 50, .options = options});
    }
    struct found found;
    find(directory, &found);
    assert_curves(&found, "dynamic at 100 %: 0(1) 0.1(1) 0.2(1) 0.3(1)\n");
    release(&found);
}

/* Other noise that stays on takes accuracy too; what counts is that of clean data. */
static void clean_runs_are_the_reference(void **state) {
    (void)state;
    const char *directory = make_results("reference");
    static const char *const noise[][2] = {
        {"none", "0"}, {"line", "0.1"}, {"digit+line", "0.5+0.1"}, {"digit+line", "1+0.1"}};
    static const int64_t correct[] = {1000, 800, 790, 600};
    for (size_t i = 0; i < 4; i++)
        make_run(directory,
                 (struct made_run){
                     .noise = noise[i][0], .rate = noise[i][1], .correct = correct[i], .problems = 1000});
    struct found found;
    find(directory, &found);
    assert_int_equal(found.curves.count, 2);
    const struct curve *curve = &found.curves.curve[0];
    assert_int_equal(curve->count, 3);
    assert_true(curve->clean == 1 && curve->points[0].mean == 0.8);
    assert_int_equal(curve->threshold.status, THRESHOLD_BELOW);
    struct buffer text = {0};
    curve_finding(&found.curves, curve, &text);
    assert_string_equal(text.bytes, "accuracy is under 95 % of its clean value (100.0 %) at every noise rate "
                                    "tried, from 0 % on.");
    buffer_free(&text);
    release(&found);
}

/* Clean runs of other data say nothing, and neither do runs of the same noise at another contamination. */
static void references_are_of_the_same_setting(void **state) {
    (void)state;
    const char *directory = make_results("same");
    static const char other[] = "\"train\":{\"learning_rate\":0.01}";
    make_run(directory, (struct made_run){.seed = 1, .correct = 100});
    make_run(directory, (struct made_run){.seed = 1, .noise = "digit", .rate = "0.5", .correct = 90});
    for (int64_t seed = 2; seed <= 3; seed++)
        make_run(directory, (struct made_run){.seed = seed,
                                              .noise = "digit",
                                              .rate = seed == 2 ? "0.5" : "1",
                                              .correct = 90,
                                              .options = other});
    struct found found;
    find(directory, &found);
    assert_curves(&found, "learning rate 0.001: static: digit: 0(1) 0.5(1)\n"
                          "learning rate 0.01: static: digit: 0.5(1) 1(1)\n");
    assert_true(found.curves.curve[0].has_clean);
    assert_false(found.curves.curve[1].has_clean);
    assert_int_equal(found.curves.curve[1].threshold.status, THRESHOLD_NO_CLEAN);
    release(&found);

    directory = make_results("origin");
    make_run(directory, (struct made_run){.correct = 100});
    make_run(directory, (struct made_run){.noise = "line", .rate = "0.1", .contamination = 0.5});
    make_run(directory, (struct made_run){.noise = "digit+line", .rate = "0.5+0.1"});
    make_run(directory, (struct made_run){.noise = "digit+line", .rate = "1+0.1"});
    find(directory, &found);
    assert_curves(&found, "static: digit + static: line deletion at 10 %: 0.5(1) 1(1)\n"
                          "static: line deletion, 50 % of samples: 0(1) 0.1(1)\n");
    release(&found);
}

/* Rates at two contaminations, each pair a curve along the other too. */
static void contaminations_have_curves_of_their_own(void **state) {
    (void)state;
    const char *directory = make_results("crossed");
    for (int i = 0; i < 4; i++)
        make_run(directory, (struct made_run){.noise = "digit",
                                              .rate = i % 2 ? "0.6" : "0.3",
                                              .contamination = i / 2 ? 1 : 0.5,
                                              .correct = 50});
    make_run(directory, (struct made_run){.correct = 100});
    struct found found;
    find(directory, &found);
    assert_curves(&found, "static: digit, 50 % of samples: 0(1) 0.3(1) 0.6(1)\n"
                          "static: digit: 0(1) 0.3(1) 0.6(1)\n"
                          "static: digit at 30 %: 0(1) 0.5(1) 1(1)\n"
                          "static: digit at 60 %: 0(1) 0.5(1) 1(1)\n");
    assert_true(curves_single_seed(&found.curves));
    release(&found);
}

static void curves_of_several_seeds_are_told_from_others(void **state) {
    (void)state;
    const char *directory = make_results("seeds");
    for (int64_t seed = 1; seed <= 2; seed++) {
        make_run(directory, (struct made_run){.seed = seed});
        make_run(directory, (struct made_run){.seed = seed, .noise = "digit", .rate = "0.5"});
    }
    struct found found;
    find(directory, &found);
    assert_false(curves_single_seed(&found.curves));
    release(&found);
}

static void findings_in_words(void **state) {
    (void)state;
    static const struct {
        int64_t clean, middle, high;
        const char *begins, *contains;
    } cases[] = {
        {100, 100, 0,
         "accuracy keeps at least 95 % of its clean value (100.0 %) up to a noise rate of 52 % (95 % ",
         ", between the tested 50 % and 100 %; half of it is left at 75 %."},
        {100, 100, 99,
         "accuracy keeps at least 95 % of its clean value (100.0 %) at every noise rate tried, up to 100 %.",
         ""},
        {100, 100, 94, "accuracy keeps at least 95 % of its clean value (100.0 %) up to a noise rate of ",
         " to beyond 100 %), between the tested 50 % and 100 %; it never falls to half."},
        {89, 88, 0,
         "clean data was not learned well enough (validation accuracy 89.0 %, at least 90 % is asked for), "
         "so "
         "there is no threshold.",
         ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[32];
        snprintf(name, sizeof name, "words%zu", i);
        const char *directory = make_results(name);
        make_run(directory, (struct made_run){.correct = cases[i].clean});
        make_run(directory, (struct made_run){.noise = "digit", .rate = "0.5", .correct = cases[i].middle});
        make_run(directory, (struct made_run){.noise = "digit", .rate = "1", .correct = cases[i].high});
        struct found found;
        find(directory, &found);
        struct buffer text = {0};
        curve_finding(&found.curves, &found.curves.curve[0], &text);
        if (strncmp(text.bytes, cases[i].begins, strlen(cases[i].begins)) ||
            !strstr(text.bytes, cases[i].contains))
            fail_msg("%s", text.bytes);
        buffer_free(&text);
        release(&found);
    }
}

/* A curve of digit noise from 0 on, 0.25 apart: three seeds a level, accuracies in thousandths. */
static void make_levels(const char *directory, size_t levels, int64_t correct[][3], const char *options) {
    static const char *const rates[] = {"0", "0.25", "0.5", "0.75", "1"};
    for (size_t l = 0; l < levels; l++)
        for (int64_t s = 0; s < 3; s++)
            make_run(directory, (struct made_run){.seed = s + 1,
                                                  .noise = l ? "digit" : "none",
                                                  .rate = rates[l],
                                                  .correct = correct[l][s],
                                                  .problems = 1000,
                                                  .options = options});
}

static void expect_finding(const struct found *found, const char *wanted) {
    struct buffer text = {0};
    curve_finding(&found->curves, &found->curves.curve[0], &text);
    if (!strstr(text.bytes, wanted)) fail_msg("'%s' is not in: %s", wanted, text.bytes);
    buffer_free(&text);
}

/* Seeds that learn or do not, and the seeds that it would take to know more. */
static void split_seeds_are_told(void **state) {
    (void)state;
    const char *directory = make_results("split");
    struct found found;
    make_levels(directory, 4, (int64_t[][3]){{990, 985, 995}, {980, 985, 990}, {650, 80, 80}, {90, 950, 960}},
                NULL);
    find(directory, &found);
    const struct curve *curve = &found.curves.curve[0];
    assert_int_equal(curve->split_levels, 2);
    assert_true(!curve->points[1].split && curve->points[2].split && curve->points[3].split);
    assert_true(fabs(curve->points[2].learned - 1 / 3.0) < 1e-9 && curve->points[1].learned == 1);
    expect_finding(&found, " At 50 % (1 of 3) and 75 % (2 of 3) some seeds learned and the others did not");
    assert_true(curve->seeds_needed > 3);
    expect_finding(&found, " seeds a level would be needed for an interval of a fifth of the threshold.");
    release(&found);
}

static void rises_are_told(void **state) {
    (void)state;
    const char *directory = make_results("rises");
    struct found found;
    make_levels(directory, 4,
                (int64_t[][3]){{990, 985, 995}, {600, 620, 610}, {300, 310, 320}, {985, 990, 980}}, NULL);
    find(directory, &found);
    const struct curve *curve = &found.curves.curve[0];
    assert_true(curve->rise.found);
    expect_finding(&found,
                   " Accuracy rises again, from 31.0 % at 50 % to 98.5 % at 75 % (by chance with p = ");
    /* The first crossing, 0.95 * 0.99 on the way from 0.99 to 0.61. */
    assert_true(fabs(curve->threshold.noise - 0.25 * 0.0495 / 0.38) < 1e-6);
    assert_true(fabs(curve->points[3].fit - 0.985) < 1e-9);
    release(&found);
}

/* What clean runs have learned is what they reach on the validation problems, where they have any. */
static void clean_runs_must_have_learned(void **state) {
    (void)state;
    const char *directory = make_results("learned");
    struct error error;
    struct found found = {0};
    make_levels(directory, 2, (int64_t[][3]){{800, 800, 800}, {400, 410, 390}}, NULL);
    assert_int_equal(collect_runs(directory, false, &found.collection, &error), ERR_OK);
    static const struct {
        double validation, asked;
        enum threshold_status status;
    } cases[] = {{NAN, 0.81, THRESHOLD_NOT_LEARNED},
                 {NAN, 0.79, THRESHOLD_FOUND},
                 {0.95, 0.9, THRESHOLD_FOUND},
                 {0.7, 0.75, THRESHOLD_NOT_LEARNED}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t r = 0; r < found.collection.count; r++)
            if (record_is_clean(found.collection.records[r]))
                found.collection.records[r]->outcome.validation_accuracy = cases[i].validation;
        assert_int_equal(curves_find(&found.collection, 0.95, cases[i].asked, &found.curves, &error), ERR_OK);
        assert_int_equal(found.curves.curve[0].threshold.status, cases[i].status);
        assert_int_equal(found.curves.curve[0].half.status,
                         cases[i].status == THRESHOLD_FOUND ? THRESHOLD_NOT_REACHED : cases[i].status);
        curves_free(&found.curves);
    }
    collection_free(&found.collection);
}

/* The N-th field of the L-th line, both from 0. */
static const char *csv_field(const char *csv, int line, int number) {
    static char text[64];
    for (; line; line--) csv = strchr(csv, '\n') + 1;
    for (; number; number--) csv = strchr(csv, ',') + 1;
    snprintf(text, sizeof text, "%.*s", (int)strcspn(csv, ",\n"), csv);
    return text;
}

static char *thresholds_of(const char *directory, struct found *found) {
    char path[600], *csv;
    struct error error;
    size_t length;
    find(directory, found);
    snprintf(path, sizeof path, "%s/thresholds.csv", directory);
    assert_int_equal(curves_write_csv(&found->collection, &found->curves, path, &error), ERR_OK);
    assert_int_equal(file_read(path, 1 << 20, &csv, &length, &error), ERR_OK);
    return csv;
}

/* What rises along a curve has no value, be there but one level of it. */
static void axes_have_no_value(void **state) {
    (void)state;
    const char *directory = make_results("axis");
    struct found found;
    make_run(directory, (struct made_run){.correct = 1000, .problems = 1000});
    make_run(directory, (struct made_run){.noise = "digit", .rate = "0.5", .correct = 500, .problems = 1000});
    for (int i = 1; i <= 2; i++)
        make_run(directory,
                 (struct made_run){.noise = "dynamic", .rate = "1", .contamination = 0.2 * i, .correct = 9});
    char *csv = thresholds_of(directory, &found);
    assert_int_equal(strncmp(csv, "task,format,model,samples,epochs,noise,axis,contamination,", 58), 0);
    assert_string_equal(csv_field(csv, 0, 9), "noise.digit");
    assert_string_equal(csv_field(csv, 0, 10), "noise.dynamic");
    static const char *const wanted[2][5] = {{"rate", "1", "1", "", "0"},
                                             {"contamination", "", "", "0", "1"}};
    for (int line = 1; line <= 2; line++) {
        assert_string_equal(csv_field(csv, line, 6), wanted[line - 1][0]);
        assert_string_equal(csv_field(csv, line, 7), wanted[line - 1][1]);
        assert_string_equal(csv_field(csv, line, 8), wanted[line - 1][2]);
        assert_string_equal(csv_field(csv, line, 9), wanted[line - 1][3]);
        assert_string_equal(csv_field(csv, line, 10), wanted[line - 1][4]);
    }
    /* The interval holds the threshold. */
    double low = strtod(csv_field(csv, 1, 17), NULL), high = strtod(csv_field(csv, 1, 18), NULL),
           threshold = strtod(csv_field(csv, 1, 16), NULL);
    assert_string_equal(csv_field(csv, 0, 16), "threshold");
    assert_true(fabs(threshold - 0.05) < 1e-9 && low < threshold && threshold < high);
    free(csv);
    release(&found);
}

static void thresholds_csv(void **state) {
    (void)state;
    const char *directory = make_results("thresholds");
    struct error error;
    char path[600], *csv;
    size_t length;
    make_run(directory, (struct made_run){.correct = 1000000, .problems = 1000000});
    make_run(directory,
             (struct made_run){.noise = "digit", .rate = "0.5", .correct = 1000000, .problems = 1000000});
    make_run(directory,
             (struct made_run){.noise = "digit", .rate = "1", .correct = 900000, .problems = 1000000});
    struct found found;
    find(directory, &found);
    snprintf(path, sizeof path, "%s/thresholds.csv", directory);
    assert_int_equal(curves_write_csv(&found.collection, &found.curves, path, &error), ERR_OK);
    assert_int_equal(file_read(path, 1 << 20, &csv, &length, &error), ERR_OK);
    const char *line = strchr(csv, '\n') + 1;
    static const char header[] =
        "task,format,model,samples,epochs,noise,axis,contamination,noise.digit,levels,runs,"
        "highest,clean_accuracy,share,threshold,threshold_low,threshold_high,status,half,"
        "half_low,half_high,half_status,at_90,at_90_low,at_90_high,at_90_status,at_95,at_95_low,at_95_high,"
        "at_95_status,at_98,at_98_low,at_98_high,at_98_status,clean_validation,rise,rise_from,rise_to,"
        "split_levels,seeds_needed\n";
    assert_memory_equal(csv, header, sizeof header - 1);
    static const char begins[] = "add,trace,tiny,1000,2,digit,rate,1,,3,3,1,1,0.95,0.75,";
    assert_memory_equal(line, begins, sizeof begins - 1);
    assert_string_equal(csv_field(csv, 1, 17), "found");
    assert_string_equal(csv_field(csv, 1, 18), "");
    assert_string_equal(csv_field(csv, 1, 21), "not_reached");
    assert_string_equal(csv_field(csv, 1, 25), "not_reached"); /* 90 % */
    assert_string_equal(csv_field(csv, 1, 26), "0.75");        /* 95 % */
    assert_string_equal(csv_field(csv, 1, 30), "0.6");         /* 98 % */
    assert_string_equal(csv_field(csv, 1, 33), "found");
    assert_string_equal(csv_field(csv, 1, 34),
                        "1"); /* clean, on validation problems or else on those of the test */
    for (int rise = 35; rise < 38; rise++) assert_string_equal(csv_field(csv, 1, rise), "");
    assert_string_equal(csv_field(csv, 1, 38), "0");
    free(csv);
    release(&found);
}

/* Where seeds differ so much that the interval begins among the levels, its beginning is written. */
static void the_known_end_of_an_interval(void **state) {
    (void)state;
    const char *directory = make_results("known_end");
    struct error error;
    char path[600], *csv, *end;
    size_t length;
    for (int seed = 1; seed <= 3; seed++) {
        make_run(directory, (struct made_run){.seed = seed, .correct = 100});
        make_run(directory,
                 (struct made_run){
                     .seed = seed, .noise = "digit", .rate = "0.5", .correct = seed == 1 ? 100 : 94});
    }
    struct found found;
    find(directory, &found);
    snprintf(path, sizeof path, "%s/thresholds.csv", directory);
    assert_int_equal(curves_write_csv(&found.collection, &found.curves, path, &error), ERR_OK);
    assert_int_equal(file_read(path, 1 << 20, &csv, &length, &error), ERR_OK);
    char *threshold = strstr(csv, ",1,0.95,,");
    assert_non_null(threshold);
    double low = strtod(threshold + strlen(",1,0.95,,"), &end);
    assert_true(low > 0.1 && low < 0.5);
    assert_int_equal(strncmp(end, ",,not_reached,,,,not_reached,", 29), 0);
    assert_string_equal(csv_field(csv, 1, 39), ""); /* no interval, no more seeds */
    free(csv);
    release(&found);
}

static void labels_in_plain_words(void **state) {
    (void)state;
    struct buffer text = {0};
    label_count(0, &text);
    buffer_char(&text, ' ');
    label_count(1234567, &text);
    buffer_char(&text, ' ');
    label_percent(0.0051, &text);
    buffer_char(&text, ' ');
    label_percent(1, &text);
    buffer_char(&text, ' ');
    label_noise(noise_find("line"), &text);
    buffer_char(&text, ' ');
    label_noise(noise_find("dynamic"), &text);
    assert_string_equal(text.bytes, "0 1,234,567 0.51 % 100 % static: line deletion dynamic");
    buffer_clear(&text);
    label_setting("data.samples", "1", &text);
    buffer_char(&text, ' ');
    label_setting("samples", "20000", &text);
    buffer_char(&text, ' ');
    label_setting("epochs", "0.5", &text);
    buffer_char(&text, ' ');
    label_setting("train.learning_rate", "0.1", &text);
    assert_string_equal(text.bytes, "1 sample 20,000 samples 0.5 epochs learning rate 0.1");
    buffer_clear(&text);
    label_setting("data.fixed_noise", "false", &text);
    buffer_text(&text, ", ");
    label_setting("data.fixed_noise", "true", &text);
    assert_string_equal(text.bytes, "fresh noise in each epoch, the same noise in each epoch");
    buffer_clear(&text);
    label_setting("start.task.name", "sub", &text);
    buffer_text(&text, ", ");
    label_setting("start.train.learning_rate", "0.1", &text);
    assert_string_equal(text.bytes, "parent's task sub, parent's learning rate 0.1");
    buffer_clear(&text);
    label_setting("method", "none", &text);
    buffer_char(&text, ' ');
    label_setting("method", "expert_iteration", &text);
    buffer_char(&text, ' ');
    label_setting("rl.reward_noise", "0.1", &text);
    assert_string_equal(text.bytes, "no RL expert iteration RL reward noise 0.1");
    buffer_free(&text);
}

/* What the table on a terminal says of these runs. */
static char *printed_table(const char *directory) {
    struct report_summary summary = {0};
    struct error error;
    char *printed = NULL;
    size_t size;
    assert_int_equal(collect_runs(directory, false, &summary.collection, &error), ERR_OK);
    assert_int_equal(curves_find(&summary.collection, 0.95, 0.9, &summary.curves, &error), ERR_OK);
    FILE *stream = open_memstream(&printed, &size);
    assert_int_equal(report_print_table(stream, &summary, 100, &error), ERR_OK);
    fclose(stream);
    report_free(&summary);
    return printed;
}

static void assert_printed(const char *printed, const char *wanted) {
    if (!strstr(printed, wanted)) fail_msg("'%s' is not in:\n%s", wanted, printed);
}

/* Each setting under its name, and thresholds that lie below or beyond what was tried. */
static void terminal_settings(void **state) {
    (void)state;
    const char *directory = make_results("printed");
    static const char other[] = "\"train\":{\"learning_rate\":0.01}";
    make_run(directory, (struct made_run){.seed = 1, .correct = 1000, .problems = 1000});
    make_run(directory,
             (struct made_run){.seed = 1, .noise = "digit", .rate = "0.5", .correct = 948, .problems = 1000});
    make_run(directory, (struct made_run){.seed = 2, .correct = 100, .options = other});
    make_run(directory,
             (struct made_run){.seed = 2, .noise = "digit", .rate = "0.5", .correct = 10, .options = other});
    make_run(directory,
             (struct made_run){.seed = 2, .noise = "line", .rate = "0.1", .correct = 50, .options = other});
    for (int i = 0; i < 2; i++)
        make_run(directory, (struct made_run){.seed = 2,
                                              .noise = "digit+line",
                                              .rate = i ? "1+0.1" : "0.5+0.1",
                                              .correct = 40,
                                              .options = other});
    make_file(directory, "runs/begun/metrics.jsonl", "%s", "");
    char *printed = printed_table(directory);
    assert_printed(printed, "\n\nlearning rate 0.001\n  noise rate  static: digit\n");
    assert_printed(printed, "\nlearning rate 0.01\n  noise rate  static: digit");
    assert_printed(printed, "->50)");
    assert_printed(printed, "< 0 %");
    assert_printed(printed, "\n1 run is not finished\n");
    free(printed);
}

static void terminal_table(void **state) {
    (void)state;
    struct report_summary summary = {0};
    struct error error;
    char *printed = NULL;
    size_t size;
    const char *directory = make_results("terminal");
    make_run(directory, (struct made_run){.correct = 100});
    make_run(directory, (struct made_run){.noise = "digit", .rate = "0.5", .correct = 50});
    make_run(directory, (struct made_run){.noise = "dynamic", .rate = "0.1", .correct = 100});
    make_file(directory, "runs/broken/failed.json", "%s", "{\"reason\":\"went \\u001b[31mred\"}");
    assert_int_equal(collect_runs(directory, false, &summary.collection, &error), ERR_OK);
    assert_int_equal(curves_find(&summary.collection, 0.95, 0.9, &summary.curves, &error), ERR_OK);
    FILE *stream = open_memstream(&printed, &size);
    assert_int_equal(report_print_table(stream, &summary, 80, &error), ERR_OK);
    fclose(stream);
    static const char table[] = "accuracy on clean problems by noise in training (95 % interval)\n\n"
                                "  noise rate  static: digit        dynamic\n"
                                "         0 %  1.000 (0.963-1.000)  1.000 (0.963-1.000)\n"
                                "        10 %                       1.000 (0.963-1.000)\n"
                                "        50 %  0.500 (0.404-0.596)\n"
                                "95 % kept to  5 % (";
    assert_memory_equal(printed, table, sizeof table - 1);
    assert_non_null(strstr(printed, "> 10 %\n"));
    assert_non_null(strstr(printed, "1 run failed; the first, broken: went \\u001b[31mred\n"));
    assert_null(strchr(printed, '\033'));
    free(printed);
    report_free(&summary);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_runs_begin_every_curve),
        cmocka_unit_test(what_varies_is_the_axis),
        cmocka_unit_test(two_noises_at_once),
        cmocka_unit_test(noises_that_rise_together),
        cmocka_unit_test(mixes_are_no_curve),
        cmocka_unit_test(settings_split_curves),
        cmocka_unit_test(places_are_short),
        cmocka_unit_test(own_contamination),
        cmocka_unit_test(clean_runs_are_the_reference),
        cmocka_unit_test(references_are_of_the_same_setting),
        cmocka_unit_test(contaminations_have_curves_of_their_own),
        cmocka_unit_test(curves_of_several_seeds_are_told_from_others),
        cmocka_unit_test(findings_in_words),
        cmocka_unit_test(split_seeds_are_told),
        cmocka_unit_test(rises_are_told),
        cmocka_unit_test(clean_runs_must_have_learned),
        cmocka_unit_test(axes_have_no_value),
        cmocka_unit_test(thresholds_csv),
        cmocka_unit_test(the_known_end_of_an_interval),
        cmocka_unit_test(labels_in_plain_words),
        cmocka_unit_test(terminal_settings),
        cmocka_unit_test(terminal_table),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
