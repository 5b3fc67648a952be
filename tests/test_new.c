/* The worked examples of tasks/README.md and noise/README.md, and the skeletons made from them: in a scratch
 * copy of the sources they compile without a warning and pass their tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/shell.h"

/* What the tests of a task or a noise need, without the transformer. */
#define BUILD                                                                                           \
    "cc -std=gnu17 -O0 -Wall -Wextra -Wpedantic -Werror -I. -Isrc -DCOTNOISE_VERSION='\"x\"' -pthread " \
    "tests/%s.c library.a -lcmocka -lxxhash -lm -o %s && ./%s"

static int copy_sources(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(0,
                 "mkdir -p $SCRATCH/copy/tests && cp -R Makefile src tasks noise $SCRATCH/copy && "
                 "cp -R tests/*.h tests/new.sh tests/golden tests/test_golden.c $SCRATCH/copy/tests && mkdir "
                 "$SCRATCH/copy/tests/support && cp tests/support/told.h $SCRATCH/copy/tests/support");
    return 0;
}

static void test_skeletons_work(void **state) {
    (void)state;
    shell_expect(0, "cd $SCRATCH/copy && make -s new-task NAME=digit_sum && make -s new-task NAME=my_task && "
                    "make -s new-noise NAME=digit_up && make -s new-noise NAME=my_noise");
    shell_expect(
        0,
        "cd $SCRATCH/copy && make -s VARIANT=debug BUILD=build build/generated/lists.c && mkdir objects && "
        "cd objects && cc -std=gnu17 -O0 -Wall -Wextra -Wpedantic -Werror -I.. -I../src "
        "-DCOTNOISE_VERSION='\"x\"' -c ../src/base/*.c ../src/trace/*.c ../tasks/*.c ../noise/*.c "
        "../src/data/mix.c ../src/data/draw.c ../src/data/split.c ../src/data/completion.c "
        "../build/generated/lists.c -pthread && "
        "ar rc ../library.a *.o");
    static const char *const tests[] = {"test_task_digit_sum", "test_task_my_task", "test_noise_digit_up",
                                        "test_noise_my_noise", "test_golden"};
    for (int i = 0; i < 5; i++) shell_expect(0, "cd $SCRATCH/copy && " BUILD, tests[i], tests[i], tests[i]);
    /* What differs is told with its place in the file, both ways, and so is a file that asks for the
     * impossible. */
    const char *said =
        shell_expect(1, "cd $SCRATCH/copy && sed -i '6s/7/1/' tests/golden/add.txt && ./test_golden");
    assert_non_null(
        strstr(said, "tests/golden/add.txt:6: - is wanted (the file), + is got\n  digy = 2\n  res = 1\n  "
                     "carry = 1\n- digx = 1\n+ digx = 7\n"));
    said = shell_expect(1, "cd $SCRATCH/copy && sed -i '1s/52/x/' tests/golden/add.txt && ./test_golden");
    assert_non_null(strstr(said, "tests/golden/add.txt:1: "));
    said = shell_expect(1, "cd $SCRATCH/copy && rm tests/golden/add.txt && ./test_golden");
    assert_non_null(strstr(said, "a line '$ add ARGUMENT...' in it"));
    said = shell_expect(
        1, "cd $SCRATCH/copy && sed -i 's/sum += x %% 10/sum += x %% 9/' tests/test_task_my_task.c && " BUILD,
        "test_task_my_task", "test_task_my_task", "test_task_my_task");
    assert_non_null(strstr(said, ": the answer is "));
    assert_non_null(strstr(said, "my_task "));
}

static void test_names_are_checked(void **state) {
    (void)state;
    shell_expect(2, "cd $SCRATCH/copy && tests/new.sh task add");
    shell_expect(2, "cd $SCRATCH/copy && tests/new.sh noise digit");
    shell_expect(2, "cd $SCRATCH/copy && tests/new.sh task ../evil");
    shell_expect(2, "cd $SCRATCH/copy && tests/new.sh task Upper");
    shell_expect(2, "cd $SCRATCH/copy && tests/new.sh task ''");
    shell_expect(2, "cd $SCRATCH/copy && tests/new.sh thing x");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_skeletons_work),
                                       cmocka_unit_test(test_names_are_checked)};
    return cmocka_run_group_tests(tests, copy_sources, shell_teardown);
}
