/* Noise on what is no number: which tokens of a trace are symbols and truths that it acts on, and names that
 * have a keyword before them. */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "trace/corruption.h"

/* --- sites --- */

/* Symbols of which some have a text that is also a name, the name of a call, or a sign. */
static const char *const letters[] = {"x", "mod", "-", NULL};

struct bench {
    struct vocabulary *vocabulary;
    struct alphabets alphabets;
    struct tokens tokens;
    int start[3];
    struct draft draft;
};

static void open(struct bench *b) {
    static const char *const words[] = {"x", "y", "mod", "visit", "false", "true"};
    int place;
    *b = (struct bench){0};
    assert_int_equal(vocabulary_create(&b->vocabulary), ERR_OK);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_int_equal(vocabulary_add(b->vocabulary, words[i], NULL), ERR_OK);
    alphabets_open(&b->alphabets, b->vocabulary);
    assert_int_equal(alphabets_find(&b->alphabets, letters, &place), ERR_OK);
    assert_int_equal(alphabets_find(&b->alphabets, value_truth_texts, &place), ERR_OK);
}

static void close(struct bench *b) {
    tokens_free(&b->tokens);
    vocabulary_free(b->vocabulary);
}

/* A draft of the line `y = 7` and this one. Returns where the latter begins. */
static int draft_line(struct bench *b, const char *line) {
    static const char first[] = "y = 7";
    struct error error;
    b->tokens.count = 0;
    assert_ok(vocabulary_encode(b->vocabulary, first, strlen(first), &b->tokens, &error), &error);
    b->start[1] = (int)b->tokens.count;
    assert_ok(vocabulary_encode(b->vocabulary, line, strlen(line), &b->tokens, &error), &error);
    b->start[2] = (int)b->tokens.count;
    b->draft =
        (struct draft){.tokens = b->tokens.id, .start = b->start, .lines = 2, .alphabets = &b->alphabets};
    return b->start[1];
}

static void sites_are_in_values(void **state) {
    (void)state;
    static const struct {
        const char *line, *sites; /* for each token `*` where it is one */
    } cases[] = {
        {"y = 12", "..**"},
        {"y = -12", "...**"},             /* a sign, no symbol */
        {"x = x", "..*"},                 /* a name before the sign */
        {"visit x = true", "...*"},       /* behind a keyword too */
        {"y = -", "..*"},                 /* a symbol */
        {"y = [-, -5, x]", "...*..*.*."}, /* both */
        {"y = [(mod, 1), false]", "....*.*..*."},
        {"y = mod(12, x) = mod", "....**.*..*"}, /* the name of a call, and an argument and a result of it */
        {"mod = mod", "..*"},
        {"x - mod", "..."}, /* no assignment */
    };
    struct bench b;
    open(&b);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int begin = draft_line(&b, cases[i].line), count = b.start[2] - begin;
        assert_int_equal(count, strlen(cases[i].sites));
        for (int k = 0; k < count; k++)
            if (corruption_has_site(&b.draft, begin + k) != (cases[i].sites[k] == '*'))
                fail_msg("'%s': token %d", cases[i].line, k);
    }
    close(&b);
}

/* Each symbol of the alphabet comes as often as any; a truth is turned over. */
static void tokens_are_exchanged_by_kind(void **state) {
    (void)state;
    struct bench b;
    struct pcg sites = pcg_seed(1, 2);
    int count[3] = {0}, symbol;
    open(&b);
    int at = draft_line(&b, "y = [mod, true]") + 3;
    for (int i = 0; i < 3000; i++) {
        assert_ptr_equal(alphabets_of(&b.alphabets, corruption_draw(&b.draft, at, &sites), &symbol)->texts,
                         letters);
        count[symbol]++;
        assert_ptr_equal(
            alphabets_of(&b.alphabets, corruption_draw(&b.draft, at + 2, &sites), &symbol)->texts,
            value_truth_texts);
        assert_int_equal(symbol, 0);
    }
    for (int k = 0; k < 3; k++) assert_in_range(count[k], 1000 - 104, 1000 + 104); /* 4 standard errors */
    close(&b);
}

/* --- traces --- */

/* What a token of a trace of dyck is: brackets and truths stand in values alone. */
static bool is_truth(const struct fixture *s, int32_t id) {
    const char *text = vocabulary_text(s->vocabulary, id);
    return !strcmp(text, "true") || !strcmp(text, "false");
}

static bool is_bracket(const struct fixture *s, int32_t id) {
    const char *text = vocabulary_text(s->vocabulary, id);
    return strlen(text) == 1 && strchr("<>{}", *text);
}

static bool is_site(const struct fixture *s, int32_t id) {
    return token_is_digit(id) || is_bracket(s, id) || is_truth(s, id);
}

static void open_dyck(struct fixture *s, const char *noise, double rate) {
    fixture_prepare(s, "dyck");
    s->mix.rate[noise_find(noise)] = rate;
    fixture_open(s);
}

static void symbols_and_truths_are_replaced(void **state) {
    (void)state;
    struct fixture s;
    open_dyck(&s, "digit", 1);
    for (uint64_t i = 0; i < 200; i++) {
        struct sample sample = fixture_draw(&s, i);
        int64_t sites = 0;
        assert_int_equal(sample.completion.count, sample.clean.count);
        for (size_t t = 0; t < sample.clean.count; t++) {
            int32_t before = sample.clean.id[t], after = sample.completion.id[t];
            sites += is_site(&s, before);
            assert_int_equal(sample.marks[t], is_site(&s, before));
            if (is_truth(&s, before))
                assert_true(is_truth(&s, after) && after != before);
            else if (is_bracket(&s, before))
                assert_true(is_bracket(&s, after));
            else if (!token_is_digit(before))
                assert_int_equal(after, before);
        }
        assert_int_equal(sample.corrupted, sites);
    }
    fixture_close(&s);
}

static void symbols_and_truths_are_dropped(void **state) {
    (void)state;
    struct fixture s;
    open_dyck(&s, "digit_drop", 1);
    for (uint64_t i = 0; i < 200; i++) {
        struct sample sample = fixture_draw(&s, i);
        size_t left = 0;
        for (size_t t = 0; t < sample.clean.count; t++) {
            if (is_site(&s, sample.clean.id[t])) continue;
            assert_true(left < sample.completion.count);
            assert_int_equal(sample.completion.id[left++], sample.clean.id[t]);
        }
        assert_int_equal(left, sample.completion.count);
    }
    fixture_close(&s);
}

/* Dynamic noise has the same sites, but for the answer, which is not assigned. */
static void symbols_are_altered_while_it_runs(void **state) {
    (void)state;
    struct fixture s;
    int64_t sites = 0, seen = 0;
    open_dyck(&s, "dynamic", 1e-9);
    for (uint64_t i = 0; i < 200; i++) {
        struct sample sample = fixture_draw(&s, i);
        for (size_t t = 0; t < sample.clean.count; t++) sites += is_site(&s, sample.clean.id[t]);
        for (size_t t = 0; t < sample.answer.count; t++) sites -= is_site(&s, sample.answer.id[t]);
        for (int k = 0; noise_list[k]; k++) seen += sample.tallies[k].sites;
        assert_int_equal(sample.corrupted, 0);
    }
    assert_int_equal(seen, sites);
    fixture_close(&s);
}

/* --- keywords --- */

/* A line of a completion: what stands before its `=`. */
struct line {
    struct token_span name;
    size_t end;
};

static struct line line_at(struct token_span text, size_t begin) {
    struct line line = {{text.id + begin, 0}, begin};
    while (line.end < text.count && text.id[line.end] != TOKEN_NEWLINE) line.end++;
    while (begin + line.name.count < line.end && text.id[begin + line.name.count] != TOKEN_EQUALS)
        line.name.count++;
    return line;
}

/* A correction repeats the name with its keyword: `fix push stack = [<]`. */
static void corrections_keep_the_keyword(void **state) {
    (void)state;
    struct fixture s;
    int corrections = 0;
    fixture_prepare(&s, "dyck");
    s.mix.rate[noise_find("dynamic")] = 0.2;
    s.mix.refine = 1;
    fixture_open(&s);
    int32_t fix = vocabulary_find(s.vocabulary, "fix", 3);
    for (uint64_t i = 0; i < 200; i++) {
        struct sample sample = fixture_draw(&s, i);
        struct line before = {{NULL, 0}, 0};
        for (size_t begin = 0; begin < sample.completion.count;) {
            struct line line = line_at(sample.completion, begin);
            if (*line.name.id == fix) {
                assert_int_equal(line.name.count, before.name.count + 1);
                assert_memory_equal(line.name.id + 1, before.name.id, before.name.count * sizeof(int32_t));
                corrections += before.name.count == 2;
            }
            before = line;
            begin = line.end + 1;
        }
    }
    assert_true(corrections > 100);
    fixture_close(&s);
}

/* What is forgotten is the variable, whichever keyword it was last assigned under: at every site it keeps
 * the first value for ever. */
static void skips_see_through_keywords(void **state) {
    (void)state;
    struct fixture s;
    int under_another = 0;
    fixture_prepare(&s, "bubble_sort");
    s.mix.rate[noise_find("skip")] = 1;
    fixture_open(&s);
    int32_t big = vocabulary_find(s.vocabulary, "big", 3);
    for (uint64_t i = 0; i < 200; i++) {
        struct drawn drawn;
        struct sample sample = fixture_draw_cut(&s, i, &drawn);
        struct token_span text = sample.completion;
        struct line first = {{NULL, 0}, 0};
        for (size_t begin = 0; begin < text.count;) {
            struct line line = line_at(text, begin);
            if (line.name.count == 2 && line.name.id[1] == big) {
                if (!first.name.count) first = line;
                size_t from = (size_t)(first.name.id - text.id) + 1, length = first.end - from;
                assert_int_equal(line.end - begin - 1, length); /* `big = 5`, without the keyword */
                assert_memory_equal(text.id + begin + 1, text.id + from, length * sizeof *text.id);
                under_another += *line.name.id != *first.name.id;
            }
            begin = line.end + 1;
        }
    }
    assert_true(under_another > 100);
    fixture_close(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sites_are_in_values),
        cmocka_unit_test(tokens_are_exchanged_by_kind),
        cmocka_unit_test(symbols_and_truths_are_replaced),
        cmocka_unit_test(symbols_and_truths_are_dropped),
        cmocka_unit_test(symbols_are_altered_while_it_runs),
        cmocka_unit_test(corrections_keep_the_keyword),
        cmocka_unit_test(skips_see_through_keywords),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
