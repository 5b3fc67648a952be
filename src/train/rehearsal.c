/* A few steps and problems of a run, for their speed. See rehearsal.h; start reading at rehearsal_run. */
#include "train/rehearsal.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "train/run_work.h"

/* Samples to train on, and problems: as many as the decoder works on at once, twice. */
enum { SAMPLES = 512, PROBLEMS = 128, PROBLEMS_LEAST = 64 };

/* Fewest new tokens of a problem: reading the prompt alone is not what testing is like. */
enum { WRITTEN_LEAST = 4 };

/* Of the time, the share that training gets; testing gets the rest. */
static const double TRAINING_SHARE = 0.6;

/* Operations a second that any thread does. A step that would take longer than the rehearsal by it
 * is made of fewer samples: enough for the speed of a big model, whose products fill the processor anyway. */
static const double OPERATIONS = 20e9;

/* What is rehearsed: the same model and samples like the run's, but few, and nothing that is read or tested
 * on the way. */
static struct config shorten(const struct config *config, double seconds) {
    struct config few = *config;
    struct gpt_config shape = config_shape(config, 64, 64);
    double most = OPERATIONS * config->train.threads * seconds / (6.0 * (double)gpt_count(&shape));
    if (few.train.batch_tokens > most) few.train.batch_tokens = most < 1 ? 1 : (int)most;
    int64_t samples = SAMPLES + few.train.batch_tokens / 16; /* hardly a sample is shorter */
    if (few.data.samples > samples) few.data.samples = samples;
    if (few.eval.problems > PROBLEMS) few.eval.problems = PROBLEMS;
    few.data.epochs = 1;
    few.train.max_steps = 0;
    few.eval.every = 0;
    few.model.init[0] = 0;
    return few;
}

/* Steps until the time is over; the first one, which meets cold memory, does not count. */
static enum err train(struct run_work *run, double seconds, double *speed, struct error *error) {
    double start = 0, passed = 0;
    int64_t tokens = 0;
    for (int64_t step = -1; step < 1 || passed < seconds; step++) {
        struct gpt_batch lanes[BATCH_LANES];
        struct learner_step result;
        batch_pack(&run->plan, (step + 1) % run->steps, lanes);
        enum err code = learner_step(run->learner, run->team, lanes, 0, &result, error);
        if (code) return code;
        if (step < 0)
            start = clock_seconds();
        else
            tokens += result.tokens;
        passed = clock_seconds() - start;
    }
    *speed = (double)tokens / passed;
    return ERR_OK;
}

/* Writes `written` tokens for each of the problems, whatever they are. */
static enum err decode(const struct run_work *run, int64_t problems, int written, struct error *error) {
    struct decoder_request *requests = memory_array((size_t)problems, sizeof *requests);
    struct decoder_result *results = memory_array((size_t)problems, sizeof *results);
    enum err code = requests && results ? ERR_OK : err_memory(error, "the rehearsal");
    for (int64_t i = 0; i < problems && !code; i++) {
        struct token_span prompt = dataset_prompt(&run->test, i);
        requests[i] = (struct decoder_request){prompt.id, (int)prompt.count, (uint64_t)i};
    }
    struct decoder_options options = {.max_new_tokens = written,
                                      .stop = -1, /* no token */
                                      .temperature = run->evaluating.temperature,
                                      .seed = run->evaluating.seed};
    struct folded folded = {0};
    if (!code) code = folded_create(run->gpt, team_threads(run->team), &folded, error);
    if (!code) code = decoder_run(&folded, run->team, requests, (size_t)problems, &options, results, error);
    if (!code) decoder_free_results(results, (size_t)problems);
    folded_free(&folded);
    free(requests);
    free(results);
    return code;
}

/* Decoding, and the loss of the true completions: one forward pass, a third of what training costs. */
static enum err test(const struct run_work *run, double training, double seconds, double *speed,
                     struct error *error) {
    const struct dataset *problems = &run->test;
    double prompts = 0, sequences = (double)problems->start[problems->samples];
    for (int64_t i = 0; i < problems->samples; i++) prompts += problems->prompt[i];
    double prompt = prompts / (double)problems->samples;
    double written = (sequences - prompts) / (double)problems->samples;
    int64_t count = problems->samples;
    /* Decoding a token takes about as long as training on it. Where there is no time even for as many
     * problems as fill the decoder, that is the answer: beside the training of such a model, its test is
     * nothing. */
    double room = training * seconds;
    if (room < (double)count * (prompt + written) && count > PROBLEMS_LEAST) count = PROBLEMS_LEAST;
    if (room < (double)count * (prompt + written)) written = room / (double)count - prompt;
    if (written < WRITTEN_LEAST) {
        *speed = training;
        return ERR_OK;
    }
    double start = clock_seconds();
    enum err code = decode(run, count, (int)written, error);
    if (code) return code;
    double token = (clock_seconds() - start) / ((double)count * (prompt + (int)written));
    *speed = 1 / (token + 1 / (3 * training));
    return ERR_OK;
}

enum err rehearsal_run(const struct config *config, double seconds, struct rehearsal *rehearsal,
                       struct error *error) {
    struct config few = shorten(config, seconds);
    struct run_work run = {.config = &few};
    struct rehearsal made = {0};
    enum err code = run_work_read_data(&run, error);
    if (!code) code = team_create(few.train.threads, &run.team, error);
    double start = clock_seconds();
    if (!code) code = run_work_make_data(&run, error);
    made.making = (double)(few.data.samples + few.eval.problems) / (clock_seconds() - start);
    if (!code) code = run_work_make_model(&run, error);
    if (!code) code = train(&run, seconds * TRAINING_SHARE, &made.training, error);
    if (!code) code = test(&run, made.training, seconds * (1 - TRAINING_SHARE), &made.testing, error);
    if (!code) *rehearsal = made;
    run_work_free(&run);
    return code;
}
