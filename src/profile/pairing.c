/* Pairing of given and clean lines. See pairing.h. */
#include "profile/pairing.h"

#include <stdlib.h>

#include "base/memory.h"

/* In units of one wrong digit. A line that stays is likelier to have some wrong digits than to be missing. */
static const float cost_missing = 2, cost_reshaped = 5, cost_added = 6;

enum step { STEP_PAIR, STEP_MISSING, STEP_ADDED };

void pairing_scratch_free(struct pairing_scratch *scratch) {
    free(scratch->cost);
    free(scratch->step);
    *scratch = (struct pairing_scratch){0};
}

static float pair_cost(const struct lines *clean, int i, const struct lines *given, int j) {
    const float too_much = cost_missing + cost_added + 1; /* never the cheapest */
    if (clean->tokens[clean->start[i]] != given->tokens[given->start[j]]) return too_much; /* most pairs */
    struct line_comparison c = line_compare(clean, i, given, j);
    if (!c.same_name) return too_much;
    return c.same_shape ? (float)c.wrong : cost_reshaped;
}

static void count_pair(struct pairing *p, const struct lines *clean, int i, const struct lines *given,
                       int j) {
    struct line_comparison c = line_compare(clean, i, given, j);
    p->digits += c.digits;
    p->wrong += c.wrong;
    p->reshaped += !c.same_shape;
}

/* Fills step[i * (m + 1) + j]: how the cheapest way into (i, j) got there. */
static void fill(struct pairing_scratch *scratch, const struct lines *clean, const struct lines *given, int n,
                 int m) {
    float *row = scratch->cost;
    for (int j = 0; j <= m; j++) {
        row[j] = (float)j * cost_added;
        scratch->step[j] = STEP_ADDED;
    }
    for (int i = 1; i <= n; i++) {
        uint8_t *step = scratch->step + (size_t)i * ((size_t)m + 1);
        float diagonal = row[0];
        row[0] = (float)i * cost_missing;
        step[0] = STEP_MISSING;
        for (int j = 1; j <= m; j++) {
            float pair = diagonal + pair_cost(clean, i - 1, given, j - 1);
            float missing = row[j] + cost_missing, added = row[j - 1] + cost_added;
            diagonal = row[j];
            step[j] = pair <= missing && pair <= added ? STEP_PAIR
                      : missing <= added               ? STEP_MISSING
                                                       : STEP_ADDED;
            row[j] = step[j] == STEP_PAIR ? pair : step[j] == STEP_MISSING ? missing : added;
        }
    }
}

enum err pairing_find(struct pairing_scratch *scratch, struct lines clean, struct lines given,
                      struct pairing *pairing) {
    int n = clean.count - 1, m = given.count - 1;
    size_t width = (size_t)m + 1;
    struct pairing p = {0};
    if (memory_reserve(&scratch->cost, &scratch->cost_capacity, width, sizeof *scratch->cost) ||
        memory_reserve(&scratch->step, &scratch->step_capacity, ((size_t)n + 1) * width, 1))
        return ERR_RUNTIME;
    fill(scratch, &clean, &given, n, m);
    for (int i = n, j = m; i > 0 || j > 0;) {
        enum step step = scratch->step[(size_t)i * width + (size_t)j];
        i -= step != STEP_ADDED;
        j -= step != STEP_MISSING;
        if (step == STEP_PAIR) count_pair(&p, &clean, i, &given, j);
        p.missing += step == STEP_MISSING;
        p.added += step == STEP_ADDED;
    }
    count_pair(&p, &clean, n, &given, m);
    *pairing = p;
    return ERR_OK;
}
