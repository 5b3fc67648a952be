/* Completions packed into lanes. See packing.h. */
#include "reinforce/packing.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void packing_free(struct packing *packing) {
    free(packing->ids);
    free(packing->targets);
    free(packing->starts);
    free(packing->goals);
    *packing = (struct packing){0};
}

static size_t targets_of(const struct rollouts *rollouts, size_t c) {
    return rollouts->first_target[c + 1] - rollouts->first_target[c];
}

/* What the model reads: all but the last target, which nothing follows from. */
static size_t length_of(const struct rollouts *rollouts, size_t c) {
    return rollouts_prompt(rollouts, c).count + targets_of(rollouts, c) - 1;
}

/* Writes one sequence at `at`. */
static void put(struct packing *packing, const struct rollouts *rollouts, size_t c,
                const struct objective_target *goals, size_t at) {
    struct token_span prompt = rollouts_prompt(rollouts, c), written = rollouts_written(rollouts, c);
    size_t targets = targets_of(rollouts, c), first = at + prompt.count - 1;
    memcpy(packing->ids + at, prompt.id, prompt.count * sizeof *packing->ids);
    for (size_t t = 0; t + 1 < prompt.count; t++) packing->targets[at + t] = -1;
    for (size_t t = 0; t < targets; t++) {
        packing->targets[first + t] = t < written.count ? written.id[t] : TOKEN_EOS;
        packing->goals[first + t] = goals[rollouts->first_target[c] + t];
        if (t + 1 < targets) packing->ids[first + t + 1] = written.id[t];
    }
}

enum err packing_fill(struct packing *packing, const struct rollouts *rollouts, const size_t *chosen,
                      size_t count, const struct objective_target *goals,
                      struct gpt_batch lanes[BATCH_LANES]) {
    size_t total = 0, packed = 0, next = 0;
    for (size_t i = 0; i < count; i++) total += length_of(rollouts, chosen[i]);
    if (memory_reserve(&packing->ids, &packing->id_capacity, total, sizeof *packing->ids) ||
        memory_reserve(&packing->targets, &packing->target_capacity, total, sizeof *packing->targets) ||
        memory_reserve(&packing->goals, &packing->goal_capacity, total, sizeof *packing->goals) ||
        memory_reserve(&packing->starts, &packing->start_capacity, count + BATCH_LANES,
                       sizeof *packing->starts))
        return ERR_RUNTIME;
    int32_t *starts = packing->starts;
    for (int lane = 0; lane < BATCH_LANES; lane++) {
        size_t begin = packed;
        lanes[lane] = (struct gpt_batch){.tokens = packing->ids + begin,
                                         .targets = packing->targets + begin,
                                         .goals = packing->goals + begin,
                                         .starts = starts};
        *starts++ = 0;
        /* A sequence belongs to the lane in which its middle lies. */
        while (next < count &&
               (packed + length_of(rollouts, chosen[next]) / 2) * BATCH_LANES < total * (size_t)(lane + 1)) {
            put(packing, rollouts, chosen[next], goals, packed);
            packed += length_of(rollouts, chosen[next++]);
            *starts++ = (int32_t)(packed - begin);
            lanes[lane].samples++;
        }
    }
    return ERR_OK;
}
