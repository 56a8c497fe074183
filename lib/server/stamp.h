/* The stamp log: when a request was in and when its reply went out, by the request's id.
 */
#ifndef OD_SERVER_STAMP_H
#define OD_SERVER_STAMP_H

#include "base/err.h"
#include "server/hold.h"

#include <stdint.h>

/*
 * One CSV line a request whose reply was handed over, in that order:
 *
 *   id,protocol,code,received_ns,replied_ns,hold_ns,draw_ns,stall_ns,epoch_ns
 *
 * id is the value of the header or metadata "odbench-id" ("" when there was none), code
 * the canonical one (0 is OK), both times are od_now_ns (CLOCK_MONOTONIC, comparable on
 * one machine only), hold_ns how long a calibration model held it (from received_ns on;
 * empty: not at all). Of that, draw_ns is what it drew and stall_ns what stalls took,
 * which are counted from epoch_ns on (empty: the model does not stall); the rest the
 * request waited for a worker.
 *
 * received_ns is taken when our code first holds the whole request: over HTTP in the
 * callback that brings the last body byte (the first callback when there is no body), so
 * after libmicrohttpd's read(2); over gRPC when the completion queue hands out the
 * message, so after libgrpc has read, unframed and queued it, and a thread of ours has
 * woken up. replied_ns is taken just before the reply is handed over: over HTTP before
 * MHD_queue_response, whose header is written and sent by the same thread right after;
 * over gRPC before grpc_call_start_batch, which writes to the socket before it returns.
 */
struct od_stamp_log;

struct od_stamp {
    const char *id;       /* NULL: none */
    const char *protocol; /* its name in the table */
    int code;
    int64_t received_ns;
    int64_t replied_ns;
    struct od_held held;
};

/* Makes or empties the file and writes the header line. Fails with OD_EOUTPUT. */
int od_stamp_log_open(const char *path, struct od_stamp_log **out,
                      struct od_err *err) OD_MUST_CHECK;

/* Adds a line with one write(2). Any thread. A NULL log takes nothing. */
void od_stamp_log_add(struct od_stamp_log *log, const struct od_stamp *stamp);

/* Fails with OD_EOUTPUT when a line could not be written. Frees in either case. */
int od_stamp_log_close(struct od_stamp_log *log, struct od_err *err) OD_MUST_CHECK;

#endif
