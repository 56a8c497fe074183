/* The bearer token that requests must carry. */
#include "server/token.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"

#include <string.h>
#include <strings.h>

/* Twice what libmicrohttpd and libgrpc take as a header would be too much. */
#define FILE_MAX ((size_t)16 << 10)

static const char scheme[] = "Bearer";

int od_token_load(const char *path, char **out, struct od_err *err)
{
    struct od_buf text;
    od_buf_init(&text, FILE_MAX);
    int rc = od_file_read(path, &text, err);
    if (rc != 0) {
        goto out;
    }
    size_t len = 0;
    while (len < text.len && text.data[len] > ' ' && text.data[len] < 127) {
        len++;
    }
    size_t end = len + strspn(text.data + len, " \t\r");
    if (end < text.len && text.data[end] != '\n') {
        rc = od_fail(err, OD_EINPUT,
                     "%s: character %zu of the token is none that a header can carry",
                     path, end + 1);
    } else if (len == 0) {
        rc = od_fail(err, OD_EINPUT, "%s: the first line holds no token", path);
    } else {
        *out = od_xstrndup(text.data, len);
    }
out:
    od_buf_release(&text);
    return rc;
}

bool od_token_matches(const char *token, const char *authorization)
{
    if (authorization == NULL ||
        strncasecmp(authorization, scheme, sizeof scheme - 1) != 0) {
        return false;
    }
    const char *given = authorization + sizeof scheme - 1;
    size_t spaces = strspn(given, " ");
    given += spaces;
    size_t len = strlen(given);
    size_t wanted = strlen(token);
    unsigned differ = len != wanted || spaces == 0;
    for (size_t i = 0; i < wanted; i++) {
        unsigned char theirs = i < len ? (unsigned char)given[i] : 0;
        differ |= (unsigned char)(theirs ^ (unsigned char)token[i]);
    }
    return differ == 0;
}
