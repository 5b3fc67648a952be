/* Noise that is aimed at names: which sites count, that the others are drawn and spared, and which names
 * there are. */
#include <stdlib.h>
#include <string.h>

#include "data/mix_names.h"
#include "fixture.h"
#include "trace/trace.h"

static int kind(const char *name) {
    int index = noise_find(name);
    assert_true(index >= 0);
    return index;
}

/* A task under one kind of noise, aimed. */
static void open(struct fixture *s, const char *task, const char *noise, double rate, const char *names) {
    fixture_prepare(s, task);
    s->mix.rate[kind(noise)] = rate;
    strcpy(s->mix.names, names);
}

static size_t line_end(struct token_span text, size_t at) {
    while (at < text.count && text.id[at] != TOKEN_NEWLINE) at++;
    return at;
}

/* Whether the line that begins at a token has this name, as it is read. */
static bool has_name(const struct fixture *s, struct token_span text, size_t at, const char *name) {
    struct buffer read = {0};
    size_t equals = at;
    while (equals < text.count && text.id[equals] != TOKEN_EQUALS) equals++;
    vocabulary_render(s->vocabulary, text.id + at, equals - at, false, &read);
    bool has = !strcmp(read.bytes, name);
    buffer_free(&read);
    return has;
}

/* How many digits stand in lines of this name. */
static int digits_of(const struct fixture *s, struct token_span text, const char *name) {
    int digits = 0;
    for (size_t at = 0; at < text.count; at = line_end(text, at) + 1)
        for (size_t i = at; has_name(s, text, at, name) && i < line_end(text, at); i++)
            digits += token_is_digit(text.id[i]);
    return digits;
}

/* What is marked stands in lines of one of two names. */
static void assert_marks(const struct fixture *s, const struct sample *sample, const char *one,
                         const char *other) {
    struct token_span text = sample->completion;
    for (size_t at = 0; at < text.count; at = line_end(text, at) + 1) {
        if (has_name(s, text, at, one) || has_name(s, text, at, other)) continue;
        for (size_t i = at; i < line_end(text, at); i++) assert_int_equal(sample->marks[i], 0);
    }
}

/* --- which sites --- */

static void sites_are_those_of_the_names(void **state) {
    (void)state;
    static const struct {
        const char *task, *names, *one, *other;
    } cases[] = {
        {"add", "carry", "carry", ""},
        {"add", "res+carry", "carry", "res"},
        {"add", "answer", "answer", ""},
        {"bfs", "visit node", "visit node", ""},
        {"bfs", "next+visit node", "visit node", "next"},
        {"bubble_sort", "swap big", "swap big", ""}, /* not `keep big` */
        {"gcd", "y", "y", ""},                       /* lines with a call have the name before it */
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct fixture s;
        open(&s, cases[c].task, "digit", 1, cases[c].names);
        int hits = 0;
        fixture_open(&s);
        for (uint64_t i = 0; i < 200; i++) {
            struct sample sample = fixture_draw(&s, i);
            int digits = digits_of(&s, sample.clean, cases[c].one) +
                         (*cases[c].other ? digits_of(&s, sample.clean, cases[c].other) : 0);
            assert_int_equal(sample.tallies[kind("digit")].sites, digits);
            assert_int_equal(sample.corrupted, digits);
            assert_marks(&s, &sample, cases[c].one, cases[c].other);
            hits += digits;
        }
        assert_true(hits > 100);
        fixture_close(&s);
    }
}

/* The trace of 12 + 34 under a kind of noise that hits all that it is aimed at, with | between the lines. */
static const char *shape(const char *noise, const char *names) {
    static char text[256];
    static const char *const arguments[] = {"12", "34"};
    struct arguments *in = malloc(sizeof *in);
    struct fixture s;
    struct sample sample;
    struct buffer read = {0};
    assert_non_null(in);
    open(&s, "add", noise, 1, names);
    fixture_open(&s);
    assert_ok(task_parse(s.mix.entry[0].task, 2, arguments, in, &s.error), &s.error);
    assert_ok(mix_sample_problem(s.sampler, 11, SPLIT_TRAIN, 0, s.mix.entry[0].task, in, &sample, &s.error),
              &s.error);
    vocabulary_render(s.vocabulary, sample.completion.id, sample.completion.count, false, &read);
    assert_true(read.length < sizeof text);
    strcpy(text, read.bytes);
    for (char *c = text; *c; c++)
        if (*c == '\n') *c = '|';
    buffer_free(&read);
    fixture_close(&s);
    free(in);
    return text;
}

static void kinds_of_lines_are_aimed_too(void **state) {
    (void)state;
#define FIRST  "digx = 2|digy = 4|res = 6|carry = 0|"
#define SECOND "digx = 1|digy = 3|res = 4|carry = 0|"
#define LAST   "answer = 46"
    assert_string_equal(shape("line", "res"),
                        "digx = 2|digy = 4|carry = 0|digx = 1|digy = 3|carry = 0|" LAST);
    assert_string_equal(shape("line_repeat", "carry"), FIRST "carry = 0|" SECOND "carry = 0|" LAST);
    assert_string_equal(shape("digit_drop", "digx+answer"),
                        "digx =|digy = 4|res = 6|carry = 0|digx =|digy = 3|res = 4|carry = 0|answer =");
    /* A place has the name that the algorithm wrote there, whatever came to stand in it. */
    assert_string_equal(shape("line_swap", "digx+digy"),
                        "digy = 4|res = 6|digx = 2|carry = 0|digy = 3|res = 4|digx = 1|carry = 0|" LAST);
    assert_string_equal(shape("line", "answer"), FIRST SECOND LAST); /* never a site of it */
    assert_string_not_equal(shape("value_swap", "answer"), FIRST SECOND LAST);
    assert_memory_equal(shape("value_swap", "answer"), FIRST SECOND, strlen(FIRST SECOND));
}

/* Corrections are lines of the name that they correct. */
static void corrections_have_the_name_of_what_is_wrong(void **state) {
    (void)state;
    struct fixture s;
    int fixes = 0;
    open(&s, "add", "dynamic", 0.3, "carry");
    s.mix.rate[kind("digit")] = 1;
    s.mix.refine = 1;
    fixture_open(&s);
    for (uint64_t i = 0; i < 300; i++) {
        struct sample sample = fixture_draw(&s, i);
        int fixed = digits_of(&s, sample.completion, "fix carry");
        assert_int_equal(sample.tallies[kind("digit")].sites,
                         digits_of(&s, sample.completion, "carry") + fixed);
        assert_int_equal(sample.tallies[kind("dynamic")].hits, fixed);
        assert_marks(&s, &sample, "carry", "fix carry");
        fixes += fixed;
    }
    assert_true(fixes > 50);
    fixture_close(&s);
}

/* --- values that are not written --- */

/* Sites of a kind in samples of a task that calls mod (gcd), seen as given. */
static int64_t sites(const char *noise, const char *names, enum visibility visibility, enum format format) {
    struct fixture s;
    int64_t count = 0;
    open(&s, "gcd", noise, 0, names);
    s.mix.rate[kind(noise)] = 1e-9; /* acts, and hits nothing */
    s.mix.format = format;
    for (int t = 0; task_list[t]; t++) s.mix.visibility[t] = visibility;
    fixture_open(&s);
    for (uint64_t i = 0; i < 100; i++) {
        struct sample sample = fixture_draw(&s, i);
        assert_int_equal(sample.corrupted, 0);
        count += sample.tallies[kind(noise)].sites;
    }
    fixture_close(&s);
    return count;
}

static void only_what_has_a_line_is_a_site(void **state) {
    (void)state;
    static const char *const kinds[] = {"dynamic", "slip", "skip"};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        int64_t part = sites(kinds[k], "part", VISIBILITY_FULL, FORMAT_TRACE);
        assert_true(part > 0);
        assert_true(part < sites(kinds[k], "", VISIBILITY_FULL, FORMAT_TRACE));
        assert_int_equal(sites(kinds[k], "part", VISIBILITY_CALL, FORMAT_TRACE), 0);
        assert_int_equal(sites(kinds[k], "part", VISIBILITY_HIDDEN, FORMAT_TRACE), 0);
        /* The result of a call has a line unless the call is hidden. */
        int64_t y = sites(kinds[k], "y", VISIBILITY_FULL, FORMAT_TRACE);
        assert_true(y > 0);
        assert_int_equal(sites(kinds[k], "y", VISIBILITY_CALL, FORMAT_TRACE), y);
        assert_int_equal(sites(kinds[k], "y", VISIBILITY_HIDDEN, FORMAT_TRACE), 0);
        /* An answer alone is that of the algorithm under the same noise. */
        assert_int_equal(sites(kinds[k], "part", VISIBILITY_FULL, FORMAT_DIRECT), part);
        assert_int_equal(sites(kinds[k], "y", VISIBILITY_CALL, FORMAT_DIRECT), y);
        assert_int_equal(sites(kinds[k], "part", VISIBILITY_HIDDEN, FORMAT_DIRECT), 0);
    }
}

static void what_is_kept_unwritten_has_no_name(void **state) {
    (void)state;
    static const char all[] = "x+y+part+take+rem";
    int64_t assigned = sites("dynamic", "", VISIBILITY_FULL, FORMAT_TRACE);
    assert_int_equal(sites("dynamic_state", all, VISIBILITY_FULL, FORMAT_TRACE), assigned);
    assert_int_equal(sites("dynamic", all, VISIBILITY_FULL, FORMAT_TRACE), assigned);
    assert_true(sites("dynamic_state", "", VISIBILITY_FULL, FORMAT_TRACE) > assigned);
}

/* --- coupling --- */

/* With names, static noise hits of the same sites those that are aimed at, with the same replacements. */
static void aimed_static_noise_is_a_part_of_the_whole(void **state) {
    (void)state;
    struct fixture whole, part;
    int64_t some = 0, all = 0;
    open(&whole, "add", "digit", 0.4, "");
    open(&part, "add", "digit", 0.4, "res+answer");
    fixture_open(&whole);
    fixture_open(&part);
    for (uint64_t i = 0; i < 1000; i++) {
        struct sample a = fixture_draw(&whole, i), b = fixture_draw(&part, i);
        struct token_span text = a.clean;
        for (size_t at = 0; at < text.count; at = line_end(text, at) + 1) {
            bool aimed = has_name(&part, text, at, "res") || has_name(&part, text, at, "answer");
            size_t bytes = (line_end(text, at) - at) * sizeof *text.id;
            assert_memory_equal(b.completion.id + at, (aimed ? a.completion : a.clean).id + at, bytes);
        }
        all += a.corrupted;
        some += b.corrupted;
    }
    assert_true(some > 100 && some < all);
    fixture_close(&whole);
    fixture_close(&part);
}

/* So does dynamic noise up to its first hit: when that is aimed at, it comes with names as without. */
static void aimed_dynamic_noise_begins_as_the_whole(void **state) {
    (void)state;
    static const char *const kinds[] = {"dynamic", "dynamic_state", "slip"};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct fixture whole, part;
        int spared = 0, same = 0;
        open(&whole, "add", kinds[k], 0.05, "");
        open(&part, "add", kinds[k], 0.05, "carry");
        fixture_open(&whole);
        fixture_open(&part);
        for (uint64_t i = 0; i < 1000; i++) {
            struct sample a = fixture_draw(&whole, i), b = fixture_draw(&part, i);
            size_t first = 0, line = 0;
            while (first < a.completion.count && !a.marks[first]) first++;
            for (size_t t = 0; t < first; t++) {
                if (a.completion.id[t] != a.clean.id[t]) first = 0; /* what is kept was hit before */
                if (a.completion.id[t] == TOKEN_NEWLINE) line = t + 1;
            }
            if (!first || first == a.completion.count) continue;
            bool aimed = has_name(&part, a.completion, line, "carry");
            size_t count = aimed ? first + 1 : first;
            assert_memory_equal(b.completion.id, a.completion.id, count * sizeof *a.completion.id);
            assert_int_equal(b.marks[first], aimed);
            same += aimed;
            spared += !aimed;
        }
        assert_true(same > 20 && spared > 20);
        fixture_close(&whole);
        fixture_close(&part);
    }
}

/* --- names --- */

static void lists_are_names_and_pluses(void **state) {
    (void)state;
    static const char *const lists[] = {"", "res", "visit node", "res+carry", "a+b+ab"};
    static const char *const others[] = {"+",     "res+", "+res", "res++carry", "res+res",
                                         "a+b+a", "a,b",  "a=b",  "res\ncarry", "caf\xc3\xa9"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) assert_true(aim_is_list(lists[i]));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) assert_false(aim_is_list(others[i]));
    char longest[AIM_TEXT_MAX + 1];
    memset(longest, 'a', sizeof longest);
    longest[AIM_TEXT_MAX] = 0;
    assert_false(aim_is_list(longest));
    longest[AIM_TEXT_MAX - 1] = 0;
    assert_true(aim_is_list(longest));
}

static void names_are_those_of_lines(void **state) {
    (void)state;
    static const struct {
        const char *task, *names, *says; /* NULL: taken */
        enum visibility visibility;
    } cases[] = {
        {"add", "res+carry+answer", NULL, VISIBILITY_FULL},
        {"add", "rez", "no line is named 'rez' (allowed: any of answer+digx+digy+res+carry)",
         VISIBILITY_FULL},
        {"add", "res+car", "no line is named 'car'", VISIBILITY_FULL},
        {"bfs", "visit node", NULL, VISIBILITY_FULL},
        {"bfs", "node", "(allowed: any of answer+visit node+next+queue)", VISIBILITY_FULL},
        {"parity", "true", "(allowed: any of answer+i+next+odd)", VISIBILITY_FULL}, /* a value, no name */
        {"gcd", "part", NULL, VISIBILITY_FULL},
        {"gcd", "part", "(allowed: any of answer+x+y)", VISIBILITY_CALL},
        {"gcd", "part", "(allowed: any of answer+x+y)", VISIBILITY_HIDDEN},
        {"lcm", "take", NULL, VISIBILITY_FULL}, /* lcm calls gcd, which calls mod */
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct fixture s;
        open(&s, cases[c].task, "digit", 1, cases[c].names);
        for (int t = 0; task_list[t]; t++) s.mix.visibility[t] = cases[c].visibility;
        enum err code = mix_names_check(&s.mix, &s.error);
        assert_int_equal(code, cases[c].says ? ERR_INPUT : ERR_OK);
        if (code && !strstr(s.error.message, cases[c].says)) fail_msg("%s", s.error.message);
    }
    /* Of a mix, those of any of its tasks. */
    struct fixture s;
    open(&s, "add", "digit", 1, "carry+borrow");
    s.mix.entries = 2;
    s.mix.entry[1].task = task_find("sub");
    assert_ok(mix_names_check(&s.mix, &s.error), &s.error);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sites_are_those_of_the_names),
        cmocka_unit_test(kinds_of_lines_are_aimed_too),
        cmocka_unit_test(corrections_have_the_name_of_what_is_wrong),
        cmocka_unit_test(only_what_has_a_line_is_a_site),
        cmocka_unit_test(what_is_kept_unwritten_has_no_name),
        cmocka_unit_test(aimed_static_noise_is_a_part_of_the_whole),
        cmocka_unit_test(aimed_dynamic_noise_begins_as_the_whole),
        cmocka_unit_test(lists_are_names_and_pluses),
        cmocka_unit_test(names_are_those_of_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
