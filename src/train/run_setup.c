/* What one run needs: samples, problems, order of training, model. See run_work.h. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/interrupt.h"
#include "data/data_file.h"
#include "data/form.h"
#include "data/overlap.h"
#include "data/problem_set.h"
#include "record/model_directory.h"
#include "train/divergence.h"
#include "train/labelling.h"
#include "train/run_work.h"

/* Positions that a model is made for, unless its sequences are longer. Rotary embedding has no table that
 * would grow with it. */
enum { POSITIONS = 2048 };

enum err run_work_read_data(struct run_work *run, struct error *error) {
    const struct config *config = run->config;
    struct data_file file;
    enum err code = mix_check(&config->mix, error); /* test problems are its tasks' */
    if (!code) code = mix_vocabulary(&config->mix, &run->vocabulary, error);
    if (!code && config->rl.method == RL_RCRL) code = labelling_add(run->vocabulary, error);
    if (code || !*config->data.file) return code;
    const struct run_hooks *hooks = run->hooks;
    code = data_file_read(config->data.file, run->vocabulary, hooks ? hooks->warn : NULL,
                          hooks ? hooks->context : NULL, &file, error);
    if (code) return code;
    run->training = file.builder.dataset;
    run->skipped = file.skipped;
    snprintf(run->data, sizeof run->data, "%016" PRIx64, file.content);
    return identity_give(&run->identity, config->data.file, file.content, error);
}

void run_work_warn(const struct run_work *run, const char *message) {
    if (run->hooks && run->hooks->warn) run->hooks->warn(run->hooks->context, message);
}

/* Training data made elsewhere that are not like the test. */
static enum err warn_of_form(const struct run_work *run, struct error *error) {
    const char *path = run->config->data.file;
    struct error message;
    bool differ;
    if (!*path) return ERR_OK;
    enum err code =
        form_prompts_differ(&run->training, &run->test, run->vocabulary, path, &differ, &message, error);
    if (code) return code;
    if (!differ) differ = form_completions_differ(&run->training, &run->test, path, &message);
    if (differ) run_work_warn(run, message.message);
    return ERR_OK;
}

/* Options that cannot do what they say in a training of so many steps, on samples of such lengths. */
static void warn_of_sizes(const struct run_work *run) {
    const struct config *config = run->config;
    const struct dataset *training = &run->training;
    struct error message;
    if (training->samples > 1 &&
        training->start[training->samples] > training->samples * (int64_t)config->train.batch_tokens) {
        err_set(&message, ERR_OK,
                "train.batch_tokens: %d is less than a sample has in the mean, so that steps train on single "
                "samples",
                config->train.batch_tokens);
        run_work_warn(run, message.message);
    }
    if (config->train.stop_at > 0 && config->eval.every >= run->steps) {
        err_set(&message, ERR_OK,
                "eval.every: %lld, and there are %lld steps: train.stop_at is never looked at before the end",
                (long long)config->eval.every, (long long)run->steps);
        run_work_warn(run, message.message);
    }
    if (run->evaluating.max_new_tokens < run->test.longest_completion) {
        err_set(&message, ERR_OK,
                "%s: completions may have %d tokens, and some true ones have more: those problems cannot be "
                "solved",
                config->eval.max_new_tokens ? "eval.max_new_tokens"
                                            : "eval.max_new_tokens (twice the longest in training)",
                run->evaluating.max_new_tokens);
        run_work_warn(run, message.message);
    }
}

/* The problems of test and validation, and what the training data give away of the test. */
static enum err make_problems(struct run_work *run, struct error *error) {
    const struct config *config = run->config;
    uint64_t seed = (uint64_t)config->seed;
    int64_t same = 0;
    enum err code = dataset_build_problems(&config->mix, run->vocabulary, seed, SPLIT_TEST,
                                           config->eval.problems, run->team, &run->test, error);
    if (!code)
        code = dataset_build_problems(&config->mix, run->vocabulary, seed, SPLIT_VALIDATION,
                                      config->eval.problems, run->team, &run->validation, error);
    if (!code) code = overlap_count(&run->training, &run->test, &same, &run->twins, error);
    if (code) return code;
    struct error message;
    if (problem_set_is_small(run->test.samples, config->eval.problems, &message))
        run_work_warn(run, message.message);
    if (same) { /* made by us, they have none in common */
        err_set(&message, ERR_OK,
                "%s: holds %lld of the %lld test problems; accuracy says little of new ones",
                config->data.file, (long long)same, (long long)run->test.samples);
        run_work_warn(run, message.message);
    }
    return warn_of_form(run, error);
}

enum err run_work_make_data(struct run_work *run, struct error *error) {
    const struct config *config = run->config;
    uint64_t seed = (uint64_t)config->seed;
    enum err code = ERR_OK;
    if (!*config->data.file && mix_varies(&config->mix, config->data.epochs))
        code = dataset_build_epochs(&config->mix, run->vocabulary, seed, config->data.samples,
                                    config->data.epochs, run->team, &run->training, error);
    else if (!*config->data.file)
        code = dataset_build(&config->mix, run->vocabulary, seed, 0, config->data.samples, run->team,
                             &run->training, error);
    if (!code) code = make_problems(run, error);
    if (!code)
        code = batch_plan_create(&run->training, seed, config->data.epochs, config->train.batch_tokens,
                                 &run->plan, error);
    if (code) return code;
    run->steps = run->plan.steps;
    if (config->train.max_steps > 0 && config->train.max_steps < run->steps)
        run->steps = config->train.max_steps;
    int limit = config->eval.max_new_tokens;
    run->evaluating =
        (struct evaluation_options){.max_new_tokens = limit ? limit : 2 * run->training.longest_completion,
                                    .samples = config->eval.samples,
                                    .temperature = config->eval.temperature,
                                    .seed = seed,
                                    .vocabulary = run->vocabulary,
                                    .reverse = config->mix.reverse};
    if (!*config->trainer) warn_of_sizes(run);
    return labelling_wanted(config, run->vocabulary, &run->evaluating.labelling, error);
}

int run_work_longest(const struct run_work *run) {
    int longest = run->training.longest;
    /* What is drawn for other problems is learned from too. */
    if (run->method && run->test.longest > longest) longest = run->test.longest;
    longest += run->evaluating.max_new_tokens;
    return run->test.longest > longest ? run->test.longest : longest;
}

enum err run_work_make_model(struct run_work *run, struct error *error) {
    const struct config *config = run->config;
    struct gpt_config shape = config_shape(config, vocabulary_count(run->vocabulary), POSITIONS);
    int needed = run_work_longest(run);
    if (needed > shape.positions) shape.positions = needed;
    enum err code = gpt_create(&shape, &run->gpt, error);
    if (code) return code;
    const char *from = run->parent ? run->parent : config->model.init;
    if (*from)
        code = model_directory_initialise(from, run->vocabulary, (uint64_t)config->seed, run->gpt, error);
    else
        gpt_initialise(run->gpt, (uint64_t)config->seed);
    if (code && run->parent)
        return err_prefix(error, code,
                          "%s: the model to start from cannot be read; remove its folder, and it is "
                          "trained again",
                          run->parent);
    run->loss_before = NAN;
    if (!code && *from)
        code =
            evaluate_loss(run->gpt, run->team, &run->training, DIVERGENCE_SAMPLES, &run->loss_before, error);
    if (code == ERR_DIVERGED) code = ERR_OK; /* the first step will say so */
    if (!code) code = interrupt_check(error);
    if (code) return code;
    return run_work_make_learner(run, run->gpt, run->method ? needed : run->training.longest,
                                 config->rl.method == RL_PPO, &run->learner, error);
}

enum err run_work_make_learner(const struct run_work *run, struct gpt *gpt, int longest, bool value_head,
                               struct learner **learner, struct error *error) {
    const struct config *config = run->config;
    struct learner_options options = learner_defaults(longest);
    options.lanes = BATCH_LANES;
    options.threads = config->train.threads;
    options.weight_decay = config->train.weight_decay;
    options.clip = config->train.clip;
    options.recompute = config->train.recompute;
    options.value_head = value_head;
    return learner_create(gpt, &options, learner, error);
}

void run_work_free(struct run_work *run) {
    json_decref(run->saved);
    learner_free(run->learner);
    gpt_free(run->gpt);
    batch_plan_free(&run->plan);
    dataset_free(&run->validation);
    dataset_free(&run->test);
    dataset_free(&run->training);
    vocabulary_free(run->vocabulary);
    team_free(run->team);
    identity_free(&run->identity);
    free(run->state_path);
}
