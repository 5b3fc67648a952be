/* What tells a run from the others of its spec. See run_label.h. */
#include "sweep/run_label.h"

#include <string.h>

#include "spec/options.h"

static bool is_rate(struct option_ref option) {
    return option.row->family == FAMILY_NOISE && strstr(option.row->name, ".rate");
}

/* Whether an option says something about this run: the rate of a noise that is off does not. */
static bool is_telling(struct option_ref option, const struct config *config, enum run_label which) {
    if (which >= RUN_LABEL_CELL && !strcmp(option.row->name, "seeds")) return false;
    if (which >= RUN_LABEL_SETTING && is_rate(option)) return false;
    if (option.row->family == FAMILY_TASK && option.index >= config->mix.entries) return false;
    if (!strcmp(option.row->name, "data.contamination")) return mix_is_noisy(&config->mix);
    return option_has_effect(option, config);
}

char *run_label_text(const struct spec *spec, const struct config *config, enum run_label which) {
    struct buffer label = {0};
    struct option_ref option;
    bool varies_noise = false;
    for (int n = 0; spec_varied(spec, n, &option); n++)
        varies_noise |= option.row->family == FAMILY_NOISE || !strcmp(option.row->name, "data.contamination");
    buffer_text(&label, "");
    if (varies_noise && !mix_is_noisy(&config->mix) && which < RUN_LABEL_SETTING)
        buffer_text(&label, "clean");
    for (int n = 0; spec_varied(spec, n, &option); n++) {
        char name[OPTION_NAME_MAX];
        if (!is_telling(option, config, which)) continue;
        struct option_value value = option_get(option, config);
        option_name(option, config->mix.entries, name);
        buffer_printf(&label, "%s%s=", label.length ? " " : "", name);
        if (option.row->type == OPTION_STRING)
            buffer_text(&label, value.text);
        else if (option.row->choice)
            buffer_text(&label, option.row->choice((int)value.integer));
        else
            option_print(option.row, value, &label);
    }
    if (label.failed) buffer_free(&label);
    return label.bytes;
}
