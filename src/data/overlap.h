/* What of a test a training set gives away: the same problem, or its twin with the two numbers exchanged. */
#ifndef COTNOISE_DATA_OVERLAP_H
#define COTNOISE_DATA_OVERLAP_H

#include <stdint.h>

#include "base/err.h"
#include "data/dataset.h"
#include "trace/sample.h"

/* A hash of the twin's prompt, for a sample of a symmetric task (a + b, gcd(a, b)); 0 where there is no twin
 * or it is the sample itself. `scratch` starts from {0}; the caller frees it. ERR_RUNTIME without memory. */
enum err overlap_twin(const struct sample *sample, const struct vocabulary *vocabulary,
                      struct tokens *scratch, uint64_t *twin, struct error *error);

/* Counts the problems whose prompt stands in the training set, and those whose twin does. ERR_RUNTIME without
 * memory. */
enum err overlap_count(const struct dataset *training, const struct dataset *problems, int64_t *same,
                       int64_t *twins, struct error *error);

#endif
