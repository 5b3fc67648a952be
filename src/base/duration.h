/* Durations for people. */
#ifndef COTNOISE_BASE_DURATION_H
#define COTNOISE_BASE_DURATION_H

enum { DURATION_LENGTH = 32 };

/* "45 s", "3 min 20 s", "2 h 05 min": begun seconds count as whole ones, and what is below 0 is 0. "?" for
 * NaN and for what is beyond 1e10 seconds. Returns `text`. */
const char *duration_text(double seconds, char text[DURATION_LENGTH]);

#endif
