/* What a noise is: one kind of corruption, acting while the algorithm runs or on the finished trace.
 *
 * A noise is one file in noise/ that exports `const struct noise noise_FILE`. For every site it draws the
 * same numbers whether or not the site is hit, so that a higher rate corrupts a superset. */
#ifndef COTNOISE_TRACE_NOISE_H
#define COTNOISE_TRACE_NOISE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pcg.h"
#include "trace/decimal.h"
#include "trace/vocabulary.h"

enum { NOISE_KINDS_MAX = 32 };

/* In the order in which they act. */
enum noise_stage {
    NOISE_DYNAMIC, /* while the algorithm runs */
    NOISE_VALUES,  /* static: changes values */
    NOISE_LINES,   /* static: changes lines */
};

/* A finished trace under static noise. Sites are numbered on what the algorithm wrote (tokens, start); the
 * effects are collected in edit and order and take place when all kinds have had their turn. */
struct draft {
    const int32_t *tokens; /* lines without newlines, one after the other */
    const int *start;      /* lines + 1 offsets into tokens */
    int lines;
    bool answer_clean; /* spare the last line */
    int32_t *edit;     /* what each token becomes; -1: nothing */
    uint8_t *mark;     /* 1 where a token was corrupted */
    int *order;        /* which lines are written, in order */
    int ordered;       /* how many; room for 2 * lines */
    int corrupted;     /* sites with u < rate */
};

struct noise {
    const char *name, *summary;
    const char *site; /* what a site is, for people */
    enum noise_stage stage;
    /* Dynamic: passes over the sites of one assigned value; returns how many were hit. */
    int (*alter)(struct decimal *value, double rate, struct pcg *sites);
    /* Static: passes over the sites of the trace and adds its hits to draft->corrupted. */
    void (*apply)(struct draft *draft, double rate, struct pcg *sites);
};

#endif
