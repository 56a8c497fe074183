/*
 * A lean server of lib/floor in a process of its own, so that clients can be compared:
 *   lean_server raw|http|grpc PORT_FILE [REPLY_BYTES|@FILE [HOLD [CPU [LOG]]]]
 * Writes its port into PORT_FILE and serves 127.0.0.1 until SIGTERM or SIGINT. A
 * file holds the reply itself. HOLD is what stands behind "fixed:" in odbench-serve's
 * --model, without errors, drawn from seed 1. LOG gets a CSV line a reply,
 * in their order. Defaults: 2048 bytes, 0s, any CPU, no log.
 */
#include "base/file.h"
#include "base/parse.h"
#include "engine/ruler.h"
#include "floor/floor.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define REPLY_MAX ((size_t)64 << 20)

/* The delays and the log, for all connections. */
struct truth {
    pthread_mutex_t lock;
    struct od_ruler ruler;
    struct od_rng rng;
    int64_t epoch_ns; /* when the first request had come; -1: none has */
    FILE *log;        /* NULL: none */
};

static int64_t draw(void *arg, int64_t received_ns)
{
    struct truth *truth = arg;
    (void)pthread_mutex_lock(&truth->lock);
    truth->epoch_ns = truth->epoch_ns < 0 ? received_ns : truth->epoch_ns;
    int64_t ns = od_ruler_draw(&truth->ruler, &truth->rng);
    if (truth->ruler.stall_ns > 0) {
        ns += od_ruler_stalled_ns(&truth->ruler, received_ns - truth->epoch_ns, ns);
    }
    (void)pthread_mutex_unlock(&truth->lock);
    return ns;
}

static void replied(void *arg, int64_t received_ns, int64_t replied_ns)
{
    struct truth *truth = arg;
    (void)pthread_mutex_lock(&truth->lock);
    (void)fprintf(truth->log, "%lld,%lld\n", (long long)received_ns,
                  (long long)replied_ns);
    (void)pthread_mutex_unlock(&truth->lock);
}

static int open_log(const char *path, struct truth *truth, struct od_err *err)
{
    truth->log = fopen(path, "w");
    if (truth->log == NULL) {
        return od_fail(err, OD_EOUTPUT, "%s: %s", path, strerror(errno));
    }
    (void)fputs("received_ns,replied_ns\n", truth->log);
    return 0;
}

static int read_hold(const char *text, struct od_floor_spec *spec, struct truth *truth,
                     struct od_err *err)
{
    if (od_ruler_parse(text, &truth->ruler, err) != 0) {
        return -1;
    }
    if (truth->ruler.fail_every > 0) {
        return od_fail(err, OD_EINPUT, "no errors here");
    }
    spec->hold_ns = truth->ruler.centre_ns;
    if (truth->ruler.shape != OD_RULER_CONSTANT || truth->ruler.stall_ns > 0) {
        spec->draw_ns = draw;
    }
    return 0;
}

static int read_reply(const char *text, struct od_floor_spec *spec, struct od_buf *file,
                      struct od_err *err)
{
    int64_t bytes = 0;
    if (text[0] != '@') {
        int rc = od_parse_bytes(text, &bytes, err);
        spec->reply_bytes = (size_t)bytes;
        return rc;
    }
    if (od_file_read(text + 1, file, err) != 0) {
        return -1;
    }
    spec->reply = file->data;
    spec->reply_bytes = file->len;
    return 0;
}

static int read_arguments(int argc, char **argv, struct od_floor_spec *spec,
                          struct od_buf *file, struct truth *truth, struct od_err *err)
{
    static const char *const kinds[] = {"raw", "http", "grpc"};
    int64_t cpu = -1;
    int kind = 0;
    if (argc < 3 || argc > 7) {
        return od_fail(err, OD_EINPUT,
                       "usage: lean_server raw|http|grpc PORT_FILE "
                       "[REPLY_BYTES|@FILE [HOLD [CPU [LOG]]]]");
    }
    while (kind < 3 && strcmp(argv[1], kinds[kind]) != 0) {
        kind++;
    }
    if (kind == 3) {
        return od_fail(err, OD_EINPUT, "'%s' is none of raw, http, grpc", argv[1]);
    }
    if ((argc > 3 && read_reply(argv[3], spec, file, err) != 0) ||
        (argc > 4 && read_hold(argv[4], spec, truth, err) != 0) ||
        (argc > 5 && od_parse_i64(argv[5], -1, INT_MAX, &cpu, err) != 0) ||
        (argc > 6 && open_log(argv[6], truth, err) != 0)) {
        return -1;
    }
    spec->replied = truth->log != NULL ? replied : NULL;
    spec->arg = truth;
    spec->kind = (enum od_floor_kind)kind;
    spec->cpu = (int)cpu;
    return 0;
}

static int serve(const struct od_floor_spec *spec, const char *port_file,
                 struct od_err *err)
{
    struct od_floor *server = NULL;
    sigset_t ends;
    char port[16];
    int number = 0;
    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGINT);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &ends, NULL); /* before the threads, which inherit it */
    if (od_floor_open(spec, &server, err) != 0) {
        return -1;
    }
    int len = snprintf(port, sizeof port, "%d\n", od_floor_port(server));
    int rc = od_file_write(port_file, port, (size_t)len, err);
    if (rc == 0) {
        (void)sigwait(&ends, &number);
    }
    od_floor_close(server);
    return rc;
}

int main(int argc, char **argv)
{
    struct od_floor_spec spec = {.reply_bytes = 2048, .cpu = -1};
    struct truth truth = {.lock = PTHREAD_MUTEX_INITIALIZER, .epoch_ns = -1};
    struct od_err err = {0};
    struct od_buf file;
    od_buf_init(&file, REPLY_MAX);
    od_rng_init(&truth.rng, 1, 0);
    if (read_arguments(argc, argv, &spec, &file, &truth, &err) != 0 ||
        serve(&spec, argv[2], &err) != 0) {
        (void)fprintf(stderr, "lean_server: %s\n", err.msg);
    }
    if (truth.log != NULL && fclose(truth.log) != 0 && err.code == OD_OK) {
        (void)od_fail(&err, OD_EOUTPUT, "%s: %s", argv[6], strerror(errno));
        (void)fprintf(stderr, "lean_server: %s\n", err.msg);
    }
    od_buf_release(&file);
    return od_code_exit(err.code);
}
