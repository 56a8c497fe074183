/*
 * Requests and replies of web services and of TorchServe. The first byte of the input
 * picks a preset or a protocol of TorchServe; for a request a line with its path or
 * Content-Type may follow, then the body.
 */
#include "fuzz.h"

#include "base/alloc.h"
#include "protocol/torchserve.h"
#include "protocol/web.h"

#include <stdlib.h>
#include <string.h>

static const struct od_picture picture = {.width = 64, .height = 48};

static void read_reply(const struct od_protocol *protocol,
                       const struct od_profile *profile, const uint8_t *data, size_t size)
{
    static const int codes[] = {200, 500, 0, 3};
    const struct od_request asked = {.kind = OD_PREDICT,
                                     .model = {.name = "m"},
                                     .profile = profile,
                                     .pictures = &picture,
                                     .picture_count = 1};
    const struct od_request ready = {.kind = OD_READY, .profile = profile};
    struct od_reply reply;
    od_reply_init(&reply, 0);
    od_buf_add(&reply.body, data, size);
    for (size_t i = 0; i < 4; i++) {
        struct od_answer answer;
        struct od_err err = {0};
        reply.code = codes[i];
        int rc = protocol->decode(&asked, &reply, &answer, &err);
        if ((rc == 0) != (err.code == OD_OK) ||
            (err.code == OD_ESERVER && answer.code == OD_CODE_OK) ||
            (rc == 0 && answer.image_count != 1)) {
            abort();
        }
        od_answer_release(&answer);
        (void)protocol->decode(&ready, &reply, &answer, NULL);
        od_answer_release(&answer);
    }
    od_reply_release(&reply);
}

static void read_request(const struct od_protocol *protocol,
                         const struct od_profile *profile, const char *line,
                         const uint8_t *data, size_t size)
{
    const struct od_style style = {.profile = profile};
    struct od_message message = {.verb = "POST"};
    struct od_request request;
    struct od_err err = {0};
    enum od_kind kind;
    const char *path = "/predictions/m";
    if (protocol == &od_web) {
        path = profile->request.path;
    } else if (protocol->transport == OD_GRPC) {
        path = "/org.pytorch.serve.grpc.inference.InferenceAPIsService/Predictions";
    }
    message.path = od_xstrdup(line[0] == '/' ? line : path);
    od_headers_add(&message.headers, "Content-Type", line);
    od_message_borrow(&message, data, size);
    bool routed = protocol->route(&style, &message, &kind);
    int rc = protocol->parse(&style, &message, &request, &err);
    if ((rc == 0) != (err.code == OD_OK) || (rc == 0 && !routed) ||
        (rc == 0 && request.kind == OD_PREDICT && request.picture_count != 1)) {
        abort();
    }
    od_request_release(&request);
    od_message_release(&message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct od_protocol *protocol = &od_web;
    const struct od_profile *profile = NULL;
    if (size == 0) {
        return 0;
    }
    if (data[0] == 'R' || data[0] == 'G') {
        protocol = data[0] == 'R' ? &od_torchserve_rest : &od_torchserve_grpc;
    } else {
        profile = od_profile_at((size_t)(data[0] - '0') % 10);
    }
    data++;
    size--;
    read_reply(protocol, profile, data, size);
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    char *line = od_xstrndup((const char *)data, end != NULL ? (size_t)(end - data) : 0);
    const uint8_t *body = end != NULL ? end + 1 : data;
    read_request(protocol, profile, line, body, size - (size_t)(body - data));
    free(line);
    return 0;
}
