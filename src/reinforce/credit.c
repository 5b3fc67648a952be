/* From rewards to an advantage for each target. See credit.h. */
#include "reinforce/credit.h"

#include <stdlib.h>

#include "base/memory.h"
#include "reinforce/advantage.h"

void credit_free(struct credit *credit) {
    free(credit->advantage);
    free(credit->returns);
    free(credit->completion);
    free(credit->line);
    free(credit->reward);
    free(credit->lines);
    *credit = (struct credit){0};
}

static enum err make_room(struct credit *credit, const struct rollouts *r) {
    size_t targets = r->first_target[r->count], returns = credit->target_capacity;
    size_t rewards = returns, completions = credit->completion_capacity;
    if (memory_reserve(&credit->returns, &returns, targets, sizeof *credit->returns) ||
        memory_reserve(&credit->reward, &rewards, targets, sizeof *credit->reward) ||
        memory_reserve(&credit->advantage, &credit->target_capacity, targets, sizeof *credit->advantage) ||
        memory_reserve(&credit->lines, &completions, r->count, sizeof *credit->lines) ||
        memory_reserve(&credit->completion, &credit->completion_capacity, r->count,
                       sizeof *credit->completion))
        return ERR_RUNTIME;
    return memory_reserve(&credit->line, &credit->line_capacity, r->first_line[r->count],
                          sizeof *credit->line);
}

/* --- which line a target is of ------------------------------------------------------------------------- */

/* The line of completion c in which its first target lies: those that it was given come before. */
static size_t first_drawn_line(const struct rollouts *r, size_t c) {
    struct token_span written = rollouts_written(r, c);
    size_t line = r->first_line[c + 1] - 1; /* the last one, if no newline was drawn */
    for (size_t t = 0; t < written.count; t++) line -= written.id[t] == TOKEN_NEWLINE;
    return line;
}

/* Spreads what is by line over the targets of completion c. */
static void spread_lines(const struct rollouts *r, size_t c, const double *line, double *target) {
    struct token_span written = rollouts_written(r, c);
    size_t at = first_drawn_line(r, c), first = r->first_target[c];
    for (size_t t = first; t < r->first_target[c + 1]; t++) {
        target[t] = line[at];
        at += t - first < written.count && written.id[t - first] == TOKEN_NEWLINE;
    }
}

/* Puts what is by line at the last target of each line of completion c, and 0 elsewhere. */
static void put_lines(const struct rollouts *r, size_t c, const double *line, double scale, double *target) {
    struct token_span written = rollouts_written(r, c);
    size_t at = first_drawn_line(r, c), first = r->first_target[c], end = r->first_target[c + 1];
    for (size_t t = first; t < end; t++) {
        bool newline = t - first < written.count && written.id[t - first] == TOKEN_NEWLINE;
        target[t] = newline || t + 1 == end ? line[at] * scale : 0;
        at += newline;
    }
}

/* --- methods ------------------------------------------------------------------------------------------- */

/* The divergence of a completion from the parent, in nats: what its tokens' log-probabilities differ. */
static double divergence(const struct rollouts *r, size_t c, const double *reference) {
    double sum = 0;
    const double *drawn = r->written[c].log_probabilities;
    for (size_t t = r->first_target[c]; t < r->first_target[c + 1]; t++)
        sum += drawn[t - r->first_target[c]] - reference[t];
    return sum;
}

/* One advantage a completion. */
static void compare_completions(struct credit *credit, const struct reinforcement *options,
                                const struct rollouts *r, const struct rewards *rewards,
                                const double *reference) {
    int groups = (int)(r->count / (size_t)r->generations);
    double *reward = credit->reward; /* at least as many targets as completions */
    for (size_t c = 0; c < r->count; c++) {
        reward[c] = rewards->given[c];
        if (options->method == RL_RLOO && options->beta > 0)
            reward[c] -= options->beta * divergence(r, c, reference);
    }
    if (options->method == RL_RLOO)
        advantage_leave_one_out(reward, groups, r->generations, credit->completion);
    else if (options->method == RL_GRPO)
        advantage_group(reward, groups, r->generations, options->scale == RL_SCALE_GROUP, credit->completion);
    else
        advantage_mean(reward, (int)r->count, credit->completion);
    for (size_t c = 0; c < r->count; c++)
        for (size_t t = r->first_target[c]; t < r->first_target[c + 1]; t++)
            credit->advantage[t] = credit->completion[c];
}

/* One advantage a line. */
static void compare_lines(struct credit *credit, const struct reinforcement *options,
                          const struct rollouts *r, const struct rewards *rewards, const double *reference) {
    bool scaled = options->method == RL_GRPO && options->scale == RL_SCALE_GROUP;
    for (size_t c = 0; c < r->count; c++) credit->lines[c] = (int)(r->first_line[c + 1] - r->first_line[c]);
    advantage_lines(rewards->line, credit->lines, (int)r->problems->samples, r->generations, scaled,
                    credit->line);
    bool penalised = options->method == RL_RLOO && options->beta > 0;
    for (size_t c = 0; c < r->count && penalised; c++)
        credit->completion[c] = -options->beta * divergence(r, c, reference);
    if (penalised)
        advantage_leave_one_out(credit->completion, (int)r->problems->samples, r->generations,
                                credit->completion);
    for (size_t c = 0; c < r->count; c++) {
        spread_lines(r, c, credit->line, credit->advantage);
        for (size_t t = r->first_target[c]; t < r->first_target[c + 1] && penalised; t++)
            credit->advantage[t] += credit->completion[c];
    }
}

/* What a line's reward counts for in its completion's; what a dense model says adds up by itself. */
static double line_share(const struct reinforcement *options, const struct rollouts *r, size_t c) {
    return options->reward == RL_REWARD_LINE ? 1 / (double)rewards_lines(r, c) : 1;
}

/* Rewards token by token, and the critic's view of them. */
static void estimate(struct credit *credit, const struct reinforcement *options, const struct rollouts *r,
                     const struct rewards *rewards, const double *reference) {
    for (size_t c = 0; c < r->count; c++) {
        size_t first = r->first_target[c], length = r->first_target[c + 1] - first;
        double *reward = credit->reward + first;
        if (reinforcement_is_by_line(options)) {
            put_lines(r, c, rewards->line, line_share(options, r, c), credit->reward);
        } else {
            for (size_t t = 0; t < length; t++) reward[t] = 0;
            reward[length - 1] = rewards->given[c];
        }
        for (size_t t = 0; t < length && options->beta > 0; t++)
            reward[t] -= options->beta * (r->written[c].log_probabilities[t] - reference[first + t]);
        advantage_estimate(reward, r->written[c].values, (int)length, 1, options->lambda,
                           credit->advantage + first, credit->returns + first);
    }
    advantage_whiten(credit->advantage, (int)r->first_target[r->count]);
}

enum err credit_give(struct credit *credit, const struct reinforcement *options,
                     const struct rollouts *rollouts, const struct rewards *rewards,
                     const double *reference) {
    if (make_room(credit, rollouts)) return ERR_RUNTIME;
    if (options->method == RL_PPO)
        estimate(credit, options, rollouts, rewards, reference);
    else if (reinforcement_is_by_line(options))
        compare_lines(credit, options, rollouts, rewards, reference);
    else
        compare_completions(credit, options, rollouts, rewards, reference);
    return ERR_OK;
}
