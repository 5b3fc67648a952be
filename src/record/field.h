/* What runs can differ in: a column of results.csv, an option, or an extra (what was said of a parent, or an
 * option that only another version of the program knows). By fields tables get their columns, curves their
 * settings and settings their names. */
#ifndef COTNOISE_RECORD_FIELD_H
#define COTNOISE_RECORD_FIELD_H

#include "record/columns.h"
#include "spec/options.h"

/* One of the three. */
struct field {
    const struct column *column;
    struct option_ref option; /* .row NULL: it is none */
    const char *extra;        /* name of an extra; borrowed from a record */
    bool extra_is_option;     /* as the extra says */
};

struct fields {
    struct field *field;
    size_t count, capacity;
};

enum err fields_add(struct fields *fields, struct field field, struct error *error);
void fields_free(struct fields *fields);

/* The dotted name of an option ("noise.digit", "train.learning_rate"), the name of a column or an extra.
 * `tasks`: of the largest mix; with several, options of a task are numbered. */
void field_name(const struct field *field, int tasks, char name[OPTION_NAME_MAX]);

/* Whether the field says something about this record: an option without effect on it does not, nor does a
 * kind's own contamination where that is the general one. The rate of a noise always does. */
bool field_applies(const struct field *field, const struct record *record);

/* Whether the field is part of what the noise is, rather than of what is trained: rates, contaminations,
 * noise.answer. */
bool field_is_of_noise(const struct field *field);

/* Whether the field is an option of reinforcement learning. */
bool field_is_of_reinforcement(const struct field *field);

/* The rate of a kind of noise. */
bool field_is_rate(const struct field *field);

/* What a kind of noise has for a contamination of its own. */
bool field_is_own_contamination(const struct field *field);

/* Whether both are options, and the same one. */
bool field_is_same_option(const struct field *a, const struct field *b);

/* An option by the name of its row ("task.*.name"). */
bool field_is_option(const struct field *field, const char *row_name);

/* <0, 0, >0 as two records are in order by a field; where it does not apply comes first. Extras that are
 * numbers are in the order of numbers, and before others. */
int field_compare(const struct field *field, const struct record *a, const struct record *b);

/* Appends the value as a table has it (csv_text, csv_number), nothing where it does not apply; or as plain
 * text. */
void field_csv(const struct field *field, const struct record *record, struct buffer *csv);
void field_text(const struct field *field, const struct record *record, struct buffer *text);

/* Appends every option and extra to which it applies that has different values in two of the records, in the
 * order of the table of options; those alone that can change a result. */
enum err fields_find_varied(struct record *const *records, size_t count, struct fields *fields,
                            struct error *error);

#endif
