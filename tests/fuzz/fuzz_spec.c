/* Fuzz target of the spec reader and of the record of a configuration: whatever the bytes, a message or a
 * checked configuration.
 *
 *     make CC=clang VARIANT=san build/san/fuzz/fuzz_spec
 *     build/san/fuzz/fuzz_spec -max_total_time=600 -max_len=4096 tests/fuzz/corpus/spec
 *
 * Input that begins with `{"` is read as the JSON of a configuration, any other as a spec. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "spec/config.h"
#include "spec/config_json.h"
#include "spec/identity.h"
#include "spec/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_configuration(const char *bytes, size_t size) {
    struct config config;
    struct error error;
    json_t *json = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);
    if (json && config_from_json(json, "fuzz", &config, &error) == ERR_OK) {
        struct identity identity = {0};
        char id[CONFIG_ID_LENGTH + 1];
        enum err code = identity_of(&identity, &config, id, &error);
        if (code && code != ERR_INPUT) abort(); /* its files need not be there */
        identity_free(&identity);
    }
    json_decref(json);
}

/* What was accepted once is accepted again, as the same run. */
static void check_run(const struct spec *spec, int run) {
    struct error error;
    struct config config, back;
    spec_run(spec, run, &config);
    json_t *json = config_json(&config);
    struct identity identity = {0};
    char id[CONFIG_ID_LENGTH + 1];
    if (!json || config_from_json(json, "fuzz.json", &back, &error)) abort();
    enum err code = identity_of(&identity, &back, id, &error);
    if ((code && code != ERR_INPUT) || strcmp(id, spec_run_id(spec, run))) abort();
    identity_free(&identity);
    json_decref(json);
}

static void read_spec(const char *bytes, size_t size) {
    struct spec *spec;
    struct error error;
    if (spec_parse("fuzz.yaml", bytes, size, NULL, 0, &spec, &error)) return;
    check_run(spec, 0);
    check_run(spec, spec_runs(spec) - 1); /* the last may be a parent */
    spec_free(spec);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 1 && data[0] == '{' && data[1] == '"')
        read_configuration((const char *)data, size);
    else
        read_spec((const char *)data, size);
    return 0;
}
