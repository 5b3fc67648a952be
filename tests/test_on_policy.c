/* Iterations of the methods that go by them, against the same written down once more from their parts: the
 * same weights, bit for bit; and what an iteration says of itself. */
#include <math.h>

#include "tests/reinforce_run.h"

enum { STEPS = 120, ITERATIONS = 3 };

static uint64_t seed_of(uint64_t iteration) {
    struct pcg pcg = pcg_stream(3, "rollout", iteration * 1024);
    uint64_t high = pcg_next(&pcg);
    return high << 32 | pcg_next(&pcg);
}

/* Draws and rewards iteration `n` of fresh problems. */
static void draw(struct reinforce_run *f, int64_t n) {
    const struct reinforcement *options = &f->config.rl;
    reinforce_problems(f, (uint64_t)(n * options->prompts), options->prompts);
    const struct rollout_options drawing = {.generations = options->generations,
                                            .max_new_tokens = f->run.evaluating.max_new_tokens,
                                            .temperature = options->temperature,
                                            .seed = seed_of((uint64_t)n),
                                            .value_head = learner_value_head(f->run.learner)};
    DONE(rollouts_draw(&f->work->rollouts, &f->work->problems.dataset, &drawing,
                       learner_folded(f->run.learner), f->run.team, f->work->judge, &error));
    assert_int_equal(rewards_give(&f->work->rewards, &f->work->rollouts, options->reward,
                                  options->reward_noise, 3,
                                  (uint64_t)(n * options->prompts * options->generations)),
                     ERR_OK);
}

/* One step on all completions with an advantage, weighted with it: REINFORCE, which knows of no ratio. */
static void step(struct reinforce_run *f, int64_t n) {
    const struct rollouts *r = &f->work->rollouts;
    size_t targets = r->first_target[r->count], count = 0, *order = calloc(r->count, sizeof *order);
    struct objective_target *goals = calloc(targets, sizeof *goals);
    assert_int_equal(credit_give(&f->work->credit, &f->config.rl, r, &f->work->rewards, NULL), ERR_OK);
    for (size_t c = 0; c < r->count; c++) {
        bool moves = false;
        for (size_t t = r->first_target[c]; t < r->first_target[c + 1]; t++) {
            goals[t] = (struct objective_target){
                .weight = 1 / (double)targets, .advantage = f->work->credit.advantage[t], .old = (double)NAN};
            moves |= goals[t].advantage != 0;
        }
        if (moves) order[count++] = c;
    }
    const struct objective objective = {
        .temperature = f->config.rl.temperature, .clip = (double)INFINITY, .clip_high = (double)INFINITY};
    struct gpt_batch lanes[BATCH_LANES];
    struct learner_step result;
    struct objective_sums sums;
    bool by_group = f->config.rl.method != RL_REINFORCE && f->config.rl.reward != RL_REWARD_LINE;
    assert_true(count > 8 && (!by_group || count < r->count)); /* some groups have no spread */
    assert_int_equal(packing_fill(&f->work->packing, r, order, count, goals, lanes), ERR_OK);
    double rate = learner_schedule(f->config.rl.learning_rate, n, 3, f->work->iterations);
    DONE(learner_reinforce(f->run.learner, f->run.team, lanes, &objective, rate, &result, &sums, &error));
    free(goals);
    free(order);
}

static void assert_same_weights(const struct reinforce_run *a, const struct reinforce_run *b) {
    assert_memory_equal(a->run.gpt->values, b->run.gpt->values, a->run.gpt->size * sizeof(real));
}

/* reinforce, rloo and grpo with beta 0, one iteration and no clip, by outcome, trace and line, at another
 * temperature than 1, and with rewards turned over: each is weighted REINFORCE, to the bit. */
static void weighted_reinforce_bit_for_bit(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"rl.method=reinforce", "rl.reward=outcome", "rl.temperature=1.2"},
        {"rl.method=rloo", "rl.reward=trace", "rl.reward_noise=0.1"},
        {"rl.method=grpo", "rl.reward=line", "rl.clip=1e6"},
        {"rl.method=grpo", "rl.scale=none", "rl.clip=1e6"},
    };
    static struct reinforce_run loop, parts;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        REINFORCE_OPEN(&loop, STEPS, cases[i][0], cases[i][1], cases[i][2]);
        REINFORCE_OPEN(&parts, STEPS, cases[i][0], cases[i][1], cases[i][2]);
        assert_same_weights(&loop, &parts);
        for (int64_t n = 0; n < ITERATIONS; n++) {
            DONE(on_policy_iterate(&loop.run, &error));
            draw(&parts, n);
            step(&parts, n);
            assert_same_weights(&loop, &parts);
            const struct iteration *latest = &loop.work->latest;
            assert_true(latest->difference == 0 && latest->drift == 0 && latest->clipped == 0);
            assert_true(n ? latest->kl > 0 : latest->kl == 0); /* it begins as the parent */
            assert_true(latest->temperature == loop.config.rl.temperature && latest->entropy > 0.05);
        }
        assert_memory_not_equal(loop.run.gpt->values, loop.work->parent->values,
                                loop.run.gpt->size * sizeof(real));
        assert_int_equal(loop.run.rollouts, ITERATIONS * 64);
        assert_int_equal(loop.run.step, ITERATIONS);
        assert_int_equal(loop.work->fresh, ITERATIONS * 8);
        reinforce_close(&loop);
        reinforce_close(&parts);
    }
}

/* Several passes in parts, a critic, and a divergence: more steps, and the same for any number of threads. */
static void all_of_it_for_any_threads(void **state) {
    (void)state;
    static const char *const cases[][4] = {
        {"rl.method=ppo", "rl.iterations=3", "rl.minibatches=4", "rl.beta=0.05"},
        {"rl.method=grpo", "rl.iterations=2", "rl.minibatches=3", "rl.beta=0.05"},
        {"rl.method=rloo", "rl.curriculum=replay", "rl.minibatches=1", "rl.beta=0.05"},
        {"rl.method=reinforce", "rl.curriculum=backtrack", "rl.entropy=0.01", "rl.beta=0.05"},
    };
    static const int steps[] = {12, 6, 1, 1};
    static struct reinforce_run one, three;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        REINFORCE_OPEN(&one, STEPS, cases[i][0], cases[i][1], cases[i][2], cases[i][3]);
        REINFORCE_OPEN(&three, STEPS, cases[i][0], cases[i][1], cases[i][2], cases[i][3], "train.threads=3");
        for (int n = 0; n < ITERATIONS; n++) {
            DONE(on_policy_iterate(&one.run, &error));
            DONE(on_policy_iterate(&three.run, &error));
            assert_same_weights(&one, &three);
            const struct iteration *latest = &one.work->latest;
            assert_true(latest->difference == 0);
            assert_int_equal(one.run.step, (n + 1) * steps[i]);
            assert_true(steps[i] > 1 ? latest->drift > 0 : latest->drift == 0);
            bool critic = one.config.rl.method == RL_PPO;
            assert_true(critic ? latest->value_error > 0 : latest->value_error == 0);
            assert_true(latest->reward == three.work->latest.reward && latest->kl == three.work->latest.kl);
        }
        reinforce_close(&one);
        reinforce_close(&three);
    }
}

/* All lines but the last are given at first, and only what follows is learned; of those that are too long for
 * what a model may learn, as many as there is room for. */
static void true_lines_are_given(void **state) {
    (void)state;
    static struct reinforce_run f;
    REINFORCE_OPEN(&f, STEPS, "rl.method=grpo", "rl.reward=line", "rl.curriculum=backtrack");
    for (int narrow = 0; narrow < 2; narrow++) {
        f.work->backtrack = backtrack_begin();
        if (narrow) {
            f.run.training.longest = 0;
            f.run.test.longest = 26; /* for the shorter problems alone */
        }
        DONE(on_policy_iterate(&f.run, &error));
        const struct rollouts *r = &f.work->rollouts;
        int given = 0;
        for (size_t c = 0; c < r->count; c++) {
            int64_t p = rollouts_problem(r, c);
            struct token_span truth = dataset_completion(r->problems, p), text = rollouts_text(r, c),
                              prompt = dataset_prompt(r->problems, p), from = rollouts_prompt(r, c);
            size_t most = truth.count;
            while (truth.id[most - 1] != TOKEN_NEWLINE) most--;
            bool fits = !narrow || prompt.count + most <= 26;
            while (!fits && most && (prompt.count + most > 26 || truth.id[most - 1] != TOKEN_NEWLINE)) most--;
            assert_int_equal(from.count, prompt.count + most);
            assert_memory_equal(text.id, truth.id, most * sizeof *text.id);
            given += fits;
        }
        assert_true(narrow ? given > 0 && given < (int)r->count : given == (int)r->count);
    }
    reinforce_close(&f);
}

/* Of a reward by line, given lines are no merit: right answers move the beginning back. */
static void solved_is_what_was_drawn(void **state) {
    (void)state;
    static struct reinforce_run f;
    REINFORCE_OPEN(&f, 0, "rl.method=grpo", "rl.reward=line",
                   "rl.curriculum=backtrack"); /* it knows nothing */
    DONE(on_policy_iterate(&f.run, &error));
    assert_true(f.work->latest.true_reward > 0.7 && f.work->latest.accuracy_drawn < 0.3);
    assert_int_equal(f.work->backtrack.tenths, 10);
    reinforce_close(&f);
    REINFORCE_OPEN(&f, 600, "rl.method=grpo", "rl.reward=line", "rl.curriculum=backtrack");
    DONE(on_policy_iterate(&f.run, &error));
    assert_true(f.work->latest.accuracy_drawn > 0.7);
    assert_int_equal(f.work->backtrack.tenths, 9);
    reinforce_close(&f);
}

/* Problems come again, by number, and the table knows how their rewards were spread. */
static void problems_come_again(void **state) {
    (void)state;
    static struct reinforce_run f;
    REINFORCE_OPEN(&f, STEPS, "rl.method=grpo", "rl.curriculum=replay");
    for (int n = 0; n < 4; n++) {
        DONE(on_policy_iterate(&f.run, &error));
        const struct rollouts *r = &f.work->rollouts;
        for (size_t first = 0; first < r->count; first += 8) {
            uint64_t number = f.work->numbers[first / 8];
            double right = 0;
            for (size_t c = first; c < first + 8; c++) right += f.work->rewards.given[c] / 8;
            int found = 0;
            for (int i = 0; i < f.work->replay.count; i++) {
                const struct replayed *level = &f.work->replay.level[i];
                if (level->index != number) continue;
                found++;
                assert_true(fabs(level->spread - right * (1 - right)) < 1e-12); /* of ones and zeros */
                assert_int_equal(level->drawn, n);
            }
            assert_int_equal(found, 1);
        }
    }
    assert_in_range(f.work->fresh, 8 + 5, 8 + 20); /* half of the later 24 */
    assert_int_equal(f.work->replay.count, f.work->fresh);
    reinforce_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weighted_reinforce_bit_for_bit),
        cmocka_unit_test(all_of_it_for_any_threads),
        cmocka_unit_test(true_lines_are_given),
        cmocka_unit_test(solved_is_what_was_drawn),
        cmocka_unit_test(problems_come_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
