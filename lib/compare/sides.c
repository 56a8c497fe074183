/* Files into two sides of cells. */
#include "compare/sides.h"

#include "accuracy/coco_eval.h"
#include "base/alloc.h"
#include "base/file.h"
#include "compare/companions.h"
#include "compare/found.h"
#include "compare/gather_files.h"

#include <stdlib.h>
#include <string.h>

void od_sides_release(struct od_sides *sides)
{
    for (size_t i = 0; i < sides->count; i++) {
        for (int s = 0; s < OD_SIDES; s++) {
            free(sides->cells[i].side[s].items);
            free(sides->cells[i].side[s].units);
            free(sides->cells[i].side[s].answers);
            od_coco_eval_free(sides->cells[i].found.eval[s]);
        }
        free(sides->cells[i].id);
        free(sides->cells[i].label);
    }
    free(sides->cells);
    *sides = (struct od_sides){0};
}

/* "'A', 'B', 'C'", in order. */
static void list_values(const struct od_gather *g, struct od_buf *out)
{
    for (size_t i = 0; i < g->value_count; i++) {
        od_buf_puts(out, i > 0 ? ", '" : "'");
        od_word_put(g->columns.col, g->values[i], out);
        od_buf_putc(out, '\'');
    }
}

static void sort_values(struct od_gather *g)
{
    for (size_t i = 1; i < g->value_count; i++) {
        uint64_t value = g->values[i];
        size_t k = i;
        for (; k > 0 && od_word_compare(g->columns.col, g->values[k - 1], value) > 0;
             k--) {
            g->values[k] = g->values[k - 1];
        }
        g->values[k] = value;
    }
}

static int check_values(struct od_gather *g, struct od_err *err)
{
    struct od_buf text;
    int64_t rows = g->source[OD_BASE].rows + g->source[OD_NEW].rows;
    if (rows > 0 && rows == g->source[OD_BASE].filtered + g->source[OD_NEW].filtered) {
        return od_fail(err, OD_EINPUT, "--filter '%s' leaves no row", g->options->filter);
    }
    if (g->options->col == NULL && g->paired == 0) {
        return od_fail(err, OD_EINPUT,
                       "all files are of one side, and no row of phase main is of an A/B "
                       "pair: give files of another side, or --col");
    }
    if (g->value_count == OD_SIDES) {
        return 0;
    }
    sort_values(g);
    od_buf_init(&text, 0);
    list_values(g, &text);
    int rc = od_fail(err, OD_EINPUT, "column %s: %s, but two values make the sides%s%s",
                     g->columns.col->name,
                     g->value_count == 0   ? "no value"
                     : g->value_count == 1 ? "one value only"
                                           : "more than two values",
                     text.len > 0 ? ": " : "", text.data);
    od_buf_release(&text);
    return rc;
}

static char *value_text(const struct od_gather *g, int side)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_word_put(g->columns.col, g->values[side], &text);
    if (text.len == 0) {
        od_buf_printf(&text, "no %s", g->columns.col->name);
    }
    char *value = od_buf_steal(&text);
    od_buf_release(&text);
    return value;
}

/* Base is what the plans name first, else what comes first by name or number. */
static void settle_sides(struct od_gather *g, const struct od_companions *companions)
{
    char *a = value_text(g, OD_BASE);
    char *b = value_text(g, OD_NEW);
    int order = od_companions_order(companions, g->columns.col->name, a, b);
    if (order == 0) {
        order = od_word_compare(g->columns.col, g->values[OD_BASE], g->values[OD_NEW]);
    }
    if (order > 0) {
        od_gather_swap(g);
    }
    free(a);
    free(b);
}

static char *files_label(const struct od_texts *files, bool whole)
{
    const char *first = files->count > 0 ? files->items[0] : "";
    const char *name = strcmp(first, "-") == 0 ? "standard input"
                       : whole                 ? first
                                               : od_path_base(first);
    return files->count > 1 ? od_xasprintf("%s and %zu more", name, files->count - 1)
                            : od_xstrdup(name);
}

/* As short as tells them apart. */
static void label_sides(struct od_gather *g, const char *const *labels)
{
    for (int attempt = 0; attempt < 3; attempt++) {
        for (int s = 0; s < OD_SIDES; s++) {
            struct od_compare_source *source = &g->source[s];
            free(source->label);
            source->label = labels != NULL && labels[s] != NULL ? od_xstrdup(labels[s])
                            : g->pooled                         ? value_text(g, s)
                            : attempt < 2 ? files_label(&source->files, attempt > 0)
                                          : od_xstrdup(s == OD_BASE ? "base" : "new");
        }
        if (strcmp(g->source[OD_BASE].label, g->source[OD_NEW].label) != 0) {
            return;
        }
    }
}

static void warn_merged(const struct od_gather *g, struct od_comparison *out)
{
    for (size_t i = 0; i < g->columns.merged.count; i++) {
        for (int s = 0; s < OD_SIDES; s++) {
            unsigned cells = g->mixed[s][i];
            if (cells > 0) {
                od_texts_add(&out->warnings,
                             od_xasprintf("%u cell%s of %s merge%s rows of different %s",
                                          cells, cells > 1 ? "s" : "",
                                          out->source[s].label, cells > 1 ? "" : "s",
                                          g->columns.merged.items[i]->name));
            }
        }
    }
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void warn_twice(const struct od_gather *g, struct od_texts *warnings)
{
    size_t first = warnings->count;
    for (size_t i = 0; i < g->run_count; i++) {
        if (g->runs[i].twice) {
            od_texts_add(warnings,
                         od_xasprintf("run %s stands in several files with the same "
                                      "numbers of requests: rows may count twice",
                                      g->runs[i].name));
        }
    }
    if (warnings->count > first) {
        qsort(warnings->items + first, warnings->count - first, sizeof *warnings->items,
              by_bytes);
    }
}

static int finish(struct od_gather *g, const char *const *labels, struct od_sides *sides,
                  struct od_comparison *out, struct od_err *err)
{
    struct od_companions companions = {0};
    int rc = g->pooled ? check_values(g, err) : 0;
    rc = rc == 0 ? od_companions_read(&companions, g, err) : rc;
    if (rc == 0) {
        od_gather_attempts(g);
        if (g->pooled) {
            settle_sides(g, &companions);
        }
        label_sides(g, labels);
        rc = od_companions_doubts(&companions, g, err);
    }
    rc = rc == 0 ? od_gather_arrange(g, sides, out, err) : rc;
    if (rc == 0 && g->firsts != NULL && od_found_join(g, sides, err) != 0) {
        od_sides_release(sides);
        rc = -1;
    }
    if (rc == 0) {
        for (int s = 0; s < OD_SIDES; s++) {
            out->source[s] = g->source[s];
            g->source[s] = (struct od_compare_source){0};
        }
        warn_twice(g, &out->warnings);
        warn_merged(g, out);
        od_companions_tell(&companions, g, out);
    }
    od_companions_release(&companions);
    return rc;
}

static bool one_side(const struct od_compare_file *files, size_t file_count)
{
    for (size_t i = 1; i < file_count; i++) {
        if (files[i].side != files[0].side) {
            return false;
        }
    }
    return true;
}

int od_sides_read(const struct od_compare_options *options,
                  const struct od_sides_input *input, struct od_sides *sides,
                  struct od_comparison *out, struct od_err *err)
{
    struct od_gather g = {.options = options};
    bool alone = options->col == NULL && one_side(input->files, input->file_count);
    const struct od_column *col = alone ? od_column_find("target") : NULL;
    g.pooled = alone || options->col != NULL;
    int rc = od_where_parse(options->filter, &g.where, err);
    if (rc != 0) {
        od_err_context(err, "--filter");
    }
    rc = rc == 0 ? od_columns_choose(&g.columns, options, col, g.where, err) : rc;
    rc = rc == 0 ? od_gather_open(&g, input, out, err) : rc;
    rc = rc == 0 ? od_gather_read(&g, err) : rc;
    rc = rc == 0 ? finish(&g, input->labels, sides, out, err) : rc;
    od_gather_release(&g);
    return rc;
}
