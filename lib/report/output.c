/* Tables by name, by file, and by the claims; then a format, or a page around them. */
#include "report/output.h"

#include "base/alloc.h"
#include "report/findings.h"
#include "report/gnuplot.h"
#include "report/page.h"
#include "table/figure.h"
#include "table/own.h"
#include "table/render.h"

#include <stdlib.h>
#include <string.h>

/* What a report holds; everything owned. */
struct parts {
    struct od_table *tables;
    size_t table_count;
    size_t table_capacity;
    struct od_own **owns; /* tables borrow their names */
    size_t own_count;
    size_t own_capacity;
    struct od_page_figure *figures;
    char **pictures; /* one a figure */
    size_t figure_count;
    size_t figure_capacity;
    size_t picture_capacity;
};

static void release_parts(struct parts *parts)
{
    for (size_t i = 0; i < parts->table_count; i++) {
        od_table_release(&parts->tables[i]);
    }
    for (size_t i = 0; i < parts->own_count; i++) {
        od_own_free(parts->owns[i]);
    }
    for (size_t i = 0; i < parts->figure_count; i++) {
        free(parts->pictures[i]);
    }
    free(parts->tables);
    free(parts->owns);
    free(parts->figures);
    free(parts->pictures);
}

/* An empty table at the end; valid until the next one. */
static struct od_table *next_table(struct parts *parts)
{
    parts->tables = od_xgrow(parts->tables, parts->table_count, &parts->table_capacity,
                             sizeof *parts->tables);
    struct od_table *table = &parts->tables[parts->table_count++];
    *table = (struct od_table){0};
    return table;
}

static int add_named(const char *name, const struct od_output *output,
                     const struct od_rows *rows, struct parts *parts, struct od_err *err)
{
    const struct od_table_spec *spec = od_table_spec_find(name);
    if (spec == NULL) {
        return od_fail(err, OD_EINPUT, "--table %s: there is none; try --list-tables",
                       name);
    }
    return od_table_build(spec, rows, output->choice, next_table(parts), err);
}

static int add_own(const char *path, const struct od_output *output,
                   const struct od_rows *rows, struct parts *parts, struct od_err *err)
{
    struct od_own *own = NULL;
    if (od_own_read(path, &own, err) != 0) {
        return -1;
    }
    parts->owns =
        od_xgrow(parts->owns, parts->own_count, &parts->own_capacity, sizeof own);
    parts->owns[parts->own_count++] = own;
    return od_own_build(own, rows, output->choice, next_table(parts), err);
}

/* Every table that these rows have something for. One that cannot be made is left out:
 * nobody asked for it by name. */
static void add_all(const struct od_output *output, const struct od_rows *rows,
                    struct parts *parts)
{
    for (size_t i = 0; od_table_spec_at(i) != NULL; i++) {
        struct od_table *table = next_table(parts);
        int rc = od_table_build(od_table_spec_at(i), rows, output->choice, table, NULL);
        if (rc != 0 || table->row_count == 0) {
            od_table_release(table);
            parts->table_count--;
        }
    }
}

static int make_tables(const struct od_output *output, const struct od_rows *rows,
                       bool page, struct parts *parts, struct od_err *err)
{
    bool all = page && output->table_count == 0 && output->spec_count == 0;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < output->table_count; i++) {
        rc = add_named(output->tables[i], output, rows, parts, err);
    }
    for (size_t i = 0; rc == 0 && i < output->spec_count; i++) {
        rc = add_own(output->specs[i], output, rows, parts, err);
    }
    if (all) {
        add_all(output, rows, parts);
    }
    if (rc == 0 && (output->findings || all)) {
        od_findings_build(rows, next_table(parts));
    }
    return rc;
}

static int add_figure(const struct od_figure_spec *spec, const struct od_output *output,
                      const struct od_rows *rows, struct parts *parts, struct od_err *err)
{
    struct od_figure_choice how = {*output->choice, OD_FIGURE_SVG};
    struct od_buf program;
    struct od_buf picture;
    od_buf_init(&program, 0);
    od_buf_init(&picture, 0);
    int rc = od_figure_build(spec, rows, &how, &program, err);
    rc = rc == 0 ? od_gnuplot_picture(program.data, program.len, &picture, err) : rc;
    if (rc == 0) {
        parts->figures = od_xgrow(parts->figures, parts->figure_count,
                                  &parts->figure_capacity, sizeof *parts->figures);
        parts->pictures = od_xgrow(parts->pictures, parts->figure_count,
                                   &parts->picture_capacity, sizeof *parts->pictures);
        char *svg = od_xstrdup(picture.data);
        parts->pictures[parts->figure_count] = svg;
        parts->figures[parts->figure_count++] =
            (struct od_page_figure){spec->name, spec->summary, svg};
    }
    od_buf_release(&program);
    od_buf_release(&picture);
    return rc;
}

static int make_figures(const struct od_output *output, const struct od_rows *rows,
                        struct parts *parts, struct od_err *err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < output->figure_count; i++) {
        const struct od_figure_spec *spec = od_figure_spec_find(output->figures[i]);
        rc = spec != NULL ? add_figure(spec, output, rows, parts, err)
                          : od_fail(err, OD_EINPUT,
                                    "--figure %s: there is none; try --list-figures",
                                    output->figures[i]);
    }
    for (size_t i = 0; output->figure_count == 0 && od_gnuplot_present() &&
                       od_figure_spec_at(i) != NULL;
         i++) {
        (void)!add_figure(od_figure_spec_at(i), output, rows, parts, NULL);
    }
    return rc;
}

static void put_tables(const struct od_format *format, const struct parts *parts,
                       struct od_buf *out)
{
    od_buf_puts(out, format->begin);
    for (size_t i = 0; i < parts->table_count; i++) {
        od_buf_puts(out, i > 0 ? format->between : "");
        format->render(&parts->tables[i], out);
    }
    od_buf_puts(out, format->end);
}

static void put_page(const struct parts *parts, struct od_buf *out)
{
    struct od_page page = {.title = "Object detection as a service: latency",
                           .tables = parts->tables,
                           .table_count = parts->table_count,
                           .figures = parts->figures,
                           .figure_count = parts->figure_count,
                           .provenance = ""};
    if (parts->table_count > 0 && parts->tables[0].provenance != NULL) {
        page.provenance = parts->tables[0].provenance;
    }
    if (!od_gnuplot_present()) {
        page.summary = "Figures are left out: gnuplot is not installed.";
    }
    od_page_put(&page, out);
}

int od_output_put(const struct od_output *output, const struct od_rows *rows,
                  struct od_buf *out, struct od_err *err)
{
    struct parts parts = {0};
    const struct od_format *format = od_format_find(output->format);
    bool page = strcmp(output->format, "html") == 0;
    size_t count = output->table_count + output->spec_count + (output->findings ? 1 : 0);
    if (!page && format == NULL) {
        return od_fail(err, OD_EINPUT, "--format %s: there is none", output->format);
    }
    if (!page && count > 1 && format->between == NULL) {
        return od_fail(err, OD_EINPUT,
                       "--format %s holds one table, and %zu are asked for", format->name,
                       count);
    }
    int rc = make_tables(output, rows, page, &parts, err);
    rc = rc == 0 && page ? make_figures(output, rows, &parts, err) : rc;
    if (rc == 0 && page) {
        put_page(&parts, out);
    } else if (rc == 0) {
        put_tables(format, &parts, out);
    }
    release_parts(&parts);
    return rc;
}
