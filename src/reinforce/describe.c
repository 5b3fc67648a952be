/* What an iteration's completions came to. See describe.h. */
#include "reinforce/describe.h"

#include <math.h>
#include <string.h>

/* Sums over completions. */
struct described {
    double reward, squares, truth;
    int64_t answers, traces, unsound, malformed, ended, tokens, rewarded, malformed_rewarded, flat;
};

static void add_completion(struct described *d, const struct rollouts *r, const struct rewards *rewards,
                           enum rl_reward kind, size_t c) {
    const struct verdict *verdict = &r->verdict[c];
    bool rewarded = (kind == RL_REWARD_MODEL ? rewards->given : rewards->truth)[c] >= 0.5;
    d->reward += rewards->given[c];
    d->squares += rewards->given[c] * rewards->given[c];
    d->truth += rewards->truth[c];
    d->answers += verdict->answer;
    d->traces += verdict->trace;
    d->unsound += verdict->answer && !verdict->trace;
    d->malformed += verdict->malformed;
    d->ended += verdict->ended;
    d->tokens += (int64_t)(r->first_target[c + 1] - r->first_target[c]);
    d->rewarded += rewarded;
    d->malformed_rewarded += rewarded && verdict->malformed;
}

static bool is_flat(const struct rollouts *r, const struct rewards *rewards, size_t first) {
    for (size_t c = first + 1; c < first + (size_t)r->generations; c++)
        if (rewards->given[c] != rewards->given[first]) return false;
    return true;
}

void describe_rollouts(const struct rollouts *r, const struct rewards *rewards, enum rl_reward kind,
                       struct iteration *iteration) {
    struct described d = {0};
    double count = (double)r->count;
    for (size_t c = 0; c < r->count; c++) add_completion(&d, r, rewards, kind, c);
    for (size_t c = 0; c < r->count; c += (size_t)r->generations) d.flat += is_flat(r, rewards, c);
    double mean = d.reward / count, variance = d.squares / count - mean * mean;
    describe_nothing(iteration);
    iteration->reward = mean;
    iteration->reward_deviation = variance > 0 ? sqrt(variance) : 0;
    /* A single completion has no spread, and says nothing by that. */
    if (r->generations > 1) iteration->flat_groups = (double)d.flat / (double)r->problems->samples;
    iteration->true_reward = d.truth / count;
    iteration->accuracy_drawn = (double)d.answers / count;
    iteration->trace_drawn = (double)d.traces / count;
    if (d.answers) iteration->unsound_drawn = (double)d.unsound / (double)d.answers;
    iteration->malformed_drawn = (double)d.malformed / count;
    /* A part of a malformed completion may have right lines and deserve what they give. */
    if (d.rewarded && kind != RL_REWARD_LINE)
        iteration->malformed_reward = (double)d.malformed_rewarded / (double)d.rewarded;
    iteration->length = (double)d.tokens / count;
    iteration->truncated = 1 - (double)d.ended / count;
}

void describe_nothing(struct iteration *iteration) {
    const double unknown = NAN;
    *iteration = (struct iteration){.iteration = 0};
    for (const struct iteration_member *member = iteration_members; member->name; member++)
        if (!member->is_count) memcpy((char *)iteration + member->offset, &unknown, sizeof unknown);
}
