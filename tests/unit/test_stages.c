/* Stages add up to the service time, whatever a row holds. */
#include "base/rng.h"
#include "table/specs.h"

#include "table_rows.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct od_table_choice no_choice = {.digits = -1};

enum { FIRST = 4, STAGES = 9 }; /* columns: target, model, protocol, n, the stages */

static struct od_table build(const struct od_rows *rows)
{
    struct od_table table = {0};
    struct od_err err = {0};
    assert_int_equal(
        od_table_build(od_table_spec_find("stages"), rows, &no_choice, &table, &err), 0);
    return table;
}

/* The sum over the stages of a line is that of the service times, to the nanosecond. */
static void assert_adds_up(const struct od_table *table, size_t row)
{
    int64_t sum_ns = 0;
    size_t total = FIRST + STAGES;
    const struct od_cell *mean = od_table_cell(table, row, total);
    for (size_t i = FIRST; i < total; i++) {
        const struct od_cell *cell = od_table_cell(table, row, i);
        if (cell->kind == OD_CELL_MS) {
            assert_int_equal(cell->mean.count, mean->mean.count);
            sum_ns += cell->mean.sum_ns;
        }
    }
    assert_int_equal(sum_ns, mean->mean.sum_ns);
}

static void assert_sums(const struct od_table *table, const int64_t expected[STAGES])
{
    for (size_t i = 0; i < STAGES; i++) {
        const struct od_cell *cell = od_table_cell(table, 0, FIRST + i);
        assert_int_equal(cell->kind == OD_CELL_MS ? cell->mean.sum_ns : -1, expected[i]);
    }
}

static struct od_record *add_staged(struct made_rows *rows)
{
    struct od_record *r = add_row(rows, "c", "c", "m", 10000);
    r->dns_ns = 100;
    r->connect_ns = 300;
    r->tls_ns = 600;
    r->upload_ns = 1000;
    r->wait_ns = 5000;
    r->download_ns = 2000;
    r->srv_queue_ns = 10;
    r->srv_decode_ns = 200;
    r->srv_preprocess_ns = 300;
    r->srv_infer_ns = 3000;
    r->srv_postprocess_ns = 90;
    return r;
}

static void what_the_server_tells_is_taken_out_of_the_wait(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    (void)add_staged(&rows);
    struct od_table table = build(rows_of(&rows));
    /* connect, upload, queue, preprocess, inference, postprocess, other, download, rest
     */
    assert_sums(&table,
                (const int64_t[]){1000, 1000, 10, 500, 3000, 90, 1400, 2000, 1000});
    assert_adds_up(&table, 0);
    od_table_release(&table);
    /* A second request without a server's times: its wait is all other. */
    struct od_record *plain = add_staged(&rows);
    plain->srv_queue_ns = plain->srv_decode_ns = plain->srv_preprocess_ns = OD_NONE;
    plain->srv_infer_ns = plain->srv_postprocess_ns = OD_NONE;
    table = build(rows_of(&rows));
    assert_sums(&table,
                (const int64_t[]){2000, 2000, 10, 500, 3000, 90, 6400, 4000, 2000});
    assert_non_null(strstr(table.notes[1], "1 requests lack a stage"));
    assert_adds_up(&table, 0);
    od_table_release(&table);
    made_rows_release(&rows);
}

static void times_that_contradict_each_other_are_not_used(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    add_staged(&rows)->srv_infer_ns = 4401;
    struct od_table table = build(rows_of(&rows));
    assert_sums(&table, (const int64_t[]){1000, 1000, -1, -1, -1, -1, 5000, 2000, 1000});
    assert_non_null(
        strstr(table.notes[1], "times of 1 requests are longer than their wait"));
    od_table_release(&table);
    rows.count = 0;
    add_staged(&rows)->upload_ns = 2001;
    (void)add_staged(&rows);
    table = build(rows_of(&rows));
    assert_sums(&table,
                (const int64_t[]){1000, 1000, 10, 500, 3000, 90, 1400, 2000, 11000});
    assert_non_null(strstr(table.notes[1], "stages of 1 requests are longer than their"));
    assert_adds_up(&table, 0);
    od_table_release(&table);
    made_rows_release(&rows);
}

static void sources_are_named(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    add_staged(&rows)->srv_source = "server-timing";
    struct od_table table = build(rows_of(&rows));
    assert_null(strstr(table.notes[1], "server-timing"));
    od_table_release(&table);
    add_staged(&rows)->srv_source = "tfs-prometheus";
    struct od_record *failed = add_staged(&rows);
    failed->status = "http_error";
    failed->srv_source = "ovms-prometheus";
    add_staged(&rows)->srv_source = "body";
    table = build(rows_of(&rows));
    assert_non_null(strstr(table.notes[1], "are of body, server-timing, tfs-prometheus, "
                                           "in which the same word may mean"));
    assert_non_null(strstr(table.notes[1], "srv_source in --by"));
    od_table_release(&table);
    static const char *const columns[] = {"model", "srv_source"};
    struct od_table_choice by = {.digits = -1, .by = columns, .by_count = 2};
    assert_int_equal(
        od_table_build(od_table_spec_find("stages"), rows_of(&rows), &by, &table, NULL),
        0);
    assert_null(strstr(table.notes[1], "--by"));
    od_table_release(&table);
    rows.items[0].srv_source = "body";
    rows.items[1].srv_source = "body";
    table = build(rows_of(&rows));
    assert_string_equal(table.notes[1], "the server's times are of body");
    od_table_release(&table);
    made_rows_release(&rows);
}

static void nothing_measured_is_empty(void **state)
{
    (void)state;
    struct made_rows rows = {0};
    (void)add_row(&rows, "c", "c", "m", 10000);
    struct od_table table = build(rows_of(&rows));
    assert_sums(&table, (const int64_t[]){-1, -1, -1, -1, -1, -1, -1, -1, -1});
    assert_string_equal(table.notes[0], "no stage was measured");
    od_table_release(&table);
    made_rows_release(&rows);
}

static int64_t random_span(struct od_rng *rng)
{
    uint64_t value = od_rng_below(rng, 6000);
    return value < 600 ? OD_NONE : value < 650 ? -5 : (int64_t)value;
}

static void random_rows_add_up(void **state)
{
    (void)state;
    struct od_rng rng;
    od_rng_init(&rng, 5, 0);
    static const char *const models[] = {"a", "b", "c", "d"};
    for (int round = 0; round < 200; round++) {
        struct made_rows rows = {0};
        for (size_t i = 0; i < 20; i++) {
            struct od_record *r = add_row(&rows, "c", "c", models[od_rng_below(&rng, 4)],
                                          (int64_t)od_rng_below(&rng, 30000));
            int64_t *const spans[] = {&r->dns_ns,
                                      &r->connect_ns,
                                      &r->tls_ns,
                                      &r->upload_ns,
                                      &r->wait_ns,
                                      &r->download_ns,
                                      &r->srv_queue_ns,
                                      &r->srv_decode_ns,
                                      &r->srv_infer_ns,
                                      &r->srv_preprocess_ns,
                                      &r->srv_postprocess_ns};
            for (size_t k = 0; k < sizeof spans / sizeof spans[0]; k++) {
                *spans[k] = random_span(&rng);
            }
        }
        struct od_table table = build(rows_of(&rows));
        for (size_t row = 0; row < table.row_count; row++) {
            if (od_table_cell(&table, row, FIRST + STAGES - 1)->kind == OD_CELL_MS) {
                assert_adds_up(&table, row);
            }
        }
        od_table_release(&table);
        made_rows_release(&rows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_server_tells_is_taken_out_of_the_wait),
        cmocka_unit_test(times_that_contradict_each_other_are_not_used),
        cmocka_unit_test(sources_are_named),
        cmocka_unit_test(nothing_measured_is_empty),
        cmocka_unit_test(random_rows_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
