/* Requests of the Open Inference Protocol over gRPC as the server reads them; what is
 * read must be readable again. The first byte chooses the method and the dialect. */
#include "fuzz.h"

#include "base/alloc.h"
#include "protocol/protocol.h"

#include <stdlib.h>
#include <string.h>

static const char *const methods[] = {"ModelInfer",  "ModelMetadata",  "ModelReady",
                                      "ServerReady", "ServerLive",     "ServerMetadata",
                                      "ModelInfer",  "RepositoryIndex"};

static void again(const struct od_protocol *grpc, const struct od_request *request)
{
    struct od_message message;
    struct od_request parsed;
    struct od_err err = {0};
    if (grpc->encode(request, &message, &err) != 0) {
        /* An empty batch was refused before, and a server may read numbers of types that
         * a client does not send so. */
        abort();
    }
    if (grpc->parse(&od_style_default, &message, &parsed, &err) != 0 ||
        parsed.picture_count != request->picture_count ||
        parsed.payload != request->payload || strcmp(parsed.id, request->id) != 0) {
        abort();
    }
    for (size_t i = 0; i < parsed.picture_count; i++) {
        const struct od_picture *a = &parsed.pictures[i];
        const struct od_picture *b = &request->pictures[i];
        if (a->len != b->len || (a->len > 0 && memcmp(a->data, b->data, a->len) != 0)) {
            abort();
        }
    }
    od_request_release(&parsed);
    od_message_release(&message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    /* The uppermost bit: in TorchServe's package. */
    bool other = data[0] >> 7 != 0;
    const struct od_protocol *grpc =
        od_protocol_find(other ? "oip-torchserve" : "oip-grpc");
    const struct od_style style = {.dialect = (enum od_dialect)(data[0] >> 3) % 5};
    struct od_message message = {
        .verb = "POST",
        .path = od_xasprintf("/%s.GRPCInferenceService/%s",
                             other ? "org.pytorch.serve.grpc.openinference" : "inference",
                             methods[data[0] % 8])};
    struct od_request request;
    struct od_err err = {0};
    od_message_borrow(&message, data + 1, size - 1);
    if (grpc->parse(&style, &message, &request, &err) == 0) {
        again(grpc, &request);
    } else if (err.code == OD_OK || err.msg[0] == '\0') {
        abort();
    }
    od_request_release(&request);
    od_message_release(&message);
    return 0;
}
