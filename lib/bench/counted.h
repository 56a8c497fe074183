/* What servers counted during the blocks of a run, for its .meta.json. */
#ifndef OD_BENCH_COUNTED_H
#define OD_BENCH_COUNTED_H

#include "bench/run.h"

/*
 * A JSON array, owned by the caller: an object a block of which a server's counts tell,
 * with cell, rep, requests, source and the means total_ns, queue_ns, preprocess_ns,
 * infer_ns and postprocess_ns (null: not told). NULL without a result or such a block.
 */
char *od_counted_json(const struct od_run *run, const struct od_run_result *result);

#endif
