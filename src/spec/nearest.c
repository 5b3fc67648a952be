/* Guesses what a mistyped word may have meant. See nearest.h. */
#include "spec/nearest.h"

#include <stdio.h>
#include <string.h>

static int smaller(int a, int b) { return a < b ? a : b; }

/* Optimal string alignment: edits and swaps of neighbours that turn a into b (lengths up to NEAREST_LENGTH).
 */
static int distance(const char *a, size_t n, const char *b, size_t m) {
    int d[NEAREST_LENGTH + 1][NEAREST_LENGTH + 1];
    for (size_t i = 0; i <= n; i++) d[i][0] = (int)i;
    for (size_t j = 0; j <= m; j++) d[0][j] = (int)j;
    for (size_t i = 1; i <= n; i++)
        for (size_t j = 1; j <= m; j++) {
            d[i][j] = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            d[i][j] = smaller(d[i][j], smaller(d[i - 1][j], d[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = smaller(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[n][m];
}

void nearest_offer(struct nearest *nearest, const char *candidate) {
    size_t n = strlen(nearest->word), m = strlen(candidate);
    if (n > NEAREST_LENGTH || m > NEAREST_LENGTH) return;
    int steps = distance(nearest->word, n, candidate, m);
    if (steps > (int)(n + 2) / 3 || (*nearest->best && steps >= nearest->distance)) return;
    nearest->distance = steps;
    snprintf(nearest->best, sizeof nearest->best, "%s", candidate);
}
