/* The witness: every message that we send over gRPC, read by libprotobuf's C++ from the
 * same .proto files and compared with what was meant, written here in protobuf's text
 * format. */
#include "tfs.pb.h"

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
namespace tfs = tensorflow::serving;

static const uint8_t pixels[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255};

static const od_protocol *grpc()
{
    return od_protocol_find("tfs-grpc");
}

static std::string encoded(const od_request &request)
{
    od_message message;
    od_err err = {};
    int rc = grpc()->encode(&request, &message, &err);
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

static std::string rendered(const od_request &asked, const od_answer &answer)
{
    od_reply reply;
    od_reply_init(&reply, 0);
    assert_int_equal(grpc()->render(&od_style_default, &asked, &answer, &reply, nullptr),
                     0);
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
    const od_picture picture = {pixels, 6, 2, 1, OD_DTYPE_NONE, false, {}};
    std::string bytes = encoded(predict("m", OD_PAYLOAD_TENSOR, &picture, 1));
    check<tfs::PredictRequest>(
        bytes, R"(model_spec { name: "m" signature_name: "serving_default" }
inputs {
  key: "inputs"
  value {
    dtype: DT_UINT8
    tensor_shape { dim { size: 1 } dim { size: 1 } dim { size: 2 } dim { size: 3 } }
    tensor_content: "\001\002\003\004\005\006"
  }
})");
}

static void batch_request(void **)
{
    const od_picture pictures[] = {{pixels, 6, 2, 1, OD_DTYPE_NONE, false, {}},
                                   {pixels + 6, 6, 2, 1, OD_DTYPE_NONE, false, {}}};
    od_request request = predict("rfcn", OD_PAYLOAD_TENSOR, pictures, 2);
    request.model.version = 300;
    std::strcpy(request.model.signature, "sig");
    std::strcpy(request.model.input, "input_tensor");
    request.outputs = OD_OUTPUT_BOXES | OD_OUTPUT_SCORES;
    check<tfs::PredictRequest>(
        encoded(request),
        R"(model_spec { name: "rfcn" version { value: 300 } signature_name: "sig" }
output_filter: "detection_scores"
output_filter: "detection_boxes"
inputs {
  key: "input_tensor"
  value {
    dtype: DT_UINT8
    tensor_shape { dim { size: 2 } dim { size: 1 } dim { size: 2 } dim { size: 3 } }
    tensor_content: "\001\002\003\004\005\006\007\010\011\012\013\377"
  }
})");
}

static void jpeg_request(void **)
{
    const od_picture pictures[] = {{pixels, 6, 0, 0, OD_DTYPE_NONE, false, {}},
                                   {pixels, 0, 0, 0, OD_DTYPE_NONE, false, {}}};
    od_request request = predict("m", OD_PAYLOAD_JPEG, pictures, 2);
    std::strcpy(request.model.version_label, "canary");
    check<tfs::PredictRequest>(
        encoded(request),
        R"(model_spec { name: "m" version_label: "canary" signature_name: "serving_default" }
inputs {
  key: "inputs"
  value {
    dtype: DT_STRING
    tensor_shape { dim { size: 2 } }
    string_val: "\001\002\003\004\005\006"
    string_val: ""
  }
})");
}

/* Pictures of many sizes, so that every length takes one to four bytes. */
static void many_requests(void **)
{
    od_rng rng;
    od_rng_init(&rng, 1, 0);
    std::vector<uint8_t> bytes(3 * 1200 * 900);
    for (uint8_t &byte : bytes) {
        byte = static_cast<uint8_t>(od_rng_next(&rng));
    }
    static const int sizes[] = {1, 2, 6, 7, 40, 43, 75, 200, 900};
    for (int height : sizes) {
        for (size_t count = 1; count <= 3; count++) {
            int width = 1 + static_cast<int>(od_rng_below(&rng, 1200 / count));
            size_t each = static_cast<size_t>(width * height * 3);
            std::vector<od_picture> pictures;
            for (size_t i = 0; i < count; i++) {
                pictures.push_back({bytes.data() + i * each,
                                    each,
                                    width,
                                    height,
                                    OD_DTYPE_NONE,
                                    false,
                                    {}});
            }
            od_request request = predict("m", OD_PAYLOAD_TENSOR, pictures.data(), count);
            request.model.version = static_cast<int64_t>(od_rng_next(&rng) >> 1);
            tfs::PredictRequest got;
            std::string sent = encoded(request);
            assert_true(got.ParseFromString(sent));
            assert_int_equal(got.ByteSizeLong(), sent.size());
            assert_int_equal(got.model_spec().version().value(), request.model.version);
            const tensorflow::TensorProto &tensor = got.inputs().at("inputs");
            assert_int_equal(tensor.tensor_shape().dim_size(), 4);
            assert_int_equal(tensor.tensor_shape().dim(0).size(), count);
            assert_int_equal(tensor.tensor_shape().dim(1).size(), height);
            assert_int_equal(tensor.tensor_shape().dim(2).size(), width);
            assert_int_equal(tensor.tensor_content().size(), count * each);
            assert_memory_equal(tensor.tensor_content().data(), bytes.data(),
                                count * each);
        }
    }
}

static void questions(void **)
{
    od_request request = predict("m", OD_PAYLOAD_NONE, nullptr, 0);
    request.model.version = 2;
    request.kind = OD_METADATA;
    check<tfs::GetModelMetadataRequest>(encoded(request),
                                        R"(model_spec { name: "m" version { value: 2 } }
metadata_field: "signature_def")");
    request.kind = OD_STATUS;
    check<tfs::GetModelStatusRequest>(encoded(request),
                                      R"(model_spec { name: "m" version { value: 2 } })");
}

static void add(od_boxes *boxes, od_box box)
{
    od_boxes_add(boxes, &box);
}

static void predict_reply(void **)
{
    od_request asked = predict("m", OD_PAYLOAD_TENSOR, nullptr, 2);
    od_answer answer;
    od_answer_init(&answer);
    answer.model.version = 1;
    answer.images = static_cast<od_boxes *>(od_xcalloc(2, sizeof *answer.images));
    answer.image_count = 2;
    add(&answer.images[0], {0.25F, 0.125F, 0.75F, 0.5F, 0.875F, 62});
    add(&answer.images[0], {0, 0, 1, 1, 0.5F, 1});
    add(&answer.images[1], {-0.5F, 0, 1, 2, 0.25F, 90});
    std::string bytes = rendered(asked, answer);
    od_answer_release(&answer);
    check<tfs::PredictResponse>(
        bytes,
        R"(model_spec { name: "m" version { value: 1 } signature_name: "serving_default" }
outputs {
  key: "num_detections"
  value {
    dtype: DT_FLOAT
    tensor_shape { dim { size: 2 } }
    float_val: 2
    float_val: 1
  }
}
outputs {
  key: "detection_scores"
  value {
    dtype: DT_FLOAT
    tensor_shape { dim { size: 2 } dim { size: 2 } }
    float_val: [0.875, 0.5, 0.25, 0]
  }
}
outputs {
  key: "detection_classes"
  value {
    dtype: DT_FLOAT
    tensor_shape { dim { size: 2 } dim { size: 2 } }
    float_val: [62, 1, 90, 0]
  }
}
outputs {
  key: "detection_boxes"
  value {
    dtype: DT_FLOAT
    tensor_shape { dim { size: 2 } dim { size: 2 } dim { size: 4 } }
    float_val: [0.125, 0.25, 0.5, 0.75, 0, 0, 1, 1, 0, -0.5, 2, 1, 0, 0, 0, 0]
  }
})");
}

static void put_info(od_tensor_info *info, const char *name, const char *graph, int dtype)
{
    std::strcpy(info->name, name);
    std::strcpy(info->graph, graph);
    info->dtype = dtype;
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
    std::strcpy(signature->name, "serving_default");
    signature->input_count = 1;
    signature->output_count = 2;
    put_info(&signature->inputs[0], "inputs", "image_tensor:0", 4);
    signature->inputs[0].rank = 4;
    for (int i = 0; i < 4; i++) {
        signature->inputs[0].shape[i] = i < 3 ? -1 : 3;
    }
    put_info(&signature->outputs[0], "num_detections", "n:0", 1);
    signature->outputs[0].rank = 1;
    signature->outputs[0].shape[0] = -1;
    put_info(&signature->outputs[1], "any", "a:0", 1);
    signature->outputs[1].rank = -1;
    std::string bytes = rendered(asked, answer);
    od_answer_release(&answer);

    tfs::GetModelMetadataResponse got;
    assert_true(got.ParseFromString(bytes));
    tfs::Any *any = &(*got.mutable_metadata())["signature_def"];
    std::string map = any->value();
    any->clear_value();
    assert_string_equal(difference(got, R"(model_spec { name: "m" version { value: 7 } }
metadata {
  key: "signature_def"
  value { type_url: "type.googleapis.com/tensorflow.serving.SignatureDefMap" }
})")
                            .c_str(),
                        "");
    check<tfs::SignatureDefMap>(map, R"(signature_def {
  key: "serving_default"
  value {
    inputs {
      key: "inputs"
      value {
        name: "image_tensor:0"
        dtype: DT_UINT8
        tensor_shape { dim { size: -1 } dim { size: -1 } dim { size: -1 } dim { size: 3 } }
      }
    }
    outputs {
      key: "num_detections"
      value { name: "n:0" dtype: DT_FLOAT tensor_shape { dim { size: -1 } } }
    }
    outputs {
      key: "any"
      value { name: "a:0" dtype: DT_FLOAT tensor_shape { unknown_rank: true } }
    }
    method_name: "tensorflow/serving/predict"
  }
})");
}

static void status_reply(void **)
{
    od_request asked = predict("m", OD_PAYLOAD_NONE, nullptr, 0);
    asked.kind = OD_STATUS;
    od_answer answer;
    od_answer_init(&answer);
    answer.model.version = 7;
    answer.model.state = 30;
    std::string bytes = rendered(asked, answer);
    od_answer_release(&answer);
    check<tfs::GetModelStatusResponse>(
        bytes, R"(model_version_status { version: 7 state: AVAILABLE status { } })");
}

/* The comparison itself can fail. */
static void difference_is_seen(void **)
{
    tfs::GetModelStatusRequest got;
    got.mutable_model_spec()->set_name("m");
    assert_string_equal(difference(got, "model_spec { name: \"m\" }").c_str(), "");
    assert_string_not_equal(difference(got, "model_spec { name: \"n\" }").c_str(), "");
}

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(tensor_request),     cmocka_unit_test(batch_request),
        cmocka_unit_test(jpeg_request),       cmocka_unit_test(many_requests),
        cmocka_unit_test(questions),          cmocka_unit_test(predict_reply),
        cmocka_unit_test(metadata_reply),     cmocka_unit_test(status_reply),
        cmocka_unit_test(difference_is_seen),
    };
    int failed = cmocka_run_group_tests(tests, nullptr, nullptr);
    pb::ShutdownProtobufLibrary();
    return failed;
}
