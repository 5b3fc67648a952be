/* Whether training made a model worse than none. See divergence.h. */
#include "train/divergence.h"

#include <math.h>

#include "train/evaluate.h"

enum err divergence_measure(const struct gpt *gpt, struct team *team, const struct dataset *training,
                            struct divergence *divergence, struct error *error) {
    struct divergence made = {.guessing = log(gpt->config.vocabulary)};
    enum err code = evaluate_loss(gpt, team, training, DIVERGENCE_SAMPLES, &made.loss, error);
    if (code) return code;
    made.diverged = made.loss > made.guessing + DIVERGENCE_MARGIN;
    *divergence = made;
    return ERR_OK;
}
