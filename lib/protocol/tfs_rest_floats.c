/* Pictures in a REST body that are no plain pixels: floats, or channel by channel. */
#include "protocol/tfs_rest.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 40 /* characters of a number that are read */

/* Where three levels of arrays are read to; sizes are -1 until the first one of a level
 * has ended. */
struct levels {
    struct od_json_cursor *at;
    struct od_buf *out;
    int64_t sizes[3];
};

static int put_number(struct levels *levels, struct od_err *err)
{
    char text[NUMBER_MAX + 1];
    char *end = NULL;
    (void)od_json_peek(levels->at);
    size_t left = (size_t)(levels->at->end - levels->at->p);
    size_t len = left < NUMBER_MAX ? left : NUMBER_MAX;
    memcpy(text, levels->at->p, len);
    text[len] = '\0';
    bool begins = text[0] == '-' || (text[0] >= '0' && text[0] <= '9');
    float value = begins ? strtof(text, &end) : 0;
    if (!begins || end == text || !isfinite(value)) {
        return od_json_error(levels->at, "a number was expected", err);
    }
    levels->at->p += end - text;
    od_buf_add(levels->out, &value, sizeof value);
    return 0;
}

/* Notes that an array of a level has ended with so many elements. */
static int end_array(struct levels *levels, size_t level, int64_t count,
                     struct od_err *err)
{
    if (levels->sizes[level] < 0) {
        levels->sizes[level] = count;
    }
    return levels->sizes[level] == count
               ? 0
               : od_json_error(levels->at, "Encountered list at unexpected size", err);
}

static int innermost(struct levels *levels, struct od_err *err)
{
    int64_t count = 0;
    if (!od_json_take(levels->at, '[')) {
        return od_json_error(levels->at, "an array was expected", err);
    }
    do {
        if (put_number(levels, err) != 0) {
            return -1;
        }
        count++;
    } while (od_json_take(levels->at, ','));
    return od_json_take(levels->at, ']')
               ? end_array(levels, 2, count, err)
               : od_json_error(levels->at, "Missing a comma or ]", err);
}

static int middle(struct levels *levels, struct od_err *err)
{
    int64_t count = 0;
    if (!od_json_take(levels->at, '[')) {
        return od_json_error(levels->at, "an array was expected", err);
    }
    do {
        if (innermost(levels, err) != 0) {
            return -1;
        }
        count++;
    } while (od_json_take(levels->at, ','));
    return od_json_take(levels->at, ']')
               ? end_array(levels, 1, count, err)
               : od_json_error(levels->at, "Missing a comma or ]", err);
}

int od_tfs_rest_floats(struct od_json_cursor *at, struct od_buf *out,
                       struct od_picture *picture, struct od_err *err)
{
    struct levels levels = {.at = at, .out = out, .sizes = {-1, -1, -1}};
    int64_t count = 0;
    if (!od_json_take(at, '[')) {
        return od_json_error(at, "an array was expected", err);
    }
    do {
        if (middle(&levels, err) != 0) {
            return -1;
        }
        count++;
    } while (od_json_take(at, ','));
    if (!od_json_take(at, ']')) {
        return od_json_error(at, "Missing a comma or ]", err);
    }
    const int64_t dims[3] = {count, levels.sizes[1], levels.sizes[2]};
    bool planar = dims[2] != 3 && dims[0] == 3;
    if ((!planar && dims[2] != 3) || dims[0] > INT_MAX || dims[1] > INT_MAX ||
        dims[2] > INT_MAX) {
        return od_json_error(at, "a picture has three channels", err);
    }
    *picture = (struct od_picture){.len = out->len,
                                   .width = (int)(planar ? dims[2] : dims[1]),
                                   .height = (int)(planar ? dims[1] : dims[0]),
                                   .dtype = OD_DTYPE_FP32,
                                   .planar = planar};
    return od_buf_check(out, "pixels", err);
}
