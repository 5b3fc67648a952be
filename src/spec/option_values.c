/* The values of options: read from text, kept in a configuration, written. See options.h. */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "spec/options.h"
#include "tasks/tasks.h"

/* --- reading --- */

/* [+-] digits [. digits] [e [+-] digits], with a digit somewhere before the e. */
static bool is_number(const char *text) {
    if (*text == '+' || *text == '-') text++;
    size_t whole = strspn(text, "0123456789"), fraction = 0;
    text += whole;
    if (*text == '.') {
        fraction = strspn(text + 1, "0123456789");
        text += 1 + fraction;
    }
    if (!whole && !fraction) return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        if (*text == '+' || *text == '-') text++;
        size_t exponent = strspn(text, "0123456789");
        if (!exponent) return false;
        text += exponent;
    }
    return !*text;
}

static enum err parse_number(const struct option_row *row, const char *text, struct option_value *value,
                             const char **problem) {
    if (!is_number(text)) {
        *problem = *text ? "is not a number" : "is nothing where a number is wanted";
        return ERR_INPUT;
    }
    double number = strtod(text, NULL); /* the program never leaves the C locale */
    bool in_range = number >= row->low && number <= row->high && !(row->positive && number <= 0);
    bool whole = row->type != OPTION_INTEGER || number == floor(number);
    *problem = !whole ? "is not a whole number" : "is out of range";
    if (!whole || !in_range) return ERR_INPUT;
    if (row->type == OPTION_INTEGER)
        value->integer = (int64_t)number; /* ranges end at 2^53: exact */
    else
        value->number = number == 0 ? 0 : number; /* -0 is 0 */
    return ERR_OK;
}

static enum err parse_choice(const struct option_row *row, const char *text, struct option_value *value,
                             const char **problem) {
    for (int n = 0; row->choice(n); n++) {
        if (strcmp(row->choice(n), text)) continue;
        value->integer = n;
        return ERR_OK;
    }
    *problem = *text ? "is not one of the choices" : "is nothing where a choice is wanted";
    return ERR_INPUT;
}

enum err option_parse(const struct option_row *row, const char *text, bool quoted, struct option_value *value,
                      const char **problem) {
    switch (row->type) {
    case OPTION_INTEGER:
    case OPTION_NUMBER:
        *problem = "is text in quotes, not a number";
        return quoted ? ERR_INPUT : parse_number(row, text, value, problem);
    case OPTION_CHOICE:
    case OPTION_TASK: return parse_choice(row, text, value, problem);
    case OPTION_STRING: break;
    }
    value->text = text;
    *problem = "is not accepted";
    return row->accepts(text) ? ERR_OK : ERR_INPUT;
}

/* --- in a configuration --- */

/* Integers are kept in whatever their field is. */
static int64_t load_integer(const char *field, size_t size) {
    int32_t word;
    int64_t whole;
    switch (size) {
    case sizeof(bool): return *(const bool *)field;
    case sizeof word: return memcpy(&word, field, size), word;
    default: assert(size == sizeof whole); return memcpy(&whole, field, size), whole;
    }
}

static void store_integer(char *field, size_t size, int64_t integer) {
    int32_t word = (int32_t)integer;
    if (size == sizeof(bool))
        *(bool *)field = integer != 0;
    else
        memcpy(field, size == sizeof word ? (void *)&word : (void *)&integer, size);
}

struct option_value option_get(struct option_ref option, const struct config *config) {
    const struct option_row *row = option.row;
    const char *field = (const char *)config + row->offset + (size_t)option.index * row->stride;
    struct option_value value = {0};
    const struct task *task;
    switch (row->type) {
    case OPTION_NUMBER: memcpy(&value.number, field, sizeof value.number); break;
    case OPTION_STRING: value.text = field; break;
    case OPTION_TASK:
        memcpy(&task, field, sizeof task);
        while (task_list[value.integer] && task_list[value.integer] != task) value.integer++;
        break;
    case OPTION_INTEGER:
    case OPTION_CHOICE: value.integer = load_integer(field, row->size); break;
    }
    return value;
}

void option_set(struct option_ref option, struct option_value value, struct config *config) {
    const struct option_row *row = option.row;
    char *field = (char *)config + row->offset + (size_t)option.index * row->stride;
    switch (row->type) {
    case OPTION_NUMBER: memcpy(field, &value.number, sizeof value.number); break;
    case OPTION_STRING:
        assert(strlen(value.text) < row->size);
        memset(field, 0, row->size);
        strcpy(field, value.text);
        break;
    case OPTION_TASK: {
        const struct task *task = task_list[value.integer];
        memcpy(field, &task, sizeof task);
        break;
    }
    case OPTION_INTEGER:
    case OPTION_CHOICE: store_integer(field, row->size, value.integer); break;
    }
}

int option_compare(const struct option_row *row, struct option_value a, struct option_value b) {
    switch (row->type) {
    case OPTION_NUMBER: return (a.number > b.number) - (a.number < b.number);
    case OPTION_STRING: return strcmp(a.text, b.text);
    default: return (a.integer > b.integer) - (a.integer < b.integer);
    }
}

bool option_equal(const struct option_row *row, struct option_value a, struct option_value b) {
    return !option_compare(row, a, b);
}

/* --- writing --- */

void option_print(const struct option_row *row, struct option_value value, struct buffer *text) {
    switch (row->type) {
    case OPTION_INTEGER: buffer_printf(text, "%" PRId64, value.integer); break;
    case OPTION_NUMBER: {
        /* The shortest form that reads back the same. */
        char form[32];
        for (int digits = 6; digits <= 17; digits++) {
            snprintf(form, sizeof form, "%.*g", digits, value.number);
            if (strtod(form, NULL) == value.number) break;
        }
        buffer_text(text, form);
        break;
    }
    case OPTION_CHOICE:
    case OPTION_TASK: {
        const char *name = row->choice((int)value.integer);
        if (name)
            buffer_json_string(text, name, strlen(name));
        else
            buffer_text(text, "null");
        break;
    }
    case OPTION_STRING: buffer_json_string(text, value.text, strlen(value.text)); break;
    }
}

void option_allowed(const struct option_row *row, struct buffer *allowed) {
    const char *kind = row->type == OPTION_INTEGER ? "an integer" : "a number";
    switch (row->type) {
    case OPTION_INTEGER:
    case OPTION_NUMBER:
        if (row->positive)
            buffer_printf(allowed, "%s above 0, at most %.16g", kind, row->high);
        else
            buffer_printf(allowed, "%s from %.16g to %.16g", kind, row->low, row->high);
        break;
    case OPTION_CHOICE:
    case OPTION_TASK:
        for (int n = 0; row->choice(n); n++)
            buffer_printf(allowed, "%s%s", n ? ", " : "one of ", row->choice(n));
        break;
    case OPTION_STRING: buffer_text(allowed, row->accepted); break;
    }
}
