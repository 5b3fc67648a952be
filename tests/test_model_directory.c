/* Starting from the weights of another model: what is taken along, what is drawn anew, and what must agree.
 */
#include "tests/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "nn/checkpoint.h"
#include "record/model_directory.h"
#include "tests/support/shell.h"

static const struct gpt_config shape = {.vocabulary = 0,
                                        .positions = 64,
                                        .layers = 1,
                                        .width = 16,
                                        .heads = 2,
                                        .ffn = 32,
                                        .rotary_share = 0.25F,
                                        .rotary_base = 10000,
                                        .epsilon = 1e-5F};

static struct gpt *model(int vocabulary, double base, uint64_t seed) {
    struct gpt_config config = shape;
    struct gpt *gpt;
    struct error error = {""};
    config.vocabulary = vocabulary;
    config.rotary_base = (float)base;
    if (gpt_create(&config, &gpt, &error)) fail_msg("%s", error.message);
    gpt_initialise(gpt, seed);
    return gpt;
}

/* The weights of `gpt` in $SCRATCH/from, its tokens called as in `vocabulary`, but the last word has a space
 * before it and the one before has a name of its own. */
static const char *write_model(const struct gpt *gpt, const struct vocabulary *vocabulary) {
    static char path[1024];
    const char *text[512];
    char spaced[64];
    struct error error = {""};
    int count = vocabulary_count(vocabulary);
    for (int i = 0; i < count; i++) text[i] = vocabulary_text(vocabulary, i);
    snprintf(spaced, sizeof spaced, " %s", text[count - 1]);
    text[count - 1] = spaced;
    text[count - 2] = "somebody";
    struct checkpoint_vocabulary names = {text, count, TOKEN_PAD, TOKEN_BOS, TOKEN_EOS, TOKEN_UNKNOWN};
    snprintf(path, sizeof path, "%s/from", getenv("SCRATCH"));
    if (file_make_directories(path, &error) || checkpoint_write(path, gpt, &names, NULL, &error))
        fail_msg("%s", error.message);
    return path;
}

static bool same_row(const struct gpt *a, const struct gpt *b, int tensor, int row) {
    size_t width = (size_t)shape.width;
    return !memcmp(gpt_values(a, tensor) + (size_t)row * width, gpt_values(b, tensor) + (size_t)row * width,
                   width * sizeof(real));
}

static void weights_are_taken_by_name(void **state) {
    (void)state;
    struct fixture s;
    fixture_prepare(&s, "add");
    fixture_open(&s);
    int count = vocabulary_count(s.vocabulary), last = gpt_final_index(&shape) + 2;
    struct gpt *from = model(count, 10000, 1), *to = model(count, 10000, 2), *fresh = model(count, 10000, 3);
    from->config.epsilon = 1e-3F;
    const char *path = write_model(from, s.vocabulary);
    if (model_directory_initialise(path, s.vocabulary, 3, to, &s.error)) fail_msg("%s", s.error.message);
    assert_true(to->config.epsilon == from->config.epsilon);
    for (int i = 1; i < last; i++)
        assert_memory_equal(gpt_values(to, i), gpt_values(from, i), to->tensor[i].size * sizeof(real));
    for (int row = 0; row < count; row++) {
        const struct gpt *origin = row == count - 2 ? fresh : from; /* "somebody" is nobody here */
        assert_true(same_row(to, origin, 0, row));
        assert_true(same_row(to, origin, last, row));
    }
    gpt_free(from);
    gpt_free(to);
    gpt_free(fresh);
    fixture_close(&s);
}

static void shapes_must_be_the_same(void **state) {
    (void)state;
    struct fixture s;
    fixture_prepare(&s, "add");
    fixture_open(&s);
    int count = vocabulary_count(s.vocabulary);
    struct gpt *from = model(count, 10000, 1), *to = model(count, 20000, 2);
    const char *path = write_model(from, s.vocabulary);
    assert_int_equal(model_directory_initialise(path, s.vocabulary, 3, to, &s.error), ERR_INPUT);
    assert_non_null(strstr(s.error.message, "model.rotary_base is 10000 there and 20000 here"));
    gpt_free(from);
    gpt_free(to);
    fixture_close(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_taken_by_name),
        cmocka_unit_test(shapes_must_be_the_same),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
