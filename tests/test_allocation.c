/* Every command without memory: each allocation in turn fails once, and then it and all after it.
 *
 * What is asked of it then is in tests/support/trial.h. The failing allocator is tests/faults/allocation.c,
 * which also says what is not counted.
 *
 * `make check` fails one allocation in each of some ways that lead to one; with COTNOISE_ALLOCATIONS=ways it
 * is each of all ways, and `make check-allocation` (COTNOISE_ALLOCATIONS=all) fails every allocation.
 * COTNOISE_ALLOCATIONS_OF names the one command to look at. Jansson ends the process where it has no room for
 * a character of an escaped string; that is not ours to mend, and let pass. */
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/shell.h"
#include "tests/support/trial.h"

enum { NUMBERS = 1 << 17, SHOWN = 12 };

static const struct trial_command commands[] = {
    {"help", "--help", 5, false, NULL, NULL},
    {"tasks", "tasks", 10, false, NULL, NULL},
    {"noises", "noises", 5, false, NULL, NULL},
    {"tasks NAME", "tasks median", 20, false, NULL, NULL},
    {"noises NAME", "noises digit", 20, false, NULL, NULL},
    {"help", "help trace", 5, false, NULL, NULL},
    {"help --man", "help --man trace", 5, false, NULL, NULL},
    {"help --words", "help --words sweep quick", 60, false, NULL, NULL},
    {"experiments", "experiments", 60, false, NULL, NULL},
    {"experiments NAME", "experiments quickstart", 5, false, NULL, NULL},
    {"trace", "trace mul 17 25 --visibility add=call", 20, false, NULL, NULL},
    {"trace --diff", "trace add 17 25 --noise dynamic=0.5 --noise line=0.3 --diff", 20, false, NULL, NULL},
    {"trace --json", "trace add 17 25 --noise digit=0.5 --json", 20, false, NULL, NULL},
    {"gen", "gen ../base/spec.yaml noise.line=0.1 -n 6 --threads 2 -o out.jsonl", 25, false, NULL,
     "cat out.jsonl"},
    {"gen -", "gen ../base/spec.yaml -n 6", 10, false, NULL, NULL},
    {"gen --shots", "gen ../base/spec.yaml noise.line=0.1 --shots 2 --batch m -n 6", 20, false, NULL, NULL},
    {"gen --stats", "gen ../base/spec.yaml -n 6 --stats", 20, false, NULL, NULL},
    {"train", "train ../base/spec.yaml -o out --threads 2 --tensorboard", 24, true, NULL, TRIAL_RUN_ESSENCE},
    {"train, gone on with", "train ../base/spec.yaml -o out", 16, true, "cp -r ../base/stopped out",
     TRIAL_RUN_ESSENCE},
    {"train data.file",
     "train ../base/spec.yaml -o out data.file=../base/samples.jsonl data.samples=20000 noise.digit=0", 12,
     true, NULL, TRIAL_RUN_ESSENCE},
    {"train model.init", "train ../base/spec.yaml -o out model.init=../base/run", 14, true, NULL,
     TRIAL_RUN_ESSENCE},
    {"eval", "eval ../base/run", 20, false, NULL, NULL},
    {"eval --problems", "eval ../base/run --problems ../base/test.jsonl -o out.jsonl", 20, false, NULL,
     "cat out.jsonl"},
    {"score", "score ../base/run ../base/samples.jsonl -o out.jsonl", 20, false, NULL, "cat out.jsonl"},
    {"grade", "grade ../base/samples.jsonl --lenient -o out.jsonl", 20, false, NULL, "cat out.jsonl"},
    {"grade, a batch", "grade batch.jsonl --problems ../base/samples.jsonl", 20, false,
     "echo "
     "'{\"custom_id\":\"add-1\",\"response\":{\"body\":{\"choices\":[{\"text\":\"x\"},{\"text\":null}]}}}' "
     ">batch.jsonl",
     NULL},
    {"grade --table", "grade --table cells.jsonl -o out", 8, false,
     "echo '{\"file\":\"../base/samples.jsonl\",\"noise.digit\":0.1,\"model\":\"m\"}' >cells.jsonl",
     "cat out/results.csv out/thresholds.csv"},
    {"solve", "solve ../base/run '1 + 2' --temperature 2", 20, false, NULL, NULL},
    {"sweep --dry-run", "sweep ../base/sweep.yaml --dry-run --results .", 30, true, NULL, NULL},
    {"sweep --dry-run, start",
     "sweep ../base/sweep.yaml start.data.samples=0,20 'start={noise.digit: 0}' --dry-run --results .", 12,
     true, NULL, NULL},
    {"train, start", "train ../base/spec.yaml start.data.samples=20 -o out", 8, true, NULL,
     TRIAL_RUN_ESSENCE},
    {"sweep", "sweep ../base/sweep.yaml -j 2 --results .", 8, true, NULL, TRIAL_SWEEP_ESSENCE("tiny")},
    {"sweep, start", "sweep ../base/sweep.yaml start.data.samples=0,20 -j 2 --results .", 6, true, NULL,
     TRIAL_SWEEP_ESSENCE("tiny")},
    {"sweep, complete", "sweep ../base/sweep.yaml -j 2 --results .", 6, true, "cp -r ../base/swept/tiny tiny",
     TRIAL_SWEEP_ESSENCE("tiny")},
    {"sweep --tensorboard, complete", "sweep ../base/sweep.yaml -j 2 --results . --tensorboard", 6, true,
     "cp -r ../base/swept/tiny tiny", TRIAL_SWEEP_ESSENCE("tiny")},
    {"status", "status ../base/swept/tiny", 20, true, NULL, NULL},
    {"status --json", "status ../base/swept/tiny --json", 20, true, NULL, NULL},
    {"report", "report tiny", 8, false, "cp -r ../base/swept/tiny tiny", TRIAL_SWEEP_ESSENCE("tiny")},
    {"report of a table", "report tiny", 12, false, "cp -r ../base/swept/tiny tiny && rm -r tiny/runs",
     TRIAL_SWEEP_ESSENCE("tiny")},
    {"report of two", "report tiny ../base/swept/tiny -o out", 4, false, "cp -r ../base/swept/tiny tiny",
     "grep -c '</html>' out/report.html"},
    {"profile", "profile ../base/test.jsonl --task add", 20, false, NULL, NULL},
    {"profile --json", "profile ../base/test.jsonl --task add --json --threads 2", 20, false, NULL, NULL},
    {"profile --filter", "profile ../base/test.jsonl --task add --filter static -o out.jsonl", 20, false,
     NULL, "cat out.jsonl"},
    {"profile --from", "profile ../base/test.jsonl --task add --from ../base/measured", 20, false, NULL,
     NULL},
    {"bench", "bench --preset tiny --threads 1 --rounds 1", 3, true, NULL, NULL},
    {"bench --help", "bench --help", 2, false, NULL, NULL},
};

/* --- one trial ----------------------------------------------------------------------------------- */

static void set_numbers(long fail_at, long fail_for, const char *settings[4]) {
    static char at[64], times[64], log[4200];
    snprintf(at, sizeof at, "COTNOISE_FAIL_AT=%ld", fail_at);
    snprintf(times, sizeof times, "COTNOISE_FAIL_FOR=%ld", fail_for);
    snprintf(log, sizeof log, "COTNOISE_FAIL_LOG=%s/log", getenv("SCRATCH"));
    unlink(strchr(log, '/'));
    settings[0] = at, settings[1] = times, settings[2] = log, settings[3] = NULL;
}

static bool speaks_of_memory(const char *message) {
    return strstr(message, "memory") || strstr(message, "cannot start thread");
}

static void judge(const struct trial_command *command, int status) {
    static char complaint[TRIAL_TEXT];
    trial_read("stderr", complaint);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT && strstr(complaint, "lex_scan_string: Assertion"))
        return;
    trial_judge_words(command, status, speaks_of_memory, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 2) trial_find_fault("exit status 2: the input is blamed");
    trial_judge_files(command, status, false);
}

/* Whether an allocation failed at all: false when there are fewer. */
static bool try(const struct trial_command *command, long fail_at, long fail_for, int *faults_found) {
    static char log[TRIAL_TEXT];
    const char *settings[4];
    set_numbers(fail_at, fail_for, settings);
    trial_begin(command);
    int status = trial_execute(command->line, settings);
    trial_read("log", log);
    bool reached = strstr(log, "failed");
    if (reached) judge(command, status);
    if (!*trial_fault() || ++*faults_found > SHOWN) return reached;
    log[strcspn(log, "\n")] = 0;
    print_message("  %s: allocation %ld%s: %s\n    %s\n    %s\n", command->name, fail_at,
                  fail_for > 1 ? " and after" : "", trial_fault(), log, trial_complaint());
    return reached;
}

/* Runs it undisturbed, counting. *number gets the first allocation of each way that leads to one, *total all.
 */
static int measure(const struct trial_command *command, long *number, long *total) {
    static char log[TRIAL_TEXT];
    const char *settings[4];
    set_numbers(0, 1, settings);
    trial_measure(command, settings);
    FILE *file = fopen(strchr(settings[2], '/'), "r");
    int count = 0;
    *total = 0;
    while (file && fgets(log, sizeof log, file)) {
        long n = 0;
        if (sscanf(log, "new %ld", &n) == 1 && count < NUMBERS) number[count++] = n;
        if (sscanf(log, "total %ld", &n) == 1 && n > *total) *total = n;
    }
    if (file) fclose(file);
    return count;
}

static int compare_numbers(const void *a, const void *b) {
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

static void check_command(const struct trial_command *command, const char *mode) {
    static long number[NUMBERS];
    long total;
    bool all = !strcmp(mode, "all");
    int count = measure(command, number, &total), bad = 0, trials = 0;
    qsort(number, (size_t)count, sizeof *number, compare_numbers);
    if (all) {
        for (long n = 1; try(command, n, 1, &bad); n++, trials++) continue;
        for (long n = 1; n <= total; n += 1 + n / 8, trials++) try(command, n, INT32_MAX, &bad);
    } else {
        int picked = count < command->picked || !strcmp(mode, "ways") ? count : command->picked;
        for (int i = 0; i < picked; i++, trials++) {
            long n = number[(size_t)i * (size_t)count / (size_t)picked];
            try(command, n, i % 4 == 3 ? INT32_MAX : 1, &bad);
        }
    }
    if (bad || *mode)
        print_message("%s: %d of %d trials went wrong (%ld allocations)\n", command->name, bad, trials,
                      total);
    assert_int_equal(bad, 0);
}

static void test_command(void **state) {
    const char *mode = getenv("COTNOISE_ALLOCATIONS"), *only = getenv("COTNOISE_ALLOCATIONS_OF");
    const struct trial_command *command = *state;
    if (only && strcmp(only, command->name)) skip();
    check_command(command, mode ? mode : "");
}

/* --- what the commands work on -------------------------------------------------------------------- */

/* A run that was cut off after a checkpoint: the first failure, from the end, that leaves it so. */
static void prepare_stopped(void) {
    static long number[1 << 12];
    struct trial_command train = {
        "train", "train ../base/spec.yaml -o out train.checkpoint_every=1", 0, true, NULL, NULL};
    long total;
    measure(&train, number, &total);
    for (long n = total; n > 0; n -= 1 + total / 30) {
        const char *settings[4];
        set_numbers(n, 1, settings);
        trial_begin(&train);
        trial_execute(train.line, settings);
        if (!shell("cd \"$SCRATCH\" && test -e work/out/optimizer.safetensors && "
                   "test ! -e work/out/result.json && mv work/out base/stopped")
                 ->status)
            return;
    }
    fail_msg("no failure leaves a checkpoint");
}

static void prepare(void) {
    shell_expect(
        0, "cd \"$SCRATCH\" && mkdir base work && cd base && cat >spec.yaml <<'END'\n"
           "name: tiny\n"
           "task: {name: add, sampling: length, min_digits: 1, max_digits: 2}\n"
           "data: {samples: 60, epochs: 1}\n"
           "noise: {digit: 0.2}\n"
           "model: {preset: tiny, layers: 1, width: 16, heads: 2}\n"
           "train: {batch_tokens: 1024}\n"
           "eval: {problems: 6, every: 1, max_new_tokens: 8}\n"
           "END\n"
           "sed '$a grid: {noise.digit: [0, 0.5]}' spec.yaml >sweep.yaml && "
           "sed 's/: tiny$/: measured/; $a grid: {noise.digit: [0, 0.1, 0.2, 0.3, 0.4, 0.5]}' spec.yaml "
           ">measured.yaml && export OPENBLAS_NUM_THREADS=1 && "
           "\"$COTNOISE\" gen spec.yaml -n 6 -o samples.jsonl && "
           "\"$COTNOISE\" gen spec.yaml -n 6 --split test -o test.jsonl && "
           "\"$COTNOISE\" train spec.yaml -o run && \"$COTNOISE\" sweep sweep.yaml --results swept && "
           "\"$COTNOISE\" sweep measured.yaml --results . -j 2");
    prepare_stopped();
}

static int setup(void **state) {
    (void)state;
    if (trial_setup(FAULTS "/allocation.so")) return -1;
    prepare();
    return 0;
}

int main(void) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return 0; /* the sanitizers' own allocators must not be replaced */
#endif
    enum { COUNT = sizeof commands / sizeof *commands };
    struct CMUnitTest tests[COUNT];
    for (int i = 0; i < COUNT; i++)
        tests[i] =
            (struct CMUnitTest){commands[i].name, test_command, NULL, NULL, (void *)(uintptr_t)&commands[i]};
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
