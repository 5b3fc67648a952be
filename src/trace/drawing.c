/* Drawing problems. See drawing.h. */
#include "trace/drawing.h"

#include <string.h>

/* 10^digits, exact up to 22 and the same on every machine. */
static double power_of_ten(int digits) {
    static const double exact[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10};
    enum { EXACT = sizeof exact / sizeof *exact };
    double power = exact[digits < EXACT ? digits : EXACT - 1];
    while (digits-- >= EXACT) power *= 10;
    return power;
}

/* --- lengths --- */

static struct number_length draw_length(const struct sizes *sizes, struct pcg *pcg) {
    if (sizes->sampling == SAMPLING_LENGTH)
        return (struct number_length){.digits =
                                          (uint8_t)pcg_between(pcg, sizes->min_digits, sizes->max_digits)};
    struct decimal value = decimal_from(pcg_between(pcg, sizes->min, sizes->max));
    return (struct number_length){.digits = (uint8_t)decimal_length(&value),
                                  .negative = decimal_is_negative(&value)};
}

/* What the elements of a list are, where they are drawn one by one. */
static enum kind element_kind(const struct parameter *p) {
    if (!p->element || p->kind == PARAMETER_NUMBERS) return KIND_NUMBER;
    return !strcmp(p->element, "symbol")  ? KIND_SYMBOL
           : !strcmp(p->element, "truth") ? KIND_TRUTH
                                          : KIND_NUMBER;
}

static bool draw_list_lengths(const struct parameter *p, const struct sizes *sizes, struct pcg *pcg,
                              int *elements, struct number_length *element) {
    bool numbers = element_kind(p) == KIND_NUMBER;
    *elements = (int)pcg_between(pcg, sizes->min_length, sizes->max_length);
    for (int k = 0; k < *elements; k++)
        element[k] = numbers ? draw_length(sizes, pcg) : (struct number_length){0};
    return *elements >= (p->kind == PARAMETER_NUMBERS ? 2 : p->nonempty);
}

bool drawing_lengths(const struct task *task, const struct sizes *sizes, struct pcg *pcg,
                     struct lengths *lengths) {
    int list = 0;
    lengths->elements[0] = 0;
    if (task->draw) lengths->elements[0] = (int)pcg_between(pcg, sizes->min_length, sizes->max_length);
    for (int i = 0; !task->draw && i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        const struct parameter *p = &task->parameters[i];
        struct number_length *length = &lengths->number[i];
        *length = (struct number_length){0};
        if (p->kind == PARAMETER_NUMBER) {
            if (!p->own_range) *length = draw_length(sizes, pcg);
            if (p->from_list && pcg_below(pcg, 2) && lengths->elements[0])
                *length = (struct number_length){.from_list = true};
        } else if (parameter_is_list(p)) {
            if (!draw_list_lengths(p, sizes, pcg, &lengths->elements[list], lengths->element[list]))
                return false;
            list++;
        }
    }
    return true;
}

static struct number_length length_of(const struct atom *atom) {
    if (atom->kind != KIND_NUMBER) return (struct number_length){0};
    return (struct number_length){.digits = (uint8_t)decimal_length(&atom->number),
                                  .negative = decimal_is_negative(&atom->number)};
}

void drawing_lengths_of(const struct task *task, const struct arguments *arguments, struct lengths *lengths) {
    int list = 0;
    lengths->elements[0] = 0;
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        const struct parameter *p = &task->parameters[i];
        lengths->number[i] = (struct number_length){0};
        if (!parameter_is_list(p)) {
            if (!p->own_range) lengths->number[i] = length_of(&arguments->atom[i]);
            continue;
        }
        const struct list *elements = &arguments->list[list];
        lengths->elements[list] = elements->length;
        for (int k = 0; k < elements->length; k++)
            lengths->element[list][k] = length_of(&elements->atom[list_at(elements, k)]);
        list++;
    }
}

/* --- digits --- */

/* A uniform number of this length, within the range that the sizes ask for. */
static struct decimal draw_number(const struct sizes *sizes, struct number_length length, struct pcg *pcg) {
    if (sizes->sampling == SAMPLING_MAGNITUDE) { /* the range holds a number of this length */
        int64_t low = length.digits > 1 || length.negative ? (int64_t)power_of_ten(length.digits - 1) : 0;
        int64_t high = (int64_t)power_of_ten(length.digits) - 1;
        int64_t least = length.negative ? -high : low, most = length.negative ? -low : high;
        if (least < sizes->min) least = sizes->min;
        if (most > sizes->max) most = sizes->max;
        return decimal_from(pcg_between(pcg, least, most));
    }
    uint8_t digits[DECIMAL_DIGITS];
    for (int i = length.digits - 1; i >= 0; i--) {
        bool leading = i == length.digits - 1 && i > 0;
        digits[i] = (uint8_t)(leading ? 1 + pcg_below(pcg, 9) : pcg_below(pcg, 10));
    }
    return decimal_pack(false, digits, length.digits);
}

static int64_t largest_drawn(const struct parameter *p) { return p->drawn_max ? p->drawn_max : p->max; }

static void sort_list(struct list *list) {
    for (int i = 1; i < list->length; i++) {
        struct atom moving = list->atom[i];
        int k = i;
        for (; k > 0 && decimal_compare(&list->atom[k - 1].number, &moving.number) > 0; k--)
            list->atom[k] = list->atom[k - 1];
        list->atom[k] = moving;
    }
}

static struct atom draw_symbol(const char *const *alphabet, struct pcg *pcg) {
    return atom_symbol(alphabet, (int)pcg_below(pcg, (uint32_t)alphabet_count(alphabet)));
}

static bool draw_list(const struct task *task, const struct parameter *p, const struct sizes *sizes,
                      int elements, const struct number_length *length, struct pcg *pcg, struct list *list) {
    bool fits = true;
    enum kind kind = element_kind(p);
    list_clear(list);
    list->length = list->atoms = elements;
    for (int k = 0; k < elements; k++) {
        struct atom *atom = &list->atom[k];
        atom->kind = kind;
        if (kind == KIND_SYMBOL) *atom = draw_symbol(task->alphabet, pcg);
        if (kind == KIND_TRUTH) atom->truth = pcg_below(pcg, 2);
        if (kind != KIND_NUMBER) continue;
        atom->number = draw_number(sizes, length[k], pcg);
        fits = fits && parameter_allows(p, &atom->number);
    }
    if (p->ascending) sort_list(list);
    return fits;
}

/* A number, symbol or truth for parameter i. */
static bool draw_atom(const struct task *task, int i, const struct sizes *sizes,
                      const struct lengths *lengths, struct pcg *pcg, struct arguments *out) {
    const struct parameter *p = &task->parameters[i];
    struct atom *atom = &out->atom[i];
    if (p->kind == PARAMETER_SYMBOL) *atom = draw_symbol(task->alphabet, pcg);
    if (p->kind == PARAMETER_TRUTH) *atom = atom_truth(pcg_below(pcg, 2));
    if (p->kind != PARAMETER_NUMBER) return true;
    atom->kind = KIND_NUMBER;
    if (p->own_range)
        atom->number = decimal_from(pcg_between(pcg, p->min, largest_drawn(p)));
    else if (lengths->number[i].from_list)
        *atom = out->list[0].atom[pcg_below(pcg, (uint32_t)out->list[0].length)];
    else
        atom->number = draw_number(sizes, lengths->number[i], pcg);
    return parameter_allows(p, &atom->number);
}

bool drawing_digits(const struct task *task, const struct sizes *sizes, const struct lengths *lengths,
                    struct pcg *pcg, struct arguments *out) {
    bool fits = true;
    int list = 0;
    if (task->draw) {
        arguments_clear(out);
        return task->draw(sizes, lengths->elements[0], pcg, out) && !(task->fault && task->fault(out));
    }
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        const struct parameter *p = &task->parameters[i];
        bool good = true;
        if (parameter_is_list(p)) {
            good = draw_list(task, p, sizes, lengths->elements[list], lengths->element[list], pcg,
                             &out->list[list]);
            list++;
        } else {
            good = draw_atom(task, i, sizes, lengths, pcg, out);
        }
        fits = fits && good;
    }
    return fits && !(task->fault && task->fault(out));
}

bool drawing_arguments(const struct task *task, const struct sizes *sizes, struct pcg *pcg,
                       struct arguments *out) {
    struct lengths lengths;
    return drawing_lengths(task, sizes, pcg, &lengths) && drawing_digits(task, sizes, &lengths, pcg, out);
}

/* --- how many --- */

/* Numbers of so many digits, none of them below 0, that a parameter allows. */
static double count_numbers(const struct parameter *p, int digits) {
    double low = digits > 1 ? power_of_ten(digits - 1) : p->positive, high = power_of_ten(digits) - 1;
    if (p->min && low < (double)p->min) low = (double)p->min;
    if (p->max && high > (double)p->max) high = (double)p->max;
    return high >= low ? high - low + 1 : 0;
}

/* Ascending lists: of each number of digits, the multisets of as many numbers as have it. */
static double count_ascending(const struct parameter *p, int elements, const struct number_length *length) {
    int have[DECIMAL_ARGUMENT + 1] = {0};
    double count = 1;
    for (int k = 0; k < elements; k++) {
        int digits = length[k].digits;
        have[digits]++; /* n numbers make n multisets of one, n (n + 1) / 2 of two, ... */
        count *= (count_numbers(p, digits) + have[digits] - 1) / have[digits];
    }
    return count;
}

static double count_lists(const struct task *task, const struct parameter *p, int elements,
                          const struct number_length *length) {
    enum kind kind = element_kind(p);
    int others = kind == KIND_TRUTH ? 2 : kind == KIND_SYMBOL ? alphabet_count(task->alphabet) : 0;
    double count = 1;
    if (p->ascending) return count_ascending(p, elements, length);
    for (int k = 0; k < elements; k++) count *= others ? others : count_numbers(p, length[k].digits);
    return count;
}

double drawing_problems(const struct task *task, const struct lengths *lengths) {
    double count = 1;
    int list = 0;
    if (task->draw) return DRAWING_UNKNOWN;
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        const struct parameter *p = &task->parameters[i];
        const struct number_length *number = &lengths->number[i];
        if (parameter_is_list(p)) {
            count *= count_lists(task, p, lengths->elements[list], lengths->element[list]);
            list++;
        } else if (p->kind != PARAMETER_NUMBER)
            count *= p->kind == PARAMETER_TRUTH ? 2 : alphabet_count(task->alphabet);
        else if (p->own_range)
            count *= (double)(largest_drawn(p) - p->min + 1);
        else if (!number->from_list)
            count *= count_numbers(p, number->digits);
    }
    return count;
}
