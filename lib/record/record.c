/* Columns, records and their CSV lines. */
#include "record/record.h"

#include "record/digits.h"

#include <math.h>
#include <string.h>

#define FIELD(kind, field, width, text)                                                  \
    {.name = #field,                                                                     \
     .help = (text),                                                                     \
     .type = OD_COLUMN_##kind,                                                           \
     .offset = offsetof(struct od_record, field),                                        \
     .size = (width)},

static const struct od_column columns[] = {
#define OD_INT(name, help)        FIELD(INT, name, 0, help)
#define OD_REAL(name, help)       FIELD(REAL, name, 0, help)
#define OD_STR(name, help)        FIELD(STR, name, 0, help)
#define OD_TEXT(name, size, help) FIELD(TEXT, name, size, help)
#include "record/columns.def"
#undef OD_INT
#undef OD_REAL
#undef OD_STR
#undef OD_TEXT
};

#define COUNT (sizeof columns / sizeof columns[0])

const struct od_column *od_column_at(size_t i)
{
    return i < COUNT ? &columns[i] : NULL;
}

size_t od_column_count(void)
{
    return COUNT;
}

enum od_at od_column_where(const struct od_column *column)
{
    return (enum od_at)(column - columns);
}

const struct od_column *od_column_find(const char *name)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (strcmp(columns[i].name, name) == 0) {
            return &columns[i];
        }
    }
    return NULL;
}

void od_record_init(struct od_record *record)
{
    *record = (struct od_record){0};
#define OD_INT(name, help)  record->name = OD_NONE;
#define OD_REAL(name, help) record->name = (double)NAN;
#define OD_STR(name, help)
#define OD_TEXT(name, size, help)
#include "record/columns.def"
#undef OD_INT
#undef OD_REAL
#undef OD_STR
#undef OD_TEXT
    record->schema = OD_SCHEMA;
}

bool od_record_counts(const struct od_record *record)
{
    return record->phase != NULL && strcmp(record->phase, "main") == 0 &&
           record->status != NULL && strcmp(record->status, "ok") == 0;
}

void od_column_format(const struct od_column *column, const struct od_record *record,
                      struct od_buf *out)
{
    const void *at = (const char *)record + column->offset;
    switch (column->type) {
    case OD_COLUMN_INT:
        if (*(const int64_t *)at != OD_NONE) {
            od_put_int(out, *(const int64_t *)at);
        }
        break;
    case OD_COLUMN_REAL:
        if (isfinite(*(const double *)at)) {
            od_put_double(out, *(const double *)at);
        }
        break;
    case OD_COLUMN_STR:
        if (*(const char *const *)at != NULL) {
            od_buf_puts(out, *(const char *const *)at);
        }
        break;
    case OD_COLUMN_TEXT:
        od_buf_add(out, at, strnlen(at, column->size));
        break;
    }
}

/* Quotes what was appended behind begin when it needs it (RFC 4180, section 2). */
static void quote_from(struct od_buf *out, size_t begin)
{
    const char *text = out->data + begin;
    size_t len = out->len - begin;
    size_t marks = 0;
    bool needed = len > 0 && (text[0] == ' ' || text[len - 1] == ' ');
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        marks += c == '"' ? 1 : 0;
        needed = needed || c == '"' || c == ',' || c == '\r' || c == '\n';
    }
    if (!needed || od_buf_reserve(out, marks + 2) == NULL) {
        return;
    }
    /* Backwards, so that it works in place. */
    char *to = out->data + out->len + marks + 2;
    const char *from = out->data + out->len;
    *--to = '"';
    while (from > out->data + begin) {
        char c = *--from;
        *--to = c;
        if (c == '"') {
            *--to = '"';
        }
    }
    *--to = '"';
    od_buf_advance(out, marks + 2);
}

void od_csv_header(struct od_buf *out)
{
    for (size_t i = 0; i < COUNT; i++) {
        od_buf_printf(out, "%s%s", i > 0 ? "," : "", columns[i].name);
    }
    od_buf_putc(out, '\n');
}

void od_csv_row(const struct od_record *record, struct od_buf *out)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (i > 0) {
            od_buf_putc(out, ',');
        }
        size_t begin = out->len;
        od_column_format(&columns[i], record, out);
        if (columns[i].type == OD_COLUMN_STR || columns[i].type == OD_COLUMN_TEXT) {
            quote_from(out, begin);
        }
    }
    od_buf_putc(out, '\n');
}
