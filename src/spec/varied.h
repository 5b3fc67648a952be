/* In which options the runs of a spec differ, and their parents: what tells them apart. */
#ifndef COTNOISE_SPEC_VARIED_H
#define COTNOISE_SPEC_VARIED_H

#include "spec/partial.h"

enum varied_kind {
    VARIED_RUNS,    /* options of the runs that the grid asks for */
    VARIED_PARENTS, /* options of the runs that they start from */
    VARIED_START, /* options that `start` gives, as far as they differ there; data.samples: 0 without a parent
                   */
    VARIED_KINDS
};

struct varied {
    bool slot[VARIED_KINDS][OPTION_SLOTS];
    bool in_start[OPTION_SLOTS];
    bool met, met_parent;
    int64_t samples;            /* of the first run's parent, 0 where `start` gives none */
    struct partial run, parent; /* the first ones */
};

/* Takes a finished run into account, with its parent (NULL: it has none). */
void varied_note(struct varied *varied, const struct partial *run, const struct partial *parent);

/* The n-th option of a kind. False after the last; *option then means nothing. */
bool varied_option(const struct varied *varied, enum varied_kind kind, int n, struct option_ref *option);

#endif
