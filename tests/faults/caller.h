/* Whose call is it? What the preloaded libraries here share: they disturb only what cotnoise itself calls,
 * and the libraries that allocate and write on its behalf. */
#ifndef COTNOISE_TESTS_FAULTS_CALLER_H
#define COTNOISE_TESTS_FAULTS_CALLER_H

#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Looks at what is loaded. False in a program of another name, which is left alone. */
bool caller_start(const char *log);

/* Whether the code at `address` belongs to cotnoise, jansson, libyaml or xxHash. */
bool caller_is_ours(const void *address);

/* Adds a printf-style line to the log: opened anew each time, for a worker closes what it inherited. */
void caller_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Puts the addresses of `depth` callers, innermost first, as addr2line wants them, at the end of `line`. */
void caller_list(char *line, size_t size, void **frames, int depth);

/* `real`, the C library's own function of that name. */
#define REAL(name, type)                                           \
    typeof(type) real;                                             \
    memcpy(&real, &(void *){dlsym(RTLD_NEXT, name)}, sizeof real); \
    if (!real) abort()

#endif
