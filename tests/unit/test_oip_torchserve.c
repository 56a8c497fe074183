/* The Open Inference Protocol in TorchServe's package: the bytes of the official messages
 * (tests/wire/oip.golden), on TorchServe's paths. */
#include "protocol/oip.h"

#include "base/alloc.h"
#include "oip_golden.h"

#include <stdlib.h>

/* open_inference_grpc.proto of TorchServe: its package and service. */
#define SERVICE "/org.pytorch.serve.grpc.openinference.GRPCInferenceService/"

static const struct od_protocol *const protocol = &od_oip_torchserve;

/* The client's bytes are those of the golden, on that path; and the server reads them. */
static void same(const struct od_request *request, const char *name, const char *method)
{
    struct od_message message;
    struct od_request parsed;
    struct od_buf body;
    struct golden golden;
    struct od_err err = {0};
    golden_read(name, &golden);
    assert_int_equal(protocol->encode(request, &message, &err), 0);
    char *path = od_xasprintf(SERVICE "%s", method);
    assert_string_equal(message.path, path);
    free(path);
    od_buf_init(&body, 0);
    od_message_flatten(&message, &body);
    assert_int_equal(body.len, golden.len);
    assert_memory_equal(body.data, golden.bytes, golden.len);
    assert_int_equal(protocol->parse(&od_style_default, &message, &parsed, &err), 0);
    assert_int_equal(parsed.kind, request->kind);
    assert_int_equal(parsed.payload, request->payload);
    assert_int_equal(parsed.picture_count, request->picture_count);
    for (size_t i = 0; i < parsed.picture_count; i++) {
        assert_int_equal(parsed.pictures[i].len, request->pictures[i].len);
        assert_memory_equal(parsed.pictures[i].data, request->pictures[i].data,
                            parsed.pictures[i].len);
    }
    enum od_kind kind;
    assert_false(od_oip_grpc.route(&od_style_default, &message, &kind));
    od_request_release(&parsed);
    od_buf_release(&body);
    od_message_release(&message);
}

static void requests(void **state)
{
    (void)state;
    uint8_t pixels[24];
    for (size_t i = 0; i < sizeof pixels; i++) {
        pixels[i] = (uint8_t)(i * 11);
    }
    const struct od_picture pictures[] = {
        {.data = pixels, .len = 12, .width = 2, .height = 2},
        {.data = pixels + 12, .len = 12, .width = 2, .height = 2}};
    const struct od_picture files[] = {
        {.data = (const uint8_t *)"\xff\xd8one", .len = 5},
        {.data = (const uint8_t *)"\xff\xd8\0second\xff\xd9", .len = 11}};
    struct od_request request = {.kind = OD_PREDICT,
                                 .payload = OD_PAYLOAD_JSON,
                                 .model = {.name = "m"},
                                 .outputs = OD_OUTPUT_ALL,
                                 .pictures = pictures,
                                 .picture_count = 2};
    same(&request, "grpc.request.typed", "ModelInfer");
    request.payload = OD_PAYLOAD_JPEG;
    request.pictures = files;
    same(&request, "grpc.request.typed_bytes", "ModelInfer");
    request = (struct od_request){.kind = OD_STATUS, .model = {.name = "m"}};
    same(&request, "grpc.request.model_ready", "ModelReady");
    request = (struct od_request){.kind = OD_READY};
    same(&request, "grpc.request.server_ready", "ServerReady");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(requests)};
    return cmocka_run_group_tests_name("oip_torchserve", tests, NULL, NULL);
}
