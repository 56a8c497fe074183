/* One gRPC call on the server's side. */
#include "server/grpc_call.h"

#include "base/alloc.h"
#include "base/clock.h"

#include <assert.h>
#include <grpc/byte_buffer.h>
#include <grpc/slice.h>
#include <grpc/support/time.h>
#include <stdlib.h>
#include <string.h>

struct od_grpc_call *od_grpc_call_new(void)
{
    struct od_grpc_call *call = od_xcalloc(1, sizeof *call);
    grpc_call_details_init(&call->details);
    grpc_metadata_array_init(&call->metadata);
    od_reply_init(&call->reply, 0);
    od_buf_init(&call->body, 0);
    call->text = grpc_empty_slice();
    return call;
}

static void drop_prepared(struct od_grpc_call *call)
{
    od_grpc_metadata_release(&call->trailing);
    grpc_slice_unref(call->text);
    call->text = grpc_empty_slice();
    grpc_byte_buffer_destroy(call->answer);
    call->answer = NULL;
}

void od_grpc_call_free(struct od_grpc_call *call)
{
    drop_prepared(call);
    grpc_byte_buffer_destroy(call->payload);
    od_reply_release(&call->reply);
    od_message_release(&call->message);
    od_buf_release(&call->body);
    grpc_metadata_array_destroy(&call->metadata);
    grpc_call_details_destroy(&call->details);
    if (call->call != NULL) {
        grpc_call_unref(call->call);
    }
    free(call);
}

int od_grpc_call_request(struct od_grpc_call *call, grpc_server *server,
                         grpc_completion_queue *queue)
{
    call->queue = queue;
    atomic_store(&call->step, OD_GRPC_ASKED);
    grpc_call_error rc = grpc_server_request_call(server, &call->call, &call->details,
                                                  &call->metadata, queue, queue, call);
    return rc == GRPC_CALL_OK ? 0 : -1;
}

static void start(struct od_grpc_call *call, enum od_grpc_step step, const grpc_op *ops,
                  size_t count)
{
    grpc_call *started = call->call;
    atomic_store(&call->step, step);
    grpc_call_error rc = grpc_call_start_batch(started, ops, count, call, NULL);
    /* It refuses only batches that break its rules, which would be a bug of ours. */
    assert(rc == GRPC_CALL_OK);
    (void)rc;
}

void od_grpc_call_receive(struct od_grpc_call *call)
{
    const grpc_op op = {.op = GRPC_OP_RECV_MESSAGE,
                        .data.recv_message.recv_message = &call->payload};
    start(call, OD_GRPC_RECEIVING, &op, 1);
}

/* The deadline by our clock; libgrpc gives it by one of its own. */
static int64_t deadline_of(gpr_timespec deadline)
{
    if (gpr_time_cmp(deadline, gpr_inf_future(deadline.clock_type)) == 0) {
        return 0;
    }
    gpr_timespec left = gpr_time_sub(deadline, gpr_now(deadline.clock_type));
    if (left.tv_sec > INT32_MAX) {
        return 0;
    }
    return od_now_ns() + left.tv_sec * INT64_C(1000000000) + left.tv_nsec;
}

bool od_grpc_call_received(struct od_grpc_call *call)
{
    int64_t now_ns = od_now_ns();
    call->exchange = (struct od_exchange){
        .transport = OD_GRPC, .message = &call->message, .received_ns = now_ns};
    call->message.verb = "POST";
    call->message.path = od_grpc_text(call->details.method);
    call->deadline_ns = deadline_of(call->details.deadline);
    od_grpc_metadata_read(&call->metadata, &call->message.headers);
    if (call->payload == NULL ||
        od_grpc_message_read(call->payload, &call->body, NULL) != 0) {
        return false;
    }
    grpc_byte_buffer_destroy(call->payload);
    call->payload = NULL;
    od_message_borrow(&call->message, call->body.data, call->body.len);
    return true;
}

void od_grpc_call_prepare(struct od_grpc_call *call)
{
    const struct od_headers *headers = &call->reply.headers;
    drop_prepared(call);
    for (size_t i = 0; i < headers->count; i++) {
        /* What HTTP/2 cannot carry is left out: the answer is worth more. */
        if (od_grpc_metadata_add(&call->trailing, headers->items[i].name,
                                 headers->items[i].value, NULL) != 0) {
            continue;
        }
    }
    if (call->reply.code == OD_CODE_OK) {
        size_t len = call->reply.body.len;
        char *body = od_buf_steal(&call->reply.body);
        grpc_slice slice = grpc_slice_new_with_user_data(body, len, free, body);
        call->answer = grpc_raw_byte_buffer_create(&slice, 1);
        grpc_slice_unref(slice);
    } else if (call->reply.text != NULL) {
        call->text = grpc_slice_from_copied_string(call->reply.text);
    }
}

void od_grpc_call_send(struct od_grpc_call *call)
{
    grpc_op ops[4];
    size_t count = 0;
    memset(ops, 0, sizeof ops);
    ops[count++].op = GRPC_OP_SEND_INITIAL_METADATA;
    if (call->answer != NULL) {
        ops[count].op = GRPC_OP_SEND_MESSAGE;
        ops[count++].data.send_message.send_message = call->answer;
    }
    ops[count].op = GRPC_OP_SEND_STATUS_FROM_SERVER;
    ops[count].data.send_status_from_server.status = (grpc_status_code)call->reply.code;
    ops[count].data.send_status_from_server.status_details = &call->text;
    ops[count].data.send_status_from_server.trailing_metadata = call->trailing.items;
    ops[count++].data.send_status_from_server.trailing_metadata_count =
        call->trailing.count;
    ops[count].op = GRPC_OP_RECV_CLOSE_ON_SERVER;
    ops[count++].data.recv_close_on_server.cancelled = &call->cancelled;
    call->replied_ns = od_now_ns();
    start(call, OD_GRPC_SENDING, ops, count);
}
