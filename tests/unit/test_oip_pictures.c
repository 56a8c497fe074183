/* Pictures of every type and layout over the Open Inference Protocol, there and back. */
#include "protocol/oip.h"

#include "base/alloc.h"
#include "base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct od_protocol *const protocols[] = {&od_oip_grpc, &od_oip_rest};

static const enum od_dtype dtypes[] = {
    OD_DTYPE_NONE,  OD_DTYPE_UINT8, OD_DTYPE_INT8,   OD_DTYPE_BOOL,   OD_DTYPE_UINT16,
    OD_DTYPE_INT16, OD_DTYPE_FP16,  OD_DTYPE_BF16,   OD_DTYPE_UINT32, OD_DTYPE_INT32,
    OD_DTYPE_FP32,  OD_DTYPE_INT64, OD_DTYPE_UINT64, OD_DTYPE_FP64,
};

/* A batch of pictures of one form; their bytes are random but for numbers that JSON
 * cannot carry as they are: NaNs with a payload, and truths other than 0 and 1. */
struct sample {
    struct od_request request;
    struct od_picture pictures[3];
    uint8_t bytes[3][7 * 5 * 3 * 8];
};

static void fill(struct od_rng *rng, enum od_dtype dtype, uint8_t *to, size_t count)
{
    size_t size = od_dtype_size((int)dtype);
    for (size_t i = 0; i < count; i++) {
        float value = (float)(od_rng_normal(rng) * 1e3);
        double wide = od_rng_normal(rng) * 1e200;
        for (size_t k = 0; k < size; k++) {
            to[i * size + k] = (uint8_t)od_rng_next(rng);
        }
        if (dtype == OD_DTYPE_BOOL) {
            to[i] &= 1;
        } else if (dtype == OD_DTYPE_FP32) {
            memcpy(to + i * size, &value, size);
        } else if (dtype == OD_DTYPE_FP64) {
            memcpy(to + i * size, &wide, size);
        }
    }
}

static void sample_make(struct od_rng *rng, enum od_dtype dtype, struct sample *out)
{
    enum od_dtype sent = dtype == OD_DTYPE_NONE ? OD_DTYPE_UINT8 : dtype;
    bool planar = od_rng_below(rng, 2) == 0;
    int width = 4 + (int)od_rng_below(rng, 4);
    int height = 1 + (int)od_rng_below(rng, 5);
    *out = (struct sample){.request = {.kind = OD_PREDICT, .model = {.name = "m"}}};
    out->request.pictures = out->pictures;
    out->request.picture_count = 1 + od_rng_below(rng, 3);
    out->request.model.in.no_batch =
        out->request.picture_count == 1 && od_rng_below(rng, 2) == 0;
    for (size_t i = 0; i < out->request.picture_count; i++) {
        size_t count = (size_t)width * (size_t)height * 3;
        fill(rng, sent, out->bytes[i], count);
        out->pictures[i] = (struct od_picture){.data = out->bytes[i],
                                               .len = count * od_dtype_size((int)sent),
                                               .width = width,
                                               .height = height,
                                               .dtype = dtype,
                                               .planar = planar};
    }
}

static void same(const struct od_request *a, const struct od_request *b)
{
    assert_int_equal(a->payload, b->payload);
    assert_int_equal(a->model.in.no_batch, b->model.in.no_batch);
    assert_int_equal(a->picture_count, b->picture_count);
    for (size_t i = 0; i < a->picture_count; i++) {
        const struct od_picture *x = &a->pictures[i];
        const struct od_picture *y = &b->pictures[i];
        /* Pixels of one byte have no type there. */
        assert_int_equal(x->dtype == OD_DTYPE_UINT8 ? OD_DTYPE_NONE : x->dtype, y->dtype);
        assert_int_equal(x->planar, y->planar);
        assert_int_equal(x->width, y->width);
        assert_int_equal(x->height, y->height);
        assert_int_equal(x->len, y->len);
        assert_memory_equal(x->data, y->data, x->len);
    }
}

static void there_and_back(const struct od_protocol *protocol,
                           const struct sample *sample)
{
    struct od_message message;
    struct od_request got;
    struct od_err err = {0};
    int rc = protocol->encode(&sample->request, &message, &err);
    enum od_dtype dtype = sample->pictures[0].dtype;
    if (sample->request.payload == OD_PAYLOAD_JSON &&
        (dtype == OD_DTYPE_FP16 || dtype == OD_DTYPE_BF16)) {
        assert_int_equal(rc, -1);
        assert_int_equal(err.code, OD_EUNSUPPORTED);
        return;
    }
    assert_string_equal(err.msg, "");
    assert_int_equal(rc, 0);
    rc = protocol->parse(&od_style_default, &message, &got, &err);
    assert_string_equal(err.msg, "");
    assert_int_equal(rc, 0);
    same(&sample->request, &got);
    od_request_release(&got);
    od_message_release(&message);
}

static void every_type(void **state)
{
    (void)state;
    struct sample *sample = od_xmalloc(sizeof *sample);
    struct od_rng rng;
    od_rng_init(&rng, 5, 0);
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++) {
        for (int round = 0; round < 60; round++) {
            sample_make(&rng, dtypes[i], sample);
            sample->request.payload =
                round % 2 == 0 ? OD_PAYLOAD_TENSOR : OD_PAYLOAD_JSON;
            there_and_back(protocols[round / 2 % 2], sample);
        }
    }
    free(sample);
}

/* Tensors are borrowed: a message holds nothing of the pixels but where they are. */
static void nothing_is_copied(void **state)
{
    (void)state;
    static uint8_t bytes[2][640 * 480 * 3];
    static const enum od_payload payloads[] = {OD_PAYLOAD_TENSOR, OD_PAYLOAD_JPEG};
    for (size_t p = 0; p < 4; p++) {
        struct od_picture pictures[2];
        for (size_t i = 0; i < 2; i++) {
            pictures[i] = (struct od_picture){
                .data = bytes[i], .len = sizeof bytes[i], .width = 640, .height = 480};
        }
        struct od_request request = {.kind = OD_PREDICT,
                                     .payload = payloads[p / 2],
                                     .model = {.name = "m"},
                                     .pictures = pictures,
                                     .picture_count = 2};
        struct od_message message;
        size_t owned = 0;
        size_t borrowed = 0;
        assert_int_equal(protocols[p % 2]->encode(&request, &message, NULL), 0);
        for (size_t i = 0; i < message.segment_count; i++) {
            const struct od_segment *segment = &message.segments[i];
            if (segment->owned != NULL) {
                owned += segment->len;
            } else {
                assert_ptr_equal(segment->data, bytes[borrowed++]);
            }
        }
        assert_int_equal(borrowed, 2);
        assert_in_range(owned, 1, 300);
        od_message_release(&message);
    }
}

/* What no server could make sense of is refused before it is sent. */
static void refusals(void **state)
{
    (void)state;
    static const uint8_t bytes[24] = {0};
    const struct od_picture good = {.data = bytes, .len = 12, .width = 2, .height = 2};
    struct od_picture pictures[2] = {good, good};
    struct od_request request = {.kind = OD_PREDICT,
                                 .payload = OD_PAYLOAD_TENSOR,
                                 .model = {.name = "m"},
                                 .pictures = pictures,
                                 .picture_count = 2};
    struct od_message message;
    for (int i = 0; i < 7; i++) {
        pictures[1] = good;
        request.picture_count = 2;
        request.model.in.no_batch = i == 0;
        pictures[1].planar = i == 1;
        pictures[1].dtype = i == 2 ? OD_DTYPE_INT8 : OD_DTYPE_NONE;
        pictures[1].len = i == 3 ? 11 : 12;
        pictures[1].width = i == 4 ? 1 : 2;
        request.picture_count = i == 5 ? 0 : 2;
        request.model.version = i == 6 ? -1 : 0;
        for (size_t p = 0; p < 2; p++) {
            struct od_err err = {0};
            assert_int_equal(protocols[p]->encode(&request, &message, &err), -1);
            assert_int_equal(err.code, OD_EINPUT);
            assert_null(message.path);
        }
    }
    request.model = (struct od_model){.name = ""};
    assert_int_equal(od_oip_grpc.encode(&request, &message, NULL), -1);
    request.kind = OD_STATUS;
    assert_int_equal(od_oip_rest.encode(&request, &message, NULL), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type),
        cmocka_unit_test(nothing_is_copied),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
