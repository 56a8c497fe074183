/* Descriptors, before a run needs them. */
#include "bench/reserve.h"

#include "base/file.h"

/* Connections that may be open at once, and those of them that are kept warm. */
static int64_t connections_of(const struct od_run *run, const struct od_cell *cell,
                              int64_t *warm)
{
    int64_t sides = run->plan->ab ? 2 : 1;
    *warm = 0;
    for (int i = 0; i < cell->concurrency; i++) {
        int cpu = 0;
        *warm += od_plan_keep_warm(run->plan, cell, i, &cpu).period_ns > 0 ? sides : 0;
    }
    return sides * cell->concurrency;
}

/*
 * A socket, its copy and an event descriptor a connection, and those of the one before
 * while it is closed; one that is kept warm has another one and its other end; the rest
 * is files, libraries and the probe. libgrpc that runs out of them does not fail but
 * spins.
 */
int od_run_reserve_files(const struct od_run *run, int workers, struct od_err *err)
{
    int64_t most = 0;
    for (size_t i = 0; i < run->cell_count; i++) {
        int64_t warm = 0;
        int64_t all = connections_of(run, &run->cells[i], &warm);
        int64_t files = 5 * all + 7 * warm;
        most = files > most ? files : most;
    }
    if (od_files_reserve(32 + most, err) != 0) {
        od_err_context(err, "--concurrency %d", workers);
        return -1;
    }
    return 0;
}
