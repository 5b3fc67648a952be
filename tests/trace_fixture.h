/* What tests of one task ask of its traces: that they are as an oracle writes them, end under noise, and that
 * wrong arguments are refused. */
#ifndef COTNOISE_TESTS_TRACE_FIXTURE_H
#define COTNOISE_TESTS_TRACE_FIXTURE_H

#include <string.h>

#include "tests/fixture.h"

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
