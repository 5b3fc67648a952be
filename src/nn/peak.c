/* The best that this machine does. See peak.h. */
#include "nn/peak.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "nn/kernels/gemm.h"
#include "nn/kernels/vector.h"

enum { SUMS = 12, ROUNDS = 20000, SIDE = 2048 };
static const double BURST = 0.05; /* seconds of multiply-adds */

/* What one thread did. */
struct burst {
    vector total; /* so that the work is not left out */
    int64_t rounds;
};

/* Twelve sums, so that each multiply-add has long been done when the next one wants its result. */
static __attribute__((noinline)) void multiply_add(real start, vector *total) {
    vector sum[SUMS], factor = {0}, term = {0};
    for (int i = 0; i < REAL_VECTOR; i++) {
        factor[i] = (real)0.999;
        term[i] = start * (real)1e-3;
    }
#pragma GCC unroll 12
    for (int i = 0; i < SUMS; i++) sum[i] = term * (real)i;
    for (int round = 0; round < ROUNDS; round++)
#pragma GCC unroll 12
        for (int i = 0; i < SUMS; i++) sum[i] = sum[i] * factor + term;
    for (int i = 0; i < SUMS; i++) *total += sum[i];
}

static void run_burst(void *context, int lane) {
    struct burst *burst = (struct burst *)context + lane;
    for (double end = clock_seconds() + BURST; clock_seconds() < end; burst->rounds += ROUNDS)
        multiply_add((real)(lane + 1), &burst->total);
}

double peak_fma(struct team *team, int threads) {
    struct burst *bursts = memory_aligned((size_t)threads, sizeof *bursts);
    if (!bursts) return 0;
    double start = clock_seconds(), rounds = 0;
    team_run(team, threads, run_burst, bursts);
    double seconds = clock_seconds() - start;
    for (int i = 0; i < threads; i++) rounds += (double)bursts[i].rounds;
    free(bursts);
    return 2.0 * REAL_VECTOR * SUMS * rounds / seconds * 1e-9;
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
    gemm_openblas(GEMM_NN, SIDE, SIDE, SIDE, peak->a, SIDE, peak->b, SIDE, false,
                  peak->c + (size_t)lane * SIDE * SIDE, SIDE);
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
