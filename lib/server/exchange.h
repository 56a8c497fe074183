/* One request of any protocol: received bytes in, reply bytes out. */
#ifndef OD_SERVER_EXCHANGE_H
#define OD_SERVER_EXCHANGE_H

#include "protocol/protocol.h"
#include "server/core.h"
#include "wire/message.h"

#include <stdint.h>

struct od_exchange {
    enum od_transport transport;
    const struct od_style *style;     /* borrowed; NULL: the default one */
    const struct od_message *message; /* borrowed */
    int64_t received_ns;              /* last request byte read */
    int64_t deadline_ns;              /* 0: none */
    const char *token; /* that the request must carry; borrowed; NULL: any may ask */
    /* Out. */
    const struct od_protocol *protocol; /* NULL: no protocol knows this path */
    enum od_kind kind;
    enum od_canonical code;
    struct od_held held; /* the reply must not be sent before (od_core_hold) */
};

/* Finds the protocol of the table whose route takes the message, and the kind. */
void od_exchange_route(struct od_exchange *exchange);

/* Whether it asks for what the server counts of itself: then *reply is the answer, or a
 * refusal without the token, and nothing else is to be done. Any thread. */
bool od_exchange_page(struct od_core *core, struct od_exchange *exchange,
                      struct od_reply *reply);

/*
 * Routes, parses, answers and renders into *reply (initialised by the caller), with the
 * server's own account of times in its headers. A request without the token it must carry
 * is answered with UNAUTHENTICATED before it is parsed; a browser's question before the
 * request (preflight) needs none. Without a protocol *reply is left alone and protocol is
 * NULL. Any thread.
 */
void od_exchange_run(struct od_core *core, struct od_exchange *exchange,
                     struct od_reply *reply);

/* Replaces what the reply holds with an error of the exchange's protocol. */
void od_exchange_fail(struct od_exchange *exchange, enum od_canonical code,
                      const char *text, struct od_reply *reply);
/* The same for a body of more than max_bytes, which the text names with the option. */
void od_exchange_too_large(struct od_exchange *exchange, int64_t max_bytes,
                           struct od_reply *reply);

#endif
