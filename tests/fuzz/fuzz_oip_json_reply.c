/* Replies of the Open Inference Protocol over REST as the client reads them. The input is
 * the value of Inference-Header-Content-Length (empty: none), a line end, the body;
 * without a line end it is a body alone. */
#include "fuzz.h"

#include "base/alloc.h"
#include "protocol/protocol.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum od_kind kinds[] = {OD_PREDICT, OD_METADATA, OD_STATUS,
                                         OD_READY,   OD_LIST,     OD_SERVER};
    static const int codes[] = {200, 404};
    const struct od_protocol *rest = od_protocol_find("oip-rest");
    const struct od_picture picture = {.width = 640, .height = 480};
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t front = end != NULL ? (size_t)(end - data) + 1 : 0;
    struct od_reply reply;
    od_reply_init(&reply, 0);
    od_buf_add(&reply.body, data + front, size - front);
    if (front > 1) {
        char *length = od_xstrndup((const char *)data, front - 1);
        od_headers_add(&reply.headers, "inference-header-content-length", length);
        free(length);
    }
    for (size_t i = 0; i < 12; i++) {
        struct od_request asked = {
            .kind = kinds[i % 6], .picture_count = 1, .pictures = &picture};
        struct od_answer answer;
        struct od_err err = {0};
        reply.code = codes[i / 6];
        int rc = rest->decode(&asked, &reply, &answer, &err);
        if ((rc == 0) != (err.code == OD_OK) || (rc == 0 && reply.code != 200)) {
            abort();
        }
        od_answer_release(&answer);
    }
    od_reply_release(&reply);
    return 0;
}
