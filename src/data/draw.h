/* Which problem an index of a side of the split is: task, lengths and digits drawn from a stream of its own
 * until a problem of that side comes. */
#ifndef COTNOISE_DATA_DRAW_H
#define COTNOISE_DATA_DRAW_H

#include "base/err.h"
#include "data/split.h"

struct mix;

/* What is drawn: index `index` of a side. */
struct draw {
    const struct mix *mix;
    uint64_t seed;
    enum split split;
    uint64_t index;
    /* Which problems of the side will do, by their task_hash; NULL: any. One that will not is drawn again at
     * the same lengths. */
    bool (*accepts)(void *context, uint64_t hash);
    void *context;
};

/* A problem that was drawn. */
struct drawn {
    const struct task *task;
    struct arguments arguments;
    uint64_t hash; /* task_hash */
};

/* ERR_INPUT when the sizes leave no problem on this side, and *drawn is then undefined. *exhausted (may be
 * NULL without `accepts`) says that of the lengths that were drawn no problem of the side is acceptable:
 * there is no problem then either, but no error. */
enum err draw_problem(const struct draw *draw, struct drawn *drawn, bool *exhausted, struct error *error);

/* The problem of `hash` that index `index` of the same side had before; draw->accepts does not count. */
enum err draw_again(const struct draw *draw, uint64_t index, uint64_t hash, struct drawn *drawn,
                    struct error *error);

#endif
