/* Training and decoding speed beside the speed of OpenBLAS's own 2048 x 2048 x 2048 product, taken in turn.
 *
 * bench_nn [threads [preset ...]]; each figure is the median of the rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/memory.h"
#include "base/pcg.h"
#include "nn/decoder.h"
#include "nn/gemm.h"
#include "nn/learner.h"

enum {
    ROUNDS = 5,
    SIDE = 2048,
    SAMPLE = 70,
    PROMPT = 14,
    LANES = 4,
    LANE_SAMPLES = 15,
    PROMPTS = 512,
    VOCABULARY = 40
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static int ascending(const void *a, const void *b) {
    double x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static double median(double *values, int n) {
    qsort(values, (size_t)n, sizeof *values, ascending);
    return values[n / 2];
}

static void stop_on(enum err code, const struct error *error) {
    if (!code) return;
    fprintf(stderr, "bench_nn: %s\n", error->message);
    exit(1);
}

/* One product a thread, all at once. */
struct product {
    real *a, *b, *c[64];
};

static void multiply(void *context, int lane) {
    struct product *product = context;
    gemm(GEMM_NN, SIDE, SIDE, SIDE, product->a, SIDE, product->b, SIDE, false, product->c[lane], SIDE);
}

static double product_rate(struct team *team, struct product *product) {
    int threads = team_threads(team);
    double start = now();
    team_run(team, threads, multiply, product);
    return 2.0 * SIDE * SIDE * SIDE * threads / (now() - start) * 1e-9;
}

static void product_create(struct product *product, int threads) {
    size_t size = (size_t)SIDE * SIDE;
    product->a = memory_aligned(size, sizeof(real));
    product->b = memory_aligned(size, sizeof(real));
    for (size_t i = 0; i < size; i++) product->a[i] = product->b[i] = (real)(i % 7);
    for (int i = 0; i < threads; i++) product->c[i] = memory_aligned(size, sizeof(real));
}

static void product_free(struct product *product, int threads) {
    free(product->a);
    free(product->b);
    for (int i = 0; i < threads; i++) free(product->c[i]);
}

/* Synthetic samples of 70 tokens, 56 of them with loss. */
struct data {
    int32_t tokens[LANE_SAMPLES * SAMPLE], targets[LANE_SAMPLES * SAMPLE], starts[LANE_SAMPLES + 1];
};

static void data_fill(struct data *data, uint64_t index) {
    struct pcg pcg = pcg_stream(1, "bench", index);
    for (int t = 0; t < LANE_SAMPLES * SAMPLE; t++) data->tokens[t] = (int32_t)pcg_below(&pcg, VOCABULARY);
    for (int s = 0; s < LANE_SAMPLES; s++)
        for (int t = 0; t < SAMPLE; t++) {
            int at = s * SAMPLE + t;
            data->targets[at] = t >= PROMPT - 1 && t + 1 < SAMPLE ? data->tokens[at + 1] : -1;
        }
    for (int s = 0; s <= LANE_SAMPLES; s++) data->starts[s] = s * SAMPLE;
}

/* Floating point operations of training on one token: three times forward's, of which attention reads half of
 * the sample on average. */
static double token_operations(const struct gpt_config *config) {
    double attention = 2.0 * 2 * config->width * (SAMPLE + 1) / 2.0 * config->layers;
    return 6.0 * (double)gpt_count_inner(config) + 3 * attention;
}

static double training_rate(struct learner *learner, struct team *team, const struct gpt_batch *lanes,
                            int steps) {
    struct learner_step step;
    struct error error;
    double start = now();
    for (int i = 0; i < steps; i++) stop_on(learner_step(learner, team, lanes, 1e-4, &step, &error), &error);
    return (double)(step.tokens * steps) / (now() - start);
}

/* Every prompt gets 56 new tokens: no token stops the text. Only they are counted. */
static double decoding_rate(const struct gpt *gpt, struct team *team) {
    static int32_t prompts[PROMPTS][PROMPT];
    static struct decode_request requests[PROMPTS];
    static struct decode_result results[PROMPTS];
    struct decode_options options = {.max_new_tokens = SAMPLE - PROMPT, .stop = -1};
    struct pcg pcg = pcg_stream(1, "bench", 99);
    for (int i = 0; i < PROMPTS; i++) {
        for (int t = 0; t < PROMPT; t++) prompts[i][t] = (int32_t)pcg_below(&pcg, VOCABULARY);
        requests[i] = (struct decode_request){prompts[i], PROMPT, (uint64_t)i};
    }
    struct error error;
    double start = now();
    stop_on(decode(gpt, team, requests, PROMPTS, &options, results, &error), &error);
    double seconds = now() - start;
    decode_free(results, PROMPTS);
    return PROMPTS * (SAMPLE - PROMPT) / seconds;
}

static void bench(const struct gpt_preset *preset, struct team *team) {
    int threads = team_threads(team);
    struct gpt_config config = {VOCABULARY, preset->width,        preset->layers, preset->heads, preset->ffn,
                                512,        preset->rotary_share, 10000,          1e-5};
    struct error error;
    struct gpt *gpt;
    struct learner *learner;
    stop_on(gpt_create(&config, &gpt, &error), &error);
    gpt_initialise(gpt, 1);
    struct learner_options options = learner_defaults(SAMPLE);
    options.threads = threads;
    options.lanes = LANES;
    stop_on(learner_create(gpt, &options, &learner, &error), &error);
    struct data *data = memory_array(LANES, sizeof *data);
    struct gpt_batch lanes[LANES];
    for (int i = 0; i < LANES; i++) {
        data_fill(&data[i], (uint64_t)i);
        lanes[i] = (struct gpt_batch){data[i].tokens, data[i].targets, data[i].starts, LANE_SAMPLES};
    }
    int steps = 1 + (int)(2e11 * threads / (token_operations(&config) * LANES * LANE_SAMPLES * SAMPLE) / 4);
    double products[ROUNDS], training[ROUNDS], shares[ROUNDS], decoding[ROUNDS];
    bool decodes = gpt_count_inner(&config) < 10000000;
    training_rate(learner, team, lanes, 1);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    struct product product;
    product_create(&product, threads);
    for (int i = 0; i < ROUNDS; i++) {
        products[i] = product_rate(team, &product);
        training[i] = training_rate(learner, team, lanes, steps);
        products[i] = (products[i] + product_rate(team, &product)) / 2;
        shares[i] = training[i] * token_operations(&config) * 1e-9 / products[i];
        decoding[i] = decodes ? decoding_rate(gpt, team) : 0;
    }
    printf("%-12s %7d %9.0f %8.1f %8.1f %6.2f %10.0f %8.1f %8.1f\n", preset->name, threads,
           median(training, ROUNDS), median(training, ROUNDS) * token_operations(&config) * 1e-9,
           median(products, ROUNDS), median(shares, ROUNDS), median(decoding, ROUNDS),
           (double)learner_bytes(learner) / 1e6, (double)usage.ru_maxrss / 1e3);
    product_free(&product, threads);
    free(data);
    learner_free(learner);
    gpt_free(gpt);
}

int main(int count, char **arguments) {
    int threads = count > 1 ? atoi(arguments[1]) : 2;
    static const char *const usual[] = {"tiny", "small", "base"};
    int presets = count > 2 ? count - 2 : 3;
    struct error error = {"threads: allowed are 1 to 64"};
    struct team *team = threads >= 1 && threads <= 64 ? team_create(threads, &error) : NULL;
    stop_on(team ? ERR_OK : ERR_INPUT, &error);
    stop_on(gemm_prepare(threads, &error), &error);
    char library[64];
    gemm_describe(library);
    printf("%s; %d x %d tokens a step in samples of %d; medians of %d rounds\n", library, LANES,
           LANE_SAMPLES * SAMPLE, SAMPLE, ROUNDS);
    printf("%-12s %7s %9s %8s %8s %6s %10s %8s %8s\n", "preset", "threads", "tokens/s", "GFLOP/s", "sgemm",
           "share", "decoded/s", "MB", "peak MB");
    for (int i = 0; i < presets; i++) {
        const char *name = count > 2 ? arguments[i + 2] : usual[i];
        const struct gpt_preset *preset = gpt_preset_find(name);
        if (preset)
            bench(preset, team);
        else
            fprintf(stderr, "bench_nn: no preset '%s'\n", name);
    }
    team_free(team);
    return 0;
}
