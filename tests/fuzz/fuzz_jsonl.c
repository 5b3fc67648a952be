/* Fuzz target of the JSONL reader: whatever the bytes, objects or messages, one for each line, and an end. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *copy = malloc(size + 1);
    if (!copy || !size) {
        free(copy);
        return 0;
    }
    memcpy(copy, data, size);
    struct jsonl jsonl = {.path = "fuzz.jsonl", .stream = fmemopen(copy, size, "rb")};
    struct error error;
    size_t lines = 1, answers = 0;
    for (size_t i = 0; i < size; i++) lines += data[i] == '\n';
    for (bool more = jsonl.stream != NULL; more;) {
        json_t *object = NULL;
        const char *text;
        size_t length;
        enum err code = jsonl_next(&jsonl, &object, &error);
        if (code && (code != ERR_INPUT || strncmp(error.message, "fuzz.jsonl:", 11))) abort();
        if (!code && object && !jsonl_string(&jsonl, object, "prompt", &text, &length, &error) &&
            strlen(text) > length)
            abort();
        json_decref(object);
        more = code || object;
        if (more && ++answers > lines) abort();
    }
    jsonl_close(&jsonl);
    free(copy);
    return 0;
}
