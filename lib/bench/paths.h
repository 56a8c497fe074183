/* Where a run's files go. */
#ifndef OD_BENCH_PATHS_H
#define OD_BENCH_PATHS_H

#include "bench/options.h"

/* Owned; meta and detections are NULL when there are none. */
struct od_run_paths {
    char *rows; /* "-": standard output */
    char *meta;
    char *detections;
};

/*
 * From --output, --name, --meta and --detections: results/NAME-TIMESTAMP.csv (UTC) with
 * .meta.json and .detections.jsonl in place of .csv; a device or pipe has no companions
 * but those that options name. Makes the folder. Fails with OD_EOUTPUT when a file exists
 * and neither --force nor --resume was given, a folder is in the way or the folder cannot
 * be made, OD_EINPUT for options that do not go together, OD_ENOENT when there is no file
 * to resume.
 */
int od_run_paths_make(const struct od_run_options *options, struct od_run_paths *paths,
                      struct od_err *err) OD_MUST_CHECK;
void od_run_paths_release(struct od_run_paths *paths);

/* A name for a run, unique in practice: "20261121T023944Z-1a2b3c". size is at least 24.
 */
void od_run_id_make(char *out, size_t size);

#endif
