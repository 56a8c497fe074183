/*
 * Requests of the Open Inference Protocol over REST as the server reads them, in every
 * dialect; what is read must be readable again. The input is the path, a line end, the
 * value of Inference-Header-Content-Length (empty: none), a line end, the body; without
 * both line ends it is a body alone.
 */
#include "fuzz.h"

#include "base/alloc.h"
#include "protocol/protocol.h"

#include <stdlib.h>
#include <string.h>

static void again(const struct od_protocol *rest, const struct od_request *request)
{
    struct od_message message;
    struct od_request parsed;
    struct od_err err = {0};
    if (rest->encode(request, &message, &err) != 0) {
        abort();
    }
    if (rest->parse(&od_style_default, &message, &parsed, &err) != 0 ||
        parsed.picture_count != request->picture_count ||
        parsed.payload != request->payload || strcmp(parsed.id, request->id) != 0 ||
        strcmp(parsed.model.name, request->model.name) != 0) {
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

/* The reply to what was read, and to what was not, can be written and read. */
static void answered(const struct od_style *style, const struct od_protocol *rest,
                     const struct od_request *request, const struct od_err *err)
{
    struct od_answer answer;
    struct od_answer got;
    struct od_reply reply;
    od_answer_init(&answer);
    od_reply_init(&reply, 0);
    if (err->code != OD_OK) {
        od_answer_fail_err(&answer, err);
    } else {
        answer.images = od_xcalloc(request->picture_count, sizeof *answer.images);
        answer.image_count = request->picture_count;
    }
    if (rest->render(style, request, &answer, &reply, NULL) != 0) {
        abort();
    }
    struct od_err why = {0};
    int rc = rest->decode(request, &reply, &got, &why);
    if (rc == 0 && (err->code != OD_OK) &&
        (request->kind == OD_PREDICT || request->kind == OD_METADATA)) {
        abort();
    }
    od_answer_release(&got);
    od_answer_release(&answer);
    od_reply_release(&reply);
}

static void try_verb(const char *verb, const char *path, const char *length,
                     const uint8_t *body, size_t len)
{
    const struct od_protocol *rest = od_protocol_find("oip-rest");
    for (int dialect = 0; dialect < 5; dialect++) {
        const struct od_style style = {.dialect = (enum od_dialect)dialect};
        struct od_message message = {.verb = verb, .path = od_xstrdup(path)};
        struct od_request request;
        struct od_err err = {0};
        enum od_kind kind;
        od_message_borrow(&message, body, len);
        if (length[0] != '\0') {
            od_headers_add(&message.headers, "Inference-Header-Content-Length", length);
        }
        (void)rest->route(&style, &message, &kind);
        int rc = rest->parse(&style, &message, &request, &err);
        if ((rc == 0) != (err.code == OD_OK)) {
            abort();
        }
        if (rc == 0 && (request.kind != OD_LIST || request.form == OD_FORM_ROW)) {
            again(rest, &request);
        }
        answered(&style, rest, &request, &err);
        od_request_release(&request);
        od_message_release(&message);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *first = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t rest = first != NULL ? size - (size_t)(first - data) - 1 : 0;
    const uint8_t *second = rest > 0 ? memchr(first + 1, '\n', rest) : NULL;
    if (second == NULL) {
        try_verb("POST", "/v2/models/m/infer", "", data, size);
        return 0;
    }
    char *path = od_xstrndup((const char *)data, (size_t)(first - data));
    char *length = od_xstrndup((const char *)first + 1, (size_t)(second - first) - 1);
    size_t len = size - (size_t)(second - data) - 1;
    try_verb("POST", path, length, second + 1, len);
    try_verb("GET", path, length, second + 1, len);
    free(length);
    free(path);
    return 0;
}
