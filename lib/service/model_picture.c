/* Pictures as models want them, and back. */
#include "service/model_format.h"

#include "base/alloc.h"
#include "image/resize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GREY 114 /* around a letterboxed picture, as YOLO's scripts have it */

size_t od_picture_bytes(const struct od_picture *picture)
{
    size_t each =
        picture->dtype == OD_DTYPE_NONE ? 1 : od_dtype_size((int)picture->dtype);
    return (size_t)picture->width * (size_t)picture->height * 3 * each;
}

static bool is_pixels(enum od_dtype dtype)
{
    return dtype == OD_DTYPE_NONE || dtype == OD_DTYPE_UINT8;
}

static bool is_scaled(const struct od_input_format *format)
{
    bool scaled = false;
    for (size_t i = 0; i < 3; i++) {
        scaled = scaled || format->mean[i] != 0 ||
                 (format->scale[i] != 0 && format->scale[i] != 1);
    }
    return scaled;
}

/* Puts *in into the middle of a grey picture; *area tells where. */
static void letter(const struct od_image *in, int width, int height, struct od_image *out,
                   struct od_area *area)
{
    double x_ratio = (double)width / in->width;
    double y_ratio = (double)height / in->height;
    double ratio = x_ratio < y_ratio ? x_ratio : y_ratio;
    int inner_width = (int)lround(in->width * ratio);
    int inner_height = (int)lround(in->height * ratio);
    inner_width = inner_width < 1 ? 1 : inner_width;
    inner_height = inner_height < 1 ? 1 : inner_height;
    int left = (width - inner_width) / 2;
    int top = (height - inner_height) / 2;
    struct od_image inner;
    od_image_resize(in, inner_width, inner_height, &inner);
    od_image_init(out, width, height);
    memset(out->pixels, GREY, od_image_bytes(out));
    for (int y = 0; y < inner_height; y++) {
        memcpy(out->pixels + ((size_t)(top + y) * (size_t)width + (size_t)left) * 3,
               inner.pixels + (size_t)y * (size_t)inner_width * 3,
               (size_t)inner_width * 3);
    }
    od_image_release(&inner);
    *area = (struct od_area){.x0 = (float)left / (float)width,
                             .y0 = (float)top / (float)height,
                             .x1 = (float)(left + inner_width) / (float)width,
                             .y1 = (float)(top + inner_height) / (float)height};
}

/* Where channel c of pixel i goes. */
static size_t place_of(const struct od_input_format *format, size_t i, size_t c,
                       size_t pixels)
{
    size_t channel = format->bgr ? 2 - c : c;
    return format->planar ? channel * pixels + i : 3 * i + channel;
}

static uint8_t *reordered(const struct od_input_format *format,
                          const struct od_image *image)
{
    size_t pixels = od_image_bytes(image) / 3;
    uint8_t *out = od_xmalloc(3 * pixels);
    for (size_t i = 0; i < pixels; i++) {
        for (size_t c = 0; c < 3; c++) {
            out[place_of(format, i, c, pixels)] = image->pixels[3 * i + c];
        }
    }
    return out;
}

/* What each of the 256 values of a channel, in the sent order, becomes. */
static void fill_table(const struct od_input_format *format, size_t channel,
                       float table[256])
{
    float scale = format->scale[channel] != 0 ? format->scale[channel] : 1;
    for (int v = 0; v < 256; v++) {
        table[v] = ((float)v - format->mean[channel]) * scale;
    }
}

static uint8_t *scaled(const struct od_input_format *format, const struct od_image *image)
{
    size_t pixels = od_image_bytes(image) / 3;
    float *values = od_xcalloc(3 * pixels, sizeof *values);
    for (size_t c = 0; c < 3; c++) {
        float table[256];
        fill_table(format, format->bgr ? 2 - c : c, table);
        for (size_t i = 0; i < pixels; i++) {
            values[place_of(format, i, c, pixels)] = table[image->pixels[3 * i + c]];
        }
    }
    uint8_t *out = od_xmalloc(3 * pixels * od_dtype_size((int)format->dtype));
    (void)od_dtype_bytes((int)format->dtype, values, 3 * pixels, out);
    free(values);
    return out;
}

/* The pixels of the size that is wanted: those of the image itself, or of *own. */
static const struct od_image *sized(const struct od_input_format *format,
                                    const struct od_image *image, struct od_image *own,
                                    struct od_area *area)
{
    int width = format->width > 0 ? format->width : image->width;
    int height = format->height > 0 ? format->height : image->height;
    if (width == image->width && height == image->height) {
        return image;
    }
    if (format->fit == OD_FIT_LETTERBOX) {
        letter(image, width, height, own, area);
    } else {
        od_image_resize(image, width, height, own);
    }
    return own;
}

int od_model_fit_picture(const struct od_input_format *format,
                         const struct od_image *image, struct od_fitted *out,
                         struct od_err *err)
{
    struct od_image own = {0};
    *out = (struct od_fitted){0};
    if (image->width < 1 || image->height < 1) {
        return od_fail(err, OD_EINPUT, "a picture of %dx%d pixels", image->width,
                       image->height);
    }
    bool plain = is_pixels(format->dtype);
    if (!plain && !od_dtype_bytes((int)format->dtype, NULL, 0, NULL)) {
        return od_fail(err, OD_EINPUT, "no picture can be of type %s",
                       od_dtype_name((int)format->dtype));
    }
    if (plain && is_scaled(format)) {
        return od_fail(err, OD_EINPUT,
                       "mean and scale need floats, see --input-format type");
    }
    const struct od_image *now = sized(format, image, &own, &out->picture.area);
    if (!plain) {
        out->bytes = scaled(format, now);
    } else if (format->bgr || format->planar) {
        out->bytes = reordered(format, now);
    } else if (now == &own) {
        out->bytes = own.pixels;
        own.pixels = NULL;
    }
    out->picture.data = out->bytes != NULL ? out->bytes : image->pixels;
    out->picture.width = now->width;
    out->picture.height = now->height;
    out->picture.dtype = plain ? OD_DTYPE_NONE : format->dtype;
    out->picture.planar = format->planar;
    out->picture.len = od_picture_bytes(&out->picture);
    od_image_release(&own);
    return 0;
}

void od_fitted_release(struct od_fitted *fitted)
{
    free(fitted->bytes);
    *fitted = (struct od_fitted){0};
}

static uint8_t pixel_of(float value, float mean, float scale)
{
    float pixel = value / (scale != 0 ? scale : 1) + mean;
    return (uint8_t)(!(pixel > 0) ? 0 : pixel > 255 ? 255 : pixel + 0.5F);
}

int od_model_picture_pixels(const struct od_input_format *format,
                            const struct od_picture *picture, struct od_image *out,
                            struct od_err *err)
{
    *out = (struct od_image){0};
    bool plain = is_pixels(picture->dtype);
    if (picture->width < 1 || picture->height < 1 ||
        picture->len != od_picture_bytes(picture)) {
        return od_fail(err, OD_EINPUT, "%zu bytes are no picture of %dx%d %s pixels",
                       picture->len, picture->width, picture->height,
                       od_dtype_name(plain ? OD_DTYPE_UINT8 : (int)picture->dtype));
    }
    od_image_init(out, picture->width, picture->height);
    size_t count = od_image_bytes(out);
    float *values = plain ? NULL : od_xcalloc(count, sizeof *values);
    struct od_input_format sent = *format;
    sent.planar = picture->planar;
    if (!plain) {
        (void)od_dtype_floats((int)picture->dtype, picture->data, count, values);
    }
    for (size_t i = 0; i < count / 3; i++) {
        for (size_t c = 0; c < 3; c++) {
            size_t at = place_of(&sent, i, c, count / 3);
            size_t channel = sent.bgr ? 2 - c : c;
            float value = plain ? (float)picture->data[at] : values[at];
            out->pixels[3 * i + c] =
                pixel_of(value, sent.mean[channel], sent.scale[channel]);
        }
    }
    free(values);
    return 0;
}
