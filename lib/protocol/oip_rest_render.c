/* Replies of the Open Inference Protocol over REST, as the server writes them. */
#include "protocol/oip_rest.h"

#include "base/alloc.h"
#include "protocol/oip_elements.h"
#include "wire/json_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATE_AVAILABLE = 30 };

/* Of Triton's codes HTTP has these; it has no others (odbench-wire(7), OIP errors). */
static int triton_http(enum od_canonical code)
{
    return code == OD_CODE_CANCELLED || code == OD_CODE_UNKNOWN ||
                   code == OD_CODE_ALREADY_EXISTS
               ? 400
               : od_canonical_http(code);
}

static int status_of(const struct od_style *style, const struct od_request *asked,
                     const struct od_answer *in)
{
    enum od_canonical code = od_oip_code(style->dialect, in);
    bool loading = in->code == OD_CODE_UNAVAILABLE && in->model.state != 0 &&
                   in->model.state != STATE_AVAILABLE;
    if (od_oip_asked_of(asked)->http != 0) {
        return od_oip_asked_of(asked)->http;
    }
    switch (style->dialect) {
    case OD_DIALECT_TRITON:
        return triton_http(code);
    case OD_DIALECT_OVMS:
        return loading                         ? 404
               : code == OD_CODE_UNIMPLEMENTED ? 400
                                               : od_canonical_http(code);
    case OD_DIALECT_MLSERVER:
    case OD_DIALECT_KSERVE:
    case OD_DIALECT_TORCHSERVE:
        return od_canonical_http(code);
    }
    return od_canonical_http(code);
}

/* Not ready is no error in the answer, but one over HTTP. */
static int health_status(const struct od_style *style, const struct od_request *asked,
                         const struct od_answer *in)
{
    bool ready =
        asked->kind == OD_STATUS ? in->model.state == STATE_AVAILABLE : in->ready;
    bool bad_request =
        style->dialect == OD_DIALECT_TRITON || style->dialect == OD_DIALECT_MLSERVER;
    if (ready || (asked->kind != OD_STATUS && asked->kind != OD_READY)) {
        return 200;
    }
    if (asked->kind == OD_STATUS && style->dialect == OD_DIALECT_OVMS) {
        return 404;
    }
    return bad_request ? 400 : 503;
}

static void put_error(const struct od_style *style, const struct od_request *asked,
                      const struct od_answer *in, struct od_reply *out)
{
    out->code = status_of(style, asked, in);
    od_buf_printf(&out->body,
                  "{\"%s\":", od_oip_asked_of(asked)->detail ? "detail" : "error");
    od_json_put_string(&out->body, in->text != NULL ? in->text : "");
    od_buf_putc(&out->body, '}');
}

/* One output; its bytes go to the binary part, or into data as a flat list. */
static void put_output(const struct od_output_tensor *output, bool binary,
                       struct od_buf *json, struct od_buf *tail)
{
    size_t len = output->count * od_dtype_size((int)output->dtype);
    uint8_t *bytes = od_xcalloc(len, 1);
    od_oip_of_floats(output->dtype, output->values, output->count, bytes);
    od_buf_puts(json, "{\"name\":");
    od_json_put_string(json, output->name);
    od_buf_printf(json, ",\"datatype\":\"%s\",\"shape\":[",
                  od_dtype_name((int)output->dtype));
    for (size_t i = 0; i < output->rank; i++) {
        od_buf_printf(json, "%s%zu", i > 0 ? "," : "", output->dims[i]);
    }
    if (binary) {
        od_buf_printf(json, "],\"parameters\":{\"binary_data_size\":%zu}}", len);
        od_buf_add(tail, bytes, len);
    } else {
        od_buf_puts(json, "],\"data\":");
        od_oip_json_put(output->dtype, bytes, output->count, json);
        od_buf_putc(json, '}');
    }
    free(bytes);
}

/* id, model_name, model_version: what stands before the outputs. */
static void put_front(const struct od_request *asked, const struct od_answer *in,
                      struct od_buf *out)
{
    od_buf_putc(out, '{');
    if (asked->id[0] != '\0') {
        od_buf_puts(out, "\"id\":");
        od_json_put_string(out, asked->id);
        od_buf_putc(out, ',');
    }
    od_buf_puts(out, "\"model_name\":");
    od_json_put_string(out,
                       in->model.name[0] != '\0' ? in->model.name : asked->model.name);
    if (in->model.version > 0) {
        od_buf_printf(out, ",\"model_version\":\"%" PRId64 "\"", in->model.version);
    }
    od_buf_puts(out, ",\"outputs\":[");
}

static void add_length(enum od_dialect dialect, size_t len, struct od_headers *out)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%zu", len);
    od_headers_add(out, "Content-Type",
                   dialect == OD_DIALECT_OVMS ? "application/json"
                                              : "application/octet-stream");
    od_headers_add(out,
                   dialect == OD_DIALECT_OVMS ? "inference-header-content-length"
                                              : OD_OIP_LENGTH_HEADER,
                   digits);
}

static int put_infer(const struct od_style *style, const struct od_request *asked,
                     const struct od_answer *in, struct od_reply *out, struct od_err *err)
{
    const struct od_oip_asked *more = od_oip_asked_of(asked);
    struct od_outputs_list *list = od_xcalloc(1, sizeof *list);
    struct od_buf tail;
    bool extended = style->dialect == OD_DIALECT_TRITON ||
                    style->dialect == OD_DIALECT_OVMS ||
                    style->dialect == OD_DIALECT_KSERVE;
    bool any = false;
    int rc = od_oip_outputs_from_answer(style, asked, in, list, err);
    od_buf_init(&tail, 0);
    if (rc == 0) {
        put_front(asked, in, &out->body);
        for (size_t i = 0; i < list->count; i++) {
            bool binary = extended && od_oip_is_binary(more, list->items[i].name);
            any = any || binary;
            od_buf_puts(&out->body, i > 0 ? "," : "");
            put_output(&list->items[i], binary, &out->body, &tail);
        }
        od_buf_puts(&out->body, "]}");
        if (any) {
            add_length(style->dialect, out->body.len, &out->headers);
        } else {
            od_headers_add(&out->headers, "Content-Type", "application/json");
        }
        od_buf_add(&out->body, tail.data, tail.len);
    }
    od_buf_release(&tail);
    od_outputs_release(list);
    free(list);
    return rc;
}

int od_oip_rest_render(const struct od_style *style, const struct od_request *asked,
                       const struct od_answer *in, struct od_reply *out,
                       struct od_err *err)
{
    struct od_err why = {0};
    od_reply_reset(out);
    od_server_facts_write(&in->server, &out->headers);
    out->code = health_status(style, asked, in);
    if (in->code == OD_CODE_OK && asked->kind == OD_PREDICT) {
        if (put_infer(style, asked, in, out, &why) == 0) {
            return od_buf_check(&out->body, "reply", err);
        }
        struct od_answer refused;
        od_answer_init(&refused);
        od_answer_fail_err(&refused, &why);
        put_error(style, asked, &refused, out);
        od_answer_release(&refused);
    } else if (in->code != OD_CODE_OK) {
        put_error(style, asked, in, out);
    } else if (!od_oip_json_render(style, asked, in, &out->body)) {
        return 0;
    }
    od_headers_add(&out->headers, "Content-Type", "application/json");
    return od_buf_check(&out->body, "reply", err);
}
