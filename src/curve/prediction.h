/* Predicts the accuracy of a model trained on noisy data from measured cells, by Gaussian process regression.
 *
 * Accuracies enter as asin(sqrt(accuracy)), whose variance does not depend on the accuracy. A level is a
 * point with two coordinates a kind, which grow with the rate times the share of noised samples: a clean
 * level is the origin whatever else is said of it. The share is not the contamination but what a reader makes
 * of it who has seen lines without an error: of data in which half of the samples are noised heavily, a clean
 * beginning says that this sample is of the other half (Bayes' rule). The covariance is a constant, a linear
 * and a squared exponential part with a length for each kind; runs stray from it, and all runs of one seed
 * (one test, one beginning of training) by something that they share: cells of the same seeds are not wrong
 * independently. Its parameters, and for each kind how many such lines, at most two, are those of the largest
 * marginal likelihood (none where no cell can tell). Source: C.
 * E. Rasmussen and C. K. I. Williams, "Gaussian Processes for Machine Learning" (2006), chapters 2 and 5. */
#ifndef COTNOISE_CURVE_PREDICTION_H
#define COTNOISE_CURVE_PREDICTION_H

#include <stdbool.h>

#include "base/wilson.h"
#include "curve/measured.h"

enum { PREDICTION_CELLS_MIN = 5, PREDICTION_CELLS_MAX = 1000 };

struct prediction {
    double accuracy;
    struct interval interval;   /* 95 % for the mean accuracy over many seeds */
    struct noise_level nearest; /* the measured level nearest to the one asked for */
    double nearest_accuracy;    /* mean */
    double distance;            /* to it: the largest difference of contamination * rate over the kinds */
    double relative_distance;   /* the same in the lengths over which accuracy changes; beyond 1 or so the
                                   prediction is little more than a guess */
    bool outside;               /* some kind's contamination * rate is larger than in any cell */
};

/* ERR_INPUT when the setting has fewer or more cells than it can be predicted from. */
enum err prediction_make(const struct measured_setting *setting, const struct noise_level *level,
                         struct prediction *prediction, struct error *error);

#endif
