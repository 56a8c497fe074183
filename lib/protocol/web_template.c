/* A received body against the template that its client filled in. */
#include "protocol/web.h"

#include "base/parse.h"

#include <stdio.h>
#include <string.h>

/* Where both texts are, and what was read. */
struct match {
    const char *text; /* template */
    struct od_json_cursor at;
    struct od_request *out;
    int px[2];
};

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int differs(const struct match *match, struct od_err *err)
{
    return od_fail(err, OD_EINPUT, "the body differs from the template at offset %zu",
                   (size_t)(match->at.p - match->at.begin));
}

/* How far a value goes that ends where the template goes on. */
static size_t value_len(const struct match *match)
{
    const char *p = match->at.p;
    while (p < match->at.end && *p != *match->text) {
        p++;
    }
    return (size_t)(p - match->at.p);
}

static int read_size(struct match *match, int *px, struct od_err *err)
{
    char digits[16] = "";
    int64_t number = 0;
    size_t len = 0;
    while (match->at.p < match->at.end && len + 1 < sizeof digits &&
           *match->at.p >= '0' && *match->at.p <= '9') {
        digits[len++] = *match->at.p++;
    }
    if (od_parse_i64(digits, 0, INT32_MAX, &number, NULL) != 0) {
        return differs(match, err);
    }
    *px = (int)number;
    return 0;
}

/* Does the value fill a string of JSON, so that it may hold escapes? */
static bool fills_string(const struct match *match)
{
    return match->at.p > match->at.begin && match->at.p[-1] == '"' && *match->text == '"';
}

static int read_name(struct match *match, char *to, size_t size, struct od_err *err)
{
    char plain[6 * OD_NAME_MAX];
    struct od_json_cursor quoted = match->at;
    struct od_json_string text = {.raw = match->at.p, .len = value_len(match)};
    bool string = fills_string(match);
    if (string) {
        quoted.p--;
        if (od_json_string(&quoted, &text, err) != 0) {
            return -1;
        }
    }
    if (text.len > sizeof plain) {
        return od_fail(err, OD_EINPUT, "a name of %zu bytes", text.len);
    }
    size_t len = text.len;
    if (string) {
        len = od_json_unescape(&text, plain);
    } else if (len > 0) {
        memcpy(plain, text.raw, len);
    }
    if (len >= size || memchr(plain, '\0', len) != NULL) {
        return od_fail(err, OD_EINPUT, "a name of %zu bytes", len);
    }
    memcpy(to, plain, len);
    to[len] = '\0';
    match->at.p = text.raw + text.len;
    return 0;
}

static int read_base64(struct match *match, struct od_err *err)
{
    if (fills_string(match)) {
        match->at.p--;
        if (od_web_base64_at(&match->at, match->out, err) != 0) {
            return -1;
        }
        /* The quote behind it is the template's to match. */
        match->at.p--;
        return 0;
    }
    size_t len = value_len(match);
    const char *text = match->at.p;
    match->at.p += len;
    return od_web_base64_text(text, len, match->out, err);
}

static int read_word(struct match *match, const char *word, struct od_err *err)
{
    struct od_request *out = match->out;
    char model[OD_NAME_MAX];
    if (strcmp(word, "b64") == 0) {
        return read_base64(match, err);
    }
    if (strcmp(word, "pixels") == 0) {
        return od_web_pixels_at(&match->at, out, err);
    }
    if (strcmp(word, "width") == 0 || strcmp(word, "height") == 0) {
        return read_size(match, &match->px[word[0] == 'h'], err);
    }
    if (strcmp(word, "id") == 0) {
        return read_name(match, out->id, sizeof out->id, err);
    }
    if (strcmp(word, "input") == 0) {
        return read_name(match, out->model.input, sizeof out->model.input, err);
    }
    /* A path that names the model has said it already. */
    bool named = out->model.name[0] != '\0';
    return read_name(match, named ? model : out->model.name, OD_NAME_MAX, err);
}

/* One step through both texts, which may differ in blanks. */
static int step(struct match *match, struct od_err *err)
{
    char word[16];
    int used = 0;
    bool inside = match->at.p > match->at.begin && match->at.p[-1] == '"';
    if (sscanf(match->text, "{{%15[a-z0-9]}}%n", word, &used) == 1 && used > 0) {
        match->text += used;
        while (!inside && match->at.p < match->at.end && blank(*match->at.p)) {
            match->at.p++;
        }
        return read_word(match, word, err);
    }
    bool more = match->at.p < match->at.end;
    if (more && *match->at.p == *match->text) {
        match->at.p++;
        match->text++;
    } else if (blank(*match->text)) {
        match->text++;
    } else if (more && blank(*match->at.p)) {
        match->at.p++;
    } else {
        return differs(match, err);
    }
    return 0;
}

int od_web_template_read(const struct od_profile *profile, const char *text, size_t len,
                         struct od_request *out, struct od_err *err)
{
    struct match match = {.text = profile->request.text, .out = out};
    od_json_cursor_init(&match.at, text, len);
    while (*match.text != '\0') {
        if (step(&match, err) != 0) {
            return -1;
        }
    }
    while (match.at.p < match.at.end && blank(*match.at.p)) {
        match.at.p++;
    }
    if (match.at.p < match.at.end || out->picture_count != 1) {
        return differs(&match, err);
    }
    const struct od_picture *picture = &out->pictures[0];
    if (picture->width > 0 && ((match.px[0] != 0 && match.px[0] != picture->width) ||
                               (match.px[1] != 0 && match.px[1] != picture->height))) {
        return od_fail(err, OD_EINPUT, "a picture of %d x %d that is called %d x %d",
                       picture->width, picture->height, match.px[0], match.px[1]);
    }
    return 0;
}
