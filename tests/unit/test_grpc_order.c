/* Where the stamps of a gRPC reply lie when a server sends other frames before it, and
 * the client runs late. */
#include "peer_hold.h"

#include <netinet/tcp.h>
#include <stdlib.h>

/* RFC 9113, 6. */
enum frame_type { DATA, HEADERS, RST_STREAM = 3, SETTINGS, PING = 6, WINDOW_UPDATE = 8 };
enum { HEAD_BYTES = 9, END_STREAM = 1, ACK = 1, END_HEADERS = 4 };

/* A server of one connection, which does the same for every request; it decodes none. */
struct server {
    int listener;
    int port;
    int conn;
    pthread_t thread;
    /* On the head of a request and on its end. */
    void (*on_head)(struct server *s, int stream);
    void (*on_end)(struct server *s, int stream);
    struct pieces pieces;
    atomic_bool done;
};

/* Lengths of frames and numbers of streams fit into a byte here. */
static size_t add(unsigned char *to, enum frame_type type, int flags, int stream,
                  const void *data, size_t len)
{
    unsigned char head[HEAD_BYTES] = {
        0, 0, (unsigned char)len,   (unsigned char)type, (unsigned char)flags, 0,
        0, 0, (unsigned char)stream};
    memcpy(to, head, sizeof head);
    if (len > 0) {
        memcpy(to + sizeof head, data, len);
    }
    return sizeof head + len;
}

static void put(struct server *s, const unsigned char *bytes, size_t len)
{
    (void)send(s->conn, bytes, len, MSG_NOSIGNAL);
}

static void put_frame(struct server *s, enum frame_type type, int flags, int stream,
                      const void *data, size_t len)
{
    unsigned char frame[128];
    put(s, frame, add(frame, type, flags, stream, data, len));
}

/* RFC 7541: ":status: 200" of the static table, and names that are not indexed. */
#define FIELDS                                                                           \
    "\x88\x0f\x10\x10"                                                                   \
    "application/grpc"
#define STATUS0                                                                          \
    "\x00\x0bgrpc-status\x01"                                                            \
    "0"

static void put_head(struct server *s, int stream)
{
    od_sleep_until_ns(od_now_ns() + PAUSE_NS);
    atomic_store(&s->pieces.from_ns[0], od_now_ns());
    put_frame(s, HEADERS, END_HEADERS, stream, FIELDS, sizeof FIELDS - 1);
    atomic_store(&s->pieces.to_ns[0], od_now_ns());
}

static void put_rest(struct server *s, int stream)
{
    static const unsigned char message[] = {0, 0, 0, 0, 2, 'o', 'k'};
    unsigned char both[128];
    size_t len = add(both, DATA, 0, stream, message, sizeof message);
    len += add(both + len, HEADERS, END_HEADERS | END_STREAM, stream, STATUS0,
               sizeof STATUS0 - 1);
    od_sleep_until_ns(od_now_ns() + PAUSE_NS);
    atomic_store(&s->pieces.from_ns[1], od_now_ns());
    put(s, both, len);
    atomic_store(&s->pieces.to_ns[1], od_now_ns());
}

static bool get(struct server *s, void *to, size_t len)
{
    for (size_t have = 0; have < len;) {
        ssize_t more = recv(s->conn, (char *)to + have, len - have, 0);
        if (more <= 0) {
            return false;
        }
        have += (size_t)more;
    }
    return true;
}

static bool pass_over(struct server *s, size_t len)
{
    char some[4096];
    bool there = true;
    while (there && len > 0) {
        size_t now = len < sizeof some ? len : sizeof some;
        there = get(s, some, now);
        len -= now;
    }
    return there;
}

static bool get_frame(struct server *s)
{
    unsigned char head[HEAD_BYTES];
    unsigned char opaque[8];
    if (!get(s, head, sizeof head)) {
        return false;
    }
    size_t len = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2];
    bool pings = head[3] == PING && len == sizeof opaque;
    if (pings ? !get(s, opaque, len) : !pass_over(s, len)) {
        return false;
    }
    if (pings && (head[4] & ACK) == 0) {
        put_frame(s, PING, ACK, 0, opaque, sizeof opaque);
    } else if (head[3] == SETTINGS && (head[4] & ACK) == 0) {
        put_frame(s, SETTINGS, ACK, 0, NULL, 0);
    } else if (head[3] == HEADERS && s->on_head != NULL) {
        s->on_head(s, head[8]);
    } else if (head[3] == DATA && (head[4] & END_STREAM) != 0) {
        s->on_end(s, head[8]);
        atomic_store(&s->done, true);
    }
    return true;
}

static void *run_server(void *arg)
{
    struct server *s = arg;
    int on = 1;
    s->conn = accept(s->listener, NULL, NULL);
    (void)setsockopt(s->conn, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    put_frame(s, SETTINGS, 0, 0, NULL, 0);
    bool there = pass_over(s, sizeof "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" - 1);
    while (there) {
        there = get_frame(s);
    }
    (void)close(s->conn);
    return NULL;
}

/* watched: the client watches for the acknowledgement of the request. */
static void start(struct server *s, struct peer_exchange *x, const bool *watched,
                  void (*on_head)(struct server *s, int stream),
                  void (*on_end)(struct server *s, int stream))
{
    memset(s, 0, sizeof *s);
    s->on_head = on_head;
    s->on_end = on_end;
    s->listener = listen_here(&s->port);
    assert_int_equal(pthread_create(&s->thread, NULL, run_server, s), 0);
    struct od_endpoint endpoint = {.transport = OD_GRPC,
                                   .host = "127.0.0.1",
                                   .port = s->port,
                                   .watch_acked = *watched};
    peer_open(x, &endpoint, "/peer/echo");
    od_message_borrow(&x->message, "body", 4);
    assert_int_equal(od_conn_connect(x->conn, TIMEOUT_NS, &x->err), 0);
    atomic_store(&gate, false);
    atomic_store(&hold_poll, false);
}

static void stop(struct server *s, struct peer_exchange *x)
{
    peer_close(x);
    (void)pthread_join(s->thread, NULL);
    (void)close(s->listener);
}

static void expect(struct peer_exchange *x, struct server *s, int code)
{
    atomic_store(&s->done, false);
    exchanging = true;
    peer_expect(x, OD_OK, code);
    exchanging = false;
    await(&s->done);
}

static void reply_in_pieces(struct server *s, int stream)
{
    put_head(s, stream);
    put_rest(s, stream);
}

static void pieces_with_a_pause(void **state)
{
    struct server s;
    struct peer_exchange x;
    int there = 0;
    start(&s, &x, *state, NULL, reply_in_pieces);
    for (int i = 0; i < 10; i++) {
        expect(&x, &s, 0);
        assert_memory_equal(x.reply.body.data, "ok", 2);
        assert_not_early(&x.stamps, &s.pieces);
        there += on_time(&x.stamps, &s.pieces) ? 1 : 0;
    }
    assert_true(there > 0);
    stop(&s, &x);
}

/* The head stands behind another frame, in one segment. */
static void reply_behind_a_window(struct server *s, int stream)
{
    unsigned char both[128];
    size_t len = add(both, WINDOW_UPDATE, 0, 0, "\0\0\0\1", 4);
    len += add(both + len, HEADERS, END_HEADERS, stream, FIELDS, sizeof FIELDS - 1);
    od_sleep_until_ns(od_now_ns() + PAUSE_NS);
    atomic_store(&s->pieces.from_ns[0], od_now_ns());
    put(s, both, len);
    atomic_store(&s->pieces.to_ns[0], od_now_ns());
    put_rest(s, stream);
}

static void head_behind_a_frame(void **state)
{
    struct server s;
    struct peer_exchange x;
    int there = 0;
    start(&s, &x, *state, NULL, reply_behind_a_window);
    for (int i = 0; i < 10; i++) {
        expect(&x, &s, 0);
        assert_not_early(&x.stamps, &s.pieces);
        there += on_time(&x.stamps, &s.pieces) ? 1 : 0;
    }
    assert_true(there > 0);
    stop(&s, &x);
}

static void windows_then_reply(struct server *s, int stream)
{
    od_sleep_until_ns(od_now_ns() + PAUSE_NS); /* behind the upload's stamp */
    for (int i = 0; i < MANY; i++) {
        put_frame(s, WINDOW_UPDATE, 0, 0, "\0\0\0\1", 4);
    }
    reply_in_pieces(s, stream);
    atomic_store(&gate, true);
}

/* They are unread together with the reply, and are not its first byte. */
static void frames_of_the_connection_are_no_reply(void **state)
{
    struct server s;
    struct peer_exchange x;
    start(&s, &x, *state, NULL, windows_then_reply);
    for (int i = 0; i < 3; i++) {
        atomic_store(&gate, false);
        atomic_store(&hold_poll, true);
        expect(&x, &s, 0);
        assert_false(atomic_load(&hold_poll));
        assert_not_early(&x.stamps, &s.pieces);
    }
    stop(&s, &x);
}

/* The second request is not answered in time; its headers come in the third's time. */
static void answer_late(struct server *s, int stream)
{
    if (stream == 3) {
        return;
    }
    if (stream == 5) {
        od_sleep_until_ns(od_now_ns() + PAUSE_NS); /* behind the upload's stamp */
        put_frame(s, HEADERS, END_HEADERS, 3, FIELDS, sizeof FIELDS - 1);
    }
    reply_in_pieces(s, stream);
}

static void headers_of_a_call_before(void **state)
{
    struct server s;
    struct peer_exchange x;
    start(&s, &x, *state, NULL, answer_late);
    expect(&x, &s, 0);
    int64_t usual_ns = x.timeout_ns;
    x.timeout_ns = 100 * MS;
    peer_expect(&x, OD_ETIMEOUT, 0);
    x.timeout_ns = usual_ns;
    expect(&x, &s, 0);
    assert_not_early(&x.stamps, &s.pieces);
    stop(&s, &x);
}

static void reply_then_pings(struct server *s, int stream)
{
    reply_in_pieces(s, stream);
    for (int i = 0; i < MANY; i++) {
        put_frame(s, PING, 0, 0, "odbench", 8);
    }
}

/* Refuses a request that is still on its way, and takes no more of it. */
static void refuse(struct server *s, int stream)
{
    static const char fields[] = FIELDS "\x00\x0bgrpc-status\x01"
                                        "8";
    if (stream > 1) {
        put_frame(s, HEADERS, END_HEADERS | END_STREAM, stream, fields,
                  sizeof fields - 1);
        put_frame(s, RST_STREAM, 0, stream, "\0\0\0\0", 4);
        atomic_store(&gate, true);
        atomic_store(&s->done, true);
    }
}

/* What had come while the connection was idle is no part of that reply. */
static void idle_pings_before_an_early_refusal(void **state)
{
    struct server s;
    struct peer_exchange x;
    size_t len = (size_t)8 << 20;
    start(&s, &x, *state, refuse, reply_then_pings);
    expect(&x, &s, 0);
    od_sleep_until_ns(od_now_ns() + PAUSE_NS);
    od_message_own(&x.message, od_xcalloc(len, 1), len);
    atomic_store(&hold_poll, true);
    expect(&x, &s, 8);
    atomic_store(&hold_poll, false); /* core may have read the refusal without waiting */
    assert_true(x.stamps.first_ns >= x.stamps.send_ns);
    stop(&s, &x);
}

static int set_up(void **state)
{
    (void)state;
    return setenv("GRPC_POLL_STRATEGY", "poll", 1) == 0 &&
                   setenv("GRPC_VERBOSITY", "NONE", 0) == 0
               ? od_net_init(OD_GRPC, NULL)
               : -1;
}

static int tear_down(void **state)
{
    (void)state;
    od_net_shutdown(OD_GRPC);
    return 0;
}

int main(void)
{
    static bool unwatched = false;
    static bool watched = true;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(pieces_with_a_pause, &unwatched),
        cmocka_unit_test_prestate(pieces_with_a_pause, &watched),
        cmocka_unit_test_prestate(head_behind_a_frame, &unwatched),
        cmocka_unit_test_prestate(head_behind_a_frame, &watched),
        cmocka_unit_test_prestate(frames_of_the_connection_are_no_reply, &unwatched),
        cmocka_unit_test_prestate(frames_of_the_connection_are_no_reply, &watched),
        cmocka_unit_test_prestate(headers_of_a_call_before, &unwatched),
        cmocka_unit_test_prestate(headers_of_a_call_before, &watched),
        cmocka_unit_test_prestate(idle_pings_before_an_early_refusal, &unwatched),
        cmocka_unit_test_prestate(idle_pings_before_an_early_refusal, &watched),
    };
    return cmocka_run_group_tests_name("gRPC order", tests, set_up, tear_down);
}
