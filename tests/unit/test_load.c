/* Tickets and workers: every slot once, meetings, stopping. */
#include "load/load.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SLOTS   20000
#define THREADS 7

struct shared {
    struct od_load first;
    struct od_load second;
    atomic_int taken[SLOTS];
    atomic_int in_first;
    atomic_bool early;
};

static void take_all(struct od_workers *workers, int worker, void *arg)
{
    struct shared *s = arg;
    struct od_slot slot;
    (void)worker;
    atomic_fetch_add(&s->in_first, 1);
    while (od_ticket_next(&s->first, &slot)) {
        atomic_fetch_add(&s->taken[slot.index], 1);
    }
    atomic_fetch_sub(&s->in_first, 1);
    od_workers_meet(workers);
    if (atomic_load(&s->in_first) != 0) {
        atomic_store(&s->early, true);
    }
    while (od_ticket_next(&s->second, &slot)) {
        atomic_fetch_add(&s->taken[slot.index], 1);
    }
}

static void every_slot_once(void **state)
{
    (void)state;
    static struct shared s;
    struct od_workers *workers = NULL;
    memset(&s, 0, sizeof s);
    od_load_init(&s.first, SLOTS);
    od_load_init(&s.second, SLOTS);
    assert_int_equal(od_workers_start(THREADS, take_all, &s, &workers, NULL), 0);
    while (!od_workers_wait(workers, 10000000)) {
    }
    od_workers_join(workers);
    assert_false(atomic_load(&s.early));
    for (size_t i = 0; i < SLOTS; i++) {
        assert_int_equal(atomic_load(&s.taken[i]), 2);
    }
}

static void until_stopped(struct od_workers *workers, int worker, void *arg)
{
    struct shared *s = arg;
    struct od_slot slot;
    (void)workers;
    (void)worker;
    while (od_ticket_next(&s->first, &slot)) {
        od_sleep_until_ns(od_now_ns() + 100000);
    }
}

static void stops(void **state)
{
    (void)state;
    static struct shared s;
    struct od_workers *workers = NULL;
    struct od_slot slot;
    od_load_init(&s.first, SIZE_MAX / 2);
    assert_int_equal(od_workers_start(2, until_stopped, &s, &workers, NULL), 0);
    assert_false(od_workers_wait(workers, 1000000));
    od_load_stop(&s.first);
    while (!od_workers_wait(workers, 10000000)) {
    }
    od_workers_join(workers);
    assert_true(od_load_stopped(&s.first));
    assert_false(od_ticket_next(&s.first, &slot));
}

static void slots_are_due_now(void **state)
{
    (void)state;
    struct od_load load;
    struct od_slot slot;
    od_load_init(&load, 1);
    int64_t before = od_now_ns();
    assert_true(od_ticket_next(&load, &slot));
    assert_int_equal(slot.index, 0);
    assert_true(slot.sched_ns >= before && slot.sched_ns <= od_now_ns());
    assert_false(od_ticket_next(&load, &slot));
}

#define OPEN_SLOTS 300

struct open_loop {
    struct od_load load;
    struct od_schedule schedule;
    int64_t start_ns;
    atomic_int taken[OPEN_SLOTS];
    atomic_bool early;
    atomic_bool wrong;
};

static void send_as_planned(struct od_workers *workers, int worker, void *arg)
{
    struct open_loop *o = arg;
    struct od_slot slot;
    (void)workers;
    (void)worker;
    while (od_ticket_next(&o->load, &slot)) {
        if (!od_load_await(&o->load, slot.sched_ns, true)) {
            return;
        }
        if (od_now_ns() < slot.sched_ns) {
            atomic_store(&o->early, true);
        }
        int64_t planned = o->start_ns + od_schedule_at(&o->schedule, slot.index);
        int64_t before = slot.index > 0
                             ? o->start_ns + od_schedule_at(&o->schedule, slot.index - 1)
                             : 0;
        if (slot.before_ns != before || slot.sched_ns != planned ||
            slot.rate_per_s < 9999.9) {
            atomic_store(&o->wrong, true);
        }
        atomic_fetch_add(&o->taken[slot.index], 1);
    }
}

static void open_loop_with(struct open_loop *o, int64_t spin_ns, int64_t duration_ns)
{
    struct od_workers *workers = NULL;
    memset(o, 0, sizeof *o);
    o->schedule = (struct od_schedule){.count = OPEN_SLOTS, .rate_per_s = 10000};
    od_load_init_open(&o->load, &o->schedule);
    o->load.spin_ns = spin_ns;
    o->start_ns = od_now_ns() + 1000000;
    od_load_start(&o->load, o->start_ns, duration_ns);
    assert_int_equal(od_workers_start(3, send_as_planned, o, &workers, NULL), 0);
    while (!od_workers_wait(workers, 10000000)) {
    }
    od_workers_join(workers);
    assert_false(atomic_load(&o->early));
    assert_false(atomic_load(&o->wrong));
}

static void never_before_the_planned_time(void **state)
{
    (void)state;
    static struct open_loop o;
    static const int64_t spins[] = {0, 50000, 10000000};
    for (size_t k = 0; k < sizeof spins / sizeof *spins; k++) {
        open_loop_with(&o, spins[k], 0);
        for (size_t i = 0; i < OPEN_SLOTS; i++) {
            assert_int_equal(atomic_load(&o.taken[i]), 1);
        }
    }
}

/* 0, 0.1 ... 9.9 ms lie within 10 ms: 100 slots, however late they are sent. */
static void duration_ends_an_open_loop(void **state)
{
    (void)state;
    static struct open_loop o;
    open_loop_with(&o, 0, 10000000);
    for (size_t i = 0; i < OPEN_SLOTS; i++) {
        assert_int_equal(atomic_load(&o.taken[i]), i < 100 ? 1 : 0);
    }
}

static void a_late_slot_is_due_at_once(void **state)
{
    (void)state;
    struct od_load load;
    struct od_slot slot;
    struct od_schedule schedule = {.count = 2, .rate_per_s = 1e-3};
    od_load_init_open(&load, &schedule);
    /* The second slot is due 1000 s after the start, which was 3000 s ago. */
    int64_t start = od_now_ns() - INT64_C(3000000000000);
    od_load_start(&load, start, 0);
    assert_true(od_ticket_next(&load, &slot));
    assert_true(od_ticket_next(&load, &slot));
    assert_int_equal(slot.sched_ns, start + INT64_C(1000000000000));
    assert_true(od_load_await(&load, slot.sched_ns, true));
    assert_false(od_ticket_next(&load, &slot));
}

static void wait_an_hour(struct od_workers *workers, int worker, void *arg)
{
    struct od_load *load = arg;
    struct od_slot slot;
    (void)workers;
    (void)worker;
    while (od_ticket_next(load, &slot)) {
        if (od_load_await(load, slot.sched_ns, true) && slot.index > 0) {
            od_load_stop(NULL); /* an hour cannot have passed */
        }
    }
}

static void stop_ends_a_wait(void **state)
{
    (void)state;
    struct od_workers *workers = NULL;
    struct od_load load;
    struct od_schedule schedule = {.count = 10, .rate_per_s = 1.0 / 3600};
    od_load_init_open(&load, &schedule);
    od_load_start(&load, od_now_ns(), 0);
    assert_int_equal(od_workers_start(2, wait_an_hour, &load, &workers, NULL), 0);
    assert_false(od_workers_wait(workers, 1000000));
    od_load_stop(&load);
    while (!od_workers_wait(workers, 10000000)) {
    }
    od_workers_join(workers);
    assert_true(atomic_load(&load.next) < load.count);
}

static void duration_ends_a_closed_loop(void **state)
{
    (void)state;
    struct od_load load;
    struct od_slot slot;
    od_load_init(&load, SIZE_MAX);
    int64_t now = od_now_ns();
    od_load_start(&load, now - 2, 1);
    assert_false(od_ticket_next(&load, &slot));
    od_load_init(&load, SIZE_MAX);
    od_load_start(&load, now, INT64_C(3600000000000));
    assert_true(od_ticket_next(&load, &slot));
    assert_true(slot.rate_per_s != slot.rate_per_s); /* not a number */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_slot_once),
        cmocka_unit_test(stops),
        cmocka_unit_test(slots_are_due_now),
        cmocka_unit_test(never_before_the_planned_time),
        cmocka_unit_test(duration_ends_an_open_loop),
        cmocka_unit_test(a_late_slot_is_due_at_once),
        cmocka_unit_test(stop_ends_a_wait),
        cmocka_unit_test(duration_ends_a_closed_loop),
    };
    return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
