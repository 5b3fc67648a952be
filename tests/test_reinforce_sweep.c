/* Sweeps over methods of reinforcement learning, and what other commands make of their models. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/runs.h"
#include "tests/support/shell.h"

static const char spec[] =
    "name: s\n"
    "seeds: [1, 2]\n"
    "task: {name: max, sampling: length, min_digits: 1, max_digits: 2, min_length: 2, max_length: 2}\n"
    "data: {samples: 200, epochs: 8}\n"
    "model: {preset: tiny, layers: 1, width: 32, heads: 2}\n"
    "train: {batch_tokens: 256, learning_rate: 1e-2, warmup_steps: 3, checkpoint_every: 2}\n"
    "eval: {problems: 10}\n"
    "rl: {rollouts: 96, prompts: 4, generations: 4, rounds: 2, learning_rate: 1e-3}\n"
    "grid:\n"
    "  noise.digit: [0, 0.2]\n"
    "  rl.method: [none, grpo, expert_iteration]\n";

#define SWEEP "$COTNOISE sweep $SCRATCH/spec.yaml --results $SCRATCH/"
#define TRAIN "$COTNOISE train $SCRATCH/spec.yaml "
/* results.csv less its columns of time, into $SCRATCH/FILE. */
#define TABLE(directory, file)                                                                        \
    "awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) skip[i] = $i ~ /second/ } "                         \
    "{ for (i = 1; i <= NF; i++) if (!skip[i]) printf \"%s,\", $i; print \"\" }' $SCRATCH/" directory \
    "/s/results.csv >$SCRATCH/" file

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    make_file(getenv("SCRATCH"), "spec.yaml", "%s", spec);
    shell_expect(0, "%s", SWEEP "whole -j 2");
    shell_expect(0, "%s", TABLE("whole", "whole.csv"));
    return 0;
}

/* Each parent is a run of the grid as well, trained once for both methods. */
static void parents_are_shared(void **state) {
    (void)state;
    shell_expect(0, "test $(ls $SCRATCH/whole/s/runs | wc -l) = 12");
    shell_expect(0, "test $(wc -l <$SCRATCH/whole.csv) = 13");
    const char *said = shell_expect(0, SWEEP "whole --dry-run");
    assert_non_null(strstr(said, "12 runs, 12 complete"));
}

static void one_process_does_the_same(void **state) {
    (void)state;
    shell_expect(0, "%s", SWEEP "one -j 1");
    shell_expect(0, "%s", TABLE("one", "one.csv"));
    shell_expect(0, "cmp $SCRATCH/one.csv $SCRATCH/whole.csv");
}

/* Killed, workers and all, again and again until it comes to its end. */
static void a_killed_sweep_goes_on(void **state) {
    (void)state;
    shell_expect(0, "for i in $(seq 40); do setsid " SWEEP "cut -j 2 >$SCRATCH/said 2>&1 & p=$!; "
                    "sleep 0.$((i / 10))$((i * 7 %% 10)); kill -KILL -$p; wait $p; "
                    "test $(ls $SCRATCH/cut/s/runs/*/result.json | wc -l) = 12 && break; done 2>/dev/null; "
                    "echo $i; test $i -ge 3");
    shell_expect(0, "%s", SWEEP "cut -j 2");
    shell_expect(0, "%s", TABLE("cut", "cut.csv"));
    shell_expect(0, "cmp $SCRATCH/cut.csv $SCRATCH/whole.csv");
}

/* What was kept fills the disk; when there is room again it goes on. */
static void a_full_disk_is_told_of(void **state) {
    (void)state;
    shell_expect(0, TRAIN "rl.method=expert_iteration rl.expert=clean -o $SCRATCH/room");
    shell_expect(0, "mkdir $SCRATCH/full && cp -r $SCRATCH/room/parent $SCRATCH/full");
    const char *said = shell_expect(1, "trap '' XFSZ; ulimit -f 2; " TRAIN
                                       "rl.method=expert_iteration rl.expert=clean -o $SCRATCH/full");
    assert_non_null(strstr(said, "File too large"));
    shell_expect(0, TRAIN "rl.method=expert_iteration rl.expert=clean -o $SCRATCH/full && "
                          "cmp $SCRATCH/full/model.safetensors $SCRATCH/room/model.safetensors");
}

/* Asked with its label, a model of rcrl does as well on its test problems as the run says. */
static void other_commands_take_the_models(void **state) {
    (void)state;
    static const char *const methods[] = {"rcrl", "rcrl rl.labels=line", "ppo", "expert_iteration"};
    shell_expect(0, "$COTNOISE gen $SCRATCH/spec.yaml -n 5 -o $SCRATCH/samples.jsonl");
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        shell_expect(0, "rm -rf $SCRATCH/m; " TRAIN "rl.method=%s -o $SCRATCH/m 2>$SCRATCH/said", methods[i]);
        shell_expect(0, "grep -q '^parent: evaluating on 10' $SCRATCH/said && grep -q '^rollouts [0-9]* of "
                        "96' $SCRATCH/said && "
                        "! grep -q nan $SCRATCH/said");
        shell_expect(0, "$COTNOISE eval $SCRATCH/m -n 10 -o $SCRATCH/e >/dev/null && cat $SCRATCH/e* && "
                        "$COTNOISE score $SCRATCH/m $SCRATCH/samples.jsonl -o $SCRATCH/scored && "
                        "$COTNOISE status $SCRATCH/whole/s");
        shell_expect(0, "$COTNOISE solve $SCRATCH/m 'max([3, 9])'");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parents_are_shared),
        cmocka_unit_test(one_process_does_the_same),
        cmocka_unit_test(a_killed_sweep_goes_on),
        cmocka_unit_test(a_full_disk_is_told_of),
        cmocka_unit_test(other_commands_take_the_models),
    };
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
