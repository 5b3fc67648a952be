/* Running the program under test as a user would: through a shell, in a scratch folder that is removed. */
#ifndef COTNOISE_TESTS_SUPPORT_SHELL_H
#define COTNOISE_TESTS_SUPPORT_SHELL_H

#include <stddef.h>

/* What a command printed, and its exit status (128 + signal when a signal ended it). */
struct shell_result {
    int status;
    char output[65536]; /* standard output and error together, cut off when longer */
};

/* Runs a printf-style command line in sh. $COTNOISE is the program under test (absolute path), $SCRATCH the
 * scratch folder, and the working directory is the repository's root. The result is valid until the next
 * call. */
const struct shell_result *shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, asserting the exit status; shows the output when it differs. Returns the output. */
const char *shell_expect(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* cmocka group fixtures: make and remove the scratch folder. */
int shell_setup(void **state);
int shell_teardown(void **state);

#endif
