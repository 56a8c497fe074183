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
        const uint8_t *upper = image->pixels + (size_t)down[y].first * stride;
        const uint8_t *lower = image->pixels + (size_t)down[y].second * stride;
        for (int x = 0; x < side; x++) {
            size_t a = (size_t)across[x].first * 3;
            size_t b = (size_t)across[x].second * 3;
            float *to = out + (size_t)y * (size_t)side + (size_t)x;
            for (size_t c = 0; c < 3; c++) {
                to[c * plane] =
                    mix(mix(upper[a + c], upper[b + c], across[x].share),
                        mix(lower[a + c], lower[b + c], across[x].share), down[y].share);
            }
        }
    }
}
