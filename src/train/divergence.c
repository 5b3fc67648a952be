/* Whether training made a model worse than none. See divergence.h. */
#include "train/divergence.h"

#include <math.h>

#include "train/evaluate.h"

enum err divergence_measure(const struct gpt *gpt, struct team *team, const struct dataset *training,
                            double before, struct divergence *divergence, struct error *error) {
    double guessing = log(gpt->config.vocabulary);
    struct divergence made = {.began_worse = before > guessing, .bound = fmax(guessing, before)};
    enum err code = evaluate_loss(gpt, team, training, DIVERGENCE_SAMPLES, &made.loss, error);
    if (code) return code;
    made.diverged = made.loss > made.bound + DIVERGENCE_MARGIN;
    *divergence = made;
    return ERR_OK;
}
