/* A reward model: it learns who will be right, its lines add up to what it says of the whole, and noise turns
 * over what it gives. */
#include <math.h>

#include "tests/reinforce_run.h"

/* Completions begun with their first true line, so that one line of each is none of its own; some cut off. */
static void draw(struct reinforce_run *f) {
    static struct token_span beginning[64];
    reinforce_problems(f, 0, 64);
    for (int i = 0; i < 64; i++) {
        struct token_span truth = dataset_completion(&f->work.problems.dataset, i);
        size_t length = 0;
        while (truth.id[length++] != TOKEN_NEWLINE) continue;
        beginning[i] = (struct token_span){truth.id, length};
    }
    const struct rollout_options options = {
        .generations = 4, .max_new_tokens = 19, .temperature = 1.2, .seed = 2, .beginning = beginning};
    DONE(rollouts_draw(&f->work.rollouts, &f->work.problems.dataset, &options, learner_folded(f->run.learner),
                       f->run.team, f->work.judge, &error));
}

static void give(struct reinforce_run *f, enum rl_reward_model kind, double noise, struct rewards *rewards) {
    f->config.rl.reward_model = kind;
    f->config.rl.reward_noise = noise;
    DONE(reward_model_give(f->work.reward_model, &f->run, &f->work.rollouts, rewards, 5, &error));
}

static void assert_close(double found, double expected, double within) {
    if (!(fabs(found - expected) <= within)) fail_msg("%.17g, expected %.17g", found, expected);
}

static void learns_adds_up_and_is_turned_over(void **state) {
    (void)state;
    static struct reinforce_run f;
    struct rewards sparse = {0}, dense = {0}, over = {0};
    REINFORCE_OPEN(&f, 200, "rl.method=grpo", "rl.reward=model", "rl.reward_rollouts=4096",
                   "rl.learning_rate=3e-3");
    DONE(reward_model_create(&f.run, f.work.parent, f.work.prompts, f.work.judge, &f.work.reward_model,
                             &error));
    draw(&f);
    const struct rollouts *r = &f.work.rollouts;
    give(&f, RL_MODEL_SPARSE, 0, &sparse);
    give(&f, RL_MODEL_DENSE, 0, &dense);
    double mean[2] = {0}, number[2] = {0};
    int raised = 0, stub = 0;
    for (size_t c = 0; c < r->count; c++) {
        assert_true(sparse.truth[c] == r->verdict[c].answer && dense.truth[c] == r->verdict[c].answer);
        assert_true(sparse.given[c] >= 0 && sparse.given[c] <= 1);
        mean[r->verdict[c].answer] += sparse.given[c];
        number[r->verdict[c].answer]++;
        assert_close(dense.given[c], sparse.given[c], 1e-12); /* lines add up to the whole */
        assert_true(dense.line[r->first_line[c]] == 0);       /* given */
        for (size_t l = r->first_line[c] + 1; l < r->first_line[c + 1]; l++) raised += dense.line[l] != 0;
        struct token_span text = rollouts_text(r, c);
        if (r->written[c].stopped || text.id[text.count - 1] != TOKEN_NEWLINE) continue;
        assert_true(dense.line[r->first_line[c + 1] - 1] == 0); /* a line that was not begun */
        stub++;
    }
    assert_true(number[0] > 30 && number[1] > 30 && raised > 300 && stub > 0);
    assert_true(mean[1] / number[1] > mean[0] / number[0] + 0.2);

    give(&f, RL_MODEL_SPARSE, 1, &over);
    for (size_t c = 0; c < r->count; c++) assert_true(over.given[c] == 1 - sparse.given[c]);
    give(&f, RL_MODEL_DENSE, 1, &over);
    for (size_t l = 0; l < r->first_line[r->count]; l++) assert_true(over.line[l] == -dense.line[l]);
    give(&f, RL_MODEL_DENSE, 0.3, &over);
    double turned = 0, other = 0;
    for (size_t l = 0; l < r->first_line[r->count]; l++) {
        assert_true(fabs(over.line[l]) == fabs(dense.line[l]));
        turned += over.line[l] != dense.line[l];
        other += dense.line[l] != 0;
    }
    assert_close(turned / other, 0.3, 4 * sqrt(0.21 / other));
    rewards_free(&sparse);
    rewards_free(&dense);
    rewards_free(&over);
    reinforce_close(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(learns_adds_up_and_is_turned_over)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
