/* The report of a whole sweep: what reaches the page, and that nothing hostile does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "page/align.h"
#include "page/html.h"
#include "page/page.h"
#include "report/report.h"
#include "tests/support/runs.h"
#include "tests/support/shell.h"

/* Two runs, one figure. */
static const char *pair_of_runs(const char *name) {
    const char *directory = make_results(name);
    make_run(directory, (struct made_run){.correct = 99});
    make_run(directory, (struct made_run){.noise = "digit", .rate = "0.5", .correct = 50});
    return directory;
}

/* A small sweep with everything in it. */
static const char *sweep(const char *name) {
    const char *directory = make_results(name);
    static const char *const rates[] = {"0.3", "0.6", "1"};
    for (int64_t seed = 1; seed <= 2; seed++)
        for (int f = 0; f < 2; f++) {
            const char *format = f ? "trace" : "direct";
            make_run(directory, (struct made_run){.format = format, .seed = seed, .correct = 99});
            for (int64_t i = 0; i < 3; i++) {
                make_run(directory, (struct made_run){.format = format,
                                                      .seed = seed,
                                                      .noise = "digit",
                                                      .rate = rates[i],
                                                      .correct = 90 - 40 * i});
                for (int c = 1; c <= 2; c++)
                    make_run(directory, (struct made_run){.format = format,
                                                          .seed = seed,
                                                          .noise = "dynamic",
                                                          .rate = rates[i],
                                                          .contamination = c / 2.,
                                                          .correct = 80 - 20 * i - 10 * c});
            }
        }
    make_file(directory, "spec.yaml", "%s", "name: small # <i>\n");
    make_file(directory, "runs/broken/failed.json", "%s",
              "{\"reason\":\"the loss is not finite\",\"attempts\":2}");
    return directory;
}

static char *contents(const char *directory, const char *name) {
    char path[600], *bytes = NULL;
    size_t length;
    struct error error = {""};
    snprintf(path, sizeof path, "%s/%s", directory, name);
    if (file_read(path, 1 << 24, &bytes, &length, &error)) fail_msg("%s", error.message);
    return bytes;
}

static char *page_of(const char *directory) {
    struct report_summary summary;
    struct error error = {""};
    struct report_options options = {.command = "cotnoise sweep 'a b.yaml' <x>"};
    if (report_write(directory, &options, &summary, &error)) fail_msg("%s", error.message);
    report_free(&summary);
    return contents(directory, "report.html");
}

static void assert_contains(const char *page, const char *part) {
    if (!strstr(page, part)) fail_msg("the page lacks: %s", part);
}

static void the_page_has_every_section(void **state) {
    (void)state;
    const char *directory = sweep("small");
    char *page = page_of(directory);
    static const char *const parts[] = {
        "<h1>small</h1>",
        "<h2>Findings</h2>",
        "<h2>Accuracy against noise</h2>",
        "<h2>Two things at once</h2>",
        "<h2>Chain of thought against direct answers</h2>",
        "<h2>Thresholds</h2>",
        "<h2>Learning</h2>",
        "<h2>Sample traces</h2>",
        "first wrong line",
        "deleted",
        "<h2>Runs</h2>",
        "the loss is not finite",
        "<h2>Provenance</h2>",
        "name: small # &lt;i&gt;",
        "cotnoise sweep &#39;a b.yaml&#39; &lt;x&gt;",
        "a processor, kernels for x86-64-v3, OpenBLAS core Haswell",
        "<code>abc</code>",
        "<dt>seeds</dt><dd>1, 2</dd>",
        "accuracy keeps at least 95&nbsp;% of its clean value",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) assert_contains(page, parts[i]);
    free(page);
    static const char *const files[] = {"results.csv",        "thresholds.csv",     "plots/accuracy.gp",
                                        "plots/accuracy.csv", "plots/accuracy.svg", "plots/accuracy.png",
                                        "plots/heatmap.png",  "plots/formats.svg",  "plots/learning.svg"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) free(contents(directory, files[i]));
}

/* The page of the test above. */
static void the_page_asks_for_nothing(void **state) {
    (void)state;
    char *page = contents(getenv("SCRATCH"), "small/report.html");
    for (const char *link = page; (link = strstr(link, "://")); link++)
        if (strncmp(link, "://www.w3.org/", 14)) fail_msg("the page names %.60s", link - 6);
    assert_null(strstr(page, "src="));
    for (const char *link = page; (link = strstr(link, "url(")); link++)
        if (link[4] != '#') fail_msg("the page names %.60s", link);
    assert_null(strstr(page, "@import"));
    free(page);
}

static void the_same_runs_give_the_same_page(void **state) {
    (void)state;
    const char *directory = pair_of_runs("twice");
    char *first = page_of(directory), *second = page_of(directory);
    assert_string_equal(first, second);
    free(first);
    free(second);
}

/* The page's policy names the one script that may run by its hash; here is who checks it. */
static void the_policy_knows_the_script(void **state) {
    (void)state;
    make_file(getenv("SCRATCH"), "script.js", "%s", page_script);
    const char *hash =
        shell_expect(0, "python3 -c 'import base64, hashlib, sys; "
                        "print(base64.b64encode(hashlib.sha256(open(sys.argv[1], \"rb\").read())"
                        ".digest()).decode(), end=\"\")' \"$SCRATCH/script.js\"");
    assert_string_equal(hash, page_script_hash);
}

/* Every tag of that page is closed in order, as an independent parser sees it. */
static void the_page_is_well_formed(void **state) {
    (void)state;
    make_file(getenv("SCRATCH"), "tags.py", "%s",
              "import sys\n"
              "from html.parser import HTMLParser\n"
              "class P(HTMLParser):\n"
              "    void = {'meta', 'link', 'br'}\n"
              "    def __init__(self): super().__init__(); self.open = []; self.scripts = 0\n"
              "    def handle_starttag(self, tag, attrs):\n"
              "        if tag not in self.void: self.open.append(tag)\n"
              "        self.scripts += tag == 'script'\n"
              "        assert not any(name.startswith('on') for name, _ in attrs), attrs\n"
              "    def handle_startendtag(self, tag, attrs): pass\n"
              "    def handle_endtag(self, tag):\n"
              "        assert self.open and self.open.pop() == tag, (tag, self.getpos())\n"
              "p = P(); p.feed(open(sys.argv[1]).read()); p.close()\n"
              "assert not p.open and p.scripts == 1, (p.open, p.scripts)\n");
    shell_expect(0, "python3 \"$SCRATCH/tags.py\" \"$SCRATCH/small/report.html\"");
}

static const char hostile[] =
    "<script>alert(1)</script>\\\"'`touch pwned`$(touch pwned)&amp;';system(\\\"touch pwned\\\")#";

static void hostile_names_stay_text(void **state) {
    (void)state;
    const char *directory = make_results("<b>evil'\"&$(touch pwned)");
    /* What another version of the program wrote may be called anything, and tells settings apart. */
    char options[1000];
    for (int64_t i = 0; i < 6; i++) {
        snprintf(options, sizeof options, "\"%s\":\"%s%d\"", hostile, hostile, i < 3);
        make_run(directory, (struct made_run){.noise = i % 3 ? "digit" : "none",
                                              .rate = i % 3 == 0   ? "0"
                                                      : i % 3 == 1 ? "0.5"
                                                                   : "1",
                                              .seed = i,
                                              .options = options,
                                              .correct = 90 - 30 * (i % 3)});
    }
    make_file(directory, "spec.yaml", "</pre></details>%s\xff\x01\n", hostile);
    make_file(directory, "runs/x\"><img src=x onerror=alert(1)>/failed.json", "{\"reason\":\"%s\"}", hostile);
    make_file(directory, "runs/bad/result.json", "%s", "{\"<script>\":1,\"<script>\":2}");
    char *page = page_of(directory);
    const char *script = strstr(page, "<script>");
    assert_non_null(script);
    assert_int_equal(strncmp(script + 8, page_script, strlen(page_script)), 0);
    assert_null(strstr(script + 8, "<script"));
    assert_null(strstr(page, "<img"));
    assert_null(strstr(page, "<b>evil"));
    assert_null(strstr(page, "</pre></details>&lt;"));
    assert_contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;");
    assert_contains(page, "&lt;b&gt;evil&#39;&quot;&amp;$(touch pwned)");
    assert_contains(page, "\\xff\\u0001");
    assert_null(strchr(page, '\x01'));
    free(page);
    shell_expect(1, "find \"$SCRATCH\" . -maxdepth 4 -name pwned | grep .");
}

static void hostile_traces_stay_text(void **state) {
    (void)state;
    const char *directory = make_results("traces");
    char name[256];
    const char *run = NULL;
    for (int64_t i = 0; i < 2; i++)
        run = make_run(
            directory,
            (struct made_run){.noise = i ? "digit" : "none", .rate = i ? "1" : "0", .correct = 90 - 50 * i});
    snprintf(name, sizeof name, "runs/%s/examples.jsonl", run);
    make_file(directory, name,
              "not json\n[1]\n{\"kind\":7}\n{\"kind\":\"training\",\"prompt\":\"%s\",\"clean\":\"<td>a\\n<\","
              "\"completion\":\"</table><td>b\\n\\u0007\",\"corrupted\":1e99}\n"
              "{\"kind\":\"test\",\"prompt\":\"\",\"clean\":\"\",\"completion\":\"\",\"correct\":\"yes\"}\n"
              "{\"kind\":\"test\",\"prompt\":\"p\",\"clean\":\"c\",\"completion\":\"<i>\",\"correct\":true}",
              hostile);
    snprintf(name, sizeof name, "runs/%s/metrics.jsonl", run);
    make_file(
        directory, name, "%s",
        "{\"tokens\":1e300,\"loss\":1}\n{\"tokens\":-1,\"accuracy\":0.5}\n{\"tokens\":1,\"accuracy\":5}\n"
        "{\"tokens\":\"x\"}\n}{\n\n{\"tokens\":1,\"loss\":2}");
    char *page = page_of(directory);
    assert_contains(page, "&lt;/table&gt;&lt;td&gt;b");
    assert_contains(page, "&lt;i&gt;");
    assert_null(strstr(page, "<td>a\n"));
    free(page);
}

static void a_sweep_without_results(void **state) {
    (void)state;
    const char *directory = make_results("empty");
    char *page = page_of(directory);
    assert_contains(page, "No run has finished yet.");
    free(page);
    char *csv = contents(directory, "results.csv");
    assert_non_null(strstr(csv, "run,task,format,model"));
    assert_string_equal(strchr(csv, '\n'), "\n");
    free(csv);
    make_run(directory, (struct made_run){.correct = 100});
    page = page_of(directory);
    assert_contains(page, "No finished run has noise yet");
    free(page);
}

/* Rows and columns are in the order of their levels, and each cell is where it belongs. */
static void maps_are_in_order(void **state) {
    (void)state;
    const char *directory = make_results("map");
    static const char *const rates[][3] = {{"0.2", "0.6", "1"}, {"0.3", "0.6", "1"}};
    make_run(directory, (struct made_run){.correct = 100});
    for (int c = 0; c < 2; c++)
        for (int i = 0; i < 3; i++)
            make_run(directory, (struct made_run){.noise = "digit",
                                                  .rate = rates[c][i],
                                                  .contamination = c ? 1 : 0.5,
                                                  .correct = 90 - 20 * i - 10 * c});
    free(page_of(directory));
    char *csv = contents(directory, "plots/heatmap.csv");
    assert_string_equal(csv, "column,row,across,up,accuracy,runs\n"
                             "0,0,0,0.5,1,1\n1,0,0.2,0.5,0.9,1\n3,0,0.6,0.5,0.7,1\n4,0,1,0.5,0.5,1\n"
                             "0,1,0,1,1,1\n2,1,0.3,1,0.8,1\n3,1,0.6,1,0.6,1\n4,1,1,1,0.4,1\n");
    free(csv);
}

/* The share that the spec asks for counts, unless another is asked for now. */
static void thresholds_are_as_asked_for(void **state) {
    (void)state;
    const char *directory = make_results("asked");
    make_run(directory,
             (struct made_run){.correct = 100, .options = "\"report\":{\"threshold\":0.9,\"learned\":0.8}"});
    struct report_summary summary;
    struct error error = {""};
    for (int asked = 0; asked < 2; asked++) {
        struct report_options options = {.threshold = asked * 0.5, .learned = asked * 0.25};
        if (report_write(directory, &options, &summary, &error)) fail_msg("%s", error.message);
        assert_true(summary.curves.share == (asked ? 0.5 : 0.9));
        assert_true(summary.curves.learned == (asked ? 0.25 : 0.8));
        report_free(&summary);
    }
}

/* A table that was made elsewhere is read and left as it is. */
static void tables_are_not_written_over(void **state) {
    (void)state;
    static const char table[] =
        "run,task,format,model,samples,epochs,noise,rate,contamination,accuracy,mine\n"
        "a,add,trace,tiny,1000,1,none,0,1,1,yes\n";
    static char directory[512];
    snprintf(directory, sizeof directory, "%s/table", getenv("SCRATCH"));
    make_file(directory, "results.csv", "%s", table);
    free(page_of(directory));
    char *after = contents(directory, "results.csv");
    assert_string_equal(after, table);
    free(after);
}

/* Figures of an earlier report go, a person's own files stay. */
/* Settings that differ in their parents alone share a figure, with a curve each. */
static void parents_share_a_figure(void **state) {
    (void)state;
    static const char *const starts[] = {"\"start\":{\"data.samples\":40000}",
                                         "\"start\":{\"data.samples\":0}",
                                         "\"start\":{\"data.samples\":5000}"};
    const char *directory = make_results("parents");
    for (int64_t i = 0; i < 3; i++) {
        make_run(directory, (struct made_run){.seed = i, .correct = 99, .options = starts[i]});
        make_run(directory,
                 (struct made_run){
                     .seed = i, .noise = "digit", .rate = "0.5", .correct = 50, .options = starts[i]});
    }
    char *page = page_of(directory);
    assert_non_null(strstr(page, "What the runs start from"));
    const char *order =
        shell_expect(0, "grep -o 'no parent\\|parent of [0-9,]*' %s/plots/parents.csv | uniq", directory);
    assert_string_equal(order, "no parent\nparent of 5,000\nparent of 40,000\n");
    free(page);
    page = page_of(pair_of_runs("no-parents"));
    assert_null(strstr(page, "What the runs start from"));
    free(page);
}

static void old_figures_are_removed(void **state) {
    (void)state;
    const char *directory = pair_of_runs("old");
    make_file(directory, "plots/accuracy-17.svg", "%s", "old");
    make_file(directory, "plots/accuracy-paper.gp", "%s", "mine");
    free(page_of(directory));
    free(contents(directory, "plots/accuracy-paper.gp"));
    char path[600];
    snprintf(path, sizeof path, "%s/plots/accuracy-17.svg", directory);
    assert_false(file_exists(path));
}

/* --- comparing --- */

static void compare(const char *one, const char *two, struct report_summary *summary) {
    char paths[3][600];
    struct error error = {""};
    snprintf(paths[0], sizeof paths[0], "%s/%s", getenv("SCRATCH"), one);
    snprintf(paths[1], sizeof paths[1], "%s/%s", getenv("SCRATCH"), two);
    snprintf(paths[2], sizeof paths[2], "%s/versus", getenv("SCRATCH"));
    if (report_compare((const char *const[]){paths[0], paths[1]}, 2, paths[2], &(struct report_options){0},
                       summary, &error))
        fail_msg("%s", error.message);
}

/* The kinds of noise come in another order in the second sweep, and it has one more. */
static void two_sweeps_are_compared(void **state) {
    (void)state;
    const char *directory = make_results("<first>");
    make_run(directory, (struct made_run){.seed = 1, .correct = 100});
    make_run(directory, (struct made_run){.seed = 1, .noise = "dynamic", .rate = "0.5", .correct = 90});
    make_run(directory, (struct made_run){.seed = 1, .noise = "dynamic", .rate = "0.75", .correct = 60});
    directory = make_results("second/");
    static const char fast[] = "\"train\":{\"learning_rate\":0.01}";
    make_run(directory, (struct made_run){.seed = 1, .correct = 100, .options = fast});
    make_run(directory,
             (struct made_run){.seed = 1, .noise = "digit", .rate = "0.25", .correct = 70, .options = fast});
    make_run(directory,
             (struct made_run){.seed = 1, .noise = "dynamic", .rate = "0.5", .correct = 10, .options = fast});
    make_file(directory, "runs/gone/failed.json", "%s", "{\"reason\":\"why\"}");
    struct report_summary summary;
    compare("<first>", "second/", &summary);
    assert_int_equal(summary.collection.count, 6);
    assert_int_equal(summary.curves.count, 3);
    static const char *const wanted[] = {"<first>: dynamic", "second: static: digit", "second: dynamic"};
    for (size_t i = 0; i < 3; i++) {
        char name[128];
        const struct curve *curve = &summary.curves.curve[i];
        snprintf(name, sizeof name, "%s: %s", curve->place, curve->label);
        assert_string_equal(name, wanted[i]);
        assert_true(curve->has_clean);
    }
    assert_string_equal(summary.collection.failed.fault[0].run, "second/gone");
    report_free(&summary);
    char *page = contents(getenv("SCRATCH"), "versus/report.html");
    assert_contains(page, "<h1>&lt;first&gt; against second</h1>");
    assert_contains(page, "<h2>The two sweeps</h2>");
    assert_contains(page, "<b>-80.0 points</b>");
    assert_contains(page, ">+0.0 points ("); /* of the clean runs: nothing is clear */
    /* Of the levels that both have: 0 and 0.5. */
    shell_expect(0, "test $(sed -n '/<h2>Differences/,/<.tbody>/p' $SCRATCH/versus/report.html | "
                    "grep -c ' points') = 2");
    assert_contains(page, "second/gone");
    free(page);
}

/* The same runs are on one curve, once, and there is nothing to compare. */
static void a_sweep_against_itself(void **state) {
    (void)state;
    const char *directory = make_results("self");
    make_run(directory, (struct made_run){.correct = 100});
    make_run(directory, (struct made_run){.noise = "digit", .rate = "0.5", .correct = 50});
    struct report_summary summary;
    compare("self", "self", &summary);
    assert_int_equal(summary.collection.count, 4);
    assert_int_equal(summary.curves.count, 1);
    assert_int_equal(curve_runs(&summary.curves.curve[0]), 2);
    report_free(&summary);
    char *page = contents(getenv("SCRATCH"), "versus/report.html");
    assert_contains(page, "There is nothing to compare");
    free(page);
}

/* --- parts --- */

static void html_escapes(void **state) {
    (void)state;
    struct buffer html = {0};
    static const char text[] = "a<b>&\"'\n\x80\xc3\xa9\xed\xa0\x80\xf0\x9f\x98\x80\x7f\xe2\x80\xae\xe2\x82";
    html_bytes(&html, text, sizeof text - 1);
    assert_string_equal(html.bytes, "a&lt;b&gt;&amp;&quot;&#39;\n"
                                    "\\x80\xc3\xa9\\xed\\xa0\\x80\xf0\x9f\x98\x80\\u007f\\u202e\\xe2\\x82");
    buffer_clear(&html);
    html_svg(&html,
             "<?xml?><!DOCTYPE svg><svg width='1'><title>t</title><desc>d</desc><rect fill=\"#ffffff\"/>"
             "<g id='a' stroke='rgb(  0, 114, 178)' color=\"black\"/><use xlink:href='#a'/><b "
             "c='rgb(1,2,3)'/></svg>",
             4, "x\"y");
    assert_string_equal(html.bytes,
                        "<svg role=\"img\" aria-label=\"x&quot;y\" width='1'><rect fill=\"none\"/>"
                        "<g id='f4-a' stroke='var(--k0)' color=\"var(--ink)\"/><use xlink:href='#f4-a'/>"
                        "<b c='rgb(1,2,3)'/></svg>");
    buffer_free(&html);
}

static void assert_aligned(const char *left, const char *right, bool in_step, const char *wanted) {
    struct alignment alignment;
    struct error error;
    struct buffer text = {0};
    assert_int_equal((in_step ? align_in_step : align_lines)(left, right, &alignment, &error), ERR_OK);
    buffer_text(&text, "");
    for (size_t i = 0; i < alignment.count; i++) {
        struct line_pair pair = alignment.pairs[i];
        buffer_append(&text, pair.left.start, pair.left.length);
        buffer_char(&text, '|');
        buffer_append(&text, pair.right.start, pair.right.length);
        buffer_char(&text, '\n');
    }
    assert_string_equal(text.bytes, wanted);
    buffer_free(&text);
    free(alignment.pairs);
}

static void lines_are_laid_side_by_side(void **state) {
    (void)state;
    assert_aligned("a = 1\nb = 2\nc = 3", "a = 1\nc = 3", false, "a = 1|a = 1\nb = 2|\nc = 3|c = 3\n");
    assert_aligned("a = 1\nb = 2", "a = 7\nb = 2", false, "a = 1|a = 7\nb = 2|b = 2\n");
    assert_aligned("a = 1", "z = 1\na = 2", false, "|z = 1\na = 1|a = 2\n");
    assert_aligned("a\nb\nc", "a\nc", true, "a|a\nb|c\nc|\n");
    assert_aligned("", "", false, "");
    assert_aligned("", "x", false, "|x\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_has_every_section),
        cmocka_unit_test(the_page_asks_for_nothing),
        cmocka_unit_test(the_same_runs_give_the_same_page),
        cmocka_unit_test(the_policy_knows_the_script),
        cmocka_unit_test(the_page_is_well_formed),
        cmocka_unit_test(hostile_names_stay_text),
        cmocka_unit_test(hostile_traces_stay_text),
        cmocka_unit_test(a_sweep_without_results),
        cmocka_unit_test(maps_are_in_order),
        cmocka_unit_test(thresholds_are_as_asked_for),
        cmocka_unit_test(tables_are_not_written_over),
        cmocka_unit_test(parents_share_a_figure),
        cmocka_unit_test(old_figures_are_removed),
        cmocka_unit_test(two_sweeps_are_compared),
        cmocka_unit_test(a_sweep_against_itself),
        cmocka_unit_test(html_escapes),
        cmocka_unit_test(lines_are_laid_side_by_side),
    };
    return cmocka_run_group_tests(tests, shell_setup, shell_teardown);
}
