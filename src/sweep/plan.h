/* What a sweep has to do: its runs, which of them are complete, how much work each is and how fast such work
 * went before. */
#ifndef COTNOISE_SWEEP_PLAN_H
#define COTNOISE_SWEEP_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "spec/spec.h"

struct planned_run {
    int run;                 /* in the spec */
    int parent;              /* the run that it starts from, in the plan as in the spec; -1: none */
    int children;            /* how many start from it */
    bool is_parent;          /* the grid does not ask for it: it is there for its children */
    const char *id;          /* the spec's */
    char *directory;         /* ROOT/runs/ID */
    char *label;             /* what tells it from the others: "noise.digit=0.5 seeds=2", "clean seeds=2" */
    char *cell;              /* the same for all seeds of its cell: "noise.digit=0.5" */
    bool clean;              /* no noise reaches its samples */
    bool complete, diverged; /* the latter only of complete ones */
    char *
        fault; /* why what lies there is not its result: it is to be set aside; NULL: nothing is in the way */
    int64_t tokens;    /* training tokens, estimated from some of its samples */
    int64_t rollouts;  /* completions that it draws to learn from; 0 in supervised training */
    double drawn;      /* tokens of these, as long as its samples */
    double parameters; /* of its model, about */
    double work;       /* tokens, drawn ones at what they take, times parameters: as time is */
    int64_t problems;  /* different ones that it is tested on, about (problem_counts.h) */
    double samples;    /* to be made before it trains, its problems included */
    bool single;       /* a step has no room for a second sample of mean length */
    double tested;     /* tokens of the problems that it is to solve, over all evaluations */
};

struct plan {
    struct planned_run *runs; /* as in the spec */
    int count;
    char *root; /* RESULTS/NAME */
    struct {
        double work, tokens, seconds;
    } speed;                  /* sums over runs that ended here */
    double work_per_second;   /* of one worker, over runs that ended here, with their tests; 0: not known */
    double tokens_per_second; /* the same in training tokens */
};

/* Looks at the spec and at what there is under `results`. Writes nothing. ERR_INPUT when a run's data.file or
 * model.init cannot be read. */
enum err plan_make(const struct spec *spec, const char *results, struct plan *plan, struct error *error);

/* The same, files or not, for a sweep that lies in the directory `root`, whatever its name is. */
enum err plan_make_in(const struct spec *spec, const char *root, struct plan *plan, struct error *error);

void plan_free(struct plan *plan);

/* How many runs train on single samples, whatever train.batch_tokens promises. */
int plan_singles(const struct plan *plan);

/* Seconds for the runs that are not complete on that many workers; NaN when no speed is known. */
double plan_seconds(const struct plan *plan, int workers);

#endif
