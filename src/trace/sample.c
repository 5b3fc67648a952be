/* JSONL lines of samples. See sample.h. */
#include "trace/sample.h"

#include <string.h>

/* Appends a text that is known here, so that the compiler knows its length, without a call where it fits. */
static inline void put(struct buffer *out, const char *text) {
    size_t length = strlen(text);
    if (out->failed || out->capacity - out->length <= length) {
        buffer_append(out, text, length);
        return;
    }
    memcpy(out->bytes + out->length, text, length + 1);
    out->length += length;
}

static inline void put_truth(struct buffer *out, bool truth) {
    if (truth)
        put(out, "true");
    else
        put(out, "false");
}

void sample_json(const struct sample *sample, const struct vocabulary *vocabulary, bool space_digits,
                 struct buffer *out) {
    put(out, "{\"task\":\"");
    buffer_text(out, sample->task->name);
    put(out, "\",\"index\":");
    buffer_number(out, sample->index);
    put(out, ",\"args\":[");
    int count = task_argument_count(sample->task, sample->arguments);
    for (int i = 0; i < count; i++) {
        if (i) put(out, ",");
        put(out, "\"");
        task_print_argument(sample->task, sample->arguments, i, out);
        put(out, "\"");
    }
    put(out, "],\"prompt\":");
    vocabulary_render_json(vocabulary, sample->prompt, space_digits, out);
    put(out, ",\"completion\":");
    vocabulary_render_json(vocabulary, sample->completion, space_digits, out);
    put(out, ",\"answer\":");
    vocabulary_render_json(vocabulary, sample->answer, space_digits, out);
    put(out, ",\"contaminated\":");
    put_truth(out, sample->contaminated);
    put(out, ",\"corrupted\":");
    buffer_number(out, (uint64_t)sample->corrupted);
    put(out, ",\"truncated\":");
    put_truth(out, sample->truncated);
    put(out, "}\n");
}
