/* The speed of several workers at once, with stand-ins for what they measure. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "sweep/calibration.h"

/* Each worker takes its number from a pipe of bytes that all share: it is standard input, the one open file
 * that they keep. */
static int take_number(void) {
    char number;
    return read(STDIN_FILENO, &number, 1) == 1 ? number : -1;
}

static void hand_out(const char *numbers, size_t count) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], numbers, count), count);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    close(ends[1]);
}

static enum err count_up(const struct config *config, double seconds, struct rehearsal *rehearsal,
                         struct error *error) {
    (void)error;
    int number = take_number();
    if (number < 0 || seconds < 1 || seconds > 2) return ERR_INPUT;
    *rehearsal = (struct rehearsal){
        .training = 100 * number, .testing = 10 * number, .making = (double)config->data.samples};
    return ERR_OK;
}

static enum err wait_for_ever(const struct config *config, double seconds, struct rehearsal *rehearsal,
                              struct error *error) {
    (void)config, (void)seconds, (void)rehearsal, (void)error;
    for (;;) pause();
    return ERR_OK;
}

static void assert_no_child_is_left(void) {
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void every_worker_counts(void **state) {
    (void)state;
    struct config config = {.data.samples = 7};
    struct rehearsal mean;
    hand_out((char[]){1, 2, 6}, 3);
    assert_int_equal(calibration_run(count_up, &config, 3, &mean, NULL), ERR_OK);
    assert_true(mean.training == 300 && mean.testing == 30 && mean.making == 7);
    assert_no_child_is_left();
}

static void one_that_fails_spoils_it(void **state) {
    (void)state;
    struct config config = {0};
    struct rehearsal mean = {1, 2, 3};
    hand_out((char[]){1, 2}, 2);
    assert_int_equal(calibration_run(count_up, &config, 3, &mean, NULL), ERR_RUNTIME);
    assert_true(mean.training == 1 && mean.testing == 2 && mean.making == 3);
    assert_no_child_is_left();
}

/* The last test: a stop that was asked for stays so. */
static void a_stop_ends_it(void **state) {
    (void)state;
    struct config config = {0};
    struct rehearsal mean = {1, 2, 3};
    double start = clock_seconds();
    interrupt_install();
    if (!fork()) {
        usleep(300000);
        kill(getppid(), SIGTERM);
        _exit(0);
    }
    assert_int_equal(calibration_run(wait_for_ever, &config, 2, &mean, NULL), ERR_INTERRUPTED);
    assert_true(clock_seconds() - start < 10);
    assert_true(mean.training == 1);
    wait(NULL);
    assert_no_child_is_left();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_worker_counts),
        cmocka_unit_test(one_that_fails_spoils_it),
        cmocka_unit_test(a_stop_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
