/* Replays: an algorithm runs again on a sample's problem and is held against the lines that the sample gives.
 *
 * Where a given value differs from the computed one, two stories are possible. It was changed on paper
 * (static noise), and the algorithm goes on with what it computed; or it was changed in the algorithm
 * (dynamic noise), which then goes on with what is given. A replay follows one story at each such line and
 * counts what it leaves unexplained. */
#ifndef COTNOISE_PROFILE_REPLAY_H
#define COTNOISE_PROFILE_REPLAY_H

#include "base/err.h"
#include "data/mix.h"
#include "profile/lines.h"

enum story { STORY_STATIC, STORY_DYNAMIC };

/* What a replay counted. Given lines find their partners in order, by name; a computed line whose name is
 * not the next given one is missing. */
struct replay_outcome {
    int lines;          /* computed lines, the answer too */
    int missing;        /* of them, without a partner */
    int left;           /* given lines without a partner */
    int differing;      /* lines whose value differs from the computed one */
    int static_wrong;   /* digits taken as changed on paper */
    int dynamic_wrong;  /* digits taken as changed in the algorithm */
    int dynamic_errors; /* the same, but what a written call returns counts as two at most: an error inside it
                           may change any digit */
    int dynamic_digits; /* digits of values, where the story is dynamic and shapes agree */
    int static_reshaped; /* values of another shape than computed, taken as changed on paper */
    int reshaped;        /* values of another shape than computed, which static digit noise cannot make */
    int leading_zeros;   /* given lines with a number such as 07 (70 where reversed), which an algorithm never
                            writes */
    int answer_digits, answer_wrong; /* given answer against computed one; wrong is 1 at least if shapes
                                        differ */
};

struct replayer; /* opaque: the scratch space of one thread */

/* Mix (visibility, line limit and reverse are used) and vocabulary must outlive it. */
enum err replayer_create(const struct mix *mix, const struct vocabulary *vocabulary, struct replayer **out,
                         struct error *error);
void replayer_free(struct replayer *replayer);

/* Runs the task without following anybody: the clean trace, valid until the replayer is used again. ERR_INPUT
 * when the line limit cuts it. */
enum err replay_clean(struct replayer *replayer, const struct task *task, const struct arguments *arguments,
                      struct lines *clean, struct error *error);

/* Replays: the first `decided` differing lines follow decision[0 ... decided - 1], the others `otherwise`. */
enum err replay_sample(struct replayer *replayer, const struct task *task, const struct arguments *arguments,
                       struct lines given, const enum story *decision, int decided, enum story otherwise,
                       struct replay_outcome *outcome, struct error *error);

#endif
