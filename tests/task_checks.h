/* Checks of one task: whole traces against lines that the test writes in a way of its own, lines that follow
 * from an altered one, problems that are refused, and dynamic noise. */
#ifndef COTNOISE_TESTS_TASK_CHECKS_H
#define COTNOISE_TESTS_TASK_CHECKS_H

#include <stdlib.h>
#include <string.h>

#include "tests/fixture.h"
#include "trace/trace.h"

/* --- whole traces -------------------------------------------------------------------------------------- */

/* Random problems of these sizes (NULL: the task's own): `write` appends the completion that is wanted, lines
 * and answer, to *wanted. */
static inline void check_traces(const char *task, const struct sizes *sizes, int problems,
                                void (*write)(const struct arguments *in, struct buffer *wanted)) {
    struct fixture s;
    struct buffer wanted = {0}, got = {0};
    fixture_prepare(&s, task);
    s.mix.line_limit = 1000;
    if (sizes) s.mix.entry[0].sizes = *sizes;
    fixture_open(&s);
    for (uint64_t i = 0; i < (uint64_t)problems; i++) {
        struct sample sample = fixture_draw(&s, i);
        buffer_clear(&wanted);
        buffer_clear(&got);
        write(sample.arguments, &wanted);
        vocabulary_render(s.vocabulary, sample.completion.id, sample.completion.count, false, &got);
        if (!strcmp(wanted.bytes, got.bytes)) continue;
        struct buffer problem = {0};
        fixture_problem(sample.task, sample.arguments, &problem);
        assert_same_lines(problem.bytes, wanted.bytes, got.bytes);
    }
    buffer_free(&wanted);
    buffer_free(&got);
    fixture_close(&s);
}

/* --- one altered line ---------------------------------------------------------------------------------- */

/* What takes the place of the value of a line, or of the last one in its list, as text. */
struct check_exchange {
    int line;
    const char *text;
    bool done;
};

static inline void check_exchange_atom(struct atom *atom, const char *text) {
    if (atom->kind == KIND_NUMBER) *atom = atom_int(atoll(text));
    if (atom->kind == KIND_TRUTH) *atom = atom_truth(!strcmp(text, "true"));
    for (int k = 0; atom->kind == KIND_SYMBOL && atom->alphabet[k]; k++)
        if (!strcmp(text, atom->alphabet[k])) atom->symbol = k;
}

static inline void check_follow(void *context, int line, struct value *value) {
    struct check_exchange *exchange = context;
    if (line != exchange->line) return;
    exchange->done = true;
    check_exchange_atom(value_is_list(value) ? &value->list.atom[value->list.atoms - 1] : &value->atom,
                        exchange->text);
}

/* The value of line number `line`, from 0, is exchanged behind the algorithm's back once it is written: the
 * lines that follow must be `rest`. At most two arguments, the second may be NULL. */
static inline void check_goes_on(const char *name, const char *first, const char *second, int line,
                                 const char *text, const char *rest) {
    static struct arguments in;
    struct fixture s;
    struct trace *trace;
    struct buffer got = {0};
    struct check_exchange exchange = {.line = line, .text = text};
    fixture_prepare(&s, name);
    fixture_open(&s);
    const struct task *task = s.mix.entry[0].task;
    struct trace_settings settings = {.vocabulary = s.vocabulary,
                                      .tasks = task_list,
                                      .visibility = s.mix.visibility,
                                      .line_limit = 100,
                                      .follow = check_follow,
                                      .context = &exchange};
    const char *texts[] = {first, second};
    assert_ok(task_parse(task, second ? 2 : 1, texts, &in, &s.error), &s.error);
    assert_int_equal(trace_create(&trace), ERR_OK);
    assert_ok(trace_run(trace, &settings, task, &in, NULL, 0, &s.error), &s.error);
    assert_true(exchange.done);
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

/* Dynamic noise, of what is kept too, runs to an end within the line limit, and alters something. */
static inline void check_noise(const char *task) {
    static const double rates[] = {0.1, 0.5, 1};
    static const char *const kinds[] = {"dynamic", "dynamic_state"};
    for (int k = 0; k < 6; k++) {
        struct fixture s;
        int contaminated = 0;
        fixture_prepare(&s, task);
        s.mix.rate[noise_find(kinds[k % 2])] = rates[k / 2];
        fixture_open(&s);
        for (uint64_t i = 0; i < 1000; i++) {
            struct drawn drawn;
            struct sample sample = fixture_draw_cut(&s, i, &drawn);
            assert_true(sample.trace_lines <= s.mix.line_limit);
            contaminated += sample.contaminated;
        }
        assert_true(contaminated > 500);
        fixture_close(&s);
    }
}

#endif
