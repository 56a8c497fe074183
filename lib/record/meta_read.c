/* The facts of a run, read back out of its .meta.json. */
#include "record/meta_read.h"

#include "base/alloc.h"
#include "base/jsonfile.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

int od_meta_load(const char *meta_path, struct json_t **out, struct od_err *err)
{
    if (od_json_file_read(meta_path, OD_META_BYTES_MAX, out, err) != 0) {
        return -1;
    }
    if (!json_is_object(*out)) {
        json_decref(*out);
        *out = NULL;
        return od_fail(err, OD_EINPUT, "%s: not an object", meta_path);
    }
    return 0;
}

const struct json_t *od_meta_at(const struct json_t *root, const char *path)
{
    while (root != NULL && *path != '\0') {
        size_t len = strcspn(path, ".");
        char *name = od_xstrndup(path, len);
        root = json_object_get(root, name);
        free(name);
        path += len + (path[len] == '.' ? 1 : 0);
    }
    return root;
}

char *od_meta_text(const struct json_t *value)
{
    if (value == NULL || json_is_null(value)) {
        return NULL;
    }
    return json_is_string(value)
               ? od_xstrdup(json_string_value(value))
               : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
}

int od_meta_get(const char *meta_path, const char *path, char **out, struct od_err *err)
{
    json_t *root = NULL;
    int rc = od_meta_load(meta_path, &root, err);
    *out = od_meta_text(od_meta_at(root, path));
    json_decref(root);
    return rc;
}
