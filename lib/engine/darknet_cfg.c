/* What Darknet's .cfg and .weights files say, before OpenCV reads them. */
#include "engine/darknet_cfg.h"

#include "base/alloc.h"
#include "base/parse.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_KEYS = 48,
    MAX_SIDE = 16384,
    MAX_CHANNELS = 1 << 20,
    MAX_VALUES = 1 << 27,
    MAX_LAYERS = 4096
};

/* Far above every model, and far below what overflows. */
static const int64_t max_weights = INT64_C(1) << 40;

struct pair {
    const char *key;
    const char *value;
};

/* The section that is being read; texts are borrowed from the copy of the file. */
struct section {
    const char *name;
    size_t line;
    struct pair pairs[MAX_KEYS];
    size_t count;
};

struct shape {
    int64_t c, h, w;
};

struct reader {
    const char *path;
    struct section section;
    struct shape now;     /* what the last layer gives */
    struct shape *layers; /* by number */
    size_t count, capacity;
    struct od_darknet_facts *facts;
    struct od_err *err;
};

static int bad(struct reader *r, const char *what, const char *value)
{
    return od_fail(r->err, OD_EINPUT, "%s:%zu: [%s]: %s%s%s", r->path, r->section.line,
                   r->section.name, what, value[0] != '\0' ? " " : "", value);
}

static const char *find(const struct section *s, const char *key)
{
    for (size_t i = 0; i < s->count; i++) {
        if (strcmp(s->pairs[i].key, key) == 0) {
            return s->pairs[i].value;
        }
    }
    return NULL;
}

/* The number of a key within 0 .. max, or fallback; a bad one is noted in r->err. */
static int64_t number(struct reader *r, const char *key, int64_t max, int64_t fallback)
{
    const char *text = find(&r->section, key);
    int64_t value = fallback;
    if (text != NULL && od_parse_i64(text, 0, max, &value, NULL) != 0) {
        (void)od_fail(r->err, OD_EINPUT,
                      "%s:%zu: [%s]: %s=%s is not a number from 0 to %lld", r->path,
                      r->section.line, r->section.name, key, text, (long long)max);
    }
    return value;
}

/* The number of a layer as cfg files write it: absolute, or negative for "back from
 * here". */
static const struct shape *layer_at(struct reader *r, const char *text, char **end)
{
    long n = strtol(text, end, 10);
    int64_t index = n < 0 ? (int64_t)r->count + n : n;
    if (*end == text || index < 0 || index >= (int64_t)r->count) {
        (void)bad(r, "no such layer:", text);
        return NULL;
    }
    return &r->layers[index];
}

static int64_t pooled(int64_t in, int64_t padding, int64_t size, int64_t stride)
{
    return (in + padding - size) / stride + 1;
}

static int read_net(struct reader *r)
{
    r->now.w = number(r, "width", MAX_SIDE, 0);
    r->now.h = number(r, "height", MAX_SIDE, 0);
    r->now.c = number(r, "channels", MAX_CHANNELS, 3);
    if (r->now.w < 1 || r->now.h < 1) {
        return bad(r, "no width and height", "");
    }
    if (r->now.c != 3) {
        return od_fail(r->err, OD_EUNSUPPORTED, "%s:%zu: channels=%lld instead of 3",
                       r->path, r->section.line, (long long)r->now.c);
    }
    r->facts->width = (int)r->now.w;
    r->facts->height = (int)r->now.h;
    return 0;
}

static int read_convolutional(struct reader *r)
{
    int64_t filters = number(r, "filters", MAX_CHANNELS, 1);
    int64_t size = number(r, "size", 255, 1);
    int64_t stride = number(r, "stride", 255, 1);
    int64_t groups = number(r, "groups", MAX_CHANNELS, 1);
    int64_t pad = number(r, "pad", 255, 0) != 0 ? size / 2 : number(r, "padding", 255, 0);
    int64_t norm = number(r, "batch_normalize", 1, 0);
    if (filters < 1 || size < 1 || stride < 1 || groups < 1 || r->now.c % groups != 0) {
        return bad(r, "filters, size, stride or groups make no sense", "");
    }
    r->facts->weight_count +=
        filters * (1 + 3 * norm) + filters * (r->now.c / groups) * size * size;
    r->now = (struct shape){filters, pooled(r->now.h, 2 * pad, size, stride),
                            pooled(r->now.w, 2 * pad, size, stride)};
    return 0;
}

static int read_connected(struct reader *r)
{
    int64_t output = number(r, "output", MAX_CHANNELS, 1);
    int64_t norm = number(r, "batch_normalize", 1, 0);
    r->facts->weight_count += output * (r->now.c * r->now.h * r->now.w + 1 + 3 * norm);
    r->now = (struct shape){output, 1, 1};
    return 0;
}

static int read_maxpool(struct reader *r)
{
    int64_t stride = number(r, "stride", 255, 1);
    int64_t size = number(r, "size", 255, stride);
    int64_t padding = number(r, "padding", 255, size - 1);
    if (size < 1 || stride < 1) {
        return bad(r, "size or stride is 0", "");
    }
    r->now.h = pooled(r->now.h, padding, size, stride);
    r->now.w = pooled(r->now.w, padding, size, stride);
    return 0;
}

static int read_avgpool(struct reader *r)
{
    r->now.h = 1;
    r->now.w = 1;
    return 0;
}

static int read_upsample(struct reader *r)
{
    int64_t stride = number(r, "stride", 255, 2);
    r->now.h *= stride;
    r->now.w *= stride;
    return 0;
}

static int read_reorg(struct reader *r)
{
    int64_t stride = number(r, "stride", 255, 2);
    if (stride < 1) {
        return bad(r, "stride is 0", "");
    }
    r->now =
        (struct shape){r->now.c * stride * stride, r->now.h / stride, r->now.w / stride};
    return 0;
}

static int read_route(struct reader *r)
{
    const char *text = find(&r->section, "layers");
    int64_t groups = number(r, "groups", MAX_CHANNELS, 1);
    if (text == NULL || groups < 1) {
        return bad(r, "no layers or groups", "");
    }
    struct shape sum = {0};
    for (;;) {
        char *end;
        const struct shape *from = layer_at(r, text, &end);
        if (from == NULL) {
            return -1;
        }
        sum = (struct shape){sum.c + from->c / groups, from->h, from->w};
        while (*end == ' ' || *end == ',') {
            end++;
        }
        if (*end == '\0') {
            r->now = sum;
            return 0;
        }
        text = end;
    }
}

/* [shortcut] keeps the shape before it; [scale_channels] and [sam] take that of "from".
 */
static int read_from(struct reader *r)
{
    const char *text = find(&r->section, "from");
    char *end;
    const struct shape *from = layer_at(r, text != NULL ? text : "", &end);
    if (from == NULL) {
        return -1;
    }
    if (strcmp(r->section.name, "shortcut") != 0) {
        r->now = *from;
    }
    return 0;
}

static int read_same(struct reader *r)
{
    (void)r;
    return 0;
}

/* How many numbers a list such as "3, 4.5,5" has; *largest is the greatest. Or -1. */
static int64_t list_length(const char *text, double *largest)
{
    int64_t count = 0;
    *largest = 0;
    for (char *end = NULL; *text != '\0'; text = end) {
        double value = strtod(text, &end);
        if (end == text || !(value >= 0)) {
            return -1;
        }
        *largest = value > *largest ? value : *largest;
        count++;
        end += strspn(end, " \t");
        end += *end == ',';
    }
    return count;
}

/* OpenCV reads beyond the anchors when the mask asks for it. */
static int check_mask(struct reader *r)
{
    const char *mask = find(&r->section, "mask");
    const char *anchors = find(&r->section, "anchors");
    double largest;
    int64_t pairs = anchors != NULL ? list_length(anchors, &largest) / 2 : 0;
    if (mask == NULL || anchors == NULL) {
        return 0;
    }
    if (pairs < 1 || list_length(mask, &largest) < 1 || largest >= (double)pairs) {
        return bad(r, "mask and anchors do not fit:", mask);
    }
    return 0;
}

static int read_detection(struct reader *r)
{
    if (check_mask(r) != 0) {
        return -1;
    }
    r->facts->classes = (int)number(r, "classes", 65536, 20);
    return r->facts->classes > 0 ? 0 : bad(r, "no classes", "");
}

static const struct {
    const char *name;
    int (*read)(struct reader *r);
} kinds[] = {
    {"convolutional", read_convolutional},
    {"connected", read_connected},
    {"maxpool", read_maxpool},
    {"avgpool", read_avgpool},
    {"upsample", read_upsample},
    {"reorg", read_reorg},
    {"route", read_route},
    {"shortcut", read_from},
    {"scale_channels", read_from},
    {"sam", read_from},
    {"dropout", read_same},
    {"softmax", read_same},
    {"yolo", read_detection},
    {"region", read_detection},
};

static int keep_layer(struct reader *r)
{
    struct shape s = r->now;
    if (s.c < 1 || s.h < 1 || s.w < 1 || s.c > MAX_CHANNELS || s.h > MAX_SIDE ||
        s.w > MAX_SIDE || s.c * s.h * s.w > MAX_VALUES || r->count >= MAX_LAYERS ||
        r->facts->weight_count > max_weights) {
        return bad(r, "gives a layer of impossible size", "");
    }
    r->layers = od_xgrow(r->layers, r->count, &r->capacity, sizeof *r->layers);
    r->layers[r->count++] = s;
    return 0;
}

/* The section that ends here becomes a layer. */
static int end_section(struct reader *r)
{
    if (r->section.name == NULL) {
        return 0;
    }
    bool net =
        strcmp(r->section.name, "net") == 0 || strcmp(r->section.name, "network") == 0;
    if (net != (r->facts->width == 0)) {
        return bad(r, net ? "comes twice" : "comes before [net]", "");
    }
    if (net) {
        return read_net(r);
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].name, r->section.name) == 0) {
            return kinds[i].read(r) != 0 || keep_layer(r) != 0 ? -1 : 0;
        }
    }
    return od_fail(r->err, OD_EUNSUPPORTED,
                   "%s:%zu: [%s] is no section that is known here", r->path,
                   r->section.line, r->section.name);
}

static int read_line(struct reader *r, char *line, size_t number_of_line)
{
    char *equals = strchr(line, '=');
    char *close = strchr(line, ']');
    if (line[0] == '\0' || line[0] == '#' || line[0] == ';') {
        return 0;
    }
    if (line[0] == '[' && close != NULL) {
        int rc = end_section(r);
        *close = '\0';
        r->section = (struct section){.name = line + 1, .line = number_of_line};
        return rc;
    }
    if (equals == NULL || r->section.name == NULL || r->section.count >= MAX_KEYS) {
        return od_fail(r->err, OD_EINPUT, "%s:%zu: \"%.40s\" is no line of a cfg file",
                       r->path, number_of_line, line);
    }
    *equals = '\0';
    r->section.pairs[r->section.count++] =
        (struct pair){.key = od_trim(line), .value = od_trim(equals + 1)};
    return 0;
}

int od_darknet_read_cfg(const char *path, const char *text, struct od_darknet_facts *out,
                        struct od_err *err)
{
    struct od_err first = {0};
    struct reader r = {.path = path, .facts = out, .err = &first};
    char *copy = od_xstrdup(text);
    size_t line = 0;
    *out = (struct od_darknet_facts){0};
    for (char *p = copy; p != NULL && first.code == OD_OK;) {
        char *next = strchr(p, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        (void)read_line(&r, od_trim(p), ++line);
        p = next;
    }
    if (first.code == OD_OK) {
        (void)end_section(&r);
    }
    if (out->classes == 0) {
        (void)od_fail(&first, OD_EINPUT, "%s: no [yolo] or [region] section", path);
    }
    free(r.layers);
    free(copy);
    return first.code == OD_OK ? 0 : od_fail(err, first.code, "%s", first.msg);
}
