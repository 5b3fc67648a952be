/* A team of threads that shares out a fixed number of lanes of work.
 *
 * Which thread takes which lane is left to chance; a lane's result may depend only on its number, so the
 * outcome is the same for any number of threads. */
#ifndef COTNOISE_BASE_TEAM_H
#define COTNOISE_BASE_TEAM_H

#include "base/err.h"

struct team; /* opaque: its fields are guarded by a lock */

/* A team of `threads` >= 1 (the caller is one of them, so threads - 1 are started), which belongs to the
 * caller (team_free). ERR_RUNTIME when a thread cannot be started. */
enum err team_create(int threads, struct team **out, struct error *error);

/* Calls work(context, lane) once for each lane 0 ... lanes - 1 and returns when all are done. Not
 * re-entrant: work must not call team_run on the same team. Allocates nothing. */
void team_run(struct team *team, int lanes, void (*work)(void *context, int lane), void *context);

int team_threads(const struct team *team);

/* Ends the threads. NULL is fine. */
void team_free(struct team *team);

#endif
