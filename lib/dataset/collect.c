/* From what a user names (files, folders, manifests) to a list of image files. */
#include "dataset/collect.h"

#include "base/alloc.h"
#include "base/file.h"
#include "dataset/manifest.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* Names in a folder, owned. */
struct names {
    char **items;
    size_t count;
    size_t capacity;
};

static void release_names(struct names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        free(names->items[i]);
    }
    free(names->items);
}

static bool has_suffix(const char *name, const char *suffix)
{
    size_t a = strlen(name);
    size_t b = strlen(suffix);
    return a > b && strcasecmp(name + a - b, suffix) == 0;
}

static bool is_jpeg_name(const char *name)
{
    return name[0] != '.' && (has_suffix(name, ".jpg") || has_suffix(name, ".jpeg"));
}

static bool is_annotations_name(const char *name)
{
    return strncmp(name, "instances_", 10) == 0 && has_suffix(name, ".json");
}

static bool is_manifest(const char *path)
{
    return strcmp(path, "-") == 0 || has_suffix(path, ".manifest") ||
           has_suffix(path, ".txt") || has_suffix(path, ".sha256");
}

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in a folder that are wanted, sorted by their bytes. */
static int read_folder(const char *path, bool (*wanted)(const char *), struct names *out,
                       struct od_err *err)
{
    DIR *dir = opendir(path);
    if (dir == NULL) {
        return od_fail(err, errno == ENOENT ? OD_ENOENT : OD_ESYS, "%s: %s", path,
                       strerror(errno));
    }
    struct dirent *entry;
    errno = 0;
    for (entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (wanted(entry->d_name)) {
            out->items =
                od_xgrow(out->items, out->count, &out->capacity, sizeof *out->items);
            out->items[out->count++] = od_xstrdup(entry->d_name);
        }
        errno = 0;
    }
    int why = errno;
    (void)closedir(dir);
    if (why != 0) {
        return od_fail(err, OD_ESYS, "%s: %s", path, strerror(why));
    }
    if (out->count > 0) {
        qsort(out->items, out->count, sizeof *out->items, by_bytes);
    }
    return 0;
}

/* Steals path. */
static void add_file(struct od_files *files, char *path, const char *sha256)
{
    struct od_file file = {.path = path};
    memcpy(file.sha256, sha256, strlen(sha256));
    files->items = od_xgrow(files->items, files->count, &files->capacity, sizeof file);
    files->items[files->count++] = file;
}

/* Steals path. */
static int set_annotations(struct od_files *files, char *path, struct od_err *err)
{
    int rc = 0;
    if (files->annotations != NULL && strcmp(files->annotations, path) != 0) {
        rc = od_fail(err, OD_EINPUT,
                     "%s: a second file of annotations beside %s; say which one counts",
                     path, files->annotations);
    } else if (files->annotations == NULL) {
        files->annotations = path;
        path = NULL;
    }
    free(path);
    return rc;
}

static int add_images(struct od_files *files, const char *folder, bool *any,
                      struct od_err *err)
{
    struct names names = {0};
    int rc = read_folder(folder, is_jpeg_name, &names, err);
    for (size_t i = 0; i < names.count && rc == 0; i++) {
        add_file(files, od_path_join(folder, names.items[i]), "");
    }
    *any = names.count > 0;
    release_names(&names);
    return rc;
}

/* Adds the images beside a file of annotations when their folder is there and holds some.
 * Steals annotations. */
static int add_pair(struct od_files *files, const char *images, char *annotations,
                    bool *any, struct od_err *err)
{
    *any = false;
    if (!is_folder(images) || !od_file_exists(annotations)) {
        free(annotations);
        return 0;
    }
    int rc = add_images(files, images, any, err);
    if (rc != 0 || !*any) {
        free(annotations);
        return rc;
    }
    return set_annotations(files, annotations, err);
}

/* COCO's own layout: annotations/instances_X.json beside X/. */
static int add_coco_layout(struct od_files *files, const char *folder, bool *any,
                           struct od_err *err)
{
    struct names names = {0};
    char *notes = od_path_join(folder, "annotations");
    int rc = is_folder(notes) ? read_folder(notes, is_annotations_name, &names, err) : 0;
    for (size_t i = 0; i < names.count && rc == 0; i++) {
        const char *name = names.items[i];
        size_t len = strlen(name) - strlen("instances_") - strlen(".json");
        char *set = od_xstrndup(name + strlen("instances_"), len);
        char *images = od_path_join(folder, set);
        bool found;
        rc = add_pair(files, images, od_path_join(notes, name), &found, err);
        *any = *any || found;
        free(images);
        free(set);
    }
    release_names(&names);
    free(notes);
    return rc;
}

static int add_folder(struct od_files *files, const char *folder, struct od_err *err)
{
    bool any = false;
    if (add_images(files, folder, &any, err) != 0) {
        return -1;
    }
    if (!any) {
        char *images = od_path_join(folder, "images");
        int rc =
            add_pair(files, images, od_path_join(folder, "instances.json"), &any, err);
        free(images);
        if (rc != 0) {
            return -1;
        }
    }
    if (!any && add_coco_layout(files, folder, &any, err) != 0) {
        return -1;
    }
    return any ? 0
               : od_fail(err, OD_EINPUT, "%s: no .jpg or .jpeg files in this folder",
                         folder);
}

/* The folder of a file with its slash, owned; "" for the working folder. */
static char *folder_of(const char *path)
{
    return od_xstrndup(path, (size_t)(od_path_base(path) - path));
}

static char *locate(const char *folder, const char *images, const char *name)
{
    char *path = od_path_join(images != NULL ? images : folder, name);
    if (images != NULL && !od_file_exists(path)) {
        /* Manifests name images with the folders of the machine that made them. */
        char *bare = od_path_join(images, od_path_base(name));
        if (od_file_exists(bare)) {
            free(path);
            return bare;
        }
        free(bare);
    }
    return path;
}

static int add_manifest(struct od_files *files, const char *path, const char *images,
                        struct od_err *err)
{
    struct od_manifest manifest;
    if (od_manifest_load(path, &manifest, err) != 0) {
        return -1;
    }
    char *folder = folder_of(path);
    for (size_t i = 0; i < manifest.count; i++) {
        const struct od_manifest_entry *entry = &manifest.entries[i];
        add_file(files, locate(folder, images, entry->name), entry->sha256);
    }
    int rc = 0;
    if (manifest.annotations != NULL) {
        rc = set_annotations(files, locate(folder, images, manifest.annotations), err);
    }
    free(folder);
    od_manifest_release(&manifest);
    return rc;
}

int od_files_add(struct od_files *files, const char *path, const char *images,
                 struct od_err *err)
{
    if (is_folder(path)) {
        return add_folder(files, path, err);
    }
    if (is_manifest(path)) {
        return add_manifest(files, path, images, err);
    }
    if (has_suffix(path, ".json") && od_file_exists(path)) {
        return od_fail(err, OD_EINPUT, "%s: annotations, not images: use --annotations",
                       path);
    }
    add_file(files, od_xstrdup(path), "");
    return 0;
}

void od_files_release(struct od_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        free(files->items[i].path);
    }
    free(files->items);
    free(files->annotations);
    *files = (struct od_files){0};
}
