/* One line of a file of detections. */
#include "accuracy/detection_line.h"

#include "base/buf.h"
#include "base/parse.h"
#include "dataset/jsonscan.h"
#include "record/record.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

/* What the readers of members work on. */
struct line {
    struct od_json_scan scan;
    struct od_intern *pool;
    struct od_detection_line *out;
};

/* The text of a number as it stands there, in a buffer of its own. */
static int take_number(struct od_json_scan *s, char *text, size_t size)
{
    od_json_skip_blanks(s);
    const char *begin = s->p;
    if (od_json_skip_value(s) != 0) {
        return -1;
    }
    size_t len = (size_t)(s->p - begin);
    bool number = *begin == '-' || (*begin >= '0' && *begin <= '9');
    if (!number || len >= size) {
        return od_json_fail_at(s, begin, "not a number");
    }
    memcpy(text, begin, len);
    text[len] = '\0';
    return 0;
}

static int take_real(struct od_json_scan *s, double *out)
{
    char text[400];
    od_json_skip_blanks(s);
    const char *begin = s->p;
    if (take_number(s, text, sizeof text) != 0) {
        return -1;
    }
    if (od_parse_double(text, -HUGE_VAL, HUGE_VAL, out, NULL) != 0) {
        return od_json_fail_at(s, begin, "not a number");
    }
    return 0;
}

/* A whole number, or null where the row has none. */
static int take_whole(struct od_json_scan *s, bool nullable, int64_t *out)
{
    char text[32];
    od_json_skip_blanks(s);
    const char *begin = s->p;
    if (nullable && s->p < s->end && *s->p == 'n') {
        *out = OD_NONE;
        return od_json_skip_value(s);
    }
    if (take_number(s, text, sizeof text) != 0) {
        return -1;
    }
    if (od_parse_i64(text, INT64_MIN + 1, INT64_MAX, out, NULL) != 0) {
        return od_json_fail_at(s, begin, "not a whole number");
    }
    return 0;
}

/* jansson knows the escapes; it is asked only where there are some. */
static int take_escaped(struct line *l, const char *begin, const char **out)
{
    json_t *value = json_loadb(begin, (size_t)(l->scan.p - begin), JSON_DECODE_ANY, NULL);
    const char *text = json_string_value(value);
    int rc = 0;
    if (text != NULL) {
        *out = od_intern_add(l->pool, text);
    } else {
        rc = od_json_fail_at(&l->scan, begin, "a text with a broken escape");
    }
    json_decref(value);
    return rc;
}

static int take_text(struct line *l, const char **out)
{
    struct od_json_scan *s = &l->scan;
    od_json_skip_blanks(s);
    const char *begin = s->p;
    if (od_json_skip_value(s) != 0) {
        return -1;
    }
    if (*begin != '"') {
        return od_json_fail_at(s, begin, "not a text");
    }
    size_t len = (size_t)(s->p - begin) - 2;
    if (memchr(begin, '\\', len + 1) != NULL) {
        return take_escaped(l, begin, out);
    }
    struct od_buf copy;
    od_buf_init(&copy, 0);
    od_buf_add(&copy, begin + 1, len);
    *out = od_intern_add(l->pool, copy.data);
    od_buf_release(&copy);
    return 0;
}

static int take_box(struct od_json_scan *s, double box[4])
{
    if (!od_json_accept(s, '[')) {
        return od_json_fail_wanted(s, "\"bbox\" is not an array of four numbers");
    }
    for (size_t i = 0; i < 4; i++) {
        if (i > 0 && !od_json_accept(s, ',')) {
            return od_json_fail_wanted(s, "\"bbox\" is not an array of four numbers");
        }
        if (take_real(s, &box[i]) != 0) {
            return -1;
        }
    }
    if (!od_json_accept(s, ']')) {
        return od_json_fail_wanted(s, "\"bbox\" is not an array of four numbers");
    }
    return 0;
}

enum member { CATEGORY_ID, IMAGE_ID, BBOX, SCORE, RUN_ID, CELL_ID, SEQ, MEMBERS };

static const char *const keys[MEMBERS] = {"category_id", "image_id", "bbox", "score",
                                          "run_id",      "cell_id",  "seq"};

static int read_member(void *ctx, size_t index)
{
    struct line *l = ctx;
    struct od_detection_line *out = l->out;
    switch ((enum member)index) {
    case CATEGORY_ID:
        return take_whole(&l->scan, false, &out->found.category_id);
    case IMAGE_ID:
        return take_whole(&l->scan, true, &out->found.image_id);
    case BBOX:
        return take_box(&l->scan, out->found.box);
    case SCORE:
        return take_real(&l->scan, &out->found.score);
    case RUN_ID:
        return take_text(l, &out->run_id);
    case CELL_ID:
        return take_text(l, &out->cell_id);
    case SEQ:
        return take_whole(&l->scan, true, &out->seq);
    case MEMBERS:
        break;
    }
    return od_fail(l->scan.err, OD_EBUG, "a line has no member %zu", index);
}

int od_detection_line_parse(const struct od_json_text *line, struct od_intern *pool,
                            struct od_detection_line *out, struct od_err *err)
{
    unsigned seen = 0;
    struct line l = {.scan = {.text = line,
                              .p = line->data,
                              .end = line->data + line->len,
                              .err = err},
                     .pool = pool,
                     .out = out};
    const struct od_json_wanted wanted = {
        .keys = keys, .count = MEMBERS, .read = read_member, .ctx = &l};
    if (od_json_scan_object(&l.scan, &wanted, &seen) != 0) {
        return -1;
    }
    for (size_t i = 0; i < MEMBERS; i++) {
        if ((seen >> i & 1) == 0) {
            return od_fail(err, OD_EINPUT, "%s:%zu: no \"%s\" in it", line->name,
                           line->line, keys[i]);
        }
    }
    return 0;
}
