/* What of an HTTP exchange leaves together, and where its stamps lie when the client runs
 * late: it is held up until the server has done what the test is about. */
#include "peer_http.h"

#include "base/linux.h"

/* libcurl finds these two as well. */
static atomic_int hold_send;  /* behind how many more; 0: none */
static atomic_int corked_fd;  /* of the exchanging side, where TCP_CORK was set last */
static atomic_int sending_fd; /* of the exchanging side, where it sent last */

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    ssize_t sent = syscall(SYS_sendto, fd, bytes, len, flags, NULL, 0);
    if (exchanging) {
        atomic_store(&sending_fd, fd);
    }
    if (exchanging && atomic_load(&hold_send) > 0 &&
        atomic_fetch_sub(&hold_send, 1) == 1) {
        await(&gate);
    }
    return sent;
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
    if (level == IPPROTO_TCP && name == TCP_CORK) {
        atomic_store(&corked_fd, fd);
    }
    return (int)syscall(SYS_setsockopt, fd, level, name, value, len);
}

/* Is it held back what the exchanging side has written? */
static bool corked(void)
{
    int on = 0;
    socklen_t len = sizeof on;
    assert_int_equal(
        getsockopt(atomic_load(&corked_fd), IPPROTO_TCP, TCP_CORK, &on, &len), 0);
    return on != 0;
}

/* Segments with data that the exchanging side has sent, those sent again left out: a
 * machine that is busy acknowledges late enough for some. */
static int segments_sent(void)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof info;
    assert_int_equal(
        getsockopt(atomic_load(&sending_fd), IPPROTO_TCP, TCP_INFO, &info, &len), 0);
    return (int)(info.tcpi_data_segs_out - info.tcpi_total_retrans);
}

static void head_and_body_in_one_segment(void **state)
{
    (void)state;
    struct server s;
    struct peer_exchange x;
    start(&s, serve_plain);
    open_exchange(&x, &s, false, NULL);
    for (int i = 1; i < 4; i++) {
        expect_ok(&x, &s);
        assert_int_equal(segments_sent(), i);
        assert_false(corked());
    }
    stop(&s, &x);
}

static void apart_in_paper_mode(void **state)
{
    (void)state;
    struct server s;
    struct peer_exchange x;
    start(&s, serve_plain);
    open_exchange(&x, &s, true, NULL);
    atomic_store(&corked_fd, -1);
    for (int i = 1; i < 4; i++) {
        expect_ok(&x, &s);
        assert_int_equal(segments_sent(), 2 * i);
    }
    assert_int_equal(atomic_load(&corked_fd), -1);
    stop(&s, &x);
}

/* The reply is here when send() returns, as where client and server share a CPU: it is
 * no early one. */
static void reply_with_the_last_send(void **state)
{
    (void)state;
    struct server s;
    struct peer_exchange x;
    start(&s, serve_plain);
    open_exchange(&x, &s, true, NULL);
    atomic_store(&hold_send, 2); /* head and body */
    expect_ok(&x, &s);
    assert_int_equal(atomic_load(&hold_send), 0);
    assert_true(x.stamps.written_ns > 0);
    assert_true(x.stamps.written_ns <= x.stamps.first_ns);
    stop(&s, &x);
}

enum { LARGE = 4 << 20 };

/* Answers first and reads the body then. */
static void serve_early(struct server *s, int conn)
{
    static char some[65536];
    size_t head = (size_t)(strstr(s->text, "\r\n\r\n") + 4 - s->text);
    ssize_t more = 1;
    put(conn, reply_head);
    put(conn, "ok");
    for (size_t left = LARGE - (s->len - head); left > 0 && more > 0;) {
        more = recv(conn, some, left < sizeof some ? left : sizeof some, 0);
        left -= more > 0 ? (size_t)more : 0;
    }
}

static void early_answer_and_whole_body(void **state)
{
    (void)state;
    struct server s;
    struct peer_exchange x;
    start(&s, serve_early);
    open_exchange(&x, &s, false, NULL);
    od_message_own(&x.message, od_xcalloc(LARGE - 13, 1), LARGE - 13);
    struct od_call call = {.message = &x.message, .timeout_ns = TIMEOUT_NS};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(od_conn_exchange(x.conn, &call, &x.reply, &x.stamps, &x.err), 0);
        assert_string_equal(x.reply.body.data, "ok");
        assert_int_equal(x.stamps.bytes_up, LARGE);
        assert_true(x.stamps.first_ns >= x.stamps.send_ns);
        assert_true(x.stamps.last_ns >= x.stamps.first_ns);
        assert_true(x.stamps.written_ns > x.stamps.send_ns);
        assert_true(x.stamps.end_ns >= x.stamps.written_ns);
        assert_true(x.stamps.end_ns >= x.stamps.last_ns);
        assert_false(corked());
    }
    stop(&s, &x);
}

static void pause_between(struct server *s, int piece, int conn, const char *text)
{
    od_sleep_until_ns(od_now_ns() + PAUSE_NS);
    atomic_store(&s->pieces.from_ns[piece], od_now_ns());
    put(conn, text);
    atomic_store(&s->pieces.to_ns[piece], od_now_ns());
}

static void serve_interim(struct server *s, int conn)
{
    (void)read_until(s, conn, "second");
    od_sleep_until_ns(od_now_ns() + PAUSE_NS); /* behind the upload's stamp */
    for (int i = 0; i < MANY; i++) {
        put(conn, "HTTP/1.1 102 Processing\r\n\r\n");
    }
    pause_between(s, 0, conn, reply_head);
    pause_between(s, 1, conn, "ok");
    atomic_store(&gate, true);
}

/* Interim heads and the reply are unread together: those are not its first byte. */
static void interim_heads_are_no_reply(void **state)
{
    (void)state;
    struct server s;
    struct peer_exchange x;
    start(&s, serve_interim);
    open_exchange(&x, &s, false, NULL);
    for (int i = 0; i < 3; i++) {
        atomic_store(&gate, false);
        atomic_store(&hold_poll, true);
        expect_ok(&x, &s);
        assert_false(atomic_load(&hold_poll));
        assert_not_early(&x.stamps, &s.pieces);
    }
    stop(&s, &x);
}

/* The wall clock is set between the arrival of a reply and the look at it. */
static _Atomic int64_t step_ns;
static int64_t next_step_ns;
/* The exchanging side is interrupted before it reads the wall clock the next time. */
static atomic_bool interrupted;
static bool next_interrupted;

int clock_gettime(clockid_t id, struct timespec *at)
{
    if (exchanging && id == CLOCK_REALTIME && atomic_exchange(&interrupted, false)) {
        od_sleep_until_ns(od_now_ns() + PAUSE_NS);
    }
    int rc = (int)syscall(SYS_clock_gettime, id, at);
    int64_t seconds = id == CLOCK_REALTIME ? atomic_load(&step_ns) / 1000000000 : 0;
    at->tv_sec += (time_t)seconds;
    return rc;
}

static void serve_pieces(struct server *s, int conn)
{
    (void)read_until(s, conn, "second");
    pause_between(s, 0, conn, reply_head);
    pause_between(s, 1, conn, "ok");
    atomic_store(&step_ns, next_step_ns);
    atomic_store(&interrupted, next_interrupted);
    atomic_store(&gate, true);
}

static void wall_clock_is_set(void **state)
{
    (void)state;
    static const int64_t steps_s[] = {1, -1, INT64_C(86400) * 400, INT64_C(-86400) * 400};
    for (size_t i = 0; i < sizeof steps_s / sizeof *steps_s; i++) {
        struct server s;
        struct peer_exchange x;
        next_step_ns = steps_s[i] * 1000000000;
        start(&s, serve_pieces);
        open_exchange(&x, &s, false, NULL);
        atomic_store(&hold_poll, true);
        expect_ok(&x, &s);
        assert_not_early(&x.stamps, &s.pieces);
        next_step_ns = 0;
        atomic_store(&step_ns, 0);
        stop(&s, &x);
    }
}

static void interrupted_between_the_clocks(void **state)
{
    (void)state;
    struct server s;
    struct peer_exchange x;
    next_interrupted = true;
    start(&s, serve_pieces);
    open_exchange(&x, &s, false, NULL);
    atomic_store(&hold_poll, true);
    expect_ok(&x, &s);
    assert_false(atomic_load(&interrupted));
    assert_not_early(&x.stamps, &s.pieces);
    stop(&s, &x);
    next_interrupted = false;
}

/* Each stamp is where its piece came; never before, and not after where the kernel told
 * (a look can come too late on a machine that is busy). */
static void pieces_with_a_pause(void **state)
{
    (void)state;
    struct server s;
    struct peer_exchange x;
    int there = 0;
    start(&s, serve_pieces);
    open_exchange(&x, &s, false, NULL);
    for (int i = 0; i < 10; i++) {
        expect_ok(&x, &s);
        assert_not_early(&x.stamps, &s.pieces);
        there += on_time(&x.stamps, &s.pieces) ? 1 : 0;
    }
    assert_true(there > 0);
    stop(&s, &x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(head_and_body_in_one_segment),
        cmocka_unit_test(apart_in_paper_mode),
        cmocka_unit_test(reply_with_the_last_send),
        cmocka_unit_test(early_answer_and_whole_body),
        cmocka_unit_test(interim_heads_are_no_reply),
        cmocka_unit_test(pieces_with_a_pause),
        cmocka_unit_test(wall_clock_is_set),
        cmocka_unit_test(interrupted_between_the_clocks),
    };
    return cmocka_run_group_tests_name("HTTP order", tests, peer_set_up_http,
                                       peer_tear_down_http);
}
