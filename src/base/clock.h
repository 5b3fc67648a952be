/* Time that only goes forward. */
#ifndef COTNOISE_BASE_CLOCK_H
#define COTNOISE_BASE_CLOCK_H

/* Seconds since some moment in the past; untouched by changes of the date. */
double clock_seconds(void);

#endif
