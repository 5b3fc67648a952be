/* What a run of reinforcement learning works on, for tests of its parts: a small model that a short training
 * has made right now and then. */
#ifndef COTNOISE_TESTS_REINFORCE_RUN_H
#define COTNOISE_TESTS_REINFORCE_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reinforce/reinforce.h"
#include "spec/spec.h"
#include "tests/support/told.h"

/* Fails the test with the message unless the call, written with &error for its last argument, succeeds. */
#define DONE(call)                 \
    do {                           \
        struct error error = {""}; \
        assert_ok((call), &error); \
    } while (0)

struct reinforce_run {
    struct spec *spec;
    struct config config;
    struct run_work run;
    struct reinforce *work; /* learning, of the run */
};

static const char reinforce_spec[] =
    "name: run\n"
    "seeds: [3]\n"
    "task: {name: max, sampling: length, min_digits: 1, max_digits: 1, min_length: 2, max_length: 3}\n"
    "data: {samples: 640, epochs: 1}\n"
    "model: {preset: tiny, layers: 1, width: 32, heads: 2}\n"
    "train: {batch_tokens: 512, learning_rate: 1e-2, warmup_steps: 3}\n"
    "eval: {problems: 20}\n"
    "rl: {method: grpo, prompts: 8, generations: 8, rollouts: 6400, minibatches: 1}\n";

static const struct run_method reinforce_stand_in = {0}; /* what sizes ask for */

/* Steps of supervised training on the run's own samples, again and again. */
static inline void reinforce_train(struct reinforce_run *f, int steps) {
    for (int step = 0; step < steps; step++) {
        struct gpt_batch lanes[BATCH_LANES];
        struct learner_step result;
        batch_pack(&f->run.plan, step % f->run.plan.steps, lanes);
        DONE(learner_step(f->run.learner, f->run.team, lanes, 1e-2, &result, &error));
    }
    learner_restart(f->run.learner);
}

/* A run of the spec above with those words over it (NULL-terminated), its model trained for so many steps. */
static inline void reinforce_open(struct reinforce_run *f, int steps, const char *const words[]) {
    memset(f, 0, sizeof *f);
    int count = 0;
    while (words[count]) count++;
    DONE(spec_parse("run.yaml", reinforce_spec, strlen(reinforce_spec), words, count, &f->spec, &error));
    spec_plain(f->spec, &f->config);
    struct run_work *run = &f->run;
    run->config = &f->config;
    run->method = &reinforce_stand_in;
    run->parent_samples = f->config.data.samples;
    DONE(team_create(f->config.train.threads, &run->team, &error));
    DONE(run_work_read_data(run, &error));
    DONE(run_work_make_data(run, &error));
    DONE(run_work_make_model(run, &error));
    reinforce_train(f, steps);
    DONE(learn_begin(run, &error));
    f->work = reinforce_of(run);
}
#define REINFORCE_OPEN(f, steps, ...) reinforce_open((f), (steps), (const char *const[]){__VA_ARGS__, NULL})

static inline void reinforce_close(struct reinforce_run *f) {
    learn_end(&f->run);
    run_work_free(&f->run);
    spec_free(f->spec);
}

/* Problems of these numbers, in work->problems. */
static inline void reinforce_problems(struct reinforce_run *f, uint64_t first, int count) {
    uint64_t *numbers = calloc((size_t)count, sizeof *numbers);
    for (int i = 0; i < count; i++) numbers[i] = first + (uint64_t)i;
    DONE(prompts_make(f->work->prompts, numbers, count, &f->work->problems, &error));
    free(numbers);
}

#endif
