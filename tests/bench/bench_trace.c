/* Speed of the trace engine on one core: samples a second as tokens and as JSONL lines, 1-10-digit addition
 * first, then every task at its default sizes.
 *
 * bench_trace [seconds a figure [task [max_digits]]]: of all of these, or of one task. Seconds are the
 * processor's own, and the best of the rounds counts. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "data/mix.h"
#include "tasks/tasks.h"

enum { ROUNDS = 5, CHUNK = 200 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time); /* a core's time: others may be at work on the machine */
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void stop_on(enum err code, const struct error *error) {
    if (!code) return;
    fprintf(stderr, "bench_trace: %s\n", error->message);
    exit(1);
}

struct subject {
    const struct mix *mix;
    const struct vocabulary *vocabulary;
    struct mix_sampler *sampler;
    struct buffer text;
    double tokens; /* a sample */
};

/* Samples a second in the best round. */
static double measure(struct subject *s, bool as_json, double seconds) {
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t index = 0;
        double started = now(), elapsed = 0, tokens = 0;
        while (elapsed < seconds / ROUNDS) {
            for (int i = 0; i < CHUNK; i++) {
                struct sample sample;
                struct error error;
                stop_on(mix_sample(s->sampler, 1, SPLIT_TRAIN, index++, &sample, &error), &error);
                tokens += (double)(sample.prompt.count + sample.completion.count + 2);
                if (!as_json) continue;
                buffer_clear(&s->text);
                sample_json(&sample, s->vocabulary, false, &s->text);
            }
            elapsed = now() - started;
        }
        s->tokens = tokens / (double)index;
        if ((double)index / elapsed > best) best = (double)index / elapsed;
    }
    return best;
}

static void report(const char *label, const struct task *task, int max_digits, double seconds) {
    struct mix mix;
    struct subject s = {.mix = &mix};
    struct vocabulary *vocabulary = NULL;
    struct error error;
    mix_default(&mix);
    mix.entries = 1;
    mix.entry[0] = (struct mix_entry){.task = task, .weight = 1, .sizes = task->sizes};
    if (max_digits) mix.entry[0].sizes.max_digits = max_digits;
    stop_on(mix_vocabulary(&mix, &vocabulary, &error), &error);
    s.vocabulary = vocabulary;
    stop_on(mix_sampler_create(&mix, vocabulary, false, &s.sampler, &error), &error);
    double tokens = measure(&s, false, seconds), lines = measure(&s, true, seconds);
    printf("%-24s %10.0f samples/s as tokens %10.0f/s as JSONL   %5.0f tokens a sample\n", label, tokens,
           lines, s.tokens);
    buffer_free(&s.text);
    mix_sampler_free(s.sampler);
    vocabulary_free(vocabulary);
}

int main(int argc, char **argv) {
    double seconds = argc > 1 ? atof(argv[1]) : 1;
    if (argc > 2) {
        const struct task *task = task_find(argv[2]);
        if (!task) stop_on(ERR_INPUT, &(struct error){"no such task"});
        report(task->name, task, argc > 3 ? atoi(argv[3]) : 0, seconds);
        return 0;
    }
    report("add, 1 to 10 digits", task_find("add"), 10, seconds);
    for (int i = 0; task_list[i]; i++) report(task_list[i]->name, task_list[i], 0, seconds);
    return 0;
}
