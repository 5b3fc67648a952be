/* The table of runs, and what is wrong with those that are not in it. See page.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "curve/labels.h"
#include "page/html.h"
#include "page/page.h"
#include "record/layout.h"
#include "record/results_csv.h"

enum { RUNS_SHOWN = 2000, FAULTS_SHOWN = 200 };

/* What an option says sorts by the number that it begins with, such as that of rates "0.5+0.1"; a name such
 * as the run 653654468321e549 is no number. */
static void option_cell(struct buffer *html, const char *text) {
    char *end;
    double number = strtod(text, &end);
    if (end > text && (!*end || *end == '+'))
        buffer_printf(html, "<td class=\"n\" data-v=\"%.9g\">", number);
    else
        buffer_text(html, "<td>");
    html_text(html, text);
    buffer_text(html, "</td>");
}

static void number_cell(struct buffer *html, enum column_type type, double number) {
    if (isnan(number)) {
        buffer_text(html, "<td class=\"n\" data-v=\"\">–</td>");
        return;
    }
    buffer_printf(html, "<td class=\"n\" data-v=\"%.17g\">", number);
    switch (type) {
    case COLUMN_COUNT: label_count((int64_t)number, html); break;
    case COLUMN_SHARE: buffer_printf(html, "%.1f&nbsp;%%", 100 * number); break;
    case COLUMN_TIME: html_text(html, duration_text(number, (char[DURATION_LENGTH]){0})); break;
    default:
        if (number >= 1000)
            label_count((int64_t)number, html);
        else
            buffer_printf(html, "%.3g", number);
        break;
    }
    buffer_text(html, "</td>");
}

static void column_cell(struct buffer *html, const struct column *column, const struct record *record) {
    if (column_is_text(column) && column->follows) {
        option_cell(html, column_text(column, record));
    } else if (column_is_text(column)) {
        buffer_text(html, "<td>");
        html_text(html, column_text(column, record));
        buffer_text(html, "</td>");
    } else {
        number_cell(html, column->type, column_number(column, record));
    }
}

/* Whether this is the column behind which the accuracy of the parent stands. */
static bool is_parent(const struct column *column) { return !strcmp(column->name, "parent"); }

/* A column of settings says nothing where all runs have the same, nor does that of parents where none has
 * one, or one that few runs have where none of them is here. */
static bool is_shown(const struct collection *collection, const struct column *column) {
    bool marked = false;
    for (size_t i = 0; i < collection->count && column->is_mark; i++)
        marked |= column_is_marked(column, collection->records[i]);
    if (column->is_mark && !marked) return false;
    for (size_t i = 0; i < collection->count && is_parent(column); i++)
        if (*column_text(column, collection->records[i])) return true;
    if (!column->title || is_parent(column) || !column->is_setting)
        return column->title && !is_parent(column);
    for (size_t i = 1; i < collection->count; i++)
        if (column_compare(column, collection->records[0], collection->records[i])) return true;
    return false;
}

/* Whether a column of the table already says what a field does. */
static bool is_said(const struct field *field) {
    if (field_is_rate(field) ||
        (field->column && (field->column->drawn || field->column->is_setting || field->column->title)))
        return true;
    for (const struct column *column = columns_table(); column->name; column++)
        if (column->option && field_is_option(field, column->option)) return true;
    return false;
}

/* What stands in the table: what tells settings apart (columns, then what else varies), what came out, the
 * ID. */
struct shown {
    const struct column *column[64];
    size_t columns, settings; /* of them, at the beginning */
    struct fields fields;
};

static void add_columns(const struct collection *collection, bool settings, struct shown *shown) {
    const size_t most = sizeof shown->column / sizeof *shown->column;
    const struct column *id = columns_table();
    for (const struct column *column = id + 1; column->name && shown->columns < most - 1; column++)
        if (column->is_setting == settings && is_shown(collection, column))
            shown->column[shown->columns++] = column;
    if (settings)
        shown->settings = shown->columns;
    else
        shown->column[shown->columns++] = id;
}

static enum err find_shown(const struct collection *collection, struct shown *shown, struct error *error) {
    struct fields all = {0};
    add_columns(collection, true, shown);
    add_columns(collection, false, shown);
    enum err code = results_csv_options(collection, &all, error);
    for (size_t i = 0; i < all.count && !code; i++)
        if (!is_said(&all.field[i])) code = fields_add(&shown->fields, all.field[i], error);
    fields_free(&all);
    return code;
}

static void field_headers(const struct collection *collection, const struct fields *fields,
                          struct buffer *html) {
    for (size_t i = 0; i < fields->count; i++) {
        char name[OPTION_NAME_MAX];
        field_name(&fields->field[i], collection_tasks(collection), name);
        html_heading(html, name, false);
    }
}

static void header_row(const struct collection *collection, const struct shown *shown, struct buffer *html) {
    for (size_t i = 0; i < shown->columns; i++) {
        if (i == shown->settings) field_headers(collection, &shown->fields, html);
        html_heading(html, shown->column[i]->title, !column_is_text(shown->column[i]));
        if (is_parent(shown->column[i])) html_heading(html, "parent's accuracy", true);
    }
}

static void field_cells(const struct record *record, const struct fields *fields, struct buffer *html) {
    for (size_t i = 0; i < fields->count; i++) {
        struct buffer text = {0};
        buffer_text(&text, "");
        field_text(&fields->field[i], record, &text);
        if (!text.failed) option_cell(html, text.bytes);
        html->failed |= text.failed;
        buffer_free(&text);
    }
}

static void run_row(const struct collection *all, const struct record *record, const struct shown *shown,
                    struct buffer *html) {
    buffer_text(html, "<tr>");
    for (size_t i = 0; i < shown->columns; i++) {
        if (i == shown->settings) field_cells(record, &shown->fields, html);
        column_cell(html, shown->column[i], record);
        if (!is_parent(shown->column[i])) continue;
        const struct record *parent = collection_parent(all, record);
        number_cell(html, COLUMN_SHARE, parent ? parent->outcome.evaluation.accuracy : NAN);
    }
    buffer_text(html, "</tr>\n");
}

/* `all`: where the parents of the runs are. */
static enum err run_table(const struct collection *all, const struct collection *collection,
                          const char *caption, struct buffer *html, struct error *error) {
    struct shown shown = {.columns = 0};
    enum err code = find_shown(collection, &shown, error);
    if (collection->count > RUNS_SHOWN)
        buffer_printf(html, "<p class=\"muted\">The first %d of %zu; " LAYOUT_RESULTS " has all.</p>\n",
                      RUNS_SHOWN, collection->count);
    html_table(html, caption);
    header_row(collection, &shown, html);
    html_table_rows(html);
    for (size_t i = 0; i < collection->count && i < RUNS_SHOWN; i++)
        run_row(all, collection->records[i], &shown, html);
    html_table_end(html);
    fields_free(&shown.fields);
    return code;
}

/* Runs that are in no curve: a table with columns of its own. */
static enum err table_apart(const struct collection *all, struct record **records, size_t count,
                            const char *title, const char *caption, struct buffer *html,
                            struct error *error) {
    struct collection apart = {.records = records, .count = count};
    if (!count) return ERR_OK;
    enum err code = fields_find_varied(records, count, &apart.varied, error);
    buffer_text(html, title);
    if (!code) code = run_table(all, &apart, caption, html, error);
    fields_free(&apart.varied);
    return code;
}

enum err page_runs(const struct page *page, struct buffer *html, struct error *error) {
    const struct collection *collection = page->collection;
    if (!collection->count) return ERR_OK;
    buffer_text(html, "<section>\n<h2>Runs</h2>\n");
    enum err code = run_table(collection, collection, "A row for each run", html, error);
    if (!code)
        code = table_apart(
            collection, collection->passed_over, collection->passed_over_count,
            "<h3>Not chosen</h3>\n<p>Runs whose values validated worse than others in their cell. "
            "They are in no curve.</p>\n",
            "A row for each run that was not chosen", html, error);
    if (!code)
        code = table_apart(collection, collection->parents, collection->parent_count,
                           "<h3>Parents</h3>\n<p>Runs that others start from. They are in no curve.</p>\n",
                           "A row for each parent", html, error);
    buffer_text(html, "</section>\n");
    return code;
}

/* --- what is not in the table ------------------------------------------------------------------------ */

static void faults(const struct faults *faults, const char *title, bool attempts, struct buffer *html) {
    if (!faults->count) return;
    buffer_printf(html, "<h3>%s</h3>\n", title);
    html_table(html, "A row for each such run");
    html_heading(html, "run", false);
    html_heading(html, "reason", false);
    if (attempts) html_heading(html, "attempts", true);
    html_table_rows(html);
    for (size_t i = 0; i < faults->count && i < FAULTS_SHOWN; i++) {
        buffer_text(html, "<tr><td><code>");
        html_text(html, faults->fault[i].run);
        buffer_text(html, "</code></td><td class=\"wrap\">");
        html_text(html, faults->fault[i].reason);
        buffer_text(html, "</td>");
        if (attempts && faults->fault[i].attempts)
            buffer_printf(html, "<td class=\"n\">%d</td>", faults->fault[i].attempts);
        else if (attempts)
            buffer_text(html, "<td class=\"n\">–</td>");
        buffer_text(html, "</tr>\n");
    }
    html_table_end(html);
    if (faults->count > FAULTS_SHOWN)
        buffer_printf(html, "<p class=\"muted\">%zu more are not listed.</p>\n",
                      faults->count - FAULTS_SHOWN);
}

void page_faults(const struct page *page, struct buffer *html) {
    const struct collection *collection = page->collection;
    if (!collection->failed.count && !collection->spoilt.count && !collection->unfinished &&
        !collection->others && !collection->notice)
        return;
    buffer_text(html, "<section>\n<h2>Failed and missing runs</h2>\n");
    faults(&collection->failed, "Failed", true, html);
    faults(&collection->spoilt, "Not the result of the run, and left out of everything above", false, html);
    if (collection->spoilt.count)
        buffer_text(html, "<p>The same sweep command sets aside what is there and runs them again.</p>\n");
    if (collection->unfinished)
        buffer_printf(html, "<p>%zu run%s not finished; the same sweep command goes on with %s.</p>\n",
                      collection->unfinished, collection->unfinished == 1 ? " is" : "s are",
                      collection->unfinished == 1 ? "it" : "them");
    if (collection->others)
        buffer_printf(html,
                      "<p>%zu other run%s here that the spec does not ask for now; <code>cotnoise report "
                      "--all</code> brings %s in.</p>\n",
                      collection->others, collection->others == 1 ? " lies" : "s lie",
                      collection->others == 1 ? "it" : "them");
    if (collection->notice) {
        buffer_text(html, "<p>All runs are shown, for what the spec asks for is not known: ");
        html_text(html, collection->notice);
        buffer_text(html, "</p>\n");
    }
    buffer_text(html, "</section>\n");
}
