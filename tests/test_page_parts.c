/* Parts of the page, each by itself and without figures: what they say of which runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "page/page.h"
#include "record/collect.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

struct part {
    struct collection collection;
    struct curves curves;
    struct page page;
    struct buffer html;
};

static const char *folder(const char *name) {
    static char path[1024];
    snprintf(path, sizeof path, "%s/%s", getenv("SCRATCH"), name);
    return path;
}

static void open_part(const char *name, struct part *part) {
    struct error error = {""};
    *part = (struct part){.page = {.name = "x", .collection = &part->collection, .curves = &part->curves}};
    if (collect_runs(folder(name), false, &part->collection, &error) ||
        curves_find(&part->collection, 0.95, 0.9, &part->curves, &error))
        fail_msg("%s", error.message);
}

static void close_part(struct part *part) {
    curves_free(&part->curves);
    collection_free(&part->collection);
    buffer_free(&part->html);
}

static void assert_shown(const struct part *part, const char *wanted) {
    if (!part->html.bytes || !strstr(part->html.bytes, wanted))
        fail_msg("'%s' is not in:\n%s", wanted, part->html.bytes ? part->html.bytes : "");
}

static void assert_not_shown(const struct part *part, const char *unwanted) {
    if (part->html.bytes && strstr(part->html.bytes, unwanted))
        fail_msg("'%s' is in:\n%s", unwanted, part->html.bytes);
}

static size_t count(const struct part *part, const char *wanted) {
    size_t times = 0;
    for (const char *c = part->html.bytes; (c = strstr(c, wanted)); c++) times++;
    return times;
}

/* --- runs ------------------------------------------------------------------------------------------ */

static void the_table_has_what_varies(void **state) {
    (void)state;
    struct part part;
    struct error error;
    for (int64_t seed = 1; seed <= 3; seed++)
        make_run(folder("runs"), (struct made_run){.seed = seed,
                                                   .samples = seed == 3 ? 2000 : 1000,
                                                   .options = seed == 2 ? "\"train\":{\"clip\":0.5}" : NULL});
    open_part("runs", &part);
    assert_int_equal(page_runs(&part.page, &part.html, &error), ERR_OK);
    assert_shown(&part, "<button>samples</button>"); /* only the last run has others */
    assert_shown(&part, "<td class=\"n\" data-v=\"2000\">2,000</td>");
    assert_shown(&part, "<button>train.clip</button>");
    assert_shown(&part, "<td class=\"n\" data-v=\"0.5\">0.5</td>");
    assert_not_shown(&part, "<button>task</button>");
    assert_not_shown(&part, "<button>seeds</button>"); /* nor is the seed said twice */
    assert_int_equal(count(&part, "<tr>"), 4);
    close_part(&part);
}

/* What others start from has a table of its own, with columns of its own. */
static void parents_stand_apart(void **state) {
    (void)state;
    struct part part;
    struct error error;
    for (int64_t seed = 1; seed <= 3; seed++)
        make_run(folder("parents"), (struct made_run){.seed = seed, .samples = seed == 3 ? 40000 : 1000});
    open_part("parents", &part);
    struct record *parents[] = {part.collection.records[2]}, **none = part.collection.parents;
    assert_int_equal(page_runs(&part.page, &part.html, &error), ERR_OK);
    assert_not_shown(&part, "<h3>Parents</h3>");
    assert_not_shown(&part, "<button>parent</button>"); /* no run has one */
    part.collection.parents = parents;
    part.collection.parent_count = 1;
    part.collection.count = 2;
    strcpy(part.collection.records[0]->outcome.parent, "abc");
    buffer_clear(&part.html);
    assert_int_equal(page_runs(&part.page, &part.html, &error), ERR_OK);
    assert_shown(&part, "<h3>Parents</h3>");
    assert_shown(&part, "<td>abc</td>");
    assert_int_equal(count(&part, "<tr>"), 2 + 1 + 1 + 1);
    part.collection.parents = none;
    part.collection.parent_count = 0;
    part.collection.count = 3;
    close_part(&part);
}

/* An ID of digits with one e among them is still a name. */
static void a_name_is_no_number(void **state) {
    (void)state;
    struct part part;
    struct error error;
    make_run(folder("digits"), (struct made_run){.seed = 1});
    open_part("digits", &part);
    strcpy(part.collection.records[0]->run, "653654468321e549");
    assert_int_equal(page_runs(&part.page, &part.html, &error), ERR_OK);
    assert_shown(&part, "<td>653654468321e549</td>");
    close_part(&part);
}

static void what_is_missing_is_said(void **state) {
    (void)state;
    struct part part;
    make_run(folder("missing"), (struct made_run){.seed = 1});
    make_file(folder("missing"), "runs/begun/metrics.jsonl", "%s", "");
    make_file(folder("missing"), "runs/broken/failed.json", "%s", "{\"reason\":\"killed\",\"attempts\":2}");
    make_file(folder("missing"), "runs/spoilt/result.json", "%s", "{}");
    open_part("missing", &part);
    page_faults(&part.page, &part.html);
    assert_shown(&part, "<p>1 run is not finished; the same sweep command goes on with it.</p>");
    assert_shown(&part, "<code>broken</code></td><td class=\"wrap\">killed</td><td class=\"n\">2</td>");
    assert_shown(&part, "<h3>Not the result of the run, and left out of everything above</h3>");
    assert_shown(&part, "<code>spoilt</code>");
    close_part(&part);
    /* What the spec does not ask for is said too, also where nothing else is. */
    make_run(folder("asked"), (struct made_run){.seed = 1});
    make_run(folder("asked"), (struct made_run){.seed = 2});
    open_part("asked", &part);
    free(part.collection.notice);
    part.collection.notice = NULL;
    page_faults(&part.page, &part.html);
    assert_int_equal(part.html.length, 0);
    part.collection.others = 2;
    page_faults(&part.page, &part.html);
    assert_shown(&part, "2 other runs lie here that the spec does not ask for now");
    close_part(&part);
}

/* --- curves ---------------------------------------------------------------------------------------- */

/* Where seeds learn or do not, the table has the share that learned at each level. */
static void split_levels_are_marked(void **state) {
    (void)state;
    struct part part;
    for (int64_t seed = 1; seed <= 2; seed++)
        for (int level = 0; level < 3; level++)
            make_run(folder("split"), (struct made_run){.seed = seed,
                                                        .noise = level ? "digit" : "none",
                                                        .rate = !level       ? "0"
                                                                : level == 1 ? "0.5"
                                                                             : "1",
                                                        .correct = level < (int)seed ? 99 : 8});
    open_part("split", &part);
    page_thresholds(&part.page, &part.html);
    assert_shown(&part, "<td data-v=\"1\">0 %: 1, <b>50 %: 0.5</b>, 100 %: 0</td>");
    close_part(&part);
}

static void thresholds_say_of_what_they_are(void **state) {
    (void)state;
    struct part part;
    for (int64_t seed = 1; seed <= 2; seed++)
        for (int level = 0; level < 3; level++)
            make_run(folder("places"),
                     (struct made_run){.seed = seed,
                                       .noise = level ? "digit" : "none",
                                       .rate = !level       ? "0"
                                               : level == 1 ? "0.5"
                                                            : "1",
                                       .correct = 100000 - 40000 * level,
                                       .problems = 100000,
                                       .options = seed == 2 ? "\"train\":{\"learning_rate\":0.01}" : NULL});
    open_part("places", &part);
    page_thresholds(&part.page, &part.html);
    assert_shown(
        &part, "<caption>A row for each curve: how much noise leaves so much of its clean accuracy</caption>"
               "<thead><tr><th scope=\"col\"><button>settings</button></th>");
    assert_shown(&part, "<tr><td>learning rate 0.01</td><td>static: digit</td><td>rate</td>");
    /* 95 % of it at 0.0625, half of it at 0.625. */
    assert_int_equal(count(&part, "<td data-v=\"0.0625\">6.3&nbsp;% ("), 2);
    assert_int_equal(count(&part, "<td data-v=\"0.625\">62&nbsp;% ("), 2);
    assert_shown(&part, "Where there is one seed");
    assert_int_equal(count(&part, "<button>at 90&nbsp;%</button>"), 1);
    assert_int_equal(count(&part, "<button>at 95&nbsp;%</button>"), 0); /* the headline has a column */
    buffer_clear(&part.html);
    page_findings(&part.page, &part.html);
    assert_int_equal(count(&part, "<h3>"), 2);
    assert_int_equal(count(&part, "<ul class=\"findings\">"), 2);
    assert_int_equal(count(&part, "</ul>"), 2);
    close_part(&part);
}

/* --- traces ---------------------------------------------------------------------------------------- */

/* The run that has lost half of its accuracy is shown, and where its model went wrong first. */
static void traces_are_of_a_run_that_is_half_right(void **state) {
    (void)state;
    struct part part;
    struct error error;
    static const char *const rates[] = {"0.25", "0.5", "0.75", "1"};
    static const int64_t correct[] = {95, 55, 20, 2};
    make_run(folder("traces"), (struct made_run){.correct = 100});
    for (int i = 0; i < 4; i++) {
        char name[256];
        const char *run = make_run(
            folder("traces"), (struct made_run){.noise = "digit", .rate = rates[i], .correct = correct[i]});
        snprintf(name, sizeof name, "runs/%s/examples.jsonl", run);
        make_file(folder("traces"), name, "%s",
                  "{\"kind\":\"test\",\"prompt\":\"1\",\"clean\":\"a = 1\\nb = 2\\nc = 3\","
                  "\"completion\":\"a = 1\\nb = 7\\nc = 8\",\"correct\":false}\n");
    }
    open_part("traces", &part);
    assert_int_equal(page_examples(&part.page, &part.html, &error), ERR_OK);
    assert_int_equal(count(&part, "<details"), 1);
    assert_shown(&part, "static: digit, rate 0.5 <span class=\"muted\">(accuracy 55.0 %, seed 0)");
    assert_int_equal(count(&part, "first wrong line"), 1);
    assert_int_equal(count(&part, "<tr class=\"first\">"), 1);
    assert_int_equal(count(&part, "<tr class=\"after\">"), 1);
    close_part(&part);
}

/* A curve that has lost little is shown by a noisy run all the same. */
static void traces_are_never_of_clean_runs(void **state) {
    (void)state;
    struct part part;
    struct error error;
    make_run(folder("robust"), (struct made_run){.correct = 40});
    make_run(folder("robust"), (struct made_run){.noise = "digit", .rate = "1", .correct = 41});
    open_part("robust", &part);
    assert_int_equal(page_examples(&part.page, &part.html, &error), ERR_OK);
    assert_shown(&part, "static: digit, rate 1 <span");
    close_part(&part);
}

/* --- provenance ------------------------------------------------------------------------------------ */

static void sums_and_all_commits_are_told(void **state) {
    (void)state;
    struct part part;
    for (int64_t seed = 1; seed <= 3; seed++) make_run(folder("sums"), (struct made_run){.seed = seed});
    open_part("sums", &part);
    strcpy(part.collection.records[1]->outcome.commit, "def");
    part.collection.records[0]->outcome.seconds = 100;
    part.collection.records[1]->outcome.seconds = 20;
    part.collection.records[2]->outcome.seconds = 3;
    page_provenance(&part.page, &part.html);
    assert_shown(&part, "<dt>commit</dt><dd><code>abc</code></dd>\n<dt></dt><dd><code>def</code></dd>");
    assert_shown(&part, "<dt>seeds</dt><dd>1, 2, 3</dd>");
    assert_shown(&part, "2 min 03 s over all runs, 12,288 training tokens");
    assert_shown(&part, "<dt>last run finished</dt>");
    close_part(&part);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_has_what_varies),
        cmocka_unit_test(parents_stand_apart),
        cmocka_unit_test(a_name_is_no_number),
        cmocka_unit_test(what_is_missing_is_said),
        cmocka_unit_test(split_levels_are_marked),
        cmocka_unit_test(thresholds_say_of_what_they_are),
        cmocka_unit_test(traces_are_of_a_run_that_is_half_right),
        cmocka_unit_test(traces_are_never_of_clean_runs),
        cmocka_unit_test(sums_and_all_commits_are_told),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
