/* Files in the making. See temporary.h. */
#include "base/temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

static const char mark[] = ".tmp.";
enum { TRIES = 10000, FORGOTTEN_SECONDS = 24 * 60 * 60 };

/* The file of that name, made and locked; -1 with EEXIST when somebody has it. */
static int make(const char *name) {
    struct stat status;
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) return -1;
    /* Before it was locked, one who clears up may have taken it for a leftover. */
    bool taken = flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
    bool gone = !fstat(fd, &status) && !status.st_nlink;
    if (!taken && !gone) return fd;
    close(fd);
    errno = EEXIST;
    return -1;
}

enum err temporary_create(const char *path, char **name, FILE **stream, struct error *error) {
    struct buffer made = {0};
    int fd = -1;
    /* Processes of other machines and containers may have the same number: then the next that is free. */
    for (long number = getpid(), last = number + TRIES; number < last && fd < 0; number++) {
        buffer_clear(&made);
        buffer_printf(&made, "%s%s%ld", path, mark, number);
        fd = made.failed ? -1 : make(made.bytes);
        if (made.failed || (fd < 0 && errno != EEXIST)) break;
    }
    FILE *opened = fd >= 0 ? fdopen(fd, "wb") : NULL;
    if (opened) {
        *stream = opened;
        *name = made.bytes;
        return ERR_OK;
    }
    enum err code = made.failed ? err_memory(error, path)
                                : err_set(error, ERR_RUNTIME, "%s: cannot write: %s", path, strerror(errno));
    if (fd >= 0) unlink(made.bytes);
    if (fd >= 0) close(fd);
    buffer_free(&made);
    return code;
}

size_t temporary_stem(const char *name) {
    const char *found = NULL;
    for (const char *next = name; (next = strstr(next, mark)); next++) found = next;
    const char *digits = found ? found + strlen(mark) : "";
    bool is_temporary = *digits && strspn(digits, "0123456789") == strlen(digits);
    return is_temporary ? (size_t)(found - name) : strlen(name);
}

/* Whether NAME is that of a temporary file of one of `files`. */
static bool is_temporary(const char *name, const char *const files[]) {
    size_t stem = temporary_stem(name);
    for (; name[stem] && *files; files++)
        if (strlen(*files) == stem && !strncmp(name, *files, stem)) return true;
    return false;
}

/* Removes it unless its writer is at work. */
static void clear(int directory, const char *name) {
    struct stat opened, named;
    int fd = openat(directory, name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return;
    bool locked = !flock(fd, LOCK_EX | LOCK_NB), held = !locked && errno == EWOULDBLOCK;
    bool same = !fstat(fd, &opened) && S_ISREG(opened.st_mode) &&
                !fstatat(directory, name, &named, AT_SYMLINK_NOFOLLOW) && named.st_ino == opened.st_ino;
    bool forgotten = same && time(NULL) - opened.st_mtime > FORGOTTEN_SECONDS;
    if (same && !held && (locked || forgotten)) unlinkat(directory, name, 0);
    close(fd);
}

void temporary_clear_in(const char *directory, const char *const files[]) {
    DIR *stream = opendir(directory);
    for (struct dirent *entry; stream && (entry = readdir(stream));)
        if (is_temporary(entry->d_name, files)) clear(dirfd(stream), entry->d_name);
    if (stream) closedir(stream);
}

void temporary_clear(const char *path) {
    char *above = memory_string(path), *last = memory_string(path);
    if (above && last) temporary_clear_in(dirname(above), (const char *const[]){basename(last), NULL});
    free(above);
    free(last);
}
