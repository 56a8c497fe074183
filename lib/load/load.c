/* Tickets of closed and open loops. */
#include "load/load.h"

#include "base/clock.h"

#include <math.h>

#define SLICE_NS INT64_C(50000000)

void od_load_init(struct od_load *load, size_t count)
{
    atomic_init(&load->next, 0);
    atomic_init(&load->stop, false);
    load->count = count;
    load->schedule = NULL;
    load->start_ns = 0;
    load->end_ns = INT64_MAX;
    load->spin_ns = 0;
}

void od_load_init_open(struct od_load *load, const struct od_schedule *schedule)
{
    od_load_init(load, schedule->count);
    load->schedule = schedule;
}

void od_load_start(struct od_load *load, int64_t now_ns, int64_t duration_ns)
{
    load->start_ns = now_ns;
    load->end_ns = duration_ns > 0 ? now_ns + duration_ns : INT64_MAX;
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
    if (load->schedule != NULL) {
        /* A slot whose time has come stays due, however late its worker is. */
        int64_t offset = od_schedule_at(load->schedule, index);
        *slot = (struct od_slot){
            .index = index,
            .sched_ns = load->start_ns + offset,
            .before_ns = index > 0
                             ? load->start_ns + od_schedule_at(load->schedule, index - 1)
                             : 0,
            .rate_per_s = od_schedule_rate(load->schedule, index)};
        return slot->sched_ns < load->end_ns;
    }
    *slot = (struct od_slot){
        .index = index, .sched_ns = od_now_ns(), .rate_per_s = (double)NAN};
    return slot->sched_ns < load->end_ns;
}

bool od_load_await(struct od_load *load, int64_t until_ns, bool closely)
{
    int64_t wake_ns = closely ? until_ns - load->spin_ns : until_ns;
    int64_t now = od_now_ns();
    while (now < wake_ns && !od_load_stopped(load)) {
        od_sleep_until_ns(wake_ns - now > SLICE_NS ? now + SLICE_NS : wake_ns);
        now = od_now_ns();
    }
    while (now < until_ns && !od_load_stopped(load)) {
        now = od_now_ns();
    }
    return !od_load_stopped(load);
}

void od_load_stop(struct od_load *load)
{
    atomic_store_explicit(&load->stop, true, memory_order_relaxed);
}

bool od_load_stopped(struct od_load *load)
{
    return atomic_load_explicit(&load->stop, memory_order_relaxed);
}
