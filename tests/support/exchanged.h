/* What follows from a value that is exchanged behind an algorithm's back; and lists as oracles write them. */
#ifndef COTNOISE_TESTS_EXCHANGED_H
#define COTNOISE_TESTS_EXCHANGED_H

#include <stdlib.h>

#include "tests/task_checks.h"

/* Appends `name = [1, 2]`, and the newline before every line but the first. */
static inline void put_list(struct buffer *out, const char *name, const int64_t *numbers, int count) {
    buffer_printf(out, "%s%s = [", out->length ? "\n" : "", name);
    for (int i = 0; i < count; i++) buffer_printf(out, "%s%lld", i ? ", " : "", (long long)numbers[i]);
    buffer_char(out, ']');
}

/* A value that is exchanged behind the algorithm's back: an atom, or atom number `place` of a list. */
struct exchanged {
    int line, place;
    struct atom atom;
};

static inline void exchange_value(void *context, int line, struct value *value) {
    const struct exchanged *exchanged = context;
    if (line != exchanged->line) return;
    struct atom *atom = value_is_list(value) ? &value->list.atom[exchanged->place] : &value->atom;
    assert_int_equal(atom->kind, exchanged->atom.kind);
    *atom = exchanged->atom;
}

/* Lines behind the exchanged one must follow from it, to the answer. */
static inline void check_followed(const char *task, int count, const char *const *texts,
                                  struct exchanged exchanged, const char *rest) {
    struct fixture s;
    struct trace *trace;
    struct arguments *in = malloc(sizeof *in);
    struct buffer got = {0};
    fixture_prepare(&s, task);
    fixture_open(&s);
    struct trace_settings settings = {.vocabulary = s.vocabulary,
                                      .tasks = task_list,
                                      .visibility = s.mix.visibility,
                                      .line_limit = 300,
                                      .follow = exchange_value,
                                      .context = &exchanged};
    assert_ok(task_parse(task_find(task), count, texts, in, &s.error), &s.error);
    assert_int_equal(trace_create(&trace), ERR_OK);
    assert_ok(trace_run(trace, &settings, task_find(task), in, NULL, 0, &s.error), &s.error);
    for (int line = exchanged.line + 1; line < trace_lines(trace); line++) {
        const int *start = trace_starts(trace) + line;
        if (got.length) buffer_char(&got, '\n');
        vocabulary_render(s.vocabulary, trace_tokens(trace) + start[0], (size_t)(start[1] - start[0]), false,
                          &got);
    }
    assert_string_equal(got.bytes, rest);
    buffer_free(&got);
    trace_free(trace);
    free(in);
    fixture_close(&s);
}

#endif
