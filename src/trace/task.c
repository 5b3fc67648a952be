/* Arguments of tasks: reading and printing. See task.h; they are drawn in drawing.c. */
#define XXH_INLINE_ALL 1 /* short texts: a call would take longer than the hash */
#include "trace/task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"
#include "base/plural.h"

const char *const visibility_names[] = {"full", "call", "hidden", NULL};
const char *const sampling_names[] = {"length", "magnitude", NULL};

static int parameter_count(const struct task *task) {
    int count = 0;
    while (count < PARAMETERS_MAX && task->parameters[count].name) count++;
    return count;
}

int task_list_place(const struct task *task, int parameter) {
    int place = 0;
    for (int i = 0; i < parameter; i++) place += parameter_is_list(&task->parameters[i]);
    return place;
}

/* --- reading --- */

/* Reads one argument for parameter number `i` into its place. */
static bool read_argument(const struct task *task, int i, const char *text, struct arguments *in) {
    const struct parameter *p = &task->parameters[i];
    struct atom number;
    bool list = parameter_is_list(p);
    return parameter_read(p, task->alphabet, text, list ? &number : &in->atom[i],
                          list ? &in->list[task_list_place(task, i)] : NULL);
}

static enum err refuse_argument(const struct task *task, const struct parameter *p, const char *text,
                                struct error *error) {
    struct buffer allowed = {0};
    parameter_describe(p, task->alphabet, &allowed);
    enum err code = err_set(error, ERR_INPUT, "%s: argument %s is '%.80s'; allowed: %s%s", task->name,
                            p->name, text, allowed.failed ? "" : allowed.bytes,
                            parameter_has_numbers(p) ? " (7 is not 007 nor +7, 0 not -0)" : "");
    buffer_free(&allowed);
    return code;
}

void arguments_copy(const struct task *task, struct arguments *to, const struct arguments *from) {
    memcpy(to->atom, from->atom, sizeof to->atom);
    int lists = task_list_place(task, parameter_count(task));
    for (int i = 0; i < lists; i++) list_copy(&to->list[i], &from->list[i]);
}

void arguments_clear(struct arguments *arguments) {
    for (int i = 0; i < PARAMETERS_MAX; i++) arguments->atom[i] = atom_int(0);
    for (int i = 0; i < LISTS_MAX; i++) list_clear(&arguments->list[i]);
}

/* Reads them all, and has the task look at them together. */
static enum err read_arguments(const struct task *task, int count, const char *const *texts,
                               struct arguments *in, struct error *error) {
    int parameters = parameter_count(task);
    arguments_clear(in);
    for (int i = 0; i < count; i++) {
        int number = i < parameters ? i : parameters - 1;
        if (!read_argument(task, number, texts[i], in))
            return refuse_argument(task, &task->parameters[number], texts[i], error);
    }
    const char *fault = task->fault ? task->fault(in) : NULL;
    return fault ? err_set(error, ERR_INPUT, "%s: %s", task->name, fault) : ERR_OK;
}

/* Names the parameters: what is left out, or split at its blanks by a shell, is then easy to see. */
static enum err refuse_count(const struct task *task, int count, int least, int most, struct error *error) {
    struct buffer names = {0};
    bool lists = false;
    for (int i = 0; i < parameter_count(task); i++) {
        buffer_printf(&names, "%s%s", i ? ", " : "", task->parameters[i].name);
        lists |= task->parameters[i].kind == PARAMETER_LIST;
    }
    if (most > least) buffer_text(&names, ", ...");
    char upto[16] = "";
    if (most > least) snprintf(upto, sizeof upto, " to %d", most);
    enum err code =
        err_set(error, ERR_INPUT, "%s takes %d%s argument%s%s%s%s, not %d%s", task->name, least, upto,
                plural_s(most), names.failed ? "" : " (", names.failed ? "" : names.bytes,
                names.failed ? "" : ")", count, lists ? "; a list is one argument, in quotes" : "");
    buffer_free(&names);
    return code;
}

enum err task_parse(const struct task *task, int count, const char *const *texts, struct arguments *out,
                    struct error *error) {
    int parameters = parameter_count(task);
    bool open = parameters > 0 && task->parameters[parameters - 1].kind == PARAMETER_NUMBERS;
    int least = parameters + open, most = open ? parameters - 1 + LIST_MAX : parameters;
    if (count < least || count > most) return refuse_count(task, count, least, most, error);
    struct arguments *in = memory_array(1, sizeof *in);
    if (!in) return err_memory(error, "the arguments");
    enum err code = read_arguments(task, count, texts, in, error);
    if (!code) arguments_copy(task, out, in);
    free(in);
    return code;
}

/* --- printing --- */

int task_argument_count(const struct task *task, const struct arguments *arguments) {
    int parameters = parameter_count(task);
    bool open = parameters > 0 && task->parameters[parameters - 1].kind == PARAMETER_NUMBERS;
    int place = open ? task_list_place(task, parameters - 1) : 0;
    return open ? parameters - 1 + arguments->list[place].length : parameters;
}

void task_print_argument(const struct task *task, const struct arguments *arguments, int i,
                         struct buffer *out) {
    int last = parameter_count(task) - 1, number = i < last ? i : last;
    const struct list *list = arguments->list;
    if (parameter_is_list(&task->parameters[number])) list += task_list_place(task, number);
    switch (task->parameters[number].kind) {
    case PARAMETER_NUMBERS: parameter_print_atom(&list->atom[i - last], out); break;
    case PARAMETER_LIST: parameter_print_list(list, out); break;
    default: parameter_print_atom(&arguments->atom[number], out);
    }
}

bool task_calls(const struct task *task, const struct task *called) {
    for (const struct task *const *c = task->calls; c && *c; c++)
        if (*c == called || task_calls(*c, called)) return true;
    return false;
}

/* Whether numbers are among its arguments whose size the sizes say. */
static bool has_sized_numbers(const struct task *task) {
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++)
        if (parameter_has_numbers(&task->parameters[i]) && !task->parameters[i].own_range) return true;
    return false;
}

bool task_uses_digits(const struct task *task) {
    return has_sized_numbers(task) && (!task->draw || task->sizes.max_digits > 0);
}

bool task_uses_range(const struct task *task) {
    return has_sized_numbers(task) && (!task->draw || task->sizes.max > 0);
}

bool task_uses_lengths(const struct task *task) {
    bool lists = task->draw != NULL;
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++)
        lists |= parameter_is_list(&task->parameters[i]);
    return lists;
}

/* Digits of the longest number of the range. */
static int range_digits(const struct sizes *sizes) {
    struct decimal min = decimal_from(sizes->min), max = decimal_from(sizes->max);
    int low = decimal_length(&min), high = decimal_length(&max);
    return low > high ? low : high;
}

enum err task_check_sizes(const struct task *task, const struct sizes *sizes, struct error *error) {
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        const struct parameter *p = &task->parameters[i];
        int limit = parameter_digits(p);
        if (p->own_range || !parameter_has_numbers(p)) continue;
        if (sizes->sampling == SAMPLING_LENGTH && task_uses_digits(task) &&
            (sizes->min_digits < 1 || sizes->min_digits > sizes->max_digits || sizes->max_digits > limit))
            return err_set(
                error, ERR_INPUT,
                "task %s: min_digits %d, max_digits %d: allowed is 1 <= min_digits <= max_digits <= %d",
                task->name, sizes->min_digits, sizes->max_digits, limit);
        bool by_range = sizes->sampling == SAMPLING_MAGNITUDE || (task->draw && !task_uses_digits(task));
        if (by_range && task_uses_range(task) &&
            (sizes->min > sizes->max || (sizes->min < 0 && !p->negative) || (sizes->max < 1 && p->positive) ||
             range_digits(sizes) > limit)) {
            char digits[64] = "";
            if (p->max_digits)
                snprintf(digits, sizeof digits, ", at most %d digit%s", limit, plural_s(limit));
            return err_set(error, ERR_INPUT, "task %s: min %lld, max %lld: allowed is min <= max%s%s%s",
                           task->name, (long long)sizes->min, (long long)sizes->max,
                           p->negative ? "" : ", min 0 or more", p->positive ? ", max 1 or more" : "",
                           digits);
        }
    }
    if (task_uses_lengths(task) &&
        (sizes->min_length < 0 || sizes->min_length > sizes->max_length || sizes->max_length > LIST_MAX))
        return err_set(
            error, ERR_INPUT,
            "task %s: min_length %d, max_length %d: allowed is 0 <= min_length <= max_length <= %d",
            task->name, sizes->min_length, sizes->max_length, LIST_MAX);
    return ERR_OK;
}

/* The hash of an atom, from the hash of what stands before it: of a number length, sign and digits, a byte
 * each, the least significant first; of anything else its kind and which it is. */
static uint64_t hash_atom(const struct atom *atom, uint64_t hash) {
    if (atom->kind == KIND_NUMBER) {
        uint8_t bytes[2 + DECIMAL_DIGITS];
        int length = decimal_unpack(&atom->number, bytes + 2);
        bytes[0] = (uint8_t)length;
        bytes[1] = decimal_is_negative(&atom->number);
        return XXH64(bytes, 2 + (size_t)length, hash);
    }
    const char *text = atom_text(atom);
    uint64_t kind = 0x100u + atom->kind;
    hash = XXH64(&kind, sizeof kind, hash);
    return text ? XXH64(text, strlen(text), hash) : hash;
}

uint64_t task_hash(const struct task *task, const struct arguments *arguments) {
    uint64_t hash = XXH64(task->name, strlen(task->name), 0);
    const struct list *list = arguments->list;
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        const struct atom *atoms = &arguments->atom[i];
        int count = 1;
        if (parameter_is_list(&task->parameters[i])) {
            atoms = list->atom;
            count = list->atoms;
            list++;
        }
        for (int k = 0; k < count; k++) hash = hash_atom(&atoms[k], hash);
        hash = XXH64(&count, sizeof count, hash);
    }
    return hash;
}
