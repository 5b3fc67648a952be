/* The middle one of some numbers. */
#ifndef COTNOISE_BASE_MIDDLE_H
#define COTNOISE_BASE_MIDDLE_H

/* The median of n >= 1 finite numbers, the upper one where two are in the middle; sorts them. */
double middle_of(double *values, int n);

#endif
