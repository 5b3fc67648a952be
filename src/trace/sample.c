/* JSONL lines of samples. See sample.h. */
#include "trace/sample.h"

#include <string.h>

#include "base/memory.h"

/* Appends a rendering of ids as a JSON string: first as plain text, then escaped from there into place. */
static void json_tokens(struct buffer *out, const struct vocabulary *vocabulary, struct token_span span,
                        bool space_digits) {
    size_t begin = out->length;
    vocabulary_render(vocabulary, span.id, span.count, space_digits, out);
    size_t length = out->length - begin;
    if (out->failed || memory_reserve(&out->bytes, &out->capacity, out->length + 6 * length + 3, 1)) {
        out->failed = true; /* with the room for the worst case, appending moves no memory */
        return;
    }
    const char *text = out->bytes + begin;
    size_t plain = out->length;
    buffer_json_string(out, text, length);
    size_t quoted = out->length - plain;
    memmove(out->bytes + begin, out->bytes + plain, quoted + 1);
    out->length = begin + quoted;
}

static void json_bool(struct buffer *out, bool value) { buffer_text(out, value ? "true" : "false"); }

void sample_json(const struct sample *sample, const struct vocabulary *vocabulary, bool space_digits,
                 struct buffer *out) {
    buffer_text(out, "{\"task\":\"");
    buffer_text(out, sample->task->name);
    buffer_printf(out, "\",\"index\":%llu,\"args\":[", (unsigned long long)sample->index);
    int count = task_argument_count(sample->task, sample->arguments);
    for (int i = 0; i < count; i++) {
        buffer_text(out, i ? ",\"" : "\"");
        task_print_argument(sample->task, sample->arguments, i, out);
        buffer_char(out, '"');
    }
    buffer_text(out, "],\"prompt\":");
    json_tokens(out, vocabulary, sample->prompt, space_digits);
    buffer_text(out, ",\"completion\":");
    json_tokens(out, vocabulary, sample->completion, space_digits);
    buffer_text(out, ",\"answer\":");
    json_tokens(out, vocabulary, sample->answer, false);
    buffer_text(out, ",\"contaminated\":");
    json_bool(out, sample->contaminated);
    buffer_printf(out, ",\"corrupted\":%d,\"truncated\":", sample->corrupted);
    json_bool(out, sample->truncated);
    buffer_text(out, "}\n");
}
