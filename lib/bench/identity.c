/* What makes a run the same run. */
#include "bench/identity.h"

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_MAX 60 /* bytes of a value in a message */

/* Members of the plan that may change while a run is interrupted. */
static const char *const volatile_keys[] = {
    "timeout_ns",   "connect_timeout_ns",
    "max_errors",   "max_error_ratio",
    "probe",        "allow_unreachable",
    "memory_bytes", "reply_max_bytes",
    "planned_rows", "end",
    "rows",         "failed_rows",
};

/* The same of a cell: the version is compared where both know it. */
static const char *const volatile_cell_keys[] = {"skipped", "model_version"};
static const char *const volatile_target_keys[] = {"network"};

static json_t *load(const struct od_identity *identity, struct od_err *err)
{
    json_error_t why = {0};
    json_t *plan = json_loads(identity->plan != NULL ? identity->plan : "",
                              JSON_REJECT_DUPLICATES, &why);
    if (!json_is_object(plan)) {
        (void)od_fail(err, OD_EINPUT, "plan: %s",
                      plan == NULL ? why.text : "not an object");
        json_decref(plan);
        return NULL;
    }
    return json_pack("{s:s?, s:s?, s:o}", "seed", identity->seed, "images",
                     identity->digest, "plan", plan);
}

static void strip_items(json_t *array, const char *const *keys, size_t count)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        for (size_t k = 0; k < count; k++) {
            (void)json_object_del(json_array_get(array, i), keys[k]);
        }
    }
}

/* Runs of before did not know that connections can be kept warm, and kept none. */
static void strip_cold(json_t *plan)
{
    json_t *cells = json_object_get(plan, "cells");
    (void)json_object_del(json_object_get(plan, "pace"), "keep_warm");
    for (size_t i = 0; i < json_array_size(cells); i++) {
        json_t *cell = json_array_get(cells, i);
        json_t *period = json_object_get(cell, "keep_warm_ns");
        if (json_is_integer(period) && json_integer_value(period) == 0) {
            (void)json_object_del(cell, "keep_warm_ns");
        }
    }
}

static void strip(json_t *root)
{
    json_t *plan = json_object_get(root, "plan");
    strip_cold(plan);
    for (size_t i = 0; i < sizeof volatile_keys / sizeof *volatile_keys; i++) {
        (void)json_object_del(plan, volatile_keys[i]);
    }
    strip_items(json_object_get(plan, "cells"), volatile_cell_keys,
                sizeof volatile_cell_keys / sizeof *volatile_cell_keys);
    strip_items(json_object_get(plan, "targets"), volatile_target_keys,
                sizeof volatile_target_keys / sizeof *volatile_target_keys);
}

int od_identity_hash(const struct od_identity *identity, char out[OD_SHA256_SIZE],
                     struct od_err *err)
{
    json_t *root = load(identity, err);
    if (root == NULL) {
        return -1;
    }
    strip(root);
    char *text = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);
    od_sha256_bytes(text, strlen(text), out);
    free(text);
    json_decref(root);
    return 0;
}

/* A place that differs: names on the way to it, and both values (NULL: not there). */
struct difference {
    char path[160];
    const json_t *was;
    const json_t *is;
};

static void put_name(struct difference *d, size_t *len, const char *name, size_t index)
{
    size_t room = sizeof d->path - *len;
    int n = name != NULL
                ? snprintf(d->path + *len, room, "%s%s", *len > 0 ? "." : "", name)
                : snprintf(d->path + *len, room, "[%zu]", index);
    *len += n > 0 && (size_t)n < room ? (size_t)n : 0;
}

static bool differ(json_t *was, json_t *is, size_t len, struct difference *d);

/* Plain values before lists and objects: they say best what has changed. */
static bool members_differ(json_t *was, json_t *is, size_t len, struct difference *d)
{
    const char *name = NULL;
    json_t *value = NULL;
    for (int pass = 0; pass < 2; pass++) {
        json_object_foreach(is, name, value)
        {
            size_t inner = len;
            bool nested = json_is_object(value) || json_is_array(value);
            put_name(d, &inner, name, 0);
            if (nested == (pass == 1) &&
                differ(json_object_get(was, name), value, inner, d)) {
                return true;
            }
        }
    }
    json_object_foreach(was, name, value)
    {
        size_t inner = len;
        put_name(d, &inner, name, 0);
        if (json_object_get(is, name) == NULL) {
            return differ(value, NULL, inner, d);
        }
    }
    return false;
}

static bool items_differ(json_t *was, json_t *is, size_t len, struct difference *d)
{
    size_t count = json_array_size(was) > json_array_size(is) ? json_array_size(was)
                                                              : json_array_size(is);
    for (size_t i = 0; i < count; i++) {
        size_t inner = len;
        put_name(d, &inner, NULL, i);
        if (differ(json_array_get(was, i), json_array_get(is, i), inner, d)) {
            return true;
        }
    }
    return false;
}

/* No deeper than the plan that was made here. */
static bool differ(json_t *was, json_t *is, size_t len, struct difference *d)
{
    if (json_is_object(was) && json_is_object(is)) {
        return members_differ(was, is, len, d);
    }
    if (json_is_array(was) && json_is_array(is)) {
        return items_differ(was, is, len, d);
    }
    d->was = was;
    d->is = is;
    if (json_is_number(was) && json_is_number(is)) {
        /* A .meta.json has 12 digits of a number with a fraction. */
        double a = json_number_value(was);
        double b = json_number_value(is);
        return fabs(a - b) > 1e-11 * fabs(a);
    }
    return was == NULL || is == NULL || !json_equal(was, is);
}

static void value_text(const json_t *value, char *out)
{
    char *text = value != NULL ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    (void)snprintf(out, VALUE_MAX, "%s", text != NULL ? text : "nothing");
    free(text);
}

static int same_versions(const json_t *was, const json_t *is, struct od_err *err)
{
    const json_t *before = json_object_get(json_object_get(was, "plan"), "cells");
    const json_t *now = json_object_get(json_object_get(is, "plan"), "cells");
    for (size_t i = 0; i < json_array_size(now); i++) {
        const char *key = "model_version";
        const char *a =
            json_string_value(json_object_get(json_array_get(before, i), key));
        const char *b = json_string_value(json_object_get(json_array_get(now, i), key));
        if (a != NULL && b != NULL && *a != '\0' && *b != '\0' && strcmp(a, b) != 0) {
            return od_fail(err, OD_EINPUT, "cells[%zu].%s was %s, is %s", i, key, a, b);
        }
    }
    return 0;
}

static int compare(json_t *was, json_t *is, struct od_err *err)
{
    struct difference d = {.path = ""};
    if (same_versions(was, is, err) != 0) {
        return -1;
    }
    strip(was);
    strip(is);
    if (!differ(was, is, 0, &d)) {
        return 0;
    }
    char before[VALUE_MAX];
    char now[VALUE_MAX];
    value_text(d.was, before);
    value_text(d.is, now);
    /* Everything but seed and images stands in the plan. */
    const char *path = strncmp(d.path, "plan.", 5) == 0 ? d.path + 5 : d.path;
    return od_fail(err, OD_EINPUT, "%s was %s, is %s", path, before, now);
}

int od_identity_same(const struct od_identity *was, const struct od_identity *is,
                     struct od_err *err)
{
    json_t *before = load(was, err);
    json_t *now = before != NULL ? load(is, err) : NULL;
    int rc = now != NULL ? compare(before, now, err) : -1;
    json_decref(before);
    json_decref(now);
    return rc;
}
