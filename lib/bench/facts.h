/* The facts of a run, for its .meta.json. */
#ifndef OD_BENCH_FACTS_H
#define OD_BENCH_FACTS_H

#include "bench/launch.h"
#include "bench/run.h"

/* What does not change while a run goes on. Borrows from launch and run. */
struct od_run_facts {
    const struct od_launch *launch;
    const struct od_run *run;
    const char *rows_path;
    const char *meta_path; /* NULL: no file is written */
    const char *resumed;   /* JSON array: when the run went on; NULL: never */
    char digest[65];
    char plan_hash[65];
    char load_start[64];
};

/* What of a run that goes on must not change. */
struct od_run_identity {
    char *plan; /* JSON; owned */
    char seed[24];
};
void od_run_facts_identity(const struct od_run_facts *facts, struct od_run_identity *out);

/* Reads the whole data set for its digest, unless no file is written. Fails with OD_ESYS
 * when an image cannot be read. */
int od_run_facts_open(struct od_run_facts *facts, struct od_err *err) OD_MUST_CHECK;

/* Writes the file a first time, so that a run that is killed has one. Fails with
 * OD_EOUTPUT. */
int od_run_facts_begin(struct od_run_facts *facts, struct od_err *err) OD_MUST_CHECK;

/* Writes the file again, with the end of the run in it. */
int od_run_facts_end(const struct od_run_facts *facts, const struct od_run_result *result,
                     struct od_err *err) OD_MUST_CHECK;

#endif
