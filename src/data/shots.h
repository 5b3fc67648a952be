/* Few-shot prompts: exemplars, noised as training samples are, in front of a clean question.
 *
 * A question's exemplars are other problems of its task, from the training side of the split, and all
 * different. Each is the training sample of an index that pcg_stream(seed, "shots", the question's index)
 * draws, with the noise of that index. So they are the same problems at every rate of noise, a higher rate
 * corrupts a superset, and the first K exemplars are those of a prompt with K. */
#ifndef COTNOISE_DATA_SHOTS_H
#define COTNOISE_DATA_SHOTS_H

#include "data/mix.h"

enum { SHOTS_MAX = 256 };

struct shots; /* opaque: what makes prompts, for one thread */

/* For prompts with `count` exemplars (0 ... SHOTS_MAX), as the training samples of this epoch are (0 ...
 * epochs - 1). Mix and vocabulary must outlive it. ERR_RUNTIME without memory. */
enum err shots_create(const struct mix *mix, const struct vocabulary *vocabulary, int count, int epoch,
                      int epochs, struct shots **out, struct error *error);
void shots_free(struct shots *shots);

/* Puts exemplars in front of a question, which another sampler made: question->prompt becomes, for each, its
 * prompt, its completion, the end of that line and an empty line; then the question's prompt. `contaminated`,
 * `corrupted` and `truncated` become what they are of all exemplars. The tokens belong to `shots` until the
 * next call. ERR_INPUT when the sizes leave too few different problems. */
enum err shots_prompt(struct shots *shots, uint64_t seed, struct sample *question, struct error *error);

/* Appends the last prompt as a request to a chat model, a line of the OpenAI batch API: the exemplars'
 * prompts and the question are the user's turns, the exemplars' completions the model's, no turn with a
 * newline at its end; `custom_id` is TASK-INDEX of the question. `model` is its name, in UTF-8. */
void shots_request(const struct shots *shots, const struct sample *question, const char *model,
                   bool space_digits, struct buffer *out);

#endif
