/* From rewards to advantages of tokens, on completions written by hand: which line a token is of, what is put
 * where for a critic, and the divergence from the parent in rewards. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reinforce/credit.h"
#include "tests/rollouts_by_hand.h"

static void assert_numbers(const char *what, const double *found, const double *expected, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!(fabs(found[i] - expected[i]) < 1e-12))
            fail_msg("%s: number %zu is %.15g, expected %.15g", what, i, found[i], expected[i]);
}

static const char truth[] = "x = 1\nx = 2\nanswer = 3"; /* 3 lines of 3 tokens */

/* One problem, four completions; after each the line of each of its targets, of the completion's own. */
static const struct hand_completion drawn[] = {
    {"", "x = 1\nx = 2\nanswer = 3", true}, /* 0000 1111 222 and <eos> 2 */
    {"x = 1\n", "x = 3\nanswer = 3", true}, /* 1111 222 2 */
    {"", "x = 1\n", true},                  /* 0000, and <eos> is of the empty line 1 */
    {"x = 1\nx = 2\n", "answer", false},    /* 2 */
    {"", "x = 7\nx = 2\n", false},          /* 0000 1111, and nothing of the empty line 2 */
    {"", "", true},                         /* <eos> of the only line */
};
enum { COMPLETIONS = sizeof drawn / sizeof *drawn, TARGETS = 12 + 8 + 5 + 1 + 8 + 1 };
static const int line_of[TARGETS] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, /* */
                                     1, 1, 1, 1, 2, 2, 2, 2,             /* */
                                     0, 0, 0, 0, 1,                      /* */
                                     2,                                  /* */
                                     0, 0, 0, 0, 1, 1, 1, 1,             /* */
                                     0};

/* Lines that were given begin the count of lines, and their rewards compare with others', but nobody learns
 * from them; the newline behind a line is its own, and <eos> the last line's. */
static void lines_reach_their_tokens(void **state) {
    (void)state;
    struct hand h;
    hand_open(&h, truth, COMPLETIONS, drawn, COMPLETIONS);
    const struct rollouts *r = &h.rollouts;
    assert_int_equal(r->first_target[r->count], TARGETS);
    assert_int_equal(r->first_line[r->count], 3 + 3 + 2 + 3 + 3 + 1);
    double line[] = {1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 0, 0, 1, 0, 0};
    for (size_t l = 0; l < sizeof line / sizeof *line; l++) assert_true(line[l] == r->line_right[l]);
    /* Line 0: 1 1 1 1 0 0, line 1: 1 0 0 1 1, line 2: 1 1 0 0. */
    const double mean[] = {4. / 6, 3. / 5, 2. / 4};
    const double deviation[] = {sqrt(4 / 3. / 5), sqrt(6 / 5. / 4), sqrt(1 / 3.)};
    struct rewards rewards = {.line = line};
    struct credit credit = {0};
    for (int scaled = 0; scaled < 2; scaled++) {
        struct reinforcement options = {.method = scaled ? RL_GRPO : RL_REINFORCE, .reward = RL_REWARD_LINE};
        double expected[TARGETS];
        for (size_t c = 0; c < r->count; c++)
            for (size_t t = r->first_target[c]; t < r->first_target[c + 1]; t++)
                expected[t] = (line[r->first_line[c] + (size_t)line_of[t]] - mean[line_of[t]]) /
                              (scaled ? deviation[line_of[t]] + 1e-4 : 1);
        assert_int_equal(credit_give(&credit, &options, r, &rewards, NULL), ERR_OK);
        assert_numbers(scaled ? "grpo" : "reinforce", credit.advantage, expected, TARGETS);
        options.method = RL_GRPO;
        options.scale = RL_SCALE_NONE;
        assert_int_equal(credit_give(&credit, &options, r, &rewards, NULL), ERR_OK);
        if (!scaled) assert_numbers("not scaled", credit.advantage, expected, TARGETS);
    }
    credit_free(&credit);
    hand_close(&h);
}

/* A reward model's lines are lines as the checker's are; its sparse rewards are of completions. */
static void who_is_rewarded_by_line(void **state) {
    (void)state;
    for (int reward = RL_REWARD_OUTCOME; reward <= RL_REWARD_MODEL; reward++)
        for (int model = RL_MODEL_SPARSE; model <= RL_MODEL_DENSE; model++) {
            struct reinforcement options = {.reward = (enum rl_reward)reward,
                                            .reward_model = (enum rl_reward_model)model};
            bool expected = reward == RL_REWARD_LINE || (reward == RL_REWARD_MODEL && model);
            assert_true(reinforcement_is_by_line(&options) == expected);
        }
}

/* Two problems of three completions each, which have one advantage for all their tokens. */
static const struct hand_completion short_ones[] = {{"", "x = 1", true}, {"", "x", true},
                                                    {"", "x x", false},  {"", "x", false},
                                                    {"", "x x", true},   {"", "", true}};
static const size_t short_targets[] = {4, 2, 2, 1, 3, 1};
enum { SHORT = 6, SHORT_TARGETS = 13 };

static void methods_compare_completions(void **state) {
    (void)state;
    struct hand h;
    double given[SHORT] = {1, 0, 0.5, 1, 1, 0};
    const double deviation[] = {0.5, sqrt(1 / 3.)};
    const struct {
        enum rl_method method;
        enum rl_scale scale;
        double expected[SHORT];
    } cases[] = {
        {RL_REINFORCE, RL_SCALE_GROUP, {5 / 12., -7 / 12., -1 / 12., 5 / 12., 5 / 12., -7 / 12.}},
        {RL_RLOO, RL_SCALE_GROUP, {.75, -.75, 0, .5, .5, -1}},
        {RL_GRPO, RL_SCALE_NONE, {.5, -.5, 0, 1 / 3., 1 / 3., -2 / 3.}},
        {RL_GRPO,
         RL_SCALE_GROUP,
         {.5 / (deviation[0] + 1e-4), -.5 / (deviation[0] + 1e-4), 0, 1 / 3. / (deviation[1] + 1e-4),
          1 / 3. / (deviation[1] + 1e-4), -2 / 3. / (deviation[1] + 1e-4)}},
    };
    hand_open(&h, truth, 3, short_ones, SHORT);
    struct rewards rewards = {.given = given};
    struct credit credit = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reinforcement options = {.method = cases[i].method, .scale = cases[i].scale};
        double expected[SHORT_TARGETS];
        size_t at = 0;
        for (size_t c = 0; c < SHORT; c++)
            for (size_t t = 0; t < short_targets[c]; t++) expected[at++] = cases[i].expected[c];
        assert_int_equal(credit_give(&credit, &options, &h.rollouts, &rewards, NULL), ERR_OK);
        assert_numbers(rl_method_names[cases[i].method], credit.advantage, expected, SHORT_TARGETS);
    }
    credit_free(&credit);
    hand_close(&h);
}

/* rloo: what a completion's tokens are above the parent's log-probabilities, times beta, is taken off its
 * reward; with rewards by line, that less the others' mean is taken off all its tokens' advantages. Nobody
 * else reads the reference. */
static void divergence_is_in_the_rewards_of_rloo(void **state) {
    (void)state;
    struct hand h;
    double given[SHORT] = {1, 0, 0.5, 1, 1, 0}, reference[SHORT_TARGETS], penalty[SHORT], R[SHORT];
    hand_open(&h, truth, 3, short_ones, SHORT);
    const struct rollouts *r = &h.rollouts;
    struct reinforcement options = {.method = RL_RLOO, .beta = 0.25};
    for (size_t c = 0; c < SHORT; c++) {
        penalty[c] = 0;
        for (size_t t = r->first_target[c]; t < r->first_target[c + 1]; t++) {
            reference[t] = -(double)(t % 4) / 8;
            penalty[c] += 0.25 * (-(double)(t + 1) / 64 + (double)(t % 4) / 8);
        }
        R[c] = given[c] - penalty[c];
    }
    double expected[SHORT_TARGETS], by_line[SHORT_TARGETS], line[SHORT];
    for (size_t c = 0; c < SHORT; c++) {
        size_t group = c / 3 * 3;
        double others = (R[group] + R[group + 1] + R[group + 2] - R[c]) / 2;
        double of_all = penalty[group] + penalty[group + 1] + penalty[group + 2];
        line[c] = c == 1; /* each has one line */
        for (size_t t = r->first_target[c]; t < r->first_target[c + 1]; t++) {
            expected[t] = R[c] - others;
            by_line[t] = line[c] - (group ? 0 : 1 / 3.) - (penalty[c] - (of_all - penalty[c]) / 2);
        }
    }
    struct rewards rewards = {.given = given, .line = line};
    struct credit credit = {0};
    assert_int_equal(credit_give(&credit, &options, r, &rewards, reference), ERR_OK);
    assert_numbers("by completion", credit.advantage, expected, SHORT_TARGETS);
    options.reward = RL_REWARD_LINE;
    assert_int_equal(credit_give(&credit, &options, r, &rewards, reference), ERR_OK);
    assert_numbers("by line", credit.advantage, by_line, SHORT_TARGETS);
    for (int method = RL_REINFORCE; method <= RL_GRPO; method++)
        for (int by = RL_REWARD_OUTCOME; by <= RL_REWARD_LINE; by++) {
            options = (struct reinforcement){
                .method = (enum rl_method)method, .reward = (enum rl_reward)by, .beta = method != RL_RLOO};
            assert_int_equal(credit_give(&credit, &options, r, &rewards, NULL), ERR_OK);
        }
    credit_free(&credit);
    hand_close(&h);
}

/* ppo: the rewards r that stand at each target are found again from returns and values with lambda 1, where
 * ret_t = r_t + r_t+1 + ... */
static void find_rewards(const struct credit *credit, const struct rollouts *r, double *reward) {
    for (size_t c = 0; c < r->count; c++)
        for (size_t t = r->first_target[c]; t < r->first_target[c + 1]; t++)
            reward[t] = credit->returns[t] - (t + 1 < r->first_target[c + 1] ? credit->returns[t + 1] : 0);
}

static void rewards_stand_where_they_are_earned(void **state) {
    (void)state;
    struct hand h;
    double given[COMPLETIONS] = {1, .25, 0, .5, .75, 1}, found[TARGETS], expected[TARGETS] = {0};
    hand_open(&h, truth, COMPLETIONS, drawn, COMPLETIONS);
    const struct rollouts *r = &h.rollouts;
    double line[15];
    for (size_t l = 0; l < 15; l++) line[l] = (double)(l + 1);
    struct rewards rewards = {.given = given, .line = line};
    struct credit credit = {0};
    struct reinforcement options = {.method = RL_PPO, .lambda = 1};
    for (size_t c = 0; c < COMPLETIONS; c++) expected[r->first_target[c + 1] - 1] = given[c];
    assert_int_equal(credit_give(&credit, &options, r, &rewards, NULL), ERR_OK);
    find_rewards(&credit, r, found);
    assert_numbers("at the end", found, expected, TARGETS);

    /* With beta each token pays for itself. */
    double reference[TARGETS];
    options.beta = 0.5;
    for (size_t t = 0; t < TARGETS; t++) {
        reference[t] = -(double)(t % 3) / 4;
        expected[t] -= 0.5 * (-(double)(t + 1) / 64 - reference[t]);
    }
    assert_int_equal(credit_give(&credit, &options, r, &rewards, reference), ERR_OK);
    find_rewards(&credit, r, found);
    assert_numbers("with a divergence", found, expected, TARGETS);

    /* By line: at the last token of each, over the lines of the longer of it and the true one, so that the
     * third and the last earn a third for the only line they have. A dense model's are what they are. */
    options.beta = 0;
    for (int dense = 0; dense < 2; dense++) {
        options.reward = dense ? RL_REWARD_MODEL : RL_REWARD_LINE;
        options.reward_model = dense ? RL_MODEL_DENSE : RL_MODEL_SPARSE;
        for (size_t c = 0; c < COMPLETIONS; c++)
            for (size_t t = r->first_target[c]; t < r->first_target[c + 1]; t++) {
                bool last = t + 1 == r->first_target[c + 1] || line_of[t + 1] != line_of[t];
                expected[t] = last ? line[r->first_line[c] + (size_t)line_of[t]] / (dense ? 1 : 3) : 0;
            }
        assert_int_equal(credit_give(&credit, &options, r, &rewards, NULL), ERR_OK);
        find_rewards(&credit, r, found);
        assert_numbers(dense ? "of a dense model" : "by line", found, expected, TARGETS);
    }
    credit_free(&credit);
    hand_close(&h);
}

/* One completion of more lines than the true one has; and what a critic expected, with another lambda. */
static void longer_than_the_truth_and_a_critic(void **state) {
    (void)state;
    static const struct hand_completion one[] = {{"", "x\nx\nx\nx", true}};
    struct hand h;
    hand_open(&h, truth, 1, one, 1); /* targets: x \n x \n x \n x <eos>; values 1/32 ... 8/32 */
    double line[] = {1, 0, 1, 1}, A[8], squares = 0, mean = 0;
    struct rewards rewards = {.line = line};
    struct credit credit = {0};
    struct reinforcement options = {.method = RL_PPO, .lambda = 0.5, .reward = RL_REWARD_LINE};
    const double r[] = {0, .25, 0, 0, 0, .25, 0, .25};
    for (int t = 7; t >= 0; t--) {
        double next = t < 7 ? (t + 2) / 32. : 0;
        A[t] = r[t] + next - (t + 1) / 32. + (t < 7 ? 0.5 * A[t + 1] : 0);
    }
    assert_int_equal(credit_give(&credit, &options, &h.rollouts, &rewards, NULL), ERR_OK);
    for (int t = 0; t < 8; t++) {
        assert_true(fabs(credit.returns[t] - A[t] - (t + 1) / 32.) < 1e-12);
        mean += A[t] / 8;
    }
    for (int t = 0; t < 8; t++) squares += (A[t] - mean) * (A[t] - mean);
    for (int t = 0; t < 8; t++) A[t] = (A[t] - mean) / sqrt(squares / 7 + 1e-8);
    assert_numbers("whitened", credit.advantage, A, 8);
    credit_free(&credit);
    hand_close(&h);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_reach_their_tokens),
        cmocka_unit_test(who_is_rewarded_by_line),
        cmocka_unit_test(methods_compare_completions),
        cmocka_unit_test(divergence_is_in_the_rewards_of_rloo),
        cmocka_unit_test(rewards_stand_where_they_are_earned),
        cmocka_unit_test(longer_than_the_truth_and_a_critic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
