/* Requests into effects: one an image, one a unit. */
#include "compare/effects.h"

#include "base/alloc.h"
#include "compare/median.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Values that come in groups: of each unit. */
struct groups {
    double *values;
    size_t *start; /* count + 1 of them, then moved on as values arrive */
    size_t *fill;
    size_t count;
};

/* A request of an image, and what it is joined by. */
struct item {
    uint64_t key; /* unit of the base side and number of the pair */
    double ns;
    uint32_t unit;
};

/* What one pass over the images needs. */
struct pass {
    const struct od_cell_pair *cell;
    bool mean;
    size_t next[OD_SIDES];       /* first item of the image, and of those behind it */
    struct item *item[OD_SIDES]; /* usable ones of the image */
    size_t count[OD_SIDES];
    uint32_t *to_base; /* pairs: unit of new -> unit of base; UINT32_MAX: none */
    double *scratch;
    struct groups units[OD_SIDES];
    struct groups pairs;
};

static double mean_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
    }
    return sum / (double)count;
}

static double typical(double *values, size_t count, bool mean)
{
    return mean ? mean_of(values, count) : od_median(values, count);
}

uint32_t *od_units_match(const struct od_cell_rows *base, const struct od_cell_rows *new)
{
    uint32_t *matches = od_xcalloc(new->unit_count + 1, sizeof matches[0]);
    size_t next = 0; /* most often it is the one behind the last */
    for (size_t u = 0; u < new->unit_count; u++) {
        const struct od_unit *like = &new->units[u];
        matches[u] = UINT32_MAX;
        for (size_t tried = 0; tried < base->unit_count; tried++) {
            size_t at = (next + tried) % base->unit_count;
            if (base->units[at].run == like->run && base->units[at].rep == like->rep) {
                matches[u] = (uint32_t)at;
                next = at + 1;
                break;
            }
        }
    }
    return matches;
}

static void groups_init(struct groups *g, const struct od_cell_rows *rows)
{
    g->count = rows->unit_count;
    g->values = od_xcalloc(rows->count + 1, sizeof g->values[0]);
    g->start = od_xcalloc(g->count + 1, sizeof g->start[0]);
    g->fill = od_xcalloc(g->count + 1, sizeof g->fill[0]);
    for (size_t i = 0; i < rows->count; i++) {
        g->start[rows->items[i].unit + 1]++;
    }
    for (size_t u = 0; u < g->count; u++) {
        g->start[u + 1] += g->start[u];
        g->fill[u] = g->start[u];
    }
}

static void groups_release(struct groups *g)
{
    free(g->values);
    free(g->start);
    free(g->fill);
}

static void groups_put(struct groups *g, size_t unit, double value)
{
    g->values[g->fill[unit]++] = value;
}

/* One value a group; the mean is that of the times, hence of the exponentials. */
static double *groups_typical(struct groups *g, bool mean)
{
    double *out = od_xcalloc(g->count + 1, sizeof out[0]);
    for (size_t u = 0; u < g->count; u++) {
        double *first = g->values + g->start[u];
        size_t count = g->fill[u] - g->start[u];
        if (count == 0) {
            out[u] = (double)NAN;
            continue;
        }
        for (size_t i = 0; mean && i < count; i++) {
            first[i] = exp(first[i]);
        }
        out[u] = mean ? log(mean_of(first, count)) : od_median(first, count);
    }
    return out;
}

/* The usable requests of an image on one side; counts the others. */
static size_t take_image(struct pass *pass, int side, uint32_t image)
{
    const struct od_cell_rows *rows = &pass->cell->side[side];
    size_t left_out = 0;
    size_t i = pass->next[side];
    pass->count[side] = 0;
    for (; i < rows->count && rows->items[i].image == image; i++) {
        const struct od_measured *m = &rows->items[i];
        if (m->ns <= 0) {
            left_out++;
            continue;
        }
        uint32_t unit = side == OD_BASE         ? m->unit
                        : pass->to_base != NULL ? pass->to_base[m->unit]
                                                : UINT32_MAX;
        pass->item[side][pass->count[side]++] = (struct item){
            .key = m->pair == 0 || unit == UINT32_MAX ? UINT64_MAX
                                                      : (uint64_t)unit << 32 | m->pair,
            .ns = (double)m->ns,
            .unit = m->unit,
        };
    }
    pass->next[side] = i;
    return left_out;
}

static int by_key(const void *a, const void *b)
{
    const struct item *x = a;
    const struct item *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

/* Keeps those that have a partner, partners at the same index; returns how many. */
static size_t join_pairs(struct pass *pass)
{
    struct item *base = pass->item[OD_BASE];
    struct item *new = pass->item[OD_NEW];
    qsort(base, pass->count[OD_BASE], sizeof *base, by_key);
    qsort(new, pass->count[OD_NEW], sizeof *new, by_key);
    size_t count = 0;
    for (size_t i = 0, j = 0; i < pass->count[OD_BASE] && j < pass->count[OD_NEW];) {
        if (base[i].key == UINT64_MAX || new[j].key == UINT64_MAX) {
            break;
        }
        if (base[i].key != new[j].key) {
            *(base[i].key < new[j].key ? &i : &j) += 1;
            continue;
        }
        base[count] = base[i++];
        new[count++] = new[j++];
    }
    return count;
}

static double typical_side(struct pass *pass, int side)
{
    for (size_t i = 0; i < pass->count[side]; i++) {
        pass->scratch[i] = pass->item[side][i].ns;
    }
    return typical(pass->scratch, pass->count[side], pass->mean);
}

/* The image's effect, and its requests given to their units. */
static void put_image(struct pass *pass, bool paired, struct od_effects *out)
{
    double base = typical_side(pass, OD_BASE);
    double new = typical_side(pass, OD_NEW);
    double ref = (log(base) + log(new)) / 2;
    out->log_ratio[out->images] = log(new / base);
    out->shift[out->images] = new - base;
    for (int side = 0; side < OD_SIDES; side++) {
        for (size_t i = 0; i < pass->count[side]; i++) {
            const struct item *item = &pass->item[side][i];
            groups_put(&pass->units[side], item->unit, log(item->ns) - ref);
        }
    }
    const struct item *a = pass->item[OD_BASE];
    const struct item *b = pass->item[OD_NEW];
    size_t count = pass->count[OD_BASE];
    for (size_t i = 0; paired && i < count; i++) {
        pass->scratch[i] = log(b[i].ns / a[i].ns);
        groups_put(&pass->pairs, a[i].unit, pass->scratch[i]);
    }
    if (paired && !pass->mean) {
        out->log_ratio[out->images] = od_median(pass->scratch, count);
        for (size_t i = 0; i < count; i++) {
            pass->scratch[i] = b[i].ns - a[i].ns;
        }
        out->shift[out->images] = od_median(pass->scratch, count);
    }
    out->pairs += paired ? (int64_t)count : 0;
    out->images++;
}

static bool is_paired(const struct od_cell_pair *cell)
{
    for (int side = 0; side < OD_SIDES; side++) {
        const struct od_cell_rows *rows = &cell->side[side];
        size_t i = 0;
        while (i < rows->count && rows->items[i].pair == 0) {
            i++;
        }
        if (i == rows->count) {
            return false;
        }
    }
    return true;
}

static void pass_init(struct pass *pass, const struct od_cell_pair *cell, bool mean,
                      bool paired)
{
    size_t most = 0;
    *pass = (struct pass){.cell = cell, .mean = mean};
    for (int side = 0; side < OD_SIDES; side++) {
        const struct od_cell_rows *rows = &cell->side[side];
        groups_init(&pass->units[side], rows);
        pass->item[side] = od_xcalloc(rows->count + 1, sizeof pass->item[side][0]);
        most = rows->count > most ? rows->count : most;
    }
    groups_init(&pass->pairs, &cell->side[OD_BASE]);
    pass->scratch = od_xcalloc(most + 1, sizeof pass->scratch[0]);
    pass->to_base =
        !paired ? NULL : od_units_match(&cell->side[OD_BASE], &cell->side[OD_NEW]);
}

static void pass_release(struct pass *pass)
{
    for (int side = 0; side < OD_SIDES; side++) {
        groups_release(&pass->units[side]);
        free(pass->item[side]);
    }
    groups_release(&pass->pairs);
    free(pass->scratch);
    free(pass->to_base);
}

/* Of pairs, by unit of the base side: the difference of means is that of both sides. */
static double *pair_units(struct pass *pass, const struct od_effects *effects)
{
    if (!pass->mean) {
        return groups_typical(&pass->pairs, false);
    }
    double *out = od_xcalloc(pass->pairs.count + 1, sizeof out[0]);
    for (size_t u = 0; u < pass->pairs.count; u++) {
        out[u] = (double)NAN;
    }
    for (size_t v = 0; v < pass->units[OD_NEW].count; v++) {
        uint32_t u = pass->to_base[v];
        if (u != UINT32_MAX) {
            out[u] = effects->unit[OD_NEW][v] - effects->unit[OD_BASE][u];
        }
    }
    return out;
}

/* False: rows are said to be paired, but no two are partners. */
static bool measure(const struct od_cell_pair *cell, size_t image_count, bool mean,
                    bool paired, struct od_effects *out)
{
    struct pass pass;
    *out = (struct od_effects){
        .log_ratio = od_xcalloc(image_count + 1, sizeof out->log_ratio[0]),
        .shift = od_xcalloc(image_count + 1, sizeof out->shift[0]),
        .rank = od_xcalloc(image_count + 1, sizeof out->rank[0]),
    };
    pass_init(&pass, cell, mean, paired);
    for (uint32_t image = 0; image < image_count; image++) {
        for (int side = 0; side < OD_SIDES; side++) {
            out->left_out += take_image(&pass, side, image);
        }
        bool on_base = pass.count[OD_BASE] > 0;
        bool on_new = pass.count[OD_NEW] > 0;
        if (paired && on_base && on_new) {
            size_t joined = join_pairs(&pass);
            pass.count[OD_BASE] = pass.count[OD_NEW] = joined;
            on_base = on_new = joined > 0;
        }
        out->rank[image] = on_base && on_new ? (uint32_t)out->images : OD_NO_IMAGE;
        if (on_base && on_new) {
            put_image(&pass, paired, out);
        } else {
            out->images_only[OD_BASE] += on_base;
            out->images_only[OD_NEW] += on_new;
        }
    }
    for (int side = 0; side < OD_SIDES; side++) {
        out->unit[side] = groups_typical(&pass.units[side], pass.mean);
    }
    out->pair_unit = out->pairs > 0 ? pair_units(&pass, out) : NULL;
    pass_release(&pass);
    return !paired || out->pairs > 0;
}

void od_effects_measure(const struct od_cell_pair *cell, size_t image_count,
                        enum od_metric metric, struct od_effects *out)
{
    bool mean = metric == OD_METRIC_MEAN;
    if (!measure(cell, image_count, mean, is_paired(cell), out)) {
        od_effects_release(out);
        (void)measure(cell, image_count, mean, false, out);
    }
}

double od_effects_value(const struct od_effects *effects, const struct od_cell_rows *rows,
                        enum od_metric metric)
{
    double *values = od_xcalloc(rows->count + 1, sizeof values[0]);
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct od_measured *m = &rows->items[i];
        if (m->ns > 0 && effects->rank[m->image] != OD_NO_IMAGE) {
            values[count++] = (double)m->ns;
        }
    }
    double value =
        count > 0 ? typical(values, count, metric == OD_METRIC_MEAN) : (double)NAN;
    free(values);
    return value;
}

void od_effects_release(struct od_effects *effects)
{
    for (int side = 0; side < OD_SIDES; side++) {
        free(effects->unit[side]);
    }
    free(effects->log_ratio);
    free(effects->shift);
    free(effects->rank);
    free(effects->pair_unit);
    *effects = (struct od_effects){0};
}
