/* Log-probabilities of given sequences. See score.h. */
#include "nn/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "nn/pass.h"

enum { GROUP = 512 }; /* tokens that are scored together, if no sequence is longer */

/* All requests end to end, cut into groups of whole requests; the cut depends on nothing but their lengths.
 */
struct scoring {
    const struct score_request *requests;
    int32_t *tokens, *targets; /* of all requests */
    size_t *first_token;       /* by request */
    size_t *first_request;     /* by group, and one more */
    int groups, longest;
    size_t total;
    struct pass_pool pool;
    struct pass_reading reading;
};

static enum err check_requests(const struct gpt_config *config, const struct score_request *requests,
                               size_t count, struct error *error) {
    for (size_t i = 0; i < count; i++) {
        const struct score_request *request = &requests[i];
        if (request->length < 1 || request->length > config->positions)
            return err_set(error, ERR_INPUT, "sequence %zu has %d tokens (allowed: 1 to %d)", i + 1,
                           request->length, config->positions);
        if (request->from < 1 || request->from > request->length)
            return err_set(error, ERR_INPUT, "sequence %zu is to be scored from token %d (allowed: 1 to %d)",
                           i + 1, request->from, request->length);
        for (int t = 0; t < request->length; t++)
            if (request->tokens[t] < 0 || request->tokens[t] >= config->vocabulary)
                return err_set(error, ERR_INPUT, "sequence %zu has token %d (allowed: 0 to %d)", i + 1,
                               request->tokens[t], config->vocabulary - 1);
    }
    return ERR_OK;
}

static void lay_out(struct scoring *scoring, size_t count) {
    size_t at = 0, group_start = 0;
    for (size_t i = 0; i < count; i++) {
        const struct score_request *request = &scoring->requests[i];
        size_t length = (size_t)request->length;
        if (i == 0 || at + length - group_start > GROUP) {
            scoring->first_request[scoring->groups++] = i;
            group_start = at;
        }
        scoring->first_token[i] = at;
        memcpy(scoring->tokens + at, request->tokens, length * sizeof *scoring->tokens);
        for (int t = 0; t < request->length; t++)
            scoring->targets[at + (size_t)t] =
                t + 1 >= request->from && t + 1 < request->length ? request->tokens[t + 1] : -1;
        at += length;
    }
    scoring->first_request[scoring->groups] = count;
}

static void score_group(void *context, int group) {
    struct scoring *scoring = context;
    if (interrupt_requested()) return;
    struct pass *pass = pass_pool_take(&scoring->pool);
    size_t first = scoring->first_request[group], last = scoring->first_request[group + 1];
    int32_t starts[GROUP + 2] = {0};
    int samples = (int)(last - first);
    for (int s = 0; s < samples; s++) starts[s + 1] = starts[s] + scoring->requests[first + (size_t)s].length;
    pass_forward(pass, scoring->tokens + scoring->first_token[first],
                 scoring->targets + scoring->first_token[first], starts, samples, &scoring->reading);
    int m = 0;
    for (size_t i = first; i < last; i++) {
        const struct score_request *request = &scoring->requests[i];
        for (int t = request->from; t < request->length; t++, m++)
            request->log_probabilities[t - request->from] = pass_log_probability(pass, m);
    }
    pass_pool_give(&scoring->pool, pass);
}

/* Finite weights may still be so large that what is made of them is not. */
static enum err check_finite(const struct score_request *requests, size_t count, struct error *error) {
    for (size_t i = 0; i < count; i++)
        for (int t = 0; t < requests[i].length - requests[i].from; t++)
            if (!isfinite(requests[i].log_probabilities[t]))
                return err_set(error, ERR_DIVERGED,
                               "sequence %zu has no finite probability: the model's numbers overflow", i + 1);
    return ERR_OK;
}

enum err score_prepared(const struct folded *folded, struct team *team, const struct score_request *requests,
                        size_t count, double temperature, struct error *error) {
    enum err code = check_requests(&folded->gpt->config, requests, count, error);
    if (code || count == 0) return code;
    struct scoring scoring = {.requests = requests, .longest = 1, .reading.temperature = temperature};
    for (size_t i = 0; i < count; i++) {
        scoring.total += (size_t)requests[i].length;
        if (requests[i].length > scoring.longest) scoring.longest = requests[i].length;
    }
    scoring.tokens = memory_array(scoring.total, sizeof *scoring.tokens);
    scoring.targets = memory_array(scoring.total, sizeof *scoring.targets);
    scoring.first_token = memory_array(count, sizeof *scoring.first_token);
    scoring.first_request = memory_array(count + 1, sizeof *scoring.first_request);
    if (!scoring.tokens || !scoring.targets || !scoring.first_token || !scoring.first_request)
        code = err_memory(error, "scoring");
    int capacity = scoring.longest > GROUP ? scoring.longest : GROUP;
    if (!code)
        code = pass_pool_create(folded, team_threads(team), capacity, scoring.longest, PASS_FORWARD,
                                &scoring.pool, error);
    if (!code) {
        lay_out(&scoring, count);
        team_run(team, scoring.groups, score_group, &scoring);
        code = interrupt_check(error);
    }
    if (!code) code = check_finite(requests, count, error);
    pass_pool_free(&scoring.pool);
    free(scoring.tokens);
    free(scoring.targets);
    free(scoring.first_token);
    free(scoring.first_request);
    return code;
}

enum err score_sequences(const struct gpt *gpt, struct team *team, const struct score_request *requests,
                         size_t count, struct error *error) {
    struct folded folded = {0};
    enum err code = folded_create(gpt, team_threads(team), &folded, error);
    if (!code) code = score_prepared(&folded, team, requests, count, 1, error);
    folded_free(&folded);
    return code;
}
