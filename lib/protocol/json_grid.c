/* Nested JSON arrays as tensors. */
#include "protocol/json_grid.h"

#include "base/alloc.h"

#include <stdint.h>

typedef struct od_json_node node;

size_t od_json_grid_count(const struct od_json_grid *grid)
{
    size_t all = 1;
    for (size_t i = 0; i < grid->rank; i++) {
        all *= grid->dims[i];
    }
    return all;
}

size_t od_json_grid_depth(const struct od_json *json, const node *value)
{
    size_t depth = 0;
    while (value != NULL && value->type == OD_JSON_ARRAY) {
        if (++depth > OD_JSON_GRID_RANK) {
            return SIZE_MAX;
        }
        value = od_json_first(json, value);
    }
    return depth;
}

/* The shape from the first elements: every level must be an array. */
bool od_json_grid_measure(struct od_json_grid *grid, const node *value)
{
    size_t all = 1;
    for (size_t i = 0; i < grid->rank; i++) {
        if (value == NULL) {
            grid->dims[i] = i + 1 == grid->rank ? grid->last : 0;
            continue;
        }
        if (value->type != OD_JSON_ARRAY) {
            return false;
        }
        grid->dims[i] = value->count;
        all *= value->count > 0 ? value->count : 1;
        /* Every number is a node, so a larger shape is none. */
        if (all > grid->json->count) {
            return false;
        }
        value = od_json_first(grid->json, value);
    }
    return true;
}

/* Is the node the start of level's arrays, and of their length? Leaves it at the first
 * child. */
static bool enter(const struct od_json_grid *grid, size_t level, const node *value)
{
    return value->type == OD_JSON_ARRAY && value->count == grid->dims[level];
}

/* Passes the arrays that begin at element i of all, NULL when one is missing. */
static const node *pass_arrays(const struct od_json_grid *grid, size_t i, size_t all,
                               const node *value)
{
    size_t stride = all;
    for (size_t level = 0; level < grid->rank; level++) {
        bool begins = i % stride == 0;
        if (begins && !enter(grid, level, value)) {
            return NULL;
        }
        value += begins ? 1 : 0;
        stride /= grid->dims[level];
    }
    return value;
}

/* The nodes lie in the order of the text, so that one pass
 * over them, checking the arrays at the places where they must stand, is enough. */
bool od_json_grid_fill(struct od_json_grid *grid, const node *value)
{
    grid->values = od_xcalloc(od_json_grid_count(grid), sizeof *grid->values);
    size_t all = od_json_grid_count(grid);
    for (size_t i = 0; i < all; i++) {
        value = pass_arrays(grid, i, all, value);
        if (value == NULL || !od_json_float(grid->json, value, &grid->values[i])) {
            return false;
        }
        value++;
    }
    return true;
}
