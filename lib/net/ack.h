/* When the peer has acknowledged a request: looks at the kernel's counters. */
#ifndef OD_NET_ACK_H
#define OD_NET_ACK_H

#include "base/linux.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define OD_ACK_BOUND_NS (50 * INT64_C(1000)) /* how closely a known time is known */

/*
 * The watch over one request after the other of a connection; how it decides is told in
 * odbench-internals(7), Acknowledged. One thread. A zeroed one is ready.
 */
struct od_ack {
    int64_t acked_ns; /* the result; -1 not known */

    int fd;
    bool settled; /* nothing more can be learnt */
    int64_t written_ns;
    int64_t looked_ns;    /* the last look that found bytes not acknowledged */
    int64_t pure_acks;    /* segments without data received up to then; -1 not told */
    int64_t data_segs;    /* segments with data received up to then */
    int64_t least_rtt_ns; /* of the connection; -1 not told */
    int looks_left;
    int64_t last_wait_ns; /* of the request before, from written to its first byte */
};

/* Forgets the request before, ahead of the next one. */
void od_ack_reset(struct od_ack *ack);

/* The last byte of the request was handed to the socket at written_ns; fd -1: the socket
 * is not known, nothing will be. */
void od_ack_begin(struct od_ack *ack, int fd, int64_t written_ns);

/*
 * Waits for bytes of the peer and returns true when there are some, which the caller
 * reads; false when the watch is over: all is known, the looks are used up (some 30
 * microseconds apart, four of them, or twelve after waiting for a round trip),
 * *cancelled is true, until_ns has passed. Returns false at once where a reply is
 * expected within a millisecond, as the one before came.
 */
bool od_ack_watch(struct od_ack *ack, const atomic_bool *cancelled, int64_t until_ns);

/*
 * After the clock: the reply came from first_ns to end_ns, facts are of now. mixed: other
 * data than the reply's may have come too (HTTP/2 frames of the connection).
 */
void od_ack_end(struct od_ack *ack, int64_t first_ns, int64_t end_ns, bool mixed,
                const struct od_tcp_facts *facts);

#endif
