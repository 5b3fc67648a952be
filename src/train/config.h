/* One run: the value of every option, typed. The options themselves (names, ranges, defaults, what they
 * do) are rows of the table in options.c; a field here is where a row keeps its value. */
#ifndef COTNOISE_TRAIN_CONFIG_H
#define COTNOISE_TRAIN_CONFIG_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "nn/gpt.h"
#include "train/mix.h"

enum { CONFIG_NAME_MAX = 64, CONFIG_PATH_MAX = 1024, CONFIG_ID_LENGTH = 16 };

/* Plain data: copied by assignment, nothing to free. */
struct config {
    char name[CONFIG_NAME_MAX + 1];
    int64_t seed;
    struct mix mix; /* all that determines a sample: tasks, format, visibility, noise, contamination */
    struct {
        int64_t samples;
        int epochs;
        char file[CONFIG_PATH_MAX]; /* JSONL of prompts and completions instead of tasks; "" for none */
    } data;
    struct {
        int preset; /* in gpt_presets: gave the shape below where the spec does not */
        int layers, width, heads, ffn;
        double rotary_share, rotary_base;
        char init[CONFIG_PATH_MAX]; /* directory of a checkpoint to start from; "" for random weights */
    } model;
    struct {
        int batch_tokens;
        double learning_rate;
        int warmup_steps;
        int64_t max_steps; /* 0: until the epochs are over */
        double weight_decay;
        double clip; /* global norm; 0: never */
        int threads;
        bool recompute;           /* activations in backward instead of keeping them: less memory */
        double stop_at;           /* accuracy at which a run ends early; 0: never */
        int64_t checkpoint_every; /* steps */
    } train;
    struct {
        int problems;
        int64_t every;      /* steps; 0: at the end only */
        int samples;        /* completions a problem, where temperature > 0 */
        double temperature; /* 0: greedy */
        int max_new_tokens; /* 0: twice the longest training completion */
    } eval;
    struct {
        double threshold;
    } report;
};

/* "small", or "custom-3x128" (layers x width) where the shape is not the preset's. */
void config_model_name(const struct config *config, char name[32]);

/* The model's shape for that many tokens and positions; not checked (gpt_config_check). */
struct gpt_config config_shape(const struct config *config, int vocabulary, int positions);

/* What identifies a run: 16 hexadecimal digits (and NUL), XXH64 of the options that can change its result,
 * its seed and the program's version. Options without effect (the contamination of a noise of rate 0, the
 * number of threads, ...) do not count, so equal runs have equal IDs. Returns 0, or -1 without memory. */
int config_id(const struct config *config, char id[CONFIG_ID_LENGTH + 1]);

/* Every option, nested as in a spec ({"data": {"samples": 20000, ...}, ...}), the seed as "seeds".
 * A new reference, NULL without memory. */
json_t *config_json(const struct config *config);

/* The inverse. `json` may come from anywhere: it is held to the same table as a spec (types, ranges,
 * unknown names; what is missing has its default) and to the rules between options. `where` names it in
 * messages ("results/x/runs/y/config.json"). ERR_INPUT when it does not pass. */
enum err config_from_json(json_t *json, const char *where, struct config *config, struct error *error);

#endif
