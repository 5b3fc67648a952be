/* Checks of one task: whole traces against lines that the test writes in a way of its own, problems that are
 * refused, and dynamic noise. */
#ifndef COTNOISE_TESTS_TASK_CHECKS_H
#define COTNOISE_TESTS_TASK_CHECKS_H

#include <string.h>

#include "tests/fixture.h"

/* --- whole traces -------------------------------------------------------------------------------------- */

/* The whole completion must be this text; else the problem is shown with both. */
static inline void check_trace(const struct fixture *s, const struct sample *sample, const char *wanted) {
    static struct buffer got; /* reused, for a test asks it a hundred thousand times */
    buffer_clear(&got);
    vocabulary_render(s->vocabulary, sample->completion.id, sample->completion.count, false, &got);
    if (!strcmp(wanted, got.bytes)) return;
    struct buffer problem = {0};
    fixture_problem(sample->task, sample->arguments, &problem);
    assert_same_lines(problem.bytes, wanted, got.bytes);
}

/* Random problems of these sizes (NULL: the task's own): `write` appends the completion that is wanted, lines
 * and answer, to *wanted. */
static inline void check_traces(const char *task, const struct sizes *sizes, int problems,
                                void (*write)(const struct arguments *in, struct buffer *wanted)) {
    struct fixture s;
    struct buffer wanted = {0};
    fixture_prepare(&s, task);
    s.mix.line_limit = 1000;
    if (sizes) s.mix.entry[0].sizes = *sizes;
    fixture_open(&s);
    for (uint64_t i = 0; i < (uint64_t)problems; i++) {
        struct sample sample = fixture_draw(&s, i);
        buffer_clear(&wanted);
        write(sample.arguments, &wanted);
        check_trace(&s, &sample, wanted.bytes);
    }
    buffer_free(&wanted);
    fixture_close(&s);
}

/* Appends `name = [1, 2]`, and the newline before every line but the first. */
static inline void put_list(struct buffer *out, const char *name, const int64_t *numbers, int count) {
    buffer_printf(out, "%s%s = [", out->length ? "\n" : "", name);
    for (int i = 0; i < count; i++) buffer_printf(out, "%s%lld", i ? ", " : "", (long long)numbers[i]);
    buffer_char(out, ']');
}

/* --- what is refused, and noise ------------------------------------------------------------------------ */

/* Each of these problems, by its arguments, is refused with words that have `why` in them. */
#define check_refuses(task, why, ...)                                                      \
    check_refuses_texts(task, why, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *), \
                        (const char *[]){__VA_ARGS__})
static inline void check_refuses_texts(const char *task, const char *why, int count,
                                       const char *const *texts) {
    static struct arguments in;
    struct error error = {0};
    if (task_parse(task_find(task), count, texts, &in, &error) != ERR_INPUT)
        fail_msg("%s takes %s", task, texts[0]);
    if (!strstr(error.message, why))
        fail_msg("%s %s: '%s' does not say '%s'", task, texts[0], error.message, why);
}

/* Dynamic noise of problems of these sizes (NULL: the task's own), of what is kept too, runs to an end within
 * the limits, and alters something. */
static inline void check_noise_of(const char *task, const struct sizes *sizes, int problems) {
    static const double rates[] = {0.1, 0.5, 1};
    static const char *const kinds[] = {"dynamic", "dynamic_state"};
    for (int k = 0; k < 6; k++) {
        struct fixture s;
        int contaminated = 0;
        fixture_prepare(&s, task);
        if (sizes) s.mix.entry[0].sizes = *sizes;
        s.mix.rate[noise_find(kinds[k % 2])] = rates[k / 2];
        fixture_open(&s);
        for (uint64_t i = 0; i < (uint64_t)problems; i++) {
            struct drawn drawn;
            struct sample sample = fixture_draw_cut(&s, i, &drawn);
            assert_true(sample.trace_lines <= s.mix.line_limit);
            assert_true(sample.completion.count > 2 && sample.completion.count < 300000);
            contaminated += sample.contaminated;
        }
        assert_true(contaminated > problems / 2);
        fixture_close(&s);
    }
}

static inline void check_noise(const char *task) { check_noise_of(task, NULL, 1000); }

#endif
