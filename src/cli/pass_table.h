/* What `cotnoise eval` and `cotnoise grade` print of completions that were judged. */
#ifndef COTNOISE_CLI_PASS_TABLE_H
#define COTNOISE_CLI_PASS_TABLE_H

#include <stdio.h>

#include "record/record.h"

/* Accuracy with its interval, the shares beside it, and the test loss where it was measured. */
void pass_table_print_evaluation(const struct evaluation *evaluation, FILE *stream);

/* pass@k for each k with its interval, then what else the completions came to. `drawn` says how they came
 * about (", drawn at temperature 1", or ""), `unended` what those are that did not end ("cut off"; at most 14
 * letters). */
void pass_table_print(const struct pass_evaluation *pass, const char *drawn, const char *unended,
                      FILE *stream);

#endif
