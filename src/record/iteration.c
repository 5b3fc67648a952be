/* What an iteration came to, member by member. See iteration.h. */
#include "record/iteration.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "record/metrics.h"

#define COUNT(n, f, text) \
    { .name = n, .offset = offsetof(struct iteration, f), .is_count = true, .doc = text }
#define NUMBER(n, f, text) \
    { .name = n, .tag = "rl/" n, .offset = offsetof(struct iteration, f), .doc = text }

const struct iteration_member iteration_members[] = {
    COUNT("iteration", iteration, "its number, from 1"),
    COUNT(METRICS_ROLLOUTS, rollouts, "completions drawn so far"),
    COUNT(METRICS_STEP, steps, "steps of the optimiser so far"),
    COUNT(METRICS_TOKENS, tokens, "tokens that it learned from so far, the parent's apart"),
    NUMBER(METRICS_REWARD, reward, "mean reward of this iteration's completions, after any flips"),
    NUMBER("reward_deviation", reward_deviation, "its standard deviation over them"),
    NUMBER("flat_groups", flat_groups, "share of the problems whose completions all have one reward"),
    NUMBER(METRICS_TRUE_REWARD, true_reward, "mean reward before flips"),
    NUMBER(METRICS_ACCURACY_DRAWN, accuracy_drawn, "share of the completions with the right answer"),
    NUMBER("trace_drawn", trace_drawn, "share with the right trace"),
    NUMBER("unsound_drawn", unsound_drawn, "of those with the right answer, the share with another trace"),
    NUMBER("malformed_drawn", malformed_drawn, "share that is malformed"),
    NUMBER("malformed_reward", malformed_reward, "share of malformed ones among the rewarded"),
    NUMBER("length", length, "mean tokens of a completion, `<eos>` included"),
    NUMBER("truncated", truncated, "share that did not end"),
    NUMBER("temperature", temperature, "that they were drawn at"),
    NUMBER(METRICS_RATE, learning_rate, "of the last step"),
    NUMBER(METRICS_KL, kl, "divergence from the parent (k3), nats a token"),
    NUMBER("drift", drift, "divergence from the policy that drew (k3), nats a token"),
    NUMBER(METRICS_ENTROPY, entropy, "of the policy, nats a token"),
    NUMBER("clipped", clipped, "share of the tokens whose ratio was clipped"),
    NUMBER("value_error", value_error, "mean squared error of the value head"),
    NUMBER(METRICS_GRADIENT, gradient_norm, "of the last step"),
    NUMBER("difference", difference,
           "largest difference between what decoder and learner take a token's log-probability for"),
    NUMBER("rollouts_per_second", rollouts_per_second, "drawn, while drawing"),
    NUMBER(METRICS_SPEED, tokens_per_second, "learned from, drawing included in the time"),
    {0},
};

static_assert(sizeof iteration_members / sizeof *iteration_members - 5 <= TENSORBOARD_SCALARS_MAX,
              "room for a scalar of each member but the counts");

static json_t *member_json(const struct iteration_member *member, const struct iteration *iteration) {
    const char *field = (const char *)iteration + member->offset;
    int64_t count;
    double number;
    if (member->is_count) return memcpy(&count, field, sizeof count), json_integer((json_int_t)count);
    memcpy(&number, field, sizeof number);
    return isfinite(number) ? json_real(number) : json_null();
}

json_t *iteration_json(const struct iteration *iteration) {
    json_t *json = json_object();
    int failed = !json;
    for (const struct iteration_member *member = iteration_members; member->name && !failed; member++)
        failed = json_object_set_new(json, member->name, member_json(member, iteration));
    if (!failed) return json;
    json_decref(json);
    return NULL;
}

int iteration_scalars(const json_t *line, struct tensorboard_scalar scalars[TENSORBOARD_SCALARS_MAX]) {
    int count = 0;
    for (const struct iteration_member *member = iteration_members; member->name; member++) {
        const json_t *value = json_object_get(line, member->name);
        if (!member->is_count && json_is_number(value))
            scalars[count++] = (struct tensorboard_scalar){member->tag, json_number_value(value)};
    }
    return count;
}
