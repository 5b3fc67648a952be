/* A run as it is recorded: what it is (every option) and what came out of it, in one typed structure.
 *
 * What a run is stands in the table of options (spec/options.h), what came out in the table of columns
 * (columns.h): result.json, config.json, results.csv, the report's tables, the settings that tell curves
 * apart, the profiler's cells and TensorBoard's tags follow from these two. */
#ifndef COTNOISE_RECORD_RECORD_H
#define COTNOISE_RECORD_RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/wilson.h"
#include "record/pass_evaluation.h"
#include "spec/config.h"

enum { RECORD_MODEL_MAX = 63, RECORD_MACHINE_MAX = 255, RECORD_EXTRAS_MAX = 256 };

/* What a model made of its test problems. */
struct evaluation {
    int64_t problems, correct;
    double accuracy;          /* correct / problems */
    struct interval interval; /* of accuracy */
    double trace_accuracy;    /* share of completions equal to the true one in every token */
    double line_accuracy; /* share of the true lines that stand where they should; mean over completions */
    double malformed;     /* share that does not end, has a line that is no `name = ...`, or no answer last */
    double unsound;       /* share of the right answers whose trace is not the true one; NaN without any */
    double test_loss;     /* cross entropy of the true completion and <eos>, nats a token */
    struct pass_evaluation pass;
};

/* What the completions of one problem come to. */
struct vote {
    int winner; /* whose answer most give, the first among equals; -1: none ended, which is to have a vote */
    bool right; /* it has the true answer */
};

/* A count of the outcome that nobody here knows. */
#define OUTCOME_UNKNOWN (-1)

/* What came out of a run. Of one whose trainer was the user's, parameters, steps and tokens are
 * OUTCOME_UNKNOWN, and what else is not known is NaN. */
struct outcome {
    int64_t parameters; /* of the model */
    int64_t samples;    /* different training samples; of reinforcement learning problems that were asked */
    struct evaluation evaluation;
    int64_t twins;              /* test problems that were trained on with their two numbers exchanged */
    double validation_accuracy; /* of the last look at the validation problems; NaN where there was none */
    double sites;               /* of noise, a noised sample; NaN without noise, and for data.file */
    double changed; /* share of a noised sample's lines that are not as they would be without; NaN likewise */
    int64_t steps, tokens;             /* of training */
    int64_t rollouts;                  /* completions drawn to learn from; 0 in supervised training */
    double seconds;                    /* training and evaluation, over all resumptions */
    double tokens_per_second;          /* of training */
    char stopped[16];                  /* "end", "max_steps" or "stop_at" */
    char parent[CONFIG_ID_LENGTH + 1]; /* ID of the run that this one started from; "" for none */
    char method[32];                   /* of reinforcement learning; "none" for supervised training */
    char commit[64], version[32];      /* of the program */
    char data[CONFIG_ID_LENGTH + 1];   /* hash of the content of data.file; "" without one */
    char init[CONFIG_ID_LENGTH + 1];   /* the same of model.init */
    int64_t skipped;                   /* its malformed lines */
    int64_t diverged; /* 1: training ended worse than guessing (train/divergence.h); else 0 */
};

/* A member of result.json, or an option in config.json, that this program does not know: another version
 * wrote it. Also what was said of the run's parent, as "start.data.samples". */
struct extra {
    char *name, *text;
    bool is_option; /* then runs that differ in it are not of one curve */
};

struct record {
    char *run; /* ID: the name of the run's directory */
    int sweep; /* which of a collection's sweeps it belongs to */
    struct config config;
    struct outcome outcome;
    struct extra *extras; /* by name */
    size_t extra_count;
    char machine[RECORD_MACHINE_MAX + 1]; /* "a processor, kernels for x86-64-v3, OpenBLAS core Haswell, 1
                                             thread a run"; may be "" */

    /* What follows from the options, in the words of results.csv; set by record_describe. */
    char *task;         /* of a mix joined by +; of a family its name */
    char *noise, *rate; /* "digit+line" and "0.3+0.1"; "none" and "0" */
    const char *format; /* static */
    double epochs;
    char model[RECORD_MODEL_MAX + 1]; /* "small", "custom-3x128"; in a table made elsewhere anything */
    double contaminated; /* share of the samples that the noise reaches: data.contamination, unless its one
                            kind has a contamination of its own */
};

/* Fills in what follows from record->config, and adds what it says of a parent as extras. ERR_RUNTIME without
 * memory; record_free is then still due. */
enum err record_describe(struct record *record, struct error *error);

/* Replaces what was said of its parent (config.start). ERR_RUNTIME without memory. */
enum err record_set_start(struct record *record, const char *start, struct error *error);

/* The extra of a name, NULL where there is none. */
const struct extra *record_extra(const struct record *record, const char *name);

/* Whether something is said of the parent that the run has, if only that it has none. */
bool record_says_start(const struct record *record);

/* Adds a member that is not known. ERR_INPUT when there are too many. */
enum err record_add_extra(struct record *record, const char *name, const char *text, bool is_option,
                          struct error *error);

/* The same of a member as it stands in JSON. */
enum err record_add_json(struct record *record, const char *name, const json_t *value, bool is_option,
                         struct error *error);

/* Frees what the record holds and zeroes it; harmless on a zeroed one. */
void record_free(struct record *record);

/* Whether the training data was left clean: no rate, or no sample contaminated. */
bool record_is_clean(const struct record *record);

/* The rate of a noise, by its number in noise_list. */
double record_level(const struct record *record, int kind);

/* Whether several kinds of noise are at work. */
bool record_is_mixed(const struct record *record);

#endif
