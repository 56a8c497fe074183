/* Label maps of profiles: a map's name, a file, or the names themselves. */
#include "protocol/profile_memory.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/parse.h"

#include <stdlib.h>
#include <string.h>

/* What a float holds exactly, as replies may tell classes in floats. */
#define LABEL_MAX 16777216

/* {"1": "person", ...}: numbers of labels; ["person", ...]: labels from 1. */
static int fill_map(json_t *value, struct od_label_map *out, struct od_err *err)
{
    size_t i;
    const char *key;
    json_t *item;
    json_array_foreach(value, i, item)
    {
        if (!json_is_string(item)) {
            return od_fail(err, OD_EINPUT, "label_map: item %zu is no name", i);
        }
        od_label_map_add(out, (int)i + 1, json_string_value(item));
    }
    json_object_foreach(value, key, item)
    {
        int64_t label = 0;
        if (!json_is_string(item) ||
            od_parse_i64(key, -LABEL_MAX, LABEL_MAX, &label, NULL) != 0) {
            return od_fail(err, OD_EINPUT, "label_map: %.40s is no number with a name",
                           key);
        }
        od_label_map_add(out, (int)label, json_string_value(item));
    }
    return 0;
}

/* A file of names: JSON as above, or a name a line. */
static int read_map_file(const char *path, struct od_label_map *out, struct od_err *err)
{
    struct od_buf text;
    od_buf_init(&text, OD_PROFILE_BYTES_MAX);
    int rc = od_file_read(path, &text, err);
    json_t *value = rc == 0 ? json_loadb(text.data, text.len, 0, NULL) : NULL;
    if (value != NULL) {
        rc = fill_map(value, out, err);
    } else if (rc == 0) {
        int label = 1;
        char *rest = text.data;
        for (char *line = rest; *line != '\0'; line = rest) {
            size_t len = strcspn(line, "\n");
            rest = line + len + (line[len] == '\n');
            line[len] = '\0';
            od_label_map_add(out, label++, od_trim(line));
        }
    }
    json_decref(value);
    od_buf_release(&text);
    return rc;
}

int od_profile_read_map(json_t *value, const char *path, struct od_profile *out,
                        struct od_err *err)
{
    const char *name = json_string_value(value);
    if (name != NULL && (*name == '\0' || od_label_map_find(name) != NULL)) {
        out->response.labels = od_label_map_find(name);
        return 0;
    }
    if (name == NULL && !json_is_object(value) && !json_is_array(value)) {
        return od_fail(err, OD_EINPUT, "label_map is a name, a file, or the names");
    }
    out->memory->labels = od_label_map_new();
    out->response.labels = out->memory->labels;
    if (name == NULL) {
        return fill_map(value, out->memory->labels, err);
    }
    char *folder = od_xstrndup(path, (size_t)(od_path_base(path) - path));
    char *file = od_path_join(folder, name);
    int rc = read_map_file(file, out->memory->labels, err);
    od_err_context(err, "label_map");
    free(file);
    free(folder);
    return rc;
}
