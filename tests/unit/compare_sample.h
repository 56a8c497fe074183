/* Comparisons made by hand, one for each thing that a format must be able to say. */
#ifndef COMPARE_SAMPLE_H
#define COMPARE_SAMPLE_H

#include "base/alloc.h"
#include "compare/comparison.h"
#include "record/validity.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static inline struct od_compared_side sample_side(double value, double spread)
{
    return (struct od_compared_side){
        .requests = 400,
        .images = 10,
        .runs = 1,
        .units = 10,
        .value = value,
        .spread = spread,
    };
}

/* Of a time of base_ns: the interval is ratio -+ wide. */
static inline struct od_change sample_change(double base_ns, double ratio, double wide,
                                             double p, enum od_verdict verdict)
{
    return (struct od_change){
        .shift = round(base_ns * (ratio - 1)),
        .shift_low = round(base_ns * (ratio - wide - 1)),
        .shift_high = round(base_ns * (ratio + wide - 1)),
        .ratio = ratio,
        .ratio_low = ratio - wide,
        .ratio_high = ratio + wide,
        .p = p / 4,
        .p_adjusted = p,
        .verdict = verdict,
        .more_repetitions = -1,
    };
}

/* Of a share. */
static inline struct od_change sample_shift(double shift, double wide, double p,
                                            enum od_verdict verdict)
{
    return (struct od_change){
        .shift = shift,
        .shift_low = shift - wide,
        .shift_high = shift + wide,
        .ratio = (double)NAN,
        .ratio_low = (double)NAN,
        .ratio_high = (double)NAN,
        .p = p,
        .p_adjusted = p,
        .verdict = verdict,
        .more_repetitions = -1,
    };
}

/* A cell whose time of base_ns changed by ratio, without a failed request. */
static inline struct od_compared *sample_cell(struct od_comparison *c, const char *label,
                                              double base_ns, double ratio,
                                              enum od_verdict verdict)
{
    c->cells = od_xrealloc(c->cells, c->cell_count + 1, sizeof *c->cells);
    struct od_compared *cell = &c->cells[c->cell_count++];
    double p = verdict == OD_VERDICT_EQUIVALENT || verdict == OD_VERDICT_INCONCLUSIVE
                   ? 0.4461
                   : 0.00196;
    *cell = (struct od_compared){
        .label = od_xstrdup(label),
        .id = od_xasprintf("model=ssd,protocol=%s,payload=tensor,target=cloud,"
                           "connection=reuse,batch=1,concurrency=1,rate=",
                           label),
        .side = {sample_side(base_ns, 0.0081), sample_side(base_ns * ratio, 0.0123)},
        .images = 10,
        .change = sample_change(base_ns, ratio, 0.01, p, verdict),
        .errors = sample_shift(0, 0, 1, OD_VERDICT_EQUIVALENT),
        .answers = 10,
        .test = "signed rank of 10 images, t of 10 units",
    };
    c->verdicts[verdict]++;
    return cell;
}

/* The share of requests that failed, of 400 more. */
static inline void sample_errors(struct od_comparison *c, struct od_compared *cell,
                                 int64_t base, int64_t new_, double p,
                                 enum od_verdict verdict)
{
    cell->side[OD_BASE].failed = base;
    cell->side[OD_NEW].failed = new_;
    cell->side[OD_BASE].requests = 400 - base;
    cell->side[OD_NEW].requests = 400 - new_;
    cell->errors = sample_shift((double)(new_ - base) / 400, 0.01, p, verdict);
    c->error_regressions += verdict == OD_VERDICT_REGRESSED;
}

static inline void sample_fact(struct od_comparison *c, const char *name,
                               const char *text)
{
    c->common = od_xrealloc(c->common, c->common_count + 1, sizeof *c->common);
    c->common[c->common_count++] = (struct od_compare_fact){
        .name = od_xstrdup(name),
        .text = od_xstrdup(text),
    };
}

static inline void sample_sides(struct od_comparison *c, const char *base,
                                const char *new_)
{
    const char *const labels[OD_SIDES] = {base, new_};
    for (int s = 0; s < OD_SIDES; s++) {
        struct od_compare_source *source = &c->source[s];
        source->label = od_xstrdup(labels[s]);
        od_texts_add(&source->files, od_xasprintf("results/%s.csv", labels[s]));
        od_texts_add(&source->run_ids, od_xasprintf("%s-20260102T030405", labels[s]));
        source->rows = 1700;
        source->warmup = 100;
    }
}

static inline struct od_comparison sample_empty(void)
{
    struct od_comparison c = {.geomean_ratio = (double)NAN};
    od_compare_options_init(&c.options);
    sample_sides(&c, "main", "pr-12");
    sample_fact(&c, "model", "ssd");
    sample_fact(&c, "payload", "tensor");
    sample_fact(&c, "target", "cloud");
    sample_fact(&c, "connection", "reuse");
    sample_fact(&c, "batch", "1");
    sample_fact(&c, "concurrency", "1");
    return c;
}

/* Nothing changed. */
static inline struct od_comparison sample_clean(void)
{
    struct od_comparison c = sample_empty();
    (void)sample_cell(&c, "tfs-grpc", 431.2e6, 1.0013, OD_VERDICT_EQUIVALENT);
    (void)sample_cell(&c, "tfs-rest", 502.7e6, 0.99998, OD_VERDICT_EQUIVALENT);
    c.geomean_ratio = 1.0006;
    c.geomean_cells = 2;
    return c;
}

/* All four verdicts, errors, footnotes, doubts, a warning. */
static inline struct od_comparison sample_verdicts(void)
{
    struct od_comparison c = sample_empty();
    (void)sample_cell(&c, "tfs-grpc", 431.2e6, 1.0501, OD_VERDICT_REGRESSED);
    struct od_compared *cell =
        sample_cell(&c, "tfs-rest", 502.7e6, 0.9412, OD_VERDICT_INCONCLUSIVE);
    cell->change.reason = "better, but more requests failed";
    sample_errors(&c, cell, 0, 8, 0.0004, OD_VERDICT_REGRESSED);
    cell->notes = 1U << OD_NOTE_FASTER_BY_FAILING | 1U << OD_NOTE_OTHER_ANSWERS |
                  1U << OD_NOTE_ONE_RUN;
    cell->answers_differ = 3;
    cell->answers_vary = 1;
    cell = sample_cell(&c, "oip-grpc", 999.96e3, 1.0119, OD_VERDICT_INCONCLUSIVE);
    cell->change.more_repetitions = 12;
    cell->side[OD_NEW].doubts =
        od_doubt_bit(OD_DOUBT_UNSTEADY) | od_doubt_bit(OD_DOUBT_STEAL);
    cell->side[OD_NEW].doubtful = 40;
    cell->notes = 1U << OD_NOTE_ONE_RUN | 1U << OD_NOTE_DOUBTFUL;
    sample_errors(&c, cell, 1, 2, 0.62, OD_VERDICT_INCONCLUSIVE);
    (void)sample_cell(&c, "oip-rest", 12.31e9, 1.0004, OD_VERDICT_EQUIVALENT);
    cell = sample_cell(&c, "web", 88.8e6, 0.9, OD_VERDICT_IMPROVED);
    cell->side[OD_BASE].requests = 399;
    c.geomean_ratio = 0.98128;
    c.geomean_cells = 5;
    od_texts_add(&c.warnings, od_xstrdup("the sides ran on other CPUs: main on \"Xeon "
                                         "E5\", pr-12 on \"EPYC 7543\""));
    c.source[OD_NEW].failed = 10;
    c.source[OD_NEW].invalid = 1;
    c.source[OD_NEW].cut = 1;
    return c;
}

/* Cells of one side, and more files than are listed. */
static inline struct od_comparison sample_missing(void)
{
    struct od_comparison c = sample_clean();
    od_texts_add(&c.only[OD_BASE], od_xstrdup("model=ssd,protocol=web,payload=jpeg"));
    od_texts_add(&c.only[OD_NEW], od_xstrdup("model=yolo,protocol=tfs-grpc,payload=b64"));
    od_texts_add(&c.only[OD_NEW], od_xstrdup("model=yolo,protocol=tfs-rest,payload=b64"));
    for (int i = 2; i < 10; i++) {
        od_texts_add(&c.source[OD_NEW].files, od_xasprintf("results/pr-12-%d.csv", i));
    }
    return c;
}

/* Nothing to compare. */
static inline struct od_comparison sample_nothing(void)
{
    struct od_comparison c = sample_missing();
    for (size_t i = 0; i < c.cell_count; i++) {
        free(c.cells[i].label);
        free(c.cells[i].id);
    }
    c.cell_count = 0;
    c.verdicts[OD_VERDICT_EQUIVALENT] = 0;
    c.geomean_cells = 0;
    c.geomean_ratio = (double)NAN;
    c.options.allow_missing = true;
    return c;
}

/* Texts that every format has to escape. */
static inline struct od_comparison sample_hostile(void)
{
    struct od_comparison c = sample_empty();
    static const char *const labels[] = {
        "a|b `c` *d* _e_ [f](g) <script>&amp;",
        "]]>\"'100%\r\n::error::no, yes: no",
        "\xC3\xA9t\xC3\xA9 \xE4\xBD\xA0 \xF0\x9F\x90\x87",
        "\x1B[31mred\x01\x7F \xFF\xC3 \xEF\xBF\xBF \xC2\x85 @you #1",
    };
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        enum od_verdict verdict = i == 1 ? OD_VERDICT_INCONCLUSIVE : OD_VERDICT_REGRESSED;
        struct od_compared *cell =
            sample_cell(&c, labels[i], 1e6, i == 1 ? 1.01 : 1.5, verdict);
        cell->change.more_repetitions = 1;
    }
    for (int s = 0; s < OD_SIDES; s++) {
        free(c.source[s].label);
        c.source[s].label = od_xasprintf("x,y|\"%d\"\n<z>&%%", s);
        od_texts_add(&c.source[s].files, od_xstrdup("a\nb\t%0A</details>.csv"));
    }
    sample_fact(&c, "client", "\"m|1\"\\ </summary>\n\xFE");
    od_texts_add(&c.warnings, od_xstrdup("100% of\nthe CPUs, ]]> and | differ: <b>"));
    od_texts_add(&c.only[OD_NEW], od_xstrdup("model=\",\n\x02|]]>"));
    c.options.filter = "model=\"a,b\"\n";
    c.options.ignore = "rate";
    return c;
}

/* Nothing is known of its only cell; the base is called by its file. */
static inline struct od_comparison sample_unknown(void)
{
    struct od_comparison c = sample_empty();
    double nan = (double)NAN;
    struct od_compared *cell = sample_cell(&c, "", nan, nan, OD_VERDICT_INCONCLUSIVE);
    cell->side[OD_BASE].spread = (double)INFINITY;
    cell->side[OD_NEW].spread = nan;
    cell->side[OD_NEW].value = 12;
    cell->change = sample_change(nan, nan, nan, nan, OD_VERDICT_INCONCLUSIVE);
    cell->change.ratio = (double)INFINITY;
    cell->change.reason = "too few requests for p99";
    cell->errors = cell->change;
    cell->images = 3;
    cell->test = NULL;
    free(c.source[OD_BASE].label);
    c.source[OD_BASE].label = od_xstrdup(c.source[OD_BASE].files.items[0]);
    c.options.metric = OD_METRIC_P99;
    c.options.correction = OD_ADJUST_NONE;
    c.options.strict = true;
    return c;
}

/* A/B pairs of response times, where what is inconclusive fails. */
static inline struct od_comparison sample_pairs(void)
{
    struct od_comparison c = sample_clean();
    for (size_t i = 0; i < c.cell_count; i++) {
        c.cells[i].pairs = 4000;
        c.cells[i].test = "signed rank of 10 images, t of 10 units, of 4000 pairs";
    }
    struct od_compared *cell = sample_cell(&c, "web", 312, 9.1, OD_VERDICT_INCONCLUSIVE);
    cell->change.more_repetitions = 3;
    cell->change.p_adjusted = 0.00099;
    cell = sample_cell(&c, "torchserve-grpc", 2.2, 25000, OD_VERDICT_IMPROVED);
    cell->change.ratio = 0.5;
    c.options.metric = OD_METRIC_P95;
    c.options.response = true;
    c.options.correction = OD_ADJUST_BH;
    c.options.strict = true;
    return c;
}

/* A share as metric. */
static inline struct od_comparison sample_share(enum od_metric metric)
{
    struct od_comparison c = sample_empty();
    bool errors = metric == OD_METRIC_ERROR_RATE;
    double scale = errors ? 0.01 : 0.5;
    struct od_compared *cell = NULL;
    cell = sample_cell(&c, "tfs-grpc", scale, 1.5, OD_VERDICT_REGRESSED);
    cell->change =
        sample_shift(errors ? 0.005 : -0.25, 0.002, 0.0004, OD_VERDICT_REGRESSED);
    sample_errors(&c, cell, 4, 6, 0.01,
                  errors ? OD_VERDICT_REGRESSED : OD_VERDICT_INCONCLUSIVE);
    cell = sample_cell(&c, "tfs-rest", scale, 1, OD_VERDICT_EQUIVALENT);
    cell->change = sample_shift(-0.0, 0.0001, 1, OD_VERDICT_EQUIVALENT);
    cell = sample_cell(&c, "web", scale, 0.99, OD_VERDICT_INCONCLUSIVE);
    cell->change = sample_shift(-0.00001, 0.2, 0.9, OD_VERDICT_INCONCLUSIVE);
    c.options.metric = metric;
    return c;
}

#endif
