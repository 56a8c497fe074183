/* When a peer has acknowledged; what is expected is read from the kernel beside. */
#include "peer_pair.h"

#include "base/linux.h"
#include "net/ack.h"

/* From now on the peer's kernel puts acknowledgements off, until data goes back. */
static void put_off(const struct pair *pair)
{
    int off = 0;
    assert_int_equal(
        setsockopt(pair->theirs, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof off), 0);
}

static int64_t pure_acks(int fd)
{
    struct od_tcp_facts facts;
    od_tcp_read(fd, &facts);
    assert_true(facts.segments_in > 0 && facts.data_segments_in >= 0);
    return facts.segments_in - facts.data_segments_in;
}

/* The kernel has another way to tell (tcp(7)). */
static void agree(int fd, bool all_acked)
{
    struct od_tcp_facts facts;
    od_tcp_read(fd, &facts);
    assert_int_equal(facts.all_acked, all_acked);
    assert_int_equal(od_tcp_all_acked(fd), all_acked);
}

static void test_no_socket(void **state)
{
    (void)state;
    struct od_ack ack = {0};
    atomic_bool cancelled = false;
    struct od_tcp_facts facts = {.all_acked = true};
    od_ack_reset(&ack);
    od_ack_begin(&ack, -1, 1000);
    assert_false(od_ack_watch(&ack, &cancelled, od_now_ns() + TIMEOUT_NS));
    od_ack_end(&ack, 2000, 3000, false, &facts);
    assert_int_equal(ack.acked_ns, -1);
}

static void test_nothing_outstanding(void **state)
{
    (void)state;
    struct pair pair;
    struct od_ack ack = {0};
    open_pair(&pair);
    agree(pair.ours, true);
    od_ack_reset(&ack);
    od_ack_begin(&ack, pair.ours, 1000);
    assert_int_equal(ack.acked_ns, 1000);
    od_ack_reset(&ack);
    assert_int_equal(ack.acked_ns, -1);
    close_pair(&pair);
}

/* The quick look and the counters agree also on a peer that has closed its side only. */
static void test_half_closed(void **state)
{
    (void)state;
    struct pair pair;
    struct od_tcp_facts facts;
    open_pair(&pair);
    assert_int_equal(send(pair.theirs, "last", 4, 0), 4);
    od_tcp_read(pair.ours, &facts);
    assert_true(facts.established);
    assert_true(od_tcp_established(pair.ours));
    assert_int_equal(shutdown(pair.theirs, SHUT_WR), 0);
    do {
        od_sleep_until_ns(od_now_ns() + 1000000);
        od_tcp_read(pair.ours, &facts);
    } while (facts.established);
    assert_false(od_tcp_established(pair.ours));
    close_pair(&pair);
}

/* The acknowledgement travels with the reply, and nothing else came. */
static void test_with_reply(void **state)
{
    (void)state;
    struct pair pair;
    char got[8];
    int known = 0;
    open_pair(&pair);
    for (int i = 0; i < 50; i++) {
        struct od_ack ack = {0};
        struct od_tcp_facts facts;
        put_off(&pair);
        int64_t before = pure_acks(pair.ours);
        assert_int_equal(send(pair.ours, "ask", 3, 0), 3);
        int64_t written = od_now_ns();
        od_ack_reset(&ack);
        od_ack_begin(&ack, pair.ours, written);
        bool at_once = ack.settled;
        assert_int_equal(recv(pair.theirs, got, sizeof got, 0), 3);
        assert_int_equal(send(pair.theirs, "reply", 5, 0), 5);
        assert_int_equal(recv(pair.ours, got, sizeof got, 0), 5);
        int64_t first = od_now_ns();
        od_tcp_read(pair.ours, &facts);
        od_ack_end(&ack, first, first + OD_ACK_BOUND_NS * 2, i % 2 == 0, &facts);
        assert_true(ack.settled);
        assert_int_equal(ack.last_wait_ns, first - written);
        if (at_once) {
            assert_int_equal(ack.acked_ns, written);
        } else {
            bool alone = facts.segments_in - facts.data_segments_in == before;
            assert_int_equal(ack.acked_ns, alone ? first : -1);
            known += alone ? 1 : 0;
        }
    }
    assert_true(known > 0);
    close_pair(&pair);
}

/* A peer that does not read: its window closes and the rest is never acknowledged. */
static void test_never(void **state)
{
    (void)state;
    struct pair pair;
    struct od_ack ack = {.last_wait_ns = TIMEOUT_NS};
    struct od_tcp_facts facts;
    atomic_bool cancelled = false;
    static char body[1 << 20];
    open_pair(&pair);
    assert_true(send(pair.ours, body, sizeof body, MSG_DONTWAIT) > 0);
    int64_t written = od_now_ns();
    od_ack_reset(&ack);
    od_ack_begin(&ack, pair.ours, written);
    agree(pair.ours, false);
    assert_false(od_ack_watch(&ack, &cancelled, written + TIMEOUT_NS));
    assert_int_equal(ack.looks_left, 0);
    assert_false(ack.settled);

    /* A reply before all was acknowledged tells nothing. */
    assert_int_equal(send(pair.theirs, "early", 5, 0), 5);
    od_tcp_read(pair.ours, &facts);
    od_ack_end(&ack, od_now_ns(), od_now_ns(), false, &facts);
    assert_int_equal(ack.acked_ns, -1);

    /* Nor does the end of a connection: a close with bytes unread resets it. */
    assert_int_equal(close(pair.theirs), 0);
    while (od_tcp_established(pair.ours)) {
        od_sleep_until_ns(od_now_ns() + 1000000);
    }
    agree(pair.ours, false);
    assert_int_equal(close(pair.ours), 0);
}

static void test_watch_ends(void **state)
{
    (void)state;
    struct pair pair;
    struct od_ack ack = {.last_wait_ns = TIMEOUT_NS};
    atomic_bool cancelled = true;
    static char body[1 << 20];
    open_pair(&pair);
    assert_true(send(pair.ours, body, sizeof body, MSG_DONTWAIT) > 0);
    od_ack_reset(&ack);
    od_ack_begin(&ack, pair.ours, od_now_ns());
    int looks = ack.looks_left;
    assert_true(looks > 0);
    assert_false(od_ack_watch(&ack, &cancelled, od_now_ns() + TIMEOUT_NS));
    assert_int_equal(ack.looks_left, looks);
    atomic_store(&cancelled, false);
    assert_false(od_ack_watch(&ack, &cancelled, od_now_ns() - 1));
    assert_int_equal(ack.looks_left, looks - 1);
    assert_int_equal(send(pair.theirs, "data", 4, 0), 4);
    assert_true(od_ack_watch(&ack, &cancelled, od_now_ns() + TIMEOUT_NS));

    /* Where the reply before came soon, nobody looks. */
    ack.last_wait_ns = 1000;
    assert_false(od_ack_watch(&ack, &cancelled, od_now_ns() + TIMEOUT_NS));
    close_pair(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_socket),   cmocka_unit_test(test_nothing_outstanding),
        cmocka_unit_test(test_half_closed), cmocka_unit_test(test_with_reply),
        cmocka_unit_test(test_never),       cmocka_unit_test(test_watch_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
