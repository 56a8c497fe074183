/* The time of a write by sendmsg, which is this program's own. */
#include "peer_pair.h"

#include "net/grpc_send.h"

#include <errno.h>
#include <pthread.h>

static ssize_t put(int fd, const char *text)
{
    char bytes[16];
    struct iovec part = {.iov_base = bytes, .iov_len = strlen(text)};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    memcpy(bytes, text, part.iov_len);
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}

static void expect(const struct pair *pair, const char *text)
{
    char got[24] = "";
    assert_int_equal(recv(pair->theirs, got, strlen(text), MSG_WAITALL), strlen(text));
    assert_string_equal(got, text);
}

static void first_write_alone(void **state)
{
    (void)state;
    struct pair pair;
    open_pair(&pair);
    struct od_grpc_send send = {.fd = pair.ours, .at_ns = -1};
    assert_int_equal(put(pair.ours, "unwatched"), 9);
    expect(&pair, "unwatched");
    od_grpc_send_watch(&send);
    assert_int_equal(put(pair.theirs, "other"), 5);
    assert_int_equal(send.at_ns, -1);
    int64_t from_ns = od_now_ns();
    assert_int_equal(put(pair.ours, "one"), 3);
    int64_t to_ns = od_now_ns();
    assert_true(send.at_ns >= from_ns && send.at_ns <= to_ns);
    assert_int_equal(put(pair.ours, "two"), 3);
    assert_true(send.at_ns <= to_ns);
    expect(&pair, "onetwo");
    send.at_ns = -1;
    od_grpc_send_watch(NULL);
    assert_int_equal(put(pair.ours, "end"), 3);
    assert_int_equal(send.at_ns, -1);
    close_pair(&pair);
}

static void failures_are_the_kernels(void **state)
{
    (void)state;
    struct pair pair;
    open_pair(&pair);
    struct od_grpc_send send = {.fd = pair.ours, .at_ns = -1};
    close_pair(&pair);
    od_grpc_send_watch(&send);
    errno = 0;
    assert_int_equal(put(pair.ours, "x"), -1);
    assert_int_equal(errno, EBADF);
    assert_true(send.at_ns > 0);
    od_grpc_send_watch(NULL);
}

struct wait {
    int peer;
    int unread;
    int calls;
};

static bool look(void *arg, int64_t until_ns)
{
    struct wait *wait = arg;
    char byte;
    wait->calls++;
    wait->unread = (int)recv(wait->peer, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return until_ns > 0 && wait->calls == 1; /* too late to miss it */
}

static void waits_for_its_start(void **state)
{
    (void)state;
    struct pair pair;
    open_pair(&pair);
    for (int i = 0; i < 2; i++) {
        struct wait wait = {.peer = pair.theirs, .calls = i};
        struct od_start start = {
            .at_ns = od_now_ns() + 2 * MS, .wait = look, .arg = &wait};
        struct od_grpc_send send = {.fd = pair.ours, .start = &start, .at_ns = -1};
        od_grpc_send_watch(&send);
        assert_int_equal(put(pair.ours, "now"), 3);
        assert_int_equal(put(pair.ours, "then"), 4);
        assert_int_equal(wait.calls, i + 1);
        assert_int_equal(wait.unread, -1);
        assert_true(i == 0 || send.at_ns >= start.at_ns);
        expect(&pair, "nowthen");
        od_grpc_send_watch(NULL);
    }
    close_pair(&pair);
}

struct other {
    int fd;
    int64_t after_ns;
};

static void *put_there(void *arg)
{
    struct other *other = arg;
    assert_int_equal(put(other->fd, "there"), 5);
    other->after_ns = od_now_ns();
    return NULL;
}

static void write_aside(struct other *other)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, put_there, other), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

/* Core may have another thread of its own write. */
static void another_thread_waits_too(void **state)
{
    (void)state;
    struct pair pair;
    open_pair(&pair);
    struct other other = {.fd = pair.ours};
    struct wait wait = {.peer = pair.theirs};
    struct od_start start = {.at_ns = od_now_ns() + 20 * MS, .wait = look, .arg = &wait};
    struct od_grpc_send send = {.fd = pair.ours, .start = &start, .at_ns = -1};
    od_grpc_send_watch(&send);
    write_aside(&other);
    assert_int_equal(send.at_ns, -1);
    od_grpc_send_watch(NULL);
    assert_true(send.at_ns >= start.at_ns && send.at_ns <= other.after_ns);
    assert_int_equal(wait.calls, 0);
    expect(&pair, "there");

    /* Without a plan, and before a write of the thread's own, which counts. */
    send = (struct od_grpc_send){.fd = pair.ours, .at_ns = -1};
    od_grpc_send_watch(&send);
    write_aside(&other);
    int64_t from_ns = od_now_ns();
    assert_int_equal(put(pair.ours, "here"), 4);
    od_grpc_send_watch(NULL);
    assert_true(send.at_ns >= from_ns);
    expect(&pair, "therehere");

    /* Nobody watches any more; and what is not watched at all. */
    send.at_ns = -1;
    write_aside(&other);
    assert_int_equal(send.at_ns, -1);
    struct od_grpc_send beyond[] = {{.fd = -1, .at_ns = -1},
                                    {.fd = OD_GRPC_SEND_FDS, .at_ns = -1}};
    for (int i = 0; i < 2; i++) {
        od_grpc_send_watch(&beyond[i]);
        write_aside(&other);
        od_grpc_send_watch(NULL);
        assert_int_equal(beyond[i].at_ns, -1);
    }
    expect(&pair, "theretherethere");
    close_pair(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_write_alone),
        cmocka_unit_test(failures_are_the_kernels),
        cmocka_unit_test(waits_for_its_start),
        cmocka_unit_test(another_thread_waits_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
