/* A mix of tasks and noises, and its samples. See mix.h. */
#include "train/mix.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "noise/noises.h"
#include "tasks/tasks.h"
#include "trace/trace.h"

const char *const format_names[] = {"trace", "direct", NULL};

/* One problem in TEST_SHARE is a test problem. */
enum { TEST_SHARE = 10, REDRAWS = 10000 };

void mix_default(struct mix *mix) {
    *mix = (struct mix){.line_limit = TRACE_LINE_LIMIT, .format = FORMAT_TRACE, .contamination = 1};
    for (int i = 0; task_list[i]; i++) mix->visibility[i] = task_list[i]->visibility;
    for (int k = 0; k < NOISE_KINDS_MAX; k++) mix->kind_contamination[k] = -1;
}

static double kind_contamination(const struct mix *mix, int kind) {
    return mix->kind_contamination[kind] < 0 ? mix->contamination : mix->kind_contamination[kind];
}

bool mix_is_noisy(const struct mix *mix) {
    for (int k = 0; noise_list[k]; k++)
        if (mix->rate[k] > 0 && kind_contamination(mix, k) > 0) return true;
    return false;
}

enum err mix_check(const struct mix *mix, struct error *error) {
    if (mix->entries < 1)
        return err_set(error, ERR_INPUT, "task: none is given; 'cotnoise tasks' lists them");
    for (int i = 0; i < mix->entries; i++) {
        enum err code = task_check_sizes(mix->entry[i].task, &mix->entry[i].sizes, error);
        if (code) return code;
    }
    return ERR_OK;
}

/* --- vocabulary --- */

/* The task's name and operator, the names it writes, and those of what it calls. */
static bool add_names(struct vocabulary *vocabulary, const struct task *task) {
    if (vocabulary_add(vocabulary, task->name) < 0) return false;
    if (task->infix && vocabulary_add(vocabulary, task->infix) < 0) return false;
    for (int i = 0; task->names && task->names[i]; i++)
        if (vocabulary_add(vocabulary, task->names[i]) < 0) return false;
    for (int i = 0; task->calls && task->calls[i]; i++)
        if (!add_names(vocabulary, task->calls[i])) return false;
    return true;
}

enum err mix_vocabulary(const struct mix *mix, struct vocabulary **out, struct error *error) {
    struct vocabulary *vocabulary = vocabulary_create();
    bool done = vocabulary;
    for (int i = 0; done && i < mix->entries; i++) done = add_names(vocabulary, mix->entry[i].task);
    if (!done) {
        vocabulary_free(vocabulary);
        return err_memory(error, "the vocabulary");
    }
    *out = vocabulary;
    return ERR_OK;
}

/* --- the sampler --- */

struct kind_streams {
    uint64_t sites, contamination;
};

struct mix_sampler {
    const struct mix *mix;
    const struct vocabulary *vocabulary;
    bool want_clean;
    double total_weight;
    uint64_t problem[2], contamination; /* purposes; problem by split */
    struct kind_streams kinds[NOISE_KINDS_MAX];
    struct trace *trace, *truth;
    struct arguments arguments;
    struct tokens prompt, completion, answer, clean, edits;
    uint8_t *marks, *draft_marks;
    size_t marks_capacity, draft_marks_capacity;
    int *order;
    size_t order_capacity;
};

static void name_streams(struct mix_sampler *s) {
    s->problem[SPLIT_TRAIN] = pcg_purpose("problem/train");
    s->problem[SPLIT_TEST] = pcg_purpose("problem/test");
    s->contamination = pcg_purpose("contamination");
    for (int k = 0; noise_list[k]; k++) {
        char name[96];
        bool dynamic = noise_list[k]->stage == NOISE_DYNAMIC;
        snprintf(name, sizeof name, "%s/%s", dynamic ? "dynamic" : "static", noise_list[k]->name);
        s->kinds[k].sites = pcg_purpose(name);
        snprintf(name, sizeof name, "contamination/%s", noise_list[k]->name);
        s->kinds[k].contamination = pcg_purpose(name);
    }
}

enum err mix_sampler_create(const struct mix *mix, const struct vocabulary *vocabulary, bool want_clean,
                            struct mix_sampler **out, struct error *error) {
    struct mix_sampler *s = memory_array(1, sizeof *s);
    if (!s || !(s->trace = trace_create()) || !(s->truth = trace_create())) {
        mix_sampler_free(s);
        return err_memory(error, "a sampler");
    }
    s->mix = mix;
    s->vocabulary = vocabulary;
    s->want_clean = want_clean;
    for (int i = 0; i < mix->entries; i++) s->total_weight += mix->entry[i].weight;
    name_streams(s);
    *out = s;
    return ERR_OK;
}

void mix_sampler_free(struct mix_sampler *s) {
    if (!s) return;
    trace_free(s->trace);
    trace_free(s->truth);
    tokens_free(&s->prompt);
    tokens_free(&s->completion);
    tokens_free(&s->answer);
    tokens_free(&s->clean);
    tokens_free(&s->edits);
    free(s->marks);
    free(s->draft_marks);
    free(s->order);
    free(s);
}

/* --- from trace to completion --- */

/* Which kinds act on a sample. The shared draw decides for all kinds without a contamination of their own. */
static bool kind_acts(const struct mix_sampler *s, uint64_t seed, uint64_t index, int kind) {
    if (s->mix->rate[kind] <= 0) return false;
    double own = s->mix->kind_contamination[kind];
    struct pcg pcg = pcg_stream_of(seed, own < 0 ? s->contamination : s->kinds[kind].contamination, index);
    return pcg_unit(&pcg) < kind_contamination(s->mix, kind);
}

/* Appends lines of tokens in order, newlines between them; tokens of -1 are left out. */
static bool join_lines(const int32_t *tokens, const uint8_t *marks, const int *start, const int *order,
                       int count, struct tokens *out, uint8_t **out_marks, size_t *marks_capacity) {
    size_t needed = out->count;
    for (int i = 0; i < count; i++) needed += (size_t)(start[order[i] + 1] - start[order[i]]) + 1;
    if (memory_reserve(&out->id, &out->capacity, needed, sizeof *out->id) ||
        memory_reserve(out_marks, marks_capacity, needed, 1))
        return false;
    for (int i = 0; i < count; i++) {
        if (i) {
            (*out_marks)[out->count] = 0;
            out->id[out->count++] = TOKEN_NEWLINE;
        }
        for (int k = start[order[i]]; k < start[order[i] + 1]; k++) {
            if (tokens[k] < 0) continue;
            (*out_marks)[out->count] = marks[k];
            out->id[out->count++] = tokens[k];
        }
    }
    return true;
}

/* Lets the acting static kinds work on the trace and appends the outcome to *completion. */
static bool finish(struct mix_sampler *s, const struct trace *trace, const bool *acts, uint64_t seed,
                   uint64_t index, struct tokens *completion, struct sample *sample) {
    int lines = trace_lines(trace), count = trace_starts(trace)[lines];
    if (memory_reserve(&s->order, &s->order_capacity, 2 * (size_t)lines, sizeof *s->order) ||
        memory_reserve(&s->edits.id, &s->edits.capacity, (size_t)count, sizeof *s->edits.id) ||
        memory_reserve(&s->draft_marks, &s->draft_marks_capacity, (size_t)count, 1))
        return false;
    for (int i = 0; i < lines; i++) s->order[i] = i;
    struct draft draft = {.tokens = trace_tokens(trace),
                          .start = trace_starts(trace),
                          .lines = lines,
                          .answer_clean = s->mix->answer_clean,
                          .edit = s->edits.id,
                          .mark = s->draft_marks,
                          .order = s->order,
                          .ordered = lines};
    memcpy(draft.edit, draft.tokens, (size_t)count * sizeof *draft.edit);
    memcpy(draft.mark, trace_marks(trace), (size_t)count);
    for (int stage = NOISE_VALUES; acts && stage <= NOISE_LINES; stage++) {
        for (int k = 0; noise_list[k]; k++) {
            if (!acts[k] || (int)noise_list[k]->stage != stage) continue;
            struct pcg sites = pcg_stream_of(seed, s->kinds[k].sites, index);
            noise_list[k]->apply(&draft, s->mix->rate[k], &sites);
        }
    }
    sample->corrupted += draft.corrupted;
    sample->origins = draft.order;
    sample->lines = draft.ordered;
    sample->trace_lines = lines;
    return join_lines(draft.edit, draft.mark, draft.start, draft.order, draft.ordered, completion, &s->marks,
                      &s->marks_capacity);
}

static struct token_span span(const struct tokens *tokens) {
    return (struct token_span){tokens->id, tokens->count};
}

/* The true answer, and the clean completion when it is wanted: a clean run of its own where the trace was
 * noised while it ran, or cut short. */
static enum err solve(struct mix_sampler *s, const struct sample *sample,
                      const struct trace_settings *settings, bool dynamic, struct error *error) {
    const struct trace *answer = s->trace;
    struct sample ignored = {0};
    bool done = true;
    s->clean.count = s->answer.count = 0;
    if (s->want_clean && sample->contaminated) {
        enum err code = trace_run(s->truth, settings, sample->task, sample->arguments, NULL, 0, error);
        if (code) return code;
        done = finish(s, s->truth, NULL, 0, 0, &s->clean, &ignored);
        answer = s->truth;
    }
    if (trace_truncated(answer) || (answer == s->trace && dynamic)) {
        struct trace_settings silent = *settings;
        silent.silent = true;
        enum err code = trace_run(s->truth, &silent, sample->task, sample->arguments, NULL, 0, error);
        if (code) return code;
        answer = s->truth;
    }
    if (!done || !tokens_value(&s->answer, trace_answer(answer))) return err_memory(error, "a sample");
    return ERR_OK;
}

enum err mix_sample_problem(struct mix_sampler *s, uint64_t seed, enum split split, uint64_t index,
                            const struct task *task, const struct arguments *arguments, struct sample *out,
                            struct error *error) {
    const struct mix *mix = s->mix;
    struct trace_settings settings = {.vocabulary = s->vocabulary,
                                      .tasks = task_list,
                                      .visibility = mix->visibility,
                                      .line_limit = mix->line_limit,
                                      .silent = mix->format == FORMAT_DIRECT};
    struct sample sample = {.index = index, .task = task, .arguments = arguments};
    const char *word = task->infix ? task->infix : task->name;
    struct dynamic_noise dynamic[NOISE_KINDS_MAX];
    bool acts[NOISE_KINDS_MAX] = {false};
    int dynamics = 0;
    if (vocabulary_find(s->vocabulary, word, strlen(word)) < 0)
        return err_set(error, ERR_INPUT, "task %s: '%s' is not in the vocabulary", task->name, word);
    for (int k = 0; split == SPLIT_TRAIN && noise_list[k]; k++) {
        acts[k] = kind_acts(s, seed, index, k);
        sample.contaminated |= acts[k];
        if (acts[k] && noise_list[k]->stage == NOISE_DYNAMIC)
            dynamic[dynamics++] = (struct dynamic_noise){noise_list[k], mix->rate[k],
                                                         pcg_stream_of(seed, s->kinds[k].sites, index)};
    }
    enum err code = trace_run(s->trace, &settings, task, arguments, dynamic, dynamics, error);
    if (code) return code;
    code = solve(s, &sample, &settings, dynamics > 0, error);
    if (code) return code;
    sample.corrupted = trace_corrupted(s->trace);
    sample.truncated = trace_truncated(s->trace);
    s->prompt.count = s->completion.count = 0;
    if (!tokens_prompt(&s->prompt, s->vocabulary, task, arguments) ||
        !finish(s, s->trace, acts, seed, index, &s->completion, &sample))
        return err_memory(error, "a sample");
    sample.prompt = span(&s->prompt);
    sample.completion = span(&s->completion);
    sample.answer = span(&s->answer);
    sample.marks = s->marks;
    if (s->want_clean) sample.clean = span(sample.contaminated ? &s->clean : &s->completion);
    *out = sample;
    return ERR_OK;
}

enum err mix_sample(struct mix_sampler *s, uint64_t seed, enum split split, uint64_t index,
                    struct sample *out, struct error *error) {
    const struct mix *mix = s->mix;
    assert(mix->entries > 0);
    struct pcg pcg = pcg_stream_of(seed, s->problem[split], index);
    double place = pcg_unit(&pcg) * s->total_weight;
    int chosen = 0;
    while (chosen + 1 < mix->entries && place >= mix->entry[chosen].weight)
        place -= mix->entry[chosen++].weight;
    const struct mix_entry *entry = &mix->entry[chosen];
    for (int draw = 0; draw < REDRAWS; draw++) {
        if (!task_draw(entry->task, &entry->sizes, &pcg, &s->arguments)) continue;
        bool test = task_hash(entry->task, &s->arguments) % TEST_SHARE == 0;
        if (test == (split == SPLIT_TEST))
            return mix_sample_problem(s, seed, split, index, entry->task, &s->arguments, out, error);
    }
    return err_set(error, ERR_INPUT,
                   "task %s: too few problems of these sizes to part training from test; allow more",
                   entry->task->name);
}
