/* One gRPC call on the server's side. */
#include "server/grpc_call.h"

#include "base/alloc.h"
#include "base/clock.h"

#include <assert.h>
#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
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

void od_grpc_call_free(struct od_grpc_call *call)
{
    for (size_t i = 0; i < call->trailing_count; i++) {
        grpc_slice_unref(call->trailing[i].key);
        grpc_slice_unref(call->trailing[i].value);
    }
    free(call->trailing);
    grpc_slice_unref(call->text);
    grpc_byte_buffer_destroy(call->answer);
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
    call->step = OD_GRPC_ASKED;
    call->queue = queue;
    grpc_call_error rc = grpc_server_request_call(server, &call->call, &call->details,
                                                  &call->metadata, queue, queue, call);
    return rc == GRPC_CALL_OK ? 0 : -1;
}

static void start(struct od_grpc_call *call, const grpc_op *ops, size_t count)
{
    grpc_call_error rc = grpc_call_start_batch(call->call, ops, count, call, NULL);
    /* It refuses only batches that break its rules, which would be a bug of ours. */
    assert(rc == GRPC_CALL_OK);
    (void)rc;
}

void od_grpc_call_receive(struct od_grpc_call *call)
{
    const grpc_op op = {.op = GRPC_OP_RECV_MESSAGE,
                        .data.recv_message.recv_message = &call->payload};
    call->step = OD_GRPC_RECEIVING;
    start(call, &op, 1);
}

static char *text_of(grpc_slice slice)
{
    return od_xstrndup((const char *)GRPC_SLICE_START_PTR(slice),
                       GRPC_SLICE_LENGTH(slice));
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

/*
 * One piece of memory, as parsers want it; libgrpc has it in slices as they were read,
 * and has held their sum against the limit.
 */
static bool gather(struct od_grpc_call *call)
{
    grpc_byte_buffer_reader reader;
    if (call->payload == NULL || !grpc_byte_buffer_reader_init(&reader, call->payload)) {
        return false;
    }
    (void)od_buf_reserve(&call->body, grpc_byte_buffer_length(reader.buffer_out));
    grpc_slice slice;
    while (grpc_byte_buffer_reader_next(&reader, &slice)) {
        od_buf_add(&call->body, GRPC_SLICE_START_PTR(slice), GRPC_SLICE_LENGTH(slice));
        grpc_slice_unref(slice);
    }
    grpc_byte_buffer_reader_destroy(&reader);
    grpc_byte_buffer_destroy(call->payload);
    call->payload = NULL;
    od_message_borrow(&call->message, call->body.data, call->body.len);
    return true;
}

bool od_grpc_call_received(struct od_grpc_call *call)
{
    int64_t now_ns = od_now_ns();
    call->exchange = (struct od_exchange){
        .transport = OD_GRPC, .message = &call->message, .received_ns = now_ns};
    call->message.verb = "POST";
    call->message.path = text_of(call->details.method);
    call->deadline_ns = deadline_of(call->details.deadline);
    for (size_t i = 0; i < call->metadata.count; i++) {
        char *name = text_of(call->metadata.metadata[i].key);
        char *value = text_of(call->metadata.metadata[i].value);
        od_headers_add(&call->message.headers, name, value);
        free(name);
        free(value);
    }
    return gather(call);
}

static void prepare_trailing(struct od_grpc_call *call)
{
    const struct od_headers *headers = &call->reply.headers;
    call->trailing = od_xcalloc(headers->count, sizeof *call->trailing);
    for (size_t i = 0; i < headers->count; i++) {
        grpc_metadata *at = &call->trailing[call->trailing_count];
        grpc_slice key = grpc_slice_from_copied_string(headers->items[i].name);
        grpc_slice value = grpc_slice_from_copied_string(headers->items[i].value);
        if (grpc_header_key_is_legal(key) && grpc_header_nonbin_value_is_legal(value)) {
            *at = (grpc_metadata){.key = key, .value = value};
            call->trailing_count++;
        } else {
            grpc_slice_unref(key);
            grpc_slice_unref(value);
        }
    }
}

void od_grpc_call_prepare(struct od_grpc_call *call)
{
    prepare_trailing(call);
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
    ops[count].data.send_status_from_server.trailing_metadata = call->trailing;
    ops[count++].data.send_status_from_server.trailing_metadata_count =
        call->trailing_count;
    ops[count].op = GRPC_OP_RECV_CLOSE_ON_SERVER;
    ops[count++].data.recv_close_on_server.cancelled = &call->cancelled;
    call->step = OD_GRPC_SENDING;
    call->replied_ns = od_now_ns();
    start(call, ops, count);
}
