/* The HTTP transport's state, shared by its three files. */
#ifndef OD_NET_HTTP_STATE_H
#define OD_NET_HTTP_STATE_H

#include "base/buf.h"
#include "net/ack.h"
#include "net/conn.h"
#include "net/rx.h"
#include "net/socket.h"

#include <curl/curl.h>

struct od_http {
    struct od_conn *conn; /* borrowed */
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;    /* of the message being sent */
    struct curl_slist *connect_to; /* see od_http_open_socket */
    struct od_buf url;
    struct od_buf head; /* raw header lines of the reply */
    char text[CURL_ERROR_SIZE];

    /* Descriptors: fd is in curl's hands, spare was connected ahead and waits for curl,
     * doomed was given up by curl and is closed after the clock; -1 none. */
    int fd;
    int spare_fd;
    int doomed_fd;

    /* The exchange that runs. */
    struct od_stamps *stamps;
    struct od_reply *reply;
    int64_t deadline_ns;
    const struct od_start *start; /* to be waited for before anything leaves; or NULL */
    struct od_ack ack;
    struct od_rx rx;
    const struct od_message *body; /* what is uploaded */
    size_t body_segment;           /* where curl has read it up to */
    size_t body_offset;            /* within that segment */
    size_t body_len;
    bool holding; /* a cork is on, over a connection that was found, and curl has not come
                     back since */
    size_t body_sent;
    int64_t connected_ns; /* when this exchange had its TCP connection; -1 reused */
    int64_t connect_until_ns;
    bool secured;               /* the request goes out: TLS stands, or there is none */
    bool resend_refused;        /* curl wanted to send the request a second time */
    struct od_tcp_facts before; /* of the connection that it found */
    int64_t whole_ns;           /* all that the head announced was read; -1 not known */
    bool interim;               /* the head being read is a 1xx */
    bool head_whole;            /* its empty line has come */
    bool too_large;
    struct od_socket socket; /* how the last connecting ended */
};

/* Sets verb, address, headers and body of a call on http->easy; outside the clock. */
int od_http_prepare(struct od_http *http, const struct od_call *call,
                    struct od_err *err) OD_MUST_CHECK;

/* Whether the request that is prepared has a head short enough for a cork to hold back
 * all of it until its body comes. */
bool od_http_held_back(const struct od_http *http);

/* Hangs our callbacks into http->easy, once. */
void od_http_watch(struct od_http *http);

/* After curl has been at it: notes how much of the body is sent, and when all of it is.
 */
void od_http_sent(struct od_http *http);

/* Waits for the rest of a planned start; the clock starts there at the earliest. */
void od_http_await(struct od_http *http);

/* Called when the beginning of the body stands in curl's buffer: what happens next is
 * sending. */
void od_http_copied(struct od_http *http);

/* The socket of the exchange that runs or has just ended; -1 none. */
int od_http_fd(const struct od_http *http);

/*
 * What the end of a transfer means: 0 when the server answered, or -1 and *err. Before
 * the socket is closed.
 */
int od_http_verdict(struct od_http *http, CURLcode result,
                    struct od_err *err) OD_MUST_CHECK;

/* TLS on http->easy, once. */
int od_http_secure(struct od_http *http, struct od_err *err) OD_MUST_CHECK;

/* Makes http->easy a transfer that connects and shakes hands, and fails before it sends
 * anything, with CURLE_PARTIAL_FILE; and undoes that. */
int od_http_prepare_handshake(struct od_http *http, struct od_err *err) OD_MUST_CHECK;
void od_http_end_handshake(struct od_http *http);

/* Splits http->head into reply->headers; outside the clock. */
void od_http_read_head(const struct od_http *http, struct od_reply *reply);

#endif
