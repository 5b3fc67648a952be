/* One run: the value of every option, typed. The options themselves (names, ranges, defaults, what they
 * do) are rows of the table in options.c; a field here is where a row keeps its value. */
#ifndef COTNOISE_SPEC_CONFIG_H
#define COTNOISE_SPEC_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "data/mix.h"
#include "nn/gpt.h"
#include "spec/reinforcement.h"

enum {
    CONFIG_NAME_MAX = 64,
    CONFIG_PATH_MAX = 1024,
    CONFIG_ID_LENGTH = 16,
    CONFIG_START_MAX = 2048,
    CONFIG_TRAINER_MAX = 4096,
    CONFIG_PASS_MAX = 1024
};

/* Plain data: copied by assignment, nothing to free. */
struct config {
    char name[CONFIG_NAME_MAX + 1];
    int64_t seed;
    struct mix mix;     /* all that determines a sample: tasks, format, visibility, noise, contamination */
    enum family family; /* of which the mix is all tasks (family_mix.h); FAMILY_NONE: of none */
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
    struct reinforcement rl;
    struct {
        int problems;
        int64_t every;      /* steps; 0: at the end only */
        int samples;        /* completions a problem, where temperature > 0 */
        double temperature; /* 0: greedy */
        int max_new_tokens; /* 0: twice the longest training completion */
        int pass;           /* completions a problem at temperature 1, for pass@k; 0: none */
    } eval;
    struct {
        double threshold, learned;
    } report;
    char trainer[CONFIG_TRAINER_MAX];  /* command of the user's that trains in our place; "" for none */
    char start[CONFIG_START_MAX];      /* what was said of its parent (start.h); "" where nothing was */
    char parent[CONFIG_ID_LENGTH + 1]; /* the run whose model it starts from; "" for none */
};

/* "small", by the shape whichever preset it was written over, or "custom-3x128" (layers x width) where no
 * preset has that shape; "trainer" where a program of the user's trains a model that is not known here. */
void config_model_name(const struct config *config, char name[32]);

/* The model's shape for that many tokens and positions; not checked (gpt_config_check). */
struct gpt_config config_shape(const struct config *config, int vocabulary, int positions);

#endif
