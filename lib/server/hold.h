/* Waiting to the microsecond, for the calibration engine. */
#ifndef OD_SERVER_HOLD_H
#define OD_SERVER_HOLD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* How long an answer is held, and why; all zero: not at all. Times are od_now_ns. */
struct od_held {
    int64_t due_ns;   /* the reply must not leave before; 0: it may at once */
    int64_t draw_ns;  /* what the calibration model drew for this request */
    int64_t stall_ns; /* how long stalls stopped it */
    int64_t epoch_ns; /* when stalls began to be counted: the model's first request; 0:
                         the model does not stall */
};

/*
 * Sleeps until od_now_ns() reaches due_ns: with sharp timers until 60 us before, the rest
 * in a spin. Returns at once when due_ns is 0 or past, and within 100 ms once *stop is
 * true (stop may be NULL). Whether due_ns was reached. Any thread; sharpens the timers of
 * the calling one.
 */
bool od_hold_until(int64_t due_ns, const atomic_bool *stop);

/* The same without the spin, so that the caller wakes up shortly before due_ns. */
void od_hold_most(int64_t due_ns, const atomic_bool *stop);

#endif
