/* UTF-8, as far as texts that we pass on must be it. */
#ifndef OD_BASE_UTF8_H
#define OD_BASE_UTF8_H

#include <stddef.h>

/* Bytes of the UTF-8 sequence at text (RFC 3629, section 4), which ends in a NUL: 1 to 4;
 * 0 when there is none. Control characters are sequences as others are. */
size_t od_utf8_length(const char *text);

#endif
