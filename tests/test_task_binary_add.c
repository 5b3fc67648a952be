/* binary_add: every trace against one whose bits and carries are taken from native sums. */
#include "tests/exchange_checks.h"
#include "tests/task_checks.h"

/* The number that the bits of a list write, at most 62 of them. */
static int64_t number_of(const struct list *bits) {
    int64_t number = 0;
    for (int i = 0; i < bits->length; i++) number = 2 * number + list_int(bits, i);
    return number;
}

static void write_trace(const struct arguments *in, struct buffer *wanted) {
    int64_t x = number_of(&in->list[0]), y = number_of(&in->list[1]);
    int places = in->list[0].length > in->list[1].length ? in->list[0].length : in->list[1].length;
    for (int place = 0; place < places; place++) {
        int64_t below = ((int64_t)2 << place) - 1; /* of this place and those to its right */
        int64_t sum = (x & below) + (y & below);
        buffer_printf(wanted, "place = %d\nbitx = %d\nbity = %d\nbit = %d\ncarry = %d\n", place,
                      (int)(x >> place & 1), (int)(y >> place & 1), (int)(sum >> place & 1),
                      (int)(sum >> place >> 1));
    }
    buffer_printf(wanted, "place = %d\nanswer = [", places);
    int bits = places + (x + y >= (int64_t)1 << places);
    for (int place = bits; place-- > 0;)
        buffer_printf(wanted, "%d%s", (int)((x + y) >> place & 1), place ? ", " : "");
    buffer_text(wanted, "]");
}

static void random_problems(void **state) {
    (void)state;
    static const struct sizes wide = {SAMPLING_MAGNITUDE, 1, 1, .max = 1, .min_length = 0, .max_length = 48};
    check_traces("binary_add", NULL, 80000, write_trace);
    check_traces("binary_add", &wide, 20000, write_trace);
}

static void lines_follow_from_what_was_written(void **state) {
    (void)state;
    check_goes_on("binary_add", "[0, 1]", "[1]", 0, "1",
                  "bitx = 0\nbity = 0\nbit = 0\ncarry = 0\nplace = 2\nanswer = [0]");
    check_goes_on("binary_add", "[0, 1]", "[1]", 0, "-1",
                  "bitx = 0\nbity = 0\nbit = 0\ncarry = 0\nplace = 0\nbitx = 1\nbity = 1\nbit = 0\ncarry = "
                  "1\nplace = 1\nbitx = 0\nbity = 0\nbit = 1\ncarry = 0\nplace = 2\nanswer = [1, 0, 0]");
    check_goes_on("binary_add", "[0, 1]", "[1]", 1, "8",
                  "bity = 1\nbit = 1\ncarry = 4\nplace = 1\nbitx = 0\nbity = 0\nbit = 0\ncarry = 2\nplace = "
                  "2\nanswer = [2, 0, 1]");
    check_goes_on(
        "binary_add", "[0, 1]", "[1]", 2, "0",
        "bit = 1\ncarry = 0\nplace = 1\nbitx = 0\nbity = 0\nbit = 0\ncarry = 0\nplace = 2\nanswer = [0, 1]");
    check_goes_on("binary_add", "[0, 1]", "[1]", 3, "1",
                  "carry = 1\nplace = 1\nbitx = 0\nbity = 0\nbit = 1\ncarry = 0\nplace = 2\nanswer = [1, 1]");
    check_goes_on("binary_add", "[0, 1]", "[1]", 4, "0",
                  "place = 1\nbitx = 0\nbity = 0\nbit = 0\ncarry = 0\nplace = 2\nanswer = [0, 0]");
}

static void other_lists_are_refused(void **state) {
    (void)state;
    check_refuses("binary_add", "each from 0 to 1", "[1, 2]", "[1]");
    check_refuses("binary_add", "each from 0 to 1", "[1]", "[10]");
    check_refuses("binary_add", "each from 0 to 1", "[1]", "[-1]");
    check_refuses("binary_add", "takes 2 arguments", "[1]");
}

static void noise_ends(void **state) {
    (void)state;
    check_noise("binary_add");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_problems),
        cmocka_unit_test(lines_follow_from_what_was_written),
        cmocka_unit_test(other_lists_are_refused),
        cmocka_unit_test(noise_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
