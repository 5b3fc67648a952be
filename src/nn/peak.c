/* The best that this machine does. See peak.h. */
#include "nn/peak.h"

#include <stdlib.h>

#include "base/memory.h"
#include "nn/gemm.h"
#include "nn/timing.h"
#include "nn/vector.h"

enum { SUMS = 12, ROUNDS = 4000000, SIDE = 2048 };

/* Twelve sums, so that each multiply-add has long been done when the next one wants its result. */
static void multiply_add(void *context, int lane) {
    vector sum[SUMS], factor = {0}, term = {0};
    for (int i = 0; i < REAL_VECTOR; i++) {
        factor[i] = (real)0.999;
        term[i] = (real)(lane + 1) * (real)1e-3;
    }
#pragma GCC unroll 12
    for (int i = 0; i < SUMS; i++) sum[i] = term * (real)i;
    for (int round = 0; round < ROUNDS; round++)
#pragma GCC unroll 12
        for (int i = 0; i < SUMS; i++) sum[i] = sum[i] * factor + term;
    vector total = {0};
    for (int i = 0; i < SUMS; i++) total += sum[i];
    ((vector *)context)[lane] = total;
}

double peak_fma(struct team *team, int threads) {
    vector *sums = memory_aligned((size_t)threads, sizeof *sums);
    if (!sums) return 0;
    double start = timing_now();
    team_run(team, threads, multiply_add, sums);
    double seconds = timing_now() - start;
    free(sums);
    return 2.0 * REAL_VECTOR * SUMS * ROUNDS * threads / seconds * 1e-9;
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
    double start = timing_now();
    team_run(team, peak->threads, multiply, peak);
    return 2.0 * SIDE * SIDE * SIDE * peak->threads / (timing_now() - start) * 1e-9;
}

void peak_gemm_free(struct peak_gemm *peak) {
    if (!peak) return;
    free(peak->a);
    free(peak->b);
    free(peak->c);
    free(peak);
}
