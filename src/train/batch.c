/* The order of training and the packing of lanes. See batch.h. */
#include "train/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pcg.h"

void batch_plan_free(struct batch_plan *plan) {
    free(plan->first);
    free(plan->order);
    free(plan->tokens);
    free(plan->ids);
    free(plan->targets);
    free(plan->starts);
    *plan = (struct batch_plan){0};
}

/* Fisher and Yates, on samples first ... first + samples - 1. */
static void shuffle(int32_t *order, int64_t samples, uint64_t seed, int epoch, int64_t first) {
    struct pcg pcg = pcg_stream(seed, "batch order", (uint64_t)epoch);
    for (int64_t i = 0; i < samples; i++) order[i] = (int32_t)(first + i);
    for (int64_t i = samples - 1; i > 0; i--) {
        int64_t j = pcg_below(&pcg, (uint32_t)i + 1);
        int32_t held = order[i];
        order[i] = order[j];
        order[j] = held;
    }
}

static int64_t length_at(const struct batch_plan *plan, int64_t position) {
    int32_t sample = plan->order[position];
    return plan->dataset->start[sample + 1] - plan->dataset->start[sample];
}

/* Cuts the order into steps. */
static enum err cut(struct batch_plan *plan, int64_t positions, int64_t batch_tokens, int *most_samples,
                    struct error *error) {
    size_t first_capacity = 0, tokens_capacity = 0;
    int64_t position = 0, before = 0;
    for (plan->steps = 0;; plan->steps++) {
        if (memory_reserve(&plan->first, &first_capacity, (size_t)plan->steps + 1, sizeof *plan->first) ||
            memory_reserve(&plan->tokens, &tokens_capacity, (size_t)plan->steps + 1, sizeof *plan->tokens))
            return err_memory(error, "the order of training");
        plan->first[plan->steps] = position;
        plan->tokens[plan->steps] = before;
        if (position == positions) return ERR_OK;
        int64_t tokens = length_at(plan, position++);
        while (position < positions && tokens + length_at(plan, position) <= batch_tokens)
            tokens += length_at(plan, position++);
        int samples = (int)(position - plan->first[plan->steps]);
        if (samples > *most_samples) *most_samples = samples;
        if (tokens > plan->largest) plan->largest = (int)tokens;
        before += tokens;
    }
}

enum err batch_plan_create(const struct dataset *dataset, uint64_t seed, int epochs, int64_t batch_tokens,
                           struct batch_plan *plan, struct error *error) {
    struct batch_plan made = {.dataset = dataset};
    size_t positions;
    int64_t versions = dataset->versions > 1 ? dataset->versions : 1, samples = dataset->samples / versions;
    if (__builtin_mul_overflow((size_t)samples, (size_t)epochs, &positions))
        return err_memory(error, "the order of training");
    made.order = memory_array(positions, sizeof *made.order);
    if (!made.order) return err_memory(error, "the order of training");
    for (int epoch = 0; epoch < epochs; epoch++)
        shuffle(made.order + samples * epoch, samples, seed, epoch, versions > 1 ? samples * epoch : 0);
    int most_samples = 0;
    enum err code = cut(&made, (int64_t)positions, batch_tokens, &most_samples, error);
    if (!code) {
        made.ids = memory_array((size_t)made.largest, sizeof *made.ids);
        made.targets = memory_array((size_t)made.largest, sizeof *made.targets);
        made.starts = memory_array((size_t)most_samples + BATCH_LANES, sizeof *made.starts);
        if (!made.ids || !made.targets || !made.starts) code = err_memory(error, "a batch");
    }
    if (code)
        batch_plan_free(&made);
    else
        *plan = made;
    return code;
}

void batch_pack(struct batch_plan *plan, int64_t step, struct gpt_batch lanes[BATCH_LANES]) {
    const struct dataset *d = plan->dataset;
    int64_t total = plan->tokens[step + 1] - plan->tokens[step];
    int64_t position = plan->first[step], end = plan->first[step + 1];
    int32_t *ids = plan->ids, *targets = plan->targets, *starts = plan->starts;
    int64_t packed = 0;
    for (int lane = 0; lane < BATCH_LANES; lane++) {
        lanes[lane] = (struct gpt_batch){.tokens = ids, .targets = targets, .starts = starts};
        *starts++ = 0;
        int32_t filled = 0;
        /* A sample belongs to the lane in which its middle lies. */
        while (position < end &&
               (packed + length_at(plan, position) / 2) * BATCH_LANES < total * (lane + 1)) {
            struct token_span sequence = dataset_sequence(d, plan->order[position]);
            int32_t prompt = d->prompt[plan->order[position++]];
            int32_t length = (int32_t)sequence.count;
            memcpy(ids, sequence.id, sequence.count * sizeof *ids);
            for (int32_t t = 0; t < length; t++)
                targets[t] = t + 1 >= prompt && t + 1 < length ? sequence.id[t + 1] : -1;
            ids += length;
            targets += length;
            packed += length;
            filled += length;
            *starts++ = filled;
            lanes[lane].samples++;
        }
    }
}
