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

static int check_free(const char *path, bool force, struct od_err *err)
{
    if (path == NULL || strcmp(path, "-") == 0 || force || !od_file_exists(path)) {
        return 0;
    }
    return od_fail(err, OD_EOUTPUT, "%s: exists; --force replaces it", path);
}

static int make_folder(const char *path, struct od_err *err)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    if (slash == NULL || slash == path) {
        return 0;
    }
    char *folder = od_xstrndup(path, (size_t)(slash - path));
    int rc = od_mkdirs(folder, err);
    free(folder);
    return rc;
}

int od_run_paths_make(const struct od_run_options *o, struct od_run_paths *paths,
                      struct od_err *err)
{
    bool to_stdout = o->output != NULL && strcmp(o->output, "-") == 0;
    if (strchr(o->name, '/') != NULL) {
        return od_fail(err, OD_EINPUT, "--name '%s': a name, not a path; see --output",
                       o->name);
    }
    if (to_stdout && o->detections) {
        return od_fail(err, OD_EINPUT, "--detections needs a file name from --output");
    }
    paths->rows = o->output != NULL ? od_xstrdup(o->output) : default_rows(o);
    if (o->meta != NULL) {
        paths->meta = od_xstrdup(o->meta);
    } else if (!to_stdout) {
        paths->meta = od_companion_path(paths->rows, ".meta.json");
    }
    if (o->detections) {
        paths->detections = od_companion_path(paths->rows, ".detections.jsonl");
    }
    const char *all[] = {paths->rows, paths->meta, paths->detections};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (check_free(all[i], o->force, err) != 0 || make_folder(all[i], err) != 0) {
            return -1;
        }
    }
    return 0;
}

void od_run_paths_release(struct od_run_paths *paths)
{
    free(paths->rows);
    free(paths->meta);
    free(paths->detections);
    *paths = (struct od_run_paths){0};
}
