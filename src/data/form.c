/* Whether texts have the form of a test's. See form.h. */
#include "data/form.h"

#include <xxhash.h>

#include "base/buffer.h"
#include "base/hash_set.h"
#include "base/memory.h"
#include "trace/judge.h"

/* A number is written as this digit, a list as one of one element. */
enum { ANY_NUMBER = TOKEN_DIGIT + 1 };

/* Whether a minus is a sign: no number and nothing closed stands before it. */
static bool is_sign(struct token_span prompt, size_t i) {
    if (prompt.id[i] != TOKEN_MINUS) return false;
    int32_t before = i ? prompt.id[i - 1] : TOKEN_BOS;
    return !token_is_digit(before) && before != TOKEN_CLOSE;
}

/* Puts the form of a prompt (<bos> included) in place of *form. ERR_RUNTIME without memory. */
static enum err take_form(struct token_span prompt, struct tokens *form) {
    bool in_list = false;
    form->count = 0;
    if (memory_reserve(&form->id, &form->capacity, prompt.count + 1, sizeof *form->id)) return ERR_RUNTIME;
    for (size_t i = 1; i < prompt.count; i++) {
        int32_t id = token_is_digit(prompt.id[i]) ? ANY_NUMBER : prompt.id[i];
        in_list = (in_list || id == TOKEN_OPEN_LIST) && id != TOKEN_CLOSE_LIST;
        bool goes_on = id == ANY_NUMBER && form->count && form->id[form->count - 1] == ANY_NUMBER;
        if (goes_on || is_sign(prompt, i) || (in_list && id == TOKEN_COMMA)) continue;
        form->id[form->count++] = id;
    }
    return ERR_OK;
}

static uint64_t hash_of(const struct tokens *form) {
    return XXH64(form->id, form->count * sizeof *form->id, 1);
}

/* Appends a text in quotes, with its newlines to be seen; the longest that people care to read. */
static void quote(const struct vocabulary *vocabulary, struct token_span span, struct buffer *out) {
    enum { SHOWN = 40 };
    struct buffer text = {0};
    vocabulary_render(vocabulary, span.id, span.count < SHOWN ? span.count : SHOWN, false, &text);
    buffer_json_string(out, text.bytes ? text.bytes : "", text.length);
    out->failed |= text.failed;
    buffer_free(&text);
}

/* How many of the prompts have the form of the problems', and the first that has not. */
struct conformity {
    int64_t alike, first_unlike;
};

static enum err describe(const struct dataset *given, const struct dataset *problems,
                         struct conformity conformity, struct tokens *form,
                         const struct vocabulary *vocabulary, const char *path, struct error *message) {
    struct buffer text = {0};
    struct token_span unlike = dataset_prompt(given, conformity.first_unlike);
    enum err code = take_form(dataset_prompt(problems, 0), form);
    if (!code) quote(vocabulary, (struct token_span){form->id, form->count}, &text);
    buffer_text(&text, "; not so ");
    quote(vocabulary, (struct token_span){unlike.id + 1, unlike.count - 1}, &text);
    if (text.failed) code = ERR_RUNTIME;
    if (!code)
        err_set(message, ERR_OK, "%s: %lld of %lld prompts have the form of the test's, which are like %s",
                path, (long long)conformity.alike, (long long)given->samples, text.bytes);
    buffer_free(&text);
    return code;
}

static enum err note_forms(const struct dataset *problems, struct tokens *form, struct hash_set *forms) {
    enum err code = hash_set_create(forms, (size_t)problems->samples);
    for (int64_t i = 0; i < problems->samples && !code; i++) {
        code = take_form(dataset_prompt(problems, i), form);
        if (!code) hash_set_add(forms, hash_of(form));
    }
    return code;
}

enum err form_prompts_differ(const struct dataset *given, const struct dataset *problems,
                             const struct vocabulary *vocabulary, const char *path, bool *differ,
                             struct error *message, struct error *error) {
    struct hash_set forms = {0};
    struct tokens form = {0};
    struct conformity conformity = {.first_unlike = -1};
    enum err code = note_forms(problems, &form, &forms);
    for (int64_t i = 0; i < given->samples && !code; i++) {
        code = take_form(dataset_prompt(given, i), &form);
        if (code) break;
        if (hash_set_has(&forms, hash_of(&form)))
            conformity.alike++;
        else if (conformity.first_unlike < 0)
            conformity.first_unlike = i;
    }
    bool differs = 2 * conformity.alike < given->samples;
    if (!code && differs) code = describe(given, problems, conformity, &form, vocabulary, path, message);
    if (!code) *differ = differs;
    hash_set_free(&forms);
    tokens_free(&form);
    return code ? err_memory(error, "the forms of prompts") : ERR_OK;
}

/* What completions are like. */
struct completion_shape {
    int64_t answers; /* how many have an answer line where it is looked for */
    bool lines;      /* some have more than one line */
};

static struct completion_shape shape_of(const struct dataset *d, bool answer_first) {
    struct completion_shape shape = {0};
    for (int64_t i = 0; i < d->samples; i++) {
        struct token_span text = dataset_completion(d, i), answer = judge_answer(text, answer_first);
        shape.answers += answer.count > 2 && answer.id[0] == TOKEN_ANSWER && answer.id[1] == TOKEN_EQUALS;
        shape.lines |= answer.count < text.count;
    }
    return shape;
}

bool form_completions_differ(const struct dataset *given, const struct dataset *problems, const char *path,
                             struct error *message) {
    bool answer_first = judge_answers_first(dataset_completion(problems, 0));
    struct completion_shape ours = shape_of(given, answer_first), theirs = shape_of(problems, answer_first);
    if (2 * ours.answers < given->samples)
        err_set(message, ERR_OK,
                "%s: %lld of %lld completions %s with a line `answer = ...`, which is where the test looks "
                "for it",
                path, (long long)ours.answers, (long long)given->samples, answer_first ? "begin" : "end");
    else if (ours.lines != theirs.lines)
        err_set(message, ERR_OK, "%s: %s; the test's, by `format`, %s", path,
                ours.lines ? "completions are traces" : "all completions are answers alone",
                theirs.lines ? "are traces" : "are answers alone");
    else
        return false;
    return true;
}
