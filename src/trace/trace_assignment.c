/* What happens to a value that an algorithm assigns or keeps: noise acts on it, it is written, perhaps
 * mended. See trace.h. */
#include <string.h>

#include "base/memory.h"
#include "trace/corruption.h"
#include "trace/token_writer.h"
#include "trace/trace_state.h"

/* --- noise --- */

/* The running call's variable of this name, or NULL. */
static struct variable *variable_find(struct trace *t, const char *name) {
    for (size_t i = t->variable_count; i-- > 0 && t->variables[i].depth == t->depth;)
        if (!strcmp(t->variables[i].name, trace_bare_name(name))) return &t->variables[i];
    return NULL;
}

static void remember(struct trace *t, const char *name, const struct value *value) {
    struct variable *v = variable_find(t, name);
    if (!v) {
        size_t needed = t->variable_count + 1;
        if (memory_reserve(&t->variables, &t->variable_capacity, needed, sizeof *v))
            trace_leave(t, LEAVE_MEMORY);
        v = &t->variables[t->variable_count++];
        v->name = trace_bare_name(name);
        v->depth = t->depth;
    }
    value_copy(&v->value, value);
}

/* Lets the dynamic kinds alter atoms, of values that are `held` those kinds that ask for them; where noise is
 * not aimed here they only draw. True when a site was hit. */
static bool alter(struct trace *t, struct atom *atoms, int count, bool held, bool aimed) {
    bool hit = false;
    for (int i = 0; i < count; i++) {
        if (atoms[i].kind > KIND_TRUTH) continue;
        for (int k = 0; k < t->kinds; k++) {
            struct acting_noise *n = &t->noises[k];
            if (!n->noise->alter || (held && !n->noise->held)) continue;
            struct tally *tally = aimed ? &n->tally : NULL;
            int64_t before = n->tally.hits;
            if (atoms[i].kind == KIND_NUMBER)
                n->noise->alter(&atoms[i].number, n->rate, &n->sites, tally);
            else
                corruption_of_atom(&atoms[i], n->rate, &n->sites, tally);
            hit |= n->tally.hits > before;
        }
    }
    return hit;
}

/* Lets the dynamic kinds act on what is assigned; t->right keeps what it was. True when a site was hit. */
static bool disturb(struct trace *t, const char *name, struct value *value, bool aimed) {
    const struct variable *old = t->forgets ? variable_find(t, name) : NULL;
    bool hit = false;
    value_copy(&t->right, value);
    for (int k = 0; k < t->kinds; k++) {
        struct acting_noise *n = &t->noises[k];
        if (!n->noise->forget || !old || old->value.atom.kind != value->atom.kind) continue;
        if (!n->noise->forget(n->rate, &n->sites, aimed ? &n->tally : NULL)) continue;
        value_copy(value, &old->value);
        hit = true;
    }
    hit |= value_is_list(value) ? alter(t, value->list.atom, value->list.atoms, false, aimed)
                                : alter(t, &value->atom, 1, false, aimed);
    return hit;
}

/* --- assignment --- */

void trace_assign(struct trace *t, const char *name, struct value *value, bool lined,
                  const struct task *called, const struct arguments *in) {
    bool aimed = !t->settings.aim || (lined && trace_is_aimed(t, name));
    bool hit = disturb(t, name, value, aimed), mended = false, written = lined && !t->settings.silent;
    if (written) {
        trace_write_assignment(t, name, value, called, in);
        if (hit) trace_mark_value(t);
        if (t->settings.refine > 0) mended = pcg_unit(&t->settings.refining) < t->settings.refine && hit;
    }
    if (mended) {
        value_copy(value, &t->right);
        trace_write_correction(t, name, value);
    }
    if (written && t->settings.follow) t->settings.follow(t->settings.context, t->lines - 1, value);
    t->astray_now |= hit && !mended;
    if (t->forgets) remember(t, name, value);
}

/* Whether an assignment is done without more: nothing happens to it, and it is written or not. */
static bool is_plain(struct trace *t, const char *name) {
    trace_count_assignment(t);
    if (t->interferes) return false;
    if (!t->silent) trace_begin_line(t, name);
    return true;
}

/* Apart, since room for a list takes time to make. */
static __attribute__((noinline)) void assign_number(struct trace *t, const char *name,
                                                    struct decimal *number) {
    struct value value;
    value_set_number(&value, number);
    trace_assign(t, name, &value, trace_has_lines(t), NULL, NULL);
    *number = value.atom.number;
}

void let_number(struct trace *t, const char *name, struct decimal *number) {
    if (!is_plain(t, name))
        assign_number(t, name, number);
    else if (!t->silent)
        trace_end_line(t, token_writer_put_number(&t->tokens, number, t->settings.reverse));
}

/* What became of a number, within LET_INT_MAX where the number itself was. */
static int64_t limit_int(int64_t value, int64_t number) {
    if (number < -LET_INT_MAX || number > LET_INT_MAX) return value;
    return value < -LET_INT_MAX ? -LET_INT_MAX : value > LET_INT_MAX ? LET_INT_MAX : value;
}

/* Apart for the same reason. */
static __attribute__((noinline)) int64_t assign_int(struct trace *t, const char *name, int64_t number) {
    struct decimal disturbed = decimal_from(number);
    let_number(t, name, &disturbed);
    return limit_int(decimal_int(&disturbed), number);
}

int64_t let_int(struct trace *t, const char *name, int64_t number) {
    if (t->interferes) return assign_int(t, name, number);
    trace_count_assignment(t);
    return t->silent ? number : trace_write_int(t, name, number);
}

void let_value(struct trace *t, const char *name, struct value *value) {
    if (!is_plain(t, name))
        trace_assign(t, name, value, trace_has_lines(t), NULL, NULL);
    else if (!t->silent)
        trace_end_line(t, token_writer_put_value(&t->tokens, &t->alphabets, value, t->settings.reverse));
}

int let_symbol(struct trace *t, const char *name, const char *const *alphabet, int symbol) {
    struct value value;
    value_set_symbol(&value, alphabet, symbol);
    let_value(t, name, &value);
    return value.atom.symbol;
}

bool let_truth(struct trace *t, const char *name, bool truth) {
    struct value value;
    value_set_truth(&value, truth);
    let_value(t, name, &value);
    return value.atom.truth;
}

void let_list(struct trace *t, const char *name, struct list *list) {
    struct value value;
    if (is_plain(t, name)) {
        if (!t->silent)
            trace_end_line(t, token_writer_put_list(&t->tokens, &t->alphabets, list, t->settings.reverse));
        return;
    }
    value_set_list(&value, list);
    trace_assign(t, name, &value, trace_has_lines(t), NULL, NULL);
    list_copy(list, &value.list);
}

/* An error in what is not written is never mended; nor has it a name that noise could be aimed at. */
static void keep(struct trace *t, struct atom *atoms, int count) {
    trace_count_assignment(t);
    t->astray_now |= alter(t, atoms, count, true, !t->settings.aim);
}

void hold_number(struct trace *t, struct decimal *number) {
    if (!t->head.holds) return;
    struct atom atom = atom_number(number);
    keep(t, &atom, 1);
    *number = atom.number;
}

int64_t hold_int(struct trace *t, int64_t number) {
    if (!t->head.holds) return number;
    struct decimal kept = hold(t, decimal_from(number));
    return decimal_int(&kept);
}

int hold_symbol(struct trace *t, const char *const *alphabet, int symbol) {
    struct atom atom = atom_symbol(alphabet, symbol);
    if (t->head.holds) keep(t, &atom, 1);
    return atom.symbol;
}

bool hold_truth(struct trace *t, bool truth) {
    struct atom atom = atom_truth(truth);
    if (t->head.holds) keep(t, &atom, 1);
    return atom.truth;
}

void hold_list(struct trace *t, struct list *list) {
    if (t->head.holds) keep(t, list->atom, list->atoms);
}
