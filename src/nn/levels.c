/* The choice of a level at start. See levels.h. */
#include "nn/levels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)

extern const struct kernels kernels_v3, kernels_v4;

static bool runs_v3(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2");
}

static bool runs_v4(void) {
    return runs_v3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}

/* Lowest first. */
static const struct {
    const char *name;
    const struct kernels *kernels;
    bool (*runs)(void);
} levels[] = {{"v3", &kernels_v3, runs_v3}, {"v4", &kernels_v4, runs_v4}};
static const char missing[] = "fused multiply-add and AVX2 (x86-64-v3: Intel Haswell, AMD Zen or newer)";

#elif defined(__aarch64__)

extern const struct kernels kernels_neon;

static bool runs_neon(void) { return true; }

static const struct {
    const char *name;
    const struct kernels *kernels;
    bool (*runs)(void);
} levels[] = {{"neon", &kernels_neon, runs_neon}};
static const char missing[] = "NEON";

#else
#error "the kernels are for x86-64 and AArch64"
#endif

enum { LEVELS = sizeof levels / sizeof *levels };

const struct kernels *levels_at(int index, bool *runs) {
    if (index >= LEVELS) return NULL;
    *runs = levels[index].runs();
    return levels[index].kernels;
}

enum err levels_choose(const struct kernels **kernels, struct error *error) {
    const char *wanted = getenv("COTNOISE_LEVEL");
    char allowed[64] = "";
    const struct kernels *found = NULL;
    for (int i = 0; i < LEVELS; i++) {
        if (!levels[i].runs()) continue;
        size_t length = strlen(allowed);
        snprintf(allowed + length, sizeof allowed - length, "%s%s", length ? ", " : "", levels[i].name);
        if (!wanted || !*wanted || !strcmp(wanted, levels[i].name)) found = levels[i].kernels;
    }
    if (!*allowed)
        return err_set(error, ERR_RUNTIME, "the transformer needs a processor with %s, which this one lacks",
                       missing);
    if (!found)
        return err_set(error, ERR_INPUT, "COTNOISE_LEVEL=%s: not a level of this processor (allowed: %s)",
                       wanted, allowed);
    *kernels = found;
    return ERR_OK;
}

enum err levels_check(struct error *error) {
    const struct kernels *kernels;
    return levels_choose(&kernels, error);
}

const char *levels_name(void) {
    const struct kernels *kernels;
    struct error error;
    return levels_choose(&kernels, &error) ? NULL : kernels->level;
}
