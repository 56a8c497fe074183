/* The lean HTTP/2 server: through libgrpc, through a client of libnghttp2 that opens
 * several streams, and by bare bytes. */
#include "floor_peer.h"

#include "base/buf.h"

#include <nghttp2/nghttp2.h>

#define STREAMS 40
#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

static void test_conn(void **state)
{
    (void)state;
    static const size_t bodies[] = {0, 1, 1000, 270000, 6200000};
    struct od_floor *server = floor_start(OD_FLOOR_GRPC, 0);
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        floor_check_conn(OD_GRPC, server, bodies[i], false);
        floor_check_conn(OD_GRPC, server, bodies[i], true);
    }
    od_floor_close(server);
}

static void test_hold(void **state)
{
    (void)state;
    struct od_floor *server = floor_start(OD_FLOOR_GRPC, 30 * MS);
    int64_t begin_ns = od_now_ns();
    floor_check_conn(OD_GRPC, server, 100, false);
    assert_true(od_now_ns() - begin_ns >= 90 * MS);
    od_floor_close(server);
}

/* What a client of several streams has seen. */
struct seen {
    int64_t closed;
    int64_t failed;
    int64_t data_bytes;
    int64_t statuses;       /* ":status: 200" */
    int64_t trailers;       /* "grpc-status: 0" */
    int32_t order[STREAMS]; /* of the closed streams */
};

static int on_header(nghttp2_session *h2, const nghttp2_frame *frame, const uint8_t *name,
                     size_t name_len, const uint8_t *value, size_t value_len,
                     uint8_t flags, void *data)
{
    struct seen *seen = data;
    (void)h2;
    (void)flags;
    bool last = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    seen->statuses += name_len == 7 && memcmp(name, ":status", 7) == 0 &&
                      value_len == 3 && memcmp(value, "200", 3) == 0;
    seen->trailers += last && name_len == 11 && memcmp(name, "grpc-status", 11) == 0 &&
                      value_len == 1 && *value == '0';
    return 0;
}

static int on_data(nghttp2_session *h2, uint8_t flags, int32_t stream,
                   const uint8_t *from, size_t len, void *data)
{
    struct seen *seen = data;
    (void)h2;
    (void)flags;
    (void)stream;
    (void)from;
    seen->data_bytes += (int64_t)len;
    return 0;
}

static int on_close(nghttp2_session *h2, int32_t stream, uint32_t error, void *data)
{
    struct seen *seen = data;
    (void)h2;
    seen->order[seen->closed++] = stream;
    seen->failed += error != NGHTTP2_NO_ERROR;
    return 0;
}

/* A body of 100,000 bytes, more than the default window. */
static ssize_t on_read(nghttp2_session *h2, int32_t stream, uint8_t *to, size_t room,
                       uint32_t *flags, nghttp2_data_source *source, void *data)
{
    size_t *left = source->ptr;
    size_t len = room < *left ? room : *left;
    (void)h2;
    (void)stream;
    (void)data;
    memset(to, 0, len);
    *left -= len;
    *flags |= *left == 0 ? NGHTTP2_DATA_FLAG_EOF : NGHTTP2_DATA_FLAG_NONE;
    return (ssize_t)len;
}

static nghttp2_session *open_session(struct seen *seen,
                                     const nghttp2_settings_entry *settings, size_t count)
{
    nghttp2_session_callbacks *callbacks = NULL;
    nghttp2_session *h2 = NULL;
    assert_int_equal(nghttp2_session_callbacks_new(&callbacks), 0);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    assert_int_equal(nghttp2_session_client_new(&h2, callbacks, seen), 0);
    nghttp2_session_callbacks_del(callbacks);
    assert_int_equal(nghttp2_submit_settings(h2, 0, settings, count), 0);
    return h2;
}

/* What there is to be sent goes at once. */
static void send_all(nghttp2_session *h2, int fd)
{
    const uint8_t *data = NULL;
    struct od_buf out;
    od_buf_init(&out, 0);
    for (ssize_t n; (n = nghttp2_session_mem_send(h2, &data)) > 0;) {
        od_buf_add(&out, data, (size_t)n);
    }
    floor_send(fd, out.data, out.len);
    od_buf_release(&out);
}

/* Until so many streams are closed. */
static void pump(nghttp2_session *h2, int fd, const struct seen *seen, int64_t streams)
{
    while (seen->closed < streams) {
        char in[4096];
        send_all(h2, fd);
        ssize_t got = recv(fd, in, sizeof in, 0);
        assert_true(got > 0);
        assert_int_equal(nghttp2_session_mem_recv(h2, (const uint8_t *)in, (size_t)got),
                         got);
    }
}

/* Asks with so many bytes, which are counted down; the stream. */
static int32_t ask(nghttp2_session *h2, size_t *left)
{
    static uint8_t words[4][2][16] = {{":method", "POST"},
                                      {":scheme", "http"},
                                      {":path", "/a.B/C"},
                                      {":authority", "localhost"}};
    nghttp2_data_provider provider = {.source.ptr = left, .read_callback = on_read};
    nghttp2_nv fields[4];
    for (size_t i = 0; i < 4; i++) {
        fields[i] = (nghttp2_nv){.name = words[i][0],
                                 .value = words[i][1],
                                 .namelen = strlen((char *)words[i][0]),
                                 .valuelen = strlen((char *)words[i][1])};
    }
    int32_t stream = nghttp2_submit_request(h2, NULL, fields, 4, &provider, NULL);
    assert_true(stream > 0);
    return stream;
}

/*
 * Streams side by side with windows smaller than a reply and no table for header
 * compression: all answered whole, each held once, together not held after each other.
 */
static void test_streams(void **state)
{
    (void)state;
    static const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 100},
        {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, 0},
    };
    struct od_floor *server = floor_start(OD_FLOOR_GRPC, 200 * MS);
    struct seen seen = {0};
    nghttp2_session *h2 = open_session(&seen, settings, 2);
    size_t left[STREAMS];
    int fd = floor_dial(server);
    int64_t begin_ns = od_now_ns();
    for (size_t i = 0; i < STREAMS; i++) {
        left[i] = 100000;
        (void)ask(h2, &left[i]);
    }
    pump(h2, fd, &seen, STREAMS);
    int64_t span_ns = od_now_ns() - begin_ns;
    assert_int_equal(seen.failed, 0);
    assert_int_equal(seen.statuses, STREAMS);
    assert_int_equal(seen.trailers, STREAMS);
    assert_int_equal(seen.data_bytes, STREAMS * (5 + (int64_t)REPLY_BYTES));
    assert_true(span_ns >= 200 * MS);
    assert_true(span_ns < STREAMS * 200 * MS);
    nghttp2_session_del(h2);
    (void)close(fd);
    od_floor_close(server);
}

static int64_t draw(void *arg, int64_t received_ns)
{
    static const int64_t holds_ms[] = {10, 800, 200, 600, 400};
    size_t *drawn = arg;
    (void)received_ns;
    return holds_ms[(*drawn)++] * MS;
}

/*
 * Behind the first of a connection, replies are made when they are asked for; they are
 * sent when they are due, whatever the order, and one that nobody waits for any more
 * harms no other.
 */
static void answer_in_time(bool spoken)
{
    static const size_t by_time[] = {2, 4, 3, 1};
    size_t drawn = spoken ? 0 : 1;
    size_t left[5] = {1000, 1000, 1000, 1000, 1000};
    int32_t streams[5];
    struct od_floor_spec spec = {.kind = OD_FLOOR_GRPC,
                                 .reply_bytes = REPLY_BYTES,
                                 .draw_ns = draw,
                                 .arg = &drawn,
                                 .cpu = -1};
    struct od_floor *server = floor_open(&spec);
    struct seen seen = {0};
    nghttp2_session *h2 = open_session(&seen, NULL, 0);
    int fd = floor_dial(server);
    if (spoken) {
        streams[0] = ask(h2, &left[0]);
        pump(h2, fd, &seen, 1);
    }
    int64_t before = spoken ? 1 : 0;
    int64_t begin_ns = od_now_ns();
    streams[1] = ask(h2, &left[1]);
    send_all(h2, fd);
    od_sleep_until_ns(begin_ns +
                      50 * MS); /* it is made before the others are asked for */
    for (size_t i = 2; i < 5; i++) {
        streams[i] = ask(h2, &left[i]);
    }
    /* All that the client will ask; what it has asked is answered. */
    assert_int_equal(nghttp2_submit_goaway(h2, 0, 0, NGHTTP2_NO_ERROR, NULL, 0), 0);
    pump(h2, fd, &seen, before + 1);
    assert_int_equal(nghttp2_submit_rst_stream(h2, 0, streams[4], NGHTTP2_CANCEL), 0);
    pump(h2, fd, &seen, before + 4);
    assert_true(od_now_ns() - begin_ns >= 800 * MS);
    for (int64_t i = 0; i < 4; i++) {
        assert_int_equal(seen.order[before + i], streams[by_time[i]]);
    }
    assert_true(seen.failed <= 1); /* 0 where its reply was faster than we are */
    int64_t whole = before + 4 - seen.failed;
    assert_int_equal(seen.statuses, whole);
    assert_int_equal(seen.trailers, whole);
    assert_int_equal(seen.data_bytes, whole * (5 + (int64_t)REPLY_BYTES));
    nghttp2_session_del(h2);
    (void)close(fd);
    od_floor_close(server);
}

static void test_ahead(void **state)
{
    (void)state;
    answer_in_time(true);
    answer_in_time(false);
}

/* A client that allows no table any more once the replies stand in it. */
static void test_resized(void **state)
{
    (void)state;
    static const nghttp2_settings_entry none[] = {
        {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, 0}};
    size_t left[3] = {1000, 1000, 1000};
    struct od_floor *server = floor_start(OD_FLOOR_GRPC, 50 * MS);
    struct seen seen = {0};
    nghttp2_session *h2 = open_session(&seen, NULL, 0);
    int fd = floor_dial(server);
    for (int64_t i = 0; i < 3; i++) {
        (void)ask(h2, &left[i]);
        pump(h2, fd, &seen, i + 1);
        if (i == 0) {
            assert_int_equal(nghttp2_submit_settings(h2, 0, none, 1), 0);
        }
    }
    assert_int_equal(seen.failed, 0);
    assert_int_equal(seen.trailers, 3);
    nghttp2_session_del(h2);
    (void)close(fd);
    od_floor_close(server);
}

/* Bytes that are no HTTP/2, or only a begin of it: the connection ends, the server stays.
 */
static void test_odd_clients(void **state)
{
    (void)state;
    /* Preface, empty SETTINGS, HEADERS of stream 1 that refer to an entry of no table. */
    static const char bytes[] = PREFACE "\0\0\0\4\0\0\0\0\0"
                                        "\0\0\1\1\5\0\0\0\1\xff";
    struct od_floor *server = floor_start(OD_FLOOR_GRPC, 0);
    char *junk = od_xmalloc(100000);
    char reply[100000];
    memset(junk, 'G', 100000);
    int fd = floor_dial(server);
    (void)send(fd, junk, 100000, MSG_NOSIGNAL);
    assert_true(floor_read(fd, reply, sizeof reply - 1) < sizeof reply - 1);
    (void)close(fd);
    for (size_t len = 0; len < sizeof bytes; len++) {
        fd = floor_dial(server);
        floor_send(fd, bytes, len);
        assert_int_equal(shutdown(fd, SHUT_WR), 0);
        assert_true(floor_read(fd, reply, sizeof reply - 1) < sizeof reply - 1);
        (void)close(fd);
    }
    free(junk);
    floor_check_conn(OD_GRPC, server, 100, false);
    od_floor_close(server);
}

static int start(void **state)
{
    (void)state;
    return od_net_init(OD_GRPC, NULL);
}

static int stop(void **state)
{
    (void)state;
    od_net_shutdown(OD_GRPC);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conn),    cmocka_unit_test(test_hold),
        cmocka_unit_test(test_streams), cmocka_unit_test(test_ahead),
        cmocka_unit_test(test_resized), cmocka_unit_test(test_odd_clients),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
