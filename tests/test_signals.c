/* Signals as people, terminals and schedulers send them: a run stops with what it has saved and goes on to
 * the same result, everything else ends soon and leaves no half-written file. */
#include "tests/fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "tests/support/shell.h"

/* --- the handlers, in a process of their own -------------------------------------------------------------
 */

/* In place of a signal: what comes behind it is another event. */
enum { PAUSE = -1 };

/* How a process ends in which these signals are raised one after the other: 128 + the signal that ended it,
 * or 7 where a stop was asked for, 8 where none was. */
static int outcome_of(void (*install)(void), const int *signals) {
    pid_t child = fork();
    if (!child) {
        install();
        for (; *signals; signals++)
            if (*signals == PAUSE)
                usleep(600000);
            else
                raise(*signals);
        _exit(interrupt_requested() && interrupt_check(NULL) == ERR_INTERRUPTED ? 7 : 8);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void install_under_nohup(void) {
    signal(SIGHUP, SIG_IGN);
    interrupt_install();
}

static void install_and_remove(void) {
    interrupt_install();
    interrupt_remove();
}

static void the_first_asks_the_second_ends(void **state) {
    (void)state;
    static const struct {
        void (*install)(void);
        int signals[5], outcome;
    } cases[] = {{interrupt_install, {0}, 8},
                 {interrupt_install, {SIGINT}, 7},
                 {interrupt_install, {SIGTERM}, 7},
                 {interrupt_install, {SIGHUP}, 7},
                 {interrupt_install, {SIGXCPU}, 7},
                 {interrupt_install, {SIGTERM, PAUSE, SIGTERM}, 128 + SIGTERM},
                 {interrupt_install, {SIGHUP, PAUSE, SIGINT}, 128 + SIGINT},
                 {interrupt_install, {SIGHUP, SIGHUP}, 7},
                 {interrupt_install, {SIGTERM, SIGHUP, SIGTERM}, 7},
                 {interrupt_install, {SIGUSR1, PAUSE, SIGTERM, SIGTERM}, 7},
                 {interrupt_install, {SIGXCPU, PAUSE, SIGXCPU}, 7},
                 {install_under_nohup, {SIGHUP, SIGHUP}, 8},
                 {install_under_nohup, {SIGHUP, SIGTERM, PAUSE, SIGINT}, 128 + SIGINT},
                 {install_and_remove, {SIGTERM}, 128 + SIGTERM},
                 {interrupt_install_worker, {SIGINT, SIGHUP}, 8},
                 {interrupt_install_worker, {SIGTERM, PAUSE, SIGTERM, SIGTERM}, 7}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (outcome_of(cases[i].install, cases[i].signals) != cases[i].outcome)
            fail_msg("case %zu: %d", i, outcome_of(cases[i].install, cases[i].signals));
}

/* --- commands --------------------------------------------------------------------------------------------
 */

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(0, "printf 'name: t\\ntask: {name: add, max_digits: 2}\\ndata: {samples: 400, epochs: 40}\\n"
                    "model: {layers: 1, width: 32, heads: 2, ffn: 64}\\ntrain: {batch_tokens: 512}\\n"
                    "eval: {problems: 20}\\n' >$SCRATCH/spec.yaml");
    shell_expect(0, "$COTNOISE train $SCRATCH/spec.yaml -o $SCRATCH/whole");
    shell_expect(0, "$COTNOISE gen $SCRATCH/spec.yaml -n 200000 -o $SCRATCH/many.jsonl");
    return 0;
}

/* What holds of process $p some time after it takes SIGTERM: a slow machine is long at starting a program. */
#define AT_WORK                                                                                              \
    "test $((0x$(sed -n 's/^SigCgt:[[:space:]]*//p' /proc/$p/status) & 0x4000)) -gt 0 2>/dev/null && sleep " \
    "0.4"

/* Sends a signal to the command some time after `$ready` holds; it must end within some seconds with the
 * status 1 and that text. Waits are of a sanitizer's pace. */
static const char *stopped(const char *signal, const char *ready, const char *command) {
    return shell_expect(
        0,
        "%s >$SCRATCH/said 2>&1 & p=$!; for i in $(seq 1000); do { %s; } && break; sleep 0.01; "
        "done; kill -%s $p; (sleep 20; kill -KILL $p) >/dev/null 2>&1 & timer=$!; wait $p; "
        "status=$?; kill $timer; cat $SCRATCH/said; test $status = 1",
        command, ready, signal);
}

static void a_run_goes_on_to_the_same_result(void **state) {
    (void)state;
    static const char *const signals[] = {"INT", "TERM", "HUP", "XCPU"};
    for (int i = 0; i < 4; i++) {
        const char *said = stopped(signals[i], "test $(wc -l <$SCRATCH/cut/metrics.jsonl) -gt 40",
                                   "exec $COTNOISE train $SCRATCH/spec.yaml -o $SCRATCH/cut");
        assert_non_null(strstr(said, "interrupted at step "));
        shell_expect(0,
                     "test -s $SCRATCH/cut/optimizer.safetensors && $COTNOISE train $SCRATCH/spec.yaml -o "
                     "$SCRATCH/cut && cmp $SCRATCH/cut/model.safetensors $SCRATCH/whole/model.safetensors && "
                     "rm -r $SCRATCH/cut");
    }
}

/* Stopped again and again at moments that fall into validation as well as into steps, each time a little
 * later: a validation that never comes to its end would never be gone on from. */
static void a_validation_under_way_is_made_up_for(void **state) {
    (void)state;
#define VALIDATED "$SCRATCH/spec.yaml eval.every=2 eval.problems=300 data.epochs=2"
    shell_expect(0, "$COTNOISE train " VALIDATED " -o $SCRATCH/often");
    shell_expect(0,
                 "for i in $(seq 200); do timeout -s TERM $((i / 10)).$((i %% 10)) $COTNOISE train " VALIDATED
                 " -o $SCRATCH/cut; test -e $SCRATCH/cut/result.json && break; done; "
                 "strip() { sed -E 's/\"tokens_per_second\":[0-9.e+-]+//' $SCRATCH/$1/metrics.jsonl; }; "
                 "strip often >$SCRATCH/a; strip cut >$SCRATCH/b; cmp $SCRATCH/a $SCRATCH/b && "
                 "grep -c accuracy $SCRATCH/a && rm -r $SCRATCH/cut");
}

static void long_work_that_saves_nothing_ends_soon(void **state) {
    (void)state;
    static const char *const commands[] = {
        "train $SCRATCH/spec.yaml data.samples=100000000 -o $SCRATCH/more",
        "train $SCRATCH/spec.yaml data.file=$SCRATCH/many.jsonl data.samples=1000 -o $SCRATCH/more",
        "gen $SCRATCH/spec.yaml -n 100000000 -o $SCRATCH/out",
        "gen $SCRATCH/spec.yaml -n 100000000 --stats -o $SCRATCH/out",
        "gen $SCRATCH/spec.yaml task.min_digits=8 task.max_digits=9 -n 90000000 --split test -o $SCRATCH/out",
        "eval $SCRATCH/whole -n 500 --samples 1000 --temperature 1 -o $SCRATCH/out",
        "score $SCRATCH/whole $SCRATCH/many.jsonl -o $SCRATCH/out",
        "profile --task add $SCRATCH/many.jsonl --filter static -o $SCRATCH/out",
        "profile --task add $SCRATCH/line.jsonl"};
    shell_expect(0, "truncate -s 100G $SCRATCH/line.jsonl"); /* one line that takes minutes to pass over */
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        char command[512];
        snprintf(command, sizeof command, "exec $COTNOISE %s", commands[i]);
        const char *said = stopped("TERM", AT_WORK, command);
        if (!strstr(said, "interrupted")) fail_msg("%s: %s", command, said);
        shell_expect(0, "! ls $SCRATCH | grep out");
    }
    /* Work that waits, for a pipe that is silent or that nobody opens, or for its reader. */
    static const char *const waiting[] = {
        "sleep 5 | exec $COTNOISE score $SCRATCH/whole -",
        "exec $COTNOISE score $SCRATCH/whole $SCRATCH/fifo",
        "exec $COTNOISE train $SCRATCH/spec.yaml data.file=$SCRATCH/fifo data.samples=1000 -o $SCRATCH/more"};
    shell_expect(0, "mkfifo $SCRATCH/fifo");
    for (size_t i = 0; i < sizeof waiting / sizeof *waiting; i++) {
        const char *said = stopped("TERM", AT_WORK, waiting[i]);
        if (!strstr(said, "interrupted while ")) fail_msg("%s: %s", waiting[i], said);
    }
    /* The reader goes no sooner than the writer is stopped, and not for what the command before has said. */
    const char *said = shell_expect(
        0, ": >$SCRATCH/said; { $COTNOISE gen $SCRATCH/spec.yaml -n 100000000 -o - 2>$SCRATCH/said & p=$!; "
           "for i in $(seq 1000); do { " AT_WORK "; } && break; sleep 0.01; done; kill -TERM $p; wait $p; } "
           "| for i in $(seq 600); do grep -q interrupted $SCRATCH/said && break; sleep 0.1; done; cat "
           "$SCRATCH/said");
    if (!strstr(said, "interrupted")) fail_msg("%s", said);
}

/* The same by several ways at once, as of a terminal whose shell passes on what the kernel sends as well. */
static void what_is_sent_twice_is_one_stop(void **state) {
    (void)state;
    shell_expect(0,
                 "$COTNOISE train $SCRATCH/spec.yaml model.width=64 -o $SCRATCH/twice >$SCRATCH/said 2>&1 & "
                 "p=$!; for i in $(seq 1000); do test $(wc -l <$SCRATCH/twice/metrics.jsonl) -gt 4 && break; "
                 "sleep 0.01; done 2>/dev/null; for i in $(seq 20); do kill -HUP $p; sleep 0.002; done "
                 "2>/dev/null; wait $p; test $? = 1 && test -s $SCRATCH/twice/optimizer.safetensors && "
                 "grep -q 'interrupted at step' $SCRATCH/said");
}

static void workers_save_when_the_terminal_closes(void **state) {
    (void)state;
    shell_expect(0,
                 "setsid $COTNOISE sweep $SCRATCH/spec.yaml seeds=[1,2] -j 2 --results $SCRATCH/results "
                 ">$SCRATCH/said 2>&1 & p=$!; for i in $(seq 1000); do test $(cat "
                 "$SCRATCH/results/t/runs/*/metrics.jsonl 2>/dev/null | wc -l) -gt 60 && break; sleep 0.01; "
                 "done; kill -HUP -$p; wait $p; test $? = 1 && cat $SCRATCH/said && "
                 "grep -q 'interrupted with 0 of 2 runs complete' $SCRATCH/said && "
                 "test $(ls $SCRATCH/results/t/runs/*/optimizer.safetensors | wc -l) = 2");
}

static void a_reader_that_has_enough_is_no_failure(void **state) {
    (void)state;
    shell_expect(0, "{ $COTNOISE gen $SCRATCH/spec.yaml -n 100000 -o -; } 2>$SCRATCH/said | head -n 1 "
                    ">/dev/null; cat $SCRATCH/said; ! test -s $SCRATCH/said");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_asks_the_second_ends),
        cmocka_unit_test(a_run_goes_on_to_the_same_result),
        cmocka_unit_test(a_validation_under_way_is_made_up_for),
        cmocka_unit_test(long_work_that_saves_nothing_ends_soon),
        cmocka_unit_test(what_is_sent_twice_is_one_stop),
        cmocka_unit_test(workers_save_when_the_terminal_closes),
        cmocka_unit_test(a_reader_that_has_enough_is_no_failure),
    };
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
