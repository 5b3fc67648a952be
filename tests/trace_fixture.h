/* What tests of one task ask of its traces: that they are as an oracle writes them, go on with what was
 * written, end under noise, and that wrong arguments are refused. */
#ifndef COTNOISE_TESTS_TRACE_FIXTURE_H
#define COTNOISE_TESTS_TRACE_FIXTURE_H

#include <string.h>

#include "tests/fixture.h"
#include "trace/trace.h"

/* The whole completion must be this text; else the problem is shown with both. */
static inline void trace_fixture_expect(const struct fixture *s, const struct sample *sample,
                                        const char *want) {
    static struct buffer got; /* reused, for a test asks it a hundred thousand times */
    got.length = 0;
    vocabulary_render(s->vocabulary, sample->completion.id, sample->completion.count, false, &got);
    if (got.length == strlen(want) && !memcmp(got.bytes, want, got.length)) return;
    struct buffer problem = {0};
    fixture_problem(sample->task, sample->arguments, &problem);
    fail_msg("%s: the trace is\n%.*s\nwanted was\n%s", problem.bytes, (int)got.length, got.bytes, want);
}

/* Under dynamic noise of each kind, with what is kept or without, traces end within the limits. */
static inline void trace_fixture_expect_ends(const char *task, const struct sizes *sizes, uint64_t problems) {
    static const double rates[] = {0.1, 0.5, 1};
    static const char *const kinds[] = {"dynamic", "dynamic_state"};
    for (int i = 0; i < 6; i++) {
        struct fixture s;
        fixture_prepare(&s, task);
        if (sizes) s.mix.entry[0].sizes = *sizes;
        s.mix.rate[noise_find(kinds[i % 2])] = rates[i / 2];
        fixture_open(&s);
        for (uint64_t k = 0; k < problems; k++) {
            struct drawn drawn;
            struct sample sample = fixture_draw_cut(&s, k, &drawn);
            assert_true(sample.trace_lines <= s.mix.line_limit);
            assert_true(sample.completion.count > 2 && sample.completion.count < 300000);
        }
        fixture_close(&s);
    }
}

/* The value of one line, exchanged behind the algorithm's back once it is written. */
struct exchange {
    int line;
    const struct value *value;
};

static inline void trace_fixture_follow(void *context, int line, struct value *value) {
    const struct exchange *exchange = context;
    if (line == exchange->line) value_copy(value, exchange->value);
}

/* When the value of line `line` (from 0) is exchanged, the lines behind it must be those of `rest`. */
static inline void trace_fixture_expect_after(const char *task, int count, const char *const *texts, int line,
                                              const struct value *value, const char *rest) {
    static struct arguments arguments;
    struct fixture s;
    struct trace *trace;
    struct buffer text = {0};
    struct exchange exchange = {line, value};
    fixture_prepare(&s, task);
    fixture_open(&s);
    struct trace_settings settings = {.vocabulary = s.vocabulary,
                                      .tasks = task_list,
                                      .visibility = s.mix.visibility,
                                      .line_limit = 300,
                                      .follow = trace_fixture_follow,
                                      .context = &exchange};
    assert_ok(task_parse(s.mix.entry[0].task, count, texts, &arguments, &s.error), &s.error);
    assert_int_equal(trace_create(&trace), ERR_OK);
    assert_ok(trace_run(trace, &settings, s.mix.entry[0].task, &arguments, NULL, 0, &s.error), &s.error);
    for (int i = line + 1; i < trace_lines(trace); i++) {
        const int *start = trace_starts(trace);
        if (text.length) buffer_char(&text, '\n');
        vocabulary_render(s.vocabulary, trace_tokens(trace) + start[i], (size_t)(start[i + 1] - start[i]),
                          false, &text);
    }
    assert_string_equal(text.bytes, rest);
    buffer_free(&text);
    trace_free(trace);
    fixture_close(&s);
}

/* The same of a line whose value is a number. */
static inline void trace_fixture_expect_after_number(const char *task, int count, const char *const *texts,
                                                     int line, int64_t number, const char *rest) {
    struct value value;
    value_set_int(&value, number);
    trace_fixture_expect_after(task, count, texts, line, &value, rest);
}

/* Problems that somebody types and that are none, each of `count` arguments. */
static inline void trace_fixture_expect_refused(const char *task, int count, const char *const *texts) {
    static struct arguments arguments;
    struct error error;
    assert_int_equal(task_parse(task_find(task), count, texts, &arguments, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, task));
}

#define TRACE_FIXTURE_REFUSED(task, ...)                                                       \
    trace_fixture_expect_refused(task, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *), \
                                 (const char *const[]){__VA_ARGS__})

#endif
