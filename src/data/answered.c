/* Lines with what was written elsewhere. See answered.h. */
#include "data/answered.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/problem.h"

static enum err refuse(const struct jsonl *jsonl, const char *what, struct error *error) {
    return err_set(error, ERR_INPUT, "%s:%ld: %s", jsonl->path, jsonl->line, what);
}

/* --- texts --- */

static bool is_cut(const json_t *object) {
    const char *reason = json_string_value(json_object_get(object, "finish_reason"));
    return reason && !strcmp(reason, "length");
}

/* Adds a string, or null for one that was not written. False for anything else, and for one too many. */
static bool add_text(struct answered *a, const json_t *text, bool cut) {
    bool written = json_is_string(text);
    if ((!written && !json_is_null(text)) || a->texts == ANSWERED_MAX) return false;
    a->text[a->texts++] =
        (struct answered_text){json_string_value(text), written ? json_string_length(text) : 0, cut};
    return true;
}

static bool add_texts(struct answered *a, const json_t *texts, bool cut) {
    for (size_t i = 0; i < json_array_size(texts); i++)
        if (!add_text(a, json_array_get(texts, i), cut)) return false;
    return json_is_array(texts);
}

/* --- kinds of lines --- */

static enum err read_ours(struct answered_reader *r, struct answered *a, struct error *error) {
    json_t *one = json_object_get(a->line, "completion"), *several = json_object_get(a->line, "completions");
    a->problem = a->line;
    if (!one == !several)
        return refuse(&r->jsonl, "one of \"completion\" and \"completions\" must be there", error);
    if (one ? add_text(a, one, is_cut(a->line)) : add_texts(a, several, is_cut(a->line))) return ERR_OK;
    return refuse(&r->jsonl,
                  "\"completion\" must be a string, \"completions\" a list of at most 1024; null is one that "
                  "was not written",
                  error);
}

/* A chat's message, or the text of a plain completion. */
static bool add_choice(struct answered *a, const json_t *choice) {
    const json_t *message = json_object_get(choice, "message"), *text = json_object_get(choice, "text");
    return add_text(a, message ? json_object_get(message, "content") : text, is_cut(choice));
}

static bool has_failed(const json_t *line) {
    const json_t *error = json_object_get(line, "error"), *response = json_object_get(line, "response");
    const json_t *status = json_object_get(response, "status_code");
    return (error && !json_is_null(error)) || (status && json_integer_value(status) != 200);
}

static enum err read_batch(struct answered_reader *r, struct answered *a, struct error *error) {
    const char *id = json_string_value(json_object_get(a->line, "custom_id"));
    if (!id) return refuse(&r->jsonl, "\"custom_id\" must be a string", error);
    if (!r->problems)
        return refuse(&r->jsonl,
                      "is of a batch run: --problems FILE must say what its \"custom_id\" stand for", error);
    a->problem = json_object_get(r->problems, id);
    if (!a->problem)
        return err_set(error, ERR_INPUT, "%s:%ld: \"custom_id\" '%.80s' is of no line of %s", r->jsonl.path,
                       r->jsonl.line, id, r->problems_path);
    if (json_object_del(r->waiting, id))
        return err_set(error, ERR_INPUT, "%s:%ld: \"custom_id\" '%.80s' was there before", r->jsonl.path,
                       r->jsonl.line, id);
    if (has_failed(a->line)) return ERR_OK;
    const json_t *body = json_object_get(json_object_get(a->line, "response"), "body");
    const json_t *choices = json_object_get(body, "choices");
    bool good = json_is_array(choices);
    for (size_t i = 0; i < json_array_size(choices) && good; i++)
        good = add_choice(a, json_array_get(choices, i));
    if (good) return ERR_OK;
    return refuse(
        &r->jsonl,
        "\"response\" must have \"body\" with \"choices\", at most 1024, each with a \"message\" whose "
        "\"content\" is a string, or with \"text\"",
        error);
}

/* The texts of the only request of a document, each of its repeats: [["...", "..."]]; or without the outer
 * list. Passes over what another filter made of the same texts: *skip. */
static enum err read_harness(struct answered_reader *r, struct answered *a, bool *skip, struct error *error) {
    const json_t *texts = json_object_get(a->line, "resps");
    const char *filter = json_string_value(json_object_get(a->line, "filter"));
    if (!texts) texts = json_object_get(a->line, "filtered_resps");
    if (json_array_size(texts) == 1 && json_is_array(json_array_get(texts, 0)))
        texts = json_array_get(texts, 0);
    a->problem = json_object_get(a->line, "doc");
    if (!json_is_object(a->problem))
        return refuse(&r->jsonl, "\"doc\" must be an object with \"task\" and \"args\"", error);
    if (filter && !r->filter && !(r->filter = memory_string(filter))) return err_memory(error, r->jsonl.path);
    *skip = filter && strcmp(filter, r->filter);
    if (add_texts(a, texts, false)) return ERR_OK;
    return refuse(&r->jsonl,
                  "\"resps\" must hold texts, at most 1024, as tasks of the output type generate_until have",
                  error);
}

static bool has(const json_t *line, const char *key) { return json_object_get(line, key) != NULL; }

static enum err read_line(struct answered_reader *r, struct answered *a, bool *skip, struct error *error) {
    a->texts = 0;
    *skip = false;
    if (has(a->line, "doc") && (has(a->line, "resps") || has(a->line, "filtered_resps")))
        return read_harness(r, a, skip, error);
    if (has(a->line, "custom_id") && (has(a->line, "response") || has(a->line, "error")))
        return read_batch(r, a, error);
    if (has(a->line, "task") && has(a->line, "args")) return read_ours(r, a, error);
    return refuse(&r->jsonl,
                  "is no completion: a line has \"task\", \"args\" and \"completion\" or \"completions\"; or "
                  "\"custom_id\" and \"response\", of a batch run; or \"doc\" and \"resps\", of "
                  "lm-evaluation-harness",
                  error);
}

/* --- the problems of a batch run --- */

/* Adds a line under TASK-INDEX, once it is known to be a problem; takes it over. */
static enum err add_problem(struct answered_reader *r, const struct jsonl *jsonl, json_t *line,
                            struct arguments *arguments, struct error *error) {
    const struct task *task;
    char id[128];
    const json_t *index = json_object_get(line, "index");
    enum err code = problem_task(jsonl, line, &task, error);
    if (!code) code = problem_arguments(jsonl, line, task, arguments, error);
    if (!code && (!json_is_integer(index) || json_integer_value(index) < 0))
        code = refuse(jsonl, "\"index\" must be a whole number, as `cotnoise gen` writes it", error);
    if (!code) snprintf(id, sizeof id, "%s-%" JSON_INTEGER_FORMAT, task->name, json_integer_value(index));
    if (!code && has(r->problems, id))
        code =
            err_set(error, ERR_INPUT, "%s:%ld: task %s with index %" JSON_INTEGER_FORMAT " was there before",
                    jsonl->path, jsonl->line, task->name, json_integer_value(index));
    if (!code && (json_object_set(r->problems, id, line) || json_object_set(r->waiting, id, json_null())))
        code = err_memory(error, "the problems");
    json_decref(line);
    return code;
}

static enum err read_problems(struct answered_reader *r, struct error *error) {
    struct jsonl jsonl = {0};
    struct arguments *arguments = memory_array(1, sizeof *arguments);
    r->problems = json_object();
    r->waiting = json_object();
    enum err code = arguments && r->problems && r->waiting ? ERR_OK : err_memory(error, "the problems");
    if (!code) code = jsonl_open(&jsonl, r->problems_path, error);
    while (!code) {
        json_t *line = NULL;
        code = jsonl_next(&jsonl, &line, error);
        if (code || !line) break;
        code = add_problem(r, &jsonl, line, arguments, error);
    }
    if (!code && !json_object_size(r->problems))
        code = err_set(error, ERR_INPUT, "%s: holds no problem", jsonl.path);
    jsonl_close(&jsonl);
    free(arguments);
    return code;
}

/* The next problem that no line has answered, as a line. */
static enum err take_waiting(struct answered_reader *r, struct answered *a, struct error *error) {
    r->left = r->left ? json_object_iter_next(r->waiting, r->left) : json_object_iter(r->waiting);
    a->line = NULL;
    if (!r->left) {
        json_object_clear(r->waiting);
        return ERR_OK;
    }
    const char *id = json_object_iter_key(r->left);
    a->problem = json_object_get(r->problems, id);
    a->texts = 0;
    a->line = json_pack("{s:s}", "custom_id", id);
    return a->line ? ERR_OK : err_memory(error, "the problems");
}

/* --- the file --- */

enum err answered_open(struct answered_reader *reader, const char *path, const char *problems,
                       struct error *error) {
    *reader = (struct answered_reader){.problems_path = problems};
    enum err code = problems ? read_problems(reader, error) : ERR_OK;
    if (!code) code = jsonl_open(&reader->jsonl, path, error);
    if (code) answered_close(reader);
    return code;
}

enum err answered_next(struct answered_reader *r, struct answered *answered, struct error *error) {
    for (bool skip = true; skip;) {
        answered->line = NULL;
        enum err code = r->left ? ERR_OK : jsonl_next(&r->jsonl, &answered->line, error);
        if (!code && !answered->line) return r->waiting ? take_waiting(r, answered, error) : ERR_OK;
        if (!code) code = read_line(r, answered, &skip, error);
        if (code || skip) json_decref(answered->line);
        if (code) {
            answered->line = NULL;
            return code;
        }
    }
    return ERR_OK;
}

void answered_close(struct answered_reader *reader) {
    jsonl_close(&reader->jsonl);
    json_decref(reader->problems);
    json_decref(reader->waiting);
    free(reader->filter);
    *reader = (struct answered_reader){0};
}
