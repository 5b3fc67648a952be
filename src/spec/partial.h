/* A configuration in the making: settings applied in turn, completed with defaults and the rules between
 * options. */
#ifndef COTNOISE_SPEC_PARTIAL_H
#define COTNOISE_SPEC_PARTIAL_H

#include "spec/settings.h"

/* A configuration in the making. Large: tens of kilobytes. */
struct partial {
    struct config config;
    const struct setting *origin[OPTION_SLOTS]; /* where each option was said; NULL: default */
};

/* Every option at its default; what follows from others is left to partial_finish. */
void partial_begin(struct partial *partial);

/* Applies settings, the later over the earlier. They must outlive the partial. */
void partial_apply(struct partial *partial, const struct settings *settings);

/* Fills in what follows from other options (a preset's shape, a task's sizes, ...) and checks the rules
 * between options. `label` is blamed where no place in a document is. */
enum err partial_finish(struct partial *partial, const char *label, struct error *error);

#endif
