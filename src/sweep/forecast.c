/* How long a sweep will take. See forecast.h; start reading at forecast_left. */
#include "sweep/forecast.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/plural.h"
#include "sweep/progress.h"

/* What a calibration counts for, of each worker. */
#define TRUST_SECONDS 20

/* Training of a running run says nothing before: the first steps find cold memory. */
#define FIRST_SECONDS 5

/* Work of each worker from which a speed follows where there was no calibration. */
#define SETTLED_SECONDS 15

const struct planned_run *forecast_largest(struct planned_run *const *waiting, int count) {
    const struct planned_run *largest = NULL;
    for (int i = 0; i < count; i++)
        if (!largest || waiting[i]->work > largest->work) largest = waiting[i];
    return largest;
}

enum err forecast_make(const struct plan *plan, int workers, const struct rehearsal *measured,
                       const struct planned_run *like, struct forecast *forecast, struct error *error) {
    struct forecast made = {.runs = memory_array((size_t)plan->count, sizeof *made.runs),
                            .known = measured || plan->work_per_second > 0,
                            .speed = measured ? measured->training * workers : 0,
                            .workers = workers};
    if (!made.runs) return err_memory(error, "the forecast");
    for (int i = 0; i < plan->count; i++) {
        const struct planned_run *run = &plan->runs[i];
        struct forecast_run *expected = &made.runs[i];
        if (measured) {
            double size = run->parameters / like->parameters;
            expected->making = run->samples / measured->making;
            expected->training =
                (double)run->tokens * size / measured->training + run->drawn * size / measured->testing;
            expected->testing = run->tested * size / measured->testing;
        } else {
            expected->training = run->work / (plan->work_per_second > 0 ? plan->work_per_second : 1);
        }
    }
    *forecast = made;
    return ERR_OK;
}

void forecast_free(struct forecast *forecast) {
    free(forecast->runs);
    *forecast = (struct forecast){0};
}

/* --- what becomes of a worker -------------------------------------------------------------------- */

struct forecast_worker forecast_start(int run, double now) {
    return (struct forecast_worker){.run = run, .started = now};
}

void forecast_hear(struct forecast_worker *worker, const struct run_progress *progress, double now) {
    if (progress->steps <= 0 && !progress->rollouts) return; /* nothing was said yet */
    worker->share = progress_share(progress);
    if (!worker->trained) {
        worker->trained = now;
        worker->first_share = worker->share;
    }
    if (!worker->tested && progress->phase != RUN_TRAINING) worker->tested = now;
}

void forecast_end(struct forecast *forecast, const struct forecast_worker *worker, double now) {
    const struct forecast_run *run = &forecast->runs[worker->run];
    forecast->taken += now - worker->started;
    forecast->expected += run->making + (1 - worker->first_share) * run->training + run->testing;
}

/* --- how long it will take ----------------------------------------------------------------------- */

/* How much longer than expected everything takes; NaN while that is not settled. */
static double correction(const struct forecast *forecast, const struct forecast_worker *worker, int running,
                         double now) {
    double taken = forecast->taken, expected = forecast->expected;
    for (int i = 0; i < running; i++) {
        double until = worker[i].tested ? worker[i].tested : now;
        if (!worker[i].trained || until - worker[i].trained < FIRST_SECONDS) continue;
        taken += until - worker[i].trained;
        expected += (worker[i].share - worker[i].first_share) * forecast->runs[worker[i].run].training;
    }
    if (!forecast->known && (expected <= 0 || taken < SETTLED_SECONDS * forecast->workers)) return NAN;
    double trust = forecast->known ? TRUST_SECONDS * forecast->workers : 0;
    return (trust + taken) / (trust + expected);
}

static double rest(const struct forecast_run *run, const struct forecast_worker *worker, double factor,
                   double now) {
    double making = factor * run->making, testing = factor * run->testing, training = factor * run->training;
    if (worker->tested) return fmax(0, testing - (now - worker->tested));
    if (worker->trained) return (1 - worker->share) * training + testing;
    return fmax(0, making - (now - worker->started)) + training + testing;
}

/* Makes the first of `count` moments, which may have become later, stand where it belongs: a heap, with the
 * earliest on top. */
static void sink(double *free_at, int count, int place) {
    for (int next; (next = 2 * place + 1) < count; place = next) {
        if (next + 1 < count && free_at[next + 1] < free_at[next]) next++;
        if (free_at[place] <= free_at[next]) return;
        double held = free_at[place];
        free_at[place] = free_at[next];
        free_at[next] = held;
    }
}

/* When the last run is through, each being taken by the worker that is free first. */
static double play(const struct forecast *forecast, double factor, struct planned_run *const *waiting,
                   int count, double *free_at) {
    double last = 0;
    for (int place = forecast->workers; place-- > 0;) sink(free_at, forecast->workers, place);
    for (int i = 0; i < count; i++) {
        const struct forecast_run *run = &forecast->runs[waiting[i]->run];
        free_at[0] += factor * (run->making + run->training + run->testing);
        sink(free_at, forecast->workers, 0);
    }
    for (int i = 0; i < forecast->workers; i++) last = fmax(last, free_at[i]);
    return last;
}

double forecast_left(const struct forecast *forecast, const struct forecast_worker *worker, int running,
                     struct planned_run *const *waiting, int count, double now) {
    double factor = correction(forecast, worker, running, now);
    if (isnan(factor)) return NAN;
    double *free_at = memory_array((size_t)forecast->workers, sizeof *free_at);
    if (!free_at) return NAN;
    for (int i = 0; i < running; i++)
        free_at[i] = rest(&forecast->runs[worker[i].run], &worker[i], factor, now);
    double left = play(forecast, factor, waiting, count, free_at);
    free(free_at);
    return left;
}

/* --- for people ---------------------------------------------------------------------------------- */

/* Three figures: 950, 28.6k, 1.31M. */
static void say_count(double count, struct buffer *line) {
    const char *unit = "";
    for (const char *larger = "kMGT"; count >= 999.5 && *larger; larger++) {
        count /= 1000;
        unit = larger;
    }
    int decimals = !*unit || count >= 99.95 ? 0 : count >= 9.995 ? 1 : 2;
    buffer_printf(line, "%.*f%.1s", decimals, count, unit);
}

static void say_time(double seconds, double testing, struct buffer *line) {
    const char *unit = seconds < 60 ? "s" : seconds < 3600 ? "min" : "h";
    double one = seconds < 60 ? 1 : seconds < 3600 ? 60 : 3600;
    buffer_printf(line, "about %.*f %s (%.*f testing)", seconds < 60 ? 0 : 1, seconds / one, unit,
                  seconds < 60 ? 0 : 1, testing / one);
}

void forecast_say(const struct forecast *forecast, struct planned_run *const *waiting, int count,
                  const char *level, struct buffer *line) {
    double tokens = 0, testing = 0, all = 0;
    for (int i = 0; i < count; i++) {
        const struct forecast_run *run = &forecast->runs[waiting[i]->run];
        tokens += (double)waiting[i]->tokens;
        testing += run->testing;
        all += run->making + run->training + run->testing;
    }
    double seconds = forecast_left(forecast, NULL, 0, waiting, count, 0);
    buffer_printf(line, "%d run%s: ", count, plural_s(count));
    say_count(tokens, line);
    buffer_text(line, " tokens at ");
    say_count(forecast->speed, line);
    buffer_text(line, " tokens/s");
    if (level) buffer_printf(line, " (%s)", level);
    buffer_text(line, ", ");
    say_time(seconds, all > 0 ? seconds * testing / all : 0, line);
}
