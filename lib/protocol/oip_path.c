/* Paths of the Open Inference Protocol over REST, both ways (odbench-wire(7), OIP paths).
 */
#include "protocol/oip_rest.h"

#include "wire/percent.h"

#include <string.h>

#define ROOT "/v2"

char *od_oip_path_make(const struct od_request *in)
{
    struct od_buf path;
    char version[OD_OIP_VERSION_MAX];
    od_buf_init(&path, 0);
    od_buf_puts(&path, ROOT);
    if (in->kind == OD_READY) {
        od_buf_puts(&path, "/health/ready");
    } else if (in->kind == OD_LIST) {
        od_buf_puts(&path, in->form == OD_FORM_ROW ? "/repository/index" : "/models");
    } else if (in->kind != OD_SERVER) {
        od_oip_version_of(&in->model, version);
        od_buf_puts(&path, "/models/");
        od_percent_encode(in->model.name, &path);
        od_buf_puts(&path, version[0] != '\0' ? "/versions/" : "");
        od_percent_encode(version, &path);
        od_buf_puts(&path, in->kind == OD_PREDICT  ? "/infer"
                           : in->kind == OD_STATUS ? "/ready"
                                                   : "");
    }
    char *text = od_buf_steal(&path);
    od_buf_release(&path);
    return text;
}

/* The parts of a path, borrowed from it. */
struct parts {
    enum od_kind kind;
    const char *verb;
    bool live;
    bool index; /* POST /v2/repository/index */
    const char *name;
    size_t name_len;
    const char *version;
    size_t version_len;
};

static bool is(const char *p, size_t len, const char *text)
{
    return strlen(text) == len && memcmp(p, text, len) == 0;
}

/* Behind /v2/models/: NAME[/versions/VERSION][/infer or /ready]. */
static bool split_model(const char *p, const char *end, struct parts *out)
{
    out->name = p;
    out->name_len = strcspn(p, "/?");
    p += out->name_len;
    if (strncmp(p, "/versions/", 10) == 0) {
        out->version = p + 10;
        out->version_len = strcspn(out->version, "/?");
        p = out->version + out->version_len;
        if (out->version_len == 0) {
            return false;
        }
    }
    size_t len = (size_t)(end - p);
    out->verb = "GET";
    out->kind = OD_METADATA;
    if (is(p, len, "/infer")) {
        out->verb = "POST";
        out->kind = OD_PREDICT;
    } else if (is(p, len, "/ready")) {
        out->kind = OD_STATUS;
    } else if (len > 0) {
        return false;
    }
    return out->name_len > 0;
}

/* The parts of a path under /v2; what follows a question mark is not looked at. */
static bool split(const char *path, struct parts *out)
{
    const char *p = path + strlen(ROOT);
    const char *end = p + strcspn(p, "?");
    size_t len = (size_t)(end - p);
    *out = (struct parts){.kind = OD_SERVER, .verb = "GET"};
    if (len == 0 || is(p, len, "/")) {
        return true;
    }
    if (is(p, len, "/health/ready") || is(p, len, "/health/live")) {
        out->kind = OD_READY;
        out->live = is(p, len, "/health/live");
        return true;
    }
    if (is(p, len, "/repository/index")) {
        out->kind = OD_LIST;
        out->verb = "POST";
        out->index = true;
        return true;
    }
    if (is(p, len, "/models")) {
        out->kind = OD_LIST;
        return true;
    }
    return strncmp(p, "/models/", 8) == 0 && split_model(p + 8, end, out);
}

static bool is_ours(const char *path)
{
    return path != NULL && strncmp(path, ROOT, strlen(ROOT)) == 0 &&
           (path[3] == '\0' || path[3] == '/' || path[3] == '?');
}

bool od_oip_path_route(const char *path, enum od_kind *kind)
{
    struct parts parts;
    if (!is_ours(path)) {
        return false;
    }
    (void)split(path, &parts);
    *kind = parts.kind;
    return true;
}

/* Does a server of that dialect have this path? */
static bool has(enum od_dialect dialect, const struct parts *parts)
{
    if (parts->kind != OD_LIST) {
        return true;
    }
    return parts->index ? dialect == OD_DIALECT_TRITON || dialect == OD_DIALECT_MLSERVER
                        : dialect == OD_DIALECT_KSERVE;
}

static int read_model(const struct parts *parts, struct od_request *out,
                      struct od_err *err)
{
    struct od_buf text;
    if (parts->name == NULL) {
        return 0;
    }
    od_buf_init(&text, 0);
    od_percent_decode(parts->name, parts->name_len, &text);
    int rc = text.len >= OD_NAME_MAX
                 ? od_fail(err, OD_ENOENT, "model %.100s... is not found", text.data)
                 : od_oip_text(out->model.name, OD_NAME_MAX, text.data, text.len, "model",
                               err);
    if (rc == 0 && parts->version != NULL) {
        od_buf_reset(&text);
        od_percent_decode(parts->version, parts->version_len, &text);
        rc = od_oip_version_read(&out->model, text.data, text.len, err);
    }
    od_buf_release(&text);
    return rc;
}

/* No such path, or none with this verb: a status of each dialect's own, and FastAPI's
 * member for the text where that is what the server is made of. */
static int refuse(const struct od_style *style, bool known, const struct od_message *in,
                  struct od_request *out, struct od_err *err)
{
    struct od_oip_asked *asked = od_oip_asked_make(out);
    bool ovms = style->dialect == OD_DIALECT_OVMS;
    asked->detail =
        style->dialect == OD_DIALECT_MLSERVER || style->dialect == OD_DIALECT_KSERVE;
    if (known) {
        asked->http = ovms ? 406 : 405;
        return od_fail(err, OD_EUNSUPPORTED, "%s is no method of %.150s", in->verb,
                       in->path);
    }
    asked->http = ovms ? 400 : 404;
    return od_fail(err, OD_ENOENT, "there is no path %.150s", in->path);
}

int od_oip_path_read(const struct od_style *style, const struct od_message *in,
                     struct od_request *out, struct od_err *err)
{
    struct parts parts;
    if (!is_ours(in->path) || in->verb == NULL) {
        return od_fail(err, OD_EINPUT, "no path of this protocol");
    }
    if (!split(in->path, &parts) || !has(style->dialect, &parts)) {
        return refuse(style, false, in, out, err);
    }
    out->kind = parts.kind;
    out->form = parts.kind == OD_LIST && !parts.index ? OD_FORM_COLUMN : OD_FORM_ROW;
    od_oip_asked_make(out)->live = parts.live;
    if (strcmp(in->verb, parts.verb) != 0) {
        return refuse(style, true, in, out, err);
    }
    if (read_model(&parts, out, err) != 0) {
        return -1;
    }
    bool versioned = out->model.version != 0 || out->model.version_label[0] != '\0';
    if (versioned && style->dialect == OD_DIALECT_KSERVE) {
        return od_fail(err, OD_EUNSUPPORTED, "model %.60s: there are no versions here",
                       out->model.name);
    }
    return 0;
}
