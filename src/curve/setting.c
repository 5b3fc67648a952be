/* Settings of runs. See setting.h. */
#define _GNU_SOURCE /* qsort_r */
#include "curve/setting.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "curve/labels.h"
#include "record/selection.h"

/* Whether a field in which runs vary says what was trained. */
static bool is_setting(const struct field *field) {
    bool is_outcome = field->extra && !field->extra_is_option;
    return !is_outcome && !field_is_of_noise(field) && !field_is_option(field, "seeds");
}

/* Of a table made elsewhere the model's name says all that is known. */
static int compare_models(const struct collection *collection, const struct record *a,
                          const struct record *b) {
    const struct field model = {.column = column_find("model")};
    return selection_compare(collection, &model, a, b);
}

/* Rates are axes, and so is the share of the samples that a single kind reaches, whoever says it. */
static bool is_of_noise(const struct field *field) {
    return field_is_of_noise(field) && !field_is_rate(field) && !field_is_option(field, "data.contamination");
}

static int compare_noise(const struct field *field, const struct record *a, const struct record *b) {
    bool counts = !field_is_own_contamination(field) || (record_is_mixed(a) && record_is_mixed(b));
    return counts ? field_compare(field, a, b) : 0;
}

int setting_compare_but(const struct collection *collection, const struct field *but, const struct record *a,
                        const struct record *b) {
    const struct fields *varied = &collection->varied;
    int order = compare_models(collection, a, b);
    for (size_t i = 0; i < varied->count && !order; i++)
        if (is_setting(&varied->field[i]) && !(but && field_is_same_option(but, &varied->field[i])))
            order = selection_compare(collection, &varied->field[i], a, b);
    return order;
}

int setting_compare_supervised(const struct collection *collection, const struct record *a,
                               const struct record *b) {
    const struct fields *varied = &collection->varied;
    int order = compare_models(collection, a, b);
    for (size_t i = 0; i < varied->count && !order; i++)
        if (is_setting(&varied->field[i]) && !field_is_of_reinforcement(&varied->field[i]))
            order = selection_compare(collection, &varied->field[i], a, b);
    return order;
}

int setting_compare(const struct collection *collection, const struct record *a, const struct record *b) {
    return setting_compare_but(collection, NULL, a, b);
}

/* Whether all runs of the sweep of `run` have its value of a field; NULL stands for the model's name. */
static bool is_of_sweep(const struct collection *collection, const struct field *field,
                        const struct record *run) {
    for (size_t r = 0; r < collection->count; r++) {
        const struct record *other = collection->records[r];
        if (other->sweep != run->sweep) continue;
        if (field ? selection_compare(collection, field, run, other) : compare_models(collection, run, other))
            return false;
    }
    return true;
}

bool setting_differ_by_sweep(const struct collection *collection, const struct record *a,
                             const struct record *b) {
    const struct fields *varied = &collection->varied;
    bool wholly = !compare_models(collection, a, b) ||
                  (is_of_sweep(collection, NULL, a) && is_of_sweep(collection, NULL, b));
    for (size_t i = 0; i < varied->count && wholly; i++) {
        const struct field *field = &varied->field[i];
        if (is_setting(field) && selection_compare(collection, field, a, b))
            wholly = is_of_sweep(collection, field, a) && is_of_sweep(collection, field, b);
    }
    return wholly && setting_compare(collection, a, b);
}

int setting_compare_noise(const struct collection *collection, const struct record *a,
                          const struct record *b) {
    const struct fields *varied = &collection->varied;
    int order = 0;
    for (size_t i = 0; i < varied->count && !order; i++)
        if (is_of_noise(&varied->field[i])) order = compare_noise(&varied->field[i], a, b);
    return order;
}

/* --- names ------------------------------------------------------------------------------------------- */

/* A setting while names are looked for. */
struct member {
    const struct record *record;
    size_t part; /* settings that the names kept so far do not tell apart share a part */
};

/* What parts are split by: a field, or the sweep for NULL. */
struct splitting {
    const struct collection *collection;
    const struct field *field;
};

static int compare_by(const struct splitting *by, const struct record *a, const struct record *b) {
    if (!by->field) return a->sweep - b->sweep;
    return field_is_of_noise(by->field) ? compare_noise(by->field, a, b)
                                        : selection_compare(by->collection, by->field, a, b);
}

static int compare_members(const void *left, const void *right, void *context) {
    const struct member *a = left, *b = right;
    if (a->part != b->part) return a->part < b->part ? -1 : 1;
    return compare_by(context, a->record, b->record);
}

/* Splits parts further. Returns the number of parts. */
static size_t refine(struct member *members, size_t count, struct splitting by) {
    qsort_r(members, count, sizeof *members, compare_members, &by);
    size_t part = 0;
    struct member previous = members[0];
    for (size_t i = 0; i < count; i++) {
        struct member here = members[i];
        if (compare_members(&previous, &here, &by)) part++;
        previous = here;
        members[i].part = part;
    }
    return part + 1;
}

/* Keeps a field as a name where it splits something. */
static enum err try_field(const struct collection *collection, struct member *members, size_t count,
                          struct field field, size_t *parts, struct setting_names *names,
                          struct error *error) {
    size_t refined = refine(members, count, (struct splitting){collection, &field});
    if (refined == *parts) return ERR_OK;
    *parts = refined;
    return fields_add(&names->fields, field, error);
}

enum err setting_find_names(const struct collection *collection, const struct record *const *settings,
                            size_t count, enum setting_naming naming, struct setting_names *names,
                            struct error *error) {
    bool of_noise = naming == NAMING_NOISE;
    struct setting_names made = {.sweep = false};
    struct member *members = memory_array(count, sizeof *members);
    if (!members) return err_memory(error, "settings");
    for (size_t i = 0; i < count; i++) members[i].record = settings[i];
    size_t parts = count && naming == NAMING_SWEEPS ? refine(members, count, (struct splitting){0}) : 1;
    made.sweep = parts > 1;
    enum err code = ERR_OK;
    /* The method and its options first: samples, and what else follows from them, say nothing more then. */
    for (int learned = 1; learned >= 0; learned--) {
        for (const struct column *column = columns_table(); column->name && count && !of_noise && !code;
             column++)
            if (column->is_setting && column->is_later == learned)
                code = try_field(collection, members, count, (struct field){.column = column}, &parts, &made,
                                 error);
        for (size_t i = 0; i < collection->varied.count && count && !code; i++) {
            const struct field *field = &collection->varied.field[i];
            bool is_wanted = of_noise ? is_of_noise(field) : is_setting(field);
            if (is_wanted && field_is_of_reinforcement(field) == learned)
                code = try_field(collection, members, count, *field, &parts, &made, error);
        }
    }
    free(members);
    if (code)
        fields_free(&made.fields);
    else
        *names = made;
    return code;
}

/* Appends the value of a field, behind a comma where text is there from `start` on. */
static void describe_field(const struct collection *collection, const struct record *setting,
                           const struct field *field, size_t start, struct buffer *text) {
    struct buffer value = {0};
    char name[OPTION_NAME_MAX];
    /* Of a single kind the label says it already, or it is what rises along the curve. */
    if (field_is_own_contamination(field) && !record_is_mixed(setting)) return;
    field_name(field, collection_tasks(collection), name);
    if (selection_has(collection, setting, field))
        buffer_text(&value, "chosen");
    else
        field_text(field, setting, &value);
    if (value.length) {
        if (text->length > start) buffer_text(text, ", ");
        label_setting(name, value.bytes, text);
    }
    text->failed |= value.failed;
    buffer_free(&value);
}

void setting_describe(const struct collection *collection, const struct record *setting,
                      const struct setting_names *names, struct buffer *text) {
    size_t start = text->length;
    if (names->sweep) buffer_text(text, collection->sources[setting->sweep].name);
    for (size_t i = 0; i < names->fields.count; i++)
        describe_field(collection, setting, &names->fields.field[i], start, text);
}

void setting_describe_task(const struct collection *collection, const struct record *const *settings,
                           size_t count, size_t which, const struct setting_names *names,
                           struct buffer *text) {
    const struct record *setting = settings[which];
    const struct field task = {.column = column_find("task")};
    size_t start = text->length;
    buffer_text(text, setting->task);
    for (size_t i = 0; i < names->fields.count; i++) {
        bool tells = false;
        const struct field *field = names->fields.field;
        for (size_t s = 0; s < count && !tells; s++) {
            tells = !compare_by(&(struct splitting){collection, &task}, setting, settings[s]);
            for (size_t k = 0; k < i && tells; k++)
                tells = !compare_by(&(struct splitting){collection, &field[k]}, setting, settings[s]);
            tells = tells && compare_by(&(struct splitting){collection, &field[i]}, setting, settings[s]);
        }
        if (tells) describe_field(collection, setting, &field[i], start, text);
    }
}
