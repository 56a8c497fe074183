/* The threshold of a Darknet cfg and the size of its weights. */
#include "engine/darknet_cfg.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* The first character of a line that is no blank. */
static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t')) {
        p++;
    }
    return p;
}

static bool begins(const char *p, const char *end, const char *word)
{
    size_t len = strlen(word);
    return (size_t)(end - p) >= len && memcmp(p, word, len) == 0;
}

static bool is_thresh(const char *p, const char *end)
{
    if (!begins(p, end, "thresh")) {
        return false;
    }
    p = skip_blanks(p + strlen("thresh"), end);
    return p < end && *p == '=';
}

/* The line that begins a section, and the threshold where there is one. */
static void add_header(struct od_buf *out, const char *text, const char *end,
                       const double *thresh)
{
    od_buf_add(out, text, (size_t)(end - text));
    if (thresh != NULL) {
        od_buf_printf(out, "\nthresh=%.9g", *thresh);
    }
    od_buf_putc(out, '\n');
}

void od_darknet_set_thresh(const char *text, double thresh, struct od_buf *out)
{
    bool inside = false;
    while (*text != '\0') {
        const char *end = text + strcspn(text, "\n");
        const char *p = skip_blanks(text, end);
        if (p < end && *p == '[') {
            inside = begins(p, end, "[yolo]") || begins(p, end, "[region]");
            add_header(out, text, end, inside ? &thresh : NULL);
        } else if (!inside || !is_thresh(p, end)) {
            od_buf_add(out, text, (size_t)(end - text));
            od_buf_putc(out, '\n');
        }
        text = *end == '\n' ? end + 1 : end;
    }
}

int od_darknet_check_weights(const char *path, const void *data, size_t len,
                             int64_t weight_count, struct od_err *err)
{
    int32_t version[2];
    if (len < 16) {
        return od_fail(err, OD_EINPUT, "%s: %zu bytes are no Darknet weights", path, len);
    }
    memcpy(version, data, sizeof version);
    if (version[0] < 0 || version[0] > 1000 || version[1] < 0 || version[1] > 1000) {
        return od_fail(err, OD_EINPUT, "%s: does not begin as Darknet weights do", path);
    }
    /* major, minor, revision, then the number of images seen: 8 bytes since 0.2. */
    int64_t header = version[0] * 10 + version[1] >= 2 ? 20 : 16;
    int64_t expected = header + 4 * weight_count;
    if ((int64_t)len != expected) {
        return od_fail(err, OD_EINPUT, "%s: %zu bytes, while its cfg asks for %lld", path,
                       len, (long long)expected);
    }
    return 0;
}
