/* One gRPC call on the server's side, step by step over a completion queue. */
#ifndef OD_SERVER_GRPC_CALL_H
#define OD_SERVER_GRPC_CALL_H

#include "base/buf.h"
#include "net/grpc_glue.h"
#include "server/exchange.h"
#include "wire/message.h"

#include <grpc/grpc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What the next event of a call's tag (the struct's address) means. */
enum od_grpc_step { OD_GRPC_ASKED, OD_GRPC_RECEIVING, OD_GRPC_SENDING };

struct od_grpc_call {
    /*
     * Written last before a call goes to libgrpc and read first when it comes back: so
     * the hand-over from thread to thread is visible here, not only inside libgrpc.
     */
    _Atomic enum od_grpc_step step;
    grpc_completion_queue *queue;
    grpc_call *call;
    grpc_call_details details;
    grpc_metadata_array metadata;
    grpc_byte_buffer *payload;
    /* What received made of it. */
    struct od_message message;
    struct od_buf body;  /* the message borrows it */
    int64_t deadline_ns; /* the client's, in od_now_ns; 0: none */
    struct od_exchange exchange;
    /* What goes back. */
    struct od_reply reply;
    int64_t replied_ns;
    struct od_grpc_metadata trailing;
    grpc_byte_buffer *answer;
    grpc_slice text;
    int cancelled;
};

struct od_grpc_call *od_grpc_call_new(void);
/* To be called when no event is outstanding. */
void od_grpc_call_free(struct od_grpc_call *call);

/* Asks the server for a call of any method. -1: the server takes none any more. */
int od_grpc_call_request(struct od_grpc_call *call, grpc_server *server,
                         grpc_completion_queue *queue) OD_MUST_CHECK;

/* After the call came: reads its one message. */
void od_grpc_call_receive(struct od_grpc_call *call);

/* After that: fills message, exchange and deadline. False when no message came. */
bool od_grpc_call_received(struct od_grpc_call *call);

/* Makes what libgrpc wants of the reply, again if the reply changed; sends nothing. */
void od_grpc_call_prepare(struct od_grpc_call *call);

/* Takes the replied stamp and sends. */
void od_grpc_call_send(struct od_grpc_call *call);

#endif
