/* Conditions on columns. */
#include "record/where.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct od_record row(void)
{
    struct od_record r;
    od_record_init(&r);
    r.model = "rfcn";
    r.protocol = "tfs-grpc";
    r.file_name = "val/000000000785.jpg";
    r.file_bytes = 65536;
    r.width = 640;
    r.height = 425;
    r.gt_objects = 5;
    r.batch = 1;
    r.service_ns = 20000000;
    r.start_unix_ns = INT64_C(1700000000000000001);
    r.max_score = 0.5;
    (void)snprintf(r.error, sizeof r.error, "%s", "reset, by \"peer\"");
    return r;
}

static bool holds(const char *text)
{
    struct od_record r = row();
    struct od_where *where = NULL;
    struct od_err err = {0};
    int rc = od_where_parse(text, &where, &err);
    if (rc != 0) {
        fail_msg("%s: %s", text, err.msg);
    }
    bool result = od_where_holds(where, &r);
    od_where_free(where);
    return result;
}

static void test_holds(void **state)
{
    static const char *const yes[] = {
        "model=rfcn", "model!=ssd", "model=ssd|rfcn", "model=~fc", "model!~ssd|yolo",
        "protocol=~grpc", "model=rfcn,protocol=~rest|grpc,objects>=5", " model = rfcn ",
        "model=\"rfcn\"", "model=\"ssd\"|\"rfcn\"", "error=\"reset, by \"\"peer\"\"\"",
        "error=~\"t, b\"", "weights=", "weights!=trained", "model!=",
        /* numbers */
        "objects=5", "objects=5.0", "objects=4|5", "objects!=4|6", "objects>4.5",
        "objects<=5", "objects<6", "objects>=5", "gt_objects=5", "rate=", "rate!=5",
        "objects!=", "rate=|5", "objects=~5", "objects!~6",
        /* more than a double can hold */
        "start_unix_ns=1700000000000000001", "start_unix_ns!=1700000000000000000",
        "start_unix_ns>1700000000000000000",
        /* units */
        "latency=20ms", "service_ns=20000000", "latency>19.9ms", "latency<1s",
        "latency>0", "bytes=64KiB", "bytes>64k", "file_bytes=65536",
        "bytes_up=", "prepare_ns!=1ms",
        /* made of columns */
        "image=000000000785.jpg", "image=~785", "file_name=val/000000000785.jpg",
        "pixels=272000", "pixels>271999", "pixels<300000", "pixels=~272",
        "pixels!=", "max_score=0.5", "max_score>0.25", "result_hash=", "error!=",
        /* no condition */
        "", "  "};
    static const char *const no[] = {
        "model=ssd", "model!=rfcn", "model=ssd|rcnn", "model!=ssd|rfcn", "model=~ssd",
        "model!~fc", "model=rfcn,objects>5", "objects>5,model=rfcn",
        "model=", "model=rfcn ssd", "model=RFCN", "objects<5", "objects=", "objects!=5",
        "objects!=4|5", "objects=6|7",
        /* not measured: no order holds */
        "rate<5", "rate<=5", "rate>5", "rate>=5", "rate=5", "rate!=", "tls_ns<1s",
        "start_unix_ns=1700000000000000000", "latency>20ms", "bytes<64k",
        "image=val/000000000785.jpg", "image=~val", "pixels>272000",
        "pixels=", "weights=trained", "error=reset"};
    (void)state;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (!holds(yes[i])) {
            fail_msg("does not hold: %s", yes[i]);
        }
    }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        if (holds(no[i])) {
            fail_msg("holds: %s", no[i]);
        }
    }
}

static void test_empty(void **state)
{
    struct od_record r;
    struct od_where *where = NULL;
    (void)state;
    od_record_init(&r);
    assert_int_equal(od_where_parse(NULL, &where, NULL), 0);
    assert_null(where);
    assert_true(od_where_holds(NULL, &r));
    /* No size, no pixels: unlike any number. */
    assert_int_equal(od_where_parse("pixels<1000000", &where, NULL), 0);
    assert_false(od_where_holds(where, &r));
    od_where_free(where);
    assert_int_equal(od_where_parse("pixels=,image=,model=", &where, NULL), 0);
    assert_true(od_where_holds(where, &r));
    od_where_free(where);
    od_where_free(NULL);
}

static void test_errors(void **state)
{
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {"speed=1", "'speed=1': no such column"},
        {"=1", "'=1': no such column"},
        {"model", "'model': no operator, as in model=ssd or objects>=5"},
        {"model=a,", "'': no operator, as in model=ssd or objects>=5"},
        {",model=a", "'': no operator, as in model=ssd or objects>=5"},
        {"model=a,,batch=1", "'': no operator, as in model=ssd or objects>=5"},
        {"model==a", "'model==a': no such operator; there are = != =~ !~ < <= > >="},
        {"model!a", "'model!a': no such operator; there are = != =~ !~ < <= > >="},
        {"batch<<1", "'batch<<1': not a number that fits this column"},
        {"model<a", "'model<a': this column holds no numbers"},
        {"batch=1,objects=x", "'objects=x': not a number that fits this column"},
        {"objects=nan", "'objects=nan': not a number that fits this column"},
        {"max_score<inf", "'max_score<inf': not a number that fits this column"},
        {"objects=5ms", "'objects=5ms': not a number that fits this column"},
        {"latency>20parsec", "'latency>20parsec': not a number that fits this column"},
        {"objects>", "'objects>': no number"},
        {"objects>1|2", "'objects>1|2': alternatives go with = != =~ and !~ only"},
        {"model=\"a", "'model=\"a': quotation marks out of place"},
        {"model=\"a\"b", "'model=\"a\"b': quotation marks out of place"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct od_where *where = NULL;
        struct od_err err = {0};
        assert_int_equal(od_where_parse(cases[i].text, &where, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_string_equal(err.msg, cases[i].message);
        assert_null(where);
    }
}

static void test_columns(void **state)
{
    struct od_where *where = NULL;
    (void)state;
    assert_ptr_equal(od_where_column("objects"), od_column_find("gt_objects"));
    assert_ptr_equal(od_where_column("image"), od_column_find("file_name"));
    assert_ptr_equal(od_where_column("bytes"), od_column_find("file_bytes"));
    assert_ptr_equal(od_where_column("latency"), od_column_find("service_ns"));
    assert_ptr_equal(od_where_column("batch"), od_column_find("batch"));
    assert_null(od_where_column("pixels"));
    assert_null(od_where_column("speed"));
    assert_int_equal(od_where_parse("pixels>5,image=a", &where, NULL), 0);
    assert_true(od_where_uses(where, od_column_find("width")));
    assert_true(od_where_uses(where, od_column_find("height")));
    assert_true(od_where_uses(where, od_column_find("file_name")));
    assert_false(od_where_uses(where, od_column_find("model")));
    assert_false(od_where_uses(NULL, od_column_find("model")));
    od_where_free(where);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_holds),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
