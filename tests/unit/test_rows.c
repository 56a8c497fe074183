/* Result files back into memory. */
#include "record/digest.h"
#include "record/rows.h"
#include "record/where.h"

#include "scratch.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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
        (void)strcpy(record.error, i == 100 ? "late" : "");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),       cmocka_unit_test(test_cut),
        cmocka_unit_test(test_errors),     cmocka_unit_test(test_no_file_and_limit),
        cmocka_unit_test(test_round_trip), cmocka_unit_test(rows_share_and_leave_out),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
