/* Names of the files that a run and a sweep leave on disk. They stand here and nowhere else. (What a
 * checkpoint consists of is Hugging Face's affair: nn/checkpoint.h.) */
#ifndef COTNOISE_RECORD_LAYOUT_H
#define COTNOISE_RECORD_LAYOUT_H

#include "nn/checkpoint.h"

/* In a run's directory. */
#define LAYOUT_CONFIG   CHECKPOINT_CONFIG       /* the checkpoint's, with a member "cotnoise" of ours */
#define LAYOUT_RESULT   "result.json"           /* how it ended; appears when the run is complete */
#define LAYOUT_METRICS  "metrics.jsonl"         /* how it went */
#define LAYOUT_EXAMPLES "examples.jsonl"        /* samples and completions to look at */
#define LAYOUT_STATE    "optimizer.safetensors" /* what to go on from; gone when the run is complete */
#define LAYOUT_KEPT     "kept.jsonl"            /* completions that a method of rounds learns from */
#define LAYOUT_TRAINER  "trainer.json"          /* how a program of the user's ended that trains it */
#define LAYOUT_FAILED   "failed.json"           /* why the last attempt failed */
#define LAYOUT_PARENT \
    "parent" /* of a run that was asked for alone: directory of the run that it started from */
#define LAYOUT_EVENTS "events.out.tfevents.cotnoise" /* TensorBoard wants "tfevents" in the name */

/* In that of a run that a program of the user's trains: what it is given, what it says and what it makes. */
#define LAYOUT_TRAINING    "train.jsonl" /* gone when the run is complete */
#define LAYOUT_TEST        "test.jsonl"
#define LAYOUT_COMPLETIONS "completions.jsonl"
#define LAYOUT_TRAINER_LOG "trainer.log"

/* In a run's directory and in a sweep's: who works there. */
#define LAYOUT_LOCK "lock"

/* In a sweep's directory, results/NAME. */
#define LAYOUT_RUNS       "runs" /* a directory for each run, under its ID */
#define LAYOUT_SPEC       "spec.yaml"
#define LAYOUT_SWEEP      "sweep.json" /* how it was asked for */
#define LAYOUT_RESULTS    "results.csv"
#define LAYOUT_THRESHOLDS "thresholds.csv"
#define LAYOUT_SELECTION  "selection.csv" /* where the spec selects */
#define LAYOUT_REPAIR     "repair.csv"    /* where runs learn on by reinforcement */
#define LAYOUT_PLOTS      "plots"
#define LAYOUT_PAGE       "report.html"
#define LAYOUT_REPORTING  "report.lock" /* held by the command that writes the files above */
#define LAYOUT_JOB        "slurm.json"  /* the job array that is at work */
#define LAYOUT_ARRAY      "slurm"       /* directory of its script, copy of the spec, logs and lock */
#define LAYOUT_TASK       "task.sh"
#define LAYOUT_TASK_LOG   "task-%a.log" /* %a: Slurm's number of the task */

/* What was in the way of a run is kept under its name with this behind it. */
#define LAYOUT_ASIDE ".aside"

/* All that is written into a run's directory, and into a sweep's itself; NULL at the end. */
extern const char *const layout_run_files[], *const layout_sweep_files[];

/* DIRECTORY/runs/RUN, DIRECTORY/runs/RUN/NAME; to be freed, NULL without memory. */
char *layout_run(const char *directory, const char *run);
char *layout_run_file(const char *directory, const char *run, const char *name);

#endif
