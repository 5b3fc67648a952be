/* Rewards of completions written by hand, and which of them are turned over. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/pcg.h"
#include "reinforce/rewards.h"
#include "tests/rollouts_by_hand.h"

static const char truth[] = "x = 1\nx = 2\nanswer = 3";
static const struct {
    struct hand_completion drawn;
    double outcome, trace, line;
} cases[] = {
    {{"", "x = 1\nx = 2\nanswer = 3", true}, 1, 1, 1},
    {{"x = 1\n", "x = 2\nanswer = 3", true}, 1, 1, 1},
    {{"", "x = 1\nx = 5\nanswer = 3", true}, 1, 0, 2 / 3.},             /* unsound */
    {{"", "answer = 3", true}, 1, 0, 0},                                /* a line left out */
    {{"", "x = 1\nx = 2\nanswer = 4", true}, 0, 0, 2 / 3.},             /* */
    {{"", "x = 1\nx = 2\nanswer = 3", false}, 0, 0, 1},                 /* it did not end */
    {{"", "x = 1", true}, 0, 0, 1 / 3.},                                /* of as many as the true one has */
    {{"", "x = 1\nx = 2\nanswer = 3\nanswer = 3", true}, 1, 0, 3 / 4.}, /* of as many as it has itself */
    {{"", "", true}, 0, 0, 0},
};
enum { CASES = sizeof cases / sizeof *cases };

static void open(struct hand *h) {
    struct hand_completion drawn[CASES];
    for (size_t i = 0; i < CASES; i++) drawn[i] = cases[i].drawn;
    hand_open(h, truth, 1, drawn, CASES);
}

static double expected_of(size_t c, int kind) {
    return kind == RL_REWARD_OUTCOME ? cases[c].outcome
           : kind == RL_REWARD_TRACE ? cases[c].trace
                                     : cases[c].line;
}

static void each_kind(void **state) {
    (void)state;
    struct hand h;
    struct rewards rewards = {0};
    open(&h);
    for (int kind = RL_REWARD_OUTCOME; kind <= RL_REWARD_LINE; kind++) {
        assert_int_equal(rewards_give(&rewards, &h.rollouts, (enum rl_reward)kind, 0, 1, 0), ERR_OK);
        for (size_t c = 0; c < CASES; c++) {
            double expected = expected_of(c, kind);
            if (fabs(rewards.truth[c] - expected) > 1e-15 || rewards.given[c] != rewards.truth[c])
                fail_msg("kind %d, completion %zu: %g, given %g, expected %g", kind, c, rewards.truth[c],
                         rewards.given[c], expected);
        }
    }
    for (size_t l = 0; l < h.rollouts.first_line[CASES]; l++)
        assert_true(rewards.line[l] == h.rollouts.line_right[l]);
    rewards_free(&rewards);
    hand_close(&h);
}

/* All are turned over: R becomes 1 - R, line by line where lines are rewarded; truth stays. */
static void all_turned_over(void **state) {
    (void)state;
    struct hand h;
    struct rewards rewards = {0};
    open(&h);
    const struct rollouts *r = &h.rollouts;
    for (int kind = RL_REWARD_OUTCOME; kind <= RL_REWARD_LINE; kind++) {
        assert_int_equal(rewards_give(&rewards, r, (enum rl_reward)kind, 1, 1, 0), ERR_OK);
        for (size_t c = 0; c < CASES; c++) {
            double lines = (double)(r->first_line[c + 1] - r->first_line[c]), of = lines > 3 ? lines : 3,
                   truth_of = expected_of(c, kind),
                   expected = kind == RL_REWARD_LINE ? lines / of - truth_of : 1 - truth_of;
            assert_true(fabs(rewards.truth[c] - truth_of) < 1e-15);
            assert_true(fabs(rewards.given[c] - expected) < 1e-15);
        }
    }
    for (size_t l = 0; l < r->first_line[CASES]; l++) assert_true(rewards.line[l] == !r->line_right[l]);
    rewards_free(&rewards);
    hand_close(&h);
}

/* The flips of a draw of `first`: of completions, or of lines. */
static int flips_of(const struct rollouts *r, struct rewards *rewards, bool lines, double noise,
                    uint64_t seed, uint64_t first, bool *flipped) {
    int count = 0;
    assert_int_equal(rewards_give(rewards, r, lines ? RL_REWARD_LINE : RL_REWARD_OUTCOME, noise, seed, first),
                     ERR_OK);
    size_t all = lines ? r->first_line[r->count] : r->count;
    for (size_t i = 0; i < all; i++) {
        flipped[i] = lines ? rewards->line[i] != r->line_right[i] : rewards->given[i] != rewards->truth[i];
        count += flipped[i];
    }
    return count;
}

/* The stream of the completion's number decides alone: the same ones whatever the batch, other ones for
 * another seed; a higher chance turns over the same and more; and their share is the chance. */
static void flips_are_coupled_and_counted(void **state) {
    (void)state;
    enum { BATCHES = 800, RATES = 4, MOST = 64 };
    static const double rates[RATES] = {0.05, 0.1, 0.3, 0.7};
    struct hand h;
    struct rewards rewards = {0};
    open(&h);
    const struct rollouts *r = &h.rollouts;
    for (int lines = 0; lines < 2; lines++) {
        size_t of = lines ? r->first_line[CASES] : CASES;
        int counted[RATES] = {0}, other = 0;
        for (uint64_t batch = 0; batch < BATCHES; batch++) {
            bool flipped[RATES][MOST], again[MOST];
            for (int i = 0; i < RATES; i++) {
                counted[i] += flips_of(r, &rewards, lines, rates[i], 5, batch * CASES, flipped[i]);
                for (size_t k = 0; i && k < of; k++) assert_true(flipped[i][k] || !flipped[i - 1][k]);
            }
            flips_of(r, &rewards, lines, 0.3, 5, batch * CASES, again);
            assert_memory_equal(again, flipped[2], of * sizeof *again);
            flips_of(r, &rewards, lines, 0.3, 6, batch * CASES, again);
            for (size_t k = 0; k < of; k++) other += again[k] != flipped[2][k];
            for (size_t c = 0; c < CASES && !lines; c++) {
                struct pcg pcg = pcg_stream(5, "reward flip", batch * CASES + c);
                assert_true(flipped[2][c] == (pcg_unit(&pcg) < 0.3));
            }
        }
        double trials = (double)of * BATCHES;
        for (int i = 0; i < RATES; i++) {
            double error = sqrt(rates[i] * (1 - rates[i]) / trials);
            assert_true(fabs(counted[i] / trials - rates[i]) < 4 * error);
        }
        assert_true(fabs(other / trials - 2 * 0.3 * 0.7) < 4 * sqrt(0.42 * 0.58 / trials));
    }
    rewards_free(&rewards);
    hand_close(&h);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind),
        cmocka_unit_test(all_turned_over),
        cmocka_unit_test(flips_are_coupled_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
