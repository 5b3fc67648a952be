/* Locks: one holder alone, or many that share. Within one process they exclude as they do between two. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/lock.h"

static char path[] = "/tmp/cotnoise-lock-XXXXXX";

static int make_file(void **state) {
    (void)state;
    int descriptor = mkstemp(path);
    return descriptor < 0 ? -1 : close(descriptor);
}

static int remove_file(void **state) {
    (void)state;
    return unlink(path);
}

static void one_holds_it_alone(void **state) {
    (void)state;
    struct error error = {""};
    int first, second = -7;
    assert_false(lock_is_held(path));
    assert_int_equal(lock_acquire(path, "another sweep", 0, &first, &error), ERR_OK);
    assert_true(lock_is_held(path));
    assert_int_equal(lock_acquire(path, "another sweep", 0, &second, &error), ERR_RUNTIME);
    char process[32];
    snprintf(process, sizeof process, "(process %ld)", (long)getpid());
    assert_non_null(strstr(error.message, "held by another sweep"));
    assert_non_null(strstr(error.message, process));
    assert_int_equal(lock_share(path, "another sweep", 0, &second, &error), ERR_RUNTIME);
    assert_int_equal(second, -7);
    lock_release(first);
    assert_false(lock_is_held(path));
    assert_int_equal(lock_acquire(path, "another sweep", 0, &first, &error), ERR_OK);
    lock_release(first);
}

static void many_share_it(void **state) {
    (void)state;
    struct error error;
    int first, second, alone;
    assert_int_equal(lock_share(path, "a worker", 0, &first, &error), ERR_OK);
    assert_int_equal(lock_share(path, "a worker", 0, &second, &error), ERR_OK);
    assert_true(lock_is_held(path));
    lock_release(first);
    assert_int_equal(lock_acquire(path, "a worker", 0, &alone, &error), ERR_RUNTIME);
    lock_release(second);
    assert_int_equal(lock_acquire(path, "a worker", 0, &alone, &error), ERR_OK);
    lock_release(alone);
}

static void a_missing_file_is_not_held(void **state) {
    (void)state;
    struct error error;
    int descriptor;
    assert_false(lock_is_held("/nowhere/lock"));
    assert_int_equal(lock_acquire("/nowhere/lock", "a worker", 0, &descriptor, &error), ERR_RUNTIME);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_holds_it_alone),
        cmocka_unit_test(many_share_it),
        cmocka_unit_test(a_missing_file_is_not_held),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
