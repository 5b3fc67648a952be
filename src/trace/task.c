/* Arguments of tasks: reading and printing. See task.h; they are drawn in drawing.c. */
#include "trace/task.h"

#include <assert.h>
#include <string.h>
#include <xxhash.h>

#include "base/plural.h"

const char *const visibility_names[] = {"full", "call", "hidden", NULL};
const char *const sampling_names[] = {"length", "magnitude", NULL};

static int parameter_count(const struct task *task) {
    int count = 0;
    while (count < PARAMETERS_MAX && task->parameters[count].name) count++;
    return count;
}

int parameter_digits(const struct parameter *p) { return p->max_digits ? p->max_digits : DECIMAL_ARGUMENT; }

bool parameter_allows(const struct parameter *p, const struct decimal *value) {
    if (p->positive && (decimal_is_negative(value) || decimal_is_zero(value))) return false;
    if (!p->negative && decimal_is_negative(value)) return false;
    if (p->min && decimal_int(value) < p->min) return false;
    return !p->max || decimal_int(value) <= p->max;
}

void parameter_describe(const struct parameter *p, struct buffer *out) {
    bool list = p->kind == PARAMETER_LIST;
    if (list)
        buffer_printf(out, "a list such as %s of %s %d numbers%s, each ",
                      p->ascending ? "[80, 88, 412]" : "[88, 80, 412]", p->nonempty ? "1 to" : "at most",
                      LIST_MAX, p->ascending ? " in ascending order" : "");
    buffer_text(out, list ? "" : "a whole number ");
    if (p->min)
        buffer_printf(out, "from %lld", (long long)p->min);
    else
        buffer_text(out, p->positive ? "above 0" : p->negative ? "of either sign" : "from 0");
    if (p->max) buffer_printf(out, " to %lld", (long long)p->max);
    buffer_printf(out, ", at most %d digits", parameter_digits(p));
}

/* --- reading --- */

struct reader {
    const char *at, *end;
};

static void skip_spaces(struct reader *r) {
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n')) r->at++;
}

/* Takes the character, and spaces around it, if it comes next. */
static bool take(struct reader *r, char c) {
    skip_spaces(r);
    if (r->at == r->end || *r->at != c) return false;
    r->at++;
    skip_spaces(r);
    return true;
}

/* A number is taken only as it is written again: 007 and -0 would be other problems than the text says. */
static bool read_number(struct reader *r, const struct parameter *p, struct decimal *out) {
    skip_spaces(r);
    const char *start = r->at;
    if (r->at < r->end && *r->at == '-') r->at++;
    const char *digits = r->at;
    while (r->at < r->end && *r->at >= '0' && *r->at <= '9') r->at++;
    if (decimal_parse(start, (size_t)(r->at - start), parameter_digits(p), out)) return false;
    if (*digits == '0' && (r->at - digits > 1 || digits > start)) return false;
    skip_spaces(r);
    return parameter_allows(p, out);
}

static bool read_list(struct reader *r, const struct parameter *p, struct list *out) {
    out->length = 0;
    if (!take(r, '[')) return false;
    if (take(r, ']')) return !p->nonempty;
    do {
        struct decimal element;
        if (out->length == LIST_MAX || !read_number(r, p, &element)) return false;
        bool falls = out->length && decimal_compare(&out->element[out->length - 1], &element) > 0;
        if (falls && p->ascending) return false;
        list_append(out, &element);
    } while (take(r, ','));
    return take(r, ']');
}

/* Reads one argument for parameter number `i` into its place. */
static bool read_argument(const struct task *task, int i, const char *text, struct arguments *in) {
    const struct parameter *p = &task->parameters[i];
    struct reader reader = {text, text + strlen(text)};
    struct decimal number;
    if (p->kind == PARAMETER_LIST) return read_list(&reader, p, &in->list) && reader.at == reader.end;
    if (!read_number(&reader, p, &number) || reader.at != reader.end) return false;
    if (p->kind == PARAMETER_NUMBERS)
        list_append(&in->list, &number);
    else
        in->number[i] = number;
    return true;
}

static enum err refuse_argument(const struct task *task, const struct parameter *p, const char *text,
                                struct error *error) {
    struct buffer allowed = {0};
    parameter_describe(p, &allowed);
    enum err code =
        err_set(error, ERR_INPUT, "%s: argument %s is '%.80s'; allowed: %s (7 is not 007 nor +7, 0 not -0)",
                task->name, p->name, text, allowed.failed ? "" : allowed.bytes);
    buffer_free(&allowed);
    return code;
}

enum err task_parse(const struct task *task, int count, const char *const *texts, struct arguments *out,
                    struct error *error) {
    struct arguments in = {0};
    int parameters = parameter_count(task);
    bool open = parameters > 0 && task->parameters[parameters - 1].kind == PARAMETER_NUMBERS;
    int least = parameters + open, most = open ? parameters - 1 + LIST_MAX : parameters;
    if ((count < least || count > most) && open)
        return err_set(error, ERR_INPUT, "%s takes %d to %d arguments, not %d", task->name, least, most,
                       count);
    if (count != least && !open)
        return err_set(error, ERR_INPUT, "%s takes %d argument%s, not %d", task->name, least, plural_s(least),
                       count);
    for (int i = 0; i < count; i++) {
        int number = i < parameters ? i : parameters - 1;
        if (!read_argument(task, number, texts[i], &in))
            return refuse_argument(task, &task->parameters[number], texts[i], error);
    }
    *out = in;
    return ERR_OK;
}

/* --- printing --- */

int task_argument_count(const struct task *task, const struct arguments *arguments) {
    int parameters = parameter_count(task);
    bool open = parameters > 0 && task->parameters[parameters - 1].kind == PARAMETER_NUMBERS;
    return open ? parameters - 1 + arguments->list.length : parameters;
}

static void print_number(const struct decimal *number, struct buffer *out) {
    char text[DECIMAL_TEXT];
    buffer_append(out, text, (size_t)decimal_format(number, text));
}

void task_print_argument(const struct task *task, const struct arguments *arguments, int i,
                         struct buffer *out) {
    int last = parameter_count(task) - 1, number = i < last ? i : last;
    switch (task->parameters[number].kind) {
    case PARAMETER_NUMBER: print_number(&arguments->number[number], out); break;
    case PARAMETER_NUMBERS: print_number(&arguments->list.element[i - last], out); break;
    case PARAMETER_LIST:
        buffer_char(out, '[');
        for (int k = 0; k < arguments->list.length; k++) {
            if (k) buffer_text(out, ", ");
            print_number(&arguments->list.element[k], out);
        }
        buffer_char(out, ']');
    }
}

bool task_calls(const struct task *task, const struct task *called) {
    for (const struct task *const *c = task->calls; c && *c; c++)
        if (*c == called || task_calls(*c, called)) return true;
    return false;
}

enum err task_check_sizes(const struct task *task, const struct sizes *sizes, struct error *error) {
    bool lists = false;
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        const struct parameter *p = &task->parameters[i];
        int limit = parameter_digits(p);
        if (p->own_range) continue;
        lists = lists || p->kind != PARAMETER_NUMBER;
        if (sizes->sampling == SAMPLING_LENGTH &&
            (sizes->min_digits < 1 || sizes->min_digits > sizes->max_digits || sizes->max_digits > limit))
            return err_set(
                error, ERR_INPUT,
                "task %s: min_digits %d, max_digits %d: allowed is 1 <= min_digits <= max_digits <= %d",
                task->name, sizes->min_digits, sizes->max_digits, limit);
        if (sizes->sampling == SAMPLING_MAGNITUDE &&
            (sizes->min > sizes->max || (sizes->min < 0 && !p->negative) || (sizes->max < 1 && p->positive)))
            return err_set(error, ERR_INPUT, "task %s: min %lld, max %lld: allowed is min <= max%s%s",
                           task->name, (long long)sizes->min, (long long)sizes->max,
                           p->negative ? "" : ", min 0 or more", p->positive ? ", max 1 or more" : "");
    }
    if (lists &&
        (sizes->min_length < 0 || sizes->min_length > sizes->max_length || sizes->max_length > LIST_MAX))
        return err_set(
            error, ERR_INPUT,
            "task %s: min_length %d, max_length %d: allowed is 0 <= min_length <= max_length <= %d",
            task->name, sizes->min_length, sizes->max_length, LIST_MAX);
    return ERR_OK;
}

/* The hash of one number, from the hash of what stands before it: length, sign and digits, a byte each. */
static uint64_t hash_number(const struct decimal *a, uint64_t hash) {
    uint8_t bytes[2 + DECIMAL_DIGITS];
    int length = decimal_unpack(a, bytes + 2);
    bytes[0] = (uint8_t)length;
    bytes[1] = decimal_is_negative(a);
    return XXH64(bytes, 2 + (size_t)length, hash);
}

uint64_t task_hash(const struct task *task, const struct arguments *arguments) {
    uint64_t hash = XXH64(task->name, strlen(task->name), 0);
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        bool number = task->parameters[i].kind == PARAMETER_NUMBER;
        const struct decimal *values = number ? &arguments->number[i] : arguments->list.element;
        int count = number ? 1 : arguments->list.length;
        for (int k = 0; k < count; k++) hash = hash_number(&values[k], hash);
        hash = XXH64(&count, sizeof count, hash);
    }
    return hash;
}
