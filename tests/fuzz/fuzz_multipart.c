/* Forms with files: the input is a Content-Type, a line end, the body. */
#include "fuzz.h"

#include "base/alloc.h"
#include "wire/multipart.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    if (end == NULL) {
        return 0;
    }
    size_t len = (size_t)(end - data);
    char *type = od_xstrndup((const char *)data, len);
    const char *body = (const char *)end + 1;
    size_t body_len = size - len - 1;
    struct od_multipart form;
    struct od_part part;
    struct od_err err = {0};
    int rc = od_multipart_init(&form, type, body, body_len, &err);
    for (rc = rc == 0 ? 1 : rc; rc == 1;) {
        rc = od_multipart_next(&form, &part, &err);
        /* A part lies in the body and does not hold what ends it. */
        if (rc == 1 && part.len > 0 &&
            (part.data < body || part.data + part.len > body + body_len)) {
            abort();
        }
        if (strlen(part.name) >= OD_PART_NAME_MAX ||
            strlen(part.filename) >= OD_PART_NAME_MAX) {
            abort();
        }
    }
    if ((rc < 0) != (err.code == OD_EINPUT)) {
        abort();
    }
    free(type);
    return 0;
}
