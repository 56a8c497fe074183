/* odbench-report: result files in, tables and figures out. */
#include "accuracy/accuracy.h"
#include "base/buf.h"
#include "base/file.h"
#include "cli/report_options.h"
#include "record/record.h"
#include "record/where.h"
#include "report/gnuplot.h"
#include "table/figure.h"
#include "table/own.h"
#include "table/render.h"
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
    od_source_keep(source, where);
    od_where_free(where);
    return rc;
}

/* How every table is made. */
struct style {
    const struct od_table_choice *choice;
    const struct od_format *format;
};

static int add_named(const char *name, const struct od_rows *rows,
                     const struct style *style, struct od_buf *out, struct od_err *err)
{
    const struct od_table_spec *spec = od_table_spec_find(name);
    if (spec == NULL) {
        return od_fail(err, OD_EINPUT, "--table %s: there is none; try --list-tables",
                       name);
    }
    struct od_table table = {0};
    int rc = od_table_build(spec, rows, style->choice, &table, err);
    if (rc == 0) {
        style->format->render(&table, out);
    }
    od_table_release(&table);
    return rc;
}

static int add_own(const char *path, const struct od_rows *rows,
                   const struct style *style, struct od_buf *out, struct od_err *err)
{
    struct od_own *own = NULL;
    struct od_table table = {0};
    int rc = od_own_read(path, &own, err);
    rc = rc == 0 ? od_own_build(own, rows, style->choice, &table, err) : rc;
    if (rc == 0) {
        style->format->render(&table, out);
    }
    od_table_release(&table);
    od_own_free(own);
    return rc;
}

/* Without --table, a --spec stands alone. */
static int make_tables(const struct od_report_options *options,
                       const struct od_rows *rows, const struct style *style,
                       struct od_buf *out, struct od_err *err)
{
    const struct od_format *format = style->format;
    const struct od_strings *specs = &options->specs;
    size_t named =
        options->tables.fallback && specs->count > 0 ? 0 : options->tables.count;
    size_t count = named + specs->count;
    if (count > 1 && format->between == NULL) {
        return od_fail(err, OD_EINPUT,
                       "--format %s holds one table, and %zu are asked for", format->name,
                       count);
    }
    od_buf_puts(out, format->begin);
    for (size_t i = 0; i < count; i++) {
        od_buf_puts(out, i > 0 ? format->between : "");
        int rc = i < named ? add_named(options->tables.items[i], rows, style, out, err)
                           : add_own(specs->items[i - named], rows, style, out, err);
        if (rc != 0) {
            return -1;
        }
    }
    od_buf_puts(out, format->end);
    return 0;
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
    struct style style = {&choice,
                          od_format_find(options->macros ? "macros" : options->format)};
    bool lists = options->list_tables || options->list_figures || options->list_columns;
    bool asked = !options->tables.fallback || options->specs.count > 0;
    bool tables = !lists && (options->figure == NULL || asked);
    list(options, &text);
    int rc = lists ? 0 : read_all(options, files, &source, err);
    if (rc == 0 && !lists && options->figure != NULL) {
        rc = draw_figure(options, &source.rows, &choice, err);
    }
    if (rc == 0 && tables && od_report_asks(options, "accuracy")) {
        rc = od_accuracy_read(&accuracy, (const char *const *)files->items, files->count,
                              options->annotations, err);
    }
    if (rc == 0 && tables) {
        rc = make_tables(options, &source.rows, &style, &text, err);
    }
    if (rc == 0 && (lists || tables)) {
        bool aside = lists || options->figure != NULL;
        rc = write_out(aside ? NULL : options->output, &text, err);
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
