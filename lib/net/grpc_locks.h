/* How gRPC core's locks are kept from costing more than locks. */
#ifndef OD_NET_GRPC_LOCKS_H
#define OD_NET_GRPC_LOCKS_H

#include <stdbool.h>

/*
 * Debian builds Abseil, whose mutexes gRPC core uses, without NDEBUG, so that every lock
 * taken is looked up in one table of the process, under one spin lock, to find cycles in
 * the order of locks: a cost to each call, and to all workers at once the more of them
 * there are. This switches it off for the process (absl/synchronization/mutex.h,
 * SetMutexDeadlockDetectionMode). Where the loaded Abseil has another name for the
 * function, nothing happens: false. Before any call is made.
 */
bool od_grpc_locks_init(void);

#endif
