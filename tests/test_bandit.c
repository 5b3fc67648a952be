/* Problems whose gradient and optimum are known: three tokens with a reward each, and two of them one after
 * the other. Of each method the expected gradient by the logits, over all groups of completions that there
 * can be and over drawn ones. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nn/objective.h"
#include "nn/sampler.h"
#include "tests/bandit.h"

/* The slope of the summed objective by a target's log-probability, with its sign turned: what is learned. */
static double pull(const struct drawn *d, const struct credit *credit, int c, int t) {
    const struct objective objective = {.temperature = 1, .clip = 0.2, .clip_high = 0.2};
    const struct objective_target target = {.weight = 1. / (double)d->rollouts.count,
                                            .advantage = credit->advantage[d->first_target[c] + (size_t)t],
                                            .old = d->log_probability[c][t]};
    struct objective_sums sums = {0};
    return -objective_slopes(&objective, &target, d->log_probability[c][t], 0, &sums).log_probability;
}

static void softmax(const double *logits, double *p) {
    double sum = 0;
    for (int k = 0; k < ARMS; k++) sum += p[k] = exp(logits[k]);
    for (int k = 0; k < ARMS; k++) p[k] /= sum;
}

static void assert_near(const char *what, const double *found, const double *expected, int count,
                        double within) {
    for (int i = 0; i < count; i++)
        if (!(fabs(found[i] - expected[i]) <= within))
            fail_msg("%s: number %d is %.15g, expected %.15g", what, i, found[i], expected[i]);
}

/* --- one step ----------------------------------------------------------------------------------------- */

static const double logits[ARMS] = {0.3, -0.2, 0.1};
enum { G = 4, GROUPS_OF_ALL = 81 };

/* Group number `group` of all; returns its probability. */
static double set_group(struct drawn *d, int group, const double *p) {
    double chance = 1;
    for (int c = 0; c < G; c++, group /= ARMS) {
        int arm = group % ARMS;
        d->token[c][0] = arm;
        d->log_probability[c][0] = log(p[arm]);
        d->given[c] = reward[arm];
        chance *= p[arm];
    }
    return chance;
}

/* What a group pulls at each logit. */
static void add_pulls(const struct drawn *d, const struct credit *credit, const double *p, double share,
                      double gradient[ARMS]) {
    for (int c = 0; c < (int)d->rollouts.count; c++)
        for (int k = 0; k < ARMS; k++)
            gradient[k] += share * pull(d, credit, c, 0) * ((d->token[c][0] == k) - p[k]);
}

static void expect_gradient(const struct reinforcement *options, int generations, double gradient[ARMS]) {
    static struct drawn d;
    struct credit credit = {0};
    double p[ARMS], total = 0;
    softmax(logits, p);
    lay_out(&d, G, generations, 1, 1);
    memset(gradient, 0, ARMS * sizeof *gradient);
    for (int group = 0; group < GROUPS_OF_ALL; group++) {
        double chance = set_group(&d, group, p);
        assert_int_equal(credit_give(&credit, options, &d.rollouts, &d.rewards, NULL), ERR_OK);
        add_pulls(&d, &credit, p, chance, gradient);
        total += chance;
    }
    assert_true(fabs(total - 1) < 1e-12);
    credit_free(&credit);
}

/* d J / d logit k = p_k (r_k - J), J = sum p r. */
static void true_gradient(double factor, double gradient[ARMS]) {
    double p[ARMS], J = 0;
    softmax(logits, p);
    for (int k = 0; k < ARMS; k++) J += p[k] * reward[k];
    for (int k = 0; k < ARMS; k++) gradient[k] = factor * p[k] * (reward[k] - J);
}

/* A completion is in the mean that it is compared with, so that R_i - mean is (n - 1) / n times R_i less the
 * mean of the others, which knows nothing of it: that factor is all that reinforce and grpo are off by, and
 * rloo by nothing. */
static void expected_gradients_are_the_true_one(void **state) {
    (void)state;
    static const struct {
        const char *what;
        struct reinforcement options;
        int generations;
        double factor;
    } cases[] = {
        {"reinforce, a group", {.method = RL_REINFORCE}, G, 3 / 4.},
        {"reinforce, two groups", {.method = RL_REINFORCE}, G / 2, 3 / 4.}, /* the batch's mean */
        {"rloo, a group", {.method = RL_RLOO}, G, 1},
        {"rloo, two groups", {.method = RL_RLOO}, G / 2, 1},
        {"grpo, a group", {.method = RL_GRPO, .scale = RL_SCALE_NONE}, G, 3 / 4.},
        {"grpo, two groups", {.method = RL_GRPO, .scale = RL_SCALE_NONE}, G / 2, 1 / 2.},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double found[ARMS], expected[ARMS];
        expect_gradient(&cases[i].options, cases[i].generations, found);
        true_gradient(cases[i].factor, expected);
        assert_near(cases[i].what, found, expected, ARMS, 1e-14);
    }
}

/* Divided by the deviation of each group, no factor is left; the sum over how many of the four completions
 * are of each arm is the expected gradient. For ppo the batch is one group, and 1e-8 is added to the
 * variance. */
static void scaled_gradients_are_sums_over_counts(void **state) {
    (void)state;
    static const double factorial[] = {1, 1, 2, 6, 24};
    for (int ppo = 0; ppo < 2; ppo++) {
        struct reinforcement options = {.method = ppo ? RL_PPO : RL_GRPO, .lambda = 0.95};
        double p[ARMS], expected[ARMS] = {0}, found[ARMS], straight[ARMS], along = 0;
        softmax(logits, p);
        for (int a = 0; a <= G; a++)
            for (int b = 0; a + b <= G; b++) {
                const int n[ARMS] = {a, b, G - a - b};
                double chance = 24, mean = 0, squares = 0;
                for (int k = 0; k < ARMS; k++) {
                    chance *= pow(p[k], n[k]) / factorial[n[k]];
                    mean += n[k] * reward[k] / G;
                }
                for (int k = 0; k < ARMS; k++) squares += n[k] * pow(reward[k] - mean, 2);
                double scale = ppo ? sqrt(squares / 3 + 1e-8) : sqrt(squares / 3) + 1e-4;
                /* The advantages add up to 0, so that the softmax's part does. */
                for (int k = 0; k < ARMS; k++) expected[k] += chance * n[k] * (reward[k] - mean) / scale / G;
            }
        expect_gradient(&options, G, found);
        assert_near(rl_method_names[options.method], found, expected, ARMS, 1e-12);
        true_gradient(1, straight);
        double lengths[2] = {0};
        for (int k = 0; k < ARMS; k++) {
            along += found[k] * straight[k];
            lengths[0] += found[k] * found[k];
            lengths[1] += straight[k] * straight[k];
        }
        assert_true(along / sqrt(lengths[0] * lengths[1]) > 0.999); /* about the direction of the true one */
    }
}

/* The same by the sampler: its mean over many groups is within four standard errors of the closed form. */
static void drawn_gradients_are_near(void **state) {
    (void)state;
    enum { DRAWS = 20000 };
    static const struct {
        struct reinforcement options;
        double factor;
    } cases[] = {{{.method = RL_REINFORCE}, 3 / 4.},
                 {{.method = RL_RLOO}, 1},
                 {{.method = RL_GRPO, .scale = RL_SCALE_NONE}, 3 / 4.}};
    const real given[ARMS] = {(real)0.3, (real)-0.2, (real)0.1};
    static struct drawn d;
    struct credit credit = {0};
    double p[ARMS];
    softmax(logits, p);
    lay_out(&d, G, G, 1, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pcg pcg = pcg_stream(i, "test", 0);
        double sum[ARMS] = {0}, squares[ARMS] = {0}, expected[ARMS];
        for (int draw = 0; draw < DRAWS; draw++) {
            double one[ARMS] = {0};
            real scratch[ARMS];
            int group = 0;
            for (int c = 0; c < G; c++) group = group * ARMS + sampler_draw(given, ARMS, 1, 0, &pcg, scratch);
            set_group(&d, group, p);
            assert_int_equal(credit_give(&credit, &cases[i].options, &d.rollouts, &d.rewards, NULL), ERR_OK);
            add_pulls(&d, &credit, p, 1, one);
            for (int k = 0; k < ARMS; k++) {
                sum[k] += one[k];
                squares[k] += one[k] * one[k];
            }
        }
        true_gradient(cases[i].factor, expected);
        for (int k = 0; k < ARMS; k++) {
            double mean = sum[k] / DRAWS, error = sqrt((squares[k] / DRAWS - mean * mean) / DRAWS);
            assert_near(rl_method_names[cases[i].options.method], &mean, &expected[k], 1, 4 * error);
            assert_true(error < 0.002);
        }
    }
    credit_free(&credit);
}

/* --- two steps ---------------------------------------------------------------------------------------- */

/* Rewards of a pair; and of each of the lines `a` and `b`. The best pair does not begin with the token that
 * is best on the average. */
static const double first_line[ARMS] = {0.2, 1, 0.4};
static const double first_logits[ARMS] = {0.2, 0.4, -0.3};
static const double second_logits[ARMS][ARMS] = {{0.1, 0, -0.2}, {0.5, -0.5, 0.2}, {0, 0.3, 0.6}};

enum { PAIRS = 9, TRIPLES = PAIRS * PAIRS * PAIRS };

/* By the logits of the first step, then by those of the second behind each first token. */
struct two_steps {
    double by[ARMS + PAIRS];
};

/* The expected gradient over all groups of three completions. With `lines` a newline, which is no choice,
 * stands between the two, and each is rewarded by itself. */
static struct two_steps expect_two_steps(const struct reinforcement *options, bool lines) {
    static struct drawn d;
    struct credit credit = {0};
    struct two_steps gradient = {{0}};
    double p[ARMS], q[ARMS][ARMS];
    softmax(first_logits, p);
    for (int a = 0; a < ARMS; a++) softmax(second_logits[a], q[a]);
    int last = lines ? 2 : 1;
    lay_out(&d, 3, 3, last + 1, lines ? 2 : 1);
    for (int group = 0; group < TRIPLES; group++) {
        double chance = 1;
        for (int c = 0, rest = group; c < 3; c++, rest /= PAIRS) {
            int a = rest % PAIRS / ARMS, b = rest % ARMS;
            d.token[c][0] = a;
            d.token[c][1] = TOKEN_NEWLINE; /* or else */
            d.token[c][last] = b;
            d.log_probability[c][0] = log(p[a]);
            d.log_probability[c][last] = log(q[a][b]);
            d.given[c] = d.line[2 * c + 1] = pair[a][b];
            d.line[2 * c] = first_line[a];
            chance *= p[a] * q[a][b];
        }
        assert_int_equal(credit_give(&credit, options, &d.rollouts, &d.rewards, NULL), ERR_OK);
        for (int c = 0; c < 3; c++) {
            int a = d.token[c][0], b = d.token[c][last];
            for (int k = 0; k < ARMS; k++) {
                gradient.by[k] += chance * pull(&d, &credit, c, 0) * ((a == k) - p[k]);
                gradient.by[ARMS + a * ARMS + k] +=
                    chance * pull(&d, &credit, c, last) * ((b == k) - q[a][k]);
            }
        }
    }
    credit_free(&credit);
    return gradient;
}

/* Of the first step p_a (Q_a - J), Q_a being what it earns; of the second p_a q_b|a (r_ab - its mean). */
static struct two_steps true_two_steps(double factor, bool lines) {
    struct two_steps gradient;
    double p[ARMS], q[ARMS][ARMS], Q[ARMS] = {0}, J = 0;
    softmax(first_logits, p);
    for (int a = 0; a < ARMS; a++) {
        softmax(second_logits[a], q[a]);
        for (int b = 0; b < ARMS; b++) Q[a] += q[a][b] * pair[a][b];
        J += p[a] * (lines ? first_line[a] : Q[a]);
    }
    for (int a = 0; a < ARMS; a++) {
        gradient.by[a] = factor * p[a] * ((lines ? first_line[a] : Q[a]) - J);
        for (int b = 0; b < ARMS; b++)
            gradient.by[ARMS + a * ARMS + b] = factor * p[a] * q[a][b] * (pair[a][b] - Q[a]);
    }
    return gradient;
}

static void expected_gradients_of_two_steps(void **state) {
    (void)state;
    static const struct {
        struct reinforcement options;
        double factor;
        bool lines;
    } cases[] = {{{.method = RL_REINFORCE}, 2 / 3., false},
                 {{.method = RL_RLOO}, 1, false},
                 {{.method = RL_GRPO, .scale = RL_SCALE_NONE}, 2 / 3., false},
                 /* Each line's tokens learn from that line's reward alone. */
                 {{.method = RL_REINFORCE, .reward = RL_REWARD_LINE}, 2 / 3., true},
                 {{.method = RL_GRPO, .scale = RL_SCALE_NONE, .reward = RL_REWARD_LINE}, 2 / 3., true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct two_steps found = expect_two_steps(&cases[i].options, cases[i].lines),
                         expected = true_two_steps(cases[i].factor, cases[i].lines);
        assert_near(rl_method_names[cases[i].options.method], found.by, expected.by, ARMS + PAIRS, 1e-13);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expected_gradients_are_the_true_one),
        cmocka_unit_test(scaled_gradients_are_sums_over_counts),
        cmocka_unit_test(drawn_gradients_are_near),
        cmocka_unit_test(expected_gradients_of_two_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
