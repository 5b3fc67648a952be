/* Tokens and text. See vocabulary.h. */
#include "trace/vocabulary.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const char *const fixed_texts[TOKEN_FIXED] = {
    [TOKEN_PAD] = "<pad>",   [TOKEN_BOS] = "<bos>",   [TOKEN_EOS] = "<eos>",     [TOKEN_UNKNOWN] = "<unk>",
    [TOKEN_NEWLINE] = "\n",  [TOKEN_EQUALS] = "=",    [TOKEN_OPEN_LIST] = "[",   [TOKEN_CLOSE_LIST] = "]",
    [TOKEN_OPEN] = "(",      [TOKEN_CLOSE] = ")",     [TOKEN_COMMA] = ",",       [TOKEN_PLUS] = "+",
    [TOKEN_MINUS] = "-",     [TOKEN_TIMES] = "*",     [TOKEN_DIVIDE] = "/",      [TOKEN_PERCENT] = "%",
    [TOKEN_DIGIT] = "0",     [TOKEN_DIGIT + 1] = "1", [TOKEN_DIGIT + 2] = "2",   [TOKEN_DIGIT + 3] = "3",
    [TOKEN_DIGIT + 4] = "4", [TOKEN_DIGIT + 5] = "5", [TOKEN_DIGIT + 6] = "6",   [TOKEN_DIGIT + 7] = "7",
    [TOKEN_DIGIT + 8] = "8", [TOKEN_DIGIT + 9] = "9", [TOKEN_ANSWER] = "answer",
};

enum shape {
    SHAPE_NEWLINE,
    SHAPE_OPEN,
    SHAPE_CLOSE,
    SHAPE_COMMA,
    SHAPE_MINUS,
    SHAPE_OPERATOR,
    SHAPE_DIGIT,
    SHAPE_NAME,
    SHAPES,
};

/* A text as it is copied: as a whole PIECE, which is quicker than to ask for its length; longer ones are
 * rare.
 */
enum { PIECE = 16 };
struct piece {
    char start[PIECE]; /* all of it, where it has room there */
    char *text;        /* with a final NUL */
    uint32_t length;
    uint8_t shape;
    uint8_t spaces[2]; /* [space_digits]: bit s where a space goes between it and shape s */
};

enum form { FORM_PLAIN, FORM_JSON /* as it stands in a JSON string */, FORMS };
struct vocabulary_entry {
    struct piece form[FORMS];
};

struct vocabulary {
    struct vocabulary_entry *entries;
    size_t count, capacity;
    int32_t *slots; /* open addressing by hash of the text: an id, or -1 */
    size_t slot_count;
};

static uint32_t hash_text(const char *text, size_t length) {
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash ^ hash >> 15;
}

/* The slot that holds the text, or the free one where it belongs. */
static size_t find_slot(const struct vocabulary *v, const char *text, size_t length) {
    for (size_t i = hash_text(text, length) & (v->slot_count - 1);; i = (i + 1) & (v->slot_count - 1)) {
        if (v->slots[i] < 0) return i;
        const struct piece *piece = &v->entries[v->slots[i]].form[FORM_PLAIN];
        if (piece->length == length && !memcmp(piece->text, text, length)) return i;
    }
}

static enum err grow_slots(struct vocabulary *v) {
    size_t slot_count = v->slot_count ? 2 * v->slot_count : 256;
    int32_t *slots = memory_array(slot_count, sizeof *slots);
    if (!slots) return ERR_RUNTIME;
    memset(slots, -1, slot_count * sizeof *slots);
    free(v->slots);
    v->slots = slots;
    v->slot_count = slot_count;
    for (size_t id = 0; id < v->count; id++) {
        const struct piece *piece = &v->entries[id].form[FORM_PLAIN];
        slots[find_slot(v, piece->text, piece->length)] = (int32_t)id;
    }
    return ERR_OK;
}

/* --- shapes --- */

static enum shape shape_of(int32_t id) {
    static const enum shape shapes[TOKEN_FIXED] = {
        [TOKEN_PAD] = SHAPE_NAME,         [TOKEN_BOS] = SHAPE_NAME,         [TOKEN_EOS] = SHAPE_NAME,
        [TOKEN_UNKNOWN] = SHAPE_NAME,     [TOKEN_NEWLINE] = SHAPE_NEWLINE,  [TOKEN_EQUALS] = SHAPE_OPERATOR,
        [TOKEN_OPEN_LIST] = SHAPE_OPEN,   [TOKEN_CLOSE_LIST] = SHAPE_CLOSE, [TOKEN_OPEN] = SHAPE_OPEN,
        [TOKEN_CLOSE] = SHAPE_CLOSE,      [TOKEN_COMMA] = SHAPE_COMMA,      [TOKEN_PLUS] = SHAPE_OPERATOR,
        [TOKEN_MINUS] = SHAPE_MINUS,      [TOKEN_TIMES] = SHAPE_OPERATOR,   [TOKEN_DIVIDE] = SHAPE_OPERATOR,
        [TOKEN_PERCENT] = SHAPE_OPERATOR, [TOKEN_ANSWER] = SHAPE_NAME,
    };
    if (token_is_digit(id)) return SHAPE_DIGIT;
    return id < TOKEN_FIXED ? shapes[id] : SHAPE_NAME;
}

/* Whether a minus after this token is the sign of a number. */
static bool is_sign_after(enum shape before) {
    return before != SHAPE_DIGIT && before != SHAPE_CLOSE && before != SHAPE_NAME;
}

/* Whether a space goes between two tokens, of which the first is no minus that is a sign. */
static bool space_between(enum shape a, enum shape b, bool space_digits) {
    if (a == SHAPE_NEWLINE || b == SHAPE_NEWLINE || a == SHAPE_OPEN || b == SHAPE_CLOSE || b == SHAPE_COMMA)
        return false;
    if (a == SHAPE_DIGIT && b == SHAPE_DIGIT) return space_digits;
    return !(a == SHAPE_NAME && b == SHAPE_OPEN);
}

/* --- building --- */

enum err vocabulary_create(struct vocabulary **out) {
    struct vocabulary *v = memory_array(1, sizeof *v);
    enum err code = v ? ERR_OK : ERR_RUNTIME;
    for (int id = 0; id < TOKEN_FIXED && !code; id++) code = vocabulary_add(v, fixed_texts[id], NULL);
    if (code)
        vocabulary_free(v);
    else
        *out = v;
    return code;
}

static void entry_free(struct vocabulary_entry *entry) {
    for (int form = 0; form < FORMS; form++) free(entry->form[form].text);
}

void vocabulary_free(struct vocabulary *v) {
    if (!v) return;
    for (size_t id = 0; id < v->count; id++) entry_free(&v->entries[id]);
    free(v->entries);
    free(v->slots);
    free(v);
}

static enum err make_piece(struct piece *piece, const char *text, size_t length, enum shape shape) {
    piece->text = memory_array(length + 1, 1);
    if (!piece->text) return ERR_RUNTIME;
    memcpy(piece->text, text, length);
    memcpy(piece->start, text, length < PIECE ? length : PIECE);
    piece->length = (uint32_t)length;
    piece->shape = (uint8_t)shape;
    for (int space_digits = 0; space_digits < 2; space_digits++)
        for (int s = 0; s < SHAPES; s++)
            piece->spaces[space_digits] |= (uint8_t)(space_between(shape, (enum shape)s, space_digits) << s);
    return ERR_OK;
}

/* A failed one is to be freed as well. */
static enum err make_entry(struct vocabulary_entry *entry, const char *text, size_t length,
                           enum shape shape) {
    struct buffer quoted = {0};
    buffer_json_string(&quoted, text, length);
    enum err code = quoted.failed ? ERR_RUNTIME : make_piece(&entry->form[FORM_PLAIN], text, length, shape);
    if (!code) code = make_piece(&entry->form[FORM_JSON], quoted.bytes + 1, quoted.length - 2, shape);
    buffer_free(&quoted);
    return code;
}

enum err vocabulary_add(struct vocabulary *v, const char *text, int32_t *id) {
    size_t length = strlen(text);
    if (2 * (v->count + 1) > v->slot_count && grow_slots(v)) return ERR_RUNTIME;
    size_t slot = find_slot(v, text, length);
    if (v->slots[slot] < 0) {
        struct vocabulary_entry entry = {0};
        if (make_entry(&entry, text, length, shape_of((int32_t)v->count)) ||
            memory_reserve(&v->entries, &v->capacity, v->count + 1, sizeof entry)) {
            entry_free(&entry);
            return ERR_RUNTIME;
        }
        v->slots[slot] = (int32_t)v->count;
        v->entries[v->count++] = entry;
    }
    if (id) *id = v->slots[slot];
    return ERR_OK;
}

/* Whether a text is exactly one piece of the splitting. */
static bool is_piece(const char *text) {
    const char *start = text, *end = text + strlen(text);
    size_t length = vocabulary_split(&start, end);
    return length > 0 && start == text && start + length == end;
}

enum err vocabulary_restore(const char *const *texts, int count, struct vocabulary **out,
                            struct error *error) {
    struct vocabulary *v;
    if (vocabulary_create(&v)) return err_memory(error, "the vocabulary");
    enum err code = ERR_OK;
    for (int id = 0; id < count || id < TOKEN_FIXED; id++) {
        const char *want = id < TOKEN_FIXED ? fixed_texts[id] : "a name or one punctuation character";
        const char *have = id < count ? texts[id] : "";
        bool fits = id < TOKEN_FIXED ? !strcmp(have, want) : is_piece(have);
        int32_t got = -1;
        if (fits && vocabulary_add(v, have, &got))
            code = err_memory(error, "the vocabulary");
        else if (got != id)
            code = err_set(error, ERR_INPUT, "token %d of the vocabulary is '%s': not '%s', or given twice",
                           id, have, want);
        if (code) break;
    }
    if (code)
        vocabulary_free(v);
    else
        *out = v;
    return code;
}

int vocabulary_count(const struct vocabulary *v) { return (int)v->count; }

const char *vocabulary_text(const struct vocabulary *v, int32_t id) {
    assert(id >= 0 && (size_t)id < v->count);
    return v->entries[id].form[FORM_PLAIN].text;
}

int32_t vocabulary_find(const struct vocabulary *v, const char *text, size_t length) {
    return v->slots[find_slot(v, text, length)];
}

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

size_t vocabulary_split(const char **start, const char *end) {
    const char *c = *start;
    while (c < end && is_space(*c) && *c != '\n') c++;
    *start = c;
    if (c == end) return 0;
    if (is_name_start(*c)) {
        while (c < end && (is_name_start(*c) || is_digit(*c))) c++;
        return (size_t)(c - *start);
    }
    bool wide = (unsigned char)*c++ >= 0xc0;
    while (wide && c < end && ((unsigned char)*c & 0xc0) == 0x80) c++; /* the rest of a UTF-8 sequence */
    return (size_t)(c - *start);
}

enum err vocabulary_encode(const struct vocabulary *v, const char *text, size_t length, struct tokens *out,
                           struct error *error) {
    const char *piece = text;
    size_t before = out->count, bytes;
    while ((bytes = vocabulary_split(&piece, text + length)) > 0) {
        int32_t id = vocabulary_find(v, piece, bytes);
        if (id < 0) {
            out->count = before;
            return err_set(error, ERR_INPUT, "'%.*s' is not in the vocabulary",
                           (int)(bytes < 60 ? bytes : 60), piece);
        }
        if (memory_reserve(&out->id, &out->capacity, out->count + 1, sizeof *out->id)) {
            out->count = before;
            return err_memory(error, "the tokens of a text");
        }
        out->id[out->count++] = id;
        piece += bytes;
    }
    return ERR_OK;
}

void tokens_free(struct tokens *tokens) {
    free(tokens->id);
    *tokens = (struct tokens){0};
}

/* --- rendering --- */

/* The end of the text, with room behind it for `more` bytes, `count` tokens that are no longer than a PIECE,
 * and the rest of a PIECE. NULL without memory. */
static char *make_room(struct buffer *out, size_t more, size_t count) {
    more += count * (PIECE + 1) + PIECE;
    if (!out->failed && !memory_reserve(&out->bytes, &out->capacity, out->length + more, 1))
        return out->bytes + out->length;
    out->failed = true;
    return NULL;
}

/* Most lines end in `= 7`, and these three tokens are then one text: written without asking the shape of
 * each. The texts of a digit d, as it ends such a line in a form. */
enum { LINE_END = 8 };
static const char line_ends[FORMS][10][LINE_END] = {
#define ENDS(newline)                                                                                   \
    {                                                                                                   \
        " = 0" newline, " = 1" newline, " = 2" newline, " = 3" newline, " = 4" newline, " = 5" newline, \
            " = 6" newline, " = 7" newline, " = 8" newline, " = 9" newline                              \
    }
    [FORM_PLAIN] = ENDS("\n"), [FORM_JSON] = ENDS("\\n")};
static const size_t line_end_length[FORMS] = {[FORM_PLAIN] = 5, [FORM_JSON] = 6};

/* Whether a name's line ends so in the three tokens behind it. */
static bool ends_line(const int32_t *id, const int32_t *end) {
    return end - id > 3 && id[1] == TOKEN_EQUALS && token_is_digit(id[2]) && id[3] == TOKEN_NEWLINE;
}

/* Writes the end of the line of the name at *id, and such lines whole for as long as they follow; *id: the
 * first token that is left. */
static inline char *put_lines(const struct piece *pieces, enum form form, const int32_t **id,
                              const int32_t *end, char *to) {
    const int32_t *at = *id;
    for (;;) {
        memcpy(to, line_ends[form][at[2] - TOKEN_DIGIT], LINE_END);
        to += line_end_length[form];
        at += 4;
        if (!ends_line(at, end)) break;
        const struct piece *name = &pieces[FORMS * (size_t)*at];
        if (name->shape != SHAPE_NAME || name->length > PIECE) break;
        memcpy(to, name->start, PIECE);
        to += name->length;
    }
    *id = at;
    return to;
}

static void render(const struct vocabulary *v, struct token_span span, bool space_digits, enum form form,
                   struct buffer *out) {
    const struct piece *pieces = v->entries->form + form;
    const int32_t *id = span.id, *end = id + span.count;
    char *to = make_room(out, 0, span.count);
    unsigned before = SHAPE_NEWLINE, spaces = 0 /* of the token before */;
    if (!to) return;
    while (id < end) {
        assert((uint32_t)*id < v->count);
        const struct piece *piece = &pieces[FORMS * (size_t)*id];
        uint32_t length = piece->length;
        unsigned shape = piece->shape, spaces_behind = piece->spaces[space_digits];
        *to = ' ';
        to += spaces >> shape & 1;
        if (length > PIECE) {
            out->length = (size_t)(to - out->bytes);
            if (!(to = make_room(out, length, (size_t)(end - id)))) return;
            memcpy(to, piece->text, length);
        } else {
            memcpy(to, piece->start, PIECE);
        }
        to += length;
        if (shape == SHAPE_NAME && ends_line(id, end)) {
            to = put_lines(pieces, form, &id, end, to);
            before = SHAPE_NEWLINE;
            spaces = 0;
            continue;
        }
        spaces = shape == SHAPE_MINUS && is_sign_after(before) ? 0 : spaces_behind;
        before = shape;
        id++;
    }
    *to = 0;
    out->length = (size_t)(to - out->bytes);
}

void vocabulary_render(const struct vocabulary *v, const int32_t *ids, size_t count, bool space_digits,
                       struct buffer *out) {
    render(v, (struct token_span){ids, count}, space_digits, FORM_PLAIN, out);
}

void vocabulary_render_json(const struct vocabulary *v, struct token_span span, bool space_digits,
                            struct buffer *out) {
    buffer_char(out, '"');
    render(v, span, space_digits, FORM_JSON, out);
    buffer_char(out, '"');
}
