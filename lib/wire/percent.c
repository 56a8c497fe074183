/* Percent-encoding of path segments. */
#include "wire/percent.h"

#include <ctype.h>
#include <string.h>

void od_percent_encode(const char *text, struct od_buf *out)
{
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        if (isalnum(c) || strchr("-._~", c) != NULL) {
            od_buf_putc(out, *p);
        } else {
            od_buf_printf(out, "%%%02X", (unsigned)c);
        }
    }
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'                              ? c - '0'
           : c != '\0' && strchr("abcdef", c | 0x20) != NULL ? (c | 0x20) - 'a' + 10
                                                             : -1;
}

void od_percent_decode(const char *from, size_t len, struct od_buf *out)
{
    for (size_t i = 0; i < len; i++) {
        int high = from[i] == '%' && len - i > 2 ? hex_digit(from[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(from[i + 2]) : -1;
        if (low >= 0) {
            od_buf_putc(out, (char)(high << 4 | low));
            i += 2;
        } else {
            od_buf_putc(out, from[i]);
        }
    }
}
