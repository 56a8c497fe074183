/* Result files back into memory. */
#include "base/rng.h"
#include "record/digest.h"
#include "record/rows.h"
#include "record/where.h"

#include "scratch.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int setup(void **state)
{
    *state = scratch_new();
    return 0;
}

static int teardown(void **state)
{
    scratch_free(*state);
    return 0;
}

static void test_read(void **state)
{
    static const char text[] =
        "\xef\xbb\xbfprotocol,future,service_ns,model,rate,error,width\r\n"
        "tfs-grpc,x,20000000, padded ,2.5,\"a \"\"b\"\",\nc\",\r\n"
        "\n"
        "tfs-grpc,,,ssd,,,640\n";
    struct od_rows rows = {0};
    struct od_err err = {0};
    size_t cut = 0;
    char *path = scratch_file(*state, "a.csv", text);
    assert_int_equal(od_rows_read(&rows, path, &cut, &err), 0);
    assert_string_equal(err.msg, "");
    assert_int_equal(rows.count, 2);
    assert_int_equal(cut, 0);
    struct od_record first;
    struct od_record second;
    od_rows_get(&rows, 0, &first);
    od_rows_get(&rows, 1, &second);
    assert_string_equal(first.model, " padded ");
    assert_int_equal(first.service_ns, 20000000);
    assert_true(first.rate == 2.5);
    assert_string_equal(first.error, "a \"b\",\nc");
    assert_true(first.width == OD_NONE);
    assert_true(first.schema == OD_NONE);
    assert_true(second.service_ns == OD_NONE);
    assert_true(isnan(second.rate));
    assert_int_equal(second.width, 640);
    assert_null(second.run_id);
    assert_ptr_equal(first.protocol, second.protocol);
    /* A second file goes behind the first. */
    assert_int_equal(od_rows_read(&rows, path, NULL, &err), 0);
    assert_int_equal(rows.count, 4);
    assert_ptr_equal(od_rows_kind(&rows, 3)->record.model, od_rows_intern(&rows, "ssd"));
    od_rows_release(&rows);
    free(path);
}

static void test_cut(void **state)
{
#define HEAD "model,protocol,service_ns\na,b,1\n"
    static const char *const texts[] = {HEAD "a,b,12", HEAD "a",     HEAD "\"a",
                                        HEAD "a,",     HEAD "\"a\n", HEAD "a,\""};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct od_rows rows = {0};
        struct od_err err = {0};
        size_t cut = 0;
        char *path = scratch_file(*state, "cut.csv", texts[i]);
        assert_int_equal(od_rows_read(&rows, path, &cut, &err), 0);
        assert_int_equal(rows.count, 1);
        assert_int_equal(cut, 1);
        od_rows_release(&rows);
        free(path);
    }
}

static void test_errors(void **state)
{
    static const struct {
        const char *text;
        const char *message; /* behind the path */
    } cases[] = {
        {"", ":1: no result file: no header line"},
        {"a,b\n1,2\n", ":1: no result file: no column model"},
        {"model,protocol\n", ":1: no result file: no column service_ns"},
        {"model,model,protocol,service_ns\n", ":1: a column stands twice in the header"},
        {HEAD "a,b\n", ":3: 2 fields, but the header has 3: none for service_ns"},
        {HEAD "a,b,1,2\n", ":3: 4 fields, but the header has 3"},
        {HEAD "a,b,1.5\n", ":3: column service_ns: '1.5' is not a whole number"},
        {HEAD "a,\"b\nc\",1\na,b,x\n",
         ":5: column service_ns: 'x' is not a whole number"},
        {HEAD "a,\"b\"c,1\n", ":3: quotation marks out of place"},
        {HEAD "a,b\"c,1\n", ":3: quotation marks out of place"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_rows rows = {0};
        struct od_err err = {0};
        char *path = scratch_file(*state, "bad.csv", cases[i].text);
        assert_int_equal(od_rows_read(&rows, path, NULL, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_memory_equal(err.msg, path, strlen(path));
        assert_string_equal(err.msg + strlen(path), cases[i].message);
        od_rows_release(&rows);
        free(path);
    }
}

static void test_no_file_and_limit(void **state)
{
    struct od_rows rows = {0};
    struct od_err err = {0};
    char *path = od_path_join(*state, "none.csv");
    assert_int_equal(od_rows_read(&rows, path, NULL, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    free(path);
    od_err_clear(&err);
    size_t len = 3 << 20;
    char *text = od_xmalloc(len + 1);
    memset(text, 'x', len);
    text[len] = '\0';
    memcpy(text, HEAD, strlen(HEAD));
    path = scratch_file(*state, "long.csv", text);
    assert_int_equal(od_rows_read(&rows, path, NULL, &err), -1);
    assert_int_equal(err.code, OD_ELIMIT);
    od_rows_release(&rows);
    free(path);
    free(text);
}

/* What od_csv_row writes, od_rows_read reads: every column, awkward values. */
static void test_round_trip(void **state)
{
    struct od_record record;
    struct od_buf out;
    struct od_rows rows = {0};
    struct od_err err = {0};
    od_record_init(&record);
    for (size_t i = 0; i < od_column_count(); i++) {
        const struct od_column *column = od_column_at(i);
        void *at = (char *)&record + column->offset;
        if (column->type == OD_COLUMN_INT) {
            *(int64_t *)at = (int64_t)i * -1234567890123LL;
        } else if (column->type == OD_COLUMN_REAL) {
            *(double *)at = 1.0 / (double)(i + 3);
        } else if (column->type == OD_COLUMN_STR) {
            *(const char **)at = "x\"y,\r\nz ";
        } else {
            memcpy(at, ",\"\n", 4);
        }
    }
    od_buf_init(&out, 0);
    od_csv_header(&out);
    od_csv_row(&record, &out);
    char *path = scratch_file(*state, "round.csv", out.data);
    assert_int_equal(od_rows_read(&rows, path, NULL, &err), 0);
    assert_int_equal(rows.count, 1);
    od_buf_reset(&out);
    od_csv_row(&record, &out);
    struct od_buf again;
    od_buf_init(&again, 0);
    struct od_record back;
    od_rows_get(&rows, 0, &back);
    assert_true(rows.digests[0] == od_record_digest(&record));
    od_csv_row(&back, &again);
    assert_string_equal(again.data, out.data);
    assert_true(back.max_score == record.max_score);
    od_buf_release(&again);
    od_buf_release(&out);
    od_rows_release(&rows);
    free(path);
}

/* What rows share stands once; of the rest only what is asked for is kept, and the digest
 * is of all of it. */
static void rows_share_and_leave_out(void **state)
{
    (void)state;
    struct od_column_set only = {
        .has = {[OD_AT_service_ns] = true, [OD_AT_error] = true}};
    struct od_where *where = NULL;
    assert_int_equal(od_where_parse("model!=m3", &where, NULL), 0);
    struct od_rows rows = {.only = &only, .where = where};
    static const char *const models[] = {"m0", "m1", "m2", "m3"};
    struct od_record record;
    struct od_record back;
    for (int i = 0; i < 400; i++) {
        od_record_init(&record);
        record.model = models[i / 2 % 4];
        record.image_id = i % 5;
        record.service_ns = 1000 + i;
        record.seq = i;
        (void)snprintf(record.error, sizeof record.error, "%s", i == 100 ? "late" : "");
        size_t before = rows.count;
        assert_int_equal(od_rows_add(&rows, &record, NULL), 0);
        assert_int_equal(rows.count - before, i / 2 % 4 == 3 ? 0 : 1);
        if (rows.count > before) {
            assert_true(rows.digests[before] == od_record_digest(&record));
        }
    }
    assert_int_equal(rows.count, 300);
    assert_int_equal(rows.kinds.count, 3);
    assert_int_equal(rows.images.count, 5);
    size_t late = 0;
    for (size_t i = 0; i < rows.count; i++) {
        od_rows_get(&rows, i, &back);
        int64_t number = back.service_ns - 1000;
        assert_string_equal(back.model, models[number / 2 % 4]);
        assert_int_equal(back.image_id, number % 5);
        assert_true(back.seq == OD_NONE && isnan(back.max_score));
        assert_string_equal(back.error, number == 100 ? "late" : "");
        assert_string_equal(od_rows_text(&rows, OD_AT_error, i), back.error);
        late += *back.error != '\0' ? 1 : 0;
    }
    assert_int_equal(late, 1);
    assert_null(rows.columns[OD_AT_seq].ints);
    od_rows_release(&rows);
    od_where_free(where);
}

enum { MANY = 20000 };

/* Blocks of rows, of which some columns are empty for a while, or 0 throughout. */
static void make_record(struct od_rng *rng, int i, struct od_record *r)
{
    static const char *const models[] = {"m0", "m1", "", "m3"};
    static const char *const names[] = {"a.jpg", "b,c.jpg", "d.jpg"};
    od_record_init(r);
    r->run_id = "r";
    r->rep = i / 500;
    r->seq = i;
    r->phase = i < 100 ? "warmup" : "main";
    r->model = models[i / 100 % 4];
    r->protocol = od_rng_below(rng, 50) == 0 ? "tfs-rest" : "tfs-grpc";
    r->rate = i % 3000 < 1500 ? (double)NAN : 2.5;
    r->image_id = (int64_t)od_rng_below(rng, 7);
    r->file_name = names[r->image_id % 3];
    r->status = "ok";
    r->service_ns = (int64_t)od_rng_below(rng, 1000000);
    r->tcp_retransmits = 0;
    r->srv_infer_ns = i < 15000 ? OD_NONE : i;
    r->max_score = i < 12000 ? (double)NAN : 0.5 + i % 7 / 16.0;
    if (od_rng_below(rng, 300) == 0) {
        (void)snprintf(r->error, sizeof r->error, "\"late\",\n%d", i);
    }
}

static void expect_same(const struct od_rows *rows, size_t at, const struct od_record *r)
{
    struct od_record back;
    struct od_buf written;
    struct od_buf found;
    od_buf_init(&written, 0);
    od_buf_init(&found, 0);
    od_rows_get(rows, at, &back);
    od_csv_row(r, &written);
    od_csv_row(&back, &found);
    assert_string_equal(found.data, written.data);
    assert_true(rows->digests[at] == od_record_digest(r));
    od_buf_release(&written);
    od_buf_release(&found);
}

/* A file in many batches gives what was written, all of it or what conditions hold for.
 */
static void many_rows_come_back(void **state)
{
    struct od_rng rng;
    struct od_record record;
    struct od_buf text;
    struct od_where *where = NULL;
    struct od_rows all = {0};
    od_buf_init(&text, 0);
    od_csv_header(&text);
    od_rng_init(&rng, 5, 0);
    for (int i = 0; i < MANY; i++) {
        make_record(&rng, i, &record);
        od_csv_row(&record, &text);
    }
    assert_int_equal(
        od_where_parse("image=~jpg,model!=m3,error=|late,service_ns>=1000", &where, NULL),
        0);
    struct od_rows some = {.where = where};
    char *path = scratch_file(*state, "many.csv", text.data);
    assert_int_equal(od_rows_read(&all, path, NULL, NULL), 0);
    assert_int_equal(od_rows_read(&some, path, NULL, NULL), 0);
    assert_int_equal(all.count, MANY);
    od_rng_init(&rng, 5, 0);
    size_t held = 0;
    for (int i = 0; i < MANY; i++) {
        make_record(&rng, i, &record);
        expect_same(&all, (size_t)i, &record);
        if (od_where_holds(where, &record)) {
            expect_same(&some, held++, &record);
        }
    }
    assert_int_equal(some.count, held);
    assert_true(held > MANY / 2 && all.kinds.count < 40 && all.images.count == 7);
    assert_null(all.columns[OD_AT_pair].ints);
    free(path);
    od_where_free(where);
    od_rows_release(&all);
    od_rows_release(&some);
    od_buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),           cmocka_unit_test(test_cut),
        cmocka_unit_test(test_errors),         cmocka_unit_test(test_no_file_and_limit),
        cmocka_unit_test(test_round_trip),     cmocka_unit_test(rows_share_and_leave_out),
        cmocka_unit_test(many_rows_come_back),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
