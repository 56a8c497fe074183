/* The callbacks by which curl tells what happens: sockets, bytes out, lines and bytes in.
 */
#include "net/http_state.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/linux.h"
#include "net/transport.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What curl did until now over a connection that it found is no part of the exchange. */
static void start_clock(struct od_http *http, int64_t at_ns)
{
    if (http->connected_ns < 0 && at_ns > http->stamps->send_ns) {
        http->deadline_ns += at_ns - http->stamps->send_ns;
        http->stamps->send_ns = at_ns;
    }
}

void od_http_await(struct od_http *http)
{
    if (http->start != NULL) {
        od_start_rest(http->start);
        start_clock(http, http->start->at_ns);
        http->start = NULL;
    }
}

/*
 * Every TCP connection of curl is made here, by our own code: so connecting has the same
 * stages, deadline and cancelling as over gRPC, and no connection is made unseen. curl is
 * told to connect to a fixed numeric address, which it need not resolve and which is
 * ignored.
 *
 * curl repeats a request by itself when a reused connection dies under it. That would
 * hide a failed attempt inside one service time, so the second socket is refused; only
 * what no server can have read is sent again, by exchange in conn_http.c.
 */
static curl_socket_t open_socket(void *user, curlsocktype purpose,
                                 struct curl_sockaddr *address)
{
    (void)purpose;
    (void)address;
    struct od_http *http = user;
    if (http->secured) {
        http->resend_refused = true;
        return CURL_SOCKET_BAD;
    }
    if (http->spare_fd >= 0) {
        http->fd = http->spare_fd;
        http->spare_fd = -1;
        return http->fd;
    }
    if (http->start != NULL) {
        od_http_await(http);
        start_clock(http, od_now_ns());
    }
    http->connect_until_ns = od_conn_connect_until(http->conn, http->deadline_ns);
    struct od_socket_ask ask = od_conn_ask(http->conn, http->connect_until_ns);
    if (od_socket_connect(&ask, &http->socket) != 0) {
        http->stamps->dns_ns = http->socket.dns_ns;
        return CURL_SOCKET_BAD;
    }
    (void)od_conn_next_id(http->conn);
    http->stamps->dns_ns = http->socket.dns_ns;
    http->stamps->connect_ns = http->socket.connect_ns;
    http->connected_ns = od_now_ns();
    http->fd = http->socket.fd;
    return http->fd;
}

/* The connection stands, with TLS where that is wanted, and the request is next. */
static int before_request(void *user, char *peer, char *local, int peer_port,
                          int local_port)
{
    (void)peer;
    (void)local;
    (void)peer_port;
    (void)local_port;
    struct od_http *http = user;
    bool corked = !http->conn->endpoint.paper;
    http->secured = true;
    if (corked) {
        od_tcp_cork(http->fd, true);
    }
    start_clock(http, od_now_ns());
    http->holding = corked && http->connected_ns < 0;
    if (http->conn->endpoint.tls.on && http->connected_ns >= 0) {
        http->stamps->tls_ns = od_now_ns() - http->connected_ns;
    }
    return CURL_PREREQFUNC_OK;
}

/*
 * curl 7.88 calls connect() on the socket all the same. On Linux the first connect()
 * after a non-blocking one has succeeded returns 0, so that does no harm.
 */
static int after_open(void *user, curl_socket_t fd, curlsocktype purpose)
{
    (void)user;
    (void)fd;
    (void)purpose;
    return CURL_SOCKOPT_ALREADY_CONNECTED;
}

int od_http_fd(const struct od_http *http)
{
    return http->fd >= 0 ? http->fd : http->doomed_fd;
}

/* Closing costs time that is not the exchange's: it is put off until the clock stands. */
static int close_socket(void *user, curl_socket_t fd)
{
    struct od_http *http = user;
    if (fd == http->fd) {
        http->fd = -1;
    }
    if (http->doomed_fd >= 0) {
        (void)close(http->doomed_fd);
    }
    http->doomed_fd = fd;
    return 0;
}

void od_http_sent(struct od_http *http)
{
    curl_off_t sent = 0;
    http->holding = false;
    if (!http->secured || http->stamps->written_ns >= 0 ||
        curl_easy_getinfo(http->easy, CURLINFO_SIZE_UPLOAD_T, &sent) != CURLE_OK) {
        return;
    }
    http->body_sent = (size_t)sent;
    if (http->body_sent < http->body_len) {
        return;
    }
    if (!http->conn->endpoint.paper && http->fd >= 0) {
        od_tcp_cork(http->fd, false);
    }
    http->stamps->written_ns = od_now_ns();
    od_ack_begin(&http->ack, http->fd, http->stamps->written_ns);
    od_rx_begin(&http->rx, http->fd);
}

/*
 * Behind the printing of the head, which the cork holds back: unless a part of it that
 * fills a segment has left, nothing has.
 */
void od_http_copied(struct od_http *http)
{
    long head_bytes = 0;
    od_http_await(http);
    if (http->holding &&
        curl_easy_getinfo(http->easy, CURLINFO_REQUEST_SIZE, &head_bytes) == CURLE_OK &&
        head_bytes > 0 && od_tcp_unsent(http->fd) >= head_bytes) {
        start_clock(http, od_now_ns());
    }
}

/* One call a line. Interim (1xx) heads are no reply yet. */
static size_t on_header(char *data, size_t size, size_t count, void *user)
{
    struct od_http *http = user;
    size_t len = size * count;
    if (len >= 5 && memcmp(data, "HTTP/", 5) == 0) {
        const char *space = memchr(data, ' ', len);
        http->interim = space != NULL && space + 1 < data + len && space[1] == '1';
        if (http->interim) {
            /* What was seen unread may be this and not the reply. */
            od_rx_begin(&http->rx, http->rx.fd);
        } else if (http->stamps->first_ns < 0) {
            od_http_sent(http); /* curl may send and read in one go */
            http->stamps->first_ns =
                od_rx_first(&http->rx, http->stamps->written_ns, od_now_ns());
        }
        http->head_whole = false;
        od_buf_reset(&http->head);
    }
    http->head_whole = http->head_whole || data[0] == '\r' || data[0] == '\n';
    od_buf_add(&http->head, data, len);
    if (http->head.overflow) {
        http->too_large = true;
        return 0;
    }
    return len;
}

/* What curl does behind the last byte, for the next request, is no part of this one; what
 * is left to send behind an early answer is. */
static void note_whole(struct od_http *http)
{
    curl_off_t announced = -1;
    curl_off_t read = 0;
    (void)curl_easy_getinfo(http->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
    (void)curl_easy_getinfo(http->easy, CURLINFO_SIZE_DOWNLOAD_T, &read);
    bool all = announced >= 0 && read == announced && http->stamps->written_ns >= 0;
    http->whole_ns = all ? od_now_ns() : -1;
}

static size_t on_body(char *data, size_t size, size_t count, void *user)
{
    struct od_http *http = user;
    struct od_buf *body = &http->reply->body;
    size_t len = size * count;
    int64_t limit = http->conn->endpoint.reply_max_bytes;
    if (limit > 0 && len > (size_t)limit - body->len) {
        http->too_large = true;
        return 0;
    }
    od_buf_add(body, data, len);
    if (body->overflow) {
        http->too_large = true;
        return 0;
    }
    note_whole(http);
    return len;
}

void od_http_watch(struct od_http *http)
{
    CURL *easy = http->easy;
    http->rx.ahead = http->conn->endpoint.tls.on ? OD_RX_SEALED : OD_RX_NOTHING;
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, http);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, after_open);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, http);
    curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, before_request);
    curl_easy_setopt(easy, CURLOPT_PREREQDATA, http);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, http);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, http);
}

static void add_line(struct od_reply *reply, const char *line, size_t len)
{
    const char *colon = memchr(line, ':', len);
    if (colon == NULL) {
        return;
    }
    const char *value = colon + 1;
    const char *end = line + len;
    while (value < end && (*value == ' ' || *value == '\t')) {
        value++;
    }
    while (end > value && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r')) {
        end--;
    }
    char *name_text = od_xstrndup(line, (size_t)(colon - line));
    char *value_text = od_xstrndup(value, (size_t)(end - value));
    od_headers_add(&reply->headers, name_text, value_text);
    free(name_text);
    free(value_text);
}

void od_http_read_head(const struct od_http *http, struct od_reply *reply)
{
    const char *at = http->head.data;
    const char *end = at + http->head.len;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((newline != NULL ? newline : end) - at);
        if (len < 5 || memcmp(at, "HTTP/", 5) != 0) {
            add_line(reply, at, len);
        }
        at += len + 1;
    }
}
