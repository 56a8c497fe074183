/* What servers count of themselves: pages as real servers write them, and our own read
 * back. */
#include "protocol/counters.h"

#include "service/canonical.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct od_model model = {.name = "m"};

static int decode(const struct od_counters_source *source, enum od_transport by, int code,
                  const char *body, struct od_counters *out, struct od_err *err)
{
    struct od_reply reply;
    od_reply_init(&reply, 0);
    reply.code = code;
    od_buf_puts(&reply.body, body);
    int rc = source->decode(source, &model, by, &reply, out, err);
    od_reply_release(&reply);
    return rc;
}

static bool is(const struct od_counter *counter, double count, double sum_ns)
{
    return counter->count == count && counter->sum_ns == sum_ns;
}

/* Names, labels and units as odbench-wire(7), Counters. */
static void tfs_page(void **state)
{
    (void)state;
    const char *page =
        "# TYPE :tensorflow:serving:request_latency histogram\n"
        ":tensorflow:serving:request_latency_bucket{model_name=\"m\",API=\"predict\","
        "entrypoint=\"REST\",le=\"10\"} 0\n"
        ":tensorflow:serving:request_latency_sum{model_name=\"m\",API=\"predict\","
        "entrypoint=\"REST\"} 2500\n"
        ":tensorflow:serving:request_latency_count{model_name=\"m\",API=\"predict\","
        "entrypoint=\"REST\"} 2\n"
        ":tensorflow:serving:request_latency_sum{model_name=\"m\",API=\"Predict\","
        "entrypoint=\"GRPC\"} 900\n"
        ":tensorflow:serving:request_latency_count{model_name=\"m\",API=\"Predict\","
        "entrypoint=\"GRPC\"} 1\n"
        ":tensorflow:serving:runtime_latency_sum{model_name=\"m\",API=\"Predict\","
        "runtime=\"TF1\"} 3000\n"
        ":tensorflow:serving:runtime_latency_count{model_name=\"m\",API=\"Predict\","
        "runtime=\"TF1\"} 3\n";
    struct od_counters c;
    assert_int_equal(decode(&od_counters_tfs, OD_HTTP, 200, page, &c, NULL), 0);
    assert_true(is(&c.total, 2, 2.5e6) && is(&c.infer, 3, 3e6));
    assert_true(c.queue.count == -1 && c.preprocess.count == -1);
    assert_int_equal(decode(&od_counters_tfs, OD_GRPC, 200, page, &c, NULL), 0);
    assert_true(is(&c.total, 1, 9e5));
    /* Before the first request there is no series. */
    assert_int_equal(decode(&od_counters_tfs, OD_HTTP, 200, "", &c, NULL), 0);
    assert_true(is(&c.total, 0, 0));
    struct od_err err = {0};
    assert_int_equal(decode(&od_counters_tfs, OD_HTTP, 404, "", &c, &err), -1);
    assert_int_equal(err.code, OD_ESERVER);
    assert_non_null(strstr(err.msg, "404"));
}

static void triton_page(void **state)
{
    (void)state;
    const char *page =
        "{\"model_stats\":[{\"name\":\"other\",\"inference_stats\":{\"success\":"
        "{\"count\":9,\"ns\":9}}},{\"name\":\"m\",\"version\":\"1\",\"last_inference\":1,"
        "\"inference_count\":3,\"inference_stats\":{\"success\":{\"count\":3,\"ns\":600},"
        "\"fail\":{\"count\":1,\"ns\":5},\"queue\":{\"count\":3,\"ns\":60},"
        "\"compute_input\":{\"count\":3,\"ns\":90},\"compute_infer\":{\"count\":3,"
        "\"ns\":360},\"compute_output\":{\"count\":3,\"ns\":30}}},{\"name\":\"m\","
        "\"version\":\"2\",\"inference_stats\":{\"success\":{\"count\":1,\"ns\":400}}}]}";
    struct od_counters c;
    struct od_err err = {0};
    const struct od_counters_source *rest = &od_counters_triton_rest;
    assert_int_equal(decode(rest, OD_HTTP, 200, page, &c, NULL), 0);
    assert_true(is(&c.total, 4, 1000) && is(&c.queue, 3, 60) && is(&c.infer, 3, 360));
    assert_true(is(&c.preprocess, 3, 90) && is(&c.postprocess, 3, 30));
    assert_int_equal(decode(rest, OD_HTTP, 200, "{\"model_stats\":[]}", &c, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    err = (struct od_err){0};
    assert_int_equal(decode(rest, OD_HTTP, 200, "{\"model_stats\"", &c, &err), -1);
    assert_int_equal(err.code, OD_EDECODE);
    err = (struct od_err){0};
    assert_int_equal(decode(rest, OD_HTTP, 400, "{}", &c, &err), -1);
    assert_int_equal(err.code, OD_ESERVER);
    err = (struct od_err){0};
    assert_int_equal(decode(&od_counters_triton_grpc, OD_GRPC, 0, "\xff\xff", &c, &err),
                     -1);
    assert_int_equal(err.code, OD_EDECODE);
    err = (struct od_err){0};
    assert_int_equal(
        decode(&od_counters_triton_grpc, OD_GRPC, OD_CODE_UNIMPLEMENTED, "", &c, &err),
        -1);
    assert_int_equal(err.code, OD_ESERVER);
}

static struct od_counted counted(const char *name, double unit)
{
    struct od_counted out = {.version = 1};
    (void)snprintf(out.model, sizeof out.model, "%s", name);
    for (int by = 0; by < 2; by++) {
        double u = unit * (by + 1);
        out.by[by] = (struct od_counters){
            {u, 1000 * u}, {u, 2000 * u}, {u, 3000 * u}, {u, 4000 * u}, {u, 5000 * u}};
    }
    return out;
}

/* What our server shows is what our client reads, for every source. */
static void there_and_back(void **state)
{
    (void)state;
    struct od_counted models[] = {counted("m\"\\", 7), counted("m", 3)};
    const struct od_counters_source *source = NULL;
    for (size_t i = 0; (source = od_counters_at(i)) != NULL; i++) {
        struct od_message message = {0};
        struct od_model asked;
        struct od_reply reply;
        struct od_counters c;
        assert_int_equal(source->encode(source, &model, &message, NULL), 0);
        assert_true(source->asked(source, &message, &asked));
        od_reply_init(&reply, 0);
        source->render(source, models, 2, &asked, &reply);
        for (enum od_transport by = OD_HTTP; by <= OD_GRPC; by++) {
            assert_int_equal(source->decode(source, &model, by, &reply, &c, NULL), 0);
            /* Some count each transport, some all together; none the other model. */
            double own = by == OD_HTTP ? 3 : 6;
            const struct od_counter *one = c.total.count >= 0 ? &c.total : &c.infer;
            double unit = one == &c.total ? 1000 : 4000;
            assert_true(one->count == own || one->count == 9);
            assert_true(one->sum_ns == unit * one->count);
        }
        od_message_release(&message);
        od_reply_release(&reply);
    }
}

static void finds(void **state)
{
    (void)state;
    assert_ptr_equal(od_counters_find("triton-statistics", OD_GRPC),
                     &od_counters_triton_grpc);
    assert_ptr_equal(od_counters_find("triton-statistics", OD_HTTP),
                     &od_counters_triton_rest);
    assert_ptr_equal(od_counters_find("tfs-prometheus", OD_GRPC), &od_counters_tfs);
    assert_null(od_counters_find("prometheus", OD_HTTP));
    struct od_message other = {.verb = "GET", .path = (char *)(uintptr_t) "/v2/models/m"};
    struct od_model asked;
    for (size_t i = 0; od_counters_at(i) != NULL; i++) {
        assert_false(od_counters_at(i)->asked(od_counters_at(i), &other, &asked));
    }
    other.path = (char *)(uintptr_t) "/v2/models/m/versions/1/stats";
    assert_true(od_counters_triton_rest.asked(&od_counters_triton_rest, &other, &asked));
    assert_string_equal(asked.name, "m");
}

static void between(void **state)
{
    (void)state;
    struct od_counters a = {{1, 100}, {-1, 0}, {1, 10}, {1, 50}, {-1, 0}};
    struct od_counters b = {{3, 700}, {-1, 0}, {3, 30}, {3, 55}, {-1, 0}};
    struct od_server_facts facts;
    od_server_facts_init(&facts);
    facts.decode_ns = 5;
    (void)strcpy(facts.weights, "user");
    assert_true(od_counters_between(&od_counters_tfs, &a, &b, 2, &facts));
    assert_int_equal(facts.total_ns, 300);
    assert_int_equal(facts.preprocess_ns, 10);
    assert_int_equal(facts.infer_ns, 3); /* 2.5 rounded */
    assert_int_equal(facts.queue_ns, -1);
    assert_int_equal(facts.decode_ns, -1); /* another source's: not mixed */
    assert_string_equal(facts.weights, "user");
    assert_string_equal(facts.source, "tfs-prometheus");
    struct od_server_facts kept = facts;
    assert_false(od_counters_between(&od_counters_tfs, &a, &b, 1, &facts));
    assert_false(od_counters_between(&od_counters_tfs, &a, &a, 0, &facts));
    b.infer.count = 4; /* somebody else's request */
    assert_false(od_counters_between(&od_counters_tfs, &a, &b, 2, &facts));
    b.infer = (struct od_counter){3, 49}; /* the server began anew */
    assert_false(od_counters_between(&od_counters_tfs, &a, &b, 2, &facts));
    b.infer = (struct od_counter){3, 50}; /* an engine that only holds */
    struct od_server_facts holds = facts;
    assert_true(od_counters_between(&od_counters_tfs, &a, &b, 2, &holds));
    assert_int_equal(holds.infer_ns, 0);
    b.total = (struct od_counter){3, 100}; /* counted, its time not added yet */
    assert_false(od_counters_between(&od_counters_tfs, &a, &b, 2, &facts));
    struct od_counters untold = a;
    untold.total.count = -1;
    b.total.count = -1;
    assert_false(od_counters_between(&od_counters_torchserve, &untold, &b, 2, &facts));
    od_counters_init(&a);
    assert_false(od_counters_between(&od_counters_tfs, &a, &b, 2, &facts));
    assert_memory_equal(&kept, &facts, sizeof facts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tfs_page),       cmocka_unit_test(triton_page),
        cmocka_unit_test(there_and_back), cmocka_unit_test(finds),
        cmocka_unit_test(between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
