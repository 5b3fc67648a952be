/* Every command without memory: each allocation in turn fails once, and then it and all after it.
 *
 * A command must then end by itself with one message that says so, or do its work all the same; what it
 * leaves must not look finished when it is not; and the same command given again must lead to what it would
 * have led to. The failing allocator is tests/faults/allocation.c, which also says what is not counted.
 *
 * `make check` fails one allocation in each of some ways that lead to one; with COTNOISE_ALLOCATIONS=ways it
 * is each of all ways, and `make check-allocation` (COTNOISE_ALLOCATIONS=all) fails every allocation.
 * COTNOISE_ALLOCATIONS_OF names the one command to look at. Jansson ends the process where it has no room for
 * a character of an escaped string; that is not ours to mend, and let pass. */
#define _GNU_SOURCE /* FTW_ACTIONRETVAL */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/shell.h"

enum { SECONDS = 60, NUMBERS = 1 << 17, TEXT = 1 << 18, SHOWN = 12 };

/* A command line as a user would give it in a folder beside `base`, which holds what `prepare` makes. */
struct command {
    const char *name;
    const char *line;
    int picked;          /* allocations failed in `make check` */
    bool varies;         /* what it prints depends on time */
    const char *start;   /* shell: what is there before; NULL: nothing */
    const char *essence; /* shell: prints what must be the same afterwards; NULL: it writes nothing */
};

#define RUN_ESSENCE                                                                              \
    "cksum out/model.safetensors out/tokenizer.json; grep -v second out/result.json; test ! -e " \
    "out/failed.json"
/* results.csv less its columns of time, and that its pages and figures are there. */
#define SWEEP_ESSENCE(directory)                                                                \
    "awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) skip[i] = $i ~ /second/ } "                   \
    "{ for (i = 1; i <= NF; i++) if (!skip[i]) printf \"%s,\", $i; print \"\" }' " directory    \
    "/results.csv; "                                                                            \
    "cut -d, -f1-4 " directory "/thresholds.csv; grep -c '</html>' " directory "/report.html; " \
    "grep -c '</svg>' " directory "/plots/accuracy.svg"

static const struct command commands[] = {
    {"help", "--help", 5, false, NULL, NULL},
    {"tasks", "tasks", 10, false, NULL, NULL},
    {"noises", "noises", 5, false, NULL, NULL},
    {"tasks NAME", "tasks median", 20, false, NULL, NULL},
    {"noises NAME", "noises digit", 20, false, NULL, NULL},
    {"help", "help trace", 5, false, NULL, NULL},
    {"trace", "trace mul 17 25 --visibility add=call", 20, false, NULL, NULL},
    {"trace --diff", "trace add 17 25 --noise dynamic=0.5 --noise line=0.3 --diff", 20, false, NULL, NULL},
    {"trace --json", "trace add 17 25 --noise digit=0.5 --json", 20, false, NULL, NULL},
    {"gen", "gen ../base/spec.yaml noise.line=0.1 -n 6 --threads 2 -o out.jsonl", 25, false, NULL,
     "cat out.jsonl"},
    {"gen -", "gen ../base/spec.yaml -n 6", 10, false, NULL, NULL},
    {"gen --stats", "gen ../base/spec.yaml -n 6 --stats", 20, false, NULL, NULL},
    {"train", "train ../base/spec.yaml -o out --threads 2 --tensorboard", 24, true, NULL, RUN_ESSENCE},
    {"train, gone on with", "train ../base/spec.yaml -o out", 16, true, "cp -r ../base/stopped out",
     RUN_ESSENCE},
    {"train data.file",
     "train ../base/spec.yaml -o out data.file=../base/samples.jsonl data.samples=20000 noise.digit=0", 12,
     true, NULL, RUN_ESSENCE},
    {"train model.init", "train ../base/spec.yaml -o out model.init=../base/run", 14, true, NULL,
     RUN_ESSENCE},
    {"eval", "eval ../base/run", 20, false, NULL, NULL},
    {"eval --problems", "eval ../base/run --problems ../base/test.jsonl -o out.jsonl", 20, false, NULL,
     "cat out.jsonl"},
    {"score", "score ../base/run ../base/samples.jsonl -o out.jsonl", 20, false, NULL, "cat out.jsonl"},
    {"solve", "solve ../base/run '1 + 2' --temperature 2", 20, false, NULL, NULL},
    {"sweep --dry-run", "sweep ../base/sweep.yaml --dry-run --results .", 30, true, NULL, NULL},
    {"sweep --dry-run, start",
     "sweep ../base/sweep.yaml start.data.samples=0,20 'start={noise.digit: 0}' --dry-run --results .", 12,
     true, NULL, NULL},
    {"train, start", "train ../base/spec.yaml start.data.samples=20 -o out", 8, true, NULL, RUN_ESSENCE},
    {"sweep", "sweep ../base/sweep.yaml -j 2 --results .", 8, true, NULL, SWEEP_ESSENCE("tiny")},
    {"sweep, start", "sweep ../base/sweep.yaml start.data.samples=0,20 -j 2 --results .", 6, true, NULL,
     SWEEP_ESSENCE("tiny")},
    {"sweep, complete", "sweep ../base/sweep.yaml -j 2 --results .", 6, true, "cp -r ../base/swept/tiny tiny",
     SWEEP_ESSENCE("tiny")},
    {"sweep --tensorboard, complete", "sweep ../base/sweep.yaml -j 2 --results . --tensorboard", 6, true,
     "cp -r ../base/swept/tiny tiny", SWEEP_ESSENCE("tiny")},
    {"status", "status ../base/swept/tiny", 20, true, NULL, NULL},
    {"status --json", "status ../base/swept/tiny --json", 20, true, NULL, NULL},
    {"report", "report tiny", 8, false, "cp -r ../base/swept/tiny tiny", SWEEP_ESSENCE("tiny")},
    {"report of a table", "report tiny", 12, false, "cp -r ../base/swept/tiny tiny && rm -r tiny/runs",
     SWEEP_ESSENCE("tiny")},
    {"report of two", "report tiny ../base/swept/tiny -o out", 4, false, "cp -r ../base/swept/tiny tiny",
     "grep -c '</html>' out/report.html"},
    {"profile", "profile ../base/test.jsonl --task add", 20, false, NULL, NULL},
    {"profile --json", "profile ../base/test.jsonl --task add --json --threads 2", 20, false, NULL, NULL},
    {"profile --filter", "profile ../base/test.jsonl --task add --filter static -o out.jsonl", 20, false,
     NULL, "cat out.jsonl"},
    {"profile --from", "profile ../base/test.jsonl --task add --from ../base/measured", 20, false, NULL,
     NULL},
    {"bench", "bench --preset tiny --threads 1 --rounds 1", 3, true, NULL, NULL},
    {"bench --help", "bench --help", 2, false, NULL, NULL},
};

/* --- running ------------------------------------------------------------------------------------ */

static char faults[4096]; /* path of the preloaded library */

static void at(char path[4096], const char *name) { snprintf(path, 4096, "%s/%s", getenv("SCRATCH"), name); }

static int discard(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status, (void)type, (void)place;
    return remove(path);
}

/* An empty folder `work`. */
static void clear_work(void) {
    char work[4096];
    at(work, "work");
    nftw(work, discard, 16, FTW_DEPTH | FTW_PHYS);
    assert_int_equal(mkdir(work, 0777), 0);
}

static void redirect(int from, const char *name) {
    char path[4096];
    at(path, name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file < 0 || dup2(file, from) < 0) _exit(126);
}

static void child(const char *line, long fail_at, long fail_for) {
    char number[32], path[4096], text[4096];
    at(path, "work");
    if (chdir(path)) _exit(126);
    redirect(STDOUT_FILENO, "stdout");
    redirect(STDERR_FILENO, "stderr");
    snprintf(text, sizeof text, "exec \"$COTNOISE\" %s", line);
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    if (fail_at >= 0) {
        at(path, "log");
        unlink(path);
        setenv("COTNOISE_FAIL_LOG", path, 1);
        snprintf(number, sizeof number, "%ld", fail_at);
        setenv("COTNOISE_FAIL_AT", number, 1);
        snprintf(number, sizeof number, "%ld", fail_for);
        setenv("COTNOISE_FAIL_FOR", number, 1);
        setenv("LD_PRELOAD", faults, 1);
    }
    alarm(SECONDS); /* a command that hangs dies of it */
    execl("/bin/sh", "sh", "-c", text, (char *)NULL);
    _exit(126);
}

/* The wait status of the command in `work`. fail_at below 0: as it is; 0: allocations counted. */
static int execute(const char *line, long fail_at, long fail_for) {
    fflush(stdout);
    pid_t process = fork();
    assert_true(process >= 0);
    if (!process) child(line, fail_at, fail_for);
    int status;
    while (waitpid(process, &status, 0) < 0) assert_int_equal(errno, EINTR);
    return status;
}

static void read_text(const char *name, char text[TEXT]) {
    char path[4096];
    at(path, name);
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(text, 1, TEXT - 1, file) : 0;
    text[length] = 0;
    if (file) fclose(file);
}

/* What `essence` prints in `work`. */
static void read_essence(const struct command *command, char text[TEXT]) {
    *text = 0;
    if (!command->essence) return;
    assert_int_not_equal(system("cd \"$SCRATCH/work\" && exec >\"$SCRATCH/essence\" 2>&1; eval \"$ESSENCE\""),
                         -1);
    read_text("essence", text);
}

/* --- judging ------------------------------------------------------------------------------------- */

static char undisturbed[TEXT], expected[TEXT], output[TEXT], complaint[TEXT], found[TEXT];
static char fault[512]; /* what is wrong with this trial; "" for nothing */

static void find_fault(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void find_fault(const char *format, ...) {
    if (*fault) return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault, sizeof fault, format, arguments);
    va_end(arguments);
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), wanted = strlen(end);
    return length >= wanted && !strcmp(text + length - wanted, end);
}

/* No temporary file, no JSON that is cut off, no line of JSONL that is neither whole nor the last one. */
static int inspect(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status;
    const char *name = path + place->base;
    if (type != FTW_F) return 0;
    if (strstr(name, ".tmp")) find_fault("%s is left behind", name);
    if (!ends_with(name, ".json")) return 0;
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    if (!document) find_fault("%s is no JSON", name);
    if (!strcmp(name, "result.json") && !json_is_number(json_object_get(document, "accuracy")))
        find_fault("%s without an accuracy", name);
    json_decref(document);
    return 0;
}

/* One message, the last line, from the program itself. Progress may stand before it. */
static void judge_complaint(void) {
    const char *message = strncmp(complaint, "cotnoise", 8) ? strstr(complaint, "\ncotnoise") : complaint;
    if (!message) {
        find_fault("no message");
        return;
    }
    if (*message == '\n') message++;
    if (strstr(message, "\ncotnoise")) find_fault("two messages");
    if (strchr(message, '\n') != message + strlen(message) - 1) find_fault("a message of several lines");
    if (!strstr(message, "memory") && !strstr(message, "cannot start thread"))
        find_fault("memory is not spoken of");
}

static void judge(const struct command *command, int status) {
    read_text("stdout", output);
    read_text("stderr", complaint);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT && strstr(complaint, "lex_scan_string: Assertion"))
        return;
    if (WIFSIGNALED(status))
        find_fault("%s", WTERMSIG(status) == SIGALRM ? "it hangs" : strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) > 2)
        find_fault("exit status %d", WEXITSTATUS(status));
    else if (WEXITSTATUS(status) == 2)
        find_fault("exit status 2: the input is blamed");
    else if (WEXITSTATUS(status) == 1)
        judge_complaint();
    else if (!command->varies && strcmp(output, undisturbed))
        find_fault("exit status 0, but another output");
    char work[4096];
    at(work, "work");
    nftw(work, inspect, 16, FTW_PHYS);
    read_essence(command, found);
    if (!status && strcmp(found, expected)) find_fault("exit status 0, but something else is left");
    if (*fault || !command->essence || !status) return;
    if (execute(command->line, -1, 0)) find_fault("given again, it fails");
    read_essence(command, found);
    if (strcmp(found, expected)) find_fault("given again, it leads to something else");
}

static void begin(const struct command *command) {
    clear_work();
    if (command->start) shell_expect(0, "cd \"$SCRATCH/work\" && %s", command->start);
}

/* One trial. Whether an allocation failed at all: false when there are fewer. */
static bool try(const struct command *command, long fail_at, long fail_for, int *faults_found) {
    *fault = 0;
    begin(command);
    int status = execute(command->line, fail_at, fail_for);
    static char log[TEXT];
    read_text("log", log);
    bool reached = strstr(log, "failed");
    if (reached) judge(command, status);
    if (!*fault) return reached;
    if (++*faults_found > SHOWN) return reached;
    char *line_end = strchr(log, '\n');
    if (line_end) *line_end = 0;
    print_message("  %s: allocation %ld%s: %s\n    %s\n    %.300s\n", command->name, fail_at,
                  fail_for > 1 ? " and after" : "", fault, log, complaint);
    return reached;
}

/* Runs it undisturbed, counting. *number gets the first allocation of each way that leads to one, *total all.
 */
static int measure(const struct command *command, long *number, long *total) {
    static char log[4 * TEXT];
    begin(command);
    int status = execute(command->line, 0, 1);
    read_text("stdout", undisturbed);
    read_text("stderr", complaint);
    read_essence(command, expected);
    if (status) print_message("%s: %s\n", command->name, complaint);
    assert_int_equal(status, 0);
    char path[4096];
    at(path, "log");
    FILE *file = fopen(path, "r");
    int count = 0;
    *total = 0;
    while (file && fgets(log, sizeof log, file)) {
        long n = 0;
        if (sscanf(log, "new %ld", &n) == 1 && count < NUMBERS) number[count++] = n;
        if (sscanf(log, "total %ld", &n) == 1 && n > *total) *total = n;
    }
    if (file) fclose(file);
    return count;
}

static int compare_numbers(const void *a, const void *b) {
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

static void check_command(const struct command *command, const char *mode) {
    static long number[NUMBERS];
    long total;
    bool all = !strcmp(mode, "all");
    if (command->essence) setenv("ESSENCE", command->essence, 1);
    int count = measure(command, number, &total), bad = 0, trials = 0;
    qsort(number, (size_t)count, sizeof *number, compare_numbers);
    if (all) {
        for (long n = 1; try(command, n, 1, &bad); n++, trials++) continue;
        for (long n = 1; n <= total; n += 1 + n / 8, trials++) try(command, n, INT32_MAX, &bad);
    } else {
        int picked = count < command->picked || !strcmp(mode, "ways") ? count : command->picked;
        for (int i = 0; i < picked; i++, trials++) {
            long n = number[(size_t)i * (size_t)count / (size_t)picked];
            try(command, n, i % 4 == 3 ? INT32_MAX : 1, &bad);
        }
    }
    if (bad || *mode)
        print_message("%s: %d of %d trials went wrong (%ld allocations)\n", command->name, bad, trials,
                      total);
    assert_int_equal(bad, 0);
}

static void test_command(void **state) {
    const char *mode = getenv("COTNOISE_ALLOCATIONS"), *only = getenv("COTNOISE_ALLOCATIONS_OF");
    const struct command *command = *state;
    if (only && strcmp(only, command->name)) skip();
    check_command(command, mode ? mode : "");
}

/* --- what the commands work on -------------------------------------------------------------------- */

/* A run that was cut off after a checkpoint: the first failure, from the end, that leaves it so. */
static void prepare_stopped(void) {
    static long number[1 << 12];
    struct command train = {"train", "train ../base/spec.yaml -o out train.checkpoint_every=1", 0, true, NULL,
                            NULL};
    long total;
    measure(&train, number, &total);
    for (long n = total; n > 0; n -= 1 + total / 30) {
        clear_work();
        execute(train.line, n, 1);
        if (!shell("cd \"$SCRATCH\" && test -e work/out/optimizer.safetensors && "
                   "test ! -e work/out/result.json && mv work/out base/stopped")
                 ->status)
            return;
    }
    fail_msg("no failure leaves a checkpoint");
}

static void prepare(void) {
    shell_expect(
        0, "cd \"$SCRATCH\" && mkdir base work && cd base && cat >spec.yaml <<'END'\n"
           "name: tiny\n"
           "task: {name: add, sampling: length, min_digits: 1, max_digits: 2}\n"
           "data: {samples: 60, epochs: 1}\n"
           "noise: {digit: 0.2}\n"
           "model: {preset: tiny, layers: 1, width: 16, heads: 2}\n"
           "train: {batch_tokens: 1024}\n"
           "eval: {problems: 6, every: 1, max_new_tokens: 8}\n"
           "END\n"
           "sed '$a grid: {noise.digit: [0, 0.5]}' spec.yaml >sweep.yaml && "
           "sed 's/: tiny$/: measured/; $a grid: {noise.digit: [0, 0.1, 0.2, 0.3, 0.4, 0.5]}' spec.yaml "
           ">measured.yaml && export OPENBLAS_NUM_THREADS=1 && "
           "\"$COTNOISE\" gen spec.yaml -n 6 -o samples.jsonl && "
           "\"$COTNOISE\" gen spec.yaml -n 6 --split test -o test.jsonl && "
           "\"$COTNOISE\" train spec.yaml -o run && \"$COTNOISE\" sweep sweep.yaml --results swept && "
           "\"$COTNOISE\" sweep measured.yaml --results . -j 2");
    prepare_stopped();
}

static int setup(void **state) {
    if (shell_setup(state)) return -1;
    char *path = realpath(FAULTS, NULL);
    if (!path) {
        print_message(FAULTS ": is not there; run the test from the repository's root\n");
        return -1;
    }
    snprintf(faults, sizeof faults, "%s", path);
    free(path);
    prepare();
    return 0;
}

int main(void) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return 0; /* the sanitizers' own allocators must not be replaced */
#endif
    enum { COUNT = sizeof commands / sizeof *commands };
    struct CMUnitTest tests[COUNT];
    for (int i = 0; i < COUNT; i++)
        tests[i] =
            (struct CMUnitTest){commands[i].name, test_command, NULL, NULL, (void *)(uintptr_t)&commands[i]};
    return cmocka_run_group_tests(tests, setup, shell_teardown);
}
