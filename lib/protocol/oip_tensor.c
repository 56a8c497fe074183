/* The input tensor of the Open Inference Protocol: pictures to shapes and back. */
#include "protocol/oip.h"

#include "service/storage.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

void od_oip_tensor_of(const struct od_request *in, struct od_oip_tensor *out)
{
    const struct od_picture *first = &in->pictures[0];
    *out = (struct od_oip_tensor){.dtype = OD_DTYPE_BYTES};
    bool files = in->payload == OD_PAYLOAD_JPEG || in->payload == OD_PAYLOAD_B64;
    if (files || !in->model.in.no_batch) {
        out->dims[out->rank++] = (int64_t)in->picture_count;
    }
    if (!files) {
        out->dtype = first->dtype == OD_DTYPE_NONE ? OD_DTYPE_UINT8 : first->dtype;
        if (first->planar) {
            out->dims[out->rank++] = 3;
        }
        out->dims[out->rank++] = first->height;
        out->dims[out->rank++] = first->width;
        if (!first->planar) {
            out->dims[out->rank++] = 3;
        }
    }
    out->elements = 1;
    for (size_t i = 0; i < out->rank; i++) {
        out->elements *= (size_t)out->dims[i];
    }
}

const uint8_t *od_oip_whole(const struct od_request *in, struct od_buf *own, size_t *len)
{
    od_buf_init(own, 0);
    if (in->picture_count == 1) {
        *len = in->pictures[0].len;
        return in->pictures[0].data;
    }
    for (size_t i = 0; i < in->picture_count; i++) {
        od_buf_add(own, in->pictures[i].data, in->pictures[i].len);
    }
    *len = own->len;
    return (const uint8_t *)own->data;
}

int od_oip_tensor_count(struct od_oip_tensor *tensor, size_t max, struct od_err *err)
{
    tensor->elements = 1;
    for (size_t i = 0; i < tensor->rank; i++) {
        int64_t size = tensor->dims[i];
        if (size < 0) {
            return od_fail(err, OD_EINPUT, "a tensor dimension of %" PRId64, size);
        }
        if (size > 0 && tensor->elements > 0 && (uint64_t)size > max / tensor->elements) {
            return od_fail(err, OD_EINPUT, "a tensor of more than %zu elements", max);
        }
        tensor->elements *= (size_t)size;
    }
    return 0;
}

static int bad(const struct od_request *out, const char *what, struct od_err *err)
{
    return od_fail(err, OD_EINPUT, "model %.60s, input %.60s: %s", out->model.name,
                   out->model.input, what);
}

static int check_batch(size_t count, struct od_err *err)
{
    return count <= OD_OIP_BATCH_MAX
               ? 0
               : od_fail(err, OD_ELIMIT, "a batch of %zu images, more than %d", count,
                         OD_OIP_BATCH_MAX);
}

/* The pictures' form from a shape; of [N, 3, h, 3] the channels are last. */
static int picture_form(const struct od_oip_tensor *tensor, struct od_request *out,
                        struct od_picture *form, struct od_err *err)
{
    const int64_t *dims = tensor->dims + (tensor->rank == 4 ? 1 : 0);
    bool ranked = tensor->rank == 3 || tensor->rank == 4;
    bool planar = ranked && dims[2] != 3 && dims[0] == 3;
    if (!ranked || (dims[2] != 3 && !planar) || tensor->elements == 0 ||
        dims[0] > INT_MAX || dims[1] > INT_MAX || dims[2] > INT_MAX) {
        return bad(out,
                   "pixels have the shape [images, height, width, 3] or "
                   "[images, 3, height, width]",
                   err);
    }
    out->model.in.no_batch = tensor->rank == 3;
    *form = (struct od_picture){.height = (int)dims[planar ? 1 : 0],
                                .width = (int)dims[planar ? 2 : 1],
                                .dtype = tensor->dtype,
                                .planar = planar};
    /* What the server is best at has no name: od_picture. */
    if (tensor->dtype == OD_DTYPE_UINT8) {
        form->dtype = OD_DTYPE_NONE;
    }
    return 0;
}

int od_oip_pixels_read(const struct od_oip_tensor *tensor, const uint8_t *bytes,
                       size_t len, struct od_request *out, struct od_err *err)
{
    struct od_picture picture;
    size_t size = od_dtype_size((int)tensor->dtype);
    if (picture_form(tensor, out, &picture, err) != 0) {
        return -1;
    }
    size_t images = tensor->rank == 4 ? (size_t)tensor->dims[0] : 1;
    if (check_batch(images, err) != 0) {
        return -1;
    }
    if (len != tensor->elements * size) {
        return od_fail(err, OD_EINPUT,
                       "model %.60s, input %.60s: the tensor has %zu bytes, not %zu",
                       out->model.name, out->model.input, len, tensor->elements * size);
    }
    picture.len = len / images;
    for (size_t i = 0; i < images; i++) {
        picture.data = bytes + i * picture.len;
        od_request_add_picture(out, &picture);
    }
    out->payload = OD_PAYLOAD_TENSOR;
    return 0;
}

int od_oip_files_check(const struct od_oip_tensor *tensor, const struct od_request *asked,
                       struct od_err *err)
{
    bool shaped = tensor->rank == 1 || (tensor->rank == 2 && tensor->dims[1] == 1);
    if (!shaped || tensor->elements == 0) {
        return bad(asked, "BYTES have the shape [images]", err);
    }
    return check_batch(tensor->elements, err);
}

static size_t length_at(const uint8_t *bytes)
{
    return (size_t)bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 |
           (size_t)bytes[3] << 24;
}

int od_oip_files_read(const struct od_oip_tensor *tensor, const uint8_t *bytes,
                      size_t len, struct od_request *out, struct od_err *err)
{
    if (od_oip_files_check(tensor, out, err) != 0) {
        return -1;
    }
    size_t at = 0;
    for (size_t i = 0; i < tensor->elements; i++) {
        if (len - at < 4 || length_at(bytes + at) > len - at - 4) {
            return bad(out, "BYTES end within an element", err);
        }
        struct od_picture picture = {.data = bytes + at + 4,
                                     .len = length_at(bytes + at)};
        od_request_add_picture(out, &picture);
        at += 4 + picture.len;
    }
    if (at != len) {
        return bad(out, "there are bytes behind the last element", err);
    }
    out->payload = OD_PAYLOAD_JPEG;
    return 0;
}
