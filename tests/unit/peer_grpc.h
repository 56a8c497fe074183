/*
 * A small gRPC server in a thread of a unit test, by libgrpc. The method's path says what
 * it does: /peer/echo, /peer/size/BYTES, /peer/status/CODE, /peer/told/CODE (with
 * trailing metadata), /peer/sleep/MS, /peer/flush/MS (headers first), /peer/nothing (OK
 * without a message).
 */
#ifndef PEER_GRPC_H
#define PEER_GRPC_H

#include "base/clock.h"
#include "net/grpc_glue.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct peer_grpc {
    grpc_server *server;
    grpc_completion_queue *queue;
    pthread_t thread;
    int port;
};

static inline void *peer_tag(int tag)
{
    return (void *)(intptr_t)tag;
}

static inline bool peer_wait(struct peer_grpc *peer)
{
    grpc_event event = grpc_completion_queue_next(
        peer->queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
    return event.type == GRPC_OP_COMPLETE && event.success != 0;
}

static inline bool peer_batch(struct peer_grpc *peer, grpc_call *call, grpc_op *ops,
                              size_t count)
{
    return grpc_call_start_batch(call, ops, count, peer_tag(2), NULL) == GRPC_CALL_OK &&
           peer_wait(peer);
}

/* The number behind prefix, or -1 when the path has another one. */
static inline long peer_number(const char *path, const char *prefix)
{
    size_t len = strlen(prefix);
    return strncmp(path, prefix, len) == 0 ? atol(path + len) : -1;
}

struct peer_answer {
    grpc_byte_buffer *message;
    struct od_grpc_metadata initial;
    struct od_grpc_metadata trailing;
    grpc_status_code status;
    long sleep_ms;
    bool flush;
};

static inline void peer_add(struct od_grpc_metadata *metadata, const char *name,
                            const char *value)
{
    if (od_grpc_metadata_add(metadata, name, value, NULL) != 0) {
        abort();
    }
}

static inline void peer_decide(const char *path, const grpc_metadata_array *asked,
                               grpc_byte_buffer *request, struct peer_answer *out)
{
    struct od_headers headers = {0};
    od_grpc_metadata_read(asked, &headers);
    long bytes = peer_number(path, "/peer/size/");
    long status = peer_number(path, "/peer/status/");
    long told = peer_number(path, "/peer/told/");
    long flush = peer_number(path, "/peer/flush/");
    long pause = peer_number(path, "/peer/sleep/");
    out->flush = flush >= 0;
    out->sleep_ms = flush > pause ? flush : pause;
    if (status > 0 || told > 0) {
        out->status = (grpc_status_code)(status > 0 ? status : told);
    } else if (bytes >= 0) {
        grpc_slice slice = grpc_slice_malloc((size_t)bytes);
        memset(GRPC_SLICE_START_PTR(slice), 'b', (size_t)bytes);
        out->message = grpc_raw_byte_buffer_create(&slice, 1);
        grpc_slice_unref(slice);
    } else if (strcmp(path, "/peer/nothing") != 0 && request != NULL) {
        out->message = grpc_byte_buffer_copy(request);
    }
    if (status <= 0) {
        const char *id = od_headers_get(&headers, "odbench-id");
        const char *agent = od_headers_get(&headers, "user-agent");
        peer_add(&out->initial, "x-initial", "a");
        peer_add(&out->trailing, "x-id", id != NULL ? id : "none");
        peer_add(&out->trailing, "x-agent", agent != NULL ? agent : "none");
    }
    od_headers_release(&headers);
}

static inline void peer_reply(struct peer_grpc *peer, grpc_call *call,
                              struct peer_answer *answer)
{
    int cancelled = 0;
    size_t count = 0;
    char words[64];
    grpc_op ops[4];
    memset(ops, 0, sizeof ops);
    ops[count].op = GRPC_OP_SEND_INITIAL_METADATA;
    ops[count].data.send_initial_metadata.count = answer->initial.count;
    ops[count++].data.send_initial_metadata.metadata = answer->initial.items;
    if (answer->flush && peer_batch(peer, call, ops, count)) {
        count = 0;
        memset(ops, 0, sizeof ops);
    }
    if (answer->sleep_ms > 0) {
        od_sleep_until_ns(od_now_ns() + answer->sleep_ms * INT64_C(1000000));
    }
    if (answer->message != NULL) {
        ops[count].op = GRPC_OP_SEND_MESSAGE;
        ops[count++].data.send_message.send_message = answer->message;
    }
    (void)snprintf(words, sizeof words, "told %d", (int)answer->status);
    grpc_slice details = grpc_slice_from_copied_string(words);
    ops[count].op = GRPC_OP_SEND_STATUS_FROM_SERVER;
    ops[count].data.send_status_from_server.status = answer->status;
    ops[count].data.send_status_from_server.status_details = &details;
    ops[count].data.send_status_from_server.trailing_metadata_count =
        answer->trailing.count;
    ops[count++].data.send_status_from_server.trailing_metadata = answer->trailing.items;
    ops[count].op = GRPC_OP_RECV_CLOSE_ON_SERVER;
    ops[count++].data.recv_close_on_server.cancelled = &cancelled;
    (void)peer_batch(peer, call, ops, count);
    grpc_slice_unref(details);
}

static inline void peer_serve(struct peer_grpc *peer, grpc_call *call, const char *path,
                              const grpc_metadata_array *asked)
{
    grpc_byte_buffer *request = NULL;
    struct peer_answer answer = {0};
    grpc_op op;
    memset(&op, 0, sizeof op);
    op.op = GRPC_OP_RECV_MESSAGE;
    op.data.recv_message.recv_message = &request;
    if (peer_batch(peer, call, &op, 1)) {
        peer_decide(path, asked, request, &answer);
        peer_reply(peer, call, &answer);
    }
    if (request != NULL) {
        grpc_byte_buffer_destroy(request);
    }
    if (answer.message != NULL) {
        grpc_byte_buffer_destroy(answer.message);
    }
    od_grpc_metadata_release(&answer.initial);
    od_grpc_metadata_release(&answer.trailing);
}

/* One call after the other, until the server is shut down. */
static inline void *peer_run(void *data)
{
    struct peer_grpc *peer = data;
    bool going = true;
    while (going) {
        grpc_call *call = NULL;
        grpc_call_details details;
        grpc_metadata_array asked;
        grpc_call_details_init(&details);
        grpc_metadata_array_init(&asked);
        going =
            grpc_server_request_call(peer->server, &call, &details, &asked, peer->queue,
                                     peer->queue, peer_tag(1)) == GRPC_CALL_OK &&
            peer_wait(peer);
        if (going) {
            char *path = od_grpc_text(details.method);
            peer_serve(peer, call, path, &asked);
            free(path);
            grpc_call_unref(call);
        }
        grpc_call_details_destroy(&details);
        grpc_metadata_array_destroy(&asked);
    }
    return NULL;
}

/* port 0: any. 0, or -1 when the port cannot be had. */
static inline int peer_grpc_start(struct peer_grpc *peer, int port)
{
    char address[32];
    char unlimited[] = GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH;
    grpc_arg arg = {.type = GRPC_ARG_INTEGER, .key = unlimited, .value = {.integer = -1}};
    grpc_channel_args args = {.num_args = 1, .args = &arg};
    (void)snprintf(address, sizeof address, "127.0.0.1:%d", port);
    peer->queue = grpc_completion_queue_create_for_next(NULL);
    peer->server = grpc_server_create(&args, NULL);
    grpc_server_register_completion_queue(peer->server, peer->queue, NULL);
    grpc_server_credentials *plain = grpc_insecure_server_credentials_create();
    peer->port = grpc_server_add_http2_port(peer->server, address, plain);
    grpc_server_credentials_release(plain);
    grpc_server_start(peer->server);
    return peer->port != 0 && pthread_create(&peer->thread, NULL, peer_run, peer) == 0
               ? 0
               : -1;
}

static inline void peer_grpc_stop(struct peer_grpc *peer)
{
    grpc_completion_queue *end = grpc_completion_queue_create_for_pluck(NULL);
    gpr_timespec never = gpr_inf_future(GPR_CLOCK_MONOTONIC);
    grpc_server_shutdown_and_notify(peer->server, end, peer_tag(3));
    (void)pthread_join(peer->thread, NULL);
    grpc_server_cancel_all_calls(peer->server);
    (void)grpc_completion_queue_pluck(end, peer_tag(3), never, NULL);
    grpc_server_destroy(peer->server);
    grpc_completion_queue_shutdown(end);
    grpc_completion_queue_destroy(end);
    grpc_completion_queue_shutdown(peer->queue);
    while (grpc_completion_queue_next(peer->queue, never, NULL).type !=
           GRPC_QUEUE_SHUTDOWN) {
    }
    grpc_completion_queue_destroy(peer->queue);
}

#endif
