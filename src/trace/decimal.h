/* Decimal integers: a sign and up to DECIMAL_DIGITS digits, by value, without allocation.
 *
 * Arguments have at most DECIMAL_ARGUMENT digits, so that a product of two fits with room to spare. What
 * corrupted values can drive further is defined: a result keeps its low DECIMAL_DIGITS digits. Only decimal.c
 * knows how the digits are kept: most numbers are one machine word. */
#ifndef COTNOISE_TRACE_DECIMAL_H
#define COTNOISE_TRACE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { DECIMAL_DIGITS = 110, DECIMAL_ARGUMENT = 50, DECIMAL_LIMBS = 6 };

struct decimal {
    uint64_t limb[DECIMAL_LIMBS]; /* 19 digits each, least significant first; 0 beyond the number */
    int32_t limbs;                /* 1 ... DECIMAL_LIMBS; the last is not 0, but for the number 0 */
    int32_t negative;             /* 0 or 1; 0 is never negative */
};

struct decimal decimal_from(int64_t value);

/* The value when it fits, else INT64_MAX or INT64_MIN. Good for indices and loop bounds. */
int64_t decimal_int(const struct decimal *a);

/* Reads `-?[0-9]+` of exactly `length` bytes with at most `max_digits` digits (leading zeros are dropped
 * after counting). ERR_INPUT, and *out untouched, for anything else. */
enum err decimal_parse(const char *text, size_t length, int max_digits, struct decimal *out);

/* Writes the text with a final NUL into at least DECIMAL_TEXT bytes; returns the length without the NUL. */
enum { DECIMAL_TEXT = DECIMAL_DIGITS + 2 };
int decimal_format(const struct decimal *a, char *text);

/* Negative, 0 or positive as a < b, a == b, a > b. */
int decimal_compare(const struct decimal *a, const struct decimal *b);
static inline bool decimal_is_zero(const struct decimal *a) { return a->limbs == 1 && a->limb[0] == 0; }
static inline bool decimal_is_negative(const struct decimal *a) { return a->negative; }

struct decimal decimal_add(const struct decimal *a, const struct decimal *b);
struct decimal decimal_sub(const struct decimal *a, const struct decimal *b);
struct decimal decimal_mul(const struct decimal *a, const struct decimal *b);
struct decimal decimal_negate(const struct decimal *a);

/* Floor division: a = quotient * b + remainder, the remainder between 0 and b (sign of b). Both are 0
 * when b is 0. Either output may be NULL. */
void decimal_divmod(const struct decimal *a, const struct decimal *b, struct decimal *quotient,
                    struct decimal *remainder);

/* a * 10^places for places >= 0, floor-less (digits simply dropped) for places < 0. */
struct decimal decimal_shift(const struct decimal *a, int places);

/* The number that the low `places` digits write, with a's sign; 0 for places <= 0. */
struct decimal decimal_low(const struct decimal *a, int64_t places);

/* --- digit by digit --- */

/* How many digits the number has, without leading zeros: 1 ... DECIMAL_DIGITS, 1 for 0. */
int decimal_length(const struct decimal *a);

/* Digit number i (0 = least significant); 0 beyond the number and for i < 0. */
int decimal_digit_at(const struct decimal *a, int64_t i);
static inline int decimal_digit(const struct decimal *a, int64_t i) {
    return i == 0 ? (int)(a->limb[0] % 10) : decimal_digit_at(a, i);
}

/* Writes the digits, least significant first, and returns how many they are: decimal_length. */
int decimal_unpack(const struct decimal *a, uint8_t digits[DECIMAL_DIGITS]);

/* The number of these digits, least significant first: `length` of 1 ... DECIMAL_DIGITS. Zeros may lead. */
struct decimal decimal_pack(bool negative, const uint8_t *digits, int length);

#endif
