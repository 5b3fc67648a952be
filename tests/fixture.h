/* A mix with its vocabulary and sampler, for tests. */
#ifndef COTNOISE_TESTS_FIXTURE_H
#define COTNOISE_TESTS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/draw.h"
#include "data/mix.h"
#include "noise/noises.h"
#include "tasks/tasks.h"
#include "tests/support/told.h"

struct fixture {
    struct mix mix;
    struct vocabulary *vocabulary;
    struct mix_sampler *sampler;
    struct error error;
};

/* One task at its default sizes; change s->mix, then fixture_open. */
static inline void fixture_prepare(struct fixture *s, const char *task) {
    *s = (struct fixture){0};
    mix_default(&s->mix);
    s->mix.entries = 1;
    s->mix.entry[0] =
        (struct mix_entry){.task = task_find(task), .weight = 1, .sizes = task_find(task)->sizes};
}

static inline void fixture_open(struct fixture *s) {
    assert_ok(mix_vocabulary(&s->mix, &s->vocabulary, &s->error), &s->error);
    assert_ok(mix_sampler_create(&s->mix, s->vocabulary, true, &s->sampler, &s->error), &s->error);
}

static inline void fixture_close(struct fixture *s) {
    mix_sampler_free(s->sampler);
    vocabulary_free(s->vocabulary);
}

/* The number that tokens such as those of an answer write, modulo 2^64: two that differ by one do so there as
 * well. */
static inline int64_t fixture_number(struct token_span span) {
    bool negative = span.count && span.id[0] == TOKEN_MINUS;
    uint64_t number = 0;
    for (size_t i = negative; i < span.count; i++) {
        assert_true(token_is_digit(span.id[i]));
        number = number * 10 + (uint64_t)(span.id[i] - TOKEN_DIGIT);
    }
    return (int64_t)(negative ? -number : number);
}

static inline struct sample fixture_draw(struct fixture *s, uint64_t index) {
    struct sample sample = {0};
    assert_ok(mix_sample(s->sampler, 11, SPLIT_TRAIN, index, &sample, &s->error), &s->error);
    return sample;
}

/* Appends "digit_sum 58". */
static inline void fixture_problem(const struct task *task, const struct arguments *arguments,
                                   struct buffer *out) {
    buffer_text(out, task->name);
    for (int i = 0; i < task_argument_count(task, arguments); i++) {
        buffer_char(out, ' ');
        task_print_argument(task, arguments, i, out);
    }
}

/* The sample's true answer must be this number; else its problem is shown with both. */
static inline void fixture_expect_number(const struct sample *sample, int64_t want) {
    struct buffer problem = {0};
    int64_t got = fixture_number(sample->answer);
    if (got == want) return;
    fixture_problem(sample->task, sample->arguments, &problem);
    fail_msg("%s: the answer is %lld, wanted was %lld", problem.bytes, (long long)got, (long long)want);
}

/* The same for an answer of any kind, as it is written: "true", "[1, 2]". */
static inline void fixture_expect_text(const struct fixture *s, const struct sample *sample,
                                       const char *want) {
    struct buffer problem = {0}, got = {0};
    vocabulary_render(s->vocabulary, sample->answer.id, sample->answer.count, false, &got);
    if (strcmp(got.bytes, want)) {
        fixture_problem(sample->task, sample->arguments, &problem);
        fail_msg("%s: the answer is %s, wanted was %s", problem.bytes, got.bytes, want);
    }
    buffer_free(&got);
}

/* The same of a mix that cuts clean traces too, which no data set may hold. The arguments are the caller's.
 */
static inline struct sample fixture_draw_cut(struct fixture *s, uint64_t index, struct drawn *drawn) {
    struct draw draw = {.mix = &s->mix, .seed = 11, .split = SPLIT_TRAIN, .index = index};
    struct sample sample = {0};
    assert_int_equal(draw_problem(&draw, drawn, NULL, &s->error), ERR_OK);
    assert_int_equal(mix_sample_problem(s->sampler, 11, SPLIT_TRAIN, index, drawn->task, &drawn->arguments,
                                        &sample, &s->error),
                     ERR_OK);
    return sample;
}

#endif
