/* Training: gradients of a batch, AdamW, and the state that a resumed run goes on from.
 *
 * A batch is a fixed number of lanes; threads take lanes, and their gradients are added in the order of the
 * lanes, so a step gives the same bits for any number of threads. */
#ifndef COTNOISE_NN_LEARNER_H
#define COTNOISE_NN_LEARNER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/team.h"
#include "nn/folded.h"
#include "nn/objective.h"
#include "nn/timing.h"

/* Samples laid end to end without padding. Sample s is tokens starts[s] ... starts[s + 1] - 1. */
struct gpt_batch {
    const int32_t *tokens;
    const int32_t *targets; /* at each token, the token that should follow, or -1 for no loss here */
    const int32_t *starts;  /* samples + 1 of them, ascending, starts[0] is 0 */
    int samples;            /* may be 0 */
    const struct objective_target *goals; /* at each token, like targets; learner_reinforce's alone */
};

struct learner_options {
    int lanes;           /* of each batch, >= 1; changes the last bits of the result */
    int threads;         /* how many lanes may run at once, >= 1; changes nothing but time and memory */
    int longest;         /* tokens in the longest sample, 1 ... config.positions */
    int chunk;           /* tokens that a lane works on at a time; 0: chosen by the model's size */
    bool recompute;      /* keep less for backward and compute it again; the same result */
    double weight_decay; /* AdamW, on matrices only, embeddings included */
    double clip;         /* largest norm of the whole gradient; 0: no clipping */
    double beta1, beta2; /* AdamW; 0.9 and 0.95 are usual (0.999 in the paper) */
    double adam_epsilon; /* AdamW, 1e-8 */
    bool value_head;     /* a linear layer from the last normalised row to one number, zero at first */
};

/* The usual options: 4 lanes, 1 thread, decay 0.01, clip 1, betas 0.9 and 0.95; `longest` as given. */
struct learner_options learner_defaults(int longest);

struct learner_step {
    double loss;          /* mean over all targets of the batch, in nats; with an objective, its sum */
    double gradient_norm; /* before clipping */
    int64_t tokens;       /* in the batch */
    int64_t targets;
};

struct learner; /* opaque: its buffers must agree with each other */

/* A learner of `gpt`, which stays the caller's and must outlive it; all memory of training is taken here. */
enum err learner_create(struct gpt *gpt, const struct learner_options *options, struct learner **learner,
                        struct error *error);
void learner_free(struct learner *learner);

/* One step of AdamW on options.lanes lanes at that learning rate. ERR_DIVERGED when loss or gradient is not
 * finite, ERR_INTERRUPTED when a stop is asked for meanwhile (the parameters are then unchanged), ERR_INPUT
 * for a token outside the vocabulary, a sample that is too long or a batch without targets. Allocates
 * nothing. */
enum err learner_step(struct learner *learner, struct team *team, const struct gpt_batch *lanes,
                      double learning_rate, struct learner_step *result, struct error *error);

/* The same for what `objective` says of the targets and their goals: one step that lowers its sum. `sums` is
 * what it came to before the step. A value loss needs a learner with a value head. */
enum err learner_reinforce(struct learner *learner, struct team *team, const struct gpt_batch *lanes,
                           const struct objective *objective, double learning_rate,
                           struct learner_step *result, struct objective_sums *sums, struct error *error);

/* The gradient of the mean loss by the parameters, laid out as gpt.values, without changing them. */
enum err learner_gradient(struct learner *learner, struct team *team, const struct gpt_batch *lanes,
                          struct learner_step *result, const real **gradient, struct error *error);

/* The same of an objective's sum; behind it, at gpt.size, that by the value head, laid out as it is. */
enum err learner_objective_gradient(struct learner *learner, struct team *team, const struct gpt_batch *lanes,
                                    const struct objective *objective, struct learner_step *result,
                                    struct objective_sums *sums, const real **gradient, struct error *error);

/* The value head's number at each target: values[lane][t] is written where that lane's targets[t] >= 0. */
enum err learner_values(struct learner *learner, struct team *team, const struct gpt_batch *lanes,
                        double *const values[], struct error *error);

/* The model as the passes read it, as of the last step, for score_prepared and decoder_run between steps. */
const struct folded *learner_folded(const struct learner *learner);

/* The value head: width weights, then the bias; for decoder_options too. NULL without. */
const real *learner_value_head(const struct learner *learner);

/* Must follow a change of gpt.values from outside (initialisation, loading). */
void learner_refresh(struct learner *learner);

/* The same where training is to begin anew: moments, step and value head become zero too. */
void learner_restart(struct learner *learner);

/* Steps taken so far. */
int64_t learner_steps(const struct learner *learner);

/* Bytes that learner_create took, the parameters not counted. */
size_t learner_bytes(const struct learner *learner);

/* Seconds spent so far in each part, summed over the threads. */
void learner_timing(const struct learner *learner, double seconds[TIMING_PARTS]);

/* Parameters (the value head's too), AdamW's moments, the step and `note` (the caller's own state, any UTF-8
 * text) in one safetensors file, written whole or not at all. */
enum err learner_save(const struct learner *learner, const char *path, const char *note, struct error *error);

/* The note alone, to be freed. ERR_INPUT for a file that is damaged. */
enum err learner_read_note(const char *path, char **note, struct error *error);

/* Reads it back into learner and gpt, bit for bit; *note (may be NULL) is the caller's (free). ERR_INPUT with
 * what is wrong for a file that is damaged or of another shape; learner and gpt are then unchanged. */
enum err learner_load(struct learner *learner, const char *path, char **note, struct error *error);

/* Learning rate of step 0, 1, ... total - 1: linear warm-up to `peak`, then a cosine down to a tenth of it.
 */
double learner_schedule(double peak, int64_t step, int64_t warmup, int64_t total);

#endif
