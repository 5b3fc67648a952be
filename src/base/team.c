/* A team of threads that shares out a fixed number of lanes of work. See team.h. */
#include "base/team.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct team {
    pthread_mutex_t lock;
    pthread_cond_t work_posted, work_done;
    void (*work)(void *context, int lane);
    void *context;
    int lanes, next_lane, unfinished; /* of the job at hand */
    bool closing;
    int threads, started;
    pthread_t thread[];
};

/* Takes lanes until none is left. Called and left with the lock held. */
static void take_lanes(struct team *team) {
    while (team->next_lane < team->lanes) {
        int lane = team->next_lane++;
        pthread_mutex_unlock(&team->lock);
        team->work(team->context, lane);
        pthread_mutex_lock(&team->lock);
        if (--team->unfinished == 0) pthread_cond_signal(&team->work_done);
    }
}

static void *member(void *argument) {
    struct team *team = argument;
    pthread_mutex_lock(&team->lock);
    while (!team->closing) {
        take_lanes(team);
        pthread_cond_wait(&team->work_posted, &team->lock);
    }
    pthread_mutex_unlock(&team->lock);
    return NULL;
}

enum err team_create(int threads, struct team **out, struct error *error) {
    assert(threads >= 1);
    struct team *team = memory_array(1, sizeof *team + (size_t)threads * sizeof(pthread_t));
    if (!team) return err_memory(error, "threads");
    pthread_mutex_init(&team->lock, NULL);
    pthread_cond_init(&team->work_posted, NULL);
    pthread_cond_init(&team->work_done, NULL);
    team->threads = threads;
    while (team->started < threads - 1) {
        int reason = pthread_create(&team->thread[team->started], NULL, member, team);
        if (reason) {
            int started = team->started;
            team_free(team);
            return err_set(error, ERR_RUNTIME, "cannot start thread %d of %d: %s", started + 2, threads,
                           strerror(reason));
        }
        team->started++;
    }
    *out = team;
    return ERR_OK;
}

void team_run(struct team *team, int lanes, void (*work)(void *context, int lane), void *context) {
    pthread_mutex_lock(&team->lock);
    assert(team->unfinished == 0);
    team->work = work;
    team->context = context;
    team->lanes = team->unfinished = lanes;
    team->next_lane = 0;
    pthread_cond_broadcast(&team->work_posted);
    take_lanes(team);
    while (team->unfinished > 0) pthread_cond_wait(&team->work_done, &team->lock);
    pthread_mutex_unlock(&team->lock);
}

int team_threads(const struct team *team) { return team->threads; }

void team_free(struct team *team) {
    if (!team) return;
    pthread_mutex_lock(&team->lock);
    team->closing = true;
    pthread_cond_broadcast(&team->work_posted);
    pthread_mutex_unlock(&team->lock);
    for (int i = 0; i < team->started; i++) pthread_join(team->thread[i], NULL);
    pthread_cond_destroy(&team->work_posted);
    pthread_cond_destroy(&team->work_done);
    pthread_mutex_destroy(&team->lock);
    free(team);
}
