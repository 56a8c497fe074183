/* Pictures of another size. */
#include "image/resize.h"

#include "base/alloc.h"

#include <stdlib.h>

/* Where a pixel of the new size lies between two of the old one. */
struct place {
    size_t low;
    size_t high;
    float share; /* of high */
};

/* The two pixels are step numbers apart. */
static struct place *places(int from, int to, size_t step)
{
    struct place *all = od_xcalloc((size_t)to, sizeof *all);
    double ratio = (double)from / to;
    for (int i = 0; i < to; i++) {
        double at = (i + 0.5) * ratio - 0.5;
        at = at < 0 ? 0 : at > from - 1 ? from - 1 : at;
        int low = (int)at;
        int high = low + 1 < from ? low + 1 : low;
        all[i] = (struct place){(size_t)low * step, (size_t)high * step,
                                (float)(at - (double)low)};
    }
    return all;
}

static float between(uint8_t low, uint8_t high, float share)
{
    return (float)low + ((float)high - (float)low) * share;
}

static void make_row(const struct od_image *in, const struct place *row,
                     const struct place *columns, int width, uint8_t *out)
{
    const uint8_t *upper = in->pixels + row->low;
    const uint8_t *lower = in->pixels + row->high;
    for (int x = 0; x < width; x++) {
        const struct place *at = &columns[x];
        for (size_t c = 0; c < 3; c++) {
            float a = between(upper[at->low + c], upper[at->high + c], at->share);
            float b = between(lower[at->low + c], lower[at->high + c], at->share);
            out[3 * (size_t)x + c] = (uint8_t)(a + (b - a) * row->share + 0.5F);
        }
    }
}

void od_image_resize(const struct od_image *in, int width, int height,
                     struct od_image *out)
{
    struct place *columns = places(in->width, width, 3);
    struct place *rows = places(in->height, height, (size_t)in->width * 3);
    od_image_init(out, width, height);
    for (int y = 0; y < height; y++) {
        make_row(in, &rows[y], columns, width,
                 out->pixels + (size_t)y * (size_t)width * 3);
    }
    free(columns);
    free(rows);
}
