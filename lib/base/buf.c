/* A growing byte string with a maximum. */
#include "base/buf.h"

#include "base/alloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void od_buf_init(struct od_buf *buf, size_t max)
{
    *buf = (struct od_buf){.data = od_xcalloc(1, 1), .capacity = 1, .max = max};
}

void od_buf_release(struct od_buf *buf)
{
    free(buf->data);
    *buf = (struct od_buf){0};
}

void od_buf_reset(struct od_buf *buf)
{
    buf->len = 0;
    buf->overflow = false;
    if (buf->data != NULL) {
        buf->data[0] = '\0';
    }
}

char *od_buf_grow(struct od_buf *buf, size_t len)
{
    size_t max = buf->max > 0 ? buf->max : SIZE_MAX / 4;
    if (buf->overflow || len > max - buf->len) {
        buf->overflow = true;
        return NULL;
    }
    size_t need = buf->len + len + 1;
    if (need > buf->capacity) {
        size_t capacity = buf->capacity < 64 ? 64 : buf->capacity;
        while (capacity < need) {
            capacity += capacity / 2;
        }
        capacity = capacity <= max ? capacity : max + 1;
        buf->data = od_xrealloc(buf->data, capacity, 1);
        buf->capacity = capacity;
    }
    return buf->data + buf->len;
}

void od_buf_printf(struct od_buf *buf, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int len = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *to = len < 0 ? NULL : od_buf_reserve(buf, (size_t)len);
    if (to != NULL) {
        va_start(ap, fmt);
        (void)vsnprintf(to, (size_t)len + 1, fmt, ap);
        va_end(ap);
        od_buf_advance(buf, (size_t)len);
    }
}

void od_buf_pad(struct od_buf *buf, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        od_buf_putc(buf, ' ');
    }
}

void od_buf_end_line(struct od_buf *buf)
{
    while (buf->len > 0 && buf->data[buf->len - 1] == ' ') {
        buf->data[--buf->len] = '\0';
    }
    od_buf_putc(buf, '\n');
}

int od_buf_check(const struct od_buf *buf, const char *what, struct od_err *err)
{
    if (buf->overflow) {
        return od_fail(err, OD_ELIMIT, "%s: larger than %zu bytes", what, buf->max);
    }
    return 0;
}

char *od_buf_steal(struct od_buf *buf)
{
    char *data = buf->data;
    size_t max = buf->max;
    od_buf_init(buf, max);
    return data;
}
