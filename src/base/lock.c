/* Locks files. See lock.h. */
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/claim.h"

enum { TRIES_PER_SECOND = 20, HOST_LENGTH = 128, SIGNATURE_LENGTH = HOST_LENGTH + 32 };

static void host_name(char host[HOST_LENGTH]) {
    if (gethostname(host, HOST_LENGTH)) host[0] = 0;
    host[HOST_LENGTH - 1] = 0;
}

static enum err taken(const char *path, const char *holder, int descriptor, bool by_files,
                      struct error *error) {
    char text[SIGNATURE_LENGTH] = "", here[HOST_LENGTH];
    ssize_t length = pread(descriptor, text, sizeof text - 1, 0);
    char *host = text;
    long process = length > 0 ? strtol(text, &host, 10) : 0;
    host += *host == ' ';
    host[strcspn(host, "\n")] = 0;
    host_name(here);
    bool elsewhere = *host && strcmp(host, here);
    return err_set(error, ERR_RUNTIME, "%s: held by %s (process %ld%s%s); wait for it, or stop it%s", path,
                   holder, process, elsewhere ? " on " : "", elsewhere ? host : "",
                   by_files ? "; if its machine went down, wait 2 minutes" : "");
}

/* Says who holds the lock. For people only: the lock does not depend on it. */
static void sign(int descriptor) {
    char text[SIGNATURE_LENGTH], host[HOST_LENGTH];
    host_name(host);
    int length = snprintf(text, sizeof text, "%ld %s\n", (long)getpid(), host);
    if (!ftruncate(descriptor, 0) && pwrite(descriptor, text, (size_t)length, 0) < 0) return;
}

/* Opens the file of a lock: never through a link, which could lead to a file that would be written over. */
static int open_file(const char *path, int flags) {
    struct stat status;
    int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0666);
    int reason = fd < 0 || fstat(fd, &status) ? errno : S_ISREG(status.st_mode) ? 0 : EINVAL;
    if (fd < 0 || !reason) return fd;
    close(fd);
    errno = reason;
    return -1;
}

/* Whether flock failed because it does not work here, as on some network file systems. */
static bool is_unsupported(int reason) {
    return reason == ENOLCK || reason == ENOTSUP || reason == EOPNOTSUPP || reason == ENOSYS ||
           reason == EINVAL;
}

/* 0 with the lock in *descriptor, which may be `fd`; else an errno, EWOULDBLOCK when another has it, and -1
 * there when files stand for the lock. */
static int try(int fd, const char *path, int how, int *descriptor) {
    int reason = flock(fd, how | LOCK_NB) ? errno : 0;
    *descriptor = is_unsupported(reason) ? -1 : fd;
    if (*descriptor >= 0) return reason;
    return claim_take(path, fd, how == LOCK_SH, descriptor);
}

static enum err lock(const char *path, int how, const char *holder, double seconds, int *descriptor,
                     struct error *error) {
    int fd = open_file(path, O_RDWR | O_CREAT), held = -1, reason;
    if (fd < 0)
        return err_set(error, ERR_RUNTIME, "%s: cannot be opened as a lock: %s", path,
                       errno == EINVAL || errno == ELOOP ? "is not a plain file" : strerror(errno));
    for (int tries = (int)(seconds * TRIES_PER_SECOND); (reason = try(fd, path, how, &held)); tries--) {
        enum err code = ERR_OK;
        if (reason != EWOULDBLOCK && reason != EINTR)
            code = err_set(error, ERR_RUNTIME, "%s: cannot lock: %s", path, strerror(reason));
        else if (tries <= 0)
            code = taken(path, holder, fd, held < 0, error);
        if (code) {
            close(fd);
            return code;
        }
        nanosleep(&(struct timespec){.tv_nsec = 1000000000 / TRIES_PER_SECOND}, NULL);
    }
    sign(fd);
    if (held != fd) close(fd);
    *descriptor = held;
    return ERR_OK;
}

enum err lock_acquire(const char *path, const char *holder, double seconds, int *descriptor,
                      struct error *error) {
    return lock(path, LOCK_EX, holder, seconds, descriptor, error);
}

enum err lock_share(const char *path, const char *holder, double seconds, int *descriptor,
                    struct error *error) {
    return lock(path, LOCK_SH, holder, seconds, descriptor, error);
}

void lock_release(int descriptor) { claim_release(descriptor); }

bool lock_is_held(const char *path) {
    bool writable = true;
    int fd = open_file(path, O_RDWR);
    if (fd < 0 && (errno == EACCES || errno == EROFS)) {
        writable = false; /* another user's: who shares it is not seen, who has it alone is */
        fd = open_file(path, O_RDONLY);
    }
    if (fd < 0) return false;
    int reason = flock(fd, (writable ? LOCK_EX : LOCK_SH) | LOCK_NB) ? errno : 0;
    bool held = is_unsupported(reason) ? claim_is_held(path, fd) : reason == EWOULDBLOCK;
    close(fd);
    return held;
}
