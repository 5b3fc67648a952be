/* Guesses for mistyped words: how far two words are apart, and what is too far to be offered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "spec/nearest.h"

static void distances_count_slips_of_the_hand(void **state) {
    (void)state;
    static const struct {
        const char *word, *meant;
        int distance; /* -1: too far */
    } cases[] = {
        {"samples", "samples", 0},
        {"sampels", "samples", 1},
        {"smaples", "samples", 1},
        {"sample", "samples", 1},
        {"samplles", "samples", 1},
        {"samqles", "samples", 1},
        {"amsplse", "samples", 3},
        {"clip", "lr", -1},
        {"epochs", "samples", -1},
        {"xy", "yx", 1},
        {"x", "y", 1},
        {"noise", "ions", -1},
        {"digit", "dig", 2},
        {"digit", "di", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct nearest nearest = {.word = cases[i].word};
        nearest_offer(&nearest, cases[i].meant);
        assert_string_equal(nearest.best, cases[i].distance < 0 ? "" : cases[i].meant);
        if (cases[i].distance >= 0) assert_int_equal(nearest.distance, cases[i].distance);
    }
}

static void the_nearest_is_kept_and_the_first_of_equals(void **state) {
    (void)state;
    struct nearest nearest = {.word = "sample"};
    nearest_offer(&nearest, "samplers");
    nearest_offer(&nearest, "simple");
    nearest_offer(&nearest, "samples");
    nearest_offer(&nearest, "epochs");
    assert_string_equal(nearest.best, "simple");
}

static void long_words_are_passed_over(void **state) {
    (void)state;
    char word[NEAREST_LENGTH + 2];
    memset(word, 'x', sizeof word);
    word[NEAREST_LENGTH] = 0;
    struct nearest nearest = {.word = word};
    nearest_offer(&nearest, word);
    assert_string_equal(nearest.best, word);
    word[NEAREST_LENGTH] = 'x';
    word[NEAREST_LENGTH + 1] = 0;
    nearest = (struct nearest){.word = word};
    nearest_offer(&nearest, word);
    nearest_offer(&nearest, "x");
    assert_string_equal(nearest.best, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_count_slips_of_the_hand),
        cmocka_unit_test(the_nearest_is_kept_and_the_first_of_equals),
        cmocka_unit_test(long_words_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
