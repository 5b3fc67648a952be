/* Fuzz target of the readers of a model directory: safetensors, config.json, tokenizer.json and
 * tokenizer_config.json. One of the four is the input, the others are those of a small sound model; what is
 * read then must be a model that can be written and read again.
 *
 * The input's first byte says which file it is: w(eights), c(onfig), t(okenizer), o(ptions of the tokenizer).
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "record/model_directory.h"
#include "record/run_record.h"
#include "spec/config_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES = 4, PATH_LENGTH = 256 };
static const char file_letters[FILES + 1] = "wcto";
static const char *const file_names[FILES] = {"model.safetensors", "config.json", "tokenizer.json",
                                              "tokenizer_config.json"};

struct place {
    char directory[64];
    char *sound[FILES]; /* the content of each file in a sound model */
    size_t length[FILES];
};

static void path_of(const struct place *place, int file, char path[PATH_LENGTH]) {
    snprintf(path, PATH_LENGTH, "%s/%s", place->directory, file_names[file]);
}

static void put(const struct place *place, int file, const void *bytes, size_t length) {
    char path[PATH_LENGTH];
    path_of(place, file, path);
    FILE *stream = fopen(path, "wb");
    if (!stream || fwrite(bytes, 1, length, stream) != length || fclose(stream)) abort();
}

/* A model of one layer with the vocabulary of addition. */
static void write_sound(struct place *place) {
    struct config config;
    struct vocabulary *vocabulary;
    struct gpt *gpt;
    json_t *options = json_pack("{s:s, s:{s:s}}", "name", "fuzz", "task", "name", "add");
    if (config_from_json(options, "fuzz", &config, NULL) || mix_vocabulary(&config.mix, &vocabulary, NULL))
        abort();
    struct gpt_config shape = {.vocabulary = vocabulary_count(vocabulary),
                               .width = 16,
                               .layers = 1,
                               .heads = 1,
                               .ffn = 16,
                               .positions = 64,
                               .rotary_share = 0.5,
                               .rotary_base = 10000,
                               .epsilon = 1e-5};
    if (gpt_create(&shape, &gpt, NULL)) abort();
    gpt_initialise(gpt, 1);
    const char *text[256];
    for (int i = 0; i < shape.vocabulary; i++) text[i] = vocabulary_text(vocabulary, i);
    struct checkpoint_vocabulary words = {text,      shape.vocabulary, TOKEN_PAD,
                                          TOKEN_BOS, TOKEN_EOS,        TOKEN_UNKNOWN};
    json_t *provenance = run_record_provenance(&config, "0000000000000000", NULL);
    if (checkpoint_write(place->directory, gpt, &words, provenance, NULL)) abort();
    json_decref(provenance);
    json_decref(options);
    gpt_free(gpt);
    vocabulary_free(vocabulary);
}

static void leave(void);

static struct place *the_place(void) {
    static struct place place;
    if (place.directory[0]) return &place;
    snprintf(place.directory, sizeof place.directory, "/tmp/cotnoise-fuzz-XXXXXX");
    if (!mkdtemp(place.directory)) abort();
    atexit(leave);
    write_sound(&place);
    for (int file = 0; file < FILES; file++) {
        char path[PATH_LENGTH];
        path_of(&place, file, path);
        if (file_read(path, 1 << 24, &place.sound[file], &place.length[file], NULL)) abort();
    }
    return &place;
}

static void leave(void) {
    struct place *place = the_place();
    for (int file = 0; file < FILES; file++) {
        char path[PATH_LENGTH];
        path_of(place, file, path);
        unlink(path);
        free(place->sound[file]);
    }
    rmdir(place->directory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *letter = size ? memchr(file_letters, data[0], FILES) : NULL;
    if (!letter) return 0;
    int file = (int)(letter - file_letters);
    struct place *place = the_place();
    struct model_directory model;
    struct error error = {{0}};
    put(place, file, data + 1, size - 1);
    enum err code = model_directory_read(place->directory, &model, &error);
    if (!code) {
        if (model.checkpoint.gpt->config.vocabulary != vocabulary_count(model.vocabulary)) abort();
        model_directory_free(&model);
    } else if (!error.message[0]) {
        abort();
    }
    put(place, file, place->sound[file], place->length[file]);
    return 0;
}
