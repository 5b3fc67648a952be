/* Completions made elsewhere. See completions.h. */
#include "train/completions.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/jsonl.h"
#include "trace/outside_text.h"

static enum err take_text(const struct vocabulary *vocabulary, const char *text, size_t length,
                          struct decoder_result *result, struct error *error) {
    struct alphabets alphabets;
    struct tokens tokens = {0};
    alphabets_open(&alphabets, vocabulary);
    const struct outside_terms as_it_stands = {.alphabets = &alphabets};
    if (outside_text_read(&as_it_stands, text, length, false, &tokens, &result->stopped)) {
        tokens_free(&tokens);
        return err_memory(error, "the completions");
    }
    result->tokens = tokens.id;
    result->length = (int)tokens.count; /* a line is short enough (JSONL_LINE_MAX) */
    return ERR_OK;
}

static enum err take_lines(struct jsonl *jsonl, const struct vocabulary *vocabulary, int64_t problems,
                           struct decoder_result *results, struct error *error) {
    for (int64_t i = 0;; i++) {
        json_t *line = NULL;
        const char *text;
        size_t length;
        enum err code = jsonl_next(jsonl, &line, error);
        if (!code && !line && i < problems)
            code =
                err_set(error, ERR_INPUT, "%s:%ld: ends after %lld completions; %lld problems want one each",
                        jsonl->path, jsonl->line, (long long)i, (long long)problems);
        else if (!code && line && i == problems)
            code = err_set(error, ERR_INPUT, "%s:%ld: a completion more than there are problems (%lld)",
                           jsonl->path, jsonl->line, (long long)problems);
        bool over = code || !line;
        if (!over) code = jsonl_string(jsonl, line, "completion", &text, &length, error);
        if (!over && !code) code = take_text(vocabulary, text, length, &results[i], error);
        json_decref(line);
        if (over || code) return code;
    }
}

enum err completions_read(const char *path, const struct vocabulary *vocabulary, int64_t problems,
                          struct decoder_result *results, struct error *error) {
    struct stat status;
    struct jsonl jsonl;
    if (!stat(path, &status) && !S_ISREG(status.st_mode)) /* a pipe would be waited for */
        return err_set(error, ERR_INPUT, "%s: is not a plain file", path);
    enum err code = jsonl_open(&jsonl, path, error);
    if (code) return code;
    code = take_lines(&jsonl, vocabulary, problems, results, error);
    jsonl_close(&jsonl);
    if (code) {
        decoder_free_results(results, (size_t)problems);
        for (int64_t i = 0; i < problems; i++) results[i] = (struct decoder_result){0};
    }
    return code;
}
