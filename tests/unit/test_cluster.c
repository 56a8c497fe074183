/* The cluster bootstrap: against a second one that stores every resample, how often its
 * interval holds the truth, and what it says of clusters that are few. */
#include "stats/cluster.h"

#include "base/rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MAX_VALUES 4000
#define MAX_IDS    64

struct data {
    struct od_clustered items[2][MAX_VALUES];
    struct od_cluster_side side[2];
};

static int by_value(const void *a, const void *b)
{
    const struct od_clustered *x = a;
    const struct od_clustered *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

static int ascending(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

static void add(struct data *data, int side, double value, uint32_t image, uint32_t unit)
{
    size_t at = data->side[side].count++;
    assert_true(at < MAX_VALUES);
    data->items[side][at] =
        (struct od_clustered){.value = value, .image = image, .unit = unit};
    if (unit >= data->side[side].units) {
        data->side[side].units = unit + 1;
    }
}

static void finish(struct data *data)
{
    for (int k = 0; k < 2; k++) {
        data->side[k].items = data->items[k];
        qsort(data->items[k], data->side[k].count, sizeof data->items[k][0], by_value);
    }
}

static double type_7(double *values, size_t count, double p)
{
    qsort(values, count, sizeof *values, ascending);
    double h = ((double)count - 1) * p;
    size_t low = (size_t)floor(h + 1e-9);
    double share = fmax(0, h - (double)low);
    return low + 1 < count ? values[low] * (1 - share) + values[low + 1] * share
                           : values[low];
}

/* The ids that occur, in their order: of images on any side, of units on the given. */
static size_t occurring(const struct data *data, bool unit, int sides, uint32_t *ids)
{
    size_t count = 0;
    for (uint32_t id = 0; id < MAX_IDS; id++) {
        bool found = false;
        for (int k = 0; k < 2; k++) {
            for (size_t i = 0; (sides >> k & 1) != 0 && i < data->side[k].count; i++) {
                const struct od_clustered *item = &data->items[k][i];
                found = found || (unit ? item->unit : item->image) == id;
            }
        }
        if (found) {
            ids[count++] = id;
        }
    }
    return count;
}

static size_t draw(struct od_rng *rng, const uint32_t *ids, size_t count, uint32_t *drawn)
{
    for (size_t i = 0; i < count; i++) {
        drawn[i] = count == 1 ? ids[0] : ids[od_rng_below(rng, count)];
    }
    return count;
}

/* Every value again for each time that its image and its unit were drawn. */
static double quantile_of_drawn(const struct data *data, int side, const uint32_t *images,
                                size_t image_count, const uint32_t *units,
                                size_t unit_count, double p)
{
    static double values[MAX_VALUES * 32];
    size_t count = 0;
    for (size_t v = 0; v < data->side[side].count; v++) {
        const struct od_clustered *item = &data->items[side][v];
        for (size_t i = 0; i < image_count; i++) {
            for (size_t u = 0; u < unit_count; u++) {
                if (images[i] == item->image && units[u] == item->unit) {
                    assert_true(count < sizeof values / sizeof values[0]);
                    values[count++] = item->value;
                }
            }
        }
    }
    return count == 0 ? (double)NAN : type_7(values, count, p);
}

static void slow(const struct data *data, const struct od_cluster_how *how,
                 struct od_cluster_result *out)
{
    static double ratios[10000];
    uint32_t ids[3][MAX_IDS];
    size_t counts[3] = {occurring(data, false, 3, ids[0]),
                        occurring(data, true, how->paired ? 3 : 1, ids[1]),
                        occurring(data, true, 2, ids[2])};
    size_t known = 0;
    double p = how->permille / 1000.0;
    for (uint64_t r = 0; r < (uint64_t)how->resamples; r++) {
        uint32_t drawn[3][MAX_IDS];
        struct od_rng rng;
        od_rng_init(&rng, how->seed, r);
        draw(&rng, ids[0], counts[0], drawn[0]);
        draw(&rng, ids[1], counts[1], drawn[1]);
        if (!how->paired) {
            draw(&rng, ids[2], counts[2], drawn[2]);
        }
        int other = how->paired ? 1 : 2;
        double a =
            quantile_of_drawn(data, 0, drawn[0], counts[0], drawn[1], counts[1], p);
        double b = quantile_of_drawn(data, 1, drawn[0], counts[0], drawn[other],
                                     counts[other], p);
        if (!isnan(a) && !isnan(b)) {
            ratios[known++] = log(b) - log(a);
        }
    }
    assert_true(known > 10);
    double mean = 0;
    double squares = 0;
    for (size_t i = 0; i < known; i++) {
        mean += ratios[i];
    }
    mean /= (double)known;
    for (size_t i = 0; i < known; i++) {
        squares += pow(ratios[i] - mean, 2);
    }
    out->error = sqrt(squares / ((double)known - 1));
    out->low = type_7(ratios, known, (1 - how->confidence) / 2);
    out->high = type_7(ratios, known, (1 + how->confidence) / 2);
}

/* Images differ by image_sd, units by unit_sd, values by 0.05 beside; side 1 is slower by
 * shift (all logarithms). A share of the values is left out. */
struct model {
    uint32_t images, units, each;
    double image_sd, unit_sd, shift, missing;
};

static void make(const struct model *model, uint64_t seed, struct data *data)
{
    struct od_rng rng;
    double image[MAX_IDS];
    od_rng_init(&rng, seed, 1000);
    data->side[0] = data->side[1] = (struct od_cluster_side){0};
    for (uint32_t i = 0; i < model->images; i++) {
        image[i] = model->image_sd * od_rng_normal(&rng);
    }
    for (int k = 0; k < 2; k++) {
        for (uint32_t u = 0; u < model->units; u++) {
            double unit = k * model->shift + model->unit_sd * od_rng_normal(&rng);
            for (uint32_t n = 0; n < model->images * model->each; n++) {
                double value =
                    image[n % model->images] + unit + 0.05 * od_rng_normal(&rng);
                if (od_rng_unit(&rng) >= model->missing) {
                    add(data, k, 0.4 * exp(value), n % model->images, u);
                }
            }
        }
    }
    finish(data);
}

static struct data data;

static void as_the_slow_one(void **state)
{
    (void)state;
    static const struct model models[] = {
        {12, 4, 3, 0.3, 0.02, 0.05, 0},   {12, 4, 3, 0.3, 0.02, 0.05, 0.02},
        {20, 3, 2, 0.3, 0.02, 0, 0.6},    {30, 1, 4, 0.3, 0.02, 0.05, 0},
        {1, 5, 20, 0.3, 0.02, 0.05, 0.1}, {6, 6, 1, 0.2, 0.1, 0.1, 0.85},
    };
    static const int permilles[] = {10, 333, 500, 900, 999};
    for (size_t m = 0; m < sizeof models / sizeof models[0]; m++) {
        make(&models[m], 50 + m, &data);
        for (size_t q = 0; q < 2 * sizeof permilles / sizeof permilles[0]; q++) {
            struct od_cluster_how how = {.permille = permilles[q / 2],
                                         .images = MAX_IDS,
                                         .paired = q % 2 == 1,
                                         .resamples = 100,
                                         .confidence = 0.9,
                                         .seed = 77 + m};
            struct od_cluster_result fast;
            struct od_cluster_result want;
            od_cluster_quantile(data.side, &how, &fast);
            slow(&data, &how, &want);
            assert_true(fabs(fast.error - want.error) < 1e-12);
            assert_true(fabs(fast.low - want.low) < 1e-12);
            assert_true(fabs(fast.high - want.high) < 1e-12);
            assert_true(fast.error > 0 && fast.low < fast.high);
        }
    }
}

#define RUNS 400

/* How many of 400 intervals hold the truth, and the mean error they state over the
 * standard deviation that their estimates have. */
static size_t coverage(int permille, double *stated_over_real)
{
    static const struct model model = {40, 8, 2, 0.3, 0.03, 0.02, 0};
    size_t held = 0;
    double sum = 0;
    double squares = 0;
    double stated = 0;
    for (uint64_t run = 0; run < RUNS; run++) {
        struct od_cluster_how how = {.permille = permille,
                                     .images = model.images,
                                     .resamples = 200,
                                     .confidence = 0.95,
                                     .seed = run};
        struct od_cluster_result out;
        make(&model, 100 + run, &data);
        od_cluster_quantile(data.side, &how, &out);
        assert_true(fabs(out.df - 7) <= 0);
        held += out.low <= model.shift && model.shift <= out.high;
        sum += out.log_ratio - model.shift;
        squares += pow(out.log_ratio - model.shift, 2);
        stated += out.error / RUNS;
    }
    *stated_over_real = stated / sqrt(squares / RUNS - pow(sum / RUNS, 2));
    return held;
}

static void the_interval_holds(void **state)
{
    (void)state;
    static const int permilles[] = {500, 900};
    for (size_t i = 0; i < sizeof permilles / sizeof permilles[0]; i++) {
        double ratio = 0;
        size_t held = coverage(permilles[i], &ratio);
        print_message("permille %d: %zu of 400 intervals hold the truth; the error is "
                      "%.2f of the real one\n",
                      permilles[i], held, ratio);
        assert_true(held >= RUNS * 90 / 100 && held < RUNS);
        assert_true(ratio > 0.85 && ratio < 1.6);
    }
}

static void the_same_again(void **state)
{
    (void)state;
    static const struct model model = {40, 8, 2, 0.3, 0.03, 0.02, 0.1};
    struct od_cluster_how how = {
        .permille = 900, .images = 40, .resamples = 100, .confidence = 0.95, .seed = 5};
    struct od_cluster_result one;
    struct od_cluster_result two;
    make(&model, 3, &data);
    od_cluster_quantile(data.side, &how, &one);
    od_cluster_quantile(data.side, &how, &two);
    assert_memory_equal(&one, &two, sizeof one);
    how.seed = 6;
    od_cluster_quantile(data.side, &how, &two);
    assert_true(fabs(one.log_ratio - two.log_ratio) <= 0);
    assert_true(fabs(one.low - two.low) > 0 && fabs(one.error - two.error) > 0);
}

static void few_clusters(void **state)
{
    (void)state;
    struct od_cluster_how how = {
        .permille = 500, .images = 3, .resamples = 100, .confidence = 0.95, .seed = 5};
    struct od_cluster_result out;
    data.side[0] = data.side[1] = (struct od_cluster_side){0};
    finish(&data);
    od_cluster_quantile(data.side, &how, &out);
    assert_true(isnan(out.quantile[0]) && isnan(out.log_ratio) && isnan(out.low));
    /* One image, one unit: a ratio, but nothing about its error. */
    add(&data, 0, 2, 2, 0);
    add(&data, 0, 4, 2, 0);
    add(&data, 1, 6, 2, 0);
    finish(&data);
    od_cluster_quantile(data.side, &how, &out);
    assert_true(fabs(out.quantile[0] - 3) <= 0 && fabs(out.quantile[1] - 6) <= 0);
    assert_true(fabs(out.log_ratio - log(2)) < 1e-15);
    assert_true(isnan(out.error) && isnan(out.df) && isnan(out.low) && isnan(out.high));
    /* A side without values. */
    data.side[1].count = 0;
    od_cluster_quantile(data.side, &how, &out);
    assert_true(isnan(out.log_ratio) && isnan(out.df) && isnan(out.low));
    assert_true(fabs(out.quantile[0] - 3) <= 0);
    /* Two units on one side: they are what varies. */
    data.side[1].count = 1;
    add(&data, 1, 8, 2, 1);
    finish(&data);
    od_cluster_quantile(data.side, &how, &out);
    assert_true(fabs(out.df - 1) <= 0);
    assert_true(fabs(out.low - log(2)) < 1e-12 && fabs(out.high - log(8.0 / 3)) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_the_slow_one),
        cmocka_unit_test(the_interval_holds),
        cmocka_unit_test(the_same_again),
        cmocka_unit_test(few_clusters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
