/* Repair: what of the accuracy that noise in supervised data took, reinforcement learning gave back.
 *
 * A cell of runs that learned on (rl.method) is held against the runs that it started from, its parents, and
 * against the clean model: runs trained as the parents were, without noise. With the mean accuracies of the
 * three, repair = (child - parent) / (clean - parent): 0 nothing, 1 all of it. */
#ifndef COTNOISE_CURVE_REPAIR_H
#define COTNOISE_CURVE_REPAIR_H

#include "curve/pairs.h"
#include "curve/seed_cells.h"
#include "curve/statistics.h"

/* One side of the comparison. `level` has its trials; its count is 0 where there are no such runs. */
struct repair_side {
    const struct record **runs;
    struct trial *trials;
    struct level level;
};

enum repair_status {
    REPAIR_MEASURED,
    REPAIR_NO_CLEAR_LOSS, /* the clean model is not clearly better than the parents: nothing to divide by */
    REPAIR_NO_CLEAN,      /* there are no such runs */
    REPAIR_NO_PARENT,
};

/* "measured", "no_clear_loss", ..., in the order of the enum. */
extern const char *const repair_status_names[];

struct repair {
    struct repair_side child, parent,
        clean; /* of children those alone whose parents are there, if any's are */
    enum repair_status status;
    struct difference gain; /* child - parent; all NaN without parents */
    double share;           /* repair; NaN unless measured, and so are its ends */
    double low, high;       /* of its 95 % interval */
};

struct repairs {
    struct repair *repair; /* by noise, weakest first, then by settings of the children */
    size_t count;
    struct seed_cells cells; /* of the children */
};

/* Finds them. *repairs borrows from the collection; release it with repairs_free. ERR_RUNTIME without memory.
 */
enum err repairs_find(const struct collection *collection, struct repairs *repairs, struct error *error);
void repairs_free(struct repairs *repairs);

/* Sets share, low and high from the three levels, whose clean one is clearly above the parents'
 * (pairs_difference). The interval holds each r at which child - parent - r (clean - parent) is within what
 * chance does: the wider of seeds, which are paired, and test problems (contrast.h).
 * Source: E. C. Fieller, "Some problems in interval estimation", Journal of the Royal Statistical Society B
 * 16 (1954). */
void repair_divide(const struct level *child, const struct level *parent, const struct level *clean,
                   struct repair *repair);

/* The run that says what supervised training the children went on from: the first parent, or where none is
 * there the first child. */
const struct record *repair_trained(const struct repair *repair);

/* Mean of a column (columns.h) over the runs that have a number there; NaN where none has. */
double repair_mean(const struct repair_side *side, const char *column);

/* repair.csv: a row each, written whole or not at all. */
enum err repairs_write_csv(const struct collection *collection, const struct repairs *repairs,
                           const char *path, struct error *error);

#endif
