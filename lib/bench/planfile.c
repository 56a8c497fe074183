/* Options from plan files (JSON) and from --set. */
#include "bench/options.h"

#include "base/alloc.h"
#include "base/jsonfile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#define PLAN_MAX ((size_t)16 << 20)

/* --plan and --set say where options come from, and are none of them. */
static const struct od_opt *find(const char *name, size_t *index)
{
    bool source = strcmp(name, "plan") == 0 || strcmp(name, "set") == 0;
    for (size_t i = 0; !source && i < od_run_program.opt_count; i++) {
        if (strcmp(od_run_program.opts[i].name, name) == 0) {
            *index = i;
            return &od_run_program.opts[i];
        }
    }
    return NULL;
}

/* A scalar as the text that the command line would have. */
static int text_of(const json_t *value, char *out, size_t size, struct od_err *err)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        if (strlen(json_string_value(value)) >= size) {
            return od_fail(err, OD_EINPUT, "longer than %zu characters", size - 1);
        }
        (void)snprintf(out, size, "%s", json_string_value(value));
        return 0;
    case JSON_INTEGER:
        (void)snprintf(out, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return 0;
    case JSON_REAL:
        (void)snprintf(out, size, "%.17g", json_real_value(value));
        return 0;
    case JSON_TRUE:
        (void)snprintf(out, size, "true");
        return 0;
    case JSON_FALSE:
        (void)snprintf(out, size, "false");
        return 0;
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return od_fail(err, OD_EINPUT, "not a string, number, true or false");
}

static int set_one(struct od_run_options *options, const char *key, const json_t *value,
                   struct od_err *err)
{
    char text[4096];
    if (text_of(value, text, sizeof text, err) != 0) {
        return -1;
    }
    return od_opt_set(&od_run_program, options, key, text, err);
}

static int set_list(struct od_run_options *options, const struct od_opt *opt,
                    const json_t *list, struct od_err *err)
{
    if (opt->type != OD_OPT_LIST && opt->type != OD_OPT_REPEAT) {
        return od_fail(err, OD_EINPUT, "takes one value, not a list");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (set_one(options, opt->name, json_array_get(list, i), err) != 0) {
            return -1;
        }
    }
    return 0;
}

static int add_images(struct od_strings *images, const json_t *value, struct od_err *err)
{
    if (json_is_string(value)) {
        od_strings_add(images, json_string_value(value));
        return 0;
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *item = json_array_get(value, i);
        if (!json_is_string(item)) {
            return od_fail(err, OD_EINPUT, "not a list of paths");
        }
        od_strings_add(images, json_string_value(item));
    }
    return json_is_array(value)
               ? 0
               : od_fail(err, OD_EINPUT, "not a path or a list of paths");
}

static void empty_list(struct od_run_options *options, const struct od_opt *opt)
{
    if (opt->type == OD_OPT_LIST || opt->type == OD_OPT_REPEAT) {
        od_strings_release((struct od_strings *)(void *)((char *)options + opt->offset));
    }
}

/* A list of the file takes the place of the default, as one on the command line does. */
static int set_key(const char *key, const json_t *value, const bool *given,
                   struct od_run_options *options, struct od_err *err)
{
    size_t index = 0;
    const struct od_opt *opt = find(key, &index);
    if (opt == NULL) {
        return od_fail(err, OD_EINPUT, "no such option");
    }
    if (given[index]) {
        return 0;
    }
    empty_list(options, opt);
    return json_is_array(value) ? set_list(options, opt, value, err)
                                : set_one(options, key, value, err);
}

/* images is NULL when the command line has some. */
static int read_plan(const char *path, const bool *given, struct od_run_options *options,
                     struct od_strings *images, struct od_err *err)
{
    json_t *root = NULL;
    int rc = od_json_file_read(path, PLAN_MAX, &root, err);
    if (rc == 0 && !json_is_object(root)) {
        rc = od_fail(err, OD_EINPUT, "%s: not a JSON object", path);
    }
    for (void *it = rc == 0 ? json_object_iter(root) : NULL; it != NULL && rc == 0;
         it = json_object_iter_next(root, it)) {
        const char *key = json_object_iter_key(it);
        if (strcmp(key, "images") != 0) {
            rc = set_key(key, json_object_iter_value(it), given, options, err);
        } else if (images != NULL) {
            rc = add_images(images, json_object_iter_value(it), err);
        }
        if (rc != 0) {
            od_err_context(err, "%s: \"%s\"", path, key);
        }
    }
    json_decref(root);
    return rc;
}

/* What --set has replaced so far: the first of a list empties it, the next ones add. */
struct setter {
    struct od_run_options *options;
    const bool *given;
    struct od_strings *images; /* NULL: as in read_plan */
    bool *seen;                /* by index of the option */
    bool seen_images;
};

static int set_images(struct setter *s, const char *value, struct od_err *err)
{
    if (value[0] == '\0') {
        return od_fail(err, OD_EINPUT, "images: no path");
    }
    if (s->images == NULL) {
        return 0;
    }
    if (!s->seen_images) {
        od_strings_release(s->images);
    }
    s->seen_images = true;
    od_strings_add(s->images, value);
    return 0;
}

/* A value is not quoted here: that of a header is a secret. */
static int set_pair(struct setter *s, const char *pair, struct od_err *err)
{
    const char *equals = strchr(pair, '=');
    size_t len = equals != NULL ? (size_t)(equals - pair) : 0;
    size_t index = 0;
    if (len == 0) {
        return od_fail(err, OD_EINPUT, "not KEY=VALUE");
    }
    char *key = od_xstrndup(pair, len);
    const struct od_opt *opt = find(key, &index);
    int rc = 0;
    if (strcmp(key, "images") == 0) {
        rc = set_images(s, equals + 1, err);
    } else if (opt == NULL) {
        rc = od_fail(err, OD_EINPUT, "%s: no such option", key);
    } else if (!s->given[index]) {
        if (!s->seen[index]) {
            empty_list(s->options, opt);
        }
        s->seen[index] = true;
        rc = od_opt_set(&od_run_program, s->options, key, equals + 1, err);
    }
    free(key);
    return rc;
}

int od_run_options_complete(struct od_run_options *options, const bool *given,
                            struct od_strings *images, struct od_err *err)
{
    struct setter s = {.options = options,
                       .given = given,
                       .images = images->count == 0 ? images : NULL,
                       .seen = od_xcalloc(od_run_program.opt_count, sizeof *s.seen)};
    int rc = options->plan_file == NULL
                 ? 0
                 : read_plan(options->plan_file, given, options, s.images, err);
    for (size_t i = 0; i < options->set.count && rc == 0; i++) {
        rc = set_pair(&s, options->set.items[i], err);
        od_err_context(rc != 0 ? err : NULL, "--set");
    }
    free(s.seen);
    return rc;
}
