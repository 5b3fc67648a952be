/* Countdown: an expression of some of the numbers that makes the target, by search with backtracking. */
#include <limits.h>
#include <string.h>

#include "tasks/tasks.h"
#include "trace/trace.h"

enum { NUMBERS = 5, DRAWN_RETREATS = 3, DRAWN_TARGET = 99 };

static const char *const operations[] = {"+", "-", "*", "/", NULL};
static const char *const names[] = {"step", "left", "makes", "back left", NULL};

/* a `operation` b; false where it is not a whole number. */
static bool apply(int operation, const struct decimal *a, const struct decimal *b, struct decimal *result) {
    struct decimal rest = decimal_from(0);
    if (operation == 3 && decimal_is_zero(b)) return false;
    if (operation == 0) *result = decimal_add(a, b);
    if (operation == 1) *result = decimal_sub(a, b);
    if (operation == 2) *result = decimal_mul(a, b);
    if (operation == 3) decimal_divmod(a, b, result, &rest);
    return decimal_is_zero(&rest);
}

/* The numbers left after some steps; how many steps from here were tried; and the one that led on, as it was
 * written: (a, operation, b, result), of the numbers at two places. */
struct stage {
    struct list left;
    int from[NUMBERS]; /* the stage whose step made each number; -1: it was given */
    int tried;
    struct atom step[4];
    int place[2];
};

/* The step of two numbers, the larger first; false where it gives no whole number. */
static bool set_step(struct stage *stage, int i, int k, int operation) {
    struct decimal a = list_get(&stage->left, i), b = list_get(&stage->left, k), result;
    bool turned = decimal_compare(&a, &b) < 0;
    stage->place[0] = turned ? k : i;
    stage->place[1] = turned ? i : k;
    if (!apply(operation, turned ? &b : &a, turned ? &a : &b, &result)) return false;
    stage->step[0] = atom_number(turned ? &b : &a);
    stage->step[1] = atom_symbol(operations, operation);
    stage->step[2] = atom_number(turned ? &a : &b);
    stage->step[3] = atom_number(&result);
    return true;
}

/* The same for a step of use, whose result is neither 0 nor one of the two. */
static bool set_useful_step(struct stage *stage, int i, int k, int operation) {
    if (!set_step(stage, i, k, operation)) return false;
    const struct atom *step = stage->step;
    return !decimal_is_zero(&step[3].number) && !atom_same(&step[3], &step[0]) &&
           !atom_same(&step[3], &step[2]);
}

/* The next step of a stage: pair by pair, the operations in their order. */
static bool next_step(struct stage *stage) {
    int count = stage->left.length < NUMBERS ? stage->left.length : NUMBERS, number = 0;
    for (int i = 0; i < count; i++)
        for (int k = i + 1; k < count; k++, number += 4)
            while (stage->tried >= number && stage->tried < number + 4)
                if (set_useful_step(stage, i, k, stage->tried++ - number)) return true;
    return false;
}

static void write_list(struct trace *t, const char *name, struct list *list) {
    if (t) let_list(t, name, list);
}

/* Writes what the last two numbers make, and takes the step that makes the target. */
static bool last_step(struct trace *t, struct stage *stage, const struct decimal *target) {
    int operation[4] = {0};
    struct list makes;
    list_clear(&makes);
    if (stage->tried++) return false;
    for (int i = 0; i < 4; i++) {
        if (!set_step(stage, 0, 1, i)) continue;
        if (i == 2 && decimal_compare(&stage->step[3].number, target) > 0) continue;
        operation[makes.length] = i;
        list_append_atom(&makes, &stage->step[3]);
    }
    write_list(t, "makes", &makes);
    for (int i = 0; i < makes.length && i < 4; i++) {
        struct decimal made = list_get(&makes, i);
        if (decimal_compare(&made, target)) continue;
        set_step(stage, 0, 1, operation[i]);
        stage->step[3] = atom_number(target);
        return true;
    }
    return false;
}

/* What is left after the step: the numbers that it does not use, and its result. */
static void follow_step(const struct stage *stage, int depth, struct stage *next) {
    next->tried = 0;
    list_clear(&next->left);
    for (int i = 0; i < NUMBERS; i++) next->from[i] = -1;
    for (int i = 0; i < stage->left.length && i < NUMBERS; i++) {
        if (i == stage->place[0] || i == stage->place[1]) continue;
        next->from[next->left.length] = stage->from[i];
        list_append_atom(&next->left, &stage->left.atom[i]);
    }
    next->from[next->left.length] = depth;
    list_append_atom(&next->left, &stage->step[3]);
}

static void begin(const struct arguments *in, struct stage *stage) {
    stage->tried = 0;
    list_copy(&stage->left, &in->list[0]);
    for (int i = 0; i < NUMBERS; i++) stage->from[i] = -1;
}

static void write_step(struct trace *t, struct stage *stage) {
    struct list step;
    list_clear(&step);
    step.tuple = true;
    for (int i = 0; i < 4; i++) list_append_atom(&step, &stage->step[i]);
    write_list(t, "step", &step);
    for (int i = 0; i < 4; i++) stage->step[i] = step.atom[i];
}

/* Depth first, written into the trace unless that is NULL: how many steps make the target; 0 when none do, or
 * after too many retreats. There is nothing to hold: what it goes back to was written. */
static int search(struct trace *t, const struct arguments *in, int retreats, struct stage stage[NUMBERS]) {
    const struct decimal *target = &in->atom[1].number;
    int depth = 0;
    begin(in, &stage[0]);
    for (;;) {
        struct stage *now = &stage[depth];
        bool last = now->left.length == 2;
        if (depth == NUMBERS - 1 || !(last ? last_step(t, now, target) : next_step(now))) {
            if (--depth < 0 || retreats-- == 0) return 0;
            write_list(t, "back left", &stage[depth].left);
            continue;
        }
        write_step(t, now);
        if (!decimal_compare(&now->step[3].number, target)) return depth + 1;
        follow_step(now, depth, &stage[depth + 1]);
        write_list(t, "left", &stage[++depth].left);
    }
}

/* The expression that the step of a stage ends. */
static void set_expression(const struct stage *stage, int depth, struct list *out) {
    struct list inner;
    list_clear(out);
    out->tuple = true;
    for (int side = 0; side < 2; side++) {
        int from = stage[depth].from[stage[depth].place[side]];
        if (side == 1) list_append_atom(out, &stage[depth].step[1]);
        if (from < 0) {
            list_append_atom(out, &stage[depth].step[2 * side]);
        } else {
            set_expression(stage, from, &inner);
            list_append_list(out, &inner);
        }
    }
}

/* Whether the number is in a flat list; it is taken out. */
static bool take(struct list *list, const struct atom *number) {
    for (int i = 0; list->atoms == list->length && i < list->length; i++)
        if (atom_same(&list->atom[i], number)) {
            list_remove(list, i);
            return true;
        }
    return false;
}

static void run(struct trace *t, const struct arguments *in, struct value *out) {
    struct stage stage[NUMBERS];
    struct list given;
    list_copy(&given, &in->list[0]);
    value_set_int(out, 0);
    if (take(&given, &in->atom[1])) {
        out->atom = in->atom[1];
        return;
    }
    int steps = search(t, in, INT_MAX, stage);
    if (!steps) return;
    out->atom.kind = KIND_LIST;
    set_expression(stage, steps - 1, &out->list);
}

/* `size` numbers, and what random steps make of all of them, where the search finds it soon. */
static bool draw(const struct sizes *sizes, int size, struct pcg *pcg, struct arguments *out) {
    struct stage stage, next, stages[NUMBERS];
    struct list given;
    bool by_length = sizes->sampling == SAMPLING_LENGTH;
    int64_t least = !by_length && sizes->min > 1 ? sizes->min : 1, most = by_length ? 0 : sizes->max;
    if (size < 2 || size > NUMBERS) return false;
    for (int i = 0; by_length && i < sizes->max_digits; i++) most = 10 * most + 9;
    for (int i = 0; i < size; i++) list_append_int(&out->list[0], pcg_between(pcg, least, most));
    begin(out, &stage);
    while (stage.left.length > 1) {
        uint32_t count = (uint32_t)stage.left.length, i = pcg_below(pcg, count), k = pcg_below(pcg, count);
        if (i == k || !set_useful_step(&stage, (int)i, (int)k, (int)pcg_below(pcg, 4))) return false;
        follow_step(&stage, 0, &next);
        stage = next;
    }
    out->atom[1] = stage.left.atom[0];
    list_copy(&given, &out->list[0]);
    return list_int(&stage.left, 0) <= DRAWN_TARGET && !take(&given, &out->atom[1]) &&
           search(NULL, out, DRAWN_RETREATS, stages);
}

static const char *fault(const struct arguments *in) {
    struct stage stage[NUMBERS];
    struct list given;
    if (in->list[0].length > NUMBERS) return "there are more than 5 numbers";
    list_copy(&given, &in->list[0]);
    if (take(&given, &in->atom[1]) || search(NULL, in, INT_MAX, stage)) return NULL;
    return "no expression of these numbers makes the target";
}

/* --- any right expression is right, by any steps of which it is made --- */

struct expression {
    struct list written, unused;
    int at;                         /* what comes next of the expression */
    const struct judged_line *line; /* `lines` of them, each operation one of their steps; NULL: no matter */
    int lines;
};

static bool is_step(const struct judged_line *line) {
    const struct list *list = &line->value->list;
    return !strcmp(line->name, "step") && value_is_list(line->value) && list->tuple && list->atoms == 4 &&
           list->atom[0].kind == KIND_NUMBER && list->atom[1].kind == KIND_SYMBOL &&
           list->atom[2].kind == KIND_NUMBER && list->atom[3].kind == KIND_NUMBER;
}

static bool was_stepped(const struct expression *e, const struct atom step[4]) {
    for (int i = 0; i < e->lines; i++) {
        bool same = is_step(&e->line[i]);
        for (int k = 0; same && k < 4; k++) same = atom_same(&e->line[i].value->list.atom[k], &step[k]);
        if (same) return true;
    }
    return !e->line;
}

/* A number that is not used yet, or (operand, operation, operand). */
static bool evaluate(struct expression *e, struct decimal *result) {
    if (e->at >= e->written.atoms) return false;
    const struct atom *atom = &e->written.atom[e->at++];
    struct atom step[4] = {atom_int(0), atom_int(0), atom_int(0), atom_int(0)};
    if (atom->kind == KIND_NUMBER) *result = atom->number;
    if (atom->kind == KIND_NUMBER) return take(&e->unused, atom);
    if (atom->kind != KIND_TUPLE || !evaluate(e, &step[0].number)) return false;
    if (e->at >= e->written.atoms || e->written.atom[e->at].kind != KIND_SYMBOL) return false;
    step[1] = e->written.atom[e->at++];
    if (!evaluate(e, &step[2].number)) return false;
    if (e->written.atom[e->at++].kind != KIND_END) return false;
    if (!apply(step[1].symbol, &step[0].number, &step[2].number, result)) return false;
    step[3] = atom_number(result);
    return was_stepped(e, step);
}

/* `line` and `lines` as above. */
static bool makes_target(const struct arguments *in, const struct value *answer,
                         const struct judged_line *line, int lines) {
    struct expression e = {.line = line, .lines = lines};
    struct decimal result;
    list_copy(&e.unused, &in->list[0]);
    if (value_is_list(answer))
        list_append_list(&e.written, &answer->list);
    else
        list_append_atom(&e.written, &answer->atom);
    return evaluate(&e, &result) && !decimal_compare(&result, &in->atom[1].number);
}

static bool judge_answer(const struct arguments *in, const struct value *answer) {
    return makes_target(in, answer, NULL, 0);
}

static bool is_left(const struct judged_line *line) {
    return (!strcmp(line->name, "left") || !strcmp(line->name, "back left")) && value_is_list(line->value);
}

/* What is left before line i. */
static const struct list *left_before(const struct arguments *in, const struct judged_line *lines, int i) {
    while (--i >= 0)
        if (is_left(&lines[i])) return &lines[i].value->list;
    return &in->list[0];
}

/* Whether two lists have the same numbers, in any order. */
static bool same_numbers(const struct list *a, const struct list *b) {
    struct list rest;
    list_copy(&rest, b);
    for (int i = 0; i < a->atoms; i++)
        if (!take(&rest, &a->atom[i])) return false;
    return rest.length == 0 && !a->tuple;
}

/* Whether the last two numbers make each of these. */
static bool are_made(const struct list *left, const struct list *made) {
    const struct atom *x = &left->atom[0], *y = &left->atom[1];
    if (left->length != 2 || x->kind != KIND_NUMBER || y->kind != KIND_NUMBER || made->tuple) return false;
    for (int i = 0; i < made->atoms; i++) {
        bool found = false;
        for (int operation = 0; operation < 4; operation++) {
            struct atom one = atom_int(0), other = atom_int(0);
            found |= apply(operation, &x->number, &y->number, &one.number) && atom_same(&made->atom[i], &one);
            found |=
                apply(operation, &y->number, &x->number, &other.number) && atom_same(&made->atom[i], &other);
        }
        if (!found) return false;
    }
    return true;
}

/* A step takes two of the numbers that are left, which then have its result in their place; `back left` is
 * what was left at any time before. */
static bool judge_line(const struct arguments *in, const struct judged_line *lines, int i) {
    const struct value *value = lines[i].value;
    const char *name = lines[i].name;
    bool stepped = i > 0 && !strcmp(lines[i - 1].name, "step");
    struct decimal result;
    struct list left;
    list_copy(&left, left_before(in, lines, i));
    if (!strcmp(name, "answer")) return makes_target(in, value, lines, i);
    if (!strcmp(name, "step")) {
        const struct atom *step = value->list.atom;
        return !stepped && is_step(&lines[i]) && take(&left, &step[0]) && take(&left, &step[2]) &&
               apply(step[1].symbol, &step[0].number, &step[2].number, &result) &&
               !decimal_compare(&result, &step[3].number);
    }
    if (!value_is_list(value)) return false;
    if (!strcmp(name, "left")) {
        const struct atom *step = stepped && is_step(&lines[i - 1]) ? lines[i - 1].value->list.atom : NULL;
        if (!step || !take(&left, &step[0]) || !take(&left, &step[2])) return false;
        list_append_atom(&left, &step[3]);
        return same_numbers(&value->list, &left);
    }
    if (!strcmp(name, "makes")) return !stepped && are_made(&left, &value->list);
    if (stepped || same_numbers(&value->list, &left)) return false;
    for (int k = 0; k <= i; k++)
        if (same_numbers(&value->list, left_before(in, lines, k))) return true;
    return false;
}

const struct task task_countdown = {
    .name = "countdown",
    .summary = "an expression of some of the numbers that makes the target, by search with backtracking",
    .about =
        "step takes two of the numbers that are left, the larger first, and is (a, operation, b, "
        "result); left is what is then left. Pairs are tried in the order of the list with each of + - * "
        "/, where the result is a whole number, not 0 and neither of the two. Of the last two, makes is "
        "their sum, difference, product where it is not above the target, and quotient where it is whole; "
        "if the target is not there, back left is what was left before. The answer is the expression in "
        "brackets, each number used once at most. Any that is right is right. A wrong result makes "
        "another.",
    .family = FAMILY_SEARCHING,
    .parameters =
        {{.name = "numbers", .kind = PARAMETER_LIST, .positive = true, .nonempty = true, .max_digits = 3},
         {.name = "target", .positive = true, .max_digits = 3}},
    .names = names,
    .alphabet = operations,
    .visibility = VISIBILITY_CALL,
    .sizes = {.sampling = SAMPLING_MAGNITUDE,
              .min_digits = 1,
              .max_digits = 1,
              .min = 1,
              .max = 9,
              .min_length = 3,
              .max_length = 4},
    .run = run,
    .draw = draw,
    .fault = fault,
    .judge_answer = judge_answer,
    .judge_line = judge_line,
};
