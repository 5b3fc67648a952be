/* Means and covariances of what samples look like. See moments.h. */
#include "profile/moments.h"

static double share(int part, int whole) { return whole > 0 ? (double)part / whole : 0; }

void moments_add(struct moments *moments, const struct account *a, int lines) {
    double v[MOMENTS] = {0};
    const struct replay_outcome *o = &a->dynamic;
    if (a->visible) {
        v[MOMENT_VISIBLE] = 1;
        v[MOMENT_WRONG] = share(a->pairing.wrong, a->pairing.digits);
        v[MOMENT_MISSING] = share(a->pairing.missing, a->clean_lines - 1);
        v[MOMENT_ODD] = share(a->pairing.added + a->pairing.reshaped, lines);
        v[MOMENT_ANSWER] = !a->answer_right;
        v[MOMENT_STEP] = share(o->dynamic_wrong, o->dynamic_digits + o->reshaped);
        v[MOMENT_STEP_MISSING] = share(o->missing, o->lines - 1);
        v[MOMENT_STEP_ODD] = share(o->left + o->reshaped, lines);
        v[MOMENT_STEP_ANSWER] = share(o->answer_wrong, o->answer_digits);
        v[MOMENT_ON_PAPER] = share(o->leading_zeros + o->static_wrong, lines);
        v[MOMENT_VISIBLE_LONG] = share(a->clean_lines, a->clean_lines + 8);
        v[MOMENT_TWO] = a->pairing.wrong + a->pairing.missing >= 2;
        v[MOMENT_STEP_TWO] = o->dynamic_wrong >= 2;
        v[MOMENT_WRONG_SQUARE] = v[MOMENT_WRONG] * v[MOMENT_WRONG];
        v[MOMENT_MISSING_SQUARE] = v[MOMENT_MISSING] * v[MOMENT_MISSING];
        v[MOMENT_STEP_SQUARE] = v[MOMENT_STEP] * v[MOMENT_STEP];
    }
    moments->samples++;
    for (int i = 0; i < MOMENTS; i++) {
        moments->sum[i] += v[i];
        for (int j = 0; j < MOMENTS; j++) moments->product[i][j] += v[i] * v[j];
    }
}

void moments_merge(struct moments *to, const struct moments *from) {
    to->samples += from->samples;
    for (int i = 0; i < MOMENTS; i++) {
        to->sum[i] += from->sum[i];
        for (int j = 0; j < MOMENTS; j++) to->product[i][j] += from->product[i][j];
    }
}

void moments_mean(const struct moments *moments, double mean[MOMENTS]) {
    for (int i = 0; i < MOMENTS; i++) mean[i] = moments->sum[i] / (double)moments->samples;
}

void moments_covariance(const struct moments *moments, double covariance[MOMENTS][MOMENTS]) {
    double mean[MOMENTS];
    moments_mean(moments, mean);
    for (int i = 0; i < MOMENTS; i++)
        for (int j = 0; j < MOMENTS; j++)
            covariance[i][j] = moments->product[i][j] / (double)moments->samples - mean[i] * mean[j];
}
