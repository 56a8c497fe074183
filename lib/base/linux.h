/* What only Linux has: the one file behind this header defines _GNU_SOURCE. */
#ifndef OD_BASE_LINUX_H
#define OD_BASE_LINUX_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct msghdr; /* of <sys/socket.h> */

/* What the kernel knows of a TCP connection; -1 where it does not tell. */
struct od_tcp_facts {
    int64_t rtt_ns;           /* smoothed round trip */
    int64_t least_rtt_ns;     /* the shortest round trip of late */
    int64_t retransmits;      /* segments sent again since the connection began */
    int64_t acked_bytes;      /* acknowledged by the peer since the connection began */
    int64_t received_bytes;   /* acknowledged to the peer since the connection began */
    int64_t segments_in;      /* received since the connection began, */
    int64_t data_segments_in; /* and those of them that carried data */
    bool established;         /* neither side has closed or reset it */
    bool all_acked;           /* the peer has, all that was written; false: not known */
};

/* Sets the calling thread's timer slack to 1 ns, so that sleeps end within microseconds.
 */
void od_thread_sharp_timers(void);

/* Holds the calling thread to one CPU. Fails with OD_ESYS. */
int od_thread_pin(int cpu, struct od_err *err) OD_MUST_CHECK;

/*
 * Memory in whole pages, straight from the kernel and straight back to it, for large
 * blocks that come and go; zeroed. Running out of it aborts, as od_xmalloc does. NULL may
 * be freed.
 */
void *od_pages_new(size_t bytes);
void od_pages_free(void *pages, size_t bytes);

/* Whether the calling thread may run on that CPU. */
bool od_cpu_usable(int cpu);

/* CPUs that this process may use, at least 1. */
int od_cpu_count(void);

/* Reads the facts of a connected TCP socket, all of one moment. */
void od_tcp_read(int fd, struct od_tcp_facts *out);

/* While it is on, what does not fill a segment waits for what comes behind it (200 ms at
 * most); turning it off sends the rest. */
void od_tcp_cork(int fd, bool on);

/* sendmsg(2) by the kernel, for a program that has a sendmsg of its own. */
ssize_t od_sys_sendmsg(int fd, const struct msghdr *message, int flags);

/* One fact alone, for half the time; of a socket that has been connected. */
bool od_tcp_established(int fd);
bool od_tcp_all_acked(int fd);

/* Bytes written of which no part has left this host yet; -1 where the kernel does not
 * tell. */
int64_t od_tcp_unsent(int fd);

/*
 * Asks the kernel to note when each segment comes to this host (SO_TIMESTAMPNS), for
 * od_tcp_unread. False where it cannot.
 */
bool od_tcp_stamp_arrivals(int fd);

/* What lies unread in a TCP socket. Times are od_now_ns, -1 where nothing lies there or
 * the kernel does not tell; it may join segments, which then have the time of the last.
 */
struct od_tcp_unread {
    int64_t first_ns;       /* when the oldest byte came */
    int64_t last_ns;        /* when the newest came; -1 also with more than 256 KiB */
    int64_t received_bytes; /* by the connection, those that were read included */
    int64_t bytes;          /* that lie there, at most 256 KiB; only with times */
    int64_t looked_ns;      /* when all this was known */
    unsigned char begin[4]; /* the oldest bytes; 0 where there is none */
};

/*
 * Looks without reading; some 2 microseconds. before: what was known of the connection
 * earlier, which spares a look where one short segment has come since and all before it
 * was read; NULL: nothing. Of another connection it says nothing either, as the counts do
 * not match.
 */
void od_tcp_unread(int fd, const struct od_tcp_facts *before, struct od_tcp_unread *out);

/*
 * Waits until the descriptor can be read, has ended or failed (true), or timeout_ns have
 * passed or a signal came (false).
 */
bool od_wait_readable(int fd, int64_t timeout_ns);

#endif
