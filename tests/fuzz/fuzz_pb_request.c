/* Requests over gRPC as the server reads them; what is read must be readable again. */
#include "fuzz.h"

#include "base/alloc.h"
#include "protocol/protocol.h"

#include <stdlib.h>

static const char *const paths[] = {
    "/tensorflow.serving.PredictionService/Predict",
    "/tensorflow.serving.PredictionService/GetModelMetadata",
    "/tensorflow.serving.ModelService/GetModelStatus",
};

static void again(const struct od_protocol *grpc, const struct od_request *request)
{
    struct od_message message;
    struct od_request parsed;
    if (grpc->encode(request, &message, NULL) != 0) {
        abort();
    }
    if (grpc->parse(&od_style_default, &message, &parsed, NULL) != 0 ||
        parsed.picture_count != request->picture_count) {
        abort();
    }
    od_request_release(&parsed);
    od_message_release(&message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct od_protocol *grpc = od_protocol_find("tfs-grpc");
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct od_message message = {.verb = "POST", .path = od_xstrdup(paths[i])};
        struct od_request request;
        struct od_err err = {0};
        od_message_borrow(&message, data, size);
        if (grpc->parse(&od_style_default, &message, &request, &err) == 0) {
            again(grpc, &request);
        } else if (err.code == OD_OK || err.msg[0] == '\0') {
            abort();
        }
        od_request_release(&request);
        od_message_release(&message);
    }
    return 0;
}
