/* The best that this machine does. See peak.h. */
#include "nn/peak.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "nn/gemm.h"

enum { ROUNDS = 20000, SIDE = 2048 };
static const double BURST = 0.05; /* seconds of multiply-adds */

/* What one thread did. */
struct burst {
    const struct kernels *kernels;
    double operations;
    real total; /* so that the work is not left out */
};

static void run_burst(void *context, int lane) {
    struct burst *burst = (struct burst *)context + lane;
    for (double end = clock_seconds() + BURST; clock_seconds() < end;)
        burst->operations += burst->kernels->multiply_add((real)(lane + 1), ROUNDS, &burst->total);
}

double peak_fma(const struct kernels *kernels, struct team *team, int threads) {
    struct burst *bursts = memory_array((size_t)threads, sizeof *bursts);
    if (!bursts) return 0;
    for (int i = 0; i < threads; i++) bursts[i].kernels = kernels;
    double start = clock_seconds(), operations = 0;
    team_run(team, threads, run_burst, bursts);
    double seconds = clock_seconds() - start;
    for (int i = 0; i < threads; i++) operations += bursts[i].operations;
    free(bursts);
    return operations / seconds * 1e-9;
}

struct peak_gemm {
    int threads;
    real *a, *b, *c; /* one c a thread */
};

enum err peak_gemm_create(int threads, struct peak_gemm **peak, struct error *error) {
    size_t size = (size_t)SIDE * SIDE;
    struct peak_gemm *made = memory_array(1, sizeof *made);
    if (made) {
        made->threads = threads;
        made->a = memory_aligned(size, sizeof(real));
        made->b = memory_aligned(size, sizeof(real));
        made->c = memory_aligned(size * (size_t)threads, sizeof(real));
    }
    if (!made || !made->a || !made->b || !made->c) {
        peak_gemm_free(made);
        return err_memory(error, "the matrices to be multiplied");
    }
    for (size_t i = 0; i < size; i++) made->a[i] = made->b[i] = (real)(i % 7);
    *peak = made;
    return ERR_OK;
}

static void multiply(void *context, int lane) {
    struct peak_gemm *peak = context;
    gemm(GEMM_NN, SIDE, SIDE, SIDE, peak->a, SIDE, peak->b, SIDE, false, peak->c + (size_t)lane * SIDE * SIDE,
         SIDE);
}

double peak_gemm_measure(struct peak_gemm *peak, struct team *team) {
    double start = clock_seconds();
    team_run(team, peak->threads, multiply, peak);
    return 2.0 * SIDE * SIDE * SIDE * peak->threads / (clock_seconds() - start) * 1e-9;
}

void peak_gemm_free(struct peak_gemm *peak) {
    if (!peak) return;
    free(peak->a);
    free(peak->b);
    free(peak->c);
    free(peak);
}
