/* prime_factors against lines that are read off whole quotients, of factors found the other way round; and
 * what is drawn. */
#include "tests/exchange_checks.h"
#include "tests/task_checks.h"

/* The lines of n / p: of each prefix of n that p goes into, what the quotient of the prefix before left. */
static void put_division(int64_t n, int64_t p, struct buffer *text) {
    for (int64_t place = 10000000; place > 0; place /= 10) {
        int64_t prefix = n / place, before = prefix / 10;
        if (prefix < p) continue;
        int64_t part = prefix - before / p * p * 10;
        buffer_printf(text, "\npart = %lld\nquot = %lld\nrem = %lld", (long long)part,
                      (long long)(prefix / p - before / p * 10), (long long)(prefix % p));
    }
}

static bool is_prime(int64_t n) {
    for (int64_t d = 2; d < n; d++)
        if (n % d == 0) return false;
    return n > 1;
}

/* The answer from the primes; the tries up to the least p whose square is above what its smaller ones leave.
 * Returns the last p that something was divided by, 0 without one. */
static int64_t put_all(int64_t n, struct buffer *text) {
    int64_t factors[32], last = 0;
    int count = 0;
    buffer_text(text, "p = 2");
    for (int64_t p = 2; p * p <= n; p += 1 + (p & 1)) {
        for (; n % p == 0 && p * p <= n; n /= p) {
            put_division(n, p, text);
            buffer_printf(text, "\nn = %lld", (long long)(n / p));
            assert_true(is_prime(p));
            factors[count++] = p;
            last = p;
        }
        if (p * p > n) break;
        put_division(n, p, text);
        buffer_printf(text, "\np = %lld", (long long)(p + 1 + (p & 1)));
        last = p;
    }
    assert_true(n == 1 || is_prime(n));
    if (n > 1) factors[count++] = n;
    put_list(text, "answer", factors, count);
    return last;
}

/* Whole traces; and a divisor of as many digits as the one size says, of numbers in the range. */
static void check(const struct sizes *sizes, uint64_t problems) {
    struct fixture s;
    struct buffer text = {0};
    fixture_prepare(&s, "prime_factors");
    s.mix.line_limit = 100000;
    if (sizes) s.mix.entry[0].sizes = *sizes;
    fixture_open(&s);
    const struct sizes *used = &s.mix.entry[0].sizes;
    int64_t least = used->max_length > 1 ? 10 : 0, above = used->max_length > 1 ? 100 : 10;
    for (uint64_t i = 0; i < problems; i++) {
        struct sample sample = fixture_draw(&s, i);
        int64_t n = decimal_int(&sample.arguments->atom[0].number);
        buffer_clear(&text);
        int64_t last = put_all(n, &text);
        check_trace(&s, &sample, text.bytes);
        assert_true(last >= least && last < above);
        assert_in_range(n, used->min > 1 ? used->min : 1, used->max < 99999999 ? used->max : 99999999);
    }
    buffer_free(&text);
    fixture_close(&s);
}

static void random_problems(void **state) {
    (void)state;
    static const struct sizes two_digits = {SAMPLING_MAGNITUDE, 1, 1, 0, 5999, 2, 2};
    static const struct sizes all = {SAMPLING_MAGNITUDE, 1, 1, 90000000, INT64_MAX, 1, 1};
    check(NULL, 100000);
    check(&two_digits, 10000);
    check(&all, 100);
}

static void what_was_written_goes_on(void **state) {
    (void)state;
    /* 21 / 2: where the first quotient is 0, 2 is left, and 2 goes ten times into 21. */
    check_followed_number("prime_factors", 1, (const char *const[]){"21"}, 2, 0,
                          "rem = 2\npart = 21\nquot = 10\nrem = 1\np = 3\npart = 21\nquot = 7\nrem = 0\nn = "
                          "7\nanswer = [3, 7]");
}

static void wrong_arguments_are_refused(void **state) {
    (void)state;
    check_refuses("prime_factors", "prime_factors", "0");
    check_refuses("prime_factors", "prime_factors", "-7");
    check_refuses("prime_factors", "99999999", "100000000");
}

static void noisy_traces_end(void **state) {
    (void)state;
    check_noise_of("prime_factors", NULL, 500);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_problems),
        cmocka_unit_test(what_was_written_goes_on),
        cmocka_unit_test(wrong_arguments_are_refused),
        cmocka_unit_test(noisy_traces_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
