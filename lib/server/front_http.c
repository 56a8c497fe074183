/* The HTTP front end: libmicrohttpd, one thread a connection. */
#include "server/front.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "server/gauge.h"
#include "server/listen.h"
#include "wire/gzip.h"

#include <gnutls/gnutls.h>
#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/*
 * Read buffer of a connection: with libmicrohttpd's 32 KB a body of 4 MB takes a tenth
 * longer, and with 1 MB so does one of 1 MB, for the buffer is wiped between requests.
 */
#define CONNECTION_MEMORY ((size_t)1 << 17)
#define CONNECTIONS_MAX   1000U
/* What a Content-Length may reserve before a byte of the body is there. */
/* What a compressed body may hold where bodies have no limit. */
#define UNPACKED_MAX ((size_t)1 << 30)
#define RESERVE_MAX  (INT64_C(64) << 20)

struct od_front_http {
    const struct od_front *front;
    struct MHD_Daemon *daemon;
    struct od_gauge *requests;
    atomic_bool stopping;
    int quiesced_fd; /* the listening socket, ours again after quiesce; -1 */
    int port;
};

/* One request; libmicrohttpd's connection context from request line to end. */
struct http_request {
    struct od_front_http *http;
    struct od_message message;
    struct od_buf body;
    struct od_exchange exchange;
    int64_t replied_ns; /* 0: no reply was handed over */
    bool begun;         /* the first callback was there */
    bool refused;       /* it came when the server was stopping already */
    bool too_large;
};

static const char not_found_page[] =
    "<!DOCTYPE html>\n<html>\n<head><title>404 Not Found</title></head>\n"
    "<body><h1>Not Found</h1><p>Nothing is served at this address.</p></body>\n"
    "</html>\n";

static void *on_request_line(void *user, const char *uri,
                             struct MHD_Connection *connection)
{
    (void)connection;
    struct od_front_http *http = user;
    struct http_request *request = od_xcalloc(1, sizeof *request);
    request->http = http;
    request->message.path = od_xstrdup(uri);
    request->refused = atomic_load(&http->stopping);
    od_gauge_enter(http->requests);
    return request;
}

static void on_end(void *user, struct MHD_Connection *connection, void **context,
                   enum MHD_RequestTerminationCode how)
{
    (void)user;
    (void)connection;
    (void)how;
    struct http_request *request = *context;
    if (request == NULL) {
        return;
    }
    struct od_front_http *http = request->http;
    if (request->replied_ns != 0) {
        od_front_done(http->front, &request->exchange, request->message.path,
                      od_headers_get(&request->message.headers, "odbench-id"),
                      request->replied_ns);
    }
    od_message_release(&request->message);
    od_buf_release(&request->body);
    free(request);
    *context = NULL;
    od_gauge_leave(http->requests);
}

static enum MHD_Result on_header(void *user, enum MHD_ValueKind kind, const char *name,
                                 const char *value)
{
    (void)kind;
    struct od_message *message = user;
    od_headers_add(&message->headers, name, value != NULL ? value : "");
    return MHD_YES;
}

/* The verbs are static texts, as a message wants them. */
static const char *verb_of(const char *method)
{
    static const char *const verbs[] = {"GET",    "POST",  "HEAD",  "OPTIONS", "PUT",
                                        "DELETE", "PATCH", "TRACE", "CONNECT"};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i], method) == 0) {
            return verbs[i];
        }
    }
    return "UNKNOWN";
}

static void begin(struct http_request *request, struct MHD_Connection *connection,
                  const char *method)
{
    const struct od_front *front = request->http->front;
    request->begun = true;
    request->message.verb = verb_of(method);
    (void)MHD_get_connection_values(connection, MHD_HEADER_KIND, on_header,
                                    &request->message);
    od_buf_init(&request->body, (size_t)front->body_max);
    request->exchange = (struct od_exchange){.transport = OD_HTTP,
                                             .style = front->style,
                                             .message = &request->message,
                                             .received_ns = od_now_ns()};
    const char *length = od_headers_get(&request->message.headers, "Content-Length");
    int64_t bytes = length != NULL ? strtoll(length, NULL, 10) : 0;
    if (front->body_max > 0 && bytes > front->body_max) {
        request->too_large = true;
    } else if (bytes > 0 && bytes <= RESERVE_MAX) {
        (void)od_buf_reserve(&request->body, (size_t)bytes);
    }
}

static void take_body(struct http_request *request, const char *data, size_t len)
{
    if (!request->too_large && !request->refused) {
        od_buf_add(&request->body, data, len);
        if (request->body.overflow) {
            request->too_large = true;
            od_buf_release(&request->body);
        }
    }
    request->exchange.received_ns = od_now_ns();
}

/* Puts what a compressed body holds in its place. False: *reply tells why not. */
static bool unpack(struct http_request *request, const char *coding,
                   struct od_reply *reply)
{
    struct od_exchange *exchange = &request->exchange;
    int64_t max = request->http->front->body_max;
    struct od_buf whole;
    struct od_err err = {0};
    if (strcasecmp(coding, "gzip") != 0 && strcasecmp(coding, "deflate") != 0) {
        od_exchange_fail(exchange, OD_CODE_UNIMPLEMENTED,
                         "this server takes gzip and deflate, and no other coding",
                         reply);
        return false;
    }
    od_buf_init(&whole, max > 0 ? (size_t)max : UNPACKED_MAX);
    if (od_gunzip(request->body.data, request->body.len, &whole, &err) != 0) {
        od_buf_release(&whole);
        od_exchange_fail(exchange,
                         err.code == OD_ELIMIT ? OD_CODE_RESOURCE_EXHAUSTED
                                               : OD_CODE_INVALID_ARGUMENT,
                         err.msg, reply);
        reply->code = err.code == OD_ELIMIT ? MHD_HTTP_CONTENT_TOO_LARGE : reply->code;
        return false;
    }
    od_buf_release(&request->body);
    request->body = whole;
    od_headers_drop(&request->message.headers, "Content-Encoding");
    return true;
}

/* What the protocol says, or a page for a path that no protocol knows. */
static void answer(struct http_request *request, struct od_reply *reply)
{
    struct od_front_http *http = request->http;
    struct od_exchange *exchange = &request->exchange;
    const char *coding = od_headers_get(&request->message.headers, "Content-Encoding");
    exchange->token = http->front->token;
    if (od_exchange_page(http->front->core, exchange, reply)) {
        return;
    }
    od_exchange_route(exchange);
    if (exchange->protocol == NULL) {
        exchange->code = OD_CODE_NOT_FOUND;
        reply->code = MHD_HTTP_NOT_FOUND;
        od_headers_add(&reply->headers, "Content-Type", "text/html");
        od_buf_puts(&reply->body, not_found_page);
    } else if (request->refused) {
        od_exchange_fail(exchange, OD_CODE_UNAVAILABLE, "the server is stopping", reply);
    } else if (request->too_large) {
        od_exchange_too_large(exchange, http->front->body_max, reply);
        reply->code = MHD_HTTP_CONTENT_TOO_LARGE;
    } else if (coding != NULL && strcasecmp(coding, "identity") != 0 &&
               !unpack(request, coding, reply)) {
        return;
    } else {
        od_message_borrow(&request->message, request->body.data, request->body.len);
        if (http->front->timeout_ns > 0) {
            exchange->deadline_ns = exchange->received_ns + http->front->timeout_ns;
        }
        od_exchange_run(http->front->core, exchange, reply);
    }
}

/* What libmicrohttpd wants of the reply, which it takes over. NULL: out of memory. */
static struct MHD_Response *prepare(const struct od_front_http *http,
                                    struct od_reply *reply)
{
    size_t len = reply->body.len;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        len, od_buf_steal(&reply->body), MHD_RESPMEM_MUST_FREE);
    for (size_t i = 0; response != NULL && i < reply->headers.count; i++) {
        (void)MHD_add_response_header(response, reply->headers.items[i].name,
                                      reply->headers.items[i].value);
    }
    if (response != NULL && atomic_load(&http->stopping)) {
        (void)MHD_add_response_header(response, "Connection", "close");
    }
    return response;
}

static enum MHD_Result respond(struct http_request *request,
                               struct MHD_Connection *connection)
{
    struct od_front_http *http = request->http;
    struct od_reply reply;
    od_reply_init(&reply, 0);
    answer(request, &reply);
    struct MHD_Response *response = prepare(http, &reply);
    if (!od_core_hold(http->front->core, request->exchange.held.due_ns)) {
        MHD_destroy_response(response);
        od_exchange_fail(&request->exchange, OD_CODE_UNAVAILABLE,
                         "the server is stopping", &reply);
        response = prepare(http, &reply);
    }
    enum MHD_Result rc = MHD_NO;
    if (response != NULL) {
        request->replied_ns = od_now_ns();
        rc = MHD_queue_response(connection, (unsigned)reply.code, response);
        MHD_destroy_response(response);
    }
    od_reply_release(&reply);
    return rc;
}

static bool expects_continue(const struct http_request *request)
{
    const char *expect = od_headers_get(&request->message.headers, "Expect");
    return expect != NULL && strcasecmp(expect, "100-continue") == 0;
}

/* The parameters are libmicrohttpd's. */
/* NOLINTNEXTLINE(readability-function-size) */
static enum MHD_Result on_data(void *user, struct MHD_Connection *connection,
                               const char *url, const char *method, const char *version,
                               const char *data, size_t *len, void **context)
{
    (void)user;
    (void)url;
    (void)version;
    struct http_request *request = *context;
    if (!request->begun) {
        begin(request, connection, method);
        /*
         * A client that waits for "100 Continue" learns at once that its body is too
         * large; any other one is sending already, and would see a broken connection
         * instead of the answer if its body were not read.
         */
        return request->too_large && expects_continue(request)
                   ? respond(request, connection)
                   : MHD_YES;
    }
    if (*len > 0) {
        take_body(request, data, *len);
        *len = 0;
        return MHD_YES;
    }
    return respond(request, connection);
}

static void on_log(void *user, const char *fmt, va_list ap) OD_PRINTF(2, 0);

static void on_log(void *user, const char *fmt, va_list ap)
{
    const struct od_front_http *http = user;
    char text[400];
    int len = vsnprintf(text, sizeof text, fmt, ap);
    if (len > 0) {
        text[strcspn(text, "\n")] = '\0';
        od_front_log(http->front, OD_SERVER_DEBUG, "libmicrohttpd: %s", text);
    }
}

/* libmicrohttpd only asks for a client certificate, and looks at none: here one that the
 * trust list has signed is demanded. */
static void on_connection(void *user, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    (void)context;
    const struct od_front_http *http = user;
    if (what == MHD_CONNECTION_NOTIFY_STARTED && http->front->tls != NULL &&
        http->front->tls->cacert.len > 0) {
        gnutls_session_t session =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)
                ->tls_session;
        gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
        gnutls_session_set_verify_cert(session, NULL, 0);
    }
}

static struct MHD_Daemon *start_daemon(struct od_front_http *http, int fd)
{
    const struct od_pem *tls = http->front->tls;
    unsigned flags = MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
                     MHD_USE_POLL | MHD_USE_ITC | MHD_USE_ERROR_LOG;
    struct MHD_OptionItem secrets[4] = {{.option = MHD_OPTION_END}};
    if (tls != NULL) {
        flags |= MHD_USE_TLS;
        secrets[0] =
            (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, tls->cert.data};
        secrets[1] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, tls->key.data};
        if (tls->cacert.len > 0) {
            secrets[2] =
                (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_TRUST, 0, tls->cacert.data};
        }
        secrets[tls->cacert.len > 0 ? 3 : 2].option = MHD_OPTION_END;
    }
    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_data, http, MHD_OPTION_EXTERNAL_LOGGER, on_log, http,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, on_request_line, http,
        MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, http, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX, MHD_OPTION_ARRAY, secrets,
        MHD_OPTION_END);
}

int od_front_http_open(const struct od_front *front, int port, struct od_front_http **out,
                       struct od_err *err)
{
    int fd = -1;
    struct od_front_http *http = od_xcalloc(1, sizeof *http);
    http->front = front;
    http->quiesced_fd = -1;
    if (od_listen_open(front->address, port, &fd, &http->port, err) != 0) {
        free(http);
        return -1;
    }
    http->requests = od_gauge_new();
    http->daemon = start_daemon(http, fd);
    if (http->daemon == NULL) {
        (void)close(fd);
        od_gauge_free(http->requests);
        free(http);
        return od_fail(err, OD_ESYS, "cannot start the HTTP server on %s port %d",
                       front->address, port);
    }
    *out = http;
    return 0;
}

const char *od_front_http_version(void)
{
    return MHD_get_version();
}

int od_front_http_port(const struct od_front_http *http)
{
    return http->port;
}

void od_front_http_quiesce(struct od_front_http *http)
{
    atomic_store(&http->stopping, true);
    http->quiesced_fd = MHD_quiesce_daemon(http->daemon);
    if (http->quiesced_fd >= 0) {
        (void)close(http->quiesced_fd);
    }
}

size_t od_front_http_wait(struct od_front_http *http, int64_t until_ns)
{
    return od_gauge_wait(http->requests, until_ns);
}

void od_front_http_close(struct od_front_http *http)
{
    if (http != NULL) {
        MHD_stop_daemon(http->daemon);
        od_gauge_free(http->requests);
        free(http);
    }
}
