/* A run that goes on where it stopped. */
#include "bench/resumed.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/parse.h"
#include "bench/identity.h"
#include "record/meta.h"
#include "record/meta_read.h"

#include <jansson.h>
#include <stdlib.h>

/* What the files say about the run that began. Owned. */
struct before {
    char *plan;
    char *seed;
    char *digest;
    char *start;
    char *list;
};

static void release_before(struct before *b)
{
    free(b->plan);
    free(b->seed);
    free(b->digest);
    free(b->start);
    free(b->list);
}

static int read_before(const char *path, struct before *b, char **run_id,
                       struct od_err *err)
{
    if (od_meta_get(path, "run_id", run_id, err) != 0 ||
        od_meta_get(path, "plan", &b->plan, err) != 0 ||
        od_meta_get(path, "seed", &b->seed, err) != 0 ||
        od_meta_get(path, "dataset.digest", &b->digest, err) != 0 ||
        od_meta_get(path, "start_unix_ns", &b->start, err) != 0 ||
        od_meta_get(path, "resumed", &b->list, err) != 0) {
        return -1;
    }
    if (*run_id == NULL || b->plan == NULL || b->start == NULL) {
        return od_fail(err, OD_EINPUT, "%s: no %s in it: not the facts of such a run",
                       path,
                       *run_id == NULL   ? "run_id"
                       : b->plan == NULL ? "plan"
                                         : "start_unix_ns");
    }
    return 0;
}

static int check_plan(const struct od_run_facts *facts, const struct before *b,
                      struct od_err *err)
{
    struct od_run_identity now;
    struct od_identity was = {b->plan, b->seed, b->digest};
    od_run_facts_identity(facts, &now);
    struct od_identity is = {now.plan, now.seed, facts->digest};
    int rc = od_identity_same(&was, &is, err);
    free(now.plan);
    if (rc != 0) {
        od_err_context(err, "%s: not the same plan", facts->rows_path);
    }
    return rc;
}

/* The moment and the rows found, behind those of earlier times. */
static char *longer_list(const char *list, int64_t rows)
{
    char when[64];
    json_t *array = list != NULL ? json_loads(list, 0, NULL) : NULL;
    if (!json_is_array(array)) {
        json_decref(array);
        array = json_array();
    }
    od_format_rfc3339(od_wall_ns(), when, sizeof when);
    (void)json_array_append_new(array, json_pack("[s, I]", when, (json_int_t)rows));
    char *text = json_dumps(array, JSON_COMPACT);
    json_decref(array);
    return text;
}

/* The rows of each entry of the list. *out is owned by the caller. */
static size_t rows_of(const char *list, int64_t **out)
{
    json_t *array = list != NULL ? json_loads(list, 0, NULL) : NULL;
    size_t count = json_array_size(array);
    *out = od_xcalloc(count + 1, sizeof **out);
    for (size_t i = 0; i < count; i++) {
        (*out)[i] = json_integer_value(json_array_get(json_array_get(array, i), 1));
    }
    json_decref(array);
    return count;
}

static int read_rows(struct od_run *run, const struct od_run_paths *paths,
                     const char *list, struct od_standing *out, struct od_err *err)
{
    int64_t *parts = NULL;
    struct od_standing_files files = {.rows = paths->rows,
                                      .detections = paths->detections,
                                      .part_count = rows_of(list, &parts)};
    files.parts = parts;
    int rc = od_standing_read(run, &files, run->verify, out, err);
    free(parts);
    return rc;
}

/* The zero of all times stays where it was, whatever happened to the wall clock. */
static void set_clock(struct od_run *run, int64_t start_unix_ns, int64_t last_end_ns)
{
    int64_t since_ns = od_wall_ns() - start_unix_ns;
    run->start_unix_ns = start_unix_ns;
    run->start_ns = od_now_ns() - (since_ns > last_end_ns ? since_ns : last_end_ns);
}

int od_resumed_open(struct od_run *run, struct od_run_facts *facts,
                    const struct od_run_paths *paths, struct od_resumed *out,
                    struct od_err *err)
{
    struct before before = {0};
    int64_t start_unix_ns = 0;
    *out = (struct od_resumed){0};
    int rc = read_before(paths->meta, &before, &out->run_id, err);
    rc = rc == 0 ? check_plan(facts, &before, err) : rc;
    if (rc == 0 && od_parse_i64(before.start, 0, INT64_MAX, &start_unix_ns, err) != 0) {
        od_err_context(err, "%s: start_unix_ns", paths->meta);
        rc = -1;
    }
    if (rc == 0) {
        run->run_id = out->run_id;
        rc = read_rows(run, paths, before.list, &out->standing, err);
    }
    if (rc == 0) {
        set_clock(run, start_unix_ns, out->standing.last_end_ns);
        run->standing = &out->standing;
        out->list = longer_list(before.list, out->standing.rows);
        facts->resumed = out->list;
    }
    release_before(&before);
    return rc;
}

void od_resumed_release(struct od_resumed *resumed)
{
    od_standing_release(&resumed->standing);
    free(resumed->run_id);
    free(resumed->list);
    *resumed = (struct od_resumed){0};
}
