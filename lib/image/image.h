/* Pictures in memory, and JPEG in and out (libjpeg). */
#ifndef OD_IMAGE_IMAGE_H
#define OD_IMAGE_IMAGE_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RGB, 8 bits a channel, rows top to bottom without padding: width * height * 3 bytes,
 * owned. */
struct od_image {
    uint8_t *pixels;
    int width;
    int height;
};

void od_image_init(struct od_image *image, int width, int height); /* black */
void od_image_release(struct od_image *image);
size_t od_image_bytes(const struct od_image *image);

/* Name and version of the JPEG library, e.g. "libjpeg-turbo 2.1.5". */
const char *od_jpeg_version(void);

/* What the header of a JPEG says. */
struct od_jpeg_info {
    int width;
    int height;
    int components; /* 1 grey, 3 colour, 4 CMYK or YCCK */
    bool progressive;
};

/* The largest picture that decode makes unless a caller says otherwise: 100 million
 * pixels. */
#define OD_IMAGE_MAX_PIXELS ((int64_t)100000000)

/*
 * Reads the header only. Fails with OD_EINPUT: empty, not a JPEG ("PNG data" and the like
 * are named), or cut off.
 */
int od_jpeg_probe(const void *data, size_t len, struct od_jpeg_info *out,
                  struct od_err *err) OD_MUST_CHECK;

/*
 * Decodes to RGB whatever the file holds (grey, YCbCr, CMYK, YCCK; baseline or
 * progressive) with libjpeg's accurate IDCT and smooth upsampling. A file whose data end
 * early or are damaged is an error, not a half-grey picture. Fails with OD_EINPUT, or
 * OD_ELIMIT above max_pixels, before any pixel memory is taken. *out is initialised by
 * this call and owned by the caller.
 */
int od_jpeg_decode(const void *data, size_t len, int64_t max_pixels, struct od_image *out,
                   struct od_err *err) OD_MUST_CHECK;

/* Encodes as baseline 4:2:0, quality 1..100, and appends to *out. The same bytes for the
 * same input. */
int od_jpeg_encode(const struct od_image *image, int quality, struct od_buf *out,
                   struct od_err *err) OD_MUST_CHECK;

#endif
