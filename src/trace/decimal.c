/* Decimal integers. See decimal.h. */
#include "trace/decimal.h"

#include <assert.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

enum { LIMB = 19 /* digits, as many as a word can hold; of the last limb fewer count */ };
_Static_assert(DECIMAL_DIGITS <= LIMB * DECIMAL_LIMBS && DECIMAL_DIGITS > LIMB * (DECIMAL_LIMBS - 1),
               "as many limbs as the digits need");
#define BASE  UINT64_C(10000000000000000000) /* a limb is below it */
#define SMALL UINT64_C(1000000000000000000)  /* below it, sums of two are machine integers with a sign */

/* 10^n. */
static const uint64_t power[LIMB + 1] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    SMALL,
    BASE,
};

/* The number of one limb and a sign. It is written in the pieces in which compilers copy it: a processor is
 * slow to read what it has just written in others. */
static struct decimal from_limb(uint64_t limb, bool negative) {
    typedef uint64_t limbs __attribute__((vector_size(16)));
    typedef int32_t counts __attribute__((vector_size(8)));
    const limbs low = {limb, 0}, none = {0, 0};
    const counts last = {1, negative && limb};
    struct decimal a = {0};
    _Static_assert(sizeof a == 3 * sizeof low + sizeof last, "all of it is written");
    char *at = (char *)&a;
    memcpy(at, &low, sizeof low);
    memcpy(at + sizeof low, &none, sizeof none);
    memcpy(at + 2 * sizeof low, &none, sizeof none);
    memcpy(at + offsetof(struct decimal, limbs), &last, sizeof last);
    return a;
}

static bool is_small(const struct decimal *a) { return a->limbs == 1 && a->limb[0] < SMALL; }

/* The value of a small number. */
static int64_t small_value(const struct decimal *a) {
    return a->negative ? -(int64_t)a->limb[0] : (int64_t)a->limb[0];
}

/* Drops what is beyond the digits that a number can have, finds the last limb that counts, and drops the sign
 * of zero. */
static void normalise(struct decimal *a) {
    a->limb[DECIMAL_LIMBS - 1] %= power[DECIMAL_DIGITS - LIMB * (DECIMAL_LIMBS - 1)];
    a->limbs = DECIMAL_LIMBS;
    while (a->limbs > 1 && a->limb[a->limbs - 1] == 0) a->limbs--;
    if (decimal_is_zero(a)) a->negative = 0;
}

struct decimal decimal_from(int64_t value) {
    bool negative = value < 0;
    return from_limb(negative ? -(uint64_t)value : (uint64_t)value, negative);
}

int64_t decimal_int(const struct decimal *a) {
    if (a->limbs > 1 || a->limb[0] > INT64_MAX) return a->negative ? INT64_MIN : INT64_MAX;
    return small_value(a);
}

enum err decimal_parse(const char *text, size_t length, int max_digits, struct decimal *out) {
    struct decimal a = {0};
    size_t first = length > 0 && text[0] == '-';
    assert(max_digits <= DECIMAL_DIGITS);
    if (length == first || length - first > (size_t)max_digits) return ERR_INPUT;
    for (size_t i = first; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') return ERR_INPUT;
        uint64_t *limb = &a.limb[(length - 1 - i) / LIMB];
        *limb = *limb * 10 + (uint64_t)(text[i] - '0');
    }
    a.negative = first == 1;
    normalise(&a);
    *out = a;
    return ERR_OK;
}

int decimal_format(const struct decimal *a, char *text) {
    uint8_t digits[DECIMAL_DIGITS];
    int length = 0;
    if (a->negative) text[length++] = '-';
    for (int i = decimal_unpack(a, digits) - 1; i >= 0; i--) text[length++] = (char)('0' + digits[i]);
    text[length] = 0;
    return length;
}

static int compare_magnitude(const struct decimal *a, const struct decimal *b) {
    int i = a->limbs > b->limbs ? a->limbs - 1 : b->limbs - 1;
    while (i > 0 && a->limb[i] == b->limb[i]) i--;
    return (a->limb[i] > b->limb[i]) - (a->limb[i] < b->limb[i]);
}

int decimal_compare(const struct decimal *a, const struct decimal *b) {
    if (a->negative != b->negative) return b->negative - a->negative;
    int order = compare_magnitude(a, b);
    return a->negative ? -order : order;
}

/* |a| + |b|, low digits. */
static struct decimal add_magnitude(const struct decimal *a, const struct decimal *b) {
    struct decimal sum = {0};
    uint64_t carry = 0;
    for (int i = 0; i < DECIMAL_LIMBS; i++) {
        wide limb = (wide)a->limb[i] + b->limb[i] + carry;
        carry = limb >= BASE;
        sum.limb[i] = (uint64_t)limb - carry * BASE;
    }
    return sum;
}

/* |a| - |b| for |a| >= |b|. */
static struct decimal sub_magnitude(const struct decimal *a, const struct decimal *b) {
    struct decimal difference = {0};
    uint64_t borrow = 0;
    for (int i = 0; i < DECIMAL_LIMBS; i++) {
        uint64_t taken = b->limb[i] + borrow;
        borrow = a->limb[i] < taken;
        difference.limb[i] = a->limb[i] + borrow * BASE - taken;
    }
    return difference;
}

struct decimal decimal_add(const struct decimal *a, const struct decimal *b) {
    struct decimal sum;
    if (is_small(a) && is_small(b)) return decimal_from(small_value(a) + small_value(b));
    if (a->negative == b->negative) {
        sum = add_magnitude(a, b);
        sum.negative = a->negative;
    } else if (compare_magnitude(a, b) >= 0) {
        sum = sub_magnitude(a, b);
        sum.negative = a->negative;
    } else {
        sum = sub_magnitude(b, a);
        sum.negative = b->negative;
    }
    normalise(&sum);
    return sum;
}

struct decimal decimal_negate(const struct decimal *a) {
    struct decimal b = *a;
    b.negative = !a->negative && !decimal_is_zero(a);
    return b;
}

struct decimal decimal_sub(const struct decimal *a, const struct decimal *b) {
    if (is_small(a) && is_small(b)) return decimal_from(small_value(a) - small_value(b));
    struct decimal minus = decimal_negate(b);
    return decimal_add(a, &minus);
}

struct decimal decimal_mul(const struct decimal *a, const struct decimal *b) {
    bool negative = a->negative != b->negative;
    uint64_t small;
    if (a->limbs == 1 && b->limbs == 1 && !__builtin_mul_overflow(a->limb[0], b->limb[0], &small) &&
        small < BASE)
        return from_limb(small, negative);
    struct decimal product = {.negative = negative};
    for (int i = 0; i < a->limbs; i++) {
        uint64_t carry = 0;
        for (int k = i; k < DECIMAL_LIMBS; k++) {
            wide limb = (wide)a->limb[i] * b->limb[k - i] + product.limb[k] + carry; /* below 10^38 */
            product.limb[k] = (uint64_t)(limb % BASE);
            carry = (uint64_t)(limb / BASE);
        }
    }
    normalise(&product);
    return product;
}

/* Truncating division of magnitudes, b not 0: digit by digit, as on paper. What is left of a never has more
 * digits than were brought down, so that there is always room for one more. */
static void divide_magnitude(const struct decimal *a, const struct decimal *b, struct decimal *quotient,
                             struct decimal *remainder) {
    struct decimal q = {0}, divisor = *b;
    int steps = decimal_length(a) - decimal_length(b) + 1;
    struct decimal r = decimal_shift(a, -(steps > 0 ? steps : 0));
    divisor.negative = r.negative = 0;
    for (int i = steps - 1; i >= 0; i--) {
        r = decimal_shift(&r, 1);
        r.limb[0] += (uint64_t)decimal_digit(a, i);
        uint64_t digit = 0;
        for (; compare_magnitude(&r, &divisor) >= 0; digit++) r = decimal_sub(&r, &divisor);
        q.limb[i / LIMB] += digit * power[i % LIMB];
    }
    normalise(&q);
    *quotient = q;
    *remainder = r;
}

void decimal_divmod(const struct decimal *a, const struct decimal *b, struct decimal *quotient,
                    struct decimal *remainder) {
    struct decimal q, r;
    if (is_small(a) && is_small(b)) {
        int64_t x = small_value(a), y = small_value(b), whole = y ? x / y : 0, rest = y ? x % y : 0;
        if (rest && (rest < 0) != (y < 0)) { /* from truncation to floor */
            whole--;
            rest += y;
        }
        if (quotient) *quotient = decimal_from(whole);
        if (remainder) *remainder = decimal_from(rest);
        return;
    }
    q = r = decimal_from(0);
    if (!decimal_is_zero(b)) {
        divide_magnitude(a, b, &q, &r);
        q.negative = a->negative != b->negative && !decimal_is_zero(&q);
        r.negative = a->negative && !decimal_is_zero(&r);
        if (!decimal_is_zero(&r) && a->negative != b->negative) { /* from truncation to floor */
            struct decimal one = decimal_from(1), divisor = *b;
            q = decimal_sub(&q, &one);
            r = decimal_add(&r, &divisor);
        }
    }
    if (quotient) *quotient = q;
    if (remainder) *remainder = r;
}

/* |a| * 10^places, low digits, for 0 <= places < DECIMAL_DIGITS. */
static struct decimal shift_up(const struct decimal *a, int places) {
    struct decimal b = {0};
    uint64_t up = power[places % LIMB], split = power[LIMB - places % LIMB], carry = 0;
    for (int from = 0, to = places / LIMB; to < DECIMAL_LIMBS; from++, to++) {
        b.limb[to] = a->limb[from] % split * up + carry;
        carry = a->limb[from] / split;
    }
    return b;
}

/* |a| without its low digits, for 0 <= places < DECIMAL_DIGITS. */
static struct decimal shift_down(const struct decimal *a, int places) {
    struct decimal b = {0};
    uint64_t split = power[places % LIMB], up = power[LIMB - places % LIMB];
    for (int from = places / LIMB, to = 0; from < DECIMAL_LIMBS; from++, to++) {
        uint64_t above = from + 1 < DECIMAL_LIMBS ? a->limb[from + 1] : 0;
        b.limb[to] = a->limb[from] / split + above % split * up;
    }
    return b;
}

struct decimal decimal_shift(const struct decimal *a, int places) {
    uint64_t small;
    if (a->limbs == 1 && places == -1) return from_limb(a->limb[0] / 10, a->negative); /* no slow division */
    if (places >= DECIMAL_DIGITS || places <= -DECIMAL_DIGITS) return decimal_from(0);
    if (a->limbs == 1 && places <= 0)
        return places <= -LIMB ? decimal_from(0) : from_limb(a->limb[0] / power[-places], a->negative);
    if (a->limbs == 1 && places < LIMB && !__builtin_mul_overflow(a->limb[0], power[places], &small) &&
        small < BASE)
        return from_limb(small, a->negative);
    struct decimal b = places < 0 ? shift_down(a, -places) : shift_up(a, places);
    b.negative = a->negative;
    normalise(&b);
    return b;
}

struct decimal decimal_low(const struct decimal *a, int64_t places) {
    if (places <= 0) return decimal_from(0);
    if (places >= LIMB * a->limbs) return *a;
    struct decimal b = *a;
    int last = (int)(places / LIMB);
    b.limb[last] %= power[places % LIMB];
    for (int i = last + 1; i < DECIMAL_LIMBS; i++) b.limb[i] = 0;
    normalise(&b);
    return b;
}

/* --- digit by digit --- */

/* From the number of bits (log10 2 is about 1233 / 4096), which is exact or one too few. */
static int limb_length(uint64_t limb) {
    int about = (64 - __builtin_clzll(limb | 1)) * 1233 >> 12;
    return about + (limb >= power[about]) + (limb == 0);
}

int decimal_length(const struct decimal *a) {
    return LIMB * (a->limbs - 1) + limb_length(a->limb[a->limbs - 1]);
}

int decimal_digit_at(const struct decimal *a, int64_t i) {
    if (i < 0 || i >= DECIMAL_DIGITS) return 0;
    return (int)(a->limb[i / LIMB] / power[i % LIMB] % 10);
}

int decimal_unpack(const struct decimal *a, uint8_t digits[DECIMAL_DIGITS]) {
    int length = decimal_length(a), i = 0;
    for (int n = 0; n < a->limbs; n++) {
        int end = n < a->limbs - 1 ? (n + 1) * LIMB : length;
        for (uint64_t rest = a->limb[n]; i < end; i++, rest /= 10) digits[i] = (uint8_t)(rest % 10);
    }
    return length;
}

struct decimal decimal_pack(bool negative, const uint8_t *digits, int length) {
    struct decimal a = {.negative = negative};
    for (int n = 0; n * LIMB < length; n++) {
        uint64_t limb = 0;
        for (int i = (n + 1) * LIMB < length ? (n + 1) * LIMB : length; i-- > n * LIMB;)
            limb = limb * 10 + digits[i];
        if (length <= LIMB) return from_limb(limb, negative);
        a.limb[n] = limb;
    }
    normalise(&a);
    return a;
}
