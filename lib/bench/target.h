/* A server under test: where it is and what it speaks. */
#ifndef OD_BENCH_TARGET_H
#define OD_BENCH_TARGET_H

#include "base/err.h"
#include "protocol/protocol.h"

#include <stdbool.h>
#include <stddef.h>

#define OD_TARGET_PROTOCOLS 8

/* Port 0: it does not speak that transport. Texts are owned. */
struct od_target {
    char *name;
    char *host;
    int grpc_port;
    int rest_port;
    int metrics_port; /* where it tells its Prometheus metrics; 0: not known */
    bool local;       /* runs on the client */
    bool tls;
    const struct od_protocol *protocols[OD_TARGET_PROTOCOLS];
    size_t protocol_count; /* 0: those that the plan chooses */
    const char *times;     /* name of a od_counters_source, static; NULL: none */
    char *profile_name;    /* of a web profile, or its file; NULL: none given */
    const struct od_profile *profile; /* NULL: the default one */
    struct od_profile *own;           /* what was read from a file */
};

/*
 * "[NAME=]HOST[,grpc=PORT][,rest=PORT][,metrics=PORT][,protocol=NAME+...]
 * [,times=NAME][,profile=NAME|FILE][,placement=local|remote][,tls]". Without grpc and
 * rest: 8500 and 8501, as TensorFlow Serving's image has them; with one of them, only
 * that transport. An IPv6 address stands in brackets. NAME defaults to HOST; placement to
 * local for loopback addresses and when NAME is client, else remote. *out is initialised
 * in either case and released by the caller. Fails with OD_EINPUT.
 */
int od_target_read(struct od_target *out, const char *text, const char *client,
                   struct od_err *err) OD_MUST_CHECK;
void od_target_release(struct od_target *target);

/* The port of a target for a transport, 0 when it has none. */
int od_target_port(const struct od_target *target, enum od_transport transport);

/* Finds the web profile that profile_name names, or reads it. Fails as od_profile_read
 * does. */
int od_target_load_profile(struct od_target *target, struct od_err *err) OD_MUST_CHECK;

/* The payloads of a protocol at this target, as a set, and in *usual the one without
 * choice: web has that of the target's profile alone. */
unsigned od_target_payloads(const struct od_target *target,
                            const struct od_protocol *protocol, enum od_payload *usual);

/* Whether it has a port for the protocol, and the protocol is one that was given. */
bool od_target_speaks(const struct od_target *target, const struct od_protocol *protocol);

#endif
