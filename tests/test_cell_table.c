/* What a sweep shows while it goes on: its time before it takes it, and its results as they come in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "nn/levels.h"
#include "sweep/sweep.h"
#include "tests/support/shell.h"
#include "tests/support/stand_in.h"

/* Solves all but one problem in ten of each tenth of the noise, and one more with the second seed. */
static enum err noisy_run(const struct config *config, const char *directory, const struct run_hooks *hooks,
                          struct error *error) {
    (void)hooks;
    double noise = 0;
    for (int i = 0; i < NOISE_KINDS_MAX; i++) noise += config->mix.rate[i];
    return stand_in_result(config, directory, 9 - (int)(noise * 10 + 0.5) + (config->seed == 2), error);
}

static const char six_runs[] = "grid: {data.samples: [1, 2, 3, 4, 5, 6]}\n";

/* Meanwhile the first of six runs is completed by somebody else. */
static enum err run_beside_another(const struct config *config, const char *directory,
                                   const struct run_hooks *hooks, struct error *error) {
    struct spec *spec = stand_in_spec(six_runs, NULL);
    struct config first;
    char other[1200];
    spec_run(spec, 0, &first);
    snprintf(other, sizeof other, "%.*s/%s", (int)(strrchr(directory, '/') - directory), directory,
             spec_run_id(spec, 0));
    enum err code = file_make_directories(other, error);
    if (!code) code = stand_in_result(&first, other, 5, error);
    spec_free(spec);
    return code ? code : noisy_run(config, directory, hooks, error);
}

/* It is the first thing that happens, and the directory of the runs is still empty. */
static enum err quick_rehearsal(const struct config *config, double seconds, struct rehearsal *rehearsal,
                                struct error *error) {
    (void)seconds;
    const char *runs = getenv("RUNS");
    struct stat status;
    if (stat(runs, &status) || status.st_nlink != 2) return err_set(error, ERR_RUNTIME, "too late");
    double size = (double)config->data.samples;
    *rehearsal = (struct rehearsal){.training = size, .testing = 1e12, .making = 1e12};
    return ERR_OK;
}

static enum err failing_rehearsal(const struct config *config, double seconds, struct rehearsal *rehearsal,
                                  struct error *error) {
    (void)config, (void)seconds, (void)rehearsal;
    return err_set(error, ERR_RUNTIME, "no memory");
}

/* What a sweep says; valid until the next call. */
static const char *sweep_says(const char *name, const char *text, const struct sweep_options *given) {
    static char said[16384];
    char results[1024], runs[1100];
    snprintf(results, sizeof results, "%s/%s", getenv("SCRATCH"), name);
    snprintf(runs, sizeof runs, "%s/trial/runs", results);
    setenv("RUNS", runs, 1);
    struct spec *spec = stand_in_spec(text, NULL);
    struct sweep_options options = *given;
    struct sweep_outcome outcome;
    struct error error = {""};
    FILE *stream = tmpfile();
    options.results = results;
    options.display = stream;
    if (!options.run) options.run = noisy_run;
    if (sweep_run(spec, &options, &outcome, &error)) fail_msg("%s", error.message);
    rewind(stream);
    said[fread(said, 1, sizeof said - 1, stream)] = 0;
    fclose(stream);
    spec_free(spec);
    for (const char *line = said; *line; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 80 || strstr(line, "/trial: ") != NULL);
    return said;
}

static const char *after_first_line(const char *said) { return said + strcspn(said, "\n") + 1; }

#define HEAD "noise              rate  accuracy  95 % interval\n"

static void a_line_for_each_level(void **state) {
    (void)state;
    struct sweep_options one = {.workers = 1};
    const char *said =
        sweep_says("cell_table", "grid:\n  - noise.digit: [0.5, 0, 0.1]\n  - noise.line: [0.2]\n", &one);
    assert_string_equal(after_first_line(said), HEAD "none                  0     0.900  0.596-0.982\n"
                                                     "digit               0.5     0.400  0.168-0.687\n"
                                                     "digit               0.1     0.800  0.490-0.943\n"
                                                     "line                0.2     0.700  0.397-0.892\n\n");
    /* What is complete already was shown when it became so. */
    said =
        sweep_says("cell_table", "grid:\n  - noise.digit: [0.5, 0, 0.1, 0.3]\n  - noise.line: [0.2]\n", &one);
    assert_string_equal(after_first_line(said), HEAD "digit               0.3     0.600  0.313-0.832\n\n");
    said = sweep_says("cell_table", "grid: {noise.digit: [0.5, 0]}\n", &one);
    assert_string_equal(after_first_line(said), "");
}

/* The mean over the seeds, also of those that were there before, and what else tells cells apart. */
static void a_line_for_all_seeds(void **state) {
    (void)state;
    struct sweep_options one = {.workers = 1};
    sweep_says("seeds", "data.samples: 5\n", &one);
    const char *said =
        sweep_says("seeds", "seeds: [1, 2]\ngrid: {data.samples: [5, 6], noise.digit: [0, 0.4]}\n", &one);
    assert_string_equal(after_first_line(said),
                        HEAD "none                  0     0.950  0.315-1.000    data.samples=5\n"
                             "none                  0     0.950  0.315-1.000    data.samples=6\n"
                             "digit               0.4     0.550  0.000-1.000    data.samples=5\n"
                             "digit               0.4     0.550  0.000-1.000    data.samples=6\n\n");
}

/* A share has some seeds of a cell, another the others. */
static void shares_tell_of_runs(void **state) {
    (void)state;
    struct sweep_options share = {.workers = 1, .share = 2, .shares = 2, .rehearse = quick_rehearsal};
    const char *said = sweep_says(
        "shares", "seeds: [1, 2]\ndata: {samples: 1000000000}\ngrid: {noise.digit: [0, 0.4, 0.5]}\n", &share);
    assert_string_equal(after_first_line(said),
                        "run 4 of 6 complete: clean seeds=2; 1 of the share's 3, 1 of all 6\n"
                        "run 2 of 6 complete: seeds=1 noise.digit=0.4; 2 of the share's 3, 2 of all 6\n"
                        "run 6 of 6 complete: seeds=2 noise.digit=0.5; 3 of the share's 3, 3 of all 6\n");
    assert_non_null(strstr(said, "/trial: share 2 of 2: 3 runs, 0 of them complete already (of all 6: 0); 1 "
                                 "at a time\n"));
    /* The whole is counted with what others have done. */
    share.share = 1;
    said = sweep_says(
        "shares", "seeds: [1, 2]\ndata: {samples: 1000000000}\ngrid: {noise.digit: [0, 0.4, 0.5]}\n", &share);
    assert_non_null(strstr(said, "share 1 of 2: 3 runs, 0 of them complete already (of all 6: 3); 1 "));
    assert_non_null(strstr(said, "; 3 of the share's 3, 6 of all 6\n"));
    struct sweep_options one_of_many = {.workers = 1, .share = 4, .shares = 6};
    one_of_many.run = run_beside_another;
    said = sweep_says("single", six_runs, &one_of_many);
    assert_non_null(strstr(said, "share 4 of 6: 1 run, 0 of them complete already (of all 6: 0)"));
    assert_string_equal(after_first_line(said),
                        "run 4 of 6 complete: data.samples=4; 1 of the share's 1, 2 of all 6\n");
}

static void the_time_is_told_before_it_is_taken(void **state) {
    (void)state;
    struct sweep_options two = {.workers = 2, .rehearse = quick_rehearsal};
    char first[256], unit;
    int runs, length = 0;
    double tokens, speed, minutes;
    static const char six[] = "grid: {data.samples: [100, 1000000000], noise.digit: [0, 0.4, 0.5]}\n";
    const char *said = sweep_says("time", six, &two);
    snprintf(first, sizeof first, "%s", after_first_line(said));
    /* The stand-in trains a token a second for each sample; it is the large runs that decide. */
    assert_int_equal(
        sscanf(first, "%d runs: %lf%c tokens at %lfG tokens/s%n", &runs, &tokens, &unit, &speed, &length), 4);
    assert_int_equal(runs, 6);
    assert_true(unit == 'G' && speed == 2);
    const char *level = levels_name();
    if (level) {
        assert_int_equal(strncmp(first + length, " (", 2), 0);
        assert_int_equal(strncmp(first + length + 2, level, strlen(level)), 0);
        length += (int)strlen(level) + 3;
    }
    /* One worker has two of the three large ones. */
    assert_int_equal(sscanf(first + length, ", about %lf min (0.0 testing)", &minutes), 1);
    assert_true(minutes * 60 > tokens / 3 * 2 - 10 && minutes * 60 < tokens / 3 * 2 + 10);
    said = after_first_line(after_first_line(said));
    assert_int_equal(strncmp(said, HEAD, strlen(HEAD)), 0);
    said = sweep_says("time", six, &two); /* nothing is left to be measured */
    assert_string_equal(after_first_line(said), "");

    /* A worker without a run trains nothing. */
    two.workers = 8;
    said = after_first_line(sweep_says("one", "data: {samples: 1000000000}\n", &two));
    assert_int_equal(strncmp(said, "1 run: ", strlen("1 run: ")), 0);
    assert_non_null(strstr(said, " tokens at 1.00G tokens/s"));
}

/* What is over in seconds is not measured, and one that cannot be measured goes on all the same. */
static void not_every_sweep_is_measured(void **state) {
    (void)state;
    struct sweep_options one = {.workers = 1, .rehearse = quick_rehearsal};
    const char *said = sweep_says("short", "data: {samples: 100}\n", &one);
    assert_int_equal(strncmp(after_first_line(said), HEAD, strlen(HEAD)), 0);
    one.rehearse = failing_rehearsal;
    said = sweep_says("failing", "data: {samples: 1000000000}\n", &one);
    assert_int_equal(strncmp(after_first_line(said), HEAD, strlen(HEAD)), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_for_each_level),       cmocka_unit_test(a_line_for_all_seeds),
        cmocka_unit_test(shares_tell_of_runs),         cmocka_unit_test(the_time_is_told_before_it_is_taken),
        cmocka_unit_test(not_every_sweep_is_measured),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
