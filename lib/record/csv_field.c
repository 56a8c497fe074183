/* Fields of a CSV line become values of a batch, and these members of a record. */
#include "record/csv_field.h"

#include "base/alloc.h"
#include "base/parse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void od_csv_layout_add(struct od_csv_layout *layout, const char *name)
{
    layout->names = od_xgrow(layout->names, layout->field_count, &layout->capacity,
                             sizeof *layout->names);
    layout->names[layout->field_count++] = od_xstrdup(name);
}

size_t od_csv_layout_find(const struct od_csv_layout *layout, const char *name)
{
    for (size_t i = 0; i < layout->field_count; i++) {
        if (strcmp(layout->names[i], name) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

void od_csv_layout_bind(struct od_csv_layout *layout, const unsigned char *use)
{
    layout->wanted = od_xcalloc(layout->field_count, sizeof *layout->wanted);
    for (size_t i = 0; i < layout->field_count; i++) {
        size_t place = 0;
        while (place < od_column_count() &&
               strcmp(od_column_at(place)->name, layout->names[i]) != 0) {
            place++;
        }
        if (place < od_column_count() && (use == NULL || use[place] != OD_CSV_SKIP)) {
            layout->wanted[layout->wanted_count++] =
                (struct od_csv_wanted){od_column_at(place), place, i};
        }
    }
}

void od_csv_layout_release(struct od_csv_layout *layout)
{
    for (size_t i = 0; i < layout->field_count; i++) {
        free(layout->names[i]);
    }
    free(layout->names);
    free(layout->wanted);
    *layout = (struct od_csv_layout){0};
}

void od_csv_rows_init(struct od_csv_rows *rows, const struct od_csv_layout *layout,
                      const struct od_csv_read *read)
{
    *rows = (struct od_csv_rows){.wanted_count = layout->wanted_count,
                                 .notes = read->prepare != NULL};
    rows->steady = od_xcalloc(od_column_count(), sizeof *rows->steady);
    rows->varying = od_xcalloc(layout->wanted_count, sizeof *rows->varying);
    rows->batch.steady = rows->steady;
    rows->values = od_xcalloc(od_column_count(), sizeof *rows->values);
    rows->cells = od_xcalloc(layout->wanted_count, sizeof *rows->cells);
    rows->batch.values = rows->values;
}

/* All four kinds of values are this large. */
enum { CELL_BYTES = 8 };
_Static_assert(sizeof(int64_t) == CELL_BYTES && sizeof(double) == CELL_BYTES &&
                   sizeof(char *) <= CELL_BYTES,
               "values of a batch");

static void point(struct od_csv_rows *rows, const struct od_csv_wanted *wanted,
                  const union od_csv_cells *cells)
{
    union od_csv_values *values = &rows->values[wanted->place];
    switch (wanted->column->type) {
    case OD_COLUMN_INT:
        values->ints = cells->ints;
        break;
    case OD_COLUMN_REAL:
        values->reals = cells->reals;
        break;
    case OD_COLUMN_STR:
        values->strs = cells->strs;
        break;
    case OD_COLUMN_TEXT:
        values->texts = cells->texts;
        break;
    }
}

void od_csv_rows_reserve(struct od_csv_rows *rows, const struct od_csv_layout *layout,
                         size_t count)
{
    size_t needed = rows->batch.count + count;
    if (needed <= rows->capacity) {
        return;
    }
    rows->capacity = needed > 2 * rows->capacity ? needed : 2 * rows->capacity;
    rows->ends = od_xrealloc(rows->ends, rows->capacity, sizeof *rows->ends);
    if (rows->notes) {
        rows->batch.notes =
            od_xrealloc(rows->batch.notes, rows->capacity, sizeof *rows->batch.notes);
    }
    for (size_t i = 0; i < layout->wanted_count; i++) {
        union od_csv_cells *cells = &rows->cells[i];
        cells->any = od_xrealloc(cells->any, rows->capacity, CELL_BYTES);
        point(rows, &layout->wanted[i], cells);
    }
}

/* Equal bits are equal values; other ones may be too. */
static bool is_steady(const void *cells, size_t count)
{
    const char *first = cells;
    size_t i = 1;
    while (i < count && memcmp(first + i * CELL_BYTES, first, CELL_BYTES) == 0) {
        i++;
    }
    return i >= count;
}

/* Asking for a place again is for each row, as the last one may be gone. */
void od_csv_rows_finish(struct od_csv_rows *rows, const struct od_csv_layout *layout,
                        const struct od_csv_read *read)
{
    size_t count = rows->batch.count;
    rows->varying_count = 0;
    for (size_t i = 0; i < layout->wanted_count; i++) {
        const struct od_csv_wanted *wanted = &layout->wanted[i];
        bool passing = wanted->column->type == OD_COLUMN_STR && !read->lasting;
        rows->steady[wanted->place] = is_steady(rows->cells[i].any, count);
        if (passing || !rows->steady[wanted->place]) {
            rows->varying[rows->varying_count++] = (uint32_t)i;
        }
    }
    if (read->prepare != NULL && count > 0) {
        memset(rows->batch.notes, 0, count * sizeof *rows->batch.notes);
        read->prepare(read->arg, &rows->batch);
    }
}

void od_csv_rows_reset(struct od_csv_rows *rows)
{
    rows->batch.count = 0;
    od_csv_arena_reset(&rows->arena);
}

void od_csv_rows_release(struct od_csv_rows *rows)
{
    for (size_t i = 0; i < rows->wanted_count; i++) {
        free(rows->cells[i].any);
    }
    free(rows->cells);
    free(rows->values);
    free(rows->steady);
    free(rows->varying);
    free(rows->batch.notes);
    free(rows->ends);
    od_csv_arena_release(&rows->arena);
    *rows = (struct od_csv_rows){0};
}

void od_csv_parser_init(struct od_csv_parser *parser, const struct od_csv_layout *layout)
{
    *parser = (struct od_csv_parser){.layout = layout};
    parser->dicts = od_xcalloc(layout->wanted_count, sizeof *parser->dicts);
}

void od_csv_parser_release(struct od_csv_parser *parser)
{
    for (size_t i = 0; parser->dicts != NULL && i < parser->layout->wanted_count; i++) {
        od_csv_dict_release(&parser->dicts[i]);
    }
    od_csv_arena_release(&parser->arena);
    free(parser->dicts);
    free(parser->ends);
    free(parser->scratch);
    *parser = (struct od_csv_parser){0};
}

size_t od_csv_text_len(const struct od_column *column, const char *text, size_t len)
{
    if (len >= column->size) {
        len = column->size - 1;
        while (len > 0 && ((unsigned char)text[len] & 0xC0U) == 0x80U) {
            len--;
        }
    }
    return len;
}

static int set_empty(enum od_column_type type, const union od_csv_cells *cells,
                     size_t row)
{
    switch (type) {
    case OD_COLUMN_INT:
        cells->ints[row] = OD_NONE;
        break;
    case OD_COLUMN_REAL:
        cells->reals[row] = (double)NAN;
        break;
    case OD_COLUMN_STR:
        cells->strs[row] = NULL;
        break;
    case OD_COLUMN_TEXT:
        cells->texts[row] = "";
        break;
    }
    return 0;
}

int od_csv_field_set(struct od_csv_parser *parser, const struct od_csv_cell *cell,
                     const char *text, size_t len, struct od_err *err)
{
    const struct od_column *column = parser->layout->wanted[cell->wanted].column;
    const union od_csv_cells *cells = &cell->rows->cells[cell->wanted];
    size_t row = cell->row;
    struct od_err why = {0};
    int rc = 0;
    if (len == 0) {
        return set_empty(column->type, cells, row);
    }
    switch (column->type) {
    case OD_COLUMN_INT:
        rc = od_parse_i64(text, INT64_MIN + 1, INT64_MAX, &cells->ints[row], &why);
        break;
    case OD_COLUMN_REAL:
        rc = od_parse_double(text, -HUGE_VAL, HUGE_VAL, &cells->reals[row], &why);
        break;
    case OD_COLUMN_STR:
        cells->strs[row] = od_csv_dict_find(&parser->dicts[cell->wanted], text, len,
                                            &parser->arena, &cell->rows->arena);
        break;
    case OD_COLUMN_TEXT:
        cells->texts[row] = od_csv_arena_text(&cell->rows->arena, text,
                                              od_csv_text_len(column, text, len));
        break;
    }
    if (rc != 0) {
        od_err_context(&why, "column %s", column->name);
        return od_fail(err, why.code, "%s", why.msg);
    }
    return 0;
}

static const char *kept(const struct od_csv_read *read, struct od_csv_str *str)
{
    if (str == NULL) {
        return NULL;
    }
    if (!read->lasting || str->kept == NULL) {
        str->kept = read->keep(read->arg, str->text);
    }
    return str->kept;
}

static void set_member(const struct od_column *column, const struct od_csv_read *read,
                       const union od_csv_cells *cells, size_t row,
                       struct od_record *record)
{
    void *at = (char *)record + column->offset;
    switch (column->type) {
    case OD_COLUMN_INT:
        *(int64_t *)at = cells->ints[row];
        break;
    case OD_COLUMN_REAL:
        *(double *)at = cells->reals[row];
        break;
    case OD_COLUMN_STR:
        *(const char **)at = kept(read, cells->strs[row]);
        break;
    case OD_COLUMN_TEXT:
        memcpy(at, cells->texts[row], strlen(cells->texts[row]) + 1);
        break;
    }
}

void od_csv_record_set(const struct od_csv_layout *layout, const struct od_csv_read *read,
                       const struct od_csv_rows *rows, size_t row,
                       struct od_record *record)
{
    size_t count = row == 0 ? layout->wanted_count : rows->varying_count;
    for (size_t i = 0; i < count; i++) {
        size_t k = row == 0 ? i : rows->varying[i];
        set_member(layout->wanted[k].column, read, &rows->cells[k], row, record);
    }
}
