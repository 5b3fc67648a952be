/* Values: whole numbers, symbols of an alphabet, truths, and lists and tuples of them to any depth.
 *
 * All of it is held by value, so that an algorithm that the recorder leaves in its middle loses nothing. A
 * list is a flat sequence of atoms; inside it a list or tuple is an atom that opens it, its elements, and one
 * that ends it. In a flat list element i is atom i. */
#ifndef COTNOISE_TRACE_VALUE_H
#define COTNOISE_TRACE_VALUE_H

#include "trace/decimal.h"

enum kind {
    KIND_NUMBER,
    KIND_SYMBOL,
    KIND_TRUTH,
    KIND_LIST,  /* opens a list inside a list */
    KIND_TUPLE, /* opens a tuple */
    KIND_END,   /* ends what was opened last */
};

/* An alphabet is the texts of its symbols, NULL-terminated; a symbol is its number there. */
enum { ALPHABET_MAX = 32 };
extern const char *const value_truth_texts[]; /* "false", "true" */

struct atom {
    union {
        struct decimal number;
        struct {
            const char *const *alphabet;
            int symbol;
        };
        bool truth;
    };
    enum kind kind;
};

struct atom atom_number(const struct decimal *number);
struct atom atom_int(int64_t number);
struct atom atom_symbol(const char *const *alphabet,
                        int symbol); /* one that is not there becomes the first */
struct atom atom_truth(bool truth);
bool atom_same(const struct atom *a, const struct atom *b);

static inline int alphabet_count(const char *const *alphabet) {
    int count = 0;
    while (alphabet && alphabet[count]) count++;
    return count;
}

/* The text of a symbol or truth; NULL for any other kind. */
const char *atom_text(const struct atom *atom);

/* At most LIST_MAX elements and LIST_ATOMS atoms: what has no room is not appended. */
enum { LIST_MAX = 64, LIST_ATOMS = 192 };

/* Large (about 12 KB): pass it by pointer, and begin with list_clear, which costs nothing. */
struct list {
    int length; /* elements */
    int atoms;  /* in use */
    bool tuple; /* it is written (1, 2) instead of [1, 2] */
    struct atom atom[LIST_ATOMS];
};

void list_clear(struct list *list);
void list_copy(struct list *to, const struct list *from);
bool list_same(const struct list *a, const struct list *b);

/* Element i as a number, a symbol, a truth; 0, the first symbol, false where there is no such element. */
struct decimal list_get(const struct list *list, int64_t i);
int64_t list_int(const struct list *list, int64_t i);
int list_symbol(const struct list *list, int64_t i);
bool list_truth(const struct list *list, int64_t i);

/* The atom with which element i begins: list->atoms when there is none. */
int list_at(const struct list *list, int64_t i);

/* Number k of element i, a list or tuple that is itself flat; 0 where there is none. The atom itself, or
 * NULL. */
int64_t list_part(const struct list *list, int64_t i, int64_t k);
const struct atom *list_part_atom(const struct list *list, int64_t i, int64_t k);

/* Element i, a list or tuple, as a list of its own; an empty one where there is none. */
void list_inner(const struct list *list, int64_t i, struct list *inner);

/* Adds an element at the end. */
void list_append(struct list *list, const struct decimal *number);
void list_append_int(struct list *list, int64_t number);
void list_append_symbol(struct list *list, const char *const *alphabet, int symbol);
void list_append_truth(struct list *list, bool truth);
void list_append_atom(struct list *list, const struct atom *atom);
void list_append_list(struct list *list, const struct list *inner);

/* Adds a tuple of numbers, (u, v, w), or of any atoms. */
#define list_append_tuple(list, ...)                                                \
    list_append_ints(list, (int)(sizeof(int64_t[]){__VA_ARGS__} / sizeof(int64_t)), \
                     (const int64_t[]){__VA_ARGS__})
void list_append_ints(struct list *list, int count, const int64_t *numbers);
void list_append_atoms(struct list *list, int count, const struct atom *atoms);

/* Puts a number before element i of a flat list: at the front for i < 0, at the end where there is no such
 * element. */
void list_insert(struct list *list, int64_t i, const struct decimal *number);

/* Takes out element i, if there is one. */
void list_remove(struct list *list, int64_t i);

/* What is assigned and what a task returns: an atom, or with atom.kind KIND_LIST the list (or tuple). */
struct value {
    struct atom atom;
    struct list list;
};

void value_set_number(struct value *value, const struct decimal *number);
void value_set_int(struct value *value, int64_t number);
void value_set_symbol(struct value *value, const char *const *alphabet, int symbol);
void value_set_truth(struct value *value, bool truth);
void value_set_list(struct value *value, const struct list *list);
bool value_is_list(const struct value *value);
void value_copy(struct value *to, const struct value *from);
bool value_same(const struct value *a, const struct value *b);

#endif
