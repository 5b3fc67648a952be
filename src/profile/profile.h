/* The noise profile of a data set: what noise its samples have, one by one and as a whole. */
#ifndef COTNOISE_PROFILE_PROFILE_H
#define COTNOISE_PROFILE_PROFILE_H

#include <stdio.h>

#include "base/err.h"
#include "base/team.h"
#include "data/mix.h"
#include "profile/account.h"
#include "profile/estimate.h"

enum { PROFILE_WARNINGS = 5 }; /* malformed lines that are complained of one by one */

struct profile_request {
    const char *path;                                 /* JSONL; "-": standard input */
    const struct mix *mix;                            /* one task, its visibility, the line limit, reverse */
    bool drop[ACCOUNT_LABELS];                        /* samples with these labels are not written */
    FILE *kept;                                       /* where the others are written; NULL: nowhere */
    void (*warn)(void *context, const char *message); /* of malformed lines; may be NULL */
    void *context;
};

struct profile {
    int64_t samples;   /* that were measured */
    int64_t others;    /* lines of other tasks, passed over */
    int64_t malformed; /* lines that cannot be read as samples, passed over */
    int64_t labelled[ACCOUNT_LABELS];
    int64_t written;
    int digits, elements; /* the most of an argument, and of a list; 0 without one */
    struct estimate estimate;
};

/* Reads the file once, measures and labels each sample, writes those to be kept, then estimates. A line needs
 * "args" and "completion"; "task", where it is there and not null, says whether it is of the mix's task. The
 * result is the same for any number of threads. ERR_INPUT when no line can be used. */
enum err profile_file(const struct profile_request *request, struct team *team, struct profile *profile,
                      struct error *error);

#endif
