/* The closing table. */
#include "bench/run.h"

#include "base/parse.h"
#include "stats/mean.h"
#include "stats/quantile.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS  9
#define TEXT_MAX 160

static const char *const heads[COLUMNS] = {
    "target", "model", "protocol", "payload", "ok", "failed", "median", "p95", "mean"};

struct line {
    char text[COLUMNS][TEXT_MAX];
};

static void put(struct line *line, size_t column, const char *text)
{
    (void)snprintf(line->text[column], TEXT_MAX, "%s", text);
}

static void put_quantile(struct line *line, size_t column,
                         const struct od_cell_result *result, int permille)
{
    if (result->count >= od_quantile_needs(permille)) {
        od_format_ms(od_quantile_ns(result->service_ns, result->count, permille), 3,
                     line->text[column], TEXT_MAX);
    }
}

/* The result's times are sorted. */
static void put_numbers(struct line *line, const struct od_cell_result *result)
{
    (void)snprintf(line->text[4], TEXT_MAX, "%zu", result->count);
    (void)snprintf(line->text[5], TEXT_MAX, "%" PRId64, result->failed);
    for (size_t c = 6; c < COLUMNS; c++) {
        put(line, c, "-");
    }
    put_quantile(line, 6, result, 500);
    put_quantile(line, 7, result, 950);
    if (result->count > 0) {
        struct od_mean mean = od_mean_of(result->service_ns, result->count);
        od_format_ms(od_mean_round(&mean, 1000), 3, line->text[8], TEXT_MAX);
    }
}

static void put_cell(struct line *line, const struct od_run *run, size_t i,
                     const struct od_cell_result *result)
{
    const struct od_cell *cell = &run->cells[i];
    put(line, 0, cell->target->name);
    put(line, 1, cell->model->name);
    if (strcmp(result->weights, "random") == 0 || strcmp(result->weights, "fixed") == 0) {
        (void)snprintf(line->text[1], TEXT_MAX, "%.*s (%s)", TEXT_MAX - 20,
                       cell->model->name, result->weights);
    }
    put(line, 2, cell->protocol->name);
    put(line, 3, od_payload_name(cell->payload));
    if (cell->concurrency > 1) {
        (void)snprintf(line->text[3], TEXT_MAX, "%s, c=%d",
                       od_payload_name(cell->payload), cell->concurrency);
    }
    put_numbers(line, result);
    if (cell->skipped) {
        put(line, 5, "skipped");
    }
}

static void print_line(const struct line *line, const size_t *width, struct od_buf *out)
{
    for (size_t c = 0; c < COLUMNS; c++) {
        od_buf_printf(out, c < 4 ? "%-*s" : "%*s", (int)width[c], line->text[c]);
        od_buf_puts(out, c + 1 < COLUMNS ? "  " : "\n");
    }
}

static void widen(const struct line *line, size_t *width)
{
    for (size_t c = 0; c < COLUMNS; c++) {
        size_t len = strlen(line->text[c]);
        width[c] = len > width[c] ? len : width[c];
    }
}

void od_run_summary(const struct od_run *run, struct od_run_result *result,
                    struct od_buf *out)
{
    size_t width[COLUMNS] = {0};
    struct line line = {0};
    for (size_t c = 0; c < COLUMNS; c++) {
        put(&line, c, heads[c]);
    }
    widen(&line, width);
    for (size_t i = 0; i < result->cell_count; i++) {
        od_sort_ns(result->cells[i].service_ns, result->cells[i].count);
        put_cell(&line, run, i, &result->cells[i]);
        widen(&line, width);
    }
    od_buf_puts(out, "service time in ms (from send to the whole reply)\n");
    for (size_t c = 0; c < COLUMNS; c++) {
        put(&line, c, heads[c]);
    }
    print_line(&line, width, out);
    for (size_t i = 0; i < result->cell_count; i++) {
        put_cell(&line, run, i, &result->cells[i]);
        print_line(&line, width, out);
    }
}
