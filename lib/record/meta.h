/* The facts of a run, in the .meta.json beside its rows. */
#ifndef OD_RECORD_META_H
#define OD_RECORD_META_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* A name and a text, e.g. a library and its version; a NULL text becomes null. */
struct od_meta_pair {
    const char *name;
    const char *text;
};

/*
 * What the caller knows; all borrowed, a zeroed field is left out or null. What the
 * machine knows (record/environ.h, uname, clock) is added here.
 */
struct od_meta {
    const char *run_id; /* the key of the rows */
    const char *program;
    const char *rows_file; /* name of the CSV */
    int argc;              /* the command line */
    const char *const *argv;
    const char *plan;      /* a JSON text as the plan was understood, embedded as JSON */
    const char *plan_hash; /* what makes it the same plan */
    uint64_t seed;
    const char *dataset_digest; /* SHA-256 of the manifest, in hex */
    int64_t image_count;
    const char *annotations; /* the file that was read, with its whole path */
    const char *client;
    const char *load_start; /* od_load_read at the start of the run */
    const char *load_end;   /* and at its end */
    const char *validity;   /* JSON of od_validity_format; NULL: not judged (yet) */
    const char *models;     /* JSON: what the servers say of them; NULL: not known */
    const char *counted;    /* JSON: what the servers counted; NULL: nothing */
    const char *resumed;    /* JSON: when the run went on; NULL: never */
    int64_t start_unix_ns;
    int64_t end_unix_ns;                 /* 0: the run has not ended (yet) */
    const struct od_meta_pair *versions; /* of libraries and tools */
    size_t version_count;
    const struct od_meta_pair *facts; /* anything else worth keeping */
    size_t fact_count;
};

/*
 * Appends one JSON object, indented, ended by a newline. Fails with OD_EINPUT when plan,
 * validity, models, counted or resumed is no JSON or a text is not UTF-8.
 */
int od_meta_format(const struct od_meta *meta, struct od_buf *out,
                   struct od_err *err) OD_MUST_CHECK;

/* The same into a file, which is replaced at once. Fails with OD_EOUTPUT too. */
int od_meta_write(const struct od_meta *meta, const char *path,
                  struct od_err *err) OD_MUST_CHECK;

/*
 * "results/x.csv" gives "results/x.meta.json" for suffix ".meta.json": a ".csv" at the
 * end is replaced, anything else is kept. Owned by the caller.
 */
char *od_companion_path(const char *rows_path, const char *suffix);
/* The same if there is such a file; NULL else, and for rows from standard input ("-"). */
char *od_companion_find(const char *rows_path, const char *suffix);

/* UTC as RFC 3339 with milliseconds: "2026-01-31T23:59:59.123Z". */
void od_format_rfc3339(int64_t unix_ns, char *out, size_t size);

#endif
