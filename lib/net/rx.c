/* When a reply came to this host. */
#include "net/rx.h"

#include "base/clock.h"

#include <stddef.h>
#include <sys/socket.h>

#define FRAME_HEAD ((size_t)9)
/* What may come before a reply is short: windows, pings, acknowledged settings. */
#define AHEAD_MAX ((size_t)512)
/* Read in one go by both libraries, in a few microseconds. */
#define AT_ONCE_BYTES (16 * INT64_C(1024))
enum { HEADERS = 1 };

void od_rx_begin(struct od_rx *rx, int fd)
{
    rx->fd = fd;
    rx->begun = false;
    rx->first_ns = -1;
    rx->awake_ns = -1;
    rx->found_ns = -1;
    rx->unread = (struct od_tcp_unread){
        .first_ns = -1, .last_ns = -1, .received_bytes = -1, .looked_ns = -1};
}

/* RFC 9113, 4.1 and 6.2: a frame begins with its length in three bytes and its type. Is
 * one of a reply's behind others? */
static bool headers_behind(int fd)
{
    unsigned char bytes[AHEAD_MAX];
    ssize_t got = recv(fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
    size_t len = got > 0 ? (size_t)got : 0;
    for (size_t at = 0; at + FRAME_HEAD <= len;) {
        const unsigned char *frame = bytes + at;
        if (frame[3] == HEADERS) {
            return true;
        }
        at += FRAME_HEAD + ((size_t)frame[0] << 16 | (size_t)frame[1] << 8 | frame[2]);
    }
    return false;
}

/* The reply begins somewhere behind what came ahead of it, at the end at the latest. */
static void look_behind(struct od_rx *rx)
{
    if (rx->ahead == OD_RX_FRAMES && !headers_behind(rx->fd)) {
        rx->first_ns = -1; /* it may still come before the reading */
        return;
    }
    if (rx->ahead == OD_RX_FRAMES) {
        /* It may have come after the look: the next one holds it. */
        od_tcp_unread(rx->fd, NULL, &rx->unread);
        rx->begun = true;
    }
    rx->first_ns = rx->unread.last_ns;
}

void od_rx_awake(struct od_rx *rx)
{
    rx->awake_ns = od_now_ns();
}

/* What the kernel says had come by the time at which the thread was back from its wait
 * was there then: looking and whatever came before it are the client's own work. */
static int64_t found_ns(const struct od_rx *rx, int64_t begin_ns)
{
    int64_t last_ns = rx->unread.last_ns;
    if (last_ns < 0 || last_ns > begin_ns) {
        return rx->unread.looked_ns;
    }
    return last_ns <= rx->awake_ns ? rx->awake_ns : begin_ns;
}

static void note_begin(struct od_rx *rx)
{
    rx->begun = rx->ahead == OD_RX_FRAMES && rx->unread.begin[3] == HEADERS;
    if (rx->begun || rx->ahead == OD_RX_NOTHING) {
        rx->first_ns = rx->unread.first_ns;
    } else {
        look_behind(rx);
    }
    rx->tells = rx->tells || rx->begun;
}

void od_rx_look(struct od_rx *rx)
{
    struct od_tcp_unread unread;
    if (rx->fd < 0) {
        return;
    }
    int64_t begin_ns = od_now_ns();
    od_tcp_unread(rx->fd, &rx->before, &unread);
    if (unread.first_ns < 0) {
        return;
    }
    rx->unread = unread;
    if (!rx->begun) {
        note_begin(rx);
    }
    rx->found_ns = found_ns(rx, begin_ns);
}

/* The wall clock, by which the kernel counts, may have been set in between. */
static int64_t within(int64_t at_ns, int64_t since_ns, int64_t until_ns)
{
    return at_ns >= 0 && at_ns >= since_ns && at_ns <= until_ns ? at_ns : until_ns;
}

int64_t od_rx_first(const struct od_rx *rx, int64_t since_ns, int64_t read_ns)
{
    return within(rx->first_ns, since_ns, read_ns);
}

/* Nothing has come behind the last look. */
static bool seen_whole(const struct od_rx *rx)
{
    return rx->before.received_bytes >= 0 &&
           rx->before.received_bytes == rx->unread.received_bytes;
}

int64_t od_rx_last(struct od_rx *rx, int64_t first_ns, int64_t read_ns,
                   const struct od_tcp_facts *facts)
{
    rx->before = *facts;
    if (first_ns < 0) {
        return -1;
    }
    return seen_whole(rx) ? within(rx->unread.last_ns, first_ns, read_ns) : read_ns;
}

void od_rx_end(const struct od_rx *rx, struct od_stamps *stamps)
{
    const struct od_stamps *s = stamps;
    int64_t since_ns = s->last_ns > s->written_ns ? s->last_ns : s->written_ns;
    stamps->handed_ns = s->end_ns;
    if (rx->ahead != OD_RX_SEALED && seen_whole(rx) &&
        rx->unread.bytes <= AT_ONCE_BYTES && s->written_ns >= 0 && s->last_ns >= 0) {
        stamps->end_ns = within(rx->found_ns, since_ns, s->end_ns);
    }
}
