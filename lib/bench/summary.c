/* The closing table. */
#include "bench/run.h"

#include "base/alloc.h"
#include "base/parse.h"
#include "stats/quantile.h"
#include "stats/select.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 160

static const int permilles[] = {500, 950, 990};
#define QUANTILES (sizeof permilles / sizeof *permilles)

/* What a line tells; -1: too few samples. */
struct numbers {
    int64_t ok;
    int64_t service_ns[QUANTILES];
    int64_t response_ns[QUANTILES];
};

/* What there is to tell. */
struct summary {
    const struct od_run *run;
    const struct od_run_result *result;
    struct numbers *numbers;
};

enum column {
    TARGET,
    MODEL,
    PROTOCOL,
    PAYLOAD,
    CONCURRENCY,
    RATE,
    OK,
    FAILED,
    UNSENT,
    MEDIAN,
    P95,
    P99,
    RESPONSE_MEDIAN,
    RESPONSE_P95,
    RESPONSE_P99,
    OBJECTIVE,
    DOUBTS,
    COLUMNS
};

static const char *const heads[COLUMNS] = {
    [TARGET] = "target",
    [MODEL] = "model",
    [PROTOCOL] = "protocol",
    [PAYLOAD] = "payload",
    [CONCURRENCY] = "c",
    [RATE] = "rate/s",
    [OK] = "ok",
    [FAILED] = "failed",
    [UNSENT] = "unsent",
    [MEDIAN] = "median",
    [P95] = "p95",
    [P99] = "p99",
    [RESPONSE_MEDIAN] = "resp. median",
    [RESPONSE_P95] = "resp. p95",
    [RESPONSE_P99] = "resp. p99",
    [OBJECTIVE] = "objective",
    [DOUBTS] = "doubts",
};

static bool any_concurrency(const struct od_run *run)
{
    for (size_t i = 0; i < run->cell_count; i++) {
        if (run->cells[i].concurrency > 1) {
            return true;
        }
    }
    return false;
}

static bool any_rate(const struct od_run *run)
{
    for (size_t i = 0; i < run->cell_count; i++) {
        if (!isnan(run->cells[i].rate_per_s)) {
            return true;
        }
    }
    return false;
}

static bool any_unsent(const struct od_run_result *result)
{
    for (size_t i = 0; i < result->cell_count; i++) {
        if (result->cells[i].unsent > 0) {
            return true;
        }
    }
    return false;
}

/* Columns that would say the same, or nothing, in every line are left out. */
static void choose(const struct summary *s, bool *shown)
{
    bool open = od_pace_open(&s->run->plan->pace);
    for (size_t c = 0; c < COLUMNS; c++) {
        shown[c] = true;
    }
    shown[CONCURRENCY] = any_concurrency(s->run);
    shown[RATE] = any_rate(s->run);
    shown[UNSENT] = any_unsent(s->result);
    shown[RESPONSE_MEDIAN] = open;
    shown[RESPONSE_P95] = open;
    shown[RESPONSE_P99] = open;
    shown[OBJECTIVE] = s->run->plan->goals.has_slo;
    shown[DOUBTS] = s->result->validity != NULL;
}

static void put_time(char *text, int64_t ns)
{
    if (ns >= 0) {
        od_format_ms(ns, 3, text, TEXT_MAX);
    } else {
        (void)snprintf(text, TEXT_MAX, "-");
    }
}

static void put_model(char *text, const struct od_cell *cell,
                      const struct od_cell_result *result)
{
    bool plain =
        strcmp(result->weights, "random") != 0 && strcmp(result->weights, "fixed") != 0;
    (void)snprintf(text, TEXT_MAX, "%.*s%s%s%s", TEXT_MAX - 24, cell->model->name,
                   plain ? "" : " (", plain ? "" : result->weights, plain ? "" : ")");
}

static void put_load(char (*text)[TEXT_MAX], const struct od_cell *cell)
{
    (void)snprintf(text[CONCURRENCY], TEXT_MAX, "%d", cell->concurrency);
    if (isnan(cell->rate_per_s)) {
        (void)snprintf(text[RATE], TEXT_MAX, "-");
    } else {
        (void)snprintf(text[RATE], TEXT_MAX, "%.6g", cell->rate_per_s);
    }
}

/* The marks; a dash for what was not judged. */
static void put_doubts(char *text, const struct od_run_result *result, size_t i)
{
    char marks[OD_DOUBT_COUNT + 1] = "-";
    if (result->validity != NULL && result->validity[i].counted >= 0) {
        (void)od_doubt_marks(od_cell_validity_doubts(&result->validity[i]), marks);
    }
    (void)snprintf(text, TEXT_MAX, "%s", marks[0] != '\0' ? marks : "ok");
}

static void put_cell(const struct summary *s, size_t i, char (*text)[TEXT_MAX])
{
    const struct od_cell *cell = &s->run->cells[i];
    const struct od_cell_result *result = &s->result->cells[i];
    const struct numbers *n = &s->numbers[i];
    (void)snprintf(text[TARGET], TEXT_MAX, "%s", cell->target->name);
    put_model(text[MODEL], cell, result);
    (void)snprintf(text[PROTOCOL], TEXT_MAX, "%s", cell->protocol->name);
    (void)snprintf(text[PAYLOAD], TEXT_MAX, "%s", od_payload_name(cell->payload));
    put_load(text, cell);
    (void)snprintf(text[OK], TEXT_MAX, "%" PRId64, n->ok);
    (void)snprintf(text[FAILED], TEXT_MAX, "%" PRId64, result->failed);
    if (cell->skipped) {
        (void)snprintf(text[FAILED], TEXT_MAX, "skipped");
    }
    (void)snprintf(text[UNSENT], TEXT_MAX, "%" PRId64, result->unsent);
    for (size_t q = 0; q < QUANTILES; q++) {
        put_time(text[MEDIAN + q], n->service_ns[q]);
        put_time(text[RESPONSE_MEDIAN + q], n->response_ns[q]);
    }
    const char *verdict = od_slo_verdict_name(result->objective.verdict);
    (void)snprintf(text[OBJECTIVE], TEXT_MAX, "%s", verdict[0] != '\0' ? verdict : "-");
    put_doubts(text[DOUBTS], s->result, i);
}

static void quantiles(const struct od_samples *samples, enum od_samples_time time,
                      int64_t *out)
{
    struct od_part all = od_part_all(samples, time);
    for (size_t q = 0; q < QUANTILES; q++) {
        bool enough = samples->count >= od_quantile_needs(permilles[q]);
        out[q] = enough ? od_part_quantile(&all, permilles[q]) : -1;
    }
}

static void read_numbers(const struct od_cell_result *result, struct numbers *out)
{
    const struct od_samples *samples = &result->samples;
    out->ok = (int64_t)samples->count;
    for (size_t q = 0; q < QUANTILES; q++) {
        out->response_ns[q] = -1;
    }
    quantiles(samples, OD_SAMPLES_SERVICE, out->service_ns);
    if (samples->open) {
        quantiles(samples, OD_SAMPLES_RESPONSE, out->response_ns);
    }
}

/* A searched cell has no rows itself; its steps have lines. */
static bool has_line(const struct od_run *run, size_t i)
{
    return !run->plan->goals.search || run->cells[i].step || run->cells[i].skipped;
}

static void print_line(const bool *shown, const size_t *width, char (*text)[TEXT_MAX],
                       struct od_buf *out)
{
    const char *gap = "";
    for (size_t c = 0; c < COLUMNS; c++) {
        if (shown[c]) {
            od_buf_puts(out, gap);
            od_buf_printf(out, c <= PAYLOAD ? "%-*s" : "%*s", (int)width[c], text[c]);
            gap = "  ";
        }
    }
    od_buf_puts(out, "\n");
}

static void print_table(const struct summary *s, struct od_buf *out)
{
    bool shown[COLUMNS];
    size_t width[COLUMNS];
    char text[COLUMNS][TEXT_MAX];
    choose(s, shown);
    for (size_t c = 0; c < COLUMNS; c++) {
        (void)snprintf(text[c], TEXT_MAX, "%s", heads[c]);
        width[c] = strlen(heads[c]);
    }
    char head[COLUMNS][TEXT_MAX];
    memcpy(head, text, sizeof head);
    for (size_t i = 0; i < s->result->cell_count; i++) {
        put_cell(s, i, text);
        for (size_t c = 0; c < COLUMNS && has_line(s->run, i); c++) {
            size_t len = strlen(text[c]);
            width[c] = len > width[c] ? len : width[c];
        }
    }
    print_line(shown, width, head, out);
    for (size_t i = 0; i < s->result->cell_count; i++) {
        if (has_line(s->run, i)) {
            put_cell(s, i, text);
            print_line(shown, width, text, out);
        }
    }
}

/* What a search has found. */
static void print_found(const struct od_cell_result *result, const char *slo,
                        struct od_buf *out)
{
    if (result->objective.verdict == OD_SLO_NONE) {
        od_buf_printf(out, "the search was stopped before its end\n");
    } else if (result->kept_per_s <= 0) {
        od_buf_printf(out, "no rate keeps %s: not even %.6g/s\n", slo,
                      result->missed_per_s);
    } else {
        od_buf_printf(out, "%s is kept up to %.6g/s", slo, result->kept_per_s);
        if (result->missed_per_s > 0) {
            od_buf_printf(out, ", missed at %.6g/s", result->missed_per_s);
        }
        od_buf_puts(out, "\n");
    }
}

static void print_objectives(const struct summary *s, struct od_buf *out)
{
    char slo[64];
    od_slo_format(&s->run->plan->goals.slo, slo, sizeof slo);
    for (size_t i = 0; i < s->result->cell_count; i++) {
        const struct od_cell *cell = &s->run->cells[i];
        const struct od_cell_result *result = &s->result->cells[i];
        bool searched = s->run->plan->goals.search && !cell->step && !cell->skipped;
        if (searched || result->objective.why[0] != '\0') {
            od_buf_printf(out, "%s (%s, %s, %s, %s): ", cell->id, cell->target->name,
                          cell->model->name, cell->protocol->name,
                          od_payload_name(cell->payload));
        }
        if (searched) {
            print_found(result, slo, out);
        } else if (result->objective.why[0] != '\0') {
            od_buf_printf(out, "%s %s: %s\n", slo,
                          od_slo_verdict_name(result->objective.verdict),
                          result->objective.why);
        }
    }
}

/* What the marks mean, and what was found. */
static void print_doubts(const struct od_run *run, const struct od_run_result *result,
                         struct od_buf *out)
{
    const char **labels = od_xcalloc(result->validity_count, sizeof *labels);
    char *all = od_xcalloc(result->validity_count, TEXT_MAX);
    for (size_t i = 0; i < result->validity_count; i++) {
        const struct od_cell *cell = &run->cells[i];
        char *label = all + i * TEXT_MAX;
        int used = snprintf(label, TEXT_MAX, "%s (%.40s, %.40s, %s, %s", cell->id,
                            cell->target->name, cell->model->name, cell->protocol->name,
                            od_payload_name(cell->payload));
        used +=
            snprintf(label + used, TEXT_MAX - (size_t)used, ", c%d", cell->concurrency);
        if (!isnan(cell->rate_per_s)) {
            used += snprintf(label + used, TEXT_MAX - (size_t)used, ", %.6g/s",
                             cell->rate_per_s);
        }
        (void)snprintf(label + used, TEXT_MAX - (size_t)used, ")");
        labels[i] = label;
    }
    od_validity_explain(result->validity, result->validity_count, labels, out);
    free(all);
    free(labels);
}

void od_run_summary(const struct od_run *run, const struct od_run_result *result,
                    struct od_buf *out)
{
    struct summary s = {.run = run, .result = result};
    s.numbers = od_xcalloc(result->cell_count, sizeof *s.numbers);
    for (size_t i = 0; i < result->cell_count; i++) {
        read_numbers(&result->cells[i], &s.numbers[i]);
    }
    od_buf_puts(out, "service time in ms (from send to the whole reply)");
    od_buf_puts(out, od_pace_open(&run->plan->pace)
                         ? ", response time (from the planned start)\n"
                         : "\n");
    print_table(&s, out);
    if (run->plan->goals.has_slo) {
        print_objectives(&s, out);
    }
    print_doubts(run, result, out);
    free(s.numbers);
}
