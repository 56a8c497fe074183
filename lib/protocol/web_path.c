/* Paths with a model's name in them. */
#include "protocol/web_path.h"

#include "base/alloc.h"
#include "base/parse.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MODEL   "{model}"
#define VERSION "{version}"

/* RFC 3986 section 2.3: everything but the unreserved characters as %XX. */
static void put(struct od_buf *out, const char *text, bool encoded)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (!encoded || isalnum(c) || strchr("-._~", c) != NULL) {
            od_buf_putc(out, *text);
        } else {
            od_buf_printf(out, "%%%02X", (unsigned)c);
        }
    }
}

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

int od_web_fill(const char *text, const struct od_model *model, bool encoded, char **out,
                struct od_err *err)
{
    struct od_buf all;
    char number[24] = "";
    if (model->version != 0) {
        (void)snprintf(number, sizeof number, "%" PRId64, model->version);
    }
    const char *version = model->version_label[0] != '\0' ? model->version_label : number;
    if ((strstr(text, MODEL) != NULL && model->name[0] == '\0') ||
        (strstr(text, VERSION) != NULL && version[0] == '\0')) {
        return od_fail(err, OD_EINPUT, "%s needs the model's name%s", text,
                       model->name[0] != '\0' ? " and version" : "");
    }
    od_buf_init(&all, 0);
    while (*text != '\0') {
        if (starts(text, MODEL)) {
            put(&all, model->name, encoded);
            text += strlen(MODEL);
        } else if (starts(text, VERSION)) {
            put(&all, version, encoded);
            text += strlen(VERSION);
        } else {
            od_buf_putc(&all, *text++);
        }
    }
    *out = od_buf_steal(&all);
    od_buf_release(&all);
    return 0;
}

static int hex(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = c != '\0' ? strchr(digits, c | 0x20) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

/* Decodes %XX up to end into a name; false: too long, empty, or with a NUL. */
static bool decode(const char *p, const char *end, char out[OD_NAME_MAX])
{
    size_t len = 0;
    while (p < end) {
        char c = *p++;
        int high = c == '%' && end - p >= 2 ? hex(p[0]) : -1;
        int low = high >= 0 ? hex(p[1]) : -1;
        if (low >= 0) {
            c = (char)(high << 4 | low);
            p += 2;
        }
        if (c == '\0' || len + 1 == OD_NAME_MAX) {
            return false;
        }
        out[len++] = c;
    }
    out[len] = '\0';
    return len > 0;
}

static bool take_version(const char *p, const char *end, struct od_model *model)
{
    char text[OD_NAME_MAX];
    int64_t number = 0;
    if (!decode(p, end, text)) {
        return false;
    }
    if (strspn(text, "0123456789") == strlen(text) &&
        od_parse_i64(text, 1, INT64_MAX, &number, NULL) == 0) {
        model->version = number;
    } else {
        memcpy(model->version_label, text, OD_NAME_MAX);
    }
    return true;
}

/* A name ends where the text goes on, at the next slash or query at the latest. */
static const char *name_end(const char *path, char stop)
{
    while (*path != '\0' && *path != '/' && *path != '?' && *path != stop) {
        path++;
    }
    return path;
}

bool od_web_match(const char *text, const char *path, struct od_model *model)
{
    struct od_model found = {0};
    while (*text != '\0') {
        bool name = starts(text, MODEL);
        if (name || starts(text, VERSION)) {
            text += strlen(name ? MODEL : VERSION);
            const char *end = name_end(path, *text);
            if (name ? !decode(path, end, found.name)
                     : !take_version(path, end, &found)) {
                return false;
            }
            path = end;
        } else if (*text++ != *path++) {
            return false;
        }
    }
    if (*path != '\0' && *path != '?') {
        return false;
    }
    if (model != NULL) {
        *model = found;
    }
    return true;
}
