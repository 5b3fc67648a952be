/* What a noise is: one kind of corruption, acting while the algorithm runs or on the finished trace.
 *
 * A noise is one file in noise/ that exports `const struct noise noise_FILE`. For every site it draws the
 * same numbers whether or not the site is hit, so that a higher rate corrupts a superset. */
#ifndef COTNOISE_TRACE_NOISE_H
#define COTNOISE_TRACE_NOISE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pcg.h"
#include "trace/alphabets.h"
#include "trace/decimal.h"
#include "trace/vocabulary.h"

enum { NOISE_KINDS_MAX = 32 };

/* In the order in which they act. */
enum noise_stage {
    NOISE_DYNAMIC, /* while the algorithm runs */
    NOISE_VALUES,  /* static: changes values */
    NOISE_LINES,   /* static: changes lines */
};

/* How many sites a kind went through, and at how many of them u was below the rate. */
struct tally {
    int64_t sites, hits;
};

/* Draws u for one site and counts it. True when the site is corrupted. Without a tally the site is one that
 * noise is not aimed at: it draws all the same, is never hit, and does not count. */
static inline bool noise_hits(double rate, struct pcg *sites, struct tally *tally) {
    bool hit = pcg_unit(sites) < rate;
    if (!tally) return false;
    tally->sites++;
    tally->hits += hit;
    return hit;
}

/* A finished trace under static noise. Sites are numbered on what the algorithm wrote (tokens, start); the
 * effects are collected in the other arrays and take place when all kinds have had their turn. */
struct draft {
    const int32_t *tokens;             /* lines without newlines, one after the other */
    const int *start;                  /* lines + 1 offsets into tokens */
    int lines;                         /* the last is the answer: it stays, once, in the last place */
    bool answer_clean;                 /* spare it altogether */
    const bool *aimed;                 /* whether noise is aimed at each line; NULL: it is at all */
    int32_t *edit;                     /* what each token becomes; -1: nothing */
    uint8_t *mark;                     /* 1 where a token was corrupted */
    int *value_of;                     /* which line's value each line gets: its own, to begin with */
    uint8_t *copies;                   /* how often each line is written: 1, to begin with */
    int *order;                        /* which line stands in each place */
    const struct alphabets *alphabets; /* of the symbols in it (corruption.h) */
};

/* noise_hits for a site on a line of a draft. */
static inline bool noise_hits_line(const struct draft *draft, int line, double rate, struct pcg *sites,
                                   struct tally *tally) {
    return noise_hits(rate, sites, !draft->aimed || draft->aimed[line] ? tally : NULL);
}

struct noise {
    const char *name, *summary;
    const char *site; /* what a site is, for people */
    enum noise_stage stage;
    /* Dynamic, one of two. Alter: passes over the sites of one assigned number (for a list it is called for
     * each number in it; symbols and truths have one way, corruption.h). Tally as for noise_hits. Forget:
     * whether a variable that has a value keeps it, whatever was assigned. */
    void (*alter)(struct decimal *value, double rate, struct pcg *sites, struct tally *tally);
    bool (*forget)(double rate, struct pcg *sites, struct tally *tally);
    bool held; /* alter also acts on what algorithms keep without writing it: hold() of trace.h */
    /* Static: passes over the sites of the trace. */
    void (*apply)(struct draft *draft, double rate, struct pcg *sites, struct tally *tally);
};

#endif
