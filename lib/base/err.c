/* Errors as values. */
#include "base/err.h"

#include <stdio.h>
#include <string.h>

static void cut(char *text, size_t size)
{
    size_t end = size - 4;
    while (end > 0 && ((unsigned char)text[end] & 0xC0U) == 0x80U) {
        end--;
    }
    memcpy(text + end, "...", 4);
}

static void OD_PRINTF(3, 0) fill(char *text, size_t size, const char *fmt, va_list ap)
{
    int len = vsnprintf(text, size, fmt, ap);
    if (len < 0) {
        text[0] = '\0';
    } else if ((size_t)len >= size) {
        cut(text, size);
    }
}

int(od_fail)(struct od_err *err, enum od_errcode code, const char *fmt, ...)
{
    if (err == NULL || err->code != OD_OK) {
        return -1;
    }
    va_list ap;
    va_start(ap, fmt);
    fill(err->msg, sizeof err->msg, fmt, ap);
    va_end(ap);
    err->code = code;
    return -1;
}

void od_err_context(struct od_err *err, const char *fmt, ...)
{
    if (err == NULL || err->code == OD_OK) {
        return;
    }
    char outer[sizeof err->msg];
    char whole[2 * sizeof err->msg + 2];
    va_list ap;
    va_start(ap, fmt);
    fill(outer, sizeof outer, fmt, ap);
    va_end(ap);
    (void)snprintf(whole, sizeof whole, "%s: %s", outer, err->msg);
    if (strlen(whole) >= sizeof err->msg) {
        cut(whole, sizeof err->msg);
    }
    memcpy(err->msg, whole, strlen(whole) + 1);
}

void od_err_clear(struct od_err *err)
{
    if (err != NULL) {
        err->code = OD_OK;
        err->msg[0] = '\0';
    }
}

const char *od_err_name(enum od_errcode code)
{
    switch (code) {
#define OD_ERR_NAME(name, text, status)                                                  \
    case OD_##name:                                                                      \
        return text;
        OD_ERRORS(OD_ERR_NAME)
#undef OD_ERR_NAME
    }
    return "unknown error";
}

int od_code_exit(enum od_errcode code)
{
    switch (code) {
#define OD_ERR_EXIT(name, text, status)                                                  \
    case OD_##name:                                                                      \
        return status;
        OD_ERRORS(OD_ERR_EXIT)
#undef OD_ERR_EXIT
    }
    return 70;
}
