/* A lock made of files. See claim.h. */
#define _GNU_SOURCE 1 /* close_range */
#include "base/claim.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

enum { TOUCH_SECONDS = 5, STALE_SECONDS = 120, SHARES_MAX = 100000 };

/* --- the files ------------------------------------------------------------------------------------- */

/* The file system's own time, as it dates what is touched now. */
static time_t now(int file) {
    struct stat status;
    return !futimens(file, NULL) && !fstat(file, &status) ? status.st_mtime : time(NULL);
}

/* Whether somebody keeps the claim alive. Opened, as some network file systems look at a file again only
 * then. */
static bool is_alive(const char *claim, int file, struct stat *seen) {
    int fd = open(claim, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    bool exists = fd >= 0 ? !fstat(fd, seen) : !lstat(claim, seen);
    if (fd >= 0) close(fd);
    return exists && now(file) - seen->st_mtime <= STALE_SECONDS;
}

/* Takes away the claim that was `seen`, of a holder that is gone. Of all who try, one gets hold of it. Should
 * a new holder have come meanwhile, it has its claim back. */
static void take_away(const char *claim, const struct stat *seen) {
    struct buffer aside = {0};
    struct stat moved;
    buffer_printf(&aside, "%s.gone.%ld", claim, (long)getpid());
    if (!aside.failed && !rename(claim, aside.bytes)) {
        bool other =
            !lstat(aside.bytes, &moved) && (moved.st_ino != seen->st_ino || moved.st_mtime != seen->st_mtime);
        if (other && link(aside.bytes, claim)) other = false; /* its holder will find out */
        unlink(aside.bytes);
    }
    buffer_free(&aside);
}

/* Makes the file of a claim; -1 with EEXIST when somebody has it. */
static int make(const char *claim, int file) {
    struct stat seen = {0};
    int fd = open(claim, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0 || errno != EEXIST) return fd;
    if (is_alive(claim, file, &seen)) {
        errno = EEXIST;
        return -1;
    }
    if (seen.st_ino) take_away(claim, &seen);
    return open(claim, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

/* Whether the file is still the one of that name. */
static bool is_ours(const char *claim, int fd) {
    struct stat opened, named;
    return !fstat(fd, &opened) && !lstat(claim, &named) && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

/* --- who keeps them alive -------------------------------------------------------------------------- */

/* Touches the claim until the other end of `socket` is closed. Runs in a process forked from any other: calls
 * only what is allowed after that. */
static _Noreturn void keep(const char *claim, int fd, int socket, pid_t holder) {
    struct pollfd polled = {.fd = socket, .events = POLLIN};
    while (poll(&polled, 1, TOUCH_SECONDS * 1000) <= 0) {
        /* Somebody may just be looking at it under another name (take_away). */
        if (!is_ours(claim, fd) && (sleep(1), !is_ours(claim, fd))) {
            kill(holder, SIGTERM);
            _exit(1);
        }
        futimens(fd, NULL);
    }
    if (is_ours(claim, fd)) unlink(claim);
    _exit(0);
}

/* Out of reach of what ends the holder's group, and with nothing open but what it needs. */
static _Noreturn void become_keeper(const char *claim, int fd, const int ends[2], pid_t holder) {
    int holders_end = ends[0], socket = ends[1];
    close(holders_end); /* not by close_range, which old kernels lack: the claim would outlive its holder */
    setsid();
    pid_t keeper = fork();
    if (keeper) _exit(keeper < 0);
    int low = fd < socket ? fd : socket, high = fd < socket ? socket : fd;
    if (low > 0) close_range(0, (unsigned)low - 1, 0);
    if (high > low + 1) close_range((unsigned)low + 1, (unsigned)high - 1, 0);
    close_range((unsigned)high + 1, ~0U, 0);
    keep(claim, fd, socket, holder);
}

/* Starts the process that keeps the claim alive, which takes over `fd`. 0 or an errno. */
static int start_keeper(const char *claim, int fd, int *descriptor) {
    int ends[2], status = 0;
    pid_t holder = getpid(), starter = -1;
    int reason = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) ? errno : 0;
    if (!reason) {
        starter = fork();
        if (!starter) become_keeper(claim, fd, ends, holder);
        reason = starter < 0 ? errno : 0;
        while (starter > 0 && waitpid(starter, &status, 0) < 0 && errno == EINTR) continue;
        if (status) reason = EAGAIN; /* it could not fork */
        close(ends[1]);
        if (reason) close(ends[0]);
    }
    close(fd);
    if (reason)
        unlink(claim);
    else
        *descriptor = ends[0];
    return reason;
}

/* --- taking and letting go ------------------------------------------------------------------------- */

static char *name_of(const char *path, int share) {
    struct buffer name = {0};
    buffer_printf(&name, share ? "%s.held.%d" : "%s.held", path, share);
    if (name.failed) buffer_free(&name);
    return name.bytes;
}

/* Whether anybody shares it. What those left that are gone is removed. */
static bool is_shared(const char *path, int file) {
    char *above = memory_string(path), *last = memory_string(path);
    const char *file_name = last ? basename(last) : "";
    DIR *stream = above ? opendir(dirname(above)) : NULL;
    size_t length = strlen(file_name);
    bool shared = !stream; /* what cannot be looked at is taken to be */
    for (struct dirent *entry; stream && !shared && (entry = readdir(stream));) {
        const char *rest = entry->d_name + length;
        if (strncmp(entry->d_name, file_name, length) || strncmp(rest, ".held.", 6)) continue;
        char *end, *claim = NULL;
        long share = strtol(rest + 6, &end, 10);
        struct stat seen = {0};
        if (*end || share < 1 || share > SHARES_MAX || !(claim = name_of(path, (int)share))) continue;
        shared = is_alive(claim, file, &seen);
        if (!shared && seen.st_ino) take_away(claim, &seen);
        free(claim);
    }
    if (stream) closedir(stream);
    free(above);
    free(last);
    return shared;
}

/* A file of one's own among those that share: not counted from 1, where hundreds would be in the way. */
static int share(const char *path, int file, int *descriptor) {
    for (int first = getpid(), number = first; number < first + SHARES_MAX; number++) {
        char *claim = name_of(path, number % SHARES_MAX + 1);
        int fd = claim ? make(claim, file) : -1, reason = !claim ? ENOMEM : errno;
        if (fd >= 0) reason = start_keeper(claim, fd, descriptor);
        free(claim);
        if (fd >= 0 || reason != EEXIST) return reason;
    }
    return ENOSPC;
}

int claim_take(const char *path, int file, bool shared, int *descriptor) {
    char *claim = name_of(path, 0);
    if (!claim) return ENOMEM;
    /* Those who share take it alone for an instant, so that nobody comes between. */
    int fd = make(claim, file), reason = fd >= 0 ? 0 : errno == EEXIST ? EWOULDBLOCK : errno;
    if (fd >= 0 && !shared) {
        reason = is_shared(path, file) ? EWOULDBLOCK : 0;
    } else if (fd >= 0) {
        reason = share(path, file, descriptor);
    }
    if (fd >= 0 && !shared && !reason) {
        reason = start_keeper(claim, fd, descriptor);
    } else if (fd >= 0) {
        close(fd);
        unlink(claim);
    }
    free(claim);
    return reason;
}

void claim_release(int descriptor) {
    char byte;
    /* The keeper closes its end when the file is gone. */
    if (!shutdown(descriptor, SHUT_WR))
        while (read(descriptor, &byte, 1) < 0 && errno == EINTR) continue;
    close(descriptor);
}

bool claim_is_held(const char *path, int file) {
    char *claim = name_of(path, 0);
    struct stat seen;
    bool held = claim && (is_alive(claim, file, &seen) || is_shared(path, file));
    free(claim);
    return held;
}
