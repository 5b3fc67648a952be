/* Rollouts: completions that a model draws for problems, each judged against the truth.
 *
 * Completion c is the (c % generations)-th of problem c / generations. Its targets are the tokens that were
 * drawn, <eos> included where it came; its lines are what newlines part in the whole text, true lines that it
 * was given to begin with included. */
#ifndef COTNOISE_REINFORCE_ROLLOUTS_H
#define COTNOISE_REINFORCE_ROLLOUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "data/dataset.h"
#include "nn/decoder.h"
#include "trace/task_judge.h"
#include "train/labelling.h"

/* Start from {0}; filled again and again, released by rollouts_free. */
struct rollouts {
    const struct dataset *problems; /* borrowed: with their true completions */
    int generations;
    size_t count;
    struct decoder_result *written; /* by completion */
    struct verdict *verdict;
    size_t *first_target; /* count + 1 */
    size_t *first_line;   /* count + 1 */
    bool *line_right;     /* by line */
    struct decoder_request *request;
    size_t *first_text; /* count + 1 */
    struct tokens prompts, text;
    size_t capacity, line_capacity;
};

/* How they are drawn. */
struct rollout_options {
    int generations;
    int max_new_tokens;
    int trial;                          /* another drawing of the same problems: another seed */
    double temperature;                 /* 0: greedy */
    uint64_t seed;                      /* of this drawing: completion c draws from its stream c */
    const struct token_span *beginning; /* by problem: what its completions begin with; NULL: nothing */
    const real *value_head;             /* NULL: none */
    struct labelling labelling;
};

/* A seed for a drawing: from a stream of its own for each purpose and index. */
uint64_t rollouts_seed(uint64_t seed, const char *purpose, uint64_t index);

/* Draws and judges. `judge` is of the problems' vocabulary. ERR_RUNTIME, ERR_INTERRUPTED, ERR_DIVERGED: the
 * rollouts then hold nothing. */
enum err rollouts_draw(struct rollouts *rollouts, const struct dataset *problems,
                       const struct rollout_options *options, const struct folded *folded, struct team *team,
                       struct task_judge *judge, struct error *error);

/* Of completion c: its problem; what it was drawn from (<bos>, the prompt, its beginning); what was drawn,
 * without <eos>; and the text that was judged, beginning and all. Labels are in none of them. */
int64_t rollouts_problem(const struct rollouts *rollouts, size_t c);
struct token_span rollouts_prompt(const struct rollouts *rollouts, size_t c);
struct token_span rollouts_written(const struct rollouts *rollouts, size_t c);
struct token_span rollouts_text(const struct rollouts *rollouts, size_t c);

void rollouts_free(struct rollouts *rollouts);

#endif
