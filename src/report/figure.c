/* One figure. See figure.h. */
#include "report/figure.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "report/gnuplot.h"
#include "report/palette.h"

static const char *const kind_names[FIGURE_KINDS] = {
    [FIGURE_ACCURACY] = "accuracy",
    [FIGURE_FORMATS] = "formats",
    [FIGURE_HEATMAP] = "heatmap",
    [FIGURE_LEARNING] = "learning",
};

const char *const draft_files[3] = {"data", "runs", "thresholds"};
static const char *const file_endings[3] = {".csv", "-runs.csv", "-thresholds.csv"};

void draft_free(struct draft *draft) {
    buffer_free(&draft->title);
    buffer_free(&draft->caption);
    buffer_free(&draft->setup);
    buffer_free(&draft->plot);
    for (int i = 0; i < 3; i++) buffer_free(&draft->data[i]);
}

void draft_key(struct draft *draft, size_t entries, size_t longest) {
    const size_t width = 650, letter = 7, sample = 56; /* pixels, a little generous */
    size_t across = width / (longest * letter + sample);
    if (across < 1) across = 1;
    if (across > 4) across = 4;
    size_t rows = (entries + across - 1) / across;
    buffer_printf(&draft->setup, "set key maxcols %zu width -%zu\nset tmargin %g\n", across, longest / 6,
                  2.6 + 1.3 * (double)rows);
}

/* The look that all figures share. */
static const char style[] =
    "set encoding utf8\n"
    "set datafile separator comma\n"
    "set border 3 linewidth 1 linecolor rgb '" PALETTE_AXIS "'\n"
    "set tics nomirror out scale 0.5 textcolor rgb '" PALETTE_MUTED "'\n"
    "set grid xtics ytics back linetype 1 linewidth 0.8 linecolor rgb '" PALETTE_GRID "'\n"
    "set key at screen 0.02, screen 0.915 left top horizontal Left reverse samplen 2 spacing 1.25 "
    "textcolor rgb '" PALETTE_INK "' noenhanced\n"
    "set xlabel textcolor rgb '" PALETTE_MUTED "' noenhanced\n"
    "set ylabel textcolor rgb '" PALETTE_MUTED "' noenhanced\n"
    "set bars 0\n"
    "set style fill transparent solid 0.16 noborder\n"
    "set style textbox opaque noborder fillcolor rgb '" PALETTE_PAPER "' margins 0.4,0.2\n";

static void write_script(const struct draft *draft, const char *name, struct buffer *script) {
    int width = draft->width ? draft->width : 680, height = draft->height ? draft->height : 440;
    buffer_printf(script,
                  "# `gnuplot %s.gp` draws %s.svg and %s.png from the CSV files beside it.\n"
                  "# The next report writes this script afresh: to restyle a figure, work on a copy.\n",
                  name, name, name);
    for (int i = 0; i < 3; i++)
        if (draft->data[i].length)
            buffer_printf(script, "%s = '%s%s'\n", draft_files[i], name, file_endings[i]);
    buffer_text(script, style);
    buffer_text(script, "set label 1 ");
    gnuplot_string(script, draft->title.bytes);
    buffer_text(script,
                " at screen 0.02, screen 0.955 left noenhanced textcolor rgb '" PALETTE_INK "' font ',16'\n");
    buffer_append(script, draft->setup.bytes, draft->setup.length);
    buffer_printf(script,
                  "set terminal svg size %d,%d dynamic font 'sans-serif,13' background '#ffffff'\n"
                  "set output '%s.svg'\nplot \\\n",
                  width, height, name);
    buffer_append(script, draft->plot.bytes, draft->plot.length);
    buffer_printf(script,
                  "\nset terminal pngcairo size %d,%d font 'sans-serif,13' fontscale 1.5 linewidth 2 "
                  "pointscale 2 background '#ffffff'\n"
                  "set output '%s.png'\nreplot\n",
                  2 * width, 2 * height, name);
}

static enum err write_file(const char *directory, const char *name, const char *ending,
                           const struct buffer *content, struct error *error) {
    struct buffer path = {0};
    buffer_printf(&path, "%s/%s%s", directory, name, ending);
    enum err code = path.failed || content->failed
                        ? err_memory(error, "a figure")
                        : file_write(path.bytes, content->bytes, content->length, error);
    buffer_free(&path);
    return code;
}

enum err figure_add(struct figures *figures, enum figure_kind kind, struct draft *draft,
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
    buffer_text(&draft->title, "");
    buffer_text(&draft->caption, "");
    if (draft->title.failed || draft->caption.failed) return err_memory(error, "a figure");
    write_script(draft, figure->name, &script);
    script.failed |= draft->setup.failed || draft->plot.failed;
    enum err code = write_file(directory, figure->name, ".gp", &script, error);
    buffer_free(&script);
    for (int i = 0; i < 3 && !code; i++)
        if (draft->data[i].length || draft->data[i].failed)
            code = write_file(directory, figure->name, file_endings[i], &draft->data[i], error);
    if (code) return code;
    figure->title = draft->title.bytes;
    figure->caption = draft->caption.bytes;
    draft->title = draft->caption = (struct buffer){0};
    figures->count++;
    return ERR_OK;
}

/* Whether a file is one that figure_add or gnuplot made: KIND, perhaps -NUMBER, and a known ending. */
static bool is_ours(const char *file) {
    static const char *const endings[] = {".gp", ".svg", ".png", ".csv", "-runs.csv", "-thresholds.csv"};
    for (int kind = 0; kind < FIGURE_KINDS; kind++) {
        size_t length = strlen(kind_names[kind]);
        if (strncmp(file, kind_names[kind], length)) continue;
        const char *rest = file + length;
        if (rest[0] == '-' && rest[1] >= '0' && rest[1] <= '9') rest += 1 + strspn(rest + 1, "0123456789");
        for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
            if (!strcmp(rest, endings[i])) return true;
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

enum err figures_draw(const struct figures *figures, const char *directory, struct error *error) {
    char names[FIGURES_MAX][32];
    const char *scripts[FIGURES_MAX];
    for (size_t i = 0; i < figures->count; i++) {
        snprintf(names[i], sizeof names[i], "%s.gp", figures->figure[i].name);
        scripts[i] = names[i];
    }
    return gnuplot_run(directory, scripts, figures->count, 2, error);
}

void figures_free(struct figures *figures) {
    for (size_t i = 0; i < figures->count; i++) {
        free(figures->figure[i].title);
        free(figures->figure[i].caption);
    }
    *figures = (struct figures){0};
}
