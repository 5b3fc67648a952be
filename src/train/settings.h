/* From a document to a configuration: options as they were said, with the place where, applied in turn
 * and completed with defaults and the rules between options. */
#ifndef COTNOISE_TRAIN_SETTINGS_H
#define COTNOISE_TRAIN_SETTINGS_H

#include "train/config.h"
#include "train/options.h"
#include "train/tree.h"

/* One option said somewhere. */
struct setting {
    struct option_ref option;
    struct option_value value; /* text belongs to the tree */
    const struct tree *tree;
    int node;
    int tasks;     /* > 0: no option but "the mix has this many tasks, as by default" */
    bool numbered; /* task.2.name rather than task.name */
};

struct settings {
    struct setting *items;
    size_t count, capacity;
};

/* Appends what `node` says about `name`: an option ("data.samples"), a section ("data"), or "" for all.
 * Types, ranges and names are checked; nothing may be said twice within the list. The tree must outlive
 * the list. */
enum err settings_collect(struct settings *settings, const struct tree *tree, int node, const char *name,
                          struct error *error);

/* The same for a key (a node) of the section `section`, with `value` as its value. */
enum err settings_collect_key(struct settings *settings, const struct tree *tree, int key, int value,
                              const char *section, struct error *error);

/* ERR_INPUT when a key of a mapping is no text, or stands there before. Called for each key in turn. */
enum err settings_check_key(const struct tree *tree, int mapping, int key, struct error *error);

void settings_free(struct settings *settings);

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
