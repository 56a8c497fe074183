/* What only Linux has: the one file behind this header defines _GNU_SOURCE. */
#ifndef OD_BASE_LINUX_H
#define OD_BASE_LINUX_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* What the kernel knows of a TCP connection; -1 where it does not tell. */
struct od_tcp_facts {
    int64_t rtt_ns;         /* smoothed round trip */
    int64_t retransmits;    /* segments sent again since the connection began */
    int64_t unacked_bytes;  /* SIOCOUTQ: written but not yet acknowledged by the peer */
    int64_t received_bytes; /* acknowledged to the peer since the connection began */
    bool established;       /* neither side has closed or reset it */
};

/* Sets the calling thread's timer slack to 1 ns, so that sleeps end within microseconds.
 */
void od_thread_sharp_timers(void);

/* Holds the calling thread to one CPU. Fails with OD_ESYS. */
int od_thread_pin(int cpu, struct od_err *err) OD_MUST_CHECK;

/* Whether the calling thread may run on that CPU. */
bool od_cpu_usable(int cpu);

/* CPUs that this process may use, at least 1. */
int od_cpu_count(void);

/* Reads the facts of a connected TCP socket. */
void od_tcp_read(int fd, struct od_tcp_facts *out);

#endif
