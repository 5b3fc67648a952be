/* Safetensors, checkpoints and optimizer files: round trips, and damage of every kind refused with a reason.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "nn/checkpoint.h"
#include "nn/learner.h"
#include "nn/safetensors.h"
#include "tests/toy_model.h"

static char directory[] = "/tmp/cotnoise-test-XXXXXX";

static int make_directory(void **state) {
    (void)state;
    return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state) {
    (void)state;
    static const char *const names[] = {"a.safetensors", "model.safetensors", "config.json", "tokenizer.json",
                                        "tokenizer_config.json"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = file_join(directory, names[i]);
        unlink(path);
        free(path);
    }
    return rmdir(directory);
}

/* Opens `length` bytes as a file; they must be refused with a message that holds `reason`. */
static void assert_refused(const char *bytes, size_t length, const char *reason) {
    char *path = file_join(directory, "a.safetensors");
    OK(file_write_plain(path, bytes, length, &error));
    struct safetensors file;
    struct error found = {""};
    enum err code = safetensors_open(path, &file, &found);
    if (code != ERR_INPUT || !strstr(found.message, reason))
        fail_msg("expected '%s', got %d '%s'", reason, code, found.message);
    free(path);
}

/* A file of that header and `data` zero bytes. */
static void assert_header_refused(const char *header, size_t data, const char *reason) {
    size_t length = strlen(header);
    char *bytes = calloc(1, 8 + length + data);
    bytes[0] = (char)(length & 255);
    bytes[1] = (char)(length >> 8);
    memcpy(bytes + 8, header, length);
    assert_refused(bytes, 8 + length + data, reason);
    free(bytes);
}

static void test_hostile_headers(void **state) {
    (void)state;
#define ENTRY(type, shape, begin, end) \
    "{\"dtype\":\"" type "\",\"shape\":" shape ",\"data_offsets\":[" begin "," end "]}"
    assert_refused("", 0, "too few");
    assert_refused("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10, "no safetensors file");
    assert_refused("\x20\0\0\0\0\0\0\0{}", 10, "cut off");
    const struct {
        const char *header;
        size_t data;
        const char *reason;
    } cases[] = {
        {"{", 0, "header: "},
        {"[]", 0, "not a JSON object"},
        {"{\"a\":1}", 0, "tensor a: not"},
        {"{\"__metadata__\":[]}", 0, "__metadata__ is not an object"},
        {"{\"a\":" ENTRY("F32", "[2]", "0", "8") ",\"a\":" ENTRY("F32", "[2]", "8", "16") "}", 16,
         "header: "},
        {"{\"a\":" ENTRY("Q4", "[2]", "0", "8") "}", 8, "unknown dtype 'Q4'"},
        {"{\"a\":" ENTRY("F32", "[-2]", "0", "8") "}", 8, "impossible shape"},
        {"{\"a\":" ENTRY("F32", "[2.0]", "0", "8") "}", 8, "impossible shape"},
        {"{\"a\":" ENTRY("F32", "[4611686018427387904,4611686018427387904]", "0", "8") "}", 8,
         "impossible shape"},
        {"{\"a\":" ENTRY("F32", "2", "0", "8") "}", 8, "tensor a: not"},
        {"{\"a\":" ENTRY("F32", "[2]", "0", "12") "}", 12, "its shape needs 8"},
        {"{\"a\":" ENTRY("F32", "[2]", "-8", "0") "}", 8, "data_offsets"},
        {"{\"a\":" ENTRY("F32", "[2]", "8", "0") "}", 8, "data_offsets"},
        {"{\"a\":" ENTRY("F32", "[2]", "0", "8") "}", 7, "cut off"},
        {"{\"a\":" ENTRY("F32", "[2]", "0", "8") "}", 9, "the tensors fill 8"},
        {"{\"a\":" ENTRY("F32", "[2]", "4", "12") "}", 12, "a gap"},
        {"{\"a\":" ENTRY("F32", "[2]", "0", "8") ",\"b\":" ENTRY("F32", "[2]", "4", "12") "}", 12, "overlap"},
        {"{\"__metadata__\":{\"xxh64\":\"0123\"},\"a\":" ENTRY("F32", "[2]", "0", "8") "}", 8, "checksum"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_header_refused(cases[i].header, cases[i].data, cases[i].reason);
}

static void test_other_types_are_read(void **state) {
    (void)state;
    const char header[] =
        "{\"h\":" ENTRY("F16", "[4]", "0", "8") ",\"b\":" ENTRY("BF16", "[2,1]", "8", "12") "}";
    const unsigned char data[] = {0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0x55, 0x35, 0x80, 0x3f, 0x49, 0xc0};
    char bytes[256] = {(char)strlen(header)};
    memcpy(bytes + 8, header, strlen(header));
    memcpy(bytes + 8 + strlen(header), data, sizeof data);
    char *path = file_join(directory, "a.safetensors");
    OK(file_write_plain(path, bytes, 8 + strlen(header) + sizeof data, &error));
    struct safetensors file;
    OK(safetensors_open(path, &file, &error));
    OK(safetensors_check(&file, "h", 4, 0, &error));
    OK(safetensors_check(&file, "b", 2, 1, &error));
    struct error reason;
    assert_int_equal(safetensors_check(&file, "b", 1, 2, &reason), ERR_INPUT);
    assert_int_equal(safetensors_check(&file, "b", 2, 0, &reason), ERR_INPUT);
    assert_int_equal(safetensors_check(&file, "c", 2, 0, &reason), ERR_INPUT);
    real half[4], brain[2];
    safetensors_copy(&file, "h", half);
    safetensors_copy(&file, "b", brain);
    assert_true(half[0] == 1 && half[1] == -2 && half[2] == (real)0x1p-24 && half[3] == (real)0.333251953125);
    assert_true(brain[0] == 1 && brain[1] == (real)-3.140625);
    safetensors_close(&file);
    free(path);
}

/* Doubles, the F16 at the ends of their range, and types that cannot be weights. */
static void test_edges_of_types(void **state) {
    (void)state;
    const char header[] = "{\"d\":" ENTRY("F64", "[2]", "0", "16") ",\"h\":" ENTRY(
        "F16", "[4]", "16", "24") ","
                                  "\"i\":" ENTRY("I32", "[1]", "24", "28") "}";
    const double doubles[2] = {-0.1, 1e-30};
    const unsigned char rest[] = {0xff, 0xfb, 0x00, 0x80, 0xff, 0x03, 0xff, 0x7b, 1, 0, 0, 0};
    char bytes[512] = {(char)strlen(header)}, *data = bytes + 8 + strlen(header);
    bytes[1] = (char)(strlen(header) >> 8);
    memcpy(bytes + 8, header, strlen(header));
    memcpy(data, doubles, sizeof doubles);
    memcpy(data + sizeof doubles, rest, sizeof rest);
    char *path = file_join(directory, "a.safetensors");
    OK(file_write_plain(path, bytes, 8 + strlen(header) + sizeof doubles + sizeof rest, &error));
    struct safetensors file;
    struct error reason;
    OK(safetensors_open(path, &file, &error));
    OK(safetensors_check(&file, "d", 2, 0, &error));
    OK(safetensors_check(&file, "h", 4, 0, &error));
    assert_int_equal(safetensors_check(&file, "i", 1, 0, &reason), ERR_INPUT);
    assert_non_null(strstr(reason.message, "dtype I32"));
    real wide[2], half[4];
    safetensors_copy(&file, "d", wide);
    safetensors_copy(&file, "h", half);
    assert_true(wide[0] == (real)-0.1 && wide[1] == (real)1e-30);
    assert_true(half[0] == -65504 && half[1] == 0 && half[2] == (real)0x3ffp-24 && half[3] == 65504);
    safetensors_close(&file);
    free(path);
}

/* Values that are no number, infinite, or too large for a float are told from damage by their place. */
static void test_values_are_finite(void **state) {
    (void)state;
    static const struct {
        const char *type, *end;
        unsigned char value[8];
        int size;
        bool finite;
    } cases[] = {{"F32", "8", {0, 0, 0xc0, 0x7f}, 4, false},
                 {"F32", "8", {0, 0, 0x80, 0xff}, 4, false},
                 {"F32", "8", {0xff, 0xff, 0x7f, 0x7f}, 4, true},
                 {"F16", "4", {0, 0x7c}, 2, false},
                 {"F16", "4", {1, 0xfe}, 2, false},
                 {"F16", "4", {0x80, 0x7f - 4}, 2, true},
                 {"BF16", "4", {0x80, 0x7f}, 2, false},
                 {"BF16", "4", {0, 0x7c}, 2, true},
                 {"F64", "16", {0, 0, 0, 0, 0, 0, 0xf8, 0x7f}, 8, false},
                 {"F64", "16", {0, 0, 0, 0, 0, 0, 0xf0, 0x47}, 8, false}, /* 2^128 */
                 {"F64", "16", {0, 0, 0, 0, 0, 0, 0xd0, 0xc7}, 8, true}};
    char *path = file_join(directory, "a.safetensors");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char bytes[128] = {0}, *header = bytes + 8;
        snprintf(header, sizeof bytes - 8, "{\"w\":{\"dtype\":\"%s\",\"shape\":[2],\"data_offsets\":[0,%s]}}",
                 cases[i].type, cases[i].end);
        size_t length = strlen(header), size = (size_t)cases[i].size;
        bytes[0] = (char)length;
        memcpy(header + length + size, cases[i].value, size);
        OK(file_write_plain(path, bytes, 8 + length + 2 * size, &error));
        struct safetensors file;
        struct error reason = {""};
        OK(safetensors_open(path, &file, &error));
        enum err code = safetensors_check(&file, "w", 2, 0, &reason);
        bool said = strstr(reason.message, "a.safetensors: tensor w: value 2 of 2 is not a finite number");
        if (code != (cases[i].finite ? ERR_OK : ERR_INPUT) || said == cases[i].finite)
            fail_msg("case %zu (%s): %d %s", i, cases[i].type, code, reason.message);
        safetensors_close(&file);
    }
    free(path);
}

static const char *const words[TOY_VOCABULARY] = {"<bos>", "<eos>", "=", "<pad>", "<unk>", "\n",   "add",
                                                  "\"",    "\\",    "0", "1",     "[",     "carry"};

static void write_checkpoint(struct gpt **gpt) {
    struct gpt_config config = toy_config();
    config.epsilon = 3e-6; /* neither is what is taken when config.json says nothing */
    config.rotary_base = 500;
    OK(gpt_create(&config, gpt, &error));
    gpt_initialise(*gpt, 77);
    struct checkpoint_vocabulary vocabulary = {words, TOY_VOCABULARY, 3, 0, 1, 4};
    json_t *cotnoise = json_pack("{s:i,s:{s:f}}", "seed", 5, "options", "rate", 0.25);
    OK(checkpoint_write(directory, *gpt, &vocabulary, cotnoise, &error));
    json_decref(cotnoise);
}

static void test_checkpoint_round_trip(void **state) {
    (void)state;
    struct gpt *gpt;
    struct checkpoint checkpoint;
    write_checkpoint(&gpt);
    OK(checkpoint_read(directory, &checkpoint, &error));
    assert_memory_equal(&checkpoint.gpt->config, &gpt->config, sizeof gpt->config);
    assert_memory_equal(checkpoint.gpt->values, gpt->values, gpt->size * sizeof(real));
    for (int i = 0; i < TOY_VOCABULARY; i++) assert_string_equal(checkpoint.text[i], words[i]);
    assert_int_equal(checkpoint.pad, 3);
    assert_int_equal(checkpoint.bos, 0);
    assert_int_equal(checkpoint.eos, 1);
    assert_int_equal(checkpoint.unk, 4);
    assert_int_equal(json_integer_value(json_object_get(checkpoint.cotnoise, "seed")), 5);
    checkpoint_free(&checkpoint);
    gpt_free(gpt);
}

/* What other programs read in config.json, and what newer ones write there. */
static void test_config_for_others(void **state) {
    (void)state;
    struct gpt *gpt;
    struct checkpoint checkpoint;
    write_checkpoint(&gpt);
    char *path = file_join(directory, "config.json");
    json_t *config = json_load_file(path, 0, NULL);
    static const struct {
        const char *name;
        double value;
    } members[] = {{"vocab_size", TOY_VOCABULARY},
                   {"hidden_size", 48},
                   {"num_hidden_layers", 2},
                   {"num_attention_heads", 3},
                   {"intermediate_size", 96},
                   {"max_position_embeddings", 64},
                   {"rotary_pct", 0.5},
                   {"rotary_emb_base", 500},
                   {"layer_norm_eps", 3e-6},
                   {"bos_token_id", 0},
                   {"eos_token_id", 1},
                   {"pad_token_id", 3}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (json_number_value(json_object_get(config, members[i].name)) != members[i].value)
            fail_msg("config.json: %s", members[i].name);
    assert_true(json_is_false(json_object_get(config, "tie_word_embeddings")));
    assert_string_equal(json_string_value(json_object_get(config, "hidden_act")), "gelu");
    json_object_del(config, "rotary_pct");
    json_object_del(config, "rotary_emb_base");
    json_object_set_new(config, "rope_parameters",
                        json_pack("{s:f,s:f}", "partial_rotary_factor", 0.5, "rope_theta", 500.));
    assert_int_equal(json_dump_file(config, path, 0), 0);
    OK(checkpoint_read(directory, &checkpoint, &error));
    assert_memory_equal(&checkpoint.gpt->config, &gpt->config, sizeof gpt->config);
    checkpoint_free(&checkpoint);
    json_decref(config);
    gpt_free(gpt);
    free(path);
}

/* Replaces a file of the checkpoint, expects a refusal that names it and the reason, and puts it back. */
static void assert_damage(const char *name, const char *bytes, size_t length, const char *reason) {
    char *path = file_join(directory, name), *old;
    size_t old_length;
    OK(file_read(path, 1 << 24, &old, &old_length, &error));
    OK(file_write_plain(path, bytes, length, &error));
    struct checkpoint checkpoint;
    struct error found = {""};
    enum err code = checkpoint_read(directory, &checkpoint, &found);
    if (code != ERR_INPUT || !strstr(found.message, reason) || !strstr(found.message, name))
        fail_msg("%s: expected '%s', got %d '%s'", name, reason, code, found.message);
    OK(file_write_plain(path, old, old_length, &error));
    free(old);
    free(path);
}

static void test_damaged_checkpoints(void **state) {
    (void)state;
    struct gpt *gpt;
    write_checkpoint(&gpt);
    char *path = file_join(directory, "model.safetensors"), *bytes;
    size_t length;
    OK(file_read(path, 1 << 24, &bytes, &length, &error));
    static const double cuts[] = {0, 0.001, 0.1, 0.5, 0.999};
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
        assert_damage("model.safetensors", bytes, (size_t)(cuts[i] * (double)length), "");
    bytes[length - 5] ^= 1;
    assert_damage("model.safetensors", bytes, length, "checksum");
    bytes[length - 5] ^= 1;
    char *name = strstr(bytes + 8, "embed_out"); /* the header is text */
    assert_non_null(name);
    *name = 'E';
    assert_damage("model.safetensors", bytes, length, "checksum");
    free(bytes);
    free(path);
    assert_damage("config.json", "{", 1, "config.json:1:1");
    assert_damage("config.json", "[]", 2, "not a JSON object");
    assert_damage("config.json", "{}", 2, "model_type");
    static const char config[] =
        "{\"model_type\":\"gpt_neox\",\"vocab_size\":13,\"hidden_size\":%d,\"num_hidden_layers\":2,"
        "\"num_attention_heads\":3,\"intermediate_size\":96,\"max_position_embeddings\":64,"
        "\"rotary_pct\":0.5%s}";
    char text[512];
    const struct {
        int width;
        const char *more, *reason;
    } cases[] = {
        {48, ",\"tie_word_embeddings\":true", "tie_word_embeddings"},
        {48, ",\"hidden_act\":\"relu\"", "hidden_act"},
        {48, ",\"use_parallel_residual\":false", "use_parallel_residual"},
        {48, ",\"use_parallel_residual\":0", "use_parallel_residual is 0 (allowed: true)"},
        {48, ",\"attention_bias\":false", "attention_bias is false (allowed: true)"},
        {48, ",\"hidden_act\":\"gelu_new\"", "hidden_act is \"gelu_new\" (allowed: \"gelu\""},
        {48, ",\"rope_scaling\":{\"type\":\"linear\",\"factor\":2.0}", "rope_scaling."},
        {48, ",\"rope_scaling\":{\"type\":\"linear\"}",
         "rope_scaling.type is \"linear\" (allowed: \"default\""},
        {48, ",\"rope_scaling\":{\"rope_type\":\"dynamic\"}", "rope_scaling.rope_type is \"dynamic\""},
        {48, ",\"rope_scaling\":\"yarn\"", "rope_scaling is \"yarn\" (allowed: null or an object)"},
        {48, ",\"rope_parameters\":{\"rope_type\":\"yarn\"}", "rope_parameters.rope_type is \"yarn\""},
        {48, ",\"rope_parameters\":{\"rope_type\":\"default\",\"factor\":4.0}",
         "rope_parameters.factor is 4.0"},
        {48, ",\"rope_parameters\":{\"partial_rotary_factor\":0.25}",
         "partial_rotary_factor is 0.25 (allowed: 0.5"},
        {48, ",\"rotary_emb_base\":500,\"rope_theta\":10000", "rope_theta is 10000 (allowed: 500"},
        {48, ",\"rope_theta\":\"1e4\"", "rope_theta is \"1e4\" (allowed: a number)"},
        {48, ",\"layer_norm_eps\":1.0", "epsilon is 1"},
        {48, ",\"sliding_window\":128", "sliding_window is 128"},
        {48, ",\"quantization_config\":{\"bits\":4}", "quantization_config is {\"bits\":4}"},
        {48, ",\"pruned_heads\":{\"0\":[1]}", "pruned_heads"},
        {48, ",\"auto_map\":{\"AutoModel\":\"own.Model\"}", "auto_map"},
        {48, ",\"architectures\":[\"GPTNeoXForSequenceClassification\"]", "architectures is [\"GPTNeoXForS"},
        {47, "", "width is 47"},
        {-1, "", "hidden_size is -1 (allowed: a whole number)"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(text, sizeof text, config, cases[i].width, cases[i].more);
        assert_damage("config.json", text, strlen(text), cases[i].reason);
    }
    static const char bpe[] = "{\"model\":{\"type\":\"BPE\",\"vocab\":{}}}";
    assert_damage("tokenizer.json", bpe, strlen(bpe), "BPE");
    static const char few[] = "{\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0}}}";
    assert_damage("tokenizer.json", few, strlen(few), "vocab_size 13");
    static const char *const cuts_otherwise[][2] = {
        {"normalizer", "{\"type\":\"Lowercase\"}"},
        {"pre_tokenizer", "{\"type\":\"Whitespace\"}"},
        {"pre_tokenizer", "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"[0-9]+\"}}"},
        {"added_tokens", "[{\"id\":9,\"content\":\"00\",\"special\":false}]"}};
    for (size_t i = 0; i < sizeof cuts_otherwise / sizeof *cuts_otherwise; i++) {
        char *whole = file_join(directory, "tokenizer.json");
        json_t *tokenizer = json_load_file(whole, 0, NULL);
        json_object_set_new(tokenizer, cuts_otherwise[i][0], json_loads(cuts_otherwise[i][1], 0, NULL));
        char *changed = json_dumps(tokenizer, 0);
        assert_damage("tokenizer.json", changed, strlen(changed), cuts_otherwise[i][0]);
        free(changed);
        free(whole);
        json_decref(tokenizer);
    }
    assert_damage("tokenizer_config.json", "{}", 2, "pad_token");
    gpt_free(gpt);
}

static void write_text(const char *name, const char *text);

/* What versions of transformers write that changes nothing is no reason to refuse a model. */
static void test_harmless_members(void **state) {
    (void)state;
    struct gpt *gpt;
    struct checkpoint checkpoint;
    write_checkpoint(&gpt);
    static const char *const members[] = {
        "{\"rope_scaling\":null,\"sliding_window\":null,\"is_encoder_decoder\":false,\"pruned_heads\":{}}",
        "{\"_name_or_path\":\"EleutherAI/"
        "pythia-14m\",\"transformers_version\":\"4.24.0\",\"dtype\":\"float16\"}",
        "{\"rope_parameters\":{\"rope_type\":\"default\",\"rope_theta\":500,\"partial_rotary_factor\":0.5}}",
        "{\"rope_theta\":500.0,\"partial_rotary_factor\":0.5,\"rope_scaling\":{\"type\":\"default\"}}",
        "{\"attention_dropout\":0.1,\"is_decoder\":true,\"max_length\":20,\"id2label\":{\"0\":\"L\"}}"};
    char *path = file_join(directory, "config.json");
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        json_t *config = json_load_file(path, 0, NULL), *more = json_loads(members[i], 0, NULL);
        assert_int_equal(json_object_update(config, more), 0);
        assert_int_equal(json_dump_file(config, path, 0), 0);
        OK(checkpoint_read(directory, &checkpoint, &error));
        checkpoint_free(&checkpoint);
        json_decref(config);
        json_decref(more);
    }
    free(path);
    gpt_free(gpt);
}

/* Weights that are not of the model's, or in files that are not read, beside it or instead. */
static void test_other_weights(void **state) {
    (void)state;
    struct gpt *gpt;
    struct checkpoint checkpoint;
    struct error reason;
    write_checkpoint(&gpt);
    char *path = file_join(directory, "model.safetensors");
    static const struct {
        const char *name, *reason;
    } more[] = {{"gpt_neox.layers.0.attention.bias", NULL},
                {"gpt_neox.layers.1.attention.masked_bias", NULL},
                {"gpt_neox.layers.1.attention.rotary_emb.inv_freq", NULL},
                {"gpt_neox.layers.2.attention.dense.weight",
                 "tensor gpt_neox.layers.2.attention.dense.weight is not of"},
                {"gpt_neox.layers.0.attention.query_key_value.lora_A.weight", "lora_A.weight is not of"}};
    json_t *metadata = json_pack("{s:s}", "format", "pt");
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        struct safetensors_item item[64];
        int count = gpt->tensors;
        for (int j = 0; j < count; j++)
            item[j] = (struct safetensors_item){gpt->tensor[j].name, gpt->tensor[j].rows,
                                                gpt->tensor[j].columns, gpt_values(gpt, j)};
        item[count] = (struct safetensors_item){more[i].name, 1, 0, gpt->values};
        OK(safetensors_write(path, item, (size_t)count + 1, metadata, &error));
        enum err code = checkpoint_read(directory, &checkpoint, &reason);
        if (!code) checkpoint_free(&checkpoint);
        if (code != (more[i].reason ? ERR_INPUT : ERR_OK) ||
            (code && !strstr(reason.message, more[i].reason)))
            fail_msg("%s: %d %s", more[i].name, code, reason.message);
    }
    json_decref(metadata);
    gpt_free(gpt);
    write_checkpoint(&gpt);
    static const char *const files[] = {"adapter_config.json", "pytorch_model.bin", "tf_model.h5"};
    for (int i = 0; i < 3; i++) { /* the last two are nothing beside weights that are read */
        uint64_t content;
        write_text(files[i], "{}");
        for (int without = 0; without < 2; without++) {
            bool refused = i == 0 || without;
            if (without) unlink(path);
            enum err code = checkpoint_content(directory, &content, &reason);
            if (code != (refused ? ERR_INPUT : ERR_OK) || (code && !strstr(reason.message, files[i])))
                fail_msg("%s: %d %s", files[i], code, reason.message);
            code = checkpoint_read(directory, &checkpoint, &reason);
            if (!code) checkpoint_free(&checkpoint);
            if (code != (refused ? ERR_INPUT : ERR_OK) || (code && !strstr(reason.message, files[i])))
                fail_msg("%s: %d %s", files[i], code, reason.message);
        }
        char *other = file_join(directory, files[i]);
        unlink(other);
        free(other);
        gpt_free(gpt);
        write_checkpoint(&gpt);
    }
    free(path);
    gpt_free(gpt);
}

static void write_text(const char *name, const char *text) {
    char *path = file_join(directory, name);
    OK(file_write_plain(path, text, strlen(text), &error));
    free(path);
}

/* Every second tensor goes to each of two shards. */
static void write_shards(const struct gpt *gpt) {
    json_t *index = json_pack("{s:{}}", "weight_map"), *map = json_object_get(index, "weight_map");
    json_t *metadata = json_pack("{s:s}", "format", "pt");
    for (int shard = 0; shard < 2; shard++) {
        struct safetensors_item item[64];
        size_t count = 0;
        char name[32];
        snprintf(name, sizeof name, "%d.safetensors", shard);
        for (int i = shard; i < gpt->tensors; i += 2) {
            const struct gpt_tensor *tensor = &gpt->tensor[i];
            item[count++] =
                (struct safetensors_item){tensor->name, tensor->rows, tensor->columns, gpt_values(gpt, i)};
            json_object_set_new(map, tensor->name, json_string(name));
        }
        char *path = file_join(directory, name);
        OK(safetensors_write(path, item, count, metadata, &error));
        free(path);
    }
    char *text = json_dumps(index, 0);
    write_text("model.safetensors.index.json", text);
    free(text);
    json_decref(metadata);
    json_decref(index);
}

static void test_foreign_checkpoint(void **state) {
    (void)state;
    struct gpt *gpt;
    struct checkpoint checkpoint;
    write_checkpoint(&gpt);
    char *whole = file_join(directory, "model.safetensors");
    unlink(whole);
    write_shards(gpt);
    write_text("tokenizer.json",
               "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"0\":1,\"\\u010a\":2,\"\\u0120add\":3}},"
               "\"added_tokens\":[{\"id\":5,\"content\":\"<|endoftext|>\"}]}");
    write_text("tokenizer_config.json", "{\"eos_token\":{\"content\":\"<|endoftext|>\"},\"pad_token\":null}");
    OK(checkpoint_read_foreign(directory, &checkpoint, &error));
    assert_memory_equal(checkpoint.gpt->values, gpt->values, gpt->size * sizeof(real));
    static const char *const texts[] = {"", "0", "\n", " add", "", "<|endoftext|>", ""};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_string_equal(checkpoint.text[i], texts[i]);
    assert_int_equal(checkpoint.eos, 5);
    assert_int_equal(checkpoint.pad, -1);
    checkpoint_free(&checkpoint);
    struct error refused;
    write_text("tokenizer.json",
               "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"0\":1}},\"decoder\":{\"type\":\"Metaspace\"}}");
    assert_int_equal(checkpoint_read_foreign(directory, &checkpoint, &refused), ERR_INPUT);
    assert_non_null(strstr(refused.message, "BPE vocabulary that is not of bytes"));
    write_text("tokenizer.json",
               "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"0\":1}},\"normalizer\":{\"type\":\"NFC\"},"
               "\"pre_tokenizer\":{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"ByteLevel\"}]}}");
    OK(checkpoint_read_foreign(directory, &checkpoint, &error));
    checkpoint_free(&checkpoint);
    static const char *const damaged[][2] = {
        {"{}", "tensor gpt_neox.embed_in.weight is missing"},
        {"{\"weight_map\":{\"gpt_neox.embed_in.weight\":\"../0.safetensors\"}}", "not the name of a file"}};
    for (size_t i = 0; i < 2; i++) {
        struct error reason;
        write_text("model.safetensors.index.json", damaged[i][0]);
        assert_int_equal(checkpoint_read_foreign(directory, &checkpoint, &reason), ERR_INPUT);
        assert_non_null(strstr(reason.message, damaged[i][1]));
    }
    static const char *const files[] = {"model.safetensors.index.json", "0.safetensors", "1.safetensors"};
    for (size_t i = 0; i < 3; i++) {
        char *path = file_join(directory, files[i]);
        unlink(path);
        free(path);
    }
    free(whole);
    gpt_free(gpt);
}

/* A learner's file cut off or changed anywhere is refused, and the learner stays as it was. */
static void test_damaged_optimizer_files(void **state) {
    (void)state;
    struct gpt_config config = toy_config();
    struct gpt *gpt;
    struct learner *learner;
    OK(gpt_create(&config, &gpt, &error));
    gpt_initialise(gpt, 1);
    struct learner_options options = learner_defaults(TOY_LONGEST);
    OK(learner_create(gpt, &options, &learner, &error));
    char *path = file_join(directory, "a.safetensors"), *bytes, *note = NULL;
    OK(learner_save(learner, path, "kept", &error));
    size_t length;
    OK(file_read(path, 1 << 24, &bytes, &length, &error));
    gpt->values[0] = 42;
    struct error reason;
    struct pcg pcg = pcg_stream(1, "damage", 0);
    for (int i = 0; i < 60; i++) {
        size_t at = i < 20 ? (size_t)i : pcg_below(&pcg, (uint32_t)length);
        char old = bytes[at];
        bytes[at] ^= (char)(1 << pcg_below(&pcg, 8));
        OK(file_write_plain(path, bytes, length, &error));
        assert_int_equal(learner_load(learner, path, &note, &reason), ERR_INPUT);
        bytes[at] = old;
        OK(file_write_plain(path, bytes, pcg_below(&pcg, (uint32_t)length), &error));
        assert_int_equal(learner_load(learner, path, &note, &reason), ERR_INPUT);
    }
    assert_true(gpt->values[0] == 42);
    assert_null(note);
    OK(file_write_plain(path, bytes, length, &error));
    OK(learner_load(learner, path, &note, &error));
    assert_true(gpt->values[0] != 42);
    assert_string_equal(note, "kept");
    struct gpt *foreign;
    write_checkpoint(&foreign);
    char *model = file_join(directory, "model.safetensors");
    assert_int_equal(learner_load(learner, model, NULL, &reason), ERR_INPUT);
    assert_non_null(strstr(reason.message, "not an optimizer file"));
    free(model);
    gpt_free(foreign);
    free(note);
    free(bytes);
    free(path);
    learner_free(learner);
    gpt_free(gpt);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hostile_headers),         cmocka_unit_test(test_other_types_are_read),
        cmocka_unit_test(test_checkpoint_round_trip),   cmocka_unit_test(test_damaged_checkpoints),
        cmocka_unit_test(test_edges_of_types),          cmocka_unit_test(test_values_are_finite),
        cmocka_unit_test(test_harmless_members),        cmocka_unit_test(test_other_weights),
        cmocka_unit_test(test_config_for_others),       cmocka_unit_test(test_foreign_checkpoint),
        cmocka_unit_test(test_damaged_optimizer_files),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
