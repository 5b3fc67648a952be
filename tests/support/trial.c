/* Disturbed commands and how they are judged. See trial.h. */
#define _GNU_SOURCE /* FTW_ACTIONRETVAL */
#include "tests/support/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/shell.h"

enum { SECONDS = 60 };

static char preloaded[4096]; /* path of the library */
static char undisturbed[TRIAL_TEXT], expected[TRIAL_TEXT], output[TRIAL_TEXT], complaint[TRIAL_TEXT],
    found[TRIAL_TEXT];
static char fault[512];

static void at(char path[4096], const char *name) { snprintf(path, 4096, "%s/%s", getenv("SCRATCH"), name); }

int trial_setup(const char *library) {
    void *unused = NULL;
    char *path = realpath(library, NULL);
    if (!path) print_message("%s is not there; run the test from the repository's root\n", library);
    if (!path || shell_setup(&unused)) return -1;
    snprintf(preloaded, sizeof preloaded, "%s", path);
    free(path);
    return 0;
}

/* --- running ------------------------------------------------------------------------------------ */

static int discard(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status, (void)type, (void)place;
    return remove(path);
}

void trial_begin(const struct trial_command *command) {
    char work[4096];
    at(work, "work");
    /* A gnuplot that dies with its killed parent may just be adding a file. */
    for (int tries = 0; nftw(work, discard, 16, FTW_DEPTH | FTW_PHYS), mkdir(work, 0777); tries++) {
        assert_true(tries < 100);
        usleep(20000);
    }
    if (command->start) shell_expect(0, "cd \"$SCRATCH/work\" && %s", command->start);
    *fault = 0;
}

static void redirect(int from, const char *name) {
    char path[4096];
    at(path, name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file < 0 || dup2(file, from) < 0) _exit(126);
}

static void child(const char *line, const char *const *settings) {
    char path[4096], text[4096];
    at(path, "work");
    if (chdir(path)) _exit(126);
    redirect(STDOUT_FILENO, "stdout");
    redirect(STDERR_FILENO, "stderr");
    snprintf(text, sizeof text, "exec \"$COTNOISE\" %s", line);
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    for (; settings && *settings; settings++) putenv((char *)(uintptr_t)*settings);
    if (settings) setenv("LD_PRELOAD", preloaded, 1);
    setsid();
    alarm(SECONDS);
    execl("/bin/sh", "sh", "-c", text, (char *)NULL);
    _exit(126);
}

int trial_execute(const char *line, const char *const *settings) {
    fflush(stdout);
    pid_t process = fork();
    assert_true(process >= 0);
    if (!process) child(line, settings);
    int status;
    while (waitpid(process, &status, 0) < 0) assert_int_equal(errno, EINTR);
    return status;
}

void trial_read(const char *name, char text[TRIAL_TEXT]) {
    char path[4096];
    at(path, name);
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(text, 1, TRIAL_TEXT - 1, file) : 0;
    text[length] = 0;
    if (file) fclose(file);
}

void trial_essence(const struct trial_command *command, char text[TRIAL_TEXT]) {
    *text = 0;
    if (!command->essence) return;
    setenv("ESSENCE", command->essence, 1);
    assert_int_not_equal(system("cd \"$SCRATCH/work\" && exec >\"$SCRATCH/essence\" 2>&1; eval \"$ESSENCE\""),
                         -1);
    trial_read("essence", text);
}

void trial_measure(const struct trial_command *command, const char *const *settings) {
    trial_begin(command);
    int status = trial_execute(command->line, settings);
    trial_read("stdout", undisturbed);
    trial_read("stderr", complaint);
    trial_essence(command, expected);
    if (status) print_message("%s: %s\n", command->name, complaint);
    assert_int_equal(status, 0);
}

/* --- judging ------------------------------------------------------------------------------------- */

const char *trial_fault(void) { return fault; }

const char *trial_complaint(void) {
    size_t length = strlen(complaint);
    return complaint + (length > 400 ? length - 400 : 0);
}

void trial_find_fault(const char *format, ...) {
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

static bool leftovers_allowed;

/* No temporary file, no JSON that is cut off. */
static int inspect(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status;
    const char *name = path + place->base;
    if (type != FTW_F) return 0;
    if (strstr(name, ".tmp") && !leftovers_allowed) trial_find_fault("%s is left behind", name);
    if (!ends_with(name, ".json")) return 0;
    json_t *document = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    if (!document) trial_find_fault("%s is no JSON", name);
    if (!strcmp(name, "result.json") && !json_is_number(json_object_get(document, "accuracy")))
        trial_find_fault("%s without an accuracy", name);
    json_decref(document);
    return 0;
}

static void inspect_work(bool leftovers) {
    char work[4096];
    at(work, "work");
    leftovers_allowed = leftovers;
    nftw(work, inspect, 16, FTW_PHYS);
}

/* One message, the last line, from the program itself. Progress may stand before it. */
static void judge_message(bool (*is_meant)(const char *message)) {
    const char *message = strncmp(complaint, "cotnoise", 8) ? strstr(complaint, "\ncotnoise") : complaint;
    if (!message) {
        trial_find_fault("no message");
        return;
    }
    if (*message == '\n') message++;
    if (strstr(message, "\ncotnoise")) trial_find_fault("two messages");
    if (strchr(message, '\n') != message + strlen(message) - 1)
        trial_find_fault("a message of several lines");
    if (!is_meant(message)) trial_find_fault("what failed is not spoken of");
}

void trial_judge_words(const struct trial_command *command, int status, bool (*is_meant)(const char *message),
                       int death) {
    trial_read("stdout", output);
    trial_read("stderr", complaint);
    if (WIFSIGNALED(status) && WTERMSIG(status) != death)
        trial_find_fault("%s", WTERMSIG(status) == SIGALRM ? "it hangs" : strsignal(WTERMSIG(status)));
    else if (WIFSIGNALED(status))
        return;
    else if (WEXITSTATUS(status) > 2)
        trial_find_fault("exit status %d", WEXITSTATUS(status));
    else if (WEXITSTATUS(status))
        judge_message(is_meant);
    else if (!command->varies && strcmp(output, undisturbed))
        trial_find_fault("exit status 0, but another output");
}

void trial_judge_files(const struct trial_command *command, int status, bool leftovers) {
    inspect_work(leftovers);
    trial_essence(command, found);
    if (!status && strcmp(found, expected)) trial_find_fault("exit status 0, but something else is left");
    if (*fault || !command->essence || !status) return;
    if (trial_execute(command->line, NULL)) trial_find_fault("given again, it fails");
    trial_essence(command, found);
    if (strcmp(found, expected)) trial_find_fault("given again, it leads to something else");
    if (leftovers) inspect_work(false);
}
