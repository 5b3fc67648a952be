/* What identifies a run. See identity.h. */
#include "spec/identity.h"

#include <inttypes.h>
#include <stdio.h>
#include <xxhash.h>

#include "base/buffer.h"
#include "spec/options.h"

enum err identity_of_config(const struct config *config, char id[CONFIG_ID_LENGTH + 1]) {
    struct buffer text = {0};
    buffer_text(&text, "{\"version\":\"" COTNOISE_VERSION "\"");
    for (const struct option_row *row = options_table(); row->name; row++)
        for (int i = 0; row->matters && i < option_count(row); i++) {
            struct option_ref option = {.row = row, .index = i};
            char name[OPTION_NAME_MAX];
            if (!option_has_effect(option, config)) continue;
            option_name(option, config->mix.entries, name);
            buffer_printf(&text, ",\"%s\":", name);
            option_print(row, option_get(option, config), &text);
        }
    buffer_char(&text, '}');
    if (!text.failed) snprintf(id, CONFIG_ID_LENGTH + 1, "%016" PRIx64, XXH64(text.bytes, text.length, 0));
    enum err code = text.failed ? ERR_RUNTIME : ERR_OK;
    buffer_free(&text);
    return code;
}
