/* Our own client beside a raw exchange of the same bytes. */
#include "bench/rounds.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/sort.h"
#include "net/conn.h"
#include "stats/quantile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The first exchanges of a connection are several times slower: windows open. */
#define WARMUP ((size_t)8)
/* Before each batch: the one before has filled the caches with other bytes. */
#define REFILL     ((size_t)2)
#define BATCH_MIN  ((size_t)3)
#define TIMEOUT_NS (3 * INT64_C(1000000000)) /* on loopback: something is wrong */
/* As a real request has it: a head of its own, then the bytes of the image. */
#define HEAD ((size_t)76)

struct variant {
    enum od_rounds_variant kind;
    struct od_floor_client *raw;
    struct od_conn *conn;
    struct od_message message;
    struct od_reply reply;
    int64_t *spans_ns; /* of all rounds */
    size_t count;
    int64_t medians_ns[OD_ROUNDS_MAX];
};

struct rounds {
    const struct od_rounds_ask *ask;
    char *body;
    struct variant variants[OD_ROUNDS_VARIANTS];
    size_t variant_count;
    size_t batch;
    size_t done;
    int64_t hurry_ns; /* from here on one exchange is enough, where more are planned */
};

const char *od_rounds_name(enum od_rounds_variant variant)
{
    static const char *const names[] = {"raw", "gRPC", "REST"};
    return names[variant];
}

enum od_rounds_variant od_rounds_of(enum od_transport transport)
{
    return transport == OD_GRPC ? OD_ROUNDS_GRPC : OD_ROUNDS_REST;
}

int od_rounds_open(unsigned variants, int cpu, struct od_rounds_servers *servers,
                   struct od_err *err)
{
    static const enum od_floor_kind kinds[] = {OD_FLOOR_RAW, OD_FLOOR_GRPC,
                                               OD_FLOOR_HTTP};
    for (size_t i = 0; i < OD_ROUNDS_VARIANTS; i++) {
        struct od_floor_spec spec = {
            .kind = kinds[i], .reply_bytes = OD_ROUNDS_REPLY, .cpu = cpu};
        if ((variants & (1U << i)) != 0 &&
            od_floor_open(&spec, &servers->of[i], err) != 0) {
            od_rounds_close(servers);
            return -1;
        }
    }
    return 0;
}

void od_rounds_close(struct od_rounds_servers *servers)
{
    for (size_t i = 0; i < OD_ROUNDS_VARIANTS; i++) {
        od_floor_close(servers->of[i]);
        servers->of[i] = NULL;
    }
}

static int open_client(const struct rounds *r, struct variant *v, struct od_err *err)
{
    size_t len = r->ask->body_bytes;
    size_t head = len < HEAD ? len : HEAD;
    struct od_endpoint endpoint = {.transport =
                                       v->kind == OD_ROUNDS_GRPC ? OD_GRPC : OD_HTTP,
                                   .host = "127.0.0.1",
                                   .port = od_floor_port(r->ask->servers->of[v->kind]),
                                   .fresh = r->ask->fresh,
                                   .paper = r->ask->paper};
    char *front = od_xmalloc(head);
    memcpy(front, r->body, head);
    v->message.verb = "POST";
    v->message.path = od_xstrdup(v->kind == OD_ROUNDS_GRPC
                                     ? "/tensorflow.serving.PredictionService/Predict"
                                     : "/v1/models/floor:predict");
    if (v->kind == OD_ROUNDS_REST) {
        od_headers_add(&v->message.headers, "Content-Type", "application/json");
    }
    od_message_own(&v->message, front, head);
    od_message_borrow(&v->message, r->body + head, len - head);
    return od_conn_open(&endpoint, &v->conn, err) == 0
               ? od_conn_connect(v->conn, TIMEOUT_NS, err)
               : -1;
}

static int open_variant(const struct rounds *r, struct variant *v, struct od_err *err)
{
    const struct od_rounds_ask *ask = r->ask;
    od_reply_init(&v->reply, 0);
    v->spans_ns = od_xcalloc(ask->rounds_max * ask->batch_max, sizeof *v->spans_ns);
    if (v->kind != OD_ROUNDS_RAW) {
        return open_client(r, v, err);
    }
    struct od_floor_raw raw = {.port = od_floor_port(ask->servers->of[v->kind]),
                               .body_bytes = ask->body_bytes,
                               .reply_bytes = OD_ROUNDS_REPLY,
                               .fresh = ask->fresh};
    return od_floor_client_open(&raw, &v->raw, err);
}

static int exchange(struct variant *v, int64_t *span_ns, struct od_err *err)
{
    struct od_call call = {.message = &v->message, .timeout_ns = TIMEOUT_NS};
    struct od_stamps stamps;
    if (v->kind == OD_ROUNDS_RAW) {
        return od_floor_client_run(v->raw, 1, span_ns, err);
    }
    if (od_conn_exchange(v->conn, &call, &v->reply, &stamps, err) != 0) {
        return -1;
    }
    int good = v->kind == OD_ROUNDS_GRPC ? 0 : 200;
    if (v->reply.code != good || v->reply.body.len != OD_ROUNDS_REPLY) {
        return od_fail(err, OD_ESERVER, "lean server: code %d, %zu bytes", v->reply.code,
                       v->reply.body.len);
    }
    *span_ns = stamps.end_ns - stamps.send_ns;
    return 0;
}

/* *count exchanges, or fewer when there is hurry: *count then tells. out_ns may be NULL.
 */
static int run(const struct rounds *r, struct variant *v, size_t *count, int64_t *out_ns,
               struct od_err *err)
{
    for (size_t i = 0; i < *count; i++) {
        int64_t span_ns = 0;
        if (i > 0 && od_now_ns() > r->hurry_ns) {
            *count = i;
            break;
        }
        if (atomic_load(r->ask->stop)) {
            return od_fail(err, OD_ECANCELLED, "interrupted");
        }
        if (exchange(v, &span_ns, err) != 0) {
            return -1;
        }
        if (out_ns != NULL) {
            out_ns[i] = span_ns;
        }
    }
    return 0;
}

/* Warms every connection up and finds a batch with which the rounds fit the budget. */
static int warm_up(struct rounds *r, struct od_err *err)
{
    int64_t sum_ns = 1;
    for (size_t i = 0; i < r->variant_count; i++) {
        int64_t spans_ns[WARMUP] = {0};
        size_t count = WARMUP;
        if (run(r, &r->variants[i], &count, spans_ns, err) != 0) {
            return -1;
        }
        od_sort_ns(spans_ns, count);
        sum_ns += od_quantile_ns(spans_ns, count, 500);
    }
    int64_t fit =
        r->ask->budget_ns / (int64_t)r->ask->rounds_max / sum_ns - (int64_t)REFILL;
    r->batch = fit < (int64_t)BATCH_MIN ? BATCH_MIN : (size_t)fit;
    r->batch = r->batch < r->ask->batch_max ? r->batch : r->ask->batch_max;
    return 0;
}

/* Each round begins with another variant. */
static int one_round(struct rounds *r, struct od_err *err)
{
    for (size_t i = 0; i < r->variant_count; i++) {
        struct variant *v = &r->variants[(i + r->done) % r->variant_count];
        int64_t *spans_ns = v->spans_ns + v->count;
        size_t refill = REFILL;
        size_t count = r->batch;
        if (run(r, v, &refill, NULL, err) != 0 || run(r, v, &count, spans_ns, err) != 0) {
            return -1;
        }
        od_sort_ns(spans_ns, count);
        v->medians_ns[r->done] = od_quantile_ns(spans_ns, count, 500);
        v->count += count;
    }
    r->done++;
    return 0;
}

static double middle(double *values, size_t count)
{
    od_sort_doubles(values, count);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

static struct od_rounds_span sum_up(const struct rounds *r, struct variant *v)
{
    double medians[OD_ROUNDS_MAX];
    double ratios[OD_ROUNDS_MAX];
    double costs[OD_ROUNDS_MAX];
    struct od_rounds_span span = {.count = v->count, .p99_ns = -1};
    for (size_t i = 0; i < r->done; i++) {
        double raw = (double)r->variants[0].medians_ns[i];
        medians[i] = (double)v->medians_ns[i];
        ratios[i] = medians[i] / raw;
        costs[i] = medians[i] - raw;
    }
    span.p50_ns = (int64_t)llround(middle(medians, r->done));
    span.ratio = middle(ratios, r->done);
    span.cost_ns = (int64_t)llround(middle(costs, r->done));
    if (v->count >= od_quantile_needs(990)) {
        od_sort_ns(v->spans_ns, v->count);
        span.p99_ns = od_quantile_ns(v->spans_ns, v->count, 990);
    }
    return span;
}

static int measure(struct rounds *r, struct od_err *err)
{
    int64_t begin_ns = od_now_ns();
    for (size_t i = 0; i < r->variant_count; i++) {
        if (open_variant(r, &r->variants[i], err) != 0) {
            return -1;
        }
    }
    r->hurry_ns = begin_ns + r->ask->budget_ns / 2;
    if (warm_up(r, err) != 0) {
        return -1;
    }
    r->hurry_ns = begin_ns + r->ask->budget_ns;
    while (r->done == 0 ||
           (r->done < r->ask->rounds_max && od_now_ns() - begin_ns < r->ask->budget_ns)) {
        if (one_round(r, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static void release(struct rounds *r)
{
    for (size_t i = 0; i < r->variant_count; i++) {
        struct variant *v = &r->variants[i];
        od_conn_close(v->conn);
        od_floor_client_close(v->raw);
        od_message_release(&v->message);
        od_reply_release(&v->reply);
        free(v->spans_ns);
    }
    free(r->body);
    free(r);
}

int od_rounds_measure(const struct od_rounds_ask *ask, struct od_rounds_result *out,
                      struct od_err *err)
{
    struct rounds *r = od_xcalloc(1, sizeof *r);
    *out = (struct od_rounds_result){0};
    r->ask = ask;
    r->body = od_xmalloc(ask->body_bytes);
    memset(r->body, '1', ask->body_bytes);
    for (size_t i = 0; i < OD_ROUNDS_VARIANTS; i++) {
        out->of[i] =
            (struct od_rounds_span){.p50_ns = -1, .p99_ns = -1, .ratio = (double)NAN};
        if (i == OD_ROUNDS_RAW || (ask->variants & (1U << i)) != 0) {
            r->variants[r->variant_count++].kind = (enum od_rounds_variant)i;
        }
    }
    int rc = measure(r, err);
    for (size_t i = 0; i < r->variant_count && rc == 0; i++) {
        out->of[r->variants[i].kind] = sum_up(r, &r->variants[i]);
    }
    out->rounds = r->done;
    release(r);
    return rc;
}
