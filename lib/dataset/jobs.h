/* From the texts of a command line to a selection or a design: odbench-data's two jobs.
 */
#ifndef OD_DATASET_JOBS_H
#define OD_DATASET_JOBS_H

#include "base/buf.h"
#include "base/err.h"
#include "dataset/dataset.h"
#include "dataset/design.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lines for standard error, in three groups; initialised by od_job_notes_init. */
struct od_job_notes {
    struct od_buf errors;   /* files that were left out: the program ends with status 2 */
    struct od_buf warnings; /* may be hidden */
    struct od_buf totals;   /* one line */
};
void od_job_notes_init(struct od_job_notes *notes);
void od_job_notes_release(struct od_job_notes *notes);

/* What to list. Texts are borrowed. */
struct od_list_job {
    struct od_dataset_spec dataset; /* skip_bad: bad files become lines in errors */
    const char *format;             /* "text", "csv", "json" */
    const char *order; /* "given", "name", "id", "bytes", "pixels", "objects" */
    bool reverse;
    bool details;
};

/* Opens the data set and appends its listing to *out. Fails as od_dataset_open does and
 * with OD_EINPUT for an unknown format or order. */
int od_list_job_run(const struct od_list_job *job, struct od_buf *out,
                    struct od_job_notes *notes, struct od_err *err) OD_MUST_CHECK;

/* What to select. Texts are borrowed; NULL ones are not given. */
struct od_select_job {
    struct od_dataset_spec dataset;
    const char *list; /* file of names */
    bool allow_missing;
    const char *bytes; /* ranges: od_range_parse */
    const char *objects;
    const char *pixels;
    size_t random;
    uint64_t seed;
    size_t first;
    const char *output; /* the manifest's file: names are relative to its folder; "-" */
    bool replaces;      /* that file, when it exists (a device always may) */
    bool bare_names;
};

/*
 * Opens the data set, selects and appends the manifest to *out. Fails as od_dataset_open,
 * od_manifest_load, od_range_parse ("option --bytes: ..."), od_select and
 * od_picks_manifest do, and with OD_EOUTPUT when output exists and must stay. The caller
 * writes the file.
 */
int od_select_job_run(const struct od_select_job *job, struct od_buf *out,
                      struct od_job_notes *notes, struct od_err *err) OD_MUST_CHECK;

/* A list of borrowed texts. */
struct od_texts {
    const char *const *items;
    size_t count;
};

/* What to make: with count random scenes, else every combination of the levels. */
struct od_design_job {
    uint64_t seed;
    int quality;
    size_t count;
    const char *sides;       /* range, with count */
    struct od_texts objects; /* levels, or with count at most one range */
    struct od_texts bytes;   /* levels */
    struct od_texts sizes;   /* levels, or with count sizes to draw from */
    int replicates;
};

/* Fails with OD_EINPUT, naming the option that is wrong, missing or superfluous, and as
 * od_design_factorial and od_design_random do. The caller releases *out. */
int od_design_job_run(const struct od_design_job *job, struct od_design *out,
                      struct od_err *err) OD_MUST_CHECK;

#endif
