/* Formats as text: "type=fp32,layout=nchw,size=640x640". */
#include "service/model_format.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/parse.h"
#include "service/outputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Words of a key and the numbers that they stand for. */
struct word {
    const char *name;
    int value;
};
static const struct word types[] = {{"uint8", OD_DTYPE_UINT8},
                                    {"fp32", OD_DTYPE_FP32},
                                    {"fp16", OD_DTYPE_FP16},
                                    {"bf16", OD_DTYPE_BF16},
                                    {"fp64", OD_DTYPE_FP64},
                                    {"bytes", OD_DTYPE_BYTES},
                                    {NULL, 0}};
static const struct word layouts[] = {{"nhwc", 0}, {"nchw", 1}, {NULL, 0}};
static const struct word channels[] = {{"rgb", 0}, {"bgr", 1}, {NULL, 0}};
static const struct word fits[] = {
    {"stretch", OD_FIT_STRETCH}, {"letterbox", OD_FIT_LETTERBOX}, {NULL, 0}};
static const struct word orders[] = {{"xyxy", OD_ORDER_XYXY},     {"yxyx", OD_ORDER_YXYX},
                                     {"xxyy", OD_ORDER_XXYY},     {"xywh", OD_ORDER_XYWH},
                                     {"cxcywh", OD_ORDER_CXCYWH}, {NULL, 0}};
static const struct word units[] = {
    {"relative", OD_UNITS_RELATIVE}, {"pixels", OD_UNITS_PIXELS}, {NULL, 0}};
static const struct word maps[] = {{"none", 0}, {"coco80", 1}, {NULL, 0}};

static int read_word(const struct word *words, const char *value, int *out,
                     struct od_err *err)
{
    for (const struct word *w = words; w->name != NULL; w++) {
        if (strcasecmp(w->name, value) == 0) {
            *out = w->value;
            return 0;
        }
    }
    struct od_buf list;
    od_buf_init(&list, 0);
    for (const struct word *w = words; w->name != NULL; w++) {
        od_buf_printf(&list, "%s%s", w == words ? "" : ", ", w->name);
    }
    int rc = od_fail(err, OD_EINPUT, "'%.40s' is none of %s", value, list.data);
    od_buf_release(&list);
    return rc;
}

static const char *name_of(const struct word *words, int value)
{
    while (words->name != NULL && words->value != value) {
        words++;
    }
    return words->name != NULL ? words->name : "";
}

/* A number, or a fraction as "1/255". */
static int read_number(const char *text, float *out, struct od_err *err)
{
    double above = 0;
    double below = 1;
    const char *slash = strchr(text, '/');
    char *first =
        od_xstrndup(text, slash != NULL ? (size_t)(slash - text) : strlen(text));
    int rc = od_parse_double(first, -1e9, 1e9, &above, err);
    free(first);
    if (rc == 0 && slash != NULL) {
        rc = od_parse_double(slash + 1, 1e-9, 1e9, &below, err);
    }
    if (rc == 0) {
        *out = (float)(above / below);
    }
    return rc;
}

/* One number for all channels, or three: "123.7:116.3:103.5". */
static int read_channels(const char *value, float out[3], struct od_err *err)
{
    char *copy = od_xstrdup(value);
    char *rest = NULL;
    size_t count = 0;
    int rc = 0;
    for (char *part = copy; part != NULL && rc == 0; part = rest) {
        rest = strchr(part, ':');
        if (rest != NULL) {
            *rest++ = '\0';
        }
        rc = count < 3 ? read_number(part, &out[count], err) : -1;
        count++;
    }
    if (rc == 0 && count == 1) {
        out[1] = out[0];
        out[2] = out[0];
    } else if (rc == 0 && count != 3) {
        rc = -1;
    }
    free(copy);
    return rc == 0 ? 0
                   : od_fail(err, OD_EINPUT,
                             "'%.40s' is neither a number nor three of them", value);
}

static int read_size(const char *value, struct od_input_format *out, struct od_err *err)
{
    const char *x = strchr(value, 'x');
    int64_t width = 0;
    int64_t height = 0;
    char *first = od_xstrndup(value, x != NULL ? (size_t)(x - value) : 0);
    int rc = od_parse_i64(first, 1, 16384, &width, NULL);
    free(first);
    if (rc != 0 || od_parse_i64(x + 1, 1, 16384, &height, NULL) != 0) {
        return od_fail(err, OD_EINPUT, "'%.40s' is not WIDTHxHEIGHT, as 640x480", value);
    }
    out->width = (int)width;
    out->height = (int)height;
    return 0;
}

static int set_input(const char *key, const char *value, void *format, struct od_err *err)
{
    struct od_input_format *out = format;
    int number = 0;
    if (strcmp(key, "type") == 0) {
        int rc = read_word(types, value, &number, err);
        out->dtype = (enum od_dtype)number;
        return rc;
    }
    if (strcmp(key, "layout") == 0) {
        int rc = read_word(layouts, value, &number, err);
        out->planar = number != 0;
        out->interleaved = number == 0;
        return rc;
    }
    if (strcmp(key, "channels") == 0) {
        int rc = read_word(channels, value, &number, err);
        out->bgr = number != 0;
        return rc;
    }
    if (strcmp(key, "fit") == 0) {
        int rc = read_word(fits, value, &number, err);
        out->fit = (enum od_fit)number;
        return rc;
    }
    if (strcmp(key, "size") == 0) {
        return read_size(value, out, err);
    }
    if (strcmp(key, "mean") == 0) {
        return read_channels(value, out->mean, err);
    }
    if (strcmp(key, "scale") == 0) {
        return read_channels(value, out->scale, err);
    }
    return od_fail(err, OD_EINPUT,
                   "'%.40s' is none of type, layout, size, fit, channels, mean, scale",
                   key);
}

static int set_layout(const char *value, struct od_output_format *out, struct od_err *err)
{
    enum od_output_layout layout = od_layout_of(value);
    if (layout == OD_LAYOUT_AUTO && strcmp(value, "auto") != 0) {
        return od_fail(err, OD_EINPUT,
                       "'%.40s' is none of auto, tf, rows7, rows6, yolo5, yolo8, pair, "
                       "labels",
                       value);
    }
    out->layout = layout;
    return 0;
}

static int set_ratio(const char *value, float *out, struct od_err *err)
{
    double number = 0;
    int rc = od_parse_ratio(value, &number, err);
    *out = (float)number;
    return rc;
}

static int set_output(const char *key, const char *value, void *format,
                      struct od_err *err)
{
    struct od_output_format *out = format;
    int number = 0;
    int64_t offset = 0;
    int rc = 0;
    if (strcmp(key, "layout") == 0) {
        return set_layout(value, out, err);
    }
    if (strcmp(key, "order") == 0) {
        rc = read_word(orders, value, &number, err);
        out->order = (enum od_box_order)number;
    } else if (strcmp(key, "units") == 0) {
        rc = read_word(units, value, &number, err);
        out->units = (enum od_box_units)number;
    } else if (strcmp(key, "label-map") == 0) {
        rc = read_word(maps, value, &number, err);
        out->coco80 = number != 0;
    } else if (strcmp(key, "label-offset") == 0) {
        rc = od_parse_i64(value, -100000, 100000, &offset, err);
        out->label_offset = (int)offset;
    } else if (strcmp(key, "score-min") == 0) {
        rc = set_ratio(value, &out->score_min, err);
    } else if (strcmp(key, "nms") == 0) {
        rc = set_ratio(value, &out->nms_iou, err);
    } else {
        rc = od_fail(err, OD_EINPUT,
                     "'%.40s' is none of layout, order, units, label-map, label-offset, "
                     "score-min, nms",
                     key);
    }
    return rc;
}

/* Calls set for each pair of the text. */
static int read_pairs(const char *text,
                      int (*set)(const char *key, const char *value, void *format,
                                 struct od_err *err),
                      void *format, struct od_err *err)
{
    char *copy = od_xstrdup(text);
    char *next = copy;
    int rc = 0;
    while (next != NULL && rc == 0) {
        char *key = next;
        next = strchr(key, ',');
        if (next != NULL) {
            *next++ = '\0';
        }
        char *equals = strchr(key, '=');
        if (equals == NULL || equals == key || equals[1] == '\0') {
            rc = od_fail(err, OD_EINPUT, "'%.40s' is not KEY=VALUE", key);
            break;
        }
        *equals = '\0';
        rc = set(key, equals + 1, format, err);
        if (rc != 0) {
            od_err_context(err, "%.40s", key);
        }
    }
    free(copy);
    return rc;
}

static int check_input(const struct od_input_format *format, struct od_err *err)
{
    bool scaled = false;
    for (size_t i = 0; i < 3; i++) {
        scaled = scaled || format->mean[i] != 0 || format->scale[i] != 0;
    }
    if (scaled && (format->dtype == OD_DTYPE_UINT8 || format->dtype == OD_DTYPE_BYTES)) {
        return od_fail(err, OD_EINPUT, "mean and scale need a type of floats, not %s",
                       name_of(types, (int)format->dtype));
    }
    return 0;
}

int od_input_format_read(const char *text, struct od_input_format *out,
                         struct od_err *err)
{
    struct od_input_format format = *out;
    if (read_pairs(text, set_input, &format, err) != 0 ||
        check_input(&format, err) != 0) {
        return -1;
    }
    *out = format;
    return 0;
}

int od_output_format_read(const char *text, struct od_output_format *out,
                          struct od_err *err)
{
    struct od_output_format format = *out;
    if (read_pairs(text, set_output, &format, err) != 0) {
        return -1;
    }
    *out = format;
    return 0;
}

const char *od_format_model(const char *text, size_t *len)
{
    *len = strcspn(text, ":");
    if (*len == 0 || *len >= strcspn(text, "=")) {
        *len = 0;
        return text;
    }
    return text + *len + 1;
}

/* Appends ",key=value" of a printf format. */
static void put(struct od_buf *out, const char *key, const char *value)
{
    od_buf_printf(out, "%s%s=%s", out->len > 0 ? "," : "", key, value);
}

static void put_channels(struct od_buf *out, const char *key, const float values[3])
{
    char text[64];
    bool same = values[0] == values[1] && values[1] == values[2];
    if (same && values[0] == 0) {
        return;
    }
    (void)snprintf(text, sizeof text, same ? "%.9g" : "%.9g:%.9g:%.9g", (double)values[0],
                   (double)values[1], (double)values[2]);
    put(out, key, text);
}

static void finish(struct od_buf *text, char out[OD_FORMAT_TEXT_MAX])
{
    (void)snprintf(out, OD_FORMAT_TEXT_MAX, "%s", text->data);
    od_buf_release(text);
}

void od_input_format_text(const struct od_input_format *format,
                          char out[OD_FORMAT_TEXT_MAX])
{
    char size[32];
    struct od_buf text;
    od_buf_init(&text, 0);
    if (format->dtype != OD_DTYPE_NONE) {
        put(&text, "type", name_of(types, (int)format->dtype));
    }
    if (format->planar) {
        put(&text, "layout", "nchw");
    }
    if (format->width > 0 && format->height > 0) {
        (void)snprintf(size, sizeof size, "%dx%d", format->width, format->height);
        put(&text, "size", size);
    }
    if (format->fit != OD_FIT_STRETCH) {
        put(&text, "fit", name_of(fits, (int)format->fit));
    }
    if (format->bgr) {
        put(&text, "channels", "bgr");
    }
    put_channels(&text, "mean", format->mean);
    put_channels(&text, "scale", format->scale);
    finish(&text, out);
}

void od_output_format_text(const struct od_output_format *format,
                           char out[OD_FORMAT_TEXT_MAX])
{
    char number[32];
    struct od_buf text;
    od_buf_init(&text, 0);
    if (format->layout != OD_LAYOUT_AUTO) {
        put(&text, "layout", od_layout_name(format->layout));
    }
    if (format->order != OD_ORDER_AUTO) {
        put(&text, "order", name_of(orders, (int)format->order));
    }
    if (format->units != OD_UNITS_AUTO) {
        put(&text, "units", name_of(units, (int)format->units));
    }
    if (format->coco80) {
        put(&text, "label-map", "coco80");
    }
    if (format->label_offset != 0) {
        (void)snprintf(number, sizeof number, "%d", format->label_offset);
        put(&text, "label-offset", number);
    }
    if (format->score_min > 0) {
        (void)snprintf(number, sizeof number, "%.9g", (double)format->score_min);
        put(&text, "score-min", number);
    }
    if (format->nms_iou > 0) {
        (void)snprintf(number, sizeof number, "%.9g", (double)format->nms_iou);
        put(&text, "nms", number);
    }
    finish(&text, out);
}
