/* How large a cell's requests are. */
#ifndef OD_BENCH_REQUEST_SIZE_H
#define OD_BENCH_REQUEST_SIZE_H

#include "bench/plan.h"

/*
 * The bytes of the body of the cell's request for the image in the middle: by file size
 * where files are sent, else by pixels. That one image is read and encoded. Fails as
 * encoding fails, naming the image.
 */
int od_request_bytes(const struct od_plan *plan, const struct od_cell *cell, size_t *out,
                     struct od_err *err) OD_MUST_CHECK;

#endif
