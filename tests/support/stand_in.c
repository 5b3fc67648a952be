/* What a run would leave, without the training. See stand_in.h. */
#include "tests/support/stand_in.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/json_file.h"
#include "record/run_record.h"

struct spec *stand_in_spec(const char *text, const char *word) {
    struct spec *spec = NULL;
    struct error error;
    struct buffer whole = {0};
    buffer_printf(&whole, "name: trial\ntask: {name: add}\n%s", text);
    if (spec_parse("trial.yaml", whole.bytes, whole.length, &word, word ? 1 : 0, &spec, &error))
        fail_msg("%s", error.message);
    buffer_free(&whole);
    return spec;
}

enum err stand_in_result(const struct config *config, const char *directory, int correct,
                         struct error *error) {
    const char *id = strrchr(directory, '/') + 1;
    struct record *record = calloc(1, sizeof *record);
    json_t *ours = run_record_provenance(config, id, NULL);
    if (!record || !ours) abort();
    record->config = *config;
    record->run = strdup(id);
    record->outcome = (struct outcome){.parameters = 100,
                                       .samples = config->data.samples,
                                       .evaluation = {.problems = 10,
                                                      .correct = correct,
                                                      .accuracy = correct / 10.,
                                                      .interval = wilson_interval(correct, 10)},
                                       .tokens = 1000,
                                       .seconds = 0.5,
                                       .stopped = "end",
                                       .version = COTNOISE_VERSION};
    strcpy(record->outcome.method, rl_method_names[config->rl.method]);
    strcpy(record->outcome.parent, config->parent);
    if (config->rl.method != RL_NONE) {
        record->outcome.rollouts = config->rl.rollouts;
        record->outcome.samples = config->rl.rollouts / config->rl.generations; /* problems */
    }
    enum err code = record_describe(record, error);
    if (!code)
        code = json_file_write_in(directory, "config.json", json_pack("{s:o}", "cotnoise", ours), error);
    if (!code) code = run_record_write(directory, record, error);
    record_free(record);
    free(record);
    return code;
}
