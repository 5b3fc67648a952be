/* The runs that are to be started. See queue.h. */
#include "sweep/queue.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum err queue_make(const struct plan *plan, int attempts, struct queue *queue, struct error *error) {
    size_t runs = (size_t)plan->count, starts;
    *queue = (struct queue){.plan = plan};
    if (__builtin_mul_overflow(runs, (size_t)attempts, &starts)) return err_memory(error, "the queue");
    queue->run = memory_array(starts, sizeof(struct planned_run *));
    queue->look_at = memory_array(runs, sizeof *queue->look_at);
    return queue->run && queue->look_at ? ERR_OK : err_memory(error, "the queue");
}

void queue_free(struct queue *queue) {
    free(queue->run);
    free(queue->look_at);
    *queue = (struct queue){0};
}

void queue_add(struct queue *queue, struct planned_run *run) { queue->run[queue->count++] = run; }

static bool is_ready(const struct queue *queue, const struct planned_run *run, double now) {
    bool has_start = run->parent < 0 || queue->plan->runs[run->parent].complete;
    return has_start && queue->look_at[run->run] <= now;
}

struct planned_run *queue_first(struct queue *queue, double now) {
    for (int i = queue->next; i < queue->count; i++) {
        struct planned_run *run = queue->run[i];
        if (!is_ready(queue, run, now)) continue;
        /* It goes to the front; those that it overtakes keep their order. */
        memmove(&queue->run[queue->next + 1], &queue->run[queue->next],
                (size_t)(i - queue->next) * sizeof(struct planned_run *));
        return queue->run[queue->next] = run;
    }
    return NULL;
}

void queue_take(struct queue *queue) {
    assert(queue->next < queue->count);
    queue->next++;
}

void queue_put_back(struct queue *queue, struct planned_run *run) {
    assert(queue->next > 0);
    queue->run[--queue->next] = run;
}

int queue_drop_children(struct queue *queue, const struct planned_run *parent) {
    int kept = queue->next;
    for (int i = queue->next; i < queue->count; i++)
        if (queue->run[i]->parent != parent->run) queue->run[kept++] = queue->run[i];
    int dropped = queue->count - kept;
    queue->count = kept;
    return dropped;
}
