/* Locks files. See lock.h. */
#include "sweep/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { TRIES_PER_SECOND = 20 };

static enum err taken(const char *path, const char *holder, int descriptor, struct error *error) {
    char text[32] = "";
    ssize_t length = pread(descriptor, text, sizeof text - 1, 0);
    long process = length > 0 ? strtol(text, NULL, 10) : 0;
    return err_set(error, ERR_RUNTIME, "%s: held by %s (process %ld); wait for it, or stop it", path, holder,
                   process);
}

/* Says who holds the lock. For people only: the lock does not depend on it. */
static void sign(int descriptor) {
    char text[32];
    int length = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (!ftruncate(descriptor, 0) && pwrite(descriptor, text, (size_t)length, 0) < 0) return;
}

enum err lock_acquire(const char *path, const char *holder, double seconds, int *descriptor,
                      struct error *error) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) return err_set(error, ERR_RUNTIME, "%s: cannot open: %s", path, strerror(errno));
    for (int tries = (int)(seconds * TRIES_PER_SECOND); flock(fd, LOCK_EX | LOCK_NB); tries--) {
        enum err code = ERR_OK;
        if (errno != EWOULDBLOCK && errno != EINTR)
            code = err_set(error, ERR_RUNTIME, "%s: cannot lock: %s", path, strerror(errno));
        else if (tries <= 0)
            code = taken(path, holder, fd, error);
        if (code) {
            close(fd);
            return code;
        }
        nanosleep(&(struct timespec){.tv_nsec = 1000000000 / TRIES_PER_SECOND}, NULL);
    }
    sign(fd);
    *descriptor = fd;
    return ERR_OK;
}

void lock_release(int descriptor) { close(descriptor); }
