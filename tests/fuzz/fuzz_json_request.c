/* Requests over REST as the server reads them. The input is the path, a line end, the
 * body; without a line end it is a body alone. */
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
        /* A path may ask for a model whose name is empty once it is decoded: never. */
        abort();
    }
    if (rest->parse(&od_style_default, &message, &parsed, NULL) != 0 ||
        parsed.picture_count != request->picture_count ||
        parsed.payload != request->payload ||
        strcmp(parsed.model.name, request->model.name) != 0) {
        abort();
    }
    for (size_t i = 0; i < parsed.picture_count; i++) {
        if (parsed.pictures[i].len != request->pictures[i].len ||
            (parsed.pictures[i].len > 0 &&
             memcmp(parsed.pictures[i].data, request->pictures[i].data,
                    parsed.pictures[i].len) != 0)) {
            abort();
        }
    }
    od_request_release(&parsed);
    od_message_release(&message);
}

static void try_verb(const char *verb, const char *path, const uint8_t *body, size_t len)
{
    const struct od_protocol *rest = od_protocol_find("tfs-rest");
    struct od_message message = {.verb = verb, .path = od_xstrdup(path)};
    struct od_request request;
    struct od_err err = {0};
    enum od_kind kind;
    od_message_borrow(&message, body, len);
    (void)rest->route(&od_style_default, &message, &kind);
    if (rest->parse(&od_style_default, &message, &request, &err) == 0) {
        again(rest, &request);
    } else if (err.code == OD_OK || err.msg[0] == '\0') {
        abort();
    }
    od_request_release(&request);
    /* The same as a server reads it some of whose models want floats or planes. */
    const struct od_style floats = {.floats = true};
    if (rest->parse(&floats, &message, &request, NULL) == 0 &&
        request.payload == OD_PAYLOAD_JSON) {
        struct od_message made;
        if (rest->encode(&request, &made, NULL) != 0) {
            abort();
        }
        od_message_release(&made);
    }
    od_request_release(&request);
    od_message_release(&message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    if (end == NULL) {
        try_verb("POST", "/v1/models/m:predict", data, size);
        return 0;
    }
    size_t len = (size_t)(end - data);
    char *path = od_xstrndup((const char *)data, len);
    try_verb("POST", path, end + 1, size - len - 1);
    try_verb("GET", path, end + 1, size - len - 1);
    free(path);
    return 0;
}
