/* Targets, models and the cells that they make. */
#include "bench/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void targets(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *name;
        const char *host;
        int grpc;
        int rest;
        bool local;
    } rows[] = {
        {"127.0.0.1", "127.0.0.1", "127.0.0.1", 8500, 8501, true},
        {"localhost", "localhost", "localhost", 8500, 8501, true},
        {"edge=10.0.0.7", "edge", "10.0.0.7", 8500, 8501, false},
        {"edge=10.0.0.7,grpc=1", "edge", "10.0.0.7", 1, 0, false},
        {"edge=10.0.0.7,rest=65535", "edge", "10.0.0.7", 0, 65535, false},
        {"me=10.0.0.7", "me", "10.0.0.7", 8500, 8501, true},
        {"cloud=127.0.0.2,grpc=5,rest=6,placement=remote", "cloud", "127.0.0.2", 5, 6,
         false},
        {"x=10.0.0.1,placement=local", "x", "10.0.0.1", 8500, 8501, true},
        {"six=[::1],rest=9", "six", "::1", 0, 9, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_plan plan = {.client = "me"};
        struct od_err err = {0};
        assert_int_equal(od_plan_add_target(&plan, rows[i].text, &err), 0);
        const struct od_target *t = &plan.targets[0];
        assert_string_equal(t->name, rows[i].name);
        assert_string_equal(t->host, rows[i].host);
        assert_int_equal(od_target_port(t, OD_GRPC), rows[i].grpc);
        assert_int_equal(od_target_port(t, OD_HTTP), rows[i].rest);
        assert_int_equal(t->local, rows[i].local);
        od_plan_release(&plan);
    }
}

static void bad_targets(void **state)
{
    (void)state;
    static const char *const rows[] = {"",
                                       "=h",
                                       "a=",
                                       "h,grpc=0",
                                       "h,grpc=65536",
                                       "h,rest=x",
                                       "h,port=1",
                                       "h,placement=far",
                                       "http://h",
                                       ",grpc=3",
                                       "h:8501",
                                       "h,metrics=0",
                                       "h,protocol=",
                                       "h,protocol=smoke-signals",
                                       "h,protocol=grpc+",
                                       "h,protocol=grpc+tfs-grpc",
                                       "h,profile=",
                                       "twice=1.2.3.4"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_plan plan = {0};
        struct od_err err = {0};
        assert_int_equal(od_plan_add_target(&plan, "twice=1.1.1.1", &err), 0);
        assert_int_equal(od_plan_add_target(&plan, rows[i], &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_non_null(strstr(err.msg, rows[i]));
        assert_int_equal(plan.target_count, 1);
        od_plan_release(&plan);
    }
}

/* A target that says what it speaks makes cells for that alone. */
static void target_protocols(void **state)
{
    (void)state;
    struct od_plan plan = {.repetitions = 1, .iterations = 1};
    struct od_cell *list = NULL;
    struct od_err err = {0};
    size_t count = 0;
    const char *text = "a=h,grpc=1,rest=2,protocol=tfs-rest,profile=deepstack,metrics=3";
    assert_int_equal(od_plan_add_target(&plan, text, NULL), 0);
    assert_int_equal(od_plan_add_target(&plan, "b=h,protocol=rest+grpc", NULL), 0);
    assert_string_equal(plan.targets[0].profile_name, "deepstack");
    assert_int_equal(plan.targets[0].metrics_port, 3);
    assert_int_equal(plan.targets[1].protocol_count, 2);
    assert_int_equal(od_plan_add_model(&plan, "m", NULL), 0);
    assert_int_equal(od_plan_add_protocol(&plan, "grpc", NULL), 0);
    assert_int_equal(od_plan_add_protocol(&plan, "rest", NULL), 0);
    od_plan_add_concurrency(&plan, 1);
    assert_int_equal(od_plan_cells(&plan, &list, &count, NULL), 0);
    assert_int_equal(count, 3);
    assert_string_equal(list[0].protocol->name, "tfs-rest");
    assert_string_equal(list[1].protocol->name, "tfs-grpc");
    assert_ptr_equal(list[1].target, &plan.targets[1]);
    free(list);
    plan.protocol_count = 1;
    assert_int_equal(od_plan_cells(&plan, &list, &count, &err), -1);
    assert_non_null(strstr(err.msg, "target 'a': none of the chosen"));
    od_plan_release(&plan);
}

/* What --target takes, with a name in front that wins. */
static void sides(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *name;
        const char *host;
        int grpc;
        bool local;
        bool tls;
    } rows[] = {
        {"A=127.0.0.1", "A", "127.0.0.1", 8500, true, false},
        {"new=10.0.0.7,grpc=1,tls", "new", "10.0.0.7", 1, false, true},
        {"B=edge=10.0.0.7,grpc=2", "B", "10.0.0.7", 2, false, false},
        {"B=me=10.0.0.7", "B", "10.0.0.7", 8500, true, false},
        {"me=10.0.0.7", "me", "10.0.0.7", 8500, true, false},
        {"six=[::1],rest=9,placement=remote", "six", "::1", 0, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct od_plan plan = {.client = "me"};
        assert_int_equal(od_plan_add_side(&plan, rows[i].text, NULL), 0);
        const struct od_target *t = &plan.targets[0];
        assert_string_equal(t->name, rows[i].name);
        assert_string_equal(t->host, rows[i].host);
        assert_int_equal(od_target_port(t, OD_GRPC), rows[i].grpc);
        assert_int_equal(t->local, rows[i].local);
        assert_int_equal(t->tls, rows[i].tls);
        od_plan_release(&plan);
    }
    static const char *const bad[] = {
        "", "127.0.0.1", "=h", "h,grpc=1", "A=", "A=B=", "A==h", "A=h,port=1", "twice=h"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct od_plan plan = {0};
        struct od_err err = {0};
        assert_int_equal(od_plan_add_side(&plan, "twice=x=1.1.1.1", NULL), 0);
        assert_int_equal(od_plan_add_side(&plan, bad[i], &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_ptr_equal(strstr(err.msg, "--ab '"), err.msg);
        assert_int_equal(plan.target_count, 1);
        od_plan_release(&plan);
    }
}

static void models(void **state)
{
    (void)state;
    struct od_plan plan = {0};
    struct od_err err = {0};
    assert_int_equal(od_plan_add_model(&plan, "rfcn", &err), 0);
    assert_int_equal(od_plan_add_model(&plan, "ssd:12", &err), 0);
    assert_string_equal(plan.models[1].name, "ssd");
    assert_int_equal(plan.models[1].version, 12);
    static const char *const bad[] = {"",    ":1", "a/b",  "a:0",
                                      "a:x", "a:", "rfcn", "ssd:12"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        od_err_clear(&err);
        assert_int_equal(od_plan_add_model(&plan, bad[i], &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
    }
    assert_int_equal(plan.model_count, 2);
    od_plan_release(&plan);
}

/* Two targets (the second without REST), two models, both protocols. */
static void make_plan(struct od_plan *plan)
{
    *plan =
        (struct od_plan){.client = "me", .repetitions = 3, .warmup = 2, .iterations = 1};
    assert_int_equal(od_plan_add_target(plan, "a=10.0.0.1", NULL), 0);
    assert_int_equal(od_plan_add_target(plan, "b=10.0.0.2,grpc=1", NULL), 0);
    assert_int_equal(od_plan_add_model(plan, "m", NULL), 0);
    assert_int_equal(od_plan_add_model(plan, "n", NULL), 0);
    assert_int_equal(od_plan_add_protocol(plan, "grpc", NULL), 0);
    assert_int_equal(od_plan_add_protocol(plan, "tfs-rest", NULL), 0);
    od_plan_add_concurrency(plan, 1);
    od_plan_add_concurrency(plan, 4);
}

static void cells(void **state)
{
    (void)state;
    static const char *const expected[][4] = {
        {"a", "m", "tfs-grpc", "tensor"}, {"a", "m", "tfs-rest", "json"},
        {"a", "n", "tfs-grpc", "tensor"}, {"a", "n", "tfs-rest", "json"},
        {"b", "m", "tfs-grpc", "tensor"}, {"b", "n", "tfs-grpc", "tensor"}};
    struct od_plan plan;
    struct od_cell *list = NULL;
    size_t count = 0;
    make_plan(&plan);
    assert_int_equal(od_plan_cells(&plan, &list, &count, NULL), 0);
    assert_int_equal(count, 12);
    for (size_t i = 0; i < count; i++) {
        const char *const *e = expected[i / 2];
        assert_string_equal(list[i].target->name, e[0]);
        assert_string_equal(list[i].model->name, e[1]);
        assert_string_equal(list[i].protocol->name, e[2]);
        assert_string_equal(od_payload_name(list[i].payload), e[3]);
        assert_int_equal(list[i].concurrency, i % 2 == 0 ? 1 : 4);
    }
    assert_string_equal(list[0].id, "c001");
    assert_string_equal(list[11].id, "c012");
    free(list);
    od_plan_release(&plan);
}

static void payloads_choose_cells(void **state)
{
    (void)state;
    struct od_plan plan;
    struct od_cell *list = NULL;
    size_t count = 0;
    struct od_err err = {0};
    make_plan(&plan);
    plan.payloads = OD_PAYLOAD_JPEG | OD_PAYLOAD_B64;
    assert_int_equal(od_plan_cells(&plan, &list, &count, &err), 0);
    assert_int_equal(count, 12);
    assert_string_equal(od_payload_name(list[0].payload), "jpeg");
    assert_string_equal(od_payload_name(list[2].payload), "b64");
    free(list);
    plan.payloads = OD_PAYLOAD_JSON;
    assert_int_equal(od_plan_cells(&plan, &list, &count, &err), -1);
    assert_int_equal(err.code, OD_EINPUT);
    assert_non_null(strstr(err.msg, "target 'b'"));
    od_err_clear(&err);
    plan.protocol_count = 1;
    plan.payloads = OD_PAYLOAD_TENSOR | OD_PAYLOAD_B64;
    assert_int_equal(od_plan_cells(&plan, &list, &count, &err), -1);
    assert_non_null(strstr(err.msg, "payload 'b64'"));
    od_err_clear(&err);
    plan.target_count = 1;
    plan.payloads = OD_PAYLOAD_B64;
    assert_int_equal(od_plan_cells(&plan, &list, &count, &err), -1);
    assert_string_equal(err.msg, "payload 'b64': no chosen protocol carries it");
    plan.target_count = 2; /* so that release frees both */
    od_err_clear(&err);
    assert_int_equal(od_plan_add_protocol(&plan, "smoke-signals", &err), -1);
    od_err_clear(&err);
    assert_int_equal(od_plan_add_protocol(&plan, "tfs-grpc", &err), -1);
    assert_string_equal(err.msg, "protocol 'tfs-grpc' is given twice");
    plan.target_count = 2;
    od_plan_release(&plan);
}

/* Each cell of one side has its twin, which differs in the target alone. */
static void pairs(void **state)
{
    (void)state;
    struct od_plan plan;
    struct od_cell *list = NULL;
    size_t count = 0;
    struct od_err err = {0};
    make_plan(&plan);
    plan.ab = true;
    assert_int_equal(od_plan_cells(&plan, &list, &count, &err), -1);
    assert_non_null(strstr(err.msg, "--ab: a and b do not speak the same"));
    plan.protocol_count = 1;
    assert_int_equal(od_plan_cells(&plan, &list, &count, NULL), 0);
    assert_int_equal(count, 8);
    for (size_t i = 0; i < count; i++) {
        const struct od_cell *twin = &list[list[i].twin];
        assert_int_equal(list[i].side, i < 4 ? 0 : 1);
        assert_int_equal(list[i].twin, i < 4 ? i + 4 : i - 4);
        assert_ptr_equal(list[i].target, &plan.targets[list[i].side]);
        assert_ptr_equal(list[i].model, twin->model);
        assert_ptr_equal(list[i].protocol, twin->protocol);
        assert_int_equal(list[i].payload, twin->payload);
        assert_int_equal(list[i].concurrency, twin->concurrency);
        assert_true(list[i].target != twin->target);
    }
    free(list);
    od_plan_release(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets),
        cmocka_unit_test(bad_targets),
        cmocka_unit_test(target_protocols),
        cmocka_unit_test(sides),
        cmocka_unit_test(models),
        cmocka_unit_test(cells),
        cmocka_unit_test(pairs),
        cmocka_unit_test(payloads_choose_cells),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
