/* Answers to our own requests. */
#include "net/mirror.h"

#include "base/buf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* RFC 9113, 6: types and flags of frames. */
enum { DATA = 0, HEADERS = 1, SETTINGS = 4, WINDOW_UPDATE = 8 };
enum { NO_FLAGS = 0, END_STREAM = 1, END_HEADERS = 4 };
/* The frame of a gRPC message: not compressed, length in four bytes. */
#define PREFIX ((size_t)5)
/* Connections that others may have made before ours. */
#define TRIES 16

#define ANSWER_BYTES ((size_t)512)
static const unsigned char answer[ANSWER_BYTES];

union address {
    struct sockaddr any;
    struct sockaddr_in in;
};

static int fail(const char *what, struct od_err *err)
{
    return od_fail(err, OD_ESYS, "a connection to this process itself: %s: %s", what,
                   strerror(errno));
}

int od_mirror_listen(struct od_mirror *mirror, enum od_transport transport,
                     struct od_err *err)
{
    union address at = {
        .in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at.in;
    *mirror = (struct od_mirror){.transport = transport, .stream = 1};
    mirror->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (mirror->fd < 0) {
        return fail("socket", err);
    }
    if (bind(mirror->fd, &at.any, len) != 0 || listen(mirror->fd, TRIES) != 0 ||
        getsockname(mirror->fd, &at.any, &len) != 0) {
        return fail("listen", err);
    }
    mirror->port = ntohs(at.in.sin_port);
    return 0;
}

/* RFC 9113, 4.1. */
static void put_frame(struct od_buf *out, int type, int flags, uint32_t stream,
                      const void *data, size_t len)
{
    unsigned char head[] = {0,
                            (unsigned char)(len >> 8),
                            (unsigned char)len,
                            (unsigned char)type,
                            (unsigned char)flags,
                            (unsigned char)(stream >> 24),
                            (unsigned char)(stream >> 16),
                            (unsigned char)(stream >> 8),
                            (unsigned char)stream};
    od_buf_add(out, head, sizeof head);
    od_buf_add(out, data, len);
}

static void write_all(const struct od_mirror *mirror, const struct od_buf *out)
{
    /* A few hundred bytes into an empty socket: what cannot be written ends the client's
     * patience, and with it the use of the connection. */
    (void)!send(mirror->fd, out->data, out->len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static int local_port(int fd)
{
    union address at;
    socklen_t len = sizeof at.in;
    return getsockname(fd, &at.any, &len) == 0 ? ntohs(at.in.sin_port) : -1;
}

/* Any process of this host may have been quicker than we. */
static int accept_from(int listener, int port)
{
    for (int i = 0; i < TRIES; i++) {
        union address at;
        socklen_t len = sizeof at.in;
        int fd = accept(listener, &at.any, &len);
        if (fd < 0 || ntohs(at.in.sin_port) == port) {
            return fd;
        }
        (void)close(fd);
    }
    errno = EAGAIN;
    return -1;
}

int od_mirror_accept(struct od_mirror *mirror, int client_fd, struct od_err *err)
{
    int on = 1;
    int fd = accept_from(mirror->fd, local_port(client_fd));
    if (fd < 0) {
        return fail("accept", err);
    }
    (void)close(mirror->fd);
    mirror->fd = fd;
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (mirror->transport == OD_GRPC) {
        struct od_buf out;
        od_buf_init(&out, 0);
        put_frame(&out, SETTINGS, NO_FLAGS, 0, "", 0);
        write_all(mirror, &out);
        od_buf_release(&out);
    }
    return 0;
}

/* RFC 7541: fields that no table keeps, so that every reply reads the same. */
static void put_grpc(struct od_mirror *mirror, struct od_buf *out)
{
    static const char head[] = "\x88"         /* :status 200 */
                               "\x0f\x10\x10" /* content-type */
                               "application/grpc";
    static const char tail[] = "\x00\x0bgrpc-status\x01"
                               "0";
    unsigned char message[PREFIX + ANSWER_BYTES] = {0, 0, 0, ANSWER_BYTES >> 8,
                                                    ANSWER_BYTES & 0xff};
    size_t taken = PREFIX + OD_MIRROR_BODY;
    unsigned char window[] = {0, 0, (unsigned char)(taken >> 8), (unsigned char)taken};
    put_frame(out, WINDOW_UPDATE, NO_FLAGS, 0, window, sizeof window);
    put_frame(out, HEADERS, END_HEADERS, mirror->stream, head, sizeof head - 1);
    put_frame(out, DATA, NO_FLAGS, mirror->stream, message, sizeof message);
    put_frame(out, HEADERS, END_HEADERS | END_STREAM, mirror->stream, tail,
              sizeof tail - 1);
    mirror->stream += 2;
}

static void put_http(struct od_buf *out)
{
    od_buf_printf(out,
                  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                  "Content-Length: %zu\r\n\r\n",
                  ANSWER_BYTES);
    od_buf_add(out, answer, ANSWER_BYTES);
}

void od_mirror_answer(struct od_mirror *mirror)
{
    char read[2 * OD_MIRROR_BODY];
    struct od_buf out;
    if (!mirror->asked) {
        return;
    }
    mirror->asked = false;
    while (recv(mirror->fd, read, sizeof read, MSG_DONTWAIT) > 0) {
    }
    od_buf_init(&out, 0);
    if (mirror->transport == OD_GRPC) {
        put_grpc(mirror, &out);
    } else {
        put_http(&out);
    }
    write_all(mirror, &out);
    od_buf_release(&out);
}

void od_mirror_close(struct od_mirror *mirror)
{
    if (mirror->fd >= 0) {
        (void)close(mirror->fd);
    }
    mirror->fd = -1;
}
