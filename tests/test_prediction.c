/* Reading measured accuracies back, and predicting from them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cholesky.h"
#include "base/pcg.h"
#include "curve/measured.h"
#include "curve/prediction.h"
#include "support/runs.h"
#include "support/shell.h"
#include "tasks/tasks.h"

#define HEADER "run,task,format,model,samples,epochs,noise,rate,contamination,accuracy\n"

static enum err read_csv(struct measured *measured, const char *text, struct error *error) {
    static char folder[256];
    snprintf(folder, sizeof folder, "%s/csv", getenv("SCRATCH"));
    make_file(folder, "results.csv", "%s", text);
    *measured = (struct measured){0};
    return measured_read(measured, folder, task_find("add"), error);
}

static void rows_become_cells(void **state) {
    (void)state;
    struct measured m;
    struct error error;
    assert_int_equal(read_csv(&m,
                              HEADER "a,add,trace,tiny,1000,1,none,0,1,1\r\n"
                                     "b,add,trace,\"tiny\",1000,1,digit,0.3,0,0.5\n"
                                     "c,add,trace,tiny,1000,1,digit+line,0.3+0.1,0.5,0.25\n"
                                     "d,add,trace,tiny,1000,1,digit+line,0.3+0.1,0.5,0.75\n"
                                     "e,add,trace,small,1000,1,dynamic,1,1,0\n"
                                     "f,sort,trace,tiny,1000,1,digit,0.3,1,0.5\n"
                                     "g,add,direct,tiny,1000,1,digit,0.3,1,0.5\n"
                                     "h,add,trace,tiny,1000,1,line_swap,0.3,1,0.5",
                              &error),
                     ERR_OK);
    assert_int_equal(m.count, 2);
    assert_int_equal(m.passed_over, 1);
    assert_string_equal(m.settings[0].run->model, "small");
    assert_int_equal(m.settings[1].count, 2);
    const struct measured_cell *clean = &m.settings[1].cells[0], *mixed = &m.settings[1].cells[1];
    assert_int_equal(clean->runs, 2); /* a contamination of 0 is clean */
    assert_true(clean->sum == 1.5 && clean->level.contamination == 0);
    assert_int_equal(mixed->runs, 2);
    assert_true(mixed->level.rate[MEASURED_DIGIT] == 0.3 && mixed->level.rate[MEASURED_LINE] == 0.1);
    assert_true(mixed->sum == 1 && mixed->level.contamination == 0.5);
    measured_free(&m);
}

/* Of one directory after the other, in the order of their numbers. */
static void seeds_are_kept(void **state) {
    (void)state;
    static const char header[] =
        "run,task,format,model,seed,samples,epochs,noise,rate,contamination,accuracy\n";
    struct measured m;
    struct error error;
    char folder[256], text[512];
    snprintf(folder, sizeof folder, "%s/other", getenv("SCRATCH"));
    make_file(folder, "results.csv", "%s%s", header,
              "d,add,trace,tiny,5,1000,1,digit,0.3,1,0\n"
              "e,add,trace,tiny,5,1000,1,none,0,1,0\nf,add,trace,tiny,7,1000,1,none,0,1,0\n");
    snprintf(text, sizeof text, "%s%s", header,
             "a,add,trace,tiny,7,1000,1,digit,0.3,1,1\nb,add,trace,tiny,6,1000,1,digit,0.3,1,0\n"
             "c,add,trace,tiny,6,1000,1,none,0,1,1\n");
    assert_int_equal(read_csv(&m, text, &error), ERR_OK);
    assert_int_equal(measured_read(&m, folder, task_find("add"), &error), ERR_OK);
    assert_int_equal(m.count, 1);
    assert_int_equal(m.settings[0].count, 2);
    for (int c = 0; c < 2; c++) {
        const struct measured_cell *cell = &m.settings[0].cells[c];
        assert_int_equal(cell->runs, 3);
        for (int r = 0; r < 3; r++) assert_int_equal(cell->seeds[r], 5 + r);
    }
    measured_free(&m);
}

/* As a spreadsheet may write it: other columns, another order, quotes, CRLF. */
static void columns_are_found_by_name(void **state) {
    (void)state;
    struct measured m;
    struct error error;
    assert_int_equal(
        read_csv(
            &m,
            "\"accuracy\",contamination,\"a, b\",rate,noise,epochs,samples,model,format,task\r\n"
            "\"0.25\",1,\"x, \"\"y\"\"\",0.4+0.2,line+digit,0.5,2000,\"a \"\"small\"\" one\",trace,add\r\n"
            "0.5,1,,0.4,line,0.5,1000,\"a \"\"small\"\" one\",trace,add\r\n"
            "0.5,1,,0.4,line,2,1000,\"a \"\"small\"\" one\",trace,add",
            &error),
        ERR_OK);
    assert_int_equal(m.count, 3); /* by model, samples, epochs */
    for (size_t i = 0; i < m.count; i++) assert_string_equal(m.settings[i].run->model, "a \"small\" one");
    assert_true(m.settings[0].run->outcome.samples == 1000 && m.settings[0].run->epochs == 0.5);
    assert_true(m.settings[1].run->outcome.samples == 1000 && m.settings[1].run->epochs == 2);
    assert_true(m.settings[2].run->outcome.samples == 2000 && m.settings[2].cells[0].sum == 0.25);
    assert_true(m.settings[2].cells[0].level.rate[MEASURED_DIGIT] == 0.2);
    assert_true(m.settings[2].cells[0].level.rate[MEASURED_LINE] == 0.4);
    measured_free(&m);
}

/* One directory after the other into the same cells, and a failure that leaves what was read to be released.
 */
static void directories_add_up(void **state) {
    (void)state;
    struct measured m;
    struct error error;
    char folder[256];
    snprintf(folder, sizeof folder, "%s/other", getenv("SCRATCH"));
    make_file(folder, "results.csv", "%s", HEADER "b,add,trace,tiny,1000,1,digit,0.3,1,0.5\n");
    assert_int_equal(read_csv(&m, HEADER "a,add,trace,tiny,1000,1,digit,0.3,1,0.25\n", &error), ERR_OK);
    assert_int_equal(measured_read(&m, folder, task_find("add"), &error), ERR_OK);
    assert_int_equal(m.count, 1);
    assert_int_equal(m.settings[0].count, 1);
    assert_int_equal(m.settings[0].cells[0].runs, 2);
    assert_true(m.settings[0].cells[0].sum == 0.75);
    make_file(folder, "results.csv", "%s", HEADER "c,add,trace,tiny,2000,1,none,0,1,0.5\nd,add\n");
    assert_int_equal(measured_read(&m, folder, task_find("add"), &error), ERR_INPUT);
    measured_free(&m);
    assert_int_equal(m.count, 0);
}

/* What says what was trained tells settings apart, and what says the noise tells cells apart. */
static void settings_and_cells_are_told_apart(void **state) {
    (void)state;
    struct measured m;
    struct error error;
    static const char header[] = "run,task,format,model,samples,epochs,train.learning_rate,train.warp,noise,"
                                 "rate,contamination,accuracy\n";
    char text[1024];
    snprintf(text, sizeof text,
             "%sa,add,trace,tiny,1000,1,0.01,,digit,0.3,0.5,1\nb,add,trace,tiny,1000,1,0.01,,digit,0.3,1,1\n"
             "c,add,trace,tiny,1000,1,0.02,,digit,0.3,1,1\nd,add,trace,tiny,1000,1,0.02,9,digit,0.3,1,1\n",
             header);
    assert_int_equal(read_csv(&m, text, &error), ERR_OK);
    assert_int_equal(m.count, 2);
    assert_true(m.settings[0].run->config.train.learning_rate == 0.01);
    assert_int_equal(m.settings[0].count, 2);
    assert_int_equal(m.settings[1].count, 1);
    assert_int_equal(m.settings[1].cells[0].runs, 1);
    assert_int_equal(m.passed_over, 1); /* trained with an option of another version */
    measured_free(&m);
    assert_int_equal(
        read_csv(&m,
                 "run,task,format,model,samples,epochs,noise.names,noise,rate,contamination,"
                 "accuracy\na,add,trace,tiny,1000,1,,digit,0.3,1,1\n"
                 "b,add,trace,tiny,1000,1,res,digit,0.3,1,0\nc,add,trace,tiny,1000,1,,none,0,1,1\n",
                 &error),
        ERR_OK);
    assert_int_equal(m.count, 1);
    assert_int_equal(m.settings[0].count, 2);
    assert_int_equal(m.passed_over, 1); /* noise of some lines alone */
    measured_free(&m);
}

/* $SCRATCH/NAME with a table of one run and this spec. */
static const char *sized(const char *name, const char *task, const char *sizes) {
    static char folder[256];
    snprintf(folder, sizeof folder, "%s/%s", getenv("SCRATCH"), name);
    make_file(folder, "results.csv", HEADER "a,%s,trace,tiny,1000,1,none,0,1,1\n", task);
    make_file(folder, "spec.yaml", "task: {name: %s, %s}\n", task, sizes);
    return folder;
}

/* What is predicted must be of the sizes that were measured. */
static void sizes_must_be_those_measured(void **state) {
    (void)state;
    struct measured m = {0};
    struct error error = {""};
    static const char two[] = "sampling: length, min_digits: 1, max_digits: 2";
    const struct task *add = task_find("add"), *sort = task_find("sort");
    if (measured_read(&m, sized("two", "add", two), add, &error)) fail_msg("%s", error.message);
    assert_int_equal(measured_check_sizes(&m, 2, 0, &error), ERR_OK);
    assert_int_equal(measured_check_sizes(&m, 3, 0, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "at most 2 digits, but the samples have arguments of 3"));
    assert_int_equal(measured_read(&m, sized("same", "add", two), add, &error), ERR_OK);
    assert_int_equal(measured_read(&m,
                                   sized("three", "add", "sampling: length, min_digits: 1, max_digits: 3"),
                                   add, &error),
                     ERR_INPUT);
    assert_non_null(strstr(error.message, "task.max_digits is 3 here and 2 in the runs before"));
    measured_free(&m);

    m = (struct measured){0};
    if (measured_read(&m, sized("lists", "sort", "min_length: 2, max_length: 5"), sort, &error))
        fail_msg("%s", error.message);
    assert_int_equal(measured_check_sizes(&m, 1, 5, &error), ERR_OK);
    assert_int_equal(measured_check_sizes(&m, 1, 6, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "at most 5 elements, but the samples have lists of 6"));
    measured_free(&m);

    /* A table without its spec says nothing of sizes. */
    assert_int_equal(read_csv(&m, HEADER "a,add,trace,tiny,1000,1,none,0,1,1\n", &error), ERR_OK);
    assert_int_equal(measured_check_sizes(&m, 1000, 1000, &error), ERR_OK);
    measured_free(&m);
}

static void wrong_files_are_refused(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        {"", "no column 'task'"},
        {"task,format\n", "no column 'model'"},
        {HEADER "a,add,trace,tiny,1000,1,none,0,1,1.5\n", ":2: accuracy is '1.5'"},
        {HEADER "a,add,trace,tiny,1000,1,none,0,1,nan\n", ":2: accuracy is 'nan'"},
        {HEADER "a,add,trace,tiny,1000,1,none,0,1,\n", ":2: accuracy is ''"},
        {HEADER "a,add,trace,tiny,x,1,none,0,1,1\n", ":2: samples is 'x'"},
        {HEADER "a,add,trace,tiny,1000,1,digit+line,0.3,1,1\n", ":2: rate '0.3' does not go with"},
        {HEADER "a,add,trace,tiny,1000,1,digit,0.3x,1,1\n", "does not go with"},
        {HEADER "a,add,trace,tiny,1000,1,digit,2,1,1\n", "does not go with"},
        {HEADER "a,add,trace,tiny,1000,1,digit,-0.1,1,1\n", "does not go with"},
        {HEADER "a,add,trace,tiny,1000,1,digit,,1,1\n", "does not go with"},
        {HEADER "a,add,trace,tiny,1000,1,digit,0.3+0.1,1,1\n",
         "rate '0.3+0.1' does not go with noise 'digit'"},
        {HEADER "a,add,trace,tiny,1000,1,digit,0.3+,1,1\n", "does not go with"},
        {HEADER "a,add,trace,tiny,1000,1,digit+,0.3,1,1\n", "does not go with"},
        {HEADER "a,add,trace,tiny,1000,1,digit+,0.3+0.1,1,1\n", "does not go with"},
        {HEADER "a,add,trace,tiny,1000,1,,,1,1\n", "does not go with noise ''"},
        {HEADER "a,add,trace,tiny,1000,1,line_swap,x,1,1\n", "does not go with"},
        {HEADER "a,add,trace,tiny,1000,1,none,0,1.1,1\n", ":2: contamination is '1.1'"},
        {HEADER "a,add,trace,tiny,1000,-1,none,0,1,1\n", ":2: epochs is '-1'"},
        {HEADER "a,add,trace,tiny,1000,1,none,0,1,0.5e\n", ":2: accuracy is '0.5e'"},
        {HEADER "a,add,trace,tiny,1000,1,none,0,1,1\nb,add,trace,tiny,10", ":3: 5 fields are too few"},
        {HEADER "a,add,trace,tiny,1000,1,none,0,1,1\n\n", ":3: 1 fields are too few"},
        {HEADER "a,add,trace,\"tiny", ":2: not a line"},
        {HEADER "a,add,trace,"
                "0123456789012345678901234567890123456789012345678901234567890123,1000,1,none,0,1,1\n",
         ":2: the model's name is too long"},
        {HEADER "a,add,trace\n", ":2: 3 fields are too few"},
        {HEADER "a,ad\xe4,trace,tiny,1000,1,none,0,1,1\n", ":2: task.name: 'ad?' is not one of"},
        {HEADER "a,\"add,trace\n", ":2: not a line"},
        {HEADER "a,\"add\"x,trace\n", ":2: not a line"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct measured m;
        struct error error = {{0}};
        assert_int_equal(read_csv(&m, bad[i][0], &error), ERR_INPUT);
        if (!strstr(error.message, bad[i][1])) fail_msg("'%s' lacks '%s'", error.message, bad[i][1]);
        measured_free(&m);
    }
    struct measured none = {0};
    struct error error;
    assert_int_equal(measured_read(&none, "/no/such/folder", task_find("add"), &error), ERR_INPUT);
    measured_free(&none);
}

/* A file that is cut off anywhere is read or refused. */
static void cut_off_files(void **state) {
    (void)state;
    static const char whole[] = HEADER "c,add,trace,\"tiny\",1000,1,digit+line,0.3+0.1,0.5,0.25\r\nd,add";
    for (size_t length = 0; length < sizeof whole; length++) {
        char text[sizeof whole];
        struct measured m;
        struct error error;
        snprintf(text, sizeof text, "%.*s", (int)length, whole);
        enum err code = read_csv(&m, text, &error);
        assert_true(code == ERR_OK || code == ERR_INPUT);
        measured_free(&m);
    }
}

/* --- prediction --- */

/* A made-up world: accuracy falls with the sum of what the kinds do. */
static double world(const struct noise_level *l) {
    double dose = l->contamination *
                  (l->rate[MEASURED_DIGIT] + 1.5 * l->rate[MEASURED_LINE] + 0.7 * l->rate[MEASURED_DYNAMIC]);
    return 1 / (1 + exp(8 * (dose - 0.7)));
}

/* All its runs are of seed 0. */
static struct measured_cell cell_of(struct noise_level level, double mean, int runs) {
    static int64_t seeds[1000];
    return (struct measured_cell){.level = level, .sum = runs * mean, .runs = runs, .seeds = seeds};
}

static struct measured_setting survey(struct measured_cell *cells) {
    struct measured_setting s = {.cells = cells};
    static const double contaminations[] = {0.5, 1}, rates[] = {0, 0.2, 0.4, 0.6, 0.8};
    for (int c = 0; c < 2; c++)
        for (int n = 0; n < 125; n++) {
            struct noise_level l = {contaminations[c], {rates[n % 5], rates[n / 5 % 5] / 2, rates[n / 25]}};
            if (n % 2 && n > 5) continue;
            cells[s.count++] = cell_of(l, world(&l), 3);
        }
    return s;
}

static void a_smooth_world_is_predicted(void **state) {
    (void)state;
    static struct measured_cell cells[250];
    struct measured_setting s = survey(cells);
    static const struct noise_level asked[] = {{0.8, {0.5, 0.1, 0.3}},
                                               {1, {0.3, 0, 0}},
                                               {1, {0.7, 0.15, 0}},
                                               {0.6, {0.1, 0.3, 0.7}},
                                               {1, {0.5, 0, 0.5}}};
    struct error error;
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct prediction p;
        assert_int_equal(prediction_make(&s, &asked[i], &p, &error), ERR_OK);
        if (fabs(p.accuracy - world(&asked[i])) > 0.03)
            fail_msg("%zu: %g, should be %g", i, p.accuracy, world(&asked[i]));
        assert_true(p.interval.low <= p.accuracy && p.accuracy <= p.interval.high);
        assert_false(p.outside);
        assert_true(p.relative_distance < 1.5);
    }
}

/* Models that go on as in the clean part of their data when they see two lines of a clean beginning, and know
 * lines of `seen` from clean ones, of `unseen` not: what is seen and heavy in a half of the samples does
 * little. */
static double seen_through(const struct noise_level *l, int seen, int unseen) {
    double hit = l->rate[seen], clean = l->contamination * (1 - hit) * (1 - hit);
    double share = clean > 0 ? clean / (1 - l->contamination + clean) : l->contamination;
    return 1 / (1 + exp(12 * (share * (hit + 0.6 * l->rate[unseen]) - 0.3)));
}

static void expect_seen_through(const struct measured_setting *s, const struct noise_level *asked, int seen,
                                int unseen, double tolerance) {
    struct prediction p;
    struct error error;
    assert_int_equal(prediction_make(s, asked, &p, &error), ERR_OK);
    if (fabs(p.accuracy - seen_through(asked, seen, unseen)) > tolerance)
        fail_msg("%g of %g and %g, %d seen: %g, should be %g", asked->contamination, asked->rate[seen],
                 asked->rate[unseen], seen, p.accuracy, seen_through(asked, seen, unseen));
}

static void a_clean_beginning_is_heeded(void **state) {
    (void)state;
    static const double contaminations[] = {0.3, 0.5, 0.7, 0.9, 1},
                        rates[] = {0.1, 0.25, 0.4, 0.55, 0.7, 0.85};
    static const double asked[][3] = {{0.4, 0.8, 0}, {0.6, 0.62, 0}, {0.8, 0.3, 0},   {0.95, 0.78, 0},
                                      {1, 0.33, 0},  {0.6, 0, 0.6},  {0.8, 0.3, 0.5}, {0.4, 0.7, 0.7}};
    for (int seen = 0; seen < MEASURED_KINDS; seen++) {
        struct measured_cell cells[5 * 6 * 3];
        struct measured_setting s = {.cells = cells};
        int unseen = (seen + 1) % MEASURED_KINDS;
        for (int c = 0; c < 5; c++)
            for (int r = 0; r < 6; r++)
                for (int both = 0; both < 3; both++) {
                    struct noise_level l = {contaminations[c], {0}};
                    if (both != 1) l.rate[seen] = rates[r];
                    if (both) l.rate[unseen] = both == 1 ? rates[r] : rates[5 - r];
                    double accuracy = seen_through(&l, seen, unseen);
                    cells[s.count++] = cell_of(l, accuracy, 3);
                }
        for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
            struct noise_level l = {asked[i][0], {0}};
            l.rate[seen] = asked[i][1];
            l.rate[unseen] = asked[i][2];
            expect_seen_through(&s, &l, seen, unseen, 0.03);
        }
        /* A line that is always hit does not make a model of such data a clean one. */
        struct noise_level all = {1, {0}};
        all.rate[seen] = 1;
        expect_seen_through(&s, &all, seen, unseen, 0.05);
    }
}

/* Where all data are noised nothing is known of what a clean part would do: half of it counts as half the
 * rate. */
static void nothing_is_made_up_of_clean_beginnings(void **state) {
    (void)state;
    struct measured_cell cells[9];
    struct measured_setting s = {.cells = cells, .count = 9};
    struct prediction half, whole;
    struct error error;
    for (int i = 0; i < 9; i++) {
        struct noise_level l = {1, {i / 10.0, 0, 0}};
        cells[i] = cell_of(l, world(&l), 3);
    }
    assert_int_equal(prediction_make(&s, &(struct noise_level){0.999, {0.8, 0, 0}}, &half, &error), ERR_OK);
    assert_int_equal(prediction_make(&s, &(struct noise_level){1, {0.8, 0, 0}}, &whole, &error), ERR_OK);
    assert_true(fabs(half.accuracy - whole.accuracy) < 0.002);
    assert_int_equal(prediction_make(&s, &(struct noise_level){0.5, {0.8, 0, 0}}, &half, &error), ERR_OK);
    assert_int_equal(prediction_make(&s, &(struct noise_level){1, {0.4, 0, 0}}, &whole, &error), ERR_OK);
    if (half.accuracy > whole.accuracy) fail_msg("%g and %g", half.accuracy, whole.accuracy);
}

/* Steep at first and flatter then, as many curves are. */
static void a_steep_beginning_is_followed(void **state) {
    (void)state;
    static const double rates[] = {0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8};
    struct measured_cell cells[7];
    struct measured_setting s = {.cells = cells, .count = 7};
    for (int i = 0; i < 7; i++)
        cells[i] = cell_of((struct noise_level){1, {rates[i], 0, 0}}, 0.9 / (1 + 10 * rates[i]), 10);
    static const double asked[] = {0.025, 0.07, 0.3, 0.7};
    for (int i = 0; i < 4; i++) {
        struct prediction p;
        struct error error;
        double wanted = 0.9 / (1 + 10 * asked[i]);
        assert_int_equal(prediction_make(&s, &(struct noise_level){1, {asked[i], 0, 0}}, &p, &error), ERR_OK);
        if (fabs(p.accuracy - wanted) > 0.03) fail_msg("%g: %g, should be %g", asked[i], p.accuracy, wanted);
    }
}

static void clean_is_clean_and_far_is_far(void **state) {
    (void)state;
    static struct measured_cell cells[250];
    struct measured_setting s = survey(cells);
    struct prediction clean, also_clean, far;
    struct error error;
    assert_int_equal(prediction_make(&s, &(struct noise_level){0.5, {0, 0, 0}}, &clean, &error), ERR_OK);
    assert_int_equal(prediction_make(&s, &(struct noise_level){0, {0.9, 0.9, 0.9}}, &also_clean, &error),
                     ERR_OK);
    assert_true(clean.accuracy == also_clean.accuracy);
    assert_true(clean.distance == 0);
    assert_true(clean.nearest.rate[MEASURED_DIGIT] == 0 &&
                fabs(clean.nearest_accuracy - world(&clean.nearest)) < 1e-9);
    assert_int_equal(prediction_make(&s, &(struct noise_level){1, {0.2, 0.9, 0}}, &far, &error), ERR_OK);
    assert_true(far.outside);
    assert_true(far.distance > 0.4);
    assert_true(far.interval.high - far.interval.low > clean.interval.high - clean.interval.low);
}

/* Runs scatter; the accuracy that there is without that lies in nine of ten intervals. */
static void intervals_hold_what_there_is(void **state) {
    (void)state;
    enum { CELLS = 25, ASKED = 40 };
    struct measured_cell cells[CELLS];
    struct measured_setting s = {.cells = cells, .count = CELLS};
    struct pcg pcg = pcg_stream(1, "scatter", 0);
    struct error error;
    int held = 0;
    for (int i = 0; i < CELLS; i++) {
        struct noise_level level = {1, {i % 5 / 5.0, i / 5 / 10.0, 0}};
        double accuracy = fmin(fmax(world(&level) + 0.05 * pcg_normal(&pcg), 0), 1);
        cells[i] = cell_of(level, accuracy, 1);
    }
    for (int i = 0; i < ASKED; i++) {
        struct noise_level level = {1, {0.8 * pcg_unit(&pcg), 0.4 * pcg_unit(&pcg), 0}};
        struct prediction p;
        assert_int_equal(prediction_make(&s, &level, &p, &error), ERR_OK);
        held += p.interval.low <= world(&level) && world(&level) <= p.interval.high;
    }
    if (held < ASKED * 8 / 10) fail_msg("%d of %d", held, ASKED);
}

/* All runs of seed 0 are much better than others. Cells have one run, of that seed, or ten of which one or
 * three are: with the seeds known, what they do is told from what the noise does. */
static void what_a_seed_does_to_all_its_runs_is_told_apart(void **state) {
    (void)state;
    enum { CELLS = 60, ASKED = 20, RUNS = 10 };
    struct measured_cell cells[CELLS];
    int64_t seeds[CELLS][RUNS];
    double missed[2] = {0, 0};
    for (int known = 0; known < 2; known++) {
        struct measured_setting s = {.cells = cells, .count = CELLS};
        struct pcg pcg = pcg_stream(1, "scatter", 0);
        struct error error;
        for (int i = 0; i < CELLS; i++) {
            struct noise_level level = {1, {i % 8 / 10.0, i / 8 / 20.0, 0}};
            int runs = i % 2 ? 1 : RUNS, of_seed_0 = i % 4 ? 1 : 3;
            for (int r = 0; r < runs; r++) seeds[i][r] = r < of_seed_0 ? 0 : RUNS * i + r;
            double value =
                asin(sqrt(world(&level))) + 0.15 * of_seed_0 / runs + 0.01 * pcg_normal(&pcg) / sqrt(runs);
            double root = sin(fmin(fmax(value, 0), 1.57));
            cells[i] = cell_of(level, root * root, runs);
            if (known) cells[i].seeds = seeds[i];
        }
        for (int i = 0; i < ASKED; i++) {
            struct noise_level level = {1, {0.7 * pcg_unit(&pcg), 0.35 * pcg_unit(&pcg), 0}};
            struct prediction p;
            assert_int_equal(prediction_make(&s, &level, &p, &error), ERR_OK);
            missed[known] += fabs(p.accuracy - world(&level)) / ASKED;
        }
    }
    if (missed[1] > 0.008 || missed[0] < 0.03)
        fail_msg("%g with the seeds, %g without", missed[1], missed[0]);
}

/* A cell of many runs is believed, one of a single run less so. */
static void many_runs_are_believed(void **state) {
    (void)state;
    struct measured_cell cells[9];
    struct measured_setting s = {.cells = cells, .count = 9};
    double accuracy[2];
    for (int many = 0; many < 2; many++) {
        struct prediction p;
        struct error error;
        for (int i = 0; i < 9; i++) {
            int runs = i == 4 ? (many ? 1000 : 1) : 10;
            double mean = i == 4 ? 0.5 : 0.9 + 0.02 * (i % 2);
            cells[i] = cell_of((struct noise_level){1, {i / 8.0, 0, 0}}, mean, runs);
        }
        assert_int_equal(prediction_make(&s, &cells[4].level, &p, &error), ERR_OK);
        accuracy[many] = p.accuracy;
    }
    assert_true(accuracy[0] > accuracy[1] + 0.05);
}

static void few_cells_are_refused(void **state) {
    (void)state;
    struct measured_cell cells[4];
    for (int i = 0; i < 4; i++) cells[i] = cell_of((struct noise_level){0}, 0, 1);
    struct measured_setting s = {.cells = cells, .count = 4};
    struct prediction p;
    struct error error;
    assert_int_equal(prediction_make(&s, &(struct noise_level){0}, &p, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, "4 different cells"));
    s.count = PREDICTION_CELLS_MAX + 1;
    assert_int_equal(prediction_make(&s, &(struct noise_level){0}, &p, &error), ERR_INPUT);
}

/* Nothing but extremes, and the same everywhere: a probability all the same. */
static void extremes_are_predicted(void **state) {
    (void)state;
    static const double accuracies[][5] = {
        {1, 1, 1, 1, 1}, {0, 0, 0, 0, 0}, {1, 1, 0, 0, 0}, {1, 0, 1, 0, 1}};
    for (size_t w = 0; w < sizeof accuracies / sizeof *accuracies; w++) {
        struct measured_cell cells[5];
        struct measured_setting s = {.cells = cells, .count = 5};
        struct error error;
        for (int i = 0; i < 5; i++)
            cells[i] = cell_of((struct noise_level){i > 0, {i / 4.0, 0, 0}}, accuracies[w][i], 2);
        for (int i = 0; i <= 8; i++) {
            struct noise_level level = {1, {i / 8.0, 0, 0}};
            struct prediction p;
            assert_int_equal(prediction_make(&s, &level, &p, &error), ERR_OK);
            assert_true(0 <= p.interval.low && p.interval.low <= p.accuracy);
            assert_true(p.accuracy <= p.interval.high && p.interval.high <= 1);
            if (w < 2) assert_true(fabs(p.accuracy - accuracies[w][0]) < 0.03);
            assert_false(p.outside);
        }
        struct prediction beside;
        assert_int_equal(prediction_make(&s, &(struct noise_level){1, {0.5, 0.2, 0}}, &beside, &error),
                         ERR_OK);
        assert_true(beside.outside); /* no cell has line noise */
        assert_true(beside.distance == 0.2);
    }
}

static void factors_by_hand(void **state) {
    (void)state;
    double a[4] = {4, 2, 2, 5}, b[2] = {8, 14}; /* determinant 16, solution (0.75, 2.5) */
    assert_int_equal(cholesky_prepare(NULL), ERR_OK);
    assert_int_equal(cholesky_factor(2, a), ERR_OK);
    assert_true(fabs(cholesky_log_determinant(2, a) - log(16)) < 1e-12);
    cholesky_solve(2, a, b);
    assert_true(fabs(b[0] - 0.75) < 1e-12 && fabs(b[1] - 2.5) < 1e-12);
    cholesky_invert(2, a);
    static const double inverse[4] = {5 / 16., -2 / 16., -2 / 16., 4 / 16.};
    for (int i = 0; i < 4; i++) assert_true(fabs(a[i] - inverse[i]) < 1e-12);
    double indefinite[4] = {1, 2, 2, 1}, singular[4] = {1, 1, 1, 1}, negative[1] = {-1};
    assert_int_equal(cholesky_factor(2, indefinite), ERR_INPUT);
    assert_int_equal(cholesky_factor(2, singular), ERR_INPUT);
    assert_int_equal(cholesky_factor(1, negative), ERR_INPUT);
}

/* (2 0 0; 1 3 0; -2 1 1) times its transpose: determinant 36. */
static void a_larger_factor_by_hand(void **state) {
    (void)state;
    static const double matrix[9] = {4, 2, -4, 2, 10, 1, -4, 1, 6};
    double a[9], x[3] = {4 + 4 - 12, 2 + 20 + 3, -4 + 2 + 18}; /* the matrix times (1, 2, 3) */
    memcpy(a, matrix, sizeof a);
    assert_int_equal(cholesky_factor(3, a), ERR_OK);
    assert_true(fabs(cholesky_log_determinant(3, a) - log(36)) < 1e-12);
    cholesky_solve(3, a, x);
    for (int i = 0; i < 3; i++) assert_true(fabs(x[i] - (i + 1)) < 1e-12);
    cholesky_invert(3, a);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            double sum = 0;
            for (int k = 0; k < 3; k++) sum += matrix[i * 3 + k] * a[k * 3 + j];
            assert_true(fabs(sum - (i == j)) < 1e-12);
            assert_true(fabs(a[i * 3 + j] - a[j * 3 + i]) < 1e-15);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(rows_become_cells),
                                       cmocka_unit_test(seeds_are_kept),
                                       cmocka_unit_test(columns_are_found_by_name),
                                       cmocka_unit_test(directories_add_up),
                                       cmocka_unit_test(settings_and_cells_are_told_apart),
                                       cmocka_unit_test(sizes_must_be_those_measured),
                                       cmocka_unit_test(wrong_files_are_refused),
                                       cmocka_unit_test(cut_off_files),
                                       cmocka_unit_test(a_smooth_world_is_predicted),
                                       cmocka_unit_test(a_clean_beginning_is_heeded),
                                       cmocka_unit_test(nothing_is_made_up_of_clean_beginnings),
                                       cmocka_unit_test(a_steep_beginning_is_followed),
                                       cmocka_unit_test(clean_is_clean_and_far_is_far),
                                       cmocka_unit_test(intervals_hold_what_there_is),
                                       cmocka_unit_test(what_a_seed_does_to_all_its_runs_is_told_apart),
                                       cmocka_unit_test(many_runs_are_believed),
                                       cmocka_unit_test(few_cells_are_refused),
                                       cmocka_unit_test(extremes_are_predicted),
                                       cmocka_unit_test(factors_by_hand),
                                       cmocka_unit_test(a_larger_factor_by_hand)};
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
