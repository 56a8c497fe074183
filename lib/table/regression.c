/* What latency follows: file size, pixels or objects, by cell. */
#include "table/builders.h"

#include "base/alloc.h"
#include "stats/importance.h"
#include "stats/regress.h"
#include "table/by_image.h"

#include <math.h>
#include <stdlib.h>

#define CONFIDENCE 0.95
#define SEED       UINT64_C(1)

enum regressor { BYTES, PIXELS, OBJECTS, REGRESSORS };

/* Coefficients are told for so many of them. */
static const struct {
    const char *name;
    double step;
} regressors[REGRESSORS] = {
    [BYTES] = {"100 kB of file", 100000},
    [PIXELS] = {"megapixel", 1000000},
    [OBJECTS] = {"object", 1},
};

/* One value an image. */
struct sample {
    double *latency_ns;
    double *of[REGRESSORS];
    size_t count;
};

struct work {
    struct od_by_image by;
    bool few; /* notes that some cell needs */
    bool constant;
    bool collinear;
};

static int64_t fact_of(const struct od_image_facts *facts, int which)
{
    return which == BYTES    ? facts->bytes
           : which == PIXELS ? facts->pixels
                             : facts->objects;
}

/* Images of which everything is known. Released by the caller with sample_release. */
static struct sample make_sample(const struct work *w, size_t cell)
{
    size_t images = w->by.images.count;
    struct sample sample = {.latency_ns = od_xcalloc(images, sizeof(double))};
    for (int r = 0; r < REGRESSORS; r++) {
        sample.of[r] = od_xcalloc(images, sizeof(double));
    }
    for (size_t i = 0; i < images; i++) {
        size_t count = 0;
        const struct od_obs *obs = od_by_image_cell(&w->by, cell, i, &count);
        struct od_mean mean = od_obs_mean(obs, count, NULL);
        bool known = od_mean_known(&mean);
        for (int r = 0; r < REGRESSORS; r++) {
            known = known && fact_of(&w->by.facts[i], r) >= 0;
        }
        for (int r = 0; known && r < REGRESSORS; r++) {
            sample.of[r][sample.count] = (double)fact_of(&w->by.facts[i], r);
        }
        if (known) {
            sample.latency_ns[sample.count++] = (double)mean.sum_ns / (double)mean.count;
        }
    }
    return sample;
}

static void sample_release(struct sample *sample)
{
    free(sample->latency_ns);
    for (int r = 0; r < REGRESSORS; r++) {
        free(sample->of[r]);
    }
}

static void put_slope(double ns, double step, struct od_cell *cell)
{
    double scaled = ns * step;
    if (!isnan(scaled) && fabs(scaled) < 1e18) {
        od_cell_set_shift(cell, llround(scaled));
    }
}

static void put_standard(double value, struct od_cell *cell)
{
    if (isfinite(value)) {
        od_cell_set_fixed(cell, fabs(value) < 0.0005 ? 0 : value, 3);
    }
}

/* The cells behind the keys: of, images, slope, low, high, standardised, low, high, R2.
 */
static void put_coefficient(const struct od_regression *fit, int which,
                            struct od_cell *cells)
{
    const struct od_coefficient *of = &fit->of[which + 1];
    od_cell_set_text(&cells[0], regressors[which].name);
    od_cell_set_count(&cells[1], (int64_t)fit->rows);
    put_slope(of->value, regressors[which].step, &cells[2]);
    put_slope(of->low, regressors[which].step, &cells[3]);
    put_slope(of->high, regressors[which].step, &cells[4]);
    put_standard(of->standard, &cells[5]);
    put_standard(of->standard_low, &cells[6]);
    put_standard(of->standard_high, &cells[7]);
    if (which == 0) {
        put_standard(fit->r_squared, &cells[8]);
    }
}

/* How much further objects go than bytes, in standard deviations of the latency. */
static void put_difference(const struct sample *sample, struct od_cell *cells)
{
    const struct od_importance_data data = {sample->latency_ns, sample->of[OBJECTS],
                                            sample->of[BYTES], sample->of[PIXELS],
                                            sample->count};
    struct od_importance found;
    od_importance(&data, CONFIDENCE, SEED, &found);
    od_cell_set_text(&cells[0], "objects over bytes");
    od_cell_set_count(&cells[1], (int64_t)sample->count);
    put_standard(found.difference, &cells[5]);
    put_standard(found.low, &cells[6]);
    put_standard(found.high, &cells[7]);
}

static struct od_cell *add_line(const struct work *w, size_t cell, struct od_table *table)
{
    return od_groups_put(&w->by.cells, &w->by.keys, cell,
                         od_table_add_row(table, OD_ROW_DATA));
}

static void add_cell(struct work *w, size_t cell, struct od_table *table)
{
    struct sample sample = make_sample(w, cell);
    struct od_regressor columns[REGRESSORS];
    size_t first = table->row_count;
    for (int r = 0; r < REGRESSORS; r++) {
        columns[r] = (struct od_regressor){regressors[r].name, sample.of[r]};
    }
    const struct od_regress_data data = {sample.latency_ns, sample.count, columns,
                                         REGRESSORS};
    struct od_regression fit;
    od_regress(&data, CONFIDENCE, &fit);
    for (int r = 0; r < REGRESSORS; r++) {
        put_coefficient(&fit, r, add_line(w, cell, table));
    }
    put_difference(&sample, add_line(w, cell, table));
    table->rows[first].rule = first > 0;
    w->few |= (fit.warnings & OD_REGRESS_FEW) != 0 || sample.count < OD_IMPORTANCE_LEAST;
    w->constant |= (fit.warnings & OD_REGRESS_CONSTANT) != 0;
    w->collinear |= (fit.warnings & OD_REGRESS_COLLINEAR) != 0;
    sample_release(&sample);
}

static void add_columns(const struct work *w, struct od_table *table)
{
    static const char *const names[][2] = {{NULL, "images"},
                                           {"latency for each", "coefficient"},
                                           {"latency for each", "low"},
                                           {"latency for each", "high"},
                                           {"standardised", "coefficient"},
                                           {"standardised", "low"},
                                           {"standardised", "high"},
                                           {NULL, "R2"}};
    od_keys_add_columns(&w->by.keys, table);
    if (w->by.keys.count > 0) {
        struct od_table_column *last = &table->columns[w->by.keys.count - 1];
        last->merge = !last->numeric;
    }
    (void)od_table_add_column(table, NULL, "of");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        od_table_add_column(table, names[i][0], names[i][1])->numeric = true;
    }
}

static void add_notes(const struct work *w, struct od_table *table)
{
    od_table_note(table, od_xstrdup("least squares of the mean latency of each image on "
                                    "file bytes, pixels and annotated objects together, "
                                    "with 95% intervals; standardised: standard "
                                    "deviations of latency for one of the quantity"));
    od_table_note(table,
                  od_xstrdup("objects over bytes: how much larger the standardised "
                             "coefficient of objects is, whatever the signs, with "
                             "a bootstrap interval over the images: above 0, "
                             "objects matter more than the file size"));
    if (w->few) {
        od_table_note(table,
                      od_xasprintf("a fit needs more than four images, a comparison "
                                   "%d: what has fewer is empty",
                                   OD_IMPORTANCE_LEAST));
    }
    if (w->constant) {
        od_table_note(table,
                      od_xstrdup("a quantity that is the same in all images has no "
                                 "coefficient"));
    }
    if (w->collinear) {
        od_table_note(table, od_xstrdup("a quantity that follows from those above it has "
                                        "no coefficient"));
    }
}

int od_regression_build(const struct od_table_spec *spec, const struct od_rows *rows,
                        const struct od_table_choice *choice, struct od_table *table,
                        struct od_err *err)
{
    struct work w = {.few = false};
    struct od_scope scope = {.rows = rows};
    bool *aside = od_scope_images_only(&scope);
    int rc = od_scope_choose(&scope, spec, choice, err);
    rc = rc == 0 ? od_by_image_fill(&w.by, &scope, choice, err) : rc;
    if (rc == 0) {
        add_columns(&w, table);
        for (size_t cell = 0; cell < w.by.cells.count; cell++) {
            add_cell(&w, cell, table);
        }
        table->title = od_xstrdup(spec->title);
        add_notes(&w, table);
        od_scope_notes(&scope, table);
    }
    free(aside);
    od_by_image_release(&w.by);
    od_scope_release(&scope);
    return rc;
}
