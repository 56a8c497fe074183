/* A made-up cell without doubts, for the tests of the judge. */
#ifndef OD_TESTS_JUDGE_CELL_H
#define OD_TESTS_JUDGE_CELL_H

#include "bench/judge.h"

#include "base/alloc.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MS     INT64_C(1000000)
#define SECOND INT64_C(1000000000)

enum { BLOCKS = 10, EACH = 100 };

struct cell {
    struct od_judge_ask ask;
    struct od_cell_result result;
    struct od_cell_validity out;
};

static inline struct od_machine_change quiet_machine(void)
{
    return (struct od_machine_change){
        .span_ns = SECOND, .busy_ratio = 0.4, .self_ratio = 0.1, .freq_ratio = 0.02};
}

/* A closed loop: 10 repetitions of 100 requests of 10 ms, a second each. */
static inline void good(struct cell *c)
{
    *c = (struct cell){.ask = {.cell_id = "c003",
                               .rate_per_s = (double)NAN,
                               .permille = 950,
                               .concurrency = 1,
                               .warmup = 5,
                               .usable_cpus = 2,
                               .images_once = true,
                               .governor = ""},
                       .result = {.floor_raw_ns = -1, .floor_client_ns = -1}};
    c->result.blocks = od_xcalloc(BLOCKS, sizeof *c->result.blocks);
    c->result.block_count = BLOCKS;
    for (int i = 0; i < BLOCKS; i++) {
        c->result.blocks[i] = (struct od_block_facts){.rep = i + 1,
                                                      .begin_ns = 2 * i * SECOND,
                                                      .end_ns = (2 * i + 1) * SECOND,
                                                      .planned = EACH,
                                                      .sent = EACH,
                                                      .counted = EACH,
                                                      .last_due_ns = -1,
                                                      .last_sent_ns = -1,
                                                      .median_ns = 10 * MS,
                                                      .head_ns = 10 * MS,
                                                      .rest_ns = 10 * MS,
                                                      .machine = quiet_machine()};
    }
    for (int i = 0; i < BLOCKS * EACH; i++) {
        od_samples_add(&c->result.samples, 10 * MS, 10 * MS);
    }
}

/* An open loop at 100 a second; late_every requests is late by late_ns (0: none is). */
static inline void good_open(struct cell *c, int late_every, int64_t late_ns)
{
    good(c);
    c->ask.open = true;
    c->ask.rate_per_s = 100;
    c->ask.concurrency = 16;
    od_samples_release(&c->result.samples);
    c->result.samples.open = true;
    for (int i = 0; i < BLOCKS * EACH; i++) {
        int64_t late = late_every > 0 && i % late_every == 0 ? late_ns : 20000;
        od_samples_add(&c->result.samples, 10 * MS, 10 * MS + late);
    }
    for (int i = 0; i < BLOCKS; i++) {
        struct od_block_facts *block = &c->result.blocks[i];
        block->last_due_ns = block->begin_ns + 990 * MS;
        block->last_sent_ns = block->last_due_ns + 20000;
    }
}

static inline void judge(struct cell *c)
{
    od_judge_cell(&c->ask, &c->result, &c->out);
}

static inline void release(struct cell *c)
{
    od_samples_release(&c->result.samples);
    free(c->result.blocks);
    od_cell_validity_release(&c->out);
}

static inline void assert_near(double got, double want)
{
    if (!(fabs(got - want) < 1e-9)) {
        fail_msg("%.12g, not %.12g", got, want);
    }
}

static inline void assert_doubts(const struct cell *c, unsigned doubts)
{
    char got[OD_DOUBT_COUNT + 1];
    char want[OD_DOUBT_COUNT + 1];
    assert_string_equal(od_doubt_marks(od_cell_validity_doubts(&c->out), got),
                        od_doubt_marks(doubts, want));
}

static inline void assert_finding(const struct cell *c, enum od_doubt doubt,
                                  const char *detail, const char *hint)
{
    assert_doubts(c, od_doubt_bit(doubt));
    assert_string_equal(c->out.findings[0].detail, detail);
    assert_string_equal(c->out.findings[0].hint, hint);
}

#endif
