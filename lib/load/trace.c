/* Planned times from a file. */
#include "load/trace.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/parse.h"
#include "load/schedule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TRACE_MAX_BYTES ((size_t)1 << 30)
#define SECONDS_MAX     9e9

void od_trace_release(struct od_trace *trace)
{
    free(trace->at_ns);
    *trace = (struct od_trace){0};
}

static int parse_time(const char *text, int64_t *out, struct od_err *err)
{
    double seconds = 0;
    if (text[strspn(text, "0123456789.eE+-")] != '\0') {
        return od_parse_duration_ns(text, out, err);
    }
    if (od_parse_double(text, 0, SECONDS_MAX, &seconds, err) != 0) {
        return -1;
    }
    *out = (int64_t)llround(seconds * 1e9);
    return 0;
}

/* A line without its comment and blanks, in copy. NULL when it is too long for a time or
 * holds a NUL byte. */
static const char *take_line(const char *line, size_t len, char *copy, size_t size)
{
    const char *hash = memchr(line, '#', len);
    size_t used = hash != NULL ? (size_t)(hash - line) : len;
    if (used >= size || memchr(line, '\0', used) != NULL) {
        return NULL;
    }
    memcpy(copy, line, used);
    copy[used] = '\0';
    return od_trim(copy);
}

static int add(struct od_trace *trace, size_t *room, int64_t ns, struct od_err *err)
{
    if (trace->count > 0 && ns < trace->at_ns[trace->count - 1]) {
        return od_fail(err, OD_EINPUT, "comes before the time on the line above it");
    }
    if (trace->count >= OD_SCHEDULE_MAX) {
        return od_fail(err, OD_ELIMIT, "more than %zu times", OD_SCHEDULE_MAX);
    }
    trace->at_ns = od_xgrow(trace->at_ns, trace->count, room, sizeof *trace->at_ns);
    trace->at_ns[trace->count++] = ns;
    return 0;
}

int od_trace_parse(const char *name, const char *text, size_t len, struct od_trace *out,
                   struct od_err *err)
{
    static const char rows[] = "schema,";
    if (len >= sizeof rows - 1 && memcmp(text, rows, sizeof rows - 1) == 0) {
        return od_trace_parse_rows(name, text, len, out, err);
    }
    const char *end = text + len;
    size_t room = 0;
    size_t number = 1;
    *out = (struct od_trace){0};
    for (const char *line = text; line < end; number++) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        size_t line_len = (size_t)((stop != NULL ? stop : end) - line);
        char copy[256];
        int64_t ns = 0;
        const char *word = take_line(line, line_len, copy, sizeof copy);
        int rc = word == NULL ? od_fail(err, OD_EINPUT, "not a time") : 0;
        if (word != NULL && *word != '\0') {
            rc = parse_time(word, &ns, err) == 0 ? add(out, &room, ns, err) : -1;
        }
        if (rc != 0) {
            od_err_context(err, "%s:%zu", name, number);
            return -1;
        }
        line += line_len + 1;
    }
    return 0;
}

int od_trace_read(const char *path, struct od_trace *out, struct od_err *err)
{
    struct od_buf text;
    *out = (struct od_trace){0};
    od_buf_init(&text, TRACE_MAX_BYTES);
    int rc = od_file_read(path, &text, err);
    if (rc == 0) {
        rc = od_trace_parse(path, text.data, text.len, out, err);
    }
    if (rc == 0 && out->count == 0) {
        rc = od_fail(err, OD_EINPUT, "%s: no times in it", path);
    }
    od_buf_release(&text);
    return rc;
}
