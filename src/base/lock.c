/* Locks files. See lock.h. */
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum { TRIES_PER_SECOND = 20, HOST_LENGTH = 128, SIGNATURE_LENGTH = HOST_LENGTH + 32 };

static void host_name(char host[HOST_LENGTH]) {
    if (gethostname(host, HOST_LENGTH)) host[0] = 0;
    host[HOST_LENGTH - 1] = 0;
}

static enum err taken(const char *path, const char *holder, int descriptor, struct error *error) {
    char text[SIGNATURE_LENGTH] = "", here[HOST_LENGTH];
    ssize_t length = pread(descriptor, text, sizeof text - 1, 0);
    char *host = text;
    long process = length > 0 ? strtol(text, &host, 10) : 0;
    host += *host == ' ';
    host[strcspn(host, "\n")] = 0;
    host_name(here);
    bool elsewhere = *host && strcmp(host, here);
    return err_set(error, ERR_RUNTIME, "%s: held by %s (process %ld%s%s); wait for it, or stop it", path,
                   holder, process, elsewhere ? " on " : "", elsewhere ? host : "");
}

/* Says who holds the lock. For people only: the lock does not depend on it. */
static void sign(int descriptor) {
    char text[SIGNATURE_LENGTH], host[HOST_LENGTH];
    host_name(host);
    int length = snprintf(text, sizeof text, "%ld %s\n", (long)getpid(), host);
    if (!ftruncate(descriptor, 0) && pwrite(descriptor, text, (size_t)length, 0) < 0) return;
}

static enum err lock(const char *path, int how, const char *holder, double seconds, int *descriptor,
                     struct error *error) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) return err_set(error, ERR_RUNTIME, "%s: cannot open: %s", path, strerror(errno));
    for (int tries = (int)(seconds * TRIES_PER_SECOND); flock(fd, how | LOCK_NB); tries--) {
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

enum err lock_acquire(const char *path, const char *holder, double seconds, int *descriptor,
                      struct error *error) {
    return lock(path, LOCK_EX, holder, seconds, descriptor, error);
}

enum err lock_share(const char *path, const char *holder, double seconds, int *descriptor,
                    struct error *error) {
    return lock(path, LOCK_SH, holder, seconds, descriptor, error);
}

void lock_release(int descriptor) { close(descriptor); }

bool lock_is_held(const char *path) {
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return false;
    bool held = flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
    close(fd);
    return held;
}
