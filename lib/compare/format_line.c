/* Numbers of a comparison for people: one unit for both values of a line, four digits. */
#include "compare/format_parts.h"

#include "record/digits.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct unit {
    double ns;
    const char *name;
} units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}};

enum { UNITS = sizeof units / sizeof units[0] };

/* With four significant digits. */
static double rounded(double value)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%.3e", value);
    return strtod(text, NULL);
}

/* The largest unit of which there is at least one. */
static const struct unit *unit_of(double ns)
{
    size_t i = 0;
    while (i + 1 < UNITS && fabs(rounded(ns)) < units[i].ns) {
        i++;
    }
    return &units[i];
}

/* The unit of the smaller one fits both, unless they are worlds apart. */
static const struct unit *unit_beside(double ns, double other)
{
    if (!isfinite(other) || other <= 0) {
        return unit_of(ns);
    }
    if (ns <= 0) {
        return unit_of(other);
    }
    bool near = ns < other * 1000 && other < ns * 1000;
    return unit_of(near ? fmin(ns, other) : ns);
}

/* Four significant digits, but no fewer than the whole part has. */
static void put_digits(struct od_buf *out, double value)
{
    double whole = fabs(rounded(value));
    int places = 3;
    for (double limit = 10; places > 0 && whole >= limit; limit *= 10) {
        places--;
    }
    for (double limit = 1; places > 0 && places < 6 && whole > 0 && whole < limit;
         limit /= 10) {
        places++;
    }
    od_buf_printf(out, "%.*f", places, value);
}

static bool is_percent(enum od_metric metric)
{
    return metric == OD_METRIC_ERROR_RATE;
}

static void put_value(struct od_buf *out, enum od_metric metric, double value,
                      double other)
{
    if (!isfinite(value)) {
        od_buf_putc(out, '-');
    } else if (od_metric_is_time(metric)) {
        const struct unit *unit = unit_beside(value, other);
        put_digits(out, value / unit->ns);
        od_buf_puts(out, unit->name);
    } else if (is_percent(metric)) {
        od_buf_printf(out, "%.2f%%", value * 100);
    } else {
        od_buf_printf(out, "%.4f", value);
    }
}

static void put_spread(struct od_buf *out, enum od_metric metric, double spread)
{
    if (!isfinite(spread)) {
        return;
    }
    od_buf_puts(out, "\xC2\xB1 ");
    if (od_metric_is_time(metric)) {
        od_buf_printf(out, "%.0f%%", spread * 100);
    } else {
        put_value(out, metric, spread, (double)NAN);
    }
}

/* A sign always, but none that says less than nothing. */
static void put_signed(struct od_buf *out, double value, int places, const char *unit)
{
    double half = 0.5;
    for (int i = 0; i < places; i++) {
        half /= 10;
    }
    od_buf_printf(out, "%+.*f%s", places, fabs(value) < half ? 0.0 : value, unit);
}

void od_put_percent_change(double ratio, struct od_buf *out)
{
    if (isfinite(ratio)) {
        put_signed(out, (ratio - 1) * 100, 2, "%");
    } else {
        od_buf_putc(out, '-');
    }
}

static void put_change(struct od_buf *out, enum od_metric metric,
                       const struct od_change *change)
{
    if (change->verdict == OD_VERDICT_EQUIVALENT) {
        od_buf_putc(out, '~');
    } else if (od_metric_is_time(metric)) {
        od_put_percent_change(change->ratio, out);
    } else if (!isfinite(change->shift)) {
        od_buf_putc(out, '-');
    } else if (is_percent(metric)) {
        put_signed(out, change->shift * 100, 2, "pp");
    } else {
        put_signed(out, change->shift, 4, "");
    }
}

/* images: -1: not about images. */
static void put_odds(struct od_buf *out, const struct od_change *change, int64_t images)
{
    double p = change->p_adjusted;
    if (isfinite(p)) {
        od_buf_puts(out, p < 0.001 ? "(p<0.001" : "(p=");
        if (p >= 0.001) {
            od_buf_printf(out, "%.3f", p);
        }
    }
    if (images >= 0) {
        od_buf_puts(out, isfinite(p) ? " n=" : "(n=");
        od_put_int(out, images);
    }
    if (isfinite(p) || images >= 0) {
        od_buf_putc(out, ')');
    }
}

/* Moves what was written into a part of a line. */
static void take(struct od_buf *text, struct od_compare_line *line,
                 enum od_line_part part)
{
    (void)snprintf(line->part[part], sizeof line->part[part], "%s", text->data);
    od_buf_reset(text);
}

static void fill_line(enum od_metric metric, const double value[OD_SIDES],
                      const double spread[OD_SIDES], const struct od_change *change,
                      int64_t images, struct od_compare_line *line)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    put_value(&text, metric, value[OD_BASE], value[OD_NEW]);
    take(&text, line, OD_LINE_BASE);
    put_spread(&text, metric, spread[OD_BASE]);
    take(&text, line, OD_LINE_BASE_SPREAD);
    put_value(&text, metric, value[OD_NEW], value[OD_BASE]);
    take(&text, line, OD_LINE_NEW);
    put_spread(&text, metric, spread[OD_NEW]);
    take(&text, line, OD_LINE_NEW_SPREAD);
    put_change(&text, metric, change);
    take(&text, line, OD_LINE_CHANGE);
    put_odds(&text, change, images);
    take(&text, line, OD_LINE_ODDS);
    od_buf_puts(&text, od_verdict_name(change->verdict));
    take(&text, line, OD_LINE_VERDICT);
    od_buf_release(&text);
}

void od_line_of_metric(const struct od_comparison *comparison,
                       const struct od_compared *cell, struct od_compare_line *line)
{
    const struct od_compared_side *side = cell->side;
    bool by_request = comparison->options.metric == OD_METRIC_ERROR_RATE;
    fill_line(comparison->options.metric,
              (const double[]){side[OD_BASE].value, side[OD_NEW].value},
              (const double[]){side[OD_BASE].spread, side[OD_NEW].spread}, &cell->change,
              by_request ? -1 : cell->images, line);
}

static double failed_share(const struct od_compared_side *side)
{
    int64_t all = side->requests + side->failed;
    return all > 0 ? (double)side->failed / (double)all : (double)NAN;
}

bool od_line_of_errors(const struct od_comparison *comparison,
                       const struct od_compared *cell, struct od_compare_line *line)
{
    const struct od_compared_side *side = cell->side;
    bool quiet = side[OD_BASE].failed == 0 && side[OD_NEW].failed == 0 &&
                 cell->errors.verdict != OD_VERDICT_REGRESSED;
    bool said = comparison->options.metric == OD_METRIC_ERROR_RATE &&
                cell->errors.verdict == cell->change.verdict;
    if (quiet || said) {
        return false;
    }
    fill_line(OD_METRIC_ERROR_RATE,
              (const double[]){failed_share(&side[OD_BASE]), failed_share(&side[OD_NEW])},
              (const double[]){(double)NAN, (double)NAN}, &cell->errors, -1, line);
    return true;
}

static void put_joined(struct od_buf *out, const char *before, const char *text)
{
    if (*text != '\0') {
        od_buf_puts(out, before);
        od_buf_puts(out, text);
    }
}

void od_line_join(const struct od_compare_line *line, struct od_buf *out)
{
    od_buf_puts(out, line->part[OD_LINE_BASE]);
    put_joined(out, " ", line->part[OD_LINE_BASE_SPREAD]);
    put_joined(out, " -> ", line->part[OD_LINE_NEW]);
    put_joined(out, " ", line->part[OD_LINE_NEW_SPREAD]);
    put_joined(out, ", ", line->part[OD_LINE_CHANGE]);
    put_joined(out, " ", line->part[OD_LINE_ODDS]);
    put_joined(out, ", ", line->part[OD_LINE_VERDICT]);
}

/* "2%", "0.1pp", "50us", "1.5ms": as short as it can be said. */
static void put_threshold_ns(struct od_buf *out, int64_t ns)
{
    const struct unit *unit = unit_of((double)ns);
    od_put_rounded(out, (double)ns / unit->ns, 6);
    od_buf_puts(out, unit->name);
}

void od_put_thresholds(const struct od_compare_options *options, struct od_buf *out)
{
    od_buf_puts(out, "beyond ");
    if (od_metric_is_time(options->metric)) {
        od_put_rounded(out, options->threshold_ratio * 100, 6);
        od_buf_puts(out, "% and ");
        put_threshold_ns(out, options->threshold_ns);
    } else if (options->metric == OD_METRIC_MAP) {
        od_put_rounded(out, options->threshold_map, 6);
    } else {
        od_put_rounded(out, options->threshold_errors * 100, 6);
        od_buf_puts(out, "pp");
    }
}
