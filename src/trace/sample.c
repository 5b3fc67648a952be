/* JSONL lines of samples. See sample.h. */
#include "trace/sample.h"

static void json_bool(struct buffer *out, bool value) { buffer_text(out, value ? "true" : "false"); }

void sample_json(const struct sample *sample, const struct vocabulary *vocabulary, bool space_digits,
                 struct buffer *out) {
    buffer_text(out, "{\"task\":\"");
    buffer_text(out, sample->task->name);
    buffer_text(out, "\",\"index\":");
    buffer_number(out, sample->index);
    buffer_text(out, ",\"args\":[");
    int count = task_argument_count(sample->task, sample->arguments);
    for (int i = 0; i < count; i++) {
        buffer_text(out, i ? ",\"" : "\"");
        task_print_argument(sample->task, sample->arguments, i, out);
        buffer_char(out, '"');
    }
    buffer_text(out, "],\"prompt\":");
    vocabulary_render_json(vocabulary, sample->prompt, space_digits, out);
    buffer_text(out, ",\"completion\":");
    vocabulary_render_json(vocabulary, sample->completion, space_digits, out);
    buffer_text(out, ",\"answer\":");
    vocabulary_render_json(vocabulary, sample->answer, false, out);
    buffer_text(out, ",\"contaminated\":");
    json_bool(out, sample->contaminated);
    buffer_text(out, ",\"corrupted\":");
    buffer_number(out, (uint64_t)sample->corrupted);
    buffer_text(out, ",\"truncated\":");
    json_bool(out, sample->truncated);
    buffer_text(out, "}\n");
}
