/* odbench-report: result files in, tables and figures out. */
#include "accuracy/accuracy.h"
#include "base/buf.h"
#include "base/file.h"
#include "cli/report_options.h"
#include "dataset/coco.h"
#include "record/record.h"
#include "record/where.h"
#include "report/drawn.h"
#include "report/gnuplot.h"
#include "report/needs.h"
#include "report/output.h"
#include "table/figure.h"
#include "table/source.h"
#include "table/specs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void list(const struct od_report_options *options, struct od_buf *out)
{
    for (size_t i = 0; options->list_tables && od_table_spec_at(i) != NULL; i++) {
        od_buf_printf(out, "%-14s %s\n", od_table_spec_at(i)->name,
                      od_table_spec_at(i)->summary);
    }
    for (size_t i = 0; options->list_figures && od_figure_spec_at(i) != NULL; i++) {
        od_buf_printf(out, "%-14s %s\n", od_figure_spec_at(i)->name,
                      od_figure_spec_at(i)->summary);
    }
    for (size_t i = 0; options->list_columns && od_column_at(i) != NULL; i++) {
        od_buf_printf(out, "%-18s %s\n", od_column_at(i)->name, od_column_at(i)->help);
    }
}

static int read_all(const struct od_report_options *options,
                    const struct od_strings *files, struct od_source *source,
                    struct od_err *err)
{
    struct od_where *where = NULL;
    if (od_where_parse(options->where, &where, err) != 0) {
        od_err_context(err, "--where");
        return -1;
    }
    source->rows.where = where; /* only while reading */
    int rc = 0;
    if (files->count == 0) {
        rc =
            od_fail(err, OD_EINPUT, "no result file is given; try odbench-report --help");
    }
    for (size_t i = 0; rc == 0 && i < files->count; i++) {
        size_t cut = 0;
        rc = od_source_read(source, files->items[i], &cut, err);
        if (rc == 0 && cut > 0 && !options->quiet) {
            (void)fprintf(stderr,
                          "%s: warning: %s: the last line is cut off and left out\n",
                          od_report_program.name, files->items[i]);
        }
    }
    source->rows.where = NULL;
    od_where_free(where);
    return rc;
}

/* Without --table, a page, a --spec or the findings stand alone. figure: a place for the
 * name of one. */
static struct od_output output_of(const struct od_report_options *options,
                                  const struct od_table_choice *choice,
                                  const char **figure)
{
    const char *format = options->macros ? "macros" : options->format;
    bool page = strcmp(format, "html") == 0;
    bool others = page || options->specs.count > 0 || options->findings;
    *figure = options->figure;
    return (struct od_output){
        .tables = (const char *const *)options->tables.items,
        .table_count = options->tables.fallback && others ? 0 : options->tables.count,
        .specs = (const char *const *)options->specs.items,
        .spec_count = options->specs.count,
        .findings = options->findings,
        .figures = figure,
        .figure_count = page && options->figure != NULL ? 1 : 0,
        .format = format,
        .choice = choice,
    };
}

static int draw_detections(const struct od_report_options *options,
                           const struct od_rows *rows, const struct od_accuracy *accuracy,
                           struct od_err *err)
{
    struct od_coco names = {0};
    struct od_drawn drawn = {0};
    struct od_drawing drawing = {.rows = rows,
                                 .recorded = &accuracy->recorded,
                                 .names = &names,
                                 .images = options->images,
                                 .out = options->draw,
                                 .least_score = options->least_score};
    int rc = 0;
    if (options->images == NULL) {
        rc = od_fail(err, OD_EINPUT, "--draw needs --images, the folder of the images");
    } else if (accuracy->run_count == 0) {
        rc =
            od_fail(err, OD_EINPUT,
                    "--draw: no detections were recorded; odbench-run --detections does");
    } else if (accuracy->annotations != NULL) {
        rc = od_coco_load(accuracy->annotations, &names, err);
    }
    rc = rc == 0 ? od_draw_all(&drawing, &drawn, err) : rc;
    if (rc == 0 && drawn.absent > 0 && !options->quiet) {
        (void)fprintf(stderr, "%s: warning: %zu images are not in %s\n",
                      od_report_program.name, drawn.absent, options->images);
    }
    od_coco_release(&names);
    return rc;
}

/* By the ending of the file: a picture, gnuplot's program, or the numbers alone. */
static int draw_figure(const struct od_report_options *options,
                       const struct od_rows *rows, const struct od_table_choice *choice,
                       struct od_err *err)
{
    static const char *const endings[] = {".svg", ".png", ".pdf", ".gp", ".dat"};
    enum { GP = 3, DAT, ENDINGS };
    const struct od_figure_spec *spec = od_figure_spec_find(options->figure);
    if (spec == NULL) {
        return od_fail(err, OD_EINPUT, "--figure %s: there is none; try --list-figures",
                       options->figure);
    }
    const char *path = options->output;
    const char *dot = path != NULL ? strrchr(path, '.') : NULL;
    int ending = 0;
    while (ending < ENDINGS && strcmp(dot != NULL ? dot : "", endings[ending]) != 0) {
        ending++;
    }
    if (ending == ENDINGS) {
        return od_fail(err, OD_EINPUT,
                       "--figure %s: --output must end in .svg, .png, .pdf, .gp or .dat",
                       spec->name);
    }
    struct od_buf text;
    od_buf_init(&text, 0);
    struct od_figure_choice how = {*choice, ending < GP ? (enum od_figure_format)ending
                                                        : OD_FIGURE_SVG};
    int rc = ending == DAT ? od_figure_data(spec, rows, choice, &text, err)
                           : od_figure_build(spec, rows, &how, &text, err);
    if (rc == 0) {
        rc = ending >= GP ? od_file_write(path, text.data, text.len, err)
                          : od_gnuplot_run(text.data, text.len, path, err);
    }
    od_buf_release(&text);
    return rc;
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

static int run(const struct od_report_options *options, const struct od_strings *files,
               struct od_err *err)
{
    struct od_source source = {0};
    struct od_accuracy accuracy = {0};
    struct od_buf text;
    od_buf_init(&text, 0);
    struct od_table_choice choice = {
        .image = options->image,
        .client = options->client,
        .digits = (int)options->digits,
        .intervals = options->interval,
        .unit = options->unit,
        .where = options->where,
        .order = options->order,
        .by = (const char *const *)options->by.items,
        .by_count = options->by.count,
        .validity = &source.validity,
        .runs = &source.runs,
        .variants = &source.variants,
        .accuracy = &accuracy,
    };
    bool lists = options->list_tables || options->list_figures || options->list_columns;
    bool page = strcmp(options->format, "html") == 0;
    bool asked = !options->tables.fallback || options->specs.count > 0 ||
                 options->findings || page;
    bool aside = options->figure != NULL && !page;
    bool tables = !lists && (asked || (!aside && options->draw == NULL));
    list(options, &text);
    const char *figure = NULL;
    struct od_output output = output_of(options, &choice, &figure);
    struct od_column_set needs =
        od_needs_of(&output, options->figure, options->draw != NULL);
    source.rows.only = &needs;
    int rc = lists ? 0 : read_all(options, files, &source, err);
    if (rc == 0 && !lists && od_report_needs_detections(options)) {
        rc = od_accuracy_read(&accuracy, (const char *const *)files->items, files->count,
                              options->annotations, err);
    }
    if (rc == 0 && !lists && aside) {
        rc = draw_figure(options, &source.rows, &choice, err);
    }
    if (rc == 0 && !lists && options->draw != NULL) {
        rc = draw_detections(options, &source.rows, &accuracy, err);
    }
    if (rc == 0 && tables) {
        rc = od_output_put(&output, &source.rows, &text, err);
    }
    if (rc == 0 && (lists || tables)) {
        rc = write_out(lists || aside ? NULL : options->output, &text, err);
    }
    od_buf_release(&text);
    od_source_release(&source);
    od_accuracy_release(&accuracy);
    return rc;
}

int main(int argc, char **argv)
{
    struct od_report_options options = {0};
    struct od_opt_result result = {0};
    struct od_err err = {0};
    od_std_fds_guard();
    struct od_program program = od_report_program;
    program.schema = OD_SCHEMA;
    int rc = od_opt_parse(&program, argc, argv, &options, &result, &err);
    if (rc == 0 && result.action == OD_OPT_PRINT) {
        rc = write_out(NULL, &result.text, &err);
    } else if (rc == 0) {
        rc = run(&options, &result.operands, &err);
    }
    if (rc != 0) {
        (void)fprintf(stderr, "%s: %s\n", program.name, err.msg);
    }
    od_opt_release(&program, &options, &result);
    return rc == 0 ? 0 : od_code_exit(err.code);
}
