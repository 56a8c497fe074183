/* Tickets of a closed loop. */
#include "load/load.h"

#include "base/clock.h"

void od_load_init(struct od_load *load, size_t count)
{
    atomic_init(&load->next, 0);
    atomic_init(&load->stop, false);
    load->count = count;
}

bool od_ticket_next(struct od_load *load, struct od_slot *slot)
{
    if (od_load_stopped(load)) {
        return false;
    }
    size_t index = atomic_fetch_add_explicit(&load->next, 1, memory_order_relaxed);
    if (index >= load->count) {
        return false;
    }
    *slot = (struct od_slot){.index = index, .sched_ns = od_now_ns()};
    return true;
}

void od_load_stop(struct od_load *load)
{
    atomic_store_explicit(&load->stop, true, memory_order_relaxed);
}

bool od_load_stopped(struct od_load *load)
{
    return atomic_load_explicit(&load->stop, memory_order_relaxed);
}
