/* A run that goes on where it stopped: from its files to what is left of it. */
#ifndef OD_BENCH_RESUMED_H
#define OD_BENCH_RESUMED_H

#include "bench/facts.h"
#include "bench/paths.h"
#include "bench/run.h"
#include "bench/standing.h"

/* All owned. */
struct od_resumed {
    char *run_id;
    char *list; /* JSON array of [moment, rows found]: all times that the run went on */
    struct od_standing standing;
};

/*
 * Reads the facts and the rows of the run in paths, whose plan must be that of facts
 * (od_run_facts_open was called), and cuts what a kill left at the ends of its files.
 * Sets run_id, start_ns, start_unix_ns and standing of *run, so that times and numbers go
 * on, and the list of *facts. Hashes of answers go to run->verify. *out is initialised
 * here and released by the caller once the writer is closed. Fails with OD_EINPUT naming
 * what differs from the run that began, else as od_meta_get and od_standing_read.
 */
int od_resumed_open(struct od_run *run, struct od_run_facts *facts,
                    const struct od_run_paths *paths, struct od_resumed *out,
                    struct od_err *err) OD_MUST_CHECK;
void od_resumed_release(struct od_resumed *resumed);

#endif
