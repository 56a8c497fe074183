/* The life of a lean server: threads that accept, serve and accept again. */
#include "floor/floor.h"

#include "floor/link.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/linux.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Further connections wait for one of so many to end. */
#define WORKERS_MAX 2048
/* How long to wait when the process has no descriptor left for a connection. */
#define PAUSE_NS (5 * INT64_C(1000000))

struct worker {
    struct od_floor *server;
    struct worker *next;
    pthread_t thread;
    int fd; /* the connection it serves, -1 none */
};

struct od_floor {
    struct od_floor_spec spec;
    int listener;
    int port;
    char *reply;
    atomic_bool closing;
    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t changed;
    struct worker *workers;
    int count;
    int idle;   /* those that wait for a connection */
    bool begun; /* the first has, or has failed */
    struct od_err failure;
};

static void *work(void *arg);

/* One more thread, which counts as idle at once. The mutex is held. */
static int add_worker(struct od_floor *server)
{
    struct worker *worker = od_xcalloc(1, sizeof *worker);
    worker->server = server;
    worker->fd = -1;
    int error = pthread_create(&worker->thread, NULL, work, worker);
    if (error != 0) {
        free(worker);
        return error;
    }
    worker->next = server->workers;
    server->workers = worker;
    server->count++;
    server->idle++;
    return 0;
}

/* Takes a connection over and sees to it that another thread waits for the next one. */
static bool take(struct worker *worker, int fd)
{
    struct od_floor *server = worker->server;
    int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)pthread_mutex_lock(&server->mutex);
    bool closing = atomic_load(&server->closing);
    if (!closing) {
        worker->fd = fd;
        server->idle--;
        if (server->idle == 0 && server->count < WORKERS_MAX) {
            /* When it fails the next connection waits for this one to end. */
            (void)add_worker(server);
        }
    }
    (void)pthread_mutex_unlock(&server->mutex);
    if (closing) {
        (void)close(fd);
    }
    return !closing;
}

static void let_go(struct worker *worker)
{
    struct od_floor *server = worker->server;
    (void)pthread_mutex_lock(&server->mutex);
    int fd = worker->fd;
    worker->fd = -1;
    server->idle++;
    (void)pthread_mutex_unlock(&server->mutex);
    (void)close(fd);
}

static void serve(const struct od_floor_link *link)
{
    switch (link->spec->kind) {
    case OD_FLOOR_RAW:
        od_floor_serve_raw(link);
        break;
    case OD_FLOOR_HTTP:
        od_floor_serve_http(link);
        break;
    case OD_FLOOR_GRPC:
        od_floor_serve_grpc(link);
        break;
    }
}

static bool begin(struct od_floor *server)
{
    struct od_err err = {0};
    od_thread_sharp_timers();
    bool good = server->spec.cpu < 0 || od_thread_pin(server->spec.cpu, &err) == 0;
    (void)pthread_mutex_lock(&server->mutex);
    if (!server->begun) {
        server->begun = true;
        server->failure = err;
        (void)pthread_cond_broadcast(&server->changed);
    }
    (void)pthread_mutex_unlock(&server->mutex);
    return good;
}

/*
 * Threads wait in accept themselves: a connection wakes the one that serves it, and none
 * is made inside the clock of one whose connections are new for every request.
 */
static void *work(void *arg)
{
    struct worker *worker = arg;
    struct od_floor *server = worker->server;
    struct od_floor_link link = {
        .spec = &server->spec, .closing = &server->closing, .reply = server->reply};
    if (!begin(server)) {
        return NULL;
    }
    link.chunk = od_xmalloc(OD_FLOOR_CHUNK);
    while (!atomic_load(&server->closing)) {
        link.fd = accept(server->listener, NULL, NULL);
        if (link.fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM)) {
            od_sleep_until_ns(od_now_ns() + PAUSE_NS);
        }
        if (link.fd < 0) {
            continue; /* interrupted, already gone, or the server is being closed */
        }
        if (!take(worker, link.fd)) {
            break;
        }
        serve(&link);
        let_go(worker);
    }
    free(link.chunk);
    return NULL;
}

static int listen_loopback(struct od_floor *server, struct od_err *err)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)server->spec.port)};
    socklen_t len = sizeof address;
    int on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server->listener < 0 ||
        setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(server->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(server->listener, SOMAXCONN) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &len) != 0) {
        return od_fail(err, OD_ESYS, "cannot listen on 127.0.0.1:%d: %s",
                       server->spec.port, strerror(errno));
    }
    server->port = ntohs(address.sin_port);
    return 0;
}

static int check(const struct od_floor_spec *spec, struct od_err *err)
{
    if (spec->port < 0 || spec->port > 65535) {
        return od_fail(err, OD_EINPUT, "port %d", spec->port);
    }
    if (spec->kind == OD_FLOOR_RAW && spec->reply_bytes == 0) {
        return od_fail(err, OD_EINPUT, "a raw reply of no bytes cannot be waited for");
    }
    if (spec->reply_bytes > INT32_MAX) {
        return od_fail(err, OD_EINPUT, "reply of %zu bytes: at most 2 GiB",
                       spec->reply_bytes);
    }
    return 0;
}

/* Waits until the first thread accepts, or says why it cannot. */
static int start(struct od_floor *server, struct od_err *err)
{
    (void)pthread_mutex_lock(&server->mutex);
    int error = add_worker(server);
    while (error == 0 && !server->begun) {
        (void)pthread_cond_wait(&server->changed, &server->mutex);
    }
    struct od_err failure = server->failure;
    (void)pthread_mutex_unlock(&server->mutex);
    if (error != 0) {
        return od_fail(err, OD_ESYS, "cannot start a thread: %s", strerror(error));
    }
    return failure.code == OD_OK ? 0 : od_fail(err, failure.code, "%s", failure.msg);
}

int od_floor_open(const struct od_floor_spec *spec, struct od_floor **out,
                  struct od_err *err)
{
    if (check(spec, err) != 0) {
        return -1;
    }
    struct od_floor *server = od_xcalloc(1, sizeof *server);
    server->spec = *spec;
    server->reply = od_xmalloc(spec->reply_bytes);
    if (spec->reply != NULL) {
        memcpy(server->reply, spec->reply, spec->reply_bytes);
    } else {
        od_floor_reply_fill(spec->kind, server->reply, spec->reply_bytes);
    }
    atomic_init(&server->closing, false);
    (void)pthread_mutex_init(&server->mutex, NULL);
    (void)pthread_cond_init(&server->changed, NULL);
    if (listen_loopback(server, err) != 0 || start(server, err) != 0) {
        od_floor_close(server);
        return -1;
    }
    *out = server;
    return 0;
}

int od_floor_port(const struct od_floor *server)
{
    return server->port;
}

void od_floor_close(struct od_floor *server)
{
    if (server == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&server->mutex);
    atomic_store(&server->closing, true);
    for (struct worker *worker = server->workers; worker != NULL; worker = worker->next) {
        if (worker->fd >= 0) {
            (void)shutdown(worker->fd, SHUT_RDWR);
        }
    }
    (void)pthread_mutex_unlock(&server->mutex);
    if (server->listener >= 0) {
        (void)shutdown(server->listener, SHUT_RDWR); /* ends every accept */
    }
    /* Nobody is added any more: who adds has looked at closing under the mutex. */
    while (server->workers != NULL) {
        struct worker *worker = server->workers;
        server->workers = worker->next;
        (void)pthread_join(worker->thread, NULL);
        free(worker);
    }
    if (server->listener >= 0) {
        (void)close(server->listener);
    }
    (void)pthread_cond_destroy(&server->changed);
    (void)pthread_mutex_destroy(&server->mutex);
    free(server->reply);
    free(server);
}
