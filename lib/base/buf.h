/* A growing byte string with a maximum that the caller states. */
#ifndef OD_BASE_BUF_H
#define OD_BASE_BUF_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * data is never NULL after init and always has a NUL behind its len bytes, so text can be
 * used as a C string. An append that would pass max bytes adds nothing and sets overflow,
 * which stays set: a writer may append many times and ask once, with od_buf_check.
 * capacity counts the NUL too and is never more than max + 1.
 */
struct od_buf {
    char *data;
    size_t len;
    size_t capacity;
    size_t max;
    bool overflow;
};

/* Life cycle. max is in bytes; 0 means no maximum, for sizes that are ours. */
void od_buf_init(struct od_buf *buf, size_t max);
/* Frees the bytes and zeroes the struct; a zeroed struct may be released too. */
void od_buf_release(struct od_buf *buf);
/* Empties it and keeps the memory. */
void od_buf_reset(struct od_buf *buf);

/* Content. */
static inline void od_buf_add(struct od_buf *buf, const void *data, size_t len);
static inline void od_buf_putc(struct od_buf *buf, char c);
static inline void od_buf_puts(struct od_buf *buf, const char *text);
void od_buf_printf(struct od_buf *buf, const char *fmt, ...) OD_PRINTF(2, 3);
/* So many blanks. */
void od_buf_pad(struct od_buf *buf, size_t count);
/* Ends a line, without the blanks that stand at its end. */
void od_buf_end_line(struct od_buf *buf);

/*
 * Makes room for len more bytes and returns where they go, or NULL when that would pass
 * max (overflow is set). The caller writes there and then calls od_buf_advance with what
 * it wrote.
 */
static inline char *od_buf_reserve(struct od_buf *buf, size_t len);
static inline void od_buf_advance(struct od_buf *buf, size_t len);

/* 0, or -1 with OD_ELIMIT and a text that begins with what, e.g. "reply". */
int od_buf_check(const struct od_buf *buf, const char *what,
                 struct od_err *err) OD_MUST_CHECK;

/* Gives the bytes to the caller (owned, free()) and empties the buffer. */
char *od_buf_steal(struct od_buf *buf);

/* A row is a hundred small appends: what they do where there is room stands here. */

/* od_buf_reserve where the memory does not do; its own business. */
char *od_buf_grow(struct od_buf *buf, size_t len);

static inline char *od_buf_reserve(struct od_buf *buf, size_t len)
{
    bool room = !buf->overflow && len < buf->capacity - buf->len;
    return room ? buf->data + buf->len : od_buf_grow(buf, len);
}

static inline void od_buf_advance(struct od_buf *buf, size_t len)
{
    buf->len += len;
    buf->data[buf->len] = '\0';
}

static inline void od_buf_add(struct od_buf *buf, const void *data, size_t len)
{
    char *to = od_buf_reserve(buf, len);
    if (to != NULL) {
        if (len > 0) {
            memcpy(to, data, len);
        }
        od_buf_advance(buf, len);
    }
}

static inline void od_buf_puts(struct od_buf *buf, const char *text)
{
    od_buf_add(buf, text, strlen(text));
}

static inline void od_buf_putc(struct od_buf *buf, char c)
{
    char *to = od_buf_reserve(buf, 1);
    if (to != NULL) {
        *to = c;
        od_buf_advance(buf, 1);
    }
}

#endif
