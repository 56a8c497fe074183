/* Whether a cell kept its objective. */
#ifndef OD_BENCH_OBJECTIVE_H
#define OD_BENCH_OBJECTIVE_H

#include "load/search.h"

#include <stddef.h>
#include <stdint.h>

enum od_slo_verdict {
    OD_SLO_NONE, /* nobody asked */
    OD_SLO_KEPT,
    OD_SLO_MISSED,
    OD_SLO_UNKNOWN, /* too few samples to say that it was kept */
};
/* "", "kept", "missed", "unknown". */
const char *od_slo_verdict_name(enum od_slo_verdict verdict);

struct od_objective {
    enum od_slo_verdict verdict;
    int64_t value_ns; /* the quantile; -1: no sample */
    char why[96]; /* of what is not kept: "p99 is 120.000 ms", "1.2% failed"; else "" */
};

/* "p99<100.0 ms" */
void od_slo_format(const struct od_slo *slo, char *out, size_t size);

struct od_cell_result;

/*
 * Samples without which an objective is not said to be kept: those that the quantile
 * needs, and so many that all of them stay below it by chance in 5 % of the cases at
 * most.
 */
size_t od_slo_needs(const struct od_slo *slo);

/*
 * Looks at all blocks of a cell. Missed: the quantile is not below the limit, more than
 * 1 % of the requests failed, some that were due were never sent, or the last one of a
 * block was sent later than planned by more than 10 ms and 5 % of the planned time (the
 * rate was not kept).
 * Response times in an open loop, service times in a closed one. Copies the samples.
 */
struct od_objective od_objective_check(const struct od_slo *slo,
                                       const struct od_cell_result *result);

#endif
