/* The folder of a made data set. */
#include "dataset/setdir.h"

#include "base/alloc.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DIGITS = 12 };

static char *image_path(const struct od_setdir *dir, size_t id)
{
    return od_xasprintf("%s/%0*zu.jpg", dir->images, DIGITS, id);
}

static void remove_file(const char *folder, const char *name)
{
    char *path = od_path_join(folder, name);
    (void)unlink(path);
    free(path);
}

/* Calls visit for every name in a folder but "." and ".."; returns how many there are, or
 * -1 when the folder cannot be read. */
static long each_name(const char *folder, void (*visit)(const char *, const char *))
{
    DIR *dir = opendir(folder);
    long count = 0;
    if (dir == NULL) {
        return -1;
    }
    for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
            count++;
            if (visit != NULL) {
                visit(folder, e->d_name);
            }
        }
    }
    (void)closedir(dir);
    return count;
}

static void remove_image(const char *folder, const char *name)
{
    if (strspn(name, "0123456789") == DIGITS && strcmp(name + DIGITS, ".jpg") == 0) {
        remove_file(folder, name);
    }
}

/* Whether an earlier call made what the folder holds. */
static bool is_ours(const char *folder)
{
    char *path = od_path_join(folder, "design.csv");
    struct od_buf text;
    od_buf_init(&text, 0);
    struct od_err ignored = {0};
    size_t len = strlen(OD_SETDIR_DESIGN_HEADER);
    bool ours = od_file_read(path, &text, &ignored) == 0 && text.len >= len &&
                memcmp(text.data, OD_SETDIR_DESIGN_HEADER, len) == 0;
    od_buf_release(&text);
    free(path);
    return ours;
}

static int clear_folder(const struct od_setdir *dir, bool force, struct od_err *err)
{
    long held = each_name(dir->folder, NULL);
    if (held < 0) {
        return od_fail(err, OD_EOUTPUT, "%s: %s", dir->folder, strerror(errno));
    }
    if (held == 0) {
        return 0;
    }
    if (!force) {
        return od_fail(err, OD_EOUTPUT,
                       "%s: not empty (--force replaces an earlier data set)",
                       dir->folder);
    }
    if (!is_ours(dir->folder)) {
        return od_fail(err, OD_EOUTPUT,
                       "%s: holds files that odbench-data did not make: remove them "
                       "yourself",
                       dir->folder);
    }
    (void)each_name(dir->images, remove_image);
    remove_file(dir->folder, "instances.json");
    remove_file(dir->folder, "design.csv");
    return 0;
}

int od_setdir_open(const char *folder, bool force, struct od_setdir *out,
                   struct od_err *err)
{
    struct od_setdir dir = {
        .folder = od_xstrdup(folder),
        .images = od_path_join(folder, "images"),
        .made_folder = !od_file_exists(folder),
    };
    *out = (struct od_setdir){0};
    if (od_mkdirs(folder, err) != 0 || clear_folder(&dir, force, err) != 0) {
        od_setdir_release(&dir);
        return -1;
    }
    dir.made_images = !od_file_exists(dir.images);
    if (od_mkdirs(dir.images, err) != 0) {
        od_setdir_release(&dir);
        return -1;
    }
    *out = dir;
    return 0;
}

void od_setdir_release(struct od_setdir *dir)
{
    free(dir->folder);
    free(dir->images);
    *dir = (struct od_setdir){0};
}

int od_setdir_put_image(struct od_setdir *dir, size_t id, const void *data, size_t len,
                        struct od_err *err)
{
    char *path = image_path(dir, id);
    int rc = od_file_write(path, data, len, err);
    if (rc == 0 && id > dir->image_count) {
        dir->image_count = id;
    }
    free(path);
    return rc;
}

int od_setdir_put(struct od_setdir *dir, const char *name, const void *data, size_t len,
                  struct od_err *err)
{
    char *path = od_path_join(dir->folder, name);
    int rc = od_file_write(path, data, len, err);
    free(path);
    return rc;
}

void od_setdir_undo(struct od_setdir *dir)
{
    for (size_t id = 1; id <= dir->image_count; id++) {
        char *path = image_path(dir, id);
        (void)unlink(path);
        free(path);
    }
    remove_file(dir->folder, "instances.json");
    remove_file(dir->folder, "design.csv");
    if (dir->made_images) {
        (void)rmdir(dir->images);
    }
    if (dir->made_folder) {
        (void)rmdir(dir->folder);
    }
}
