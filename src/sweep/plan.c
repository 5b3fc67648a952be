/* What a sweep has to do. See plan.h. */
#include "sweep/plan.h"

#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/data_file.h"
#include "data/problem_set.h"
#include "nn/gpt.h"
#include "record/layout.h"
#include "record/run_record.h"
#include "sweep/problem_counts.h"
#include "sweep/run_label.h"

/* Samples that a run's mean length is estimated from: fewer where runs are many, to answer in seconds. */
enum { SAMPLES_MOST = 256, SAMPLES_LEAST = 8, SAMPLES_TOTAL = 200000 };

/* Complete runs that are asked for their speed. */
enum { SPEED_RUNS = 100 };

void plan_free(struct plan *plan) {
    for (int i = 0; i < plan->count; i++) {
        free(plan->runs[i].directory);
        free(plan->runs[i].label);
        free(plan->runs[i].cell);
        free(plan->runs[i].fault);
    }
    free(plan->runs);
    free(plan->root);
    *plan = (struct plan){0};
}

/* What drawing a token takes, of what learning from one takes. */
#define DRAWN_SHARE 0.6

/* --- tokens and work --------------------------------------------------------------------------- */

/* Mean tokens of a training sequence, <bos> and <eos> included. */
static enum err mean_length(const struct config *config, int samples, double *mean, struct error *error) {
    struct vocabulary *vocabulary = NULL;
    struct mix_sampler *sampler = NULL;
    enum err code = mix_vocabulary(&config->mix, &vocabulary, error);
    if (!code) code = mix_sampler_create(&config->mix, vocabulary, false, &sampler, error);
    double tokens = 0;
    for (int i = 0; i < samples && !code; i++) {
        struct sample sample;
        code = mix_sample(sampler, (uint64_t)config->seed, SPLIT_TRAIN, (uint64_t)i, &sample, error);
        if (!code) tokens += (double)(sample.prompt.count + sample.completion.count + 2);
    }
    if (sampler) mix_sampler_free(sampler);
    if (vocabulary) vocabulary_free(vocabulary);
    if (!code) *mean = tokens / samples;
    return code;
}

/* Tokens of the file of training data that was met last: usually all runs have the same. */
struct file_tokens {
    char path[CONFIG_PATH_MAX]; /* "" before */
    double tokens, samples;
    bool may_be_gone; /* one that cannot be read counts as empty */
};

/* What runs have in common is counted once. */
struct counted {
    struct file_tokens file;
    struct problem_counts problems;
};

static enum err count_file(const struct config *config, struct file_tokens *counted, struct error *error) {
    if (!strcmp(config->data.file, counted->path)) return ERR_OK;
    if (!strcmp(config->data.file, "-"))
        return err_set(error, ERR_INPUT, "data.file: '-' can be read once only; a sweep needs a file");
    struct vocabulary *vocabulary = NULL;
    struct data_file file;
    enum err code = mix_vocabulary(&config->mix, &vocabulary, error);
    if (!code) code = data_file_read(config->data.file, vocabulary, NULL, NULL, &file, error);
    if (!code) {
        const struct dataset *dataset = &file.builder.dataset;
        counted->tokens = (double)dataset->start[dataset->samples];
        counted->samples = (double)dataset->samples;
        strcpy(counted->path, config->data.file);
        dataset_free(&file.builder.dataset);
    }
    if (vocabulary) vocabulary_free(vocabulary);
    return code;
}

/* Samples and problems that are made, and the problems' tokens: a model writes about what it has learnt. */
static void count_tests(struct planned_run *run, const struct config *config, double mean) {
    double steps = (double)run->tokens / config->train.batch_tokens;
    double problems = (double)run->problems, every = (double)config->eval.every;
    int versions = mix_varies(&config->mix, config->data.epochs) ? config->data.epochs : 1;
    run->samples = *config->data.file ? 0 : (double)config->data.samples * versions;
    if (run->rollouts) {
        run->samples = (double)run->rollouts / config->rl.generations;
        steps = run->samples / config->rl.prompts;
        every = config->rl.every;
    }
    run->samples += problems * 2;
    double evaluations = 1 + (every > 0 ? ceil(steps / every) : 1);
    run->tested = (evaluations * config->eval.samples + config->eval.pass) * problems * mean;
}

/* Tokens that are drawn, and learned from. Of expert iteration all that a problem may keep is taken for
 * right, which is the most that there can be; each of its rounds learns from all that was kept before. */
static double count_rollouts(struct planned_run *run, const struct config *config, double mean) {
    const struct reinforcement *rl = &config->rl;
    enum rl_expert expert = reinforcement_expert(rl);
    bool draws = expert != RL_CLEAN_DATA && expert != RL_NOISY_DATA;
    double once = (double)rl->rollouts * mean;
    run->rollouts = rl->rollouts;
    run->drawn = draws ? once : 0;
    if (!reinforcement_has_rounds(rl)) return once * rl->iterations;
    if (rl->steps) return (double)rl->rounds * (double)rl->steps * config->train.batch_tokens;
    return once * fmin(1, (double)rl->keep / rl->generations) * rl->epochs * (rl->rounds + 1) / 2;
}

static enum err estimate(struct planned_run *run, const struct config *config, int samples,
                         struct counted *counted, struct error *error) {
    double mean = 0;
    enum err code = ERR_OK;
    if (config->data.samples < samples) samples = (int)config->data.samples;
    if (*config->data.file) code = count_file(config, &counted->file, error);
    if (code == ERR_INPUT && counted->file.may_be_gone) {
        counted->file.tokens = counted->file.samples = 0;
        strcpy(counted->file.path, config->data.file);
        code = ERR_OK;
    }
    if (!code && config->mix.entries) code = mean_length(config, samples, &mean, error);
    if (!code && config->mix.entries)
        code = problem_counts_get(&counted->problems, config, &run->problems, error);
    if (code) return err_prefix(error, code, "%s", run->label);
    double count = *config->data.file ? counted->file.samples : (double)config->data.samples;
    double once = *config->data.file ? counted->file.tokens : mean * (double)config->data.samples;
    double tokens = once * config->data.epochs;
    double most = (double)config->train.max_steps * config->train.batch_tokens;
    if (config->train.max_steps && tokens > most) tokens = most;
    struct gpt_config shape = config_shape(config, 64, 64);
    bool reinforces = config->rl.method != RL_NONE;
    if (reinforces) tokens = count_rollouts(run, config, count > 0 ? once / count : 0);
    run->single = !reinforces && !*config->trainer && count > 1 && once > count * config->train.batch_tokens;
    run->tokens = tokens < 9e18 ? (int64_t)tokens : INT64_MAX;
    run->parameters = (double)gpt_count(&shape);
    run->work = (tokens + DRAWN_SHARE * run->drawn) * run->parameters;
    count_tests(run, config, mean);
    return ERR_OK;
}

/* --- runs -------------------------------------------------------------------------------------- */

/* Adds a complete run's tokens, work and seconds to the sums. `drawn`: tokens that it drew for each one that
 * it learned from. */
static void add_speed(struct plan *plan, const struct outcome *outcome, double drawn) {
    if (outcome->seconds <= 0 || outcome->tokens == OUTCOME_UNKNOWN) return;
    plan->speed.tokens += (double)outcome->tokens;
    plan->speed.work += (double)outcome->tokens * (1 + DRAWN_SHARE * drawn) * (double)outcome->parameters;
    plan->speed.seconds += outcome->seconds;
}

/* What lies in the run's directory. Of the complete ones it is told what came out. */
static enum err look(struct planned_run *run, struct outcome *outcome, struct error *error) {
    struct record record = {0};
    struct error fault = {""};
    enum err code = run_record_read(run->directory, run->id, &run->complete, &record, &fault);
    if (code == ERR_RUNTIME) return err_set(error, code, "%s", fault.message);
    run->fault = code ? memory_string(fault.message) : NULL;
    if (code && !run->fault) return err_memory(error, "the plan");
    if (run->complete) *outcome = record.outcome;
    run->diverged = run->complete && record.outcome.diverged;
    record_free(&record);
    return ERR_OK;
}

static enum err plan_run(struct plan *plan, const struct spec *spec, int index, struct counted *counted,
                         struct error *error) {
    struct planned_run *run = &plan->runs[index];
    struct config config;
    spec_run(spec, index, &config);
    struct buffer directory = {0};
    run->run = index;
    run->parent = spec_run_parent(spec, index);
    run->is_parent = spec_run_is_parent(spec, index);
    if (run->parent >= 0) plan->runs[run->parent].children++;
    run->id = spec_run_id(spec, index);
    run->label = run_label_text(spec, index, RUN_LABEL_RUN);
    if (run->label && !*run->label) {
        free(run->label);
        run->label = memory_string(run->id);
    }
    run->cell = run_label_text(spec, index, RUN_LABEL_CELL);
    run->clean = !mix_is_noisy(&config.mix);
    buffer_printf(&directory, "%s/" LAYOUT_RUNS "/%s", plan->root, run->id);
    run->directory = directory.bytes;
    if (!run->label || !run->cell || directory.failed) return err_memory(error, "the plan");
    struct outcome outcome = {.seconds = 0};
    enum err code = look(run, &outcome, error);
    if (code) return code;
    int samples = SAMPLES_TOTAL / plan->count;
    if (samples < SAMPLES_LEAST) samples = SAMPLES_LEAST;
    code = estimate(run, &config, samples < SAMPLES_MOST ? samples : SAMPLES_MOST, counted, error);
    if (outcome.tokens == OUTCOME_UNKNOWN) { /* others like it will take as long for as much */
        outcome.tokens = run->tokens;
        outcome.parameters = (int64_t)run->parameters;
    }
    if (!code) add_speed(plan, &outcome, run->tokens > 0 ? run->drawn / (double)run->tokens : 0);
    return code;
}

/* The speed of runs that the spec no longer asks for, where none of those that it asks for is complete. */
static enum err measure_others(struct plan *plan, struct error *error) {
    enum err code = ERR_OK;
    int used = 0;
    char *runs = file_join(plan->root, LAYOUT_RUNS);
    DIR *directory = runs ? opendir(runs) : NULL;
    for (struct dirent *entry; !code && directory && used < SPEED_RUNS && (entry = readdir(directory));) {
        struct record record = {0};
        bool complete = false;
        if (entry->d_name[0] == '.') continue;
        char *path = layout_run(plan->root, entry->d_name);
        code = path ? run_record_read(path, NULL, &complete, &record, error) : err_memory(error, "the plan");
        if (code == ERR_INPUT) code = ERR_OK; /* the report is where others are complained of */
        if (complete && !record.outcome.rollouts) add_speed(plan, &record.outcome, 0);
        used += complete;
        record_free(&record);
        free(path);
    }
    if (directory) closedir(directory);
    free(runs);
    return code;
}

static enum err make(const struct spec *spec, const char *root, bool may_be_gone, struct plan *out,
                     struct error *error) {
    struct plan plan = {.count = spec_runs(spec), .root = memory_string(root)};
    plan.runs = memory_array((size_t)plan.count, sizeof *plan.runs);
    enum err code = plan.runs && plan.root ? ERR_OK : err_memory(error, "the plan");
    struct counted counted = {.file = {.path = "", .may_be_gone = may_be_gone}};
    for (int i = 0; i < plan.count && !code; i++) code = plan_run(&plan, spec, i, &counted, error);
    if (code) {
        if (!plan.runs) plan.count = 0;
        plan_free(&plan);
        return code;
    }
    struct config config;
    spec_plain(spec, &config);
    if (plan.speed.seconds <= 0 && !*config.trainer) code = measure_others(&plan, error);
    if (code) {
        plan_free(&plan);
        return code;
    }
    if (plan.speed.seconds > 0) {
        plan.work_per_second = plan.speed.work / plan.speed.seconds;
        plan.tokens_per_second = plan.speed.tokens / plan.speed.seconds;
    }
    *out = plan;
    return ERR_OK;
}

enum err plan_make(const struct spec *spec, const char *results, struct plan *plan, struct error *error) {
    struct config config;
    enum err code = spec_check_files(spec, error);
    if (code) return code;
    spec_plain(spec, &config);
    char *root = file_join(results, config.name);
    code = root ? make(spec, root, false, plan, error) : err_memory(error, "the plan");
    free(root);
    return code;
}

enum err plan_make_in(const struct spec *spec, const char *root, struct plan *plan, struct error *error) {
    return make(spec, root, true, plan, error);
}

int plan_singles(const struct plan *plan) {
    int singles = 0;
    for (int i = 0; i < plan->count; i++) singles += plan->runs[i].single;
    return singles;
}

double plan_seconds(const struct plan *plan, int workers) {
    double work = 0, longest = 0;
    for (int i = 0; i < plan->count; i++) {
        if (plan->runs[i].complete) continue;
        work += plan->runs[i].work;
        if (plan->runs[i].work > longest) longest = plan->runs[i].work;
    }
    if (work <= 0) return 0;
    if (plan->work_per_second <= 0) return NAN;
    return (work / workers > longest ? work / workers : longest) / plan->work_per_second;
}
