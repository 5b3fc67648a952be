/* The noise of a data set, estimated by simulation.
 *
 * Contamination and rates are sought under which samples made from the same problems look, in the mean of
 * their moments, as the given ones do: the method of simulated moments, with the inverse of the moments'
 * covariance as weights and the same random draws for every guess.
 * Source: D. McFadden, "A Method of Simulated Moments for Estimation of Discrete Response Models Without
 * Numerical Integration", Econometrica 57 (1989). */
#ifndef COTNOISE_PROFILE_ESTIMATE_H
#define COTNOISE_PROFILE_ESTIMATE_H

#include "base/err.h"
#include "base/team.h"
#include "base/wilson.h"
#include "profile/moments.h"

/* What is estimated, each in 0 ... 1. The rates are those of the kinds `digit`, `line` and `dynamic`. */
enum estimate_parameter {
    ESTIMATE_CONTAMINATION,
    ESTIMATE_DIGIT,
    ESTIMATE_LINE,
    ESTIMATE_DYNAMIC,
    ESTIMATE_PARAMETERS
};
extern const char
    *const estimate_parameter_names[]; /* contamination, digit, line, dynamic; NULL-terminated */

struct estimate {
    double value[ESTIMATE_PARAMETERS];
    struct interval interval[ESTIMATE_PARAMETERS]; /* 95 %, from the curvature at the estimate */
    double misfit; /* mean squared distance of the moments from what the estimate gives, in standard errors:
                      about 1 where these kinds of noise are the ones at work */
};

/* Problems of the given samples, from which the simulated ones are made. */
struct problem_pool {
    const struct task *task;
    const struct arguments *arguments;
    int count; /* >= 1 */
};

/* `mix` gives visibility and line limit; its rates are not used. The result is the same for any number of
 * threads. Samples without any visible noise give 0 throughout. */
enum err estimate_noise(const struct mix *mix, const struct problem_pool *pool, const struct moments *given,
                        struct team *team, struct estimate *estimate, struct error *error);

#endif
