/* Windows cut out of an image for a second stage. */
#include "engine/crop.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/* Between which two pixels a sample lies, and how near to the second one. */
struct tap {
    int first;
    int second;
    float share;
};

static void place(double low, double high, int side, int size, struct tap *taps)
{
    for (int i = 0; i < side; i++) {
        double at = low + (i + 0.5) * (high - low) / side - 0.5;
        at = at > 0 ? at : 0;
        at = at < size - 1 ? at : size - 1;
        int first = (int)at;
        taps[i] = (struct tap){first, first + 1 < size ? first + 1 : first,
                               (float)(at - first)};
    }
}

static float mix(float a, float b, float share)
{
    return a + (b - a) * share;
}

/* The two rows of pixels that a row of samples lies between. */
struct rows {
    const uint8_t *upper;
    const uint8_t *lower;
    float share;
};

static void sample(const struct rows *rows, const struct tap *tap, size_t plane,
                   float *out)
{
    size_t a = (size_t)tap->first * 3;
    size_t b = (size_t)tap->second * 3;
    for (size_t c = 0; c < 3; c++) {
        out[c * plane] =
            mix(mix(rows->upper[a + c], rows->upper[b + c], tap->share),
                mix(rows->lower[a + c], rows->lower[b + c], tap->share), rows->share);
    }
}

void od_crop_sample(const struct od_image *image, const struct od_window *window,
                    int side, float *out)
{
    struct tap across[OD_CROP_MAX_SIDE];
    struct tap down[OD_CROP_MAX_SIDE];
    assert(side > 0 && side <= OD_CROP_MAX_SIDE);
    place(window->x0, window->x1, side, image->width, across);
    place(window->y0, window->y1, side, image->height, down);
    size_t plane = (size_t)side * (size_t)side;
    size_t stride = (size_t)image->width * 3;
    for (int y = 0; y < side; y++) {
        struct rows rows = {image->pixels + (size_t)down[y].first * stride,
                            image->pixels + (size_t)down[y].second * stride,
                            down[y].share};
        for (int x = 0; x < side; x++) {
            sample(&rows, &across[x], plane, out + (size_t)y * (size_t)side + (size_t)x);
        }
    }
}
