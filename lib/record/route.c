/* The way to a server, found without sending anything to it. */
#include "record/environ.h"
#include "record/sysfile.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The bytes of an IPv4 or IPv6 address; NULL for others. */
static const void *address_bytes(const struct sockaddr *address, size_t *len)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)address;
        *len = sizeof in->sin_addr;
        return &in->sin_addr;
    }
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const void *)address;
        *len = sizeof in->sin6_addr;
        return &in->sin6_addr;
    }
    return NULL;
}

static void put_address(const struct sockaddr *address, char *out, size_t size)
{
    size_t len = 0;
    const void *bytes = address_bytes(address, &len);
    if (bytes == NULL ||
        inet_ntop(address->sa_family, bytes, out, (socklen_t)size) == NULL) {
        out[0] = '\0';
    }
}

static void find_interface(const struct sockaddr *own, char *out, size_t size)
{
    struct ifaddrs *list = NULL;
    size_t len = 0;
    const void *bytes = address_bytes(own, &len);
    if (bytes == NULL || getifaddrs(&list) != 0) {
        return;
    }
    for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next) {
        size_t other_len = 0;
        const void *other =
            i->ifa_addr != NULL ? address_bytes(i->ifa_addr, &other_len) : NULL;
        if (other != NULL && other_len == len && memcmp(other, bytes, len) == 0) {
            (void)snprintf(out, size, "%s", i->ifa_name);
            break;
        }
    }
    freeifaddrs(list);
}

/* True when the kernel has a way to that address. */
static bool ask_kernel(const struct addrinfo *to, struct od_route *out)
{
    struct sockaddr_storage own;
    socklen_t len = sizeof own;
    memset(&own, 0, sizeof own);
    int fd = socket(to->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool found = fd >= 0 && connect(fd, to->ai_addr, to->ai_addrlen) == 0 &&
                 getsockname(fd, (struct sockaddr *)&own, &len) == 0;
    if (found) {
        put_address(to->ai_addr, out->address, sizeof out->address);
        put_address((const struct sockaddr *)&own, out->source, sizeof out->source);
        find_interface((const struct sockaddr *)&own, out->interface,
                       sizeof out->interface);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return found;
}

void od_route_find(const char *root, const char *host, int port, struct od_route *out)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM};
    struct addrinfo *list = NULL;
    char service[16];
    char path[96];
    *out = (struct od_route){.mtu_bytes = -1, .speed_mbit_per_s = -1};
    (void)snprintf(service, sizeof service, "%d", port);
    if (getaddrinfo(host, service, &hints, &list) != 0) {
        return;
    }
    for (const struct addrinfo *i = list; i != NULL; i = i->ai_next) {
        if (ask_kernel(i, out)) {
            break;
        }
    }
    freeaddrinfo(list);
    if (out->interface[0] != '\0') {
        (void)snprintf(path, sizeof path, "/sys/class/net/%s/mtu", out->interface);
        out->mtu_bytes = od_sysfile_number(root, path);
        (void)snprintf(path, sizeof path, "/sys/class/net/%s/speed", out->interface);
        out->speed_mbit_per_s = od_sysfile_number(root, path);
    }
}
