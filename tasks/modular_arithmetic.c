/* A chain of additions, subtractions and multiplications modulo m, each with its remainder taken at once. */
#include "tasks/tasks.h"
#include "trace/trace.h"

enum { PLUS, MINUS, TIMES, OPERATIONS };

static const char *const names[] = {"step", "result", "value", NULL};
static const char *const signs[] = {[PLUS] = "+", [MINUS] = "-", [TIMES] = "*", [OPERATIONS] = NULL};

static struct decimal apply(int operation, const struct decimal *a, const struct decimal *b) {
    return operation == PLUS ? decimal_add(a, b) : operation == MINUS ? decimal_sub(a, b) : decimal_mul(a, b);
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    const struct list *steps = &in->list[0];
    const struct decimal *m = &in->atom[1].number;
    struct decimal value = in->atom[0].number;
    struct list step;
    int64_t count = hold_int(t, steps->length);
    for (int64_t i = 0; i < count; i++) {
        list_inner(steps, i, &step);
        let_list(t, "step", &step);
        struct decimal number = list_get(&step, 1);
        struct decimal result = let(t, "result", apply(list_symbol(&step, 0), &value, &number));
        decimal_divmod(&result, m, NULL, &value);
        value = let(t, "value", value);
    }
    value_set_number(out, &value);
}

/* `size` steps; a modulus of 2 or more. */
static bool draw(const struct sizes *sizes, int size, struct pcg *pcg, struct arguments *out) {
    int64_t least = sizes->min > 2 ? sizes->min : 2;
    if (sizes->max < least) return false;
    int64_t m = pcg_between(pcg, least, sizes->max);
    out->atom[0] = atom_int(pcg_between(pcg, 0, m - 1));
    out->atom[1] = atom_int(m);
    for (int i = 0; i < size; i++) {
        const struct atom step[] = {atom_symbol(signs, (int)pcg_below(pcg, OPERATIONS)),
                                    atom_int(pcg_between(pcg, 0, m - 1))};
        list_append_atoms(&out->list[0], 2, step);
    }
    return true;
}

static const char *fault(const struct arguments *in) {
    return decimal_compare(&in->atom[0].number, &in->atom[1].number) < 0
               ? NULL
               : "the start is not below the modulus";
}

const struct task task_modular_arithmetic = {
    .name = "modular_arithmetic",
    .summary = "a chain of + - * modulo m",
    .about =
        "From start, which is below m, a step after the other: step is the next sign and number, result "
        "what it makes of the value so far, and value its remainder modulo m, which is never below 0: -2 "
        "modulo 7 is 5. The answer is the last value, or start without steps. How many steps there are is "
        "not written. Moduli from min (2 at least) to max are drawn. A wrong sign or number in step "
        "is what is reckoned with; any error goes into all later values, unless a step "
        "times 0 ends it.",
    .family = FAMILY_LOOKUP,
    .parameters = {{.name = "start"},
                   {.name = "m", .positive = true},
                   {.name = "steps", .kind = PARAMETER_LIST, .element = "(symbol, number)"}},
    .names = names,
    .alphabet = signs,
    .visibility = VISIBILITY_CALL,
    .sizes = {.max = 10, .min_length = 2, .max_length = 6},
    .run = run,
    .draw = draw,
    .fault = fault,
};
