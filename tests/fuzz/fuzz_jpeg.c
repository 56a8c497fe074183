/* JPEG headers and pictures: what decodes has the size that the header says. */
#include "fuzz.h"

#include "image/image.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct od_jpeg_info info = {0};
    struct od_image image;
    struct od_err probed = {0};
    struct od_err decoded = {0};
    int header = od_jpeg_probe(data, size, &info, &probed);
    int rc = od_jpeg_decode(data, size, 1000000, &image, &decoded);
    if (rc == 0 &&
        (header != 0 || image.width != info.width || image.height != info.height)) {
        abort();
    }
    if ((rc == 0) != (decoded.code == OD_OK) || (rc == 0) != (image.pixels != NULL)) {
        abort();
    }
    od_image_release(&image);
    return 0;
}
