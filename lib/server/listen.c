/* Addresses and listening sockets of the server. */
#include "server/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct addrinfo *lookup(const char *host, const char *port, int flags,
                               struct od_err *err)
{
    struct addrinfo *found = NULL;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_PASSIVE | AI_NUMERICSERV | flags};
    int rc = getaddrinfo(host, port, &hints, &found);
    if (rc != 0) {
        (void)od_fail(err, OD_EINPUT, "cannot listen on \"%s\": %s", host,
                      rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc));
        return NULL;
    }
    return found;
}

int od_listen_resolve(const char *host, char address[OD_ADDRESS_MAX], bool *loopback,
                      struct od_err *err)
{
    struct addrinfo *found = lookup(host, "0", 0, err);
    if (found == NULL) {
        return -1;
    }
    int rc = getnameinfo(found->ai_addr, found->ai_addrlen, address, OD_ADDRESS_MAX, NULL,
                         0, NI_NUMERICHOST);
    freeaddrinfo(found);
    if (rc != 0) {
        return od_fail(err, OD_EINPUT, "cannot listen on \"%s\": %s", host,
                       gai_strerror(rc));
    }
    *loopback = strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
    return 0;
}

static int bound_port(int fd)
{
    struct sockaddr_storage at;
    socklen_t len = sizeof at;
    char port[8] = "0";
    if (getsockname(fd, (struct sockaddr *)&at, &len) != 0 ||
        getnameinfo((struct sockaddr *)&at, len, NULL, 0, port, sizeof port,
                    NI_NUMERICSERV) != 0) {
        return 0;
    }
    int number = 0;
    for (const char *p = port; *p >= '0' && *p <= '9'; p++) {
        number = number * 10 + (*p - '0');
    }
    return number;
}

int od_listen_open(const char *address, int port, int *fd, int *bound, struct od_err *err)
{
    char text[16];
    (void)snprintf(text, sizeof text, "%d", port);
    struct addrinfo *found = lookup(address, text, AI_NUMERICHOST, err);
    if (found == NULL) {
        return -1;
    }
    int yes = 1;
    int made = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int rc = 0;
    if (made < 0 || setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(made, found->ai_addr, found->ai_addrlen) != 0 ||
        listen(made, SOMAXCONN) != 0) {
        rc = od_fail(err, OD_ESYS, "cannot listen on %s port %d: %s", address, port,
                     strerror(errno));
        if (made >= 0) {
            (void)close(made);
        }
    } else {
        *fd = made;
        *bound = bound_port(made);
    }
    freeaddrinfo(found);
    return rc;
}

void od_listen_format(const char *address, int port, char *out, size_t size)
{
    bool six = strchr(address, ':') != NULL;
    (void)snprintf(out, size, six ? "[%s]:%d" : "%s:%d", address, port);
}

void od_listen_shut(int fd)
{
    if (fd >= 0) {
        (void)close(fd);
    }
}
