/* Pictures in memory. */
#include "image/image.h"

#include "base/alloc.h"

#include <stdlib.h>

size_t od_image_bytes(const struct od_image *image)
{
    return (size_t)image->width * (size_t)image->height * 3;
}

void od_image_init(struct od_image *image, int width, int height)
{
    image->width = width;
    image->height = height;
    image->pixels = od_xcalloc(od_image_bytes(image), 1);
}

void od_image_release(struct od_image *image)
{
    free(image->pixels);
    *image = (struct od_image){0};
}
