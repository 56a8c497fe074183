/* Metadata and status replies of TensorFlow Serving's REST API, as the client reads them.
 */
#include "protocol/tfs_rest.h"

#include "base/parse.h"
#include "protocol/tfs.h"
#include "wire/json.h"

#include <string.h>

typedef struct od_json_node node;

/* A whole number that is written as a string (odbench-wire(7), Numbers); fallback when it
 * is none. */
static int64_t number_of(const struct od_json *json, const node *value, int64_t fallback)
{
    char text[32];
    int64_t number = fallback;
    size_t len = od_json_text(json, value, text, sizeof text);
    if (len >= sizeof text ||
        od_parse_i64(text, INT64_MIN, INT64_MAX, &number, NULL) != 0) {
        return fallback;
    }
    return number;
}

/* TensorFlow Serving writes names as its protocol files have them, OpenVINO Model Server
 * as protobuf's JSON does: "tensor_shape", "tensorShape". */
static const node *member(const struct od_json *json, const node *object,
                          const char *name, const char *camel)
{
    const node *value = od_json_member(json, object, name);
    return value != NULL ? value : od_json_member(json, object, camel);
}

static void read_shape(const struct od_json *json, const node *shape,
                       struct od_tensor_info *out)
{
    const node *unknown = member(json, shape, "unknown_rank", "unknownRank");
    const node *dims = od_json_member(json, shape, "dim");
    size_t rank = dims != NULL && dims->type == OD_JSON_ARRAY ? dims->count : 0;
    out->rank = -1;
    if ((unknown != NULL && unknown->type == OD_JSON_TRUE) || rank > 8) {
        return;
    }
    out->rank = (int)rank;
    const node *dim = od_json_first(json, dims);
    for (size_t i = 0; i < rank; i++) {
        out->shape[i] = number_of(json, od_json_member(json, dim, "size"), 0);
        dim = od_json_next(json, dim);
    }
}

static void read_info(const struct od_json *json, const node *key,
                      struct od_tensor_info *out)
{
    const node *value = od_json_next(json, key);
    char dtype[32];
    *out = (struct od_tensor_info){0};
    (void)od_json_text(json, key, out->name, sizeof out->name);
    (void)od_json_text(json, od_json_member(json, value, "name"), out->graph,
                       sizeof out->graph);
    (void)od_json_text(json, od_json_member(json, value, "dtype"), dtype, sizeof dtype);
    out->dtype = od_tfs_dtype_of(dtype, strlen(dtype));
    read_shape(json, member(json, value, "tensor_shape", "tensorShape"), out);
}

/* An object of tensor infos, name to info; returns how many of at most max were read. */
static size_t read_infos(const struct od_json *json, const node *object,
                         struct od_tensor_info *out, size_t max)
{
    size_t count = 0;
    if (object == NULL || object->type != OD_JSON_OBJECT) {
        return 0;
    }
    const node *key = od_json_first(json, object);
    for (; count < object->count && count < max; count++) {
        read_info(json, key, &out[count]);
        key = od_json_next(json, od_json_next(json, key));
    }
    return count;
}

int od_tfs_json_metadata(const struct od_json *json, struct od_model_facts *out,
                         struct od_err *err)
{
    const node *spec = member(json, json->nodes, "model_spec", "modelSpec");
    (void)od_json_text(json, od_json_member(json, spec, "name"), out->name,
                       sizeof out->name);
    out->version = number_of(json, od_json_member(json, spec, "version"), 0);
    /* The double nesting is real: the map's only field has the name of its key. */
    const node *map = od_json_member(json, json->nodes, "metadata");
    map = od_json_member(json, map, "signature_def");
    map = member(json, map, "signature_def", "signatureDef");
    if (map == NULL || map->type != OD_JSON_OBJECT) {
        return od_fail(err, OD_EDECODE, "reply has no metadata 'signature_def'");
    }
    const node *key = od_json_first(json, map);
    for (size_t i = 0; i < map->count && i < OD_MODEL_SIGNATURES; i++) {
        struct od_signature *signature = od_model_add_signature(out);
        const node *value = od_json_next(json, key);
        (void)od_json_text(json, key, signature->name, sizeof signature->name);
        signature->input_count = read_infos(json, od_json_member(json, value, "inputs"),
                                            signature->inputs, OD_SIGNATURE_INPUTS);
        signature->output_count = read_infos(json, od_json_member(json, value, "outputs"),
                                             signature->outputs, OD_SIGNATURE_OUTPUTS);
        key = json->nodes + value->next;
    }
    return 0;
}

int od_tfs_json_status(const struct od_request *asked, const struct od_json *json,
                       struct od_model_facts *out, struct od_err *err)
{
    const node *list = od_json_member(json, json->nodes, "model_version_status");
    const node *item = od_json_first(json, list);
    if (item == NULL || list->type != OD_JSON_ARRAY) {
        return od_fail(err, OD_EDECODE, "reply holds no model_version_status");
    }
    memcpy(out->name, asked->model.name, sizeof out->name);
    for (size_t i = 0; i < list->count; i++) {
        char state[32];
        int64_t version = number_of(json, od_json_member(json, item, "version"), 0);
        (void)od_json_text(json, od_json_member(json, item, "state"), state,
                           sizeof state);
        od_tfs_status_add(out, i == 0, version, od_tfs_state_of(state, strlen(state)));
        item = json->nodes + item->next;
    }
    return 0;
}
