/* A TCP connection with a deadline. */
#include "net/socket.h"

#include "base/clock.h"
#include "base/linux.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The port goes in as a number, since making its text would be formatting in the clock.
 */
static void set_port(struct sockaddr_storage *address, int port)
{
    if (address->ss_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        v4.sin_port = htons((uint16_t)port);
        memcpy(address, &v4, sizeof v4);
    } else if (address->ss_family == AF_INET6) {
        struct sockaddr_in6 v6;
        memcpy(&v6, address, sizeof v6);
        v6.sin6_port = htons((uint16_t)port);
        memcpy(address, &v6, sizeof v6);
    }
}

/* 0 when connected, else an errno; ECANCELED when the caller gave up. */
static int wait_connected(int fd, int64_t until_ns, const atomic_bool *cancelled)
{
    for (;;) {
        if (cancelled != NULL && atomic_load(cancelled)) {
            return ECANCELED;
        }
        int64_t left = until_ns - od_now_ns();
        if (left <= 0) {
            return ETIMEDOUT;
        }
        struct pollfd pfd = {.fd = fd, .events = POLLOUT};
        int wait_ms = (int)((least(left, OD_SOCKET_SLICE_NS) + 999999) / 1000000);
        int ready = poll(&pfd, 1, wait_ms);
        if (ready < 0 && errno != EINTR) {
            return errno;
        }
        if (ready > 0) {
            int error = 0;
            socklen_t len = sizeof error;
            return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 ? error
                                                                           : errno;
        }
    }
}

static int open_nonblocking(int family, int *out)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return errno;
    }
    int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)od_tcp_stamp_arrivals(fd);
    *out = fd;
    return 0;
}

/* Returns 0 and the descriptor, or an errno. */
static int connect_one(const struct addrinfo *info, const struct od_socket_ask *ask,
                       int64_t until_ns, int *out)
{
    struct sockaddr_storage address;
    if (info->ai_addrlen > sizeof address) {
        return EAFNOSUPPORT;
    }
    memset(&address, 0, sizeof address);
    memcpy(&address, info->ai_addr, info->ai_addrlen);
    set_port(&address, ask->port);
    int fd = -1;
    int error = open_nonblocking(info->ai_family, &fd);
    if (error != 0) {
        return error;
    }
    if (connect(fd, (const struct sockaddr *)&address, info->ai_addrlen) != 0) {
        error = errno == EINPROGRESS || errno == EINTR
                    ? wait_connected(fd, until_ns, ask->cancelled)
                    : errno;
    }
    if (error != 0) {
        (void)close(fd);
        return error;
    }
    *out = fd;
    return 0;
}

static enum od_errcode code_of(int error)
{
    switch (error) {
    case ETIMEDOUT:
        return OD_ETIMEOUT;
    case ECANCELED:
        return OD_ECANCELLED;
    default: /* an errno, not an enum of ours */
        return OD_ECONNECT;
    }
}

static int connect_any(const struct addrinfo *list, const struct od_socket_ask *ask,
                       struct od_socket *out)
{
    int64_t left = 0;
    for (const struct addrinfo *info = list; info != NULL; info = info->ai_next) {
        left++;
    }
    int64_t begin = od_now_ns();
    int error = EADDRNOTAVAIL;
    for (const struct addrinfo *info = list; info != NULL; info = info->ai_next, left--) {
        int64_t now = od_now_ns();
        int64_t until = now + (ask->deadline_ns - now) / left;
        error = connect_one(info, ask, until, &out->fd);
        if (error == 0) {
            out->connect_ns = od_now_ns() - begin;
            return 0;
        }
        if (error == ECANCELED) {
            break;
        }
    }
    out->system_error = error;
    out->code = code_of(error);
    return -1;
}

int od_socket_connect(const struct od_socket_ask *ask, struct od_socket *out)
{
    *out = (struct od_socket){.fd = -1, .dns_ns = -1, .connect_ns = -1};
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    int64_t begin = od_now_ns();
    out->resolve_error = getaddrinfo(ask->host, NULL, &hints, &list);
    if (out->resolve_error != 0) {
        out->system_error = out->resolve_error == EAI_SYSTEM ? errno : 0;
        out->code = OD_ECONNECT;
        return -1;
    }
    out->dns_ns = od_now_ns() - begin;
    int rc = connect_any(list, ask, out);
    freeaddrinfo(list);
    return rc;
}

int od_socket_fail(const struct od_socket_ask *ask, const struct od_socket *in,
                   struct od_err *err)
{
    const char *why = in->resolve_error != 0 && in->system_error == 0
                          ? gai_strerror(in->resolve_error)
                          : strerror(in->system_error);
    if (in->code == OD_ECANCELLED) {
        return od_fail(err, OD_ECANCELLED, "%s:%d: cancelled", ask->host, ask->port);
    }
    return od_fail(err, in->code, "%s:%d: cannot %s: %s", ask->host, ask->port,
                   in->resolve_error != 0 ? "resolve" : "connect", why);
}
