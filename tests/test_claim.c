/* Locks where flock does not work: this program has one that fails. What test_lock asks of locks holds here
 * too. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/lock.h"
#include "base/temporary.h"
#include "tests/support/shell.h"

static int reason = ENOLCK;

int flock(int descriptor, int operation) {
    (void)descriptor;
    (void)operation;
    errno = reason;
    return -1;
}

static bool is_old_kernel;

int close_range(unsigned first, unsigned last, int flags);
int close_range(unsigned first, unsigned last, int flags) {
    if (!is_old_kernel) return (int)syscall(SYS_close_range, first, last, flags);
    errno = ENOSYS;
    return -1;
}

static char path[512], held[600];

static void name_files(const char *name) {
    snprintf(path, sizeof path, "%s/%s", getenv("SCRATCH"), name);
    snprintf(held, sizeof held, "%s.held", path);
}

static bool exists(const char *file) { return !access(file, F_OK); }

/* As if its holder's machine had gone down minutes ago. */
static void make_old(const char *file) { shell_expect(0, "touch -d '3 minutes ago' %s", file); }

static void one_holds_it_alone(void **state) {
    (void)state;
    static const int reasons[] = {ENOLCK, ENOTSUP, EOPNOTSUPP, ENOSYS, EINVAL};
    struct error error = {""};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        int first, second = -7;
        name_files("alone");
        reason = reasons[i];
        assert_int_equal(lock_acquire(path, "another sweep", 0, &first, &error), ERR_OK);
        assert_true(lock_is_held(path));
        assert_int_equal(lock_acquire(path, "another sweep", 0, &second, &error), ERR_RUNTIME);
        assert_non_null(strstr(error.message, "held by another sweep (process "));
        assert_int_equal(lock_share(path, "another sweep", 0, &second, &error), ERR_RUNTIME);
        assert_int_equal(second, -7);
        lock_release(first);
        assert_false(exists(held));
        assert_false(lock_is_held(path));
    }
    reason = EIO; /* something else */
    int descriptor;
    assert_int_equal(lock_acquire(path, "another sweep", 0, &descriptor, &error), ERR_RUNTIME);
    assert_non_null(strstr(error.message, "cannot lock: Input/output error"));
    reason = ENOLCK;
}

static void many_share_it(void **state) {
    (void)state;
    struct error error;
    int first, second, alone;
    name_files("shared");
    assert_int_equal(lock_share(path, "a worker", 0, &first, &error), ERR_OK);
    assert_int_equal(lock_share(path, "a worker", 0, &second, &error), ERR_OK);
    assert_true(lock_is_held(path));
    lock_release(first);
    assert_true(lock_is_held(path));
    assert_int_equal(lock_acquire(path, "a worker", 0, &alone, &error), ERR_RUNTIME);
    assert_false(exists(held)); /* the attempt leaves nothing that keeps others out */
    lock_release(second);
    assert_int_equal(lock_acquire(path, "a worker", 0, &alone, &error), ERR_OK);
    lock_release(alone);
}

/* However a holder ends, its lock ends with it. */
static void a_killed_holder_has_it_no_longer(void **state) {
    is_old_kernel = *state != NULL;
    int ready[2], descriptor;
    char byte;
    struct error error;
    name_files("killed");
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (!child) {
        setpgid(0, 0);
        if (lock_acquire(path, "x", 0, &descriptor, NULL) || write(ready[1], "", 1) != 1) _exit(1);
        alarm(60);
        for (;;) pause();
    }
    close(ready[1]);
    if (read(ready[0], &byte, 1) != 1) fail_msg("the child has no lock");
    assert_int_equal(lock_acquire(path, "x", 0, &descriptor, &error), ERR_RUNTIME);
    kill(-child, SIGKILL); /* its whole group, as a terminal or a shell would */
    waitpid(child, NULL, 0);
    assert_int_equal(lock_acquire(path, "x", 5, &descriptor, &error), ERR_OK);
    lock_release(descriptor);
    close(ready[0]);
    is_old_kernel = false;
}

static void a_machine_that_went_down_has_it_no_longer(void **state) {
    (void)state;
    struct error error;
    int descriptor;
    char share[700];
    name_files("elsewhere");
    snprintf(share, sizeof share, "%s.1", held);
    shell_expect(0, "touch %s", held);
    assert_true(lock_is_held(path) || !exists(path)); /* nobody has opened the lock here yet */
    assert_int_equal(lock_acquire(path, "x", 0, &descriptor, &error), ERR_RUNTIME);
    assert_true(lock_is_held(path));
    make_old(held);
    assert_false(lock_is_held(path));
    assert_int_equal(lock_acquire(path, "x", 0, &descriptor, &error), ERR_OK);
    assert_true(lock_is_held(path));
    lock_release(descriptor);
    shell_expect(0, "touch %s", share);
    assert_int_equal(lock_acquire(path, "x", 0, &descriptor, &error), ERR_RUNTIME);
    make_old(share);
    assert_int_equal(lock_acquire(path, "x", 0, &descriptor, &error), ERR_OK);
    lock_release(descriptor);
    shell_expect(0, "test -z \"$(ls %s*)\"", held);
}

static volatile sig_atomic_t told;

static void on_signal(int number) {
    (void)number;
    told = 1;
}

/* The keeper touches the claim, and tells a holder that has lost it. */
static void a_holder_is_kept_alive_and_told_of_its_loss(void **state) {
    (void)state;
    struct error error;
    struct stat before, after;
    int descriptor;
    name_files("lost");
    signal(SIGTERM, on_signal);
    assert_int_equal(lock_acquire(path, "x", 0, &descriptor, &error), ERR_OK);
    make_old(held);
    assert_int_equal(stat(held, &before), 0);
    for (int tries = 0; tries < 100; tries++) {
        usleep(100000);
        if (stat(held, &after) || after.st_mtime > before.st_mtime) break;
    }
    assert_true(after.st_mtime > before.st_mtime + 100);
    assert_int_equal(told, 0);
    assert_int_equal(unlink(held), 0);
    for (int tries = 0; tries < 100 && !told; tries++) usleep(100000);
    assert_int_equal(told, 1);
    lock_release(descriptor);
    signal(SIGTERM, SIG_DFL);
}

/* Many processes that take a claim of a machine that went down, all at the same moment: one has it. */
static void one_of_many_takes_over(void **state) {
    (void)state;
    for (int round = 0; round < 5; round++) {
        enum { TAKERS = 8 };
        int go[2], done[2], holders = 0;
        name_files("race");
        shell_expect(0, "touch -d '3 minutes ago' %s", held);
        assert_int_equal(pipe(go), 0);
        assert_int_equal(pipe(done), 0);
        for (int i = 0; i < TAKERS; i++)
            if (!fork()) {
                char byte;
                int descriptor;
                close(go[1]);
                if (read(go[0], &byte, 1) < 0) _exit(1);
                char has = lock_acquire(path, "x", 0, &descriptor, NULL) ? 'n' : 'y';
                if (write(done[1], &has, 1) != 1) _exit(1);
                sleep(1);
                _exit(0);
            }
        close(go[0]);
        close(go[1]);
        for (int i = 0; i < TAKERS; i++) {
            char has;
            assert_int_equal(read(done[0], &has, 1), 1);
            holders += has == 'y';
        }
        assert_int_equal(holders, 1);
        while (wait(NULL) > 0) continue;
        close(done[0]);
        close(done[1]);
        int descriptor;
        assert_int_equal(lock_acquire(path, "x", 5, &descriptor, NULL), ERR_OK);
        lock_release(descriptor);
    }
}

/* Without locks, what is being written cannot be told from what a killed writer left but by its age. */
static void leftovers_go_by_their_age(void **state) {
    (void)state;
    name_files("file");
    shell_expect(0, "touch %s.tmp.1 %s.tmp.2 && touch -d '2 days ago' %s.tmp.2", path, path, path);
    temporary_clear(path);
    shell_expect(0, "test -e %s.tmp.1 && ! test -e %s.tmp.2", path, path);
}

/* The program itself, with flock taken from it. */
static void sweeps_run_beside_each_other(void **state) {
    (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip(); /* a sanitizer's own library must be the first one that is loaded */
#endif
    shell_expect(0, "cd $SCRATCH && printf 'name: t\ntask: {name: add, max_digits: 3}\ndata: {samples: 40}\n"
                    "model: {preset: tiny}\ntrain: {max_steps: 1, threads: 1}\neval: {problems: 2}\n"
                    "grid: {noise.digit: [0, 0.5]}\n' >t.yaml");
    shell_expect(
        0, "cd $SCRATCH && export LD_PRELOAD=" NO_FLOCK
           " && $COTNOISE sweep t.yaml -j 2 && $COTNOISE report results/t && $COTNOISE status results/t");
    shell_expect(0, "cd $SCRATCH && test -z \"$(find results -name '*.held*')\"");
    shell_expect(
        0, "cd $SCRATCH && mv results one && export COTNOISE_FLOCK_ERRNO=95 LD_PRELOAD=" NO_FLOCK
           " && { $COTNOISE sweep t.yaml --share 1/2 & $COTNOISE sweep t.yaml --share 2/2; s=$?; wait $!; "
           "test $s$? = 00; } && $COTNOISE sweep t.yaml");
    shell_expect(
        0, "cd $SCRATCH && cut -d, -f1-12 one/t/results.csv >a && cut -d, -f1-12 results/t/results.csv >b && "
           "cmp a b && test -z \"$(find results -name '*.held*')\"");
    /* Each has the lock alone for an instant. */
    shell_expect(0,
                 "cd $SCRATCH && export LD_PRELOAD=" NO_FLOCK
                 " && for k in $(seq 40); do $COTNOISE sweep t.yaml name=many --share $k/40 2>>said & done; "
                 "wait; ! grep 'held by' said");
    const char *output = shell_expect(1, "cd $SCRATCH && touch results/t/lock.held && LD_PRELOAD=" NO_FLOCK
                                         " $COTNOISE sweep t.yaml");
    assert_non_null(strstr(output, "results/t/lock: held by another sweep"));
    assert_non_null(strstr(output, "2 minutes"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_holds_it_alone),
        cmocka_unit_test(many_share_it),
        cmocka_unit_test(a_killed_holder_has_it_no_longer),
        {"the same on an old kernel", a_killed_holder_has_it_no_longer, NULL, NULL, &is_old_kernel},
        cmocka_unit_test(a_machine_that_went_down_has_it_no_longer),
        cmocka_unit_test(a_holder_is_kept_alive_and_told_of_its_loss),
        cmocka_unit_test(one_of_many_takes_over),
        cmocka_unit_test(leftovers_go_by_their_age),
        cmocka_unit_test(sweeps_run_beside_each_other),
    };
    return cmocka_run_group_tests_name("claim", tests, shell_setup, shell_teardown);
}
