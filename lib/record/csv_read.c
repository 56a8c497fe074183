/* Rows out of a CSV file: what is as it should be by threads, the rest through libcsv. */
#include "record/csv_read.h"

#include "base/alloc.h"
#include "base/linux.h"
#include "record/csv_queue.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#define FIELD_MAX   (1U << 20) /* bytes; no column comes near it */
#define CHUNK_BYTES ((size_t)256 << 10)
#define THREADS_MAX 8

struct reader {
    struct od_csv_read *spec;
    struct od_err *err;
    struct csv_parser csv;
    struct od_csv_layout layout;
    struct od_csv_parser parser; /* of rows that libcsv reads */
    struct od_csv_rows rows;     /* the one row of them */
    size_t wanted;               /* the next one's index in the layout */
    size_t field;                /* the next one's index in its line */
    size_t line;
    size_t breaks; /* line breaks inside quotes on this line */
    int64_t read_bytes;
    char last;
    bool header_done;
    bool failed;
    struct od_record record;
};

static void fail(struct reader *r, enum od_errcode code, const char *text)
{
    if (!r->failed) {
        (void)od_fail(r->err, code, "%s:%zu: %s", r->spec->path, r->line, text);
        r->failed = true;
    }
}

static void header_field(struct reader *r, const char *text)
{
    bool marked = r->layout.field_count == 0 && strncmp(text, "\xef\xbb\xbf", 3) == 0;
    const char *name = marked ? text + 3 : text;
    if (od_column_find(name) != NULL &&
        od_csv_layout_find(&r->layout, name) != SIZE_MAX) {
        fail(r, OD_EINPUT, "a column stands twice in the header");
    }
    od_csv_layout_add(&r->layout, name);
}

static void check_column(struct reader *r, const char *what, const char *name)
{
    struct od_err why = {0};
    if (od_csv_layout_find(&r->layout, name) == SIZE_MAX) {
        (void)od_fail(&why, OD_EINPUT, "%sno column %s", what, name);
        fail(r, OD_EINPUT, why.msg);
    }
}

static void header_end(struct reader *r)
{
    static const char *const marks[] = {"model", "protocol", "service_ns"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        check_column(r, "no result file: ", marks[i]);
    }
    for (size_t i = 0; r->spec->use != NULL && i < od_column_count(); i++) {
        if (r->spec->use[i] == OD_CSV_NEED) {
            check_column(r, "", od_column_at(i)->name);
        }
    }
    od_csv_layout_bind(&r->layout, r->spec->use);
    od_csv_parser_init(&r->parser, &r->layout);
    od_csv_rows_init(&r->rows, &r->layout, r->spec);
    od_csv_rows_reserve(&r->rows, &r->layout, 1);
    r->header_done = true;
}

static void row_field(struct reader *r, const char *text, size_t len)
{
    struct od_err why = {0};
    struct od_csv_cell cell = {r->wanted, &r->rows, 0};
    if (r->wanted < r->layout.wanted_count &&
        r->layout.wanted[r->wanted].field == r->field) {
        r->wanted++;
        if (od_csv_field_set(&r->parser, &cell, text, len, &why) != 0) {
            fail(r, why.code, why.msg);
        }
    }
}

static void on_field(void *data, size_t len, void *context)
{
    struct reader *r = context;
    const char *text = data;
    if (r->failed) {
        return;
    }
    if (memchr(text, '\0', len) != NULL) {
        fail(r, OD_EINPUT, "a NUL byte in a field");
        return;
    }
    for (const char *p = text; (p = strchr(p, '\n')) != NULL; p++) {
        r->breaks++;
    }
    if (!r->header_done) {
        header_field(r, text);
    } else {
        row_field(r, text, len);
    }
    r->field++;
}

/* -1 when the caller fails, *row is the one with which it did. */
static int give(struct reader *r, const struct od_csv_rows *rows, size_t *row)
{
    const struct od_csv_read *spec = r->spec;
    *row = 0;
    if (spec->batch != NULL) {
        return spec->batch(spec->arg, &rows->batch, row, r->err);
    }
    for (; *row < rows->batch.count; ++*row) {
        od_csv_record_set(&r->layout, spec, rows, *row, &r->record);
        if (spec->each(spec->arg, &r->record, r->err) != 0) {
            return -1;
        }
    }
    return 0;
}

static void caller_failed(struct reader *r)
{
    od_err_context(r->err, "%s:%zu", r->spec->path, r->line);
    r->failed = true;
}

static void hand_over(struct reader *r)
{
    size_t row = 0;
    r->rows.batch.count = 1;
    od_csv_rows_finish(&r->rows, &r->layout, r->spec);
    if (give(r, &r->rows, &row) != 0) {
        caller_failed(r);
    } else {
        r->spec->loose_rows++;
    }
    od_csv_rows_reset(&r->rows);
}

static void wrong_count(struct reader *r)
{
    struct od_err why = {0};
    bool few = r->field < r->layout.field_count;
    (void)od_fail(&why, OD_EINPUT, "%zu fields, but the header has %zu%s%s", r->field,
                  r->layout.field_count, few ? ": none for " : "",
                  few ? r->layout.names[r->field] : "");
    fail(r, OD_EINPUT, why.msg);
}

/* With CSV_REPALL_NL also called for the second half of CR LF and for empty lines. */
static void on_line(int end, void *context)
{
    struct reader *r = context;
    if (!r->failed && r->field > 0) {
        if (!r->header_done) {
            header_end(r);
        } else if (r->field != r->layout.field_count) {
            wrong_count(r);
        } else {
            hand_over(r);
        }
    }
    r->line += r->breaks + (end == '\n' ? 1 : 0);
    r->breaks = 0;
    r->field = 0;
    r->wanted = 0;
}

/* libcsv would trim blanks; RFC 4180 says that they belong to the field. */
static int never(unsigned char c)
{
    (void)c;
    return 0;
}

static void *bounded_realloc(void *old, size_t size)
{
    return size > FIELD_MAX ? NULL : od_xrealloc(old, size, 1);
}

static void parse(struct reader *r, const char *data, size_t len)
{
    if (csv_parse(&r->csv, data, len, on_field, on_line, r) == len) {
        return;
    }
    if (csv_error(&r->csv) == CSV_EPARSE) {
        fail(r, OD_EINPUT, "quotation marks out of place");
    } else {
        fail(r, OD_ELIMIT, "a field of more than 1 MiB");
    }
}

/* A newline inside quotes does not end a line, hence the parser's own state. */
static bool in_line(const struct reader *r)
{
    return r->field > 0 || r->csv.entry_pos > 0;
}

/* Line by line, so that it is known where each ends. Returns how much of the chunk was
 * read, which is not all of it where others can go on. */
static size_t take_raw(struct reader *r, const struct od_csv_chunk *chunk, bool alone)
{
    size_t at = 0;
    while (at < chunk->len && !r->failed) {
        const char *data = chunk->data + at;
        const char *newline = memchr(data, '\n', chunk->len - at);
        size_t piece = newline != NULL ? (size_t)(newline - data) + 1 : chunk->len - at;
        parse(r, data, piece);
        at += piece;
        r->read_bytes += (int64_t)piece;
        if (newline != NULL && !in_line(r) && !r->failed) {
            r->spec->whole_bytes = r->read_bytes;
            r->spec->loose_rows = 0;
            if (r->header_done && !alone) {
                break;
            }
        }
    }
    return at;
}

/* Where a row begins. */
static size_t row_begin(const struct od_csv_chunk *chunk, size_t row)
{
    size_t begin = row > 0 ? chunk->rows.ends[row - 1] : 0;
    while (chunk->data[begin] == '\n' || chunk->data[begin] == '\r') {
        begin++;
    }
    return begin;
}

static void take_parsed(struct reader *r, const struct od_csv_chunk *chunk)
{
    size_t row = 0;
    size_t whole = chunk->len;
    if (chunk->rows.batch.count == 0 || give(r, &chunk->rows, &row) == 0) {
        r->line += chunk->lines;
    } else {
        whole = row_begin(chunk, row);
        for (size_t i = 0; i < whole; i++) {
            r->line += chunk->data[i] == '\n' ? 1 : 0;
        }
        caller_failed(r);
    }
    r->read_bytes += (int64_t)whole;
    r->spec->whole_bytes = r->read_bytes;
    r->spec->loose_rows = 0;
}

static int threads_of(const struct od_csv_read *spec)
{
    int threads = spec->threads > 0 ? spec->threads : od_cpu_count();
    return threads < THREADS_MAX ? threads : THREADS_MAX;
}

static int read_all(struct reader *r, struct od_csv_queue *queue)
{
    bool alone = r->spec->bytewise;
    while (!r->failed) {
        const struct od_csv_chunk *chunk = od_csv_queue_next(queue);
        if (chunk->error != 0) {
            return od_fail(r->err, OD_ESYS, "%s: %s", r->spec->path,
                           strerror(chunk->error));
        }
        if (chunk->len == 0) {
            break;
        }
        r->last = chunk->data[chunk->len - 1];
        if (chunk->parsed && !in_line(r)) {
            take_parsed(r, chunk);
            continue;
        }
        size_t used = take_raw(r, chunk, alone);
        if (!alone && r->header_done && !in_line(r) && !r->failed) {
            od_csv_queue_parse(queue, &r->layout, r->spec, threads_of(r->spec), used);
            alone = true;
        }
    }
    if (!r->failed && !r->header_done) {
        fail(r, OD_EINPUT, "no result file: no header line");
    }
    r->spec->cut = !r->failed && (in_line(r) || (r->last != '\n' && r->last != '\r'));
    return r->failed ? -1 : 0;
}

int od_csv_read(struct od_csv_read *spec, int fd, struct od_err *err)
{
    struct reader *r = od_xcalloc(1, sizeof *r);
    struct od_csv_queue *queue =
        od_csv_queue_new(fd, spec->chunk_bytes > 0 ? spec->chunk_bytes : CHUNK_BYTES);
    *r = (struct reader){.spec = spec, .err = err, .line = 1, .last = '\n'};
    spec->whole_bytes = 0;
    spec->loose_rows = 0;
    spec->cut = false;
    (void)csv_init(&r->csv, CSV_STRICT | CSV_APPEND_NULL | CSV_REPALL_NL);
    csv_set_space_func(&r->csv, never);
    csv_set_realloc_func(&r->csv, bounded_realloc);
    od_record_init(&r->record);
    r->record.schema = OD_NONE;
    int rc = read_all(r, queue);
    od_csv_queue_free(queue);
    csv_free(&r->csv);
    od_csv_rows_release(&r->rows);
    od_csv_parser_release(&r->parser);
    od_csv_layout_release(&r->layout);
    free(r);
    return rc;
}
