/* Where a run's files go. */
#include "bench/paths.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/rng.h"
#include "record/meta.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void stamp(char *out, size_t size)
{
    time_t now = (time_t)(od_wall_ns() / 1000000000);
    struct tm utc;
    (void)gmtime_r(&now, &utc);
    if (strftime(out, size, "%Y%m%dT%H%M%SZ", &utc) == 0) {
        out[0] = '\0';
    }
}

void od_run_id_make(char *out, size_t size)
{
    struct od_rng rng;
    char when[20];
    stamp(when, sizeof when);
    od_rng_init(&rng, (uint64_t)od_wall_ns(), (uint64_t)getpid());
    (void)snprintf(out, size, "%s-%06" PRIx64, when, od_rng_next(&rng) & 0xFFFFFF);
}

static char *default_rows(const struct od_run_options *o)
{
    char when[20];
    stamp(when, sizeof when);
    return od_xasprintf("results/%s-%s.csv", o->name, when);
}

/* Standard output, a device or a pipe: nothing that a companion file could stand beside.
 */
static bool is_stream(const char *path)
{
    struct stat st;
    return strcmp(path, "-") == 0 ||
           (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
}

static int check_free(const char *path, bool force, struct od_err *err)
{
    struct stat st;
    if (is_stream(path) || stat(path, &st) != 0) {
        return 0;
    }
    if (S_ISDIR(st.st_mode)) {
        return od_fail(err, OD_EOUTPUT, "%s: is a folder, not a file", path);
    }
    return force ? 0 : od_fail(err, OD_EOUTPUT, "%s: exists; --force replaces it", path);
}

static bool same_inode(const char *a, const char *b)
{
    struct stat one;
    struct stat other;
    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

/* By folder and name, since the files need not be there yet; by inode, for links. */
static bool same_file(const char *a, const char *b)
{
    if (is_stream(a) || is_stream(b)) {
        return strcmp(a, b) == 0;
    }
    char *folder_a = od_xasprintf("%.*s.", (int)(od_path_base(a) - a), a);
    char *folder_b = od_xasprintf("%.*s.", (int)(od_path_base(b) - b), b);
    bool same = same_inode(a, b) || (strcmp(od_path_base(a), od_path_base(b)) == 0 &&
                                     same_inode(folder_a, folder_b));
    free(folder_a);
    free(folder_b);
    return same;
}

static int make_folder(const char *path, struct od_err *err)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path) {
        return 0;
    }
    char *folder = od_xstrndup(path, (size_t)(slash - path));
    int rc = od_mkdirs(folder, err);
    free(folder);
    return rc;
}

static int check_distinct(const char *const *all, size_t count, struct od_err *err)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; all[i] != NULL && k < i; k++) {
            if (all[k] != NULL && same_file(all[i], all[k])) {
                return od_fail(err, OD_EINPUT, "%s: wanted for two files at once",
                               all[i]);
            }
        }
    }
    return 0;
}

static int check_options(const struct od_run_options *o, struct od_err *err)
{
    if (strchr(o->name, '/') != NULL) {
        return od_fail(err, OD_EINPUT, "--name '%s': a name, not a path; see --output",
                       o->name);
    }
    if (o->output != NULL && o->output[0] == '\0') {
        return od_fail(err, OD_EINPUT, "--output: no file name");
    }
    if (o->meta != NULL && (o->meta[0] == '\0' || strcmp(o->meta, "-") == 0)) {
        return od_fail(err, OD_EINPUT, "--meta '%s': not a file name", o->meta);
    }
    if (o->resume && o->force) {
        return od_fail(err, OD_EINPUT,
                       "--resume and --force: a run is continued or "
                       "replaced, not both");
    }
    if (o->resume && (o->output == NULL || is_stream(o->output))) {
        return od_fail(err, OD_EINPUT,
                       "--resume needs the file of the run: --output FILE");
    }
    if (o->resume && !od_file_exists(o->output)) {
        return od_fail(err, OD_ENOENT, "%s: there is no run to continue", o->output);
    }
    if (o->detections && o->output != NULL && is_stream(o->output)) {
        return od_fail(err, OD_EINPUT, "--detections needs a file name from --output");
    }
    return 0;
}

int od_run_paths_make(const struct od_run_options *o, struct od_run_paths *paths,
                      struct od_err *err)
{
    if (check_options(o, err) != 0) {
        return -1;
    }
    paths->rows = o->output != NULL ? od_xstrdup(o->output) : default_rows(o);
    if (o->meta != NULL) {
        paths->meta = od_xstrdup(o->meta);
    } else if (!is_stream(paths->rows)) {
        paths->meta = od_companion_path(paths->rows, ".meta.json");
    }
    if (o->detections) {
        paths->detections = od_companion_path(paths->rows, ".detections.jsonl");
    }
    const char *all[] = {paths->rows, paths->meta, paths->detections};
    size_t count = sizeof all / sizeof *all;
    for (size_t i = 0; i < count; i++) {
        if (all[i] != NULL && (check_free(all[i], o->force || o->resume, err) != 0 ||
                               make_folder(all[i], err) != 0)) {
            return -1;
        }
    }
    return check_distinct(all, count, err);
}

void od_run_paths_release(struct od_run_paths *paths)
{
    free(paths->rows);
    free(paths->meta);
    free(paths->detections);
    *paths = (struct od_run_paths){0};
}
