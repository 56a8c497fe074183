/* Formats of pictures and outputs: what is read is written as a text that reads back as
 * itself, and pictures can be made so; whatever is not read says why. */
#include "fuzz.h"

#include "base/alloc.h"
#include "service/model_format.h"

#include <stdlib.h>
#include <string.h>

static void check_input(const struct od_input_format *format)
{
    char first[OD_FORMAT_TEXT_MAX];
    char second[OD_FORMAT_TEXT_MAX];
    struct od_input_format again = {0};
    uint8_t pixels[4 * 3 * 3];
    struct od_image image = {.pixels = pixels, .width = 4, .height = 3};
    struct od_fitted fitted;
    od_input_format_text(format, first);
    if (first[0] != '\0' && od_input_format_read(first, &again, NULL) != 0) {
        abort();
    }
    od_input_format_text(&again, second);
    if (strcmp(first, second) != 0) {
        abort();
    }
    memset(pixels, 77, sizeof pixels);
    if (format->width > 64 || format->height > 64 ||
        od_model_fit_picture(format, &image, &fitted, NULL) != 0) {
        return;
    }
    struct od_image back;
    if (od_model_picture_pixels(format, &fitted.picture, &back, NULL) != 0) {
        abort();
    }
    od_image_release(&back);
    od_fitted_release(&fitted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct od_input_format in = {0};
    struct od_output_format out = {0};
    struct od_err err = {0};
    char text[OD_FORMAT_TEXT_MAX];
    char *copy = od_xstrndup((const char *)data, size);
    size_t len = 0;
    const char *behind = od_format_model(copy, &len);
    if (behind < copy || behind > copy + strlen(copy) || (len > 0) != (behind > copy)) {
        abort();
    }
    if (od_input_format_read(behind, &in, &err) == 0) {
        check_input(&in);
    } else if (err.code != OD_EINPUT) {
        abort();
    }
    od_err_clear(&err);
    if (od_output_format_read(behind, &out, &err) == 0) {
        od_output_format_text(&out, text);
        if (text[0] != '\0' && od_output_format_read(text, &out, NULL) != 0) {
            abort();
        }
    } else if (err.code != OD_EINPUT) {
        abort();
    }
    free(copy);
    return 0;
}
