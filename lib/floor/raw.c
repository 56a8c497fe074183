/* The bare exchange: a length and so many bytes up, some bytes down. */
#include "floor/link.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/linux.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

/* Longer than any exchange on loopback takes: the peer is not an echo server. */
#define PATIENCE_S 30

void od_floor_serve_raw(const struct od_floor_link *link)
{
    for (;;) {
        uint64_t head = 0;
        size_t got = 0;
        /* Head and body come in one segment: the first read takes both. */
        while (got < sizeof head) {
            ssize_t n = od_floor_recv(link->fd, link->chunk + got, OD_FLOOR_CHUNK - got);
            if (n <= 0) {
                return;
            }
            got += (size_t)n;
        }
        memcpy(&head, link->chunk, sizeof head);
        /* More than the length says would be a second request before the reply. */
        if (got - sizeof head > head ||
            od_floor_drain(link, head - (got - sizeof head)) != 0) {
            return;
        }
        int64_t received_ns = od_now_ns();
        if (od_floor_wait(link, od_floor_due(link, received_ns)) != 0) {
            return;
        }
        od_floor_replied(link, received_ns);
        if (od_floor_send(link->fd, link->reply, link->spec->reply_bytes) != 0) {
            return;
        }
    }
}

struct od_floor_client {
    struct od_floor_raw ask;
    int fd; /* -1: not connected */
    char *body;
    char *reply;
};

static int dial(struct od_floor_client *client, struct od_err *err)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)client->ask.port)};
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        int error = errno;
        if (fd >= 0) {
            (void)close(fd);
        }
        return od_fail(err, OD_ECONNECT, "127.0.0.1:%d: %s", client->ask.port,
                       strerror(error));
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    client->fd = fd;
    return 0;
}

static void hang_up(struct od_floor_client *client)
{
    if (client->fd >= 0) {
        (void)close(client->fd);
        client->fd = -1;
    }
}

/* Length and body leave in one call, as the clients under test send head and body. */
static int send_request(struct od_floor_client *client)
{
    uint64_t head = client->ask.body_bytes;
    struct iovec parts[2] = {{&head, sizeof head},
                             {client->body, client->ask.body_bytes}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t n;
    do {
        n = od_sys_sendmsg(client->fd, &message, MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        return -1;
    }
    size_t sent = (size_t)n;
    if (sent < sizeof head) {
        if (od_floor_send(client->fd, (char *)&head + sent, sizeof head - sent) != 0) {
            return -1;
        }
        sent = sizeof head;
    }
    sent -= sizeof head;
    return od_floor_send(client->fd, client->body + sent, client->ask.body_bytes - sent);
}

static int read_reply(struct od_floor_client *client)
{
    for (size_t got = 0; got < client->ask.reply_bytes;) {
        ssize_t n =
            od_floor_recv(client->fd, client->reply + got, client->ask.reply_bytes - got);
        if (n <= 0) {
            errno = n == 0 ? ECONNRESET : errno;
            return -1;
        }
        got += (size_t)n;
    }
    return 0;
}

static int exchange(struct od_floor_client *client, int64_t *out_ns, struct od_err *err)
{
    int64_t begin_ns = od_now_ns();
    if (client->fd < 0 && dial(client, err) != 0) {
        return -1;
    }
    if (send_request(client) != 0 || read_reply(client) != 0) {
        int error = errno;
        hang_up(client);
        bool late = error == EAGAIN || error == EWOULDBLOCK;
        return od_fail(err, late ? OD_ETIMEOUT : OD_ERESET, "127.0.0.1:%d: %s",
                       client->ask.port, late ? "no reply" : strerror(error));
    }
    if (client->ask.fresh) {
        hang_up(client);
    }
    *out_ns = od_now_ns() - begin_ns;
    return 0;
}

int od_floor_client_open(const struct od_floor_raw *ask, struct od_floor_client **out,
                         struct od_err *err)
{
    if (ask->port < 1 || ask->port > 65535) {
        return od_fail(err, OD_EINPUT, "port %d", ask->port);
    }
    struct od_floor_client *client = od_xcalloc(1, sizeof *client);
    client->ask = *ask;
    client->fd = -1;
    client->body = od_xmalloc(ask->body_bytes);
    client->reply = od_xmalloc(ask->reply_bytes);
    memset(client->body, 'b', ask->body_bytes);
    if (!ask->fresh && dial(client, err) != 0) {
        od_floor_client_close(client);
        return -1;
    }
    *out = client;
    return 0;
}

int od_floor_client_run(struct od_floor_client *client, size_t count, int64_t *out_ns,
                        struct od_err *err)
{
    for (size_t i = 0; i < count; i++) {
        int64_t span_ns = 0;
        if (exchange(client, &span_ns, err) != 0) {
            return -1;
        }
        if (out_ns != NULL) {
            out_ns[i] = span_ns;
        }
    }
    return 0;
}

void od_floor_client_close(struct od_floor_client *client)
{
    if (client != NULL) {
        hang_up(client);
        free(client->body);
        free(client->reply);
        free(client);
    }
}

int od_floor_exchange(const struct od_floor_raw *ask, int64_t *out_ns, struct od_err *err)
{
    struct od_floor_client *client = NULL;
    int rc = -1;
    if (od_floor_client_open(ask, &client, err) == 0 &&
        od_floor_client_run(client, ask->warmup, NULL, err) == 0) {
        rc = od_floor_client_run(client, ask->count, out_ns, err);
    }
    od_floor_client_close(client);
    return rc;
}
