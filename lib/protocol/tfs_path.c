/* Paths of TensorFlow Serving's REST API, both ways (odbench-wire(7), Paths). */
#include "protocol/tfs_rest.h"

#include "base/buf.h"
#include "base/parse.h"
#include "protocol/tfs.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ROOT "/v1/models/"

/* RFC 3986 section 2.3: everything but the unreserved characters as %XX. */
static void put_encoded(struct od_buf *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if (isalnum(c) || strchr("-._~", c) != NULL) {
            od_buf_putc(out, *p);
        } else {
            od_buf_printf(out, "%%%02X", (unsigned)c);
        }
    }
}

char *od_tfs_path_make(const struct od_request *in)
{
    struct od_buf path;
    od_buf_init(&path, 0);
    od_buf_puts(&path, ROOT);
    put_encoded(&path, in->model.name);
    if (in->model.version != 0) {
        od_buf_printf(&path, "/versions/%" PRId64, in->model.version);
    } else if (in->model.version_label[0] != '\0' && in->kind != OD_STATUS) {
        od_buf_puts(&path, "/labels/");
        put_encoded(&path, in->model.version_label);
    }
    od_buf_puts(&path, in->kind == OD_PREDICT    ? ":predict"
                       : in->kind == OD_METADATA ? "/metadata"
                                                 : "");
    char *text = od_buf_steal(&path);
    od_buf_release(&path);
    return text;
}

static bool ends_with(const char *text, size_t len, const char *end)
{
    size_t size = strlen(end);
    return len >= size && strncasecmp(text + len - size, end, size) == 0;
}

bool od_tfs_path_route(const char *path, enum od_kind *kind)
{
    if (path == NULL || strncasecmp(path, "/v1/", 4) != 0) {
        return false;
    }
    size_t len = strlen(path);
    *kind = strchr(path, ':') != NULL           ? OD_PREDICT
            : ends_with(path, len, "/metadata") ? OD_METADATA
                                                : OD_STATUS;
    return true;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'                              ? c - '0'
           : c != '\0' && strchr("abcdef", c | 0x20) != NULL ? (c | 0x20) - 'a' + 10
                                                             : -1;
}

/* Decodes %XX; anything else behind a % stays as it is. */
static void decode(const char *from, size_t len, struct od_buf *out)
{
    for (size_t i = 0; i < len; i++) {
        int high = from[i] == '%' && len - i > 2 ? hex_digit(from[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(from[i + 2]) : -1;
        if (low >= 0) {
            od_buf_putc(out, (char)(high << 4 | low));
            i += 2;
        } else {
            od_buf_putc(out, from[i]);
        }
    }
}

/* A path segment: everything up to the next '/' or ':', at least one character. */
static size_t segment(const char *p)
{
    return strcspn(p, "/:");
}

static bool take(const char **p, const char *text)
{
    size_t len = strlen(text);
    if (strncasecmp(*p, text, len) != 0) {
        return false;
    }
    *p += len;
    return true;
}

/* The parts of a path, borrowed from it; all empty when it matches no pattern. */
struct parts {
    const char *name;
    size_t name_len;
    const char *version;
    size_t version_len;
    const char *label;
    size_t label_len;
    const char *rest;
};

static bool split(const char *path, struct parts *out)
{
    const char *p = path;
    *out = (struct parts){0};
    if (!take(&p, ROOT) || segment(p) == 0) {
        return false;
    }
    out->name = p;
    out->name_len = segment(p);
    p += out->name_len;
    if (take(&p, "/versions/")) {
        out->version = p;
        out->version_len = strspn(p, "0123456789");
        p += out->version_len;
        if (out->version_len == 0) {
            return false;
        }
    } else if (take(&p, "/labels/")) {
        out->label = p;
        out->label_len = segment(p);
        p += out->label_len;
        if (out->label_len == 0) {
            return false;
        }
    }
    out->rest = p;
    return true;
}

/* The kind that verb and the end of the path ask for; false: none. */
static bool kind_of(const char *verb, const struct parts *parts, enum od_kind *kind)
{
    if (strcmp(verb, "POST") == 0) {
        *kind = OD_PREDICT;
        return strcasecmp(parts->rest, ":predict") == 0 ||
               strcasecmp(parts->rest, ":classify") == 0 ||
               strcasecmp(parts->rest, ":regress") == 0;
    }
    bool metadata = strcasecmp(parts->rest, "/metadata") == 0;
    *kind = metadata ? OD_METADATA : OD_STATUS;
    return strcmp(verb, "GET") == 0 &&
           (metadata || (parts->rest[0] == '\0' && parts->label == NULL));
}

static int read_model(const struct parts *parts, struct od_model *out, struct od_err *err)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    decode(parts->name, parts->name_len, &text);
    int rc = od_tfs_model_name(out, text.data, text.len, err);
    if (rc == 0 && parts->label != NULL) {
        od_buf_reset(&text);
        decode(parts->label, parts->label_len, &text);
        rc = od_tfs_name(out->version_label, text.data, text.len, "version label", err);
    }
    if (rc == 0 && parts->version != NULL) {
        int64_t version = 0;
        od_buf_reset(&text);
        od_buf_add(&text, parts->version, parts->version_len);
        rc = od_parse_i64(text.data, 0, INT64_MAX, &version, err);
        rc = rc == 0 ? od_tfs_version(out, version, err) : rc;
    }
    od_buf_release(&text);
    return rc;
}

int od_tfs_path_read(const char *verb, const char *path, struct od_request *out,
                     struct od_err *err)
{
    struct parts parts;
    if (!split(path, &parts) || !kind_of(verb, &parts, &out->kind)) {
        return od_fail(err, OD_EINPUT, "Malformed request: %s %s", verb, path);
    }
    if (read_model(&parts, &out->model, err) != 0) {
        return -1;
    }
    if (out->kind == OD_PREDICT && strcasecmp(parts.rest, ":predict") != 0) {
        return od_fail(err, OD_EUNSUPPORTED, "%s is not supported", parts.rest + 1);
    }
    return 0;
}
