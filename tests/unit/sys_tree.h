/* A made-up root with /proc and /sys below it. */
#ifndef OD_TESTS_SYS_TREE_H
#define OD_TESTS_SYS_TREE_H

#include "scratch.h"

/* Writes text to root + path, making the folders. */
static inline void tree_file(const char *root, const char *path, const char *text)
{
    char *full = od_xasprintf("%s%s", root, path);
    char *slash = strrchr(full, '/');
    *slash = '\0';
    if (od_mkdirs(full, NULL) != 0) {
        perror(full);
        abort();
    }
    *slash = '/';
    if (od_file_write(full, text, strlen(text), NULL) != 0) {
        perror(full);
        abort();
    }
    free(full);
}

/* Removes the tree and frees its name. */
static inline void tree_free(char *root)
{
    DIR *dir = opendir(root);
    struct dirent *entry = NULL;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            char *path = od_path_join(root, entry->d_name);
            if (unlink(path) == 0) {
                free(path);
            } else {
                tree_free(path);
            }
        }
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    (void)rmdir(root);
    free(root);
}

#endif
