/* Speed of training and decoding on this machine, beside the best that it does, measured in turn. */
#ifndef COTNOISE_NN_SPEED_H
#define COTNOISE_NN_SPEED_H

#include <stdbool.h>

#include "base/err.h"
#include "nn/gpt.h"
#include "nn/timing.h"

enum { SPEED_PROMPTS = 512, SPEED_SAMPLE = 70 };

/* Medians of the rounds. GFLOP/s are of the model's arithmetic: 6 operations a token for each parameter
 * outside the embeddings, and attention. */
struct speed {
    size_t parameters, inner_parameters;
    double training;            /* tokens/s on all threads */
    double training_gflops;     /* the same as arithmetic */
    double decoding;            /* new tokens/s for SPEED_PROMPTS prompts; 0: not measured (big shapes) */
    double gemm_peak;           /* OpenBLAS's 2048^3 product, GFLOP/s on as many threads */
    double gemm_share;          /* training_gflops over it */
    double fma_peak, fma_share; /* the same for multiply-adds in registers */
    double part[TIMING_PARTS];  /* share of the threads' time in training */
    double training_bytes;      /* memory of parameters and learner */
    double peak_bytes;          /* of the process after training and decoding */
    double one_thread;          /* training tokens/s on one thread */
    double workers;             /* training tokens/s of `threads` learners of one thread each */
    double fma_one;             /* multiply-adds on one thread, GFLOP/s */
    double thread_ratio, worker_ratio, fma_ratio; /* all threads over one; 1 where threads is 1 */
};

struct speed_options {
    const struct gpt_preset *preset;
    int threads, rounds;
    bool recompute; /* as in struct learner_options */
};

/* Measures a preset on synthetic samples of SPEED_SAMPLE tokens, four fifths of them with loss, 4 lanes of 15
 * samples a step. */
enum err speed_measure(const struct speed_options *options, struct speed *speed, struct error *error);

#endif
