/*
 * The floor under `scripts/bench fixed`: a bare TCP exchange of the same sizes with the
 * same wait, so that what the machine costs can be told from what odbench costs. usage:
 * raw_socket BODY_BYTES DELAY_NS COUNT
 */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/linux.h"
#include "stats/quantile.h"

#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define REPLY  ((size_t)520)
#define CHUNK  ((size_t)512 * 1024)
#define BODIES ((size_t)20) /* as many as images, so that none is in the cache */

struct peer {
    int listener;
    size_t body_bytes;
    int64_t delay_ns;
    int64_t count;
};

static void no_delay(int fd)
{
    int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static int receive(int fd, char *to, size_t len)
{
    for (size_t got = 0; got < len;) {
        size_t room = len - got < CHUNK ? len - got : CHUNK;
        ssize_t n = recv(fd, to + got, room, 0);
        if (n <= 0) {
            return -1;
        }
        got += (size_t)n;
    }
    return 0;
}

static int send_all(int fd, const char *from, size_t len)
{
    for (size_t sent = 0; sent < len;) {
        size_t room = len - sent < CHUNK ? len - sent : CHUNK;
        ssize_t n = send(fd, from + sent, room, MSG_NOSIGNAL);
        if (n < 0) {
            return -1;
        }
        sent += (size_t)n;
    }
    return 0;
}

/* Sleeps to just before the moment and spins the rest away, as the fixed engine does. */
static void hold_until(int64_t due_ns)
{
    od_sleep_until_ns(due_ns - 60000);
    while (od_now_ns() < due_ns) {
    }
}

static void *serve(void *arg)
{
    const struct peer *peer = arg;
    char *body = od_xmalloc(peer->body_bytes);
    char reply[REPLY] = {0};
    od_thread_sharp_timers();
    int fd = accept(peer->listener, NULL, NULL);
    no_delay(fd);
    while (receive(fd, body, peer->body_bytes) == 0) {
        hold_until(od_now_ns() + peer->delay_ns);
        (void)send_all(fd, reply, sizeof reply);
    }
    (void)close(fd);
    free(body);
    return NULL;
}

/* One exchange after another; the first tenth warms up. Returns the median in
 * nanoseconds. */
static int64_t measure(int fd, const struct peer *peer)
{
    char *bodies[BODIES];
    char reply[REPLY];
    int64_t *spans = od_xcalloc((size_t)peer->count, sizeof *spans);
    for (size_t i = 0; i < BODIES; i++) {
        bodies[i] = od_xmalloc(peer->body_bytes);
        memset(bodies[i], 'a' + (int)i, peer->body_bytes);
    }
    for (int64_t i = 0; i < peer->count; i++) {
        int64_t begin = od_now_ns();
        if (send_all(fd, bodies[(size_t)i % BODIES], peer->body_bytes) != 0 ||
            receive(fd, reply, sizeof reply) != 0) {
            abort();
        }
        spans[i] = od_now_ns() - begin;
    }
    int64_t skip = peer->count / 10;
    od_sort_ns(spans + skip, (size_t)(peer->count - skip));
    int64_t median = od_quantile_ns(spans + skip, (size_t)(peer->count - skip), 500);
    for (size_t i = 0; i < BODIES; i++) {
        free(bodies[i]);
    }
    free(spans);
    return median;
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    struct peer peer = {.listener = socket(AF_INET, SOCK_STREAM, 0)};
    pthread_t server;
    if (argc == 4) {
        peer.body_bytes = strtoull(argv[1], NULL, 10);
        peer.delay_ns = strtoll(argv[2], NULL, 10);
        peer.count = strtoll(argv[3], NULL, 10);
    }
    if (peer.body_bytes == 0 || peer.count < 10) {
        (void)fprintf(stderr, "usage: raw_socket BODY_BYTES DELAY_NS COUNT\n");
        return 2;
    }
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(peer.listener, (struct sockaddr *)&address, len) != 0 ||
        listen(peer.listener, 1) != 0 ||
        getsockname(peer.listener, (struct sockaddr *)&address, &len) != 0 ||
        pthread_create(&server, NULL, serve, &peer) != 0 ||
        connect(fd, (struct sockaddr *)&address, len) != 0) {
        perror("raw_socket");
        return 1;
    }
    no_delay(fd);
    int64_t median = measure(fd, &peer);
    (void)close(fd);
    (void)pthread_join(server, NULL);
    (void)close(peer.listener);
    (void)printf("bare socket, %zu bytes up: median %.2f ms\n", peer.body_bytes,
                 (double)median / 1e6);
    return 0;
}
