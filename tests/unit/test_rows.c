/* Result files back into memory. */
#include "record/rows.h"

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
    assert_string_equal(rows.items[0].model, " padded ");
    assert_int_equal(rows.items[0].service_ns, 20000000);
    assert_true(rows.items[0].rate == 2.5);
    assert_string_equal(rows.items[0].error, "a \"b\",\nc");
    assert_true(rows.items[0].width == OD_NONE);
    assert_true(rows.items[0].schema == OD_NONE);
    assert_true(rows.items[1].service_ns == OD_NONE);
    assert_true(isnan(rows.items[1].rate));
    assert_int_equal(rows.items[1].width, 640);
    assert_null(rows.items[1].run_id);
    assert_ptr_equal(rows.items[0].protocol, rows.items[1].protocol);
    /* A second file goes behind the first. */
    assert_int_equal(od_rows_read(&rows, path, NULL, &err), 0);
    assert_int_equal(rows.count, 4);
    assert_ptr_equal(rows.items[3].model, od_rows_intern(&rows, "ssd"));
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
    od_csv_row(&rows.items[0], &again);
    assert_string_equal(again.data, out.data);
    assert_true(rows.items[0].max_score == record.max_score);
    od_buf_release(&again);
    od_buf_release(&out);
    od_rows_release(&rows);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),       cmocka_unit_test(test_cut),
        cmocka_unit_test(test_errors),     cmocka_unit_test(test_no_file_and_limit),
        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
