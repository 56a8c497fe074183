/* Both ways of reading a CSV file, which must see the same. */
#ifndef OD_TESTS_CSV_BOTH_H
#define OD_TESTS_CSV_BOTH_H

#include "base/buf.h"
#include "record/csv_read.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

/* Texts live during the call only, as they may: equal ones overwrite each other. */
struct csv_both {
    char kept[80][4096];
    size_t next;
    struct od_buf out;
};

static inline const char *csv_both_keep(void *arg, const char *text)
{
    struct csv_both *b = arg;
    char *to = b->kept[b->next++ % 80];
    size_t len = strnlen(text, sizeof b->kept[0] - 1);
    memcpy(to, text, len);
    to[len] = '\0';
    return to;
}

static inline int csv_both_each(void *arg, const struct od_record *record,
                                struct od_err *err)
{
    struct csv_both *b = arg;
    (void)err;
    od_csv_row(record, &b->out);
    return 0;
}

/* Every row, and everything else that the reader says, as one text of the caller's. */
static inline char *csv_both_read(const char *path, const unsigned char *use,
                                  bool bytewise)
{
    static struct csv_both b;
    struct od_csv_read read = {.path = "f",
                               .use = use,
                               .bytewise = bytewise,
                               .keep = csv_both_keep,
                               .each = csv_both_each,
                               .arg = &b};
    struct od_err err = {0};
    b.next = 0;
    od_buf_init(&b.out, 0);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int rc = od_csv_read(&read, fd, &err);
    (void)close(fd);
    od_buf_printf(&b.out, "rc %d whole %lld loose %zu cut %d code %d: %s\n", rc,
                  (long long)read.whole_bytes, read.loose_rows, (int)read.cut,
                  (int)err.code, err.msg);
    char *text = od_buf_steal(&b.out);
    od_buf_release(&b.out);
    return text;
}

#endif
