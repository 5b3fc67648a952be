/* Fuzz target of what the report reads from a run directory: whatever the bytes of result.json, config.json,
 * metrics.jsonl and examples.jsonl, a message or a record, and a page in which nothing of it is markup.
 *
 *     make CC=clang VARIANT=san build/san/fuzz/fuzz_result
 *     build/san/fuzz/fuzz_result -max_total_time=600 -max_len=4096 tests/fuzz/corpus/result
 *
 * The first byte says which of the files the rest is; the others are as a run writes them. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "curve/repair.h"
#include "page/page.h"
#include "record/collect.h"
#include "record/metrics.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {"result.json", "config.json", "metrics.jsonl", "examples.jsonl",
                                    "failed.json"};
enum { FILES = sizeof names / sizeof *names };

/* A run as a program of this version writes it. */
static const char usual_result[] =
    "{\"run\":\"r\",\"task\":\"add\",\"format\":\"trace\",\"model\":\"tiny\",\"parameters\":1,\"seed\":1,"
    "\"samples\":1,\"epochs\":1,\"noise\":\"digit\",\"rate\":\"0.5\",\"contamination\":1,\"accuracy\":0.5,"
    "\"accuracy_low\":0.2,\"accuracy_high\":0.8,\"trace_accuracy\":0,\"line_accuracy\":0,\"malformed\":0,"
    "\"unsound\":null,\"test_loss\":0,\"validation_accuracy\":null,\"problems\":4,\"correct\":2,\"steps\":1,"
    "\"tokens\":1,\"seconds\":1,\"tokens_per_second\":1,\"stopped\":\"end\",\"parent\":\"\","
    "\"method\":\"none\",\"commit\":\"c\",\"version\":\"" COTNOISE_VERSION "\",\"data\":\"\",\"skipped\":0}";
static const char usual_config[] = "{\"cotnoise\":{\"id\":\"r\",\"options\":{\"task\":{\"name\":\"add\"},"
                                   "\"noise\":{\"digit\":{\"rate\":0.5}}},"
                                   "\"machine\":{\"cpu\":\"p\",\"openblas_core\":\"o\",\"threads\":1}}}";

/* What a file is when it is not the one that is fuzzed; a failed run has no result. */
static const char *usual(size_t file, size_t which) {
    if (file == 0 && which != FILES - 1) return usual_result;
    return file == 1 ? usual_config : NULL;
}

/* A sweep with one run, in which file `which` has these bytes. */
static void make_sweep(const char *directory, size_t which, const uint8_t *bytes, size_t size) {
    char path[256];
    struct error error;
    snprintf(path, sizeof path, "%s/runs/r", directory);
    if (file_make_directories(path, &error)) abort();
    for (size_t f = 0; f < FILES; f++) {
        const char *text = usual(f, which);
        snprintf(path, sizeof path, "%s/runs/r/%s", directory, names[f]);
        unlink(path);
        FILE *file = f == which || text ? fopen(path, "wb") : NULL;
        if (!file) continue;
        fwrite(f == which ? (const void *)bytes : text, 1, f == which ? size : strlen(text), file);
        fclose(file);
    }
}

/* The one script is ours, and no other tag can begin where the data says so. */
static void check_page(const char *path) {
    char *page;
    size_t length;
    struct error error;
    if (file_read(path, 1 << 26, &page, &length, &error)) abort();
    const char *script = strstr(page, "<script>");
    if (!script || strncmp(script + 8, page_script, strlen(page_script)) || strstr(script + 8, "<script"))
        abort();
    free(page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char directory[64], path[96];
    struct collection collection;
    struct curves curves;
    struct error error;
    if (!size) return 0;
    /* In memory where there is such a place: a report is synced to its disk. */
    snprintf(directory, sizeof directory, "%s/cotnoise-fuzz-%ld",
             file_exists("/dev/shm") ? "/dev/shm" : "/tmp", (long)getpid());
    make_sweep(directory, data[0] % FILES, data + 1, size - 1);
    if (collect_runs(directory, false, &collection, &error)) abort();
    if (curves_find(&collection, 0.95, 0.9, &curves, &error)) abort();
    struct figures none = {0};
    struct alternatives alternatives;
    if (alternatives_find(&collection, &curves, &alternatives, &error)) abort();
    struct repairs repairs;
    if (repairs_find(&collection, &repairs, &error)) abort();
    struct page page = {.name = "fuzz",
                        .plots = directory,
                        .collection = &collection,
                        .curves = &curves,
                        .alternatives = &alternatives,
                        .figures = &none,
                        .repairs = &repairs};
    struct metrics metrics;
    snprintf(path, sizeof path, "%s/runs/r", directory);
    if (metrics_read(path, &metrics, &error)) abort();
    snprintf(path, sizeof path, "%s/report.html", directory);
    if (page_write(&page, path, &error)) abort();
    check_page(path);
    repairs_free(&repairs);
    alternatives_free(&alternatives);
    curves_free(&curves);
    collection_free(&collection);
    return 0;
}
