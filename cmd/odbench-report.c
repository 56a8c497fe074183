/* odbench-report: result files in, tables and figures out. */
#include "base/buf.h"
#include "base/file.h"
#include "cli/opt.h"
#include "record/record.h"
#include "record/rows.h"
#include "report/gnuplot.h"
#include "table/figure.h"
#include "table/render.h"
#include "table/specs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    struct od_strings tables;
    char *format;
    char *figure;
    char *image;
    char *client;
    int64_t digits;
    char *output;
    bool list_tables;
    bool list_figures;
    bool list_columns;
    bool quiet;
};

#define AT(member) offsetof(struct options, member)

static const char *const formats[] = {"text", "markdown", "latex", "csv", "json", NULL};

static const struct od_opt opts[] = {
    {"Tables", 't', "table", "NAME",
     "table to print, may be given again; see --list-tables (default: summary)",
     OD_OPT_LIST, AT(tables), "summary", NULL, 0, 0},
    {"Tables", 'f', "format", "NAME",
     "text, markdown, latex, csv or json (default: text); csv takes one table",
     OD_OPT_CHOICE, AT(format), "text", formats, 0, 0},
    {"Tables", 'd', "digits", "N",
     "decimals of milliseconds, 0 to 6 (default: -1, as the table has it)", OD_OPT_INT,
     AT(digits), "-1", NULL, -1, 6},
    {"Figures", 0, "figure", "NAME",
     "figure to draw with gnuplot into --output; see --list-figures", OD_OPT_STRING,
     AT(figure), NULL, NULL, 0, 0},
    {"Selection", 'i', "image", "FILE",
     "only the rows of this image, by its file name (default: the table's own rule)",
     OD_OPT_STRING, AT(image), NULL, NULL, 0, 0},
    {"Selection", 'c', "client", "NAME",
     "only the rows that this client measured (default: the table's own rule)",
     OD_OPT_STRING, AT(client), NULL, NULL, 0, 0},
    {"Output", 'o', "output", "FILE",
     "where the figure (.svg, .png, .gp) or else the tables go (default: standard "
     "output)",
     OD_OPT_STRING, AT(output), NULL, NULL, 0, 0},
    {"Output", 'q', "quiet", NULL, "no warnings", OD_OPT_FLAG, AT(quiet), NULL, NULL, 0,
     0},
    {"Lists", 0, "list-tables", NULL, "print the names of the tables", OD_OPT_FLAG,
     AT(list_tables), NULL, NULL, 0, 0},
    {"Lists", 0, "list-figures", NULL, "print the names of the figures", OD_OPT_FLAG,
     AT(list_figures), NULL, NULL, 0, 0},
    {"Lists", 0, "list-columns", NULL, "print the columns of a result file", OD_OPT_FLAG,
     AT(list_columns), NULL, NULL, 0, 0},
};

static const char *const examples[] = {
    "odbench-report --table paper-2 results/paper/*.csv",
    "odbench-report --figure figure-8 -o latency.svg results/demo/*.csv",
    NULL,
};

static const struct od_program program = {
    .name = "odbench-report",
    .usage = "[options] FILE.csv...",
    .purpose = "Prints tables and draws figures from result files of odbench-run.",
    .opts = opts,
    .opt_count = sizeof opts / sizeof opts[0],
    .examples = examples,
    .schema = OD_SCHEMA,
};

static void list(const struct options *options, struct od_buf *out)
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

static int read_all(const struct options *options, const struct od_strings *files,
                    struct od_rows *rows, struct od_validity_set *set, struct od_err *err)
{
    if (files->count == 0) {
        return od_fail(err, OD_EINPUT,
                       "no result file is given; try odbench-report --help");
    }
    for (size_t i = 0; i < files->count; i++) {
        size_t cut = 0;
        if (od_rows_read(rows, files->items[i], &cut, err) != 0 ||
            od_validity_set_add(set, files->items[i], err) != 0) {
            return -1;
        }
        if (cut > 0 && !options->quiet) {
            (void)fprintf(stderr,
                          "%s: warning: %s: the last line is cut off and left out\n",
                          program.name, files->items[i]);
        }
    }
    return 0;
}

/* How every table is made. */
struct style {
    const struct od_table_choice *choice;
    const struct od_format *format;
};

static int add_table(const char *name, const struct od_rows *rows,
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

static int make_tables(const struct od_strings *names, const struct od_rows *rows,
                       const struct style *style, struct od_buf *out, struct od_err *err)
{
    const struct od_format *format = style->format;
    if (names->count > 1 && format->between == NULL) {
        return od_fail(err, OD_EINPUT,
                       "--format %s holds one table, and %zu are asked for", format->name,
                       names->count);
    }
    od_buf_puts(out, format->begin);
    for (size_t i = 0; i < names->count; i++) {
        od_buf_puts(out, i > 0 ? format->between : "");
        if (add_table(names->items[i], rows, style, out, err) != 0) {
            return -1;
        }
    }
    od_buf_puts(out, format->end);
    return 0;
}

static int draw_figure(const struct options *options, const struct od_rows *rows,
                       const struct od_table_choice *choice, struct od_err *err)
{
    const struct od_figure_spec *spec = od_figure_spec_find(options->figure);
    if (spec == NULL) {
        return od_fail(err, OD_EINPUT, "--figure %s: there is none; try --list-figures",
                       options->figure);
    }
    const char *path = options->output;
    const char *dot = path != NULL ? strrchr(path, '.') : NULL;
    const char *ending = dot != NULL ? dot : "";
    bool png = strcmp(ending, ".png") == 0;
    bool gp = strcmp(ending, ".gp") == 0;
    if (!png && !gp && strcmp(ending, ".svg") != 0) {
        return od_fail(err, OD_EINPUT,
                       "--figure %s: --output must end in .svg, .png or .gp", spec->name);
    }
    struct od_buf text;
    od_buf_init(&text, 0);
    struct od_figure_choice how = {*choice, png ? OD_FIGURE_PNG : OD_FIGURE_SVG};
    int rc = od_figure_build(spec, rows, &how, &text, err);
    if (rc == 0) {
        rc = gp ? od_file_write(path, text.data, text.len, err)
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

static int run(const struct options *options, const struct od_strings *files,
               struct od_err *err)
{
    struct od_rows rows = {0};
    struct od_validity_set validity = {0};
    struct od_buf text;
    od_buf_init(&text, 0);
    struct od_table_choice choice = {options->image, options->client,
                                     (int)options->digits, &validity};
    struct style style = {&choice, od_format_find(options->format)};
    bool lists = options->list_tables || options->list_figures || options->list_columns;
    bool tables = !lists && (options->figure == NULL || !options->tables.fallback);
    list(options, &text);
    int rc = lists ? 0 : read_all(options, files, &rows, &validity, err);
    if (rc == 0 && !lists && options->figure != NULL) {
        rc = draw_figure(options, &rows, &choice, err);
    }
    if (rc == 0 && tables) {
        rc = make_tables(&options->tables, &rows, &style, &text, err);
    }
    if (rc == 0 && (lists || tables)) {
        bool aside = lists || options->figure != NULL;
        rc = write_out(aside ? NULL : options->output, &text, err);
    }
    od_buf_release(&text);
    od_rows_release(&rows);
    od_validity_set_release(&validity);
    return rc;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct od_opt_result result = {0};
    struct od_err err = {0};
    od_std_fds_guard();
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
