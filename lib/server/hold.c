/* Waiting to the microsecond. */
#include "server/hold.h"

#include "base/clock.h"
#include "base/linux.h"

#include <stddef.h>

/*
 * A sleep with sharp timers ends some 5 us late, 45 us in the worst percent; what is left
 * is spun away.
 */
#define SPIN_NS  INT64_C(60000)
#define SLICE_NS INT64_C(100000000)

static bool stopped(const atomic_bool *stop)
{
    return stop != NULL && atomic_load_explicit(stop, memory_order_relaxed);
}

void od_hold_most(int64_t due_ns, const atomic_bool *stop)
{
    int64_t until_ns = due_ns - SPIN_NS;
    int64_t now_ns = od_now_ns();
    if (due_ns == 0 || now_ns >= until_ns) {
        return;
    }
    od_thread_sharp_timers();
    while (now_ns < until_ns && !stopped(stop)) {
        int64_t slice_ns = now_ns + SLICE_NS;
        od_sleep_until_ns(slice_ns < until_ns ? slice_ns : until_ns);
        now_ns = od_now_ns();
    }
}

bool od_hold_until(int64_t due_ns, const atomic_bool *stop)
{
    if (due_ns == 0) {
        return true;
    }
    od_hold_most(due_ns, stop);
    while (od_now_ns() < due_ns) {
        if (stopped(stop)) {
            return false;
        }
    }
    return true;
}
