/* What this machine can do at best: the speeds that training is held against. */
#ifndef COTNOISE_NN_PEAK_H
#define COTNOISE_NN_PEAK_H

#include "base/err.h"
#include "base/team.h"
#include "nn/kernels/kernels.h"

/* Multiply-adds that never leave the registers, on `threads` of the team at once; in GFLOP/s, with vectors as
 * wide as the level's. */
double peak_fma(const struct kernels *kernels, struct team *team, int threads);

/* OpenBLAS's own product of two 2048 x 2048 matrices, one a thread at once. */
struct peak_gemm;
enum err peak_gemm_create(int threads, struct peak_gemm **peak, struct error *error);
double peak_gemm_measure(struct peak_gemm *peak, struct team *team); /* GFLOP/s */
void peak_gemm_free(struct peak_gemm *peak);

#endif
