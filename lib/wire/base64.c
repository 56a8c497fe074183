/* Standard base64. */
#include "wire/base64.h"

#include <string.h>

static const char letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t od_base64_chars(size_t len)
{
    return (len + 2) / 3 * 4;
}

char *od_base64_encode(const void *data, size_t len, char *to)
{
    const uint8_t *p = data;
    for (; len >= 3; len -= 3, p += 3, to += 4) {
        uint32_t three = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
        to[0] = letters[three >> 18];
        to[1] = letters[three >> 12 & 63];
        to[2] = letters[three >> 6 & 63];
        to[3] = letters[three & 63];
    }
    if (len > 0) {
        uint32_t rest = (uint32_t)p[0] << 16 | (len == 2 ? (uint32_t)p[1] << 8 : 0);
        to[0] = letters[rest >> 18];
        to[1] = letters[rest >> 12 & 63];
        to[2] = '=';
        to[3] = '=';
        if (len == 2) {
            to[2] = letters[rest >> 6 & 63];
        }
        to += 4;
    }
    return to;
}

size_t od_base64_bytes_max(size_t len)
{
    return (len + 3) / 4 * 3;
}

/* 64: no letter of the alphabet. */
static void make_values(uint8_t values[256])
{
    memset(values, 64, 256);
    for (uint8_t i = 0; i < 64; i++) {
        values[(unsigned char)letters[i]] = i;
    }
}

int od_base64_decode(const char *text, size_t len, uint8_t *to, size_t *bytes)
{
    uint8_t values[256];
    make_values(values);
    if (len % 4 == 0 && len > 0) {
        len -= text[len - 1] != '=' ? 0 : text[len - 2] != '=' ? 1 : 2;
    }
    if (len % 4 == 1) {
        return -1;
    }
    uint8_t *begin = to;
    uint32_t held = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < len; i++) {
        uint8_t value = values[(unsigned char)text[i]];
        if (value == 64) {
            return -1;
        }
        held = held << 6 | value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            *to++ = (uint8_t)(held >> bits);
        }
    }
    *bytes = (size_t)(to - begin);
    return 0;
}
