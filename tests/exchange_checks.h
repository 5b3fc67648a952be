/* What follows from a value that is exchanged behind an algorithm's back, once its line is written. */
#ifndef COTNOISE_TESTS_EXCHANGE_CHECKS_H
#define COTNOISE_TESTS_EXCHANGE_CHECKS_H

#include <stdlib.h>
#include <string.h>

#include "tests/fixture.h"
#include "trace/trace.h"

/* Runs a problem under a follower that exchanges the value of line number `line`, from 0, and says in *done
 * that it did: the lines behind that one, to the answer, must be `rest`. */
static inline void check_lines_behind(const char *name, int count, const char *const *texts, int line,
                                      void (*follow)(void *context, int line, struct value *value),
                                      void *context, const bool *done, const char *rest) {
    static struct arguments in;
    struct fixture s;
    struct trace *trace;
    struct buffer got = {0};
    fixture_prepare(&s, name);
    fixture_open(&s);
    const struct task *task = s.mix.entry[0].task;
    struct trace_settings settings = {.vocabulary = s.vocabulary,
                                      .tasks = task_list,
                                      .visibility = s.mix.visibility,
                                      .line_limit = 300,
                                      .follow = follow,
                                      .context = context};
    assert_ok(task_parse(task, count, texts, &in, &s.error), &s.error);
    assert_int_equal(trace_create(&trace), ERR_OK);
    assert_ok(trace_run(trace, &settings, task, &in, NULL, 0, &s.error), &s.error);
    assert_true(*done);
    const int *start = trace_starts(trace);
    for (int k = line + 1; k < trace_lines(trace); k++) {
        if (got.length) buffer_char(&got, '\n');
        vocabulary_render(s.vocabulary, trace_tokens(trace) + start[k], (size_t)(start[k + 1] - start[k]),
                          false, &got);
    }
    assert_same_lines(name, rest, got.bytes);
    buffer_free(&got);
    trace_free(trace);
    fixture_close(&s);
}

/* --- an atom ------------------------------------------------------------------------------------------- */

/* An atom of its kind takes the place of a line's value, or of atom number `place` of its list. */
struct exchanged {
    int line, place;
    struct atom atom;
    bool done;
};

static inline void check_exchange_atom(void *context, int line, struct value *value) {
    struct exchanged *exchanged = context;
    if (line != exchanged->line) return;
    struct atom *atom = value_is_list(value) ? &value->list.atom[exchanged->place] : &value->atom;
    assert_int_equal(atom->kind, exchanged->atom.kind);
    *atom = exchanged->atom;
    exchanged->done = true;
}

static inline void check_followed(const char *task, int count, const char *const *texts,
                                  struct exchanged exchanged, const char *rest) {
    check_lines_behind(task, count, texts, exchanged.line, check_exchange_atom, &exchanged, &exchanged.done,
                       rest);
}

static inline void check_followed_number(const char *task, int count, const char *const *texts, int line,
                                         int64_t number, const char *rest) {
    check_followed(task, count, texts, (struct exchanged){.line = line, .atom = atom_int(number)}, rest);
}

/* --- a whole value ------------------------------------------------------------------------------------- */

struct exchanged_value {
    int line;
    const struct value *value;
    bool done;
};

static inline void check_exchange_value(void *context, int line, struct value *value) {
    struct exchanged_value *exchanged = context;
    if (line != exchanged->line) return;
    value_copy(value, exchanged->value);
    exchanged->done = true;
}

static inline void check_followed_value(const char *task, int count, const char *const *texts, int line,
                                        const struct value *value, const char *rest) {
    struct exchanged_value exchanged = {line, value, false};
    check_lines_behind(task, count, texts, line, check_exchange_value, &exchanged, &exchanged.done, rest);
}

/* --- an atom, as text ---------------------------------------------------------------------------------- */

/* What takes the place of the value of a line, or of the last atom in its list. */
struct exchanged_text {
    int line;
    const char *text;
    bool done;
};

static inline void check_exchange_text(void *context, int line, struct value *value) {
    struct exchanged_text *exchanged = context;
    if (line != exchanged->line) return;
    struct atom *atom = value_is_list(value) ? &value->list.atom[value->list.atoms - 1] : &value->atom;
    if (atom->kind == KIND_NUMBER) *atom = atom_int(atoll(exchanged->text));
    if (atom->kind == KIND_TRUTH) *atom = atom_truth(!strcmp(exchanged->text, "true"));
    for (int k = 0; atom->kind == KIND_SYMBOL && atom->alphabet[k]; k++)
        if (!strcmp(exchanged->text, atom->alphabet[k])) atom->symbol = k;
    exchanged->done = true;
}

/* At most two arguments, the second may be NULL. */
static inline void check_goes_on(const char *task, const char *first, const char *second, int line,
                                 const char *text, const char *rest) {
    struct exchanged_text exchanged = {line, text, false};
    const char *texts[] = {first, second};
    check_lines_behind(task, second ? 2 : 1, texts, line, check_exchange_text, &exchanged, &exchanged.done,
                       rest);
}

#endif
