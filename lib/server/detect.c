/* The pictures of one request through one engine. */
#include "server/detect.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "image/image.h"
#include "service/model_format.h"

/* Both may be -1, "not measured", which adds nothing. */
static void add(int64_t *sum, int64_t part)
{
    if (part >= 0) {
        *sum = *sum < 0 ? part : *sum + part;
    }
}

static bool encoded(const struct od_request *request)
{
    return request->payload == OD_PAYLOAD_JPEG || request->payload == OD_PAYLOAD_B64;
}

/* Whether the pixels of a picture have to be made from what came. */
static bool formed(const struct od_detect *detect, const struct od_picture *picture)
{
    return !encoded(detect->request) &&
           (picture->dtype != OD_DTYPE_NONE || picture->planar ||
            (detect->in != NULL &&
             (detect->in->bgr || detect->in->scale[0] != 0 || detect->in->mean[0] != 0)));
}

/* Makes *image the picture's pixels, which must be released when it is encoded or
 * formed. */
static int pixels_of(const struct od_detect *detect, const struct od_picture *picture,
                     struct od_image *image, struct od_err *err)
{
    static const struct od_input_format plain;
    const struct od_request *request = detect->request;
    int64_t pixels_max = detect->pixels_max;
    if (encoded(request)) {
        return od_jpeg_decode(picture->data, picture->len, pixels_max, image, err);
    }
    if (picture->width < 1 || picture->height < 1) {
        return od_fail(err, OD_EINPUT, "an image of %d x %d pixels", picture->width,
                       picture->height);
    }
    if ((int64_t)picture->width * picture->height > pixels_max) {
        return od_fail(err, OD_ELIMIT, "%d x %d pixels are more than %lld",
                       picture->width, picture->height, (long long)pixels_max);
    }
    if (formed(detect, picture)) {
        return od_model_picture_pixels(detect->in != NULL ? detect->in : &plain, picture,
                                       image, err);
    }
    /* The engine only reads; struct od_image has no const twin. */
    *image = (struct od_image){.pixels = (uint8_t *)(uintptr_t)picture->data,
                               .width = picture->width,
                               .height = picture->height};
    return 0;
}

static void add_times(struct od_server_facts *facts, const struct od_engine_times *times)
{
    add(&facts->preprocess_ns, times->preprocess_ns);
    add(&facts->infer_ns, times->infer_ns);
    add(&facts->postprocess_ns, times->postprocess_ns);
    add(&facts->proposals, times->proposals);
}

/* Picture i of the request. */
static int one(const struct od_detect *detect, size_t i, struct od_answer *answer,
               struct od_err *err)
{
    struct od_engine *engine = detect->engine;
    const struct od_request *request = detect->request;
    const struct od_picture *picture = &request->pictures[i];
    struct od_engine_times times = {.proposals = -1};
    struct od_image image = {0};
    bool look = od_engine_needs_pixels(engine);
    int rc = -1;
    if (look) {
        int64_t begin = od_now_ns();
        if (pixels_of(detect, picture, &image, err) != 0) {
            goto out;
        }
        if (encoded(request)) {
            add(&answer->server.decode_ns, od_now_ns() - begin);
        } else if (formed(detect, picture)) {
            add(&answer->server.preprocess_ns, od_now_ns() - begin);
        }
    } else if (encoded(request)) {
        struct od_jpeg_info info;
        if (od_jpeg_probe(picture->data, picture->len, &info, err) != 0) {
            goto out;
        }
    }
    rc = od_engine_detect(engine, look ? &image : NULL, &answer->images[i], &times, err);
    if (rc == 0) {
        add_times(&answer->server, &times);
    }
out:
    if (encoded(request) || formed(detect, picture)) {
        od_image_release(&image);
    }
    return rc;
}

void od_detect_pictures(const struct od_detect *detect, struct od_answer *answer)
{
    size_t count = detect->request->picture_count;
    answer->images = od_xcalloc(count, sizeof *answer->images);
    answer->image_count = count;
    for (size_t i = 0; i < count; i++) {
        struct od_err err = {0};
        if (detect->deadline_ns != 0 && od_now_ns() > detect->deadline_ns) {
            od_answer_fail(answer, OD_CODE_DEADLINE_EXCEEDED,
                           "deadline passed after %zu of %zu images", i, count);
            return;
        }
        if (one(detect, i, answer, &err) == 0) {
            continue;
        }
        bool theirs = err.code == OD_EINPUT || err.code == OD_ELIMIT;
        od_answer_fail(answer, theirs ? OD_CODE_INVALID_ARGUMENT : OD_CODE_INTERNAL,
                       "image %zu of %zu: %s", i + 1, count, err.msg);
        return;
    }
}
