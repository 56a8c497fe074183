/* The only clock. */
#ifndef OD_BASE_CLOCK_H
#define OD_BASE_CLOCK_H

#include <stdint.h>

/* Nanoseconds of CLOCK_MONOTONIC: for spans and deadlines. Never fails, any thread. */
int64_t od_now_ns(void);

/* Nanoseconds since 1970 (CLOCK_REALTIME): for correlation with other logs, never for
 * spans. */
int64_t od_wall_ns(void);

/*
 * od_wall_ns() - od_now_ns() of one moment, within 1 us or, where it takes longer to read
 * them, within that. Both cannot be read at once: a thread that is interrupted between
 * them reads them again.
 */
int64_t od_wall_ahead_ns(void);

/* Resolution of od_now_ns as the kernel reports it, in nanoseconds. */
int64_t od_clock_resolution_ns(void);

/* Sleeps until od_now_ns() >= when_ns; returns at once when that is past. A signal ends
 * it early. */
void od_sleep_until_ns(int64_t when_ns);

#endif
