/* Paths of TensorFlow Serving's REST API, both ways (odbench-wire(7), Paths). */
#include "protocol/tfs_rest.h"

#include "base/buf.h"
#include "base/parse.h"
#include "protocol/tfs.h"
#include "wire/percent.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ROOT "/v1/models/"

char *od_tfs_path_make(const struct od_request *in)
{
    struct od_buf path;
    od_buf_init(&path, 0);
    od_buf_puts(&path, ROOT);
    od_percent_encode(in->model.name, &path);
    if (in->model.version != 0) {
        od_buf_printf(&path, "/versions/%" PRId64, in->model.version);
    } else if (in->model.version_label[0] != '\0' && in->kind != OD_STATUS) {
        od_buf_puts(&path, "/labels/");
        od_percent_encode(in->model.version_label, &path);
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
    od_percent_decode(parts->name, parts->name_len, &text);
    int rc = od_tfs_model_name(out, text.data, text.len, err);
    if (rc == 0 && parts->label != NULL) {
        od_buf_reset(&text);
        od_percent_decode(parts->label, parts->label_len, &text);
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
