/* What a run would leave, without the training: for sweeps whose runs are stand-ins. */
#ifndef COTNOISE_TESTS_SUPPORT_STAND_IN_H
#define COTNOISE_TESTS_SUPPORT_STAND_IN_H

#include "record/record.h"
#include "spec/spec.h"

/* A spec "name: trial", task add, and `text`; `word` (may be NULL) over it as on the command line. */
struct spec *stand_in_spec(const char *text, const char *word);

/* Leaves what makes the run complete, under the ID of its directory: of 10 problems so many were solved. */
enum err stand_in_result(const struct config *config, const char *directory, int correct,
                         struct error *error);

#endif
