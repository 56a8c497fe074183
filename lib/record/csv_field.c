/* Fields of a CSV line become members of a record. */
#include "record/csv_field.h"

#include "base/alloc.h"
#include "base/parse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void od_csv_fields_add(struct od_csv_fields *fields, const char *name)
{
    fields->items =
        od_xgrow(fields->items, fields->count, &fields->capacity, sizeof *fields->items);
    fields->items[fields->count++] = (struct od_csv_field){.name = od_xstrdup(name)};
}

void od_csv_fields_bind(struct od_csv_fields *fields)
{
    fields->wanted = od_xcalloc(fields->count, sizeof *fields->wanted);
    for (size_t i = 0; i < fields->count; i++) {
        struct od_csv_field *field = &fields->items[i];
        if (field->column == NULL) {
            fields->skip++;
            continue;
        }
        field->skip = fields->skip;
        fields->skip = 0;
        fields->wanted[fields->wanted_count++] = field;
    }
}

void od_csv_fields_release(struct od_csv_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++) {
        free(fields->items[i].name);
    }
    free(fields->wanted);
    free(fields->items);
    *fields = (struct od_csv_fields){0};
}

static void set_text(char *to, size_t size, const char *text, size_t len)
{
    if (len >= size) {
        len = size - 1;
        while (len > 0 && ((unsigned char)text[len] & 0xC0U) == 0x80U) {
            len--;
        }
    }
    memcpy(to, text, len);
    to[len] = '\0';
}

/* What is neither short nor plain goes the long way, which knows every case. */
static int set_int(const char *text, size_t len, int64_t *out, struct od_err *err)
{
    size_t i = text[0] == '-' ? 1 : 0;
    bool plain = len > i && len <= 18;
    int64_t value = 0;
    for (; plain && i < len; i++) {
        plain = text[i] >= '0' && text[i] <= '9';
        value = value * 10 + (text[i] - '0');
    }
    if (!plain) {
        return od_parse_i64(text, INT64_MIN + 1, INT64_MAX, out, err);
    }
    *out = text[0] == '-' ? -value : value;
    return 0;
}

static void set_none(const struct od_column *column, void *at)
{
    switch (column->type) {
    case OD_COLUMN_INT:
        *(int64_t *)at = OD_NONE;
        break;
    case OD_COLUMN_REAL:
        *(double *)at = (double)NAN;
        break;
    case OD_COLUMN_STR:
        *(const char **)at = NULL;
        break;
    case OD_COLUMN_TEXT:
        *(char *)at = '\0';
        break;
    }
}

int od_csv_field_set(struct od_csv_field *field, const struct od_csv_read *read,
                     const char *text, size_t len, struct od_record *record,
                     struct od_err *err)
{
    const struct od_column *column = field->column;
    field->memo_words = 0;
    if (column == NULL) {
        return 0;
    }
    void *at = (char *)record + column->offset;
    struct od_err why = {0};
    int rc = 0;
    if (len == 0) {
        set_none(column, at);
        return 0;
    }
    switch (column->type) {
    case OD_COLUMN_INT:
        rc = set_int(text, len, at, &why);
        break;
    case OD_COLUMN_REAL:
        rc = od_parse_double(text, -HUGE_VAL, HUGE_VAL, at, &why);
        break;
    case OD_COLUMN_STR:
        *(const char **)at = read->keep(read->arg, text);
        break;
    case OD_COLUMN_TEXT:
        set_text(at, column->size, text, len);
        break;
    }
    if (rc != 0) {
        od_err_context(&why, "column %s", column->name);
        return od_fail(err, why.code, "%s", why.msg);
    }
    return 0;
}

#define BYTES(c) (UINT64_C(0x0101010101010101) * (c))

static uint64_t word_at(const char *p)
{
    uint64_t word = 0;
    memcpy(&word, p, sizeof word);
    return word;
}

/* Commas in a word: a byte of what is left after the xor is 0 where one was. */
static size_t count_commas(uint64_t word)
{
    uint64_t x = word ^ BYTES(',');
    uint64_t zero = ~(((x & BYTES(0x7f)) + BYTES(0x7f)) | x | BYTES(0x7f));
    return (size_t)(((zero >> 7) * BYTES(1)) >> 56);
}

/* Behind the count-th comma from p on, of which the last stands at end; NULL when there
 * are not so many. */
static char *skip(char *p, size_t count, const char *end)
{
    for (size_t n = 0; p <= end; p += 8) {
        n = count_commas(word_at(p));
        if (n >= count) {
            break;
        }
        count -= n;
    }
    for (; p <= end && count > 0; p++) {
        count -= *p == ',' ? 1 : 0;
    }
    return count == 0 && p <= end + 1 ? p : NULL;
}

static bool remembered(const struct od_csv_field *field, const char *p)
{
    size_t last = field->memo_words - 1;
    for (size_t i = 0; i < last; i++) {
        if (word_at(p + 8 * i) != field->memo[i]) {
            return false;
        }
    }
    return (word_at(p + 8 * last) & field->memo_mask) == field->memo[last];
}

/* text has its comma behind len bytes. A text that is not kept for long is not known
 * again. */
static void remember(struct od_csv_field *field, const struct od_csv_read *read,
                     const char *text, size_t len)
{
    char mask[8] = {0};
    size_t bytes = len + 1;
    bool lasts = field->column->type != OD_COLUMN_STR || read->lasting;
    field->memo_words = lasts && bytes <= sizeof field->memo ? (bytes + 7) / 8 : 0;
    if (field->memo_words > 0) {
        memset(field->memo, 0, sizeof field->memo);
        memcpy(field->memo, text, bytes);
        memset(mask, 0xff, bytes - 8 * (field->memo_words - 1));
        memcpy(&field->memo_mask, mask, sizeof mask);
        field->memo_bytes = bytes;
    }
}

/* Most numbers are short and new in every line: no memo, no copy. Returns behind the
 * comma, NULL when there is anything else. */
static char *plain_int(char *p, int64_t *out)
{
    bool minus = *p == '-';
    char *first = p + (minus ? 1 : 0);
    char *last = first + 18;
    int64_t value = 0;
    for (p = first; p < last && *p >= '0' && *p <= '9'; p++) {
        value = value * 10 + (*p - '0');
    }
    if (p == first || *p != ',') {
        return NULL;
    }
    *out = minus ? -value : value;
    return p + 1;
}

/* Returns behind the comma of the field at p; NULL when something is wrong with it. */
static char *set_at(struct od_csv_field *field, const struct od_csv_read *read, char *p,
                    struct od_record *record, struct od_err *err)
{
    if (field->memo_words > 0 && remembered(field, p)) {
        return p + field->memo_bytes;
    }
    if (field->column->type == OD_COLUMN_INT) {
        int64_t *at = (void *)((char *)record + field->column->offset);
        char *behind = plain_int(p, at);
        if (behind != NULL) {
            field->memo_words = 0;
            return behind;
        }
    }
    size_t len = 0;
    while (p[len] != ',') {
        len++;
    }
    p[len] = '\0';
    int rc = od_csv_field_set(field, read, p, len, record, err);
    p[len] = ',';
    if (rc != 0) {
        return NULL;
    }
    remember(field, read, p, len);
    return p + len + 1;
}

/* What od_csv_line_set returns; *end is a comma, so that every field has one behind it.
 */
static int set_fields(struct od_csv_fields *fields, const struct od_csv_read *read,
                      char *p, const char *end, struct od_record *record,
                      struct od_err *err)
{
    for (size_t i = 0; i < fields->wanted_count; i++) {
        struct od_csv_field *field = fields->wanted[i];
        p = field->skip > 0 ? skip(p, field->skip, end) : p;
        if (p == NULL || p > end) {
            return 0;
        }
        p = set_at(field, read, p, record, err);
        if (p == NULL) {
            return -1;
        }
    }
    p = fields->skip > 0 ? skip(p, fields->skip, end) : p;
    return p == end + 1;
}

int od_csv_line_set(struct od_csv_fields *fields, const struct od_csv_read *read,
                    char *line, size_t len, struct od_record *record, struct od_err *err)
{
    char behind = line[len];
    line[len] = ',';
    int rc = set_fields(fields, read, line, line + len, record, err);
    line[len] = behind;
    return rc;
}
