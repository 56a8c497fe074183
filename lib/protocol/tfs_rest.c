/*
 * TensorFlow Serving over REST: requests (odbench-wire(7), REST). It carries everything
 * of a request but: the set of outputs (REST has no filter: all come), the label of a
 * status request, the pictures' sizes of b64, and spaced (which is only how the text
 * looks); an empty input name is sent as the bare value and stays empty. Of an answer it
 * carries everything but the model's name and version in a predict reply and labels
 * beyond 2^24.
 */
#include "protocol/tfs_rest.h"

#include "base/alloc.h"
#include "protocol/tfs.h"
#include "service/storage.h"
#include "wire/base64.h"
#include "wire/json_cells.h"
#include "wire/json_text.h"
#include "wire/pixels.h"

#include <stdlib.h>
#include <string.h>

/* Where the pictures of a body go: texts in front of, between and behind them. */
struct frame {
    struct od_buf open; /* before the first picture */
    const char *before; /* before each picture, behind the name */
    const char *after;  /* behind each picture */
    struct od_buf name; /* row form with an input name: {"name": before each picture */
    const char *comma;  /* between pictures */
    const char *close;  /* behind the last */
};

static void frame_init(const struct od_request *in, struct frame *out)
{
    bool spaced = in->spaced;
    bool b64 = in->payload == OD_PAYLOAD_B64;
    bool named = in->model.input[0] != '\0';
    bool row = in->form == OD_FORM_ROW;
    const char *colon = spaced ? " : " : ":";
    *out = (struct frame){
        .before = b64 ? "{\"b64\":\"" : "",
        .after = !named || !row ? (b64 ? "\"}" : "") : (b64 ? "\"}}" : "}"),
        .comma = spaced ? ", " : ",",
        .close = named && !row ? "]}}" : "]}",
    };
    od_buf_init(&out->open, 0);
    od_buf_init(&out->name, 0);
    od_buf_putc(&out->open, '{');
    if (in->model.signature[0] != '\0') {
        od_buf_printf(&out->open, "\"signature_name\"%s", colon);
        od_json_put_string(&out->open, in->model.signature);
        od_buf_puts(&out->open, out->comma);
    }
    od_buf_printf(&out->open, "\"%s\"%s", row ? "instances" : "inputs", colon);
    if (named) {
        struct od_buf *to = row ? &out->name : &out->open;
        od_buf_putc(to, '{');
        od_json_put_string(to, in->model.input);
        od_buf_puts(to, colon);
    }
    od_buf_putc(&out->open, '[');
}

static void frame_release(struct frame *frame)
{
    od_buf_release(&frame->open);
    od_buf_release(&frame->name);
}

/* Text of pictures that are not plain pixels; NULL for the others. Owned. */
static struct od_buf *make_cells(const struct od_request *in)
{
    const struct od_picture *first = &in->pictures[0];
    size_t height = (size_t)first->height;
    size_t width = (size_t)first->width;
    const size_t pixels[3] = {height, width, 3};
    const size_t planes[3] = {3, height, width};
    if (in->payload != OD_PAYLOAD_JSON ||
        (first->dtype == OD_DTYPE_NONE && !first->planar)) {
        return NULL;
    }
    int dtype = first->dtype == OD_DTYPE_NONE ? OD_DTYPE_UINT8 : (int)first->dtype;
    struct od_buf *texts = od_xcalloc(in->picture_count, sizeof *texts);
    float *values = od_xcalloc(height * width * 3, sizeof *values);
    for (size_t i = 0; i < in->picture_count; i++) {
        (void)od_dtype_floats(dtype, in->pictures[i].data, height * width * 3, values);
        od_buf_init(&texts[i], 0);
        od_json_put_cells(&texts[i], values, first->planar ? planes : pixels);
    }
    free(values);
    return texts;
}

static size_t picture_chars(const struct od_request *in, const struct od_picture *picture)
{
    struct od_pixel_size size = {picture->width, picture->height};
    return in->payload == OD_PAYLOAD_B64
               ? od_base64_chars(picture->len)
               : od_pixels_chars(picture->data, size, in->spaced);
}

static char *put(char *to, const char *text, size_t len)
{
    memcpy(to, text, len);
    return to + len;
}

static char *put_text(char *to, const char *text)
{
    return put(to, text, strlen(text));
}

static void put_body(const struct od_request *in, struct od_message *out)
{
    struct frame frame;
    frame_init(in, &frame);
    size_t each =
        frame.name.len + strlen(frame.before) + strlen(frame.after) + strlen(frame.comma);
    size_t len = frame.open.len + strlen(frame.close) + each * in->picture_count;
    struct od_buf *cells = make_cells(in);
    for (size_t i = 0; i < in->picture_count; i++) {
        len += cells != NULL ? cells[i].len : picture_chars(in, &in->pictures[i]);
    }
    char *body = od_xmalloc(len + OD_PIXELS_SLACK);
    char *to = put(body, frame.open.data, frame.open.len);
    for (size_t i = 0; i < in->picture_count; i++) {
        const struct od_picture *picture = &in->pictures[i];
        struct od_pixel_size size = {picture->width, picture->height};
        to = put_text(to, i > 0 ? frame.comma : "");
        to = put(to, frame.name.data, frame.name.len);
        to = put_text(to, frame.before);
        to = cells != NULL ? put(to, cells[i].data, cells[i].len)
             : in->payload == OD_PAYLOAD_B64
                 ? od_base64_encode(picture->data, picture->len, to)
                 : od_pixels_write(picture->data, size, in->spaced, to);
        to = put_text(to, frame.after);
    }
    to = put_text(to, frame.close);
    od_message_own(out, body, (size_t)(to - body));
    for (size_t i = 0; cells != NULL && i < in->picture_count; i++) {
        od_buf_release(&cells[i]);
    }
    free(cells);
    frame_release(&frame);
}

static int encode(const struct od_request *in, struct od_message *out, struct od_err *err)
{
    *out = (struct od_message){0};
    if (od_tfs_check(&od_tfs_rest, in, err) != 0) {
        return -1;
    }
    out->verb = in->kind == OD_PREDICT ? "POST" : "GET";
    out->path = od_tfs_path_make(in);
    if (in->kind == OD_PREDICT) {
        /* The study's client sent no Content-Type (odbench-wire(7), The study's text),
         * and no server asks. */
        if (!in->spaced) {
            od_headers_add(&out->headers, "Content-Type", "application/json");
        }
        put_body(in, out);
    }
    return 0;
}

static bool route(const struct od_style *style, const struct od_message *in,
                  enum od_kind *kind)
{
    (void)style;
    return od_tfs_path_route(in->path, kind);
}

static int parse(const struct od_style *style, const struct od_message *in,
                 struct od_request *out, struct od_err *err)
{
    *out = (struct od_request){.outputs = OD_OUTPUT_ALL};
    const char *path = in->path != NULL ? in->path : "";
    const char *verb = in->verb != NULL ? in->verb : "";
    if (od_tfs_path_read(verb, path, out, err) != 0) {
        return -1;
    }
    if (out->kind != OD_PREDICT) {
        return 0;
    }
    const char *coding = od_headers_get(&in->headers, "content-encoding");
    if (coding != NULL && strcmp(coding, "identity") != 0) {
        return od_fail(err, OD_EUNSUPPORTED, "Content-Encoding %.40s", coding);
    }
    struct od_segment body = od_request_body(out, in);
    return od_tfs_rest_body(body.data, body.len, style->floats, out, err);
}

const struct od_protocol od_tfs_rest = {
    .name = "tfs-rest",
    .alias = "rest",
    .summary = "TensorFlow Serving over REST: JSON by row or by column",
    .transport = OD_HTTP,
    .payloads = OD_PAYLOAD_JSON | OD_PAYLOAD_B64,
    .default_payload = OD_PAYLOAD_JSON,
    .encode = encode,
    .decode = od_tfs_rest_decode,
    .route = route,
    .parse = parse,
    .render = od_tfs_rest_render,
    .preflight = od_tfs_rest_preflight,
};
