/* What the servers of a run say of their models. */
#include "bench/served.h"

#include "base/alloc.h"
#include "protocol/tfs.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include <jansson.h>

struct od_served *od_served_add(struct od_served_list *list, const struct od_cell *cell)
{
    list->items = od_xrealloc(list->items, list->count + 1, sizeof *list->items);
    struct od_served *item = &list->items[list->count++];
    *item = (struct od_served){.target = cell->target,
                               .model = cell->model,
                               .protocol = cell->protocol,
                               .bytes = -1};
    return item;
}

const struct od_served *od_served_find(const struct od_served_list *list,
                                       const struct od_cell *cell)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct od_served *item = &list->items[i];
        if (item->target == cell->target && item->model == cell->model &&
            item->protocol == cell->protocol) {
            return item;
        }
    }
    return NULL;
}

void od_served_release(struct od_served_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].metadata);
    }
    free(list->items);
    *list = (struct od_served_list){0};
}

/* Names come from foreign servers, and may be cut: jansson refuses what is not UTF-8. */
static json_t *text_json(const char *text)
{
    json_t *value = *text != '\0' ? json_string(text) : NULL;
    return value != NULL ? value : json_null();
}

static json_t *tensor_json(const struct od_tensor_info *info)
{
    json_t *shape = info->rank >= 0 ? json_array() : json_null();
    for (int i = 0; i < info->rank; i++) {
        (void)json_array_append_new(shape, json_integer(info->shape[i]));
    }
    return json_pack("{s:o, s:o, s:o, s:o}", "name", text_json(info->name), "tensor",
                     text_json(info->graph), "type",
                     info->dtype > 0 ? text_json(od_tfs_dtype_name(info->dtype))
                                     : json_null(),
                     "shape", shape);
}

static json_t *tensors_json(const struct od_tensor_info *infos, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        (void)json_array_append_new(array, tensor_json(&infos[i]));
    }
    return array;
}

static json_t *signatures_json(const struct od_model_facts *metadata)
{
    if (metadata == NULL) {
        return json_null();
    }
    json_t *array = json_array();
    for (size_t i = 0; i < metadata->signature_count; i++) {
        const struct od_signature *s = &metadata->signatures[i];
        json_t *signature =
            json_pack("{s:o, s:o, s:o}", "name", text_json(s->name), "inputs",
                      tensors_json(s->inputs, s->input_count), "outputs",
                      tensors_json(s->outputs, s->output_count));
        (void)json_array_append_new(array, signature);
    }
    return array;
}

static json_t *known_json(const struct od_served *served,
                          const struct od_model_info *info)
{
    int64_t bytes = info != NULL && info->bytes >= 0 ? info->bytes : served->bytes;
    bool accurate = info != NULL && !isnan(info->accuracy);
    return json_pack(
        "{s:o, s:o, s:o, s:o}", "bytes",
        bytes >= 0 ? json_integer((json_int_t)bytes) : json_null(), "variant",
        info != NULL && info->variant != NULL ? text_json(info->variant) : json_null(),
        "accuracy", accurate ? json_real(info->accuracy) : json_null(), "accuracy_source",
        info != NULL && info->source != NULL ? text_json(info->source) : json_null());
}

static json_t *served_json(const struct od_served *served,
                           const struct od_model_infos *infos)
{
    json_t *known = known_json(served, od_model_infos_find(infos, served->model->name));
    const struct od_model_facts *metadata = served->metadata;
    bool versioned = metadata != NULL && metadata->version > 0;
    json_t *all = json_pack(
        "{s:s, s:s, s:s, s:o, s:o}", "target", served->target->name, "model",
        served->model->name, "protocol", served->protocol->name, "state",
        served->state > 0 ? text_json(od_tfs_state_name(served->state)) : json_null(),
        "version", versioned ? json_integer(metadata->version) : json_null());
    (void)json_object_update(all, known);
    json_decref(known);
    (void)json_object_set_new(all, "signatures", signatures_json(metadata));
    return all;
}

char *od_served_json(const struct od_served_list *list,
                     const struct od_model_infos *infos)
{
    json_t *root = json_array();
    for (size_t i = 0; i < list->count; i++) {
        (void)json_array_append_new(root, served_json(&list->items[i], infos));
    }
    char *text = json_dumps(root, JSON_COMPACT);
    json_decref(root);
    return text;
}
