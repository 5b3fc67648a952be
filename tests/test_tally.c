/* Texts counted: against counting each of them among all others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/pcg.h"
#include "train/tally.h"

enum { TEXTS = 40, ROUNDS = 400 };

static bool same(struct token_span a, struct token_span b) {
    bool equal = a.count == b.count;
    for (size_t t = 0; t < a.count && equal; t++) equal = a.id[t] == b.id[t];
    return equal;
}

/* The first of the texts that as many others equal as any's. */
static int expected_commonest(const struct tally_text *texts, int count) {
    int place = -1, most = 0;
    for (int i = 0; i < count; i++) {
        int votes = 0;
        for (int k = 0; k < count; k++) votes += same(texts[i].text, texts[k].text);
        if (votes > most) place = texts[i].place;
        if (votes > most) most = votes;
    }
    return place;
}

static int expected_different(const struct tally_text *texts, int count) {
    int different = 0;
    for (int i = 0; i < count; i++) {
        bool met = false;
        for (int k = 0; k < i; k++) met |= same(texts[i].text, texts[k].text);
        different += !met;
    }
    return different;
}

/* Few texts of up to two tokens, an empty one among them, so that there are equals and ties. */
static void it_counts_as_one_by_one(void **state) {
    (void)state;
    static const int32_t tokens[] = {5, 5, 9, 5};
    struct pcg pcg = pcg_stream(7, "test", 0);
    int ties = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct tally_text texts[TEXTS];
        int count = (int)pcg_below(&pcg, TEXTS + 1), place = 0;
        for (int i = 0; i < count; i++) {
            size_t length = pcg_below(&pcg, 3);
            place += 1 + (int)pcg_below(&pcg, 2); /* places need not follow one another */
            texts[i] = (struct tally_text){{length ? tokens + pcg_below(&pcg, 3) : NULL, length}, place};
        }
        int commonest = expected_commonest(texts, count), different = expected_different(texts, count);
        ties += count > 1 && texts[0].place != commonest;
        tally_sort(texts, count);
        assert_int_equal(tally_commonest(texts, count), commonest);
        assert_int_equal(tally_different(texts, count), different);
        for (int i = 1; i < count; i++)
            assert_true(!same(texts[i - 1].text, texts[i].text) || texts[i - 1].place < texts[i].place);
    }
    assert_true(ties > ROUNDS / 4);
}

/* Of none there is none. */
static void nothing_is_counted(void **state) {
    (void)state;
    assert_int_equal(tally_commonest(NULL, 0), -1);
    assert_int_equal(tally_different(NULL, 0), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_counts_as_one_by_one),
        cmocka_unit_test(nothing_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
