/* The facts of a run, read back out of its .meta.json. */
#ifndef OD_RECORD_META_READ_H
#define OD_RECORD_META_READ_H

#include "base/err.h"

#include <stddef.h>

struct json_t;

/* Largest such file. */
#define OD_META_BYTES_MAX ((size_t)64 << 20)

/*
 * The object in the file; *out is the caller's, who gives it to json_decref, and NULL on
 * failure. Fails with OD_ENOENT, OD_ESYS, OD_ELIMIT or OD_EINPUT, naming the file.
 */
int od_meta_load(const char *meta_path, struct json_t **out,
                 struct od_err *err) OD_MUST_CHECK;

/* What stands at a dotted path ("plan_hash", "plan.seed"), borrowed from root; NULL when
 * nothing is there, or root is NULL. */
const struct json_t *od_meta_at(const struct json_t *root, const char *path);

/* A value as text, owned by the caller: a string as it is, anything else as compact JSON
 * with sorted keys; NULL for NULL and null. */
char *od_meta_text(const struct json_t *value);

/* Both at once out of a file: *out is owned by the caller, NULL when nothing or null is
 * at the path. Fails as od_meta_load. */
int od_meta_get(const char *meta_path, const char *path, char **out,
                struct od_err *err) OD_MUST_CHECK;

#endif
