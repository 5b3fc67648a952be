/* A small sweep on a machine that fails: at each of its writes, renames, synchronizations, forks and looks at
 * the disk in turn the call fails, the disk is full from then on, a process is killed, the power goes, or a
 * signal asks it to stop. Given again, the command must lead to the table of an undisturbed sweep.
 *
 * The library that does it is tests/faults/system.c. Allocations are test_allocation's. `make check` takes a
 * few moments of each kind; with COTNOISE_FAULTS=N it is every N-th (1: `make check-faults`), and
 * COTNOISE_FAULTS_OF names the one kind to look at. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/shell.h"
#include "tests/support/trial.h"

enum { SHOWN = 12 };

#define CHANGES "open,write,sync,rename,make,remove,process"

static const struct fault {
    const char *name;  /* COTNOISE_FAULT */
    const char *calls; /* before which it comes */
    int death;  /* the signal that the command may die of; below 0: only where it has nothing to save */
    bool lasts; /* so that a moment in eight, and more of the first ones, is enough */
} faults[] = {
    {"error", CHANGES ",close,lock,look,read", 0, false},
    {"full", "write,make", 0, true},
    {"short", "write", 0, false},
    {"kill", CHANGES, SIGKILL, false},
    {"group", CHANGES, SIGKILL, false},
    {"power", "write,sync,rename,remove", SIGKILL, false},
    {"term", CHANGES ",look", -SIGTERM, false},
    {"hup", CHANGES ",look", -SIGHUP, false},
    {"int", CHANGES ",look", -SIGINT, false},
};

static const struct trial_command commands[] = {
    {"sweep", "sweep ../base/sweep.yaml -j 2 --results .", 5, true, NULL, TRIAL_TABLE_ESSENCE("tiny")},
    {"sweep, cut off", "sweep ../base/sweep.yaml -j 1 --results .", 3, true, "cp -r ../base/cut tiny",
     TRIAL_TABLE_ESSENCE("tiny")},
    {"sweep, reinforced", "sweep ../base/reinforced.yaml -j 1 --results .", 2, true,
     "cp -r ../base/parent tiny", TRIAL_TABLE_ESSENCE("tiny")},
    {"sweep, complete", "sweep ../base/sweep.yaml -j 1 --results .", 2, true, "cp -r ../base/swept/tiny tiny",
     TRIAL_TABLE_ESSENCE("tiny")},
};

enum { FAULTS_COUNT = sizeof faults / sizeof *faults, COMMANDS = sizeof commands / sizeof *commands };

/* What the preloaded library is told. */
static void set(const struct fault *fault, long moment, const char *settings[6]) {
    static char at[64], kind[64], calls[128], count[4200], log[4200];
    snprintf(at, sizeof at, "COTNOISE_FAULT_AT=%ld", moment);
    snprintf(kind, sizeof kind, "COTNOISE_FAULT=%s", fault->name);
    snprintf(calls, sizeof calls, "COTNOISE_FAULT_CALLS=%s", fault->calls);
    snprintf(count, sizeof count, "COTNOISE_FAULT_COUNT=%s/count", getenv("SCRATCH"));
    snprintf(log, sizeof log, "COTNOISE_FAULT_LOG=%s/log", getenv("SCRATCH"));
    unlink(strchr(log, '/'));
    FILE *counter = fopen(strchr(count, '/'), "w");
    assert_non_null(counter);
    assert_int_equal(fwrite(&(int64_t){0}, 8, 1, counter), 1);
    fclose(counter);
    memcpy(settings, (const char *[]){at, kind, calls, count, log, NULL}, 6 * sizeof *settings);
}

static bool speaks_of_fault(const char *message) {
    static const int reasons[] = {EMFILE, ENOSPC, EIO, EAGAIN, ENOLCK};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strstr(message, strerror(reasons[i]))) return true;
    return strstr(message, "interrupted") || strstr(message, "runs failed");
}

static long read_count(void) {
    static char text[TRIAL_TEXT];
    int64_t count;
    trial_read("count", text);
    memcpy(&count, text, sizeof count);
    return (long)count;
}

/* Before it has said anything, and after the last of its three runs. */
static bool has_nothing_to_save(void) {
    static char said[TRIAL_TEXT];
    trial_read("stderr", said);
    return !*said || !shell("cd \"$SCRATCH/work/tiny/runs\" && test $(ls */result.json | wc -l) = 3")->status;
}

struct tally {
    int moments, unharmed, said, died,
        bad; /* by how the disturbed command ended; bad: something was wrong then */
};

static void try(const struct trial_command *command, const struct fault *fault, long moment,
                struct tally *tally) {
    static char log[TRIAL_TEXT];
    const char *settings[6];
    set(fault, moment, settings);
    trial_begin(command);
    int status = trial_execute(command->line, settings);
    trial_read("log", log);
    if (!*log) return; /* processes take turns in another order, and there were fewer moments */
    tally->moments++;
    tally->unharmed += !status;
    tally->said += WIFEXITED(status) && status;
    tally->died += WIFSIGNALED(status);
    int death = fault->death < 0 && has_nothing_to_save() ? -fault->death : fault->death;
    trial_judge_words(command, status, speaks_of_fault, death);
    trial_judge_files(command, status,
                      WIFSIGNALED(status) || fault->death > 0 || strstr(log, " remove ") || command->start);
    if (!*trial_fault() || ++tally->bad > SHOWN) return;
    log[strcspn(log, "\n")] = 0;
    print_message("  %s, %s: %s\n    %s\n    %s\n", command->name, fault->name, trial_fault(), log,
                  trial_complaint());
}

/* How many trials went wrong. */
static int check(const struct trial_command *command, const struct fault *fault, long step) {
    const char *settings[6];
    struct tally tally = {0};
    set(fault, 0, settings);
    trial_measure(command, settings);
    long total = read_count();
    if (!step)
        for (long n = 0; n < command->picked; n++)
            try(command, fault, 1 + n * total / command->picked + total / 17, &tally);
    for (long n = 1; step && n <= total; n += fault->lasts ? step + n / 8 : step)
        try(command, fault, n, &tally);
    if (tally.bad || step)
        print_message(
            "%s, %s: %d moments: %d unharmed, %d with a message, %d killed; wrong then or when given "
            "again: %d\n",
            command->name, fault->name, tally.moments, tally.unharmed, tally.said, tally.died, tally.bad);
    assert_true(tally.moments > 0);
    return tally.bad;
}

static void test_fault(void **state) {
    const char *step = getenv("COTNOISE_FAULTS"), *only = getenv("COTNOISE_FAULTS_OF");
    const struct fault *fault = *state;
    if (only && strcmp(only, fault->name)) skip();
    int bad = 0;
    for (int i = 0; i < COMMANDS; i++) bad += check(&commands[i], fault, step ? atol(step) : 0);
    assert_int_equal(bad, 0);
}

/* --- what the commands work on -------------------------------------------------------------------- */

/* A sweep that was cut off after the first checkpoint of its last run. */
static void prepare_cut(void) {
    const char *settings[6];
    const struct fault *group = &faults[4];
    set(group, 0, settings);
    trial_measure(commands, settings);
    for (long n = read_count(); n > 0; n -= 5) {
        set(group, n, settings);
        trial_begin(commands);
        trial_execute(commands->line, settings);
        if (!shell("cd \"$SCRATCH/work\" && for state in tiny/runs/*/optimizer.safetensors; do "
                   "test -e $state && test ! -e ${state%%/*}/result.json && mv tiny ../base/cut && exit; "
                   "done; exit 1")
                 ->status)
            return;
    }
    fail_msg("no moment leaves a checkpoint");
}

static int setup(void **state) {
    (void)state;
    if (trial_setup(FAULTS "/system.so")) return -1;
    shell_expect(0, "cd \"$SCRATCH\" && mkdir base work && cd base && cat >sweep.yaml <<'END'\n"
                    "name: tiny\n"
                    "task: {name: add, sampling: length, min_digits: 1, max_digits: 2}\n"
                    "data: {samples: 40, epochs: 1}\n"
                    "noise: {digit: 0.2}\n"
                    "model: {preset: tiny, layers: 1, width: 16, heads: 2}\n"
                    "train: {batch_tokens: 256, checkpoint_every: 3}\n"
                    "eval: {problems: 6, every: 4, max_new_tokens: 8}\n"
                    "start: {noise.digit: 0}\n"
                    "grid: {start.data.samples: [0, 20]}\n"
                    "END\n"
                    "export OPENBLAS_NUM_THREADS=1 && \"$COTNOISE\" sweep sweep.yaml -j 1 --results swept && "
                    "sed '/^start/d; /^grid/d' sweep.yaml >plain.yaml && "
                    "sed '$a rl: {expert: clean, rollouts: 16, prompts: 4, generations: 2, rounds: 2}\\n"
                    "grid: {rl.method: [none, expert_iteration, grpo]}' plain.yaml >reinforced.yaml && "
                    "\"$COTNOISE\" sweep plain.yaml -j 1 --results . && mv tiny parent");
    prepare_cut();
    return 0;
}

int main(void) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return 0; /* the sanitizers' own functions must not be replaced */
#endif
    struct CMUnitTest tests[FAULTS_COUNT];
    for (int i = 0; i < FAULTS_COUNT; i++)
        tests[i] = (struct CMUnitTest){faults[i].name, test_fault, NULL, NULL, (void *)(uintptr_t)&faults[i]};
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
