/* What a set of samples looks like in numbers: for each sample a few measures of how far it is from clean,
 * each 0 for a clean one, and their means and covariances. */
#ifndef COTNOISE_PROFILE_MOMENTS_H
#define COTNOISE_PROFILE_MOMENTS_H

#include <stdint.h>

#include "profile/account.h"

enum moment {
    MOMENT_VISIBLE,      /* the sample differs from the clean trace at all */
    MOMENT_WRONG,        /* share of digits that differ from the clean trace */
    MOMENT_MISSING,      /* share of the clean lines that have no partner */
    MOMENT_ODD,          /* share of the given lines that are added or reshaped */
    MOMENT_ANSWER,       /* the answer is not the true one */
    MOMENT_STEP,         /* share of digits that differ from what follows from the lines before */
    MOMENT_STEP_MISSING, /* share of the replayed lines that are missing */
    MOMENT_STEP_ODD,     /* share of the given lines that are left over or reshaped in the replay */
    MOMENT_STEP_ANSWER,  /* share of the answer's digits that do not follow from the lines before */
    MOMENT_ON_PAPER,     /* share of the given lines with what only paper can show: 07, changed arguments */
    MOMENT_VISIBLE_LONG, /* visible, weighed by the length of the clean trace: longer ones are hit more surely
                          */
    MOMENT_TWO,          /* two digits or lines at least differ from the clean trace */
    MOMENT_STEP_TWO,     /* two digits at least differ from what follows from the lines before */
    MOMENT_WRONG_SQUARE,
    MOMENT_MISSING_SQUARE,
    MOMENT_STEP_SQUARE,
    MOMENTS,
};

struct moments {
    int64_t samples;
    double sum[MOMENTS], product[MOMENTS][MOMENTS];
};

/* Adds a sample of `lines` given lines. */
void moments_add(struct moments *moments, const struct account *account, int lines);
void moments_merge(struct moments *to, const struct moments *from);

/* Means over the samples (at least one), and the covariance matrix of a single sample. */
void moments_mean(const struct moments *moments, double mean[MOMENTS]);
void moments_covariance(const struct moments *moments, double covariance[MOMENTS][MOMENTS]);

#endif
