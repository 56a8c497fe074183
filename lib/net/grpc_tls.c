/*
 * A gRPC channel with TLS over a socket of our own.
 *
 * grpc_channel_create_from_fd refuses credentials, and a channel that connects by itself
 * hides its stages, its socket and its reconnecting. So core is told a fixed numeric
 * address, and when it asks its socket mutator to set options on the socket it has made,
 * ours, connected already, is put under its number; its connect() returns 0 then, as for
 * libcurl (http_watch.c). A second socket is refused: no connection is made unseen. Core
 * declares a mutator in a header of its own, so that the layout is written out here; it
 * is that of the cores that od_grpc_tls_known names, and no other is given one.
 */
#include "net/grpc_tls.h"

#include "base/alloc.h"
#include "base/clock.h"

#include <fcntl.h>
#include <grpc/grpc_security.h>
#include <grpc/support/alloc.h>
#include <grpc/support/sync.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SLICE_NS   (20 * INT64_C(1000000))
#define REASON_NS  (1000 * INT64_C(1000000)) /* to be told why a handshake failed */
#define DUMMY_PEER "ipv4:127.0.0.1:443"

enum { TAG_STATE = 11, TAG_REASON };

/* Of gRPC 1.51, which Debian 12 and 13 and Ubuntu 24.04 have. */
#define KNOWN_CORE "29."

bool od_grpc_tls_known(const char *version)
{
    return strncmp(version, KNOWN_CORE, strlen(KNOWN_CORE)) == 0;
}

/* Core's struct grpc_socket_mutator and its functions. */
struct mutator;
struct mutator_class {
    bool (*mutate_fd)(int fd, struct mutator *mutator);
    int (*compare)(struct mutator *a, struct mutator *b);
    void (*destroy)(struct mutator *mutator);
    bool (*mutate_fd_2)(const void *info, struct mutator *mutator);
};
struct mutator {
    const struct mutator_class *class;
    gpr_refcount references;
    /* Ours. */
    atomic_int fd; /* connected, owned; -1: handed over */
};

static bool hand_over(int fd, struct mutator *mutator)
{
    int ours = atomic_exchange(&mutator->fd, -1);
    if (ours < 0) {
        return false;
    }
    bool done = dup2(ours, fd) >= 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
    (void)close(ours);
    return done;
}

static int compare(struct mutator *a, struct mutator *b)
{
    return (a > b) - (a < b);
}

static void destroy(struct mutator *mutator)
{
    int fd = atomic_load(&mutator->fd);
    if (fd >= 0) {
        (void)close(fd);
    }
    free(mutator);
}

static const struct mutator_class handing = {
    .mutate_fd = hand_over, .compare = compare, .destroy = destroy};

static void *arg_copy(void *data)
{
    struct mutator *mutator = data;
    gpr_ref(&mutator->references);
    return mutator;
}

static void arg_destroy(void *data)
{
    struct mutator *mutator = data;
    if (gpr_unref(&mutator->references) != 0) {
        destroy(mutator);
    }
}

static int arg_compare(void *a, void *b)
{
    return compare(a, b);
}

static const char *text_or_null(const struct od_buf *text)
{
    return text->len > 0 ? text->data : NULL;
}

/* Whatever certificate the server has; our own one is shown when there is one. */
static grpc_channel_credentials *unchecked(const struct od_pem *pem)
{
    grpc_tls_credentials_options *options = grpc_tls_credentials_options_create();
    grpc_tls_certificate_verifier *verifier =
        grpc_tls_certificate_verifier_no_op_create();
    grpc_tls_credentials_options_set_certificate_verifier(options, verifier);
    grpc_tls_certificate_verifier_release(verifier);
    grpc_tls_credentials_options_set_verify_server_cert(options, 0);
    grpc_tls_credentials_options_set_check_call_host(options, 0);
    if (pem->cert.len > 0) {
        grpc_tls_identity_pairs *pairs = grpc_tls_identity_pairs_create();
        grpc_tls_identity_pairs_add_pair(pairs, pem->key.data, pem->cert.data);
        grpc_tls_certificate_provider *provider =
            grpc_tls_certificate_provider_static_data_create(NULL, pairs);
        grpc_tls_credentials_options_set_certificate_provider(options, provider);
        grpc_tls_certificate_provider_release(provider);
        grpc_tls_credentials_options_watch_identity_key_cert_pairs(options);
    }
    return grpc_tls_credentials_create(options);
}

static grpc_channel_credentials *credentials_of(const struct od_conn *conn)
{
    const struct od_pem *pem = &conn->pem;
    if (conn->endpoint.tls.insecure) {
        return unchecked(pem);
    }
    grpc_ssl_pem_key_cert_pair pair = {text_or_null(&pem->key), text_or_null(&pem->cert)};
    return grpc_ssl_credentials_create(text_or_null(&pem->cacert),
                                       pem->cert.len > 0 ? &pair : NULL, NULL, NULL);
}

grpc_channel *od_grpc_tls_channel(const struct od_conn *conn, int fd,
                                  const grpc_channel_args *args)
{
    static const grpc_arg_pointer_vtable pointers = {arg_copy, arg_destroy, arg_compare};
    char key[] = GRPC_ARG_SOCKET_MUTATOR;
    char patience[] = GRPC_ARG_MIN_RECONNECT_BACKOFF_MS;
    struct mutator *mutator = od_xcalloc(1, sizeof *mutator);
    mutator->class = &handing;
    gpr_ref_init(&mutator->references, 1);
    atomic_store(&mutator->fd, fcntl(fd, F_DUPFD_CLOEXEC, 0));

    grpc_arg *list = od_xcalloc(args->num_args + 2, sizeof *list);
    memcpy(list, args->args, args->num_args * sizeof *list);
    grpc_arg *last = &list[args->num_args];
    last->type = GRPC_ARG_POINTER;
    last->key = key;
    last->value.pointer.p = mutator;
    last->value.pointer.vtable = &pointers;
    /* Core gives up after 20 s else; the limit is ours, od_grpc_tls_handshake's. */
    last[1].type = GRPC_ARG_INTEGER;
    last[1].key = patience;
    last[1].value.integer = INT_MAX;
    grpc_channel_args longer = {.num_args = args->num_args + 2, .args = list};

    grpc_channel_credentials *credentials = credentials_of(conn);
    grpc_channel *channel = grpc_channel_create(DUMMY_PEER, credentials, &longer);
    if (credentials != NULL) {
        grpc_channel_credentials_release(credentials);
    }
    arg_destroy(mutator);
    free(list);
    return channel;
}

static void *tag_of(int tag)
{
    return (void *)(intptr_t)tag;
}

static void pluck(grpc_completion_queue *queue, int tag)
{
    (void)grpc_completion_queue_pluck(queue, tag_of(tag),
                                      gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
}

enum od_errcode od_grpc_tls_handshake(const struct od_conn *conn, int64_t deadline_ns)
{
    const struct od_grpc *grpc = conn->grpc;
    grpc_connectivity_state now = grpc_channel_check_connectivity_state(grpc->channel, 1);
    while (now == GRPC_CHANNEL_IDLE || now == GRPC_CHANNEL_CONNECTING) {
        int64_t time = od_now_ns();
        if (atomic_load(&conn->cancelled)) {
            return OD_ECANCELLED;
        }
        if (time >= deadline_ns) {
            return OD_ETIMEOUT;
        }
        int64_t slice = deadline_ns - time < SLICE_NS ? deadline_ns - time : SLICE_NS;
        grpc_channel_watch_connectivity_state(grpc->channel, now,
                                              od_grpc_time(time + slice), grpc->queue,
                                              tag_of(TAG_STATE));
        pluck(grpc->queue, TAG_STATE);
        now = grpc_channel_check_connectivity_state(grpc->channel, 1);
    }
    return now == GRPC_CHANNEL_READY ? OD_OK : OD_ECONNECT;
}

/* Core tells the reason only to a call, which fails at once on such a channel. */
static void ask_reason(const struct od_grpc *grpc, char *out, size_t size)
{
    grpc_metadata_array trailing;
    grpc_status_code status = GRPC_STATUS_UNKNOWN;
    grpc_slice details = grpc_empty_slice();
    const char *debug = NULL;
    grpc_op ops[2];
    memset(ops, 0, sizeof ops);
    grpc_metadata_array_init(&trailing);
    ops[0].op = GRPC_OP_SEND_INITIAL_METADATA;
    ops[1].op = GRPC_OP_RECV_STATUS_ON_CLIENT;
    ops[1].data.recv_status_on_client.trailing_metadata = &trailing;
    ops[1].data.recv_status_on_client.status = &status;
    ops[1].data.recv_status_on_client.status_details = &details;
    ops[1].data.recv_status_on_client.error_string = &debug;
    grpc_slice path = grpc_slice_from_static_string("/odbench/reason");
    grpc_call *call = grpc_channel_create_call(
        grpc->channel, NULL, GRPC_PROPAGATE_DEFAULTS, grpc->queue, path, NULL,
        od_grpc_time(od_now_ns() + REASON_NS), NULL);
    if (grpc_call_start_batch(call, ops, 2, tag_of(TAG_REASON), NULL) == GRPC_CALL_OK) {
        pluck(grpc->queue, TAG_REASON);
    }
    size_t len = GRPC_SLICE_LENGTH(details);
    len = len < size - 1 ? len : size - 1;
    memcpy(out, GRPC_SLICE_START_PTR(details), len);
    out[len] = '\0';
    grpc_call_unref(call);
    grpc_slice_unref(details);
    grpc_metadata_array_destroy(&trailing);
    gpr_free((void *)(uintptr_t)debug);
}

int od_grpc_tls_fail(const struct od_conn *conn, enum od_errcode code, struct od_err *err)
{
    char reason[400];
    if (code == OD_ECANCELLED) {
        return od_conn_fail(conn, code, "cancelled", err);
    }
    if (code == OD_ETIMEOUT) {
        return od_conn_fail(conn, code, "no TLS in time", err);
    }
    ask_reason(conn->grpc, reason, sizeof reason);
    /* The address that core believes in stands before the reason. */
    const char *why = strstr(reason, DUMMY_PEER ": ");
    why = why != NULL ? why + strlen(DUMMY_PEER ": ") : reason;
    if (strstr(why, "wrong version number") != NULL) {
        why = "the server does not speak TLS";
    } else if (strstr(why, "certificate verify failed") != NULL) {
        why =
            "the server's certificate is refused: out of date, or signed by none that is "
            "trusted";
    } else if (strcmp(why, "Socket closed") == 0) {
        why = OD_CLOSED_IN_TLS;
    }
    return od_conn_fail(conn, code, why, err);
}
