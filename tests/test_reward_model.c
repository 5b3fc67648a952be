/* A reward model: it learns who will be right, its lines add up to what it says of the whole, and noise turns
 * over what it gives. */
#include <math.h>

#include "tests/reinforce_run.h"

/* Completions begun with their first true line, so that one line of each is none of its own. */
static void draw(struct reinforce_run *f, int max_new_tokens) {
    static struct token_span beginning[64];
    reinforce_problems(f, 0, 64);
    for (int i = 0; i < 64; i++) {
        struct token_span truth = dataset_completion(&f->work->problems.dataset, i);
        size_t length = 0;
        while (truth.id[length++] != TOKEN_NEWLINE) continue;
        beginning[i] = (struct token_span){truth.id, length};
    }
    const struct rollout_options options = {.generations = 4,
                                            .max_new_tokens = max_new_tokens,
                                            .temperature = 1.2,
                                            .seed = 2,
                                            .beginning = beginning};
    DONE(rollouts_draw(&f->work->rollouts, &f->work->problems.dataset, &options,
                       learner_folded(f->run.learner), f->run.team, f->work->judge, &error));
}

static void give(struct reinforce_run *f, enum rl_reward_model kind, double noise, struct rewards *rewards) {
    f->config.rl.reward_model = kind;
    f->config.rl.reward_noise = noise;
    DONE(reward_model_give(f->work->reward_model, &f->run, &f->work->rollouts, rewards, 5, &error));
}

static void assert_close(double found, double expected, double within) {
    if (!(fabs(found - expected) <= within)) fail_msg("%.17g, expected %.17g", found, expected);
}

/* What it expects of right completions is more than of wrong ones. */
static void knows_who_is_right(void **state) {
    struct reinforce_run *f = *state;
    struct rewards sparse = {0};
    double mean[2] = {0}, number[2] = {0};
    draw(f, 40);
    give(f, RL_MODEL_SPARSE, 0, &sparse);
    for (size_t c = 0; c < f->work->rollouts.count; c++) {
        bool right = f->work->rollouts.verdict[c].answer;
        assert_true(sparse.truth[c] == right && sparse.given[c] >= 0 && sparse.given[c] <= 1);
        mean[right] += sparse.given[c];
        number[right]++;
    }
    assert_true(number[0] > 30 && number[1] > 30);
    assert_true(mean[1] / number[1] > mean[0] / number[0] + 0.03);
    rewards_free(&sparse);
}

/* Dense rewards add up to the sparse one. A line that was given did nothing, and neither did the empty one
 * behind the newline at which a completion was cut off. */
static void lines_add_up(void **state) {
    struct reinforce_run *f = *state;
    struct rewards sparse = {0}, dense = {0};
    int raised = 0, cut = 0;
    draw(f, 16); /* the longer ones are cut off before their answers */
    give(f, RL_MODEL_SPARSE, 0, &sparse);
    give(f, RL_MODEL_DENSE, 0, &dense);
    const struct rollouts *r = &f->work->rollouts;
    for (size_t c = 0; c < r->count; c++) {
        struct token_span text = rollouts_text(r, c);
        size_t first = r->first_line[c], end = r->first_line[c + 1];
        assert_close(dense.given[c], sparse.given[c], 1e-12);
        assert_true(dense.truth[c] == r->verdict[c].answer && dense.line[first] == 0);
        for (size_t l = first + 1; l < end; l++) raised += dense.line[l] != 0;
        if (r->written[c].stopped || text.id[text.count - 1] != TOKEN_NEWLINE) continue;
        assert_true(dense.line[end - 1] == 0 && dense.line[end - 2] != 0);
        cut++;
    }
    assert_true(raised > 300 && cut > 30);
    rewards_free(&sparse);
    rewards_free(&dense);
}

/* R becomes 1 - R, and what a line raised what it lowered. */
static void rewards_are_turned_over(void **state) {
    struct reinforce_run *f = *state;
    struct rewards plain = {0}, over = {0};
    const struct rollouts *r = &f->work->rollouts;
    double turned = 0, moved = 0;
    draw(f, 16);
    give(f, RL_MODEL_SPARSE, 0, &plain);
    give(f, RL_MODEL_SPARSE, 1, &over);
    for (size_t c = 0; c < r->count; c++) assert_true(over.given[c] == 1 - plain.given[c]);
    give(f, RL_MODEL_DENSE, 0, &plain);
    give(f, RL_MODEL_DENSE, 1, &over);
    for (size_t l = 0; l < r->first_line[r->count]; l++) assert_true(over.line[l] == -plain.line[l]);
    give(f, RL_MODEL_DENSE, 0.3, &over);
    for (size_t l = 0; l < r->first_line[r->count]; l++) {
        assert_true(fabs(over.line[l]) == fabs(plain.line[l]));
        turned += over.line[l] != plain.line[l];
        moved += plain.line[l] != 0;
    }
    assert_close(turned / moved, 0.3, 4 * sqrt(0.21 / moved));
    rewards_free(&plain);
    rewards_free(&over);
}

static int open_run(void **state) {
    static struct reinforce_run f;
    REINFORCE_OPEN(&f, 200, "rl.method=grpo", "rl.reward=model", "rl.reward_rollouts=4096",
                   "rl.learning_rate=3e-3");
    *state = &f;
    return 0;
}

static int close_run(void **state) {
    reinforce_close(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_who_is_right),
        cmocka_unit_test(lines_add_up),
        cmocka_unit_test(rewards_are_turned_over),
    };
    return cmocka_run_group_tests(tests, open_run, close_run);
}
