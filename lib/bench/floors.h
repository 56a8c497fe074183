/* The floor of a run's cells, measured before its first block. */
#ifndef OD_BENCH_FLOORS_H
#define OD_BENCH_FLOORS_H

#include "bench/run.h"

/*
 * Fills the cells' floor_raw_ns and floor_client_ns: a raw exchange of the size of the
 * cell's median request, and the same through our client, each with a lean server of this
 * process, which is closed again at the end. One at a time and in plain text, whatever
 * the cell does; connections are new or kept as the plan says, CPUs those of --pin: the
 * first is the client's, the second the servers'. Sizes of one transport that lie within
 * a tenth are measured once, some 0.3 s each and 2 s in all; what then is left takes the
 * nearest size that was measured. A cell whose request cannot be made, or that is
 * skipped, keeps -1. od_net_init was called for the transports. Fails with OD_ECANCELLED,
 * or as od_rounds_measure does; the cells keep what was measured before.
 */
int od_run_floors(struct od_run *run, struct od_err *err) OD_MUST_CHECK;

#endif
