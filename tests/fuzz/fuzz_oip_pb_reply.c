/* Replies of the Open Inference Protocol over gRPC as the client reads them. */
#include "fuzz.h"

#include "protocol/protocol.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum od_kind kinds[] = {OD_PREDICT, OD_METADATA, OD_STATUS,
                                         OD_READY,   OD_LIST,     OD_SERVER};
    /* By the length, so that the saved inputs stay what they are. */
    const struct od_protocol *grpc =
        od_protocol_find(size % 2 == 0 ? "oip-grpc" : "oip-torchserve");
    const struct od_picture picture = {.width = 640, .height = 480};
    struct od_reply reply;
    od_reply_init(&reply, 0);
    od_buf_add(&reply.body, data, size);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct od_request asked = {
            .kind = kinds[i], .picture_count = 1, .pictures = &picture, .id = "7"};
        struct od_answer answer;
        struct od_err err = {0};
        int rc = grpc->decode(&asked, &reply, &answer, &err);
        if ((rc == 0) != (err.code == OD_OK)) {
            abort();
        }
        if (rc == 0 && asked.kind == OD_PREDICT && answer.image_count != 1) {
            abort();
        }
        od_answer_release(&answer);
    }
    od_reply_release(&reply);
    return 0;
}
