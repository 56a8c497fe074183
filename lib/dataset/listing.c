/* A data set as text, CSV or JSON: one line an image. */
#include "dataset/listing.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CELLS = 7, CELL_SIZE = 48 };

const char *od_colour_name(int components)
{
    switch (components) {
    case 1:
        return "grey";
    case 3:
        return "colour";
    case 4:
        return "CMYK";
    default:
        return "other";
    }
}

/* A name for the terminal: control characters would play tricks with it. */
static char *printable(const char *name)
{
    char *copy = od_xstrdup(name);
    for (char *p = copy; *p != '\0'; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7f) {
            *p = '?';
        }
    }
    return copy;
}

/* The columns between name and path; returns how many there are. */
static size_t text_cells(const struct od_sample *sample, bool details,
                         char cells[CELLS][CELL_SIZE])
{
    size_t n = 0;
    (void)snprintf(cells[n++], CELL_SIZE, "%" PRId64, sample->file_bytes);
    (void)snprintf(cells[n++], CELL_SIZE, "%dx%d", sample->width, sample->height);
    if (sample->object_count < 0) {
        (void)snprintf(cells[n++], CELL_SIZE, "-");
    } else {
        (void)snprintf(cells[n++], CELL_SIZE, "%" PRId64, sample->object_count);
    }
    if (details) {
        (void)snprintf(cells[n++], CELL_SIZE, "%" PRId64, sample->image_id);
        (void)snprintf(cells[n++], CELL_SIZE, "%s", od_colour_name(sample->components));
        (void)snprintf(cells[n++], CELL_SIZE, "%s",
                       sample->progressive ? "progressive" : "baseline");
    }
    return n;
}

static void widen(size_t *width, size_t len)
{
    *width = len > *width ? len : *width;
}

static void pad(struct od_buf *out, size_t len, size_t width)
{
    for (; len < width; len++) {
        od_buf_putc(out, ' ');
    }
}

static void render_text(const struct od_dataset *dataset, const struct od_picks *picks,
                        bool details, struct od_buf *out)
{
    char cells[CELLS][CELL_SIZE];
    size_t name_width = 0;
    size_t widths[CELLS] = {0};
    for (size_t i = 0; i < picks->count; i++) {
        const struct od_sample *sample = od_dataset_at(dataset, picks->items[i]);
        size_t n = text_cells(sample, details, cells);
        widen(&name_width, strlen(sample->file_name));
        for (size_t c = 0; c < n; c++) {
            widen(&widths[c], strlen(cells[c]));
        }
    }
    for (size_t i = 0; i < picks->count; i++) {
        const struct od_sample *sample = od_dataset_at(dataset, picks->items[i]);
        size_t n = text_cells(sample, details, cells);
        char *name = printable(sample->file_name);
        od_buf_puts(out, name);
        pad(out, strlen(name), name_width);
        free(name);
        for (size_t c = 0; c < n; c++) {
            od_buf_puts(out, "  ");
            pad(out, strlen(cells[c]), widths[c]);
            od_buf_puts(out, cells[c]);
        }
        if (details) {
            char *path = printable(sample->path);
            od_buf_printf(out, "  %s", path);
            free(path);
        }
        od_buf_putc(out, '\n');
    }
}

/* RFC 4180, section 2, rules 5 to 7. */
static void add_field(struct od_buf *out, const char *text)
{
    if (strpbrk(text, ",\"\r\n") == NULL) {
        od_buf_puts(out, text);
        return;
    }
    od_buf_putc(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            od_buf_putc(out, '"');
        }
        od_buf_putc(out, *text);
    }
    od_buf_putc(out, '"');
}

static void render_csv(const struct od_dataset *dataset, const struct od_picks *picks,
                       bool details, struct od_buf *out)
{
    od_buf_printf(out, "file_name,file_bytes,width,height,gt_objects%s\n",
                  details ? ",image_id,colours,progressive,path" : "");
    for (size_t i = 0; i < picks->count; i++) {
        const struct od_sample *sample = od_dataset_at(dataset, picks->items[i]);
        add_field(out, sample->file_name);
        od_buf_printf(out, ",%" PRId64 ",%d,%d,", sample->file_bytes, sample->width,
                      sample->height);
        if (sample->object_count >= 0) {
            od_buf_printf(out, "%" PRId64, sample->object_count);
        }
        if (details) {
            od_buf_printf(out, ",%" PRId64 ",%s,%d,", sample->image_id,
                          od_colour_name(sample->components), sample->progressive);
            add_field(out, sample->path);
        }
        od_buf_putc(out, '\n');
    }
}

/* Names are bytes, JSON is UTF-8: what does not fit becomes '?'. */
static json_t *json_name(const char *name)
{
    json_t *value = json_string(name);
    if (value == NULL) {
        char *copy = od_xstrdup(name);
        for (char *p = copy; *p != '\0'; p++) {
            *p = (unsigned char)*p < 0x80 ? *p : '?';
        }
        value = json_string(copy);
        free(copy);
    }
    return value;
}

static void render_json_image(const struct od_sample *sample, bool details,
                              struct od_buf *out)
{
    json_t *image = json_object();
    (void)json_object_set_new(image, "file_name", json_name(sample->file_name));
    (void)json_object_set_new(image, "file_bytes", json_integer(sample->file_bytes));
    (void)json_object_set_new(image, "width", json_integer(sample->width));
    (void)json_object_set_new(image, "height", json_integer(sample->height));
    (void)json_object_set_new(
        image, "gt_objects",
        sample->object_count < 0 ? json_null() : json_integer(sample->object_count));
    if (details) {
        (void)json_object_set_new(image, "image_id", json_integer(sample->image_id));
        (void)json_object_set_new(image, "colours",
                                  json_string(od_colour_name(sample->components)));
        (void)json_object_set_new(image, "progressive",
                                  json_boolean(sample->progressive));
        (void)json_object_set_new(image, "path", json_name(sample->path));
    }
    char *text = json_dumps(image, JSON_PRESERVE_ORDER);
    if (text != NULL) {
        od_buf_puts(out, text);
    }
    free(text);
    json_decref(image);
}

static void render_json(const struct od_dataset *dataset, const struct od_picks *picks,
                        bool details, struct od_buf *out)
{
    od_buf_puts(out, "[");
    for (size_t i = 0; i < picks->count; i++) {
        od_buf_puts(out, i > 0 ? ",\n " : "\n ");
        render_json_image(od_dataset_at(dataset, picks->items[i]), details, out);
    }
    od_buf_puts(out, "\n]\n");
}

void od_listing_render(const struct od_dataset *dataset, const struct od_picks *picks,
                       enum od_listing_format format, bool details, struct od_buf *out)
{
    switch (format) {
    case OD_LISTING_TEXT:
        render_text(dataset, picks, details, out);
        break;
    case OD_LISTING_CSV:
        render_csv(dataset, picks, details, out);
        break;
    case OD_LISTING_JSON:
        render_json(dataset, picks, details, out);
        break;
    }
}

void od_listing_totals(const struct od_dataset *dataset, const struct od_picks *picks,
                       struct od_buf *out)
{
    int64_t bytes = 0;
    int64_t objects = 0;
    size_t unannotated = 0;
    for (size_t i = 0; i < picks->count; i++) {
        const struct od_sample *sample = od_dataset_at(dataset, picks->items[i]);
        bytes += sample->file_bytes;
        objects += sample->object_count > 0 ? sample->object_count : 0;
        unannotated += sample->object_count < 0 ? 1 : 0;
    }
    od_buf_printf(out, "%zu image%s, %" PRId64 " bytes", picks->count,
                  picks->count == 1 ? "" : "s", bytes);
    if (unannotated < picks->count) {
        od_buf_printf(out, ", %" PRId64 " object%s", objects, objects == 1 ? "" : "s");
    }
    if (unannotated > 0 && unannotated < picks->count) {
        od_buf_printf(out, ", %zu without annotations", unannotated);
    }
    od_buf_putc(out, '\n');
}

void od_listing_warnings(const struct od_dataset_warnings *warnings, struct od_buf *out)
{
    const struct {
        size_t count;
        const char *text;
    } lines[] = {
        {warnings->annotations_missing_image,
         "annotations are of images that their file does not list"},
        {warnings->images_unannotated, "images are not in the annotations"},
        {warnings->images_size_differs,
         "images have another width or height in the annotations"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (lines[i].count > 0) {
            od_buf_printf(out, "%zu %s\n", lines[i].count, lines[i].text);
        }
    }
}
