/* Completions that were kept. See kept.h. */
#include "reinforce/kept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/file.h"
#include "base/jsonl.h"
#include "base/memory.h"
#include "record/layout.h"

static const size_t file_limit = (size_t)1 << 34;

/* Whether a sequence of so many tokens, with <bos> and <eos>, can be learned. */
static bool fits(const struct kept *kept, size_t prompt, size_t completion) {
    return prompt + completion + 2 <= (size_t)kept->longest;
}

static enum err add(struct kept *kept, struct token_span prompt, struct token_span completion,
                    struct error *error) {
    kept->content = XXH64(prompt.id, prompt.count * sizeof *prompt.id, kept->content);
    kept->content = XXH64(completion.id, completion.count * sizeof *completion.id, kept->content);
    return dataset_add(&kept->data, prompt, completion, error);
}

/* --- reading back -------------------------------------------------------------------------------------- */

/* Replaces what *tokens holds by an array of token ids. False where it is none. */
static bool read_tokens(const json_t *array, const struct kept *kept, struct tokens *tokens) {
    size_t count = json_array_size(array);
    tokens->count = 0;
    if (!json_is_array(array) || count > (size_t)kept->longest) return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(array, i);
        json_int_t id = json_integer_value(value);
        if (!json_is_integer(value) || id < 0 || id >= kept->vocabulary) return false;
        tokens->id[tokens->count++] = (int32_t)id;
    }
    return true;
}

static enum err read_line(struct kept *kept, struct jsonl_scan *scan, struct tokens *prompt,
                          struct tokens *completion, struct error *error) {
    json_t *json = jsonl_scan_object(scan);
    enum err code = ERR_OK;
    if (scan->failed)
        code = err_memory(error, "kept completions");
    else if (!json || !read_tokens(json_object_get(json, "prompt"), kept, prompt) ||
             !read_tokens(json_object_get(json, "completion"), kept, completion) ||
             !fits(kept, prompt->count, completion->count))
        code = err_set(error, ERR_INPUT, "%s:%ld: not a completion of this run", kept->path, scan->number);
    if (!code)
        code = add(kept, (struct token_span){prompt->id, prompt->count},
                   (struct token_span){completion->id, completion->count}, error);
    json_decref(json);
    return code;
}

static enum err read_back(struct kept *kept, int64_t bytes, struct error *error) {
    struct tokens prompt = {0}, completion = {0};
    char *text = NULL;
    size_t length = 0;
    enum err code = ERR_OK;
    prompt.id = memory_array((size_t)kept->longest, sizeof *prompt.id);
    completion.id = memory_array((size_t)kept->longest, sizeof *completion.id);
    if (!prompt.id || !completion.id) code = err_memory(error, "kept completions");
    if (!code) code = file_read_plain(kept->path, file_limit, &text, &length, error);
    if (!code && length < (size_t)bytes)
        code = err_set(error, ERR_INPUT, "%s: has %zu of the %lld bytes that it had", kept->path, length,
                       (long long)bytes);
    struct jsonl_scan scan = jsonl_scan(text ? text : "", code ? 0 : (size_t)bytes, length + 1);
    while (!code && jsonl_scan_line(&scan)) code = read_line(kept, &scan, &prompt, &completion, error);
    free(text);
    tokens_free(&prompt);
    tokens_free(&completion);
    return code;
}

/* --- the file ------------------------------------------------------------------------------------------ */

static enum err cannot_write(const struct kept *kept, struct error *error) {
    return err_set(error, ERR_RUNTIME, "%s: cannot write: %s", kept->path, strerror(errno));
}

enum err kept_open(const char *directory, int64_t bytes, int vocabulary, int longest, struct kept *kept,
                   struct error *error) {
    *kept = (struct kept){
        .path = file_join(directory, LAYOUT_KEPT), .vocabulary = vocabulary, .longest = longest};
    if (!kept->path) return err_memory(error, "kept completions");
    int64_t size;
    enum err code = bytes ? read_back(kept, bytes, error) : ERR_OK;
    if (!code) code = file_append(kept->path, &kept->file, &size, error);
    if (!code && size > bytes && ftruncate(fileno(kept->file), bytes)) code = cannot_write(kept, error);
    if (!code && fseeko(kept->file, 0, SEEK_END)) code = cannot_write(kept, error);
    return code;
}

void kept_close(struct kept *kept) {
    if (kept->file) fclose(kept->file);
    dataset_free(&kept->data.dataset);
    free(kept->path);
    *kept = (struct kept){0};
}

static json_t *ids_json(struct token_span span) {
    json_t *array = json_array();
    for (size_t i = 0; i < span.count && array; i++)
        if (json_array_append_new(array, json_integer(span.id[i]))) {
            json_decref(array);
            return NULL;
        }
    return array;
}

enum err kept_add(struct kept *kept, struct token_span prompt, struct token_span completion,
                  struct error *error) {
    if (!fits(kept, prompt.count, completion.count)) return ERR_OK;
    enum err code = add(kept, prompt, completion, error);
    if (code) return code;
    json_t *line = json_pack("{s:o, s:o}", "prompt", ids_json(prompt), "completion", ids_json(completion));
    return jsonl_write(kept->file, line, 0, error);
}

int64_t kept_bytes(const struct kept *kept) { return ftello(kept->file); }

enum err kept_sync(const struct kept *kept, struct error *error) {
    if (fflush(kept->file) || fsync(fileno(kept->file))) return cannot_write(kept, error);
    /* An earlier flush may have failed and this one not: then lines are missing. */
    if (ferror(kept->file)) return err_set(error, ERR_RUNTIME, "%s: cannot write", kept->path);
    return ERR_OK;
}
