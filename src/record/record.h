/* What a run leaves in its directory: what it was made with, how it went, how it ended. */
#ifndef COTNOISE_RECORD_RECORD_H
#define COTNOISE_RECORD_RECORD_H

#include <jansson.h>
#include <stdint.h>

#include "base/err.h"
#include "base/wilson.h"
#include "data/dataset.h"
#include "nn/decoder.h"
#include "spec/config.h"

/* Names inside a run directory. */
#define RECORD_METRICS  "metrics.jsonl"
#define RECORD_RESULT   "result.json"
#define RECORD_STATE    "optimizer.safetensors"
#define RECORD_EXAMPLES "examples.jsonl"

/* The member "cotnoise" of config.json: version, commit, id, seed, every option, the machine, and the members
 * of `identity` (identity_json; NULL: none). A new reference, NULL without memory. */
json_t *record_provenance(const struct config *config, const char *id, json_t *identity);

/* What a model made of its test problems. */
struct evaluation {
    int64_t problems, correct;
    double accuracy;          /* correct / problems */
    struct interval interval; /* of accuracy */
    double trace_accuracy;    /* share of completions equal to the true one in every token */
    double line_accuracy; /* share of the true lines that stand where they should; mean over completions */
    double malformed;     /* share of completions that do not end, hold a line that is not `name = ...`, or
                             whose last line is not an answer */
    double unsound;   /* share of the right answers, over all completions, whose trace is not the true one;
                         NaN where no answer is right */
    double test_loss; /* cross entropy of the true completion and <eos>, nats a token */
};

/* How a run ended. */
struct record_outcome {
    const char *id;
    size_t parameters;
    struct evaluation evaluation;
    int64_t steps, tokens;
    int64_t samples;          /* training samples */
    const char *data;         /* hash of the content of data.file; NULL without one */
    int64_t skipped;          /* its malformed lines */
    double seconds;           /* training and evaluation, over all resumptions */
    double tokens_per_second; /* of training */
    const char *stopped;      /* "end", "max_steps" or "stop_at" */
};

/* Writes result.json: its members are the columns of results.csv in their order, then counts and version. */
enum err record_result(const char *directory, const struct config *config,
                       const struct record_outcome *outcome, struct error *error);

/* Writes examples.jsonl: a few training samples (of `given`, data.file's, unless it is NULL) beside their
 * clean form, and of the test problems a few that were solved and a few that were not, with what the model
 * wrote (written[i] for problem i). */
enum err record_examples(const char *directory, const struct config *config,
                         const struct vocabulary *vocabulary, const struct dataset *given,
                         const struct dataset *problems, const bool *solved,
                         const struct decoder_result *written, int samples, struct error *error);

#endif
