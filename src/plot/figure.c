/* One figure. See figure.h. */
#define _GNU_SOURCE 1 /* memmem */
#include "plot/figure.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/temporary.h"
#include "plot/gnuplot.h"
#include "plot/palette.h"

static const char *const kind_names[FIGURE_KINDS] = {
    [FIGURE_THRESHOLDS] = "thresholds", [FIGURE_ACCURACY] = "accuracy", [FIGURE_FORMATS] = "formats",
    [FIGURE_SWEEPS] = "sweeps",         [FIGURE_HEATMAP] = "heatmap",   [FIGURE_LEARNING] = "learning",
    [FIGURE_PARENTS] = "parents",       [FIGURE_PASS] = "pass",         [FIGURE_ROLLOUTS] = "rollouts",
    [FIGURE_REPAIR] = "repair",
};

const char *const drawing_files[3] = {"data", "runs", "thresholds"};
/* Sizes in CSS pixels of the SVG. */
enum {
    SECONDS = 60 /* that drawing one may take; it takes a third of one */,
    TAIL_BYTES = 32,
    PDF_BYTES_MAX = 8 << 20
};
enum { TITLE_HEIGHT = 40, KEY_ROW_HEIGHT = 20, KEY_LEFT = 14, LEFT = 86, RIGHT = 22, AXIS_NAME = 14 };

static const char *const file_endings[3] = {".csv", "-runs.csv", "-thresholds.csv"};

void drawing_free(struct drawing *drawing) {
    buffer_free(&drawing->title);
    buffer_free(&drawing->caption);
    buffer_free(&drawing->setup);
    buffer_free(&drawing->plot);
    buffer_free(&drawing->key);
    for (int i = 0; i < 3; i++) buffer_free(&drawing->data[i]);
}

/* The look that all figures share. */
static const char style[] =
    "set encoding utf8\n"
    "set datafile separator comma\n"
    "set border 3 linewidth 1 linecolor rgb '" PALETTE_AXIS "'\n"
    "set tics nomirror out scale 0.5 textcolor rgb '" PALETTE_MUTED "'\n"
    "set grid xtics ytics back linetype 1 linewidth 0.8 linecolor rgb '" PALETTE_GRID "'\n"
    "unset key\n"
    "set bars 0\n"
    "set style fill transparent solid 0.16 noborder\n"
    "set style textbox opaque noborder fillcolor rgb '" PALETTE_PAPER "' margins 0.4,0.2\n";

static int figure_height(const struct drawing *drawing) {
    int plot = drawing->plot_height ? drawing->plot_height : FIGURE_PLOT_HEIGHT;
    return TITLE_HEIGHT + KEY_ROW_HEIGHT * drawing->key_rows + plot;
}

double drawing_across(double pixels) { return pixels / FIGURE_WIDTH; }

double drawing_up(const struct drawing *drawing, double pixels) { return pixels / figure_height(drawing); }

/* Pixels that a label of the key takes with its sample and a gap, by the width of letters in the usual fonts.
 */
static double entry_width(size_t letters) {
    const double letter = 7.1, sample_and_gap = 60;
    return letter * (double)letters + sample_and_gap;
}

/* Bytes of a label up to and with the last comma that fits in a row, or the first, where none fits; all of
 * it, where it fits or has no comma. */
static size_t row_of_label(const char *label) {
    size_t length = strlen(label), fitting = length;
    if (KEY_LEFT + entry_width(length) <= FIGURE_WIDTH) return length;
    for (const char *comma = strstr(label, ", "); comma; comma = strstr(comma + 1, ", ")) {
        size_t here = (size_t)(comma + 1 - label);
        if (fitting == length || KEY_LEFT + entry_width(here) <= FIGURE_WIDTH) fitting = here;
    }
    return fitting;
}

static void draw_sample(struct buffer *key, const struct key_entry *entry, double left, double y) {
    buffer_printf(key,
                  "set arrow from screen %.4f, screen %.4f to screen %.4f, screen %.4f nohead linewidth 2%s "
                  "linecolor rgb '%s'\n",
                  left, y, left + 34. / FIGURE_WIDTH, y, entry->dashed ? " " FIGURE_DASHES : "",
                  entry->colour);
    if (entry->symbol)
        buffer_printf(
            key,
            "set label '' at screen %.4f, screen %.4f point pointtype %d pointsize 0.8 linecolor rgb "
            "'%s'\n",
            left + 17. / FIGURE_WIDTH, y, entry->symbol, entry->colour);
}

static void draw_label(struct buffer *key, const char *label, size_t length, double left, double y) {
    struct buffer row = {0};
    buffer_append(&row, label, length);
    buffer_text(key, "set label ");
    if (row.bytes) gnuplot_string(key, row.bytes);
    buffer_printf(key, " at screen %.4f, screen %.4f left noenhanced textcolor rgb '" PALETTE_INK "'\n",
                  left + 41. / FIGURE_WIDTH, y);
    key->failed |= row.failed;
    buffer_free(&row);
}

/* Where the middle of a row of the key is, as a share of the height. */
static double key_row(int row, double height) {
    return 1 - (TITLE_HEIGHT + KEY_ROW_HEIGHT * (row + 0.4)) / height;
}

void drawing_key(struct drawing *drawing, const struct key_entry *entries, size_t count) {
    /* Entries flow in rows like words, and what is too long for one row goes on in the next; how many there
     * are decides the height, which y is a share of. */
    for (int draw = 0; draw < 2; draw++) {
        double left = KEY_LEFT, height = figure_height(drawing);
        int row = 0;
        for (size_t i = 0; i < count; i++) {
            const char *label = entries[i].label;
            size_t length = row_of_label(label);
            if (left > KEY_LEFT && left + entry_width(strlen(label)) > FIGURE_WIDTH) {
                left = KEY_LEFT;
                row++;
            }
            if (draw) draw_sample(&drawing->key, &entries[i], left / FIGURE_WIDTH, key_row(row, height));
            for (; label[length]; length = row_of_label(label)) {
                if (draw) draw_label(&drawing->key, label, length, left / FIGURE_WIDTH, key_row(row, height));
                label += length + strlen(" ");
                row++;
            }
            if (draw) draw_label(&drawing->key, label, length, left / FIGURE_WIDTH, key_row(row, height));
            left = label == entries[i].label ? left + entry_width(length) : FIGURE_WIDTH;
        }
        drawing->key_rows = count ? row + 1 : 0;
    }
}

static double left_edge(const struct drawing *drawing) {
    return drawing_across(drawing->left ? drawing->left : LEFT);
}

static double right_edge(const struct drawing *drawing) {
    return 1 - drawing_across(drawing->right ? drawing->right : RIGHT);
}

static double top_edge(const struct drawing *drawing) {
    return 1 - drawing_up(drawing, TITLE_HEIGHT + KEY_ROW_HEIGHT * drawing->key_rows + FIGURE_ABOVE);
}

static double bottom_edge(const struct drawing *drawing) {
    return drawing_up(drawing, drawing->bottom ? drawing->bottom : FIGURE_BELOW);
}

static void add_axis_name(struct buffer *setup, const char *name, double across, double up,
                          const char *turned) {
    buffer_text(setup, "set label ");
    gnuplot_string(setup, name);
    buffer_printf(setup,
                  " at screen %.4f, screen %.4f center%s noenhanced textcolor rgb '" PALETTE_MUTED "'\n",
                  across, up, turned);
}

void drawing_axis_names(struct drawing *drawing, const char *across, const char *up) {
    buffer_text(&drawing->setup, "set xtics offset 0,0.3\n");
    add_axis_name(&drawing->setup, across, (left_edge(drawing) + right_edge(drawing)) / 2,
                  drawing_up(drawing, AXIS_NAME), "");
    if (up)
        add_axis_name(&drawing->setup, up, drawing_across(AXIS_NAME),
                      (bottom_edge(drawing) + top_edge(drawing)) / 2, " rotate by 90");
}

/* Letters are of one size in all three: 14 pixels of the SVG are 10.5 points, so that a figure fits the text
 * of a paper as it is. */
static void write_terminals(const char *name, int height, struct buffer *script, const struct buffer *plot) {
    buffer_printf(script,
                  "set terminal svg size %d,%d dynamic font 'sans-serif,14' background '" PALETTE_PAPER "'\n"
                  "set output '%s.svg'\nplot \\\n",
                  FIGURE_WIDTH, height, name);
    buffer_append(script, plot->bytes, plot->length);
    /* Not every gnuplot has cairo. The SVG is there by then. */
    buffer_printf(script,
                  "\nif (!strstrt(GPVAL_TERMINALS, 'pngcairo')) exit\n"
                  "set terminal pngcairo size %d,%d font 'sans-serif,14' fontscale 1.875 linewidth 2.5 "
                  "dashlength 2.5 pointscale 3.5 background '" PALETTE_PAPER "'\n"
                  "set output '%s.png'\nreplot\n",
                  5 * FIGURE_WIDTH / 2, 5 * height / 2, name);
    buffer_printf(script,
                  "if (!strstrt(GPVAL_TERMINALS, 'pdfcairo')) exit\n"
                  "set terminal pdfcairo size %.4fin,%.4fin font 'sans-serif,14' fontscale 0.565 linewidth "
                  "1.4 dashlength 2 pointscale 1.15 "
                  "background '" PALETTE_PAPER "'\n"
                  "set output '%s.pdf'\nreplot\n",
                  FIGURE_WIDTH / 96., height / 96., name);
}

/* As large as fits the width. */
static int title_font(const struct buffer *title) {
    enum { LARGEST = 15, SMALLEST = 8, FIT = 72 /* characters of the largest */ };
    int font = (int)(LARGEST * FIT / (title->length > FIT ? title->length : FIT));
    return font > SMALLEST ? font : SMALLEST;
}

static void write_script(const struct drawing *drawing, const char *name, struct buffer *script) {
    int height = figure_height(drawing);
    buffer_printf(script,
                  "# `gnuplot %s.gp` draws %s.svg, %s.png and %s.pdf from the CSV files beside it.\n"
                  "# The next report writes this script afresh: to restyle a figure, work on a copy.\n",
                  name, name, name, name);
    for (int i = 0; i < 3; i++)
        if (drawing->data[i].length)
            buffer_printf(script, "%s = '%s%s'\n", drawing_files[i], name, file_endings[i]);
    buffer_text(script, style);
    buffer_printf(script,
                  "set tmargin at screen %.4f\nset bmargin at screen %.4f\nset lmargin at screen %.4f\n"
                  "set rmargin at screen %.4f\n",
                  top_edge(drawing), bottom_edge(drawing), left_edge(drawing), right_edge(drawing));
    buffer_text(script, "set label 1 ");
    gnuplot_string(script, drawing->title.bytes);
    buffer_printf(
        script, " at screen %.4f, screen %.4f left noenhanced textcolor rgb '" PALETTE_INK "' font ',%d'\n",
        (double)KEY_LEFT / FIGURE_WIDTH, 1 - 0.5 * TITLE_HEIGHT / height, title_font(&drawing->title));
    buffer_append(script, drawing->key.bytes, drawing->key.length);
    buffer_append(script, drawing->setup.bytes, drawing->setup.length);
    write_terminals(name, height, script, &drawing->plot);
}

static enum err write_file(const char *directory, const char *name, const char *ending,
                           const struct buffer *content, struct error *error) {
    struct buffer path = {0};
    buffer_printf(&path, "%s/%s%s", directory, name, ending);
    enum err code = path.failed || content->failed
                        ? err_memory(error, "a figure")
                        : file_write_plain(path.bytes, content->bytes, content->length, error);
    buffer_free(&path);
    return code;
}

enum err figure_add(struct figures *figures, enum figure_kind kind, struct drawing *drawing,
                    const char *directory, struct error *error) {
    if (figures->count == FIGURES_MAX) {
        figures->left_out++;
        return ERR_OK;
    }
    struct figure *figure = &figures->figure[figures->count];
    *figure = (struct figure){.kind = kind};
    size_t same = 1;
    for (size_t i = 0; i < figures->count; i++) same += figures->figure[i].kind == kind;
    if (same == 1)
        snprintf(figure->name, sizeof figure->name, "%s", kind_names[kind]);
    else
        snprintf(figure->name, sizeof figure->name, "%s-%zu", kind_names[kind], same);
    struct buffer script = {0};
    buffer_text(&drawing->title, "");
    buffer_text(&drawing->caption, "");
    if (drawing->title.failed || drawing->caption.failed) return err_memory(error, "a figure");
    write_script(drawing, figure->name, &script);
    script.failed |= drawing->setup.failed || drawing->plot.failed || drawing->key.failed;
    enum err code = write_file(directory, figure->name, ".gp", &script, error);
    buffer_free(&script);
    for (int i = 0; i < 3 && !code; i++)
        if (drawing->data[i].length || drawing->data[i].failed)
            code = write_file(directory, figure->name, file_endings[i], &drawing->data[i], error);
    if (code) return code;
    figure->title = drawing->title.bytes;
    figure->caption = drawing->caption.bytes;
    drawing->title = drawing->caption = (struct buffer){0};
    figures->count++;
    return ERR_OK;
}

/* Whether a file is one that figure_add or gnuplot made: KIND, perhaps -NUMBER, and a known ending; or what a
 * killed one left of it. */
static bool is_ours(const char *file) {
    static const char *const endings[] = {".gp",  ".svg",      ".png",           ".pdf",
                                          ".csv", "-runs.csv", "-thresholds.csv"};
    const char *end = file + temporary_stem(file);
    for (int kind = 0; kind < FIGURE_KINDS; kind++) {
        size_t length = strlen(kind_names[kind]);
        if (strncmp(file, kind_names[kind], length)) continue;
        const char *rest = file + length;
        if (rest[0] == '-' && rest[1] >= '0' && rest[1] <= '9') rest += 1 + strspn(rest + 1, "0123456789");
        for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
            if (strlen(endings[i]) == (size_t)(end - rest) &&
                !strncmp(rest, endings[i], (size_t)(end - rest)))
                return true;
    }
    return false;
}

void figures_remove_old(const char *directory) {
    DIR *files = opendir(directory);
    if (!files) return;
    struct dirent *entry;
    while ((entry = readdir(files)))
        if (is_ours(entry->d_name)) unlinkat(dirfd(files), entry->d_name, 0);
    closedir(files);
}

/* Whether gnuplot came to the end of DIRECTORY/NAME.ENDING, in whose last bytes `mark` stands. Half a picture
 * is removed. */
static enum err look_at(const char *directory, const char *name, const char *ending, const char *mark,
                        bool *whole, struct error *error) {
    struct buffer path = {0};
    char *bytes = NULL;
    size_t length;
    buffer_printf(&path, "%s/%s%s", directory, name, ending);
    enum err code = path.failed ? err_memory(error, "a figure")
                                : file_read_tail(path.bytes, TAIL_BYTES, &bytes, &length, error);
    *whole = !code && memmem(bytes, length, mark, strlen(mark));
    if (!*whole && code != ERR_RUNTIME) unlink(path.bytes);
    free(bytes);
    buffer_free(&path);
    return code == ERR_RUNTIME ? code : ERR_OK;
}

/* Cairo writes into a PDF when it was made. The same results give the same figure, so blanks, which mean
 * nothing there, take the place of it. */
static enum err forget_time(const char *directory, const char *name, struct error *error) {
    static const char key[] = "/CreationDate (";
    struct buffer path = {0};
    char *bytes = NULL;
    size_t length = 0;
    buffer_printf(&path, "%s/%s.pdf", directory, name);
    enum err code = path.failed ? err_memory(error, "a figure")
                                : file_read_plain(path.bytes, PDF_BYTES_MAX, &bytes, &length, error);
    char *date = code ? NULL : memmem(bytes, length, key, strlen(key));
    char *end = date ? memchr(date, ')', length - (size_t)(date - bytes)) : NULL;
    if (end) {
        memset(date, ' ', (size_t)(end + 1 - date));
        code = file_write_plain(path.bytes, bytes, length, error);
    }
    free(bytes);
    buffer_free(&path);
    return code == ERR_INPUT ? ERR_OK : code;
}

enum err figures_draw(struct figures *figures, const char *directory, struct error *error) {
    char names[FIGURES_MAX][32];
    const char *scripts[FIGURES_MAX];
    struct error reason = {"gnuplot has no terminal that draws them"};
    for (size_t i = 0; i < figures->count; i++) {
        snprintf(names[i], sizeof names[i], "%s.gp", figures->figure[i].name);
        scripts[i] = names[i];
    }
    /* What came of it, the pictures say. */
    gnuplot_run(directory, scripts, figures->count, SECONDS, &reason);
    size_t undrawn = 0, lacking = 0;
    enum err code = ERR_OK;
    for (size_t i = 0; i < figures->count && !code; i++) {
        struct figure *figure = &figures->figure[i];
        bool has_png = false, has_pdf = false;
        code = look_at(directory, figure->name, ".svg", "</svg>", &figure->drawn, error);
        if (!code) code = look_at(directory, figure->name, ".png", "IEND", &has_png, error);
        if (!code) code = look_at(directory, figure->name, ".pdf", "%%EOF", &has_pdf, error);
        if (!code && has_pdf) code = forget_time(directory, figure->name, error);
        undrawn += !figure->drawn;
        lacking += !has_png || !has_pdf;
    }
    if (undrawn || lacking)
        err_set(&figures->trouble, ERR_RUNTIME, "%zu of %zu figures could not be drawn%s: %s",
                undrawn ? undrawn : lacking, figures->count, undrawn ? "" : " as PNG and PDF",
                reason.message);
    return code;
}

bool figures_has_drawn(const struct figures *figures, const char *name) {
    for (size_t i = 0; i < figures->count; i++)
        if (!strcmp(figures->figure[i].name, name)) return figures->figure[i].drawn;
    return false;
}

void figures_free(struct figures *figures) {
    for (size_t i = 0; i < figures->count; i++) {
        free(figures->figure[i].title);
        free(figures->figure[i].caption);
    }
    *figures = (struct figures){0};
}
