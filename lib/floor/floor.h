/* The floor: what the machine itself takes for the same bytes. */
#ifndef OD_FLOOR_FLOOR_H
#define OD_FLOOR_FLOOR_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum od_floor_kind {
    OD_FLOOR_RAW,  /* 8 bytes of length, body; answered by reply_bytes bytes */
    OD_FLOOR_HTTP, /* HTTP/1.1: reads head and body, answers 200 with reply_bytes */
    OD_FLOOR_GRPC, /* h2c by libnghttp2: drains the stream, answers one gRPC message */
};

/*
 * A lean server on loopback, a thread a connection, that reads a request, waits hold_ns,
 * and answers; nothing is parsed that need not be. Used in this process (its threads
 * sleep when nothing comes) and, as tests/bench/lean_server, in one of its own.
 *
 * HTTP: any request with a Content-Length or without a body; answered by a JSON string,
 * kept open as the client asks, "Expect: 100-continue" is answered. A body in chunks is
 * refused with 411, a head above 16 KiB with 431. GRPC: any method, several streams of a
 * connection side by side (held each for itself); answered by grpc-status 0 and a message
 * of one field that no reader knows, number 15.
 */
struct od_floor_spec {
    enum od_floor_kind kind;
    int port;           /* 0: any */
    size_t reply_bytes; /* without head and framing; at most 2 GiB, RAW at least 1 */
    const void *reply;  /* the bytes, copied; NULL: made as said above */
    int64_t hold_ns;    /* from the last byte read to the first written */
    int cpu;            /* its threads are held to this one; -1: not held */

    /* Both may be NULL; called by the connections' threads, arg goes along. How long the
     * reply to a request is held instead of hold_ns, whose last byte had been read at
     * received_ns (od_now_ns); and what became of it: that and when its own first byte
     * was about to be written, in the order of the replies of a connection. */
    int64_t (*draw_ns)(void *arg, int64_t received_ns);
    void (*replied)(void *arg, int64_t received_ns, int64_t replied_ns);
    void *arg;
};
struct od_floor;

/*
 * Starts it. *out is owned by the caller. Fails with OD_EINPUT (a number out of range, no
 * such CPU) or OD_ESYS (port taken, CPU not allowed, no thread).
 */
int od_floor_open(const struct od_floor_spec *spec, struct od_floor **out,
                  struct od_err *err) OD_MUST_CHECK;
int od_floor_port(const struct od_floor *server);
/* Ends its connections, joins its threads, within some 50 ms. NULL does nothing. */
void od_floor_close(struct od_floor *server);

/* Raw exchanges with an OD_FLOOR_RAW server at 127.0.0.1:port. */
struct od_floor_raw {
    int port;
    size_t body_bytes;
    size_t reply_bytes; /* as the server's */
    size_t warmup;      /* exchanges before those that count: od_floor_exchange alone */
    size_t count;
    bool fresh; /* each connects and closes inside its clock */
};

/*
 * A connection for them: body_bytes up in one write behind their length, reply_bytes
 * down. Owned by the caller, one thread. Fails with OD_EINPUT or OD_ECONNECT.
 */
struct od_floor_client;
int od_floor_client_open(const struct od_floor_raw *ask, struct od_floor_client **out,
                         struct od_err *err) OD_MUST_CHECK;
/*
 * count exchanges; out_ns (NULL: not kept) gets their times. Fails with OD_ECONNECT,
 * OD_ERESET or, after 30 s without a byte, OD_ETIMEOUT; the next one connects anew.
 */
int od_floor_client_run(struct od_floor_client *client, size_t count, int64_t *out_ns,
                        struct od_err *err) OD_MUST_CHECK;
void od_floor_client_close(struct od_floor_client *client);

/* All of it: opens, warmup and count exchanges, out_ns gets the count times; closes. */
int od_floor_exchange(const struct od_floor_raw *ask, int64_t *out_ns,
                      struct od_err *err) OD_MUST_CHECK;

#endif
