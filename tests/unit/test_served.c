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

static void assert_json(const struct od_served_list *list, const char *want)
{
    char *text = od_served_json(list);
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
    assert_json(&list, "[{" HEAD "\"state\":null,\"version\":null,\"signatures\":null}]");
    list.items[0].state = 30;
    struct od_served *second = od_served_add(&list, &cell);
    second->state = 50;
    second->metadata = od_xcalloc(1, sizeof *second->metadata);
    assert_json(&list, "[{" HEAD "\"state\":\"AVAILABLE\",\"version\":null,"
                       "\"signatures\":null},"
                       "{" HEAD "\"state\":\"END\",\"version\":null,\"signatures\":[]}]");
    od_served_release(&list);
    od_served_add(&list, &cell)->metadata = metadata_new();
    assert_json(&list,
                "[{" HEAD "\"state\":null,\"version\":7,\"signatures\":[{"
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_json)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
