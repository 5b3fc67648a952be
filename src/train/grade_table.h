/* A grid of graded files: what a sweep's runs are to a report, made of completions of anybody's models. */
#ifndef COTNOISE_TRAIN_GRADE_TABLE_H
#define COTNOISE_TRAIN_GRADE_TABLE_H

#include "train/grade.h"

/* Grades every file that a line of PATH ("-": standard input) names, and writes DIRECTORY/results.csv, a row
 * each; DIRECTORY is made. A line is an object:
 *
 *     {"file":"d3-s1.jsonl","noise.digit":0.3,"seed":1,"model":"pythia-410m","data.samples":20000}
 *
 * "file" is as a shell in the same place would take it, and the run's name in the table; "seed" a whole
 * number (1 without it); "model" any name ("outside" without it). All else are options as a spec says them,
 * dotted or nested. They are what the training data was made with, and how true completions are written
 * (format, reverse, line_limit, visibility), so that options->mix is not looked at. The task is that of the
 * file's lines; its sizes may be told. What is not known of such a run is empty in the table. ERR_INPUT with
 * PATH:LINE for what cannot be used, and when DIRECTORY holds a sweep, whose runs are in folders. */
enum err grade_table(const char *path, const struct grade_options *options, const char *directory,
                     struct error *error);

#endif
