/* Lanes of a step: each chosen completion once, in order, its targets with their goals where it was drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "reinforce/packing.h"
#include "tests/rollouts_by_hand.h"

static const struct hand_completion drawn[] = {
    {"", "x = 1\nanswer = 3", true},
    {"x = 1\n", "answer = 3", true},
    {"", "", true},
    {"", "x", false},
    {"", "x = 1\n", false},
    {"x = 1\n", "", true},
    {"", "x x x x x x x", true},
    {"", "x = 5", true},
};
enum { COMPLETIONS = sizeof drawn / sizeof *drawn };

/* A goal that says which target it is of. */
static struct objective_target *make_goals(const struct rollouts *r) {
    struct objective_target *goals = calloc(r->first_target[r->count], sizeof *goals);
    for (size_t t = 0; t < r->first_target[r->count]; t++) goals[t].advantage = (double)t + 1;
    return goals;
}

/* One sequence: prompt, beginning and all that was drawn but its last token; the first target is what follows
 * the prompt. */
static void assert_sequence(const struct rollouts *r, size_t c, const struct gpt_batch *lane, int s) {
    struct token_span prompt = rollouts_prompt(r, c), written = rollouts_written(r, c);
    size_t targets = written.count + r->written[c].stopped;
    int32_t begin = lane->starts[s];
    assert_int_equal(lane->starts[s + 1] - begin, prompt.count + targets - 1);
    for (size_t t = 0; t + 1 < prompt.count + targets; t++) {
        int32_t token = t < prompt.count ? prompt.id[t] : written.id[t - prompt.count];
        assert_int_equal(lane->tokens[begin + (int32_t)t], token);
        if (t + 1 < prompt.count) {
            assert_int_equal(lane->targets[begin + (int32_t)t], -1);
            continue;
        }
        size_t of = t + 1 - prompt.count;
        int32_t target = of < written.count ? written.id[of] : TOKEN_EOS;
        assert_int_equal(lane->targets[begin + (int32_t)t], target);
        assert_true(lane->goals[begin + (int32_t)t].advantage == (double)(r->first_target[c] + of) + 1);
    }
}

/* Packs and looks at all of it; returns the tokens of the fullest lane. */
static int32_t check(struct packing *packing, const struct rollouts *r, const struct objective_target *goals,
                     const size_t *chosen, size_t count) {
    struct gpt_batch lanes[BATCH_LANES];
    assert_int_equal(packing_fill(packing, r, chosen, count, goals, lanes), ERR_OK);
    size_t next = 0;
    int32_t most = 0;
    for (int lane = 0; lane < BATCH_LANES; lane++) {
        assert_int_equal(lanes[lane].starts[0], 0);
        for (int s = 0; s < lanes[lane].samples; s++) {
            assert_true(next < count);
            assert_sequence(r, chosen[next++], &lanes[lane], s);
        }
        int32_t tokens = lanes[lane].starts[lanes[lane].samples];
        if (tokens > most) most = tokens;
    }
    assert_int_equal(next, count);
    return most;
}

static void each_once_with_its_goals(void **state) {
    (void)state;
    struct hand h;
    struct packing packing = {0};
    hand_open(&h, "x = 1\nanswer = 3", 1, drawn, COMPLETIONS);
    const struct rollouts *r = &h.rollouts;
    struct objective_target *goals = make_goals(r);
    const size_t all[] = {0, 1, 2, 3, 4, 5, 6, 7}, some[] = {6, 2, 0}, one[] = {5};
    /* 10 + 10 + 3 + 3 + 6 + 7 + 10 + 6 tokens, so 14 to a lane and half the longest more at most. */
    assert_in_range(check(&packing, r, goals, all, 8), 14, 14 + 10);
    check(&packing, r, goals, some, 3); /* memory is used again; some lanes have nothing */
    assert_int_equal(check(&packing, r, goals, one, 1), 7);
    assert_int_equal(check(&packing, r, goals, all, 0), 0);
    packing_free(&packing);
    assert_null(packing.ids);
    free(goals);
    hand_close(&h);
}

/* Many of one length: the lanes are equal. */
static void lanes_are_balanced(void **state) {
    (void)state;
    struct hand_completion same[40];
    size_t chosen[40];
    for (size_t i = 0; i < 40; i++) {
        same[i] = (struct hand_completion){"", "x = 1\nanswer = 3", true};
        chosen[i] = 39 - i;
    }
    struct hand h;
    struct packing packing = {0};
    hand_open(&h, "x = 1\nanswer = 3", 4, same, 40);
    struct objective_target *goals = make_goals(&h.rollouts);
    assert_int_equal(check(&packing, &h.rollouts, goals, chosen, 40), 100);
    packing_free(&packing);
    free(goals);
    hand_close(&h);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_once_with_its_goals),
        cmocka_unit_test(lanes_are_balanced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
