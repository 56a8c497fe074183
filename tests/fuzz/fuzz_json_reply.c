/* Replies over REST as the client reads them. */
#include "fuzz.h"

#include "protocol/protocol.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum od_kind kinds[] = {OD_PREDICT, OD_METADATA, OD_STATUS};
    static const int codes[] = {200, 404};
    const struct od_protocol *rest = od_protocol_find("tfs-rest");
    struct od_reply reply;
    od_reply_init(&reply, 0);
    od_buf_add(&reply.body, data, size);
    for (size_t i = 0; i < 6 + OD_LAYOUT_LABELS; i++) {
        struct od_request asked = {.kind = i < 6 ? kinds[i % 3] : OD_PREDICT,
                                   .picture_count = i < 6 ? 1 + i / 3 : 1};
        asked.model.out.layout = i < 6 ? OD_LAYOUT_AUTO : (enum od_output_layout)(i - 5);
        asked.model.out.units = i < 6 ? OD_UNITS_AUTO : OD_UNITS_RELATIVE;
        struct od_answer answer;
        struct od_err err = {0};
        reply.code = codes[i == 5];
        int rc = rest->decode(&asked, &reply, &answer, &err);
        if ((rc == 0) != (err.code == OD_OK) || (rc == 0 && reply.code != 200)) {
            abort();
        }
        od_answer_release(&answer);
    }
    od_reply_release(&reply);
    return 0;
}
