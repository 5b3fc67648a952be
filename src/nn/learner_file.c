/* The file that a resumed run goes on from: parameters, the value head's too, AdamW's moments, step and the
 * caller's note. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "nn/learner_state.h"
#include "nn/safetensors.h"

/* The three sets of tensors, and the prefix of their names. */
static const char *const prefixes[] = {"weights.", "m.", "v."};
enum { SETS = 3, NAME = 96 };

/* A tensor's numbers in a set. */
static real *set_values(const struct learner *learner, int set, int tensor) {
    size_t offset = learner_tensor(learner, tensor)->offset;
    return set == 0   ? learner_tensor_values(learner, tensor)
           : set == 1 ? learner->m + offset
                      : learner->v + offset;
}

static void full_name(char name[NAME], int set, const struct gpt_tensor *tensor) {
    snprintf(name, NAME, "%s%s", prefixes[set], tensor->name);
}

enum err learner_save(const struct learner *learner, const char *path, const char *note,
                      struct error *error) {
    size_t tensors = (size_t)learner_tensors(learner), count = SETS * tensors;
    struct safetensors_item *items = memory_array(count, sizeof *items);
    char(*names)[NAME] = memory_array(count, NAME);
    char step[32];
    snprintf(step, sizeof step, "%lld", (long long)learner->step);
    json_t *metadata = json_pack("{s:s,s:s,s:s}", "format", "pt", "step", step, "note", note ? note : "");
    enum err code = ERR_OK;
    if (!items || !names || !metadata) code = err_memory(error, path);
    for (size_t i = 0; i < count && !code; i++) {
        int set = (int)(i / tensors), index = (int)(i % tensors);
        const struct gpt_tensor *tensor = learner_tensor(learner, index);
        full_name(names[i], set, tensor);
        items[i] = (struct safetensors_item){names[i], tensor->rows, tensor->columns,
                                             set_values(learner, set, index)};
    }
    if (!code) code = safetensors_write(path, items, count, metadata, error);
    json_decref(metadata);
    free(names);
    free(items);
    return code;
}

/* The step from the metadata: a whole number, nothing else. */
static enum err read_step(const struct safetensors *file, int64_t *step, struct error *error) {
    const char *text = json_string_value(json_object_get(file->metadata, "step"));
    if (!text || !file->summed)
        return err_set(error, ERR_INPUT, "%s: no step or no checksum in it: not an optimizer file",
                       file->path);
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || end == text || *end || value < 0)
        return err_set(error, ERR_INPUT, "%s: step '%s' is no step", file->path, text);
    *step = value;
    return ERR_OK;
}

static enum err copy_note(const struct safetensors *file, char **note, struct error *error) {
    const char *text = json_string_value(json_object_get(file->metadata, "note"));
    *note = memory_string(text ? text : "");
    return *note ? ERR_OK : err_memory(error, file->path);
}

enum err learner_read_note(const char *path, char **note, struct error *error) {
    struct safetensors file;
    enum err code = safetensors_open(path, &file, error);
    if (code) return code;
    int64_t step;
    code = read_step(&file, &step, error);
    if (!code) code = copy_note(&file, note, error);
    safetensors_close(&file);
    return code;
}

enum err learner_load(struct learner *learner, const char *path, char **note, struct error *error) {
    struct safetensors file;
    enum err code = safetensors_open(path, &file, error);
    if (code) return code;
    int tensors = learner_tensors(learner);
    int64_t step = 0;
    char name[NAME], *copy = NULL;
    code = read_step(&file, &step, error);
    for (int i = 0; i < SETS * tensors && !code; i++) {
        const struct gpt_tensor *tensor = learner_tensor(learner, i % tensors);
        full_name(name, i / tensors, tensor);
        code = safetensors_check(&file, name, tensor->rows, tensor->columns, error);
    }
    if (!code && note) code = copy_note(&file, &copy, error);
    if (!code) {
        for (int i = 0; i < SETS * tensors; i++) {
            full_name(name, i / tensors, learner_tensor(learner, i % tensors));
            safetensors_copy(&file, name, set_values(learner, i / tensors, i % tensors));
        }
        learner->step = step;
        learner_refresh(learner);
        if (note) *note = copy;
    }
    safetensors_close(&file);
    return code;
}
