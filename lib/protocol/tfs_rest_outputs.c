/* Replies of TensorFlow Serving's REST API with any outputs, as tensors. */
#include "protocol/tfs_rest.h"

#include "base/alloc.h"
#include "protocol/json_grid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct od_json_node node;

/* One output of one instance, or with its batch dimension, as a tensor. What is no tensor
 * of numbers is left out. */
static bool read_tensor(const struct od_json *json, const node *value, const char *name,
                        struct od_output_tensor *out)
{
    struct od_json_grid grid = {.json = json, .rank = od_json_grid_depth(json, value)};
    if (grid.rank >= OD_OUTPUT_RANK_MAX || !od_json_grid_measure(&grid, value) ||
        !od_json_grid_fill(&grid, value)) {
        free(grid.values);
        return false;
    }
    *out = (struct od_output_tensor){.dtype = OD_DTYPE_FP32,
                                     .rank = grid.rank,
                                     .count = od_json_grid_count(&grid),
                                     .values = grid.values};
    memcpy(out->dims, grid.dims, grid.rank * sizeof *grid.dims);
    (void)snprintf(out->name, sizeof out->name, "%s", name);
    return true;
}

static void add_tensor(const struct od_json *json, const node *value, const char *name,
                       struct od_outputs_list *list)
{
    if (list->count < OD_OUTPUTS_MAX &&
        read_tensor(json, value, name, &list->items[list->count])) {
        list->count++;
    }
}

/* The outputs of an object, or the only one, bare. */
static void add_object(const struct od_json *json, const node *object,
                       struct od_outputs_list *list)
{
    if (object->type != OD_JSON_OBJECT) {
        add_tensor(json, object, "output", list);
        return;
    }
    const node *key = od_json_first(json, object);
    for (uint32_t i = 0; i < object->count; i++) {
        char name[OD_NAME_MAX];
        const node *value = od_json_next(json, key);
        (void)od_json_text(json, key, name, sizeof name);
        add_tensor(json, value, name, list);
        key = i + 1 < object->count ? od_json_next(json, value) : key;
    }
}

static bool same_shape(const struct od_output_tensor *a, const struct od_output_tensor *b)
{
    return strcmp(a->name, b->name) == 0 && a->rank == b->rank &&
           memcmp(a->dims, b->dims, a->rank * sizeof *a->dims) == 0;
}

/* Appends the tensors of a further instance behind those of the first; a tensor that it
 * has not, or in another shape, is left out of all. */
static void append(struct od_outputs_list *all, struct od_outputs_list *more,
                   size_t instance, size_t instances)
{
    for (size_t i = 0; i < all->count; i++) {
        struct od_output_tensor *to = &all->items[i];
        const struct od_output_tensor *from = NULL;
        for (size_t k = 0; k < more->count && from == NULL; k++) {
            from = same_shape(to, &more->items[k]) ? &more->items[k] : NULL;
        }
        if (from == NULL) {
            free(to->values);
            *to = all->items[--all->count];
            i--;
            continue;
        }
        if (instance == 1) {
            to->values = od_xrealloc(to->values, to->count * instances, sizeof(float));
        }
        memcpy(to->values + instance * to->count, from->values,
               to->count * sizeof(float));
    }
    od_outputs_release(more);
}

/* Instances have no batch dimension: theirs becomes the first. */
static void add_rows(const struct od_json *json, const node *predictions,
                     struct od_outputs_list *list)
{
    const node *instance = od_json_first(json, predictions);
    for (size_t i = 0; i < predictions->count; i++) {
        struct od_outputs_list more = {0};
        add_object(json, instance, i == 0 ? list : &more);
        if (i > 0) {
            append(list, &more, i, predictions->count);
        }
        instance = i + 1 < predictions->count ? od_json_next(json, instance) : instance;
    }
    for (size_t i = 0; i < list->count; i++) {
        struct od_output_tensor *t = &list->items[i];
        memmove(t->dims + 1, t->dims, t->rank * sizeof *t->dims);
        t->dims[0] = predictions->count;
        t->rank++;
        t->count *= predictions->count;
    }
}

void od_tfs_rest_outputs(const struct od_json *json, const struct od_json_node *images,
                         bool rows, struct od_outputs_list *list)
{
    list->count = 0;
    if (rows) {
        add_rows(json, images, list);
    } else {
        add_object(json, images, list);
    }
}
