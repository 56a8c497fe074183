/* Connections that exchange with themselves while they wait. */
#include "peer_conn.h"

#include "floor/floor.h"
#include "net/mirror.h"
#include "net/warm.h"

#include <stdatomic.h>
#include <stdlib.h>

#define HOLD_NS (20 * MS)
#define OFTEN   INT64_C(500000)

/* What the server was asked. */
struct heard {
    atomic_int requests;
    int64_t hold_ns;
    _Atomic(struct od_warm_use *)
        use; /* NULL, or another connection is at work meanwhile */
};

static int64_t draw(void *arg, int64_t received_ns)
{
    struct heard *heard = arg;
    struct od_warm_use *use = atomic_load(&heard->use);
    if (use != NULL) {
        atomic_store(&use->last_ns, received_ns + TIMEOUT_NS);
    }
    return heard->hold_ns;
}

static void replied(void *arg, int64_t received_ns, int64_t replied_ns)
{
    struct heard *heard = arg;
    (void)received_ns;
    (void)replied_ns;
    atomic_fetch_add(&heard->requests, 1);
}

struct both {
    enum od_transport transport;
    struct heard heard;
    struct od_floor *server;
    struct peer_exchange x;
};

static void begin_at(struct both *b, enum od_transport transport, int64_t hold_ns,
                     struct od_warm_use *use)
{
    struct od_err err = {0};
    struct od_floor_spec spec = {.kind =
                                     transport == OD_HTTP ? OD_FLOOR_HTTP : OD_FLOOR_GRPC,
                                 .reply_bytes = 3000,
                                 .cpu = -1,
                                 .draw_ns = draw,
                                 .replied = replied,
                                 .arg = &b->heard};
    memset(b, 0, sizeof *b);
    b->transport = transport;
    b->heard.hold_ns = hold_ns;
    assert_int_equal(od_net_init(transport, &err), 0);
    assert_int_equal(od_floor_open(&spec, &b->server, &err), 0);
    struct od_endpoint endpoint = {
        .transport = transport,
        .host = "127.0.0.1",
        .port = od_floor_port(b->server),
        .keep_warm = {.period_ns = OFTEN, .sharers = 1, .use = use}};
    peer_open(&b->x, &endpoint, "/peer");
    od_message_borrow(&b->x.message, "body", 4);
}

static void begin(struct both *b, enum od_transport transport, int64_t hold_ns)
{
    begin_at(b, transport, hold_ns, NULL);
}

static void end(struct both *b)
{
    peer_close(&b->x);
    od_floor_close(b->server);
    od_net_shutdown(b->transport);
}

static int64_t rehearsals(const struct both *b)
{
    return od_warm_rehearsals(b->x.conn->warm);
}

/* The rows of a connection that is kept warm are those of one that is not. */
static void waits(enum od_transport transport)
{
    struct both b;
    begin(&b, transport, HOLD_NS);
    int64_t before = rehearsals(&b);
    for (int i = 1; i <= 5 || (i <= 200 && rehearsals(&b) == before); i++) {
        peer_expect(&b.x, OD_OK, transport == OD_HTTP ? 200 : 0);
        assert_true(b.x.reply.body.len >= 3000);
        assert_int_equal(atomic_load(&b.heard.requests), i);
        /* One connection, and numbers of connections are not used up. */
        assert_int_equal(b.x.stamps.conn_id, 1);
        assert_int_equal(b.x.stamps.bytes_up, 4);
    }
    assert_true(rehearsals(&b) > before);
    end(&b);
}

/* No more often than was asked for. */
static void is_bounded(enum od_transport transport)
{
    struct both b;
    begin(&b, transport, HOLD_NS);
    int64_t before = rehearsals(&b);
    peer_expect(&b.x, OD_OK, transport == OD_HTTP ? 200 : 0);
    int64_t span = b.x.stamps.end_ns - b.x.stamps.send_ns;
    assert_true(rehearsals(&b) <= before + span / OFTEN + 1);
    end(&b);
}

static bool wait_until(void *arg, int64_t until_ns)
{
    int *calls = arg;
    ++*calls;
    od_sleep_until_ns(until_ns);
    return true;
}

/* A CPU that another connection keeps at work needs no rehearsals. */
static void shares(enum od_transport transport)
{
    struct both b;
    struct od_warm_use use = {0};
    int calls = 0;
    begin_at(&b, transport, 5 * HOLD_NS, &use);
    int64_t before = rehearsals(&b);
    atomic_store(&b.heard.use, &use);
    peer_expect(&b.x, OD_OK, transport == OD_HTTP ? 200 : 0);
    /* But for those until the server saw the request; of 200 that there would be. */
    assert_true(rehearsals(&b) < before + 40);
    before = rehearsals(&b);
    atomic_store(&use.last_ns, od_now_ns() + TIMEOUT_NS);
    struct od_start start = {
        .at_ns = od_now_ns() + 20 * MS, .wait = wait_until, .arg = &calls};
    assert_true(od_warm_start(b.x.conn, &start, 0));
    assert_int_equal(rehearsals(&b), before);
    atomic_store(&b.heard.use, NULL);
    atomic_store(&use.last_ns, 0);
    for (int i = 0; i < 200 && rehearsals(&b) == before; i++) {
        peer_expect(&b.x, OD_OK, transport == OD_HTTP ? 200 : 0);
    }
    assert_true(rehearsals(&b) > before);
    assert_true(atomic_load(&use.last_ns) > 0); /* it was at work itself */
    end(&b);
}

/* What ends an exchange early ends one that is kept warm. */
static void ends_early(enum od_transport transport)
{
    struct both b;
    begin(&b, transport, 3000 * MS);
    b.x.timeout_ns = 60 * MS;
    peer_expect(&b.x, OD_ETIMEOUT, 0);
    assert_true(b.x.stamps.end_ns - b.x.stamps.send_ns >= 60 * MS);
    assert_true(b.x.stamps.end_ns - b.x.stamps.send_ns < 1500 * MS);
    b.x.timeout_ns = TIMEOUT_NS;
    peer_check_cancel(&b.x);
    end(&b);
}

/* The server goes while a reply is awaited. */
static void *close_later(void *arg)
{
    struct both *b = arg;
    od_sleep_until_ns(od_now_ns() + 60 * MS);
    od_floor_close(b->server);
    b->server = NULL;
    return NULL;
}

static void breaks(enum od_transport transport)
{
    struct both b;
    pthread_t thread;
    begin(&b, transport, 3000 * MS);
    assert_int_equal(pthread_create(&thread, NULL, close_later, &b), 0);
    peer_expect(&b.x, OD_ERESET, 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(b.x.stamps.end_ns - b.x.stamps.send_ns < 2000 * MS);
    end(&b);
}

static bool miss(void *arg, int64_t until_ns)
{
    (void)until_ns;
    int *calls = arg;
    ++*calls;
    return false;
}

/* A start that is planned is kept, with a rehearsal ahead; a missed one is missed. */
static void starts(enum od_transport transport)
{
    struct both b;
    int calls = 0;
    begin(&b, transport, 0);
    struct od_start start = {
        .at_ns = od_now_ns() + 20 * MS, .wait = wait_until, .arg = &calls};
    struct od_call call = {
        .message = &b.x.message, .timeout_ns = TIMEOUT_NS, .start = &start};
    assert_int_equal(od_conn_exchange(b.x.conn, &call, &b.x.reply, &b.x.stamps, &b.x.err),
                     0);
    assert_int_equal(calls, 2);
    assert_true(b.x.stamps.send_ns >= start.at_ns);

    /* Another one is planned so shortly before it that nothing comes between. */
    calls = 0;
    int64_t before = rehearsals(&b);
    start = (struct od_start){
        .at_ns = od_now_ns() + 20 * MS, .wait = wait_until, .arg = &calls};
    start.before_ns = start.at_ns - MS / 10;
    assert_true(od_warm_start(b.x.conn, &start, 0));
    assert_int_equal(calls, 1);
    assert_int_equal(rehearsals(&b), before);

    calls = 0;
    int requests = atomic_load(&b.heard.requests);
    start =
        (struct od_start){.at_ns = od_now_ns() + 20 * MS, .wait = miss, .arg = &calls};
    assert_int_equal(od_conn_exchange(b.x.conn, &call, &b.x.reply, &b.x.stamps, &b.x.err),
                     -1);
    assert_int_equal(b.x.err.code, OD_ECANCELLED);
    assert_true(start.missed);
    assert_int_equal(calls, 1);
    assert_int_equal(atomic_load(&b.heard.requests), requests);
    end(&b);
}

/* Shuts down every connection of this process that does not lead to that port. */
static void shut_others(int port)
{
    for (int fd = 3; fd < 256; fd++) {
        struct sockaddr_in here = {0};
        struct sockaddr_in there = {0};
        socklen_t len = sizeof here;
        if (getsockname(fd, (struct sockaddr *)&here, &len) == 0 &&
            here.sin_family == AF_INET && (len = sizeof there) > 0 &&
            getpeername(fd, (struct sockaddr *)&there, &len) == 0 &&
            ntohs(here.sin_port) != port && ntohs(there.sin_port) != port) {
            (void)shutdown(fd, SHUT_RDWR);
        }
    }
}

/* Without its other end a connection goes on as one that is not kept warm. */
static void goes_on_cold(enum od_transport transport)
{
    struct both b;
    begin(&b, transport, HOLD_NS);
    peer_expect(&b.x, OD_OK, transport == OD_HTTP ? 200 : 0);
    int64_t before = rehearsals(&b);
    shut_others(od_floor_port(b.server));
    for (int i = 0; i < 3; i++) {
        peer_expect(&b.x, OD_OK, transport == OD_HTTP ? 200 : 0);
        assert_int_equal(b.x.stamps.conn_id, 1);
    }
    assert_true(rehearsals(&b) <= before + 1); /* the one that failed */
    end(&b);
}

/* More requests than the first window of an HTTP/2 connection lets through. */
static void many(enum od_transport transport)
{
    struct both b;
    begin(&b, transport, 0);
    int64_t wanted = rehearsals(&b) + INT64_C(2) * 65535 / (int64_t)OD_MIRROR_BODY;
    for (int i = 0; i < 5000 && rehearsals(&b) < wanted; i++) {
        int calls = 0;
        struct od_start start = {
            .at_ns = od_now_ns() + MS, .wait = wait_until, .arg = &calls};
        int64_t before = rehearsals(&b);
        assert_true(od_warm_start(b.x.conn, &start, 0));
        assert_true(rehearsals(&b) <= before + (calls == 2));
    }
    assert_true(rehearsals(&b) >= wanted);
    peer_expect(&b.x, OD_OK, transport == OD_HTTP ? 200 : 0);
    end(&b);
}

static void all(enum od_transport transport)
{
    waits(transport);
    is_bounded(transport);
    shares(transport);
    ends_early(transport);
    breaks(transport);
    starts(transport);
    goes_on_cold(transport);
    many(transport);
}

static void test_http(void **state)
{
    (void)state;
    all(OD_HTTP);
}

static void test_grpc(void **state)
{
    (void)state;
    all(OD_GRPC);
}

int main(void)
{
    (void)setenv("GRPC_POLL_STRATEGY", "poll", 1);
    (void)setenv("GRPC_VERBOSITY", "NONE", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_http),
        cmocka_unit_test(test_grpc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
