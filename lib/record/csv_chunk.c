/* Lines that are as they should be, column by column. */
#include "record/csv_chunk.h"

#include "base/alloc.h"
#include "record/csv_number.h"
#include "record/csv_scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PIECE ((size_t)16 << 10) /* bytes whose fields stay in the cache; of 64 each */

/* Lines of a piece: field f of row r is what stands between two ends. */
struct lines {
    struct od_csv_parser *parser;
    const char *data;
    const uint32_t *ends; /* the end before the first field, then that of each field */
    size_t fields;
    size_t count;
    struct od_csv_rows *rows;
};

struct field {
    const char *text;
    size_t len;
};

/* A column of these lines, from a row on. */
struct column {
    const struct lines *lines;
    const char *data;
    const uint32_t *ends; /* of the row, where the field before this one ends */
    size_t fields;
    size_t wanted;
    bool first; /* fields of their lines */
    bool last;
};

static struct column column_of(const struct lines *l, size_t wanted)
{
    size_t field = l->parser->layout->wanted[wanted].field;
    return (struct column){.lines = l,
                           .data = l->data,
                           .ends = l->ends + field,
                           .fields = l->fields,
                           .wanted = wanted,
                           .first = field == 0,
                           .last = field + 1 == l->fields};
}

static inline struct field next_field(struct column *c)
{
    const char *data = c->data;
    uint32_t begin = c->ends[0] + 1; /* wraps around to 0 for the first field of all */
    uint32_t end = c->ends[1];
    c->ends += c->fields;
    while (c->first && (data[begin] == '\n' || data[begin] == '\r')) {
        begin++; /* empty lines */
    }
    if (c->last && end > begin && data[end - 1] == '\r') {
        end--;
    }
    return (struct field){data + begin, end - begin};
}

/* Most columns repeat themselves from line to line. */
static inline bool repeats(struct field f, struct field last)
{
    return f.len == last.len && od_csv_same(f.text, last.text, f.len);
}

/* The text without its quotation marks, or as it is, with a NUL behind it. */
static const char *plain_text(struct od_csv_parser *parser, struct field *f)
{
    size_t len = 0;
    bool quoted = f->text[0] == '"';
    if (f->len + 1 > parser->scratch_size) {
        parser->scratch_size = 2 * f->len + 256;
        parser->scratch = od_xrealloc(parser->scratch, parser->scratch_size, 1);
    }
    for (size_t i = quoted ? 1 : 0; i < f->len - (quoted ? 1 : 0); i++) {
        parser->scratch[len++] = f->text[i];
        i += quoted && f->text[i] == '"' ? 1 : 0;
    }
    parser->scratch[len] = '\0';
    f->len = len;
    return parser->scratch;
}

static bool set_slowly(const struct column *c, struct field f, size_t row)
{
    const struct lines *l = c->lines;
    const char *text = plain_text(l->parser, &f);
    struct od_csv_cell cell = {c->wanted, l->rows, l->rows->batch.count + row};
    return od_csv_field_set(l->parser, &cell, text, f.len, NULL) == 0;
}

static bool set_ints(const struct column *column, int64_t *out)
{
    struct column c = *column; /* nobody else sees this one: it can stay in registers */
    struct field last = {"", 0};
    for (size_t r = 0, count = column->lines->count; r < count; r++) {
        struct field f = next_field(&c);
        if (f.len == 0) {
            out[r] = OD_NONE;
        } else if (repeats(f, last)) {
            out[r] = out[r - 1];
        } else if (!od_csv_int(f.text, f.len, &out[r]) && !set_slowly(column, f, r)) {
            return false;
        }
        last = f;
    }
    return true;
}

static bool set_reals(const struct column *column, double *out)
{
    struct column c = *column; /* nobody else sees this one: it can stay in registers */
    struct field last = {"", 0};
    for (size_t r = 0, count = column->lines->count; r < count; r++) {
        struct field f = next_field(&c);
        if (f.len == 0) {
            out[r] = (double)NAN;
        } else if (repeats(f, last)) {
            out[r] = out[r - 1];
        } else if (!od_csv_real(f.text, f.len, &out[r]) && !set_slowly(column, f, r)) {
            return false;
        }
        last = f;
    }
    return true;
}

static bool set_strs(const struct column *column, struct od_csv_str **out)
{
    struct od_csv_parser *parser = column->lines->parser;
    struct od_csv_arena *arena = &column->lines->rows->arena;
    struct column c = *column; /* nobody else sees this one: it can stay in registers */
    struct field last = {"", 0};
    for (size_t r = 0, count = column->lines->count; r < count; r++) {
        struct field f = next_field(&c);
        if (f.len == 0) {
            out[r] = NULL;
        } else if (repeats(f, last)) {
            out[r] = out[r - 1];
        } else if (f.text[0] != '"') {
            out[r] = od_csv_dict_find(&parser->dicts[column->wanted], f.text, f.len,
                                      &parser->arena, arena);
        } else if (!set_slowly(column, f, r)) {
            return false;
        }
        last = f;
    }
    return true;
}

static bool set_texts(const struct column *column, const char **out)
{
    const struct lines *l = column->lines;
    const struct od_column *of = l->parser->layout->wanted[column->wanted].column;
    struct column c = *column; /* nobody else sees this one: it can stay in registers */
    struct field last = {"", 0};
    for (size_t r = 0, count = column->lines->count; r < count; r++) {
        struct field f = next_field(&c);
        if (f.len == 0) {
            out[r] = "";
        } else if (repeats(f, last)) {
            out[r] = out[r - 1];
        } else if (f.text[0] != '"') {
            out[r] = od_csv_arena_text(&l->rows->arena, f.text,
                                       od_csv_text_len(of, f.text, f.len));
        } else if (!set_slowly(column, f, r)) {
            return false;
        }
        last = f;
    }
    return true;
}

static bool set_column(const struct lines *l, size_t wanted)
{
    struct column c = column_of(l, wanted);
    const union od_csv_cells *cells = &l->rows->cells[wanted];
    size_t first = l->rows->batch.count;
    switch (l->parser->layout->wanted[wanted].column->type) {
    case OD_COLUMN_INT:
        return set_ints(&c, cells->ints + first);
    case OD_COLUMN_REAL:
        return set_reals(&c, cells->reals + first);
    case OD_COLUMN_STR:
        return set_strs(&c, cells->strs + first);
    case OD_COLUMN_TEXT:
        return set_texts(&c, cells->texts + first);
    }
    return false;
}

static bool set_lines(const struct lines *l)
{
    struct od_csv_rows *rows = l->rows;
    if (l->count == 0) {
        return true;
    }
    od_csv_rows_reserve(rows, l->parser->layout, l->count);
    for (size_t i = 0; i < l->parser->layout->wanted_count; i++) {
        if (!set_column(l, i)) {
            return false;
        }
    }
    for (size_t r = 0; r < l->count; r++) {
        rows->ends[rows->batch.count + r] = l->ends[(r + 1) * l->fields] + 1;
    }
    rows->batch.count += l->count;
    return true;
}

/* True when every so many ends, and no other one, is that of a line. */
static bool regular(const struct lines *l, size_t ends)
{
    for (size_t r = 1; r <= l->count; r++) {
        if (l->data[l->ends[r * l->fields]] != '\n') {
            return false;
        }
    }
    return ends / l->fields == l->count;
}

/* Takes empty lines out of count ends; returns how many are left. */
static size_t drop_empty(const char *data, uint32_t *ends, size_t count)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = ends[i];
        size_t begin = at > 0 && data[at - 1] == '\r' ? at - 1 : at;
        bool empty = data[at] == '\n' && (begin == 0 || data[begin - 1] == '\n');
        if (!empty) {
            ends[left++] = ends[i];
        }
    }
    return left;
}

/* Sets what is whole of count ends behind ends[0]; returns how many these are, SIZE_MAX
 * when something is wrong. */
static size_t set_piece(struct od_csv_parser *parser, const char *data, size_t *count,
                        size_t line_count, struct od_csv_rows *rows)
{
    size_t fields = parser->layout->field_count;
    struct lines lines = {parser, data, parser->ends, fields, line_count, rows};
    if (*count / fields < line_count || !regular(&lines, *count)) {
        size_t left = drop_empty(data, parser->ends + 1, *count);
        size_t dropped = *count - left;
        *count = left;
        lines.count = line_count - dropped;
        if (dropped == 0 || left / fields < lines.count || !regular(&lines, left)) {
            return SIZE_MAX;
        }
    }
    return set_lines(&lines) ? lines.count * fields : SIZE_MAX;
}

bool od_csv_chunk_parse(struct od_csv_parser *parser, const char *data, size_t len,
                        struct od_csv_rows *rows, size_t *lines)
{
    size_t fields = parser->layout->field_count;
    struct od_csv_scan scan = {.edge = 1};
    size_t count = 0; /* ends of the line that is not whole */
    if (parser->ends == NULL) {
        parser->ends = od_xmalloc((fields + PIECE + 129) * sizeof *parser->ends);
    }
    parser->ends[0] = UINT32_MAX;
    for (size_t from = 0; from < len; from += PIECE) {
        size_t to = len - from < PIECE ? len : from + PIECE;
        size_t before = scan.lines;
        count += od_csv_scan(&scan, data, from, to, parser->ends + 1 + count);
        if (scan.odd) {
            return false;
        }
        size_t used = set_piece(parser, data, &count, scan.lines - before, rows);
        if (used == SIZE_MAX || count - used >= fields) {
            return false;
        }
        count -= used;
        memmove(parser->ends, parser->ends + used, (count + 1) * sizeof *parser->ends);
    }
    *lines = scan.lines + scan.breaks;
    return count == 0 && scan.inside == 0;
}
