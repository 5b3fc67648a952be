/* Checks of a task's own judge: what it says of completions that are not the true one. */
#ifndef COTNOISE_TESTS_JUDGE_CHECKS_H
#define COTNOISE_TESTS_JUDGE_CHECKS_H

#include <string.h>

#include "tests/fixture.h"
#include "trace/task_judge.h"

struct judge_checks {
    struct fixture fixture;
    struct task_judge *judge;
    struct tokens prompt, written;
};

/* Of one task; change c->fixture.mix, then judge_checks_open. */
static inline void judge_checks_prepare(struct judge_checks *c, const char *task) {
    *c = (struct judge_checks){0};
    fixture_prepare(&c->fixture, task);
}

static inline void judge_checks_open(struct judge_checks *c) {
    fixture_open(&c->fixture);
    assert_ok(task_judge_create(c->fixture.vocabulary, task_list, false, &c->judge, &c->fixture.error),
              &c->fixture.error);
}

static inline void judge_checks_close(struct judge_checks *c) {
    task_judge_free(c->judge);
    tokens_free(&c->prompt);
    tokens_free(&c->written);
    fixture_close(&c->fixture);
}

/* What the task's judge says: no text is the true one here, which would be right without being asked. */
static inline struct verdict judge_checks_span(struct judge_checks *c, struct token_span prompt,
                                               struct token_span written) {
    int32_t other[64]; /* so many lines can be counted */
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) other[i] = TOKEN_NEWLINE;
    struct token_span truth = {other, sizeof other / sizeof *other};
    struct verdict v;
    assert_ok(task_judge_completion(c->judge, prompt, truth, written, true, &v, &c->fixture.error),
              &c->fixture.error);
    return v;
}

static inline struct token_span judge_checks_encode(struct judge_checks *c, struct tokens *tokens,
                                                    const char *text) {
    tokens->count = 0;
    assert_ok(vocabulary_encode(c->fixture.vocabulary, text, strlen(text), tokens, &c->fixture.error),
              &c->fixture.error);
    return (struct token_span){tokens->id, tokens->count};
}

static inline struct verdict judge_checks_text(struct judge_checks *c, const char *prompt,
                                               const char *written) {
    return judge_checks_span(c, judge_checks_encode(c, &c->prompt, prompt),
                             judge_checks_encode(c, &c->written, written));
}

/* A completion; whether its answer and all of it are right; and how many of its lines are wrong. */
struct judge_case {
    const char *what, *written;
    bool answer;
    int wrong;
};

static inline void judge_checks_cases(const char *task, const char *prompt, const struct judge_case *cases,
                                      size_t count) {
    struct judge_checks c;
    judge_checks_prepare(&c, task);
    judge_checks_open(&c);
    for (size_t i = 0; i < count; i++) {
        struct verdict v = judge_checks_text(&c, prompt, cases[i].written);
        int lines = 1;
        for (const char *at = cases[i].written; *at; at++) lines += *at == '\n';
        assert_true(lines <= v.lines); /* more right ones are not counted */
        int wrong = v.trace ? 0 : lines - v.lines_right;
        if (v.answer != cases[i].answer || wrong != cases[i].wrong ||
            v.trace != (v.answer && !cases[i].wrong))
            fail_msg("%s: answer %d, trace %d, %d of %d lines wrong", cases[i].what, v.answer, v.trace, wrong,
                     lines);
    }
    judge_checks_close(&c);
}

/* The task's own traces are right by its judge; under dynamic noise its answers are judged as `is_right`
 * says, and no trace is right whose answer is wrong. */
static inline void judge_checks_own_traces(const char *task, double rate, int problems) {
    struct judge_checks c;
    int right = 0;
    judge_checks_prepare(&c, task);
    c.fixture.mix.rate[noise_find("dynamic")] = rate;
    judge_checks_open(&c);
    for (uint64_t i = 0; i < (uint64_t)problems; i++) {
        struct drawn drawn;
        struct sample sample = fixture_draw_cut(&c.fixture, i, &drawn);
        struct verdict v = judge_checks_span(&c, sample.prompt, sample.completion);
        right += v.trace;
        if (sample.corrupted || (v.answer && v.trace)) continue;
        struct buffer problem = {0};
        fixture_problem(sample.task, sample.arguments, &problem);
        fail_msg("%s: its own trace is wrong: answer %d, trace %d", problem.bytes, v.answer, v.trace);
    }
    assert_true(rate < 1 || right < problems / 10);
    judge_checks_close(&c);
}

#endif
