/* `select`: the options whose value each cell takes by its validation accuracy, of those that the grid tries.
 */
#ifndef COTNOISE_SPEC_SELECT_H
#define COTNOISE_SPEC_SELECT_H

#include "base/err.h"
#include "spec/options.h"
#include "spec/tree.h"

enum { SELECT_MAX = 16 };

struct select {
    struct option_ref option[SELECT_MAX];
    int count;
};

/* Reads the name of an option, or a list of names; what was there is replaced. ERR_INPUT where one cannot be
 * chosen by how well a model trains: what is no option, is no matter of training or says what the problems,
 * the noise or the seeds are. */
enum err select_read(struct select *select, const struct tree *tree, int node, struct error *error);

#endif
