/* The median so far, for the progress line, while workers go on. */
#ifndef OD_STATS_PULSE_H
#define OD_STATS_PULSE_H

#include <stdatomic.h>
#include <stdint.h>

/* 16 buckets an octave above 2^4 ns: a value is off by 1/32 at most. */
#define OD_PULSE_BUCKETS 960

/* A zeroed one is empty. Never for results: those come from samples. */
struct od_pulse {
    atomic_uint buckets[OD_PULSE_BUCKETS];
    atomic_uint_fast64_t count;
};

/* Empties it. Not while others add. */
void od_pulse_clear(struct od_pulse *pulse);

/* Adds a value of at least 0: two relaxed additions. Any thread. */
void od_pulse_add(struct od_pulse *pulse, int64_t ns);

/* Values added. Any thread. */
int64_t od_pulse_count(struct od_pulse *pulse);

/* The middle of the bucket that holds the median; -1 when there is none. Any thread. */
int64_t od_pulse_median_ns(struct od_pulse *pulse);

#endif
