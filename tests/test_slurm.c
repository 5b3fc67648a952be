/* Slurm's programs, by stand-ins that answer what a test wants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sweep/slurm.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

static int setup(void **state) {
    char path[4096];
    if (shell_setup(state)) return -1;
    snprintf(path, sizeof path, "%s/bin:%s", getenv("SCRATCH"), getenv("PATH"));
    return setenv("PATH", path, 1);
}

/* PROGRAM says this, complains so and ends with that status. */
static void stand_in(const char *program, const char *says, const char *complains, int status) {
    char name[64];
    snprintf(name, sizeof name, "bin/%s", program);
    make_file(getenv("SCRATCH"), name,
              "#!/bin/sh\necho \"$@\" >$SCRATCH/asked\nprintf '%s'\nprintf '%s' >&2\nexit %d\n", says,
              complains, status);
    shell_expect(0, "chmod +x $SCRATCH/bin/*");
}

static void the_limit_is_that_of_arrays(void **state) {
    (void)state;
    struct error error;
    int tasks;
    stand_in("scontrol", "Other = 5\\nMaxArraySize            = 1001\\nMore = 7\\n", "", 0);
    assert_int_equal(slurm_array_limit(&tasks, &error), ERR_OK);
    assert_int_equal(tasks, 1001);
    static const char *const none[] = {"MaxArraySize = 0\\n", "MaxArraySize = 1\\n", "Other = 5\\n", ""};
    for (int i = 0; i < 4; i++) {
        stand_in("scontrol", none[i], "", 0);
        assert_int_equal(slurm_array_limit(&tasks, &error), ERR_RUNTIME);
    }
    stand_in("scontrol", "MaxArraySize = 1001\\n", "no controller\\n", 1);
    assert_int_equal(slurm_array_limit(&tasks, &error), ERR_RUNTIME);
    assert_string_equal(error.message, "scontrol: no controller");
}

static void jobs_are_known_with_their_cluster(void **state) {
    (void)state;
    const struct words more = {.count = 0};
    const struct slurm_batch batch = {
        .script = "s", .name = "n", .output = "o", .tasks = "0-3", .processors = 2, .more = &more};
    struct slurm_job job;
    struct error error;
    stand_in("sbatch", "123;big\\n", "", 0);
    assert_int_equal(slurm_submit(&batch, &job, &error), ERR_OK);
    assert_string_equal(job.id, "123");
    assert_string_equal(job.cluster, "big");
    shell_expect(0, "grep -qx -- '--parsable --requeue --open-mode=append --signal=B:USR1@60 --array=0-3 "
                    "--job-name=n --output=o --cpus-per-task=2 s' $SCRATCH/asked");
    stand_in("sbatch", "Submitted\\n", "", 0);
    assert_int_equal(slurm_submit(&batch, &job, &error), ERR_RUNTIME);
    /* It is asked for on that cluster. */
    struct slurm_queue queue;
    stand_in("squeue", "", "", 0);
    assert_int_equal(slurm_look(&job, 60, &queue, &error), ERR_OK);
    shell_expect(0, "grep -q -- '--jobs 123 .*--clusters big$' $SCRATCH/asked");
}

static void a_task_is_put_back_or_not(void **state) {
    (void)state;
    struct error error;
    stand_in("scontrol", "", "", 0);
    assert_int_equal(slurm_requeue("12_3", &error), ERR_OK);
    shell_expect(0, "grep -qx 'requeue 12_3' $SCRATCH/asked");
    /* Slurm is sometimes faster to stop the task, and scontrol in it, than scontrol is to end. */
    static const char *const signals[] = {"TERM", "KILL", "SEGV"};
    for (int i = 0; i < 3; i++) {
        make_file(getenv("SCRATCH"), "bin/scontrol", "#!/bin/sh\nkill -%s $$\nsleep 5\n", signals[i]);
        assert_int_equal(slurm_requeue("12_3", &error), i < 2 ? ERR_OK : ERR_RUNTIME);
    }
    stand_in("scontrol", "", "Requested operation is presently disabled for job 12_3\n", 1);
    assert_int_equal(slurm_requeue("12_3", &error), ERR_RUNTIME);
    assert_string_equal(error.message, "scontrol: Requested operation is presently disabled for job 12_3");
    stand_in("scontrol", "", "scontrol: error: no\\n", 1);
    assert_int_equal(slurm_requeue("12_3", &error), ERR_RUNTIME);
    assert_string_equal(error.message, "scontrol: error: no");
}

static void tasks_are_counted(void **state) {
    (void)state;
    const struct slurm_job job = {"77", ""};
    struct slurm_queue queue = {9, 9, "x"};
    struct error error;
    stand_in("squeue", "PENDING|Resources\\nPENDING|Priority\\nRUNNING|None\\nCOMPLETING|None\\nnoise\\n", "",
             0);
    assert_int_equal(slurm_look(&job, 60, &queue, &error), ERR_OK);
    assert_int_equal(queue.pending, 2);
    assert_int_equal(queue.running, 2);
    assert_string_equal(queue.reason, "Resources");
    /* A job that Slurm has forgotten is over; where Slurm does not answer, nothing is known. */
    stand_in("squeue", "", "slurm_load_jobs error: Invalid job id specified\\n", 1);
    assert_int_equal(slurm_look(&job, 60, &queue, &error), ERR_OK);
    assert_int_equal(queue.pending + queue.running, 0);
    queue.running = 5;
    stand_in("squeue", "", "Unable to contact slurm controller\\n", 1);
    assert_int_equal(slurm_look(&job, 60, &queue, &error), ERR_RUNTIME);
    assert_int_equal(queue.running, 5);
    shell_expect(0, "printf '#!/bin/sh\\nexec sleep 60\\n' >$SCRATCH/bin/squeue");
    assert_int_equal(slurm_look(&job, 0.2, &queue, &error), ERR_RUNTIME);
    assert_non_null(strstr(error.message, "within 0.2 seconds"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_limit_is_that_of_arrays),
        cmocka_unit_test(jobs_are_known_with_their_cluster),
        cmocka_unit_test(a_task_is_put_back_or_not),
        cmocka_unit_test(tasks_are_counted),
    };
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
