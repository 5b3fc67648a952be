/* What one iteration of reinforcement learning came to: a line of metrics.jsonl, and TensorBoard's tags. */
#ifndef COTNOISE_RECORD_ITERATION_H
#define COTNOISE_RECORD_ITERATION_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/tensorboard.h"

struct iteration {
    int64_t iteration, rollouts, steps,
        tokens;                      /* done so far; tokens: of the optimiser, the parent's apart */
    double reward, reward_deviation; /* over this iteration's completions, after any flips */
    double flat_groups;              /* share of the problems whose completions all have one reward */
    double true_reward;              /* before flips */
    double accuracy_drawn;           /* share of the completions with the right answer */
    double trace_drawn;              /* ... with the right trace */
    double unsound_drawn; /* of those with the right answer, the share with another trace; NaN without any */
    double malformed_drawn;
    double malformed_reward; /* share of malformed completions among the rewarded ones; NaN without any */
    double length;           /* mean tokens of a completion, <eos> included */
    double truncated;        /* share that did not end */
    double temperature, learning_rate;
    double kl;      /* k3 from the parent, nats a token; NaN where it is not measured */
    double drift;   /* k3 from the policy that wrote, nats a token; the same */
    double entropy; /* nats a token */
    double clipped; /* share of the targets */
    double value_error;
    double gradient_norm;
    double difference;          /* largest |log-probability of the decoder - of the learner| of a target */
    double rollouts_per_second; /* drawn, in the time that drawing took */
    double tokens_per_second;   /* learned from, in the time of the process so far, drawing included */
};

/* The members of such a line, in their order, up to one without a name. */
struct iteration_member {
    const char *name;
    const char *tag; /* of TensorBoard: "rl/reward"; NULL for counts, of which rollouts are its step */
    size_t offset;   /* in struct iteration */
    bool is_count;   /* int64_t, else double */
    const char *doc; /* as in docs/formats.md */
};
extern const struct iteration_member iteration_members[];

/* The line, with null for what is not finite. A new reference; NULL without memory. */
json_t *iteration_json(const struct iteration *iteration);

/* What of a line TensorBoard is told: the members that are numbers. Returns how many. */
int iteration_scalars(const json_t *line, struct tensorboard_scalar scalars[TENSORBOARD_SCALARS_MAX]);

#endif
