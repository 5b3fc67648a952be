/* The key of a figure: entries flow in rows, and a label that is too long for one goes on in the next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plot/figure.h"

/* Labels of the key in the order drawn, each behind a |; returns how many rows it has. */
static int key_of(const char *const *labels, size_t count, struct buffer *said) {
    struct drawing drawing = {0};
    struct key_entry entries[4] = {0};
    for (size_t i = 0; i < count; i++)
        entries[i] = (struct key_entry){.label = labels[i], .colour = "#000000"};
    drawing_key(&drawing, entries, count);
    for (const char *at = drawing.key.bytes; (at = strstr(at, "set label '"));) {
        at += strlen("set label '");
        buffer_char(said, '|');
        buffer_append(said, at, strcspn(at, "'"));
    }
    int rows = drawing.key_rows;
    drawing_free(&drawing);
    return rows;
}

static void assert_key(const char *const *labels, size_t count, int rows, const char *drawn) {
    struct buffer said = {0};
    assert_int_equal(key_of(labels, count, &said), rows);
    assert_string_equal(said.bytes, drawn);
    buffer_free(&said);
}

static void short_labels_share_a_row(void **state) {
    (void)state;
    assert_key((const char *[]){"before", "grpo"}, 2, 1, "|before|grpo");
}

static void long_labels_go_on_behind_a_comma(void **state) {
    (void)state;
    const char *labels[] = {"grpo, RL reward outcome, RL prompts 32, RL temperature 1, RL curriculum "
                            "backtrack, RL final temperature 1.3, "
                            "RL iterations 2, RL minibatches 8",
                            "clean"};
    assert_key(labels, 2, 4,
               "|grpo, RL reward outcome, RL prompts 32, RL temperature 1,"
               "|RL curriculum backtrack, RL final temperature 1.3, RL iterations 2,"
               "|RL minibatches 8|clean");
}

static void a_first_part_that_is_too_long_is_a_row(void **state) {
    (void)state;
    char label[140], drawn[140];
    snprintf(label, sizeof label, "%0100d, RL prompts 32, RL temperature 1", 0);
    snprintf(drawn, sizeof drawn, "|%0100d,|RL prompts 32, RL temperature 1", 0);
    assert_key((const char *[]){label}, 1, 2, drawn);
}

static void a_label_without_a_comma_stays_whole(void **state) {
    (void)state;
    char label[100];
    memset(label, 'x', sizeof label - 1);
    label[sizeof label - 1] = 0;
    struct buffer said = {0};
    assert_int_equal(key_of((const char *[]){label, "clean"}, 2, &said), 2);
    assert_int_equal(said.length, 1 + strlen(label) + strlen("|clean"));
    buffer_free(&said);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_labels_share_a_row),
        cmocka_unit_test(long_labels_go_on_behind_a_comma),
        cmocka_unit_test(a_first_part_that_is_too_long_is_a_row),
        cmocka_unit_test(a_label_without_a_comma_stays_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
