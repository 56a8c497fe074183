/* One model's workers: an engine and a thread each, behind a bounded queue. */
#ifndef OD_SERVER_POOL_H
#define OD_SERVER_POOL_H

#include "base/err.h"
#include "engine/engine.h"
#include "protocol/protocol.h"
#include "server/hold.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct od_pool;

struct od_pool_config {
    struct od_engine_spec spec; /* texts borrowed for the life of the pool */
    struct od_input_format in;  /* of its pictures */
    int workers;                /* at least 1; 0: calls run on the caller's thread, any
                                   number at once (calibration models only) */
    int queue_max;              /* calls that may wait while all workers are busy */
    int64_t pixels_max;         /* largest image that is decoded */
    bool vary_seed; /* worker i takes seed + i: delays that are not all the same */
};

/* Opens every engine in the thread that will use it. Fails as od_engine_open does. */
int od_pool_open(const struct od_pool_config *config, struct od_pool **out,
                 struct od_err *err) OD_MUST_CHECK;

/* "trained", "random", "fixed" or "user". */
const char *od_pool_weights(const struct od_pool *pool);

/* As od_engine_model_bytes. */
int64_t od_pool_model_bytes(const struct od_pool *pool);

/* What one request is to the pool; all times od_now_ns. */
struct od_work {
    const struct od_request *request; /* borrowed: its pictures */
    int64_t received_ns;              /* last request byte read */
    int64_t deadline_ns;              /* 0: none */
    struct od_held held;              /* out: when the answer may be sent */
};

/*
 * Decodes and detects every picture of the request and returns when that is done. The
 * outcome is in *answer: boxes and the times of the steps, or a code and a text:
 * RESOURCE_EXHAUSTED (queue full), DEADLINE_EXCEEDED (past while it waited: nothing runs
 * then; or when it was done), INVALID_ARGUMENT (not a picture), UNAVAILABLE (stopped, or
 * a calibration model that fails this request, after its time), INTERNAL. Any thread.
 */
void od_pool_run(struct od_pool *pool, struct od_work *work, struct od_answer *answer);

/* From now on waiting and new calls end with UNAVAILABLE. Any thread, idempotent. */
void od_pool_stop(struct od_pool *pool);

/* Ends the threads. No call may be running. NULL is fine. */
void od_pool_close(struct od_pool *pool);

#endif
