/* What a step of reinforcement learning lowers, a term a target, and the slopes of that term.
 *
 * lp is the log-probability of the target under softmax(logits / temperature), H that softmax's entropy, v
 * the value head's output at the row that predicts the target, ratio = exp(lp - old). A target adds `weight`
 * times
 *
 *     - min(ratio A, clip(ratio, 1 - clip, 1 + clip_high) A)      PPO, Schulman et al. 2017, arXiv:1707.06347
 *     + beta (exp(reference - lp) - (reference - lp) - 1)          KL from the reference, k3
 *     - entropy H
 *     + value_weight max((v - R)^2, (v' - R)^2) / 2,  v' = old_value + clamp(v - old_value, +-value_clip)
 *
 * All of it but the entropy depends on the logits through lp alone: d / d logits = g (onehot - softmax) /
 * temperature with one slope g = d / d lp a target. Cross entropy is the case g = -1 / targets. */
#ifndef COTNOISE_NN_OBJECTIVE_H
#define COTNOISE_NN_OBJECTIVE_H

#include <stdint.h>

struct objective {
    double temperature;     /* > 0; the one that the text was sampled at */
    double clip, clip_high; /* >= 0; INFINITY: no clipping */
    double beta, entropy;   /* >= 0; 0: left out, and then `reference` is not read */
    double value_weight;    /* >= 0; 0: no value loss, and then `returns` and `old_value` are not read */
    double value_clip;      /* >= 0; INFINITY: no clipping */
};

/* What is known of one target. */
struct objective_target {
    double weight;             /* of its terms in the sum; usually 1 / targets of the step */
    double advantage;          /* A */
    double old;                /* lp when it was sampled; NaN: the policy is still the same, the ratio 1 */
    double reference;          /* its log-probability under the reference, at the same temperature */
    double returns, old_value; /* R, and v when it was sampled */
};

/* Over the targets of a step; means are these divided by `targets`. */
struct objective_sums {
    int64_t targets, clipped; /* clipped: the ratio was where the clipped term counts, so its slope is 0 */
    double loss;              /* weighted, as lowered */
    double kl;                /* k3 of the policy from the reference (0 without beta) */
    double drift;             /* ratio - 1 - log ratio, the same of `old` from the policy */
    double entropy;           /* H, in nats */
    double value_error;       /* (v - R)^2 */
    double difference;        /* largest |lp - old| */
};

/* Adds what other targets came to. */
void objective_add(struct objective_sums *sums, const struct objective_sums *more);

/* One target: its term is added to the sums (but for the entropy's part, which the caller adds), and its
 * slopes are returned: by lp, and by v. Pure. `value` is not read without value_weight. */
struct objective_slopes {
    double log_probability, value;
};
struct objective_slopes objective_slopes(const struct objective *objective,
                                         const struct objective_target *target, double log_probability,
                                         double value, struct objective_sums *sums);

#endif
