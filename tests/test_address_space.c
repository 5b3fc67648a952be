/* Little address space, as 'ulimit -v' and schedulers leave it: each command works or says in time what is
 * lacking, and never waits for what will not come. */
#include "tests/fixture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/openblas.h"
#include "tests/support/shell.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { LIMITABLE = false }; /* a sanitizer takes terabytes of address space for itself */
#else
enum { LIMITABLE = true };
#endif

static const char *const limits[] = {"20000",  "40000",  "60000",  "90000",  "120000", "160000",
                                     "200000", "240000", "300000", "400000", "500000", NULL};

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    shell_expect(0, "printf 'name: t\\ntask: {name: add, max_digits: 2}\\ndata: {samples: 50, epochs: 1}\\n"
                    "model: {layers: 1, width: 16, heads: 1, ffn: 16}\\neval: {problems: 5}\\n' "
                    ">$SCRATCH/spec.yaml");
    return 0;
}

/* Runs the command within each limit. */
static void assert_works(const char *command) {
    for (const char *const *limit = limits; *limit && LIMITABLE; limit++)
        shell_expect(0, "ulimit -v %s; timeout 20 $COTNOISE %s; status=$?; rm -rf $SCRATCH/run; exit $status",
                     *limit, command);
}

static void commands_without_wide_products_work(void **state) {
    (void)state;
    assert_works("tasks");
    assert_works("gen $SCRATCH/spec.yaml -n 20 -o -");
    assert_works("train $SCRATCH/spec.yaml -o $SCRATCH/run");
}

/* Nothing but status 0, or 1 with a line that says so; where there is enough, 0. */
static void wide_models_work_or_say_why(void **state) {
    (void)state;
    for (const char *const *limit = limits; *limit && LIMITABLE; limit++) {
        const struct shell_result *result =
            shell("ulimit -v %s; timeout 20 $COTNOISE train $SCRATCH/spec.yaml model.width=272 "
                  "train.threads=2 -o $SCRATCH/run; status=$?; rm -rf $SCRATCH/run; exit $status",
                  *limit);
        bool said = strstr(result->output, "OpenBLAS cannot be loaded (Debian: libopenblas0-pthread): ") ||
                    strstr(result->output, "out of memory for OpenBLAS (320 MiB of address space");
        if (result->status && (result->status != 1 || !said))
            fail_msg("%s: %d %s", *limit, result->status, result->output);
        if (result->status && !limit[1]) fail_msg("%s is enough: %s", *limit, result->output);
        if (!result->status && limit == limits) fail_msg("%s cannot be enough", *limit);
    }
}

/* Programs that are started from here have the threads that the user wants them to have. */
static void the_environment_stays_as_it_was(void **state) {
    (void)state;
    setenv("OPENBLAS_NUM_THREADS", "7", 1);
    assert_int_equal(openblas_prepare(1, NULL), ERR_OK);
    assert_string_equal(getenv("OPENBLAS_NUM_THREADS"), "7");
    assert_non_null(openblas_core());
    shell_expect(0, "test $(ls /proc/%d/task | wc -l) = 1", (int)getpid()); /* none of the library's */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_environment_stays_as_it_was),
        cmocka_unit_test(commands_without_wide_products_work),
        cmocka_unit_test(wide_models_work_or_say_why),
    };
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
