/* What completions are rewarded. See rewards.h. */
#include "reinforce/rewards.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"

void rewards_free(struct rewards *rewards) {
    free(rewards->truth);
    free(rewards->given);
    free(rewards->line);
    *rewards = (struct rewards){0};
}

enum err rewards_reserve(struct rewards *rewards, const struct rollouts *rollouts) {
    size_t given = rewards->capacity;
    if (memory_reserve(&rewards->line, &rewards->line_capacity, rollouts->first_line[rollouts->count],
                       sizeof *rewards->line) ||
        memory_reserve(&rewards->given, &given, rollouts->count, sizeof *rewards->given))
        return ERR_RUNTIME;
    return memory_reserve(&rewards->truth, &rewards->capacity, rollouts->count, sizeof *rewards->truth);
}

double rewards_turned_over(double reward, double noise, struct pcg *pcg) {
    return pcg_unit(pcg) < noise ? 1 - reward : reward;
}

size_t rewards_lines(const struct rollouts *rollouts, size_t c) {
    size_t lines = rollouts->first_line[c + 1] - rollouts->first_line[c],
           of_truth = (size_t)rollouts->verdict[c].lines;
    return of_truth > lines ? of_truth : lines;
}

/* The share of right lines, before and after some are turned over. */
static void reward_lines(struct rewards *rewards, const struct rollouts *rollouts, size_t c, double noise,
                         struct pcg *pcg) {
    size_t first = rollouts->first_line[c], lines = rollouts->first_line[c + 1] - first;
    double truth = 0, given = 0;
    for (size_t l = first; l < first + lines; l++) {
        rewards->line[l] = rewards_turned_over(rollouts->line_right[l], noise, pcg);
        truth += rollouts->line_right[l];
        given += rewards->line[l];
    }
    rewards->truth[c] = truth / (double)rewards_lines(rollouts, c);
    rewards->given[c] = given / (double)rewards_lines(rollouts, c);
}

enum err rewards_give(struct rewards *rewards, const struct rollouts *rollouts, enum rl_reward kind,
                      double noise, uint64_t seed, uint64_t first) {
    assert(kind != RL_REWARD_MODEL);
    if (rewards_reserve(rewards, rollouts)) return ERR_RUNTIME;
    uint64_t purpose = pcg_purpose("reward flip");
    for (size_t c = 0; c < rollouts->count; c++) {
        struct pcg pcg = pcg_stream_of(seed, purpose, first + c);
        const struct verdict *verdict = &rollouts->verdict[c];
        if (kind == RL_REWARD_LINE) {
            reward_lines(rewards, rollouts, c, noise, &pcg);
            continue;
        }
        rewards->truth[c] = kind == RL_REWARD_OUTCOME ? verdict->answer : verdict->trace;
        rewards->given[c] = rewards_turned_over(rewards->truth[c], noise, &pcg);
    }
    return ERR_OK;
}
