/* The reference detection server: every protocol of the table over HTTP and gRPC. */
#ifndef OD_SERVER_SERVER_H
#define OD_SERVER_SERVER_H

#include "base/err.h"
#include "engine/engine.h"
#include "server/catalog.h"
#include "service/style.h"
#include "wire/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct od_server;

enum od_server_level { OD_SERVER_WARNING, OD_SERVER_INFO, OD_SERVER_DEBUG };

/*
 * Where the server's messages go: one line each, without a line end. Called from any
 * thread, also from several at once. A NULL line drops them.
 */
struct od_server_sink {
    void (*line)(void *user, enum od_server_level level, const char *text);
    void *user;
};

struct od_server_config {
    const struct od_engine_spec *models; /* borrowed during open; at least one */
    size_t model_count;
    const char *listen; /* host name or numeric address, IPv6 without brackets */
    int grpc_port;      /* 0: any free one */
    int rest_port;
    /*
     * Engines a model, each with a thread of its own; 0: one a CPU, and no bound at all
     * for a calibration model ("fixed:").
     */
    int workers;
    int queue_max;         /* requests that may wait for a worker, a model */
    int64_t body_max;      /* largest request body in bytes; 0: no limit */
    int64_t timeout_ns;    /* last request byte to the answer's start; 0: none */
    int64_t pixels_max;    /* largest image, in pixels; 0: OD_IMAGE_MAX_PIXELS */
    const char *stamp_log; /* path of the stamp log (stamp.h), or NULL */
    /* Paths of PEM files (net/pem.h), or NULL: cert and key together turn TLS on for both
       transports, cacert then makes clients show a certificate. */
    const char *cert;
    const char *key;
    const char *cacert;
    struct od_style style;               /* its parts are borrowed until close */
    const struct od_catalog_form *forms; /* of the models, in their order; NULL: zeros */
    const char *token_file; /* path (token.h), or NULL: requests need no token */
    struct od_server_sink sink;
};

/*
 * Loads the models (warmed up), then listens. When it returns 0 both ports answer. Fails
 * with OD_EINPUT, OD_ENOENT or OD_ELIMIT for a model, OD_ESYS (naming address and port)
 * when a port cannot be had, OD_EOUTPUT for the stamp log, as od_pem_load and
 * od_token_load do, and with OD_EINPUT for half of what TLS needs. Owned by the caller.
 * One server or several in a process.
 */
int od_server_open(const struct od_server_config *config, struct od_server **out,
                   struct od_err *err) OD_MUST_CHECK;

/* "libmicrohttpd 0.9.75, libgrpc 29.0.0": what serves, for --version. At most size bytes.
 */
void od_server_libraries(char *out, size_t size);

/* The port that a transport listens on. */
int od_server_port(const struct od_server *server, enum od_transport transport);

/*
 * Graceful end: listens no more, waits at most grace_ns for the requests that are in,
 * answers those that are left with UNAVAILABLE (a detection that runs is waited for) and
 * closes the connections. Returns how many requests did not get their answer in time. To
 * be called once, from one thread, before close.
 */
size_t od_server_stop(struct od_server *server, int64_t grace_ns);

/*
 * Frees everything; stops without grace when od_server_stop was not called. NULL is fine.
 * Fails with OD_EOUTPUT when lines of the stamp log could not be written.
 */
int od_server_close(struct od_server *server, struct od_err *err);

#endif
