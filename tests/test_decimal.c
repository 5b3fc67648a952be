/* Decimal integers against 128-bit machine integers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/pcg.h"
#include "trace/value.h"

__extension__ typedef __int128 wide;

static struct decimal from_wide(wide value) {
    bool negative = value < 0;
    uint8_t digits[DECIMAL_DIGITS];
    int length = 0;
    for (wide rest = negative ? -value : value; rest || !length; rest /= 10)
        digits[length++] = (uint8_t)(rest % 10);
    return decimal_pack(negative, digits, length);
}

static void assert_is(const struct decimal *a, wide value) {
    struct decimal expected = from_wide(value);
    char have[DECIMAL_TEXT], want[DECIMAL_TEXT];
    decimal_format(a, have);
    decimal_format(&expected, want);
    assert_string_equal(have, want);
}

static wide floor_quotient(wide x, wide y) { return x / y - (x % y != 0 && (x < 0) != (y < 0)); }

/* A number of up to `digits` digits, often small, of either sign. */
static wide draw(struct pcg *pcg, int digits) {
    wide value = 0;
    for (int i = (int)pcg_below(pcg, (uint32_t)digits) + 1; i > 0; i--)
        value = value * 10 + pcg_below(pcg, 10);
    return pcg_below(pcg, 2) ? -value : value;
}

static void arithmetic_matches_machine_integers(void **state) {
    (void)state;
    struct pcg pcg = pcg_seed(1, 1);
    for (int i = 0; i < 200000; i++) {
        wide x = draw(&pcg, 36), y = draw(&pcg, 36), u = draw(&pcg, 18), v = draw(&pcg, 18);
        struct decimal a = from_wide(x), b = from_wide(y), c = from_wide(u), d = from_wide(v), q, r;
        struct decimal sum = decimal_add(&a, &b), difference = decimal_sub(&a, &b),
                       product = decimal_mul(&c, &d);
        assert_is(&sum, x + y);
        assert_is(&difference, x - y);
        assert_is(&product, u * v);
        assert_true((decimal_compare(&a, &b) > 0) == (x > y) && (decimal_compare(&a, &b) < 0) == (x < y));
        if (y == 0 || v == 0) continue;
        decimal_divmod(&a, &b, &q, &r);
        assert_is(&q, floor_quotient(x, y));
        assert_is(&r, x - floor_quotient(x, y) * y);
        decimal_divmod(&a, &d, &q, &r);
        assert_is(&q, floor_quotient(x, v));
        assert_is(&r, x - floor_quotient(x, v) * v);
    }
}

static struct decimal parse(const char *text) {
    struct decimal a;
    assert_int_equal(decimal_parse(text, strlen(text), DECIMAL_DIGITS, &a), ERR_OK);
    return a;
}

static void assert_text(struct decimal a, const char *want) {
    char have[DECIMAL_TEXT];
    assert_int_equal(decimal_format(&a, have), (int)strlen(want));
    assert_string_equal(have, want);
}

static void division_by_zero_gives_zero(void **state) {
    (void)state;
    struct decimal five = decimal_from(5), zero = decimal_from(0), q = five, r = five;
    decimal_divmod(&five, &zero, &q, &r);
    assert_text(q, "0");
    assert_text(r, "0");
}

static void large_values(void **state) {
    (void)state;
    struct decimal nines = parse("9999999999999999999999999999999999999999"), one = decimal_from(1), q, r;
    assert_text(decimal_add(&nines, &one), "10000000000000000000000000000000000000000");
    struct decimal square = decimal_mul(&nines, &nines);
    assert_text(square, "99999999999999999999999999999999999999980000000000000000000000000000000000000001");
    decimal_divmod(&square, &nines, &q, &r);
    assert_text(q, "9999999999999999999999999999999999999999");
    assert_text(r, "0");
    assert_int_equal(decimal_int(&nines), INT64_MAX);
    nines = decimal_negate(&nines);
    assert_int_equal(decimal_int(&nines), INT64_MIN);
    for (int64_t i = -1; i <= 1; i++) {
        struct decimal edge = decimal_from(i < 0 ? INT64_MIN : i * INT64_MAX);
        assert_true(decimal_int(&edge) == (i < 0 ? INT64_MIN : i * INT64_MAX));
    }
}

/* Beyond the capacity the low digits stay. */
static void capacity_is_kept(void **state) {
    (void)state;
    char text[DECIMAL_DIGITS + 1];
    memset(text, '9', DECIMAL_DIGITS);
    text[DECIMAL_DIGITS] = 0;
    struct decimal most = parse(text), one = decimal_from(1), q, r;
    assert_text(decimal_add(&most, &one), "0");
    assert_text(decimal_mul(&most, &most), "1");
    struct decimal shifted = decimal_shift(&most, 1);
    assert_int_equal(decimal_length(&shifted), DECIMAL_DIGITS);
    assert_int_equal(decimal_digit(&shifted, 0), 0);
    decimal_divmod(&most, &shifted, &q, &r);
    assert_true(decimal_compare(&r, &shifted) < 0);
    most = decimal_negate(&most);
    decimal_divmod(&most, &one, &q, &r);
    assert_true(decimal_compare(&q, &most) == 0 && decimal_is_zero(&r));
}

/* Digits of a number of up to `most` digits, the first not 0; its length. */
static int draw_digits(struct pcg *pcg, int most, uint8_t digits[DECIMAL_DIGITS]) {
    int length = (int)pcg_between(pcg, 1, most);
    for (int i = 0; i < length; i++) digits[i] = (uint8_t)pcg_below(pcg, pcg_below(pcg, 2) ? 10 : 1);
    if (digits[length - 1] == 0) digits[length - 1] = 7;
    return length;
}

static void assert_digits(const struct decimal *a, const uint8_t *digits, int length) {
    for (int i = 0; i < DECIMAL_DIGITS; i++)
        assert_int_equal(decimal_digit(a, i), i < length ? digits[i] : 0);
}

/* Numbers of any length, all places of their digits and of the shifts, against arrays of digits. */
static void digits_are_where_they_belong(void **state) {
    (void)state;
    struct pcg pcg = pcg_seed(3, 1);
    for (int i = 0; i < 20000; i++) {
        uint8_t digits[DECIMAL_DIGITS], again[DECIMAL_DIGITS], moved[3 * DECIMAL_DIGITS] = {0};
        int length = draw_digits(&pcg, DECIMAL_DIGITS, digits), places = (int)pcg_between(&pcg, -120, 120);
        bool negative = pcg_below(&pcg, 2);
        struct decimal a = decimal_pack(negative, digits, length), shifted = decimal_shift(&a, places),
                       low = decimal_low(&a, places);
        assert_digits(&a, digits, length);
        assert_int_equal(decimal_length(&a), length);
        assert_int_equal(decimal_unpack(&a, again), length);
        assert_memory_equal(again, digits, (size_t)length);
        memcpy(moved + DECIMAL_DIGITS, digits, (size_t)length);
        int from = places < -DECIMAL_DIGITS  ? -DECIMAL_DIGITS
                   : places > DECIMAL_DIGITS ? DECIMAL_DIGITS
                                             : places;
        assert_digits(&shifted, moved + DECIMAL_DIGITS - from, DECIMAL_DIGITS);
        assert_true(decimal_is_negative(&shifted) == (negative && !decimal_is_zero(&shifted)));
        assert_digits(&low, digits, places < 0 ? 0 : places < length ? places : length);
        assert_true(decimal_is_negative(&low) == (negative && !decimal_is_zero(&low)));
    }
}

/* Products column by column, as on paper; and quotients, which undo them. */
static void long_products_and_quotients(void **state) {
    (void)state;
    struct pcg pcg = pcg_seed(4, 1);
    for (int i = 0; i < 20000; i++) {
        uint8_t x[DECIMAL_DIGITS], y[DECIMAL_DIGITS], product[DECIMAL_DIGITS];
        int nx = draw_digits(&pcg, DECIMAL_DIGITS, x), ny = draw_digits(&pcg, DECIMAL_DIGITS, y), column = 0;
        for (int k = 0; k < DECIMAL_DIGITS; k++) {
            for (int j = 0; j <= k; j++) column += j < nx && k - j < ny ? x[j] * y[k - j] : 0;
            product[k] = (uint8_t)(column % 10);
            column /= 10;
        }
        bool negative = pcg_below(&pcg, 2), opposite = pcg_below(&pcg, 2);
        struct decimal a = decimal_pack(negative, x, nx), b = decimal_pack(opposite, y, ny), q, r,
                       ab = decimal_mul(&a, &b);
        assert_digits(&ab, product, DECIMAL_DIGITS);
        assert_true(decimal_is_negative(&ab) == (negative != opposite && !decimal_is_zero(&ab)));
        decimal_divmod(&a, &b, &q, &r);
        struct decimal back = decimal_mul(&q, &b), rest = decimal_sub(&a, &back);
        assert_int_equal(decimal_compare(&rest, &r), 0);
        assert_true(decimal_is_zero(&r) || decimal_is_negative(&r) == opposite);
        assert_true(opposite ? decimal_compare(&r, &b) > 0 : decimal_compare(&r, &b) < 0);
    }
}

static void texts_and_shifts(void **state) {
    (void)state;
    struct decimal a = decimal_from(77);
    static const char *const refused[] = {"", "-", "+1", "1a", " 1", "1 ", "--1", "0x1", "1.0"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_int_equal(decimal_parse(refused[i], strlen(refused[i]), 10, &a), ERR_INPUT);
    assert_int_equal(decimal_parse("12345", 5, 4, &a), ERR_INPUT);
    assert_text(a, "77");
    assert_text(parse("-0"), "0");
    assert_text(parse("007"), "7");
    assert_text(parse("-120"), "-120");
    a = parse("-1205");
    assert_text(decimal_low(&a, 3), "-205");
    assert_text(decimal_low(&a, 4), "-1205");
    assert_text(decimal_low(&a, 1000), "-1205");
    struct decimal hundred = decimal_from(-1003);
    assert_text(decimal_low(&hundred, 3), "-3");
    assert_text(decimal_low(&hundred, 0), "0");
    assert_text(decimal_low(&hundred, -1), "0");
    assert_text(decimal_shift(&a, 3), "-1205000");
    assert_text(decimal_shift(&a, -2), "-12");
    assert_text(decimal_shift(&a, -4), "0");
    assert_text(decimal_shift(&a, 4000), "0");
    assert_int_equal(decimal_digit(&a, 0), 5);
    assert_int_equal(decimal_digit(&a, 3), 1);
    assert_int_equal(decimal_digit(&a, 4), 0);
    assert_int_equal(decimal_digit(&a, -1), 0);
    a = decimal_from(0);
    assert_text(decimal_negate(&a), "0");
}

static void lists_have_no_edge(void **state) {
    (void)state;
    struct list list = {0};
    for (int i = 0; i < LIST_MAX + 5; i++) {
        struct decimal value = decimal_from(i);
        list_append(&list, &value);
    }
    assert_int_equal(list.length, LIST_MAX);
    assert_text(list_get(&list, 63), "63");
    assert_text(list_get(&list, 64), "0");
    assert_text(list_get(&list, -1), "0");
    assert_text(list_get(&list, INT64_MAX), "0");
    list_remove(&list, 64);
    list_remove(&list, -1);
    assert_int_equal(list.length, LIST_MAX);
    list_remove(&list, 0);
    assert_int_equal(list.length, LIST_MAX - 1);
    assert_text(list_get(&list, 0), "1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_matches_machine_integers),
        cmocka_unit_test(division_by_zero_gives_zero),
        cmocka_unit_test(large_values),
        cmocka_unit_test(capacity_is_kept),
        cmocka_unit_test(digits_are_where_they_belong),
        cmocka_unit_test(long_products_and_quotients),
        cmocka_unit_test(texts_and_shifts),
        cmocka_unit_test(lists_have_no_edge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
