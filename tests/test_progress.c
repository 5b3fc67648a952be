/* The progress display: rows fit any width; plain output has one line for each event. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sweep/progress.h"

static const struct progress_row row = {
    .label = "noise.digit=0.5 seeds=2",
    .now = {.phase = RUN_TRAINING,
            .step = 50,
            .steps = 200,
            .loss = 0.5,
            .accuracy = 0.25,
            .tokens_per_second = 12345},
};

static void a_wide_row_shows_everything(void **state) {
    (void)state;
    struct buffer line = {0};
    progress_format(&row, (int)strlen(row.label), 120, &line);
    assert_string_equal(line.bytes, "noise.digit=0.5 seeds=2   25 %  accuracy 0.250  [#####...............]  "
                                    "loss 0.500  12345 tokens/s");
    buffer_clear(&line);
    progress_format(&row, (int)strlen(row.label), 72, &line);
    assert_string_equal(line.bytes, "noise.digit=0.5 seeds=2   25 %  accuracy 0.250  [#####...............]");
    buffer_clear(&line);
    progress_format(&row, (int)strlen(row.label), 40, &line);
    assert_string_equal(line.bytes, "noise.digit=0.5 s   25 %  accuracy 0.250");
    buffer_free(&line);

    struct progress_row early = row; /* without accuracy the bar comes second, and makes no label shorter */
    early.now.accuracy = NAN;
    progress_format(&early, (int)strlen(row.label), 50, &line);
    assert_string_equal(line.bytes, "noise.digit=0.5 seeds=2   25 %");
    buffer_free(&line);
}

/* What is done of it are rollouts, whatever the steps. */
static void a_row_of_reinforcement_learning_shows_rollouts(void **state) {
    (void)state;
    struct buffer line = {0};
    struct progress_row drawing = row;
    drawing.now.rollouts = 12000;
    drawing.now.of_rollouts = 100000;
    drawing.now.reward = 0.51;
    progress_format(&drawing, (int)strlen(row.label), 130, &line);
    assert_string_equal(line.bytes, "noise.digit=0.5 seeds=2   12 %  accuracy 0.250  [##..................]  "
                                    "rollouts 12,000 of 100,000  reward 0.510  12345 tokens/s");
    buffer_clear(&line);
    drawing.now.rollouts = 0; /* nothing was rewarded yet */
    progress_format(&drawing, (int)strlen(row.label), 130, &line);
    assert_non_null(strstr(line.bytes, "rollouts 0 of 100,000  loss"));
    buffer_free(&line);
}

static void a_row_fits_any_width(void **state) {
    (void)state;
    struct progress_row long_row = row;
    long_row.label =
        "data.file=/a/very/long/p\303\244th/that/goes/on/and/on/and/on/and/on/and/on/and/on.jsonl";
    for (int width = 1; width < 200; width++) {
        struct buffer line = {0};
        const struct progress_row *shown = width % 2 ? &row : &long_row;
        progress_format(shown, (int)strlen(shown->label), width, &line);
        assert_true(line.length <= (size_t)width);
        /* No character is cut in two. */
        for (size_t i = 0; i < line.length; i++)
            if (line.bytes[i] == '\303') assert_true(i + 1 < line.length && line.bytes[i + 1] == '\244');
        buffer_free(&line);
    }
}

static void shares_stay_in_range(void **state) {
    (void)state;
    struct run_progress now = {.phase = RUN_TRAINING};
    assert_true(progress_share(&now) == 0);
    now.steps = 10;
    now.step = 20;
    assert_true(progress_share(&now) == 1);
    now.step = -5;
    assert_true(progress_share(&now) == 0);
    now.phase = RUN_EVALUATING;
    assert_true(progress_share(&now) == 1);
}

static void plain_output_is_lines_without_control_characters(void **state) {
    (void)state;
    char *text;
    size_t length;
    FILE *stream = tmpfile();
    struct progress progress;
    progress_begin(&progress, stream);
    assert_false(progress.is_terminal);
    progress_note(&progress, "run %d %s", 1, "\x1b[2Jcomplete\r\n");
    progress_draw(&progress, &row, 1, "summary"); /* too soon after the note */
    progress_end(&progress);
    length = (size_t)ftell(stream);
    text = calloc(length + 1, 1);
    rewind(stream);
    assert_int_equal(fread(text, 1, length, stream), length);
    assert_string_equal(text, "run 1 \\u001b[2Jcomplete\\r\\n\n");
    free(text);
    fclose(stream);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_of_reinforcement_learning_shows_rollouts),
        cmocka_unit_test(a_wide_row_shows_everything),
        cmocka_unit_test(a_row_fits_any_width),
        cmocka_unit_test(shares_stay_in_range),
        cmocka_unit_test(plain_output_is_lines_without_control_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
