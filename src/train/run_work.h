/* What one run works on: for run*.c, rehearsal.c and the methods of src/reinforce alone. */
#ifndef COTNOISE_TRAIN_RUN_WORK_H
#define COTNOISE_TRAIN_RUN_WORK_H

#include <jansson.h>

#include "data/dataset.h"
#include "record/training_log.h"
#include "spec/identity.h"
#include "train/batch.h"
#include "train/evaluate.h"
#include "train/run.h"

struct run_work;

/* How a run learns that has no training set to go through (src/reinforce). All but `state` may stop with
 * ERR_INTERRUPTED. */
struct run_method {
    /* Takes what it needs. The model is that which the run starts from; nothing was taken up again yet. */
    enum err (*begin)(struct run_work *run, struct error *error);
    /* Learns until run->stopped says why it ended, from run->saved on where that is not NULL; saves what it
     * did now and then, at the end, and when a stop is asked for (run_work_save). */
    enum err (*learn)(struct run_work *run, struct error *error);
    /* What is to be saved beside the learner, a new reference. */
    enum err (*state)(const struct run_work *run, json_t **json, struct error *error);
    void (*describe)(const struct run_work *run, struct outcome *outcome); /* its part of the result */
    void (*end)(struct run_work *run); /* frees run->learning; harmless before `begin` */
};

struct run_work {
    const struct run_method *method; /* NULL: supervised training */
    void *learning;                  /* the method's own */
    json_t *saved; /* what its `state` gave when the state on disk was written; NULL: none */
    const struct config *config;
    const char *directory;
    const struct run_hooks *hooks;
    struct identity identity;
    char id[CONFIG_ID_LENGTH + 1];
    struct team *team;
    struct vocabulary *vocabulary;
    struct dataset training, test, validation;
    char data[CONFIG_ID_LENGTH + 1]; /* content of data.file, for people; "" without one */
    int64_t skipped;                 /* its malformed lines */
    int64_t twins;                   /* test problems whose twin was trained on (data/overlap.h) */
    struct batch_plan plan;
    struct gpt *gpt;
    const char *parent;     /* directory of the run that it starts from; NULL: none */
    int64_t parent_samples; /* that it was trained on */
    double loss_before;     /* of a model that was trained before, on the training samples; NaN of another */
    struct learner *learner;
    struct evaluation_options evaluating;
    struct training_log log;
    char *state_path;

    int64_t step, steps, tokens;
    int64_t validated;     /* the last step whose model was */
    int64_t saved_at;      /* step of the state on disk; 0: none */
    double seconds_before; /* of training, in earlier processes */
    int64_t tokens_before; /* trained in earlier processes */
    double started;        /* of this process's training, on the monotonic clock */
    double reported;       /* when progress was last told */
    const char *stopped;   /* why training ended; NULL while it goes on */
    bool afresh;           /* what it took up was damaged: it is begun once more */
    double accuracy;       /* of the latest evaluation; NaN before */
    double loss;
    int64_t rollouts; /* of the method, so far */
    double reward;    /* mean of its latest iteration */
};

/* Seconds of training so far, over all processes. */
double run_work_seconds(const struct run_work *run);

/* --- how it goes (run.c)  */

/* run_execute by a method. */
enum err run_execute_by(const struct config *config, const char *directory, const struct run_hooks *hooks,
                        const struct run_method *method, struct error *error);

/* Solves the validation problems with the model as it is: run->accuracy, and a line of the log. With
 * `may_stop` the run ends (run->stopped) where train.stop_at is reached. */
enum err run_work_validate(struct run_work *run, bool may_stop, struct error *error);

/* Step `step` of the `steps` that are taken of a plan, at the learning rate for it, and a line of the log. */
enum err run_work_step(struct run_work *run, struct batch_plan *plan, double peak, int64_t step,
                       int64_t steps, struct error *error);

/* The learning rate of a step (0 ... steps - 1): up to `peak` over train.warmup_steps, at most a tenth of
 * all, and down again (learner_schedule). */
double run_work_rate(const struct run_work *run, double peak, int64_t step, int64_t steps);

/* Training tokens a second of this process so far. */
double run_work_speed(const struct run_work *run);

/* Tells the caller how things stand, ten times a second at most unless `always`. */
void run_work_tell(struct run_work *run, enum run_phase phase, bool always);

/* What came out, but for what the test will say and how long it took. */
void run_work_describe(const struct run_work *run, struct outcome *outcome);

/* Leaves the checkpoint, if there is a model, and last, with it the run is complete, the result. */
enum err run_work_leave(struct run_work *run, const struct outcome *outcome, struct error *error);

/* A line for people. */
void run_work_warn(const struct run_work *run, const char *message);

/* --- what the run needs (run_setup.c) -------------------------------------------------------------- */

/* The vocabulary, and the training data that come from a file. */
enum err run_work_read_data(struct run_work *run, struct error *error);

/* All other samples and problems, and the order of training. */
enum err run_work_make_data(struct run_work *run, struct error *error);

/* Tokens of the longest sequence that the model may have to do with: prompt and completion. */
int run_work_longest(const struct run_work *run);

enum err run_work_make_model(struct run_work *run, struct error *error);

/* A learner of `gpt` by the run's options, for sequences of up to `longest` tokens. */
enum err run_work_make_learner(const struct run_work *run, struct gpt *gpt, int longest, bool value_head,
                               struct learner **learner, struct error *error);

/* Frees all of it but the log, which training_log_close ends. */
void run_work_free(struct run_work *run);

/* --- what lies in its directory (run_resume.c) ------------------------------------------------------- */

/* Whether the directory already holds this run's result. What is there instead is set aside, unless it is
 * another run's in a directory that is not ours: ERR_INPUT. */
enum err run_work_is_complete(struct run_work *run, bool *complete, struct error *error);

/* Sets the state aside that was taken up and turned out damaged, by `reason`, and has the run begin once
 * more. Returns ERR_INPUT, or ERR_RUNTIME when that failed. */
enum err run_work_begin_afresh(struct run_work *run, const struct error *reason, struct error *error);

/* Takes up the state that lies there, if there is one, and opens the training log where it belongs. */
enum err run_work_resume(struct run_work *run, struct error *error);

/* Writes the event file of a complete run, when it was asked for and lacks. */
enum err run_work_complete_events(const struct run_work *run, struct error *error);

/* Saves the state. */
enum err run_work_save(struct run_work *run, struct error *error);

#endif
