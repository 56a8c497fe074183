/* odbench-compare: did it get slower? Result files in, verdicts out. */
#include "base/buf.h"
#include "base/file.h"
#include "cli/opt.h"
#include "compare/compare.h"
#include "compare/format.h"
#include "compare/operands.h"
#include "record/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    char *metric;
    char *time;
    char *row;
    char *col;
    char *ignore;
    char *filter;
    double threshold;
    int64_t threshold_ns;
    double threshold_errors;
    double threshold_map;
    char *annotations;
    double alpha;
    double confidence;
    char *correction;
    double run_noise;
    double pair_noise;
    int64_t resamples;
    uint64_t seed;
    bool strict;
    bool allow_missing;
    char *format;
    char *output;
    bool list_formats;
};

#define AT(member) offsetof(struct options, member)

/* In the order of enum od_metric. */
static const char *const metrics[] = {"p50",  "p90",        "p95", "p99",
                                      "mean", "error-rate", "map", NULL};
static const char *const times[] = {"service", "response", NULL};
/* In the order of enum od_adjust. */
static const char *const corrections[] = {"none", "holm", "bh", NULL};
static const char *const formats[] = {"text",  "markdown", "json", "csv",
                                      "junit", "github",   NULL};

/* One option: heading, letter, name, unit, type, member, default, choices, help. */
#define OPTION(head, key, word, what, kind, member, preset, list, text)                  \
    {                                                                                    \
        .group = (head), .letter = (key), .name = (word), .unit = (what),                \
        .help = (text), .type = OD_OPT_##kind, .offset = AT(member),                     \
        .fallback = (preset), .choices = (list)                                          \
    }

static const struct od_opt opts[] = {
    OPTION("Comparison", 'm', "metric", "NAME", CHOICE, metric, "p50", metrics,
           "p50, p90, p95, p99, mean, error-rate or map (default: p50)"),
    OPTION(
        "Comparison", 'a', "annotations", "FILE", STRING, annotations, NULL, NULL,
        "COCO's objects of the images, for map (default: the file that the runs name)"),
    OPTION("Comparison", 0, "time", "NAME", CHOICE, time, "service", times,
           "service (send to end) or response (planned send to end) (default: service)"),
    OPTION("Comparison", 0, "row", "COLUMN,...", STRING, row, NULL, NULL,
           "columns whose values make a cell (default: model, protocol, payload, target, "
           "connection, batch, concurrency, rate)"),
    OPTION("Comparison", 0, "ignore", "COLUMN,...", STRING, ignore, NULL, NULL,
           "columns of --row that do not count"),
    OPTION("Comparison", 0, "col", "COLUMN", STRING, col, NULL, NULL,
           "the two values of this column are the sides, in place of the files"),
    OPTION("Comparison", 0, "filter", "CONDITION,...", STRING, filter, NULL, NULL,
           "only rows for which all hold: model=ssd, gt_objects>=5, protocol=~grpc"),
    OPTION("Verdicts", 't', "threshold", "SHARE", RATIO, threshold, "2%", NULL,
           "smaller changes do not count (default: 2%)"),
    OPTION("Verdicts", 0, "threshold-abs", "TIME", DURATION, threshold_ns, "50us", NULL,
           "nor do smaller ones than this (default: 50us)"),
    OPTION("Verdicts", 0, "threshold-errors", "SHARE", RATIO, threshold_errors, "0.1%",
           NULL, "the same for the share of failed requests (default: 0.1%)"),
    OPTION("Verdicts", 0, "threshold-map", "SHARE", RATIO, threshold_map, "0.005", NULL,
           "the same for mAP, which is between 0 and 1 (default: 0.005)"),
    OPTION("Verdicts", 0, "alpha", "SHARE", RATIO, alpha, "5%", NULL,
           "chance of a false alarm, of all cells together (default: 5%)"),
    OPTION("Verdicts", 0, "confidence", "SHARE", RATIO, confidence, "95%", NULL,
           "of the intervals (default: 95%)"),
    OPTION("Verdicts", 0, "correction", "NAME", CHOICE, correction, "holm", corrections,
           "of p-values for the number of cells: holm, bh or none (default: holm)"),
    OPTION("Verdicts", 0, "run-noise", "SHARE", RATIO, run_noise, "1%", NULL,
           "what two runs of the same server differ by, as a standard deviation of each; "
           "0 allows for nothing (default: 1%)"),
    OPTION("Verdicts", 0, "pair-noise", "SHARE", RATIO, pair_noise, "0.5%", NULL,
           "the same for the ratio of A/B pairs (default: 0.5%)"),
    {"Verdicts", 0, "resamples", "N",
     "of the bootstrap, for p90, p95, p99 and map: 100 to 10000 (default: 1000)",
     OD_OPT_INT, AT(resamples), "1000", NULL, 100, 10000},
    OPTION("Verdicts", 0, "seed", "N", UINT64, seed, "1", NULL,
           "of the bootstrap (default: 1)"),
    OPTION("Verdicts", 0, "allow-missing", NULL, FLAG, allow_missing, NULL, NULL,
           "cells that one side alone has do not end with status 2"),
    OPTION("Verdicts", 0, "strict", NULL, FLAG, strict, NULL, NULL,
           "an inconclusive cell ends with status 3"),
    OPTION("Output", 'f', "format", "NAME", CHOICE, format, "text", formats,
           "text, markdown, json, csv, junit or github (default: text)"),
    OPTION("Output", 'o', "output", "FILE", STRING, output, NULL, NULL,
           "where it goes (default: standard output)"),
    OPTION("Output", 0, "list-formats", NULL, FLAG, list_formats, NULL, NULL,
           "print the names of the formats"),
};

static const char *const examples[] = {
    "odbench-compare base.csv new.csv",
    "odbench-compare --strict main=a.csv main=b.csv branch=c.csv branch=d.csv",
    NULL,
};

static const struct od_program program = {
    .name = "odbench-compare",
    .usage = "[options] [LABEL=]BASE.csv... [LABEL=]NEW.csv...",
    .purpose = "Says which cells of two sides of result files became slower.",
    .opts = opts,
    .opt_count = sizeof opts / sizeof opts[0],
    .examples = examples,
    .schema = OD_SCHEMA,
};

/* name is one of names. */
static int index_of(const char *const *names, const char *name)
{
    int i = 0;
    while (names[i] != NULL && strcmp(names[i], name) != 0) {
        i++;
    }
    return i;
}

/* What the command line asks for. The lists of names have the order of the enums. */
static int choose(const struct options *options, struct od_compare_options *out,
                  struct od_err *err)
{
    od_compare_options_init(out);
    out->metric = (enum od_metric)index_of(metrics, options->metric);
    out->response = strcmp(options->time, "response") == 0;
    out->alpha = options->alpha;
    out->confidence = options->confidence;
    out->correction = (enum od_adjust)index_of(corrections, options->correction);
    out->threshold_ratio = options->threshold;
    out->threshold_ns = options->threshold_ns;
    out->threshold_errors = options->threshold_errors;
    out->threshold_map = options->threshold_map;
    out->annotations = options->annotations;
    out->run_noise_ratio = options->run_noise;
    out->pair_noise_ratio = options->pair_noise;
    out->resamples = (int)options->resamples;
    out->seed = options->seed;
    out->strict = options->strict;
    out->allow_missing = options->allow_missing;
    out->row = options->row;
    out->col = options->col;
    out->ignore = options->ignore;
    out->filter = options->filter;
    /* Closer to 0 or 1 than this, quantiles are rounding. */
    double least = 1e-12;
    if (!(options->alpha >= least && options->alpha <= 1 - least)) {
        return od_fail(err, OD_EINPUT, "--alpha is above 0 and below 1, by 1e-12");
    }
    if (!(options->confidence >= least && options->confidence <= 1 - least)) {
        return od_fail(err, OD_EINPUT, "--confidence is above 0 and below 1, by 1e-12");
    }
    if (out->annotations != NULL && out->metric != OD_METRIC_MAP) {
        return od_fail(err, OD_EINPUT, "--annotations is for --metric map");
    }
    return 0;
}

static int write_out(const char *path, const struct od_buf *text, struct od_err *err)
{
    if (path != NULL && strcmp(path, "-") != 0) {
        return od_file_write(path, text->data, text->len, err);
    }
    if (fwrite(text->data, 1, text->len, stdout) != text->len || fflush(stdout) != 0) {
        return od_fail(err, OD_EOUTPUT, "standard output cannot be written");
    }
    return 0;
}

static int list_formats(struct od_err *err)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    for (size_t i = 0; od_compare_format_at(i) != NULL; i++) {
        od_buf_printf(&text, "%-10s %s\n", od_compare_format_at(i)->name,
                      od_compare_format_at(i)->summary);
    }
    int rc = write_out(NULL, &text, err);
    od_buf_release(&text);
    return rc;
}

/* Compares and prints; *status is the verdict's. */
static int run(const struct options *options, const struct od_strings *operands,
               int *status, struct od_err *err)
{
    struct od_compare_options how;
    struct od_compare_inputs inputs = {0};
    struct od_comparison comparison = {0};
    struct od_buf text;
    od_buf_init(&text, 0);
    int rc = choose(options, &how, err);
    if (rc == 0) {
        rc = od_compare_operands((const char *const *)operands->items, operands->count,
                                 options->col != NULL, &inputs, err);
    }
    if (rc == 0) {
        rc = od_compare_run(&how, inputs.files, inputs.count,
                            (const char *const *)inputs.labels, &comparison, err);
    }
    if (rc == 0) {
        od_compare_format_find(options->format)->render(&comparison, &text);
        rc = write_out(options->output, &text, err);
        *status = od_comparison_status(&comparison);
    }
    od_buf_release(&text);
    od_comparison_release(&comparison);
    od_compare_inputs_release(&inputs);
    return rc;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct od_opt_result result = {0};
    struct od_err err = {0};
    int status = 0;
    od_std_fds_guard();
    int rc = od_opt_parse(&program, argc, argv, &options, &result, &err);
    if (rc == 0 && result.action == OD_OPT_PRINT) {
        rc = write_out(NULL, &result.text, &err);
    } else if (rc == 0 && options.list_formats) {
        rc = list_formats(&err);
    } else if (rc == 0) {
        rc = run(&options, &result.operands, &status, &err);
    }
    if (rc != 0) {
        (void)fprintf(stderr, "%s: %s\n", program.name, err.msg);
    }
    od_opt_release(&program, &options, &result);
    return rc == 0 ? status : od_code_exit(err.code);
}
