/* OpenBLAS, loaded when it is first needed. See openblas.h. */
#include "base/openblas.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/memory.h"

static const char library_name[] = "libopenblas.so.0";
static const char threads_variable[] = "OPENBLAS_NUM_THREADS";
static const size_t room = (size_t)160 << 20; /* address space, more than any buffer of a caller */

/* A process has a library once, whoever asks for it: the one place for what was found in it. */
static struct {
    pthread_mutex_t lock;
    int callers; /* that have their buffer */
    bool tried, loaded;
    struct openblas functions;
    void *(*take)(int processor); /* a caller's buffer, which a product gives back when it is done */
    void (*give)(void *buffer);
    struct error reason; /* why it is not loaded */
} library = {.lock = PTHREAD_MUTEX_INITIALIZER};

static enum err find_functions(void *handle, struct error *error) {
    struct openblas *f = &library.functions;
    const struct {
        const char *name;
        void *function; /* a pointer to one */
    } functions[] = {{"cblas_sgemm", &f->sgemm},
                     {"cblas_dgemm", &f->dgemm},
                     {"openblas_get_corename", &f->core},
                     {"openblas_get_config", &f->config},
                     {"openblas_get_parallel", &f->parallel},
                     {"dpotrf_", &f->potrf},
                     {"dpotrs_", &f->potrs},
                     {"dpotri_", &f->potri},
                     {"blas_memory_alloc", &library.take},
                     {"blas_memory_free", &library.give}};
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *found = dlsym(handle, functions[i].name);
        if (!found)
            return err_set(error, ERR_RUNTIME, "%s: %s is missing in it", library_name, functions[i].name);
        *(void **)functions[i].function = found;
    }
    return ERR_OK;
}

/* Loads it with one thread. What the environment says of threads is for the programs that are started from
 * here, and left as it was. */
static enum err load(struct error *error) {
    const char *said = getenv(threads_variable);
    char *before = said ? memory_string(said) : NULL;
    if ((said && !before) || setenv(threads_variable, "1", 1)) {
        free(before);
        return err_memory(error, "OpenBLAS");
    }
    void *handle = dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
    if (before)
        setenv(threads_variable, before, 1);
    else
        unsetenv(threads_variable);
    free(before);
    if (!handle)
        return err_set(error, ERR_RUNTIME, "OpenBLAS cannot be loaded (Debian: libopenblas0-pthread): %s",
                       dlerror());
    return find_functions(handle, error);
}

/* With the lock held. */
static bool is_loaded(void) {
    if (!library.tried) library.loaded = !load(&library.reason);
    library.tried = true;
    return library.loaded;
}

/* Has each of `callers` take a buffer, which the library keeps for later: without room for it, it would try
 * for ever in the middle of a product. With the lock held. */
static enum err take_buffers(int callers, struct error *error) {
    int more = callers - library.callers;
    if (more <= 0) return ERR_OK;
    void **buffer = memory_array((size_t)callers, sizeof *buffer);
    void *space = mmap(NULL, room * (size_t)more, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space != MAP_FAILED) munmap(space, room * (size_t)more);
    if (!buffer || space == MAP_FAILED) {
        free(buffer);
        return err_set(error, ERR_RUNTIME,
                       "out of memory for OpenBLAS (%zu MiB of address space, which 'ulimit -v' limits)",
                       (room >> 20) * (size_t)more);
    }
    for (int i = 0; i < callers; i++) buffer[i] = library.take(0);
    for (int i = 0; i < callers; i++) library.give(buffer[i]);
    free(buffer);
    library.callers = callers;
    return ERR_OK;
}

enum err openblas_prepare(int callers, struct error *error) {
    pthread_mutex_lock(&library.lock);
    enum err code = is_loaded() ? ERR_OK : err_set(error, ERR_RUNTIME, "%s", library.reason.message);
    if (!code && callers > 1 && library.functions.parallel() != 1)
        code = err_set(
            error, ERR_INPUT,
            "threads is %d, but this OpenBLAS (%s) is not the pthread build and allows 1 only; install "
            "libopenblas0-pthread",
            callers, library.functions.config());
    if (!code) code = take_buffers(callers, error);
    pthread_mutex_unlock(&library.lock);
    return code;
}

const struct openblas *openblas_functions(void) { return &library.functions; }

const char *openblas_core(void) {
    pthread_mutex_lock(&library.lock);
    const char *core = is_loaded() ? library.functions.core() : NULL;
    pthread_mutex_unlock(&library.lock);
    return core;
}
