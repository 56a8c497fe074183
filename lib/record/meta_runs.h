/* What the .meta.json files of several runs say, for people to read. */
#ifndef OD_RECORD_META_RUNS_H
#define OD_RECORD_META_RUNS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A fact by name: "cpu", "library libgrpc". Owned. */
struct od_meta_fact {
    char *name;
    char *text;
};

/* What a run's file says of a model of a server. Texts are owned, NULL: not said. */
struct od_meta_model {
    char *model;
    char *variant;   /* "quantized" */
    int64_t bytes;   /* of its files; -1: not said */
    double accuracy; /* 0 .. 1; NaN: not said */
    char *source;    /* where the accuracy comes from */
};

enum od_meta_state {
    OD_META_COMPLETE,
    OD_META_STOPPED, /* by the user or a limit: the end says which */
    OD_META_OPEN     /* it has not written its end: killed, or still running */
};

struct od_meta_run {
    char *run_id;
    enum od_meta_state state;
    char *end;                  /* "complete", "interrupted", "max-errors"; NULL: open */
    int64_t planned_rows;       /* -1: not known beforehand */
    struct od_meta_fact *facts; /* in a fixed order; what is not known is left out */
    size_t fact_count;
    size_t fact_capacity;
    struct od_meta_model *models; /* each model once */
    size_t model_count;
    size_t model_capacity;
};

/* A zeroed one is empty. Runs ascend by run_id. */
struct od_meta_runs {
    struct od_meta_run *runs;
    size_t count;
    size_t capacity;
};

/*
 * Adds the companion of a result file (od_companion_path; "-" has none). One that is not
 * there, or a run that the set has, adds nothing. Fails with OD_EINPUT (no JSON, no
 * run_id), OD_ELIMIT or OD_ESYS, naming the companion.
 */
int od_meta_runs_add(struct od_meta_runs *set, const char *rows_path,
                     struct od_err *err) OD_MUST_CHECK;
void od_meta_runs_release(struct od_meta_runs *set);

/* NULL when there is none, or run_id is NULL. Borrowed from the set. */
const struct od_meta_run *od_meta_runs_find(const struct od_meta_runs *set,
                                            const char *run_id);
/* What any run says of the model: the least run_id decides. NULL when none does, or set
 * is NULL. Borrowed from the set. */
const struct od_meta_model *od_meta_runs_model(const struct od_meta_runs *set,
                                               const char *model);
/* The text of a fact; NULL when it is not known. */
const char *od_meta_run_text(const struct od_meta_run *run, const char *name);

#endif
