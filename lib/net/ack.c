/* When the peer has acknowledged a request. */
#include "net/ack.h"

#include "base/clock.h"

/* Of a sleep, which overshoots by some 20 microseconds where timers are virtual. */
#define LOOK_NS (8 * INT64_C(1000))
/* A peer that is near acknowledges at once or with its reply; one that is far, when it
 * likes around a round trip. */
#define NEAR_NS    (200 * INT64_C(1000))
#define NEAR_LOOKS 4
#define FAR_LOOKS  12
#define SLICE_NS   (20 * INT64_C(1000000)) /* of a sleep, for the flag of a cancel */
#define SOON_NS    (1000 * INT64_C(1000))

static void settle(struct od_ack *ack, int64_t acked_ns)
{
    ack->acked_ns = acked_ns;
    ack->settled = true;
}

static void remember(struct od_ack *ack, int64_t now_ns, const struct od_tcp_facts *facts)
{
    ack->looked_ns = now_ns;
    ack->pure_acks =
        facts->segments_in >= 0 ? facts->segments_in - facts->data_segments_in : -1;
    ack->data_segs = facts->data_segments_in;
    ack->least_rtt_ns = facts->least_rtt_ns;
}

void od_ack_reset(struct od_ack *ack)
{
    ack->fd = -1;
    settle(ack, -1);
}

void od_ack_begin(struct od_ack *ack, int fd, int64_t written_ns)
{
    ack->fd = fd;
    ack->written_ns = written_ns;
    if (fd < 0) {
        return;
    }
    struct od_tcp_facts facts = {.all_acked = od_tcp_all_acked(fd)};
    if (!facts.all_acked) {
        od_tcp_read(fd, &facts); /* by which it may have been */
    }
    if (facts.all_acked) {
        settle(ack, written_ns);
        return;
    }
    ack->settled = false;
    remember(ack, written_ns, &facts);
    ack->looks_left = ack->least_rtt_ns < NEAR_NS ? NEAR_LOOKS : FAR_LOOKS;
}

/* When the data came that ended a wait, by the kernel where it tells. */
static int64_t data_came_ns(const struct od_ack *ack, int64_t now_ns)
{
    struct od_tcp_unread unread;
    od_tcp_unread(ack->fd, NULL, &unread);
    bool told = unread.first_ns >= ack->looked_ns && unread.first_ns <= now_ns;
    return told ? unread.first_ns : now_ns;
}

/* What came with data has the time of that data; what came between two looks close to
 * each other is known whatever carried it. */
static void look(struct od_ack *ack, int64_t now_ns, bool readable)
{
    struct od_tcp_facts facts;
    od_tcp_read(ack->fd, &facts);
    if (facts.all_acked) {
        bool with_data =
            readable && facts.segments_in - facts.data_segments_in == ack->pure_acks;
        if (with_data) {
            settle(ack, data_came_ns(ack, now_ns));
        } else {
            settle(ack, now_ns - ack->looked_ns <= OD_ACK_BOUND_NS ? now_ns : -1);
        }
        return;
    }
    remember(ack, now_ns, &facts);
}

/* Where the peer is far away nothing can come before a round trip has passed. */
static int64_t next_wait_ns(const struct od_ack *ack)
{
    int64_t early = ack->written_ns + ack->least_rtt_ns - LOOK_NS - ack->looked_ns;
    int64_t wait = early > LOOK_NS ? early : LOOK_NS;
    return wait < SLICE_NS ? wait : SLICE_NS;
}

bool od_ack_watch(struct od_ack *ack, const atomic_bool *cancelled, int64_t until_ns)
{
    while (!ack->settled && ack->looks_left > 0 && ack->last_wait_ns >= SOON_NS &&
           !atomic_load(cancelled)) {
        int64_t wait = next_wait_ns(ack);
        bool readable = od_wait_readable(ack->fd, wait);
        int64_t now = od_now_ns();
        ack->looks_left -= wait < SLICE_NS || readable ? 1 : 0;
        look(ack, now, readable);
        if (readable) {
            return true;
        }
        if (now >= until_ns) {
            break;
        }
    }
    return false;
}

void od_ack_end(struct od_ack *ack, int64_t first_ns, int64_t end_ns, bool mixed,
                const struct od_tcp_facts *facts)
{
    if (ack->fd < 0 || first_ns < ack->written_ns) {
        return;
    }
    ack->last_wait_ns = first_ns - ack->written_ns;
    if (ack->settled) {
        return;
    }
    bool with_reply = facts->segments_in - facts->data_segments_in == ack->pure_acks &&
                      (!mixed || facts->data_segments_in == ack->data_segs + 1);
    bool close = end_ns - ack->looked_ns <= OD_ACK_BOUND_NS;
    bool known = facts->all_acked && (with_reply || close);
    settle(ack, known ? first_ns : -1);
}
