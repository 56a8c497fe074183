/* The served models by name: requests in, answers out, whatever the protocol. */
#ifndef OD_SERVER_CORE_H
#define OD_SERVER_CORE_H

#include "base/err.h"
#include "server/counts.h"
#include "server/pool.h"
#include "server/server.h"

#include <stdatomic.h>

struct od_core;

/*
 * Opens the models of a configuration (of which the core keeps copies). Fails as
 * od_engine_open does, or with OD_EINPUT for a name that is empty, too long, given twice
 * or holds a slash or a colon (no REST path could name it).
 */
int od_core_open(const struct od_server_config *config, struct od_core **out,
                 struct od_err *err) OD_MUST_CHECK;

/*
 * Answers one request of any kind. work->request, received_ns and deadline_ns come from
 * the caller (od_pool_run says what becomes of them); *answer is initialised by the
 * caller. Any thread.
 */
void od_core_answer(struct od_core *core, enum od_transport transport,
                    struct od_work *work, struct od_answer *answer);

/* Names the first model when the request of a web service, whose path has no place for a
 * name, names none. */
void od_core_name(const struct od_core *core, struct od_request *request);

/* What it counts of its answers. Borrowed; any thread. */
struct od_counts *od_core_counts(struct od_core *core);

/*
 * Holds a finished answer until its due time (od_hold_until). False when a stop came
 * first: the answer must not be given then.
 */
bool od_core_hold(struct od_core *core, int64_t due_ns);

/* Ends all waits and holds: their requests end with UNAVAILABLE. Any thread. */
void od_core_stop(struct od_core *core);

/* No request may be running. NULL is fine. */
void od_core_close(struct od_core *core);

#endif
