/* Columns that make cells and sides. */
#include "compare/columns.h"

#include "base/alloc.h"
#include "base/parse.h"
#include "record/csv_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool has(const struct od_column_list *list, const struct od_column *column)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i] == column) {
            return true;
        }
    }
    return false;
}

static void add(struct od_column_list *list, const struct od_column *column)
{
    if (column != NULL && !has(list, column)) {
        list->items =
            od_xgrow(list->items, list->count, &list->capacity, sizeof *list->items);
        list->items[list->count++] = column;
    }
}

static int parse(const char *option, const char *text, struct od_column_list *list,
                 struct od_err *err)
{
    char *copy = od_xstrdup(text);
    char *rest = copy;
    int rc = 0;
    while (rest != NULL && rc == 0) {
        char *comma = strchr(rest, ',');
        if (comma != NULL) {
            *comma = '\0';
        }
        const char *name = od_trim(rest);
        const struct od_column *column = od_where_column(name);
        if (column == NULL && *name != '\0') {
            rc = od_fail(err, OD_EINPUT, "%s: no such column: '%s'", option, name);
        }
        add(list, column);
        rest = comma != NULL ? comma + 1 : NULL;
    }
    free(copy);
    return rc;
}

static int lists(struct od_columns *columns, const struct od_compare_options *options,
                 struct od_err *err)
{
    struct od_column_list row = {0};
    struct od_column_list ignored = {0};
    const char *text = options->row != NULL ? options->row : OD_COMPARE_ROW;
    int rc = parse("--row", text, &row, err);
    if (rc == 0 && options->ignore != NULL) {
        rc = parse("--ignore", options->ignore, &ignored, err);
    }
    rc = rc == 0 ? parse("--row", OD_COMPARE_ROW, &columns->merged, err) : rc;
    struct od_column_list all = columns->merged;
    columns->merged = (struct od_column_list){0};
    for (size_t i = 0; i < ignored.count; i++) {
        add(&all, ignored.items[i]);
    }
    for (size_t i = 0; i < row.count; i++) {
        if (row.items[i] != columns->col && !has(&ignored, row.items[i])) {
            add(&columns->row, row.items[i]);
        }
    }
    for (size_t i = 0; i < all.count; i++) {
        if (all.items[i] != columns->col && !has(&columns->row, all.items[i])) {
            add(&columns->merged, all.items[i]);
        }
    }
    free(all.items);
    free(row.items);
    free(ignored.items);
    return rc;
}

/* What is needed but missing is an error; the rest is as good as empty. */
static void choose_use(struct od_columns *columns,
                       const struct od_compare_options *options,
                       const struct od_where *where)
{
    static const char *const read[] = {
        "schema", "run_id",    "cell_id",       "rep",     "seq",         "attempt",
        "pair",   "file_name", "start_unix_ns", "send_ns", "result_hash", "image_id"};
    static const char *const joined[] = {"run_id", "cell_id", "seq", "image_id"};
    static const char *const needed[] = {"phase", "status", "model", "protocol"};
    const char *metric = options->response ? "response_ns" : "service_ns";
    columns->use = od_xcalloc(od_column_count(), 1);
    for (size_t i = 0; i < od_column_count(); i++) {
        const struct od_column *column = od_column_at(i);
        bool asked = has(&columns->row, column) || has(&columns->merged, column) ||
                     od_where_uses(where, column);
        bool need = column == columns->col || strcmp(column->name, metric) == 0 ||
                    (options->row != NULL && has(&columns->row, column));
        for (size_t k = 0; k < sizeof read / sizeof *read; k++) {
            asked = asked || strcmp(column->name, read[k]) == 0;
        }
        for (size_t k = 0; k < sizeof needed / sizeof *needed; k++) {
            need = need || strcmp(column->name, needed[k]) == 0;
        }
        for (size_t k = 0; k < sizeof joined / sizeof *joined; k++) {
            need = need || (options->metric == OD_METRIC_MAP &&
                            strcmp(column->name, joined[k]) == 0);
        }
        columns->use[i] = need ? OD_CSV_NEED : asked ? OD_CSV_READ : OD_CSV_SKIP;
    }
}

int od_columns_choose(struct od_columns *columns,
                      const struct od_compare_options *options,
                      const struct od_column *col, const struct od_where *where,
                      struct od_err *err)
{
    *columns = (struct od_columns){.col = col};
    if (col == NULL && options->col != NULL) {
        columns->col = od_where_column(options->col);
        if (columns->col == NULL) {
            return od_fail(err, OD_EINPUT, "--col: no such column: '%s'", options->col);
        }
    }
    if (lists(columns, options, err) != 0) {
        return -1;
    }
    choose_use(columns, options, where);
    return 0;
}

void od_columns_release(struct od_columns *columns)
{
    free(columns->row.items);
    free(columns->merged.items);
    free(columns->use);
    *columns = (struct od_columns){0};
}

static uint64_t text_word(const char *text)
{
    return (uint64_t)(uintptr_t)text;
}

static const char *word_text(uint64_t word)
{
    return (const char *)(uintptr_t)word;
}

static double word_real(uint64_t word)
{
    double value = 0;
    memcpy(&value, &word, sizeof value);
    return value;
}

uint64_t od_word(const struct od_column *column, const struct od_record *record,
                 struct od_intern *pool)
{
    const void *at = (const char *)record + column->offset;
    uint64_t word = 0;
    switch (column->type) {
    case OD_COLUMN_INT:
        memcpy(&word, at, sizeof word);
        return word;
    case OD_COLUMN_REAL: {
        double value = *(const double *)at;
        value = isnan(value) ? (double)NAN : value == 0 ? 0.0 : value; /* no -0 */
        memcpy(&word, &value, sizeof word);
        return word;
    }
    case OD_COLUMN_STR:
        return text_word(*(const char *const *)at);
    case OD_COLUMN_TEXT:
        return *(const char *)at != '\0' ? text_word(od_intern_add(pool, at)) : 0;
    }
    return 0;
}

bool od_word_empty(const struct od_column *column, uint64_t word)
{
    if (column->type == OD_COLUMN_INT) {
        return (int64_t)word == OD_NONE;
    }
    return column->type == OD_COLUMN_REAL ? isnan(word_real(word)) : word == 0;
}

int od_word_compare(const struct od_column *column, uint64_t a, uint64_t b)
{
    bool no_a = od_word_empty(column, a);
    bool no_b = od_word_empty(column, b);
    if (no_a || no_b) {
        return (int)no_b - (int)no_a;
    }
    if (column->type == OD_COLUMN_INT) {
        return ((int64_t)a > (int64_t)b) - ((int64_t)a < (int64_t)b);
    }
    if (column->type == OD_COLUMN_REAL) {
        return (word_real(a) > word_real(b)) - (word_real(a) < word_real(b));
    }
    int order = strcmp(word_text(a), word_text(b));
    return (order > 0) - (order < 0);
}

void od_word_put(const struct od_column *column, uint64_t word, struct od_buf *out)
{
    struct od_record record;
    void *at = (char *)&record + column->offset;
    if (od_word_empty(column, word)) {
        return;
    }
    if (column->type == OD_COLUMN_STR || column->type == OD_COLUMN_TEXT) {
        od_buf_puts(out, word_text(word));
        return;
    }
    memcpy(at, &word, sizeof word);
    od_column_format(column, &record, out);
}

void od_words_put(const struct od_column_list *columns, const uint64_t *words,
                  struct od_buf *out)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    for (size_t i = 0; i < columns->count; i++) {
        od_buf_reset(&text);
        od_word_put(columns->items[i], words[i], &text);
        const char *t = text.data;
        bool quote =
            t[strcspn(t, ",|\"")] != '\0' || t[0] == '=' || t[0] == ' ' || t[0] == '\t' ||
            (text.len > 0 && (t[text.len - 1] == ' ' || t[text.len - 1] == '\t'));
        od_buf_printf(out, "%s%s=%s", i > 0 ? "," : "", columns->items[i]->name,
                      quote ? "\"" : "");
        for (size_t k = 0; k < text.len; k++) {
            od_buf_puts(out, t[k] == '"' ? "\"" : "");
            od_buf_putc(out, t[k]);
        }
        od_buf_puts(out, quote ? "\"" : "");
    }
    od_buf_release(&text);
}
