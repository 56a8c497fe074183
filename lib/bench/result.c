/* What a run gathers about each cell. */
#include "bench/result.h"

#include "base/alloc.h"
#include "stats/select.h"
#include "stats/steady.h"

#include <math.h>
#include <stdlib.h>

#define HEAD_MIN   5
#define HEAD_MAX   50
#define HEAD_NEEDS 20

void od_found_add(struct od_found *found, const struct od_record *record)
{
    bool boxed = !isnan(record->max_score);
    found->boxed += boxed;
    found->empty += !boxed && record->detections == 0 && record->gt_objects != 0;
}

void od_cell_result_release(struct od_cell_result *result)
{
    od_samples_release(&result->samples);
    free(result->blocks);
    *result = (struct od_cell_result){0};
}

void od_cell_result_block(struct od_cell_result *result,
                          const struct od_block_facts *facts)
{
    result->blocks = od_xgrow(result->blocks, result->block_count,
                              &result->block_capacity, sizeof *result->blocks);
    result->blocks[result->block_count++] = *facts;
}

void od_block_facts_latencies(struct od_block_facts *facts,
                              const struct od_samples *samples)
{
    size_t count = samples->count;
    facts->counted = (int64_t)count;
    facts->head_ns = -1;
    facts->rest_ns = -1;
    struct od_part all = od_part_all(samples, OD_SAMPLES_SERVICE);
    if (count >= HEAD_NEEDS) {
        size_t head = count / 10;
        head = head < HEAD_MIN ? HEAD_MIN : head > HEAD_MAX ? HEAD_MAX : head;
        struct od_part first = all;
        struct od_part rest = all;
        first.count = head;
        rest.first = head;
        rest.count -= head;
        facts->head_ns = od_part_quantile(&first, 500);
        facts->rest_ns = od_part_quantile(&rest, 500);
    }
    facts->median_ns = od_part_quantile(&all, 500);
}

static bool is_steady(const struct od_goals *goals, const struct od_cell_result *result)
{
    struct od_window *windows = od_xcalloc(result->block_count, sizeof *windows);
    size_t count = 0;
    for (size_t i = 0; i < result->block_count; i++) {
        const struct od_block_facts *b = &result->blocks[i];
        if (b->counted > 0) {
            windows[count++] = (struct od_window){b->begin_ns, b->end_ns, b->median_ns,
                                                  (size_t)b->counted};
        }
    }
    bool steady =
        od_steady_last(windows, count, goals->stable_windows, goals->stable_ratio);
    free(windows);
    return steady;
}

bool od_goals_met(const struct od_goals *goals, const struct od_cell_result *result)
{
    if (result->block_count == 0 ||
        result->blocks[result->block_count - 1].counted == 0) {
        return true;
    }
    return (int64_t)result->samples.count >= goals->min_samples &&
           (goals->stable_windows == 0 || is_steady(goals, result));
}
