/* Errors as values: a code that says whose fault it was, and one line of text that says what to do.
 *
 * A function that can fail for a reason outside the program (a user, a file, the machine) returns
 * `enum err` and takes a `struct error *` for the message. Only `main` prints it and exits.
 * On failure every output argument is left untouched unless its header comment says otherwise.
 *
 * Failure is told in no other way, except: what only allocates and returns a block, a text or a json_t
 * (memory_array, file_join, config_json) returns NULL without memory; a struct buffer remembers that an
 * append failed; a search answers NULL, false or -1 when there is none (task_find, vocabulary_find,
 * option_find); and a question (drawing_digits: does it fit? line_value: is it a value?) is answered by a
 * bool. A function whose only failure is lack of memory may take no struct error: it returns ERR_RUNTIME and
 * its caller has the words. */
#ifndef COTNOISE_BASE_ERR_H
#define COTNOISE_BASE_ERR_H

/* The first three are the exit statuses of the program. */
enum err {
    ERR_OK = 0,
    ERR_RUNTIME = 1,     /* something failed at run time: disk, memory, a child process */
    ERR_INPUT = 2,       /* what came from outside is wrong: spec, file, argument */
    ERR_INTERRUPTED = 3, /* stopped on request after saving; exit status 1 */
    ERR_DIVERGED = 4,    /* training left the finite numbers, and would again; exit status 1 */
};

struct error {
    char message[1024]; /* one line, no newline at its end; cut with "..." when longer */
};

/* Writes a printf-style message into *error (which may be NULL) and returns `code`, so that callers
 * write `return err_set(error, ERR_INPUT, "%s: ...", path)`. What is not seen is written as terminal.h says.
 */
enum err err_set(struct error *error, enum err code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for the one failure every module shares: no memory for `what`. Returns ERR_RUNTIME. */
enum err err_memory(struct error *error, const char *what);

/* "PATH: cannot open: ..." for the errno `reason`: ERR_INPUT, or ERR_RUNTIME where the machine lacks
 * something; ERR_INTERRUPTED where a stop was asked for while it waited. */
enum err err_open(struct error *error, const char *path, int reason);

/* Puts a printf-style prefix and ": " before the message already in *error. Returns `code`. */
enum err err_prefix(struct error *error, enum err code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The exit status of the program for a code: 0, 1 or 2. */
int err_exit_status(enum err code);

#endif
