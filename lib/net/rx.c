/* When a reply came to this host. */
#include "net/rx.h"

void od_rx_begin(struct od_rx *rx, int fd)
{
    rx->fd = fd;
    rx->unread =
        (struct od_tcp_unread){.first_ns = -1, .last_ns = -1, .received_bytes = -1};
}

/* RFC 9113, 4.1 and 6.2: the type of a frame is its fourth byte, that of HEADERS is 1. */
static bool begins_reply(const struct od_rx *rx, const struct od_tcp_unread *unread)
{
    return rx->ahead == OD_RX_NOTHING ||
           (rx->ahead == OD_RX_FRAMES && unread->begin[3] == 1);
}

void od_rx_look(struct od_rx *rx)
{
    struct od_tcp_unread unread;
    if (rx->fd < 0) {
        return;
    }
    od_tcp_unread(rx->fd, &unread);
    if (unread.first_ns < 0) {
        return;
    }
    rx->unread = unread;
    if (!begins_reply(rx, &unread)) {
        /* The reply begins somewhere behind, at the end at the latest. */
        rx->unread.first_ns = unread.last_ns;
    }
}

/* The wall clock, by which the kernel counts, may have been set in between. */
static int64_t within(int64_t at_ns, int64_t since_ns, int64_t until_ns)
{
    return at_ns >= 0 && at_ns >= since_ns && at_ns <= until_ns ? at_ns : until_ns;
}

int64_t od_rx_first(const struct od_rx *rx, int64_t since_ns, int64_t read_ns)
{
    return within(rx->unread.first_ns, since_ns, read_ns);
}

int64_t od_rx_last(const struct od_rx *rx, int64_t first_ns, int64_t read_ns,
                   const struct od_tcp_facts *facts)
{
    if (first_ns < 0) {
        return -1;
    }
    bool whole =
        facts->received_bytes >= 0 && facts->received_bytes == rx->unread.received_bytes;
    return whole ? within(rx->unread.last_ns, first_ns, read_ns) : read_ns;
}
