/* The speed of this machine at what a sweep is about to do, measured with as many workers as there will be.
 */
#ifndef COTNOISE_SWEEP_CALIBRATION_H
#define COTNOISE_SWEEP_CALIBRATION_H

#include "spec/config.h"
#include "sweep/plan.h"
#include "train/rehearsal.h"

/* rehearsal_run, or a stand-in in the tests. */
typedef enum err rehearsal_function(const struct config *config, double seconds, struct rehearsal *rehearsal,
                                    struct error *error);

/* Whether so much is to be done, on so many threads in all, that two seconds for its measurement are little.
 */
bool calibration_is_worth_it(struct planned_run *const *waiting, int count, int threads);

/* Rehearses `config` in `workers` processes at once and gives the mean speed of one. Writes nothing. The
 * calling process must have one thread only. On failure *mean is untouched: ERR_INTERRUPTED when a stop is
 * asked for meanwhile (interrupt.h), ERR_RUNTIME when a worker fails, or takes so long that knowing the
 * speed is not worth it. */
enum err calibration_run(rehearsal_function *rehearse, const struct config *config, int workers,
                         struct rehearsal *mean, struct error *error);

#endif
