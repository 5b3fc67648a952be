/* Speed of training and decoding. See speed.h. */
#include "nn/speed.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/middle.h"
#include "base/openblas.h"
#include "base/pcg.h"
#include "nn/decoder.h"
#include "nn/gemm.h"
#include "nn/learner.h"
#include "nn/levels.h"
#include "nn/peak.h"

enum { PROMPT = 14, LANES = 4, LANE_SAMPLES = 15, VOCABULARY = 40, ROUNDS_MAX = 99 };
static const double TRAINING = 0.4; /* seconds of training in a round, if a step is not longer */

/* Synthetic samples of one lane. */
struct data {
    int32_t tokens[LANE_SAMPLES * SPEED_SAMPLE], targets[LANE_SAMPLES * SPEED_SAMPLE];
    int32_t starts[LANE_SAMPLES + 1];
};

/* One model being trained. */
struct trained {
    struct gpt *gpt;
    struct learner *learner;
    enum err code;
    struct error error;
};

struct bench {
    const struct gpt_preset *preset;
    struct gpt_config config;
    const struct kernels *kernels;
    struct team *team;
    struct data data[LANES];
    struct gpt_batch lanes[LANES];
    struct trained *worker; /* one a thread; the first is also the model on all threads */
    int threads, steps;
    bool recompute;
    double operations; /* a token in training */
    struct peak_gemm *peak;
};

static void data_fill(struct data *data, uint64_t index) {
    struct pcg pcg = pcg_stream(1, "bench", index);
    for (int t = 0; t < LANE_SAMPLES * SPEED_SAMPLE; t++)
        data->tokens[t] = (int32_t)pcg_below(&pcg, VOCABULARY);
    for (int s = 0; s < LANE_SAMPLES; s++)
        for (int t = 0; t < SPEED_SAMPLE; t++) {
            int at = s * SPEED_SAMPLE + t;
            data->targets[at] = t >= PROMPT - 1 && t + 1 < SPEED_SAMPLE ? data->tokens[at + 1] : -1;
        }
    for (int s = 0; s <= LANE_SAMPLES; s++) data->starts[s] = s * SPEED_SAMPLE;
}

static enum err trained_create(const struct bench *bench, int threads, struct trained *trained,
                               struct error *error) {
    struct learner_options options = learner_defaults(SPEED_SAMPLE);
    options.threads = threads;
    options.lanes = LANES;
    options.recompute = bench->recompute;
    enum err code = gpt_create(&bench->config, &trained->gpt, error);
    if (code) return code;
    gpt_initialise(trained->gpt, 1);
    return learner_create(trained->gpt, &options, &trained->learner, error);
}

static void train(const struct bench *bench, struct trained *trained, struct team *team, int steps) {
    struct learner_step step;
    for (int i = 0; i < steps && !trained->code; i++)
        trained->code = learner_step(trained->learner, team, bench->lanes, 1e-4, &step, &trained->error);
}

/* Tokens a second. */
static double training_rate(const struct bench *bench, struct team *team) {
    double start = clock_seconds();
    train(bench, &bench->worker[0], team, bench->steps);
    return (double)bench->steps * LANES * LANE_SAMPLES * SPEED_SAMPLE / (clock_seconds() - start);
}

/* A worker of one thread: its own model and its own team. */
static void work(void *context, int lane) {
    struct bench *bench = context;
    struct trained *trained = &bench->worker[lane];
    struct team *alone = NULL;
    enum err code = team_create(1, &alone, &trained->error);
    if (code)
        trained->code = code;
    else
        train(bench, trained, alone, bench->steps);
    team_free(alone);
}

static double workers_rate(struct bench *bench) {
    double start = clock_seconds();
    team_run(bench->team, bench->threads, work, bench);
    return (double)bench->threads * bench->steps * LANES * LANE_SAMPLES * SPEED_SAMPLE /
           (clock_seconds() - start);
}

/* Every prompt gets new tokens up to the sample's length: no token stops the text. Only they are counted. */
static enum err decoding_rate(const struct bench *bench, double *rate, struct error *error) {
    struct work {
        int32_t prompts[SPEED_PROMPTS][PROMPT];
        struct decoder_request requests[SPEED_PROMPTS];
        struct decoder_result results[SPEED_PROMPTS];
    } *room = memory_array(1, sizeof *room);
    if (!room) return err_memory(error, "prompts");
    struct decoder_options options = {.max_new_tokens = SPEED_SAMPLE - PROMPT, .stop = -1};
    struct pcg pcg = pcg_stream(1, "bench", 99);
    for (int i = 0; i < SPEED_PROMPTS; i++) {
        for (int t = 0; t < PROMPT; t++) room->prompts[i][t] = (int32_t)pcg_below(&pcg, VOCABULARY);
        room->requests[i] = (struct decoder_request){room->prompts[i], PROMPT, (uint64_t)i};
    }
    struct folded folded = {0};
    enum err code = folded_create(bench->worker[0].gpt, bench->threads, &folded, error);
    double start = clock_seconds();
    if (!code)
        code =
            decoder_run(&folded, bench->team, room->requests, SPEED_PROMPTS, &options, room->results, error);
    *rate = SPEED_PROMPTS * (SPEED_SAMPLE - PROMPT) / (clock_seconds() - start);
    if (!code) decoder_free_results(room->results, SPEED_PROMPTS);
    folded_free(&folded);
    free(room);
    return code;
}

/* Sets up what is measured; memory is read before anything but one model has been made. */
static enum err prepare(struct bench *bench, bool decodes, struct speed *speed, struct error *error) {
    const struct gpt_preset *preset = bench->preset;
    bench->config =
        (struct gpt_config){VOCABULARY, preset->width,        preset->layers, preset->heads, preset->ffn,
                            512,        preset->rotary_share, 10000,          1e-5};
    for (int i = 0; i < LANES; i++) {
        data_fill(&bench->data[i], (uint64_t)i);
        bench->lanes[i] = (struct gpt_batch){.tokens = bench->data[i].tokens,
                                             .targets = bench->data[i].targets,
                                             .starts = bench->data[i].starts,
                                             .samples = LANE_SAMPLES};
    }
    /* Attention reads half of the sample on average. */
    double attention = 2.0 * 2 * bench->config.width * (SPEED_SAMPLE + 1) / 2.0 * bench->config.layers;
    bench->operations = 6.0 * (double)gpt_count_inner(&bench->config) + 3 * attention;
    bench->worker = memory_array((size_t)bench->threads, sizeof *bench->worker);
    if (!bench->worker) return err_memory(error, "models");
    enum err code = trained_create(bench, bench->threads, &bench->worker[0], error);
    if (code) return code;
    train(bench, &bench->worker[0], bench->team, 1);
    double start = clock_seconds();
    train(bench, &bench->worker[0], bench->team, 1);
    bench->steps = 1 + (int)(TRAINING / (clock_seconds() - start));
    double rate;
    if (decodes) code = decoding_rate(bench, &rate, error);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    speed->peak_bytes = (double)usage.ru_maxrss * 1024;
    speed->training_bytes =
        (double)learner_bytes(bench->worker[0].learner) + (double)bench->worker[0].gpt->size * sizeof(real);
    for (int i = 1; i < bench->threads && !code; i++)
        code = trained_create(bench, 1, &bench->worker[i], error);
    return code ? code : peak_gemm_create(bench->threads, &bench->peak, error);
}

/* One thread, and as many workers of one thread as there are threads. */
static enum err scaling(struct bench *bench, int rounds, struct speed *speed, struct error *error) {
    double one[ROUNDS_MAX] = {0}, workers[ROUNDS_MAX] = {0}, all[ROUNDS_MAX] = {0}, fma_one[ROUNDS_MAX] = {0},
           fma_all[ROUNDS_MAX] = {0};
    double thread_ratio[ROUNDS_MAX] = {0}, worker_ratio[ROUNDS_MAX] = {0}, fma_ratio[ROUNDS_MAX] = {0};
    struct team *alone;
    enum err code = team_create(1, &alone, error);
    if (code) return code;
    for (int i = 0; i < rounds; i++) {
        fma_one[i] = peak_fma(bench->kernels, bench->team, 1);
        fma_all[i] = peak_fma(bench->kernels, bench->team, bench->threads);
        one[i] = training_rate(bench, alone);
        all[i] = training_rate(bench, bench->team);
        workers[i] = workers_rate(bench);
        thread_ratio[i] = all[i] / one[i];
        worker_ratio[i] = workers[i] / one[i];
        fma_ratio[i] = fma_all[i] / fma_one[i];
    }
    team_free(alone);
    speed->one_thread = middle_of(one, rounds);
    speed->workers = middle_of(workers, rounds);
    speed->fma_one = middle_of(fma_one, rounds);
    speed->thread_ratio = middle_of(thread_ratio, rounds);
    speed->worker_ratio = middle_of(worker_ratio, rounds);
    speed->fma_ratio = middle_of(fma_ratio, rounds);
    return ERR_OK;
}

static void time_parts(const struct learner *learner, struct speed *speed) {
    double total = 0;
    learner_timing(learner, speed->part);
    for (int part = 0; part < TIMING_PARTS; part++) total += speed->part[part];
    for (int part = 0; part < TIMING_PARTS; part++) speed->part[part] /= total;
}

static enum err rounds_of(struct bench *bench, int rounds, bool decodes, struct speed *speed,
                          struct error *error) {
    double training[ROUNDS_MAX] = {0}, decoding[ROUNDS_MAX] = {0}, gemm[ROUNDS_MAX] = {0},
           fma[ROUNDS_MAX] = {0};
    double gemm_share[ROUNDS_MAX] = {0}, fma_share[ROUNDS_MAX] = {0};
    enum err code = ERR_OK;
    peak_gemm_measure(bench->peak, bench->team);
    for (int i = 0; i < rounds && !code; i++) {
        gemm[i] = peak_gemm_measure(bench->peak, bench->team) / 2;
        fma[i] = peak_fma(bench->kernels, bench->team, bench->threads);
        training[i] = training_rate(bench, bench->team);
        gemm[i] += peak_gemm_measure(bench->peak, bench->team) / 2;
        gemm_share[i] = training[i] * bench->operations * 1e-9 / gemm[i];
        fma_share[i] = training[i] * bench->operations * 1e-9 / fma[i];
        if (decodes) code = decoding_rate(bench, &decoding[i], error);
    }
    if (code) return code;
    speed->training = middle_of(training, rounds);
    speed->training_gflops = speed->training * bench->operations * 1e-9;
    speed->decoding = middle_of(decoding, rounds);
    speed->gemm_peak = middle_of(gemm, rounds);
    speed->gemm_share = middle_of(gemm_share, rounds);
    speed->fma_peak = middle_of(fma, rounds);
    speed->fma_share = middle_of(fma_share, rounds);
    time_parts(bench->worker[0].learner, speed);
    if (bench->threads > 1) return scaling(bench, rounds, speed, error);
    speed->one_thread = speed->workers = speed->training;
    speed->fma_one = speed->fma_peak;
    speed->thread_ratio = speed->worker_ratio = speed->fma_ratio = 1;
    return ERR_OK;
}

enum err speed_measure(const struct speed_options *options, struct speed *speed, struct error *error) {
    int threads = options->threads, rounds = options->rounds;
    struct speed measured = {0};
    struct bench *bench = memory_array(1, sizeof *bench);
    if (!bench) return err_memory(error, "measuring");
    if (rounds > ROUNDS_MAX) rounds = ROUNDS_MAX;
    bench->preset = options->preset;
    bench->recompute = options->recompute;
    bench->threads = threads;
    enum err code = levels_choose(&bench->kernels, error);
    if (!code) code = team_create(threads, &bench->team, error);
    if (!code) code = openblas_prepare(threads, error);
    bool decodes = options->preset->width <= 512;
    if (!code) code = prepare(bench, decodes, &measured, error);
    if (!code) code = rounds_of(bench, rounds, decodes, &measured, error);
    for (int i = 0; bench->worker && i < threads; i++) {
        struct trained *trained = &bench->worker[i];
        if (!code && trained->code) {
            code = trained->code;
            *error = trained->error;
        }
        learner_free(trained->learner);
        gpt_free(trained->gpt);
    }
    measured.parameters = gpt_count(&bench->config);
    measured.inner_parameters = gpt_count_inner(&bench->config);
    if (!code) *speed = measured;
    peak_gemm_free(bench->peak);
    team_free(bench->team);
    free(bench->worker);
    free(bench);
    return code;
}
