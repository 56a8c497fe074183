/* What the requests of a cell say of each image and of each unit of time; private to
 * lib/compare. */
#ifndef OD_COMPARE_EFFECTS_H
#define OD_COMPARE_EFFECTS_H

#include "compare/sides.h"

#define OD_NO_IMAGE UINT32_MAX

/*
 * Times that are not positive are left out, and so are images that one side alone has.
 * "Typical" is the mean for OD_METRIC_MEAN and the median otherwise. When requests are
 * paired, only pairs count, and unit u of both sides is unit u of the base side.
 */
struct od_effects {
    double *log_ratio; /* one an image: ln(typical new / typical base) */
    double *shift;     /* one an image: new - base, ns */
    size_t images;     /* on both sides */
    uint32_t *rank;    /* one an image of all cells: its index above, or OD_NO_IMAGE */
    size_t images_only[OD_SIDES];
    /* One a unit of the side: typical ln(time / reference of its image), where the
     * reference is the geometric mean of both sides' typical times. NaN: no request. */
    double *unit[OD_SIDES];
    /* Pairs: one a unit of the base side, typical ln(new / base) of its pairs. */
    double *pair_unit;
    int64_t pairs; /* 0: not paired */
    size_t left_out;
};

void od_effects_measure(const struct od_cell_pair *cell, size_t image_count,
                        enum od_metric metric, struct od_effects *out);
void od_effects_release(struct od_effects *effects);

/* Value of a side as printed: the metric's typical time of all usable requests about
 * images of both sides, ns. */
double od_effects_value(const struct od_effects *effects, const struct od_cell_rows *rows,
                        enum od_metric metric);

/* Of each unit of new, the index of base's unit with its run and repetition; UINT32_MAX:
 * it has none. The caller's. Takes no time where both sides have theirs in one order. */
uint32_t *od_units_match(const struct od_cell_rows *base, const struct od_cell_rows *new);

#endif
