/* What a step of reinforcement learning lowers, target by target. See objective.h. */
#include "nn/objective.h"

#include <math.h>
#include <stdbool.h>

#include "base/portable.h"

void objective_add(struct objective_sums *sums, const struct objective_sums *more) {
    sums->targets += more->targets;
    sums->clipped += more->clipped;
    sums->loss += more->loss;
    sums->kl += more->kl;
    sums->drift += more->drift;
    sums->entropy += more->entropy;
    sums->value_error += more->value_error;
    sums->difference = fmax(sums->difference, more->difference);
}

/* The policy's term: its value, and its slope by lp. */
static double policy_term(const struct objective *objective, const struct objective_target *target,
                          double log_probability, struct objective_sums *sums, double *slope) {
    double A = target->advantage, ratio = 1, drifted = 0;
    if (!isnan(target->old)) {
        drifted = log_probability - target->old;
        ratio = portable_exp(drifted);
        sums->drift += ratio - 1 - drifted;
        if (fabs(drifted) > sums->difference) sums->difference = fabs(drifted);
    }
    double kept = ratio;
    if (kept < 1 - objective->clip) kept = 1 - objective->clip;
    if (kept > 1 + objective->clip_high) kept = 1 + objective->clip_high;
    bool clipped = kept * A < ratio * A;
    sums->clipped += clipped;
    *slope = clipped ? 0 : -ratio * A;
    return clipped ? -kept * A : -ratio * A;
}

/* The value's term, without its weight: half of the larger square; *slope is by v. */
static double value_term(const struct objective *objective, const struct objective_target *target,
                         double value, struct objective_sums *sums, double *slope) {
    double off = value - target->returns, moved = value - target->old_value;
    double square = off * off;
    sums->value_error += square;
    *slope = off;
    if (fabs(moved) <= objective->value_clip) return square / 2;
    double held = target->old_value + copysign(objective->value_clip, moved) - target->returns;
    if (held * held <= square) return square / 2;
    *slope = 0; /* v' does not move with v */
    return held * held / 2;
}

struct objective_slopes objective_slopes(const struct objective *objective,
                                         const struct objective_target *target, double log_probability,
                                         double value, struct objective_sums *sums) {
    struct objective_slopes slopes = {0};
    double term = policy_term(objective, target, log_probability, sums, &slopes.log_probability);
    if (objective->beta > 0) {
        double less = target->reference - log_probability, ratio = portable_exp(less);
        sums->kl += ratio - less - 1;
        term += objective->beta * (ratio - less - 1);
        slopes.log_probability += objective->beta * (1 - ratio);
    }
    if (objective->value_weight > 0) {
        term += objective->value_weight * value_term(objective, target, value, sums, &slopes.value);
        slopes.value *= objective->value_weight * target->weight;
    }
    slopes.log_probability *= target->weight;
    sums->loss += target->weight * term;
    sums->targets++;
    return slopes;
}
