/* `select`: of the values that the grid tries of some options, each cell takes the one that validates best.
 *
 * A cell is the runs that differ in nothing but the options of `select` and the seed; a candidate is those of
 * it that differ in the seed alone. Of the candidates with as many seeds as any (a sweep may be unfinished)
 * the one with the best mean validation accuracy is chosen, the first of equal ones. Test problems have no
 * say in it. */
#ifndef COTNOISE_RECORD_SELECTION_H
#define COTNOISE_RECORD_SELECTION_H

#include "record/collection.h"
#include "spec/spec.h"

struct selection_candidate {
    const struct record *const *runs; /* by seed */
    size_t count;                     /* of runs, at least 1 */
    double validation, accuracy;      /* means; NaN where a run did not validate */
    bool chosen;
};

struct selection {
    const struct record **order; /* runs behind the candidates */
    struct selection_candidate *candidate;
    size_t count;
};

/* Keeps in collection->records the runs of the chosen candidates, moves the others to collection->passed_over
 * and says in collection->selected what was chosen. Nothing happens without a spec, or one that selects
 * nothing. ERR_RUNTIME without memory. */
enum err selection_separate(struct collection *collection, const struct spec *spec, struct error *error);

/* The candidates of a collection that is finished, chosen or not. Release with selection_free. */
enum err selection_make(const struct collection *collection, struct selection *selection,
                        struct error *error);
void selection_free(struct selection *selection);

/* Whether the value of a field, or what its column says of it, was chosen cell by cell in the sweep of a run.
 */
bool selection_has(const struct collection *collection, const struct record *run, const struct field *field);

/* <0, 0, >0 as two runs are in order by a field. Those whose sweep chose the value come first and are equal,
 * whatever was chosen: a tuned sweep is no run of an untuned one. */
int selection_compare(const struct collection *collection, const struct field *field, const struct record *a,
                      const struct record *b);

/* Writes selection.csv, a row a candidate: what it is, the values, seeds, means, whether it was chosen. */
enum err selection_write_csv(const struct collection *collection, const char *path, struct error *error);

#endif
