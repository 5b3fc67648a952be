/* Samples as token sequences. See dataset.h. */
#include "data/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "data/changes.h"
#include "data/overlap.h"
#include "data/problem_set.h"
#include "noise/noises.h"

void dataset_free(struct dataset *dataset) {
    free(dataset->tokens);
    free(dataset->start);
    free(dataset->prompt);
    free(dataset->twin);
    *dataset = (struct dataset){0};
}

static int larger(int a, int b) { return a > b ? a : b; }

enum err dataset_add(struct dataset_builder *builder, struct token_span prompt, struct token_span completion,
                     struct error *error) {
    struct dataset *d = &builder->dataset;
    size_t end = d->samples ? (size_t)d->start[d->samples] : 0;
    size_t length = prompt.count + completion.count + 2; /* <bos>, <eos> */
    if (memory_reserve(&d->tokens, &builder->token_capacity, end + length, sizeof *d->tokens) ||
        memory_reserve(&d->start, &builder->start_capacity, (size_t)d->samples + 2, sizeof *d->start) ||
        memory_reserve(&d->prompt, &builder->prompt_capacity, (size_t)d->samples + 1, sizeof *d->prompt))
        return err_memory(error, "samples");
    int32_t *to = d->tokens + end;
    *to++ = TOKEN_BOS;
    if (prompt.count) memcpy(to, prompt.id, prompt.count * sizeof *to); /* an empty one may have no place */
    to += prompt.count;
    memcpy(to, completion.id, completion.count * sizeof *to);
    to[completion.count] = TOKEN_EOS;
    d->start[d->samples] = (int64_t)end;
    d->prompt[d->samples] = (int32_t)prompt.count + 1;
    d->samples++;
    d->start[d->samples] = (int64_t)(end + length);
    d->longest = larger(d->longest, (int)length);
    d->longest_completion = larger(d->longest_completion, (int)completion.count + 1);
    return ERR_OK;
}

struct token_span dataset_prompt(const struct dataset *d, int64_t i) {
    return (struct token_span){d->tokens + d->start[i], (size_t)d->prompt[i]};
}

struct token_span dataset_completion(const struct dataset *d, int64_t i) {
    int64_t from = d->start[i] + d->prompt[i];
    return (struct token_span){d->tokens + from, (size_t)(d->start[i + 1] - from - 1)};
}

struct token_span dataset_sequence(const struct dataset *d, int64_t i) {
    return (struct token_span){d->tokens + d->start[i], (size_t)(d->start[i + 1] - d->start[i])};
}

/* The samples are made in PARTS pieces, each by whichever thread is free, and joined in order. */
enum { PARTS = 16 };

struct part {
    struct dataset_builder builder;
    struct tokens twin; /* scratch */
    enum err code;
    struct error error;
};

struct dataset_job {
    const struct mix *mix;
    const struct vocabulary *vocabulary;
    uint64_t seed, first;
    enum split split;
    const struct problem_set *problems; /* of the other sides than training */
    uint64_t *twin;                     /* of these */
    int64_t samples;                    /* of an epoch */
    int epochs;
    struct part part[PARTS];
};

static enum err make_sample(const struct dataset_job *job, struct mix_sampler *sampler, int64_t i,
                            struct part *part) {
    struct sample sample;
    struct dataset *d = &part->builder.dataset;
    uint64_t index = job->first + (uint64_t)(i % job->samples);
    const struct set_problem *problem = job->problems ? &job->problems->problem[index] : NULL;
    mix_sampler_set_epoch(sampler, (int)(i / job->samples), job->epochs);
    enum err code = problem ? mix_sample_of(sampler, job->seed, job->split, problem->index, problem->hash,
                                            &sample, &part->error)
                            : mix_sample(sampler, job->seed, job->split, index, &sample, &part->error);
    if (!code) code = dataset_add(&part->builder, sample.prompt, sample.completion, &part->error);
    if (!code && problem)
        code = overlap_twin(&sample, job->vocabulary, &part->twin, &job->twin[i], &part->error);
    if (code) return code;
    d->contaminated += sample.contaminated;
    d->truncated += sample.truncated;
    d->corrupted += sample.corrupted;
    for (int kind = 0; noise_list[kind]; kind++) d->sites += sample.tallies[kind].sites;
    if (sample.contaminated) d->changed += changes_share(&sample);
    return ERR_OK;
}

static void make_part(void *context, int lane) {
    struct dataset_job *job = context;
    struct part *part = &job->part[lane];
    struct mix_sampler *sampler;
    bool noisy = job->split == SPLIT_TRAIN && mix_is_noisy(job->mix);
    part->code = mix_sampler_create(job->mix, job->vocabulary, noisy, &sampler, &part->error);
    if (part->code) return;
    int64_t all = job->samples * job->epochs, end = all * (lane + 1) / PARTS;
    for (int64_t i = all * lane / PARTS; i < end && !part->code; i++) {
        part->code = interrupt_check(&part->error);
        if (!part->code) part->code = make_sample(job, sampler, i, part);
    }
    tokens_free(&part->twin);
    mix_sampler_free(sampler);
}

/* Appends `part` to `d`, whose arrays are large enough. */
static void join(struct dataset *d, const struct dataset *part) {
    int64_t end = d->start[d->samples];
    memcpy(d->tokens + end, part->tokens, (size_t)part->start[part->samples] * sizeof *d->tokens);
    memcpy(d->prompt + d->samples, part->prompt, (size_t)part->samples * sizeof *d->prompt);
    for (int64_t i = 1; i <= part->samples; i++) d->start[d->samples + i] = end + part->start[i];
    d->samples += part->samples;
    d->longest = larger(d->longest, part->longest);
    d->longest_completion = larger(d->longest_completion, part->longest_completion);
    d->contaminated += part->contaminated;
    d->truncated += part->truncated;
    d->sites += part->sites;
    d->corrupted += part->corrupted;
    d->changed += part->changed; /* in the order of the parts: the same for any number of threads */
}

static enum err build(struct dataset_job *job, struct team *team, struct dataset *dataset,
                      struct error *error) {
    int64_t samples;
    if (__builtin_mul_overflow(job->samples, (int64_t)job->epochs, &samples) || samples > INT32_MAX)
        return err_set(error, ERR_INPUT, "too many samples x epochs for a training set that varies by epoch");
    team_run(team, PARTS, make_part, job);
    enum err code = ERR_OK;
    size_t tokens = 0;
    for (int p = 0; p < PARTS && !code; p++) {
        const struct dataset *part = &job->part[p].builder.dataset;
        code = job->part[p].code;
        if (code && error) *error = job->part[p].error;
        tokens += part->samples ? (size_t)part->start[part->samples] : 0;
    }
    struct dataset whole = {0};
    if (!code) {
        whole.tokens = memory_array(tokens, sizeof *whole.tokens);
        whole.start = memory_array((size_t)samples + 1, sizeof *whole.start);
        whole.prompt = memory_array((size_t)samples, sizeof *whole.prompt);
        if (!whole.tokens || !whole.start || !whole.prompt) code = err_memory(error, "samples");
    }
    for (int p = 0; p < PARTS; p++) {
        if (!code && job->part[p].builder.dataset.samples) join(&whole, &job->part[p].builder.dataset);
        dataset_free(&job->part[p].builder.dataset);
    }
    whole.versions = job->epochs;
    if (code)
        dataset_free(&whole);
    else
        *dataset = whole;
    return code;
}

enum err dataset_build(const struct mix *mix, const struct vocabulary *vocabulary, uint64_t seed,
                       uint64_t first, int64_t samples, struct team *team, struct dataset *dataset,
                       struct error *error) {
    struct dataset_job *job = memory_array(1, sizeof *job);
    if (!job) return err_memory(error, "samples");
    job->mix = mix;
    job->vocabulary = vocabulary;
    job->seed = seed;
    job->split = SPLIT_TRAIN;
    job->first = first;
    job->samples = samples;
    job->epochs = 1;
    enum err code = build(job, team, dataset, error);
    free(job);
    return code;
}

enum err dataset_build_problems(const struct mix *mix, const struct vocabulary *vocabulary, uint64_t seed,
                                enum split split, int64_t problems, struct team *team,
                                struct dataset *dataset, struct error *error) {
    struct problem_set set;
    enum err code = problem_set_make(mix, seed, split, problems, &set, error);
    if (code) return code;
    uint64_t *twin = memory_array((size_t)set.count, sizeof *twin);
    struct dataset_job *job = memory_array(1, sizeof *job);
    if (!twin || !job) code = err_memory(error, "the problems");
    if (!code) {
        *job = (struct dataset_job){.mix = mix,
                                    .vocabulary = vocabulary,
                                    .seed = seed,
                                    .split = split,
                                    .problems = &set,
                                    .twin = twin,
                                    .samples = set.count,
                                    .epochs = 1};
        code = build(job, team, dataset, error);
    }
    if (!code) {
        dataset->twin = twin;
        twin = NULL;
    }
    problem_set_free(&set);
    free(twin);
    free(job);
    return code;
}

enum err dataset_build_epochs(const struct mix *mix, const struct vocabulary *vocabulary, uint64_t seed,
                              int64_t samples, int epochs, struct team *team, struct dataset *dataset,
                              struct error *error) {
    struct dataset_job *job = memory_array(1, sizeof *job);
    if (!job) return err_memory(error, "samples");
    job->mix = mix;
    job->vocabulary = vocabulary;
    job->seed = seed;
    job->split = SPLIT_TRAIN;
    job->samples = samples;
    job->epochs = epochs;
    enum err code = build(job, team, dataset, error);
    free(job);
    return code;
}
