/* Sweeps as job arrays without Slurm: which tasks are submitted, what is kept about a sweep, and the whole
 * way with stand-ins for Slurm's programs. `make check-slurm` does the same with Slurm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "record/invocation.h"
#include "sweep/array_job.h"
#include "tests/support/shell.h"

static void only_tasks_with_work_are_submitted(void **state) {
    (void)state;
    /* Complete runs are marked x. */
    static const struct {
        const char *runs;
        int shares, count;
        const char *tasks;
    } cases[] = {
        {"........", 8, 8, "0-7"},   {"x.x.x.xx", 8, 3, "1,3,5"},
        {"xx..xx.x", 8, 3, "2-3,6"}, {"xxxxxxxx", 8, 0, ""},
        {".......", 3, 3, "0-2"},    {"x..x..x..", 3, 2, "1-2"},
        {"xxxx.xxxx", 3, 1, "1"},    {".", 1, 1, "0"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct planned_run runs[16] = {{0}};
        struct plan plan = {.runs = runs, .count = (int)strlen(cases[c].runs)};
        struct buffer tasks = {0};
        buffer_text(&tasks, "");
        for (int r = 0; r < plan.count; r++) runs[r].complete = cases[c].runs[r] == 'x';
        assert_int_equal(array_job_tasks(&plan, cases[c].shares, &tasks), cases[c].count);
        assert_string_equal(tasks.bytes, cases[c].tasks);
        buffer_free(&tasks);
    }
}

static void paths_are_no_patterns(void **state) {
    (void)state;
    struct buffer pattern = {0};
    slurm_pattern("/a/100%/%a%%", &pattern);
    assert_string_equal(pattern.bytes, "/a/100%%/%%a%%%%");
    buffer_free(&pattern);
}

static void only_numbers_are_jobs(void **state) {
    (void)state;
    static const struct slurm_job good[] = {{"1", ""}, {"1234567", "big-one.x"}};
    static const struct slurm_job bad[] = {{"", ""},    {"12a", ""},  {"-1", ""},  {"1 2", ""},
                                           {"1", "-x"}, {"1", "a b"}, {"1", "a;b"}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_true(slurm_job_is_valid(&good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(slurm_job_is_valid(&bad[i]));
}

static void the_note_of_a_job_comes_back(void **state) {
    (void)state;
    const char *root = getenv("SCRATCH");
    struct array_job job = {{"42", ""}, 7, "0123456789abcdef"}, back;
    bool found;
    struct error error;
    assert_int_equal(array_job_read(root, &found, &back, &error), ERR_OK);
    assert_false(found);
    assert_int_equal(array_job_write(root, &job, &error), ERR_OK);
    assert_int_equal(array_job_read(root, &found, &back, &error), ERR_OK);
    assert_true(found);
    assert_string_equal(back.slurm.id, "42");
    assert_string_equal(back.digest, job.digest);
    assert_int_equal(back.tasks, 7);
    /* What somebody else has written there is no job, above all none with options for squeue. */
    static const char *const spoilt[] = {"", "{}", "{\"job\": 42}",
                                         "{\"job\":\"--help\",\"cluster\":\"\",\"tasks\":1,\"spec\":\"\"}"};
    char *path = file_join(root, "slurm.json");
    for (size_t i = 0; i < sizeof spoilt / sizeof *spoilt; i++) {
        assert_int_equal(file_write_plain(path, spoilt[i], strlen(spoilt[i]), &error), ERR_OK);
        assert_int_equal(array_job_read(root, &found, &back, &error), ERR_OK);
        assert_false(found);
    }
    array_note_forget(root);
    assert_false(file_exists(path));
    free(path);
}

static void the_invocation_comes_back(void **state) {
    (void)state;
    static const char text[] = "name: kept\ntask: {name: add}\ngrid: {data.samples: [1, 2]}\n";
    static const char *const overrides[] = {"data.epochs=3", "noise.digit=0.5"};
    char *root = file_join(getenv("SCRATCH"), "kept"), *path = file_join(root, "spec.yaml");
    struct invocation invocation = {"cotnoise sweep 'a b'", overrides, 2};
    struct error error;
    struct spec *spec;
    struct config config;
    assert_int_equal(file_make_directories(root, &error), ERR_OK);
    assert_int_equal(file_write_plain(path, text, strlen(text), &error), ERR_OK);
    assert_null(invocation_command(root));
    assert_int_equal(invocation_spec(root, &spec, &error), ERR_OK);
    assert_int_equal(invocation_write(root, &invocation, spec, &error), ERR_OK);
    spec_free(spec);
    char *command = invocation_command(root);
    assert_string_equal(command, "cotnoise sweep 'a b'");
    assert_int_equal(invocation_spec(root, &spec, &error), ERR_OK);
    spec_run(spec, 1, &config);
    assert_true(config.data.samples == 2 && config.data.epochs == 3);
    spec_free(spec);
    free(command);
    free(path);
    free(root);
}

/* Only the very same spec and overrides make the same job. */
static void other_overrides_are_another_job(void **state) {
    (void)state;
    static const char text[] = "name: kept\ntask: {name: add}\n";
    static const char *const words[][2] = {{"a=1", "b=2"}, {"a=1b=2", ""}, {"a=1", "b=3"}, {"a=1", NULL}};
    char digests[4][ARRAY_DIGEST_LENGTH + 1];
    struct spec *spec;
    struct error error;
    assert_int_equal(spec_parse("spec.yaml", text, strlen(text), NULL, 0, &spec, &error), ERR_OK);
    for (int i = 0; i < 4; i++) {
        struct invocation invocation = {"cotnoise sweep", words[i], i < 3 ? 2 : 1};
        assert_int_equal(array_job_digest(spec, &invocation, digests[i], &error), ERR_OK);
        for (int k = 0; k < i; k++) assert_string_not_equal(digests[i], digests[k]);
    }
    struct invocation joined = {"cotnoise sweep", (const char *const[]){"a=1b=2"}, 1};
    char digest[ARRAY_DIGEST_LENGTH + 1];
    assert_int_equal(array_job_digest(spec, &joined, digest, &error), ERR_OK);
    assert_string_not_equal(digest, digests[0]);
    spec_free(spec);
}

/* sbatch runs the array's tasks one after the other in the background; squeue says whether they are done. */
#define STAND_INS                                                                                  \
    "mkdir -p $SCRATCH/bin; cd $SCRATCH/bin; "                                                     \
    "printf '#!/bin/sh\\necho MaxArraySize = 4\\n' >scontrol; "                                    \
    "printf '#!/bin/sh\\necho \"$@\" >>$SCRATCH/asked\\nfor last in \"$@\"; do :; done\\n"         \
    "(for task in 0 1 2 3; do SLURM_ARRAY_TASK_ID=$task sh \"$last\"; done; touch $SCRATCH/done) " \
    ">$SCRATCH/tasks.log 2>&1 </dev/null &\\necho 77\\n' >sbatch; "                                \
    "printf '#!/bin/sh\\n[ -e $SCRATCH/done ] || echo \"RUNNING|None\"\\n' >squeue; chmod +x *; cd ..; "

static void a_sweep_goes_through_slurms_programs(void **state) {
    (void)state;
    shell_expect(
        0, STAND_INS
        "printf 'name: fake\\nseeds: [1, 2, 3, 4, 5, 6]\\ntask: {name: add, max_digits: 2}\\n"
        "data: {samples: 20, epochs: 1}\\nmodel: {layers: 1, width: 16, heads: 1, ffn: 16}\\n"
        "eval: {problems: 2}\\n' >fake.yaml; export PATH=$SCRATCH/bin:$PATH; "
        "$COTNOISE sweep fake.yaml \"name=it.s\" train.threads=2 --launcher slurm --throttle 2 --slurm-args "
        "'-p \"two words\"' --results \"$SCRATCH/odd 'name'\"");
    /* Six runs, but an array may have four tasks. */
    shell_expect(0,
                 "set -e; cd $SCRATCH; grep -q -- '--requeue \"${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\"' "
                 "\"odd 'name'/it.s/slurm/task.sh\"; grep -q -- '--array=0-3%%2 .*-p two words ' asked; "
                 "grep -q -- '--cpus-per-task=2' asked; grep -q 'share 1 of 4: 2 runs' tasks.log; cd "
                 "\"odd 'name'/it.s\"; "
                 "test $(ls runs | wc -l) = 6 && test $(wc -l <results.csv) = 7 && ! ls slurm.json");
    const char *said = shell_expect(1, "rm -r \"$SCRATCH/odd 'name'/it.s/runs\"; cd $SCRATCH; "
                                       "printf '#!/bin/sh\\necho no nodes today >&2; exit 1\\n' >bin/sbatch; "
                                       "PATH=$SCRATCH/bin:$PATH $COTNOISE sweep fake.yaml name=it.s "
                                       "--launcher slurm --results \"$SCRATCH/odd 'name'\"");
    assert_non_null(strstr(said, "sbatch: no nodes today"));
}

/* A task of `DIR` that gets this signal once it has saved (`saved`), or before it can. What it printed is in
 * the file `said`, what it asked of Slurm in `asked`. */
#define TASK(dir, samples, signal, saved)                                                                 \
    "cd $SCRATCH; rm -f asked said; mkdir -p " dir                                                        \
    "/slow; printf '{\"command\":\"cotnoise sweep my.yaml\"}' >" dir "/slow/sweep.json; "                 \
    "printf 'name: slow\ntask: {name: add, max_digits: 9}\ndata: {samples: " samples ", epochs: 9}\n"     \
    "model: {layers: 1, width: 16, heads: 1, ffn: 16}\ntrain: {checkpoint_every: 1}\n' >slow.yaml; "      \
    "cp slow.yaml " dir "/slow/spec.yaml; PATH=$SCRATCH/bin:$PATH $COTNOISE sweep slow.yaml --share 1/1 " \
    "--requeue 12_0 --results " dir " >said 2>&1 & task=$!; for i in $(seq 2000); do " saved              \
    " && break; sleep 0.05; done; kill -" signal " $task; wait $task; test $? = 1 && "

#define HAS_SAVED(dir) \
    "find " dir "/slow/runs -name optimizer.safetensors -newer slow.yaml 2>&1 | grep -q optim"
#define HAS_BEGUN "grep -q share.1 said 2>&1"
#define SCONTROL(does)                                                              \
    "mkdir -p $SCRATCH/bin; printf '#!/bin/sh\necho \"$@\" >>$SCRATCH/asked; " does \
    "\n' >$SCRATCH/bin/scontrol; "                                                  \
    "chmod +x $SCRATCH/bin/scontrol; "

/* A task whose time is nearly over saves and asks to be started again, but neither one that was told to end
 * nor one that would go round for ever. */
static void a_task_goes_on_after_its_time(void **state) {
    (void)state;
    shell_expect(0, SCONTROL("")
                        TASK("dir", "20000", "USR1",
                             HAS_SAVED("dir")) "grep -qx 'requeue 12_0' asked && "
                                               "grep -q 'saved, and Slurm starts task 12_0 again' said && "
                                               "! ls dir/slow/runs/*/failed.json");
    /* It goes on from there, and where that is not allowed it is told what to type. */
    shell_expect(
        0,
        SCONTROL("echo disabled >&2; exit 1") TASK(
            "dir", "20000", "USR1",
            HAS_SAVED(
                "dir")) "grep -q 'again (scontrol: disabled); to go on, type: cotnoise sweep my.yaml' said");
    shell_expect(0, SCONTROL("") TASK("dir", "20000", "TERM",
                                      HAS_SAVED("dir")) "! ls asked && grep -q interrupted said");
    /* Stopped while it makes samples, once it has trained, while it makes samples again. */
    static const char none[] =
        "! ls asked && grep -q 'no step was saved since task 12_0 began, so that it is not "
        "started again; .* type: cotnoise sweep my.yaml' said";
    shell_expect(0, SCONTROL("") TASK("none", "400000", "USR1", HAS_BEGUN) "%s", none);
    shell_expect(0, TASK("none", "400000", "USR1", HAS_SAVED("none")) "grep -qx 'requeue 12_0' asked");
    shell_expect(0, TASK("none", "400000", "USR1", HAS_BEGUN) "%s", none);
    const char *said = shell_expect(2, "$COTNOISE sweep $SCRATCH/slow.yaml --requeue 12_0");
    assert_non_null(strstr(said, "--requeue goes with --share"));
}

/* Where a job is at work nobody else begins, and a job of another spec is not joined. */
static void a_job_at_work_is_in_the_way(void **state) {
    (void)state;
    shell_expect(0, STAND_INS
                 "mkdir -p busy/it; rm -f done; printf '{\"job\":\"77\",\"cluster\":\"\",\"tasks\":1,"
                 "\"spec\":\"0123456789abcdef\"}' >busy/it/slurm.json");
    const char *said = shell_expect(
        1, "cd $SCRATCH; PATH=$SCRATCH/bin:$PATH $COTNOISE sweep fake.yaml name=it seeds=1 --results busy");
    assert_non_null(strstr(said, "Slurm job 77 is at work here"));
    said = shell_expect(
        1, "cd $SCRATCH; PATH=$SCRATCH/bin:$PATH $COTNOISE sweep fake.yaml name=it seeds=1 --results busy "
           "--launcher slurm");
    assert_non_null(strstr(said, "the spec has changed"));
    shell_expect(0, "! ls $SCRATCH/busy/it/runs");
}

/* How the job stands is asked of Slurm, and what goes on with a sweep that nobody works on is told. */
static void status_tells_how_the_job_stands(void **state) {
    (void)state;
    static const struct {
        const char *squeue, *said, *advice;
    } cases[] = {
        {"echo \"PENDING|Priority\"; echo \"RUNNING|None\"",
         "Slurm job 77: 1 task running, 1 waiting (Priority)\n", NULL},
        {"exit 0", "Slurm job 77 is over\n",
         "Nobody works on it at this moment; this goes on with it: cotnoise sweep my.yaml\n"},
        {"echo no >&2; exit 1", "Slurm job 77, of which Slurm says nothing at this moment\n",
         "Should that job be over, this goes on with it: cotnoise sweep my.yaml\n"},
    };
    shell_expect(0, "mkdir -p $SCRATCH/bin $SCRATCH/seen/it; cd $SCRATCH/seen/it; "
                    "printf 'name: it\\nseeds: [1, 2]\\ntask: {name: add}\\n' >spec.yaml; "
                    "printf '{\"command\":\"cotnoise sweep my.yaml\",\"overrides\":[]}' >sweep.json; "
                    "printf '{\"job\":\"77\",\"cluster\":\"\",\"tasks\":1,\"spec\":\"\"}' >slurm.json");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *said =
            shell_expect(0,
                         "cd $SCRATCH; printf '#!/bin/sh\\n%s\\n' >bin/squeue; chmod +x bin/squeue; "
                         "PATH=$SCRATCH/bin:$PATH $COTNOISE status seen/it",
                         cases[i].squeue);
        assert_non_null(strstr(said, "2 runs: 0 complete, 0 running, 0 failed, 2 waiting; "));
        assert_non_null(strstr(said, cases[i].said));
        assert_true(cases[i].advice ? strstr(said, cases[i].advice) != NULL : !strstr(said, "Nobody"));
    }
}

/* A job that is over and has left nothing is told, not waited for. */
static void runs_that_are_lost_are_told(void **state) {
    (void)state;
    const char *said = shell_expect(
        1, STAND_INS "printf '#!/bin/sh\\necho 78\\n' >bin/sbatch; touch done; "
                     "printf 'name: lost\\nseeds: [1, 2]\\ntask: {name: add}\\n' >lost.yaml; "
                     "PATH=$SCRATCH/bin:$PATH $COTNOISE sweep lost.yaml --launcher slurm --results lost");
    assert_non_null(strstr(said, "2 of 2 runs are not complete though Slurm job 78 is over"));
    assert_null(strstr(said, "ends so"));
    said = shell_expect(
        1, "cd $SCRATCH; printf 'one\\nexec: cotnoise: not found\\n' >lost/lost/slurm/task-0.log; "
           "PATH=$SCRATCH/bin:$PATH $COTNOISE sweep lost.yaml --launcher slurm --results lost");
    assert_non_null(strstr(said, "task-*.log (one ends so: exec: cotnoise: not found); the same command"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_tasks_with_work_are_submitted),
        cmocka_unit_test(paths_are_no_patterns),
        cmocka_unit_test(only_numbers_are_jobs),
        cmocka_unit_test(the_note_of_a_job_comes_back),
        cmocka_unit_test(the_invocation_comes_back),
        cmocka_unit_test(other_overrides_are_another_job),
        cmocka_unit_test(a_sweep_goes_through_slurms_programs),
        cmocka_unit_test(a_task_goes_on_after_its_time),
        cmocka_unit_test(status_tells_how_the_job_stands),
        cmocka_unit_test(a_job_at_work_is_in_the_way),
        cmocka_unit_test(runs_that_are_lost_are_told),
    };
    return cmocka_run_group_tests_name("array", tests, shell_setup, shell_teardown);
}
