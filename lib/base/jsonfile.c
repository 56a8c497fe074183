/* Files of JSON. */
#include "base/jsonfile.h"

#include "base/buf.h"
#include "base/file.h"

#include <jansson.h>

int od_json_file_read(const char *path, size_t max_bytes, struct json_t **out,
                      struct od_err *err)
{
    struct od_buf text;
    json_error_t why = {0};
    *out = NULL;
    od_buf_init(&text, max_bytes);
    int rc = od_file_read(path, &text, err);
    if (rc == 0) {
        *out = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, &why);
        rc = *out == NULL ? od_fail(err, OD_EINPUT, "%s:%d: %s", path, why.line, why.text)
                          : 0;
    }
    od_buf_release(&text);
    return rc;
}
