/* A logical expression in postfix order: truths go onto a stack, operators take theirs from its top. */
#include "tasks/tasks.h"
#include "trace/trace.h"

enum symbol { FALSE, TRUE, NOT, AND, OR, XOR, SYMBOLS };

static const char *const names[] = {"symbol", "stack", "false", "true", NULL};
static const char *const symbols[] = {"F", "T", "not", "and", "or", "xor", NULL};

/* How many values a symbol takes from the stack; it puts one there. */
static int operands(int symbol) { return symbol <= TRUE ? 0 : symbol == NOT ? 1 : 2; }

static bool apply(int symbol, bool a, bool b) {
    if (symbol == NOT) return !b;
    if (symbol == AND) return a && b;
    return symbol == OR ? a || b : a != b;
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct list stack;
    list_clear(&stack);
    int64_t count = hold_int(t, in->list[0].length);
    for (int64_t i = 0; i < count; i++) {
        int symbol = let_symbol(t, "symbol", symbols, list_symbol(&in->list[0], i)), top = stack.length - 1;
        bool b = list_truth(&stack, top), a = list_truth(&stack, top - 1);
        for (int k = 0; k < operands(symbol); k++) list_remove(&stack, top - k);
        list_append_truth(&stack, symbol <= TRUE ? symbol == TRUE : apply(symbol, a, b));
        let_list(t, "stack", &stack);
    }
    value_set_truth(out, list_truth(&stack, stack.length - 1));
}

/* Left to right, each symbol uniform among those kinds after which one value can still be what is left. */
static bool draw(const struct sizes *sizes, int size, struct pcg *pcg, struct arguments *out) {
    (void)sizes;
    for (int left = size - 1, values = 0; left >= 0;) {
        int kind = (int)pcg_below(pcg, 3); /* how many operands */
        if (values < kind || values - kind > left) continue;
        int symbol = kind == 0 ? (int)pcg_below(pcg, 2) : kind == 1 ? NOT : AND + (int)pcg_below(pcg, 3);
        list_append_symbol(&out->list[0], symbols, symbol);
        values += 1 - kind;
        left--;
    }
    return true;
}

static const char *fault(const struct arguments *in) {
    int values = 0;
    for (int i = 0; i < in->list[0].length; i++) {
        int symbol = list_symbol(&in->list[0], i);
        if (values < operands(symbol)) return "an operator has too few values before it";
        values += 1 - operands(symbol);
    }
    return values == 1 ? NULL : "more than one value is left at the end";
}

const struct task task_boolean_eval = {
    .name = "boolean_eval",
    .summary = "the truth of a logical expression in postfix order, by a stack",
    .about = "T is true, F is false, and an operator stands behind what it is applied to: [T, F, or, not] "
             "is not (T or F). symbol is the next symbol, and stack what is on the stack behind it, its "
             "top last: a truth is put on it, `not` takes one value from it and puts the result there, "
             "and the others take two. The answer is what is left. Only how many symbols there are is "
             "kept unwritten. A wrong symbol is obeyed as it is, and what a stack lacks is false.",
    .family = FAMILY_BRANCHING,
    .parameters = {{.name = "expression", .kind = PARAMETER_LIST, .element = "symbol", .nonempty = true}},
    .names = names,
    .alphabet = symbols,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_length = 7, .max_length = 10},
    .run = run,
    .draw = draw,
    .fault = fault,
};
