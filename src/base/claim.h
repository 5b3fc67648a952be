/* A lock made of files, for file systems where flock does not work: PATH.held of one who holds it alone,
 * PATH.held.N of those who share it. They are made exclusively (which every file system can), and touched
 * every few seconds by a process of their own as long as their holder lives; it removes them when the holder
 * lets go or ends, however it ends. One that nobody has touched for two minutes belonged to a machine that is
 * gone, and is no claim any more: whose process wakes up after that is told to stop (SIGTERM). Times are
 * those of the file system, not of its machines. */
#ifndef COTNOISE_BASE_CLAIM_H
#define COTNOISE_BASE_CLAIM_H

#include <stdbool.h>

/* Claims PATH, whose open file is `file`, alone or together with others that share it. 0 with a *descriptor
 * for claim_release; EWOULDBLOCK when others have it; the errno of what failed. */
int claim_take(const char *path, int file, bool shared, int *descriptor);

/* Lets go, and returns when others can take it. Harmless for a descriptor of anything else, which it closes.
 */
void claim_release(int descriptor);

/* Whether PATH is claimed by anybody. */
bool claim_is_held(const char *path, int file);

#endif
