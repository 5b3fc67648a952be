/* A mix of tasks and noises, and its samples. See mix.h. */
#include "data/mix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/completion.h"
#include "data/draw.h"
#include "noise/noises.h"
#include "tasks/tasks.h"
#include "trace/cut.h"
#include "trace/token_writer.h"

const char *const format_names[] = {"trace", "direct", "answer_first", NULL};
const char *const sparsify_order_names[] = {"random", "earliest", NULL};
const char *const sparsify_schedule_names[] = {"constant", "linear", NULL};

/* Noise that is drawn afresh in every epoch has so many indices of streams for each; samples have fewer. */
#define EPOCH_INDICES (UINT64_C(1) << 42)

void mix_default(struct mix *mix) {
    *mix = (struct mix){
        .line_limit = TRACE_LINE_LIMIT, .format = FORMAT_TRACE, .contamination = 1, .fixed_noise = true};
    for (int i = 0; task_list[i]; i++) mix->visibility[i] = task_list[i]->visibility;
    for (int k = 0; k < NOISE_KINDS_MAX; k++) mix->kind_contamination[k] = -1;
}

static double kind_contamination(const struct mix *mix, int kind) {
    return mix->kind_contamination[kind] < 0 ? mix->contamination : mix->kind_contamination[kind];
}

bool mix_noise_acts(const struct mix *mix, int kind) {
    return mix->rate[kind] > 0 && kind_contamination(mix, kind) > 0;
}

bool mix_is_noisy(const struct mix *mix) {
    for (int k = 0; noise_list[k]; k++)
        if (mix_noise_acts(mix, k)) return true;
    return false;
}

static bool thins_out(const struct mix *mix, int epochs) {
    return mix->sparsify.share > 0 && mix->sparsify.schedule == SPARSIFY_LINEAR && epochs > 1;
}

bool mix_freshens(const struct mix *mix, int epochs) {
    return !mix->fixed_noise && mix_is_noisy(mix) && epochs > 1;
}

bool mix_varies(const struct mix *mix, int epochs) {
    return thins_out(mix, epochs) || mix_freshens(mix, epochs);
}

double mix_sparsity(const struct mix *mix, int epoch, int epochs) {
    return thins_out(mix, epochs) ? mix->sparsify.share * epoch / (epochs - 1) : mix->sparsify.share;
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

/* A name, and the keyword that may stand before it. */
static enum err add_name(struct vocabulary *vocabulary, const char *name) {
    char keyword[64];
    const char *space = strchr(name, ' ');
    if (!space) return vocabulary_add(vocabulary, name, NULL);
    snprintf(keyword, sizeof keyword, "%.*s", (int)(space - name), name);
    enum err code = vocabulary_add(vocabulary, keyword, NULL);
    return code ? code : vocabulary_add(vocabulary, space + 1, NULL);
}

static bool takes_truths(const struct task *task) {
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        const struct parameter *p = &task->parameters[i];
        if (p->kind == PARAMETER_TRUTH || (p->element && strstr(p->element, "truth"))) return true;
    }
    return false;
}

/* The task's name and operator, the names, symbols and truths it writes, and those of what it calls. */
static enum err add_names(struct vocabulary *vocabulary, const struct task *task) {
    enum err code = vocabulary_add(vocabulary, task->name, NULL);
    if (!code && task->infix) code = vocabulary_add(vocabulary, task->infix, NULL);
    for (int i = 0; !code && task->names && task->names[i]; i++) code = add_name(vocabulary, task->names[i]);
    for (int i = 0; !code && task->alphabet && task->alphabet[i]; i++)
        code = vocabulary_add(vocabulary, task->alphabet[i], NULL);
    for (int i = 0; !code && takes_truths(task) && value_truth_texts[i]; i++)
        code = vocabulary_add(vocabulary, value_truth_texts[i], NULL);
    for (int i = 0; !code && task->calls && task->calls[i]; i++) code = add_names(vocabulary, task->calls[i]);
    return code;
}

enum err mix_vocabulary(const struct mix *mix, struct vocabulary **out, struct error *error) {
    struct vocabulary *vocabulary = NULL;
    enum err code = vocabulary_create(&vocabulary);
    for (int i = 0; !code && i < mix->entries; i++) code = add_names(vocabulary, mix->entry[i].task);
    if (!code && mix->refine > 0) code = vocabulary_add(vocabulary, TRACE_FIX, NULL);
    if (code) {
        vocabulary_free(vocabulary);
        return err_memory(error, "the vocabulary");
    }
    *out = vocabulary;
    return ERR_OK;
}

enum err mix_vocabulary_of_all(struct vocabulary **out, struct error *error) {
    struct vocabulary *vocabulary = NULL;
    enum err code = vocabulary_create(&vocabulary);
    for (int i = 0; !code && task_list[i]; i++) code = add_names(vocabulary, task_list[i]);
    if (!code) code = vocabulary_add(vocabulary, TRACE_FIX, NULL);
    if (code) {
        vocabulary_free(vocabulary);
        return err_memory(error, "the vocabulary");
    }
    *out = vocabulary;
    return ERR_OK;
}

/* --- the sampler --- */

struct mix_sampler {
    const struct mix *mix;
    const struct vocabulary *vocabulary;
    bool want_clean;
    const struct task *known; /* the task last sampled: the vocabulary has its words */
    double sparsity;          /* share of the lines that is left out in this epoch */
    uint64_t fresh;           /* added to a sample's index where this epoch's noise is drawn */
    uint64_t contamination, refine, sparsify;    /* purposes of streams */
    uint64_t sites[NOISE_KINDS_MAX];             /* purposes, by kind */
    struct aim aim;                              /* of the mix's names, where it has some */
    struct acting_noise acting[NOISE_KINDS_MAX]; /* of this sample: dynamic kinds, then static ones */
    struct tally tallies[NOISE_KINDS_MAX];
    struct trace *trace, *truth;
    struct drawn drawn;
    struct tokens prompt, answer;
    struct completion completion, clean;
};

static void name_streams(struct mix_sampler *s) {
    s->contamination = pcg_purpose("contamination");
    s->refine = pcg_purpose("refine");
    s->sparsify = pcg_purpose("sparsify");
    for (int k = 0; noise_list[k]; k++) {
        char name[96];
        bool dynamic = noise_list[k]->stage == NOISE_DYNAMIC;
        snprintf(name, sizeof name, "%s/%s", dynamic ? "dynamic" : "static", noise_list[k]->name);
        s->sites[k] = pcg_purpose(name);
    }
}

enum err mix_sampler_create(const struct mix *mix, const struct vocabulary *vocabulary, bool want_clean,
                            struct mix_sampler **out, struct error *error) {
    struct mix_sampler *s = memory_array(1, sizeof *s);
    if (!s || trace_create(&s->trace) || trace_create(&s->truth)) {
        mix_sampler_free(s);
        return err_memory(error, "a sampler");
    }
    s->mix = mix;
    s->vocabulary = vocabulary;
    s->want_clean = want_clean;
    s->sparsity = mix_sparsity(mix, 0, 1);
    name_streams(s);
    aim_read(&s->aim, mix->names, vocabulary);
    *out = s;
    return ERR_OK;
}

void mix_sampler_set_epoch(struct mix_sampler *s, int epoch, int epochs) {
    s->sparsity = mix_sparsity(s->mix, epoch, epochs);
    s->fresh = mix_freshens(s->mix, epochs) ? (uint64_t)epoch * EPOCH_INDICES : 0;
}

void mix_sampler_free(struct mix_sampler *s) {
    if (!s) return;
    trace_free(s->trace);
    trace_free(s->truth);
    tokens_free(&s->prompt);
    tokens_free(&s->answer);
    completion_free(&s->completion);
    completion_free(&s->clean);
    free(s);
}

/* --- one sample --- */

/* The kinds that act on a sample, in the order in which they do. */
struct cast {
    int kinds, dynamic;          /* how many, and how many of them are dynamic */
    int number[NOISE_KINDS_MAX]; /* of each in noise_list */
};

/* One draw a sample decides for all kinds: with equal contaminations they act on the same samples, otherwise
 * the samples of one kind are among those of the other. */
static void choose_kinds(struct mix_sampler *s, uint64_t seed, uint64_t index, struct cast *cast) {
    int mixed[NOISE_KINDS_MAX], kinds = 0;
    for (int k = 0; noise_list[k]; k++)
        if (s->mix->rate[k] > 0) mixed[kinds++] = k;
    if (!kinds) return;
    struct pcg pcg = pcg_stream_of(seed, s->contamination, index);
    double draw = pcg_unit(&pcg);
    for (int stage = NOISE_DYNAMIC; stage <= NOISE_LINES; stage++) {
        for (int i = 0; i < kinds; i++) {
            int k = mixed[i];
            if ((int)noise_list[k]->stage != stage || draw >= kind_contamination(s->mix, k)) continue;
            s->acting[cast->kinds] = (struct acting_noise){
                noise_list[k], s->mix->rate[k], pcg_stream_of(seed, s->sites[k], index), {0}};
            cast->number[cast->kinds++] = k;
        }
        if (stage == NOISE_DYNAMIC) cast->dynamic = cast->kinds;
    }
}

static struct token_span span(const struct tokens *tokens) {
    return (struct token_span){tokens->id, tokens->count};
}

/* The true answer, and the clean completion when it is wanted: a clean run of its own where the trace was
 * noised while it ran, and one more, of no lines, where that is cut short. */
static enum err solve(struct mix_sampler *s, struct sample *sample, const struct cast *cast,
                      const struct trace_settings *settings, struct completion_plan plan,
                      struct error *error) {
    const struct trace *answer = s->trace;
    bool want_clean = s->want_clean && cast->kinds;
    enum err made = ERR_OK;
    s->answer.count = 0;
    if (want_clean || cast->dynamic) {
        enum err code = trace_run(s->truth, settings, sample->task, sample->arguments, NULL, 0, error);
        if (code) return code;
        plan.kinds = 0;
        if (want_clean) made = completion_make(&s->clean, s->truth, &plan);
        answer = s->truth;
    }
    sample->cut = trace_truncated(answer);
    if (sample->cut) {
        struct trace_settings silent = *settings;
        silent.silent = true;
        enum err code = trace_run(s->truth, &silent, sample->task, sample->arguments, NULL, 0, error);
        if (code) return code;
        answer = s->truth;
    }
    if (made || token_writer_value(&s->answer, s->vocabulary, trace_answer(answer)))
        return err_memory(error, "a sample");
    return ERR_OK;
}

/* What the sampler has made, as a sample. */
_Static_assert(NOISE_KINDS_MAX <= 32, "sample->acting has a bit for each kind");
static void present(struct mix_sampler *s, const struct cast *cast, struct sample *sample) {
    for (int k = 0; noise_list[k]; k++) s->tallies[k] = (struct tally){0};
    for (int k = 0; k < cast->kinds; k++) {
        s->tallies[cast->number[k]] = s->acting[k].tally;
        sample->acting |= UINT32_C(1) << cast->number[k];
        sample->corrupted += (int)s->acting[k].tally.hits;
    }
    sample->contaminated = cast->kinds > 0;
    sample->truncated = trace_truncated(s->trace);
    sample->trace_lines = trace_lines(s->trace);
    sample->prompt = span(&s->prompt);
    sample->completion = span(&s->completion.tokens);
    sample->answer = span(&s->answer);
    sample->marks = s->completion.marks;
    sample->origins = s->completion.origins;
    sample->lines = s->completion.lines;
    sample->tallies = s->tallies;
    const struct completion *clean = cast->kinds ? &s->clean : &s->completion;
    if (s->want_clean) {
        sample->clean = span(&clean->tokens);
        sample->clean_origins = clean->origins;
    }
}

static struct trace_settings settings_of(const struct mix_sampler *s) {
    return (struct trace_settings){.vocabulary = s->vocabulary,
                                   .tasks = task_list,
                                   .visibility = s->mix->visibility,
                                   .line_limit = s->mix->line_limit,
                                   .silent = s->mix->format == FORMAT_DIRECT,
                                   .reverse = s->mix->reverse};
}

/* A word of the task's prompts that the vocabulary lacks, or NULL. */
static const char *task_missing(const struct vocabulary *vocabulary, const struct task *task) {
    const char *word = task->infix ? task->infix : task->name;
    if (vocabulary_find(vocabulary, word, strlen(word)) < 0) return word;
    for (int i = 0; task->alphabet && task->alphabet[i]; i++)
        if (vocabulary_find(vocabulary, task->alphabet[i], strlen(task->alphabet[i])) < 0)
            return task->alphabet[i];
    for (int i = 0; takes_truths(task) && value_truth_texts[i]; i++)
        if (vocabulary_find(vocabulary, value_truth_texts[i], strlen(value_truth_texts[i])) < 0)
            return value_truth_texts[i];
    return NULL;
}

enum err mix_sample_problem(struct mix_sampler *s, uint64_t seed, enum split split, uint64_t index,
                            const struct task *task, const struct arguments *arguments, struct sample *out,
                            struct error *error) {
    const struct mix *mix = s->mix;
    struct trace_settings settings = settings_of(s);
    settings.refine = mix->refine;
    settings.aim = *mix->names ? &s->aim : NULL;
    if (mix->refine > 0) settings.refining = pcg_stream_of(seed, s->refine, index + s->fresh);
    struct completion_plan plan = {.answer_clean = mix->answer_clean,
                                   .answer_first = mix->format == FORMAT_ANSWER_FIRST,
                                   .aim = settings.aim,
                                   .drop = split == SPLIT_TRAIN ? s->sparsity : 0,
                                   .drop_random = mix->sparsify.order == SPARSIFY_RANDOM};
    struct cast cast;
    *out = (struct sample){.index = index, .task = task, .arguments = arguments};
    cast.kinds = cast.dynamic = 0;
    if (plan.drop > 0) plan.drops = pcg_stream_of(seed, s->sparsify, index);
    const char *word = task == s->known ? NULL : task_missing(s->vocabulary, task);
    if (word) return err_set(error, ERR_INPUT, "task %s: '%s' is not in the vocabulary", task->name, word);
    s->known = task;
    if (split == SPLIT_TRAIN) choose_kinds(s, seed, index + s->fresh, &cast);
    plan.noises = s->acting + cast.dynamic;
    plan.kinds = cast.kinds - cast.dynamic;
    enum err code = trace_run(s->trace, &settings, task, arguments, s->acting, cast.dynamic, error);
    if (!code) code = solve(s, out, &cast, &settings, plan, error);
    if (code) return code;
    s->prompt.count = 0;
    if (token_writer_prompt(&s->prompt, s->vocabulary, task, arguments) ||
        completion_make(&s->completion, s->trace, &plan))
        return err_memory(error, "a sample");
    present(s, &cast, out);
    return ERR_OK;
}

enum err mix_check_whole(struct mix_sampler *s, const struct sample *sample, struct error *error) {
    if (!sample->cut) return ERR_OK;
    struct trace_settings settings = settings_of(s);
    return cut_refuse(s->truth, &settings, sample->task, sample->arguments, error);
}

/* The sample of the problem that was drawn. */
static enum err make_drawn(struct mix_sampler *s, uint64_t seed, enum split split, uint64_t index,
                           struct sample *out, struct error *error) {
    enum err code = mix_sample_problem(s, seed, split, index, s->drawn.task, &s->drawn.arguments, out, error);
    return code ? code : mix_check_whole(s, out, error);
}

enum err mix_sample(struct mix_sampler *s, uint64_t seed, enum split split, uint64_t index,
                    struct sample *out, struct error *error) {
    struct draw draw = {.mix = s->mix, .seed = seed, .split = split, .index = index};
    enum err code = draw_problem(&draw, &s->drawn, NULL, error);
    return code ? code : make_drawn(s, seed, split, index, out, error);
}

enum err mix_sample_of(struct mix_sampler *s, uint64_t seed, enum split split, uint64_t index, uint64_t hash,
                       struct sample *out, struct error *error) {
    struct draw draw = {.mix = s->mix, .seed = seed, .split = split};
    enum err code = draw_again(&draw, index, hash, &s->drawn, error);
    return code ? code : make_drawn(s, seed, split, index, out, error);
}
