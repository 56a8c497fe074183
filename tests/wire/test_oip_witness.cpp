/* The witness of the Open Inference Protocol: every message that we send over gRPC, read
 * by libprotobuf's C++ from the same .proto file and compared with what was meant,
 * written here in protobuf's text format. */
#include "oip.pb.h"

#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>

#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

extern "C" {
#include "base/alloc.h"
#include "base/rng.h"
#include "protocol/protocol.h"

#include <setjmp.h>

#include <cmocka.h>
}

namespace pb = google::protobuf;

static const uint8_t pixels[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 200, 255};

static const od_protocol *grpc()
{
    return od_protocol_find("oip-grpc");
}

static std::string encoded(const od_request &request, const char *protocol = "oip-grpc")
{
    od_message message;
    od_err err = {};
    int rc = od_protocol_find(protocol)->encode(&request, &message, &err);
    assert_string_equal(err.msg, "");
    assert_int_equal(rc, 0);
    od_buf body;
    od_buf_init(&body, 0);
    od_message_flatten(&message, &body);
    std::string bytes(body.data, body.len);
    od_buf_release(&body);
    od_message_release(&message);
    return bytes;
}

static std::string rendered(od_dialect dialect, const od_request &asked,
                            const od_answer &answer)
{
    od_style style = {};
    od_reply reply;
    style.dialect = dialect;
    od_reply_init(&reply, 0);
    assert_int_equal(grpc()->render(&style, &asked, &answer, &reply, nullptr), 0);
    std::string bytes(reply.body.data, reply.body.len);
    od_reply_release(&reply);
    return bytes;
}

/* Empty when equal, else what differs. */
static std::string difference(const pb::Message &got, const char *text)
{
    pb::Message *meant = got.New();
    std::string report;
    pb::util::MessageDifferencer differencer;
    differencer.ReportDifferencesToString(&report);
    bool read = pb::TextFormat::ParseFromString(text, meant);
    assert_true(read);
    bool same = differencer.Compare(*meant, got);
    delete meant;
    assert_int_equal(same, report.empty());
    return report;
}

/* Reads bytes as a T and compares; C++ must also want as many bytes for it as we sent. */
template <class T> static void check(const std::string &bytes, const char *text)
{
    T got;
    assert_true(got.ParseFromString(bytes));
    assert_int_equal(got.ByteSizeLong(), bytes.size());
    assert_true(got.GetReflection()->GetUnknownFields(got).empty());
    assert_string_equal(difference(got, text).c_str(), "");
}

static od_request predict(const char *name, od_payload payload,
                          const od_picture *pictures, size_t count)
{
    od_request request = {};
    request.kind = OD_PREDICT;
    request.payload = payload;
    std::strcpy(request.model.name, name);
    request.pictures = pictures;
    request.picture_count = count;
    return request;
}

static void tensor_request(void **)
{
    od_picture picture = {pixels, 12, 2, 2, OD_DTYPE_NONE, false, {}};
    od_request request = predict("m", OD_PAYLOAD_TENSOR, &picture, 1);
    request.model.version = 1234567890123;
    request.outputs = OD_OUTPUT_BOXES | OD_OUTPUT_COUNT;
    std::strcpy(request.id, "7");
    check<inference::ModelInferRequest>(encoded(request), R"(
model_name: "m" model_version: "1234567890123" id: "7"
inputs { name: "inputs" datatype: "UINT8" shape: [1, 2, 2, 3] }
outputs { name: "detection_boxes" } outputs { name: "num_detections" }
raw_input_contents: "\001\002\003\004\005\006\007\010\011\012\310\377")");
    picture.planar = true;
    request = predict("m", OD_PAYLOAD_TENSOR, &picture, 1);
    request.model.in.no_batch = true;
    check<inference::ModelInferRequest>(encoded(request), R"(
model_name: "m" inputs { name: "inputs" datatype: "UINT8" shape: [3, 2, 2] }
raw_input_contents: "\001\002\003\004\005\006\007\010\011\012\310\377")");
}

static void typed_requests(void **)
{
    const float floats[] = {0, -1.5F, 1e30F};
    const int16_t shorts[] = {-1, 32767, -32768};
    od_picture picture = {pixels, 12, 2, 2, OD_DTYPE_UINT8, false, {}};
    check<inference::ModelInferRequest>(
        encoded(predict("m", OD_PAYLOAD_JSON, &picture, 1)), R"(
model_name: "m" inputs { name: "inputs" datatype: "UINT8" shape: [1, 2, 2, 3]
  contents { uint_contents: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 200, 255] } })");
    picture = {
        reinterpret_cast<const uint8_t *>(floats), 12, 1, 1, OD_DTYPE_FP32, false, {}};
    check<inference::ModelInferRequest>(
        encoded(predict("m", OD_PAYLOAD_JSON, &picture, 1)), R"(
model_name: "m" inputs { name: "inputs" datatype: "FP32" shape: [1, 1, 1, 3]
  contents { fp32_contents: [0, -1.5, 1e30] } })");
    const od_picture two[] = {
        {reinterpret_cast<const uint8_t *>(shorts), 6, 1, 1, OD_DTYPE_INT16, false, {}},
        {reinterpret_cast<const uint8_t *>(shorts), 6, 1, 1, OD_DTYPE_INT16, false, {}}};
    check<inference::ModelInferRequest>(encoded(predict("m", OD_PAYLOAD_JSON, two, 2)),
                                        R"(
model_name: "m" inputs { name: "inputs" datatype: "INT16" shape: [2, 1, 1, 3]
  contents { int_contents: [-1, 32767, -32768, -1, 32767, -32768] } })");
}

static void jpeg_request(void **)
{
    const od_picture two[] = {{pixels, 3, 0, 0, OD_DTYPE_NONE, false, {}},
                              {pixels, 0, 0, 0, OD_DTYPE_NONE, false, {}}};
    check<inference::ModelInferRequest>(encoded(predict("m", OD_PAYLOAD_JPEG, two, 2)),
                                        R"(
model_name: "m" inputs { name: "inputs" datatype: "BYTES" shape: 2 }
raw_input_contents: "\003\000\000\000\001\002\003\000\000\000\000")");
    check<inference::ModelInferRequest>(
        encoded(predict("m", OD_PAYLOAD_JPEG, two, 2), "oip-torchserve"), R"(
model_name: "m" inputs { name: "inputs" datatype: "BYTES" shape: 2
  contents { bytes_contents: "\001\002\003" bytes_contents: "" } })");
}

/* Many sizes: lengths around every border of a varint. */
static void many_requests(void **)
{
    std::vector<uint8_t> bytes(70000 * 3);
    od_rng rng;
    od_rng_init(&rng, 11, 0);
    for (int i = 0; i < 300; i++) {
        int width = 1 + static_cast<int>(od_rng_below(&rng, i < 200 ? 60 : 23000));
        size_t len = static_cast<size_t>(width) * 3;
        for (size_t k = 0; k < len; k++) {
            bytes[k] = static_cast<uint8_t>(od_rng_next(&rng));
        }
        od_picture picture = {bytes.data(), len, width, 1, OD_DTYPE_NONE, false, {}};
        od_payload payload = i % 2 == 0 ? OD_PAYLOAD_TENSOR : OD_PAYLOAD_JSON;
        inference::ModelInferRequest got;
        std::string sent = encoded(predict("m", payload, &picture, 1));
        assert_true(got.ParseFromString(sent));
        assert_int_equal(got.ByteSizeLong(), sent.size());
        assert_int_equal(got.inputs_size(), 1);
        assert_int_equal(got.inputs(0).shape(2), width);
        if (payload == OD_PAYLOAD_TENSOR) {
            assert_int_equal(got.raw_input_contents(0).size(), len);
            assert_memory_equal(got.raw_input_contents(0).data(), bytes.data(), len);
            continue;
        }
        const auto &list = got.inputs(0).contents().uint_contents();
        assert_int_equal(list.size(), len);
        for (size_t k = 0; k < len; k++) {
            assert_int_equal(list[static_cast<int>(k)], bytes[k]);
        }
    }
}

static void questions(void **)
{
    od_request request = predict("m", OD_PAYLOAD_NONE, nullptr, 0);
    request.model.version = 2;
    request.kind = OD_METADATA;
    check<inference::ModelMetadataRequest>(encoded(request), R"(name: "m" version: "2")");
    request.kind = OD_STATUS;
    check<inference::ModelReadyRequest>(encoded(request), R"(name: "m" version: "2")");
    request.kind = OD_READY;
    check<inference::ServerReadyRequest>(encoded(request), "");
    request.kind = OD_SERVER;
    check<inference::ServerMetadataRequest>(encoded(request), "");
    request.kind = OD_LIST;
    check<inference::RepositoryIndexRequest>(encoded(request), "");
}

static void predict_reply(void **)
{
    od_picture pictures[2] = {};
    od_request asked = predict("m", OD_PAYLOAD_TENSOR, pictures, 2);
    asked.outputs = OD_OUTPUT_SCORES | OD_OUTPUT_COUNT;
    std::strcpy(asked.id, "x");
    od_answer answer;
    od_answer_init(&answer);
    answer.model.version = 1;
    answer.images = static_cast<od_boxes *>(od_xcalloc(2, sizeof *answer.images));
    answer.image_count = 2;
    const od_box boxes[] = {{0.25F, 0.125F, 0.75F, 0.5F, 0.875F, 62},
                            {0, 0, 1, 1, 0.5F, 1}};
    od_boxes_add(&answer.images[0], &boxes[0]);
    od_boxes_add(&answer.images[0], &boxes[1]);
    od_boxes_add(&answer.images[1], &boxes[1]);
    std::string typed = rendered(OD_DIALECT_TORCHSERVE, asked, answer);
    std::string raw = rendered(OD_DIALECT_OVMS, asked, answer);
    od_answer_release(&answer);
    check<inference::ModelInferResponse>(typed, R"(
model_name: "m" model_version: "1" id: "x"
outputs { name: "detection_scores" datatype: "FP32" shape: [2, 2]
  contents { fp32_contents: [0.875, 0.5, 0.5, 0] } }
outputs { name: "num_detections" datatype: "FP32" shape: 2
  contents { fp32_contents: [2, 1] } })");
    check<inference::ModelInferResponse>(raw, R"(
model_name: "m" model_version: "1" id: "x"
outputs { name: "detection_scores" datatype: "FP32" shape: [2, 2] }
outputs { name: "num_detections" datatype: "FP32" shape: 2 }
raw_output_contents: "\000\000\140\077\000\000\000\077\000\000\000\077\000\000\000\000"
raw_output_contents: "\000\000\000\100\000\000\200\077")");
}

static void metadata_reply(void **)
{
    od_request asked = predict("m", OD_PAYLOAD_NONE, nullptr, 0);
    asked.kind = OD_METADATA;
    od_answer answer;
    od_answer_init(&answer);
    std::strcpy(answer.model.name, "m");
    answer.model.version = 7;
    answer.model.signature_count = 1;
    od_signature *signature = &answer.model.signatures[0];
    signature->input_count = 1;
    signature->output_count = 1;
    signature->inputs[0] = {"inputs", "", OD_DTYPE_UINT8, {-1, -1, -1, 3}, 4};
    signature->outputs[0] = {"num_detections", "", OD_DTYPE_FP32, {-1}, 1};
    std::string bytes = rendered(OD_DIALECT_OVMS, asked, answer);
    od_answer_release(&answer);
    check<inference::ModelMetadataResponse>(bytes, R"(
name: "m" versions: "7" platform: "OpenVINO"
inputs { name: "inputs" datatype: "UINT8" shape: [-1, -1, -1, 3] }
outputs { name: "num_detections" datatype: "FP32" shape: -1 })");
}

static void server_replies(void **)
{
    od_request asked = {};
    od_answer answer;
    od_answer_init(&answer);
    asked.kind = OD_READY;
    check<inference::ServerReadyResponse>(rendered(OD_DIALECT_TRITON, asked, answer), "");
    answer.ready = true;
    check<inference::ServerLiveResponse>(rendered(OD_DIALECT_TRITON, asked, answer),
                                         "live: true");
    asked.kind = OD_STATUS;
    answer.model.state = 30;
    check<inference::ModelReadyResponse>(rendered(OD_DIALECT_KSERVE, asked, answer),
                                         "ready: true");
    asked.kind = OD_SERVER;
    std::strcpy(answer.server_name, "s");
    std::strcpy(answer.server_version, "1.2");
    check<inference::ServerMetadataResponse>(rendered(OD_DIALECT_TRITON, asked, answer),
                                             R"(name: "s" version: "1.2"
extensions: "model_repository" extensions: "binary_tensor_data")");
    asked.kind = OD_LIST;
    answer.names = static_cast<char(*)[OD_NAME_MAX]>(od_xcalloc(2, OD_NAME_MAX));
    answer.name_count = 2;
    std::strcpy(answer.names[0], "a");
    std::strcpy(answer.names[1], "b");
    check<inference::RepositoryIndexResponse>(
        rendered(OD_DIALECT_TRITON, asked, answer),
        R"(models { name: "a" version: "1" state: "READY" }
models { name: "b" version: "1" state: "READY" })");
    od_answer_release(&answer);
}

/* The comparison itself can fail. */
static void difference_is_seen(void **)
{
    inference::ModelReadyRequest got;
    got.set_name("m");
    assert_string_equal(difference(got, "name: \"m\"").c_str(), "");
    assert_string_not_equal(difference(got, "name: \"n\"").c_str(), "");
}

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(tensor_request),     cmocka_unit_test(typed_requests),
        cmocka_unit_test(jpeg_request),       cmocka_unit_test(many_requests),
        cmocka_unit_test(questions),          cmocka_unit_test(predict_reply),
        cmocka_unit_test(metadata_reply),     cmocka_unit_test(server_replies),
        cmocka_unit_test(difference_is_seen),
    };
    int failed = cmocka_run_group_tests(tests, nullptr, nullptr);
    pb::ShutdownProtobufLibrary();
    return failed;
}
