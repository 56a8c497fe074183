/* Figures of single requests and images; private to lib/table. */
#ifndef OD_TABLE_PLOTS_H
#define OD_TABLE_PLOTS_H

#include "accuracy/accuracy.h"
#include "base/err.h"
#include "record/meta_runs.h"
#include "table/plot.h"
#include "table/scope.h"
#include "table/variant_list.h"

#include <stddef.h>
#include <stdint.h>

/* More lines than this nobody can follow. */
enum { OD_SHOTS_SERIES_MAX = 24 };

/* Beyond this ratio of the largest to the smallest a logarithmic axis shows more. */
enum { OD_PLOT_LOG_RATIO = 20 };

/* A request of a series. */
struct od_shot {
    int64_t ns;
    uint32_t row;
    uint32_t file; /* number of the image file's name, in the order of names */
};

/* The requests of a measured cell, failed ones left out. */
struct od_shots {
    char *label;           /* owned: what tells it from the others, and its marks */
    unsigned doubts;       /* set (record/validity.h) of what is behind those marks */
    struct od_shot *items; /* owned, in the order of the rows */
    size_t count;
    size_t capacity;
    struct od_shot *warmup; /* the same of the warm-up */
    size_t warmup_count;
    size_t warmup_capacity;
};

/* A zeroed one is empty. */
struct od_shot_list {
    const struct od_rows *rows; /* borrowed */
    struct od_shots *items;     /* in the order of the summary table */
    size_t count;
    uint32_t *files; /* owned: of each image of the rows */
};

/* Fails with OD_EINPUT when no request counts, or there are too many cells for a figure.
 */
int od_shots_fill(struct od_shot_list *list, const struct od_scope *scope,
                  const char *figure, struct od_err *err) OD_MUST_CHECK;
void od_shots_release(struct od_shot_list *list);
/* Sorts all items by latency. */
void od_shots_sort(struct od_shot_list *list);

/* Builders: fill *plot but its notes. */
void od_plot_cdf(struct od_shot_list *list, struct od_plot *plot);
void od_plot_percentiles(struct od_shot_list *list, struct od_plot *plot);
void od_plot_boxes(struct od_shot_list *list, struct od_plot *plot);
void od_plot_time(struct od_shot_list *list, struct od_plot *plot);
void od_plot_objects(struct od_shot_list *list, struct od_plot *plot);
void od_plot_bytes(struct od_shot_list *list, struct od_plot *plot);
void od_plot_stages(struct od_shot_list *list, struct od_plot *plot);

/* What may tell the accuracy of models; all borrowed, each may be NULL but the rows. */
struct od_accuracy_sources {
    const struct od_rows *rows;
    const struct od_accuracy *accuracy;
    const char *image; /* only this one, as in od_scope */
    const struct od_meta_runs *runs;
    const struct od_variant_list *variants;
};
/* A point a cell, and a published model; its own notes come with it. The list is empty
 * afterwards when no cell of it is drawn. Fails with OD_EINPUT when no accuracy is known,
 * OD_ELIMIT for too many points. */
int od_plot_accuracy(const struct od_accuracy_sources *from, struct od_shot_list *list,
                     struct od_plot *plot, struct od_err *err) OD_MUST_CHECK;

#endif
