/* Questions to a server outside of a run: what it has, and whether it is ready. */
#ifndef OD_BENCH_DOOR_H
#define OD_BENCH_DOOR_H

#include "bench/plan.h"

#include <signal.h>

/* A connection of one protocol to one target. */
struct od_door {
    const struct od_plan *plan;
    const struct od_target *target;
    const struct od_protocol *protocol;
    const volatile sig_atomic_t *interrupted;
    struct od_conn *conn; /* made by the first question */
    bool answered;        /* any reply came, or somebody listens */
};

/*
 * Asks; an interrupt ends it with OD_ECANCELLED. model may be NULL for questions that
 * name none. 0 with the answer, and OD_ESERVER with an answer that is an error code; else
 * as encode, od_conn_exchange and decode fail. *out is initialised here and released by
 * the caller in either case.
 */
int od_door_ask(struct od_door *door, enum od_kind kind, const struct od_model *model,
                int64_t timeout_ns, struct od_answer *out,
                struct od_err *err) OD_MUST_CHECK;
/* Connects, and asks nothing. Fails as od_conn_connect does. */
int od_door_knock(struct od_door *door, int64_t timeout_ns,
                  struct od_err *err) OD_MUST_CHECK;
void od_door_close(struct od_door *door);

/*
 * Whether the model can be asked now: its status, or where the protocol has none that of
 * the server. A server that does not tell is ready when it answers. Fails with
 * OD_ECONNECT: no answer, an unknown model, no access, not ready. *facts (or NULL) gets
 * what the status tells.
 */
int od_door_ready(struct od_door *door, const struct od_model *model, int64_t timeout_ns,
                  struct od_model_facts *facts, struct od_err *err) OD_MUST_CHECK;

#endif
