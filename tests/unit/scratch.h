/* A scratch folder for tests that need files. */
#ifndef OD_TESTS_SCRATCH_H
#define OD_TESTS_SCRATCH_H

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A new folder below $TMPDIR or /tmp. Owned by the caller. */
static inline char *scratch_new(void)
{
    const char *base = getenv("TMPDIR");
    char *path = od_xasprintf("%s/odbench-unit-XXXXXX", base != NULL ? base : "/tmp");
    if (mkdtemp(path) == NULL) {
        perror(path);
        abort();
    }
    return path;
}

/* Removes the folder and the files in it, and frees its name. */
static inline void scratch_free(char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry = NULL;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        char *file = od_path_join(path, entry->d_name);
        (void)unlink(file);
        free(file);
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    (void)rmdir(path);
    free(path);
}

/* Writes text to a file there and returns its path. Owned by the caller. */
static inline char *scratch_file(const char *folder, const char *name, const char *text)
{
    char *path = od_path_join(folder, name);
    if (od_file_write(path, text, strlen(text), NULL) != 0) {
        perror(path);
        abort();
    }
    return path;
}

/* The whole file as text. Owned by the caller. */
static inline char *scratch_read(const char *path)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    if (od_file_read(path, &text, NULL) != 0) {
        perror(path);
        abort();
    }
    char *data = od_buf_steal(&text);
    od_buf_release(&text);
    return data;
}

#endif
