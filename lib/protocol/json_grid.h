/* Nested JSON arrays as tensors; for the files of lib/protocol only. */
#ifndef OD_PROTOCOL_JSON_GRID_H
#define OD_PROTOCOL_JSON_GRID_H

#include "wire/json.h"

#include <stdbool.h>
#include <stddef.h>

#define OD_JSON_GRID_RANK 8

/* All arrays of a level must be as long as the first one. */
struct od_json_grid {
    const struct od_json *json;
    float *values; /* owned by the caller, once filled */
    size_t rank;
    size_t dims[OD_JSON_GRID_RANK];
    size_t last; /* the last dimension where an empty array hides it */
};

size_t od_json_grid_count(const struct od_json_grid *grid);

/* How deep arrays are nested in the first element; SIZE_MAX beyond OD_JSON_GRID_RANK. */
size_t od_json_grid_depth(const struct od_json *json, const struct od_json_node *value);

/* Measures a grid of grid->rank levels and reads it; false when the value is none. */
bool od_json_grid_measure(struct od_json_grid *grid, const struct od_json_node *value);
bool od_json_grid_fill(struct od_json_grid *grid, const struct od_json_node *value);

#endif
