/* What checks a request before it is encoded. */
#include "service/request.h"

#include <inttypes.h>

static enum od_dtype dtype_of(const struct od_picture *picture)
{
    return picture->dtype == OD_DTYPE_NONE ? OD_DTYPE_UINT8 : picture->dtype;
}

static bool same_kind(const struct od_picture *a, const struct od_picture *b)
{
    return a->width == b->width && a->height == b->height && dtype_of(a) == dtype_of(b) &&
           a->planar == b->planar;
}

static int check_pixels(const struct od_request *in, struct od_err *err)
{
    const struct od_picture *first = &in->pictures[0];
    size_t size = od_dtype_size((int)dtype_of(first));
    if (first->width < 1 || first->height < 1) {
        return od_fail(err, OD_EINPUT, "a picture of %dx%d pixels", first->width,
                       first->height);
    }
    if (size == 0) {
        return od_fail(err, OD_EINPUT, "pixels of type '%s'",
                       od_dtype_name((int)first->dtype));
    }
    for (size_t i = 0; i < in->picture_count; i++) {
        const struct od_picture *picture = &in->pictures[i];
        if (!same_kind(picture, first)) {
            return od_fail(err, OD_EINPUT,
                           "pictures of one batch differ in size or type");
        }
        if (picture->len != (size_t)first->width * (size_t)first->height * 3 * size) {
            return od_fail(err, OD_EINPUT, "%zu bytes are not %dx%d pixels of %zu bytes",
                           picture->len, first->width, first->height, 3 * size);
        }
    }
    return 0;
}

int od_request_check(const struct od_request *in, const char *protocol, unsigned payloads,
                     struct od_err *err)
{
    bool about_model =
        in->kind == OD_PREDICT || in->kind == OD_METADATA || in->kind == OD_STATUS;
    if (about_model && in->model.name[0] == '\0') {
        return od_fail(err, OD_EINPUT, "a request needs the name of a model");
    }
    if (in->model.version < 0) {
        return od_fail(err, OD_EINPUT, "model version %" PRId64, in->model.version);
    }
    if (in->kind != OD_PREDICT) {
        return 0;
    }
    if (in->payload == OD_PAYLOAD_NONE || (payloads & (unsigned)in->payload) == 0) {
        return od_fail(err, OD_EUNSUPPORTED, "%s has no payload '%s'", protocol,
                       od_payload_name(in->payload));
    }
    if (in->picture_count == 0) {
        return od_fail(err, OD_EINPUT, "a request needs a picture");
    }
    bool raw = in->payload == OD_PAYLOAD_TENSOR || in->payload == OD_PAYLOAD_JSON;
    return raw ? check_pixels(in, err) : 0;
}
