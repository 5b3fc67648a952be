/* The parent of a run. See start.h. */
#include "spec/start.h"

#include <string.h>

#include "base/buffer.h"
#include "base/json_file.h"

/* Where an option was said in `start`; NULL: it is the run's own. */
static const struct setting *find_start(const struct partial *run, struct option_ref option) {
    for (int i = 0; i < run->start_count && i < PARTIAL_START_MAX; i++)
        if (!run->start[i]->tasks && option_slot(run->start[i]->option) == option_slot(option))
            return run->start[i];
    return NULL;
}

static struct option_ref samples_option(void) {
    struct option_ref option = {0};
    option_find("data.samples", &option);
    return option;
}

const char *start_option(const char *name) {
    static const char start[] = "start.";
    size_t length = sizeof start - 1;
    return strncmp(name, start, length) ? NULL : name + length;
}

bool start_gives_parent(const struct partial *run) {
    const struct setting *samples = find_start(run, samples_option());
    return run->start_count && (!samples || samples->value.integer > 0);
}

bool start_has_parent(const struct partial *run) {
    return start_gives_parent(run) || run->config.rl.method != RL_NONE;
}

enum err start_make_parent(struct partial *run, const char *label, struct error *error) {
    int said = start_gives_parent(run) ? run->start_count : 0;
    for (int i = 0; i < said && i < PARTIAL_START_MAX; i++) partial_set(run, run->start[i]);
    partial_unset(run, "rl.");
    run->start_count = 0;
    struct error inner;
    enum err code = partial_finish(run, label, &inner);
    return code ? err_set(error, code, "%s (of the parent%s)", inner.message, said ? ", by start" : "")
                : ERR_OK;
}

enum err start_check_models(const struct partial *run, const struct partial *parent, const char *label,
                            struct error *error) {
    const struct gpt_config of_run = config_shape(&run->config, 64, 64),
                            of_parent = config_shape(&parent->config, 64, 64);
    const struct {
        const char *name;
        double run, parent;
    } sizes[] = {
        {"layers", of_run.layers, of_parent.layers},
        {"width", of_run.width, of_parent.width},
        {"heads", of_run.heads, of_parent.heads},
        {"ffn", of_run.ffn, of_parent.ffn},
        {"rotary_share", of_run.rotary_share, of_parent.rotary_share},
        {"rotary_base", of_run.rotary_base, of_parent.rotary_base},
    };
    if (*run->config.trainer && !strstr(run->config.trainer, "{parent}"))
        return err_set(error, ERR_INPUT,
                       "%s: start: the trainer does not name {parent}, the directory of the run that it is "
                       "to start from",
                       label);
    const struct setting *said = partial_latest(parent, "model.", 0);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (*run->config.trainer || sizes[i].run == sizes[i].parent) continue;
        struct error what;
        err_set(
            &what, ERR_INPUT,
            "start: model.%s of the parent is %g, and %g of the run that starts from it (allowed: the same)",
            sizes[i].name, sizes[i].parent, sizes[i].run);
        return said ? tree_error(said->tree, said->node, error, "%s", what.message)
                    : err_set(error, ERR_INPUT, "%s: %s", label, what.message);
    }
    return ERR_OK;
}

enum err start_describe(const struct partial *run, int64_t samples, const char *label, char **out,
                        struct error *error) {
    const struct option_ref of_samples = samples_option();
    struct buffer text = {0};
    for (const struct option_row *row = options_table(); row->name; row++)
        for (int i = 0; i < option_count(row); i++) {
            struct option_ref option = {.row = row, .index = i};
            const struct setting *said = find_start(run, option);
            bool is_samples = option_slot(option) == option_slot(of_samples);
            if (!is_samples && (!said || !samples)) continue; /* of no parent there is nothing to say */
            char name[OPTION_NAME_MAX];
            option_name(option, said && said->numbered ? MIX_TASKS : 1, name);
            buffer_printf(&text, "%s\"%s\":", text.length ? "," : "{", name);
            const struct option_value count = {.integer = samples};
            option_print(row, is_samples ? count : said->value, &text);
        }
    buffer_char(&text, '}');
    enum err code = text.failed ? err_memory(error, label) : ERR_OK;
    if (!code && text.length >= sizeof run->config.start)
        code = err_set(error, ERR_INPUT, "%s: start: the options are too long (allowed: %zu bytes as JSON)",
                       label, sizeof run->config.start - 1);
    json_t *json = NULL;
    if (!code) code = json_file_parse(label, 1, text.bytes, text.length, &json, error);
    json_decref(json);
    if (code)
        buffer_free(&text);
    else
        *out = text.bytes;
    return code;
}

enum err start_json(const struct config *config, json_t **json, struct error *error) {
    *json = NULL;
    return *config->start ? json_file_parse("start", 1, config->start, strlen(config->start), json, error)
                          : ERR_OK;
}

bool start_says(const struct partial *run, const struct setting *setting) {
    const struct setting *said = find_start(run, setting->option);
    struct option_value value = said ? said->value : option_get(setting->option, &run->config);
    bool is_samples = option_slot(setting->option) == option_slot(samples_option());
    if (is_samples && !start_gives_parent(run)) value.integer = 0;
    return option_equal(setting->option.row, setting->value, value);
}
