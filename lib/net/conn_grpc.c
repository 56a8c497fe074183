/* gRPC by libgrpc's core API: own socket, own channel, own completion queue. */
#include "net/grpc_locks.h"
#include "net/grpc_poll.h"
#include "net/grpc_tls.h"
#include "net/warm.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/linux.h"

#include <assert.h>
#include <grpc/byte_buffer.h>
#include <grpc/support/alloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define PLUCK_SLICE_NS (20 * INT64_C(1000000))
#define MOMENT_NS      INT64_C(1000000)

enum { TAG_SENT = 1, TAG_INITIAL, TAG_END };

static int start(struct od_err *err)
{
    (void)err;
    grpc_init();
    (void)od_grpc_locks_init();
    od_grpc_poll_init();
    return 0;
}

static void stop(void)
{
    grpc_shutdown_blocking();
}

static int open_state(struct od_conn *conn, struct od_err *err)
{
    if (conn->endpoint.tls.on && !od_grpc_tls_known(grpc_version_string())) {
        return od_conn_fail(conn, OD_ESYS,
                            "TLS over gRPC needs the libgrpc of gRPC 1.51; this one is "
                            "another (HTTP has no such need)",
                            err);
    }
    struct od_grpc *grpc = od_xcalloc(1, sizeof *grpc);
    conn->grpc = grpc;
    grpc->fd = -1;
    grpc->send_buffer_max = od_grpc_buffer_max();
    grpc->queue = grpc_completion_queue_create_for_pluck(NULL);
    return 0;
}

static void close_state(struct od_conn *conn)
{
    struct od_grpc *grpc = conn->grpc;
    if (grpc == NULL) {
        return;
    }
    od_grpc_unlink(grpc);
    grpc_completion_queue_shutdown(grpc->queue);
    grpc_event event;
    do {
        event = grpc_completion_queue_pluck(grpc->queue, NULL,
                                            gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
    } while (event.type != GRPC_QUEUE_SHUTDOWN);
    grpc_completion_queue_destroy(grpc->queue);
    free(grpc);
    conn->grpc = NULL;
}

static int connect_now(struct od_conn *conn, int64_t deadline_ns, struct od_err *err)
{
    if (od_grpc_alive(conn->grpc)) {
        return 0;
    }
    od_grpc_unlink(conn->grpc);
    struct od_socket made;
    if (od_grpc_link(conn, deadline_ns, &made) != 0) {
        return od_grpc_link_fail(conn, &made, err);
    }
    return 0;
}

/* Nothing to do: the exchange looks at the flag after every slice of waiting. */
static void wake(struct od_conn *conn)
{
    (void)conn;
}

static int idle_fd(const struct od_conn *conn)
{
    return conn->grpc->fd;
}

static void *tag_of(int tag)
{
    return (void *)(intptr_t)tag;
}

/*
 * Waits for one batch, in slices because nothing but a completion ends a pluck: a lock
 * around the call would let another thread cancel it at once, but there is no locking
 * between send and end. Returns whether the batch succeeded.
 */
static bool pluck(struct od_conn *conn, grpc_call *call, int tag)
{
    bool cancelled = false;
    for (;;) {
        grpc_event event =
            grpc_completion_queue_pluck(conn->grpc->queue, tag_of(tag),
                                        od_grpc_time(od_now_ns() + PLUCK_SLICE_NS), NULL);
        if (event.type != GRPC_QUEUE_TIMEOUT) {
            return event.type == GRPC_OP_COMPLETE && event.success != 0;
        }
        if (!cancelled && atomic_load(&conn->cancelled)) {
            cancelled = true;
            (void)grpc_call_cancel(call, NULL);
        }
    }
}

/* Whether a batch has ended by then, 0: by now; *good tells how. */
static bool is_done(struct od_conn *conn, int tag, int64_t until_ns, bool *good)
{
    grpc_event event = grpc_completion_queue_pluck(
        conn->grpc->queue, tag_of(tag),
        until_ns > 0 ? od_grpc_time(until_ns) : gpr_inf_past(GPR_CLOCK_MONOTONIC), NULL);
    *good = event.type == GRPC_OP_COMPLETE && event.success != 0;
    return event.type != GRPC_QUEUE_TIMEOUT;
}

static grpc_call_error start_send(struct od_grpc_call *call)
{
    grpc_op ops[3];
    memset(ops, 0, sizeof ops);
    ops[0].op = GRPC_OP_SEND_INITIAL_METADATA;
    ops[0].data.send_initial_metadata.count = call->metadata.count;
    ops[0].data.send_initial_metadata.metadata = call->metadata.items;
    ops[1].op = GRPC_OP_SEND_MESSAGE;
    ops[1].flags = GRPC_WRITE_THROUGH;
    ops[1].data.send_message.send_message = call->out;
    ops[2].op = GRPC_OP_SEND_CLOSE_FROM_CLIENT;
    return grpc_call_start_batch(call->call, ops, 3, tag_of(TAG_SENT), NULL);
}

/*
 * Whether core is to tell when the headers have come. Where the looks at the socket tell
 * it that is work for nothing, some 3 % of a request's.
 */
static bool headers_apart(const struct od_conn *conn)
{
    return !conn->grpc->rx.tells;
}

static grpc_call_error start_receive(struct od_grpc_call *call, bool apart)
{
    grpc_op ops[3];
    memset(ops, 0, sizeof ops);
    ops[0].op = GRPC_OP_RECV_INITIAL_METADATA;
    ops[0].data.recv_initial_metadata.recv_initial_metadata = &call->initial;
    ops[1].op = GRPC_OP_RECV_MESSAGE;
    ops[1].data.recv_message.recv_message = &call->in;
    ops[2].op = GRPC_OP_RECV_STATUS_ON_CLIENT;
    ops[2].data.recv_status_on_client.trailing_metadata = &call->trailing;
    ops[2].data.recv_status_on_client.status = &call->status;
    ops[2].data.recv_status_on_client.status_details = &call->details;
    ops[2].data.recv_status_on_client.error_string = &call->debug;
    size_t first = apart ? 1 : 0;
    grpc_call_error error =
        apart ? grpc_call_start_batch(call->call, ops, 1, tag_of(TAG_INITIAL), NULL)
              : GRPC_CALL_OK;
    return error == GRPC_CALL_OK ? grpc_call_start_batch(call->call, ops + first,
                                                         3 - first, tag_of(TAG_END), NULL)
                                 : error;
}

/*
 * pluck, with rehearsals while nothing comes. What comes may be frames of the connection
 * and no reply, or core may have more to do with it than one look shows: it gets a
 * moment.
 */
static bool pluck_warm(struct od_conn *conn, struct od_grpc_call *call, int tag)
{
    bool good = false;
    int64_t until_ns = 0;
    while (!od_warm_wanted(conn->warm) || !is_done(conn, tag, until_ns, &good)) {
        enum od_warm_wait how = od_warm_wait(
            conn, conn->grpc->fd, conn->grpc->ack.written_ns, call->deadline_ns);
        if (how == OD_WARM_NOT) {
            return pluck(conn, call->call, tag);
        }
        od_grpc_poll_watch(&conn->grpc->rx);
        od_rx_awake(&conn->grpc->rx);
        until_ns = how == OD_WARM_READABLE ? conn->grpc->rx.awake_ns + MOMENT_NS : 0;
    }
    return good;
}

/*
 * Waits until the reply has begun or ended, as the tag says, and meanwhile for the
 * acknowledgement of the request, which comes with the reply at the latest. What comes
 * before a reply are frames of the connection, which a pluck without waiting lets core
 * read.
 */
static bool await_reply(struct od_conn *conn, struct od_grpc_call *call, int tag)
{
    struct od_ack *ack = &conn->grpc->ack;
    while (conn->endpoint.watch_acked &&
           od_ack_watch(ack, &conn->cancelled, call->deadline_ns)) {
        bool good = false;
        od_rx_awake(&conn->grpc->rx);
        if (is_done(conn, tag, 0, &good)) {
            return good;
        }
    }
    return pluck_warm(conn, call, tag);
}

/* What core did until its first write is no part of the exchange. */
static void note_send(struct od_grpc *grpc, struct od_stamps *stamps)
{
    grpc->send_seen = grpc->send.at_ns >= 0;
    if (grpc->send_seen && stamps->connect_ns < 0) {
        stamps->send_ns = grpc->send.at_ns;
    }
}

/* Core's deadline stands before its first write, which may come late. A call that was
 * given up had its whole time: its clock starts no later than that. */
static void give_whole_time(const struct od_grpc_call *call, int64_t timeout_ns,
                            struct od_stamps *stamps)
{
    int64_t latest_ns = call->deadline_ns - timeout_ns;
    if (call->verdict == OD_ETIMEOUT && stamps->send_ns > latest_ns) {
        stamps->send_ns = latest_ns;
    }
}

/* The timed step. */
static void run(struct od_conn *conn, struct od_grpc_call *call, struct od_stamps *stamps)
{
    struct od_rx *rx = &conn->grpc->rx;
    call->begun = true;
    od_grpc_poll_watch(rx);
    od_grpc_send_watch(&conn->grpc->send);
    /* Core refuses a batch only when its caller breaks a rule: our bug, not input. */
    grpc_call_error error = start_send(call);
    assert(error == GRPC_CALL_OK);
    bool sent_at_once = is_done(conn, TAG_SENT, 0, &call->sent);
    int64_t written = od_now_ns();
    bool apart = headers_apart(conn);
    error = start_receive(call, apart);
    assert(error == GRPC_CALL_OK);
    (void)error;
    if (!sent_at_once) {
        call->sent = pluck(conn, call->call, TAG_SENT);
        written = od_now_ns();
    }
    od_grpc_send_watch(NULL);
    od_ack_begin(&conn->grpc->ack, call->sent ? conn->grpc->fd : -1, written);
    bool began = await_reply(conn, call, apart ? TAG_INITIAL : TAG_END);
    stamps->end_ns = od_now_ns();
    int64_t first =
        od_rx_first(rx, call->sent ? written : stamps->send_ns, stamps->end_ns);
    if (apart) {
        (void)pluck(conn, call->call, TAG_END);
        stamps->end_ns = od_now_ns();
    }
    od_grpc_poll_watch(NULL);
    note_send(conn->grpc, stamps);
    stamps->written_ns = call->sent ? written : -1;
    stamps->first_ns = began ? first : -1;
}

/* Makes connection and call when there are none; its stages go into the stamps. */
static int ensure_link(struct od_conn *conn, struct od_grpc_call *call,
                       struct od_stamps *stamps, struct od_err *err)
{
    if (call->call != NULL) {
        return 0;
    }
    struct od_socket made;
    int64_t until = od_conn_connect_until(conn, call->deadline_ns);
    int rc = od_grpc_link(conn, until, &made);
    stamps->dns_ns = made.dns_ns;
    stamps->connect_ns = made.connect_ns;
    stamps->tls_ns = conn->grpc->tls_ns;
    if (rc != 0) {
        stamps->end_ns = od_now_ns();
        return od_grpc_link_fail(conn, &made, err);
    }
    od_grpc_enlarge_buffer(conn->grpc, call->out_bytes);
    if (conn->endpoint.paper) {
        od_grpc_await_settings(conn, call->deadline_ns);
    }
    od_grpc_ask_create(conn, call);
    od_grpc_watch_send(conn, NULL);
    return 0;
}

static bool ruined(const struct od_grpc_call *call)
{
    return call->verdict == OD_ERESET || call->verdict == OD_EDECODE ||
           call->verdict == OD_ECONNECT;
}

/* After the clock: what came back goes into the reply. */
static int collect(struct od_conn *conn, struct od_grpc_call *call,
                   struct od_reply *reply, struct od_stamps *stamps, struct od_err *err)
{
    struct od_tcp_facts facts;
    od_tcp_read(conn->grpc->fd, &facts);
    stamps->conn_id = conn->conn_id;
    stamps->tcp_rtt_ns = facts.rtt_ns;
    stamps->tcp_retransmits = facts.retransmits;
    stamps->bytes_up = call->sent ? (int64_t)call->out_bytes : -1;
    stamps->bytes_down = 0;
    reply->code = (int)call->status;
    if (GRPC_SLICE_LENGTH(call->details) > 0) {
        reply->text = od_grpc_text(call->details);
    }
    od_grpc_metadata_read(&call->initial, &reply->headers);
    od_grpc_metadata_read(&call->trailing, &reply->headers);
    call->verdict = od_grpc_verdict(conn, call, stamps->end_ns);
    if (ruined(call) || call->verdict == OD_ETIMEOUT || call->verdict == OD_ECANCELLED) {
        /* Core ends the wait for headers with "success" when the connection breaks or
         * the call is given up; whether they came is then known by their content only. */
        stamps->first_ns = call->initial.count > 0 ? stamps->first_ns : -1;
    }
    od_ack_end(&conn->grpc->ack, stamps->first_ns, stamps->end_ns, true, &facts);
    stamps->acked_ns = conn->grpc->ack.acked_ns;
    stamps->last_ns =
        od_rx_last(&conn->grpc->rx, stamps->first_ns, stamps->end_ns, &facts);
    if (call->verdict == OD_OK && call->status == GRPC_STATUS_OK &&
        !conn->endpoint.paper) {
        od_rx_end(&conn->grpc->rx, stamps);
    }
    if (call->verdict != OD_OK) {
        /* Headers that come from now on may be those of this call. */
        conn->grpc->rx.ahead = OD_RX_SEALED;
        conn->grpc->rx.tells = false;
        return od_grpc_fail(conn, call, call->verdict, err);
    }
    if (call->in != NULL) {
        stamps->bytes_down = (int64_t)grpc_byte_buffer_length(call->in);
        return od_grpc_message_read(call->in, &reply->body, err);
    }
    return 0;
}

static int exchange(struct od_conn *conn, const struct od_call *asked,
                    struct od_reply *reply, struct od_stamps *stamps, struct od_err *err)
{
    struct od_grpc_call call;
    int rc = -1;
    if (atomic_load(&conn->cancelled)) {
        return od_conn_fail(conn, OD_ECANCELLED, "cancelled", err);
    }
    if (od_grpc_ask_prepare(conn, &call, asked, err) != 0) {
        goto out;
    }
    int64_t lead_ns = od_grpc_lead(conn, &call, asked->start);
    if (!od_warm_start(conn, asked->start, lead_ns)) {
        rc = od_conn_fail(conn, OD_ECANCELLED, "not sent", err);
        goto out;
    }
    od_grpc_ask_check(conn, &call, asked, lead_ns > 0);
    stamps->send_ns = od_now_ns();
    if (ensure_link(conn, &call, stamps, err) != 0) {
        goto out;
    }
    run(conn, &call, stamps);
    rc = collect(conn, &call, reply, stamps, err);
    give_whole_time(&call, asked->timeout_ns, stamps);
out:
    od_grpc_ask_release(&call);
    /* A broken channel never mends. An unfinished upload may leave borrowed bytes in the
     * channel's write queue, which only the channel's end takes back. */
    if (conn->endpoint.fresh || ruined(&call) || (call.begun && !call.sent)) {
        od_grpc_unlink(conn->grpc);
    }
    return rc;
}

static const char *grpc_version(void)
{
    return grpc_version_string();
}

const struct od_transport_ops od_conn_grpc = {
    .version = grpc_version,
    .init = start,
    .shutdown = stop,
    .open = open_state,
    .connect = connect_now,
    .exchange = exchange,
    .wake = wake,
    .fd = idle_fd,
    .close = close_state,
};
