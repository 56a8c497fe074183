/* The detections of a run, line by line from the companion of its rows. */
#include "accuracy/join.h"

#include "accuracy/detection_line.h"
#include "base/alloc.h"
#include "record/meta.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 65536 };

#define LINE_MAX_BYTES ((size_t)1 << 20) /* what odbench-run writes has a few hundred */

struct reader {
    struct od_recorded *into;
    struct od_json_text line; /* the one that is read */
    struct od_buf rest;       /* the begin of a line whose end is not read yet */
    struct od_err *err;
};

void od_recorded_release(struct od_recorded *recorded)
{
    free(recorded->items);
    od_intern_free(recorded->pool);
    *recorded = (struct od_recorded){0};
}

/* A line without its end; an empty one is no harm. */
static int take_line(struct reader *r, const char *data, size_t len)
{
    struct od_recorded *d = r->into;
    struct od_detection_line item = {.seq = 0};
    r->line.line++;
    r->line.data = data;
    r->line.len = len;
    if (len == 0) {
        return 0;
    }
    if (od_detection_line_parse(&r->line, d->pool, &item, r->err) != 0) {
        return -1;
    }
    d->items = od_xgrow(d->items, d->count, &d->capacity, sizeof item);
    d->items[d->count++] = item;
    return 0;
}

static int keep_rest(struct reader *r, const char *data, size_t len)
{
    od_buf_add(&r->rest, data, len);
    return r->rest.overflow
               ? od_fail(r->err, OD_EINPUT, "%s:%zu: a line of more than %zu bytes",
                         r->line.name, r->line.line + 1, LINE_MAX_BYTES)
               : 0;
}

static int take_chunk(struct reader *r, const char *data, size_t len)
{
    const char *end = data + len;
    const char *newline = NULL;
    while ((newline = memchr(data, '\n', (size_t)(end - data))) != NULL) {
        size_t piece = (size_t)(newline - data);
        int rc = 0;
        if (r->rest.len > 0) {
            rc = keep_rest(r, data, piece);
            rc = rc == 0 ? take_line(r, r->rest.data, r->rest.len) : rc;
            od_buf_reset(&r->rest);
        } else {
            rc = take_line(r, data, piece);
        }
        if (rc != 0) {
            return -1;
        }
        data = newline + 1;
    }
    return keep_rest(r, data, (size_t)(end - data));
}

/* What stands behind the last line end was cut off when the run was killed. */
static int read_lines(struct reader *r, int fd)
{
    char *chunk = od_xmalloc(CHUNK);
    ssize_t n = 0;
    int rc = 0;
    do {
        n = read(fd, chunk, CHUNK);
        if (n > 0) {
            rc = take_chunk(r, chunk, (size_t)n);
        } else if (n < 0 && errno != EINTR) {
            rc = od_fail(r->err, OD_ESYS, "%s: %s", r->line.name, strerror(errno));
        }
    } while (rc == 0 && n != 0);
    free(chunk);
    return rc;
}

static int read_file(struct od_recorded *recorded, const char *path, bool *present,
                     struct od_err *err)
{
    struct reader r = {.into = recorded, .line.name = path, .err = err};
    size_t before = recorded->count;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) {
        return 0;
    }
    if (fd < 0) {
        return od_fail(err, OD_ESYS, "%s: %s", path, strerror(errno));
    }
    if (recorded->pool == NULL) {
        recorded->pool = od_intern_new();
    }
    od_buf_init(&r.rest, LINE_MAX_BYTES);
    int rc = read_lines(&r, fd);
    (void)close(fd);
    od_buf_release(&r.rest);
    if (rc != 0) {
        recorded->count = before;
    }
    *present = rc == 0;
    return rc;
}

int od_recorded_read(struct od_recorded *recorded, const char *rows_path, bool *present,
                     struct od_err *err)
{
    *present = false;
    if (strcmp(rows_path, "-") == 0) {
        return 0;
    }
    char *path = od_companion_path(rows_path, ".detections.jsonl");
    int rc = read_file(recorded, path, present, err);
    free(path);
    return rc;
}
