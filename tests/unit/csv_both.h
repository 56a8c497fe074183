/* All ways of reading a CSV file, which must see the same. */
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
    size_t rows;
    size_t fail_at;
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
    if (++b->rows == b->fail_at) {
        return od_fail(err, OD_EINPUT, "row %zu", b->rows);
    }
    od_csv_row(record, &b->out);
    return 0;
}

/* The same out of the columns of a batch. */
static inline void csv_both_fill(const struct od_csv_batch *batch, size_t row,
                                 struct od_record *record)
{
    for (size_t i = 0; i < od_column_count(); i++) {
        const struct od_column *column = od_column_at(i);
        const union od_csv_values *values = &batch->values[i];
        void *at = (char *)record + column->offset;
        if (values->ints == NULL) {
            continue;
        }
        if (column->type == OD_COLUMN_INT) {
            *(int64_t *)at = values->ints[row];
        } else if (column->type == OD_COLUMN_REAL) {
            *(double *)at = values->reals[row];
        } else if (column->type == OD_COLUMN_STR) {
            *(const char **)at =
                values->strs[row] != NULL ? values->strs[row]->text : NULL;
        } else {
            memcpy(at, values->texts[row], strlen(values->texts[row]) + 1);
        }
    }
}

static inline int csv_both_batch(void *arg, const struct od_csv_batch *batch, size_t *row,
                                 struct od_err *err)
{
    struct od_record record;
    od_record_init(&record);
    record.schema = OD_NONE;
    for (; *row < batch->count; ++*row) {
        csv_both_fill(batch, *row, &record);
        if (csv_both_each(arg, &record, err) != 0) {
            return -1;
        }
    }
    return 0;
}

/* What is not as usual: through libcsv alone, by batches, with threads and small chunks,
 * failing at a row (counted from 1). */
struct csv_both_how {
    bool bytewise;
    bool batch;
    int threads;
    size_t chunk_bytes;
    size_t fail_at;
};

/* Every row, and everything else that the reader says, as one text of the caller's. */
static inline char *csv_both_read(const char *path, const unsigned char *use,
                                  struct csv_both_how how)
{
    static struct csv_both b;
    struct od_csv_read read = {.path = "f",
                               .use = use,
                               .bytewise = how.bytewise,
                               .threads = how.threads,
                               .chunk_bytes = how.chunk_bytes,
                               .arg = &b};
    struct od_err err = {0};
    if (how.batch) {
        read.batch = csv_both_batch;
    } else {
        read.keep = csv_both_keep;
        read.each = csv_both_each;
    }
    b.next = b.rows = 0;
    b.fail_at = how.fail_at;
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
