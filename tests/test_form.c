/* Whether texts made elsewhere have the form of a test's: what is the same, whatever its numbers, and what is
 * not. */
#include "tests/fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/team.h"
#include "data/data_file.h"
#include "data/form.h"

enum { TEXTS = 3 };

/* Prompts, and whether one of them has the form of the task's; the vocabulary is that of a data.file. */
static const struct {
    const char *task, *prompts[TEXTS], *says; /* NULL: nothing is amiss */
} prompts[] = {
    {"add", {"58679 + 52\n"}, NULL},
    {"add", {"5 8 + 5  \n"}, NULL},
    {"add", {"58679 + 52"}, "like \"1 + 1\\n\"; not so \"58679 + 52\""},
    {"add", {"58679 + 52", "x", "1 + 2\n"}, "1 of 3 prompts have the form"},
    {"add", {"58679 + 52", "1 + 2\n"}, NULL},
    {"add", {"58679 - 52\n", "58679 52\n"}, "like \"1 + 1\\n\""},
    {"add", {"58679 + 52\n\n", "58679 + 52 =\n", "what is 58679 + 52\n"}, "0 of 3 prompts have the form"},
    {"add", {"", "[5] + 52\n", "5, 8 + 3\n"}, "not so \"\""},
    {"sub", {"5 - 3\n"}, NULL},
    {"sub", {"5 3\n", "- 5 3\n"}, "like \"1 - 1\\n\""},
    {"gcd", {"gcd(98, 8)\n"}, NULL},
    {"gcd", {"gcd(98 8)\n", "gcd(98)\n", "gcd 98, 8\n"}, "like \"gcd(1, 1)\\n\""},
    {"sort", {"sort([1])\n"}, NULL},
    {"sort", {"sort([1, -20, 3, 4, 5, 6, 7, 8, 9, 10])\n"}, NULL},
    {"sort", {"sort(1, 20)\n", "[1, 2]\n", "sort([1, 2]\n"}, "like \"sort([1])\\n\""},
};

/* Completions of additions. */
static const struct {
    enum format format;
    const char *completions[TEXTS], *says;
} completions[] = {
    {FORMAT_TRACE, {"x = 1\nanswer = 3"}, NULL},
    {FORMAT_TRACE,
     {"x = 1\nanswer = 3\n", "x = 1\nanswer: 3", "3"},
     "0 of 3 completions end with a line `answer = ...`"},
    {FORMAT_TRACE, {"answer = 3\nx = 1", "answer =", "answer"}, "0 of 3 completions end with"},
    {FORMAT_TRACE, {"3", "x = 1\nanswer = 3"}, NULL},
    {FORMAT_TRACE, {"3", "4", "x = 1\nanswer = 3"}, "1 of 3 completions end"},
    {FORMAT_TRACE,
     {"answer = 3", "answer = 4"},
     "all completions are answers alone; the test's, by `format`, are traces"},
    {FORMAT_DIRECT, {"answer = 3"}, NULL},
    {FORMAT_DIRECT,
     {"answer = 3", "x = 1\nanswer = 3"},
     "completions are traces; the test's, by `format`, are answers"},
    {FORMAT_ANSWER_FIRST, {"answer = 3\nx = 1"}, NULL},
    {FORMAT_ANSWER_FIRST, {"x = 1\nanswer = 3"}, "0 of 1 completions begin with a line `answer = ...`"},
};

static void add_text(struct fixture *s, const char *text, struct tokens *tokens) {
    const char *piece = text, *end = text + strlen(text);
    size_t bytes;
    tokens->count = 0;
    for (; (bytes = vocabulary_split(&piece, end)) > 0; piece += bytes) {
        char word[64];
        snprintf(word, sizeof word, "%.*s", (int)bytes, piece);
        assert_int_equal(vocabulary_add(s->vocabulary, word, NULL), ERR_OK);
    }
    assert_int_equal(vocabulary_encode(s->vocabulary, text, strlen(text), tokens, &s->error), ERR_OK);
}

static void add_sequence(struct fixture *s, const char *prompt, const char *completion,
                         struct dataset_builder *builder) {
    struct tokens a = {0}, b = {0};
    add_text(s, prompt, &a);
    add_text(s, completion, &b);
    assert_int_equal(dataset_add(builder, (struct token_span){a.id, a.count},
                                 (struct token_span){b.id, b.count}, &s->error),
                     ERR_OK);
    tokens_free(&a);
    tokens_free(&b);
}

static struct dataset make_problems(struct fixture *s) {
    struct dataset problems;
    struct team *team;
    assert_int_equal(team_create(1, &team, &s->error), ERR_OK);
    assert_int_equal(
        dataset_build_problems(&s->mix, s->vocabulary, 1, SPLIT_TEST, 40, team, &problems, &s->error),
        ERR_OK);
    team_free(team);
    return problems;
}

static void check(const char *what, bool differ, const char *message, const char *says) {
    if (differ != (says != NULL)) fail_msg("%s: %s", what, differ ? message : "nothing is said");
    if (!says) return;
    if (strncmp(message, "file: ", 6) || !strstr(message, says)) fail_msg("%s: %s", what, message);
}

static void prompts_of_another_form(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof prompts / sizeof *prompts; i++) {
        struct fixture s;
        struct dataset_builder given = {0};
        struct error message = {""};
        bool differ;
        fixture_prepare(&s, prompts[i].task);
        fixture_open(&s);
        for (int k = 0; k < TEXTS && prompts[i].prompts[k]; k++)
            add_sequence(&s, prompts[i].prompts[k], "answer = 1", &given);
        struct dataset problems = make_problems(&s);
        assert_int_equal(
            form_prompts_differ(&given.dataset, &problems, s.vocabulary, "file", &differ, &message, &s.error),
            ERR_OK);
        check(prompts[i].prompts[0], differ, message.message, prompts[i].says);
        dataset_free(&given.dataset);
        dataset_free(&problems);
        fixture_close(&s);
    }
}

static void completions_of_another_form(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof completions / sizeof *completions; i++) {
        struct fixture s;
        struct dataset_builder given = {0};
        struct error message = {""};
        fixture_prepare(&s, "add");
        s.mix.format = completions[i].format;
        fixture_open(&s);
        for (int k = 0; k < TEXTS && completions[i].completions[k]; k++)
            add_sequence(&s, "1 + 2\n", completions[i].completions[k], &given);
        struct dataset problems = make_problems(&s);
        bool differ = form_completions_differ(&given.dataset, &problems, "file", &message);
        check(completions[i].completions[0], differ, message.message, completions[i].says);
        dataset_free(&given.dataset);
        dataset_free(&problems);
        fixture_close(&s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prompts_of_another_form),
        cmocka_unit_test(completions_of_another_form),
    };
    return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
