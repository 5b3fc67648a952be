/* The colours of plots. See palette.h. */
#include "plot/palette.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *property, *light, *dark;
} colours[] = {
    {"--ink", PALETTE_INK, "#e6edf3"},     {"--muted", PALETTE_MUTED, "#9ca6b0"},
    {"--axis", PALETTE_AXIS, "#6e7681"},   {"--grid", PALETTE_GRID, "#2b3138"},
    {"--paper", PALETTE_PAPER, "#0d1117"}, {"--k0", "#0072b2", "#4ba6e8"},
    {"--k1", "#d55e00", "#ff8c42"},        {"--k2", "#009e73", "#35cf9f"},
    {"--k3", "#b8529b", "#e88fcb"},        {"--k4", "#56a5d8", "#9fd3f7"},
    {"--k5", "#d18f00", "#f7bd4a"},        {"--k6", "#7a1f4b", "#cf6a98"},
    {"--k7", "#6b7280", "#b4bcc6"},        {"--s0", "#470d60", "#b48be6"},
    {"--s1", "#443983", "#9299ee"},        {"--s2", "#31688e", "#6fb1e0"},
    {"--s3", "#208f8b", "#46c7c1"},        {"--s4", "#28a877", "#5bd7a2"},
    {"--s5", "#6bb13a", "#9edd6c"},        {"--s6", "#aea118", "#dbd152"},
    {"--s7", "#d98b0a", "#f7ba5e"},
};

enum { FIRST_KIND = 5, FIRST_STEP = FIRST_KIND + PALETTE_SERIES };

const char *palette_kind(int n) { return colours[FIRST_KIND + n % PALETTE_SERIES].light; }

const char *palette_step(int n, int count) {
    int step = count > 1 ? (n * (PALETTE_SERIES - 1) + (count - 1) / 2) / (count - 1) : 0;
    return colours[FIRST_STEP + step % PALETTE_SERIES].light;
}

const char *palette_series(size_t n, size_t count, bool rises) {
    return rises ? palette_step((int)n, (int)count) : palette_kind((int)n);
}

static void properties(struct buffer *css, int dark) {
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
        buffer_printf(css, "%s:%s;", colours[i].property, dark ? colours[i].dark : colours[i].light);
}

void palette_css(struct buffer *css) {
    buffer_text(css, ":root{");
    properties(css, 0);
    buffer_text(css, "}@media screen and (prefers-color-scheme:dark){:root{");
    properties(css, 1);
    buffer_text(css, "}}");
}

const char *palette_property(int red, int green, int blue) {
    char hex[16];
    snprintf(hex, sizeof hex, "#%02x%02x%02x", red & 255, green & 255, blue & 255);
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
        if (!strcmp(hex, colours[i].light)) return colours[i].property;
    return NULL;
}
