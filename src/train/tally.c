/* Texts counted. See tally.h. */
#include "train/tally.h"

#include <stdlib.h>
#include <string.h>

/* In any order that makes one of unequal texts: by length first. */
static int compare_texts(struct token_span a, struct token_span b) {
    if (a.count != b.count) return a.count < b.count ? -1 : 1;
    return a.count ? memcmp(a.id, b.id, a.count * sizeof *a.id) : 0;
}

static int compare(const void *left, const void *right) {
    const struct tally_text *a = left, *b = right;
    int order = compare_texts(a->text, b->text);
    return order ? order : a->place - b->place;
}

void tally_sort(struct tally_text *texts, int count) {
    if (count > 1) qsort(texts, (size_t)count, sizeof *texts, compare);
}

int tally_different(const struct tally_text *sorted, int count) {
    int different = count > 0;
    for (int i = 1; i < count; i++) different += compare_texts(sorted[i - 1].text, sorted[i].text) != 0;
    return different;
}

int tally_commonest(const struct tally_text *sorted, int count) {
    int place = -1, most = 0;
    for (int first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && !compare_texts(sorted[first].text, sorted[next].text);) next++;
        int votes = next - first;
        if (votes < most || (votes == most && sorted[first].place > place)) continue;
        most = votes;
        place = sorted[first].place;
    }
    return place;
}
