/* The floor: what the machine itself takes for the same bytes. */
#ifndef OD_FLOOR_FLOOR_H
#define OD_FLOOR_FLOOR_H

#include "base/err.h"
#include "wire/message.h"

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
 */
struct od_floor_spec {
    enum od_floor_kind kind;
    int port; /* 0: any */
    size_t reply_bytes;
    int64_t hold_ns;
    int cpu; /* its threads are held to this one; -1: not held */
};
struct od_floor;
int od_floor_open(const struct od_floor_spec *spec, struct od_floor **out,
                  struct od_err *err) OD_MUST_CHECK;
int od_floor_port(const struct od_floor *server);
void od_floor_close(struct od_floor *server);

/*
 * Raw exchanges with an OD_FLOOR_RAW server at 127.0.0.1:port: body_bytes up, its
 * reply_bytes down, count times after warmup more; out_ns gets the count times. With
 * fresh every exchange connects and closes inside its clock. Fails with OD_ECONNECT,
 * OD_ERESET.
 */
struct od_floor_raw {
    int port;
    size_t body_bytes;
    size_t reply_bytes;
    size_t warmup;
    size_t count;
    bool fresh;
};
int od_floor_exchange(const struct od_floor_raw *ask, int64_t *out_ns,
                      struct od_err *err) OD_MUST_CHECK;

#endif
