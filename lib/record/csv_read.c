/* Rows out of a CSV file: plain lines at once, others through libcsv. */
#include "record/csv_read.h"

#include "base/alloc.h"
#include "record/csv_field.h"

#include <csv.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIELD_MAX (1U << 20) /* bytes; no column comes near it */
#define CHUNK     ((size_t)256 << 10)
#define PLAIN_MAX ((size_t)64 << 10) /* longer ones go through libcsv */

/* The next places in a chunk where a line is not plain; NULL: no more. */
struct specials {
    const char *quote;
    const char *cr;
    const char *nul;
};

struct reader {
    struct od_csv_read *spec;
    struct od_err *err;
    struct csv_parser csv;
    struct od_csv_fields fields; /* of the header */
    struct specials specials;
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
    bool marked = r->fields.count == 0 && strncmp(text, "\xef\xbb\xbf", 3) == 0;
    const char *name = marked ? text + 3 : text;
    bool ours = od_column_find(name) != NULL;
    for (size_t i = 0; ours && i < r->fields.count; i++) {
        if (strcmp(r->fields.items[i].name, name) == 0) {
            fail(r, OD_EINPUT, "a column stands twice in the header");
        }
    }
    od_csv_fields_add(&r->fields, name);
}

static bool bind_column(struct reader *r, const struct od_column *column, int use)
{
    for (size_t i = 0; i < r->fields.count; i++) {
        if (strcmp(r->fields.items[i].name, column->name) == 0) {
            r->fields.items[i].column = use != OD_CSV_SKIP ? column : NULL;
            return true;
        }
    }
    return false;
}

static void missing(struct reader *r, const char *what, const char *name)
{
    struct od_err why = {0};
    (void)od_fail(&why, OD_EINPUT, "%sno column %s", what, name);
    fail(r, OD_EINPUT, why.msg);
}

static void header_end(struct reader *r)
{
    static const char *const marks[] = {"model", "protocol", "service_ns"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (!bind_column(r, od_column_find(marks[i]), OD_CSV_SKIP)) {
            missing(r, "no result file: ", marks[i]);
        }
    }
    for (size_t i = 0; i < od_column_count(); i++) {
        int use = r->spec->use != NULL ? r->spec->use[i] : OD_CSV_READ;
        if (!bind_column(r, od_column_at(i), use) && use == OD_CSV_NEED) {
            missing(r, "", od_column_at(i)->name);
        }
    }
    od_csv_fields_bind(&r->fields);
    r->header_done = true;
}

static void on_field(void *data, size_t len, void *context)
{
    struct reader *r = context;
    const char *text = data;
    struct od_err why = {0};
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
    } else if (r->field < r->fields.count &&
               od_csv_field_set(&r->fields.items[r->field], r->spec, text, len,
                                &r->record, &why) != 0) {
        fail(r, why.code, why.msg);
    }
    r->field++;
}

static void hand_over(struct reader *r)
{
    r->spec->loose_rows++;
    if (r->spec->each(r->spec->arg, &r->record, r->err) != 0) {
        od_err_context(r->err, "%s:%zu", r->spec->path, r->line);
        r->failed = true;
    }
}

static void wrong_count(struct reader *r)
{
    struct od_err why = {0};
    bool few = r->field < r->fields.count;
    (void)od_fail(&why, OD_EINPUT, "%zu fields, but the header has %zu%s%s", r->field,
                  r->fields.count, few ? ": none for " : "",
                  few ? r->fields.items[r->field].name : "");
    fail(r, OD_EINPUT, why.msg);
}

/* With CSV_REPALL_NL also called for the second half of CR LF and for empty lines. */
static void on_line(int end, void *context)
{
    struct reader *r = context;
    if (!r->failed && r->field > 0) {
        if (!r->header_done) {
            header_end(r);
        } else if (r->field != r->fields.count) {
            wrong_count(r);
        } else {
            hand_over(r);
        }
    }
    r->line += r->breaks + (end == '\n' ? 1 : 0);
    r->breaks = 0;
    r->field = 0;
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

/* The first c at or behind from, which *known may tell already. */
static const char *seek(const char *known, int c, const char *from, const char *end)
{
    return known != NULL && known < from ? memchr(from, c, (size_t)(end - from)) : known;
}

/* The first place of [from, newline) that is not plain, newline when all of it is. */
static const char *plain_until(struct specials *s, const char *from, const char *newline,
                               const char *end)
{
    const char *first = newline;
    s->quote = seek(s->quote, '"', from, end);
    s->cr = seek(s->cr, '\r', from, end);
    s->nul = seek(s->nul, '\0', from, end);
    first = s->quote != NULL && s->quote < first ? s->quote : first;
    first = s->cr != NULL && s->cr < first ? s->cr : first;
    return s->nul != NULL && s->nul < first ? s->nul : first;
}

/* The short cut: false when the line is none for it. */
static bool parse_plain(struct reader *r, char *line, const char *newline,
                        const char *end)
{
    struct od_err why = {0};
    if (!r->header_done || r->spec->bytewise || in_line(r)) {
        return false;
    }
    const char *stop = plain_until(&r->specials, line, newline, end);
    if (newline - stop > 1 || (stop < newline && *stop != '\r')) {
        return false;
    }
    size_t len = (size_t)(stop - line);
    if (len == 0) {
        r->line++;
        return true;
    }
    int rc = len < PLAIN_MAX
                 ? od_csv_line_set(&r->fields, r->spec, line, len, &r->record, &why)
                 : 0;
    if (rc > 0) {
        hand_over(r);
    } else if (rc < 0) {
        fail(r, why.code, why.msg);
    }
    r->line += rc != 0 ? 1 : 0;
    return rc != 0;
}

/* Line by line, so that it is known where each ends. Returns how much of data remains
 * for the next time: the beginning of a line that may become a plain one. */
static size_t parse_chunk(struct reader *r, char *data, size_t len)
{
    const char *end = data + len;
    r->specials = (struct specials){data - 1, data - 1, data - 1};
    while (len > 0 && !r->failed) {
        const char *newline = memchr(data, '\n', len);
        size_t piece = newline != NULL ? (size_t)(newline - data) + 1 : len;
        if (newline == NULL && r->header_done && !r->spec->bytewise && !in_line(r) &&
            len < PLAIN_MAX) {
            return len;
        }
        if (newline == NULL || !parse_plain(r, data, newline, end)) {
            parse(r, data, piece);
        }
        r->read_bytes += (int64_t)piece;
        if (newline != NULL && !in_line(r)) {
            r->spec->whole_bytes = r->read_bytes;
            r->spec->loose_rows = 0;
        }
        data += piece;
        len -= piece;
    }
    return 0;
}

static int parse_file(struct reader *r, int fd, char *chunk)
{
    char last = '\n';
    size_t left = 0;
    while (!r->failed) {
        ssize_t n = read(fd, chunk + 1 + left, CHUNK - left);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return od_fail(r->err, OD_ESYS, "%s: %s", r->spec->path, strerror(errno));
        }
        if (n == 0) {
            break;
        }
        size_t len = left + (size_t)n;
        last = chunk[len];
        left = parse_chunk(r, chunk + 1, len);
        memmove(chunk + 1, chunk + 1 + len - left, left);
    }
    if (!r->failed && left > 0) {
        parse(r, chunk + 1, left);
    }
    if (!r->failed && !r->header_done) {
        fail(r, OD_EINPUT, "no result file: no header line");
    }
    r->spec->cut = in_line(r) || (last != '\n' && last != '\r');
    return r->failed ? -1 : 0;
}

int od_csv_read(struct od_csv_read *spec, int fd, struct od_err *err)
{
    struct reader *r = od_xcalloc(1, sizeof *r);
    char *chunk = od_xcalloc(1, CHUNK + 1 + OD_CSV_SLACK);
    *r = (struct reader){.spec = spec, .err = err, .line = 1};
    spec->whole_bytes = 0;
    spec->loose_rows = 0;
    spec->cut = false;
    (void)csv_init(&r->csv, CSV_STRICT | CSV_APPEND_NULL | CSV_REPALL_NL);
    csv_set_space_func(&r->csv, never);
    csv_set_realloc_func(&r->csv, bounded_realloc);
    od_record_init(&r->record);
    r->record.schema = OD_NONE;
    int rc = parse_file(r, fd, chunk);
    csv_free(&r->csv);
    od_csv_fields_release(&r->fields);
    free(chunk);
    free(r);
    return rc;
}
