/* The sample traces that a run left. See examples.h. */
#include "record/examples.h"

#include <stdlib.h>
#include <string.h>

#include "record/collect.h"

enum { EXAMPLES_BYTES_MAX = 4 << 20, LINES_READ = 64 };

static void choose(struct examples *examples, const json_t *line) {
    const char *kind = json_string_value(json_object_get(line, "kind"));
    struct example example = {
        .prompt = json_string_value(json_object_get(line, "prompt")),
        .clean = json_string_value(json_object_get(line, "clean")),
        .completion = json_string_value(json_object_get(line, "completion")),
    };
    if (!kind || !example.prompt || !example.clean || !example.completion) return;
    if (!strcmp(kind, "training")) {
        json_int_t corrupted = json_integer_value(json_object_get(line, "corrupted"));
        example.corrupted = corrupted > 0 && corrupted < 1000000 ? (int)corrupted : 0;
        if (!examples->training.prompt || example.corrupted > examples->training.corrupted)
            examples->training = example;
    } else if (!strcmp(kind, "test")) {
        struct example *place =
            json_is_true(json_object_get(line, "correct")) ? &examples->right : &examples->wrong;
        if (!place->prompt) *place = example;
    }
}

enum err examples_read(const char *directory, const char *run, struct examples *examples,
                       struct error *error) {
    char *bytes;
    size_t length, number = 0;
    *examples = (struct examples){.lines = json_array()};
    if (!examples->lines) return err_memory(error, "examples");
    enum err code =
        collect_file(directory, run, "examples.jsonl", EXAMPLES_BYTES_MAX, &bytes, &length, error);
    if (code) return code == ERR_INPUT ? ERR_OK : code;
    for (const char *line = bytes, *end; line < bytes + length && number < LINES_READ;
         line = end + 1, number++) {
        end = memchr(line, '\n', (size_t)(bytes + length - line));
        if (!end) end = bytes + length;
        json_t *json = json_loadb(line, (size_t)(end - line), 0, NULL);
        if (json && !json_array_append_new(examples->lines, json)) choose(examples, json);
    }
    free(bytes);
    return ERR_OK;
}

void examples_free(struct examples *examples) {
    json_decref(examples->lines);
    *examples = (struct examples){0};
}
