/* The times that a server counts of itself. */
#include "bench/counting.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "load/load.h"
#include "net/conn.h"

#include <stdlib.h>

#define REPLY_MAX  ((size_t)16 << 20)
#define TIMEOUT_NS INT64_C(2000000000)
#define TRIES      4
#define AGAIN_NS   INT64_C(1000000)
#define POLL_NS    INT64_C(100000000)

struct od_counting {
    const struct od_counters_source *source;
    const struct od_cell *cell;
    struct od_conn *conn;
    struct od_message message;
    struct od_reply reply;
    struct od_counters last;
    bool known; /* last was read */
};

static int port_of(const struct od_cell *cell, const struct od_counters_source *source)
{
    if (cell->target->metrics_port > 0) {
        return cell->target->metrics_port;
    }
    return source->port > 0 ? source->port
                            : od_target_port(cell->target, source->transport);
}

int od_counting_open(const struct od_plan *plan, const struct od_cell *cell,
                     struct od_counting **out, struct od_err *err)
{
    *out = NULL;
    if (cell->target->times == NULL) {
        return 0;
    }
    struct od_counting *counting = od_xcalloc(1, sizeof *counting);
    counting->cell = cell;
    counting->source = od_counters_find(cell->target->times, cell->protocol->transport);
    struct od_endpoint endpoint = od_plan_endpoint(plan, cell);
    endpoint.transport = counting->source->transport;
    endpoint.port = port_of(cell, counting->source);
    endpoint.fresh = false;
    endpoint.paper = false;
    endpoint.watch_acked = false;
    od_reply_init(&counting->reply, REPLY_MAX);
    if (counting->source->encode(counting->source, cell->model, &counting->message,
                                 err) == 0 &&
        od_conn_open(&endpoint, &counting->conn, err) == 0) {
        *out = counting;
        return 0;
    }
    od_counting_close(counting);
    return -1;
}

void od_counting_close(struct od_counting *counting)
{
    if (counting != NULL) {
        od_conn_close(counting->conn);
        od_message_release(&counting->message);
        od_reply_release(&counting->reply);
        free(counting);
    }
}

static bool read_now(struct od_counting *counting, struct od_counters *out,
                     struct od_err *err)
{
    struct od_call call = {.message = &counting->message, .timeout_ns = TIMEOUT_NS};
    struct od_stamps stamps;
    return od_conn_exchange(counting->conn, &call, &counting->reply, &stamps, err) == 0 &&
           counting->source->decode(counting->source, counting->cell->model,
                                    counting->cell->protocol->transport, &counting->reply,
                                    out, err) == 0;
}

void od_counting_cancel(struct od_counting *counting)
{
    if (counting != NULL) {
        od_conn_cancel(counting->conn);
    }
}

/* One reading, in a thread of its own so that it can be cancelled. */
struct look {
    struct od_counting *counting;
    bool read;
    struct od_err err;
};

static void look_once(struct od_workers *workers, int worker, void *arg)
{
    struct look *look = arg;
    (void)workers;
    (void)worker;
    look->read = read_now(look->counting, &look->counting->last, &look->err);
}

static int look_aside(struct od_counting *counting,
                      const volatile sig_atomic_t *interrupted, struct od_err *err)
{
    struct look look = {.counting = counting};
    struct od_workers *workers = NULL;
    if (od_workers_start(1, look_once, &look, &workers, err) != 0) {
        return -1;
    }
    while (!od_workers_wait(workers, POLL_NS)) {
        if (*interrupted != 0) {
            od_counting_cancel(counting);
        }
    }
    od_workers_join(workers);
    return look.read ? 0 : od_fail(err, look.err.code, "%s", look.err.msg);
}

int od_counting_check(const struct od_plan *plan, const struct od_cell *cell,
                      const volatile sig_atomic_t *interrupted, struct od_err *err)
{
    struct od_counting *counting = NULL;
    int rc = od_counting_open(plan, cell, &counting, err);
    if (rc == 0 && counting != NULL) {
        rc = look_aside(counting, interrupted, err);
    }
    if (rc != 0) {
        od_err_context(err, "target %s: no server times by times=%s", cell->target->name,
                       cell->target->times);
    }
    od_counting_close(counting);
    return rc;
}

void od_counting_mark(struct od_counting *counting)
{
    if (counting != NULL) {
        counting->known = read_now(counting, &counting->last, NULL);
    }
}

bool od_counting_between(struct od_counting *counting, int64_t requests,
                         struct od_server_facts *facts)
{
    if (counting == NULL) {
        return false;
    }
    struct od_counters before = counting->last;
    bool known = counting->known;
    /* A server may count a request a little after it has answered. */
    for (int i = 0; i < TRIES; i++) {
        od_counting_mark(counting);
        if (!known || !counting->known ||
            od_counters_between(counting->source, &before, &counting->last, requests,
                                facts)) {
            return known && counting->known;
        }
        od_sleep_until_ns(od_now_ns() + AGAIN_NS);
    }
    return false;
}
