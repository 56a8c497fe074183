/* Runs a fuzz target over saved inputs, without a fuzzer: files, or folders of files. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Inputs are copied to memory of their very size, so that a read behind it is seen. */
static int run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        return -1;
    }
    long size = ftell(file);
    rewind(file);
    uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
    size_t len = data != NULL && size > 0 ? fread(data, 1, (size_t)size, file) : 0;
    int rc = size >= 0 && len == (size_t)size ? 0 : -1;
    (void)fclose(file);
    if (rc == 0) {
        (void)LLVMFuzzerTestOneInput(data, len);
    } else {
        (void)fprintf(stderr, "%s: cannot be read\n", path);
    }
    free(data);
    return rc;
}

static int run_folder(const char *path, size_t *count)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        perror(path);
        return -1;
    }
    int rc = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char file[4096];
        int len = snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] == '.') {
            continue;
        }
        if (len < 0 || (size_t)len >= sizeof file || run_file(file) != 0) {
            rc = -1;
        } else {
            (*count)++;
        }
    }
    (void)closedir(folder);
    return rc;
}

int main(int argc, char **argv)
{
    int rc = argc > 1 ? 0 : 2;
    size_t count = 0;
    for (int i = 1; i < argc; i++) {
        struct stat info;
        if (stat(argv[i], &info) != 0) {
            perror(argv[i]);
            rc = 1;
        } else if (S_ISDIR(info.st_mode)) {
            rc = run_folder(argv[i], &count) == 0 ? rc : 1;
        } else if (run_file(argv[i]) == 0) {
            count++;
        } else {
            rc = 1;
        }
    }
    (void)fprintf(stderr, "%zu inputs\n", count);
    return count > 0 ? rc : 2;
}
