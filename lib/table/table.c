/* Tables in memory. */
#include "table/table.h"

#include "base/alloc.h"
#include "record/validity.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void od_table_release(struct od_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        free(table->columns[i].name);
        free(table->columns[i].group);
    }
    for (size_t i = 0; i < table->row_count * table->column_count; i++) {
        free(table->cells[i].text);
    }
    for (size_t i = 0; i < table->note_count; i++) {
        free(table->notes[i]);
    }
    free(table->title);
    free(table->provenance);
    free(table->columns);
    free(table->rows);
    free(table->cells);
    free(table->notes);
    *table = (struct od_table){0};
}

struct od_table_column *od_table_add_column(struct od_table *table, const char *group,
                                            const char *name)
{
    assert(table->row_count == 0);
    table->columns = od_xgrow(table->columns, table->column_count,
                              &table->column_capacity, sizeof *table->columns);
    struct od_table_column *column = &table->columns[table->column_count++];
    *column = (struct od_table_column){
        .name = od_xstrdup(name),
        .group = group != NULL ? od_xstrdup(group) : NULL,
    };
    return column;
}

struct od_cell *od_table_add_row(struct od_table *table, enum od_row_kind kind)
{
    table->rows = od_xgrow(table->rows, table->row_count, &table->row_capacity,
                           sizeof *table->rows);
    table->rows[table->row_count++] = (struct od_table_row){.kind = kind};
    size_t count = (table->row_count - 1) * table->column_count;
    for (size_t i = 0; i < table->column_count; i++) {
        table->cells = od_xgrow(table->cells, count + i, &table->cell_capacity,
                                sizeof *table->cells);
        table->cells[count + i] = (struct od_cell){0};
    }
    return table->cells + count;
}

struct od_cell *od_table_cell(const struct od_table *table, size_t row, size_t column)
{
    assert(row < table->row_count && column < table->column_count);
    return &table->cells[row * table->column_count + column];
}

void od_table_note(struct od_table *table, char *text)
{
    table->notes = od_xgrow(table->notes, table->note_count, &table->note_capacity,
                            sizeof *table->notes);
    table->notes[table->note_count++] = text;
}

void od_cell_set_text(struct od_cell *cell, const char *text)
{
    cell->kind = OD_CELL_TEXT;
    cell->text = od_xstrdup(text);
}

void od_cell_set_count(struct od_cell *cell, int64_t number)
{
    cell->kind = OD_CELL_COUNT;
    cell->number = number;
}

void od_cell_set_shift(struct od_cell *cell, int64_t ns)
{
    cell->kind = OD_CELL_SHIFT;
    cell->number = ns;
}

void od_cell_set_real(struct od_cell *cell, double number)
{
    cell->kind = OD_CELL_REAL;
    cell->real = number;
}

void od_cell_set_written(struct od_cell *cell, const char *digits)
{
    cell->kind = OD_CELL_REAL;
    cell->real = strtod(digits, NULL);
    cell->text = od_xstrdup(digits);
}

void od_cell_set_fixed(struct od_cell *cell, double number, int decimals)
{
    cell->kind = OD_CELL_REAL;
    cell->real = number;
    cell->text = od_xasprintf("%.*f", decimals, number);
}

void od_cell_set_doubts(struct od_cell *cell, unsigned doubts)
{
    cell->kind = OD_CELL_DOUBTS;
    cell->doubts = doubts;
}

void od_cell_set_mean(struct od_cell *cell, const struct od_mean *mean)
{
    if (od_mean_known(mean)) {
        cell->kind = OD_CELL_MS;
        cell->mean = *mean;
    }
}

static const struct od_time_unit units[] = {
    {"ns", 1, -6},
    {"us", 1000, -3},
    {"ms", 1000000, 0},
    {"s", 1000000000, 3},
};

const struct od_time_unit *od_time_unit_find(const char *name)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(units[i].name, name) == 0) {
            return &units[i];
        }
    }
    return NULL;
}

void od_format_mean(const struct od_mean *mean, int64_t unit_ns, int digits, bool trim,
                    struct od_buf *out)
{
    int64_t step = unit_ns;
    int places = 0;
    for (; places < digits && step > 1; places++) {
        step /= 10;
    }
    int64_t ns = od_mean_round(mean, step);
    char *text = places > 0 ? od_xasprintf("%" PRId64 ".%0*" PRId64, ns / unit_ns, places,
                                           ns % unit_ns / step)
                            : od_xasprintf("%" PRId64, ns / unit_ns);
    if (trim && places > 0) {
        size_t len = strlen(text);
        while (text[len - 1] == '0') {
            len--;
        }
        len -= text[len - 1] == '.';
        text[len] = '\0';
    }
    od_buf_puts(out, text);
    free(text);
}

static void format_time(const struct od_table *table, const struct od_mean *mean,
                        struct od_buf *out)
{
    od_format_mean(mean, table->unit_ns > 0 ? table->unit_ns : 1000000, table->digits,
                   table->trim, out);
}

/* What is rounded to nothing has no minus. */
static void format_shift(const struct od_table *table, int64_t ns, struct od_buf *out)
{
    const struct od_mean size = {ns < 0 ? -ns : ns, 1, false};
    struct od_buf text;
    od_buf_init(&text, 0);
    format_time(table, &size, &text);
    bool nothing = strpbrk(text.data, "123456789") == NULL;
    od_buf_printf(out, "%s%s", ns < 0 && !nothing ? "-" : "+", text.data);
    od_buf_release(&text);
}

void od_cell_format(const struct od_table *table, const struct od_cell *cell,
                    struct od_buf *out)
{
    char marks[OD_DOUBT_COUNT + 1];
    switch (cell->kind) {
    case OD_CELL_EMPTY:
        break;
    case OD_CELL_TEXT:
        od_buf_puts(out, cell->text);
        break;
    case OD_CELL_COUNT:
        od_buf_printf(out, "%" PRId64, cell->number);
        break;
    case OD_CELL_MS:
        format_time(table, &cell->mean, out);
        break;
    case OD_CELL_SHIFT:
        format_shift(table, cell->number, out);
        break;
    case OD_CELL_REAL:
        if (cell->text != NULL) {
            od_buf_puts(out, cell->text);
        } else {
            od_buf_printf(out, "%g", cell->real);
        }
        break;
    case OD_CELL_DOUBTS:
        od_buf_puts(out, cell->doubts != 0 ? od_doubt_marks(cell->doubts, marks) : "ok");
        break;
    }
}

void od_format_ns(const struct od_table *table, int64_t ns, struct od_buf *out)
{
    const struct od_mean mean = {ns, 1, false};
    format_time(table, &mean, out);
}

void od_cell_format_precision(const struct od_table *table, const struct od_cell *cell,
                              struct od_buf *out)
{
    const struct od_precision *precision = &cell->precision;
    bool counted = false;
    for (size_t i = 0; i < table->column_count; i++) {
        counted = counted || strcmp(table->columns[i].name, "n") == 0;
    }
    bool n = precision->samples > 0 && !counted;
    bool interval = precision->samples > 0 && precision->low_ns >= 0;
    if (!table->intervals || cell->kind != OD_CELL_MS || (!n && !interval)) {
        return;
    }
    od_buf_puts(out, " (");
    if (interval) {
        od_format_ns(table, precision->low_ns, out);
        od_buf_putc(out, '-');
        od_format_ns(table, precision->high_ns, out);
    }
    if (n) {
        od_buf_printf(out, "%sn %" PRId64, interval ? ", " : "", precision->samples);
    }
    od_buf_putc(out, ')');
}

const char *od_cell_blank(const struct od_cell *cell)
{
    return cell->too_few ? OD_DAGGER : "-";
}

void od_cell_format_marks(const struct od_cell *cell, struct od_buf *out)
{
    char marks[OD_DOUBT_COUNT + 1];
    if (cell->kind == OD_CELL_MS && cell->doubts != 0) {
        od_buf_printf(out, " [%s]", od_doubt_marks(cell->doubts, marks));
    }
}

void od_doubts_format(unsigned doubts, struct od_buf *out)
{
    bool any = false;
    for (unsigned i = 0; i < OD_DOUBT_COUNT; i++) {
        if ((doubts & od_doubt_bit((enum od_doubt)i)) != 0) {
            od_buf_printf(out, "%s%s", any ? " " : "", od_doubt_name((enum od_doubt)i));
            any = true;
        }
    }
    od_buf_puts(out, any ? "" : "ok");
}

bool od_table_has_doubts(const struct od_table *table)
{
    for (size_t i = 0; i < table->row_count * table->column_count; i++) {
        if (table->cells[i].kind == OD_CELL_MS && table->cells[i].doubts != 0) {
            return true;
        }
    }
    return false;
}

char *od_table_column_key(const struct od_table_column *column)
{
    return column->group != NULL ? od_xasprintf("%s/%s", column->group, column->name)
                                 : od_xstrdup(column->name);
}
