/* Arguments as text. See parameter.h. */
#include "trace/parameter.h"

#include <string.h>

bool parameter_is_list(const struct parameter *p) {
    return p->kind == PARAMETER_LIST || p->kind == PARAMETER_NUMBERS;
}

bool parameter_has_numbers(const struct parameter *p) {
    if (p->kind == PARAMETER_LIST) return !p->element || strstr(p->element, "number");
    return p->kind == PARAMETER_NUMBER || p->kind == PARAMETER_NUMBERS;
}

int parameter_digits(const struct parameter *p) { return p->max_digits ? p->max_digits : DECIMAL_ARGUMENT; }

bool parameter_allows(const struct parameter *p, const struct decimal *number) {
    if (p->positive && (decimal_is_negative(number) || decimal_is_zero(number))) return false;
    if (!p->negative && decimal_is_negative(number)) return false;
    if (p->min && decimal_int(number) < p->min) return false;
    return !p->max || decimal_int(number) <= p->max;
}

static const char *form_of(const struct parameter *p) { return p->element ? p->element : "number"; }

/* --- forms --- */

/* Takes a word or sign off a form. */
static bool form_take(const char **form, const char *word) {
    size_t length = strlen(word);
    while (**form == ' ') ++*form;
    if (strncmp(*form, word, length)) return false;
    *form += length;
    return true;
}

static bool pass_form(const char **form, int depth) {
    if (depth > 8) return false;
    if (form_take(form, "[")) return pass_form(form, depth + 1) && form_take(form, "]");
    if (!form_take(form, "("))
        return form_take(form, "number") || form_take(form, "symbol") || form_take(form, "truth");
    do
        if (!pass_form(form, depth + 1)) return false;
    while (form_take(form, ","));
    return form_take(form, ")");
}

bool parameter_form_is_valid(const char *form) { return pass_form(&form, 0) && !*form; }

/* An element of this form, as an example. Moves behind the form. */
static void print_example(const char **form, const struct parameter *p, const char *const *alphabet,
                          int *number, struct buffer *out) {
    if (form_take(form, "number")) {
        int64_t least = p->min ? p->min : p->positive, place = (*number)++;
        buffer_printf(out, "%lld", (long long)(least + (p->max ? place % (p->max - least + 1) : place)));
    } else if (form_take(form, "symbol")) {
        buffer_text(out, alphabet[(*number)++ % alphabet_count(alphabet)]);
    } else if (form_take(form, "truth")) {
        buffer_text(out, value_truth_texts[(*number)++ % 2]);
    } else if (form_take(form, "[")) {
        const char *inner = *form;
        buffer_char(out, '[');
        print_example(form, p, alphabet, number, out);
        buffer_text(out, ", ");
        print_example(&inner, p, alphabet, number, out);
        buffer_char(out, ']');
        form_take(form, "]");
    } else if (form_take(form, "(")) {
        buffer_char(out, '(');
        print_example(form, p, alphabet, number, out);
        while (form_take(form, ",")) {
            buffer_text(out, ", ");
            print_example(form, p, alphabet, number, out);
        }
        buffer_char(out, ')');
        form_take(form, ")");
    }
}

/* --- in words --- */

static void describe_alphabet(const char *const *alphabet, struct buffer *out) {
    for (int i = 0; alphabet && alphabet[i]; i++) {
        buffer_text(out, !i ? "" : alphabet[i + 1] ? ", " : " or ");
        buffer_text(out, alphabet[i]);
    }
}

static void describe_number(const struct parameter *p, struct buffer *out) {
    if (p->min)
        buffer_printf(out, "from %lld", (long long)p->min);
    else
        buffer_text(out, p->positive ? "above 0" : p->negative ? "of either sign" : "from 0");
    if (p->max) buffer_printf(out, " to %lld", (long long)p->max);
    if (!p->max || p->max_digits) /* a maximum says it already */
        buffer_printf(out, ", at most %d digit%s", parameter_digits(p), parameter_digits(p) == 1 ? "" : "s");
}

static void describe_list(const struct parameter *p, const char *const *alphabet, struct buffer *out) {
    const char *form = form_of(p), *numbers = p->ascending ? "80, 88, 412" : "88, 80, 412";
    bool plain = !strcmp(form, "number");
    int number = 0;
    buffer_text(out, "a list such as [");
    if (plain)
        buffer_text(out, numbers);
    else
        for (int i = 0; i < 3; i++) {
            const char *rest = form;
            buffer_text(out, i ? ", " : "");
            print_example(&rest, p, alphabet, &number, out);
        }
    buffer_printf(out, "] of %s %d %s%s", p->nonempty ? "1 to" : "at most", LIST_MAX,
                  plain ? "numbers" : "elements", p->ascending ? " in ascending order" : "");
    if (strstr(form, "number")) {
        buffer_text(out, plain ? ", each " : ", each number ");
        describe_number(p, out);
    }
    if (strstr(form, "symbol")) {
        buffer_text(out, ", each symbol ");
        describe_alphabet(alphabet, out);
    }
}

void parameter_describe(const struct parameter *p, const char *const *alphabet, struct buffer *out) {
    switch (p->kind) {
    case PARAMETER_LIST: describe_list(p, alphabet, out); break;
    case PARAMETER_SYMBOL: describe_alphabet(alphabet, out); break;
    case PARAMETER_TRUTH: buffer_text(out, "true or false"); break;
    default: buffer_text(out, "a whole number "); describe_number(p, out);
    }
}

/* --- reading --- */

struct reader {
    const char *at, *end;
    const struct parameter *parameter;
    const char *const *alphabet;
};

static void skip_spaces(struct reader *r) {
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n')) r->at++;
}

/* Takes the character, and spaces around it, if it comes next. */
static bool take(struct reader *r, char c) {
    skip_spaces(r);
    if (r->at == r->end || *r->at != c) return false;
    r->at++;
    skip_spaces(r);
    return true;
}

/* A number is taken only as it is written again: 007 and -0 would be other problems than the text says. */
static bool read_number(struct reader *r, struct decimal *out) {
    skip_spaces(r);
    const char *start = r->at;
    if (r->at < r->end && *r->at == '-') r->at++;
    const char *digits = r->at;
    while (r->at < r->end && *r->at >= '0' && *r->at <= '9') r->at++;
    if (decimal_parse(start, (size_t)(r->at - start), parameter_digits(r->parameter), out)) return false;
    if (*digits == '0' && (r->at - digits > 1 || digits > start)) return false;
    skip_spaces(r);
    return parameter_allows(r->parameter, out);
}

/* The number of the text among these that comes next; -1: none. */
static int read_text(struct reader *r, const char *const *texts) {
    size_t length = 0;
    skip_spaces(r);
    while (r->at + length < r->end && !strchr(" \t\n,()[]", r->at[length])) length++;
    for (int i = 0; texts && texts[i]; i++)
        if (strlen(texts[i]) == length && !memcmp(texts[i], r->at, length)) {
            r->at += length;
            skip_spaces(r);
            return i;
        }
    return -1;
}

static bool read_atom(struct reader *r, enum kind kind, struct atom *atom) {
    atom->kind = kind;
    if (kind == KIND_NUMBER) return read_number(r, &atom->number);
    int found = read_text(r, kind == KIND_TRUTH ? value_truth_texts : r->alphabet);
    if (found >= 0) *atom = kind == KIND_TRUTH ? atom_truth(found) : atom_symbol(r->alphabet, found);
    return found >= 0;
}

static bool add_atom(struct list *list, enum kind kind) {
    if (list->atoms == LIST_ATOMS) return false;
    list->atom[list->atoms++].kind = kind;
    return true;
}

/* Reads an element of a form, and moves behind the form. The caller counts elements. */
static bool read_form(struct reader *r, const char **form, struct list *out) {
    if (form_take(form, "[")) {
        const char *inner = *form;
        if (!take(r, '[') || !add_atom(out, KIND_LIST)) return false;
        if (take(r, ']')) {
            pass_form(form, 0);
        } else {
            do {
                *form = inner;
                if (!read_form(r, form, out)) return false;
            } while (take(r, ','));
            if (!take(r, ']')) return false;
        }
        return form_take(form, "]") && add_atom(out, KIND_END);
    }
    if (form_take(form, "(")) {
        if (!take(r, '(') || !add_atom(out, KIND_TUPLE)) return false;
        do
            if (!read_form(r, form, out)) return false;
        while (form_take(form, ",") && take(r, ','));
        return form_take(form, ")") && take(r, ')') && add_atom(out, KIND_END);
    }
    enum kind kind = form_take(form, "number")   ? KIND_NUMBER
                     : form_take(form, "symbol") ? KIND_SYMBOL
                                                 : KIND_TRUTH;
    if (kind == KIND_TRUTH) form_take(form, "truth");
    return add_atom(out, kind) && read_atom(r, kind, &out->atom[out->atoms - 1]);
}

static bool falls(const struct list *list) {
    for (int i = 1; i < list->length; i++)
        if (decimal_compare(&list->atom[i - 1].number, &list->atom[i].number) > 0) return true;
    return false;
}

static bool read_list(struct reader *r, struct list *out) {
    list_clear(out);
    if (!take(r, '[')) return false;
    if (take(r, ']')) return !r->parameter->nonempty;
    do {
        const char *form = form_of(r->parameter);
        if (out->length == LIST_MAX || !read_form(r, &form, out)) return false;
        out->length++;
    } while (take(r, ','));
    return take(r, ']') && !(r->parameter->ascending && falls(out));
}

bool parameter_read(const struct parameter *p, const char *const *alphabet, const char *text,
                    struct atom *atom, struct list *list) {
    static const enum kind kinds[] = {[PARAMETER_NUMBER] = KIND_NUMBER,
                                      [PARAMETER_SYMBOL] = KIND_SYMBOL,
                                      [PARAMETER_TRUTH] = KIND_TRUTH,
                                      [PARAMETER_NUMBERS] = KIND_NUMBER};
    struct reader reader = {text, text + strlen(text), p, alphabet};
    if (p->kind == PARAMETER_LIST) return read_list(&reader, list) && reader.at == reader.end;
    if (!read_atom(&reader, kinds[p->kind], atom) || reader.at != reader.end) return false;
    if (p->kind == PARAMETER_NUMBERS) list_append(list, &atom->number);
    return true;
}

/* --- printing --- */

void parameter_print_atom(const struct atom *atom, struct buffer *out) {
    char text[DECIMAL_TEXT];
    if (atom->kind == KIND_NUMBER)
        buffer_append(out, text, (size_t)decimal_format(&atom->number, text));
    else
        buffer_text(out, atom_text(atom));
}

void parameter_print_list(const struct list *list, struct buffer *out) {
    bool tuple[LIST_ATOMS], first = true;
    int depth = 0;
    buffer_char(out, list->tuple ? '(' : '[');
    for (int i = 0; i < list->atoms; i++) {
        const struct atom *atom = &list->atom[i];
        if (!first && atom->kind != KIND_END) buffer_text(out, ", ");
        first = atom->kind == KIND_LIST || atom->kind == KIND_TUPLE;
        if (first)
            buffer_char(out, (tuple[depth++] = atom->kind == KIND_TUPLE) ? '(' : '[');
        else if (atom->kind == KIND_END)
            buffer_char(out, tuple[--depth] ? ')' : ']');
        else
            parameter_print_atom(atom, out);
    }
    buffer_char(out, list->tuple ? ')' : ']');
}
