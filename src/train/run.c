/* One run, from configuration to result.json. See run.h; start reading at run_execute. */
#include "train/run.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "data/data_file.h"
#include "nn/checkpoint.h"
#include "record/examples.h"
#include "record/layout.h"
#include "record/machine.h"
#include "record/model_directory.h"
#include "record/run_record.h"
#include "record/run_state.h"
#include "record/training_log.h"
#include "spec/config.h"
#include "spec/identity.h"
#include "train/batch.h"
#include "train/evaluate.h"

/* Problems of the evaluations during training, apart from the test problems (indices 0, 1, ... of the same
 * split), so that stopping early does not choose by the test. */
#define VALIDATION_FIRST (UINT64_C(1) << 32)

/* Positions that a model is made for, unless its sequences are longer. Rotary embedding has no table that
 * would grow with it. */
enum { POSITIONS = 2048 };

struct run {
    const struct config *config;
    const char *directory;
    const struct run_hooks *hooks;
    struct identity identity;
    char id[CONFIG_ID_LENGTH + 1];
    struct team *team;
    struct vocabulary *vocabulary;
    struct dataset training, test, validation;
    char data[CONFIG_ID_LENGTH + 1]; /* content of data.file, for people; "" without one */
    int64_t skipped;                 /* its malformed lines */
    struct batch_plan plan;
    struct gpt *gpt;
    struct learner *learner;
    struct evaluation_options evaluating;
    struct training_log log;
    char *state_path;

    int64_t step, steps, tokens;
    int64_t saved_at;      /* step of the state on disk; 0: none */
    double seconds_before; /* of training, in earlier processes */
    int64_t tokens_before; /* trained in earlier processes */
    double started;        /* of this process's training, on the monotonic clock */
    double reported;       /* when progress was last told */
    const char *stopped;   /* why training ended; NULL while it goes on */
    double accuracy;       /* of the latest evaluation; NaN before */
    double loss;
};

static double training_seconds(const struct run *run) {
    return run->seconds_before + clock_seconds() - run->started;
}

static double training_speed(const struct run *run) {
    double seconds = clock_seconds() - run->started;
    return seconds > 0 ? (double)(run->tokens - run->tokens_before) / seconds : 0;
}

static bool owns_directory(const struct run *run) { return run->hooks && run->hooks->owns_directory; }

/* Tells the caller how things stand, ten times a second at most unless `always`. */
static void tell(struct run *run, enum run_phase phase, bool always) {
    if (!run->hooks || !run->hooks->progress) return;
    double time = clock_seconds();
    if (!always && time - run->reported < 0.1) return;
    run->reported = time;
    training_log_flush(&run->log); /* for those who follow the file */
    run->hooks->progress(run->hooks->context,
                         &(struct run_progress){.phase = phase,
                                                .step = run->step,
                                                .steps = run->steps,
                                                .problems = phase == RUN_DONE ? run->test.samples : 0,
                                                .of = run->test.samples,
                                                .tokens = run->tokens,
                                                .loss = run->loss,
                                                .accuracy = run->accuracy,
                                                .tokens_per_second = training_speed(run)});
}

/* --- what the run needs -------------------------------------------------------------------------- */

/* The vocabulary, and the training data that come from a file. */
static enum err read_data(struct run *run, struct error *error) {
    const struct config *config = run->config;
    struct data_file file;
    enum err code = mix_check(&config->mix, error); /* test problems are its tasks' */
    if (!code) code = mix_vocabulary(&config->mix, &run->vocabulary, error);
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

static enum err make_data(struct run *run, struct error *error) {
    const struct config *config = run->config;
    uint64_t seed = (uint64_t)config->seed;
    enum err code = ERR_OK;
    if (!*config->data.file && mix_varies(&config->mix, config->data.epochs))
        code = dataset_build_epochs(&config->mix, run->vocabulary, seed, config->data.samples,
                                    config->data.epochs, run->team, &run->training, error);
    else if (!*config->data.file)
        code = dataset_build(&config->mix, run->vocabulary, seed, SPLIT_TRAIN, 0, config->data.samples,
                             run->team, &run->training, error);
    if (!code)
        code = dataset_build(&config->mix, run->vocabulary, seed, SPLIT_TEST, 0, config->eval.problems,
                             run->team, &run->test, error);
    if (!code && config->eval.every > 0)
        code = dataset_build(&config->mix, run->vocabulary, seed, SPLIT_TEST, VALIDATION_FIRST,
                             config->eval.problems, run->team, &run->validation, error);
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
                                    .seed = seed};
    return ERR_OK;
}

static enum err make_model(struct run *run, struct error *error) {
    const struct config *config = run->config;
    struct gpt_config shape = config_shape(config, vocabulary_count(run->vocabulary), POSITIONS);
    int needed = run->training.longest + run->evaluating.max_new_tokens;
    if (run->test.longest > needed) needed = run->test.longest;
    if (needed > shape.positions) shape.positions = needed;
    enum err code = gpt_create(&shape, &run->gpt, error);
    if (code) return code;
    if (config->model.init[0])
        code = model_directory_initialise(config->model.init, run->vocabulary, (uint64_t)config->seed,
                                          run->gpt, error);
    else
        gpt_initialise(run->gpt, (uint64_t)config->seed);
    if (code) return code;
    struct learner_options options = learner_defaults(run->training.longest);
    options.lanes = BATCH_LANES;
    options.threads = config->train.threads;
    options.weight_decay = config->train.weight_decay;
    options.clip = config->train.clip;
    options.recompute = config->train.recompute;
    return learner_create(run->gpt, &options, &run->learner, error);
}

/* --- saving and going on ------------------------------------------------------------------------- */

static enum err save_state(struct run *run, struct error *error) {
    struct run_state state = {.tokens = run->tokens,
                              .seconds = training_seconds(run),
                              .accuracy = run->accuracy,
                              .stopped = run->stopped};
    char *note = NULL;
    memcpy(state.id, run->id, sizeof state.id);
    enum err code = training_log_sync(&run->log, &state.logs, error);
    if (!code) code = run_state_write(&state, &note, error);
    if (!code) code = learner_save(run->learner, run->state_path, note, error);
    if (!code) run->saved_at = run->step;
    free(note);
    return code;
}

/* Moves what is in the way aside and says so; `reason` says what is wrong with it. */
static enum err set_aside(struct run *run, const char *path, const struct error *reason,
                          struct error *error) {
    struct error message;
    enum err code = run_record_set_aside(path, error);
    err_set(&message, ERR_OK, "%s; it is set aside, and the run %s", reason->message,
            file_exists(run->state_path) ? "goes on from what it saved" : "starts afresh");
    if (!code && run->hooks && run->hooks->warn) run->hooks->warn(run->hooks->context, message.message);
    return code;
}

/* The state that lies there, when it is of this run. *found is false where there is none; one that is damaged
 * or of another run is then set aside. */
static enum err find_state(struct run *run, bool *found, struct run_state *state, struct error *error) {
    struct error reason;
    char *note = NULL;
    *found = false;
    if (!file_exists(run->state_path)) return ERR_OK;
    enum err code = learner_read_note(run->state_path, &note, &reason);
    if (!code && (code = run_state_read(note, state, &reason)))
        err_prefix(&reason, code, "%s", run->state_path);
    free(note);
    if (code == ERR_RUNTIME) return err_set(error, code, "%s", reason.message);
    bool other = !code && strcmp(state->id, run->id);
    if (other)
        code = err_set(&reason, ERR_INPUT, "%s: is of run %s, not of run %s", run->state_path, state->id,
                       run->id);
    if (other && !owns_directory(run))
        return err_set(error, ERR_INPUT, "%s; remove it to start afresh", reason.message);
    *found = !code;
    return code ? set_aside(run, run->state_path, &reason, error) : ERR_OK;
}

static enum err resume(struct run *run, struct error *error) {
    struct run_state state;
    struct error reason;
    bool found;
    enum err code = find_state(run, &found, &state, error);
    if (!code && found && (code = learner_load(run->learner, run->state_path, NULL, &reason))) {
        if (code == ERR_RUNTIME) return err_set(error, code, "%s", reason.message);
        found = false; /* of another shape: as good as damaged */
        code = set_aside(run, run->state_path, &reason, error);
    }
    if (code) return code;
    if (found) {
        run->step = run->saved_at = learner_steps(run->learner);
        run->tokens = run->tokens_before = state.tokens;
        run->seconds_before = state.seconds;
        run->accuracy = state.accuracy;
        run->stopped = state.stopped;
    }
    struct training_log_size kept = found ? state.logs : (struct training_log_size){0, 0};
    return training_log_open(&run->log, run->directory, run->config, run->hooks && run->hooks->tensorboard,
                             kept, error);
}

/* --- training -------------------------------------------------------------------------------------- */

static enum err validate(struct run *run, struct error *error) {
    struct evaluation evaluation;
    enum err code = evaluate_model(run->gpt, run->team, &run->validation, &run->evaluating, &evaluation, NULL,
                                   NULL, error);
    if (code) return code;
    run->accuracy = evaluation.accuracy;
    code = training_log_evaluation(&run->log, run->step, run->tokens, &evaluation, error);
    if (run->config->train.stop_at > 0 && run->accuracy >= run->config->train.stop_at)
        run->stopped = "stop_at";
    return code;
}

static enum err train(struct run *run, struct error *error) {
    const struct config *config = run->config;
    int64_t warmup = run->steps / 10; /* a short run has time for more than warming up */
    if (config->train.warmup_steps < warmup) warmup = config->train.warmup_steps;
    while (!run->stopped && run->step < run->steps) {
        struct gpt_batch lanes[BATCH_LANES];
        batch_pack(&run->plan, run->step, lanes);
        double rate = learner_schedule(config->train.learning_rate, run->step, warmup, run->steps);
        struct learner_step result;
        enum err code = learner_step(run->learner, run->team, lanes, rate, &result, error);
        if (code) {
            /* At run time it is only the numbers that can go wrong. */
            return err_prefix(error, code == ERR_RUNTIME ? ERR_DIVERGED : code, "step %lld",
                              (long long)run->step + 1);
        }
        run->step++;
        run->tokens += result.tokens;
        run->loss = result.loss;
        code =
            training_log_step(&run->log, run->step, run->tokens, &result, rate, training_speed(run), error);
        tell(run, RUN_TRAINING, false);
        if (!code && config->eval.every > 0 && run->step % config->eval.every == 0 && run->step < run->steps)
            code = validate(run, error);
        bool leaving = interrupt_requested();
        if (!code && (leaving || run->step % config->train.checkpoint_every == 0))
            code = save_state(run, error);
        if (code) return code;
        if (leaving)
            return err_set(error, ERR_INTERRUPTED, "interrupted at step %lld of %lld; run it again to go on",
                           (long long)run->step, (long long)run->steps);
    }
    if (!run->stopped) run->stopped = run->steps < run->plan.steps ? "max_steps" : "end";
    /* The test takes time as well: what is killed meanwhile need not train again. */
    return run->step > run->saved_at ? save_state(run, error) : ERR_OK;
}

/* --- the end --------------------------------------------------------------------------------------- */

static enum err write_model(struct run *run, struct error *error) {
    int count = vocabulary_count(run->vocabulary);
    const char **text = memory_array((size_t)count, sizeof *text);
    json_t *identity = NULL, *provenance = NULL;
    enum err code = text ? identity_json(&run->identity, run->config, &identity, error)
                         : err_memory(error, "the checkpoint");
    if (!code && !(provenance = run_record_provenance(run->config, run->id, identity)))
        code = err_memory(error, "the checkpoint");
    for (int i = 0; i < count && !code; i++) text[i] = vocabulary_text(run->vocabulary, i);
    struct checkpoint_vocabulary vocabulary = {text, count, TOKEN_PAD, TOKEN_BOS, TOKEN_EOS, TOKEN_UNKNOWN};
    if (!code) code = checkpoint_write(run->directory, run->gpt, &vocabulary, provenance, error);
    json_decref(provenance);
    json_decref(identity);
    free(text);
    return code;
}

static enum err test(struct run *run, struct evaluation *evaluation, struct error *error) {
    size_t problems = (size_t)run->test.samples, count = problems * (size_t)run->evaluating.samples;
    bool *solved = memory_array(problems, sizeof *solved);
    struct decoder_result *written = memory_array(count, sizeof *written);
    enum err code = solved && written ? ERR_OK : err_memory(error, "the evaluation");
    if (!code)
        code = evaluate_model(run->gpt, run->team, &run->test, &run->evaluating, evaluation, solved, written,
                              error);
    if (!code) {
        code =
            examples_write(run->directory, run->config, run->vocabulary, *run->data ? &run->training : NULL,
                           &run->test, solved, written, run->evaluating.samples, error);
        decoder_free_results(written, count);
    }
    free(written);
    free(solved);
    return code;
}

/* What came out, but for what the test will say. */
static void describe_outcome(const struct run *run, double seconds, struct outcome *outcome) {
    *outcome = (struct outcome){.parameters = (int64_t)run->gpt->parameters,
                                .samples = *run->data ? run->training.samples : run->config->data.samples,
                                .validation_accuracy = run->accuracy,
                                .steps = run->step,
                                .tokens = run->tokens,
                                .tokens_per_second = seconds > 0 ? (double)run->tokens / seconds : 0,
                                .method = "none",
                                .skipped = run->skipped};
    snprintf(outcome->stopped, sizeof outcome->stopped, "%s", run->stopped);
    snprintf(outcome->commit, sizeof outcome->commit, "%s", machine_commit());
    snprintf(outcome->version, sizeof outcome->version, "%s", machine_version());
    memcpy(outcome->data, run->data, sizeof outcome->data);
}

/* Leaves the checkpoint and, last, the result. */
static enum err leave_record(struct run *run, const struct outcome *outcome, struct error *error) {
    struct record record = {.config = *run->config, .outcome = *outcome, .run = memory_string(run->id)};
    enum err code = record.run ? record_describe(&record, error) : err_memory(error, "the result");
    if (!code) code = write_model(run, error);
    if (!code) code = run_record_write(run->directory, &record, error);
    record_free(&record);
    return code;
}

static enum err finish(struct run *run, struct error *error) {
    double seconds = training_seconds(run), started = clock_seconds();
    struct outcome outcome;
    describe_outcome(run, seconds, &outcome);
    tell(run, RUN_EVALUATING, true);
    if (interrupt_requested())
        return err_set(error, ERR_INTERRUPTED, "interrupted before the test; run it again to go on");
    enum err code = test(run, &outcome.evaluation, error);
    if (code) return code;
    run->accuracy = outcome.evaluation.accuracy;
    code = training_log_evaluation(&run->log, run->step, run->tokens, &outcome.evaluation, error);
    if (!code) code = training_log_end(&run->log, error);
    if (!code) code = training_log_sync(&run->log, NULL, error);
    outcome.seconds = seconds + clock_seconds() - started;
    if (!code) code = leave_record(run, &outcome, error);
    if (!code) {
        unlink(run->state_path); /* nothing is left to go on with */
        tell(run, RUN_DONE, true);
    }
    return code;
}

/* Whether the directory already holds this run's result. What is there instead is set aside, unless it is
 * another run's in a directory that is not ours: ERR_INPUT. */
static enum err is_complete(struct run *run, bool *complete, struct error *error) {
    struct error reason;
    struct record other = {0};
    bool is_other;
    enum err code = run_record_read(run->directory, run->id, complete, NULL, &reason);
    if (!code) return ERR_OK;
    if (code == ERR_RUNTIME) return err_set(error, code, "%s", reason.message);
    if (!owns_directory(run) && !run_record_read(run->directory, NULL, &is_other, &other, NULL) && is_other) {
        record_free(&other);
        return err_set(error, ERR_INPUT, "%s; choose another directory", reason.message);
    }
    char *path = file_join(run->directory, LAYOUT_RESULT);
    code = path ? set_aside(run, path, &reason, error) : err_memory(error, "the run");
    free(path);
    return code;
}

static enum err execute(struct run *run, struct error *error) {
    enum err code = team_create(run->config->train.threads, &run->team, error);
    if (!code) code = make_data(run, error);
    if (!code) code = make_model(run, error);
    if (!code) code = resume(run, error);
    run->started = clock_seconds();
    if (!code) code = train(run, error);
    if (!code) code = finish(run, error);
    return code;
}

enum err run_execute(const struct config *config, const char *directory, const struct run_hooks *hooks,
                     struct error *error) {
    struct error unheard;
    if (!error) error = &unheard;
    struct run run = {.config = config, .directory = directory, .hooks = hooks, .accuracy = NAN, .loss = NAN};
    enum err code = file_make_directories(directory, error);
    bool complete = false;
    run.state_path = file_join(directory, LAYOUT_STATE);
    if (!code && !run.state_path) code = err_memory(error, "the run");
    if (!code) code = read_data(&run, error);
    if (!code) code = identity_of(&run.identity, config, run.id, error);
    if (!code) code = is_complete(&run, &complete, error);
    if (!code && !complete) code = execute(&run, error);
    struct error closing;
    if (training_log_close(&run.log, &closing) && !code) {
        code = ERR_RUNTIME;
        *error = closing;
    }
    learner_free(run.learner);
    gpt_free(run.gpt);
    batch_plan_free(&run.plan);
    dataset_free(&run.validation);
    dataset_free(&run.test);
    dataset_free(&run.training);
    vocabulary_free(run.vocabulary);
    team_free(run.team);
    identity_free(&run.identity);
    free(run.state_path);
    return code;
}
