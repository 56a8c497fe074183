/* Standardised coefficients of two regressors, and a bootstrap of their difference. */
#include "stats/importance.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "base/sort.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { Y, A, B, CONTROL, COLUMNS };
enum { RESAMPLES = 2000 };
/* A variance so much smaller than the square of the mean is rounding. */
#define CONSTANT 1e-12
/* So close to 1 the square of a correlation is that of copies. */
#define COLLINEAR 1e-9

/* Sums of weighted products around the mean. */
struct moments {
    double s[COLUMNS][COLUMNS];
    bool varies[COLUMNS];
};

static const double *column_of(const struct od_importance_data *data, int column)
{
    const double *const columns[] = {data->y, data->a, data->b, data->control};
    return columns[column];
}

static double mean_of(const double *values, const size_t *picks, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[picks[i]];
    }
    return sum / (double)count;
}

static void take_moments(const struct od_importance_data *data, const size_t *picks,
                         struct moments *out)
{
    int columns = data->control != NULL ? COLUMNS : CONTROL;
    double mean[COLUMNS] = {0};
    *out = (struct moments){0};
    for (int i = 0; i < columns; i++) {
        mean[i] = mean_of(column_of(data, i), picks, data->count);
    }
    for (size_t k = 0; k < data->count; k++) {
        for (int i = 0; i < columns; i++) {
            for (int j = i; j < columns; j++) {
                out->s[i][j] += (column_of(data, i)[picks[k]] - mean[i]) *
                                (column_of(data, j)[picks[k]] - mean[j]);
            }
        }
    }
    for (int i = 0; i < columns; i++) {
        double level = mean[i] * mean[i] * (double)data->count;
        out->varies[i] = out->s[i][i] > CONSTANT * level;
        for (int j = 0; j < i; j++) {
            out->s[i][j] = out->s[j][i];
        }
    }
}

/* What is left of a product when the control is held still (Frisch, Waugh, Lovell). */
static double held(const struct moments *m, int i, int j)
{
    if (!m->varies[CONTROL]) {
        return m->s[i][j];
    }
    return m->s[i][j] - m->s[i][CONTROL] * m->s[j][CONTROL] / m->s[CONTROL][CONTROL];
}

/* Returns warnings; 0: both coefficients are known. */
static unsigned solve(const struct moments *m, double *a, double *b)
{
    if (!m->varies[Y] || !m->varies[A] || !m->varies[B]) {
        return OD_IMPORTANCE_CONSTANT;
    }
    double aa = held(m, A, A);
    double bb = held(m, B, B);
    double ab = held(m, A, B);
    double det = aa * bb - ab * ab;
    if (aa < COLLINEAR * m->s[A][A] || bb < COLLINEAR * m->s[B][B] ||
        det < COLLINEAR * aa * bb) {
        return OD_IMPORTANCE_COLLINEAR;
    }
    double ya = held(m, Y, A);
    double yb = held(m, Y, B);
    *a = (ya * bb - yb * ab) / det * sqrt(m->s[A][A] / m->s[Y][Y]);
    *b = (yb * aa - ya * ab) / det * sqrt(m->s[B][B] / m->s[Y][Y]);
    return 0;
}

/* Type 7 of ascending values. */
static double quantile(const double *sorted, size_t count, double share)
{
    double at = (double)(count - 1) * share;
    size_t low = (size_t)at;
    size_t high = low + 1 < count ? low + 1 : low;
    return sorted[low] + (at - (double)low) * (sorted[high] - sorted[low]);
}

/* Draws until RESAMPLES are defined; false when too many are not. */
static bool resample(const struct od_importance_data *data, uint64_t seed,
                     double *differences, double *coefficients)
{
    size_t *picks = od_xcalloc(data->count, sizeof *picks);
    struct od_rng rng;
    size_t made = 0;
    od_rng_init(&rng, seed, 0);
    for (int draw = 0; draw < 2 * RESAMPLES && made < RESAMPLES; draw++) {
        struct moments moments;
        double a = 0;
        double b = 0;
        for (size_t i = 0; i < data->count; i++) {
            picks[i] = (size_t)od_rng_below(&rng, data->count);
        }
        take_moments(data, picks, &moments);
        if (solve(&moments, &a, &b) == 0) {
            coefficients[made] = a;
            differences[made++] = fabs(a) - fabs(b);
        }
    }
    free(picks);
    return made == RESAMPLES;
}

static void read_resamples(double *differences, double *coefficients, double confidence,
                           struct od_importance *out)
{
    double tail = (1 - confidence) / 2;
    size_t above = 0;
    for (size_t i = 0; i < RESAMPLES; i++) {
        above += differences[i] > 0;
    }
    size_t fewer = above < RESAMPLES - above ? above : RESAMPLES - above;
    od_sort_doubles(differences, RESAMPLES);
    od_sort_doubles(coefficients, RESAMPLES);
    out->low = quantile(differences, RESAMPLES, tail);
    out->high = quantile(differences, RESAMPLES, 1 - tail);
    out->low_a = quantile(coefficients, RESAMPLES, tail);
    out->high_a = quantile(coefficients, RESAMPLES, 1 - tail);
    out->p = fmin(1, 2 * (double)(fewer + 1) / (RESAMPLES + 1));
}

static unsigned point_estimate(const struct od_importance_data *data,
                               struct od_importance *out)
{
    if (data->count < OD_IMPORTANCE_LEAST) {
        return OD_IMPORTANCE_FEW;
    }
    size_t *all = od_xcalloc(data->count, sizeof *all);
    for (size_t i = 0; i < data->count; i++) {
        all[i] = i;
    }
    struct moments moments;
    take_moments(data, all, &moments);
    free(all);
    double a = 0;
    double b = 0;
    unsigned warnings = solve(&moments, &a, &b);
    if (warnings == 0) {
        out->coefficient_a = a;
        out->coefficient_b = b;
        out->difference = fabs(a) - fabs(b);
    }
    return warnings;
}

void od_importance(const struct od_importance_data *data, double confidence,
                   uint64_t seed, struct od_importance *out)
{
    double none = (double)NAN;
    *out = (struct od_importance){none, none, none, none, none, none, none, none, 0};
    out->warnings = point_estimate(data, out);
    if (out->warnings != 0) {
        return;
    }
    double *differences = od_xcalloc(RESAMPLES, sizeof *differences);
    double *coefficients = od_xcalloc(RESAMPLES, sizeof *coefficients);
    if (resample(data, seed, differences, coefficients)) {
        read_resamples(differences, coefficients, confidence, out);
    } else {
        out->warnings |= OD_IMPORTANCE_COLLINEAR;
    }
    free(differences);
    free(coefficients);
}
