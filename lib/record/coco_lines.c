/* Detections as lines of JSON. */
#include "record/coco_lines.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void put_string(const char *name, const char *text, struct od_buf *out)
{
    od_buf_printf(out, ",\"%s\":\"", name);
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
        od_buf_printf(out, ",\"%s\":null", name);
    } else {
        od_buf_printf(out, ",\"%s\":%" PRId64, name, value);
    }
}

/* The shortest digits that read back as the same float32; nine always do. */
static void put_float(float value, struct od_buf *out)
{
    char text[32];
    for (int digits = 6; digits <= 9; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value) {
            break;
        }
    }
    od_buf_puts(out, text);
}

static bool finite_box(const struct od_box *box)
{
    return isfinite(box->x0) && isfinite(box->y0) && isfinite(box->x1) &&
           isfinite(box->y1) && isfinite(box->score);
}

void od_coco_lines_format(const struct od_record *record, const struct od_boxes *boxes,
                          struct od_buf *out)
{
    if (record->width == OD_NONE || record->height == OD_NONE) {
        return;
    }
    double width = (double)record->width;
    double height = (double)record->height;
    for (size_t i = 0; i < boxes->count; i++) {
        const struct od_box *box = &boxes->items[i];
        if (!finite_box(box)) {
            continue;
        }
        od_buf_printf(out, "{\"category_id\":%d", box->label);
        put_int("image_id", record->image_id, out);
        /* Differences are taken as doubles, so that no corner loses a digit. */
        od_buf_printf(
            out, ",\"bbox\":[%.9g,%.9g,%.9g,%.9g],\"score\":", (double)box->x0 * width,
            (double)box->y0 * height, ((double)box->x1 - (double)box->x0) * width,
            ((double)box->y1 - (double)box->y0) * height);
        put_float(box->score, out);
        put_string("run_id", record->run_id, out);
        put_string("cell_id", record->cell_id, out);
        put_int("seq", record->seq, out);
        od_buf_puts(out, "}\n");
    }
}
