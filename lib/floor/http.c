/* The lean HTTP/1.1 server: only lengths are read. */
#include "floor/http_head.h"
#include "floor/link.h"

#include "base/buf.h"
#include "base/clock.h"

#include <string.h>
#include <sys/socket.h>

static int say(int fd, const char *text)
{
    return od_floor_send(fd, text, strlen(text));
}

/*
 * A reply before the end of the request: what still comes is read until the peer closes,
 * for closing on unread bytes would take the reply back.
 */
static void refuse(const struct od_floor_link *link, const char *status)
{
    if (say(link->fd, "HTTP/1.1 ") == 0 && say(link->fd, status) == 0 &&
        say(link->fd, "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n") == 0 &&
        shutdown(link->fd, SHUT_WR) == 0) {
        (void)!od_floor_drain(link, UINT64_MAX);
    }
}

/* Reads until the head is whole; false when there is none to answer. */
static bool read_head(const struct od_floor_link *link, size_t *have,
                      struct od_floor_head *head)
{
    for (;;) {
        size_t len = *have < OD_FLOOR_HEAD_MAX ? *have : OD_FLOOR_HEAD_MAX;
        switch (od_floor_head_parse(link->chunk, len, head)) {
        case OD_FLOOR_HEAD_WHOLE:
            return true;
        case OD_FLOOR_HEAD_BAD:
            refuse(link, "400 Bad Request");
            return false;
        case OD_FLOOR_HEAD_UNMEASURED:
            refuse(link, "411 Length Required");
            return false;
        case OD_FLOOR_HEAD_MORE:
            break;
        }
        if (*have >= OD_FLOOR_HEAD_MAX) {
            refuse(link, "431 Request Header Fields Too Large");
            return false;
        }
        ssize_t n = od_floor_recv(link->fd, link->chunk + *have, OD_FLOOR_CHUNK - *have);
        if (n <= 0) {
            return false;
        }
        *have += (size_t)n;
    }
}

/* Drains the body and keeps what is behind it, the begin of the next request. */
static int read_body(const struct od_floor_link *link, size_t *have,
                     const struct od_floor_head *head)
{
    size_t behind = *have - head->head_bytes;
    if (head->body_bytes <= behind) {
        size_t used = head->head_bytes + (size_t)head->body_bytes;
        *have -= used;
        memmove(link->chunk, link->chunk + used, *have);
        return 0;
    }
    *have = 0;
    if (head->continues && say(link->fd, "HTTP/1.1 100 Continue\r\n\r\n") != 0) {
        return -1;
    }
    return od_floor_drain(link, head->body_bytes - behind);
}

/* HTTP/1.0 clients that ask for it must be told that the connection stays. */
static void make_reply(const struct od_floor_link *link, bool keep, struct od_buf *out)
{
    od_buf_init(out, 0);
    od_buf_printf(out,
                  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                  "Content-Length: %zu\r\nConnection: %s\r\n\r\n",
                  link->spec->reply_bytes, keep ? "keep-alive" : "close");
    od_buf_add(out, link->reply, link->spec->reply_bytes);
}

void od_floor_serve_http(const struct od_floor_link *link)
{
    struct od_buf replies[2];
    struct od_floor_head head = {.keep = true};
    size_t have = 0;
    make_reply(link, false, &replies[0]);
    make_reply(link, true, &replies[1]);
    while (head.keep && read_head(link, &have, &head) &&
           read_body(link, &have, &head) == 0) {
        int64_t received_ns = od_now_ns();
        const struct od_buf *reply = &replies[head.keep];
        if (od_floor_wait(link, od_floor_due(link, received_ns)) != 0) {
            break;
        }
        od_floor_replied(link, received_ns);
        if (od_floor_send(link->fd, reply->data, reply->len) != 0) {
            break;
        }
    }
    od_buf_release(&replies[0]);
    od_buf_release(&replies[1]);
}
