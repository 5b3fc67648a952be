/* Speed of reinforcement learning. See rollout_speed.h; start reading at rollout_speed_measure. */
#include "reinforce/rollout_speed.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/middle.h"
#include "reinforce/reinforce.h"
#include "spec/spec.h"

enum { ROUNDS_MAX = 99, SPEC_MAX = 512 };
static const double ROUND = 0.4; /* seconds, if an iteration is not longer */

/* By this much <eos> is less likely than other tokens, in nats. */
static const real NEVER = 100;

static enum err configure(const struct gpt_preset *preset, int threads, struct config *config,
                          struct error *error) {
    char text[SPEC_MAX];
    int length =
        snprintf(text, sizeof text,
                 "name: bench\n"
                 "task: {name: add, min_digits: 1, max_digits: 3}\n"
                 "data: {samples: 1000}\n"
                 "model: {preset: %s}\n"
                 "train: {threads: %d}\n"
                 "eval: {problems: 1}\n"
                 "rl: {method: grpo, reward_noise: 0.5, rollouts: 1000000000, learning_rate: 1e-6}\n",
                 preset->name, threads);
    struct spec *spec;
    enum err code = spec_parse("bench", text, (size_t)length, NULL, 0, &spec, error);
    if (code) return code;
    spec_plain(spec, config);
    spec_free(spec);
    return ERR_OK;
}

/* Completions are to be as long as true ones in the mean. */
static void set_lengths(struct run_work *run, struct rollout_speed *speed) {
    const struct dataset *samples = &run->training;
    double count = (double)samples->samples, prompts = 0;
    for (int64_t i = 0; i < samples->samples; i++) prompts += samples->prompt[i];
    speed->prompt = prompts / count;
    double completion = ((double)samples->start[samples->samples] - prompts) / count;
    run->evaluating.max_new_tokens = (int)round(completion);
}

/* The first number of the last row becomes 1 for every token, and only <eos> reads it. */
static void never_end(struct run_work *run) {
    struct gpt *gpt = run->gpt;
    int last = gpt_final_index(&gpt->config), width = gpt->config.width;
    real *head = gpt_values(gpt, last + 2);
    gpt_values(gpt, last)[0] = 0;
    gpt_values(gpt, last + 1)[0] = 1;
    for (int token = 0; token < gpt->config.vocabulary; token++) head[(size_t)token * (size_t)width] = 0;
    memset(head + TOKEN_EOS * (size_t)width, 0, (size_t)width * sizeof *head);
    head[TOKEN_EOS * (size_t)width] = -NEVER;
    learner_refresh(run->learner);
}

/* Iterations for so many seconds, at least one. */
static enum err iterate(struct run_work *run, double seconds, double *drawing, double *learning,
                        struct error *error) {
    const struct reinforce *work = reinforce_of(run);
    double start = clock_seconds(), passed = 0, drawn = 0, count = 0;
    do {
        enum err code = on_policy_iterate(run, error);
        if (code) return code;
        count += (double)work->rollouts.count;
        drawn += (double)work->rollouts.count / work->latest.rollouts_per_second;
        passed = clock_seconds() - start;
    } while (passed < seconds);
    *drawing = count / drawn;
    *learning = count / passed;
    return ERR_OK;
}

static enum err measure(struct run_work *run, int rounds, struct rollout_speed *speed, struct error *error) {
    double drawing[ROUNDS_MAX], learning[ROUNDS_MAX];
    if (rounds > ROUNDS_MAX) rounds = ROUNDS_MAX;
    enum err code = iterate(run, 0, &drawing[0], &learning[0], error); /* meets cold memory: does not count */
    for (int i = 0; i < rounds && !code; i++) code = iterate(run, ROUND, &drawing[i], &learning[i], error);
    if (code) return code;
    const struct iteration *latest = &reinforce_of(run)->latest;
    speed->completion = latest->length;
    speed->learned = 1 - latest->flat_groups;
    speed->drawing = middle_of(drawing, rounds);
    speed->learning = middle_of(learning, rounds);
    return ERR_OK;
}

enum err rollout_speed_measure(const struct gpt_preset *preset, int threads, int rounds,
                               struct rollout_speed *speed, struct error *error) {
    static const struct run_method method = {.begin = learn_begin, .end = learn_end};
    struct config config;
    enum err code = configure(preset, threads, &config, error);
    if (code) return code;
    struct run_work run = {.config = &config, .method = &method};
    struct rollout_speed measured = {.prompts = config.rl.prompts, .generations = config.rl.generations};
    code = run_work_read_data(&run, error);
    if (!code) code = team_create(threads, &run.team, error);
    if (!code) code = run_work_make_data(&run, error);
    if (!code) {
        set_lengths(&run, &measured);
        code = run_work_make_model(&run, error);
    }
    if (!code) {
        never_end(&run);
        code = method.begin(&run, error);
    }
    if (!code) code = measure(&run, rounds, &measured, error);
    if (!code) *speed = measured;
    method.end(&run);
    run_work_free(&run);
    return code;
}
