/* TCP connections with a deadline. */
#include "peer_conn.h"

#include "base/linux.h"
#include "net/socket.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

static int listen_any(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

/* "localhost" may resolve to ::1 first, where nobody listens: the next address serves. */
static void test_connects(void **state)
{
    (void)state;
    static const char *const hosts[] = {"127.0.0.1", "localhost"};
    int port = 0;
    int listener = listen_any(&port);
    struct addrinfo *known = NULL;
    /* A bare system may have no /etc/hosts. */
    size_t count = getaddrinfo("localhost", NULL, NULL, &known) == 0 ? 2 : 1;
    if (known != NULL) {
        freeaddrinfo(known);
    }
    for (size_t i = 0; i < count; i++) {
        struct od_socket_ask ask = {
            .host = hosts[i], .port = port, .deadline_ns = od_now_ns() + TIMEOUT_NS};
        struct od_socket made;
        assert_int_equal(od_socket_connect(&ask, &made), 0);
        assert_int_equal(made.code, OD_OK);
        assert_true(made.dns_ns >= 0 && made.connect_ns >= 0);
        int on = 0;
        socklen_t len = sizeof on;
        assert_int_equal(getsockopt(made.fd, IPPROTO_TCP, TCP_NODELAY, &on, &len), 0);
        assert_int_not_equal(on, 0);
        assert_int_not_equal(fcntl(made.fd, F_GETFL) & O_NONBLOCK, 0);
        assert_int_not_equal(fcntl(made.fd, F_GETFD) & FD_CLOEXEC, 0);

        int other = accept(listener, NULL, NULL);
        struct od_tcp_facts facts;
        od_tcp_read(made.fd, &facts);
        assert_true(facts.established);
        assert_true(facts.rtt_ns > 0);
        assert_int_equal(facts.received_bytes, 0);
        assert_int_equal(send(other, "abc", 3, 0), 3);
        (void)close(other);
        struct pollfd pfd = {.fd = made.fd, .events = POLLIN};
        assert_int_equal(poll(&pfd, 1, 10000), 1);
        char got[8];
        assert_int_equal(recv(made.fd, got, sizeof got, 0), 3);
        pfd.revents = 0;
        assert_int_equal(poll(&pfd, 1, 10000), 1);
        od_tcp_read(made.fd, &facts);
        assert_false(facts.established);
        (void)close(made.fd);
    }
    (void)close(listener);
}

static void test_refused(void **state)
{
    (void)state;
    int port = 0;
    int listener = listen_any(&port);
    (void)close(listener);
    struct od_socket_ask ask = {
        .host = "127.0.0.1", .port = port, .deadline_ns = od_now_ns() + TIMEOUT_NS};
    struct od_socket made;
    struct od_err err = {0};
    assert_int_equal(od_socket_connect(&ask, &made), -1);
    assert_int_equal(made.fd, -1);
    assert_int_equal(made.code, OD_ECONNECT);
    assert_int_equal(made.connect_ns, -1);
    assert_int_equal(od_socket_fail(&ask, &made, &err), -1);
    assert_int_equal(err.code, OD_ECONNECT);
    assert_non_null(strstr(err.msg, "Connection refused"));
}

static void test_gives_up(void **state)
{
    (void)state;
    struct peer_full full;
    peer_full_start(&full);
    atomic_bool cancelled = false;
    struct od_socket_ask ask = {.host = "127.0.0.1",
                                .port = full.port,
                                .deadline_ns = od_now_ns() + SHORT_NS,
                                .cancelled = &cancelled};
    struct od_socket made;
    struct od_err err = {0};
    assert_int_equal(od_socket_connect(&ask, &made), -1);
    assert_int_equal(made.code, OD_ETIMEOUT);
    assert_true(od_now_ns() >= ask.deadline_ns);
    atomic_store(&cancelled, true);
    ask.deadline_ns = od_now_ns() + TIMEOUT_NS;
    assert_int_equal(od_socket_connect(&ask, &made), -1);
    assert_int_equal(made.code, OD_ECANCELLED);
    assert_int_equal(od_socket_fail(&ask, &made, &err), -1);
    assert_int_equal(err.code, OD_ECANCELLED);
    peer_full_stop(&full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_connects),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_gives_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
