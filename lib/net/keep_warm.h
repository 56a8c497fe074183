/* How a connection is kept warm while it waits. */
#ifndef OD_NET_KEEP_WARM_H
#define OD_NET_KEEP_WARM_H

#include <stdatomic.h>
#include <stdint.h>

/* Connections of one CPU share one, as what warms one warms all: when one of them was
 * last at work (od_now_ns). A zeroed one is ready; each has a cache line of its own. */
struct od_warm_use {
    _Alignas(64) atomic_llong last_ns;
};

/* So many connections of a CPU are enough to keep it warm. */
#define OD_WARM_TURNS 8

/*
 * While a connection waits, for a reply or for a start, and its CPU has had nothing to do
 * for a period, it exchanges a kilobyte with itself, over another connection on
 * 127.0.0.1, so that what it needs next is still in the CPU's caches
 * (odbench-internals(7), Kept warm). A zeroed one does not.
 */
struct od_keep_warm {
    int64_t period_ns; /* so often, at most a tenth of the time; 0: never */
    int sharers;       /* connections of the CPU, this one included */
    int turn;          /* among them, below OD_WARM_TURNS: they do not all wake at once */
    struct od_warm_use *use; /* borrowed, the CPU's; may be NULL with one sharer */
};

#endif
