/* Run directories made up for tests: what a run of given outcome would have left, without the training. */
#ifndef COTNOISE_TESTS_SUPPORT_RUNS_H
#define COTNOISE_TESTS_SUPPORT_RUNS_H

#include <stdint.h>

#include "record/pass_evaluation.h"

/* Zero means the usual: task add, format trace, model tiny, noise none, contamination 1, 1000 samples,
 * 100 problems, options only what the columns say. */
struct made_run {
    const char *task, *format, *model;
    const char *noise; /* "digit+line" */
    const char *rate;  /* "0.5+0.1" */
    double contamination;
    int64_t seed, samples;
    int64_t correct, problems;
    const struct pass_evaluation *pass; /* NULL: none was drawn */
    const char *method;                 /* of reinforcement learning; NULL: none */
    const char *parent;                 /* ID of the run that it started from; NULL: none */
    const char *metrics;                /* content of metrics.jsonl; NULL: of two steps with a test each */
    double unsound;                     /* 0: not measured */
    const char *id;                     /* at most 16 characters; NULL: made up */
    const char *options; /* further members of the options in config.json, as JSON: "\"a\":1,\"b\":2" */
};

/* Makes $SCRATCH/NAME with an empty `runs` in it. Returns it; valid until the next call. */
const char *make_results(const char *name);

/* Makes DIRECTORY/runs/ID with result.json, config.json, metrics.jsonl and examples.jsonl; the ID says the
 * noise, rate, contamination and seed, unless it is given. Returns it; valid until the next call. */
const char *make_run(const char *directory, struct made_run run);

/* Writes DIRECTORY/NAME, printf-style, making its directories. */
void make_file(const char *directory, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
