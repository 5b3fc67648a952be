/* What a task does, as a number. See behaviour.h. */
#include "data/behaviour.h"

#include <xxhash.h>

#include "data/mix.h"
#include "tasks/tasks.h"
#include "trace/drawing.h"

/* Samples by default and by small sizes; draws until one suits the task. */
enum { USUAL = 16, SMALL = 32, DRAWS = 1000, SIZES = 3 };

static const uint64_t seed = 1;
static const double middle_rate = 0.5;

static bool takes_negative(const struct task *task) {
    for (int p = 0; p < PARAMETERS_MAX && task->parameters[p].name; p++)
        if (task->parameters[p].negative) return true;
    return false;
}

/* The default sizes; single digits, with lists of any length up to the longest; and small numbers of both
 * signs. */
static void choose_sizes(const struct task *task, struct sizes sizes[SIZES]) {
    for (int i = 0; i < SIZES; i++) sizes[i] = task->sizes;
    sizes[1].sampling = SAMPLING_LENGTH;
    sizes[1].min_digits = sizes[1].max_digits = 1;
    sizes[1].min_length = 0;
    sizes[2].sampling = SAMPLING_MAGNITUDE;
    sizes[2].min = takes_negative(task) ? -9 : 0;
    sizes[2].max = 9;
    sizes[2].min_length = 0;
}

static void add_span(struct buffer *text, const struct vocabulary *vocabulary, struct token_span span) {
    vocabulary_render(vocabulary, span.id, span.count, false, text);
    buffer_char(text, '\0');
}

/* Appends sample `index`, the same for every seed and of a stream that no run draws from. */
static enum err add_sample(struct mix_sampler *sampler, const struct vocabulary *vocabulary,
                           const struct mix_entry *entry, uint64_t index, struct buffer *text,
                           struct error *error) {
    struct pcg pcg = pcg_stream(seed, "behaviour", index);
    struct arguments arguments = {0};
    struct sample sample;
    int draws = 0;
    while (draws < DRAWS && !drawing_arguments(entry->task, &entry->sizes, &pcg, &arguments)) draws++;
    if (draws == DRAWS) return ERR_OK; /* sizes that this task cannot use */
    enum err code =
        mix_sample_problem(sampler, seed, SPLIT_TRAIN, index, entry->task, &arguments, &sample, error);
    if (code) return code;
    add_span(text, vocabulary, sample.prompt);
    add_span(text, vocabulary, sample.completion);
    add_span(text, vocabulary, sample.answer);
    buffer_char(text, sample.truncated ? '1' : '0');
    return ERR_OK;
}

/* Appends the samples of every choice of sizes. */
static enum err add_samples(struct mix *mix, const struct vocabulary *vocabulary, struct buffer *text,
                            struct error *error) {
    struct sizes sizes[SIZES];
    struct mix_sampler *sampler;
    enum err code = mix_sampler_create(mix, vocabulary, false, &sampler, error);
    if (code) return code;
    choose_sizes(mix->entry[0].task, sizes);
    uint64_t index = 0;
    for (int s = 0; s < SIZES; s++) {
        mix->entry[0].sizes = sizes[s];
        for (int i = 0; i < (s ? SMALL : USUAL) && !code; i++)
            code = add_sample(sampler, vocabulary, &mix->entry[0], index++, text, error);
    }
    mix_sampler_free(sampler);
    return code;
}

enum err behaviour_of(const struct task *task, int kind, uint64_t *behaviour, struct error *error) {
    struct mix mix;
    mix_default(&mix);
    mix.entries = 1;
    mix.entry[0] = (struct mix_entry){.task = task, .weight = 1, .sizes = task->sizes};
    for (int t = 0; task_list[t]; t++) mix.visibility[t] = VISIBILITY_FULL;
    if (kind != BEHAVIOUR_CLEAN) mix.rate[kind] = middle_rate;
    struct vocabulary *vocabulary;
    enum err code = mix_vocabulary(&mix, &vocabulary, error);
    if (code) return code;
    struct buffer text = {0};
    for (int32_t id = 0; id < vocabulary_count(vocabulary); id++) {
        buffer_text(&text, vocabulary_text(vocabulary, id));
        buffer_char(&text, '\0');
    }
    code = add_samples(&mix, vocabulary, &text, error);
    if (!code && text.failed) code = err_memory(error, "the behaviour of a task");
    if (!code) *behaviour = XXH64(text.bytes, text.length, 0);
    buffer_free(&text);
    vocabulary_free(vocabulary);
    return code;
}
