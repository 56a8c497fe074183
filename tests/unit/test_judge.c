/*
 * Doubts from made-up results: a good cell has none, and each change of it has exactly
 * the doubt that the change is about. The expected numbers are worked out by hand.
 */
#include "judge_cell.h"

static void test_good(void **state)
{
    struct cell c;
    (void)state;
    good(&c);
    judge(&c);
    assert_doubts(&c, 0);
    assert_string_equal(c.out.cell_id, "c003");
    assert_int_equal(c.out.counted, 1000);
    assert_int_equal(c.out.failed, 0);
    assert_int_equal(c.out.repetitions, 10);
    assert_int_equal(c.out.span_ns, 10 * SECOND);
    assert_near(c.out.achieved_per_s, 100);
    assert_true(isnan(c.out.offered_per_s));
    assert_int_equal(c.out.lateness_p99_ns, -1);
    assert_int_equal(c.out.windows, 10);
    assert_near(c.out.windows_range_ratio, 0);
    assert_near(c.out.busy_ratio, 0.4);
    assert_near(c.out.self_cpu_ratio, 0.1);
    assert_near(c.out.steal_ratio, 0);
    release(&c);
}

static void test_good_open(void **state)
{
    struct cell c;
    (void)state;
    good_open(&c, 0, 0);
    judge(&c);
    assert_doubts(&c, 0);
    assert_near(c.out.offered_per_s, 100);
    assert_int_equal(c.out.lateness_p50_ns, 20000);
    assert_int_equal(c.out.lateness_p99_ns, 20000);
    release(&c);
}

/* Nothing ran: nothing is known, and nothing is doubted. */
static void test_nothing(void **state)
{
    struct cell c;
    (void)state;
    good(&c);
    c.result.block_count = 0;
    judge(&c);
    assert_doubts(&c, 0);
    assert_int_equal(c.out.counted, -1);
    release(&c);
}

static void test_unsteady(void **state)
{
    struct cell c;
    (void)state;
    good(&c);
    for (int i = 0; i < BLOCKS; i++) {
        c.result.blocks[i].median_ns = (10 + i) * MS;
        c.result.blocks[i].head_ns = c.result.blocks[i].rest_ns = (10 + i) * MS;
    }
    judge(&c);
    /* 10 .. 19 ms: the median is 14.5, the range 9, the slope 1 a window. */
    assert_near(c.out.windows_range_ratio, 9 / 14.5);
    assert_finding(
        &c, OD_DOUBT_UNSTEADY,
        "medians of 10 windows range over 62.1% and moved by +62.1%, limit 10%",
        "--stability 10%x3");
    od_cell_validity_release(&c.out);
    c.ask.range_ratio = 0.5;
    judge(&c);
    assert_finding(
        &c, OD_DOUBT_UNSTEADY,
        "medians of 10 windows range over 62.1% and moved by +62.1%, limit 50%",
        "--max-repetitions");
    od_cell_validity_release(&c.out);
    c.ask.range_ratio = 0.7;
    judge(&c);
    assert_doubts(&c, 0);
    release(&c);
}

/* One block: the rows themselves are cut into windows. */
static void test_unsteady_block(void **state)
{
    struct cell c;
    (void)state;
    good(&c);
    c.result.block_count = 1;
    judge(&c);
    assert_doubts(&c, 0);
    assert_int_equal(c.out.windows, OD_JUDGE_WINDOWS);
    od_cell_validity_release(&c.out);
    od_samples_release(&c.result.samples);
    for (int i = 0; i < BLOCKS * EACH; i++) {
        od_samples_add(&c.result.samples, 10 * MS + i * MS / 100, 0);
    }
    judge(&c);
    assert_doubts(&c, od_doubt_bit(OD_DOUBT_UNSTEADY));
    release(&c);
}

static void test_few_samples(void **state)
{
    struct cell c;
    (void)state;
    good(&c);
    c.ask.permille = 990;
    judge(&c);
    assert_doubts(&c, 0); /* 1000 of 662 */
    od_cell_validity_release(&c.out);
    c.ask.permille = 999;
    judge(&c);
    assert_finding(&c, OD_DOUBT_FEW_SAMPLES, "1000, and p99.9 needs 6636",
                   "--min-samples 6636");
    od_cell_validity_release(&c.out);
    c.ask.min_samples = true;
    judge(&c);
    assert_finding(&c, OD_DOUBT_FEW_SAMPLES, "1000, and p99.9 needs 6636",
                   "--max-repetitions");
    release(&c);
}

static void test_warmup(void **state)
{
    struct cell c;
    (void)state;
    good(&c);
    for (int i = 0; i < BLOCKS; i++) {
        c.result.blocks[i].head_ns = 12 * MS;
    }
    judge(&c);
    assert_finding(&c, OD_DOUBT_SHORT_WARMUP,
                   "the first ones of a block took 1.20 times the others, in 10 of 10 "
                   "blocks, limit 1.10",
                   "--warmup 20");
    od_cell_validity_release(&c.out);
    for (int i = 0; i < 3; i++) {
        c.result.blocks[i].head_ns = 10 * MS; /* 7 of 10 blocks are not enough */
    }
    judge(&c);
    assert_doubts(&c, 0);
    od_cell_validity_release(&c.out);
    c.result.block_count = 2; /* few blocks need a clearer case */
    c.result.blocks[0].head_ns = c.result.blocks[1].head_ns = 149 * MS / 10;
    judge(&c);
    assert_doubts(&c, 0);
    od_cell_validity_release(&c.out);
    c.result.blocks[0].head_ns = c.result.blocks[1].head_ns = 15 * MS;
    c.ask.warmup = 0;
    judge(&c);
    assert_doubts(&c, od_doubt_bit(OD_DOUBT_SHORT_WARMUP));
    assert_string_equal(c.out.findings[0].hint, "--warmup 10");
    od_cell_validity_release(&c.out);
    for (int i = 0; i < 2; i++) {
        c.result.blocks[i].head_ns = c.result.blocks[i].rest_ns = -1;
    }
    judge(&c);
    assert_doubts(&c, 0);
    release(&c);
}

static void test_rate(void **state)
{
    struct cell c;
    (void)state;
    good_open(&c, 0, 0);
    for (int i = 0; i < BLOCKS; i++) {
        c.result.blocks[i].last_sent_ns = c.result.blocks[i].begin_ns + 1980 * MS;
    }
    judge(&c);
    /* 99 gaps in 0.99 s and in 1.98 s. */
    assert_finding(&c, OD_DOUBT_RATE_NOT_KEPT,
                   "100 requests/s were due and 50 left, limit 95%", "--concurrency 64");
    od_cell_validity_release(&c.out);
    c.ask.rate_per_s = (double)NAN; /* a trace: what was due tells the rate */
    judge(&c);
    assert_near(c.out.offered_per_s, 100);
    release(&c);
    good_open(&c, 0, 0);
    c.result.unsent = 7;
    judge(&c);
    assert_finding(&c, OD_DOUBT_RATE_NOT_KEPT, "7 requests that were due were never sent",
                   "--concurrency 64");
    assert_int_equal(c.out.unsent, 7);
    release(&c);
}

static void test_late(void **state)
{
    struct cell c;
    (void)state;
    good_open(&c, 100, 2 * MS); /* 1%, not more */
    judge(&c);
    assert_doubts(&c, 0);
    release(&c);
    good_open(&c, 50, 2 * MS); /* no timer is so late: now and then all were taken */
    judge(&c);
    assert_finding(&c, OD_DOUBT_SENDER_LATE,
                   "20 of 1000 requests left more than 0.50 ms late, p99 2.00 ms",
                   "--concurrency 64");
    release(&c);
    good_open(&c, 50, 4 * MS / 5);
    judge(&c);
    assert_finding(&c, OD_DOUBT_SENDER_LATE,
                   "20 of 1000 requests left more than 0.50 ms late, p99 0.80 ms",
                   "--precise");
    od_cell_validity_release(&c.out);
    c.ask.precise = true;
    judge(&c);
    assert_doubts(&c, od_doubt_bit(OD_DOUBT_SENDER_LATE));
    assert_string_equal(c.out.findings[0].hint, "--pin");
    release(&c);
    good_open(&c, 1, 2 * MS); /* all are: they wait for a connection */
    judge(&c);
    assert_doubts(&c, od_doubt_bit(OD_DOUBT_SENDER_LATE));
    assert_string_equal(c.out.findings[0].hint, "--concurrency 64");
    release(&c);
    good_open(&c, 50, MS / 2); /* 5% of 10 ms is the limit, not beyond it */
    judge(&c);
    assert_doubts(&c, 0);
    release(&c);
}

static void test_errors(void **state)
{
    struct cell c;
    (void)state;
    good(&c);
    c.result.failed = 10; /* of 1010 */
    judge(&c);
    assert_doubts(&c, 0);
    od_cell_validity_release(&c.out);
    c.result.failed = 11;
    judge(&c);
    assert_finding(&c, OD_DOUBT_ERRORS, "11 of 1011 requests, limit 1%",
                   "odbench-report --table errors");
    release(&c);
    good(&c);
    c.result.differing = 3;
    judge(&c);
    assert_finding(&c, OD_DOUBT_ANSWERS, "3 images", "");
    release(&c);
}

/* Ten answers without a box are a doubt, one box anywhere takes it away. */
static void test_no_boxes(void **state)
{
    static const struct {
        struct od_found found;
        bool unscaled;
        const char *detail; /* NULL: no doubt */
        const char *hint;
    } cases[] = {
        {{.empty = 9}, false, NULL, NULL},
        {{.empty = 10}, false, "10 answers", ""},
        {{.empty = 1000},
         true,
         "1000 answers to floats from 0 to 255",
         "--input-format scale=1/255"},
        {{.boxed = 1, .empty = 999}, true, NULL, NULL},
        {{.boxed = 0, .empty = 0}, true, NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cell c;
        good(&c);
        c.result.found = cases[i].found;
        c.ask.unscaled = cases[i].unscaled;
        judge(&c);
        if (cases[i].detail != NULL) {
            assert_finding(&c, OD_DOUBT_NO_BOXES, cases[i].detail, cases[i].hint);
        } else {
            assert_doubts(&c, 0);
        }
        release(&c);
    }
}

static void set_block(struct cell *c, int i, int64_t head, int64_t rest)
{
    c->result.blocks[i].head_ns = head;
    c->result.blocks[i].rest_ns = rest;
    c->result.blocks[i].median_ns = rest;
}

static void test_cache(void **state)
{
    struct cell c;
    (void)state;
    good(&c);
    set_block(&c, 0, 20 * MS, 20 * MS);
    judge(&c);
    /* One window of ten differs: the range is 100%, but there is no trend. */
    assert_finding(&c, OD_DOUBT_CACHE,
                   "repetition 1 took 2.00 times the later ones, which agree within 0%, "
                   "limit 1.25",
                   "--repetitions 1 with more images");
    od_cell_validity_release(&c.out);
    c.ask.images_once = false; /* a block that sends each image several times */
    judge(&c);
    assert_doubts(&c, 0);
    od_cell_validity_release(&c.out);
    c.ask.images_once = true;
    c.result.blocks[0].rep = 2; /* the first was resumed away */
    judge(&c);
    assert_doubts(&c, 0);
    release(&c);
    good(&c);
    set_block(&c, 0, 40 * MS, 10 * MS); /* a cold start: only its beginning is slow */
    c.result.blocks[0].median_ns = 20 * MS;
    judge(&c);
    assert_doubts(&c, 0);
    release(&c);
    good(&c);
    for (int i = 0; i < BLOCKS; i++) {
        set_block(&c, i, (30 - 2 * i) * MS, (30 - 2 * i) * MS); /* a drift, not a cache */
    }
    judge(&c);
    assert_doubts(&c, od_doubt_bit(OD_DOUBT_UNSTEADY));
    release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),           cmocka_unit_test(test_good_open),
        cmocka_unit_test(test_nothing),        cmocka_unit_test(test_unsteady),
        cmocka_unit_test(test_unsteady_block), cmocka_unit_test(test_few_samples),
        cmocka_unit_test(test_warmup),         cmocka_unit_test(test_rate),
        cmocka_unit_test(test_late),           cmocka_unit_test(test_errors),
        cmocka_unit_test(test_no_boxes),       cmocka_unit_test(test_cache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
