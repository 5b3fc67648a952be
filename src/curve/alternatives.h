/* Where cells chose (`select`): the curves that there would be with one choice of values throughout, to show
 * by how much choosing moved each threshold. */
#ifndef COTNOISE_CURVE_ALTERNATIVES_H
#define COTNOISE_CURVE_ALTERNATIVES_H

#include "curve/curves.h"

struct alternatives {
    struct collection collection; /* all runs, chosen or not; they and the sources' names are borrowed */
    struct curves curves;         /* none where nothing was chosen; they point at `collection`'s runs */
};

/* Finds them, with thresholds as `chosen`, the curves of the collection, has them. Both must outlive
 * *alternatives, which alternatives_free releases. */
enum err alternatives_find(const struct collection *collection, const struct curves *chosen,
                           struct alternatives *alternatives, struct error *error);
void alternatives_free(struct alternatives *alternatives);

/* Whether `curve`, one of the alternatives, is `chosen` but for the values that cells chose. */
bool alternatives_match(const struct collection *collection, const struct curve *chosen,
                        const struct curve *curve);

#endif
