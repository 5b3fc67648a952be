/* Running the program under test. See shell.h. */
#include "tests/support/shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

static struct shell_result result;

static __attribute__((format(printf, 1, 0))) void run(const char *format, va_list arguments) {
    char command[8192] = "exec 2>&1; ";
    size_t used = strlen(command);
    assert_true(vsnprintf(command + used, sizeof command - used, format, arguments) <
                (int)(sizeof command - used));
    fflush(stdout);
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    size_t length = fread(result.output, 1, sizeof result.output - 1, pipe);
    result.output[length] = 0;
    char rest[4096];
    while (fread(rest, 1, sizeof rest, pipe) > 0) continue;
    int status = pclose(pipe);
    result.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

const struct shell_result *shell(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    run(format, arguments);
    va_end(arguments);
    return &result;
}

const char *shell_expect(int status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    run(format, arguments);
    va_end(arguments);
    if (result.status != status)
        print_message("%s\nexit status %d\n%s\n", format, result.status, result.output);
    assert_int_equal(result.status, status);
    return result.output;
}

int shell_setup(void **state) {
    (void)state;
    char folder[] = "/tmp/cotnoise-test-XXXXXX";
    const char *program = getenv("COTNOISE");
    if (!program) {
        print_message("COTNOISE must name the program under test\n");
        return -1;
    }
    char *path = realpath(program, NULL);
    if (!path || !mkdtemp(folder)) return -1;
    int failed = setenv("COTNOISE", path, 1) || setenv("SCRATCH", folder, 1);
    free(path);
    return failed;
}

int shell_teardown(void **state) {
    (void)state;
    return system("rm -rf \"$SCRATCH\"");
}
