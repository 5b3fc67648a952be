/* Runs a fuzz target over files and folders of inputs, once each: `make check` holds every change to the
 * corpora that fuzzing has left. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path) {
    struct stat status;
    struct error error;
    char *bytes;
    size_t length;
    int count = 0;
    if (stat(path, &status)) {
        fprintf(stderr, "%s: cannot be found\n", path);
        exit(1);
    }
    if (!S_ISDIR(status.st_mode)) {
        if (file_read(path, (size_t)1 << 26, &bytes, &length, &error)) {
            fprintf(stderr, "%s\n", error.message);
            exit(1);
        }
        LLVMFuzzerTestOneInput((const uint8_t *)bytes, length);
        free(bytes);
        return 1;
    }
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        if (entry->d_name[0] == '.') continue;
        char *inner = file_join(path, entry->d_name);
        count += replay(inner);
        free(inner);
    }
    if (directory) closedir(directory);
    return count;
}

int main(int argc, char **argv) {
    int count = 0;
    for (int i = 1; i < argc; i++) count += replay(argv[i]);
    printf("%d inputs\n", count);
    return count ? 0 : 1;
}
