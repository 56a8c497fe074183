/* HTTP/1.1 by libcurl: one easy handle a connection, driven by its own multi handle. */
#include "net/http_state.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/linux.h"
#include "net/warm.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD_BYTES     ((size_t)64 * 1024)
#define HEAD_MAX_BYTES ((size_t)256 * 1024) /* below curl's own limit */
#define REPLY_BYTES    ((size_t)256 * 1024)
#define UPLOAD_BYTES   (512L * 1024L)
#define POLL_MAX_MS    1000
#define BAD_REQUEST    400

static int start(struct od_err *err)
{
    CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) {
        return od_fail(err, OD_ESYS, "cannot start libcurl: %s",
                       curl_easy_strerror(code));
    }
    return 0;
}

static void stop(void)
{
    curl_global_cleanup();
}

/* What stays the same over all exchanges; values as in odbench-internals(7),
 * MEASURED. */
static void set_options(struct od_http *http)
{
    CURL *easy = http->easy;
    const struct od_endpoint *endpoint = &http->conn->endpoint;
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, endpoint->tls.on ? "https" : "http");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, UPLOAD_BYTES);
    curl_easy_setopt(easy, CURLOPT_IPRESOLVE, (long)CURL_IPRESOLVE_V4);
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, http->connect_to);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, http->text);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, endpoint->fresh ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, endpoint->fresh ? 1L : 0L);
    if (endpoint->reply_max_bytes > 0) {
        curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE,
                         (curl_off_t)endpoint->reply_max_bytes);
    }
    if (endpoint->paper) {
        /* So that a compressed reply is read; the header itself is od_http_prepare's. */
        curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    }
    od_http_watch(http);
}

static int open_state(struct od_conn *conn, struct od_err *err)
{
    struct od_http *http = od_xcalloc(1, sizeof *http);
    conn->http = http;
    http->conn = conn;
    http->fd = -1;
    http->spare_fd = -1;
    http->doomed_fd = -1;
    od_buf_init(&http->url, 0);
    od_buf_init(&http->head, HEAD_MAX_BYTES);
    (void)od_buf_reserve(&http->head, HEAD_BYTES);
    http->multi = curl_multi_init();
    http->easy = curl_easy_init();
    http->connect_to = curl_slist_append(NULL, "::127.0.0.1:");
    if (http->multi == NULL || http->easy == NULL || http->connect_to == NULL) {
        return od_conn_fail(conn, OD_ESYS, "cannot make a curl handle", err);
    }
    set_options(http);
    return conn->endpoint.tls.on ? od_http_secure(http, err) : 0;
}

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd);
    }
    *fd = -1;
}

static void close_state(struct od_conn *conn)
{
    struct od_http *http = conn->http;
    if (http == NULL) {
        return;
    }
    /* The multi handle goes first: it closes its connections through the easy handle's
     * callbacks. */
    if (http->multi != NULL) {
        (void)curl_multi_cleanup(http->multi);
    }
    if (http->easy != NULL) {
        curl_easy_cleanup(http->easy);
    }
    curl_slist_free_all(http->headers);
    curl_slist_free_all(http->connect_to);
    close_fd(&http->spare_fd);
    close_fd(&http->doomed_fd);
    od_buf_release(&http->url);
    od_buf_release(&http->head);
    free(http);
    conn->http = NULL;
}

static bool alive(int fd)
{
    return fd >= 0 && od_tcp_established(fd);
}

static void wake(struct od_conn *conn)
{
    (void)curl_multi_wakeup(conn->http->multi);
}

static int idle_fd(const struct od_conn *conn)
{
    return conn->http->fd >= 0 ? conn->http->fd : conn->http->spare_fd;
}

/* True when the transfer has ended, with its result. */
static bool ended(CURLM *multi, CURLcode *result)
{
    int left = 0;
    for (CURLMsg *msg = curl_multi_info_read(multi, &left); msg != NULL;
         msg = curl_multi_info_read(multi, &left)) {
        if (msg->msg == CURLMSG_DONE) {
            *result = msg->data.result;
            return true;
        }
    }
    return false;
}

/* Waits for bytes of the server or for room in the socket. */
static bool wait_for_socket(struct od_http *http, int64_t left_ns)
{
    const struct od_stamps *stamps = http->stamps;
    if (http->conn->endpoint.watch_acked && stamps->written_ns >= 0 &&
        stamps->first_ns < 0 &&
        od_ack_watch(&http->ack, &http->conn->cancelled, http->deadline_ns)) {
        return true;
    }
    if (stamps->written_ns >= 0 && od_warm_wait(http->conn, http->fd, stamps->written_ns,
                                                od_now_ns() + left_ns) != OD_WARM_NOT) {
        return true;
    }
    int64_t left_ms = (left_ns + 999999) / 1000000;
    int wait_ms = left_ms < POLL_MAX_MS ? (int)left_ms : POLL_MAX_MS;
    return curl_multi_poll(http->multi, NULL, 0, wait_ms, NULL) == CURLM_OK;
}

/* Runs the transfer to its end, the deadline or a cancel. */
static CURLcode run(struct od_http *http)
{
    CURLcode result = CURLE_FAILED_INIT;
    if (curl_multi_add_handle(http->multi, http->easy) != CURLM_OK) {
        return result;
    }
    for (;;) {
        int running = 0;
        CURLMcode code = curl_multi_perform(http->multi, &running);
        od_http_sent(http);
        if (code != CURLM_OK || ended(http->multi, &result)) {
            return result;
        }
        if (atomic_load(&http->conn->cancelled)) {
            return CURLE_ABORTED_BY_CALLBACK;
        }
        int64_t until_ns = http->secured || http->connected_ns < 0
                               ? http->deadline_ns
                               : http->connect_until_ns;
        int64_t left_ns = until_ns - od_now_ns();
        if (left_ns <= 0) {
            return CURLE_OPERATION_TIMEDOUT;
        }
        if (!wait_for_socket(http, left_ns)) {
            return result;
        }
        od_rx_look(&http->rx);
    }
}

static void begin(struct od_http *http, int64_t timeout_ns, struct od_reply *reply,
                  struct od_stamps *stamps)
{
    http->reply = reply;
    http->stamps = stamps;
    http->body_sent = 0;
    http->connected_ns = -1;
    http->secured = false;
    http->resend_refused = false;
    http->whole_ns = -1;
    http->interim = false;
    http->head_whole = false;
    http->too_large = false;
    http->text[0] = '\0';
    http->socket = (struct od_socket){.fd = -1};
    http->start = NULL;
    http->holding = false;
    od_ack_reset(&http->ack);
    od_rx_begin(&http->rx, -1);
    od_buf_reset(&http->head);
    /* Room ahead of the clock; only a reply that is larger than this and than every one
     * before it makes the buffer grow while time runs. */
    size_t room = reply->body.max > 0 && reply->body.max < REPLY_BYTES ? reply->body.max
                                                                       : REPLY_BYTES;
    (void)od_buf_reserve(&reply->body, room);
    if (!alive(http->spare_fd)) {
        close_fd(&http->spare_fd);
    }
    od_tcp_read(http->fd >= 0 ? http->fd : http->spare_fd, &http->before);
    stamps->send_ns = od_now_ns();
    http->deadline_ns = stamps->send_ns + timeout_ns;
}

static void finish(struct od_http *http, struct od_reply *reply, struct od_stamps *stamps)
{
    long status = 0;
    curl_off_t down = 0;
    struct od_tcp_facts facts = {.rtt_ns = -1, .retransmits = -1};
    (void)curl_easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(http->easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
    (void)curl_multi_remove_handle(http->multi, http->easy);
    int fd = od_http_fd(http);
    if (fd >= 0) {
        od_tcp_read(fd, &facts);
        stamps->conn_id = http->conn->conn_id;
    }
    close_fd(&http->doomed_fd);
    reply->code = (int)status;
    od_http_read_head(http, reply);
    od_ack_end(&http->ack, stamps->first_ns, stamps->end_ns, http->conn->endpoint.tls.on,
               &facts); /* TLS has records of its own */
    stamps->acked_ns = http->ack.acked_ns;
    stamps->last_ns = od_rx_last(&http->rx, stamps->first_ns, stamps->end_ns, &facts);
    stamps->tcp_rtt_ns = facts.rtt_ns;
    stamps->tcp_retransmits = facts.retransmits;
    stamps->bytes_up = (int64_t)http->body_sent;
    stamps->bytes_down = (int64_t)down;
    http->reply = NULL;
    http->stamps = NULL;
}

static int handshake_now(struct od_http *http, int64_t deadline_ns, struct od_err *err)
{
    struct od_stamps stamps;
    struct od_reply reply;
    if (atomic_load(&http->conn->cancelled)) {
        return od_conn_fail(http->conn, OD_ECANCELLED, "cancelled", err);
    }
    if (od_http_prepare_handshake(http, err) != 0) {
        return -1;
    }
    od_stamps_init(&stamps);
    od_reply_init(&reply, 0);
    begin(http, deadline_ns - od_now_ns(), &reply, &stamps);
    CURLcode result = run(http);
    int rc = 0;
    if (result != CURLE_PARTIAL_FILE) {
        rc = od_http_verdict(http, result, err);
    } else if (http->fd >= 0 && !alive(http->fd)) {
        /* Where curl gave it up itself, the next exchange connects. */
        rc = od_conn_fail(http->conn, OD_ECONNECT, OD_CLOSED_IN_TLS, err);
    }
    finish(http, &reply, &stamps);
    od_http_end_handshake(http);
    od_reply_release(&reply);
    return rc;
}

static int connect_now(struct od_conn *conn, int64_t deadline_ns, struct od_err *err)
{
    struct od_http *http = conn->http;
    if (alive(http->fd) || alive(http->spare_fd)) {
        return 0;
    }
    close_fd(&http->spare_fd);
    if (conn->endpoint.tls.on) {
        return handshake_now(http, deadline_ns, err);
    }
    struct od_socket_ask ask = od_conn_ask(conn, deadline_ns);
    struct od_socket made;
    if (od_socket_connect(&ask, &made) != 0) {
        return od_socket_fail(&ask, &made, err);
    }
    (void)od_conn_next_id(conn);
    http->spare_fd = made.fd;
    return 0;
}

/*
 * Whether the server closed the connection while it was idle, and the request met that: a
 * FIN has come (which counts as a byte), no reply, and no byte of the request was ever
 * acknowledged, so that nobody can have read it. What a server has read and then hung up
 * on is an error.
 */
static bool closed_while_idle(const struct od_http *http, CURLcode result)
{
    struct od_tcp_facts now = {.acked_bytes = -1};
    bool broken = http->resend_refused || result == CURLE_SEND_ERROR ||
                  result == CURLE_RECV_ERROR || result == CURLE_GOT_NOTHING;
    if (!broken || http->connected_ns >= 0 || http->stamps->first_ns >= 0 ||
        http->head.len > 0 || od_http_fd(http) < 0) {
        return false;
    }
    od_tcp_read(od_http_fd(http), &now);
    return now.acked_bytes >= 0 && now.acked_bytes == http->before.acked_bytes &&
           now.received_bytes > http->before.received_bytes;
}

/* The same request over a new connection; the clock has been running all the time. */
static CURLcode send_again(struct od_http *http)
{
    (void)curl_multi_remove_handle(http->multi, http->easy);
    http->body_segment = 0;
    http->body_offset = 0;
    http->body_sent = 0;
    http->secured = false;
    http->resend_refused = false;
    http->text[0] = '\0';
    http->stamps->written_ns = -1;
    od_ack_reset(&http->ack);
    od_rx_begin(&http->rx, -1);
    return run(http);
}

static int64_t lead_of(const struct od_http *http, const struct od_start *start)
{
    bool ahead = start != NULL && od_http_held_back(http) &&
                 (alive(http->fd) || alive(http->spare_fd));
    return ahead ? od_start_lead(start) : 0;
}

static int exchange(struct od_conn *conn, const struct od_call *call,
                    struct od_reply *reply, struct od_stamps *stamps, struct od_err *err)
{
    struct od_http *http = conn->http;
    if (atomic_load(&conn->cancelled)) {
        return od_conn_fail(conn, OD_ECANCELLED, "cancelled", err);
    }
    if (od_http_prepare(http, call, err) != 0) {
        return -1;
    }
    int64_t lead_ns = lead_of(http, call->start);
    if (!od_warm_start(conn, call->start, lead_ns)) {
        return od_conn_fail(conn, OD_ECANCELLED, "not sent", err);
    }
    begin(http, call->timeout_ns, reply, stamps);
    http->start = lead_ns > 0 ? call->start : NULL;
    CURLcode result = run(http);
    if (closed_while_idle(http, result)) {
        result = send_again(http);
    }
    od_http_await(http);
    stamps->end_ns =
        result == CURLE_OK && http->whole_ns >= 0 ? http->whole_ns : od_now_ns();
    int rc = od_http_verdict(http, result, err);
    finish(http, reply, stamps);
    if (rc == 0 && reply->code < BAD_REQUEST && !conn->endpoint.paper) {
        od_rx_end(&http->rx, stamps);
    }
    return rc;
}

static const char *http_version(void)
{
    return curl_version();
}

const struct od_transport_ops od_conn_http = {
    .version = http_version,
    .init = start,
    .shutdown = stop,
    .open = open_state,
    .connect = connect_now,
    .exchange = exchange,
    .wake = wake,
    .fd = idle_fd,
    .close = close_state,
};
