/* Every kernel timed at every level, side by side, in the shapes of the small models. See check.h.
 *
 * N tokens are worked on at a time between one attention and the next; samples have T tokens; weights'
 * gradients are products over all LANE tokens of a lane. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/pcg.h"
#include "nn/gpt.h"
#include "nn/levels.h"
#include "tests/kernels/check.h"

enum { N = 72, T = 100, LANE = 15 * T, V = 48, LEVELS_MAX = 4 };
static const double BURST = 0.001; /* seconds, of which the fastest of BURSTS counts */
enum { BURSTS = 20 };

/* A model's shape and memory for every kernel. */
struct bench {
    const char *name;
    int C, F, H, D, P, A, R;
    real *in, *out, *weight, *bias, *more, *scratch;
    int32_t token[LANE], position[LANE];
};

typedef void bench_function(const struct kernels *kernels, struct bench *b);

#define BENCH(name) static void time_##name(const struct kernels *kernels, struct bench *b)

BENCH(embedding_forward) { kernels->embedding_forward(b->out, b->token, b->weight, N, b->C); }
BENCH(embedding_backward) { kernels->embedding_backward(b->weight, b->token, b->in, N, b->C); }

/* The first linear layer of a block: (N,C) to (N,P). */
BENCH(product) {
    struct product_left left = {b->in, (size_t)b->C, 1};
    struct product_right right = {b->weight, REAL_VECTOR, (size_t)b->C * REAL_VECTOR};
    kernels->product(N, b->P, b->C, left, right, PRODUCT_BIAS, b->bias, b->out, (size_t)b->P);
}
/* Its weight's gradient: (C,P) from the tokens of a lane. */
BENCH(product_turned) {
    kernels->product_turned(b->C, b->P, LANE, b->in, b->C, b->out, b->P, b->weight, (size_t)b->P, b->scratch);
}
BENCH(turn) { kernels->turn(b->more, (size_t)b->C, b->weight, (size_t)b->P, b->C, b->P); }
BENCH(bias_backward) { kernels->bias_backward(b->bias, b->out, b->P, N, b->P); }
BENCH(normalise_forward) { kernels->normalise_forward(b->out, b->bias, b->in, N, b->C, 1e-5); }
BENCH(normalise_backward) { kernels->normalise_backward(b->out, b->in, b->in, b->bias, N, b->C); }
BENCH(fold_forward) {
    kernels->fold_forward(b->more, REAL_VECTOR, (size_t)b->P * REAL_VECTOR, b->out, b->weight, b->bias, b->in,
                          b->in, b->C, b->P);
}
BENCH(fold_backward) {
    kernels->fold_backward(b->more, b->out, b->scratch, b->scratch + b->C, b->bias, b->weight, b->in, b->in,
                           b->C, b->P);
}
BENCH(gelu_forward) { kernels->gelu_forward(b->out, b->F, b->in, b->F, N, b->F, false); }
BENCH(gelu_backward) { kernels->gelu_backward(b->out, b->F, b->in, b->F, b->in, b->F, N, b->F); }
BENCH(rotary) { kernels->rotary(b->out, b->P, b->position, b->bias, N, b->H, b->D, b->R, false); }
BENCH(attention_forward) {
    kernels->attention_forward(b->out, b->A, b->bias, b->in, b->P, T, b->H, b->D, b->scratch);
}
BENCH(attention_backward) {
    kernels->attention_backward(b->more, b->P, b->out, b->A, b->out, b->bias, b->in, T, b->H, b->D,
                                b->scratch);
}
BENCH(attention_step) {
    kernels->attention_step(b->out, b->in, b->weight, real_padded(T), T - 1, b->H, b->D, b->scratch);
}
BENCH(cross_entropy_forward) {
    kernels->cross_entropy_forward(b->bias, NULL, b->in, V, b->token, N, V - 5, 1);
}
/* In place: from fresh logits, so that the copy counts too. */
BENCH(cross_entropy_backward) {
    memcpy(b->out, b->in, (size_t)N * V * sizeof(real));
    kernels->cross_entropy_backward(b->out, V, b->bias, b->token, b->more, NULL, NULL, N);
}
BENCH(value_head_forward) { kernels->value_head_forward(b->out, b->in, b->weight, N, b->C); }
BENCH(value_head_backward) {
    kernels->value_head_backward(b->out, b->more, b->bias, b->in, b->weight, N, b->C);
}
BENCH(update_add_up) { kernels->update_add_up(b->more, b->weight, (size_t)(b->C * b->P)); }
BENCH(update_squares) { b->scratch[0] = (real)kernels->update_squares(b->weight, (size_t)(b->C * b->P)); }
BENCH(update_adamw) {
    const struct adamw adamw = {1e-3, 0.9, 0.95, 1e-8, 0.1, 100, 1};
    size_t n = (size_t)(b->C * b->C);
    kernels->update_adamw(&adamw, b->weight, b->in, b->more, b->more + n, n);
}
BENCH(multiply_add) { kernels->multiply_add(1, 10000, b->scratch); }

/* Floating-point operations of what is made of multiply-adds, otherwise 0. */
static double operations_of(const char *kernel, const struct kernels *kernels, const struct bench *b) {
    double pairs = T * (T + 1) / 2.0 * b->D; /* of tokens that see each other, times the head size */
    real total = 0;
    if (!strcmp(kernel, "product")) return 2.0 * N * b->C * b->P;
    if (!strcmp(kernel, "product_turned")) return 2.0 * LANE * b->C * b->P;
    if (!strcmp(kernel, "attention_forward")) return 4 * pairs * b->H;
    if (!strcmp(kernel, "attention_backward")) return 10 * pairs * b->H;
    if (!strcmp(kernel, "attention_step")) return 4.0 * T * b->D * b->H;
    if (!strcmp(kernel, "multiply_add")) return kernels->multiply_add(0, 10000, &total);
    return 0;
}

/* Random numbers into all memory, so that nothing is fast or slow by being 0 or subnormal. */
static void bench_fill(struct bench *b, const struct gpt_preset *preset) {
    size_t most = (size_t)LANE * (size_t)b->P,
           scratch = attention_scratch(T, b->D) + product_turned_scratch(b->C);
    real **part[] = {&b->in, &b->out, &b->weight, &b->more, &b->bias};
    struct pcg pcg = pcg_seed(1, 2);
    for (int i = 0; i < COUNT(part); i++) {
        *part[i] = memory_aligned(most, sizeof(real));
        for (size_t j = 0; *part[i] && j < most; j++)
            (*part[i])[j] = i < 3 ? (real)(pcg_unit(&pcg) - 0.5) : (real)(pcg_unit(&pcg) + 0.5);
    }
    b->scratch = memory_aligned(scratch + 2 * (size_t)b->C, sizeof(real));
    b->name = preset->name;
    for (int t = 0; t < LANE; t++) {
        b->token[t] = (int32_t)pcg_below(&pcg, V - 5);
        b->position[t] = t % T;
    }
}

static struct bench *bench_create(const struct gpt_preset *preset) {
    struct bench *b = memory_array(1, sizeof *b);
    if (!b) return NULL;
    b->C = preset->width;
    b->F = preset->ffn;
    b->H = preset->heads;
    b->D = b->C / b->H;
    b->P = 3 * b->C + b->F;
    b->A = b->C + b->F;
    b->R = (int)(b->D * preset->rotary_share) / 2 * 2;
    bench_fill(b, preset);
    if (b->in && b->out && b->weight && b->bias && b->more && b->scratch) return b;
    return NULL; /* the program ends */
}

static void bench_free(struct bench *b) {
    free(b->in);
    free(b->out);
    free(b->weight);
    free(b->bias);
    free(b->more);
    free(b->scratch);
    free(b);
}

/* Seconds a call at its fastest. */
static double seconds_of(bench_function *function, const struct kernels *kernels, struct bench *b) {
    double best = INFINITY;
    function(kernels, b); /* warm */
    for (int burst = 0; burst < BURSTS; burst++) {
        double start = clock_seconds(), now;
        int calls = 0;
        do {
            function(kernels, b);
            calls++;
        } while ((now = clock_seconds()) - start < BURST);
        best = fmin(best, (now - start) / calls);
    }
    return best;
}

/* GFLOP/s of multiply-adds that never leave the registers, on one core: taken like the rest, from the fastest
 * burst, so that other programs on the machine do not count. */
static double peak_of(const struct kernels *kernels) {
    real total[1] = {0};
    struct bench b = {.scratch = total};
    return operations_of("multiply_add", kernels, &b) / seconds_of(time_multiply_add, kernels, &b) * 1e-9;
}

/* The levels that run, and what each does at best. */
struct bench_level {
    const struct kernels *kernels;
    double peak; /* GFLOP/s */
};

static void print_row(const char *kernel, bench_function *function, struct bench *b,
                      const struct bench_level *level, int levels) {
    double first = 0, last = 0;
    printf("%-23s %-6s", kernel, b->name);
    for (int l = 0; l < levels; l++) {
        double operations = operations_of(kernel, level[l].kernels, b);
        double seconds = seconds_of(function, level[l].kernels, b);
        last = operations > 0 ? operations / seconds : 1 / seconds;
        first = l ? first : last;
        printf(" %11.0f", seconds * 1e9);
        if (operations > 0)
            printf(" %7.1f %4.0f%%", last * 1e-9, last * 1e-7 / level[l].peak);
        else
            printf(" %13s", "");
    }
    if (levels > 1) printf("  %5.2f", last / first);
    printf("\n");
    fflush(stdout);
}

void check_bench(void) {
#define BENCH_ROW(name) {#name, time_##name},
    static const struct {
        const char *kernel;
        bench_function *function;
    } rows[] = {KERNEL_LIST(BENCH_ROW)};
#undef BENCH_ROW
    static const char *const presets[] = {"tiny", "small", "base"};
    struct bench_level level[LEVELS_MAX];
    int levels = 0;
    bool runs;
    for (int i = 0; levels < LEVELS_MAX && levels_at(i, &runs); i++)
        if (runs) level[levels++].kernels = levels_at(i, &runs);
    printf("one core; ns a call at its fastest, GFLOP/s and their share of the level's multiply-adds\n%-30s",
           "");
    for (int l = 0; l < levels; l++) {
        level[l].peak = peak_of(level[l].kernels);
        printf(" %15s %5.0f peak", level[l].kernels->level, level[l].peak);
    }
    printf("%s\n", levels > 1 ? "  times" : "");
    for (int r = 0; r < COUNT(rows); r++)
        for (int p = 0; p < COUNT(presets); p++) {
            struct bench *b = bench_create(gpt_preset_find(presets[p]));
            if (!b) return;
            print_row(rows[r].kernel, rows[r].function, b, level, levels);
            bench_free(b);
        }
}
