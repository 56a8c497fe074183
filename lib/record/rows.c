/* Result files back into memory. */
#include "record/rows.h"

#include "base/alloc.h"
#include "record/csv_read.h"
#include "record/intern.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *keep(void *arg, const char *text)
{
    return od_rows_intern(arg, text);
}

static int add(void *arg, const struct od_record *record, struct od_err *err)
{
    struct od_rows *rows = arg;
    (void)err;
    rows->items =
        od_xgrow(rows->items, rows->count, &rows->capacity, sizeof rows->items[0]);
    rows->items[rows->count++] = *record;
    return 0;
}

int od_rows_read(struct od_rows *rows, const char *path, size_t *cut, struct od_err *err)
{
    struct od_csv_read read = {.path = path, .keep = keep, .each = add, .arg = rows};
    int fd = STDIN_FILENO;
    if (strcmp(path, "-") == 0) {
        read.path = "standard input";
    } else {
        fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            return od_fail(err, errno == ENOENT ? OD_ENOENT : OD_ESYS, "%s: %s", path,
                           strerror(errno));
        }
    }
    int rc = od_csv_read(&read, fd, err);
    if (rc == 0 && read.cut && cut != NULL) {
        (*cut)++;
    }
    if (fd != STDIN_FILENO) {
        (void)close(fd);
    }
    return rc;
}

void od_rows_release(struct od_rows *rows)
{
    free(rows->items);
    od_intern_free(rows->pool);
    *rows = (struct od_rows){0};
}

const char *od_rows_intern(struct od_rows *rows, const char *text)
{
    if (rows->pool == NULL) {
        rows->pool = od_intern_new();
    }
    return od_intern_add(rows->pool, text);
}
