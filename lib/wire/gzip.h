/* Compressed bodies (RFC 1952; zlib's own form is read too), by zlib. */
#ifndef OD_WIRE_GZIP_H
#define OD_WIRE_GZIP_H

#include "base/buf.h"
#include "base/err.h"
#include "wire/message.h"

#include <stddef.h>

/*
 * Replaces the body by its gzip form in one segment of its own, at zlib's default level,
 * and adds the header Content-Encoding: gzip. An empty body stays as it is. Fails with
 * OD_ELIMIT for a body beyond 4 GiB.
 */
int od_message_gzip(struct od_message *message, struct od_err *err) OD_MUST_CHECK;

/*
 * Appends what the bytes (gzip, or zlib's form that HTTP calls deflate; one stream) hold
 * to *out. Fails with OD_EINPUT when they are no such stream or end early, and with
 * OD_ELIMIT beyond out's maximum.
 */
int od_gunzip(const void *data, size_t len, struct od_buf *out,
              struct od_err *err) OD_MUST_CHECK;

#endif
