/* Profiles while they are read; for the files of lib/protocol only. */
#ifndef OD_PROTOCOL_PROFILE_MEMORY_H
#define OD_PROTOCOL_PROFILE_MEMORY_H

#include "protocol/profile_spec.h"

#include <jansson.h>
#include <stddef.h>

/* A profile, or a file of labels, that is larger than this is none. */
#define OD_PROFILE_BYTES_MAX ((size_t)1 << 20)

/* What belongs to a profile that was read. */
struct od_profile_memory {
    json_t *document; /* whose texts the profile borrows */
    struct od_label_map *labels;
    char *name;
    char *texts[2 * OD_PROFILE_PAIRS]; /* of numbers among the pairs */
    size_t text_count;
};

/* Reads the members of "request" or "response" (NULL: none) over what *out holds
 * (profile_keys.c). path: where label files are looked up. */
int od_profile_read_part(const char *part, json_t *object, const char *path,
                         struct od_profile *out, struct od_err *err) OD_MUST_CHECK;
/* The value of label_map (profile_labels.c). */
int od_profile_read_map(json_t *value, const char *path, struct od_profile *out,
                        struct od_err *err) OD_MUST_CHECK;

#endif
