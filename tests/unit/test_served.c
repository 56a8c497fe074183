/*
 * What servers say of their models, as JSON. The expected text is written by hand, with
 * the names of data types and states of TensorFlow's types.proto and TensorFlow Serving's
 * get_model_status.proto.
 */
#include "bench/served.h"

#include "base/alloc.h"
#include "protocol/protocol.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOTHING                                                                          \
    "\"bytes\":null,\"variant\":null,\"accuracy\":null,\"accuracy_source\":null,"
#define HEAD "\"target\":\"box\",\"model\":\"ssd\",\"protocol\":\"tfs-rest\","

static struct od_model_facts *metadata_new(void)
{
    struct od_model_facts *facts = od_xcalloc(1, sizeof *facts);
    facts->version = 7;
    facts->signature_count = 1;
    struct od_signature *s = &facts->signatures[0];
    (void)snprintf(s->name, sizeof s->name, "serving_default");
    s->input_count = 1;
    s->output_count = 2;
    s->inputs[0] = (struct od_tensor_info){.name = "inputs",
                                           .graph = "image_tensor:0",
                                           .dtype = 4,
                                           .shape = {-1, -1, -1, 3},
                                           .rank = 4};
    s->outputs[0] = (struct od_tensor_info){.name = "free", .dtype = 1, .rank = -1};
    s->outputs[1] = (struct od_tensor_info){.name = "\xff", .dtype = 99, .rank = 0};
    return facts;
}

static struct od_model_infos infos;

static void assert_json(const struct od_served_list *list, const char *want)
{
    char *text = od_served_json(list, &infos);
    assert_string_equal(text, want);
    free(text);
}

static void test_json(void **state)
{
    struct od_target target = {.name = (char[]){"box"}};
    struct od_model model = {.name = "ssd"};
    struct od_cell cell = {
        .target = &target, .model = &model, .protocol = od_protocol_find("rest")};
    struct od_served_list list = {0};
    (void)state;
    assert_json(&list, "[]");
    (void)od_served_add(&list, &cell);
    assert_json(&list, "[{" HEAD "\"state\":null,\"version\":null," NOTHING
                       "\"signatures\":null}]");
    list.items[0].state = 30;
    struct od_served *second = od_served_add(&list, &cell);
    second->state = 50;
    second->metadata = od_xcalloc(1, sizeof *second->metadata);
    assert_json(&list, "[{" HEAD "\"state\":\"AVAILABLE\",\"version\":null," NOTHING
                       "\"signatures\":null},"
                       "{" HEAD "\"state\":\"END\",\"version\":null," NOTHING
                       "\"signatures\":[]}]");
    od_served_release(&list);
    od_served_add(&list, &cell)->metadata = metadata_new();
    assert_json(&list,
                "[{" HEAD "\"state\":null,\"version\":7," NOTHING "\"signatures\":[{"
                "\"name\":\"serving_default\",\"inputs\":[{\"name\":\"inputs\","
                "\"tensor\":\"image_tensor:0\",\"type\":\"DT_UINT8\","
                "\"shape\":[-1,-1,-1,3]}],\"outputs\":[{\"name\":\"free\","
                "\"tensor\":null,\"type\":\"DT_FLOAT\",\"shape\":null},"
                "{\"name\":null,\"tensor\":null,\"type\":\"DT_INVALID\",\"shape\":[]}"
                "]}]}]");
    od_served_release(&list);
    od_served_release(&list);
    assert_int_equal(list.count, 0);
}

/* What the user says goes before what the server says; of others nothing is known. */
static void test_known(void **state)
{
    struct od_target target = {.name = (char[]){"box"}};
    struct od_model model = {.name = "ssd"};
    struct od_cell cell = {
        .target = &target, .model = &model, .protocol = od_protocol_find("rest")};
    struct od_served_list list = {0};
    (void)state;
    od_served_add(&list, &cell)->bytes = 1000;
    assert_json(&list, "[{" HEAD "\"state\":null,\"version\":null,\"bytes\":1000,"
                       "\"variant\":null,\"accuracy\":null,\"accuracy_source\":null,"
                       "\"signatures\":null}]");
    assert_int_equal(
        od_model_infos_add(&infos, "ssd,accuracy=0.25,variant=quantized", NULL), 0);
    assert_int_equal(od_model_infos_add(&infos, "other,bytes=5", NULL), 0);
    assert_json(&list, "[{" HEAD "\"state\":null,\"version\":null,\"bytes\":1000,"
                       "\"variant\":\"quantized\",\"accuracy\":0.25,"
                       "\"accuracy_source\":null,\"signatures\":null}]");
    od_model_infos_release(&infos);
    assert_int_equal(
        od_model_infos_add(&infos, "ssd,bytes=2k,source=a card, page 3", NULL), 0);
    assert_json(&list, "[{" HEAD "\"state\":null,\"version\":null,\"bytes\":2000,"
                       "\"variant\":null,\"accuracy\":null,"
                       "\"accuracy_source\":\"a card, page 3\",\"signatures\":null}]");
    od_model_infos_release(&infos);
    od_served_release(&list);
}

static void test_infos_refused(void **state)
{
    static const struct {
        const char *text;
        const char *why;
    } cases[] = {
        {"ssd", "not NAME,variant=TEXT,bytes=SIZE,..."},
        {"", "not NAME,variant=TEXT,bytes=SIZE,..."},
        {"ssd,", "not NAME,variant=TEXT,bytes=SIZE,..."},
        {",bytes=1", "not NAME,variant=TEXT,bytes=SIZE,..."},
        {"ssd,size=1", "not one of variant=, bytes=, accuracy= and source="},
        {"ssd,bytes", "not one of variant=, bytes=, accuracy= and source="},
        {"ssd,bytes=1,", "not one of variant=, bytes=, accuracy= and source="},
        {"ssd,bytes=1,bytes=2", "bytes is given twice"},
        {"ssd,variant=", "variant: no text"},
        {"ssd,source=", "source: no text"},
        {"ssd,bytes=-1", "-1"},
        {"ssd,accuracy=1.5", "1.5"},
        {"ssd,accuracy=x", "x"},
        {"ssd,variant=\xff", "not UTF-8"},
        {"had,bytes=1", "that model is given twice"},
    };
    (void)state;
    assert_int_equal(od_model_infos_add(&infos, "had,bytes=1", NULL), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_err err = {0};
        assert_int_equal(od_model_infos_add(&infos, cases[i].text, &err), -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_non_null(strstr(err.msg, "--model-info '"));
        assert_non_null(strstr(err.msg, cases[i].why));
    }
    assert_int_equal(infos.count, 1);
    assert_int_equal(od_model_infos_find(&infos, "had")->bytes, 1);
    assert_null(od_model_infos_find(&infos, "ha"));
    od_model_infos_release(&infos);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_json),
                                       cmocka_unit_test(test_known),
                                       cmocka_unit_test(test_infos_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
