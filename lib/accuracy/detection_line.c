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

static int read_image_id(struct line *l)
{
    return take_whole(&l->scan, true, &l->out->found.image_id);
}

static int read_category_id(struct line *l)
{
    return take_whole(&l->scan, false, &l->out->found.category_id);
}

static int read_bbox(struct line *l)
{
    struct od_json_scan *s = &l->scan;
    if (!od_json_accept(s, '[')) {
        return od_json_fail_wanted(s, "\"bbox\" is not an array of four numbers");
    }
    for (size_t i = 0; i < 4; i++) {
        if (i > 0 && !od_json_accept(s, ',')) {
            return od_json_fail_wanted(s, "\"bbox\" is not an array of four numbers");
        }
        if (take_real(s, &l->out->found.box[i]) != 0) {
            return -1;
        }
    }
    if (!od_json_accept(s, ']')) {
        return od_json_fail_wanted(s, "\"bbox\" is not an array of four numbers");
    }
    return 0;
}

static int read_score(struct line *l)
{
    return take_real(&l->scan, &l->out->found.score);
}

static int read_run_id(struct line *l)
{
    return take_text(l, &l->out->run_id);
}

static int read_cell_id(struct line *l)
{
    return take_text(l, &l->out->cell_id);
}

static int read_seq(struct line *l)
{
    return take_whole(&l->scan, true, &l->out->seq);
}

static const struct {
    const char *key;
    int (*read)(struct line *l);
} members[] = {
    {"category_id", read_category_id},
    {"image_id", read_image_id},
    {"bbox", read_bbox},
    {"score", read_score},
    {"run_id", read_run_id},
    {"cell_id", read_cell_id},
    {"seq", read_seq},
};

enum { MEMBERS = sizeof members / sizeof members[0] };

static int read_member(struct line *l, unsigned *seen)
{
    struct od_json_key key;
    if (od_json_next_key(&l->scan, &key) != 0) {
        return -1;
    }
    for (size_t i = 0; i < MEMBERS; i++) {
        if (strlen(members[i].key) == key.len &&
            memcmp(members[i].key, key.text, key.len) == 0) {
            if ((*seen >> i & 1) != 0) {
                return od_json_fail_at(&l->scan, key.text, "the same key a second time");
            }
            *seen |= 1U << i;
            return members[i].read(l);
        }
    }
    return od_json_skip_value(&l->scan);
}

static int read_object(struct line *l, unsigned *seen)
{
    struct od_json_scan *s = &l->scan;
    if (!od_json_accept(s, '{')) {
        return od_json_fail_wanted(s, "not a JSON object");
    }
    if (!od_json_accept(s, '}')) {
        do {
            if (read_member(l, seen) != 0) {
                return -1;
            }
        } while (od_json_accept(s, ','));
        if (!od_json_accept(s, '}')) {
            return od_json_fail_wanted(s, "expected ',' or '}'");
        }
    }
    od_json_skip_blanks(s);
    return s->p == s->end ? 0
                          : od_json_fail_at(s, s->p, "text behind the end of the object");
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
    if (read_object(&l, &seen) != 0) {
        return -1;
    }
    for (size_t i = 0; i < MEMBERS; i++) {
        if ((seen >> i & 1) == 0) {
            return od_fail(err, OD_EINPUT, "%s:%zu: no \"%s\" in it", line->name,
                           line->line, members[i].key);
        }
    }
    return 0;
}
