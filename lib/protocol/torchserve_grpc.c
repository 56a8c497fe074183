/*
 * TorchServe over gRPC: InferenceAPIsService (odbench-wire(7), TORCHSERVE). It carries of
 * a request one picture as its file's bytes, the model's name, version and input; of an
 * answer what TorchServe's REST does.
 */
#include "protocol/torchserve.h"

#include "base/alloc.h"
#include "protocol/web.h"
#include "service/storage.h"
#include "wire/pb_arena.h"

#include "torchserve.pb-c.h"

#include <stdio.h>
#include <string.h>

typedef Org__Pytorch__Serve__Grpc__Inference__PredictionsRequest pb_ask;
typedef Org__Pytorch__Serve__Grpc__Inference__PredictionsRequest__InputEntry pb_entry;
typedef Org__Pytorch__Serve__Grpc__Inference__PredictionResponse pb_reply;
typedef Org__Pytorch__Serve__Grpc__Inference__TorchServeHealthResponse pb_health;

#define SERVICE "/org.pytorch.serve.grpc.inference.InferenceAPIsService/"
#define PREDICT SERVICE "Predictions"
#define PING    SERVICE "Ping"

/* Tags of protobuf's wire format, as odbench-wire(7) lists the fields. */
enum { NAME = 0x0A, VERSION = 0x12, INPUT = 0x1A, KEY = 0x0A, VALUE = 0x12 };

static size_t varint_bytes(size_t value)
{
    size_t bytes = 1;
    while (value >= 0x80) {
        value >>= 7;
        bytes++;
    }
    return bytes;
}

static void put_head(struct od_buf *out, int tag, size_t len)
{
    od_buf_putc(out, (char)tag);
    while (len >= 0x80) {
        od_buf_putc(out, (char)(0x80 | (len & 0x7F)));
        len >>= 7;
    }
    od_buf_putc(out, (char)len);
}

static void put_string(struct od_buf *out, int tag, const char *text)
{
    size_t len = strlen(text);
    if (len > 0) {
        put_head(out, tag, len);
        od_buf_add(out, text, len);
    }
}

/* Everything up to the file's bytes, which end the message. */
static void put_ask(const struct od_request *in, struct od_message *out)
{
    const struct od_picture *picture = &in->pictures[0];
    const char *input = od_torchserve_input(&in->model);
    char version[OD_NAME_MAX];
    struct od_buf head;
    od_buf_init(&head, 0);
    od_torchserve_version(&in->model, version);
    put_string(&head, NAME, in->model.name);
    put_string(&head, VERSION, version);
    size_t key = strlen(input);
    put_head(&head, INPUT,
             1 + varint_bytes(key) + key + 1 + varint_bytes(picture->len) + picture->len);
    put_string(&head, KEY, input);
    put_head(&head, VALUE, picture->len);
    size_t len = head.len;
    od_message_own(out, od_buf_steal(&head), len);
    od_buf_release(&head);
    od_message_borrow(out, picture->data, picture->len);
}

static int encode(const struct od_request *in, struct od_message *out, struct od_err *err)
{
    *out = (struct od_message){0};
    if (od_torchserve_check(&od_torchserve_grpc, in, err) != 0) {
        return -1;
    }
    out->verb = "POST";
    out->path = od_xstrdup(in->kind == OD_READY ? PING : PREDICT);
    if (in->kind == OD_PREDICT) {
        put_ask(in, out);
    }
    return 0;
}

static bool route(const struct od_style *style, const struct od_message *in,
                  enum od_kind *kind)
{
    (void)style;
    const char *path = in->path != NULL ? in->path : "";
    *kind = strcmp(path, PING) == 0 ? OD_READY : OD_PREDICT;
    return *kind == OD_READY || strcmp(path, PREDICT) == 0;
}

static void free_ask(void *message)
{
    org__pytorch__serve__grpc__inference__predictions_request__free_unpacked(message,
                                                                             NULL);
}

/* The entry with the picture: "data" or "body", else the only one. */
static const pb_entry *find(const pb_ask *ask)
{
    for (size_t i = ask->n_input; i-- > 0;) {
        if (strcmp(ask->input[i]->key, "data") == 0 ||
            strcmp(ask->input[i]->key, "body") == 0) {
            return ask->input[i];
        }
    }
    return ask->n_input == 1 ? ask->input[0] : NULL;
}

static int read_ask(const pb_ask *ask, struct od_request *out, struct od_err *err)
{
    const pb_entry *entry = find(ask);
    size_t len = strlen(ask->model_name);
    if (len == 0) {
        return od_fail(err, OD_EINPUT, "Parameter name is required");
    }
    if (len >= OD_NAME_MAX) {
        return od_fail(err, OD_ENOENT, "Model not found: %.100s...", ask->model_name);
    }
    memcpy(out->model.name, ask->model_name, len + 1);
    if (od_torchserve_version_read(ask->model_version, &out->model, err) != 0) {
        return -1;
    }
    if (entry == NULL || strlen(entry->key) >= OD_NAME_MAX) {
        return od_fail(err, OD_EINPUT, "the input has no 'data'");
    }
    if (strcmp(entry->key, "data") != 0) {
        memcpy(out->model.input, entry->key, strlen(entry->key) + 1);
    }
    return od_web_file(entry->value.data, entry->value.len, out);
}

static int parse(const struct od_style *style, const struct od_message *in,
                 struct od_request *out, struct od_err *err)
{
    *out = (struct od_request){.outputs = OD_OUTPUT_ALL};
    if (!route(style, in, &out->kind)) {
        return od_fail(err, OD_EUNSUPPORTED, "no method %s",
                       in->path != NULL ? in->path : "");
    }
    if (out->kind == OD_READY) {
        return 0;
    }
    struct od_segment body;
    if (od_web_whole(in, out, &body, err) != 0) {
        return -1;
    }
    pb_ask *ask = org__pytorch__serve__grpc__inference__predictions_request__unpack(
        NULL, body.len, body.data);
    if (ask == NULL) {
        return od_fail(err, OD_EINPUT, "the message is no PredictionsRequest");
    }
    struct od_storage *storage = od_request_storage(out);
    storage->message = ask;
    storage->free_message = free_ask;
    return read_ask(ask, out, err);
}

static void pack(const ProtobufCMessage *message, struct od_buf *out)
{
    size_t len = protobuf_c_message_get_packed_size(message);
    char *to = od_buf_reserve(out, len);
    if (to != NULL) {
        od_buf_advance(out, protobuf_c_message_pack(message, (uint8_t *)to));
    }
}

/* TorchServe's own codes: a model that it has not is an internal error, a full queue is
 * no service. */
static enum od_canonical code_of(enum od_canonical code)
{
    switch ((int)code) {
    case OD_CODE_NOT_FOUND:
        return OD_CODE_INTERNAL;
    case OD_CODE_UNAUTHENTICATED:
        return OD_CODE_PERMISSION_DENIED;
    case OD_CODE_RESOURCE_EXHAUSTED:
        return OD_CODE_UNAVAILABLE;
    default:
        return code;
    }
}

static int render(const struct od_style *style, const struct od_request *asked,
                  const struct od_answer *in, struct od_reply *out, struct od_err *err)
{
    (void)style;
    char buffer[3 * OD_NAME_MAX];
    struct od_buf text;
    od_reply_reset(out);
    od_server_facts_write(&in->server, &out->headers);
    if (in->code != OD_CODE_OK) {
        enum od_canonical code = in->code;
        out->text =
            od_xstrdup(od_torchserve_text(asked, in, &code, buffer, sizeof buffer));
        out->code = (int)code_of(code);
        return 0;
    }
    out->code = (int)OD_CODE_OK;
    od_buf_init(&text, out->body.max);
    int rc = 0;
    if (asked->kind == OD_READY) {
        pb_health health;
        org__pytorch__serve__grpc__inference__torch_serve_health_response__init(&health);
        od_torchserve_put_health(in->ready, &text);
        health.health = text.data;
        pack(&health.base, &out->body);
    } else {
        pb_reply reply;
        org__pytorch__serve__grpc__inference__prediction_response__init(&reply);
        rc = od_torchserve_put_boxes(asked, in, &text, err);
        rc = rc == 0 ? od_buf_check(&text, "reply", err) : rc;
        reply.prediction = (ProtobufCBinaryData){text.len, (uint8_t *)text.data};
        if (rc == 0) {
            pack(&reply.base, &out->body);
        }
    }
    od_buf_release(&text);
    return rc == 0 ? od_buf_check(&out->body, "reply", err) : rc;
}

static int refuse(const struct od_request *asked, int number, const char *text,
                  struct od_answer *out, struct od_err *err)
{
    enum od_canonical code = od_canonical_of_grpc(number);
    od_answer_fail(out, code, "%s", text);
    return od_fail(err, OD_ESERVER, "TorchServe, model %s: %s: %s", asked->model.name,
                   od_canonical_name(code), text);
}

static int decode_health(const struct od_reply *in, struct od_answer *out,
                         struct od_err *err)
{
    pb_health *health =
        org__pytorch__serve__grpc__inference__torch_serve_health_response__unpack(
            NULL, in->body.len, (const uint8_t *)in->body.data);
    if (health == NULL) {
        return od_fail(err, OD_EDECODE, "reply is no TorchServeHealthResponse");
    }
    out->ready = od_torchserve_health(health->health, strlen(health->health));
    org__pytorch__serve__grpc__inference__torch_serve_health_response__free_unpacked(
        health, NULL);
    return 0;
}

static int decode(const struct od_request *asked, const struct od_reply *in,
                  struct od_answer *out, struct od_err *err)
{
    od_answer_init(out);
    od_server_facts_read(&in->headers, &out->server);
    if (in->code != 0) {
        bool said = in->text != NULL && in->text[0] != '\0';
        return refuse(asked, in->code, said ? in->text : "no text", out, err);
    }
    if (asked->kind == OD_READY) {
        return decode_health(in, out, err);
    }
    struct od_pb_arena arena;
    od_pb_arena_init(&arena, in->body.len);
    const pb_reply *reply =
        org__pytorch__serve__grpc__inference__prediction_response__unpack(
            &arena.allocator, in->body.len, (const uint8_t *)in->body.data);
    int rc = 0;
    if (reply == NULL) {
        rc = od_fail(err, OD_EDECODE, "reply is no PredictionResponse");
    } else if (reply->status != NULL && reply->status->code != 0) {
        rc = refuse(asked, reply->status->code, reply->status->message, out, err);
    } else {
        const char *text = (const char *)reply->prediction.data;
        rc = od_torchserve_boxes(asked, text != NULL ? text : "", reply->prediction.len,
                                 out, err);
        if (rc != 0) {
            od_err_context(err, "TorchServe, model %s", asked->model.name);
        }
    }
    od_pb_arena_release(&arena);
    return rc;
}

const struct od_protocol od_torchserve_grpc = {
    .name = "torchserve-grpc",
    .summary = "TorchServe over gRPC: Predictions and Ping",
    .transport = OD_GRPC,
    .payloads = OD_PAYLOAD_JPEG,
    .default_payload = OD_PAYLOAD_JPEG,
    .encode = encode,
    .decode = decode,
    .route = route,
    .parse = parse,
    .render = render,
};
