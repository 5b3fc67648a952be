/* Fuzz target of what predictions read of a results.csv: whatever the bytes, cells with accuracies in 0 ... 1
 * or a message that names the file. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "curve/measured.h"
#include "tasks/tasks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition) {
    if (!condition) abort();
}

static void check(const struct measured *m) {
    for (size_t i = 0; i < m->count; i++) {
        const struct measured_setting *s = &m->settings[i];
        require(s->count > 0 && s->run->outcome.samples >= 0 && s->run->epochs >= 0);
        require(memchr(s->run->model, 0, sizeof s->run->model));
        for (size_t c = 0; c < s->count; c++) {
            const struct noise_level *level = &s->cells[c].level;
            double most = 0;
            require(s->cells[c].runs > 0 && s->cells[c].sum >= 0 && s->cells[c].sum <= s->cells[c].runs);
            for (int k = 0; k < MEASURED_KINDS; k++) {
                require(level->rate[k] >= 0 && level->rate[k] <= 1);
                if (level->rate[k] > most) most = level->rate[k];
            }
            require(level->contamination <= 1 && (level->contamination > 0) == (most > 0));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char directory[64], path[96];
    struct measured measured = {0};
    struct error error;
    /* In memory where there is such a place. */
    snprintf(directory, sizeof directory, "%s/cotnoise-fuzz-%ld",
             file_exists("/dev/shm") ? "/dev/shm" : "/tmp", (long)getpid());
    snprintf(path, sizeof path, "%s/results.csv", directory);
    require(!file_make_directories(directory, &error));
    FILE *file = fopen(path, "wb");
    require(file);
    fwrite(data, 1, size, file);
    fclose(file);
    enum err code = measured_read(&measured, directory, task_find("add"), &error);
    if (code) require(code == ERR_INPUT && !strncmp(error.message, path, strlen(path)));
    check(&measured);
    measured_free(&measured);
    unlink(path);
    rmdir(directory);
    return 0;
}
