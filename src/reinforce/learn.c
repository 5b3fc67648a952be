/* A run of reinforcement learning from beginning to end. See learn.h; start reading at learn. */
#include "reinforce/learn.h"

#include <math.h>
#include <stdlib.h>

#include "base/interrupt.h"
#include "base/json_file.h"
#include "base/memory.h"
#include "record/run_record.h"
#include "reinforce/reinforce.h"
#include "tasks/tasks.h"

/* --- what it needs ------------------------------------------------------------------------------------- */

/* The parent as it is now, before anything is learned. */
static enum err keep_parent(struct run_work *run, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    bool is_read = !reinforcement_has_rounds(work->options) || work->options->reward == RL_REWARD_MODEL;
    enum err code = gpt_copy(run->gpt, &work->parent, error);
    return code || !is_read ? code
                            : folded_create(work->parent, team_threads(run->team), &work->reference, error);
}

enum err learn_begin(struct run_work *run, struct error *error) {
    struct reinforce *work = run->learning = memory_array(1, sizeof *work);
    if (!work) return err_memory(error, "reinforcement learning");
    const struct reinforcement *options = work->options = &run->config->rl;
    work->numbers = memory_array((size_t)options->prompts, sizeof *work->numbers);
    work->beginning = memory_array((size_t)options->prompts, sizeof *work->beginning);
    if (!work->numbers || !work->beginning) return err_memory(error, "reinforcement learning");
    work->iterations = options->rollouts / options->prompts / options->generations;
    bool noisy = reinforcement_expert(options) == RL_NOISY_DATA;
    work->backtrack = backtrack_begin();
    enum err code =
        prompts_create(run->config, run->vocabulary, run->parent_samples, noisy, &work->prompts, error);
    if (!code)
        code = task_judge_create(run->vocabulary, task_list, run->config->mix.reverse, &work->judge, error);
    if (!code) code = keep_parent(run, error);
    if (!code && reinforcement_has_rounds(options)) code = rounds_begin(run, error);
    if (!code && options->reward == RL_REWARD_MODEL)
        code = reward_model_create(run, &work->reference, work->prompts, work->judge, &work->reward_model,
                                   error);
    return code;
}

void learn_end(struct run_work *run) {
    struct reinforce *work = reinforce_of(run);
    if (!work) return;
    rounds_end(work->rounds);
    reward_model_free(work->reward_model);
    prompts_free(work->prompts);
    task_judge_free(work->judge);
    folded_free(&work->reference);
    gpt_free(work->parent);
    dataset_free(&work->problems.dataset);
    rollouts_free(&work->rollouts);
    rewards_free(&work->rewards);
    credit_free(&work->credit);
    packing_free(&work->packing);
    tokens_free(&work->sequences);
    free(work->goals);
    free(work->reference_log);
    free(work->order);
    free(work->numbers);
    free(work->beginning);
    json_decref(work->settled);
    free(work);
}

/* --- what it goes on from ------------------------------------------------------------------------------ */

/* How things stand between two iterations. NULL without memory. */
static json_t *describe_state(const struct run_work *run) {
    const struct reinforce *work = reinforce_of(run);
    json_t *json = json_pack("{s:I, s:I, s:I, s:I, s:o}", "iteration", (json_int_t)work->iteration,
                             "rollouts", (json_int_t)run->rollouts, "fresh", (json_int_t)work->fresh, "steps",
                             (json_int_t)run->step, "guards", guards_json(&work->guards));
    json_t *part = NULL;
    bool failed = !json;
    if (!failed && work->options->curriculum == RL_REPLAY)
        failed = !(part = level_replay_json(&work->replay)) || json_object_set_new(json, "replay", part);
    if (!failed && work->options->curriculum == RL_BACKTRACK)
        failed = !(part = backtrack_json(&work->backtrack)) || json_object_set_new(json, "backtrack", part);
    if (!failed && work->rounds)
        failed = !(part = rounds_json(work->rounds)) || json_object_set_new(json, "rounds", part);
    if (!failed) return json;
    json_decref(json);
    return NULL;
}

/* What is saved is what was settled: an iteration that a stop cut off is made again. */
static enum err settle(struct run_work *run, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    json_decref(work->settled);
    work->settled = describe_state(run);
    work->settled_step = run->step;
    work->settled_iteration = work->iteration;
    return work->settled ? ERR_OK : err_memory(error, "the training state");
}

static enum err state(const struct run_work *run, json_t **json, struct error *error) {
    const struct reinforce *work = reinforce_of(run);
    enum err code = work->rounds ? rounds_sync(work->rounds, error) : ERR_OK;
    if (!code) *json = json_incref(work->settled);
    return code;
}

/* The counts of a state; none is more than there can be. */
static enum err read_counts(struct run_work *run, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    int64_t problems = work->iterations * work->options->prompts;
    const struct {
        const char *name;
        int64_t most, *count;
    } members[] = {{"iteration", work->iterations, &work->iteration},
                   {"rollouts", work->options->rollouts, &run->rollouts},
                   {"fresh", problems, &work->fresh},
                   {"steps", work->rounds ? INT64_MAX : learner_steps(run->learner), &run->step}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (!json_file_count(json_object_get(run->saved, members[i].name), members[i].most, members[i].count))
            return err_set(error, ERR_INPUT, "its \"%s\" is missing or damaged", members[i].name);
    run->saved_at = run->step;
    return ERR_OK;
}

static enum err take_up(struct run_work *run, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    enum err code = read_counts(run, error);
    if (!code) code = guards_read(json_object_get(run->saved, "guards"), &work->guards, error);
    if (!code && work->options->curriculum == RL_REPLAY)
        code = level_replay_read(json_object_get(run->saved, "replay"), &work->replay, error);
    if (!code && work->options->curriculum == RL_BACKTRACK)
        code = backtrack_read(json_object_get(run->saved, "backtrack"), &work->backtrack, error);
    const json_t *rounds = json_object_get(run->saved, "rounds");
    if (!code && work->rounds)
        code =
            rounds ? rounds_take_up(run, rounds, error) : err_set(error, ERR_INPUT, "its rounds are missing");
    struct error reason = *error;
    return code == ERR_INPUT ? run_work_begin_afresh(run, &reason, error) : code;
}

/* --- the loop ------------------------------------------------------------------------------------------ */

static void tell_person(void *context, const char *message) { run_work_warn(context, message); }

static enum err log_iteration(struct run_work *run, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    struct iteration *latest = &work->latest;
    latest->iteration = work->iteration;
    latest->rollouts = run->rollouts;
    latest->steps = run->step;
    latest->tokens = run->tokens;
    latest->tokens_per_second = run_work_speed(run);
    guards_look(&work->guards, latest, tell_person, run);
    return training_log_iteration(&run->log, latest, error);
}

/* Where it starts; the parent knows no labels. */
static enum err look_at_parent(struct run_work *run, struct error *error) {
    struct labelling labelling = run->evaluating.labelling;
    run->evaluating.labelling = (struct labelling){.label = TOKEN_PAD};
    enum err code = run_work_validate(run, false, error);
    run->evaluating.labelling = labelling;
    return code;
}

/* What is due behind an iteration of an on-policy method. *over: it was the last one. */
static enum err look(struct run_work *run, bool *over, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    int every = work->options->every;
    *over = work->iteration >= work->iterations;
    if (!*over && (!every || work->iteration % every)) return ERR_OK;
    return run_work_validate(run, !*over, error);
}

/* Saves what is settled, if the learner and the log are as they were then. */
static enum err leave(struct run_work *run, struct error *error) {
    enum err code = ERR_OK;
    const struct reinforce *work = reinforce_of(run);
    bool settled = run->step == work->settled_step && work->iteration == work->settled_iteration;
    if (settled && work->iteration > 0) code = run_work_save(run, error);
    return code
               ? code
               : err_set(error, ERR_INTERRUPTED, "interrupted at rollout %lld of %lld; run it again to go on",
                         (long long)run->rollouts, (long long)run->config->rl.rollouts);
}

static enum err learn(struct run_work *run, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    enum err code = run->saved ? take_up(run, error) : ERR_OK;
    if (!code && !run->saved && work->rounds) code = rounds_take_up(run, NULL, error);
    if (!code && !run->saved) code = look_at_parent(run, error);
    if (!code) code = settle(run, error);
    while (!code && !run->stopped) {
        bool over = false;
        int64_t iterations = work->iteration;
        code = work->rounds ? rounds_advance(run, &over, error) : on_policy_iterate(run, error);
        if (!code && work->iteration > iterations) code = log_iteration(run, error);
        if (!code && !work->rounds) code = look(run, &over, error);
        if (!code && over) run->stopped = "end";
        if (!code) code = settle(run, error);
        if (!code && (run->stopped || ++work->unsaved >= run->config->train.checkpoint_every)) {
            code = run_work_save(run, error);
            work->unsaved = 0;
        }
        run_work_tell(run, RUN_TRAINING, false);
        if (!code && !run->stopped && interrupt_requested()) code = ERR_INTERRUPTED;
    }
    return code == ERR_INTERRUPTED ? leave(run, error) : code;
}

static void describe(const struct run_work *run, struct outcome *outcome) {
    const struct reinforce *work = reinforce_of(run);
    outcome->rollouts = run->rollouts;
    outcome->samples = work->fresh;
    outcome->sites = outcome->changed = NAN;
    snprintf(outcome->method, sizeof outcome->method, "%s", rl_method_names[work->options->method]);
}

enum err learn_execute(const struct config *config, const char *directory, const struct run_hooks *hooks,
                       struct error *error) {
    static const struct run_method method = {
        .begin = learn_begin, .learn = learn, .state = state, .describe = describe, .end = learn_end};
    return run_execute_by(config, directory, hooks, config->rl.method == RL_NONE ? NULL : &method, error);
}
