/* Logarithmic buckets of atomic counters. */
#include "stats/pulse.h"

#include <assert.h>
#include <stddef.h>

#define SUB      16 /* buckets an octave */
#define SUB_BITS 4

/* Values below SUB have a bucket each; above, the four bits behind the leading one tell.
 */
static size_t bucket_of(int64_t ns)
{
    uint64_t value = (uint64_t)ns;
    unsigned shift = 0;
    while (value >= (uint64_t)2 * SUB) {
        value >>= 1;
        shift++;
    }
    return value < SUB ? (size_t)value : (size_t)((uint64_t)shift * SUB + value);
}

static int64_t middle_of(size_t bucket)
{
    if (bucket < (size_t)2 * SUB) {
        return (int64_t)bucket;
    }
    unsigned shift = (unsigned)(bucket / SUB) - 1;
    uint64_t low = (uint64_t)(bucket % SUB + SUB) << shift;
    return (int64_t)(low + (((uint64_t)1 << shift) - 1) / 2);
}

void od_pulse_clear(struct od_pulse *pulse)
{
    for (size_t i = 0; i < OD_PULSE_BUCKETS; i++) {
        atomic_store_explicit(&pulse->buckets[i], 0, memory_order_relaxed);
    }
    atomic_store_explicit(&pulse->count, 0, memory_order_relaxed);
}

void od_pulse_add(struct od_pulse *pulse, int64_t ns)
{
    assert(ns >= 0);
    (void)atomic_fetch_add_explicit(&pulse->buckets[bucket_of(ns)], 1,
                                    memory_order_relaxed);
    (void)atomic_fetch_add_explicit(&pulse->count, 1, memory_order_relaxed);
}

int64_t od_pulse_count(struct od_pulse *pulse)
{
    return (int64_t)atomic_load_explicit(&pulse->count, memory_order_relaxed);
}

int64_t od_pulse_median_ns(struct od_pulse *pulse)
{
    uint64_t counts[OD_PULSE_BUCKETS];
    uint64_t total = 0;
    for (size_t i = 0; i < OD_PULSE_BUCKETS; i++) {
        counts[i] = atomic_load_explicit(&pulse->buckets[i], memory_order_relaxed);
        total += counts[i];
    }
    uint64_t below = 0;
    for (size_t i = 0; i < OD_PULSE_BUCKETS; i++) {
        below += counts[i];
        if (total > 0 && 2 * below >= total) {
            return middle_of(i);
        }
    }
    return -1;
}
