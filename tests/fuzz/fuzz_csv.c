/*
 * Result files as a run may have left them: what is read once is read again, nothing more
 * is cut then, the reader of whole files sees the same rows, and with chunks of any size
 * and threads the same as libcsv alone. The first byte tells whether this version's
 * header stands in front of the rest, how large chunks are and which row its caller does
 * not like.
 */
#include "fuzz.h"

#include "../unit/csv_both.h"
#include "record/resume.h"
#include "record/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int count_row(const struct od_record *record, void *arg, struct od_err *err)
{
    size_t *count = arg;
    (void)err;
    for (size_t i = 0; i < od_column_count(); i++) {
        const struct od_column *column = od_column_at(i);
        const void *at = (const char *)record + column->offset;
        if (column->type == OD_COLUMN_TEXT && memchr(at, '\0', column->size) == NULL) {
            abort();
        }
    }
    (*count)++;
    return 0;
}

static void check_again(const char *path, size_t first)
{
    struct od_err err = {0};
    struct od_rows rows = {0};
    size_t again = 0;
    size_t cut = 0;
    if (od_resume_read(path, NULL, count_row, &again, &err) != 0 || again != first) {
        abort();
    }
    /* An emptied file has no header. */
    if (od_rows_read(&rows, path, &cut, &err) == 0 && (rows.count != first || cut != 0)) {
        abort();
    }
    od_rows_release(&rows);
}

/* how decides where chunks end. */
static void check_all(const char *path, uint8_t how)
{
    size_t chunk_bytes = 1 + how / 2;
    size_t fail_at = how % 7;
    struct csv_both_how ways[] = {
        {.bytewise = true},
        {.threads = 1},
        {.threads = 1, .chunk_bytes = chunk_bytes, .batch = how % 2 == 0},
        {.threads = 2, .chunk_bytes = 8 * chunk_bytes, .batch = how % 3 == 0}};
    char *first = NULL;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        ways[i].fail_at = fail_at;
        char *seen = csv_both_read(path, NULL, ways[i]);
        if (first != NULL && strcmp(seen, first) != 0) {
            abort();
        }
        free(i == 0 ? NULL : seen);
        first = i == 0 ? seen : first;
    }
    free(first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/odbench-fuzz-XXXXXX";
    struct od_buf text;
    struct od_err err = {0};
    struct od_rows rows = {0};
    size_t count = 0;
    int fd = mkstemp(path);
    od_buf_init(&text, 0);
    if (size > 0 && data[0] % 2 == 1) {
        od_csv_header(&text);
    }
    od_buf_add(&text, size > 0 ? data + 1 : data, size > 0 ? size - 1 : 0);
    if (fd < 0 || write(fd, text.data, text.len) != (ssize_t)text.len) {
        abort();
    }
    (void)close(fd);
    check_all(path, size > 0 ? data[0] : 0);
    (void)!od_rows_read(&rows, path, NULL, &err);
    od_err_clear(&err);
    if (od_resume_read(path, path, count_row, &count, &err) == 0) {
        check_again(path, count);
    }
    count = 0;
    od_err_clear(&err);
    if (od_resume_read(path, NULL, count_row, &count, &err) == 0) {
        check_again(path, count);
    }
    od_rows_release(&rows);
    od_buf_release(&text);
    (void)unlink(path);
    return 0;
}
