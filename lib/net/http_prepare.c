/* A message as curl wants it: verb, address, headers, body. */
#include "net/http_state.h"

#include "net/transport.h"

#include <string.h>

#define SEGMENT_BYTES ((size_t)536) /* the smallest usual one: RFC 9293, 3.7.1 */
#define OWN_BYTES     ((size_t)150) /* most of what curl adds to a head, and of TLS */

static int add_text(struct od_http *http, const char *line, struct od_err *err)
{
    struct curl_slist *longer = curl_slist_append(http->headers, line);
    if (longer == NULL) {
        return od_fail(err, OD_ESYS, "out of memory for HTTP headers");
    }
    http->headers = longer;
    return 0;
}

/* A line break would begin a header of its own. The value may be a secret, so that the
 * message names the header alone. */
static int add_header(struct od_http *http, const char *name, const char *value,
                      struct od_err *err)
{
    struct od_buf line;
    if (name[0] == '\0' || name[strcspn(name, ":\r\n")] != '\0' ||
        od_header_frames(name) || value[strcspn(value, "\r\n")] != '\0') {
        return od_fail(err, OD_EINPUT, "HTTP cannot carry the header \"%.*s\"",
                       (int)strcspn(name, "\r\n"), name);
    }
    od_buf_init(&line, 0);
    /* curl sends a header without a value only when it is written with a semicolon. */
    od_buf_printf(&line, value[0] != '\0' ? "%s: %s" : "%s;", name, value);
    int rc = add_text(http, line.data, err);
    od_buf_release(&line);
    return rc;
}

static int add_list(struct od_http *http, const struct od_headers *list,
                    struct od_err *err)
{
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (add_header(http, list->items[i].name, list->items[i].value, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static bool has(const struct od_headers *list, const char *name)
{
    return list != NULL && od_headers_get(list, name) != NULL;
}

/*
 * odbench-wire(7), The study's text: Host, User-Agent, Accept-Encoding, Accept,
 * Connection, Content-Length. curl puts Host first and Content-Length last by itself.
 */
static int paper_headers(struct od_http *http, struct od_err *err)
{
    if (add_header(http, "User-Agent", http->conn->user_agent, err) != 0 ||
        add_text(http, "Accept-Encoding: gzip, deflate", err) != 0 ||
        add_text(http, "Accept: */*", err) != 0 ||
        add_text(http, "Connection: keep-alive", err) != 0 ||
        add_text(http, "Content-Type:", err) != 0) {
        return -1;
    }
    return add_text(http, "Expect:", err);
}

/* "Name:" takes a header away that curl would add: Expect costs a second
 * (odbench-internals(7), Expect) and the content type of forms is wrong here. */
static int plain_headers(struct od_http *http, const struct od_call *call,
                         struct od_err *err)
{
    const struct od_headers *own = &call->message->headers;
    const struct od_headers *extra = http->conn->endpoint.headers;
    if (!has(extra, "User-Agent") &&
        add_header(http, "User-Agent", http->conn->user_agent, err) != 0) {
        return -1;
    }
    if (add_list(http, own, err) != 0 || add_list(http, extra, err) != 0) {
        return -1;
    }
    if (call->id != NULL && add_header(http, "odbench-id", call->id, err) != 0) {
        return -1;
    }
    if (!has(own, "Content-Type") && !has(extra, "Content-Type") &&
        add_text(http, "Content-Type:", err) != 0) {
        return -1;
    }
    return add_text(http, "Expect:", err);
}

/* CURLOPT_READFUNCTION: the next bytes of a body. */
static size_t read_body(char *to, size_t size, size_t count, void *user)
{
    struct od_http *http = user;
    size_t room = size * count;
    size_t done = 0;
    bool first = http->body_segment == 0 && http->body_offset == 0;
    while (done < room && http->body_segment < http->body->segment_count) {
        const struct od_segment *segment = &http->body->segments[http->body_segment];
        size_t rest = segment->len - http->body_offset;
        size_t len = rest < room - done ? rest : room - done;
        if (len > 0) {
            memcpy(to + done, (const char *)segment->data + http->body_offset, len);
        }
        done += len;
        http->body_offset += len;
        if (http->body_offset == segment->len) {
            http->body_segment++;
            http->body_offset = 0;
        }
    }
    if (first) {
        od_http_copied(http);
    }
    return done;
}

/* CURLOPT_SEEKFUNCTION: curl begins anew when a kept connection was closed meanwhile. */
static int seek_body(void *user, curl_off_t offset, int origin)
{
    struct od_http *http = user;
    if (offset != 0 || origin != SEEK_SET) {
        return CURL_SEEKFUNC_CANTSEEK;
    }
    http->body_segment = 0;
    http->body_offset = 0;
    return CURL_SEEKFUNC_OK;
}

/* Segments are read in their places, so that a tensor is not copied to stand behind its
 * head, and by a callback, which tells when the copying is over. */
static void set_body(struct od_http *http, const struct od_message *message)
{
    http->body = message;
    http->body_segment = 0;
    http->body_offset = 0;
    http->body_len = od_message_bytes(message);
    curl_easy_setopt(http->easy, CURLOPT_POST, 1L);
    curl_easy_setopt(http->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)http->body_len);
    curl_easy_setopt(http->easy, CURLOPT_POSTFIELDS, http->body_len > 0 ? NULL : "");
    curl_easy_setopt(http->easy, CURLOPT_READFUNCTION, read_body);
    curl_easy_setopt(http->easy, CURLOPT_READDATA, http);
    curl_easy_setopt(http->easy, CURLOPT_SEEKFUNCTION, seek_body);
    curl_easy_setopt(http->easy, CURLOPT_SEEKDATA, http);
}

bool od_http_held_back(const struct od_http *http)
{
    size_t bytes = OWN_BYTES + http->url.len;
    for (const struct curl_slist *line = http->headers; line != NULL; line = line->next) {
        bytes += strlen(line->data) + 2;
    }
    return !http->conn->endpoint.paper && http->body_len > 0 && bytes < SEGMENT_BYTES;
}

int od_http_prepare(struct od_http *http, const struct od_call *call, struct od_err *err)
{
    const struct od_message *message = call->message;
    bool get = strcmp(message->verb, "GET") == 0;
    bool post = strcmp(message->verb, "POST") == 0;

    od_buf_reset(&http->url);
    od_buf_printf(&http->url, "http%s://%s%s", http->conn->endpoint.tls.on ? "s" : "",
                  http->conn->authority, message->path);
    curl_slist_free_all(http->headers);
    http->headers = NULL;
    int rc = http->conn->endpoint.paper ? paper_headers(http, err)
                                        : plain_headers(http, call, err);
    if (rc != 0) {
        return -1;
    }
    http->body_len = 0;
    if (get) {
        curl_easy_setopt(http->easy, CURLOPT_HTTPGET, 1L);
    } else {
        set_body(http, message);
    }
    curl_easy_setopt(http->easy, CURLOPT_CUSTOMREQUEST,
                     get || post ? NULL : message->verb);
    curl_easy_setopt(http->easy, CURLOPT_HTTPHEADER, http->headers);
    if (curl_easy_setopt(http->easy, CURLOPT_URL, http->url.data) != CURLE_OK) {
        return od_conn_fail(http->conn, OD_EINPUT, "the address is too long", err);
    }
    return 0;
}
