/* Problems to learn from. See prompts.h. */
#include "reinforce/prompts.h"

#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"

struct prompts {
    struct mix mix;
    struct mix_sampler *sampler;
    uint64_t seed, first;
};

enum err prompts_create(const struct config *config, const struct vocabulary *vocabulary, int64_t first,
                        bool noisy, struct prompts **out, struct error *error) {
    struct prompts *prompts = memory_array(1, sizeof *prompts);
    if (!prompts) return err_memory(error, "the problems");
    prompts->mix = config->mix;
    prompts->seed = (uint64_t)config->seed;
    prompts->first = (uint64_t)first;
    if (!noisy) {
        memset(prompts->mix.rate, 0, sizeof prompts->mix.rate);
        prompts->mix.refine = 0;
        prompts->mix.sparsify.share = 0;
    }
    enum err code = mix_sampler_create(&prompts->mix, vocabulary, false, &prompts->sampler, error);
    if (code)
        prompts_free(prompts);
    else
        *out = prompts;
    return code;
}

void prompts_free(struct prompts *prompts) {
    if (!prompts) return;
    mix_sampler_free(prompts->sampler);
    free(prompts);
}

enum err prompts_make(struct prompts *prompts, const uint64_t *numbers, int count,
                      struct dataset_builder *problems, struct error *error) {
    problems->dataset.samples = 0;
    problems->dataset.longest = problems->dataset.longest_completion = 0;
    for (int i = 0; i < count; i++) {
        struct sample sample;
        enum err code = mix_sample(prompts->sampler, prompts->seed, SPLIT_TRAIN, prompts->first + numbers[i],
                                   &sample, error);
        if (!code) code = dataset_add(problems, sample.prompt, sample.completion, error);
        if (!code) code = interrupt_check(error);
        if (code) return code;
    }
    return ERR_OK;
}
