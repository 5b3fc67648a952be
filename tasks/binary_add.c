/* Addition in base 2 of lists of bits, as on paper: from the last bit to the first. */
#include "tasks/tasks.h"
#include "trace/trace.h"

static const char *const names[] = {"place", "bitx", "bity", "bit", "carry", NULL};

/* The bit so many places from the right; 0 where the number has no more. */
static struct decimal bit_at(const struct list *bits, int64_t place) {
    return place < 0 || place >= bits->length ? decimal_from(0) : list_get(bits, bits->length - 1 - place);
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct list *x = &in->list[0], *y = &in->list[1];
    struct decimal two = decimal_from(2), carry = decimal_from(0);
    out->atom.kind = KIND_LIST;
    list_clear(&out->list);
    int64_t places = hold_int(t, x->length > y->length ? x->length : y->length);
    for (int64_t place = let_int(t, "place", 0); place < places; place = let_int(t, "place", place + 1)) {
        struct decimal bitx = let(t, "bitx", bit_at(x, place));
        struct decimal bity = let(t, "bity", bit_at(y, place));
        struct decimal column = decimal_add(&bitx, &bity), bit;
        column = hold(t, decimal_add(&column, &carry));
        decimal_divmod(&column, &two, &carry, &bit);
        bit = let(t, "bit", bit);
        carry = let(t, "carry", carry);
        list_insert(&out->list, -1, &bit);
        hold_list(t, &out->list);
    }
    if (!decimal_is_zero(&carry)) list_insert(&out->list, -1, &carry);
}

const struct task task_binary_add = {
    .name = "binary_add",
    .summary = "the sum of two lists of bits, bit by bit with a carry",
    .about = "The bits are written as a number in base 2 is, the lowest last. place counts them from the "
             "last one, which is 0; bitx and bity stand there, 0 where a list has no more; bit is written "
             "below them, and carry goes to the next place. place is last the length of the longer list, "
             "and a carry of 1 then stands before all bits. The answer has as many bits as the longer list, "
             "or one more. A column's sum and the bits so far are not written. A wrong carry is added into "
             "the next column, a wrong bit stays in the answer.",
    .family = FAMILY_LOOKUP,
    .parameters = {{.name = "x", .kind = PARAMETER_LIST, .max = 1, .max_digits = 1},
                   {.name = "y", .kind = PARAMETER_LIST, .max = 1, .max_digits = 1}},
    .names = names,
    .visibility = VISIBILITY_CALL,
    .sizes = {SAMPLING_MAGNITUDE, .min_digits = 1, .max_digits = 1, .max = 1, .min_length = 4,
              .max_length = 8},
    .run = run,
};
