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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_slot_once),
        cmocka_unit_test(stops),
        cmocka_unit_test(slots_are_due_now),
    };
    return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
