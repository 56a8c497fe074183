/* Replies of TensorFlow Serving's REST API, as the client reads them. */
#include "protocol/tfs_rest.h"

#include "base/alloc.h"
#include "base/parse.h"
#include "protocol/json_grid.h"
#include "protocol/tfs.h"
#include "protocol/web.h"
#include "service/outputs.h"
#include "wire/json.h"

#include <stdlib.h>
#include <string.h>

typedef struct od_json_node node;

/* A grid for an output; batch: with its batch dimension. */
static struct od_json_grid grid_of(const struct od_json *json,
                                   const struct od_tfs_output *output, bool batch)
{
    return (struct od_json_grid){.json = json,
                                 .rank = batch ? output->rank : output->rank - 1,
                                 .last = output->output == OD_OUTPUT_BOXES ? 4 : 0};
}

/* An output as a new array of floats in grid->values. */
static int read_values(const node *value, const struct od_tfs_output *output,
                       struct od_json_grid *grid, struct od_err *err)
{
    const char *name = od_output_name(output->output);
    if (value == NULL) {
        return od_fail(err, OD_EDECODE, "reply has no output %s", name);
    }
    if (!od_json_grid_measure(grid, value)) {
        return od_fail(err, OD_EDECODE, "%s has not %zu dimensions", name, output->rank);
    }
    if (!od_json_grid_fill(grid, value)) {
        return od_fail(err, OD_EDECODE, "%s is no array of numbers of one shape", name);
    }
    return 0;
}

/* The column form: every output is one tensor with its batch dimension. */
static int read_columns(const struct od_json *json, const node *outputs,
                        struct od_detections *out, struct od_err *err)
{
    for (size_t i = 0; i < OD_TFS_OUTPUTS; i++) {
        const struct od_tfs_output *output = &od_tfs_outputs[i];
        const node *value = od_json_member(json, outputs, od_output_name(output->output));
        struct od_json_grid grid = grid_of(json, output, true);
        int rc = read_values(value, output, &grid, err);
        *od_tfs_values(out, output->output) = grid.values;
        if (rc != 0 || od_tfs_agree(out, output, grid.dims, err) != 0) {
            return -1;
        }
    }
    return 0;
}

/* Appends the values of one instance to the tensor of all. */
static void append(struct od_detections *out, const struct od_tfs_output *output,
                   const struct od_json_grid *grid, size_t instance)
{
    float **values = od_tfs_values(out, output->output);
    size_t count = od_json_grid_count(grid);
    if (*values == NULL) {
        *values = od_xcalloc(count * out->images, sizeof **values);
    }
    if (count > 0 && grid->values != NULL) {
        memcpy(*values + instance * count, grid->values, count * sizeof **values);
    }
}

/* The row form: an array of instances, each with its outputs without batch dimension. */
static int read_instance(const struct od_json *json, const node *instance, size_t i,
                         struct od_detections *out, struct od_err *err)
{
    for (size_t k = 0; k < OD_TFS_OUTPUTS; k++) {
        const struct od_tfs_output *output = &od_tfs_outputs[k];
        const node *value =
            od_json_member(json, instance, od_output_name(output->output));
        struct od_json_grid grid = grid_of(json, output, false);
        int rc = read_values(value, output, &grid, err);
        size_t dims[3] = {out->images, grid.dims[0], grid.dims[1]};
        if (rc == 0) {
            rc = od_tfs_agree(out, output, dims, err);
        }
        if (rc == 0) {
            append(out, output, &grid, i);
        }
        free(grid.values);
        if (rc != 0) {
            return -1;
        }
    }
    return 0;
}

static int read_rows(const struct od_json *json, const node *predictions,
                     struct od_detections *out, struct od_err *err)
{
    out->images = predictions->count;
    const node *instance = od_json_first(json, predictions);
    for (size_t i = 0; i < out->images; i++) {
        if (read_instance(json, instance, i, out, err) != 0) {
            return -1;
        }
        instance = od_json_next(json, instance);
    }
    return 0;
}

/* Whether any of the four outputs is a member. */
static bool has_four(const struct od_json *json, const node *object)
{
    bool has = false;
    for (size_t i = 0; i < OD_TFS_OUTPUTS && !has; i++) {
        has = od_json_member(json, object, od_output_name(od_tfs_outputs[i].output)) !=
              NULL;
    }
    return has;
}

/* Whether the reply has four outputs as Object Detection API exports have them, and
 * nothing was said of them. */
static bool is_plain(const struct od_request *asked, const struct od_json *json,
                     const node *images, bool rows)
{
    const node *object = rows ? od_json_first(json, images) : images;
    return od_tfs_plain(asked) &&
           (object == NULL || object->type == OD_JSON_NULL || has_four(json, object));
}

/* A body that is something else, with what it says. */
static int refuse(const struct od_reply *in, const char *why, struct od_err *err)
{
    char text[OD_WEB_TEXT_MAX];
    od_web_error_text(NULL, in, text);
    return od_fail(err, OD_EDECODE, "%s: %.100s", why, text);
}

static int read_predict(const struct od_request *asked, const struct od_reply *in,
                        const struct od_json *json, struct od_answer *out,
                        struct od_err *err)
{
    struct od_detections all = {.images = SIZE_MAX, .each = SIZE_MAX};
    const node *predictions = od_json_member(json, json->nodes, "predictions");
    const node *outputs = od_json_member(json, json->nodes, "outputs");
    const node *images = predictions != NULL ? predictions : outputs;
    int rc = -1;
    if (images == NULL) {
        return refuse(in, "reply has neither predictions nor outputs", err);
    }
    if (images == predictions &&
        (images->type != OD_JSON_ARRAY || images->count != asked->picture_count)) {
        return od_fail(err, OD_EDECODE, "reply has %zu predictions, not %zu",
                       images->type == OD_JSON_ARRAY ? (size_t)images->count : 0,
                       asked->picture_count);
    }
    if (!is_plain(asked, json, images, images == predictions)) {
        struct od_outputs_list list = {0};
        od_tfs_rest_outputs(json, images, images == predictions, &list);
        rc = od_outputs_to_answer(asked, &list, out, err);
        od_outputs_release(&list);
        return rc;
    }
    if ((images == predictions ? read_rows(json, images, &all, err)
                               : read_columns(json, images, &all, err)) != 0) {
        goto out;
    }
    rc = od_detections_to_answer(&all, asked->picture_count, out, err);
out:
    od_detections_release(&all);
    return rc;
}

/* The server's text in an error body, that of a proxy before it, or what the status alone
 * says. */
static int read_error(const struct od_reply *in, struct od_answer *out,
                      struct od_err *err)
{
    char text[OD_WEB_TEXT_MAX];
    od_web_error_text(NULL, in, text);
    od_answer_fail(out, od_canonical_of_http(in->code), "%s", text);
    return od_fail(err, OD_ESERVER, "HTTP %d: %s", in->code, text);
}

int od_tfs_rest_decode(const struct od_request *asked, const struct od_reply *in,
                       struct od_answer *out, struct od_err *err)
{
    od_answer_init(out);
    od_server_facts_read(&in->headers, &out->server);
    if (in->code != 200) {
        return read_error(in, out, err);
    }
    struct od_json json;
    struct od_err why = {0};
    int rc = -1;
    if (od_json_parse(&json, in->body.data, in->body.len, &why) != 0) {
        rc = refuse(in, why.msg, err);
    } else if (asked->kind == OD_PREDICT) {
        rc = read_predict(asked, in, &json, out, err);
    } else if (asked->kind == OD_METADATA) {
        rc = od_tfs_json_metadata(&json, &out->model, err);
    } else {
        rc = od_tfs_json_status(asked, &json, &out->model, err);
    }
    od_json_release(&json);
    return rc;
}
