/* Completions written outside, as tokens. See outside_text.h. */
#include "trace/outside_text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "trace/judge.h"
#include "trace/value_reader.h"

/* What a line may say before `answer =`. */
static const char *const leading_words[] = {"the",       "final", "my",  "so", "thus",
                                            "therefore", "hence", "and", NULL};

/* --- tokens --- */

static enum err push(struct tokens *tokens, int32_t id) {
    if (memory_reserve(&tokens->id, &tokens->capacity, tokens->count + 1, sizeof *tokens->id))
        return ERR_RUNTIME;
    tokens->id[tokens->count++] = id;
    return ERR_OK;
}

/* A piece of text. */
struct passage {
    const char *at, *end;
};

/* Appends the tokens of a passage; *known is cleared where a word is none of the vocabulary's. */
static enum err encode(const struct vocabulary *vocabulary, struct passage text, struct tokens *tokens,
                       bool *known) {
    size_t bytes;
    while ((bytes = vocabulary_split(&text.at, text.end)) > 0) {
        int32_t id = vocabulary_find(vocabulary, text.at, bytes);
        *known &= id >= 0;
        if (push(tokens, id >= 0 ? id : TOKEN_UNKNOWN)) return ERR_RUNTIME;
        text.at += bytes;
    }
    return ERR_OK;
}

/* --- what surrounds the words of a line --- */

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_word(char c) { return isalnum((unsigned char)c) || c == '_'; }

static bool take_front(struct passage *s, const char *mark) {
    size_t length = strlen(mark);
    if ((size_t)(s->end - s->at) < length || memcmp(s->at, mark, length)) return false;
    s->at += length;
    return true;
}

static bool take_back(struct passage *s, const char *mark) {
    size_t length = strlen(mark);
    if ((size_t)(s->end - s->at) < length || memcmp(s->end - length, mark, length)) return false;
    s->end -= length;
    return true;
}

/* Takes blanks and marks off the front, or off both ends; of the back also one full stop. */
static void trim_front(struct passage *s) {
    do
        while (s->at < s->end && is_blank(*s->at)) s->at++;
    while (take_front(s, "**") || take_front(s, "`"));
}

static void trim(struct passage *s, bool full_stop) {
    trim_front(s);
    for (;;) {
        while (s->at < s->end && is_blank(s->end[-1])) s->end--;
        if (take_back(s, "**") || take_back(s, "`")) continue;
        if (!full_stop || !take_back(s, ".")) return;
        full_stop = false;
    }
}

/* Whether marks come in pairs: `2**` is the beginning of a power and no number. */
static bool is_paired(struct passage line) {
    int stars = 0, ticks = 0;
    while (line.at < line.end) {
        if (take_front(&line, "**"))
            stars++;
        else
            ticks += *line.at++ == '`';
    }
    return stars % 2 == 0 && ticks % 2 == 0;
}

/* Takes what Markdown begins quotations, lists and headings with. */
static void skip_bullets(struct passage *s) {
    for (;;) {
        while (s->at < s->end && is_blank(*s->at)) s->at++;
        const char *c = s->at;
        if (c < s->end && *c && strchr("->*+", *c)) {
            c++;
        } else if (c < s->end && is_digit(*c)) {
            while (c < s->end && is_digit(*c)) c++;
            if (c == s->end || (*c != '.' && *c != ')')) return;
            c++;
        } else {
            while (c < s->end && *c == '#') c++;
        }
        if (c == s->at || c == s->end || !is_blank(*c)) return;
        s->at = c;
    }
}

/* --- the answer --- */

/* Finds the word and the sign behind it: what stands before the one and behind the other. */
static bool find_answer(struct passage line, struct passage *before, struct passage *behind) {
    static const char word[] = "answer";
    size_t length = sizeof word - 1;
    for (const char *c = line.at; (size_t)(line.end - c) > length; c++) {
        if (strncasecmp(c, word, length) || (c > line.at && is_word(c[-1]))) continue;
        struct passage rest = {c + length, line.end};
        trim_front(&rest);
        if (!take_front(&rest, "=")) continue;
        *before = (struct passage){line.at, c};
        *behind = rest;
        return true;
    }
    return false;
}

/* Whether words take nothing back of the answer that they introduce: each is one of ours. */
static bool is_leading(struct passage words) {
    skip_bullets(&words);
    for (trim_front(&words); words.at < words.end; trim_front(&words)) {
        size_t length = 0;
        int place = 0;
        while (words.at + length < words.end && is_word(words.at[length])) length++;
        while (leading_words[place] && (strlen(leading_words[place]) != length ||
                                        strncasecmp(leading_words[place], words.at, length)))
            place++;
        if (!leading_words[place]) return false;
        words.at += length;
        if (!take_front(&words, ",")) take_front(&words, ":");
    }
    return true;
}

/* Whether spaces inside of numbers part each digit from the next, or there are none. */
static bool is_spaced_evenly(struct passage value) {
    while (value.at < value.end) {
        size_t digits = 0, groups = 0;
        for (; value.at < value.end && (is_digit(*value.at) || (digits && is_blank(*value.at))); value.at++) {
            if (!is_digit(*value.at)) continue;
            groups += digits == 0 || !is_digit(value.at[-1]);
            digits++;
        }
        if (groups > 1 && groups < digits) return false;
        if (!digits) value.at++;
    }
    return true;
}

/* Whether the value is one number with commas in threes. */
static bool has_thousands(struct passage value) {
    take_front(&value, "-");
    size_t first = 0;
    while (value.at + first < value.end && is_digit(value.at[first])) first++;
    if (first < 1 || first > 3 || *value.at == '0' || value.at + first == value.end) return false;
    for (value.at += first; value.at < value.end; value.at += 3) {
        if (!take_front(&value, ",") || value.end - value.at < 3) return false;
        for (int i = 0; i < 3; i++)
            if (!is_digit(value.at[i])) return false;
    }
    return true;
}

static bool is_value(const struct outside_terms *terms, struct token_span span) {
    struct value value;
    return value_read(span, terms->alphabets, terms->reverse, &value);
}

/* Appends the answer line, or nothing where the line that was found leaves a doubt (*good). */
static enum err add_answer(const struct outside_terms *terms, struct passage before, struct passage value,
                           struct tokens *tokens, bool *good) {
    size_t start = tokens->count;
    *good = is_paired((struct passage){before.at, value.end}) && is_leading(before);
    trim(&value, true);
    *good &= is_spaced_evenly(value);
    if ((start && push(tokens, TOKEN_NEWLINE)) || push(tokens, TOKEN_ANSWER) || push(tokens, TOKEN_EQUALS))
        return ERR_RUNTIME;
    size_t from = tokens->count, kept = from;
    if (encode(terms->alphabets->vocabulary, value, tokens, good)) return ERR_RUNTIME;
    if (!terms->reverse && has_thousands(value)) {
        for (size_t i = from; i < tokens->count; i++)
            if (tokens->id[i] != TOKEN_COMMA) tokens->id[kept++] = tokens->id[i];
        tokens->count = kept;
    }
    *good = *good && is_value(terms, (struct token_span){tokens->id + from, tokens->count - from});
    if (!*good) tokens->count = start;
    return ERR_OK;
}

/* --- lines --- */

/* Appends a line that is an assignment in known words; of any other nothing. */
static enum err add_line(const struct outside_terms *terms, struct passage line, struct tokens *tokens) {
    size_t before = tokens->count;
    skip_bullets(&line);
    const char *sign = memchr(line.at, '=', (size_t)(line.end - line.at));
    if (!sign || !is_paired(line)) return ERR_OK;
    struct passage name = {line.at, sign}, value = {sign + 1, line.end};
    bool known = true;
    trim(&name, false);
    trim(&value, true);
    if (before && push(tokens, TOKEN_NEWLINE)) return ERR_RUNTIME;
    size_t start = tokens->count;
    if (encode(terms->alphabets->vocabulary, name, tokens, &known) || push(tokens, TOKEN_EQUALS) ||
        encode(terms->alphabets->vocabulary, value, tokens, &known))
        return ERR_RUNTIME;
    if (!known || !judge_is_assignment((struct token_span){tokens->id + start, tokens->count - start}))
        tokens->count = before;
    return ERR_OK;
}

/* Takes a line off the rest. *ended: something ended it other than the text. */
static struct passage take_line(struct passage *rest, bool *ended) {
    struct passage line = {rest->at, rest->at};
    while (line.end < rest->end && *line.end != '\n' && *line.end != '\r') line.end++;
    *ended = line.end < rest->end;
    rest->at = line.end + *ended;
    return line;
}

/* Appends to tokens that are empty. */
static enum err read_leniently(const struct outside_terms *terms, struct passage text, bool cut,
                               struct tokens *tokens, bool *whole) {
    bool found = false;
    *whole = false;
    while (text.at < text.end) {
        bool ended;
        struct passage line = take_line(&text, &ended), before, value;
        if (!find_answer(line, &before, &value)) {
            if (add_line(terms, line, tokens)) return ERR_RUNTIME;
            continue;
        }
        if (found) return ERR_OK; /* that of another problem, to which the text has gone on */
        found = true;
        if (terms->answer_first) tokens->count = 0;
        if (add_answer(terms, before, value, tokens, whole)) return ERR_RUNTIME;
        *whole &= ended || !cut;
        if (!terms->answer_first) return ERR_OK;
    }
    return ERR_OK;
}

/* Whether a text of known words is what it should be: assignments, of which the answer has a value. */
static bool is_ours(const struct outside_terms *terms, struct token_span text) {
    struct token_span answer = judge_answer(text, terms->answer_first), line;
    bool more = true;
    while (judge_take_line(&text, &more, &line))
        if (!judge_is_assignment(line)) return false;
    return answer.count > 2 && answer.id[0] == TOKEN_ANSWER && answer.id[1] == TOKEN_EQUALS &&
           is_value(terms, (struct token_span){answer.id + 2, answer.count - 2});
}

enum err outside_text_read(const struct outside_terms *terms, const char *text, size_t length, bool cut,
                           struct tokens *tokens, bool *whole) {
    struct passage all = {text, text + length};
    struct tokens read = {0};
    bool known = true, good = !cut;
    enum err code = encode(terms->alphabets->vocabulary, all, &read, &known);
    good &= known;
    if (!code && terms->lenient && !(good && is_ours(terms, (struct token_span){read.id, read.count}))) {
        read.count = 0;
        code = read_leniently(terms, all, cut, &read, &good);
    }
    if (!code && read.count &&
        memory_reserve(&tokens->id, &tokens->capacity, tokens->count + read.count, sizeof *tokens->id))
        code = ERR_RUNTIME;
    if (!code && read.count) {
        memcpy(tokens->id + tokens->count, read.id, read.count * sizeof *read.id);
        tokens->count += read.count;
    }
    if (!code) *whole = good;
    tokens_free(&read);
    return code;
}
