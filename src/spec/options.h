/* The table of options: one row each, which drives the spec file, `key=value` on the command line, --help,
 * the record of a run (config.json) and its ID.
 *
 * Some rows stand for several options: `noise.*.rate` is there for every kind of noise, `visibility.*` for
 * every task, `task.*.min_digits` for every task of the mix. A row and an index name one option. */
#ifndef COTNOISE_SPEC_OPTIONS_H
#define COTNOISE_SPEC_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buffer.h"
#include "spec/config.h"

enum option_type {
    OPTION_INTEGER, /* int or int64_t */
    OPTION_NUMBER,  /* double */
    OPTION_CHOICE,  /* an enum, bool or int: the number of the choice */
    OPTION_TASK,    /* a choice kept as const struct task * */
    OPTION_STRING,  /* char [] */
};

enum option_counts { COUNTS_NOTHING, COUNTS_TASKS, COUNTS_NOISES, COUNTS_CALLED }; /* what an index counts */

/* What a path leads to, where that and not the path itself is what matters. */
enum option_content { CONTENT_NONE, CONTENT_FILE, CONTENT_MODEL };

struct option_row {
    const char *name; /* dotted, `*` where the index goes */
    enum option_type type;
    enum option_counts counts;
    size_t offset, size; /* of the field in struct config, at index 0 */
    size_t stride;       /* bytes from one index to the next */
    double low, high;    /* OPTION_INTEGER, OPTION_NUMBER: the range, both ends included */
    bool positive;       /* and greater than 0 */
    bool matters;        /* to a result: enters the run's ID */
    bool of_noise;       /* says what the noise is, not what is trained */
    bool typed;          /* on the command line alone: a spec may not say it */
    bool retells;        /* says in short what options that matter say: tells runs apart, is not in the ID */
    const char *initial; /* default as a spec would write it; NULL: follows from other options */
    const char *(*choice)(int number); /* names of choice 0, 1, ...; NULL after the last */
    bool (*accepts)(const char *text); /* OPTION_STRING */
    const char *accepted;              /* what that is, for people */
    enum option_content content;
    bool (*effect)(const struct config *config, int index); /* see option_has_effect; NULL: always */
    const char *doc;                                        /* one line, with the unit */
};

struct option_ref {
    const struct option_row *row;
    int index;
};

/* A value that fits its row. */
struct option_value {
    double number;    /* OPTION_NUMBER */
    int64_t integer;  /* OPTION_INTEGER; OPTION_CHOICE and OPTION_TASK: the choice's number */
    const char *text; /* OPTION_STRING, not owned */
};

enum {
    OPTION_NAME_MAX = 96,    /* longest dotted name with its NUL */
    OPTION_INDEX_MAX = 64,   /* no row stands for more options */
    OPTION_SLOTS = 128 * 64, /* bound of option_slot */
};

/* Rows in order, up to one without a name. */
const struct option_row *options_table(void);

/* How many options a row stands for. */
int option_count(const struct option_row *row);

/* A number of its own for each option, below OPTION_SLOTS. */
int option_slot(struct option_ref option);

/* The option of a dotted name: `data.samples`, `noise.digit` (its rate), `task.min_digits` (of the first
 * task), `task.2.min_digits`. False when there is none. */
bool option_find(const char *name, struct option_ref *option);

/* The inverse. Tasks are numbered, from 1, where a mix has several. */
void option_name(struct option_ref option, int tasks, char name[OPTION_NAME_MAX]);

/* The same as sections are nested: noise.digit.rate, task.min_digits whatever the index. */
void option_path(struct option_ref option, char name[OPTION_NAME_MAX]);

/* The n-th name that a spec may say behind `section` ("data" -> "samples", ...; "" -> "name", "data", ...).
 * False after the last. */
bool options_below(const char *section, int n, char name[OPTION_NAME_MAX]);

/* Appends what a spec may say: "an integer from 1 to 100", "one of trace, direct". */
void option_allowed(const struct option_row *row, struct buffer *allowed);

/* Reads `text`; text in quotes is never a number. ERR_INPUT when the row does not allow it: *problem (static
 * text) then says in what way. */
enum err option_parse(const struct option_row *row, const char *text, bool quoted, struct option_value *value,
                      const char **problem);

/* The field of an option in a configuration. option_set copies text; a returned text is the field. */
struct option_value option_get(struct option_ref option, const struct config *config);
void option_set(struct option_ref option, struct option_value value, struct config *config);
bool option_equal(const struct option_row *row, struct option_value a, struct option_value b);

/* <0, 0, >0: by number, choices in the order of the row, text by bytes. */
int option_compare(const struct option_row *row, struct option_value a, struct option_value b);

/* Appends a value as JSON, which a spec can say as well. */
void option_print(const struct option_row *row, struct option_value value, struct buffer *text);

/* Whether an option can change the result of this very configuration. */
bool option_has_effect(struct option_ref option, const struct config *config);

/* The same of an option as it was said: a size of a family (index 0) is said of all its tasks. */
bool option_is_felt(struct option_ref option, const struct config *config);
bool option_is_family(const struct option_row *row);           /* task.family */
bool option_is_of_reinforcement(const struct option_row *row); /* rl.* */

/* For --help: every option with its default, what is allowed and what it does. */
void options_print(FILE *stream);

#endif
