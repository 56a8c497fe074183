/* Standard base64 (RFC 4648 section 4). */
#ifndef OD_WIRE_BASE64_H
#define OD_WIRE_BASE64_H

#include <stddef.h>
#include <stdint.h>

/* How many characters len bytes take, padding included, without a NUL. */
size_t od_base64_chars(size_t len);
/* Writes exactly od_base64_chars(len) characters and returns the place behind them. */
char *od_base64_encode(const void *data, size_t len, char *to);

/* The most bytes that len characters can hold. */
size_t od_base64_bytes_max(size_t len);
/*
 * Decodes len characters, with the padding or without it, into to, which has room for
 * od_base64_bytes_max(len). Returns 0 and the number of bytes, or -1 at any other
 * character, blanks and line ends included, and at a length that no bytes have.
 */
int od_base64_decode(const char *text, size_t len, uint8_t *to, size_t *bytes);

#endif
