/* pass@k: how many problems a model solves with k attempts, and what else many attempts at each say.
 *
 * The completions of one problem are drawn with sampling streams of their own, which no other evaluation has,
 * and of which fewer completions a problem are the first: those of n = 8 are among those of n = 64. */
#ifndef COTNOISE_TRAIN_PASS_EVALUATE_H
#define COTNOISE_TRAIN_PASS_EVALUATE_H

#include "record/pass_evaluation.h"
#include "train/evaluate.h"

/* Draws options->samples (1 ... PASS_SAMPLES_MAX) completions for each of the problems (at least one) and
 * judges them, a part of the problems at a time: memory does not grow with their number, and the outcome
 * depends on neither that nor the number of threads. Temperature above 0. ERR_INTERRUPTED when a stop is
 * asked for meanwhile; *pass is then untouched. */
enum err pass_evaluate_model(const struct gpt *gpt, struct team *team, const struct dataset *problems,
                             const struct evaluation_options *options, struct pass_evaluation *pass,
                             struct error *error);

/* The judging half of it, of completions that are there: written[i * samples] and on for problem i. pass@k is
 * the mean over problems of pass_at_k; its interval is Wilson's for as many trials as would leave a share so
 * uncertain as the spread between problems does, so that of pass@n it is that of the share of problems with a
 * right completion. */
enum err pass_evaluate_judge(const struct dataset *problems, const struct evaluation_options *options,
                             const struct decoder_result *written, struct pass_evaluation *pass,
                             struct error *error);

/* The sampling stream of a completion. */
uint64_t pass_evaluate_stream(int64_t problem, int sample);

#endif
