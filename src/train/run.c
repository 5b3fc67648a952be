/* One run, from configuration to result.json. See run.h; start reading at run_execute. */
#include "train/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "nn/checkpoint.h"
#include "record/examples.h"
#include "record/layout.h"
#include "record/machine.h"
#include "record/run_record.h"
#include "train/divergence.h"
#include "train/outside.h"
#include "train/pass_evaluate.h"
#include "train/run_work.h"

double run_work_speed(const struct run_work *run) {
    double seconds = clock_seconds() - run->started;
    return seconds > 0 ? (double)(run->tokens - run->tokens_before) / seconds : 0;
}

void run_work_tell(struct run_work *run, enum run_phase phase, bool always) {
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
                                                .rollouts = run->rollouts,
                                                .of_rollouts = run->method ? run->config->rl.rollouts : 0,
                                                .reward = run->reward,
                                                .tokens_per_second = run_work_speed(run)});
}

/* --- training -------------------------------------------------------------------------------------- */

enum err run_work_validate(struct run_work *run, bool may_stop, struct error *error) {
    struct evaluation evaluation;
    enum err code = evaluate_model(run->gpt, run->team, &run->validation, &run->evaluating, &evaluation, NULL,
                                   NULL, error);
    if (code) return err_prefix(error, code, "step %lld", (long long)run->step);
    run->accuracy = evaluation.accuracy;
    run->validated = run->step;
    code = training_log_evaluation(&run->log, run->step, run->tokens, run->method ? run->rollouts : -1,
                                   &evaluation, error);
    double stop_at = run->config->train.stop_at;
    if (may_stop && stop_at > 0 && run->accuracy >= stop_at) run->stopped = "stop_at";
    return code;
}

/* Whether the model of this step is still to be validated. */
static bool is_due(const struct run_work *run) {
    int every = run->config->eval.every;
    return run->validated < run->step && (run->step == run->steps || (every > 0 && run->step % every == 0));
}

double run_work_rate(const struct run_work *run, double peak, int64_t step, int64_t steps) {
    int64_t warmup = steps / 10; /* a short run has time for more than warming up */
    if (run->config->train.warmup_steps < warmup) warmup = run->config->train.warmup_steps;
    return learner_schedule(peak, step, warmup, steps);
}

enum err run_work_step(struct run_work *run, struct batch_plan *plan, double peak, int64_t step,
                       int64_t steps, struct error *error) {
    struct gpt_batch lanes[BATCH_LANES];
    batch_pack(plan, step, lanes);
    double rate = run_work_rate(run, peak, step, steps);
    struct learner_step result;
    enum err code = learner_step(run->learner, run->team, lanes, rate, &result, error);
    if (code) return err_prefix(error, code, "step %lld", (long long)step + 1);
    run->step++;
    run->tokens += result.tokens;
    run->loss = result.loss;
    return training_log_step(&run->log, run->step, run->tokens, &result, rate, run_work_speed(run), error);
}

static enum err step_forward(struct run_work *run, struct error *error) {
    enum err code =
        run_work_step(run, &run->plan, run->config->train.learning_rate, run->step, run->steps, error);
    if (!code) run_work_tell(run, RUN_TRAINING, false);
    return code;
}

static enum err train(struct run_work *run, struct error *error) {
    while (!run->stopped && (run->step < run->steps || is_due(run))) {
        enum err code =
            is_due(run) ? run_work_validate(run, run->step < run->steps, error) : step_forward(run, error);
        if (code && code != ERR_INTERRUPTED) return code;
        bool periodic = !code && run->step % run->config->train.checkpoint_every == 0 && !is_due(run);
        bool leaving = interrupt_requested(); /* what it found under way is begun again, from what is saved */
        code = (leaving && run->step > 0) || periodic ? run_work_save(run, error) : ERR_OK;
        if (code) return code;
        if (leaving)
            return err_set(error, ERR_INTERRUPTED, "interrupted at step %lld of %lld; run it again to go on",
                           (long long)run->step, (long long)run->steps);
    }
    if (!run->stopped) run->stopped = run->steps < run->plan.steps ? "max_steps" : "end";
    /* The test takes time as well: what is killed meanwhile need not train again. */
    return run->step > run->saved_at ? run_work_save(run, error) : ERR_OK;
}

/* --- the end --------------------------------------------------------------------------------------- */

static enum err write_model(struct run_work *run, json_t *identity, struct error *error) {
    int count = vocabulary_count(run->vocabulary);
    const char **text = memory_array((size_t)count, sizeof *text);
    json_t *provenance = run_record_provenance(run->config, run->id, identity);
    enum err code = text && provenance ? ERR_OK : err_memory(error, "the checkpoint");
    for (int i = 0; i < count && !code; i++) text[i] = vocabulary_text(run->vocabulary, i);
    struct checkpoint_vocabulary vocabulary = {text, count, TOKEN_PAD, TOKEN_BOS, TOKEN_EOS, TOKEN_UNKNOWN};
    if (!code) code = checkpoint_write(run->directory, run->gpt, &vocabulary, provenance, error);
    json_decref(provenance);
    free(text);
    return code;
}

static enum err test(struct run_work *run, struct evaluation *evaluation, struct error *error) {
    size_t problems = (size_t)run->test.samples, count = problems * (size_t)run->evaluating.samples;
    struct vote *votes = memory_array(problems, sizeof *votes);
    struct decoder_result *written = memory_array(count, sizeof *written);
    enum err code = votes && written ? ERR_OK : err_memory(error, "the evaluation");
    if (!code)
        code = evaluate_model(run->gpt, run->team, &run->test, &run->evaluating, evaluation, votes, written,
                              error);
    if (!code) {
        code =
            examples_write(run->directory, run->config, run->vocabulary, *run->data ? &run->training : NULL,
                           &run->test, votes, written, run->evaluating.samples, error);
        decoder_free_results(written, count);
    }
    free(written);
    free(votes);
    struct evaluation_options drawing = run->evaluating;
    drawing.samples = run->config->eval.pass;
    drawing.temperature = 1;
    if (!code && drawing.samples)
        code = pass_evaluate_model(run->gpt, run->team, &run->test, &drawing, &evaluation->pass, error);
    return code;
}

void run_work_describe(const struct run_work *run, struct outcome *outcome) {
    const struct dataset *training = &run->training;
    double noised = (double)training->contaminated;
    *outcome = (struct outcome){.parameters = run->gpt ? (int64_t)run->gpt->parameters : 0,
                                .samples = *run->data ? run->training.samples : run->config->data.samples,
                                .validation_accuracy = run->accuracy,
                                .twins = run->twins,
                                .sites = noised > 0 ? (double)training->sites / noised : NAN,
                                .changed = noised > 0 ? training->changed / noised : NAN,
                                .steps = run->step,
                                .tokens = run->tokens,
                                .method = "none",
                                .skipped = run->skipped};
    snprintf(outcome->stopped, sizeof outcome->stopped, "%s", run->stopped);
    snprintf(outcome->commit, sizeof outcome->commit, "%s", machine_commit());
    snprintf(outcome->version, sizeof outcome->version, "%s", machine_version());
    memcpy(outcome->data, run->data, sizeof outcome->data);
    memcpy(outcome->parent, run->config->parent, sizeof outcome->parent);
    if (run->method) run->method->describe(run, outcome);
}

enum err run_work_leave(struct run_work *run, const struct outcome *outcome, struct error *error) {
    struct record record = {.config = *run->config, .outcome = *outcome, .run = memory_string(run->id)};
    json_t *identity = NULL;
    enum err code = record.run ? record_describe(&record, error) : err_memory(error, "the result");
    if (!code) code = identity_json(&run->identity, run->config, &identity, error);
    const char *init = json_string_value(json_object_get(identity, "init"));
    snprintf(record.outcome.init, sizeof record.outcome.init, "%s", init ? init : "");
    if (!code)
        code = run->gpt ? write_model(run, identity, error)
                        : run_record_write_config(
                              run->directory, run_record_provenance(run->config, run->id, identity), error);
    if (!code) code = run_record_write(run->directory, &record, error);
    json_decref(identity);
    record_free(&record);
    return code;
}

static enum err look_for_divergence(struct run_work *run, struct outcome *outcome, struct error *error) {
    struct divergence found;
    if (run->method) return ERR_OK; /* it does not learn from these samples */
    enum err code = divergence_measure(run->gpt, run->team, &run->training, run->loss_before, &found, error);
    outcome->diverged = !code && found.diverged;
    if (code || !found.diverged) return code;
    struct error message;
    err_set(&message, ERR_OK,
            "diverged: after training, the loss on training samples is %.4g nats a token (%.4g %s); the "
            "learning rate %g may be too high",
            found.loss, found.bound, found.began_worse ? "before" : "by guessing",
            run->config->train.learning_rate);
    run_work_warn(run, message.message);
    return ERR_OK;
}

static enum err finish(struct run_work *run, struct error *error) {
    double seconds = run_work_seconds(run), started = clock_seconds();
    struct outcome outcome;
    run_work_describe(run, &outcome);
    outcome.tokens_per_second = seconds > 0 ? (double)run->tokens / seconds : 0;
    run_work_tell(run, RUN_EVALUATING, true);
    enum err code = look_for_divergence(run, &outcome, error);
    if (!code) code = test(run, &outcome.evaluation, error);
    if (code == ERR_INTERRUPTED)
        return err_set(error, code, "interrupted while it was tested; run it again to go on");
    if (code) return code;
    run->accuracy = outcome.evaluation.accuracy;
    code = training_log_evaluation(&run->log, run->step, run->tokens, run->method ? run->rollouts : -1,
                                   &outcome.evaluation, error);
    if (!code) code = training_log_end(&run->log, error);
    if (!code) code = training_log_sync(&run->log, NULL, error);
    outcome.seconds = seconds + clock_seconds() - started;
    if (!code) code = run_work_leave(run, &outcome, error);
    if (!code) {
        unlink(run->state_path); /* nothing is left to go on with */
        run_work_tell(run, RUN_DONE, true);
    }
    return code;
}

/* Only a complete run is started from, and no other than the one that the run's ID names. */
static enum err find_parent(struct run_work *run, struct error *error) {
    const char *id = run->config->parent, *directory = run->hooks ? run->hooks->parent : NULL;
    bool complete = false;
    if (!*id) return ERR_OK;
    struct record record = {0};
    enum err code = directory ? run_record_read(directory, id, &complete, &record, error) : ERR_OK;
    if (!code && complete) {
        run->parent_samples = record.outcome.samples;
        record_free(&record);
    } else if (!code)
        code = err_set(error, ERR_INPUT, "the run starts from run %s, which is not complete%s%s", id,
                       directory ? ": " : "", directory ? directory : "");
    run->parent = directory;
    return code;
}

static enum err execute(struct run_work *run, struct error *error) {
    enum err code = find_parent(run, error);
    if (!code) code = team_create(run->config->train.threads, &run->team, error);
    if (!code) code = run_work_make_data(run, error);
    if (*run->config->trainer) return code ? code : outside_execute(run, error);
    if (!code) code = run_work_make_model(run, error);
    if (!code && run->method) code = run->method->begin(run, error);
    if (!code) code = interrupt_check(error);
    if (!code) code = run_work_resume(run, error);
    /* Not a single step more: a job whose time is over before it begins to train would else go on for ever, a
     * step a time. */
    if (!code) code = interrupt_check(error);
    if (code == ERR_INTERRUPTED)
        return err_set(error, code, "interrupted before it trained; run it again to go on");
    run->started = clock_seconds();
    if (!code) code = run->method ? run->method->learn(run, error) : train(run, error);
    if (!code) code = finish(run, error);
    return code;
}

enum err run_execute(const struct config *config, const char *directory, const struct run_hooks *hooks,
                     struct error *error) {
    return run_execute_by(config, directory, hooks, NULL, error);
}

/* Once from the beginning. *afresh: it has to be done once more. */
static enum err attempt(const struct config *config, const char *directory, const struct run_hooks *hooks,
                        const struct run_method *method, bool *afresh, struct error *error) {
    struct run_work run = {.config = config,
                           .directory = directory,
                           .hooks = hooks,
                           .method = method,
                           .accuracy = NAN,
                           .loss = NAN,
                           .reward = NAN};
    enum err code = file_make_directories(directory, error);
    bool complete = false;
    run.state_path = file_join(directory, LAYOUT_STATE);
    if (!code && !run.state_path) code = err_memory(error, "the run");
    if (!code) code = run_work_read_data(&run, error);
    if (!code) code = identity_of(&run.identity, config, run.id, error);
    if (!code) code = run_work_is_complete(&run, &complete, error);
    if (!code) code = complete ? run_work_complete_events(&run, error) : execute(&run, error);
    struct error closing;
    if (training_log_close(&run.log, &closing) && !code) {
        code = ERR_RUNTIME;
        *error = closing;
    }
    *afresh = run.afresh;
    if (method) method->end(&run);
    run_work_free(&run);
    return code;
}

enum err run_execute_by(const struct config *config, const char *directory, const struct run_hooks *hooks,
                        const struct run_method *method, struct error *error) {
    struct error unheard;
    if (!error) error = &unheard;
    bool afresh;
    enum err code = attempt(config, directory, hooks, method, &afresh, error);
    return afresh ? attempt(config, directory, hooks, method, &afresh, error) : code;
}
