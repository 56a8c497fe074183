/* Replies over gRPC as the client reads them. */
#include "fuzz.h"

#include "protocol/protocol.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum od_kind kinds[] = {OD_PREDICT, OD_METADATA, OD_STATUS};
    const struct od_protocol *grpc = od_protocol_find("tfs-grpc");
    struct od_reply reply;
    od_reply_init(&reply, 0);
    od_buf_add(&reply.body, data, size);
    for (size_t i = 0; i < 4 + OD_LAYOUT_LABELS; i++) {
        struct od_request asked = {.kind = i < 4 ? kinds[i % 3] : OD_PREDICT,
                                   .picture_count = 1,
                                   .outputs = i == 3 ? OD_OUTPUT_SCORES : OD_OUTPUT_ALL};
        asked.model.out.layout = i < 4 ? OD_LAYOUT_AUTO : (enum od_output_layout)(i - 3);
        asked.model.out.label_offset = i < 4 ? 0 : 1;
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
