/* The table of options: one row each, which drives the spec file, `key=value` on the command line, --help,
 * the record of a run (config.json) and its ID.
 *
 * Some rows stand for several options: `noise.*.rate` is there for every kind of noise, `visibility.*` for
 * every task, `task.*.min_digits` for every task of the mix. A row and an index name one option. */
#ifndef COTNOISE_TRAIN_OPTIONS_H
#define COTNOISE_TRAIN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buffer.h"
#include "train/config.h"

enum option_type { OPTION_INTEGER, OPTION_NUMBER, OPTION_CHOICE, OPTION_STRING };

/* What the index of an option counts. */
enum option_family { FAMILY_ONE, FAMILY_TASK, FAMILY_NOISE, FAMILY_VISIBILITY };

struct option_row {
    const char *name; /* dotted, `*` where the index goes */
    enum option_type type;
    enum option_family family;
    size_t offset, size; /* of the field in struct config, at index 0 */
    size_t stride;       /* bytes from one index to the next */
    double low, high;    /* inclusive; low_open: greater than low */
    bool low_open;
    bool matters;                      /* to a result: enters the run's ID */
    const char *initial;               /* default as a spec would write it; NULL: derived from others */
    const char *(*choice)(int number); /* OPTION_CHOICE: the names of 0, 1, ...; NULL after the last */
    const char *doc;                   /* one line, with the unit */
};

struct option {
    const struct option_row *row;
    int index;
};

/* A value that fits its row. */
struct value {
    double number;    /* OPTION_NUMBER */
    int64_t integer;  /* OPTION_INTEGER; OPTION_CHOICE: the choice's number */
    const char *text; /* OPTION_STRING, not owned */
};

/* Longest dotted name with its NUL. */
enum { OPTION_NAME_MAX = 96 };

/* Rows in order; NULL row at the end. */
const struct option_row *options_table(void);

/* How many options a row stands for (MIX_TASKS for tasks). */
int option_count(const struct option_row *row);

/* A small number of its own for each option: 0 ... option_slots() - 1. */
int option_slot(struct option option);
int option_slots(void);

/* The option of a dotted name: `data.samples`, `noise.digit` (its rate), `task.min_digits` (of a single
 * task or the first), `task.2.min_digits`. False when there is none. */
bool option_find(const char *name, struct option *option);

/* Dotted name of an option; tasks are numbered from 1, a single one (tasks == 1) is not numbered. */
void option_name(struct option option, int tasks, char name[OPTION_NAME_MAX]);

/* What a spec may say: "an integer from 1 to 100", "one of trace, direct". */
void option_allowed(const struct option_row *row, struct buffer *allowed);

/* Reads `text`; `quoted` text is never a number. False when the row does not allow it, and
 * *problem (static text) then says in what way. */
bool option_parse(const struct option_row *row, const char *text, bool quoted, struct value *value,
                  const char **problem);

/* The field of an option in a configuration. option_set copies text. */
struct value option_get(struct option option, const struct config *config);
void option_set(struct option option, struct value value, struct config *config);
bool option_equal(const struct option_row *row, struct value a, struct value b);

/* Whether an option has any effect on the result of this very configuration. */
bool option_has_effect(struct option option, const struct config *config);

/* For --help: every option with its default, what is allowed and what it does. */
void options_print(FILE *stream);

#endif
