/* JSON as other programs write it. See json_dialect.h. */
#include "base/json_dialect.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/json_file.h"

struct rewriting {
    const char *at, *end;
    struct buffer text;
    bool changed;
};

static void replace(struct rewriting *r, size_t length, const char *by) {
    buffer_text(&r->text, by);
    r->at += length;
    r->changed = true;
}

static void copy(struct rewriting *r, size_t length) {
    buffer_append(&r->text, r->at, length);
    r->at += length;
}

/* --- inside strings --- */

/* The code unit of `\uXXXX` at `at`; -1: there is none. */
static int unit_at(const char *at, const char *end) {
    int unit = 0;
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u') return -1;
    for (int i = 2; i < 6; i++) {
        char c = at[i];
        if (!isxdigit((unsigned char)c)) return -1;
        unit = unit * 16 + (isdigit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return unit;
}

static bool is_high_half(int unit) { return unit >= 0xd800 && unit < 0xdc00; }
static bool is_low_half(int unit) { return unit >= 0xdc00 && unit < 0xe000; }

/* Takes what a backslash begins. */
static void take_escape(struct rewriting *r) {
    int unit = unit_at(r->at, r->end);
    if (unit < 0)
        copy(r, r->end - r->at < 2 ? 1 : 2);
    else if (is_high_half(unit) && is_low_half(unit_at(r->at + 6, r->end)))
        copy(r, 12);
    else if (!unit || is_high_half(unit) || is_low_half(unit))
        replace(r, 6, "\\ufffd");
    else
        copy(r, 6);
}

static void take_string(struct rewriting *r) {
    copy(r, 1);
    while (r->at < r->end && *r->at != '"') {
        if (*r->at == '\\')
            take_escape(r);
        else
            copy(r, 1);
    }
    if (r->at < r->end) copy(r, 1);
}

/* --- outside --- */

/* Whether so many digits are more than 64 bits hold, with a sign. */
static bool is_too_large(const char *digits, size_t count, bool negative) {
    const char *most = negative ? "9223372036854775808" : "9223372036854775807";
    return count > 19 || (count == 19 && memcmp(digits, most, 19) > 0);
}

static void take_number(struct rewriting *r) {
    size_t length = 0, begin = r->text.length, sign = *r->at == '-', left = (size_t)(r->end - r->at);
    while (length < left && strchr("+-.0123456789eE", r->at[length]) && r->at[length]) length++;
    bool whole = length > sign;
    for (size_t i = sign; i < length && whole; i++) whole = isdigit((unsigned char)r->at[i]) != 0;
    if (whole && r->at[sign] != '0' && is_too_large(r->at + sign, length - sign, sign)) {
        buffer_char(&r->text, '"');
        copy(r, length);
        buffer_char(&r->text, '"');
        r->changed = true;
        return;
    }
    copy(r, length);
    if (whole || r->text.failed || !isinf(strtod(r->text.bytes + begin, NULL))) return;
    r->text.length = begin;
    replace(r, 0, "null");
}

/* Takes a word that Python writes where JSON has none. */
static bool take_word(struct rewriting *r) {
    static const char *const words[] = {"NaN", "Infinity", "-Infinity"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if ((size_t)(r->end - r->at) < length || memcmp(r->at, words[i], length)) continue;
        replace(r, length, "null");
        return true;
    }
    return false;
}

static void rewrite(struct rewriting *r) {
    while (r->at < r->end && !r->text.failed) {
        if (*r->at == '"')
            take_string(r);
        else if (take_word(r))
            continue;
        else if (*r->at == '-' || isdigit((unsigned char)*r->at))
            take_number(r);
        else
            copy(r, 1);
    }
}

enum err json_dialect_parse(const char *path, long line, const char *bytes, size_t length, json_t **json,
                            struct error *error) {
    enum err code = json_file_parse(path, line, bytes, length, json, error);
    if (code != ERR_INPUT) return code;
    struct rewriting r = {.at = bytes, .end = bytes + length};
    rewrite(&r);
    if (r.text.failed)
        code = err_memory(error, path);
    else if (r.changed)
        code = json_file_parse(path, line, r.text.bytes, r.text.length, json, error);
    buffer_free(&r.text);
    return code;
}
