/* Pictures that are not plain pixels as nested JSON numbers. */
#ifndef OD_WIRE_JSON_CELLS_H
#define OD_WIRE_JSON_CELLS_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Appends values as three levels of arrays without blanks: "[[[1,2],[3,4]]]". Whole
 * numbers have no point ("236"), others are as od_json_put_float writes them, without the
 * ".0" of whole ones. Fast where few values differ, as those do that were pixels. No
 * dimension is 0.
 */
void od_json_put_cells(struct od_buf *out, const float *values, const size_t dims[3]);

#endif
