/* Linear layers against plain sums in double: by our own products and, as in wide models, by OpenBLAS. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/openblas.h"
#include "base/pcg.h"
#include "nn/gemm.h"
#include "nn/levels.h"
#include "nn/linear.h"

enum { N = 23, BESIDE = 16 };

static real *numbers(size_t count) {
    static uint64_t calls;
    struct pcg pcg = pcg_stream(3, "test", calls++);
    real *made = memory_aligned(count, sizeof *made);
    assert_non_null(made);
    for (size_t i = 0; i < count; i++) made[i] = (real)pcg_normal(&pcg);
    return made;
}

/* A layer, its weight (O,I) as an ordinary matrix, and rows for it; those of `in` and `out` are longer by
 * BESIDE. */
struct layer {
    struct linear linear;
    int I, O;
    real *weight, *in, *out;
};

static struct layer layer_create(int I, int O, bool wide, const struct kernels *kernels) {
    struct layer layer = {.I = I, .O = O, .linear = {I, O, wide, NULL, NULL, numbers((size_t)O)}};
    layer.weight = numbers((size_t)(I * O));
    layer.in = numbers((size_t)(N * (I + BESIDE)));
    layer.out = numbers((size_t)(N * (O + BESIDE)));
    layer.linear.backward = numbers((size_t)(I * O));
    layer.linear.forward = wide ? layer.linear.backward : numbers((size_t)(I * O));
    for (int o = 0; o < O; o++)
        for (int i = 0; i < I; i++)
            layer.linear.backward[(size_t)(i / REAL_VECTOR) * linear_panel(&layer.linear) +
                                  (size_t)o * linear_row(&layer.linear) + (size_t)(i % REAL_VECTOR)] =
                layer.weight[o * I + i];
    linear_refresh(&layer.linear, kernels);
    return layer;
}

static void layer_free(struct layer *layer) {
    if (!layer->linear.wide) free(layer->linear.forward);
    free(layer->linear.backward);
    free(layer->linear.bias);
    free(layer->weight);
    free(layer->in);
    free(layer->out);
}

/* Sums of up to `terms` numbers of the size of `size` together, whatever their order. */
static void assert_near(const char *what, int row, int column, real found, double expected, double size,
                        int terms) {
    if (fabs((double)found - expected) > (terms + 2) * 0x1p-24 * size)
        fail_msg("%s (%d,%d) is %.9g, should be %.9g", what, row, column, (double)found, expected);
}

static void check_forward(struct layer *layer, const struct kernels *kernels, bool add) {
    int I = layer->I, O = layer->O, ld_in = I + BESIDE, ld_out = O + BESIDE;
    size_t size = (size_t)(N * ld_out) * sizeof(real);
    real *out = numbers((size_t)(N * ld_out));
    memcpy(out, layer->out, size);
    linear_forward(&layer->linear, kernels, out, ld_out, layer->in, ld_in, N, add);
    for (int n = 0; n < N; n++) {
        for (int o = 0; o < O; o++) {
            double first = add ? (double)layer->out[n * ld_out + o] : 0, bias = (double)layer->linear.bias[o];
            double sum = first + bias, sizes = fabs(first) + fabs(bias);
            for (int i = 0; i < I; i++) {
                double term = (double)layer->in[n * ld_in + i] * (double)layer->weight[o * I + i];
                sum += term;
                sizes += fabs(term);
            }
            assert_near("out", n, o, out[n * ld_out + o], sum, sizes, I);
        }
        assert_memory_equal(out + n * ld_out + O, layer->out + n * ld_out + O, BESIDE * sizeof(real));
    }
    free(out);
}

/* `layer->out` as the gradient by the outputs: that by the inputs and by the bias. */
static void check_backward(struct layer *layer, const struct kernels *kernels) {
    int I = layer->I, O = layer->O, ld_in = I + BESIDE, ld_out = O + BESIDE;
    real *d_in = numbers((size_t)(N * ld_in)), *before = numbers((size_t)O), *d_bias = numbers((size_t)O);
    memcpy(d_bias, before, (size_t)O * sizeof(real));
    linear_backward(&layer->linear, kernels, d_in, ld_in, d_bias, layer->out, ld_out, N);
    for (int n = 0; n < N; n++)
        for (int i = 0; i < I; i++) {
            double sum = 0, sizes = 0;
            for (int o = 0; o < O; o++) {
                double term = (double)layer->out[n * ld_out + o] * (double)layer->weight[o * I + i];
                sum += term;
                sizes += fabs(term);
            }
            assert_near("d_in", n, i, d_in[n * ld_in + i], sum, sizes, O);
        }
    for (int o = 0; o < O; o++) {
        double sum = (double)before[o], sizes = fabs(sum);
        for (int n = 0; n < N; n++) {
            sum += (double)layer->out[n * ld_out + o];
            sizes += fabs((double)layer->out[n * ld_out + o]);
        }
        assert_near("d_bias", 0, o, d_bias[o], sum, sizes, N);
    }
    free(d_in);
    free(before);
    free(d_bias);
}

static void check_backward_weight(struct layer *layer, const struct kernels *kernels) {
    int I = layer->I, O = layer->O, ld_in = I + BESIDE, ld_out = O + BESIDE;
    size_t size = (size_t)(I * O);
    real *before = numbers(size), *d_weight = numbers(size);
    real *scratch = numbers(product_turned_scratch(I < O ? I : O));
    memcpy(d_weight, before, size * sizeof(real));
    linear_backward_weight(&layer->linear, kernels, d_weight, layer->out, ld_out, layer->in, ld_in, N,
                           scratch);
    for (int o = 0; o < O; o++)
        for (int i = 0; i < I; i++) {
            int at = I < O ? i * O + o : o * I + i; /* the shorter side as rows */
            double sum = (double)before[at], sizes = fabs(sum);
            for (int n = 0; n < N; n++) {
                double term = (double)layer->out[n * ld_out + o] * (double)layer->in[n * ld_in + i];
                sum += term;
                sizes += fabs(term);
            }
            assert_near("d_weight", o, i, d_weight[at], sum, sizes, N);
        }
    free(before);
    free(d_weight);
    free(scratch);
}

static void check_layers(bool wide) {
    static const int shapes[][2] = {{16, 16}, {16, 48}, {48, 16}, {80, 112}, {304, 32}};
    bool runs;
    const struct kernels *kernels;
    for (int level = 0; (kernels = levels_at(level, &runs)); level++)
        for (size_t s = 0; runs && s < sizeof shapes / sizeof *shapes; s++) {
            struct layer layer = layer_create(shapes[s][0], shapes[s][1], wide, kernels);
            check_forward(&layer, kernels, false);
            check_forward(&layer, kernels, true);
            check_backward(&layer, kernels);
            check_backward_weight(&layer, kernels);
            layer_free(&layer);
        }
}

static void our_products(void **state) {
    (void)state;
    check_layers(false);
}

static void products_of_openblas(void **state) {
    (void)state;
    struct error error;
    assert_int_equal(openblas_prepare(1, &error), ERR_OK);
    check_layers(true);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(our_products),
                                       cmocka_unit_test(products_of_openblas)};
    return cmocka_run_group_tests_name("linear", tests, NULL, NULL);
}
