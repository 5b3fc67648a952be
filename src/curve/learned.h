/* Levels whose seeds learn or do not, and what is known of the share of seeds that learn.
 *
 * A seed has learned at a level when its accuracy is at least half of the clean accuracy. A level is split
 * when it has seeds of both sorts, and between them a gap of more than a third of the clean accuracy: then
 * its mean is of two sorts of models, and no model is near it. */
#ifndef COTNOISE_CURVE_LEARNED_H
#define COTNOISE_CURVE_LEARNED_H

#include <stdbool.h>

#include "base/err.h"
#include "curve/statistics.h"

/* Share of the level's runs whose accuracy is at least half of `clean`. */
double learned_share(const struct level *level, double clean);

bool learned_is_split(const struct level *level, double clean);

/* Whether chance of learning is at work along the curve, as far as can be seen: some level is split, or every
 * seed has learned at one level and none at the next with such a gap between them, or a level has a single
 * seed, which cannot show it. */
bool learned_by_chance(const struct level *levels, size_t count, double clean);

/* 95 % interval of the noise at which the mean accuracy falls to share * clean accuracy, when each seed
 * learns with a chance q that falls along the tested levels as q = 1 / (1 + exp((i - m) / s)), i being the
 * number of the level. Of m and s (m uniform, s log-uniform) the posterior is computed on a grid, the number
 * of seeds that have learned being binomial; the mean at a level is q times the accuracy of the seeds that
 * have learned there plus 1 - q times that of the others.
 *
 * `clean`: mean of the clean runs, which are at levels[0] where `starts_clean`. low is levels[0].noise where
 * the curve may begin below the threshold, high INFINITY where it may never fall below. ERR_RUNTIME without
 * memory.
 * Source: M. Kuss, F. Jäkel and F. A. Wichmann, "Bayesian inference for psychometric functions", Journal of
 * Vision 5 (2005). */
enum err learned_interval(const struct level *levels, size_t count, double clean, bool starts_clean,
                          double share, struct interval *interval, struct error *error);

#endif
