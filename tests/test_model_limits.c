/* What a model may be is said once: the option table, the parser and the model agree on every end of a range.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "nn/gpt.h"
#include "spec/options.h"

static struct gpt_config smallest(void) {
    return (struct gpt_config){.vocabulary = 32,
                               .width = 16,
                               .layers = 1,
                               .heads = 1,
                               .ffn = 16,
                               .positions = 64,
                               .rotary_share = 1,
                               .rotary_base = 10000,
                               .epsilon = 1e-5};
}

/* Members that an option sets. `width` is one that every number of heads divides. */
static const struct {
    const char *option;
    size_t offset;
    int width;
} members[] = {{"model.layers", offsetof(struct gpt_config, layers), 16},
               {"model.width", offsetof(struct gpt_config, width), 16},
               {"model.heads", offsetof(struct gpt_config, heads), GPT_WIDTH_MAX},
               {"model.ffn", offsetof(struct gpt_config, ffn), 16}};

/* What the parser and the model say to one value; the same, or the test fails. */
static enum err say(int member, const struct option_row *row, int value) {
    char text[32], wanted[64];
    struct option_value parsed;
    const char *problem = NULL;
    struct gpt_config config = smallest();
    struct error error = {""};
    config.width = members[member].width;
    memcpy((char *)&config + members[member].offset, &value, sizeof value);
    snprintf(text, sizeof text, "%d", value);
    enum err parser = option_parse(row, text, false, &parsed, &problem);
    enum err model = gpt_config_check(&config, &error);
    if (parser != model) fail_msg("%s=%d: the parser says %d, the model %d", row->name, value, parser, model);
    if (model) { /* for its range, not for something else; the same range as in the table */
        snprintf(wanted, sizeof wanted, "%s is %d (allowed: %.0f to %.0f)", row->name, value, row->low,
                 row->high);
        assert_string_equal(error.message, wanted);
        assert_string_equal(problem, "is out of range");
    }
    return model;
}

static void table_parser_and_model_agree(void **state) {
    (void)state;
    for (int m = 0; m < (int)(sizeof members / sizeof *members); m++) {
        struct option_ref option;
        assert_true(option_find(members[m].option, &option));
        int low = (int)option.row->low, high = (int)option.row->high;
        assert_int_equal(say(m, option.row, low), ERR_OK);
        assert_int_equal(say(m, option.row, high), ERR_OK);
        assert_int_equal(say(m, option.row, low - 1), ERR_INPUT);
        assert_int_equal(say(m, option.row, high + 1), ERR_INPUT);
    }
}

static void the_rotary_base_too(void **state) {
    (void)state;
    struct option_ref option;
    struct gpt_config config = smallest();
    struct error error;
    assert_true(option_find("model.rotary_base", &option));
    const double ends[] = {option.row->low, option.row->high}, beyond[] = {0.999, option.row->high + 1};
    for (int i = 0; i < 2; i++) {
        config.rotary_base = ends[i];
        assert_int_equal(gpt_config_check(&config, &error), ERR_OK);
        config.rotary_base = beyond[i];
        assert_int_equal(gpt_config_check(&config, &error), ERR_INPUT);
    }
    assert_true(option.row->low == 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_parser_and_model_agree),
        cmocka_unit_test(the_rotary_base_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
