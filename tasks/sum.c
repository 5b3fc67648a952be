/* The sum of several numbers, added to a running total one after the other. */
#include "tasks/tasks.h"
#include "trace/trace.h"

extern const struct task task_add;

static const char *const names[] = {"total", NULL};
static const struct task *const calls[] = {&task_add, NULL};

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    int64_t count = hold_int(t, in->list[0].length);
    struct decimal total = list_get(&in->list[0], 0);
    for (int i = 1; i < count; i++) total = call(t, "total", &task_add, total, list_get(&in->list[0], i));
    out->atom.number = total;
}

const struct task task_sum = {
    .name = "sum",
    .summary = "the sum of two or more numbers, from left to right",
    .about = "total is the sum so far: of the first two numbers, then with each next one, by add. Which "
             "number is next is not written. A wrong total stays wrong up to the answer, by the same "
             "difference.",
    .family = FAMILY_LOOKUP,
    .parameters = {{.name = "x", .kind = PARAMETER_NUMBERS}},
    .names = names,
    .calls = calls,
    .visibility = VISIBILITY_CALL,
    .sizes = {.min_digits = 1, .max_digits = 3, .max = 999, .min_length = 2, .max_length = 6},
    .run = run,
};
