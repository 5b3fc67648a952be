/* Batched decoding with a key-value cache. See decoder.h.
 *
 * Each thread has a lane of slots. A slot holds one request and its cache; in each step every slot gives one
 * token to the batch, and slots still reading their prompt give more where there is room. */
#include "nn/decoder.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"
#include "base/pcg.h"
#include "nn/kernels/kernels.h"
#include "nn/sampler.h"

enum { ROWS = 72 };                                  /* whole tiles of every level */
static const size_t cache_limit = (size_t)256 << 20; /* bytes of cache a lane, unless one slot needs more */

struct decoder_slot {
    const struct decoder_request *request; /* NULL: free */
    struct decoder_result *result;
    int limit;    /* of new tokens */
    int consumed; /* tokens in the cache */
    struct pcg pcg;
};

/* A row of the batch. */
struct decoder_row {
    int slot;
    bool last; /* the newest token of its slot: the next one follows from it */
};

struct decoder_lane {
    struct decoder_slot *slot;
    int slots;
    struct decoder_row row[ROWS];
    int rows;
    int32_t token[ROWS], position[ROWS];
    void *memory;
    real *cache;                             /* by slot, layer, head: attention_step's */
    real *x, *xhat, *scale, *p, *a, *logits; /* (ROWS, C or P or A or V) */
    real *scratch;
};

struct decoding {
    const struct folded *folded;
    const struct decoder_request *requests;
    size_t count;
    const struct decoder_options *options;
    struct decoder_result *results;
    int *limits;        /* new tokens by request */
    atomic_size_t next; /* request to be taken */
    atomic_bool overflowed;
    int capacity;     /* of a slot, in tokens, whole vectors */
    size_t head_size; /* reals of cache a head */
    struct decoder_lane *lane;
    int lanes;
};

static enum err check_requests(const struct gpt_config *config, const struct decoder_request *requests,
                               size_t count, struct error *error) {
    for (size_t i = 0; i < count; i++) {
        if (requests[i].length < 1 || requests[i].length > config->positions)
            return err_set(error, ERR_INPUT, "prompt %zu has %d tokens (allowed: 1 to %d)", i + 1,
                           requests[i].length, config->positions);
        for (int t = 0; t < requests[i].length; t++)
            if (requests[i].prompt[t] < 0 || requests[i].prompt[t] >= config->vocabulary)
                return err_set(error, ERR_INPUT, "prompt %zu has token %d (allowed: 0 to %d)", i + 1,
                               requests[i].prompt[t], config->vocabulary - 1);
    }
    return ERR_OK;
}

/* Gives free slots the next requests that want any text. */
static void fill_slots(struct decoding *decoding, struct decoder_lane *lane) {
    for (int s = 0; s < lane->slots; s++) {
        struct decoder_slot *slot = &lane->slot[s];
        while (!slot->request) {
            size_t next = atomic_fetch_add_explicit(&decoding->next, 1, memory_order_relaxed);
            if (next >= decoding->count) return;
            if (decoding->limits[next] == 0) continue;
            *slot = (struct decoder_slot){.request = &decoding->requests[next],
                                          .result = &decoding->results[next],
                                          .limit = decoding->limits[next]};
            slot->pcg = pcg_stream(decoding->options->seed, "decoding", slot->request->stream);
        }
    }
}

static void add_row(struct decoder_lane *lane, int s) {
    struct decoder_slot *slot = &lane->slot[s];
    int at = slot->consumed++, prompt = slot->request->length;
    lane->row[lane->rows] = (struct decoder_row){s, at + 1 == prompt + slot->result->length};
    lane->position[lane->rows] = at;
    lane->token[lane->rows++] = at < prompt ? slot->request->prompt[at] : slot->result->tokens[at - prompt];
}

static void fill_rows(struct decoder_lane *lane) {
    lane->rows = 0;
    for (int s = 0; s < lane->slots; s++)
        if (lane->slot[s].request) add_row(lane, s);
    for (int s = 0; s < lane->slots; s++) {
        struct decoder_slot *slot = &lane->slot[s];
        while (slot->request && lane->rows < ROWS && slot->consumed < slot->request->length) add_row(lane, s);
    }
}

/* A slot's rows are in the order of its tokens, so each finds the ones before it in the cache. */
static void attend(struct decoding *decoding, struct decoder_lane *lane, int layer) {
    const struct folded *folded = decoding->folded;
    const struct gpt_config *config = &folded->gpt->config;
    size_t P = (size_t)folded->P, A = (size_t)folded->A,
           layer_size = decoding->head_size * (size_t)config->heads;
    for (int r = 0; r < lane->rows; r++) {
        size_t slot = (size_t)lane->row[r].slot * (size_t)config->layers + (size_t)layer;
        folded->kernels->attention_step(
            lane->a + (size_t)r * A, lane->p + (size_t)r * P, lane->cache + slot * layer_size,
            decoding->capacity, lane->position[r], config->heads, gpt_head_size(config), lane->scratch);
    }
}

static void step_forward(struct decoding *decoding, struct decoder_lane *lane) {
    const struct folded *folded = decoding->folded;
    const struct kernels *kernels = folded->kernels;
    const struct gpt_config *config = &folded->gpt->config;
    int C = config->width, F = config->ffn, P = folded->P, A = folded->A, rows = lane->rows;
    kernels->embedding_forward(lane->x, lane->token, gpt_values(folded->gpt, 0), rows, C);
    for (int l = 0; l < config->layers; l++) {
        kernels->normalise_forward(lane->xhat, lane->scale, lane->x, rows, C, config->epsilon);
        linear_forward(&folded->in[l].linear, kernels, lane->p, P, lane->xhat, C, rows, false);
        kernels->rotary(lane->p, P, lane->position, folded->table, rows, config->heads, gpt_head_size(config),
                        gpt_rotary_dimensions(config), false);
        attend(decoding, lane, l);
        kernels->gelu_forward(lane->a + C, A, lane->p + 3 * C, P, rows, F, false);
        linear_forward(&folded->out[l].linear, kernels, lane->x, C, lane->a, A, rows, true);
    }
    kernels->normalise_forward(lane->xhat, lane->scale, lane->x, rows, C, config->epsilon);
    linear_forward(&folded->head.linear, kernels, lane->logits, folded->V, lane->xhat, C, rows, false);
}

/* The logarithm of a token's probability, by the kernel that scoring uses. scratch: a row of logits. */
static double log_probability(const struct folded *folded, const real *logits, double temperature,
                              int32_t token, real *scratch) {
    int V = folded->gpt->config.vocabulary;
    real log_sum;
    memcpy(scratch, logits, (size_t)V * sizeof *scratch);
    folded->kernels->cross_entropy_forward(&log_sum, NULL, scratch, folded->V, &token, 1, V,
                                           temperature > 0 ? temperature : 1);
    return (double)scratch[token] - (double)log_sum;
}

/* Whether the next token of a text is the one that lines begin with. */
static bool is_forced(const struct decoder_options *options, const struct decoder_result *result) {
    return options->line_start > 0 &&
           (result->length == 0 || result->tokens[result->length - 1] == options->newline);
}

/* What a slot's next token is, and what is kept of it besides, from its row of the batch; false where no
 * number that says how likely it is is finite. */
static bool choose(struct decoding *decoding, struct decoder_lane *lane, int row, int32_t *token) {
    const struct decoder_options *options = decoding->options;
    const struct folded *folded = decoding->folded;
    int V = folded->gpt->config.vocabulary, C = folded->gpt->config.width;
    struct decoder_slot *slot = &lane->slot[lane->row[row].slot];
    struct decoder_result *result = slot->result;
    const real *logits = lane->logits + (size_t)row * (size_t)folded->V;
    bool forced = is_forced(options, result);
    *token = forced ? options->line_start
             : options->temperature > 0
                 ? sampler_draw(logits, V, options->temperature, options->top_k, &slot->pcg, lane->scratch)
                 : sampler_greedy(logits, V);
    if (options->log_probabilities)
        result->log_probabilities[result->length] =
            forced ? 0 : log_probability(folded, logits, options->temperature, *token, lane->scratch);
    if (options->value_head) {
        real value;
        folded->kernels->value_head_forward(&value, lane->xhat + (size_t)row * (size_t)C, options->value_head,
                                            1, C);
        result->values[result->length] = (double)value;
    }
    return isfinite(logits[*token]);
}

/* Appends the next token of every slot whose newest token was in the batch; frees slots that are done. Tells
 * whether there was none to choose, since the numbers that say how likely they are are not finite. */
static bool step_choose(struct decoding *decoding, struct decoder_lane *lane) {
    bool overflowed = false;
    for (int r = 0; r < lane->rows; r++) {
        if (!lane->row[r].last) continue;
        struct decoder_slot *slot = &lane->slot[lane->row[r].slot];
        int32_t token;
        if (!choose(decoding, lane, r, &token)) overflowed = true;
        if (token == decoding->options->stop)
            slot->result->stopped = true;
        else
            slot->result->tokens[slot->result->length++] = token;
        if (slot->result->stopped || slot->result->length == slot->limit) slot->request = NULL;
    }
    return overflowed;
}

static void run_lane(void *context, int index) {
    struct decoding *decoding = context;
    struct decoder_lane *lane = &decoding->lane[index];
    for (;;) {
        fill_slots(decoding, lane);
        fill_rows(lane);
        if (lane->rows == 0 || interrupt_requested()) return;
        step_forward(decoding, lane);
        if (step_choose(decoding, lane)) decoding->overflowed = true;
    }
}

static enum err lane_create(const struct decoding *decoding, struct decoder_lane *lane, int slots,
                            struct error *error) {
    const struct gpt_config *config = &decoding->folded->gpt->config;
    const struct folded *folded = decoding->folded;
    size_t C = (size_t)config->width, P = (size_t)folded->P, A = (size_t)folded->A, V = (size_t)folded->V;
    size_t slot_size = decoding->head_size * (size_t)config->heads * (size_t)config->layers;
    while (slots > 1 && slot_size * (size_t)slots > cache_limit / sizeof(real)) slots--;
    size_t scratch = attention_step_scratch(decoding->capacity, gpt_head_size(config));
    if (scratch < V) scratch = V;
    size_t cache = slot_size * (size_t)slots;
    lane->slots = slots;
    lane->slot = memory_array((size_t)slots, sizeof *lane->slot);
    lane->memory = memory_aligned(cache + ROWS * (2 * C + 1 + P + A + V) + scratch, sizeof(real));
    if (!lane->slot || !lane->memory) return err_memory(error, "decoding");
    lane->cache = lane->memory;
    lane->x = lane->cache + cache;
    lane->xhat = lane->x + ROWS * C;
    lane->p = lane->xhat + ROWS * C;
    lane->a = lane->p + ROWS * P;
    lane->logits = lane->a + ROWS * A;
    lane->scratch = lane->logits + ROWS * V;
    lane->scale = lane->scratch + scratch;
    return ERR_OK;
}

/* Limits, the tokens' memory in `results`, and the longest sequence rounded to whole vectors. */
static enum err plan(struct decoding *decoding, struct error *error) {
    int positions = decoding->folded->gpt->config.positions, longest = 1;
    decoding->limits = memory_array(decoding->count, sizeof *decoding->limits);
    if (!decoding->limits) return err_memory(error, "decoding");
    for (size_t i = 0; i < decoding->count; i++) {
        int length = decoding->requests[i].length, limit = positions - length;
        if (limit > decoding->options->max_new_tokens) limit = decoding->options->max_new_tokens;
        if (length + limit > longest) longest = length + limit;
        decoding->limits[i] = limit;
        decoding->results[i].tokens = memory_array((size_t)limit, sizeof *decoding->results[i].tokens);
        if (!decoding->results[i].tokens) return err_memory(error, "decoded text");
        struct decoder_result *result = &decoding->results[i];
        bool wanted[2] = {decoding->options->log_probabilities, decoding->options->value_head != NULL};
        if (wanted[0]) result->log_probabilities = memory_array((size_t)limit, sizeof(double));
        if (wanted[1]) result->values = memory_array((size_t)limit, sizeof(double));
        if ((wanted[0] && !result->log_probabilities) || (wanted[1] && !result->values))
            return err_memory(error, "decoded text");
    }
    decoding->capacity = real_padded(longest);
    decoding->head_size = attention_cache(decoding->capacity, gpt_head_size(&decoding->folded->gpt->config));
    return ERR_OK;
}

enum err decoder_run(const struct folded *folded, struct team *team, const struct decoder_request *requests,
                     size_t count, const struct decoder_options *options, struct decoder_result *results,
                     struct error *error) {
    enum err code = check_requests(&folded->gpt->config, requests, count, error);
    if (code || count == 0) return code;
    struct decoding decoding = {.folded = folded,
                                .requests = requests,
                                .count = count,
                                .options = options,
                                .lanes = team_threads(team)};
    decoding.results = memory_array(count, sizeof *decoding.results);
    decoding.lane = memory_array((size_t)decoding.lanes, sizeof *decoding.lane);
    if (!decoding.results || !decoding.lane) code = err_memory(error, "decoding");
    if (!code) code = plan(&decoding, error);
    size_t share = (count + (size_t)decoding.lanes - 1) / (size_t)decoding.lanes;
    for (int i = 0; i < decoding.lanes && !code; i++)
        code = lane_create(&decoding, &decoding.lane[i], share < ROWS ? (int)share : ROWS, error);
    if (!code) {
        team_run(team, decoding.lanes, run_lane, &decoding);
        code = interrupt_check(error);
        if (!code && decoding.overflowed)
            code = err_set(error, ERR_DIVERGED,
                           "no token has a finite probability: the model's numbers overflow");
    }
    if (!code)
        memcpy(results, decoding.results, count * sizeof *results);
    else if (decoding.results)
        decoder_free_results(decoding.results, count);
    for (int i = 0; decoding.lane && i < decoding.lanes; i++) {
        free(decoding.lane[i].slot);
        free(decoding.lane[i].memory);
    }
    free(decoding.limits);
    free(decoding.lane);
    free(decoding.results);
    return code;
}

void decoder_free_results(struct decoder_result *results, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free(results[i].tokens);
        free(results[i].log_probabilities);
        free(results[i].values);
        results[i] = (struct decoder_result){0};
    }
}
