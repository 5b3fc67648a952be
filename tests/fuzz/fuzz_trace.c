/* Fuzz target of the trace engine: task x arguments x noises x rates x seed x visibility x options. Whatever
 * the bytes, a trace ends, within its bounds, and its tokens are ones that the vocabulary has. `make fuzz
 * FUZZ=trace FUZZ_SECONDS=600` runs it. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "data/mix.h"
#include "noise/noises.h"
#include "tasks/tasks.h"
#include "trace/drawing.h"
#include "trace/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes, taken one by one; zeros when they are used up. */
struct input {
    const uint8_t *at, *end;
};

static unsigned take(struct input *in, unsigned bound) { return in->at < in->end ? *in->at++ % bound : 0; }

/* 0 and 1 often, for the edges are there. */
static double take_share(struct input *in) {
    unsigned byte = take(in, 256);
    return byte < 64 ? 0 : byte >= 224 ? 1 : (byte - 64) / 160.0;
}

static void take_number(struct input *in, struct buffer *text) {
    static const unsigned lengths[] = {1, 1, 1, 2, 2, 3, 4, 6, 8, 12, 20, 40, DECIMAL_ARGUMENT};
    unsigned shape = take(in, 256), length = lengths[shape % 13];
    if (shape >= 230) buffer_char(text, '-');
    for (unsigned i = 0; i < length; i++) buffer_char(text, (char)('0' + take(in, 10)));
}

static void take_symbol(struct input *in, const char *const *alphabet, struct buffer *text) {
    buffer_text(text, alphabet[take(in, (unsigned)alphabet_count(alphabet))]);
}

/* Writes something of a form: each word of it becomes a value, brackets and commas stay. */
static void take_element(struct input *in, const struct task *task, const char *form, struct buffer *text) {
    while (*form) {
        size_t word = strspn(form, "abcdefghijklmnopqrstuvwxyz");
        if (!strncmp(form, "number", 6)) take_number(in, text);
        if (!strncmp(form, "symbol", 6)) take_symbol(in, task->alphabet, text);
        if (!strncmp(form, "truth", 5)) take_symbol(in, value_truth_texts, text);
        if (!word) buffer_char(text, *form);
        form += word ? word : 1;
    }
}

static void take_list(struct input *in, const struct task *task, const char *form, struct buffer *text) {
    unsigned length = take(in, 16);
    if (length == 15) length = LIST_MAX;
    buffer_char(text, '[');
    for (unsigned i = 0; i < length; i++) {
        if (i) buffer_char(text, ',');
        take_element(in, task, form ? form : "number", text);
    }
    buffer_char(text, ']');
}

static void take_argument(struct input *in, const struct task *task, const struct parameter *p,
                          struct buffer *text) {
    switch (p->kind) {
    case PARAMETER_LIST: take_list(in, task, p->element, text); break;
    case PARAMETER_SYMBOL: take_symbol(in, task->alphabet, text); break;
    case PARAMETER_TRUTH: take_symbol(in, value_truth_texts, text); break;
    default: take_number(in, text);
    }
}

/* Arguments as a person would give them, so that what is refused to people is not tried. */
static bool take_arguments(struct input *in, const struct task *task, struct arguments *arguments) {
    struct buffer text[PARAMETERS_MAX + 8] = {{0}};
    const char *texts[PARAMETERS_MAX + 8];
    struct error error;
    int count = 0;
    for (int i = 0; i < PARAMETERS_MAX && task->parameters[i].name; i++) {
        unsigned more = task->parameters[i].kind == PARAMETER_NUMBERS ? 2 + take(in, 7) : 1;
        for (; more; more--, count++) {
            take_argument(in, task, &task->parameters[i], &text[count]);
            texts[count] = text[count].bytes;
        }
    }
    bool fits = task_parse(task, count, texts, arguments, &error) == ERR_OK;
    for (int i = 0; i < count; i++) buffer_free(&text[i]);
    return fits;
}

/* Some as sizes ask for, others as a person would give them. */
static bool choose_arguments(struct input *in, const struct task *task, uint64_t seed,
                             struct arguments *arguments) {
    if (take(in, 2)) return take_arguments(in, task, arguments);
    struct sizes sizes = task->sizes;
    struct pcg pcg = pcg_stream(seed, "fuzz", take(in, 256));
    if (take(in, 4) == 0) sizes.max_length = LIST_MAX;
    return drawing_arguments(task, &sizes, &pcg, arguments);
}

static void take_mix(struct input *in, struct mix *mix) {
    static const int limits[] = {TRACE_LINE_LIMIT, 1, 2, 7, 40, 1000};
    mix_default(mix);
    mix->entries = 1;
    mix->line_limit = limits[take(in, 6)];
    mix->format = (enum format)take(in, 3);
    mix->answer_clean = take(in, 2);
    mix->reverse = take(in, 2);
    mix->refine = take_share(in);
    mix->sparsify.share = take_share(in);
    mix->sparsify.order = (enum sparsify_order)take(in, 2);
    for (int k = 0; noise_list[k]; k++) mix->rate[k] = take(in, 2) ? take_share(in) : 0;
    enum visibility all = (enum visibility)take(in, 3);
    for (int i = 0; task_list[i]; i++) mix->visibility[i] = all;
    for (int i = 0; i < 4; i++) mix->visibility[take(in, 8)] = (enum visibility)take(in, 3);
}

static void require(bool condition) {
    if (!condition) abort();
}

static void check(const struct sample *sample, const struct mix *mix, const struct vocabulary *vocabulary) {
    require(sample->trace_lines >= 1 && sample->trace_lines <= mix->line_limit);
    require(sample->completion.count <= 3 * (size_t)TRACE_TOKENS);
    for (size_t i = 0; i < sample->completion.count; i++)
        require(sample->completion.id[i] > TOKEN_UNKNOWN &&
                sample->completion.id[i] < vocabulary_count(vocabulary));
    int answers = 0;
    for (int i = 0; i < sample->lines; i++) answers += sample->origins[i] == sample->trace_lines - 1;
    require(answers == 1);
    for (int k = 0; noise_list[k]; k++) {
        const struct tally *tally = &sample->tallies[k];
        require(tally->hits >= 0 && tally->hits <= tally->sites &&
                (mix->rate[k] < 1 || tally->hits == tally->sites));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct input in = {data, data + size};
    struct mix *mix = calloc(1, sizeof *mix);
    struct arguments *arguments = calloc(1, sizeof *arguments);
    struct vocabulary *vocabulary = NULL;
    struct mix_sampler *sampler = NULL;
    struct sample sample;
    struct error error;
    unsigned tasks = 0;
    while (task_list[tasks]) tasks++;
    const struct task *task = task_list[take(&in, tasks)];
    uint64_t seed = take(&in, 256);
    take_mix(&in, mix);
    mix->entry[0] = (struct mix_entry){.task = task, .weight = 1, .sizes = task->sizes};
    if (choose_arguments(&in, task, seed, arguments)) {
        require(!mix_vocabulary(mix, &vocabulary, &error));
        require(!mix_sampler_create(mix, vocabulary, take(&in, 2), &sampler, &error));
        for (int split = SPLIT_TRAIN; split < SPLITS; split++) {
            require(
                !mix_sample_problem(sampler, seed, (enum split)split, 0, task, arguments, &sample, &error));
            check(&sample, mix, vocabulary);
        }
        mix_sampler_free(sampler);
        vocabulary_free(vocabulary);
    }
    free(arguments);
    free(mix);
    return 0;
}
