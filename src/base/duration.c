/* Durations for people. See duration.h. */
#include "base/duration.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

const char *duration_text(double seconds, char text[DURATION_LENGTH]) {
    if (!(seconds <= 1e10)) return strcpy(text, "?");
    int64_t whole = seconds > 0 ? (int64_t)ceil(seconds) : 0;
    if (whole < 60)
        snprintf(text, DURATION_LENGTH, "%" PRId64 " s", whole);
    else if (whole < 3600)
        snprintf(text, DURATION_LENGTH, "%" PRId64 " min %02" PRId64 " s", whole / 60, whole % 60);
    else
        snprintf(text, DURATION_LENGTH, "%" PRId64 " h %02" PRId64 " min", whole / 3600, whole / 60 % 60);
    return text;
}
