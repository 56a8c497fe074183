/* Inference requests of the Open Inference Protocol over REST, as the client writes them.
 */
#include "protocol/oip_rest.h"

#include "base/alloc.h"
#include "protocol/oip_elements.h"
#include "wire/base64.h"
#include "wire/json_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void own(struct od_message *out, struct od_buf *part)
{
    size_t len = part->len;
    od_message_own(out, od_buf_steal(part), len);
}

/* {"id":...,"inputs":[{"name":...,"shape":[...],"datatype":... */
static void put_front(const struct od_request *in, const struct od_oip_tensor *tensor,
                      struct od_buf *out)
{
    od_buf_putc(out, '{');
    if (in->id[0] != '\0') {
        od_buf_puts(out, "\"id\":");
        od_json_put_string(out, in->id);
        od_buf_putc(out, ',');
    }
    od_buf_puts(out, "\"inputs\":[{\"name\":");
    od_json_put_string(out, od_model_input(&in->model));
    od_buf_puts(out, ",\"shape\":[");
    for (size_t i = 0; i < tensor->rank; i++) {
        od_buf_printf(out, "%s%" PRId64, i > 0 ? "," : "", tensor->dims[i]);
    }
    od_buf_printf(out, "],\"datatype\":\"%s\"", od_dtype_name((int)tensor->dtype));
}

/* }],"outputs":[...]} or, when all outputs are wanted as binary, one parameter. */
static void put_back(const struct od_request *in, bool binary, struct od_buf *out)
{
    const char *names[4];
    size_t count = od_oip_outputs(in->outputs, names);
    od_buf_puts(out, "}]");
    for (size_t i = 0; i < count; i++) {
        od_buf_puts(out, i == 0 ? ",\"outputs\":[{\"name\":" : ",{\"name\":");
        od_json_put_string(out, names[i]);
        od_buf_puts(out, binary ? ",\"parameters\":{\"binary_data\":true}}" : "}");
    }
    od_buf_puts(out, count > 0 ? "]" : "");
    if (binary && count == 0) {
        od_buf_puts(out, ",\"parameters\":{\"binary_data_output\":true}");
    }
    od_buf_putc(out, '}');
}

static void put_length(size_t len, struct od_buf *out)
{
    const unsigned char bytes[] = {
        (unsigned char)(len & 0xFF), (unsigned char)(len >> 8 & 0xFF),
        (unsigned char)(len >> 16 & 0xFF), (unsigned char)(len >> 24 & 0xFF)};
    od_buf_add(out, bytes, sizeof bytes);
}

/* The binary tensor extension: JSON, then pixels as they are or files each behind its
 * length. */
static void put_binary(const struct od_request *in, const struct od_oip_tensor *tensor,
                       struct od_message *out)
{
    struct od_buf part;
    bool files = in->payload == OD_PAYLOAD_JPEG;
    size_t len = 0;
    char digits[24];
    for (size_t i = 0; i < in->picture_count; i++) {
        len += in->pictures[i].len + (files ? 4 : 0);
    }
    od_buf_init(&part, 0);
    put_front(in, tensor, &part);
    od_buf_printf(&part, ",\"parameters\":{\"binary_data_size\":%zu}", len);
    put_back(in, true, &part);
    (void)snprintf(digits, sizeof digits, "%zu", part.len);
    od_headers_add(&out->headers, "Content-Type", "application/octet-stream");
    od_headers_add(&out->headers, OD_OIP_LENGTH_HEADER, digits);
    for (size_t i = 0; i < in->picture_count; i++) {
        if (files) {
            put_length(in->pictures[i].len, &part);
        }
        if (part.len > 0) {
            own(out, &part);
        }
        od_message_borrow(out, in->pictures[i].data, in->pictures[i].len);
    }
    od_buf_release(&part);
}

static void put_base64(const struct od_request *in, struct od_buf *out)
{
    for (size_t i = 0; i < in->picture_count; i++) {
        size_t len = od_base64_chars(in->pictures[i].len);
        od_buf_puts(out, i > 0 ? ",\"" : "\"");
        char *to = od_buf_reserve(out, len);
        if (to != NULL) {
            (void)od_base64_encode(in->pictures[i].data, in->pictures[i].len, to);
            od_buf_advance(out, len);
        }
        od_buf_putc(out, '"');
    }
}

static void put_json(const struct od_request *in, const struct od_oip_tensor *tensor,
                     struct od_message *out)
{
    struct od_buf body;
    od_buf_init(&body, 0);
    put_front(in, tensor, &body);
    if (in->payload == OD_PAYLOAD_B64) {
        od_buf_puts(&body, ",\"parameters\":{\"content_type\":\"base64\"},\"data\":[");
        put_base64(in, &body);
        od_buf_putc(&body, ']');
    } else {
        struct od_buf own_bytes;
        size_t len = 0;
        const uint8_t *bytes = od_oip_whole(in, &own_bytes, &len);
        od_buf_puts(&body, ",\"data\":");
        od_oip_json_put(tensor->dtype, bytes, len / od_dtype_size((int)tensor->dtype),
                        &body);
        od_buf_release(&own_bytes);
    }
    put_back(in, false, &body);
    od_headers_add(&out->headers, "Content-Type", "application/json");
    own(out, &body);
    od_buf_release(&body);
}

void od_oip_rest_put(const struct od_request *in, struct od_message *out)
{
    struct od_oip_tensor tensor;
    od_oip_tensor_of(in, &tensor);
    if (in->payload == OD_PAYLOAD_TENSOR || in->payload == OD_PAYLOAD_JPEG) {
        put_binary(in, &tensor, out);
    } else {
        put_json(in, &tensor, out);
    }
}
