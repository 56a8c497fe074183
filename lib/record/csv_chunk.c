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

static struct field field_at(const struct lines *l, size_t row, size_t field)
{
    const uint32_t *ends = l->ends + row * l->fields + field;
    uint32_t begin = ends[0] + 1; /* wraps around to 0 for the first field of all */
    uint32_t end = ends[1];
    if (field + 1 == l->fields && end > begin && l->data[end - 1] == '\r') {
        end--;
    }
    while (field == 0 && (l->data[begin] == '\n' || l->data[begin] == '\r')) {
        begin++; /* empty lines */
    }
    return (struct field){l->data + begin, end - begin};
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

static bool set_slowly(const struct lines *l, size_t wanted, struct field f, size_t row)
{
    const char *text = plain_text(l->parser, &f);
    return od_csv_field_set(l->parser, wanted, text, f.len, l->rows, row, NULL) == 0;
}

static bool set_ints(const struct lines *l, size_t wanted, size_t first)
{
    int64_t *out = l->rows->cells[wanted].ints + first;
    size_t field = l->parser->layout->wanted[wanted].field;
    for (size_t r = 0; r < l->count; r++) {
        struct field f = field_at(l, r, field);
        if (f.len == 0) {
            out[r] = OD_NONE;
        } else if (!od_csv_int(f.text, f.len, &out[r]) &&
                   !set_slowly(l, wanted, f, first + r)) {
            return false;
        }
    }
    return true;
}

/* One that repeats is not computed again. */
static bool set_reals(const struct lines *l, size_t wanted, size_t first)
{
    double *out = l->rows->cells[wanted].reals + first;
    size_t field = l->parser->layout->wanted[wanted].field;
    struct field last = {"", 0};
    for (size_t r = 0; r < l->count; r++) {
        struct field f = field_at(l, r, field);
        if (f.len == 0) {
            out[r] = (double)NAN;
        } else if (r > 0 && f.len == last.len && memcmp(f.text, last.text, f.len) == 0) {
            out[r] = out[r - 1];
        } else if (!od_csv_real(f.text, f.len, &out[r]) &&
                   !set_slowly(l, wanted, f, first + r)) {
            return false;
        }
        last = f;
    }
    return true;
}

static bool set_strs(const struct lines *l, size_t wanted, size_t first)
{
    struct od_csv_parser *p = l->parser;
    struct od_csv_str **out = l->rows->cells[wanted].strs + first;
    size_t field = p->layout->wanted[wanted].field;
    for (size_t r = 0; r < l->count; r++) {
        struct field f = field_at(l, r, field);
        if (f.len == 0) {
            out[r] = NULL;
        } else if (f.text[0] != '"') {
            out[r] = od_csv_dict_find(&p->dicts[wanted], f.text, f.len, &p->arena,
                                      &l->rows->arena);
        } else if (!set_slowly(l, wanted, f, first + r)) {
            return false;
        }
    }
    return true;
}

static bool set_texts(const struct lines *l, size_t wanted, size_t first)
{
    const struct od_csv_wanted *w = &l->parser->layout->wanted[wanted];
    const char **out = l->rows->cells[wanted].texts + first;
    for (size_t r = 0; r < l->count; r++) {
        struct field f = field_at(l, r, w->field);
        if (f.len == 0) {
            out[r] = "";
        } else if (f.text[0] != '"') {
            size_t len = od_csv_text_len(w->column, f.text, f.len);
            out[r] = od_csv_arena_text(&l->rows->arena, f.text, len);
        } else if (!set_slowly(l, wanted, f, first + r)) {
            return false;
        }
    }
    return true;
}

static bool set_column(const struct lines *l, size_t wanted)
{
    size_t first = l->rows->batch.count;
    switch (l->parser->layout->wanted[wanted].column->type) {
    case OD_COLUMN_INT:
        return set_ints(l, wanted, first);
    case OD_COLUMN_REAL:
        return set_reals(l, wanted, first);
    case OD_COLUMN_STR:
        return set_strs(l, wanted, first);
    case OD_COLUMN_TEXT:
        return set_texts(l, wanted, first);
    }
    return false;
}

static bool set_lines(const struct lines *l)
{
    struct od_csv_rows *rows = l->rows;
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
        parser->ends = od_xmalloc((fields + PIECE + 65) * sizeof *parser->ends);
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
    *lines = scan.breaks;
    return count == 0 && scan.inside == 0;
}
