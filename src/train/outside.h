/* A run that a program of the user's trains, `--trainer COMMAND`: its data are ours and its completions are
 * judged as those of built-in runs; what happens in between is its own affair.
 *
 * The shell runs the command in the run's directory, with these replaced, each quoted:
 *
 *     {train}   JSONL as `gen` writes it: the training samples of this run, its noise included; where epochs
 *               differ, those of one epoch behind those of the other
 *     {test}    the same of its test problems
 *     {out}     where to write a line {"completion": "..."} for each line of {test}, in their order
 *     {seed}    of the run
 *     {parent}  directory of the run that it starts from; an empty word where it starts from none
 *
 * What it prints goes to trainer.log, its exit status to trainer.json. */
#ifndef COTNOISE_TRAIN_OUTSIDE_H
#define COTNOISE_TRAIN_OUTSIDE_H

#include "train/run_work.h"

/* Trains and grades the run, whose data and problems are made (run_work_make_data), and leaves its result. A
 * program that ended well before is not run again where its completions have not been looked at yet.
 * ERR_RUNTIME when the program fails, ERR_INPUT when its completions cannot be used, both with what happened;
 * ERR_INTERRUPTED after a stop. */
enum err outside_execute(struct run_work *run, struct error *error);

#endif
