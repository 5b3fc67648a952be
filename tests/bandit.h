/* A choice among three tokens, once or twice: completions laid out as rollouts, and what they earn. */
#ifndef COTNOISE_TESTS_BANDIT_H
#define COTNOISE_TESTS_BANDIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reinforce/credit.h"

enum { ARMS = 3, MOST = 64, TOKENS = 3 };

/* Completions of one length, of one line each, or of a line a step: a b, or a newline b. */
struct drawn {
    struct rollouts rollouts;
    struct dataset problems;
    struct decoder_result written[MOST];
    struct decoder_request request[MOST];
    struct verdict verdict[MOST];
    size_t first_target[MOST + 1], first_line[MOST + 1];
    int32_t token[MOST][TOKENS];
    double log_probability[MOST][TOKENS], value[MOST][TOKENS];
    double given[MOST], line[2 * MOST];
    struct rewards rewards;
};

static inline void lay_out(struct drawn *d, int count, int generations, int length, int lines) {
    memset(d, 0, sizeof *d);
    for (int c = 0; c < count; c++) {
        d->written[c] = (struct decoder_result){.tokens = d->token[c],
                                                .length = length,
                                                .log_probabilities = d->log_probability[c],
                                                .values = d->value[c]};
        d->verdict[c].lines = lines;
        d->first_target[c + 1] = (size_t)(length * (c + 1));
        d->first_line[c + 1] = (size_t)(lines * (c + 1));
    }
    d->problems.samples = count / generations;
    d->rewards = (struct rewards){.given = d->given, .line = d->line};
    d->rollouts = (struct rollouts){.problems = &d->problems,
                                    .generations = generations,
                                    .count = (size_t)count,
                                    .written = d->written,
                                    .request = d->request,
                                    .verdict = d->verdict,
                                    .first_target = d->first_target,
                                    .first_line = d->first_line};
}

/* What a token earns; and a pair of them. The best pair does not begin with the token that is best on the
 * average. */
static const double reward[ARMS] = {1, 0.5, 0};
static const double pair[ARMS][ARMS] = {{0.6, 0.5, 0.5}, {0, 0, 1}, {0.5, 0.1, 0.3}};

#endif
