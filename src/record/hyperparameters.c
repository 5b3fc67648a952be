/* A run's options as hyperparameters. See hyperparameters.h. */
#include "record/hyperparameters.h"

#include <stdlib.h>

#include "base/memory.h"
#include "record/columns.h"
#include "record/tensorboard.h"
#include "spec/options.h"
#include "spec/start.h"

enum { METRICS_MAX = 32 };

/* Its name is in names[n]. */
static struct tensorboard_hparam hparam_of(struct option_ref option, const struct config *config,
                                           char name[OPTION_NAME_MAX]) {
    struct option_value value = option_get(option, config);
    struct tensorboard_hparam hparam = {.name = name};
    option_name(option, config->mix.entries, name);
    switch (option.row->type) {
    case OPTION_INTEGER:
        hparam.is_number = true;
        hparam.number = (double)value.integer;
        break;
    case OPTION_NUMBER:
        hparam.is_number = true;
        hparam.number = value.number;
        break;
    case OPTION_STRING: hparam.text = value.text; break;
    default: hparam.text = option.row->choice((int)value.integer); break;
    }
    return hparam;
}

/* What was said of the parent. */
static struct tensorboard_hparam hparam_of_start(const char *key, const json_t *value,
                                                 char name[OPTION_NAME_MAX]) {
    snprintf(name, OPTION_NAME_MAX, "start.%s", key);
    return (struct tensorboard_hparam){.name = name,
                                       .is_number = json_is_number(value),
                                       .number = json_number_value(value),
                                       .text = json_string_value(value)};
}

static void name_metrics(const char *metrics[METRICS_MAX]) {
    int count = 0;
    for (const struct column *column = columns_table(); column->name && count < METRICS_MAX - 1; column++)
        if (column->tested && !column->is_mark && column->type != COLUMN_COUNT)
            metrics[count++] = column->name;
    metrics[count] = NULL;
}

enum err hyperparameters_write(FILE *stream, double wall_time, const struct config *config,
                               struct error *error) {
    const char *metrics[METRICS_MAX];
    int count = 0;
    struct tensorboard_hparam *hparams = memory_array(OPTION_SLOTS, sizeof *hparams);
    char(*names)[OPTION_NAME_MAX] = memory_array(OPTION_SLOTS, sizeof *names);
    enum err code = hparams && names ? ERR_OK : err_memory(error, "hyperparameters");
    for (const struct option_row *row = options_table(); row->name && !code; row++)
        for (int i = 0; i < option_count(row); i++) {
            struct option_ref option = {.row = row, .index = i};
            if (!(row->matters || row->retells) || !option_has_effect(option, config)) continue;
            hparams[count] = hparam_of(option, config, names[count]);
            count++;
        }
    json_t *start = NULL, *value;
    const char *key;
    if (!code) code = start_json(config, &start, error);
    json_object_foreach(start, key, value) {
        hparams[count] = hparam_of_start(key, value, names[count]);
        count++;
    }
    name_metrics(metrics);
    if (!code) code = tensorboard_hparams(stream, wall_time, hparams, count, metrics, error);
    json_decref(start);
    free(names);
    free(hparams);
    return code;
}
