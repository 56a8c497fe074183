/* Paths as seen from another folder. */
#define _XOPEN_SOURCE 700 /* realpath is in POSIX.1-2008's XSI option */
#include "dataset/relpath.h"

#include "base/buf.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int resolve(const char *path, enum od_errcode code, char **out, struct od_err *err)
{
    *out = realpath(path, NULL);
    if (*out == NULL) {
        return od_fail(err, code, "%s: %s", path, strerror(errno));
    }
    return 0;
}

/* How many bytes of folder (absolute, resolved) begin target too, at a slash. */
static size_t shared_folders(const char *folder, const char *target)
{
    size_t at = 0;
    for (size_t i = 0;; i++) {
        bool ends = folder[i] == '\0';
        if ((ends || folder[i] == '/') && target[i] == '/') {
            at = i;
        }
        if (ends || folder[i] != target[i]) {
            return at;
        }
    }
}

int od_path_relative(const char *folder, const char *target, char **out,
                     struct od_err *err)
{
    char *from = NULL;
    char *to = NULL;
    int rc = -1;
    struct od_buf path;
    od_buf_init(&path, 0);
    if (resolve(folder == NULL || folder[0] == '\0' ? "." : folder, OD_EOUTPUT, &from,
                err) != 0 ||
        resolve(target, OD_ENOENT, &to, err) != 0) {
        goto out;
    }
    if (strcmp(from, "/") == 0) {
        from[0] = '\0';
    }
    size_t at = shared_folders(from, to);
    for (const char *p = from + at; *p != '\0'; p++) {
        if (*p == '/') {
            od_buf_puts(&path, "../");
        }
    }
    od_buf_puts(&path, to + at + 1);
    *out = od_buf_steal(&path);
    rc = 0;
out:
    od_buf_release(&path);
    free(from);
    free(to);
    return rc;
}
