/* Percent-encoding of path segments (RFC 3986, section 2). */
#ifndef OD_WIRE_PERCENT_H
#define OD_WIRE_PERCENT_H

#include "base/buf.h"

#include <stddef.h>

/* Appends text, everything but the unreserved characters as %XX. */
void od_percent_encode(const char *text, struct od_buf *out);
/* Appends len characters with %XX decoded; anything else behind a % stays as it is. */
void od_percent_decode(const char *from, size_t len, struct od_buf *out);

#endif
