/* The lean h2c server, over libnghttp2: drains streams, answers each as gRPC does. */
#include "floor/link.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"

#include <errno.h>
#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* Windows and frames as large as RFC 9113 (6.5.2, 6.9.1) allows: no upload waits for us.
 */
#define WINDOW    ((int32_t)0x7fffffff)
#define FRAME_MAX ((uint32_t)0xffffff)
/* Streams that a peer may have open, and so replies that may be due. */
#define STREAMS ((size_t)1024)
/* The frame of a gRPC message: not compressed, length in four bytes. */
#define PREFIX ((size_t)5)
/* So much is gathered before it is sent. */
#define FLUSH ((size_t)256 * 1024)
/* Replies up to this are made before they are due. */
#define AHEAD_MAX ((size_t)64 * 1024)

/* libnghttp2 takes names and values as what could be written to. */
struct field {
    uint8_t name[16];
    uint8_t value[24];
};
enum { STATUS, TYPE, GRPC_STATUS, FIELDS };

struct due {
    int32_t stream;
    int64_t ns;
    int64_t received_ns;
    struct od_buf wire; /* what is to be sent then; .data is NULL where it is made then */
};

struct session {
    const struct od_floor_link *link;
    nghttp2_session *h2;
    struct od_buf out;
    int timer;                /* timerfd, as it ends a poll; -1 when nothing is held */
    struct due dues[STREAMS]; /* a ring, the one that is due first in front */
    size_t first;
    size_t count;
    bool spoken;  /* header tables know all that replies say: their order is free */
    bool resized; /* the peer has changed its table since, so that it is not */
    unsigned char prefix[PREFIX];
    struct field fields[FIELDS]; /* the reply's: two in front, one as trailer */
    nghttp2_nv pairs[FIELDS];
};

static struct due *due_at(struct session *s, size_t at)
{
    return &s->dues[(s->first + at) % STREAMS];
}

/* Behind those that are due as early: where all are held as long that is the end. */
static void insert(struct session *s, struct due due)
{
    size_t at = s->count++;
    for (; at > 0 && due_at(s, at - 1)->ns > due.ns; at--) {
        *due_at(s, at) = *due_at(s, at - 1);
    }
    *due_at(s, at) = due;
}

/* What was made for a table of another size could not be read any more. */
static int on_settings(struct session *s, const nghttp2_settings *settings)
{
    for (size_t i = 0; s->spoken && i < settings->niv; i++) {
        s->resized |= settings->iv[i].settings_id == NGHTTP2_SETTINGS_HEADER_TABLE_SIZE;
    }
    for (size_t at = 0; s->resized && at < s->count; at++) {
        if (due_at(s, at)->wire.data != NULL) {
            return NGHTTP2_ERR_CALLBACK_FAILURE;
        }
    }
    return 0;
}

/* A request has come whole: its reply is due. */
static int on_frame(nghttp2_session *h2, const nghttp2_frame *frame, void *data)
{
    struct session *s = data;
    (void)h2;
    if (frame->hd.type == NGHTTP2_SETTINGS) {
        return on_settings(s, &frame->settings);
    }
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0 ||
        (frame->hd.type != NGHTTP2_DATA && frame->hd.type != NGHTTP2_HEADERS)) {
        return 0;
    }
    if (s->count == STREAMS) { /* opened and reset again and again: no client of ours */
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
    int64_t now = od_now_ns();
    insert(s, (struct due){.stream = frame->hd.stream_id,
                           .ns = od_floor_due(s->link, now),
                           .received_ns = now});
    return 0;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How far a stream's reply has gone is kept with the stream. */
/* libnghttp2 says which parameters. NOLINTNEXTLINE(readability-function-size) */
static ssize_t on_read(nghttp2_session *h2, int32_t stream, uint8_t *to, size_t room,
                       uint32_t *flags, nghttp2_data_source *source, void *data)
{
    struct session *s = data;
    size_t total = PREFIX + s->link->spec->reply_bytes;
    size_t from = (size_t)(uintptr_t)nghttp2_session_get_stream_user_data(h2, stream);
    size_t len = least(room, total - from);
    size_t front = from < PREFIX ? least(len, PREFIX - from) : 0;
    (void)source;
    memcpy(to, s->prefix + least(from, PREFIX), front);
    if (len > front) {
        memcpy(to + front, s->link->reply + (from + front - PREFIX), len - front);
    }
    from += len;
    /* An offset, not an address. */
    void *mark = (void *)(uintptr_t)from; /* NOLINT(performance-no-int-to-ptr) */
    if (nghttp2_session_set_stream_user_data(h2, stream, mark) != 0) {
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    if (from == total) {
        *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
        if (nghttp2_submit_trailer(h2, stream, &s->pairs[GRPC_STATUS], 1) != 0) {
            return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        }
        s->spoken = true;
    }
    return (ssize_t)len;
}

static int submit(struct session *s, int32_t stream)
{
    nghttp2_data_provider provider = {.read_callback = on_read};
    return nghttp2_submit_response(s->h2, stream, &s->pairs[STATUS], 2, &provider);
}

/* Adds what the library has to say to out, at most until that has FLUSH bytes; 1: there
 * is more. */
static int gather(struct session *s, struct od_buf *out)
{
    const uint8_t *data = NULL;
    ssize_t n;
    while ((n = nghttp2_session_mem_send(s->h2, &data)) > 0) {
        od_buf_add(out, data, (size_t)n);
        if (out->len >= FLUSH) {
            return 1;
        }
    }
    return (int)n;
}

/* Sends all that the library has to say, in as few writes as there are gatherings. */
static int flush(struct session *s)
{
    int more;
    do {
        more = gather(s, &s->out);
        if (more < 0 || od_floor_send(s->link->fd, s->out.data, s->out.len) != 0) {
            return -1;
        }
        od_buf_reset(&s->out);
    } while (more != 0);
    return 0;
}

/*
 * Makes the reply that will be due, so that a server that has slept meanwhile has no more
 * to do than to write it: what it does besides would be counted among what it held. Not
 * where the library has something else to say, or could not send the whole now. Of the
 * peer's window it takes its part from now on.
 */
static int make_ahead(struct session *s, struct due *due)
{
    int32_t total = (int32_t)(PREFIX + s->link->spec->reply_bytes);
    if (due->wire.data != NULL || due->ns <= od_now_ns() ||
        nghttp2_session_want_write(s->h2) != 0 ||
        nghttp2_session_get_remote_window_size(s->h2) < total ||
        nghttp2_session_get_stream_remote_window_size(s->h2, due->stream) < total) {
        return 0;
    }
    od_buf_init(&due->wire, 0);
    return submit(s, due->stream) != 0 ? -1 : gather(s, &due->wire);
}

static int make_all_ahead(struct session *s)
{
    if (!s->spoken || s->resized || s->link->spec->reply_bytes > AHEAD_MAX) {
        return 0;
    }
    for (size_t at = 0; at < s->count; at++) {
        if (make_ahead(s, due_at(s, at)) != 0) {
            return -1;
        }
    }
    return 0;
}

/* Replies to all that is due. A stream that was reset is passed over by the library; a
 * reply that was made before goes out all the same, and is passed over by the peer. */
static int answer(struct session *s)
{
    while (s->count > 0) {
        struct due *due = due_at(s, 0);
        if (due->ns > od_now_ns()) {
            break;
        }
        od_floor_replied(s->link, due->received_ns);
        int rc = due->wire.data == NULL
                     ? submit(s, due->stream)
                     : od_floor_send(s->link->fd, due->wire.data, due->wire.len);
        od_buf_release(&due->wire);
        if (rc != 0) {
            return -1;
        }
        s->first = (s->first + 1) % STREAMS;
        s->count--;
    }
    return 0;
}

/*
 * Waits for bytes, or until the first held reply is due, whichever is earlier: on one
 * connection other requests may come meanwhile. 1: bytes, 0: due, -1: over. A timerfd is
 * not subject to timer slack, and poll's own timeout counts milliseconds.
 */
static int wait_bytes(struct session *s)
{
    struct pollfd fds[2] = {{.fd = s->link->fd, .events = POLLIN},
                            {.fd = s->timer, .events = POLLIN}};
    if (s->count == 0) {
        return 1;
    }
    int64_t due_ns = due_at(s, 0)->ns;
    struct itimerspec at = {.it_value = {.tv_sec = (time_t)(due_ns / 1000000000),
                                         .tv_nsec = (long)(due_ns % 1000000000)}};
    if (timerfd_settime(s->timer, TFD_TIMER_ABSTIME, &at, NULL) != 0) {
        return -1;
    }
    int ready;
    do {
        ready = poll(fds, 2, -1);
    } while (ready < 0 && errno == EINTR);
    return ready < 0 ? -1 : fds[0].revents != 0;
}

static int step(struct session *s)
{
    int bytes = wait_bytes(s);
    if (bytes > 0) {
        ssize_t n = od_floor_recv(s->link->fd, s->link->chunk, OD_FLOOR_CHUNK);
        const void *from = s->link->chunk;
        if (n <= 0 || nghttp2_session_mem_recv(s->h2, from, (size_t)n) != n) {
            return -1;
        }
    }
    return bytes < 0 || answer(s) != 0 || flush(s) != 0 ? -1 : make_all_ahead(s);
}

static void set_field(struct session *s, int at, const char *name, const char *value)
{
    struct field *field = &s->fields[at];
    memcpy(field->name, name, strlen(name));
    memcpy(field->value, value, strlen(value));
    s->pairs[at] = (nghttp2_nv){.name = field->name,
                                .value = field->value,
                                .namelen = strlen(name),
                                .valuelen = strlen(value)};
}

static void init_reply(struct session *s)
{
    size_t len = s->link->spec->reply_bytes;
    for (size_t i = 1; i < PREFIX; i++) {
        s->prefix[i] = (unsigned char)(len >> (8 * (PREFIX - 1 - i)));
    }
    set_field(s, STATUS, ":status", "200");
    set_field(s, TYPE, "content-type", "application/grpc");
    set_field(s, GRPC_STATUS, "grpc-status", "0");
}

static int start(struct session *s)
{
    static const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, (uint32_t)WINDOW},
        {NGHTTP2_SETTINGS_MAX_FRAME_SIZE, FRAME_MAX},
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS},
    };
    nghttp2_session_callbacks *callbacks = NULL;
    if (nghttp2_session_callbacks_new(&callbacks) != 0) {
        return -1;
    }
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    int rc = nghttp2_session_server_new(&s->h2, callbacks, s);
    nghttp2_session_callbacks_del(callbacks);
    if (rc != 0) {
        return -1;
    }
    size_t count = sizeof settings / sizeof *settings;
    if (nghttp2_submit_settings(s->h2, NGHTTP2_FLAG_NONE, settings, count) != 0 ||
        nghttp2_session_set_local_window_size(s->h2, NGHTTP2_FLAG_NONE, 0, WINDOW) != 0) {
        return -1;
    }
    bool holds = s->link->spec->hold_ns > 0 || s->link->spec->draw_ns != NULL;
    s->timer = holds ? timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK) : -1;
    return holds && s->timer < 0 ? -1 : flush(s);
}

void od_floor_serve_grpc(const struct od_floor_link *link)
{
    struct session *s = od_xcalloc(1, sizeof *s);
    s->link = link;
    s->timer = -1;
    od_buf_init(&s->out, 0);
    init_reply(s);
    if (start(s) == 0) {
        while (step(s) == 0 && (s->count > 0 || nghttp2_session_want_read(s->h2) != 0 ||
                                nghttp2_session_want_write(s->h2) != 0)) {
        }
    }
    nghttp2_session_del(s->h2);
    for (; s->count > 0; s->count--, s->first++) {
        od_buf_release(&due_at(s, 0)->wire);
    }
    if (s->timer >= 0) {
        (void)close(s->timer);
    }
    od_buf_release(&s->out);
    free(s);
}
