/* Values from tokens. See value_reader.h. */
#include "trace/value_reader.h"

struct reading {
    const int32_t *at, *end;
    const struct alphabets *alphabets;
    bool reverse;
};

static bool take(struct reading *r, int32_t id) {
    if (r->at == r->end || *r->at != id) return false;
    r->at++;
    return true;
}

static bool read_number(struct reading *r, struct decimal *number) {
    const int32_t *first = r->at + (r->at < r->end && *r->at == TOKEN_MINUS), *last = first;
    while (last < r->end && token_is_digit(*last)) last++;
    int length = (int)(last - first);
    uint8_t digits[DECIMAL_DIGITS];
    if (last == first || last - first > DECIMAL_DIGITS) return false;
    for (int k = 0; k < length; k++)
        digits[r->reverse ? k : length - 1 - k] = (uint8_t)(first[k] - TOKEN_DIGIT);
    *number = decimal_pack(first > r->at, digits, length);
    r->at = last;
    return true;
}

/* A number, symbol or truth. A minus is a sign where a digit follows. */
static bool read_atom(struct reading *r, struct atom *atom) {
    int symbol;
    if (r->at == r->end) return false;
    atom->kind = KIND_NUMBER;
    if (read_number(r, &atom->number)) return true;
    const struct alphabet *alphabet = alphabets_of(r->alphabets, *r->at, &symbol);
    if (!alphabet) return false;
    r->at++;
    *atom = alphabet->texts == value_truth_texts ? atom_truth(symbol) : atom_symbol(alphabet->texts, symbol);
    return true;
}

/* The bracket that opens a list or tuple, if one comes next. */
static bool read_open(struct reading *r, enum kind *kind) {
    *kind = r->at < r->end && *r->at == TOKEN_OPEN ? KIND_TUPLE : KIND_LIST;
    return take(r, *kind == KIND_TUPLE ? TOKEN_OPEN : TOKEN_OPEN_LIST);
}

/* What follows the bracket that opened a list of any depth, its end included. */
static bool read_elements(struct reading *r, enum kind kind, struct list *list) {
    enum kind open[LIST_ATOMS + 1]; /* the outermost bracket is no atom */
    int depth = 0;
    bool element = false; /* whether one stands before this place */
    open[depth++] = kind;
    while (depth > 0) {
        bool room = list->atoms < LIST_ATOMS && list->length < LIST_MAX;
        enum kind inner;
        if (take(r, open[depth - 1] == KIND_TUPLE ? TOKEN_CLOSE : TOKEN_CLOSE_LIST)) {
            if (--depth == 0) return true;
            if (list->atoms == LIST_ATOMS) return false;
            list->atom[list->atoms++].kind = KIND_END;
            list->length += depth == 1;
            element = true;
            continue;
        }
        if (element && !take(r, TOKEN_COMMA)) return false;
        if (!room) return false;
        if (read_open(r, &inner)) {
            list->atom[list->atoms++].kind = inner;
            open[depth++] = inner;
            element = false;
        } else {
            if (!read_atom(r, &list->atom[list->atoms++])) return false;
            list->length += depth == 1;
            element = true;
        }
    }
    return false;
}

bool value_read(struct token_span span, const struct alphabets *alphabets, bool reverse,
                struct value *value) {
    struct reading r = {span.id, span.id + span.count, alphabets, reverse};
    enum kind kind;
    if (!read_open(&r, &kind)) return read_atom(&r, &value->atom) && r.at == r.end;
    value->atom.kind = KIND_LIST;
    list_clear(&value->list);
    value->list.tuple = kind == KIND_TUPLE;
    return read_elements(&r, kind, &value->list) && r.at == r.end;
}
