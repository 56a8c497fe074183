/* Rows out of a CSV file: libcsv cuts fields, this file gives them meaning. */
#include "record/csv_read.h"

#include "base/alloc.h"
#include "base/parse.h"

#include <csv.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIELD_MAX (1U << 20) /* bytes; no column comes near it */
#define CHUNK     65536

struct reader {
    struct od_csv_read *spec;
    struct od_err *err;
    const struct od_column **columns; /* of each field; NULL: not one of ours */
    size_t field_count;               /* of the header */
    size_t field_capacity;
    size_t field; /* the next one's index in its line */
    size_t line;
    size_t breaks; /* line breaks inside quotes on this line */
    int64_t read_bytes;
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
    bool marked = r->field_count == 0 && strncmp(text, "\xef\xbb\xbf", 3) == 0;
    const struct od_column *column = od_column_find(marked ? text + 3 : text);
    for (size_t i = 0; column != NULL && i < r->field_count; i++) {
        if (r->columns[i] == column) {
            fail(r, OD_EINPUT, "a column stands twice in the header");
        }
    }
    r->columns =
        od_xgrow(r->columns, r->field_count, &r->field_capacity, sizeof r->columns[0]);
    r->columns[r->field_count++] = column;
}

static void header_end(struct reader *r)
{
    static const char *const needed[] = {"model", "protocol", "service_ns"};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        const struct od_column *column = od_column_find(needed[i]);
        bool found = false;
        for (size_t k = 0; k < r->field_count; k++) {
            found = found || r->columns[k] == column;
        }
        if (!found) {
            struct od_err why = {0};
            (void)od_fail(&why, OD_EINPUT, "no result file: no column %s", needed[i]);
            fail(r, OD_EINPUT, why.msg);
        }
    }
    r->header_done = true;
}

static void set_text(char *to, size_t size, const char *text)
{
    size_t len = strlen(text);
    if (len >= size) {
        len = size - 1;
        while (len > 0 && ((unsigned char)text[len] & 0xC0U) == 0x80U) {
            len--;
        }
    }
    memcpy(to, text, len);
    to[len] = '\0';
}

static void set_field(struct reader *r, const struct od_column *column, const char *text)
{
    void *at = (char *)&r->record + column->offset;
    struct od_err why = {0};
    int rc = 0;
    if (text[0] == '\0') {
        return;
    }
    switch (column->type) {
    case OD_COLUMN_INT:
        rc = od_parse_i64(text, INT64_MIN + 1, INT64_MAX, at, &why);
        break;
    case OD_COLUMN_REAL:
        rc = od_parse_double(text, -HUGE_VAL, HUGE_VAL, at, &why);
        break;
    case OD_COLUMN_STR:
        *(const char **)at = r->spec->keep(r->spec->arg, text);
        break;
    case OD_COLUMN_TEXT:
        set_text(at, column->size, text);
        break;
    }
    if (rc != 0) {
        od_err_context(&why, "column %s", column->name);
        fail(r, OD_EINPUT, why.msg);
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
    } else if (r->field < r->field_count && r->columns[r->field] != NULL) {
        set_field(r, r->columns[r->field], text);
    }
    r->field++;
}

static void hand_over(struct reader *r)
{
    if (r->field != r->field_count) {
        struct od_err why = {0};
        (void)od_fail(&why, OD_EINPUT, "%zu fields, but the header has %zu", r->field,
                      r->field_count);
        fail(r, OD_EINPUT, why.msg);
        return;
    }
    r->spec->loose_rows++;
    if (r->spec->each(r->spec->arg, &r->record, r->err) != 0) {
        od_err_context(r->err, "%s:%zu", r->spec->path, r->line);
        r->failed = true;
    }
}

/* With CSV_REPALL_NL also called for the second half of CR LF and for empty lines. */
static void on_line(int end, void *context)
{
    struct reader *r = context;
    if (!r->failed && r->field > 0) {
        if (r->header_done) {
            hand_over(r);
        } else {
            header_end(r);
        }
    }
    r->line += r->breaks + (end == '\n' ? 1 : 0);
    r->breaks = 0;
    r->field = 0;
    od_record_init(&r->record);
    r->record.schema = OD_NONE;
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

static void parse(struct reader *r, struct csv_parser *csv, const char *data, size_t len)
{
    if (csv_parse(csv, data, len, on_field, on_line, r) == len) {
        return;
    }
    if (csv_error(csv) == CSV_EPARSE) {
        fail(r, OD_EINPUT, "quotation marks out of place");
    } else {
        fail(r, OD_ELIMIT, "a field of more than 1 MiB");
    }
}

/* A newline inside quotes does not end a line, hence the parser's own state. */
static bool in_line(const struct reader *r, const struct csv_parser *csv)
{
    return r->field > 0 || csv->entry_pos > 0;
}

/* Line by line, so that it is known where each ends. */
static void parse_chunk(struct reader *r, struct csv_parser *csv, const char *data,
                        size_t len)
{
    while (len > 0 && !r->failed) {
        const char *newline = memchr(data, '\n', len);
        size_t piece = newline != NULL ? (size_t)(newline - data) + 1 : len;
        parse(r, csv, data, piece);
        r->read_bytes += (int64_t)piece;
        if (newline != NULL && !in_line(r, csv)) {
            r->spec->whole_bytes = r->read_bytes;
            r->spec->loose_rows = 0;
        }
        data += piece;
        len -= piece;
    }
}

static int parse_file(struct reader *r, int fd, struct csv_parser *csv)
{
    char chunk[CHUNK];
    char last = '\n';
    while (!r->failed) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return od_fail(r->err, OD_ESYS, "%s: %s", r->spec->path, strerror(errno));
        }
        if (n == 0) {
            break;
        }
        parse_chunk(r, csv, chunk, (size_t)n);
        last = chunk[n - 1];
    }
    if (!r->failed && !r->header_done) {
        fail(r, OD_EINPUT, "no result file: no header line");
    }
    r->spec->cut = in_line(r, csv) || (last != '\n' && last != '\r');
    return r->failed ? -1 : 0;
}

int od_csv_read(struct od_csv_read *spec, int fd, struct od_err *err)
{
    struct reader r = {.spec = spec, .err = err, .line = 1};
    struct csv_parser csv;
    spec->whole_bytes = 0;
    spec->loose_rows = 0;
    spec->cut = false;
    (void)csv_init(&csv, CSV_STRICT | CSV_APPEND_NULL | CSV_REPALL_NL);
    csv_set_space_func(&csv, never);
    csv_set_realloc_func(&csv, bounded_realloc);
    od_record_init(&r.record);
    r.record.schema = OD_NONE;
    int rc = parse_file(&r, fd, &csv);
    csv_free(&csv);
    free(r.columns);
    return rc;
}
