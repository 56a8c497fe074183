/* When a reply came to this host: the kernel's times of its segments. */
#ifndef OD_NET_RX_H
#define OD_NET_RX_H

#include "base/linux.h"
#include "net/stamps.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The look at one reply after the other of a connection, taken each time before bytes are
 * read; why the kernel's times and not those of reading is told in odbench-internals(7),
 * Arrivals. One thread. Where the kernel has no times, or a look was not in time, the
 * times of reading stand in for them. A zeroed one is ready.
 */
enum od_rx_ahead {
    OD_RX_NOTHING, /* HTTP/1.1 */
    OD_RX_FRAMES,  /* frames of an HTTP/2 connection, told apart by their types */
    OD_RX_SEALED,  /* whatever TLS hides, or what is left of a reply before */
};

struct od_rx {
    enum od_rx_ahead ahead;     /* what may come before a reply; as long as the fd */
    struct od_tcp_facts before; /* the last od_rx_last kept them, for the next looks */
    int fd; /* a socket of od_socket_connect; -1: no looks are taken */
    struct od_tcp_unread unread; /* by the last look that found something */
    int64_t first_ns;            /* when the reply began, as far as was seen; -1 not */
    bool begun;                  /* its first frame was seen: first_ns stays */
    bool tells;                  /* so it was for a reply of this connection before */
    bool polled;                 /* core of gRPC has polled in the thread that looks */
    int64_t awake_ns;            /* od_rx_awake; -1 not */
    int64_t found_ns;            /* when the thread, awake, had all of unread; -1 not */
};

/* Forgets the reply before, ahead of the next one. */
void od_rx_begin(struct od_rx *rx, int fd);

/* The thread has come back from waiting for bytes, and may do something else before the
 * look. */
void od_rx_awake(struct od_rx *rx);

/* Bytes may have come, and are about to be read. */
void od_rx_look(struct od_rx *rx);

/*
 * When the bytes came that were just read at read_ns: the first of them. since_ns is
 * when the reply can have begun at the earliest; -1 not known.
 */
int64_t od_rx_first(const struct od_rx *rx, int64_t since_ns, int64_t read_ns);

/*
 * After the clock: when the last byte of a reply came that began at first_ns and was read
 * at read_ns, given what the connection has received up to now; -1 when first_ns is.
 */
int64_t od_rx_last(struct od_rx *rx, int64_t first_ns, int64_t read_ns,
                   const struct od_tcp_facts *facts);

/*
 * Behind od_rx_last, for a whole reply that the library handed over at stamps->end_ns:
 * that becomes handed_ns, and end_ns found_ns of the last look, if that found all that
 * was left of the reply, no more than is read in one go, and the request was written by
 * then. The library's work on it is none of the exchange. Under TLS end_ns stays.
 */
void od_rx_end(const struct od_rx *rx, struct od_stamps *stamps);

#endif
