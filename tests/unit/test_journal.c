/* The journal of a block: nothing lost, in the order in which places were taken. */
#include "bench/journal.h"

#include "load/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define EACH    ((int64_t)20000)
#define WORKERS 4

/* Every third time is longer than 4 bytes tell: a number goes in and comes out. */
static int64_t time_of(int64_t i)
{
    return i % 3 == 0 ? i + OD_SAMPLES_NARROW_MAX + 1 : i;
}

static int64_t number_of(int64_t ns)
{
    return ns > OD_SAMPLES_NARROW_MAX ? ns - OD_SAMPLES_NARROW_MAX - 1 : ns;
}

static void in_order(void **state)
{
    (void)state;
    struct od_journal *journal = od_journal_new(true);
    struct od_journal_place place = {0};
    struct od_samples samples = {.open = true};
    for (int64_t i = 0; i < EACH; i++) {
        od_journal_add(journal, &place, time_of(i), 2 * time_of(i));
    }
    od_journal_drain(journal, &samples);
    assert_int_equal(samples.count, EACH);
    int64_t *service = od_samples_copy(&samples, OD_SAMPLES_SERVICE);
    int64_t *response = od_samples_copy(&samples, OD_SAMPLES_RESPONSE);
    for (int64_t i = 0; i < EACH; i++) {
        assert_int_equal(service[i], time_of(i));
        assert_int_equal(response[i], 2 * time_of(i));
    }
    free(service);
    free(response);
    od_samples_release(&samples);
    od_journal_free(journal);
}

static void add(struct od_workers *workers, int worker, void *arg)
{
    struct od_journal_place place = {0};
    od_workers_meet(workers);
    for (int64_t i = 0; i < EACH; i++) {
        od_journal_add(arg, &place, time_of(worker * EACH + i), 0);
    }
}

/* Every value once, and those of one worker in its own order. */
static void from_many(void **state)
{
    (void)state;
    struct od_journal *journal = od_journal_new(false);
    struct od_samples samples = {0};
    struct od_workers *workers = NULL;
    int64_t next[WORKERS] = {0};
    assert_int_equal(od_workers_start(WORKERS, add, journal, &workers, NULL), 0);
    od_workers_join(workers);
    od_journal_drain(journal, &samples);
    assert_int_equal(samples.count, WORKERS * EACH);
    int64_t *service = od_samples_copy(&samples, OD_SAMPLES_SERVICE);
    for (size_t i = 0; i < samples.count; i++) {
        int64_t number = number_of(service[i]);
        int64_t worker = number / EACH;
        assert_int_equal(service[i], time_of(number));
        assert_int_equal(number % EACH, next[worker]);
        next[worker]++;
    }
    free(service);
    od_samples_release(&samples);
    od_journal_free(journal);
}

static void empty(void **state)
{
    (void)state;
    struct od_journal *journal = od_journal_new(true);
    struct od_samples samples = {.open = true};
    od_journal_drain(journal, &samples);
    assert_int_equal(samples.count, 0);
    od_journal_free(journal);
    od_journal_free(od_journal_new(false));
    od_journal_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_order),
        cmocka_unit_test(from_many),
        cmocka_unit_test(empty),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
