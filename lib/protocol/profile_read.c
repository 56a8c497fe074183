/* Profiles from JSON files (odbench-profile(5)). */
#include "protocol/profile_memory.h"

#include "base/alloc.h"
#include "base/file.h"

#include <stdlib.h>
#include <string.h>

/* The name of a file without folder and ".json". */
static char *name_of(const char *path)
{
    const char *base = od_path_base(path);
    size_t len = strlen(base);
    if (len > 5 && strcmp(base + len - 5, ".json") == 0) {
        len -= 5;
    }
    return od_xstrndup(base, len);
}

/* The members beside request and response; begins with the preset, if one is named. */
static int read_top(json_t *document, struct od_profile *out, struct od_err *err)
{
    struct od_profile_memory *memory = out->memory;
    const char *key;
    json_t *value;
    json_object_foreach(document, key, value)
    {
        const char *text = json_string_value(value);
        if (strcmp(key, "request") == 0 || strcmp(key, "response") == 0) {
            continue;
        }
        if (strcmp(key, "name") != 0 && strcmp(key, "preset") != 0) {
            return od_fail(err, OD_EINPUT, "a profile has no key '%.40s'", key);
        }
        if (text == NULL || *text == '\0') {
            return od_fail(err, OD_EINPUT, "%s is no text", key);
        }
        if (strcmp(key, "preset") == 0) {
            const struct od_profile *preset = od_profile_find(text);
            if (preset == NULL) {
                char names[OD_PROFILE_NAMES_MAX];
                od_profile_names(names);
                return od_fail(err, OD_EINPUT, "there is no preset '%.40s', but %s", text,
                               names);
            }
            *out = *preset;
            out->memory = memory;
        } else {
            free(memory->name);
            memory->name = od_xstrdup(text);
        }
    }
    out->name = memory->name;
    return 0;
}

static int read_document(json_t *document, const char *path, struct od_profile *out,
                         struct od_err *err)
{
    if (!json_is_object(document)) {
        return od_fail(err, OD_EINPUT, "a profile is an object");
    }
    if (read_top(document, out, err) != 0 ||
        od_profile_read_part("request", json_object_get(document, "request"), path, out,
                             err) != 0 ||
        od_profile_read_part("response", json_object_get(document, "response"), path, out,
                             err) != 0) {
        return -1;
    }
    return od_profile_check(out, err);
}

int od_profile_parse(const char *text, size_t len, const char *path,
                     struct od_profile **out, struct od_err *err)
{
    json_error_t error;
    json_t *document = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    if (document == NULL) {
        return od_fail(err, OD_EINPUT, "%s:%d:%d: %s", path, error.line, error.column,
                       error.text);
    }
    struct od_profile *profile = od_xcalloc(1, sizeof *profile);
    *profile = od_profile_blank;
    profile->memory = od_xcalloc(1, sizeof *profile->memory);
    profile->memory->document = document;
    profile->memory->name = name_of(path);
    if (read_document(document, path, profile, err) != 0) {
        od_err_context(err, "%s", path);
        od_profile_free(profile);
        return -1;
    }
    *out = profile;
    return 0;
}

int od_profile_read(const char *path, struct od_profile **out, struct od_err *err)
{
    struct od_buf text;
    od_buf_init(&text, OD_PROFILE_BYTES_MAX);
    int rc = od_file_read(path, &text, err);
    if (rc == 0) {
        rc = od_profile_parse(text.data, text.len, path, out, err);
    }
    od_buf_release(&text);
    return rc;
}

int od_profile_load(const char *name, const struct od_profile **out,
                    struct od_profile **own, struct od_err *err)
{
    struct od_err why = {0};
    *own = NULL;
    *out = od_profile_find(name);
    if (*out != NULL) {
        return 0;
    }
    if (od_profile_read(name, own, &why) == 0) {
        *out = *own;
        return 0;
    }
    if (why.code == OD_ENOENT && strpbrk(name, "/.") == NULL) {
        char names[OD_PROFILE_NAMES_MAX];
        od_profile_names(names);
        return od_fail(err, OD_ENOENT, "'%.40s' is neither a file nor one of %s", name,
                       names);
    }
    return od_fail(err, why.code, "%s", why.msg);
}

void od_profile_free(struct od_profile *profile)
{
    if (profile == NULL) {
        return;
    }
    struct od_profile_memory *memory = profile->memory;
    for (size_t i = 0; i < memory->text_count; i++) {
        free(memory->texts[i]);
    }
    od_label_map_free(memory->labels);
    json_decref(memory->document);
    free(memory->name);
    free(memory);
    free(profile);
}
