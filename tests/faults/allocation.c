/* An allocator that fails once, to be preloaded: the n-th allocation of a process finds no memory.
 *
 * Counted are calls that come from cotnoise itself, jansson, libyaml and xxHash, by return address. Not
 * counted is what the C library, OpenBLAS and gnuplot allocate for themselves: OpenBLAS ends the process when
 * it finds no memory, glibc has ways round it of its own, and neither is ours to mend. What the C library
 * allocates on its caller's behalf and tells the caller about (fopen, opendir, realpath, strdup,
 * pthread_create ...) is counted as one call each.
 *
 *     COTNOISE_FAIL_AT=N     fail the N-th counted call; 0: fail none
 *     COTNOISE_FAIL_FOR=M    and those after it, M in all (default 1)
 *     COTNOISE_FAIL_LOG=FILE where to note it: with N "failed N ADDRESS...", innermost caller first,
 * addresses as addr2line wants them; with 0 "new N" for each call by a way not seen before, and, as a process
 * ends, "total N"
 *
 * A child of fork goes on counting from its parent's number. Programs of another name are left alone. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dirent.h>
#include <errno.h>
#include <execinfo.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/faults/caller.h"

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

enum { FRAMES = 9, SEEN = 1 << 16 };

static long fail_at = -1; /* below 0: not one of ours */
static long fail_for = 1;
static atomic_long counted;
static _Atomic uint64_t seen[SEEN];

__attribute__((constructor)) static void start(void) {
    const char *at = getenv("COTNOISE_FAIL_AT"), *times = getenv("COTNOISE_FAIL_FOR");
    if (!at || !caller_start(getenv("COTNOISE_FAIL_LOG"))) return;
    void *frames[FRAMES];
    backtrace(frames, FRAMES); /* loads the unwinder, which allocates */
    if (times) fail_for = atol(times);
    fail_at = atol(at);
}

__attribute__((destructor)) static void end(void) {
    if (fail_at == 0) caller_log("total %ld", counted);
}

/* Whether the innermost few callers have been seen together before. */
static bool is_new(void **frames, int depth) {
    uint64_t hash = 14695981039346656037u;
    for (int i = 0; i < depth; i++) hash = (hash ^ (uint64_t)(uintptr_t)frames[i]) * 1099511628211u;
    hash |= 1;
    for (uint64_t i = hash; i - hash < SEEN; i++) {
        uint64_t empty = 0;
        if (atomic_compare_exchange_strong(&seen[(i * 0x9E3779B97F4A7C15u) >> 48], &empty, hash)) return true;
        if (empty == hash) return false;
    }
    return true;
}

static void note_failure(long number, void **frames, int depth) {
    char line[512];
    snprintf(line, sizeof line, "failed %ld", number);
    caller_list(line, sizeof line, frames, depth);
    caller_log("%s", line);
}

/* Counts a call from `caller`, when it is one of ours; whether it is to fail. */
static bool fails(const void *caller) {
    if (fail_at < 0 || !caller_is_ours(caller)) return false;
    long number = ++counted;
    if (fail_at > 0 && (number < fail_at || number >= fail_at + fail_for)) return false;
    void *frames[FRAMES];
    int saved = errno, depth = backtrace(frames, FRAMES) - 2; /* less this function and its own caller */
    if (depth < 0) depth = 0;
    if (fail_at > 0) {
        note_failure(number, frames + 2, depth);
        errno = ENOMEM;
        return true;
    }
    if (is_new(frames + 2, depth)) caller_log("new %ld", number);
    errno = saved;
    return false;
}

#define FAILS() fails(__builtin_return_address(0))

void *malloc(size_t size) { return FAILS() ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return FAILS() ? NULL : __libc_calloc(count, size); }
void *realloc(void *block, size_t size) { return FAILS() ? NULL : __libc_realloc(block, size); }
void *aligned_alloc(size_t alignment, size_t size) {
    return FAILS() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    void *made = FAILS() ? NULL : __libc_memalign(alignment, size);
    if (made) *block = made;
    return made ? 0 : ENOMEM;
}

static char *copy_text(const char *text, size_t length) {
    char *copy = __libc_malloc(length + 1);
    if (!copy) return NULL;
    copy[length] = 0;
    return memcpy(copy, text, length);
}
char *strdup(const char *text) { return FAILS() ? NULL : copy_text(text, strlen(text)); }
char *strndup(const char *text, size_t size) { return FAILS() ? NULL : copy_text(text, strnlen(text, size)); }

FILE *fopen(const char *path, const char *mode) {
    REAL("fopen", FILE * (*)(const char *, const char *));
    return FAILS() ? NULL : real(path, mode);
}

DIR *opendir(const char *path) {
    REAL("opendir", DIR * (*)(const char *));
    return FAILS() ? NULL : real(path);
}

char *realpath(const char *path, char *resolved) {
    REAL("realpath", char *(*)(const char *, char *));
    return FAILS() ? NULL : real(path, resolved);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *context) {
    REAL("pthread_create", int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *));
    return FAILS() ? EAGAIN : real(thread, attributes, run, context);
}
