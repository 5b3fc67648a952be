/* A configuration in the making: settings applied in turn, completed with defaults and the rules between
 * options. */
#ifndef COTNOISE_SPEC_PARTIAL_H
#define COTNOISE_SPEC_PARTIAL_H

#include "spec/settings.h"

enum { PARTIAL_START_MAX = 64 };

/* A configuration in the making. Large: tens of kilobytes. */
struct partial {
    struct config config;
    const struct setting *origin[OPTION_SLOTS];     /* where each option was said; NULL: default */
    const struct setting *start[PARTIAL_START_MAX]; /* what was said in `start`, the later over the earlier */
    int start_count;                                /* may be more, which partial_finish refuses */
};

/* Every option at its default; what follows from others is left to partial_finish. */
void partial_begin(struct partial *partial);

/* Applies settings, the later over the earlier; those of `start` are only kept (start.h). They must outlive
 * the partial. */
void partial_apply(struct partial *partial, const struct settings *settings);

/* Fills in what follows from other options (a preset's shape, a task's sizes, ...) and checks the rules
 * between options. `label` is blamed where no place in a document is. */
enum err partial_finish(struct partial *partial, const char *label, struct error *error);

/* Puts the options whose names begin so ("rl.") back to what they are where nothing is said. */
void partial_unset(struct partial *partial, const char *section);

/* Sets one option, or the number of tasks. */
void partial_set(struct partial *partial, const struct setting *setting);

/* Where the latest option of a section ("model.", "task.") of this index was said; NULL: nowhere. */
const struct setting *partial_latest(const struct partial *partial, const char *section, int index);

#endif
