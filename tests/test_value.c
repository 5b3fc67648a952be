/* Values: lists of lists and tuples, what they hold at most, and what a corruption makes of each kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "trace/corruption.h"
#include "trace/parameter.h"

static const char *const letters[] = {"a", "b", "c", NULL};

static void assert_prints(const struct list *list, const char *want) {
    struct buffer text = {0};
    parameter_print_list(list, &text);
    assert_string_equal(text.bytes, want);
    buffer_free(&text);
}

static void elements_of_any_kind(void **state) {
    (void)state;
    static struct list list, inner, copy;
    list_clear(&list);
    assert_prints(&list, "[]");
    list_append_int(&list, -7);
    list_append_symbol(&list, letters, 2);
    list_append_truth(&list, true);
    list_append_tuple(&list, 3, 4);
    list_clear(&inner);
    list_append_tuple(&inner, 5);
    list_append_int(&inner, 6);
    list_append_list(&list, &inner);
    list_append_int(&list, 8);
    assert_prints(&list, "[-7, c, true, (3, 4), [(5), 6], 8]");
    assert_int_equal(list.length, 6);
    assert_int_equal(list_int(&list, 0), -7);
    assert_int_equal(list_symbol(&list, 1), 2);
    assert_true(list_truth(&list, 2));
    assert_int_equal(list_part(&list, 3, 1), 4);
    assert_int_equal(list_int(&list, 5), 8); /* behind nested ones */
    list_inner(&list, 4, &copy);
    assert_true(list_same(&copy, &inner));
    list_inner(&list, 3, &copy);
    assert_prints(&copy, "(3, 4)");
    list_remove(&list, 4);
    list_remove(&list, 1);
    assert_prints(&list, "[-7, true, (3, 4), 8]");
    struct decimal nine = decimal_from(9);
    list_insert(&list, 3, &nine);
    list_insert(&list, -5, &nine);
    assert_prints(&list, "[9, -7, true, (3, 4), 9, 8]");
}

static void what_is_not_there_is_0(void **state) {
    (void)state;
    static struct list list, inner;
    list_clear(&list);
    list_append_tuple(&list, 1, 2);
    list_append_truth(&list, true);
    assert_int_equal(list_int(&list, 0), 0); /* a tuple is no number */
    assert_int_equal(list_int(&list, 1), 0);
    assert_int_equal(list_symbol(&list, 1), 0);
    assert_int_equal(list_part(&list, 0, 2), 0);
    assert_int_equal(list_part(&list, 0, -1), 0);
    assert_int_equal(list_part(&list, 1, 0), 0);
    assert_int_equal(list_part(&list, 9, 0), 0);
    assert_false(list_truth(&list, INT64_MAX));
    assert_null(list_part_atom(&list, -1, 0));
    list_inner(&list, 1, &inner);
    assert_int_equal(inner.length, 0);
    list_remove(&list, 2);
    list_remove(&list, -1);
    assert_int_equal(list.length, 2);
    assert_int_equal(atom_symbol(letters, 3).symbol, 0);
    assert_int_equal(atom_symbol(letters, -1).symbol, 0);
}

/* What has no room is not appended, and what is there stays whole. */
static void full_lists(void **state) {
    (void)state;
    static struct list list, before, inner;
    list_clear(&list);
    for (int i = 0; i < 100; i++) list_append_tuple(&list, i, i, i);
    assert_int_equal(list.length, LIST_ATOMS / 5);
    list_copy(&before, &list);
    list_clear(&inner);
    list_append_tuple(&inner, 1);
    list_append_list(&list, &inner);
    list_append_tuple(&list, 1);
    assert_true(list_same(&list, &before));
    list_append_int(&list, 1);
    assert_int_equal(list.length, before.length + 1); /* there was room for this */
    list_clear(&list);
    for (int i = 0; i < 100; i++) list_append_truth(&list, false);
    assert_int_equal(list.length, LIST_MAX);
}

/* Every symbol comes, the same one too, as often as any; truths are turned over; nothing happens unless hit.
 */
static void corruption_by_kind(void **state) {
    (void)state;
    struct pcg sites = pcg_stream(1, "corruption", 0);
    struct tally tally = {0};
    int count[3] = {0};
    for (int i = 0; i < 3000; i++) {
        struct atom atom = atom_symbol(letters, 1), truth = atom_truth(i % 2), kept = atom;
        corruption_of_atom(&atom, 1, &sites, &tally);
        corruption_of_atom(&truth, 1, &sites, &tally);
        corruption_of_atom(&kept, 0, &sites, &tally);
        count[atom.symbol]++;
        assert_int_equal(truth.truth, !(i % 2));
        assert_int_equal(kept.symbol, 1);
    }
    for (int k = 0; k < 3; k++) assert_in_range(count[k], 1000 - 104, 1000 + 104); /* 4 standard errors */
    assert_int_equal(tally.sites, 9000);
    assert_int_equal(tally.hits, 6000);
}

static const struct parameter edges = {
    .name = "edges", .kind = PARAMETER_LIST, .element = "(number, symbol)", .max_digits = 2};
static const struct parameter rows = {
    .name = "rows", .kind = PARAMETER_LIST, .element = "[truth]", .nonempty = true};

static void arguments_are_read_by_form(void **state) {
    (void)state;
    static const struct {
        const struct parameter *parameter;
        const char *text, *printed; /* NULL: refused */
    } cases[] = {
        {&edges, "[]", "[]"},
        {&edges, " [ ( 1 ,a) , (20,c)]", "[(1, a), (20, c)]"},
        {&edges, "[(1, a]", NULL},
        {&edges, "[(1)]", NULL},
        {&edges, "[(1, a, 2)]", NULL},
        {&edges, "[[1, a]]", NULL},
        {&edges, "[(1, d)]", NULL},
        {&edges, "[(01, a)]", NULL},
        {&edges, "[(100, a)]", NULL},
        {&edges, "[(1, a)] 2", NULL},
        {&edges, "(1, a)", NULL},
        {&edges, "[(1, ab)]", NULL},
        {&rows, "[[true,false], [], [true]]", "[[true, false], [], [true]]"},
        {&rows, "[]", NULL},
        {&rows, "[[true]", NULL},
        {&rows, "[true]", NULL},
        {&rows, "[[truely]]", NULL},
    };
    static struct list list;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool reads = parameter_read(cases[i].parameter, letters, cases[i].text, NULL, &list);
        if (reads != (cases[i].printed != NULL)) fail_msg("'%s' reads: %d", cases[i].text, reads);
        if (reads) assert_prints(&list, cases[i].printed);
    }
}

static void more_than_a_list_holds_is_refused(void **state) {
    (void)state;
    static struct list list;
    for (int elements = 47; elements <= 49; elements++) {
        struct buffer text = {0};
        for (int i = 0; i < elements; i++) buffer_text(&text, i ? ", (1, a)" : "[(1, a)");
        buffer_char(&text, ']');
        assert_true(parameter_read(&edges, letters, text.bytes, NULL, &list) == (4 * elements <= LIST_ATOMS));
        buffer_free(&text);
    }
}

static void forms(void **state) {
    (void)state;
    static const char *const good[] = {"number", "symbol", "(number, truth)", "[[number]]",
                                       "[(symbol, [truth])]"};
    static const char *const bad[] = {"",   "numbers",   "(number", "[number",
                                      "[]", "(number,)", "int",     "number number"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) assert_true(parameter_form_is_valid(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (parameter_form_is_valid(bad[i])) fail_msg("'%s' is a form", bad[i]);
    struct buffer text = {0};
    parameter_describe(&edges, letters, &text);
    assert_non_null(strstr(text.bytes, "[(0, b), (2, a), (4, c)]"));
    assert_non_null(strstr(text.bytes, "each symbol a, b or c"));
    buffer_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_of_any_kind),
        cmocka_unit_test(what_is_not_there_is_0),
        cmocka_unit_test(full_lists),
        cmocka_unit_test(corruption_by_kind),
        cmocka_unit_test(arguments_are_read_by_form),
        cmocka_unit_test(more_than_a_list_holds_is_refused),
        cmocka_unit_test(forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
