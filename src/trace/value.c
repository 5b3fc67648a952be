/* Values of any kind. See value.h. */
#include "trace/value.h"

#include <string.h>

const char *const value_truth_texts[] = {"false", "true", NULL};

/* --- atoms --- */

struct atom atom_number(const struct decimal *number) {
    return (struct atom){.number = *number, .kind = KIND_NUMBER};
}

struct atom atom_int(int64_t number) {
    return (struct atom){.number = decimal_from(number), .kind = KIND_NUMBER};
}

struct atom atom_symbol(const char *const *alphabet, int symbol) {
    bool there = symbol >= 0 && symbol < alphabet_count(alphabet);
    return (struct atom){.alphabet = alphabet, .symbol = there ? symbol : 0, .kind = KIND_SYMBOL};
}

struct atom atom_truth(bool truth) {
    return (struct atom){.truth = truth, .kind = KIND_TRUTH};
}

bool atom_same(const struct atom *a, const struct atom *b) {
    if (a->kind != b->kind) return false;
    switch (a->kind) {
    case KIND_NUMBER: return !decimal_compare(&a->number, &b->number);
    case KIND_SYMBOL: return a->alphabet == b->alphabet && a->symbol == b->symbol;
    case KIND_TRUTH: return a->truth == b->truth;
    default: return true;
    }
}

const char *atom_text(const struct atom *atom) {
    if (atom->kind == KIND_TRUTH) return value_truth_texts[atom->truth];
    return atom->kind == KIND_SYMBOL ? atom->alphabet[atom->symbol] : NULL;
}

/* --- lists --- */

void list_clear(struct list *list) {
    list->length = list->atoms = 0;
    list->tuple = false;
}

void list_copy(struct list *to, const struct list *from) {
    to->length = from->length;
    to->atoms = from->atoms;
    to->tuple = from->tuple;
    memcpy(to->atom, from->atom, (size_t)from->atoms * sizeof *from->atom);
}

bool list_same(const struct list *a, const struct list *b) {
    bool same = a->atoms == b->atoms && a->tuple == b->tuple;
    for (int i = 0; same && i < a->atoms; i++) same = atom_same(&a->atom[i], &b->atom[i]);
    return same;
}

static bool opens(const struct atom *atom) { return atom->kind == KIND_LIST || atom->kind == KIND_TUPLE; }

/* The atom behind the element that begins at `at`. */
static int behind(const struct list *list, int at) {
    int depth = 0;
    do {
        depth += opens(&list->atom[at]);
        depth -= list->atom[at].kind == KIND_END;
        at++;
    } while (depth > 0);
    return at;
}

int list_at(const struct list *list, int64_t i) {
    if (i < 0 || i >= list->length) return list->atoms;
    if (list->length == list->atoms) return (int)i;
    int at = 0;
    while (i-- > 0) at = behind(list, at);
    return at;
}

/* Element i when it is an atom of this kind, or NULL. */
static const struct atom *element(const struct list *list, int64_t i, enum kind kind) {
    int at = list_at(list, i);
    return at < list->atoms && list->atom[at].kind == kind ? &list->atom[at] : NULL;
}

struct decimal list_get(const struct list *list, int64_t i) {
    const struct atom *atom = element(list, i, KIND_NUMBER);
    return atom ? atom->number : decimal_from(0);
}

int64_t list_int(const struct list *list, int64_t i) {
    const struct atom *atom = element(list, i, KIND_NUMBER);
    return atom ? decimal_int(&atom->number) : 0;
}

int list_symbol(const struct list *list, int64_t i) {
    const struct atom *atom = element(list, i, KIND_SYMBOL);
    return atom ? atom->symbol : 0;
}

bool list_truth(const struct list *list, int64_t i) {
    const struct atom *atom = element(list, i, KIND_TRUTH);
    return atom && atom->truth;
}

const struct atom *list_part_atom(const struct list *list, int64_t i, int64_t k) {
    int at = list_at(list, i), end;
    if (at == list->atoms || !opens(&list->atom[at]) || k < 0) return NULL;
    end = behind(list, at) - 1;
    return k < end - at - 1 ? &list->atom[at + 1 + k] : NULL;
}

int64_t list_part(const struct list *list, int64_t i, int64_t k) {
    const struct atom *atom = list_part_atom(list, i, k);
    return atom && atom->kind == KIND_NUMBER ? decimal_int(&atom->number) : 0;
}

void list_inner(const struct list *list, int64_t i, struct list *inner) {
    int at = list_at(list, i);
    list_clear(inner);
    if (at == list->atoms || !opens(&list->atom[at])) return;
    inner->tuple = list->atom[at].kind == KIND_TUPLE;
    int end = behind(list, at) - 1;
    for (int k = at + 1; k < end; inner->length++) k = behind(list, k);
    inner->atoms = end - at - 1;
    memcpy(inner->atom, list->atom + at + 1, (size_t)inner->atoms * sizeof *inner->atom);
}

/* Whether one element more, of so many atoms, has room. */
static bool has_room(const struct list *list, int atoms) {
    return list->length < LIST_MAX && list->atoms + atoms <= LIST_ATOMS;
}

void list_append_atom(struct list *list, const struct atom *atom) {
    if (!has_room(list, 1)) return;
    list->atom[list->atoms++] = *atom;
    list->length++;
}

void list_append(struct list *list, const struct decimal *number) {
    if (!has_room(list, 1)) return;
    list->atom[list->atoms].number = *number;
    list->atom[list->atoms++].kind = KIND_NUMBER;
    list->length++;
}

void list_append_int(struct list *list, int64_t number) {
    struct decimal value = decimal_from(number);
    list_append(list, &value);
}

void list_append_symbol(struct list *list, const char *const *alphabet, int symbol) {
    struct atom atom = atom_symbol(alphabet, symbol);
    list_append_atom(list, &atom);
}

void list_append_truth(struct list *list, bool truth) {
    struct atom atom = atom_truth(truth);
    list_append_atom(list, &atom);
}

/* Adds these atoms, balanced, as one list or tuple. */
static void append_nested(struct list *list, enum kind kind, int count, const struct atom *atoms) {
    if (!has_room(list, count + 2)) return;
    list->atom[list->atoms++].kind = kind;
    memcpy(list->atom + list->atoms, atoms, (size_t)count * sizeof *atoms);
    list->atoms += count;
    list->atom[list->atoms++].kind = KIND_END;
    list->length++;
}

void list_append_list(struct list *list, const struct list *inner) {
    append_nested(list, inner->tuple ? KIND_TUPLE : KIND_LIST, inner->atoms, inner->atom);
}

void list_append_atoms(struct list *list, int count, const struct atom *atoms) {
    append_nested(list, KIND_TUPLE, count, atoms);
}

void list_append_ints(struct list *list, int count, const int64_t *numbers) {
    if (!has_room(list, count + 2)) return;
    list->atom[list->atoms++].kind = KIND_TUPLE;
    for (int i = 0; i < count; i++) list->atom[list->atoms++] = atom_int(numbers[i]);
    list->atom[list->atoms++].kind = KIND_END;
    list->length++;
}

void list_insert(struct list *list, int64_t i, const struct decimal *number) {
    if (!has_room(list, 1)) return;
    int place = i < 0 ? 0 : list_at(list, i);
    memmove(list->atom + place + 1, list->atom + place, (size_t)(list->atoms - place) * sizeof *list->atom);
    list->atom[place] = atom_number(number);
    list->atoms++;
    list->length++;
}

void list_remove(struct list *list, int64_t i) {
    int at = list_at(list, i);
    if (at == list->atoms) return;
    int end = behind(list, at);
    memmove(list->atom + at, list->atom + end, (size_t)(list->atoms - end) * sizeof *list->atom);
    list->atoms -= end - at;
    list->length--;
}

/* --- values --- */

void value_set_number(struct value *value, const struct decimal *number) {
    value->atom = atom_number(number);
}
void value_set_int(struct value *value, int64_t number) { value->atom = atom_int(number); }
void value_set_truth(struct value *value, bool truth) { value->atom = atom_truth(truth); }

void value_set_symbol(struct value *value, const char *const *alphabet, int symbol) {
    value->atom = atom_symbol(alphabet, symbol);
}

void value_set_list(struct value *value, const struct list *list) {
    value->atom.kind = KIND_LIST;
    list_copy(&value->list, list);
}

bool value_is_list(const struct value *value) { return value->atom.kind == KIND_LIST; }

void value_copy(struct value *to, const struct value *from) {
    to->atom = from->atom;
    if (value_is_list(from)) list_copy(&to->list, &from->list);
}

bool value_same(const struct value *a, const struct value *b) {
    return value_is_list(a) && value_is_list(b) ? list_same(&a->list, &b->list)
                                                : atom_same(&a->atom, &b->atom);
}
