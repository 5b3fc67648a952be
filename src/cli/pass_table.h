/* What `cotnoise eval --pass` prints. */
#ifndef COTNOISE_CLI_PASS_TABLE_H
#define COTNOISE_CLI_PASS_TABLE_H

#include <stdio.h>

#include "record/pass_evaluation.h"

/* pass@k for each k with its interval, then what else the completions, drawn at that temperature, came to. */
void pass_table_print(const struct pass_evaluation *pass, double temperature, FILE *stream);

#endif
