/* Replies of TensorFlow Serving's REST API, as the server writes them (odbench-wire(7),
 * Replies). */
#include "protocol/tfs_rest.h"

#include "protocol/tfs.h"
#include "service/outputs.h"
#include "wire/json_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static void put_number(struct od_json_writer *writer, const char *key, int64_t number)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%" PRId64, number);
    od_json_put_member(writer, key, text);
}

/* The row form: an object an image, whose outputs have no batch dimension. */
static void put_rows(const struct od_detections *all, struct od_json_writer *writer)
{
    const size_t dims[] = {all->each, 4};
    od_json_open(writer, "predictions", '[');
    for (size_t i = 0; i < all->images; i++) {
        od_json_open(writer, NULL, '{');
        od_json_item(writer, "num_detections");
        od_json_put_floats(writer->out, all->counts + i, dims, 0);
        od_json_item(writer, "detection_scores");
        od_json_put_floats(writer->out, all->scores + i * all->each, dims, 1);
        od_json_item(writer, "detection_classes");
        od_json_put_floats(writer->out, all->classes + i * all->each, dims, 1);
        od_json_item(writer, "detection_boxes");
        od_json_put_floats(writer->out, all->boxes + i * all->each * 4, dims, 2);
        od_json_close(writer, '}');
    }
    od_json_close(writer, ']');
}

/* The column form: an object of outputs with their batch dimension. */
static void put_columns(const struct od_detections *all, struct od_json_writer *writer)
{
    const size_t dims[] = {all->images, all->each, 4};
    od_json_open(writer, "outputs", '{');
    od_json_item(writer, "num_detections");
    od_json_put_floats(writer->out, all->counts, dims, 1);
    od_json_item(writer, "detection_scores");
    od_json_put_floats(writer->out, all->scores, dims, 2);
    od_json_item(writer, "detection_classes");
    od_json_put_floats(writer->out, all->classes, dims, 2);
    od_json_item(writer, "detection_boxes");
    od_json_put_floats(writer->out, all->boxes, dims, 3);
    od_json_close(writer, '}');
}

/* Outputs that are not the four: by row the only one is bare, by column too. */
static void put_other(const struct od_style *style, const struct od_request *asked,
                      const struct od_answer *in, struct od_json_writer *writer)
{
    struct od_outputs_list list = {0};
    od_outputs_from_answer(asked, in, style, &list);
    od_json_item(writer, asked->form == OD_FORM_ROW ? "predictions" : "outputs");
    od_json_put_floats(writer->out, list.items[0].values, list.items[0].dims,
                       list.items[0].rank);
    od_outputs_release(&list);
}

static void put_predict(const struct od_style *style, const struct od_request *asked,
                        const struct od_answer *in, struct od_json_writer *writer)
{
    if (style->layout == OD_LAYOUT_ROWS7) {
        put_other(style, asked, in, writer);
        return;
    }
    struct od_detections all;
    od_detections_from_answer(in, OD_OUTPUT_ALL, &all);
    switch (asked->form) {
    case OD_FORM_ROW:
        put_rows(&all, writer);
        break;
    case OD_FORM_COLUMN:
        put_columns(&all, writer);
        break;
    }
    od_detections_release(&all);
}

static void put_info(struct od_json_writer *writer, const struct od_tensor_info *info)
{
    od_json_open(writer, info->name, '{');
    od_json_put_member(writer, "dtype", od_tfs_dtype_name(info->dtype));
    od_json_open(writer, "tensor_shape", '{');
    od_json_open(writer, "dim", '[');
    for (int i = 0; i < info->rank && i < 8; i++) {
        od_json_open(writer, NULL, '{');
        put_number(writer, "size", info->shape[i]);
        od_json_put_member(writer, "name", "");
        od_json_close(writer, '}');
    }
    od_json_close(writer, ']');
    od_json_item(writer, "unknown_rank");
    od_buf_puts(writer->out, info->rank < 0 ? "true" : "false");
    od_json_close(writer, '}');
    od_json_put_member(writer, "name", info->graph);
    od_json_close(writer, '}');
}

static void put_signature(struct od_json_writer *writer,
                          const struct od_signature *signature)
{
    od_json_open(writer, signature->name, '{');
    od_json_open(writer, "inputs", '{');
    for (size_t i = 0; i < signature->input_count; i++) {
        put_info(writer, &signature->inputs[i]);
    }
    od_json_close(writer, '}');
    od_json_open(writer, "outputs", '{');
    for (size_t i = 0; i < signature->output_count; i++) {
        put_info(writer, &signature->outputs[i]);
    }
    od_json_close(writer, '}');
    od_json_put_member(writer, "method_name", "tensorflow/serving/predict");
    od_json_open(writer, "defaults", '{');
    od_json_close(writer, '}');
    od_json_close(writer, '}');
}

static void put_metadata(const struct od_model_facts *model,
                         struct od_json_writer *writer)
{
    od_json_open(writer, "model_spec", '{');
    od_json_put_member(writer, "name", model->name);
    od_json_put_member(writer, "signature_name", "");
    put_number(writer, "version", model->version);
    od_json_close(writer, '}');
    od_json_open(writer, "metadata", '{');
    od_json_open(writer, "signature_def", '{');
    od_json_open(writer, "signature_def", '{');
    for (size_t i = 0; i < model->signature_count; i++) {
        put_signature(writer, &model->signatures[i]);
    }
    od_json_close(writer, '}');
    od_json_close(writer, '}');
    od_json_close(writer, '}');
}

static void put_status(const struct od_model_facts *model, struct od_json_writer *writer)
{
    od_json_open(writer, "model_version_status", '[');
    od_json_open(writer, NULL, '{');
    put_number(writer, "version", model->version);
    od_json_put_member(writer, "state", od_tfs_state_name(model->state));
    od_json_open(writer, "status", '{');
    od_json_put_member(writer, "error_code", "OK");
    od_json_put_member(writer, "error_message", "");
    od_json_close(writer, '}');
    od_json_close(writer, '}');
    od_json_close(writer, ']');
}

static void put_body(const struct od_style *style, const struct od_request *asked,
                     const struct od_answer *in, struct od_json_writer *writer)
{
    if (in->code != OD_CODE_OK) {
        od_json_put_member(writer, "error", in->text != NULL ? in->text : "");
    } else if (asked->kind == OD_PREDICT) {
        put_predict(style, asked, in, writer);
    } else if (asked->kind == OD_METADATA) {
        put_metadata(&in->model, writer);
    } else {
        put_status(&in->model, writer);
    }
}

int od_tfs_rest_render(const struct od_style *style, const struct od_request *asked,
                       const struct od_answer *in, struct od_reply *out,
                       struct od_err *err)
{
    od_reply_reset(out);
    out->code = od_canonical_http(in->code);
    od_headers_add(&out->headers, "Content-Type", "application/json");
    od_server_facts_write(&in->server, &out->headers);
    struct od_json_writer writer = {.out = &out->body};
    od_json_open(&writer, NULL, '{');
    put_body(style, asked, in, &writer);
    od_json_close(&writer, '}');
    return od_buf_check(&out->body, "reply", err);
}

bool od_tfs_rest_preflight(const struct od_message *in, struct od_reply *out)
{
    enum od_kind kind;
    if (in->verb == NULL || strcmp(in->verb, "OPTIONS") != 0 ||
        !od_tfs_path_route(in->path, &kind)) {
        return false;
    }
    const char *origin = od_headers_get(&in->headers, "origin");
    if (origin != NULL && (strncasecmp(origin, "http://", 7) == 0 ||
                           strncasecmp(origin, "https://", 8) == 0)) {
        od_reply_reset(out);
        out->code = 200;
        od_headers_add(&out->headers, "Content-Type", "application/json");
        return true;
    }
    struct od_answer answer;
    od_answer_init(&answer);
    od_answer_fail(&answer, OD_CODE_INVALID_ARGUMENT,
                   "OPTIONS needs the header Origin of an http or https page");
    (void)od_tfs_rest_render(&od_style_default, &(struct od_request){0}, &answer, out,
                             NULL);
    od_answer_release(&answer);
    return true;
}
