/* Files of JSON. */
#ifndef OD_BASE_JSONFILE_H
#define OD_BASE_JSONFILE_H

#include "base/err.h"

#include <stddef.h>

struct json_t;

/*
 * Reads the object or array that path ("-": standard input) holds; *out is the caller's,
 * who gives it to json_decref, and NULL on failure. A key that stands twice in an object
 * is refused. Fails with OD_ENOENT, OD_ESYS, OD_ELIMIT (more than max_bytes) or OD_EINPUT
 * ("PATH:LINE: what is wrong").
 */
int od_json_file_read(const char *path, size_t max_bytes, struct json_t **out,
                      struct od_err *err) OD_MUST_CHECK;

#endif
