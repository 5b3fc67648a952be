/* The random generator, bit for bit against the PCG authors' header, and the distributions built on it. */
#include "base/pcg.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void test_known_outputs(void **state) {
    (void)state;
    static const uint32_t expected[] = {0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b,
                                        0xcbed606e, 0xbfc6a3ad, 0x812fff6d, 0xe61f305a, 0xf9384b90};
    struct pcg pcg = pcg_seed(42, 54);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(pcg_next(&pcg), expected[i]);
}

static void test_against_the_authors_header(void **state) {
    (void)state;
    static const uint64_t seeds[][2] = {{0, 0},
                                        {1, 1},
                                        {42, 54},
                                        {UINT64_MAX, UINT64_MAX >> 1},
                                        {7, 1ull << 62},
                                        {0x9e3779b97f4a7c15, 3},
                                        {1ull << 63, 12345}};
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        char command[256];
        snprintf(command, sizeof command, "%s %llu %llu 10000", PCG_ORACLE, (unsigned long long)seeds[i][0],
                 (unsigned long long)seeds[i][1]);
        FILE *oracle = popen(command, "r");
        assert_non_null(oracle);
        struct pcg pcg = pcg_seed(seeds[i][0], seeds[i][1]);
        unsigned expected;
        int compared = 0;
        while (fscanf(oracle, "%x", &expected) == 1) {
            assert_int_equal(pcg_next(&pcg), expected);
            compared++;
        }
        assert_int_equal(pclose(oracle), 0);
        assert_int_equal(compared, 10000);
    }
}

static void test_streams_differ_in_purpose_index_and_seed(void **state) {
    (void)state;
    struct pcg same = pcg_stream(1, "problem", 5), again = pcg_stream(1, "problem", 5);
    struct pcg others[] = {pcg_stream(1, "problem", 6), pcg_stream(2, "problem", 5),
                           pcg_stream(1, "weights", 5)};
    int equal[3] = {0};
    for (int n = 0; n < 4096; n++) {
        uint32_t draw = pcg_next(&same);
        assert_int_equal(draw, pcg_next(&again));
        for (int i = 0; i < 3; i++) equal[i] += (draw & 0xff) == (pcg_next(&others[i]) & 0xff);
    }
    /* Two independent streams agree in 8 bits 4096 / 256 = 16 times, standard deviation 4. */
    for (int i = 0; i < 3; i++) assert_in_range(equal[i], 0, 16 + 5 * 4);
}

/* What every recorded run was drawn from: it must never change. */
static void test_streams_are_the_recorded_ones(void **state) {
    (void)state;
    static const struct {
        uint64_t seed;
        const char *purpose;
        uint64_t index;
        uint32_t first, second;
    } recorded[] = {
        {1, "problem/train", 0, 0x297b6bbc, 0x49f6b3e5},
        {1, "problem/train", 1, 0xb230dc68, 0x90e02e4d},
        {2, "problem/train", 0, 0xd955ca61, 0xec6237b6},
        {1, "weights", 0, 0x49e6b98f, 0xc46e7651},
        {UINT64_MAX, "decoding", 1ull << 40, 0xce8247e7, 0xc5d6ae91},
    };
    for (size_t i = 0; i < sizeof recorded / sizeof *recorded; i++) {
        struct pcg pcg = pcg_stream(recorded[i].seed, recorded[i].purpose, recorded[i].index);
        assert_int_equal(pcg_next(&pcg), recorded[i].first);
        assert_int_equal(pcg_next(&pcg), recorded[i].second);
        struct pcg same =
            pcg_stream_of(recorded[i].seed, pcg_purpose(recorded[i].purpose), recorded[i].index);
        assert_int_equal(pcg_next(&same), recorded[i].first);
    }
}

static void test_first_draws_of_neighbouring_indices_are_uniform(void **state) {
    (void)state;
    enum { N = 100000, BINS = 10 };
    int count[BINS] = {0}, pairs[BINS][BINS] = {{0}};
    int previous = 0;
    for (int i = 0; i < N; i++) {
        struct pcg pcg = pcg_stream(1, "contamination", (uint64_t)i);
        int bin = (int)(pcg_unit(&pcg) * BINS);
        count[bin]++;
        if (i) pairs[previous][bin]++;
        previous = bin;
    }
    double chi = 0, chi_pairs = 0;
    for (int a = 0; a < BINS; a++) {
        chi += pow(count[a] - N / (double)BINS, 2) / (N / (double)BINS);
        for (int b = 0; b < BINS; b++)
            chi_pairs += pow(pairs[a][b] - N / (double)(BINS * BINS), 2) / (N / (double)(BINS * BINS));
    }
    assert_true(chi < 9 + 5 * sqrt(2 * 9));         /* 9 degrees of freedom */
    assert_true(chi_pairs < 99 + 5 * sqrt(2 * 99)); /* 99 degrees of freedom */
}

static void test_bounds(void **state) {
    (void)state;
    struct pcg pcg = pcg_seed(1, 2);
    int seen[7] = {0};
    for (int i = 0; i < 70000; i++) seen[pcg_below(&pcg, 7)]++;
    for (int i = 0; i < 7; i++) assert_in_range(seen[i], 10000 - 500, 10000 + 500);
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(pcg_below(&pcg, 1), 0);
        int64_t value = pcg_between(&pcg, -3, 3);
        assert_true(value >= -3 && value <= 3);
        value = pcg_between(&pcg, INT64_MIN, INT64_MAX);
        (void)value;
        value = pcg_between(&pcg, 10000000000, 10000000001);
        assert_true(value == 10000000000 || value == 10000000001);
        double unit = pcg_unit(&pcg);
        assert_true(unit >= 0 && unit < 1);
    }
}

/* Of 2^32 draws 3 x 2^30 results leave a quarter over; not rejected, every third result would come twice. */
static void test_large_bounds_are_unbiased(void **state) {
    (void)state;
    enum { N = 30000 };
    struct pcg pcg = pcg_seed(5, 6);
    int thirds[3] = {0};
    for (int i = 0; i < N; i++) thirds[pcg_below(&pcg, 3u << 30) % 3]++;
    for (int i = 0; i < 3; i++) assert_in_range(thirds[i], N / 3 - 400, N / 3 + 400);
}

static void test_wide_ranges_are_filled(void **state) {
    (void)state;
    enum { N = 4000 };
    struct pcg pcg = pcg_seed(7, 8);
    int fifths[5] = {0};
    for (int i = 0; i < N; i++) {
        int64_t value = pcg_between(&pcg, -(2ll << 40), (3ll << 40) - 1);
        assert_true(value >= -(2ll << 40) && value < 3ll << 40);
        fifths[(value + (2ll << 40)) >> 40]++;
    }
    for (int i = 0; i < 5; i++) assert_in_range(fifths[i], N / 5 - 125, N / 5 + 125);
}

static void test_normal(void **state) {
    (void)state;
    struct pcg pcg = pcg_seed(3, 4);
    double sum = 0, squares = 0;
    enum { N = 200000 };
    for (int i = 0; i < N; i++) {
        double x = pcg_normal(&pcg);
        sum += x;
        squares += x * x;
    }
    assert_true(fabs(sum / N) < 5 / sqrt(N));
    assert_true(fabs(squares / N - 1) < 5 * sqrt(2.0 / N));
}

/* Bit for bit: initial weights come from these. */
static void test_normal_draws_are_the_recorded_ones(void **state) {
    (void)state;
    static const double recorded[] = {0x1.5e716430996aap-3, 0x1.0d016463c4379p-2, -0x1.747fd7c78ad13p-1,
                                      -0x1.cc6c73269ddacp-1};
    struct pcg pcg = pcg_stream(1, "weights", 0);
    for (size_t i = 0; i < sizeof recorded / sizeof *recorded; i++) {
        double found = pcg_normal(&pcg);
        if (found != recorded[i]) fail_msg("draw %d is %a", (int)i, found);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_outputs),
        cmocka_unit_test(test_against_the_authors_header),
        cmocka_unit_test(test_streams_differ_in_purpose_index_and_seed),
        cmocka_unit_test(test_streams_are_the_recorded_ones),
        cmocka_unit_test(test_large_bounds_are_unbiased),
        cmocka_unit_test(test_wide_ranges_are_filled),
        cmocka_unit_test(test_first_draws_of_neighbouring_indices_are_uniform),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_normal),
        cmocka_unit_test(test_normal_draws_are_the_recorded_ones),
    };
    return cmocka_run_group_tests_name("pcg", tests, NULL, NULL);
}
