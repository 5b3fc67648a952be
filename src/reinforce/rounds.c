/* Methods that go by rounds. See rounds.h; start reading at rounds_advance. */
#include "reinforce/rounds.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_file.h"
#include "base/memory.h"
#include "reinforce/harvest.h"
#include "reinforce/reinforce.h"

struct rounds {
    struct kept kept;
    int64_t round;    /* complete ones */
    int64_t draws;    /* of the round at hand, done */
    int64_t of_draws; /* of a round */
    int64_t step;     /* of its training, done */
    struct batch_plan plan;
    bool trains;   /* all is drawn, and there is a plan */
    int64_t steps; /* in the plan that are taken */
};

enum err rounds_begin(struct run_work *run, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    const struct reinforcement *options = work->options;
    work->rounds = memory_array(1, sizeof *work->rounds);
    if (!work->rounds) return err_memory(error, "the rounds");
    work->rounds->of_draws = options->rollouts / options->rounds / options->prompts / options->generations;
    work->iterations = work->rounds->of_draws * options->rounds;
    return ERR_OK;
}

void rounds_end(struct rounds *rounds) {
    if (!rounds) return;
    kept_close(&rounds->kept);
    batch_plan_free(&rounds->plan);
    free(rounds);
}

/* --- training ------------------------------------------------------------------------------------------ */

/* Epochs that have at least so many steps. */
static int epochs_for(const struct dataset *data, int64_t steps, int batch_tokens) {
    int64_t tokens = data->start[data->samples];
    int64_t shortest =
        tokens / batch_tokens > 0 ? tokens / batch_tokens : 1; /* steps of an epoch, at least */
    int64_t epochs = steps / shortest + 1;
    return epochs < INT32_MAX ? (int)epochs : INT32_MAX;
}

/* The order in which the round at hand learns from what is kept. */
static enum err make_plan(struct run_work *run, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    struct rounds *rounds = work->rounds;
    const struct dataset *data = &rounds->kept.data.dataset;
    const struct reinforcement *options = work->options;
    int batch_tokens = run->config->train.batch_tokens;
    int epochs = options->steps ? epochs_for(data, options->steps, batch_tokens) : options->epochs;
    batch_plan_free(&rounds->plan);
    rounds->steps = 0;
    rounds->trains = true;
    if (!data->samples) return ERR_OK; /* the parent it stays */
    uint64_t seed = (uint64_t)run->config->seed + ((uint64_t)rounds->round + 1) * 0x9e3779b97f4a7c15;
    enum err code = batch_plan_create(data, seed, epochs, batch_tokens, &rounds->plan, error);
    rounds->steps = code ? 0 : rounds->plan.steps;
    if (options->steps && options->steps < rounds->steps) rounds->steps = options->steps;
    return code;
}

/* From the parent again. */
static enum err begin_training(struct run_work *run, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    memcpy(run->gpt->values, work->parent->values, run->gpt->size * sizeof(real));
    learner_restart(run->learner);
    return make_plan(run, error);
}

static enum err train_step(struct run_work *run, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    struct rounds *rounds = work->rounds;
    enum err code =
        run_work_step(run, &rounds->plan, work->options->learning_rate, rounds->step, rounds->steps, error);
    if (code) return err_prefix(error, code, "round %lld", (long long)rounds->round + 1);
    rounds->step++;
    return ERR_OK;
}

/* --- a piece of a round -------------------------------------------------------------------------------- */

enum err rounds_advance(struct run_work *run, bool *over, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    struct rounds *rounds = work->rounds;
    enum err code = ERR_OK;
    *over = false;
    if (!rounds->trains) {
        code = harvest_gather(run, &rounds->kept, rounds->round, error);
        if (!code && ++rounds->draws >= rounds->of_draws) code = begin_training(run, error);
        return code;
    }
    if (rounds->step < rounds->steps) code = train_step(run, error);
    if (code || rounds->step < rounds->steps) return code;
    rounds->trains = false;
    rounds->draws = rounds->step = 0;
    *over = ++rounds->round >= work->options->rounds;
    return run_work_validate(run, !*over, error);
}

/* --- saved and taken up -------------------------------------------------------------------------------- */

json_t *rounds_json(const struct rounds *rounds) {
    return json_pack("{s:I, s:I, s:I, s:b, s:I, s:I}", "round", (json_int_t)rounds->round, "draws",
                     (json_int_t)rounds->draws, "step", (json_int_t)rounds->step, "trains", rounds->trains,
                     "kept", (json_int_t)kept_bytes(&rounds->kept), "content",
                     (json_int_t)rounds->kept.content);
}

enum err rounds_sync(const struct rounds *rounds, struct error *error) {
    return kept_sync(&rounds->kept, error);
}

static bool read_count(const json_t *json, const char *name, int64_t most, int64_t *count) {
    return json_file_count(json_object_get(json, name), most, count);
}

enum err rounds_take_up(struct run_work *run, const json_t *json, struct error *error) {
    struct reinforce *work = reinforce_of(run);
    struct rounds *rounds = work->rounds;
    int64_t bytes = 0, step = 0;
    if (json &&
        (!read_count(json, "round", work->options->rounds, &rounds->round) ||
         !read_count(json, "draws", rounds->of_draws, &rounds->draws) ||
         !read_count(json, "step", INT64_MAX, &step) || !read_count(json, "kept", INT64_MAX, &bytes) ||
         !json_is_boolean(json_object_get(json, "trains"))))
        return err_set(error, ERR_INPUT, "its rounds are damaged");
    enum err code = kept_open(run->directory, bytes, vocabulary_count(run->vocabulary), run_work_longest(run),
                              &rounds->kept, error);
    bool trains = json_is_true(json_object_get(json, "trains"));
    if (!code && trains) code = make_plan(run, error);
    if (!code && json &&
        (uint64_t)json_integer_value(json_object_get(json, "content")) != rounds->kept.content)
        code = err_set(error, ERR_INPUT, "kept completions are not those that it kept");
    if (!code && (step > rounds->steps || (trains && step != learner_steps(run->learner))))
        code = err_set(error, ERR_INPUT, "its rounds are damaged");
    rounds->step = step;
    return code;
}
