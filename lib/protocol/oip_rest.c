/*
 * The Open Inference Protocol over REST: requests (odbench-wire(7), OIP bodies). It
 * carries everything of a request but: the signature, the REST form (which only tells how
 * a LIST asks: by row with POST /v2/repository/index, as Triton and MLServer have it, by
 * column with GET /v2/models, as KServe has it), spaced, the pictures' sizes of files,
 * and an empty input name, which comes back as the default it stands for. A planar
 * picture 3 wide comes back as one that is not planar. The losses of an answer are those
 * of oip_grpc.c; an error's code comes back as far as its HTTP status tells.
 */
#include "protocol/oip_rest.h"

#include "base/alloc.h"
#include "base/parse.h"
#include "service/storage.h"

#include <string.h>
#include <strings.h>

static int encode(const struct od_request *in, struct od_message *out, struct od_err *err)
{
    *out = (struct od_message){0};
    if (od_oip_check(&od_oip_rest, in, err) != 0) {
        return -1;
    }
    bool index = in->kind == OD_LIST && in->form == OD_FORM_ROW;
    out->verb = in->kind == OD_PREDICT || index ? "POST" : "GET";
    out->path = od_oip_path_make(in);
    if (in->kind == OD_PREDICT) {
        od_oip_rest_put(in, out);
    } else if (index) {
        od_headers_add(&out->headers, "Content-Type", "application/json");
        od_message_borrow(out, "{}", 2);
    }
    return 0;
}

static bool route(const struct od_style *style, const struct od_message *in,
                  enum od_kind *kind)
{
    (void)style;
    return od_oip_path_route(in->path, kind);
}

/* Does the dialect know the binary tensor extension? */
static bool has_binary(enum od_dialect dialect)
{
    return dialect == OD_DIALECT_TRITON || dialect == OD_DIALECT_OVMS ||
           dialect == OD_DIALECT_KSERVE;
}

/* How long the JSON is; SIZE_MAX: no header tells. */
static int json_length(const struct od_style *style, const struct od_message *in,
                       size_t len, size_t *out, struct od_err *err)
{
    const char *text = od_headers_get(&in->headers, OD_OIP_LENGTH_HEADER);
    int64_t value = 0;
    *out = SIZE_MAX;
    if (text == NULL || !has_binary(style->dialect)) {
        return 0;
    }
    if (od_parse_i64(text, 0, INT64_MAX, &value, NULL) != 0 || (uint64_t)value > len) {
        return od_fail(err, OD_EINPUT, OD_OIP_LENGTH_HEADER " is %.40s, the body has %zu",
                       text, len);
    }
    *out = (size_t)value;
    return 0;
}

/* A body in one piece; one that was not is kept by the request. */
/* JSON that cannot be read is OpenVINO's 412. */
static void note_syntax(const struct od_style *style, const struct od_err *why,
                        struct od_request *out)
{
    if (style->dialect == OD_DIALECT_OVMS &&
        strncmp(why->msg, "JSON Parse error", 16) == 0) {
        od_oip_asked_make(out)->http = 412;
    }
}

static int parse(const struct od_style *style, const struct od_message *in,
                 struct od_request *out, struct od_err *err)
{
    size_t json_len = 0;
    struct od_err why = {0};
    *out = (struct od_request){.outputs = OD_OUTPUT_ALL};
    if (od_oip_path_read(style, in, out, err) != 0) {
        return -1;
    }
    if (out->kind != OD_PREDICT) {
        return 0;
    }
    const char *coding = od_headers_get(&in->headers, "content-encoding");
    if (coding != NULL && strcasecmp(coding, "identity") != 0) {
        return od_fail(err, OD_EUNSUPPORTED, "Content-Encoding %.40s", coding);
    }
    struct od_segment body = od_request_body(out, in);
    if (json_length(style, in, body.len, &json_len, &why) != 0 ||
        od_oip_rest_body(style, body.data, body.len, json_len, out, &why) != 0) {
        out->picture_count = 0;
        note_syntax(style, &why, out);
        return od_fail(err, why.code, "%s", why.msg);
    }
    return 0;
}

const struct od_protocol od_oip_rest = {
    .name = "oip-rest",
    .summary = "Open Inference Protocol over REST: JSON and binary tensors",
    .transport = OD_HTTP,
    .payloads = OD_PAYLOAD_TENSOR | OD_PAYLOAD_JSON | OD_PAYLOAD_JPEG | OD_PAYLOAD_B64,
    .default_payload = OD_PAYLOAD_TENSOR,
    .encode = encode,
    .decode = od_oip_rest_decode,
    .route = route,
    .parse = parse,
    .render = od_oip_rest_render,
};
