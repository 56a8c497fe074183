/* Evaluations by run, cell and image, each made when it is first asked for. */
#include "accuracy/evaluated.h"

#include "accuracy/accuracy.h"
#include "base/alloc.h"
#include "base/rng.h"
#include "stats/interval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Images that are drawn in all resamples of a cell together, and the most resamples: a
 * second or less. */
enum { DRAWN_IMAGES = 50000, RESAMPLES = 400 };
#define SEED 1

struct entry {
    char *run_id;
    char *cell_id;
    char *image;
    struct od_evaluated *figures; /* stays where it is when the list grows */
};

struct od_evaluations {
    struct entry *items;
    size_t count;
    size_t capacity;
};

struct od_evaluations *od_evaluations_new(void)
{
    return od_xcalloc(1, sizeof(struct od_evaluations));
}

void od_evaluations_free(struct od_evaluations *evaluations)
{
    for (size_t i = 0; evaluations != NULL && i < evaluations->count; i++) {
        free(evaluations->items[i].run_id);
        free(evaluations->items[i].cell_id);
        free(evaluations->items[i].image);
        free(evaluations->items[i].figures);
    }
    free(evaluations != NULL ? evaluations->items : NULL);
    free(evaluations);
}

static const char *text_of(const char *text)
{
    return text != NULL ? text : "";
}

static void put_interval(const struct od_coco_eval *eval, struct od_evaluated *out)
{
    double values[RESAMPLES];
    size_t count = 0;
    size_t draws = DRAWN_IMAGES / out->images;
    draws = draws < RESAMPLES ? draws : RESAMPLES;
    uint32_t *weights = od_xcalloc(out->images, sizeof *weights);
    for (size_t r = 0; r < draws; r++) {
        struct od_rng rng;
        od_rng_init(&rng, SEED, r);
        memset(weights, 0, out->images * sizeof *weights);
        for (size_t i = 0; i < out->images; i++) {
            weights[od_rng_below(&rng, out->images)]++;
        }
        double value = od_coco_eval_weighted(eval, weights);
        if (!isnan(value)) {
            values[count++] = value;
        }
    }
    free(weights);
    /* A single image is always drawn itself. */
    if (out->images > 1 && 2 * count > draws) {
        double ends[2];
        od_interval_resampled(values, count, 0.95, ends);
        out->low = ends[0];
        out->high = ends[1];
    }
}

static bool same_stats(const struct od_evaluated *a, const struct od_evaluated *b)
{
    for (size_t i = 0; i < OD_COCO_STATS; i++) {
        bool none = isnan(a->stats[i]) && isnan(b->stats[i]);
        if (!none && !(fabs(a->stats[i] - b->stats[i]) <= 0)) {
            return false;
        }
    }
    return true;
}

/* Protocols that carry the same answers have the same interval. */
static bool take_interval(const struct od_evaluations *all, struct od_evaluated *out)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct od_evaluated *other = all->items[i].figures;
        if (other->images == out->images && other->found == out->found &&
            same_stats(other, out)) {
            out->low = other->low;
            out->high = other->high;
            return true;
        }
    }
    return false;
}

static struct od_evaluated *evaluate(const struct od_accuracy *accuracy,
                                     const struct od_joined_cell *of)
{
    struct od_evaluated *out = od_xcalloc(1, sizeof *out);
    struct od_coco_eval *eval =
        od_cell_accuracy(&accuracy->recorded, &accuracy->truths, of);
    out->low = (double)NAN;
    out->high = (double)NAN;
    if (eval == NULL) {
        return out;
    }
    (void)od_coco_eval_images(eval, &out->images);
    out->found = od_coco_eval_found(eval);
    od_coco_eval_stats(eval, out->stats);
    if (!isnan(out->stats[OD_COCO_AP]) && out->images <= OD_EVALUATED_IMAGES &&
        !take_interval(accuracy->evaluations, out)) {
        put_interval(eval, out);
    }
    od_coco_eval_free(eval);
    return out;
}

const struct od_evaluated *od_accuracy_cell(const struct od_accuracy *accuracy,
                                            const struct od_rows *rows,
                                            const char *run_id, const char *cell_id,
                                            const char *image)
{
    struct od_evaluations *all = accuracy != NULL ? accuracy->evaluations : NULL;
    if (all == NULL || !od_accuracy_recorded(accuracy, run_id)) {
        return NULL;
    }
    for (size_t i = 0; i < all->count; i++) {
        const struct entry *entry = &all->items[i];
        if (strcmp(entry->run_id, run_id) == 0 &&
            strcmp(entry->cell_id, text_of(cell_id)) == 0 &&
            strcmp(entry->image, text_of(image)) == 0) {
            return entry->figures;
        }
    }
    const struct od_joined_cell of = {rows, run_id, cell_id, image};
    struct od_evaluated *figures = evaluate(accuracy, &of);
    all->items = od_xgrow(all->items, all->count, &all->capacity, sizeof *all->items);
    all->items[all->count++] =
        (struct entry){od_xstrdup(run_id), od_xstrdup(text_of(cell_id)),
                       od_xstrdup(text_of(image)), figures};
    return figures;
}
