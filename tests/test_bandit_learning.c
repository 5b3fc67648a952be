/* A model that learns a choice among three tokens, once or twice: the optimum is reached by each method, and
 * a first step's ratio is exactly 1. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "nn/score.h"
#include "reinforce/packing.h"
#include "tests/bandit.h"
#include "tests/toy_model.h"

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
        cmocka_unit_test(optimum_is_reached),
        cmocka_unit_test(grpo_is_weighted_reinforce),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
