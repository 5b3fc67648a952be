/* The note in a state file: all of it comes back, and what is no such note is told from one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record/run_state.h"

static struct run_state there_and_back(const struct run_state *state) {
    struct run_state back;
    struct error error = {""};
    char *note;
    assert_int_equal(run_state_write(state, &note, &error), ERR_OK);
    if (run_state_read(note, &back, &error)) fail_msg("%s: %s", note, error.message);
    free(note);
    return back;
}

static void a_state_comes_back(void **state) {
    (void)state;
    struct run_state written = {.id = "0123456789abcdef",
                                .tokens = 123456789012,
                                .seconds = 7.25,
                                .accuracy = 0.375,
                                .stopped = "stop_at",
                                .logs = {1000, 2000}};
    struct run_state back = there_and_back(&written);
    assert_string_equal(back.id, written.id);
    assert_int_equal(back.tokens, written.tokens);
    assert_true(back.seconds == 7.25 && back.accuracy == 0.375);
    assert_string_equal(back.stopped, "stop_at");
    assert_int_equal(back.logs.metrics, 1000);
    assert_int_equal(back.logs.events, 2000);
    for (int i = 0; run_state_stops[i]; i++) {
        written.stopped = run_state_stops[i];
        assert_ptr_equal(there_and_back(&written).stopped, run_state_stops[i]);
    }
}

static void what_is_not_known_comes_back_as_that(void **state) {
    (void)state;
    struct run_state back = there_and_back(&(struct run_state){.accuracy = NAN, .stopped = NULL});
    assert_true(isnan(back.accuracy));
    assert_null(back.stopped);
    back = there_and_back(&(struct run_state){.accuracy = 0, .stopped = "whim"});
    assert_true(back.accuracy == 0);
    assert_null(back.stopped);
}

/* Whatever it is; whose it is by then does not matter to the one who wrote it. */
static void what_a_method_keeps_comes_back(void **state) {
    (void)state;
    json_t *kept = json_pack("{s:I, s:[f, f]}", "rollouts", (json_int_t)123456789012, "scores", 0.1, 1e-9);
    struct run_state back = there_and_back(&(struct run_state){.method = kept});
    assert_true(back.method != kept && json_equal(back.method, kept));
    run_state_free(&back);
    assert_null(back.method);
    back = there_and_back(&(struct run_state){.tokens = 1});
    assert_null(back.method);
    run_state_free(&back);
    json_decref(kept);
}

static void other_notes_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        "{\"id\":\"a\",\"tokens\":1.5,\"seconds\":1,\"metrics_bytes\":1,\"accuracy\":1,\"stopped\":\"\"}",
        "{\"id\":1,\"tokens\":1,\"seconds\":1,\"metrics_bytes\":1,\"accuracy\":1,\"stopped\":\"\"}",
        "{\"id\":\"a\",\"tokens\":1,\"seconds\":1,\"metrics_bytes\":1,\"accuracy\":1}",
        "{\"id\":\"a\",\"tokens\":1,\"seconds\":1,\"accuracy\":1,\"stopped\":\"\"}",
        "{\"id\":\"a\",\"tokens\":1,\"metrics_bytes\":1,\"accuracy\":1,\"stopped\":\"\"}",
        "{\"id\":\"a\",\"tokens\":1,\"seconds\":1,\"metrics_bytes\":1,\"stopped\":\"\"}",
        "{\"id\":\"a\",\"tokens\":-1,\"seconds\":1,\"metrics_bytes\":1,\"accuracy\":1,\"stopped\":\"\"}",
        "{\"id\":\"a\",\"tokens\":1,\"seconds\":-1,\"metrics_bytes\":1,\"accuracy\":1,\"stopped\":\"\"}",
        "{\"id\":\"a\",\"tokens\":1,\"seconds\":1,\"metrics_bytes\":-1,\"accuracy\":1,\"stopped\":\"\"}",
        "{\"id\":\"a\",\"tokens\":1,\"seconds\":1,\"metrics_bytes\":1,\"accuracy\":2,\"stopped\":\"\"}",
        "{\"id\":\"a\",\"tokens\":1,\"seconds\":1,\"metrics_bytes\":1,\"accuracy\":1,\"stopped\":\"\","
        "\"events_bytes\":-1}",
    };
    struct run_state back;
    struct error error;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (run_state_read(bad[i], &back, &error) != ERR_INPUT) fail_msg("%s is taken", bad[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_state_comes_back),
        cmocka_unit_test(what_is_not_known_comes_back_as_that),
        cmocka_unit_test(what_a_method_keeps_comes_back),
        cmocka_unit_test(other_notes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
