/* Detections as lines of JSON. */
#include "record/coco_lines.h"

#include "record/digits.h"

#include <math.h>

static void put_name(const char *name, struct od_buf *out)
{
    od_buf_puts(out, ",\"");
    od_buf_puts(out, name);
    od_buf_puts(out, "\":");
}

static void put_string(const char *name, const char *text, struct od_buf *out)
{
    put_name(name, out);
    od_buf_putc(out, '"');
    for (const char *p = text != NULL ? text : ""; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\') {
            od_buf_putc(out, '\\');
            od_buf_putc(out, *p);
        } else if ((unsigned char)*p < 0x20) {
            od_buf_printf(out, "\\u%04x", (unsigned)(unsigned char)*p);
        } else {
            od_buf_putc(out, *p);
        }
    }
    od_buf_putc(out, '"');
}

static void put_int(const char *name, int64_t value, struct od_buf *out)
{
    if (value == OD_NONE) {
        put_name(name, out);
        od_buf_puts(out, "null");
    } else {
        put_name(name, out);
        od_put_int(out, value);
    }
}

static bool finite_box(const struct od_box *box)
{
    return isfinite(box->x0) && isfinite(box->y0) && isfinite(box->x1) &&
           isfinite(box->y1) && isfinite(box->score);
}

/* Differences are taken as doubles, so that no corner loses a digit. */
static void put_corners(const struct od_box *box, double width, double height,
                        struct od_buf *out)
{
    const double bbox[4] = {(double)box->x0 * width, (double)box->y0 * height,
                            ((double)box->x1 - (double)box->x0) * width,
                            ((double)box->y1 - (double)box->y0) * height};
    od_buf_puts(out, ",\"bbox\":[");
    for (int i = 0; i < 4; i++) {
        if (i > 0) {
            od_buf_putc(out, ',');
        }
        od_put_rounded(out, bbox[i], 9);
    }
    od_buf_puts(out, "],\"score\":");
}

void od_coco_lines_format(const struct od_record *record, const struct od_boxes *boxes,
                          struct od_buf *out)
{
    if (record->width == OD_NONE || record->height == OD_NONE) {
        return;
    }
    for (size_t i = 0; i < boxes->count; i++) {
        const struct od_box *box = &boxes->items[i];
        if (!finite_box(box)) {
            continue;
        }
        od_buf_puts(out, "{\"category_id\":");
        od_put_int(out, box->label);
        put_int("image_id", record->image_id, out);
        put_corners(box, (double)record->width, (double)record->height, out);
        od_put_float(out, box->score);
        put_string("run_id", record->run_id, out);
        put_string("cell_id", record->cell_id, out);
        put_int("seq", record->seq, out);
        od_buf_puts(out, "}\n");
    }
}
