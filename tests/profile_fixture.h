/* A task with all that measuring samples of it needs, for tests. */
#ifndef COTNOISE_TESTS_PROFILE_FIXTURE_H
#define COTNOISE_TESTS_PROFILE_FIXTURE_H

#include <string.h>

#include "fixture.h"
#include "profile/account.h"

struct profile_fixture {
    struct fixture f;
    struct accountant accountant;
    struct line_store store;
    struct tokens tokens;
    struct arguments arguments; /* of the sample by hand */
};

/* One task at its default sizes; change p->f.mix, then profile_fixture_open. */
static inline void profile_fixture_prepare(struct profile_fixture *p, const char *task) {
    memset(p, 0, sizeof *p);
    fixture_prepare(&p->f, task);
}

static inline void profile_fixture_open(struct profile_fixture *p) {
    fixture_open(&p->f);
    assert_int_equal(replayer_create(&p->f.mix, p->f.vocabulary, &p->accountant.replayer, &p->f.error),
                     ERR_OK);
}

static inline void profile_fixture_open_task(struct profile_fixture *p, const char *task) {
    profile_fixture_prepare(p, task);
    profile_fixture_open(p);
}

static inline void profile_fixture_close(struct profile_fixture *p) {
    replayer_free(p->accountant.replayer);
    pairing_scratch_free(&p->accountant.scratch);
    line_store_free(&p->store);
    tokens_free(&p->tokens);
    fixture_close(&p->f);
}

/* The lines of a text; valid until the next. */
static inline struct lines profile_fixture_lines(struct profile_fixture *p, const char *text) {
    p->tokens.count = 0;
    assert_int_equal(vocabulary_encode(p->f.vocabulary, text, strlen(text), &p->tokens, &p->f.error), ERR_OK);
    assert_int_equal(line_store_fill(&p->store, (struct token_span){p->tokens.id, p->tokens.count}), ERR_OK);
    return p->store.lines;
}

/* Draws sample `index` and measures it; its lines are p->store.lines. */
static inline struct sample profile_fixture_measure(struct profile_fixture *p, uint64_t index,
                                                    struct account *account) {
    struct sample sample = fixture_draw(&p->f, index);
    assert_int_equal(line_store_fill(&p->store, sample.completion), ERR_OK);
    assert_int_equal(
        account_measure(&p->accountant, sample.task, sample.arguments, p->store.lines, account, &p->f.error),
        ERR_OK);
    return sample;
}

#endif
