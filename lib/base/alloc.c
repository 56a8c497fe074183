/* Allocation that aborts: the one place where the library gives up. */
#include "base/alloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *check(void *p)
{
    if (p == NULL) {
        abort();
    }
    return p;
}

void *od_xmalloc(size_t size)
{
    return check(malloc(size > 0 ? size : 1));
}

void *od_xcalloc(size_t count, size_t size)
{
    return check(calloc(count > 0 ? count : 1, size > 0 ? size : 1));
}

void *od_xrealloc(void *old, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size) {
        abort();
    }
    return check(realloc(old, count * size > 0 ? count * size : 1));
}

char *od_xstrdup(const char *text)
{
    return od_xstrndup(text, strlen(text));
}

char *od_xstrndup(const char *text, size_t len)
{
    char *copy = od_xmalloc(len + 1);
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *od_xasprintf(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int len = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (len < 0) {
        abort();
    }
    char *text = od_xmalloc((size_t)len + 1);
    va_start(ap, fmt);
    (void)vsnprintf(text, (size_t)len + 1, fmt, ap);
    va_end(ap);
    return text;
}

void *od_xgrow(void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return items;
    }
    *capacity = *capacity > 0 ? *capacity * 2 : 16;
    return od_xrealloc(items, *capacity, size);
}
