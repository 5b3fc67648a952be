/* The runs that are to be started, in their order, but none before the run that it starts from is complete.
 */
#ifndef COTNOISE_SWEEP_QUEUE_H
#define COTNOISE_SWEEP_QUEUE_H

#include <stdbool.h>

#include "base/err.h"
#include "sweep/plan.h"

struct queue {
    const struct plan *plan;
    struct planned_run **run; /* those before `next` have been taken */
    int count, next;
    double *look_at; /* by run: monotonic seconds before which it is not started; 0: any time */
};

/* Room for each run of the plan, `attempts` times. ERR_RUNTIME without memory; queue_free is due in either
 * case. */
enum err queue_make(const struct plan *plan, int attempts, struct queue *queue, struct error *error);
void queue_free(struct queue *queue);

/* Adds a run at the end. */
void queue_add(struct queue *queue, struct planned_run *run);

/* The first run that can be started `now`; NULL: there is none at this moment. It is still in the queue. */
struct planned_run *queue_first(struct queue *queue, double now);

/* Takes what queue_first found. */
void queue_take(struct queue *queue);

/* Puts the run that was taken back, in front of the others. */
void queue_put_back(struct queue *queue, struct planned_run *run);

/* Drops the runs that start from this one. Returns how many. */
int queue_drop_children(struct queue *queue, const struct planned_run *parent);

#endif
