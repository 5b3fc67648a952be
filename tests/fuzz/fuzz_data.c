/* Fuzz target of training data made elsewhere (data.file): whatever the bytes, a message, or sequences of
 * known tokens that begin with <bos>, end with <eos> and have something to learn; and a verdict on
 * whether they look like the problems of the test. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/data_file.h"
#include "data/form.h"
#include "tasks/tasks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
    if (!condition) abort();
}

static char path[] = "/tmp/cotnoise-fuzz-XXXXXX";

static void leave(void) { unlink(path); }

static void put(const uint8_t *bytes, size_t length) {
    static bool made;
    if (!made) {
        int file = mkstemp(path);
        require(file >= 0 && !close(file) && !atexit(leave));
        made = true;
    }
    FILE *stream = fopen(path, "wb");
    require(stream && fwrite(bytes, 1, length, stream) == length && !fclose(stream));
}

static void count_warning(void *context, const char *message) {
    require(strlen(message) > 0 && !strchr(message, '\n'));
    ++*(int *)context;
}

static void check(const struct dataset *set, const struct vocabulary *vocabulary) {
    int words = vocabulary_count(vocabulary);
    require(set->samples > 0 && words <= DATA_FILE_VOCABULARY);
    for (int64_t i = 0; i < set->samples; i++) {
        struct token_span all = dataset_sequence(set, i);
        require(all.count >= 3 && all.count <= DATA_FILE_TOKENS && (int)all.count <= set->longest);
        require(set->prompt[i] >= 1 && set->prompt[i] < (int32_t)all.count);
        require(all.id[0] == TOKEN_BOS && all.id[all.count - 1] == TOKEN_EOS);
        for (size_t t = 0; t < (size_t)all.count; t++) require(all.id[t] >= 0 && all.id[t] < words);
    }
}

/* Ten problems of addition. */
static const struct dataset *problems(const struct mix *mix, const struct vocabulary *vocabulary) {
    static struct dataset set;
    struct team *team;
    if (set.samples) return &set;
    require(!team_create(1, &team, NULL) &&
            !dataset_build_problems(mix, vocabulary, 1, SPLIT_TEST, 10, team, &set, NULL));
    team_free(team);
    return &set;
}

static void compare(const struct dataset *given, const struct dataset *tested,
                    const struct vocabulary *vocabulary) {
    struct error message = {{0}}, error;
    bool differ = false;
    require(!form_prompts_differ(given, tested, vocabulary, path, &differ, &message, &error));
    require(differ == (message.message[0] != 0));
    message.message[0] = 0;
    differ = form_completions_differ(given, tested, path, &message);
    require(differ == (message.message[0] != 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct mix mix;
    struct vocabulary *vocabulary;
    struct data_file file = {0};
    struct error error = {{0}};
    int warnings = 0;
    mix_default(&mix);
    mix.entry[0] =
        (struct mix_entry){.task = task_find("add"), .weight = 1, .sizes = task_find("add")->sizes};
    mix.entries = 1;
    require(!mix_vocabulary(&mix, &vocabulary, &error));
    const struct dataset *tested = problems(&mix, vocabulary);
    put(data, size);
    if (data_file_read(path, vocabulary, count_warning, &warnings, &file, &error)) {
        require(strlen(error.message) > 0);
    } else {
        check(&file.builder.dataset, vocabulary);
        compare(&file.builder.dataset, tested, vocabulary);
        require(warnings <= DATA_FILE_WARNINGS + 1 && (warnings > 0) == (file.skipped > 0));
        dataset_free(&file.builder.dataset);
    }
    vocabulary_free(vocabulary);
    return 0;
}
