/* Algorithms go on with what they were given back: one written value is exchanged behind the algorithm's
 * back, and the lines after it must follow from it, to the answer. */
#include "tests/exchange_checks.h"

/* Exchanges the value of one line once it is written. */
struct exchange {
    int line;
    int64_t number;
    const int64_t *list; /* elements and INT64_MIN; NULL: a number */
    bool done;
};

static void follow(void *context, int line, struct value *value) {
    struct exchange *exchange = context;
    if (line != exchange->line) return;
    assert_true(value_is_list(value) == (exchange->list != NULL));
    exchange->done = true;
    if (!value_is_list(value)) value_set_int(value, exchange->number);
    for (int i = 0; value_is_list(value) && exchange->list[i] != INT64_MIN; i++)
        value->list.atom[i] = atom_int(exchange->list[i]);
}

static const int64_t other_rest[] = {9, 2, INT64_MIN};

static const struct {
    const char *task, *arguments[2];
    struct exchange exchange;
    const char *rest; /* of the trace, from the line after the exchange on */
} cases[] = {
    {"add",
     {"10", "5"},
     {0, -9, NULL, false},
     "digy = 5\nres = 6\ncarry = -1\ndigx = 1\ndigy = 0\nres = 0\ncarry = 0\nanswer = 6"},
    {"add",
     {"58", "67"},
     {0, 1, NULL, false},
     "digy = 7\nres = 8\ncarry = 0\ndigx = 5\ndigy = 6\nres = 1\ncarry = 1\ndigx = 0\ndigy = 0\nres = "
     "1\ncarry = 0\nanswer = 118"},
    {"add",
     {"58", "67"},
     {1, 9, NULL, false},
     "res = 7\ncarry = 1\ndigx = 5\ndigy = 6\nres = 2\ncarry = 1\ndigx = 0\ndigy = 0\nres = 1\ncarry = "
     "0\nanswer = 127"},
    {"add",
     {"58", "67"},
     {2, 3, NULL, false},
     "carry = 1\ndigx = 5\ndigy = 6\nres = 2\ncarry = 1\ndigx = 0\ndigy = 0\nres = 1\ncarry = 0\nanswer = "
     "123"},
    {"add",
     {"58", "67"},
     {3, 0, NULL, false},
     "digx = 5\ndigy = 6\nres = 1\ncarry = 1\ndigx = 0\ndigy = 0\nres = 1\ncarry = 0\nanswer = 115"},
    {"sub",
     {"52", "17"},
     {1, 9, NULL, false},
     "low = 7\nres = 2\nborrow = 0\ntop = 5\nlow = 1\nres = 4\nborrow = 0\nanswer = 42"},
    {"sub", {"52", "17"}, {4, 0, NULL, false}, "top = 5\nlow = 1\nres = 4\nborrow = 0\nanswer = 45"},
    {"mul",
     {"12", "34"},
     {0, 5, NULL, false},
     "digx = 2\nres = 0\ncarry = 1\ndigx = 1\nres = 6\ncarry = 0\nrow = 60\ndigy = 3\ndigx = 2\nres = "
     "6\ncarry = 0\ndigx = 1\nres = 3\ncarry = 0\nrow = 360\nacc = add(60, 360) = 420\nanswer = 420"},
    {"mul",
     {"12", "34"},
     {7, 50, NULL, false},
     "digy = 3\ndigx = 2\nres = 6\ncarry = 0\ndigx = 1\nres = 3\ncarry = 0\nrow = 360\nacc = add(50, 360) = "
     "410\nanswer = 410"},
    {"mul", {"12", "34"}, {16, 7, NULL, false}, "answer = 7"},
    {"div", {"98", "4"}, {3, 3, NULL, false}, "part = 38\nquot = 9\nprod = 36\nrem = 2\nanswer = 29"},
    {"div", {"98", "4"}, {5, 1, NULL, false}, "prod = 4\nrem = 14\nanswer = 21"},
    {"mod", {"98", "35"}, {2, 40, NULL, false}, "rem = 58\ntake = 35\nrem = 23\nanswer = 23"},
    {"gcd",
     {"98", "35"},
     {0, 20, NULL, false},
     "x = 35\ny = mod(35, 20) = 15\nx = 20\ny = mod(20, 15) = 5\nx = 15\ny = mod(15, 5) = 0\nx = 5\nanswer = "
     "5"},
    {"gcd",
     {"98", "35"},
     {1, 30, NULL, false},
     "y = mod(30, 28) = 2\nx = 28\ny = mod(28, 2) = 0\nx = 2\nanswer = 2"},
    {"sort",
     {"[3, 1, 2]"},
     {0, 7, NULL, false},
     "rest = [3, 2]\nleast = 2\nrest = [3]\nleast = 3\nanswer = [7, 2, 3]"},
    {"sort",
     {"[3, 1, 2]"},
     {1, 0, other_rest, false},
     "least = 2\nrest = [9]\nleast = 9\nanswer = [1, 2, 9]"},
    {"median", {"[88, 80, 412, 5]"}, {8, 1, NULL, false}, "hi = 80\nlo = 5\nboth = 85\nanswer = 42"},
    {"median", {"[88, 80, 412, 5]"}, {9, 100, NULL, false}, "lo = 80\nboth = 180\nanswer = 90"},
    {"binary_search",
     {"[1, 3, 5, 7]", "5"},
     {2, 3, NULL, false},
     "value = 7\nhi = 3\nmid = 1\nvalue = 3\nlo = 2\nmid = 2\nvalue = 5\nhi = 2\nvalue = 5\nanswer = 2"},
    {"binary_search",
     {"[1, 3, 5, 7]", "5"},
     {3, 1, NULL, false},
     "lo = 3\nmid = 3\nvalue = 7\nhi = 3\nvalue = 7\nanswer = -1"},
    {"max", {"[3, 9, 4]"}, {1, 1, NULL, false}, "best = 3\nnext = 4\nbest = 4\nanswer = 4"},
};

static void lines_follow_from_what_was_exchanged(void **state) {
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct exchange exchange = cases[c].exchange;
        check_lines_behind(cases[c].task, cases[c].arguments[1] ? 2 : 1, cases[c].arguments, exchange.line,
                           follow, &exchange, &exchange.done, cases[c].rest);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines_follow_from_what_was_exchanged)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
