/* A task against an oracle that writes the whole trace in another way; and its traces under noise, which
 * must end. */
#ifndef COTNOISE_TESTS_WHOLE_TRACE_H
#define COTNOISE_TESTS_WHOLE_TRACE_H

#include <stdlib.h>

#include "tests/fixture.h"

/* Appends `name = [1, 2]`, and the newline before every line but the first. */
static inline void put_list(struct buffer *out, const char *name, const int64_t *numbers, int count) {
    buffer_printf(out, "%s%s = [", out->length ? "\n" : "", name);
    for (int i = 0; i < count; i++) buffer_printf(out, "%s%lld", i ? ", " : "", (long long)numbers[i]);
    buffer_char(out, ']');
}

/* So many problems of these sizes (NULL: the default ones), each as the oracle writes it. */
static inline void check_whole_traces(const char *task, const struct sizes *sizes, uint64_t problems,
                                      void (*oracle)(const struct arguments *in, struct buffer *trace)) {
    struct fixture s;
    struct buffer got = {0}, want = {0};
    fixture_prepare(&s, task);
    if (sizes) s.mix.entry[0].sizes = *sizes;
    fixture_open(&s);
    for (uint64_t i = 0; i < problems; i++) {
        struct sample sample = fixture_draw(&s, i);
        buffer_clear(&got);
        buffer_clear(&want);
        vocabulary_render(s.vocabulary, sample.completion.id, sample.completion.count, false, &got);
        oracle(sample.arguments, &want);
        if (got.length == want.length && !memcmp(got.bytes, want.bytes, got.length)) continue;
        struct buffer problem = {0};
        fixture_problem(sample.task, sample.arguments, &problem);
        fail_msg("%s: the trace is\n%s\n\nwanted was\n%s", problem.bytes, got.bytes, want.bytes);
    }
    buffer_free(&got);
    buffer_free(&want);
    fixture_close(&s);
}

/* Under noise on what is assigned and on what is kept, rare or everywhere, each trace ends in an answer. */
static inline void check_noisy_traces_end(const char *task) {
    static const char *const kinds[] = {"dynamic", "dynamic_state", "skip"};
    static const double rates[] = {0.1, 0.5, 1};
    for (int k = 0; k < 9; k++) {
        struct fixture s;
        fixture_prepare(&s, task);
        s.mix.rate[noise_find(kinds[k / 3])] = rates[k % 3];
        fixture_open(&s);
        for (uint64_t i = 0; i < 500; i++) {
            struct drawn drawn;
            struct sample sample = fixture_draw_cut(&s, i, &drawn);
            assert_true(sample.trace_lines >= 1 && sample.trace_lines <= s.mix.line_limit);
            assert_true(sample.completion.count < 300000);
        }
        fixture_close(&s);
    }
}

/* A problem that must be refused, and words that say why. */
static inline void check_refused(const char *task, int count, const char *const *texts, const char *why) {
    struct arguments *out = malloc(sizeof *out);
    struct error error;
    assert_int_equal(task_parse(task_find(task), count, texts, out, &error), ERR_INPUT);
    assert_non_null(strstr(error.message, why));
    free(out);
}

#endif
