/* Bytes through a connection of a lean server. */
#include "floor/link.h"

#include "base/clock.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* So often a wait looks whether the server is being closed. */
#define SLICE_NS (50 * INT64_C(1000000))

ssize_t od_floor_recv(int fd, void *to, size_t room)
{
    ssize_t n;
    do {
        n = recv(fd, to, room, 0);
    } while (n < 0 && errno == EINTR);
    return n;
}

int od_floor_send(int fd, const void *data, size_t len)
{
    const char *from = data;
    while (len > 0) {
        ssize_t n = send(fd, from, len, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR) {
            return -1;
        }
        if (n > 0) {
            from += n;
            len -= (size_t)n;
        }
    }
    return 0;
}

int od_floor_drain(const struct od_floor_link *link, uint64_t len)
{
    while (len > 0) {
        size_t room = len < OD_FLOOR_CHUNK ? (size_t)len : OD_FLOOR_CHUNK;
        ssize_t n = od_floor_recv(link->fd, link->chunk, room);
        if (n <= 0) {
            return -1;
        }
        len -= (uint64_t)n;
    }
    return 0;
}

int64_t od_floor_due(const struct od_floor_link *link, int64_t received_ns)
{
    const struct od_floor_spec *spec = link->spec;
    return received_ns + (spec->draw_ns != NULL ? spec->draw_ns(spec->arg, received_ns)
                                                : spec->hold_ns);
}

void od_floor_replied(const struct od_floor_link *link, int64_t received_ns)
{
    if (link->spec->replied != NULL) {
        link->spec->replied(link->spec->arg, received_ns, od_now_ns());
    }
}

int od_floor_wait(const struct od_floor_link *link, int64_t due_ns)
{
    for (int64_t now = od_now_ns(); now < due_ns; now = od_now_ns()) {
        if (atomic_load(link->closing)) {
            return -1;
        }
        od_sleep_until_ns(due_ns - now > SLICE_NS ? now + SLICE_NS : due_ns);
    }
    return 0;
}

/* The length of the field is padded to as many bytes as make the whole come out. */
static void fill_message(char *to, size_t len)
{
    size_t digits = 1;
    while ((len - 1 - digits) >> (7 * digits) != 0) {
        digits++;
    }
    size_t rest = len - 1 - digits;
    to[0] = (15 << 3) | 2;
    for (size_t i = 0; i < digits; i++) {
        unsigned more = i + 1 < digits ? 0x80 : 0;
        to[1 + i] = (char)(((rest >> (7 * i)) & 0x7f) | more);
    }
}

void od_floor_reply_fill(enum od_floor_kind kind, char *to, size_t len)
{
    memset(to, '0', len);
    if (len < 2) {
        return;
    }
    switch (kind) {
    case OD_FLOOR_RAW:
        break;
    case OD_FLOOR_HTTP:
        to[0] = '"';
        to[len - 1] = '"';
        break;
    case OD_FLOOR_GRPC:
        fill_message(to, len);
        break;
    }
}
