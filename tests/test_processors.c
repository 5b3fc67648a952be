/* How many processors may be used: control groups in made-up files, binding and Slurm in processes of their
 * own. */
#define _GNU_SOURCE 1 /* sched_setaffinity */
#include "tests/fixture.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/processors.h"
#include "tests/support/shell.h"

static char root[1024];

/* Makes root a machine with these files: each `PATH=CONTENT`, below proc/self or sys/fs/cgroup. */
static double quota(const char *const *files) {
    shell_expect(0, "rm -rf $SCRATCH/root && mkdir -p $SCRATCH/root/proc/self");
    for (; *files; files++)
        shell_expect(
            0, "f='%s'; p=$SCRATCH/root/${f%%%%=*}; mkdir -p $(dirname $p) && printf '%%b' \"${f#*=}\" >$p",
            *files);
    snprintf(root, sizeof root, "%s/root", getenv("SCRATCH"));
    return processors_quota(root);
}

#define GROUP "proc/self/cgroup="
#define SYS   "sys/fs/cgroup/"

static void quotas_of_control_groups(void **state) {
    (void)state;
    static const struct {
        const char *files[8];
        double quota;
    } cases[] = {
        {{NULL}, INFINITY},
        {{GROUP "0::/\\n", SYS "cpu.max=max 100000\\n"}, INFINITY},
        {{GROUP "0::/\\n", SYS "cpu.max=150000 100000\\n"}, 1.5},
        {{GROUP "0::/a/b\\n", SYS "a/b/cpu.max=max 100000\\n", SYS "a/cpu.max=300000 100000\\n"}, 3},
        {{GROUP "0::/a/b\\n", SYS "a/b/cpu.max=20000 10000\\n", SYS "a/cpu.max=300000 100000\\n"}, 2},
        {{GROUP "0::/a/b\\n", SYS "a/other/cpu.max=10000 10000\\n"}, INFINITY},
        {{GROUP "0::/not/seen/from/here\\n", SYS "cpu.max=400000 100000\\n"}, 4},
        {{GROUP "0::/../..\\n", SYS "cpu.max=400000 100000\\n"}, 4},
        {{GROUP "1:name=systemd:/x\\n0::/a\\n", SYS "unified/a/cpu.max=100000 100000\\n"}, 1},
        {{GROUP "4:cpu,cpuacct:/d/c\\n", SYS "cpu,cpuacct/d/c/cpu.cfs_quota_us=250000\\n",
          SYS "cpu,cpuacct/d/c/cpu.cfs_period_us=100000\\n"},
         2.5},
        {{GROUP "4:cpuset:/d\\n3:cpuacct,cpu:/docker/1\\n", SYS "cpu/cpu.cfs_quota_us=50000\\n",
          SYS "cpu/cpu.cfs_period_us=100000\\n"},
         0.5},
        {{GROUP "4:cpu:/d\\n", SYS "cpu/d/cpu.cfs_quota_us=-1\\n", SYS "cpu/d/cpu.cfs_period_us=100000\\n"},
         INFINITY},
        {{GROUP "4:cpuset:/d\\n", SYS "cpuset/d/cpu.cfs_quota_us=100\\n",
          SYS "cpuset/d/cpu.cfs_period_us=100000\\n"},
         INFINITY},
        {{GROUP "nonsense\\n0:\\n:::\\n", SYS "cpu.max=nothing\\n"}, INFINITY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double found = quota(cases[i].files);
        if (found != cases[i].quota) fail_msg("case %zu: %g, expected %g", i, found, cases[i].quota);
    }
}

/* What a process that is bound to one processor, or given a number by Slurm, makes of it. */
static int available(bool bound, const char *per_task, const char *on_node) {
    pid_t child = fork();
    if (!child) {
        cpu_set_t set, one;
        unsetenv("SLURM_CPUS_PER_TASK");
        unsetenv("SLURM_CPUS_ON_NODE");
        if (per_task) setenv("SLURM_CPUS_PER_TASK", per_task, 1);
        if (on_node) setenv("SLURM_CPUS_ON_NODE", on_node, 1);
        CPU_ZERO(&one);
        sched_getaffinity(0, sizeof set, &set);
        int first = 0;
        while (!CPU_ISSET(first, &set)) first++;
        CPU_SET(first, &one);
        if (bound && sched_setaffinity(0, sizeof one, &one)) _exit(99);
        _exit(processors_available());
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WEXITSTATUS(status);
}

static void binding_and_slurm(void **state) {
    (void)state;
    int all = available(false, NULL, NULL);
    assert_true(all >= 1 && all <= sysconf(_SC_NPROCESSORS_ONLN));
    assert_int_equal(available(true, NULL, NULL), 1);
    assert_int_equal(available(false, "1", "64"), 1);
    assert_int_equal(available(false, NULL, "1"), 1);
    assert_int_equal(available(false, "100000", "1"), all); /* the task's own number counts */
    assert_int_equal(available(false, "0", "2(x3)"), all);
}

static void sweeps_start_no_more_workers(void **state) {
    (void)state;
    shell_expect(0,
                 "printf 'name: t\\nseeds: [1, 2, 3]\\ntask: {name: add}\\ndata: {samples: 50, epochs: 1}\\n"
                 "model: {layers: 1, width: 16, heads: 1, ffn: 16}\\neval: {problems: 5}\\n' "
                 ">$SCRATCH/spec.yaml");
    const char *said = shell_expect(0, "taskset -c $(taskset -cp $$ | sed 's/.*: //; s/[,-].*//') "
                                       "$COTNOISE sweep $SCRATCH/spec.yaml --results $SCRATCH/results");
    assert_non_null(strstr(said, "; 1 at a time"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quotas_of_control_groups),
        cmocka_unit_test(binding_and_slurm),
        cmocka_unit_test(sweeps_start_no_more_workers),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
