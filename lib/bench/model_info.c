/* What the user knows of the models. */
#include "bench/model_info.h"

#include "base/alloc.h"
#include "base/parse.h"
#include "base/utf8.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const keys[] = {"variant", "bytes", "accuracy", "source"};
enum { VARIANT, BYTES, ACCURACY, SOURCE, KEYS };

static void info_release(struct od_model_info *info)
{
    free(info->model);
    free(info->variant);
    free(info->source);
}

void od_model_infos_release(struct od_model_infos *infos)
{
    for (size_t i = 0; i < infos->count; i++) {
        info_release(&infos->items[i]);
    }
    free(infos->items);
    *infos = (struct od_model_infos){0};
}

const struct od_model_info *od_model_infos_find(const struct od_model_infos *infos,
                                                const char *model)
{
    for (size_t i = 0; i < infos->count; i++) {
        if (strcmp(infos->items[i].model, model) == 0) {
            return &infos->items[i];
        }
    }
    return NULL;
}

static bool is_utf8(const char *text)
{
    while (*text != '\0') {
        size_t len = od_utf8_length(text);
        if (len == 0) {
            return false;
        }
        text += len;
    }
    return true;
}

/* The key that text begins with, KEYS for none. */
static int key_of(const char *text)
{
    int key = 0;
    for (; key < KEYS; key++) {
        size_t len = strlen(keys[key]);
        if (strncmp(text, keys[key], len) == 0 && text[len] == '=') {
            break;
        }
    }
    return key;
}

static int set(struct od_model_info *info, int key, const char *value, struct od_err *err)
{
    char **text = key == VARIANT ? &info->variant : &info->source;
    switch (key) {
    case BYTES:
        return od_parse_bytes(value, &info->bytes, err);
    case ACCURACY:
        return od_parse_ratio(value, &info->accuracy, err);
    default:
        if (*value == '\0') {
            return od_fail(err, OD_EINPUT, "%s: no text", keys[key]);
        }
        *text = od_xstrdup(value);
        return 0;
    }
}

/* The parts behind the name. */
static int read_parts(struct od_model_info *info, const char *text, struct od_err *err)
{
    bool seen[KEYS] = {false};
    while (*text != '\0') {
        int key = key_of(++text);
        if (key == KEYS) {
            return od_fail(err, OD_EINPUT,
                           "not one of variant=, bytes=, accuracy= and source=");
        }
        if (seen[key]) {
            return od_fail(err, OD_EINPUT, "%s is given twice", keys[key]);
        }
        seen[key] = true;
        text += strlen(keys[key]) + 1;
        size_t len = key == SOURCE ? strlen(text) : strcspn(text, ",");
        char *value = od_xstrndup(text, len);
        int rc = set(info, key, value, err);
        free(value);
        if (rc != 0) {
            return -1;
        }
        text += len;
    }
    return 0;
}

int od_model_infos_add(struct od_model_infos *infos, const char *text, struct od_err *err)
{
    size_t len = strcspn(text, ",");
    struct od_model_info info = {
        .model = od_xstrndup(text, len), .bytes = -1, .accuracy = (double)NAN};
    int rc = 0;
    if (len == 0 || text[len] == '\0' || text[len + 1] == '\0') {
        rc = od_fail(err, OD_EINPUT, "not NAME,variant=TEXT,bytes=SIZE,...");
    } else if (!is_utf8(text)) {
        rc = od_fail(err, OD_EINPUT, "not UTF-8");
    } else if (od_model_infos_find(infos, info.model) != NULL) {
        rc = od_fail(err, OD_EINPUT, "that model is given twice");
    } else {
        rc = read_parts(&info, text + len, err);
    }
    if (rc != 0) {
        od_err_context(err, "--model-info '%s'", text);
        info_release(&info);
        return -1;
    }
    infos->items = od_xrealloc(infos->items, infos->count + 1, sizeof info);
    infos->items[infos->count++] = info;
    return 0;
}
