/* Problems whose gradient and optimum are known: three tokens with a reward each, and two of them one after
 * the other. Of each method the expected gradient by the logits, over all groups of completions that there
 * can be and over drawn ones, and what learning comes to. */
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
#include "nn/score.h"
#include "reinforce/credit.h"
#include "reinforce/packing.h"
#include "tests/toy_model.h"

enum { ARMS = 3, MOST = 64, TOKENS = 3 };

/* --- completions of so many steps, as rollouts -------------------------------------------------------- */

/* Completions of one length, of one line each, or of a line a step: a b, or a newline b. */
struct drawn {
    struct rollouts rollouts;
    struct dataset problems;
    struct decoder_result written[MOST];
    struct decoder_request request[MOST];
    struct verdict verdict[MOST];
    size_t first_target[MOST + 1], first_line[MOST + 1];
    int32_t token[MOST][TOKENS];
    double log_probability[MOST][TOKENS], value[MOST][TOKENS];
    double given[MOST], line[2 * MOST];
    struct rewards rewards;
};

static void lay_out(struct drawn *d, int count, int generations, int length, int lines) {
    memset(d, 0, sizeof *d);
    for (int c = 0; c < count; c++) {
        d->written[c] = (struct decoder_result){.tokens = d->token[c],
                                                .length = length,
                                                .log_probabilities = d->log_probability[c],
                                                .values = d->value[c]};
        d->verdict[c].lines = lines;
        d->first_target[c + 1] = (size_t)(length * (c + 1));
        d->first_line[c + 1] = (size_t)(lines * (c + 1));
    }
    d->problems.samples = count / generations;
    d->rewards = (struct rewards){.given = d->given, .line = d->line};
    d->rollouts = (struct rollouts){.problems = &d->problems,
                                    .generations = generations,
                                    .count = (size_t)count,
                                    .written = d->written,
                                    .request = d->request,
                                    .verdict = d->verdict,
                                    .first_target = d->first_target,
                                    .first_line = d->first_line};
}

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

static const double logits[ARMS] = {0.3, -0.2, 0.1}, reward[ARMS] = {1, 0.5, 0};
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
static const double pair[ARMS][ARMS] = {{0.6, 0.5, 0.5}, {0, 0, 1}, {0.5, 0.1, 0.3}};
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

/* --- learning ----------------------------------------------------------------------------------------- */

/* A model of three tokens, asked with token 0. */
struct learning {
    struct gpt *gpt;
    struct team *team;
    struct learner *learner;
};

static void begin_learning(struct learning *l, bool critic) {
    const struct gpt_config config = {.vocabulary = ARMS,
                                      .width = 16,
                                      .layers = 1,
                                      .heads = 2,
                                      .ffn = 32,
                                      .positions = 8,
                                      .rotary_share = 0.5,
                                      .rotary_base = 10000,
                                      .epsilon = 1e-5};
    struct learner_options options = learner_defaults(4);
    options.lanes = BATCH_LANES;
    options.value_head = critic;
    OK(gpt_create(&config, &l->gpt, &error));
    gpt_initialise(l->gpt, 3);
    OK(team_create(1, &l->team, &error));
    OK(learner_create(l->gpt, &options, &l->learner, &error));
}

static void end_learning(struct learning *l) {
    learner_free(l->learner);
    team_free(l->team);
    gpt_free(l->gpt);
}

enum { COMPLETIONS = 32, PER_PROBLEM = 8 };

/* Draws and rewards the completions of an iteration. */
static void draw(struct learning *l, struct drawn *d, int steps, uint64_t iteration) {
    static const int32_t prompt[] = {0};
    struct decoder_options options = {.max_new_tokens = steps,
                                      .stop = -1,
                                      .temperature = 1,
                                      .seed = iteration,
                                      .log_probabilities = true,
                                      .value_head = learner_value_head(l->learner)};
    lay_out(d, COMPLETIONS, PER_PROBLEM, steps, 1);
    for (int c = 0; c < COMPLETIONS; c++) d->request[c] = (struct decoder_request){prompt, 1, (uint64_t)c};
    OK(decoder_run(learner_folded(l->learner), l->team, d->request, COMPLETIONS, &options, d->written,
                   &error));
    for (int c = 0; c < COMPLETIONS; c++) {
        const int32_t *token = d->written[c].tokens;
        d->given[c] = steps == 1 ? reward[token[0]] : pair[token[0]][token[1]];
    }
}

/* How a target is told that nothing was learned since it was drawn. */
enum told { BY_RATIO, BY_WORD };

/* One iteration; returns the largest difference between decoder and learner. */
static double iterate(struct learning *l, const struct reinforcement *options, int steps, uint64_t iteration,
                      enum told told) {
    static struct drawn d;
    static struct objective_target goals[MOST * TOKENS];
    static size_t order[COMPLETIONS];
    struct credit credit = {0};
    struct packing packing = {0};
    struct gpt_batch lanes[BATCH_LANES];
    bool critic = options->method == RL_PPO;
    const struct objective objective = {.temperature = 1,
                                        .clip = told == BY_WORD ? (double)INFINITY : options->clip,
                                        .clip_high = told == BY_WORD ? (double)INFINITY : options->clip,
                                        .value_weight = critic ? 0.5 : 0,
                                        .value_clip = 0.2};
    double difference = 0;
    draw(l, &d, steps, iteration);
    assert_int_equal(credit_give(&credit, options, &d.rollouts, &d.rewards, NULL), ERR_OK);
    for (int c = 0; c < COMPLETIONS; c++) {
        order[c] = (size_t)c;
        for (int t = 0; t < steps; t++) {
            size_t at = (size_t)(c * steps + t);
            goals[at] = (struct objective_target){.weight = 1. / (COMPLETIONS * steps),
                                                  .advantage = credit.advantage[at],
                                                  .old = told == BY_WORD ? (double)NAN
                                                                         : d.written[c].log_probabilities[t]};
            if (!critic) continue;
            goals[at].returns = credit.returns[at];
            goals[at].old_value = d.written[c].values[t];
        }
    }
    assert_int_equal(packing_fill(&packing, &d.rollouts, order, COMPLETIONS, goals, lanes), ERR_OK);
    for (int i = 0; i < options->iterations; i++) {
        struct learner_step step;
        struct objective_sums sums;
        OK(learner_reinforce(l->learner, l->team, lanes, &objective, 0.01, &step, &sums, &error));
        if (!i) difference = sums.difference;
    }
    decoder_free_results(d.written, COMPLETIONS);
    packing_free(&packing);
    credit_free(&credit);
    return difference;
}

/* The probability of what is best: of `0`, and of `1 2`. */
static double chance_of_best(struct learning *l, int steps) {
    static const int32_t one[] = {0, 0}, two[] = {0, 1, 2};
    double log_probabilities[2] = {0};
    struct score_request request = {steps == 1 ? one : two, steps + 1, 1, log_probabilities};
    OK(score_sequences(l->gpt, l->team, &request, 1, &error));
    return exp(log_probabilities[0] + log_probabilities[1]);
}

static void optimum_is_reached(void **state) {
    (void)state;
    static const struct reinforcement methods[] = {
        {.method = RL_REINFORCE, .clip = (double)INFINITY, .iterations = 1},
        {.method = RL_RLOO, .clip = (double)INFINITY, .iterations = 1},
        {.method = RL_GRPO, .clip = 0.2, .iterations = 1},
        {.method = RL_GRPO, .scale = RL_SCALE_NONE, .clip = 0.2, .iterations = 2},
        {.method = RL_PPO, .clip = 0.2, .iterations = 4, .lambda = 0.95},
    };
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        for (int steps = 1; steps <= 2; steps++) {
            struct learning l;
            begin_learning(&l, methods[i].method == RL_PPO);
            double before = chance_of_best(&l, steps);
            for (uint64_t n = 0; n < 300; n++) assert_true(iterate(&l, &methods[i], steps, n, BY_RATIO) == 0);
            double after = chance_of_best(&l, steps);
            if (before > 0.6 || after < 0.95)
                fail_msg("%s, %d steps: %g, was %g", rl_method_names[methods[i].method], steps, after,
                         before);
            end_learning(&l);
        }
}

/* With beta 0, one iteration and no clip grpo is REINFORCE weighted with its advantages, bit for bit: the
 * ratio of a first step is exactly 1. */
static void grpo_is_weighted_reinforce(void **state) {
    (void)state;
    const struct reinforcement grpo = {.method = RL_GRPO, .clip = 1e6, .iterations = 1};
    struct learning l[2];
    for (int told = BY_RATIO; told <= BY_WORD; told++) {
        begin_learning(&l[told], false);
        for (uint64_t n = 0; n < 20; n++) iterate(&l[told], &grpo, 2, n, (enum told)told);
    }
    assert_memory_equal(l[0].gpt->values, l[1].gpt->values, l[0].gpt->size * sizeof(real));
    struct learning other;
    begin_learning(&other, false);
    assert_memory_not_equal(l[0].gpt->values, other.gpt->values, other.gpt->size * sizeof(real));
    end_learning(&other);
    end_learning(&l[0]);
    end_learning(&l[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expected_gradients_are_the_true_one),
        cmocka_unit_test(scaled_gradients_are_sums_over_counts),
        cmocka_unit_test(drawn_gradients_are_near),
        cmocka_unit_test(expected_gradients_of_two_steps),
        cmocka_unit_test(optimum_is_reached),
        cmocka_unit_test(grpo_is_weighted_reinforce),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
