/* Profiles of web services: what is read must be one that can be used, both ways. */
#include "fuzz.h"

#include "protocol/web.h"

#include <stdlib.h>

/* A picture of 1 x 1 in the payload that the profile has. */
static struct od_request request_of(const struct od_profile *profile,
                                    struct od_picture *picture)
{
    static const uint8_t pixel[] = {1, 2, 255};
    *picture =
        (struct od_picture){.data = pixel, .len = sizeof pixel, .width = 1, .height = 1};
    return (struct od_request){.kind = OD_PREDICT,
                               .payload = od_profile_payload(profile),
                               .model = {.name = "m", .version = 1},
                               .profile = profile,
                               .pictures = picture,
                               .picture_count = 1};
}

static void ask(const struct od_request *request)
{
    const struct od_style style = {.profile = request->profile};
    struct od_message message;
    struct od_request parsed = {0};
    struct od_err err = {0};
    enum od_kind kind;
    if (od_web.encode(request, &message, &err) != 0) {
        /* A path without a place for the version, or one that wants it. */
        if (err.code != OD_EUNSUPPORTED && err.code != OD_EINPUT) {
            abort();
        }
        return;
    }
    if (!od_web.route(&style, &message, &kind)) {
        abort();
    }
    (void)od_web.parse(&style, &message, &parsed, NULL);
    od_request_release(&parsed);
    od_message_release(&message);
}

static void answer(const struct od_request *request)
{
    const struct od_style style = {.profile = request->profile};
    struct od_answer in;
    struct od_answer out;
    struct od_reply reply;
    od_reply_init(&reply, 0);
    od_answer_init(&in);
    od_answer_fail(&in, OD_CODE_INTERNAL, "text");
    if (od_web.render(&style, request, &in, &reply, NULL) != 0 ||
        od_web.decode(request, &reply, &out, NULL) == 0) {
        abort();
    }
    od_answer_release(&out);
    od_answer_release(&in);
    od_reply_release(&reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct od_profile *profile = NULL;
    struct od_err err = {0};
    if (od_profile_parse((const char *)data, size, "fuzz.json", &profile, &err) != 0) {
        if (err.code == OD_OK || err.msg[0] == '\0' || profile != NULL) {
            abort();
        }
        return 0;
    }
    struct od_picture picture;
    struct od_request request = request_of(profile, &picture);
    ask(&request);
    request.model.version = 0;
    ask(&request);
    answer(&request);
    od_profile_free(profile);
    return 0;
}
