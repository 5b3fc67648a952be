/* How a run learns: the lines of its metrics.jsonl, of which a step's have a loss, an iteration's of
 * reinforcement learning a reward (iteration.h), and an evaluation's an accuracy. training_log.h writes them;
 * here they are read back, thinned to what a plot can show. */
#ifndef COTNOISE_RECORD_METRICS_H
#define COTNOISE_RECORD_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Members of a line. Those of an evaluation are the columns that it measures (columns.h), accuracy among
 * them. */
#define METRICS_STEP           "step"
#define METRICS_TOKENS         "tokens"
#define METRICS_LOSS           "loss"
#define METRICS_RATE           "learning_rate"
#define METRICS_GRADIENT       "gradient_norm"
#define METRICS_SPEED          "tokens_per_second"
#define METRICS_ACCURACY       "accuracy"
#define METRICS_ROLLOUTS       "rollouts"
#define METRICS_REWARD         "reward"
#define METRICS_TRUE_REWARD    "true_reward"
#define METRICS_ACCURACY_DRAWN "accuracy_drawn"
#define METRICS_KL             "kl"
#define METRICS_ENTROPY        "entropy"

enum { METRICS_POINTS = 200 };

struct metric_series {
    double done[METRICS_POINTS], value[METRICS_POINTS]; /* done: tokens trained on, or rollouts */
    size_t count;
};

/* Numbers of iterations, means over equal stretches of them. */
enum metric_drawn { DRAWN_TRUE_REWARD, DRAWN_ACCURACY, DRAWN_KL, DRAWN_ENTROPY, DRAWN_KINDS };

struct metrics {
    struct metric_series loss;     /* training loss against tokens, means over equal stretches of steps */
    struct metric_series accuracy; /* evaluations against tokens; the last METRICS_POINTS */
    struct {                       /* of reinforcement learning, against rollouts */
        struct metric_series drawn[DRAWN_KINDS];
        struct metric_series accuracy; /* greedy, of evaluations; the last METRICS_POINTS */
    } rl;
};

/* Reads the file of a run that lies in `directory`. One that is missing, too large, or not what a run writes
 * gives what could be read, perhaps nothing; only a lack of memory is an error. */
enum err metrics_read(const char *directory, struct metrics *metrics, struct error *error);

/* What the last lines say. */
struct metrics_latest {
    int64_t step, tokens;          /* 0 where nothing was read */
    int64_t rollouts;              /* the same */
    double loss, reward, accuracy; /* NaN where none was read */
    double tokens_per_second;      /* 0 the same */
};

/* Reads the end of the file of a run. Only a lack of memory is an error. */
enum err metrics_read_latest(const char *directory, struct metrics_latest *latest, struct error *error);

#endif
