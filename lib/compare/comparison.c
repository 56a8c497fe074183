/* The life of a comparison, and the exit status it stands for. */
#include "compare/comparison.h"

#include "base/alloc.h"

#include <stdlib.h>

void od_texts_add(struct od_texts *texts, char *text)
{
    texts->items =
        od_xgrow(texts->items, texts->count, &texts->capacity, sizeof *texts->items);
    texts->items[texts->count++] = text;
}

void od_texts_release(struct od_texts *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        free(texts->items[i]);
    }
    free(texts->items);
    *texts = (struct od_texts){0};
}

void od_comparison_release(struct od_comparison *comparison)
{
    for (int s = 0; s < OD_SIDES; s++) {
        free(comparison->source[s].label);
        od_texts_release(&comparison->source[s].files);
        od_texts_release(&comparison->source[s].run_ids);
        od_texts_release(&comparison->only[s]);
    }
    for (size_t i = 0; i < comparison->common_count; i++) {
        free(comparison->common[i].name);
        free(comparison->common[i].text);
    }
    for (size_t i = 0; i < comparison->cell_count; i++) {
        free(comparison->cells[i].label);
        free(comparison->cells[i].id);
    }
    free(comparison->common);
    free(comparison->cells);
    od_texts_release(&comparison->warnings);
    *comparison = (struct od_comparison){0};
}

bool od_compared_empty(const struct od_compared *cell, enum od_metric metric)
{
    const struct od_compared_side *side = cell->side;
    bool asked = side[OD_BASE].requests + side[OD_BASE].failed > 0 &&
                 side[OD_NEW].requests + side[OD_NEW].failed > 0;
    bool compared = metric == OD_METRIC_ERROR_RATE ? asked : cell->images > 0;
    return !compared && cell->errors.verdict != OD_VERDICT_REGRESSED;
}

static size_t count_empty(const struct od_comparison *comparison)
{
    size_t count = 0;
    for (size_t i = 0; i < comparison->cell_count; i++) {
        count +=
            od_compared_empty(&comparison->cells[i], comparison->options.metric) ? 1 : 0;
    }
    return count;
}

bool od_comparison_refuses(const struct od_comparison *comparison,
                           const struct od_compared *cell)
{
    return od_compared_empty(cell, comparison->options.metric) &&
           (!comparison->options.allow_missing ||
            count_empty(comparison) == comparison->cell_count);
}

static bool failures_open(const struct od_comparison *comparison)
{
    for (size_t i = 0; i < comparison->cell_count; i++) {
        if (comparison->cells[i].errors.verdict == OD_VERDICT_INCONCLUSIVE) {
            return true;
        }
    }
    return false;
}

int od_comparison_status(const struct od_comparison *comparison)
{
    size_t empty = count_empty(comparison);
    bool missing = comparison->only[OD_BASE].count > 0 ||
                   comparison->only[OD_NEW].count > 0 || empty > 0;
    if (comparison->cell_count == empty ||
        (missing && !comparison->options.allow_missing)) {
        return 2;
    }
    if (comparison->verdicts[OD_VERDICT_REGRESSED] > 0 ||
        comparison->error_regressions > 0) {
        return 1;
    }
    bool open =
        comparison->verdicts[OD_VERDICT_INCONCLUSIVE] > 0 || failures_open(comparison);
    return comparison->options.strict && open ? 3 : 0;
}
