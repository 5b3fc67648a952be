/* Options as a document says them, each with the place where. partial.h makes a configuration of them. */
#ifndef COTNOISE_SPEC_SETTINGS_H
#define COTNOISE_SPEC_SETTINGS_H

#include "base/err.h"
#include "spec/options.h"
#include "spec/tree.h"

/* One option said somewhere. */
struct setting {
    struct option_ref option;
    struct option_value value; /* text belongs to the tree */
    const struct tree *tree;
    int node;
    int tasks;     /* > 0: no option but "the mix has this many tasks, as by default" */
    bool numbered; /* task.2.name rather than task.name */
    bool of_start; /* said in `start`, of the run that this one starts from */
};

struct settings {
    struct setting *items;
    size_t count, capacity;
    bool in_start; /* what is being collected stands in `start` */
};

/* Appends what `node` says about `name`: an option ("data.samples"), a section ("data"), or "" for all.
 * Types, ranges and names are checked; nothing may be said twice within the list. The tree must outlive
 * the list. */
enum err settings_collect(struct settings *settings, const struct tree *tree, int node, const char *name,
                          struct error *error);

/* The same for a key (a node) of the section `section`, with `value` as its value. In the section "" also for
 * `start` and `start.NAME`, what is said of a run's parent: any option but those of the sweep (name, seeds,
 * report.*) and rl.*, and data.samples may be 0 for no parent. A mapping `task` there changes what it names
 * alone. */
enum err settings_collect_key(struct settings *settings, const struct tree *tree, int key, int value,
                              const char *section, struct error *error);

/* Whether two settings of one run cannot both count: they are of one option, or one names a task and the
 * other a family. */
bool settings_clash(const struct setting *a, const struct setting *b);

/* ERR_INPUT when a key of a mapping is no text, or stands there before. Called for each key in turn. */
enum err settings_check_key(const struct tree *tree, int mapping, int key, struct error *error);

void settings_free(struct settings *settings);

#endif
