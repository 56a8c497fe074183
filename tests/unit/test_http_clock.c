/* When the clock of an HTTP exchange starts: over a connection that stands, behind the
 * printing of the head and the copying of the body, and before anything leaves. */
#include "peer_http.h"

#include <stdlib.h>

#define SENDS 8

/* libcurl finds this one as well: when it sent what, from the first of an exchange on. */
static int64_t from_ns[SENDS];
static int64_t to_ns[SENDS];
static int sends;

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    int64_t from = od_now_ns();
    ssize_t sent = syscall(SYS_sendto, fd, bytes, len, flags, NULL, 0);
    if (exchanging && sent > 0 && sends < SENDS) {
        from_ns[sends] = from;
        to_ns[sends++] = od_now_ns();
    }
    return sent;
}

static void exchange(struct peer_exchange *x, struct server *s)
{
    sends = 0;
    expect_ok(x, s);
    assert_true(sends >= 2); /* head and body */
    assert_true(x->stamps.send_ns > 0);
}

static void behind_head_and_copy(void **state)
{
    (void)state;
    struct server s;
    struct peer_exchange x;
    start(&s, serve_plain);
    open_exchange(&x, &s, false, NULL);
    int held = 0;
    for (int i = 0; i < 9; i++) {
        exchange(&x, &s);
        assert_true(x.stamps.send_ns <= from_ns[1]);
        held += to_ns[0] <= x.stamps.send_ns ? 1 : 0;
    }
    assert_true(held > 0); /* a cork of 200 ms may be too short for a busy machine */
    stop(&s, &x);
}

/* Where the head leaves, or a part of it, the exchange has begun with it. */
static void expect_before_head(bool paper, const char *name, const char *value)
{
    struct server s;
    struct peer_exchange x;
    struct od_headers headers = {0};
    od_headers_add(&headers, name, value);
    start(&s, serve_plain);
    open_exchange(&x, &s, paper, &headers);
    for (int i = 0; i < 3; i++) {
        exchange(&x, &s);
        assert_true(x.stamps.send_ns <= from_ns[0]);
    }
    stop(&s, &x);
    od_headers_release(&headers);
}

static void before_a_head_that_is_not_held_back(void **state)
{
    (void)state;
    expect_before_head(true, "X-Any", "any");
}

/* More than a segment of loopback. */
static void before_a_long_head(void **state)
{
    (void)state;
    char *value = od_xcalloc(1, 80000);
    memset(value, 'x', 79999);
    expect_before_head(false, "X-Long", value);
    free(value);
}

static void before_connecting(void **state)
{
    (void)state;
    struct server s;
    struct peer_exchange x;
    start(&s, serve_plain);
    struct od_endpoint endpoint = {
        .transport = OD_HTTP, .host = "127.0.0.1", .port = s.port};
    peer_open(&x, &endpoint, "/");
    od_message_borrow(&x.message, "first, second", 13);
    int64_t begin_ns = od_now_ns();
    exchange(&x, &s);
    assert_true(x.stamps.connect_ns > 0);
    assert_true(x.stamps.send_ns >= begin_ns);
    assert_true(x.stamps.send_ns + x.stamps.connect_ns <= from_ns[0]);
    stop(&s, &x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(behind_head_and_copy),
        cmocka_unit_test(before_a_head_that_is_not_held_back),
        cmocka_unit_test(before_a_long_head),
        cmocka_unit_test(before_connecting),
    };
    return cmocka_run_group_tests_name("HTTP clock", tests, peer_set_up_http,
                                       peer_tear_down_http);
}
