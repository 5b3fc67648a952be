/* Evaluation: a model solves problems by writing text, and what it wrote is held against the truth.
 *
 * A problem is solved when its completion ends (<eos> within the limit) and its last line is exactly
 * `answer = value` with the true value, or one that the task's own judge finds right (trace/task_judge.h).
 * With several completions a problem, the answer given most often counts, among equals the one given first.
 */
#ifndef COTNOISE_TRAIN_EVALUATE_H
#define COTNOISE_TRAIN_EVALUATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/team.h"
#include "data/dataset.h"
#include "nn/decoder.h"
#include "record/record.h"
#include "trace/task_judge.h"
#include "train/labelling.h"
#include "train/tally.h"

struct evaluation_options {
    int max_new_tokens;                  /* >= 1 */
    int samples;                         /* completions a problem, >= 1 */
    double temperature;                  /* 0: greedy */
    uint64_t seed;                       /* of sampling */
    const struct vocabulary *vocabulary; /* of the model; NULL: the true answers alone are right */
    bool reverse;                        /* completions have numbers least significant digit first */
    struct labelling labelling;          /* what the model is asked with */
};

/* Mean cross entropy, in nats a token, over the completions and <eos> of up to `most` samples that lie evenly
 * among the given ones. ERR_INTERRUPTED when a stop is asked for meanwhile, ERR_DIVERGED when it is not
 * finite. */
enum err evaluate_loss(const struct gpt *gpt, struct team *team, const struct dataset *samples, int64_t most,
                       double *loss, struct error *error);

/* Evaluates `gpt` on `problems` (at least one), whose completions are the true ones. If `votes` is not NULL,
 * it gets one a problem; if `written` is not NULL, it gets problems x samples results, which the caller
 * frees with decoder_free_results. */
enum err evaluate_model(const struct gpt *gpt, struct team *team, const struct dataset *problems,
                        const struct evaluation_options *options, struct evaluation *evaluation,
                        struct vote *votes, struct decoder_result *written, struct error *error);

/* The judging half of it: what options->samples completions a problem (written[i * samples] and on for
 * problem i) come to. evaluation->test_loss stays as it is, all else is filled. ERR_RUNTIME without memory.
 */
enum err evaluate_judge(const struct dataset *problems, const struct evaluation_options *options,
                        const struct decoder_result *written, struct evaluation *evaluation,
                        struct vote *votes, struct error *error);

/* One completion of problem i, by the task's own judge where there is one; `judge` may be NULL. ERR_RUNTIME
 * without memory. */
enum err evaluate_completion(struct task_judge *judge, const struct dataset *problems, int64_t i,
                             const struct decoder_result *result, struct verdict *verdict,
                             struct error *error);

/* vote.winner, of n completions of a problem. `answers` is room for n. */
int evaluate_winner(const struct decoder_result *results, int n, bool answer_first,
                    struct tally_text *answers);

#endif
