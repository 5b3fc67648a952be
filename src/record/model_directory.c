/* A trained model read back. See model_directory.h. */
#include "record/model_directory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "noise/noises.h"
#include "spec/config_json.h"
#include "spec/identity.h"

enum err model_directory_read(const char *directory, struct model_directory *model, struct error *error) {
    struct model_directory made = {0};
    enum err code = checkpoint_read(directory, &made.checkpoint, error);
    if (code) return code;
    code = vocabulary_restore((const char *const *)made.checkpoint.text,
                              made.checkpoint.gpt->config.vocabulary, &made.vocabulary, error);
    if (code) code = err_prefix(error, code, "%s", directory);
    json_t *options = json_object_get(made.checkpoint.cotnoise, "options");
    if (!code && options) {
        char where[CONFIG_PATH_MAX + 32];
        snprintf(where, sizeof where, "%s/" CHECKPOINT_CONFIG, directory);
        code = config_from_json(options, where, &made.config, error);
        made.has_config = true;
    }
    if (code)
        model_directory_free(&made);
    else
        *model = made;
    return code;
}

void model_directory_free(struct model_directory *model) {
    checkpoint_free(&model->checkpoint);
    vocabulary_free(model->vocabulary);
    *model = (struct model_directory){0};
}

/* --- changed code ---------------------------------------------------------------------------------- */

struct behaviour_comparison {
    json_t *recorded;
    void (*tell)(void *context, const char *change);
    void *context;
    bool changed;
};

/* Tells of a task or noise whose record is there and another. */
static void compare(struct behaviour_comparison *comparison, const char *section, const char *what,
                    const char *name, uint64_t behaviour, const char *advice) {
    const char *then =
        json_string_value(json_object_get(json_object_get(comparison->recorded, section), name));
    char now[17];
    struct error line;
    snprintf(now, sizeof now, "%016" PRIx64, behaviour);
    if (!then || !strcmp(then, now)) return;
    /* A message, since what a file says may hold control characters. */
    err_set(&line, ERR_OK, "the %s %s has changed since this model was trained (%.16s, now %s): %s", what,
            name, then, now, advice);
    comparison->tell(comparison->context, line.message);
    comparison->changed = true;
}

static bool is_repeated(const struct mix *mix, int entry) {
    for (int i = 0; i < entry; i++)
        if (mix->entry[i].task == mix->entry[entry].task) return true;
    return false;
}

static enum err compare_all(struct behaviour_comparison *comparison, struct identity *identity,
                            const struct mix *mix, struct error *error) {
    uint64_t behaviour;
    for (int i = 0; i < mix->entries; i++) {
        const struct task *task = mix->entry[i].task;
        if (is_repeated(mix, i)) continue;
        enum err code = identity_task(identity, task, &behaviour, error);
        if (code) return code;
        compare(comparison, "tasks", "task", task->name, behaviour,
                "problems and true traces are today's, not those that it learned");
    }
    bool tasks_changed = comparison->changed;
    /* What a noise does shows on the tasks: of a changed one it says nothing. */
    for (int kind = 0; noise_list[kind] && !tasks_changed; kind++) {
        if (!mix_noise_acts(mix, kind)) continue;
        enum err code = identity_noise(identity, mix, kind, &behaviour, error);
        if (code) return code;
        compare(comparison, "noises", "noise", noise_list[kind]->name, behaviour,
                "today's would have made other training data");
    }
    return ERR_OK;
}

enum err model_directory_compare(const struct model_directory *model,
                                 void (*tell)(void *context, const char *change), void *context,
                                 struct error *error) {
    struct behaviour_comparison comparison = {json_object_get(model->checkpoint.cotnoise, "behaviour"), tell,
                                              context, false};
    if (!model->has_config || !comparison.recorded) return ERR_OK;
    struct identity *identity = memory_array(1, sizeof *identity);
    if (!identity) return err_memory(error, "the model");
    enum err code = compare_all(&comparison, identity, &model->config.mix, error);
    identity_free(identity);
    free(identity);
    return code;
}

/* --- weights to start from ------------------------------------------------------------------------- */

/* What keeps the weights of `from` from being used. */
static enum err check_shape(const char *directory, const struct gpt_config *from, const struct gpt_config *to,
                            struct error *error) {
    const struct {
        const char *name;
        double there, here;
    } sizes[] = {
        {"model.layers", from->layers, to->layers},
        {"model.width", from->width, to->width},
        {"model.heads", from->heads, to->heads},
        {"model.ffn", from->ffn, to->ffn},
        {"model.rotary_share", from->rotary_share, to->rotary_share},
        {"model.rotary_base", from->rotary_base, to->rotary_base},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (sizes[i].there != sizes[i].here)
            return err_set(error, ERR_INPUT, "model.init: %s: %s is %g there and %g here; set it to %g",
                           directory, sizes[i].name, sizes[i].there, sizes[i].here, sizes[i].there);
    return ERR_OK;
}

/* The checkpoint's id of a token of ours, or -1. Subword vocabularies may know a name only behind a space. */
static int32_t find_row(const struct checkpoint *from, const struct vocabulary *vocabulary, int32_t id) {
    const char *text = vocabulary_text(vocabulary, id);
    if (id == TOKEN_PAD) return from->pad;
    if (id == TOKEN_BOS) return from->bos;
    if (id == TOKEN_EOS) return from->eos;
    if (id == TOKEN_UNKNOWN) return from->unk;
    int32_t spaced = -1;
    for (int32_t i = 0; i < from->gpt->config.vocabulary; i++) {
        if (!strcmp(from->text[i], text)) return i;
        if (from->text[i][0] == ' ' && !strcmp(from->text[i] + 1, text)) spaced = i;
    }
    return spaced;
}

static void copy_row(struct gpt *to, const struct gpt *from, int tensor_to, int tensor_from, int32_t row_to,
                     int32_t row_from) {
    size_t width = (size_t)to->config.width;
    memcpy(gpt_values(to, tensor_to) + (size_t)row_to * width,
           gpt_values(from, tensor_from) + (size_t)row_from * width, width * sizeof(real));
}

enum err model_directory_initialise(const char *directory, const struct vocabulary *vocabulary, uint64_t seed,
                                    struct gpt *gpt, struct error *error) {
    struct checkpoint from = {0};
    enum err code = checkpoint_read_foreign(directory, &from, error);
    if (code) return err_prefix(error, code, "model.init");
    code = check_shape(directory, &from.gpt->config, &gpt->config, error);
    for (int32_t digit = TOKEN_DIGIT; digit < TOKEN_DIGIT + 10 && !code; digit++)
        if (find_row(&from, vocabulary, digit) < 0)
            code = err_set(error, ERR_INPUT, "model.init: %s: its vocabulary has no token '%s'", directory,
                           vocabulary_text(vocabulary, digit));
    if (!code) {
        gpt_initialise(gpt, seed);
        gpt->config.epsilon = from.gpt->config.epsilon;
        int last = gpt_final_index(&gpt->config) + 2; /* embed_out; embed_in is tensor 0 */
        for (int i = 1; i < last; i++)
            memcpy(gpt_values(gpt, i), gpt_values(from.gpt, i), gpt->tensor[i].size * sizeof(real));
        for (int32_t id = 0; id < vocabulary_count(vocabulary); id++) {
            int32_t row = find_row(&from, vocabulary, id);
            if (row < 0) continue;
            copy_row(gpt, from.gpt, 0, 0, id, row);
            copy_row(gpt, from.gpt, last, last, id, row);
        }
    }
    checkpoint_free(&from);
    return code;
}
