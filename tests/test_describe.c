/* What an iteration's completions came to, counted by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reinforce/describe.h"

/* Two problems, two completions each:
 *
 *     completion   tokens   ended  answer  trace  malformed   true reward   given
 *     0            5        yes    yes     yes    no          1             1
 *     1            3        yes    yes     no     no          1             0
 *     2            9        no     no      no     yes         0             1
 *     3            3        yes    no      no     no          0             1     */
static const struct verdict verdicts[4] = {
    {.answer = true, .trace = true, .ended = true},
    {.answer = true, .ended = true},
    {.malformed = true},
    {.ended = true},
};

static struct iteration describe(int generations, enum rl_reward kind, double truth[4], double given[4]) {
    struct dataset problems = {.samples = 4 / generations};
    struct verdict verdict[4];
    for (int c = 0; c < 4; c++) verdict[c] = verdicts[c];
    size_t first_target[5] = {0, 5, 8, 17, 20};
    struct rollouts rollouts = {.problems = &problems,
                                .generations = generations,
                                .count = 4,
                                .verdict = verdict,
                                .first_target = first_target};
    struct rewards rewards = {.truth = truth, .given = given};
    struct iteration iteration;
    describe_rollouts(&rollouts, &rewards, kind, &iteration);
    return iteration;
}

static void counted_by_hand(void **state) {
    (void)state;
    struct iteration it = describe(2, RL_REWARD_OUTCOME, (double[]){1, 1, 0, 0}, (double[]){1, 0, 1, 1});
    assert_true(it.reward == 0.75);
    assert_true(fabs(it.reward_deviation - sqrt(0.75 * 0.25)) < 1e-15);
    assert_true(it.true_reward == 0.5);
    assert_true(it.flat_groups == 0.5); /* 1 0 differ, 1 1 do not */
    assert_true(it.accuracy_drawn == 0.5 && it.trace_drawn == 0.25 && it.unsound_drawn == 0.5);
    assert_true(it.malformed_drawn == 0.25 && it.malformed_reward == 0); /* by the reward before flips */
    assert_true(it.length == 5 && it.truncated == 0.25);
    assert_true(isnan(it.kl) && isnan(it.entropy) && isnan(it.learning_rate));
    assert_int_equal(it.iteration, 0);
}

static void what_there_is_nothing_of(void **state) {
    (void)state;
    double none[4] = {0}, all[4] = {1, 1, 1, 1};
    assert_true(isnan(describe(2, RL_REWARD_OUTCOME, none, none).malformed_reward));
    assert_true(describe(2, RL_REWARD_OUTCOME, all, all).malformed_reward == 0.25);
    assert_true(isnan(describe(2, RL_REWARD_LINE, all, all).malformed_reward));
    assert_true(describe(2, RL_REWARD_OUTCOME, none, all).flat_groups == 1);
    assert_true(isnan(describe(1, RL_REWARD_OUTCOME, none, all).flat_groups)); /* one is no group */
    assert_true(describe(2, RL_REWARD_OUTCOME, none, all).reward_deviation == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counted_by_hand),
        cmocka_unit_test(what_there_is_nothing_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
