/* A file system without flock, to be preloaded: flock fails with the errno in COTNOISE_FLOCK_ERRNO. */
#include <errno.h>
#include <stdlib.h>
#include <sys/file.h>

int flock(int descriptor, int operation) {
    const char *reason = getenv("COTNOISE_FLOCK_ERRNO");
    (void)descriptor;
    (void)operation;
    errno = reason ? atoi(reason) : ENOLCK;
    return -1;
}
