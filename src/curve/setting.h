/* Settings: what runs were trained with, apart from noise and seed. Runs of one setting, and of one noise,
 * lie on one curve; here it is decided which are, and what settings are called. */
#ifndef COTNOISE_CURVE_SETTING_H
#define COTNOISE_CURVE_SETTING_H

#include <stddef.h>

#include "record/collection.h"

/* <0, 0, >0 as two runs of a collection are in order by what was trained; 0: the same setting, whichever
 * sweep they are of. Options without effect on the result (threads, names) do not count. */
int setting_compare(const struct collection *collection, const struct record *a, const struct record *b);

/* The same by what the noise is apart from its rates and the share of samples that it reaches: noise.answer,
 * say. */
int setting_compare_noise(const struct collection *collection, const struct record *a,
                          const struct record *b);

/* The same by what was trained, leaving one field out of it: settings that differ in nothing else are then
 * equal. */
int setting_compare_but(const struct collection *collection, const struct field *but, const struct record *a,
                        const struct record *b);

/* The same, leaving reinforcement learning out of it (rl.*): what the supervised training before it was. */
int setting_compare_supervised(const struct collection *collection, const struct record *a,
                               const struct record *b);

/* Whether runs of two sweeps differ in nothing but what the sweeps differ in as wholes: options that have one
 * value in all runs of the one, and another in all runs of the other. */
bool setting_differ_by_sweep(const struct collection *collection, const struct record *a,
                             const struct record *b);

/* Which of the fields tell some settings apart. */
struct setting_names {
    bool sweep; /* they are of two sweeps */
    struct fields fields;
};

/* What settings are to be told apart by. */
enum setting_naming {
    NAMING_OPTIONS,
    NAMING_SWEEPS, /* the sweep first, then options */
    NAMING_NOISE,  /* settings of the noise instead */
};

/* Finds the fields that are needed to tell `count` settings apart, each given by a run of it: one whose value
 * follows from those before it is left out. Release with fields_free. */
enum err setting_find_names(const struct collection *collection, const struct record *const *settings,
                            size_t count, enum setting_naming naming, struct setting_names *names,
                            struct error *error);

/* Appends the values of these fields in plain words: "add, direct answer, 20,000 samples". */
void setting_describe(const struct collection *collection, const struct record *setting,
                      const struct setting_names *names, struct buffer *text);

/* The same of one of the settings among which the fields were found, with its task in front, and shorter: a
 * field is left out where those that are equal so far are equal in it as well. */
void setting_describe_task(const struct collection *collection, const struct record *const *settings,
                           size_t count, size_t which, const struct setting_names *names,
                           struct buffer *text);

#endif
