/* Decimal integers. See decimal.h. */
#include "trace/decimal.h"

#include <assert.h>
#include <string.h>

/* Numbers of up to this many digits are handled as machine integers. */
enum { SMALL = 18, SHORT = 2 /* where that is faster for additions too */ };

static int64_t small_value(const struct decimal *a) {
    int64_t value = 0;
    for (int i = a->length - 1; i >= 0; i--) value = value * 10 + a->digit[i];
    return a->negative ? -value : value;
}

struct decimal decimal_from(int64_t value) {
    struct decimal a = {.negative = value < 0};
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do a.digit[a.length++] = (uint8_t)(rest % 10);
    while (rest /= 10);
    return a;
}

int64_t decimal_int(const struct decimal *a) {
    if (a->length <= SMALL) return small_value(a);
    int64_t value = 0; /* negative, whose range is the larger */
    for (int i = a->length - 1; i >= 0; i--)
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, a->digit[i], &value))
            return a->negative ? INT64_MIN : INT64_MAX;
    if (a->negative) return value;
    return value == INT64_MIN ? INT64_MAX : -value;
}

enum err decimal_parse(const char *text, size_t length, int max_digits, struct decimal *out) {
    struct decimal a = {0};
    size_t first = length > 0 && text[0] == '-';
    assert(max_digits <= DECIMAL_DIGITS);
    if (length == first || length - first > (size_t)max_digits) return ERR_INPUT;
    for (size_t i = length; i-- > first;) {
        if (text[i] < '0' || text[i] > '9') return ERR_INPUT;
        a.digit[a.length++] = (uint8_t)(text[i] - '0');
    }
    a.negative = first == 1;
    decimal_normalise(&a);
    *out = a;
    return ERR_OK;
}

int decimal_format(const struct decimal *a, char *text) {
    int length = 0;
    if (a->negative) text[length++] = '-';
    for (int i = a->length - 1; i >= 0; i--) text[length++] = (char)('0' + a->digit[i]);
    text[length] = 0;
    return length;
}

void decimal_normalise(struct decimal *a) {
    while (a->length > 1 && a->digit[a->length - 1] == 0) a->length--;
    if (a->length == 1 && a->digit[0] == 0) a->negative = 0;
}

bool decimal_is_zero(const struct decimal *a) { return a->length == 1 && a->digit[0] == 0; }

static int compare_magnitude(const struct decimal *a, const struct decimal *b) {
    if (a->length != b->length) return a->length - b->length;
    for (int i = a->length - 1; i >= 0; i--)
        if (a->digit[i] != b->digit[i]) return a->digit[i] - b->digit[i];
    return 0;
}

int decimal_compare(const struct decimal *a, const struct decimal *b) {
    if (a->negative != b->negative) return b->negative - a->negative;
    int order = compare_magnitude(a, b);
    return a->negative ? -order : order;
}

/* |a| + |b|, low digits. */
static struct decimal add_magnitude(const struct decimal *a, const struct decimal *b) {
    struct decimal sum = {0};
    int length = a->length > b->length ? a->length : b->length, carry = 0;
    for (int i = 0; i < length; i++) {
        int digit = carry + (i < a->length ? a->digit[i] : 0) + (i < b->length ? b->digit[i] : 0);
        carry = digit >= 10;
        sum.digit[i] = (uint8_t)(digit - 10 * carry);
    }
    if (carry && length < DECIMAL_DIGITS) sum.digit[length++] = 1;
    sum.length = (uint8_t)length;
    return sum;
}

/* |a| - |b| for |a| >= |b|. */
static struct decimal sub_magnitude(const struct decimal *a, const struct decimal *b) {
    struct decimal difference = {.length = a->length};
    int borrow = 0;
    for (int i = 0; i < a->length; i++) {
        int digit = a->digit[i] - (i < b->length ? b->digit[i] : 0) - borrow;
        borrow = digit < 0;
        difference.digit[i] = (uint8_t)(digit + 10 * borrow);
    }
    return difference;
}

struct decimal decimal_add(const struct decimal *a, const struct decimal *b) {
    struct decimal sum;
    if (a->length <= SHORT && b->length <= SHORT) return decimal_from(small_value(a) + small_value(b));
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
    decimal_normalise(&sum);
    return sum;
}

struct decimal decimal_negate(const struct decimal *a) {
    struct decimal b = *a;
    b.negative = !a->negative && !decimal_is_zero(a);
    return b;
}

struct decimal decimal_sub(const struct decimal *a, const struct decimal *b) {
    struct decimal minus = decimal_negate(b);
    return decimal_add(a, &minus);
}

struct decimal decimal_mul(const struct decimal *a, const struct decimal *b) {
    if (a->length + b->length <= SMALL) return decimal_from(small_value(a) * small_value(b));
    struct decimal product = {.negative = a->negative != b->negative};
    uint32_t column = 0; /* at most 110 products of 81 and a carry */
    int length = a->length + b->length < DECIMAL_DIGITS ? a->length + b->length : DECIMAL_DIGITS;
    for (int k = 0; k < length; k++) {
        for (int i = k < b->length ? 0 : k - b->length + 1; i < a->length && i <= k; i++)
            column += (uint32_t)a->digit[i] * b->digit[k - i];
        product.digit[k] = (uint8_t)(column % 10);
        column /= 10;
    }
    product.length = (uint8_t)length;
    decimal_normalise(&product);
    return product;
}

/* Truncating division of magnitudes, b not 0: digit by digit, as on paper, with a table of multiples. */
static void divide_magnitude(const struct decimal *a, const struct decimal *b, struct decimal *quotient,
                             struct decimal *remainder) {
    struct decimal multiples[10], q = {.length = a->length}, r = {.length = 1};
    int top = 0;
    multiples[0] = decimal_from(0);
    do multiples[top + 1] = add_magnitude(&multiples[top], b);
    while (compare_magnitude(&multiples[top + 1], &multiples[top]) > 0 && ++top < 9);
    for (int i = a->length - 1; i >= 0; i--) {
        if (r.length < DECIMAL_DIGITS && !decimal_is_zero(&r)) r.length++;
        memmove(r.digit + 1, r.digit, (size_t)r.length - 1);
        r.digit[0] = a->digit[i];
        int m = top;
        while (compare_magnitude(&r, &multiples[m]) < 0) m--;
        if (m == 0) continue;
        r = sub_magnitude(&r, &multiples[m]);
        decimal_normalise(&r);
        q.digit[i] = (uint8_t)m;
    }
    decimal_normalise(&q);
    *quotient = q;
    *remainder = r;
}

void decimal_divmod(const struct decimal *a, const struct decimal *b, struct decimal *quotient,
                    struct decimal *remainder) {
    struct decimal q, r;
    if (a->length <= SMALL && b->length <= SMALL) {
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

struct decimal decimal_shift(const struct decimal *a, int places) {
    struct decimal b = {.negative = a->negative};
    if (places >= DECIMAL_DIGITS || places <= -a->length || decimal_is_zero(a)) return decimal_from(0);
    int from = places < 0 ? -places : 0, to = places > 0 ? places : 0;
    int count = a->length - from < DECIMAL_DIGITS - to ? a->length - from : DECIMAL_DIGITS - to;
    memcpy(b.digit + to, a->digit + from, (size_t)count);
    b.length = (uint8_t)(to + count);
    decimal_normalise(&b);
    return b;
}

struct decimal decimal_low(const struct decimal *a, int64_t places) {
    struct decimal b = *a;
    if (places <= 0) return decimal_from(0);
    if (places < a->length) b.length = (uint8_t)places;
    decimal_normalise(&b);
    return b;
}
