/* The study's claims on its own numbers and on made ones. */
#include "report/findings.h"

#include "base/rng.h"
#include "table_rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { IMAGES = 30 };
static char names[IMAGES][16];

struct made {
    struct made_rows rows;
    struct od_data points;
    struct od_findings findings;
};

static void judge(struct made *made)
{
    od_data_make(&made->points, rows_of(&made->rows));
    od_findings_make(&made->points, &made->findings);
}

static void release(struct made *made)
{
    od_findings_release(&made->findings);
    od_data_release(&made->points);
    made_rows_release(&made->rows);
}

static const struct od_evidence *line(const struct od_findings *findings, int claim,
                                      const char *about)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct od_evidence *item = &findings->items[i];
        if (item->claim == claim && strcmp(item->about, about) == 0) {
            return item;
        }
    }
    fail_msg("no line of claim %d about %s", claim, about);
    return NULL;
}

static bool noted(const struct od_findings *findings, const char *text)
{
    bool found = false;
    for (size_t i = 0; i < findings->note_count; i++) {
        found |= strstr(findings->notes[i], text) != NULL;
    }
    return found;
}

static void published_numbers(void **state)
{
    (void)state;
    static const char *const files[] = {"results/paper/table-1.csv",
                                        "results/paper/table-2.csv",
                                        "results/paper/table-3.csv"};
    struct made made = {0};
    struct od_rows rows = {0};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(od_rows_read(&rows, files[i], NULL, NULL), 0);
    }
    for (size_t i = 0; i < rows.count; i++) {
        od_rows_get(&rows, i, add_row(&made.rows, "", "", "", 0));
    }
    judge(&made);
    const struct od_findings *found = &made.findings;
    assert_int_equal(line(found, 1, "everything")->stand, OD_SUPPORTED);
    assert_int_equal(line(found, 1, "everything")->count, 9);
    assert_int_equal(line(found, 2, "everything")->stand, OD_SUPPORTED);
    assert_int_equal(line(found, 2, "everything")->count, 18);
    assert_int_equal(line(found, 3, "everything")->stand, OD_SUPPORTED);
    assert_int_equal(line(found, 3, "servers that are faster by themselves")->count, 8);
    assert_int_equal(line(found, 4, "everything")->stand, OD_NOT_TESTABLE);
    assert_int_equal(line(found, 5, "everything")->stand, OD_NOT_TESTABLE);
    /* The two oddities that the study's readers know. */
    assert_true(noted(found,
                      "client>cloud ssd-mobilenet, 000000000285.jpg: REST 24.838 ms, "
                      "gRPC 61.947 ms"));
    assert_true(noted(found,
                      "24.838 ms stands twice: client>client ssd-mobilenet gRPC and "
                      "client>cloud ssd-mobilenet REST"));
    assert_true(noted(found,
                      "client>edge, 000000000285.jpg: ssd-mobilenet over REST takes "
                      "1719.862 ms, rfcn over gRPC 1148.077 ms"));
    assert_true(noted(found,
                      "client>edge, 000000000802.jpg: ssd-mobilenet over REST takes "
                      "1612.187 ms, rfcn over gRPC 1364.712 ms"));
    release(&made);
    od_rows_release(&rows);
}

/* One image in one combination; a time of base + of_objects * objects + of_bytes * KB. */
static void put(struct made *made, const char *target, const char *model, int image,
                double base_us, double of_objects_us, double of_kb_us)
{
    struct od_rng rng;
    (void)snprintf(names[image], sizeof names[image], "%02d.jpg", image);
    od_rng_init(&rng, 5, (uint64_t)image);
    int64_t objects = (int64_t)od_rng_below(&rng, 30);
    int64_t bytes = 40000 + (int64_t)od_rng_below(&rng, 200000);
    for (int rest = 0; rest < 2; rest++) {
        double us = base_us + of_objects_us * (double)objects +
                    of_kb_us * (double)bytes / 1000 + 10 * od_rng_unit(&rng) +
                    (rest == 1 ? 500 : 0);
        struct od_record *record =
            add_row(&made->rows, target, target, model, (int64_t)(us * 1000) | 1);
        record->protocol = rest == 1 ? "tfs-rest" : "tfs-grpc";
        record->file_name = names[image];
        record->file_bytes = bytes;
        record->gt_objects = objects;
    }
}

static void two_stages_are_told_from_one(void **state)
{
    (void)state;
    struct made made = {0};
    for (int i = 0; i < IMAGES; i++) {
        put(&made, "here", "one-stage", i, 3000, 0, 0);
        put(&made, "here", "two-stage", i, 8000, 250, 1);
    }
    judge(&made);
    const struct od_findings *found = &made.findings;
    assert_int_equal(line(found, 4, "here>here two-stage gRPC")->stand, OD_SUPPORTED);
    assert_int_equal(line(found, 4, "here>here two-stage REST")->stand, OD_SUPPORTED);
    assert_true(line(found, 4, "here>here two-stage gRPC")->low > 0.5);
    assert_int_not_equal(line(found, 4, "here>here one-stage gRPC")->stand, OD_SUPPORTED);
    assert_int_not_equal(line(found, 4, "everything")->stand, OD_SUPPORTED);
    assert_int_equal(line(found, 2, "everything")->stand, OD_SUPPORTED);
    assert_int_equal(line(found, 2, "here two-stage")->count, IMAGES);
    assert_int_equal(line(found, 1, "here")->stand, OD_SUPPORTED);
    assert_int_equal(line(found, 3, "everything")->stand, OD_NOT_TESTABLE);
    assert_int_equal(line(found, 5, "everything")->stand, OD_NOT_TESTABLE);
    release(&made);
}

static void the_slowest_machine_may_reverse(void **state)
{
    (void)state;
    struct made made = {0};
    for (int i = 0; i < IMAGES; i++) {
        put(&made, "fast", "two-stage", i, 8000, 250, 1);
        put(&made, "slow", "two-stage", i, 90000, 5, 100);
    }
    judge(&made);
    assert_int_equal(line(&made.findings, 5, "everything")->stand, OD_SUPPORTED);
    assert_int_equal(line(&made.findings, 5, "everything")->count, 2);
    release(&made);
    made = (struct made){0};
    for (int i = 0; i < IMAGES; i++) {
        put(&made, "fast", "two-stage", i, 8000, 5, 100);
        put(&made, "slow", "two-stage", i, 90000, 250, 1);
    }
    judge(&made);
    assert_int_equal(line(&made.findings, 5, "everything")->stand, OD_CONTRADICTED);
    release(&made);
}

static void groups_that_disagree_leave_it_open(void **state)
{
    (void)state;
    struct made made = {0};
    for (int i = 0; i < IMAGES; i++) {
        put(&made, "here", "plain", i, 3000, 0, 0);
    }
    for (int i = 0; i < 10; i++) {
        put(&made, "here", "odd", i, 3000, 0, 0);
        /* gRPC of that model takes longer than its REST. */
        made.rows.items[made.rows.count - 2].service_ns += 1000000;
    }
    judge(&made);
    assert_int_equal(line(&made.findings, 2, "here plain")->stand, OD_SUPPORTED);
    assert_int_equal(line(&made.findings, 2, "here odd")->stand, OD_CONTRADICTED);
    assert_int_equal(line(&made.findings, 2, "everything")->stand, OD_UNDECIDED);
    assert_true(noted(&made.findings, "against claim 2: 10 of 40"));
    release(&made);
}

static void the_plainest_variant_counts(void **state)
{
    (void)state;
    struct made made = {0};
    struct od_record *record = add_row(&made.rows, "c", "c", "m", 1000);
    record->payload = "jpeg";
    record->concurrency = 1;
    record = add_row(&made.rows, "c", "c", "m", 5000);
    record->payload = "tensor";
    record->concurrency = 4;
    for (int64_t i = 0; i < 3; i++) {
        record = add_row(&made.rows, "c", "c", "m", 2000 + i * i);
        record->payload = "tensor";
        record->concurrency = 1;
    }
    record = add_row(&made.rows, "c", "c", "m", 9);
    record->payload = "tensor";
    record->concurrency = 1;
    record->rate = 10;
    add_row(&made.rows, "c", "c", "m", 8)->status = "timeout";
    od_data_make(&made.points, rows_of(&made.rows));
    assert_int_equal(made.points.count, 1);
    assert_int_equal(made.points.items[0].ns, 2001);
    assert_int_equal(made.points.items[0].count, 3);
    assert_int_equal(made.points.left_out, 3);
    release(&made);
}

static void no_rows_are_no_findings(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    struct od_table table = {0};
    od_findings_build(rows_of(&rows), &table);
    assert_int_equal(table.row_count, 6);
    for (size_t i = 0; i < table.row_count; i++) {
        assert_string_equal(od_table_cell(&table, i, 2)->text, "not testable");
        assert_int_equal(strncmp(od_table_cell(&table, i, 8)->text, "missing: ", 9), 0);
    }
    od_table_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_numbers),
        cmocka_unit_test(two_stages_are_told_from_one),
        cmocka_unit_test(the_slowest_machine_may_reverse),
        cmocka_unit_test(groups_that_disagree_leave_it_open),
        cmocka_unit_test(the_plainest_variant_counts),
        cmocka_unit_test(no_rows_are_no_findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
