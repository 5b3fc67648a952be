/* Drawing problems. See drawing.h. */
#include "trace/drawing.h"

/* 10^digits, exact up to 22 and the same on every machine. */
static double power_of_ten(int digits) {
    double power = 1;
    while (digits-- > 0) power *= 10;
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

bool drawing_lengths(const struct task *task, const struct sizes *sizes, struct pcg *pcg,
                     struct lengths *lengths) {
    lengths->elements = 0;
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        const struct parameter *p = &task->parameters[i];
        struct number_length *length = &lengths->number[i];
        *length = (struct number_length){0};
        if (p->kind == PARAMETER_NUMBER) {
            if (!p->own_range) *length = draw_length(sizes, pcg);
            if (p->from_list && pcg_below(pcg, 2) && lengths->elements)
                *length = (struct number_length){.from_list = true};
            continue;
        }
        lengths->elements = (int)pcg_between(pcg, sizes->min_length, sizes->max_length);
        for (int k = 0; k < lengths->elements; k++) lengths->element[k] = draw_length(sizes, pcg);
        if (lengths->elements < (p->kind == PARAMETER_NUMBERS ? 2 : p->nonempty)) return false;
    }
    return true;
}

static struct number_length length_of(const struct decimal *value) {
    return (struct number_length){.digits = (uint8_t)decimal_length(value),
                                  .negative = decimal_is_negative(value)};
}

void drawing_lengths_of(const struct task *task, const struct arguments *arguments, struct lengths *lengths) {
    lengths->elements = 0;
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        const struct parameter *p = &task->parameters[i];
        lengths->number[i] = (struct number_length){0};
        if (p->kind == PARAMETER_NUMBER) {
            if (!p->own_range) lengths->number[i] = length_of(&arguments->number[i]);
            continue;
        }
        lengths->elements = arguments->list.length;
        for (int k = 0; k < lengths->elements; k++)
            lengths->element[k] = length_of(&arguments->list.element[k]);
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
        struct decimal moving = list->element[i];
        int k = i;
        for (; k > 0 && decimal_compare(&list->element[k - 1], &moving) > 0; k--)
            list->element[k] = list->element[k - 1];
        list->element[k] = moving;
    }
}

bool drawing_digits(const struct task *task, const struct sizes *sizes, const struct lengths *lengths,
                    struct pcg *pcg, struct arguments *out) {
    bool fits = true;
    struct list *list = &out->list;
    list->length = 0;
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        const struct parameter *p = &task->parameters[i];
        if (p->kind == PARAMETER_NUMBER) {
            struct decimal *number = &out->number[i];
            if (p->own_range)
                *number = decimal_from(pcg_between(pcg, p->min, largest_drawn(p)));
            else if (lengths->number[i].from_list)
                *number = list->element[pcg_below(pcg, (uint32_t)list->length)];
            else
                *number = draw_number(sizes, lengths->number[i], pcg);
            fits = fits && parameter_allows(p, number);
            continue;
        }
        list->length = lengths->elements;
        for (int k = 0; k < list->length; k++) {
            list->element[k] = draw_number(sizes, lengths->element[k], pcg);
            fits = fits && parameter_allows(p, &list->element[k]);
        }
        if (p->ascending) sort_list(list);
    }
    return fits;
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
static double count_ascending(const struct parameter *p, const struct lengths *lengths) {
    int have[DECIMAL_ARGUMENT + 1] = {0};
    double count = 1;
    for (int k = 0; k < lengths->elements; k++) {
        int digits = lengths->element[k].digits;
        have[digits]++; /* n numbers make n multisets of one, n (n + 1) / 2 of two, ... */
        count *= (count_numbers(p, digits) + have[digits] - 1) / have[digits];
    }
    return count;
}

double drawing_problems(const struct task *task, const struct lengths *lengths) {
    double count = 1;
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        const struct parameter *p = &task->parameters[i];
        const struct number_length *number = &lengths->number[i];
        if (p->kind != PARAMETER_NUMBER && p->ascending)
            count *= count_ascending(p, lengths);
        else if (p->kind != PARAMETER_NUMBER)
            for (int k = 0; k < lengths->elements; k++) count *= count_numbers(p, lengths->element[k].digits);
        else if (p->own_range)
            count *= (double)(largest_drawn(p) - p->min + 1);
        else if (!number->from_list)
            count *= count_numbers(p, number->digits);
    }
    return count;
}
