/* A mix: all that determines a training set, and the samples made from it.
 *
 * A sample is a pure function of (mix, seed, split, index, epoch): any thread makes the same one. The sides
 * of the split (split.h) are disjoint for every seed and every mix. */
#ifndef COTNOISE_DATA_MIX_H
#define COTNOISE_DATA_MIX_H

#include "base/err.h"
#include "data/split.h"
#include "trace/aim.h"
#include "trace/noise.h"
#include "trace/sample.h"
#include "trace/task.h"
#include "trace/vocabulary.h"

enum { MIX_TASKS = 32 };

enum format { FORMAT_TRACE, FORMAT_DIRECT, FORMAT_ANSWER_FIRST };
extern const char *const format_names[]; /* NULL-terminated, in the order of the enum */

/* Which lines of a training trace are left out, and how the share of them goes over the epochs: the same in
 * each, or from none in the first epoch up to all of the share in the last. */
enum sparsify_order { SPARSIFY_RANDOM, SPARSIFY_EARLIEST };
enum sparsify_schedule { SPARSIFY_CONSTANT, SPARSIFY_LINEAR };
extern const char *const sparsify_order_names[], *const sparsify_schedule_names[];

struct mix_entry {
    const struct task *task;
    double weight;      /* > 0 */
    struct sizes sizes; /* start from task->sizes */
};

struct mix {
    struct mix_entry entry[MIX_TASKS];
    int entries;
    enum visibility visibility[TASKS_MAX]; /* index in task_list */
    int line_limit;
    enum format format;
    double contamination;                       /* data.contamination */
    double rate[NOISE_KINDS_MAX];               /* index in noise_list */
    double kind_contamination[NOISE_KINDS_MAX]; /* noise.KIND.contamination; < 0: as data.contamination */
    bool answer_clean;                          /* noise.answer: clean */
    char names[AIM_TEXT_MAX];                   /* noise.names: lines that noise is aimed at; "": all */
    bool fixed_noise; /* data.fixed_noise: every epoch has the same noised samples; else each draws afresh */
    double refine;    /* chance that a dynamic error in a written line is mended by the line behind it */
    bool reverse;     /* completions write numbers least significant digit first; prompts never do */
    struct {
        double share; /* of the lines but the answer */
        enum sparsify_order order;
        enum sparsify_schedule schedule;
    } sparsify;
};

/* No entries, default visibilities, line limit 300, contamination 1, no noise, the same in every epoch. */
void mix_default(struct mix *mix);

/* ERR_INPUT when the mix has no entries or sizes that a task cannot use. */
enum err mix_check(const struct mix *mix, struct error *error);

/* The vocabulary: fixed tokens, then the names of the mix's tasks and of what they call, in declared order;
 * then `fix` where errors are mended. */
enum err mix_vocabulary(const struct mix *mix, struct vocabulary **out, struct error *error);

/* The same with the names of every task there is, and `fix`: for texts that may be of any. */
enum err mix_vocabulary_of_all(struct vocabulary **out, struct error *error);

/* Whether noise of the training samples is drawn afresh in every epoch (of several). */
bool mix_freshens(const struct mix *mix, int epochs);

/* Whether a training sample is not the same in every epoch, and the share of lines left out in one of them
 * (0 ... epochs - 1). */
bool mix_varies(const struct mix *mix, int epochs);
double mix_sparsity(const struct mix *mix, int epoch, int epochs);

/* Whether index i's task, names and all could be noised at all: some rate and contamination is above 0. */
bool mix_is_noisy(const struct mix *mix);

/* Whether a kind of noise_list acts on any sample. */
bool mix_noise_acts(const struct mix *mix, int kind);

struct mix_sampler; /* opaque: the scratch space of one thread */

/* Mix and vocabulary must outlive the sampler. want_clean: fill sample->clean too. */
enum err mix_sampler_create(const struct mix *mix, const struct vocabulary *vocabulary, bool want_clean,
                            struct mix_sampler **out, struct error *error);
void mix_sampler_free(struct mix_sampler *sampler);

/* From now on the sampler makes the training samples of this epoch; before, those of epoch 0 of 1. The
 * problems are those of every epoch, and the noise of epoch 0 is what it would be if it were fixed. */
void mix_sampler_set_epoch(struct mix_sampler *sampler, int epoch, int epochs);

/* Sample `index` of a side of the split, which may be the same problem as another index. Allocates nothing
 * once warm. Training samples alone are noised. ERR_INPUT when the sizes leave no problem on this side, or
 * the problem's clean trace is cut (mix_check_whole); an error leaves a sample that is of no use. */
enum err mix_sample(struct mix_sampler *sampler, uint64_t seed, enum split split, uint64_t index,
                    struct sample *out, struct error *error);

/* The same where the problem is known to be that of `hash`, the index's in a problem_set. */
enum err mix_sample_of(struct mix_sampler *sampler, uint64_t seed, enum split split, uint64_t index,
                       uint64_t hash, struct sample *out, struct error *error);

/* The sample of given arguments, noised as training sample `index` would be (other sides: clean). Whether its
 * clean trace is cut is left to the caller to look at. */
enum err mix_sample_problem(struct mix_sampler *sampler, uint64_t seed, enum split split, uint64_t index,
                            const struct task *task, const struct arguments *arguments, struct sample *out,
                            struct error *error);

/* ERR_INPUT, with what can be changed, when the clean trace of the sampler's latest sample is cut: it has no
 * true completion. The sample is of no more use then. */
enum err mix_check_whole(struct mix_sampler *sampler, const struct sample *sample, struct error *error);

#endif
