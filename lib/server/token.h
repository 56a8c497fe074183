/* The bearer token that requests must carry (RFC 6750 section 2.1). */
#ifndef OD_SERVER_TOKEN_H
#define OD_SERVER_TOKEN_H

#include "base/err.h"

#include <stdbool.h>

/*
 * Reads a token from the first line of a file. Fails with OD_ENOENT, OD_ESYS or OD_ELIMIT
 * naming the file, or OD_EINPUT: an empty line, or characters that no header can carry.
 * The text of a failure never holds any of it. *out is owned by the caller.
 */
int od_token_load(const char *path, char **out, struct od_err *err) OD_MUST_CHECK;

/*
 * Whether the value of an Authorization header (NULL: there was none) is "Bearer" with
 * this token. Takes as long for a token that is wrong in its first character as for one
 * that is wrong in its last.
 */
bool od_token_matches(const char *token, const char *authorization);

#endif
