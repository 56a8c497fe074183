/* Columns, records, CSV lines. */
#include "record/record.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* DESIGN's order, by hand: columns are only ever appended. */
static const char header[] =
    "schema,run_id,cell_id,rep,seq,attempt,phase,pair,client,target,placement,model,"
    "model_version,weights,protocol,payload,batch,concurrency,rate,connection,image_id,"
    "file_name,file_bytes,width,height,gt_objects,start_unix_ns,sched_ns,send_ns,end_ns,"
    "status,code,error,service_ns,response_ns,prepare_ns,decode_ns,queue_ns,dns_ns,"
    "connect_ns,tls_ns,upload_ns,upload_acked_ns,wait_ns,download_ns,remainder_ns,"
    "srv_total_ns,srv_decode_ns,srv_queue_ns,srv_preprocess_ns,srv_infer_ns,"
    "srv_postprocess_ns,srv_proposals,srv_source,conn_id,tcp_rtt_ns,tcp_retransmits,"
    "bytes_up,bytes_down,detections,max_score,result_hash,preprocess_ns";

static void test_header(void **state)
{
    struct od_buf out;
    (void)state;
    od_buf_init(&out, 0);
    od_csv_header(&out);
    assert_memory_equal(out.data, header, strlen(header));
    assert_true(out.data[out.len - 1] == '\n');
    od_buf_release(&out);
}

static void test_columns(void **state)
{
    const struct od_column *column = od_column_find("service_ns");
    (void)state;
    assert_non_null(column);
    assert_int_equal(column->type, OD_COLUMN_INT);
    assert_int_equal(column->offset, offsetof(struct od_record, service_ns));
    assert_null(od_column_find("service"));
    assert_null(od_column_at(od_column_count()));
    assert_string_equal(od_column_at(0)->name, "schema");
    for (size_t i = 0; i < od_column_count(); i++) {
        assert_ptr_equal(od_column_find(od_column_at(i)->name), od_column_at(i));
        assert_true(strlen(od_column_at(i)->help) > 0);
    }
}

static void test_empty_record(void **state)
{
    struct od_record record;
    struct od_buf out;
    (void)state;
    od_record_init(&record);
    od_buf_init(&out, 0);
    od_csv_row(&record, &out);
    assert_int_equal(out.data[0], '1');
    assert_int_equal(strspn(out.data + 1, ","), od_column_count() - 1);
    assert_int_equal(out.len, od_column_count() + 1);
    od_buf_release(&out);
}

static void test_values(void **state)
{
    static const struct {
        const char *name;
        const char *text;
    } cases[] = {
        {"run_id", "plain"},
        {"model", "\"a,b\""},
        {"client", "\"say \"\"x\"\"\""},
        {"target", "\"two\nlines\""},
        {"payload", "\" blank\""},
        {"service_ns", "0"},
        {"sched_ns", "-5"},
        {"rate", "0.1"},
        {"max_score", "0.30000000000000004"},
        {"error", "\"a, b\""},
        {"result_hash", ""},
        {"dns_ns", ""},
        {"protocol", "\"\"\"\""},
    };
    struct od_record record;
    struct od_buf whole;
    (void)state;
    od_record_init(&record);
    record.run_id = "plain";
    record.model = "a,b";
    record.client = "say \"x\"";
    record.target = "two\nlines";
    record.payload = " blank";
    record.protocol = "\"";
    record.service_ns = 0;
    record.sched_ns = -5;
    record.rate = 0.1;
    record.max_score = 0.1 + 0.2;
    memcpy(record.error, "a, b", 5);
    od_buf_init(&whole, 0);
    od_csv_row(&record, &whole);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        /* Only the wanted column is set, so that the line shows its quoting alone. */
        struct od_record one;
        struct od_buf out;
        const struct od_column *column = od_column_find(cases[i].name);
        size_t sizes[] = {sizeof(int64_t), sizeof(double), sizeof(char *), column->size};
        od_record_init(&one);
        one.schema = OD_NONE;
        memcpy((char *)&one + column->offset, (char *)&record + column->offset,
               sizes[column->type]);
        od_buf_init(&out, 0);
        od_csv_row(&one, &out);
        size_t before = strspn(out.data, ",");
        assert_int_equal(out.len, od_column_count() + strlen(cases[i].text));
        if (cases[i].text[0] != '\0') {
            assert_memory_equal(out.data + before, cases[i].text, strlen(cases[i].text));
            assert_ptr_equal(od_column_at(before), column);
        }
        od_buf_release(&out);
    }
    od_buf_release(&whole);
}

static void test_counts(void **state)
{
    static const struct {
        const char *phase;
        const char *status;
        bool counts;
    } cases[] = {
        {"main", "ok", true},       {"warmup", "ok", false}, {"drain", "ok", false},
        {"main", "timeout", false}, {NULL, "ok", false},     {"main", NULL, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_record record;
        od_record_init(&record);
        record.phase = cases[i].phase;
        record.status = cases[i].status;
        assert_int_equal(od_record_counts(&record), cases[i].counts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header),       cmocka_unit_test(test_columns),
        cmocka_unit_test(test_empty_record), cmocka_unit_test(test_values),
        cmocka_unit_test(test_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
