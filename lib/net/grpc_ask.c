/* A gRPC call before its clock starts. */
#include "net/grpc_state.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/parse.h"

#include <grpc/byte_buffer.h>
#include <grpc/support/alloc.h>
#include <string.h>
#include <sys/socket.h>

/* A large send buffer pays from 2 MB on, and costs below: odbench-internals(7), Send
 * buffer. */
#define LARGE_BODY_BYTES   ((size_t)2 * 1024 * 1024)
#define LARGE_BUFFER_BYTES (8 * 1024 * 1024)
/* A call that leaves so much later than planned still has its whole timeout. */
#define LATE_NS (1000 * INT64_C(1000))

static int add_metadata(struct od_grpc_call *call, const struct od_headers *headers,
                        struct od_err *err)
{
    for (size_t i = 0; headers != NULL && i < headers->count; i++) {
        const struct od_header *header = &headers->items[i];
        if (od_grpc_metadata_add(&call->metadata, header->name, header->value, err) !=
            0) {
            return -1;
        }
    }
    return 0;
}

static int fill(const struct od_conn *conn, struct od_grpc_call *call,
                const struct od_call *asked, struct od_err *err)
{
    const struct od_message *message = asked->message;
    memset(call, 0, sizeof *call);
    call->path = grpc_slice_from_copied_string(message->path);
    call->details = grpc_empty_slice();
    call->out = od_grpc_message_borrow(message);
    call->out_bytes = od_message_bytes(message);
    grpc_metadata_array_init(&call->initial);
    grpc_metadata_array_init(&call->trailing);
    const struct od_headers *extra = conn->endpoint.paper ? NULL : conn->endpoint.headers;
    if (add_metadata(call, &message->headers, err) != 0 ||
        add_metadata(call, extra, err) != 0) {
        return -1;
    }
    return asked->id != NULL
               ? od_grpc_metadata_add(&call->metadata, "odbench-id", asked->id, err)
               : 0;
}

void od_grpc_ask_release(struct od_grpc_call *call)
{
    if (call->call != NULL) {
        grpc_call_unref(call->call);
    }
    grpc_slice_unref(call->path);
    grpc_slice_unref(call->details);
    grpc_byte_buffer_destroy(call->out);
    if (call->in != NULL) {
        grpc_byte_buffer_destroy(call->in);
    }
    grpc_metadata_array_destroy(&call->initial);
    grpc_metadata_array_destroy(&call->trailing);
    od_grpc_metadata_release(&call->metadata);
    gpr_free((void *)(uintptr_t)call->debug);
}

int64_t od_grpc_buffer_max(void)
{
    struct od_buf text;
    int64_t max = 0;
    od_buf_init(&text, 64);
    if (od_file_read("/proc/sys/net/core/wmem_max", &text, NULL) == 0) {
        text.data[strcspn(text.data, "\n")] = '\0';
        if (od_parse_i64(text.data, 0, INT64_MAX, &max, NULL) != 0) {
            max = 0;
        }
    }
    od_buf_release(&text);
    return max;
}

/* The kernel cuts what is asked to its ceiling and stops growing the buffer by itself;
 * below about 2 MB that would be a loss. */
void od_grpc_enlarge_buffer(struct od_grpc *grpc, size_t body_bytes)
{
    if (body_bytes <= LARGE_BODY_BYTES || grpc->large_buffer || grpc->fd < 0 ||
        grpc->send_buffer_max <= (int64_t)LARGE_BODY_BYTES) {
        return;
    }
    int bytes = LARGE_BUFFER_BYTES;
    (void)setsockopt(grpc->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    grpc->large_buffer = true;
}

void od_grpc_ask_create(struct od_conn *conn, struct od_grpc_call *call)
{
    od_rx_begin(&conn->grpc->rx, conn->grpc->fd);
    call->call = grpc_channel_create_call(
        conn->grpc->channel, NULL, GRPC_PROPAGATE_DEFAULTS, conn->grpc->queue, call->path,
        NULL, od_grpc_time(call->deadline_ns), NULL);
}

int od_grpc_ask_prepare(struct od_conn *conn, struct od_grpc_call *call,
                        const struct od_call *asked, struct od_err *err)
{
    struct od_grpc *grpc = conn->grpc;
    int64_t now = od_now_ns();
    if (fill(conn, call, asked, err) != 0) {
        return -1;
    }
    if (conn->endpoint.fresh || !od_grpc_alive(grpc)) {
        od_grpc_unlink(grpc);
    }
    od_grpc_enlarge_buffer(grpc, call->out_bytes);
    od_ack_reset(&grpc->ack);
    bool later = asked->start != NULL && asked->start->at_ns > now;
    call->deadline_ns = (later ? asked->start->at_ns : now) + asked->timeout_ns + LATE_NS;
    if (grpc->channel != NULL) {
        od_grpc_ask_create(conn, call);
    }
    return 0;
}

static void drop_call(struct od_grpc_call *call)
{
    if (call->call != NULL) {
        grpc_call_unref(call->call);
        call->call = NULL;
    }
}

int64_t od_grpc_lead(const struct od_conn *conn, const struct od_grpc_call *call,
                     const struct od_start *start)
{
    bool waits = conn->grpc->send_seen && conn->grpc->rx.polled;
    return call->call != NULL && waits ? od_start_lead(start) : 0;
}

void od_grpc_watch_send(struct od_conn *conn, const struct od_start *start)
{
    conn->grpc->send = (struct od_grpc_send){
        .fd = conn->endpoint.tls.on || conn->endpoint.paper ? -1 : conn->grpc->core_fd,
        .start = start,
        .at_ns = -1};
}

void od_grpc_ask_check(struct od_conn *conn, struct od_grpc_call *call,
                       const struct od_call *asked, bool ahead)
{
    if (asked->start != NULL && !od_grpc_alive(conn->grpc)) {
        drop_call(call);
        od_grpc_unlink(conn->grpc);
    }
    int64_t least_ns = od_now_ns() + asked->timeout_ns;
    if (call->deadline_ns < least_ns || call->call == NULL) {
        bool made = call->call != NULL;
        drop_call(call);
        call->deadline_ns = least_ns + LATE_NS;
        if (made) {
            od_grpc_ask_create(conn, call);
        }
    }
    od_grpc_watch_send(conn, ahead ? asked->start : NULL);
    if (ahead && call->call == NULL) {
        od_start_rest(asked->start);
    }
}
