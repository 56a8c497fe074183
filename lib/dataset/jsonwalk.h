/* Walks a large JSON object and hands out the elements of its arrays one by one. */
#ifndef OD_DATASET_JSONWALK_H
#define OD_DATASET_JSONWALK_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* The text to walk, borrowed. name stands in messages: "NAME:LINE:COLUMN: ...". */
struct od_json_text {
    const char *name;
    const char *data;
    size_t len;
    size_t line; /* of the file, which the text is, from 1; 0: the text is all of it */
};

/* An array of the top-level object that is wanted. */
struct od_json_array {
    const char *key;
    const char *unread; /* member of the elements that becomes null, or NULL */
    bool required;
    /* Called for each element, which is borrowed. An error ends the walk and gets the
     * place put in front of its text. */
    int (*element)(void *ctx, size_t index, const json_t *value, struct od_err *err);
};

/*
 * Calls back for every element of the wanted arrays, in the file's order. Only one
 * element at a time is in memory, and unread members are checked but never built: that
 * is what makes 20 MB of polygons cheap. Fails with OD_EINPUT and a position when the
 * text is not one well-formed JSON object (nested at most 60 deep), when a wanted key
 * stands twice or holds no array, or when a required one is missing.
 */
int od_json_stream(const struct od_json_text *text, const struct od_json_array *arrays,
                   size_t count, void *ctx, struct od_err *err) OD_MUST_CHECK;

#endif
