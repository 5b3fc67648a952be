/* A machine that fails or a signal that comes at one chosen moment, to be preloaded: the moment is the N-th
 * of the calls by which cotnoise talks to the disk and to other processes.
 *
 *     COTNOISE_FAULT_AT=N       the N-th counted call; 0: none, only count
 *     COTNOISE_FAULT_CALLS=...  which calls count, joined by commas: open, write, sync, close, rename, make,
 *                               remove, lock, process, look, read (the table `classes` below)
 *     COTNOISE_FAULT=KIND       error  the call fails once, as the table says
 *                               full   it fails, and so does every later one
 *                               short  a write leaves half of its bytes and then fails
 *                               kill   this process is killed before the call; group: all of its group;
 *                               power  the same, and files lose what was not yet synchronized
 *                               term, hup, int   the signal is sent to the leader of the group (term) or to
 * all COTNOISE_FAULT_COUNT=FILE eight bytes that all processes of one trial count in COTNOISE_FAULT_LOG=FILE
 * gets "failed N CALL PATH", once
 *
 * Files that cotnoise opens are streams of ours here (fopencookie), so that a write is counted where the C
 * library's buffer goes to the file. What other programs do (gnuplot) is not disturbed. */
#define _GNU_SOURCE /* fopencookie, RTLD_NEXT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/faults/caller.h"

enum call { OPEN, WRITE, SYNC, CLOSE, RENAME, MAKE, REMOVE, LOCK, PROCESS, LOOK, READ, CALLS };

static const struct {
    const char *name;
    int reason;
} classes[CALLS] = {
    [OPEN] = {"open", EMFILE},  [WRITE] = {"write", ENOSPC}, [SYNC] = {"sync", EIO},
    [CLOSE] = {"close", EIO},   [RENAME] = {"rename", EIO},  [MAKE] = {"make", ENOSPC},
    [REMOVE] = {"remove", EIO}, [LOCK] = {"lock", ENOLCK},   [PROCESS] = {"process", EAGAIN},
    [LOOK] = {"look", EIO},     [READ] = {"read", EIO},
};

static bool active;
static bool counts[CALLS];
static long fault_at;
static char kind; /* the first letter of COTNOISE_FAULT, but P for power */
static atomic_long *counted;

static void prepare_counter(void) {
    REAL("open", int (*)(const char *, int, ...));
    int file = real(getenv("COTNOISE_FAULT_COUNT"), O_RDWR | O_CLOEXEC);
    counted = mmap(NULL, sizeof *counted, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (counted == MAP_FAILED) abort();
    close(file);
}

__attribute__((constructor)) static void start(void) {
    const char *at = getenv("COTNOISE_FAULT_AT"), *chosen = getenv("COTNOISE_FAULT_CALLS");
    if (!at || !chosen || !caller_start(getenv("COTNOISE_FAULT_LOG"))) return;
    fault_at = atol(at);
    kind = *getenv("COTNOISE_FAULT");
    if (!strcmp(getenv("COTNOISE_FAULT"), "power")) kind = 'P';
    for (int i = 0; i < CALLS; i++) {
        const char *found = strstr(chosen, classes[i].name);
        counts[i] = found != NULL;
    }
    prepare_counter();
    active = true;
}

/* --- files ---------------------------------------------------------------------------------------------- */

/* An open file, or one that was closed with bytes that are not on the disk yet. */
struct open_file {
    struct open_file *next;
    FILE *stream;
    int descriptor;
    bool dirty;
    off_t synced; /* length that survives a power cut */
    char path[];
};

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static struct open_file *files;

static struct open_file *find_file(FILE *stream, int descriptor) {
    struct open_file *file = files;
    while (file && (stream ? file->stream != stream : file->descriptor != descriptor)) file = file->next;
    return file;
}

static void lose_unsynced(void) {
    for (struct open_file *file = files; file; file = file->next)
        if (file->dirty && ftruncate(file->descriptor, file->synced)) abort();
}

/* --- the moment ------------------------------------------------------------------------------------------
 */

static void strike(void) {
    if (kind == 'P') lose_unsynced();
    if (kind == 'k') kill(getpid(), SIGKILL);
    if (kind == 'g' || kind == 'P') kill(0, SIGKILL);
    if (kind == 't') kill(getpgrp(), SIGTERM);
    if (kind == 'h') kill(0, SIGHUP);
    if (kind == 'i') kill(0, SIGINT);
}

/* Counts a call; whether it is to fail, with errno set. */
static bool fails(enum call call, const char *path, bool ours) {
    if (!active || !ours || !counts[call]) return false;
    long number = ++*counted;
    if (!fault_at || number < fault_at || (number > fault_at && kind != 'f')) return false;
    int saved = errno;
    if (number == fault_at) caller_log("failed %ld %s %s", number, classes[call].name, path ? path : "");
    strike();
    errno = saved;
    if (kind != 'e' && kind != 'f' && kind != 's') return false;
    errno = classes[call].reason;
    return true;
}

#define OURS() caller_is_ours(__builtin_return_address(0))

/* --- streams ----------------------------------------------------------------------------------------------
 */

static ssize_t stream_write(void *cookie, const char *bytes, size_t length) {
    struct open_file *file = cookie;
    if (fails(WRITE, file->path, true)) {
        if (kind == 's' && write(file->descriptor, bytes, length / 2) < 0) abort();
        errno = ENOSPC;
        return 0;
    }
    file->dirty = true;
    return write(file->descriptor, bytes, length);
}

static ssize_t stream_read(void *cookie, char *bytes, size_t length) {
    struct open_file *file = cookie;
    return fails(READ, file->path, true) ? -1 : read(file->descriptor, bytes, length);
}

static int stream_seek(void *cookie, off64_t *offset, int whence) {
    struct open_file *file = cookie;
    *offset = lseek(file->descriptor, *offset, whence);
    return *offset < 0 ? -1 : 0;
}

static int stream_close(void *cookie) {
    struct open_file *file = cookie;
    bool failed = file->dirty && fails(CLOSE, file->path, true);
    pthread_mutex_lock(&guard);
    file->stream = NULL;
    int kept = file->dirty && kind == 'P' ? fcntl(file->descriptor, F_DUPFD_CLOEXEC, 500) : -1;
    close(file->descriptor);
    file->descriptor = kept;
    file->dirty = kept >= 0;
    pthread_mutex_unlock(&guard);
    if (failed) errno = EIO;
    return failed ? -1 : 0;
}

static FILE *make_stream(int descriptor, const char *path, const char *mode) {
    struct open_file *file = calloc(1, sizeof *file + strlen(path) + 1);
    struct stat status;
    if (!file || descriptor < 0) {
        free(file);
        return NULL;
    }
    strcpy(file->path, path);
    file->descriptor = descriptor;
    if (!fstat(descriptor, &status)) file->synced = status.st_size;
    file->stream = fopencookie(file, mode,
                               (cookie_io_functions_t){stream_read, stream_write, stream_seek, stream_close});
    pthread_mutex_lock(&guard);
    file->next = files;
    files = file;
    pthread_mutex_unlock(&guard);
    return file->stream;
}

FILE *fopen(const char *path, const char *mode) {
    if (!active || !OURS()) {
        REAL("fopen", FILE * (*)(const char *, const char *));
        return real(path, mode);
    }
    if (fails(OPEN, path, true)) return NULL;
    REAL("open", int (*)(const char *, int, ...));
    int how = *mode == 'r' ? 0 : *mode == 'w' ? O_CREAT | O_TRUNC : O_CREAT | O_APPEND;
    how |= strchr(mode, '+') ? O_RDWR : *mode == 'r' ? O_RDONLY : O_WRONLY;
    return make_stream(real(path, how | O_CLOEXEC, 0666), path, mode);
}

FILE *fdopen(int descriptor, const char *mode) {
    if (active && OURS()) return make_stream(descriptor, "", mode);
    REAL("fdopen", FILE * (*)(int, const char *));
    return real(descriptor, mode);
}

int fileno(FILE *stream) {
    pthread_mutex_lock(&guard);
    struct open_file *file = find_file(stream, 0);
    pthread_mutex_unlock(&guard);
    REAL("fileno", int (*)(FILE *));
    return file ? file->descriptor : real(stream);
}

int fsync(int descriptor) {
    REAL("fsync", int (*)(int));
    pthread_mutex_lock(&guard);
    struct open_file *file = find_file(NULL, descriptor);
    pthread_mutex_unlock(&guard);
    if (fails(SYNC, file ? file->path : "", OURS())) return -1;
    struct stat status;
    if (file && !fstat(descriptor, &status)) {
        file->synced = status.st_size;
        file->dirty = false;
    }
    return real(descriptor);
}

/* --- everything else ---------------------------------------------------------------------------------------
 */

int open(const char *path, int how, ...) {
    va_list arguments;
    va_start(arguments, how);
    int mode = how & O_CREAT ? va_arg(arguments, int) : 0;
    va_end(arguments);
    REAL("open", int (*)(const char *, int, ...));
    return fails(OPEN, path, OURS()) ? -1 : real(path, how, mode);
}

int openat(int directory, const char *path, int how, ...) {
    va_list arguments;
    va_start(arguments, how);
    int mode = how & O_CREAT ? va_arg(arguments, int) : 0;
    va_end(arguments);
    REAL("openat", int (*)(int, const char *, int, ...));
    return fails(OPEN, path, OURS()) ? -1 : real(directory, path, how, mode);
}

/* The N-th call of a function of the C library fails with the result `bad`. */
#define FAILING(type, name, call, path, bad, parameters, ...)       \
    type name parameters {                                          \
        REAL(#name, type(*) parameters);                            \
        return fails(call, path, OURS()) ? bad : real(__VA_ARGS__); \
    }

FAILING(int, rename, RENAME, to, -1, (const char *from, const char *to), from, to)
FAILING(int, mkdir, MAKE, path, -1, (const char *path, mode_t mode), path, mode)
FAILING(int, unlink, REMOVE, path, -1, (const char *path), path)
FAILING(int, unlinkat, REMOVE, path, -1, (int directory, const char *path, int how), directory, path, how)
FAILING(int, ftruncate, WRITE, "truncate", -1, (int file, off_t length), file, length)
FAILING(ssize_t, write, WRITE, "descriptor", -1, (int file, const void *bytes, size_t length), file, bytes,
        length)
FAILING(ssize_t, pwrite, WRITE, "descriptor", -1, (int file, const void *bytes, size_t length, off_t offset),
        file, bytes, length, offset)
FAILING(pid_t, fork, PROCESS, "fork", -1, (void))
FAILING(int, pipe2, PROCESS, "pipe", -1, (int ends[2], int how), ends, how)
FAILING(int, flock, LOCK, "lock", -1, (int file, int how), file, how)
FAILING(int, pthread_create, PROCESS, "thread", EAGAIN,
        (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *), void *context), thread,
        attributes, run, context)
FAILING(int, socketpair, PROCESS, "socket", -1, (int domain, int type, int protocol, int ends[2]), domain,
        type, protocol, ends)
FAILING(int, execvp, PROCESS, program, -1, (const char *program, char *const arguments[]), program, arguments)
FAILING(int, link, MAKE, to, -1, (const char *from, const char *to), from, to)
FAILING(int, futimens, WRITE, "time", -1, (int file, const struct timespec times[2]), file, times)
FAILING(ssize_t, read, READ, "descriptor", -1, (int file, void *bytes, size_t length), file, bytes, length)
FAILING(ssize_t, pread, READ, "descriptor", -1, (int file, void *bytes, size_t length, off_t offset), file,
        bytes, length, offset)
FAILING(char *, realpath, LOOK, path, NULL, (const char *path, char *resolved), path, resolved)
FAILING(int, fstatat, LOOK, path, -1, (int directory, const char *path, struct stat *status, int how),
        directory, path, status, how)
FAILING(int, stat, LOOK, path, -1, (const char *path, struct stat *status), path, status)
FAILING(int, lstat, LOOK, path, -1, (const char *path, struct stat *status), path, status)
FAILING(int, fstat, LOOK, "open file", -1, (int file, struct stat *status), file, status)
FAILING(int, access, LOOK, path, -1, (const char *path, int how), path, how)
FAILING(DIR *, opendir, LOOK, path, NULL, (const char *path), path)
FAILING(struct dirent *, readdir, LOOK, "entry", NULL, (DIR * directory), directory)
FAILING(int, scandir, LOOK, path, -1,
        (const char *path, struct dirent ***list, int (*filter)(const struct dirent *),
         int (*compare)(const struct dirent **, const struct dirent **)),
        path, list, filter, compare)
