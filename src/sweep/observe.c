/* How the runs of a sweep stand. See observe.h. */
#include "sweep/observe.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"
#include "base/memory.h"
#include "sweep/progress.h"

const char *const run_state_names[] = {"complete", "running", "failed", "waiting"};

/* Bytes at the end of metrics.jsonl that are looked at: some dozens of lines. */
enum { TAIL_BYTES = 8192, NOTE_BYTES = 1 << 16 };

static double number(const json_t *line, const char *name, double absent) {
    const json_t *value = json_object_get(line, name);
    return json_is_number(value) ? json_number_value(value) : absent;
}

/* A number from outside as a count. */
static int64_t count_of(double value) { return value >= 0 && value < 1e15 ? (int64_t)value : 0; }

/* Lines are told apart by what they have: "loss" a step's, "accuracy" an evaluation's. */
static void take_line(const char *text, size_t length, struct run_progress *progress) {
    json_t *line = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(line)) {
        json_decref(line);
        return;
    }
    progress->step = count_of(number(line, "step", 0));
    progress->tokens = count_of(number(line, "tokens", 0));
    progress->loss = number(line, "loss", progress->loss);
    progress->accuracy = number(line, "accuracy", progress->accuracy);
    double speed = number(line, "tokens_per_second", progress->tokens_per_second);
    progress->tokens_per_second = isfinite(speed) && speed >= 0 ? speed : 0;
    json_decref(line);
}

static void read_metrics(const char *directory, struct run_progress *progress) {
    char tail[TAIL_BYTES], *path = file_join(directory, "metrics.jsonl");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    free(path);
    if (fd < 0) return;
    off_t size = lseek(fd, 0, SEEK_END), from = size > TAIL_BYTES ? size - TAIL_BYTES : 0;
    ssize_t length = size < 0 ? -1 : pread(fd, tail, sizeof tail, from);
    close(fd);
    const char *start = tail, *end = tail + (length > 0 ? length : 0), *newline;
    bool whole = from == 0; /* the first line of a tail may have lost its beginning */
    for (; (newline = memchr(start, '\n', (size_t)(end - start))); start = newline + 1, whole = true)
        if (whole) take_line(start, (size_t)(newline - start), progress);
}

static void read_failure(const char *path, struct observation *seen) {
    char *bytes;
    size_t length;
    if (file_read(path, NOTE_BYTES, &bytes, &length, NULL)) return;
    json_t *note = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
    const char *reason = json_string_value(json_object_get(note, "reason"));
    struct error clean; /* makes it one harmless line */
    err_set(&clean, ERR_OK, "%s", reason ? reason : "no reason was recorded");
    snprintf(seen->reason, sizeof seen->reason, "%.*s", REASON_LENGTH - 1, clean.message);
    int64_t attempts = count_of(number(note, "attempts", 0));
    seen->attempts = attempts < 1000000 ? (int)attempts : 0;
    json_decref(note);
    free(bytes);
}

static void observe_run(const struct planned_run *run, struct observation *seen) {
    *seen = (struct observation){.now = {.accuracy = NAN, .loss = NAN}};
    char *result = file_join(run->directory, "result.json"), *lock = file_join(run->directory, "lock"),
         *failed = file_join(run->directory, "failed.json");
    bool has_failed = failed && file_exists(failed);
    if (result && file_exists(result))
        seen->state = RUN_COMPLETE;
    else if (lock && lock_is_held(lock))
        seen->state = RUN_RUNNING;
    else
        seen->state = has_failed ? RUN_FAILED : RUN_WAITING;
    if (seen->state == RUN_FAILED) read_failure(failed, seen);
    if (seen->state != RUN_COMPLETE) read_metrics(run->directory, &seen->now);
    struct run_progress *now = &seen->now;
    if (now->tokens > 0) now->steps = count_of((double)now->step * (double)run->tokens / (double)now->tokens);
    free(result);
    free(lock);
    free(failed);
}

enum err observe_runs(const struct plan *plan, struct observations *all, struct error *error) {
    struct observations made = {.runs = memory_array((size_t)plan->count, sizeof *made.runs)};
    if (!made.runs) return err_memory(error, "the runs");
    for (int i = 0; i < plan->count; i++) {
        observe_run(&plan->runs[i], &made.runs[i]);
        made.count[made.runs[i].state]++;
    }
    *all = made;
    return ERR_OK;
}

void observe_free(struct observations *all) {
    free(all->runs);
    *all = (struct observations){0};
}

double observe_seconds_left(const struct plan *plan, const struct observations *all) {
    double work = 0, pace = 0, longest = 0;
    int telling = 0;
    for (int i = 0; i < plan->count; i++) {
        const struct planned_run *run = &plan->runs[i];
        const struct observation *seen = &all->runs[i];
        if (seen->state == RUN_COMPLETE) continue;
        double left = (1 - progress_share(&seen->now)) * run->work;
        work += left;
        if (left > longest) longest = left;
        if (seen->state != RUN_RUNNING || seen->now.tokens_per_second <= 0 || run->tokens <= 0) continue;
        pace += seen->now.tokens_per_second * run->work / (double)run->tokens;
        telling++;
    }
    if (work <= 0) return 0;
    if (pace <= 0) return NAN;
    double shared = work / pace, alone = longest * telling / pace;
    return shared > alone ? shared : alone;
}
