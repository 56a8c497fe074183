/* When bytes came to this host, held against the clock around the sends that brought
 * them; nobody looks before a pause has passed, so that times of looking would be too
 * late. */
#include "peer_pair.h"

#include "floor/floor.h"
#include "net/rx.h"

#include <errno.h>
#include <stdlib.h>

#define JOINED   40
#define PAUSE_NS (30 * MS)

struct window {
    int64_t from_ns;
    int64_t to_ns;
};

/* The other end sends, and the kernel delivers on loopback before send() returns. */
static struct window send_text(const struct pair *pair, const char *text)
{
    struct window window = {.from_ns = od_now_ns()};
    assert_int_equal(send(pair->theirs, text, strlen(text), 0), strlen(text));
    window.to_ns = od_now_ns();
    od_sleep_until_ns(window.to_ns + PAUSE_NS);
    return window;
}

static void assert_within(int64_t at_ns, const struct window *window)
{
    /* The two clocks are read one after the other. */
    assert_true(at_ns >= window->from_ns - MS / 10);
    assert_true(at_ns <= window->to_ns + MS / 10);
}

/* The kernel begins to note times a moment after the first socket has asked for them. */
static void open_stamped(struct pair *pair)
{
    char got[8];
    struct od_tcp_unread unread = {.first_ns = -1};
    open_pair(pair);
    assert_true(od_tcp_stamp_arrivals(pair->ours));
    for (int i = 0; i < 100 && unread.first_ns < 0; i++) {
        (void)send_text(pair, "hello");
        od_tcp_unread(pair->ours, NULL, &unread);
        assert_int_equal(recv(pair->ours, got, sizeof got, 0), 5);
    }
    assert_true(unread.first_ns >= 0);
}

static void test_times(void **state)
{
    (void)state;
    struct pair pair;
    struct od_rx rx = {0};
    struct od_tcp_facts facts;
    char got[16];
    open_stamped(&pair);
    od_rx_begin(&rx, pair.ours);
    od_rx_look(&rx);
    assert_int_equal(rx.unread.first_ns, -1);
    struct window sent = send_text(&pair, "reply");
    od_rx_look(&rx);
    assert_int_equal(recv(pair.ours, got, sizeof got, 0), 5);
    int64_t read_ns = od_now_ns();
    od_tcp_read(pair.ours, &facts);
    int64_t first = od_rx_first(&rx, sent.from_ns - MS, read_ns);
    assert_within(first, &sent);
    assert_within(od_rx_last(&rx, first, read_ns, &facts), &sent);

    /* The kernel may join segments in its queue, so that both have the later time. */
    od_rx_begin(&rx, pair.ours);
    sent = send_text(&pair, "first");
    struct window then = send_text(&pair, "last");
    od_rx_look(&rx);
    assert_int_equal(recv(pair.ours, got, sizeof got, 0), 9);
    read_ns = od_now_ns();
    od_tcp_read(pair.ours, &facts);
    first = od_rx_first(&rx, sent.from_ns - MS, read_ns);
    assert_true(first >= sent.from_ns - MS / 10 && first <= then.to_ns + MS / 10);
    assert_within(od_rx_last(&rx, first, read_ns, &facts), &then);
    close_pair(&pair);
}

/* What is known from before changes nothing but the work. */
static void assert_same_look(const struct pair *pair, const struct od_tcp_facts *before,
                             int64_t received_bytes)
{
    struct od_tcp_unread plain;
    struct od_tcp_unread spared;
    od_tcp_unread(pair->ours, NULL, &plain);
    od_tcp_unread(pair->ours, before, &spared);
    assert_true(plain.first_ns >= 0);
    assert_true(llabs(spared.first_ns - plain.first_ns) < MS / 10);
    assert_true(llabs(spared.last_ns - plain.last_ns) < MS / 10);
    assert_int_equal(plain.received_bytes, received_bytes);
    assert_int_equal(spared.received_bytes, received_bytes);
    assert_memory_equal(spared.begin, plain.begin, sizeof plain.begin);
}

static void test_before(void **state)
{
    (void)state;
    struct pair pair;
    struct od_tcp_facts before;
    static char text[20001];
    open_stamped(&pair);
    memset(text, 'x', sizeof text - 1);
    od_tcp_read(pair.ours, &before);
    int64_t had = before.received_bytes;
    (void)send_text(&pair, "one segment");
    assert_same_look(&pair, &before, had + 11);
    struct od_tcp_facts other = before;
    other.data_segments_in += 7;
    assert_same_look(&pair, &other, had + 11);
    other = (struct od_tcp_facts){.received_bytes = -1, .data_segments_in = -1};
    assert_same_look(&pair, &other, had + 11);
    /* With more in front of what has come since, which the kernel may join with it or
     * not. */
    for (int i = 0; i < JOINED; i++) {
        assert_int_equal(send(pair.theirs, "x", 1, 0), 1);
    }
    od_sleep_until_ns(od_now_ns() + PAUSE_NS);
    od_tcp_read(pair.ours, &other);
    (void)send_text(&pair, "2");
    assert_same_look(&pair, &before, had + 12 + JOINED);
    assert_same_look(&pair, &other, had + 12 + JOINED);
    assert_int_equal(recv(pair.ours, text, 12 + JOINED, 0), 12 + JOINED);
    od_tcp_read(pair.ours, &before);
    memset(text, 'x', 12 + JOINED);
    (void)send_text(&pair, text); /* more than a look of one takes */
    assert_same_look(&pair, &before, had + 12 + JOINED + 20000);
    close_pair(&pair);
}

/* Whatever the looks cannot know has the time of reading. */
static void test_unknown(void **state)
{
    (void)state;
    struct pair pair;
    struct od_rx rx = {0};
    struct od_tcp_facts facts;
    char got[16];
    open_stamped(&pair);
    od_rx_begin(&rx, -1);
    od_rx_look(&rx);
    assert_int_equal(od_rx_first(&rx, 5, 77), 77);
    assert_int_equal(od_rx_first(&rx, -1, 77), 77);

    /* More came after the last look. */
    od_rx_begin(&rx, pair.ours);
    (void)send_text(&pair, "first");
    od_rx_look(&rx);
    (void)send_text(&pair, "last");
    assert_int_equal(recv(pair.ours, got, sizeof got, 0), 9);
    int64_t read_ns = od_now_ns();
    od_tcp_read(pair.ours, &facts);
    int64_t first = od_rx_first(&rx, 5, read_ns);
    assert_true(first < read_ns);
    assert_int_equal(od_rx_last(&rx, first, read_ns, &facts), read_ns);
    assert_int_equal(od_rx_last(&rx, -1, read_ns, &facts), -1);

    /* A wall clock that was set: a reply before its request, or after it was read. */
    assert_int_equal(od_rx_first(&rx, read_ns - 1, read_ns), read_ns);
    assert_int_equal(od_rx_first(&rx, 0, first - 1), first - 1);
    close_pair(&pair);
}

struct whole {
    size_t bytes; /* of the reply, */
    bool more;    /* and of what comes between the look and the reading */
    enum od_rx_ahead ahead;
    bool late;   /* the request is written behind the look */
    bool looked; /* that is when the exchange ends */
    enum { NOT_AWAKE, AWAKE_BEFORE, AWAKE_BEHIND } awake; /* the bytes' coming */
};

static void receive(struct pair *pair, size_t bytes)
{
    static char text[20001];
    while (bytes > 0) {
        ssize_t n = recv(pair->ours, text, bytes, 0);
        assert_true(n > 0);
        bytes -= (size_t)n;
    }
}

static void check_end(struct pair *pair, const struct whole *w)
{
    static char text[20001];
    struct od_rx rx = {.ahead = w->ahead};
    struct od_stamps stamps;
    struct od_tcp_facts facts;
    memset(text, 'x', w->bytes);
    text[w->bytes] = '\0';
    od_stamps_init(&stamps);
    od_rx_begin(&rx, pair->ours);
    stamps.written_ns = od_now_ns();
    if (w->awake == AWAKE_BEFORE) {
        od_rx_awake(&rx);
    }
    struct window sent = send_text(pair, text);
    int64_t before_ns = od_now_ns();
    if (w->awake == AWAKE_BEHIND) {
        od_rx_awake(&rx);
    }
    int64_t awake_ns = od_now_ns();
    od_rx_look(&rx);
    int64_t after_ns = od_now_ns();
    if (w->more) {
        (void)send_text(pair, "m");
    }
    receive(pair, w->bytes + (w->more ? 1 : 0));
    stamps.written_ns = w->late ? od_now_ns() : stamps.written_ns;
    stamps.end_ns = od_now_ns();
    int64_t handed_ns = stamps.end_ns;
    od_tcp_read(pair->ours, &facts);
    stamps.first_ns = od_rx_first(&rx, sent.from_ns - MS, handed_ns);
    stamps.last_ns = od_rx_last(&rx, stamps.first_ns, handed_ns, &facts);
    od_rx_end(&rx, &stamps);
    assert_int_equal(stamps.handed_ns, handed_ns);
    assert_int_equal(stamps.end_ns < handed_ns, w->looked);
    if (w->looked) {
        bool behind = w->awake == AWAKE_BEHIND;
        assert_true(stamps.end_ns >= (behind ? before_ns : awake_ns));
        assert_true(stamps.end_ns <= (behind ? awake_ns : after_ns));
        assert_true(stamps.end_ns >= stamps.last_ns);
    }
}

/* The exchange ends when the thread, awake, had all that was left of its reply. */
static void test_end(void **state)
{
    (void)state;
    static const struct whole cases[] = {
        {.bytes = 5, .ahead = OD_RX_NOTHING, .looked = true},
        {.bytes = 9000, .ahead = OD_RX_NOTHING, .looked = true},
        {.bytes = 20000, .ahead = OD_RX_NOTHING},
        {.bytes = 5, .more = true, .ahead = OD_RX_NOTHING},
        {.bytes = 5, .ahead = OD_RX_SEALED},
        {.bytes = 5, .late = true, .ahead = OD_RX_NOTHING},
        {.bytes = 5, .ahead = OD_RX_NOTHING, .looked = true, .awake = AWAKE_BEFORE},
        {.bytes = 5, .ahead = OD_RX_NOTHING, .looked = true, .awake = AWAKE_BEHIND},
    };
    struct pair pair;
    open_stamped(&pair);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_end(&pair, &cases[i]);
    }
    struct od_rx unseen = {0};
    struct od_stamps stamps = {.written_ns = 1, .last_ns = -1, .end_ns = 7};
    od_rx_begin(&unseen, pair.ours);
    od_rx_end(&unseen, &stamps);
    assert_int_equal(stamps.end_ns, 7);
    assert_int_equal(stamps.handed_ns, 7);
    /* An answer before the request was written to its end, and no reply at all. */
    struct od_rx all = {.unread = {.received_bytes = 9, .bytes = 9},
                        .found_ns = 5,
                        .before = {.received_bytes = 9}};
    stamps = (struct od_stamps){.written_ns = -1, .last_ns = 4, .end_ns = 7};
    od_rx_end(&all, &stamps);
    assert_int_equal(stamps.end_ns, 7);
    stamps = (struct od_stamps){.written_ns = 1, .last_ns = -1, .end_ns = 7};
    od_rx_end(&all, &stamps);
    assert_int_equal(stamps.end_ns, 7);
    stamps.last_ns = 4;
    od_rx_end(&all, &stamps);
    assert_int_equal(stamps.end_ns, 5);
    close_pair(&pair);
}

/* That the peer has broken off is told once; looks leave it to the read. */
static void test_reset(void **state)
{
    (void)state;
    struct pair pair;
    struct od_rx rx = {0};
    char got[8];
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    open_stamped(&pair);
    od_rx_begin(&rx, pair.ours);
    (void)send_text(&pair, "half");
    assert_int_equal(
        setsockopt(pair.theirs, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    assert_int_equal(close(pair.theirs), 0);
    od_rx_look(&rx);
    assert_true(rx.unread.first_ns >= 0);
    assert_int_equal(recv(pair.ours, got, sizeof got, 0), 4);
    od_rx_look(&rx);
    assert_int_equal(recv(pair.ours, got, sizeof got, 0), -1);
    assert_int_equal(errno, ECONNRESET);
    (void)close(pair.ours);
}

static void test_too_much(void **state)
{
    (void)state;
    struct pair pair;
    struct od_tcp_unread unread;
    static char body[512 * 1024];
    open_stamped(&pair);
    int large = 4 << 20;
    assert_int_equal(setsockopt(pair.ours, SOL_SOCKET, SO_RCVBUF, &large, sizeof large),
                     0);
    size_t sent = 0;
    while (sent < sizeof body) {
        ssize_t n = send(pair.theirs, body, sizeof body - sent, MSG_DONTWAIT);
        if (n <= 0) {
            break;
        }
        sent += (size_t)n;
        od_sleep_until_ns(od_now_ns() + MS);
    }
    od_tcp_unread(pair.ours, NULL, &unread);
    assert_true(unread.first_ns >= 0);
    if (unread.received_bytes > 300 * 1024) {
        assert_int_equal(unread.last_ns, -1);
    } else {
        assert_true(unread.last_ns >= unread.first_ns);
    }
    close_pair(&pair);
}

/* A server's own time of the reply that a connection reads. */
static void note(void *arg, int64_t received_ns, int64_t replied_ns)
{
    _Atomic int64_t *truth = arg;
    (void)received_ns;
    atomic_store(truth, replied_ns);
}

static void exchange_with(enum od_floor_kind kind, enum od_transport transport,
                          bool paper)
{
    _Atomic int64_t truth = 0;
    struct od_floor_spec spec = {.kind = kind,
                                 .reply_bytes = 2000,
                                 .hold_ns = 2 * MS,
                                 .cpu = -1,
                                 .replied = note,
                                 .arg = &truth};
    struct od_floor *server = NULL;
    struct od_err err = {0};
    struct peer_exchange x;
    assert_int_equal(od_floor_open(&spec, &server, &err), 0);
    struct od_endpoint endpoint = {.transport = transport,
                                   .host = "127.0.0.1",
                                   .port = od_floor_port(server),
                                   .paper = paper};
    peer_open(&x, &endpoint, "/peer");
    od_message_borrow(&x.message, "body", 4);
    int told = 0;
    int ahead = 0;
    for (int i = 0; i < 20; i++) {
        peer_exchange(&x);
        assert_int_equal(x.rc, 0);
        assert_true(x.stamps.first_ns >= atomic_load(&truth) - MS / 10);
        /* Where the kernel did not tell, the time of reading is both. */
        told += x.stamps.last_ns < x.stamps.end_ns ? 1 : 0;
        ahead += x.stamps.end_ns < x.stamps.handed_ns ? 1 : 0;
    }
    assert_true(told > 0);
    assert_int_equal(ahead > 0, !paper);
    peer_close(&x);
    od_floor_close(server);
}

static void test_http(void **state)
{
    (void)state;
    struct od_err err = {0};
    assert_int_equal(od_net_init(OD_HTTP, &err), 0);
    exchange_with(OD_FLOOR_HTTP, OD_HTTP, false);
    exchange_with(OD_FLOOR_HTTP, OD_HTTP, true);
    od_net_shutdown(OD_HTTP);
}

static void test_grpc(void **state)
{
    (void)state;
    struct od_err err = {0};
    assert_int_equal(od_net_init(OD_GRPC, &err), 0);
    exchange_with(OD_FLOOR_GRPC, OD_GRPC, false);
    exchange_with(OD_FLOOR_GRPC, OD_GRPC, true);
    od_net_shutdown(OD_GRPC);
}

int main(void)
{
    (void)setenv("GRPC_POLL_STRATEGY", "poll", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),   cmocka_unit_test(test_before),
        cmocka_unit_test(test_unknown), cmocka_unit_test(test_reset),
        cmocka_unit_test(test_end),     cmocka_unit_test(test_too_much),
        cmocka_unit_test(test_http),    cmocka_unit_test(test_grpc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
