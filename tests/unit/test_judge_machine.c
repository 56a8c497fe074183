/* Doubts about the machine, from made-up counters. */
#include "judge_cell.h"

static void each_block(struct cell *c, struct od_machine_change machine)
{
    for (int i = 0; i < BLOCKS; i++) {
        c->result.blocks[i].machine = machine;
    }
}

static void test_busy(void **state)
{
    struct cell c;
    struct od_machine_change machine = quiet_machine();
    (void)state;
    good(&c);
    machine.busy_ratio = 0.95;
    each_block(&c, machine);
    judge(&c);
    assert_finding(&c, OD_DOUBT_CLIENT_BUSY,
                   "all CPUs 95% busy, this process 5% of 2, limit 90%", "");
    od_cell_validity_release(&c.out);
    c.ask.concurrency = 4; /* others do it: sending less would not help */
    judge(&c);
    assert_finding(&c, OD_DOUBT_CLIENT_BUSY,
                   "all CPUs 95% busy, this process 5% of 2, limit 90%", "");
    od_cell_validity_release(&c.out);
    c.ask.concurrency = 1;
    machine.span_ns = 10 * MS; /* ten times 10 ms are too few ticks */
    each_block(&c, machine);
    judge(&c);
    assert_doubts(&c, 0);
    assert_true(isnan(c.out.busy_ratio));
    od_cell_validity_release(&c.out);
    machine = quiet_machine();
    machine.self_ratio = 0.95;
    c.ask.usable_cpus = 1; /* --pin 0 */
    c.ask.concurrency = 4;
    each_block(&c, machine);
    judge(&c);
    assert_finding(&c, OD_DOUBT_CLIENT_BUSY,
                   "all CPUs 40% busy, this process 95% of 1, limit 90%",
                   "a lower --concurrency or --rate");
    od_cell_validity_release(&c.out);
    c.ask.precise = true; /* it spins */
    judge(&c);
    assert_doubts(&c, 0);
    od_cell_validity_release(&c.out);
    machine = (struct od_machine_change){
        .span_ns = SECOND, .busy_ratio = -1, .self_ratio = -1, .steal_ratio = -1};
    each_block(&c, machine);
    judge(&c);
    assert_doubts(&c, 0);
    assert_true(isnan(c.out.busy_ratio) && isnan(c.out.self_cpu_ratio) &&
                isnan(c.out.steal_ratio));
    release(&c);
}

/* One block in which the machine did something, and what is said of it. */
static void test_machine(void **state)
{
    static const struct {
        struct od_machine_change machine;
        const char *governor;
        const char *detail; /* NULL: no doubt */
        const char *hint;
        enum od_doubt doubt;
    } cases[] = {
        {{.clock_step_ns = -5 * SECOND}, "", "by -5.000 s", "", OD_DOUBT_CLOCK_STEPPED},
        {{.governor_changed = true},
         "",
         "the governor changed",
         "the frequency governor performance",
         OD_DOUBT_FREQUENCY},
        {{.freq_ratio = 0.25},
         "performance",
         "by up to 25% within a block, limit 10%",
         "",
         OD_DOUBT_FREQUENCY},
        {{.freq_ratio = 0.25},
         "powersave",
         "by up to 25% within a block, limit 10%",
         "the frequency governor performance",
         OD_DOUBT_FREQUENCY},
        {{.freq_ratio = 0.10}, "", NULL, NULL, OD_DOUBT_FREQUENCY},
        {{.freq_ratio = -1, .swap_pages = -1, .throttles = -1},
         "",
         NULL,
         NULL,
         OD_DOUBT_SWAP},
        /* 0.3 in one of ten blocks of the same length are 3%. */
        {{.steal_ratio = 0.3}, "", "3.0% of the time, limit 2%", "", OD_DOUBT_STEAL},
        {{.steal_ratio = 0.1}, "", NULL, NULL, OD_DOUBT_STEAL},
        {{.swap_pages = 64},
         "",
         "64 pages, limit 64",
         "a smaller --memory",
         OD_DOUBT_SWAP},
        {{.swap_pages = 63}, "", NULL, NULL, OD_DOUBT_SWAP},
        {{.throttles = 2}, "", "2 times", "", OD_DOUBT_THROTTLED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cell c;
        good(&c);
        c.ask.governor = cases[i].governor;
        c.result.blocks[4].machine = cases[i].machine;
        c.result.blocks[4].machine.span_ns = SECOND;
        judge(&c);
        if (cases[i].detail != NULL) {
            assert_finding(&c, cases[i].doubt, cases[i].detail, cases[i].hint);
        } else {
            assert_doubts(&c, 0);
        }
        release(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_busy),
        cmocka_unit_test(test_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
