/* How long a run will go on. */
#include "bench/left.h"

#include "base/alloc.h"
#include "bench/numbers.h"

#include <stdlib.h>

int64_t od_block_planned_ns(const struct od_plan *plan, const struct od_cell *cell,
                            size_t index)
{
    struct od_schedule schedule = {0};
    int64_t last_ns = -1;
    if (plan->pace.duration_ns > 0 && cell->count == 0) {
        return plan->pace.duration_ns;
    }
    if (!od_pace_open(&plan->pace) ||
        od_main_schedule(plan, cell, index, 1, &schedule, NULL) != 0) {
        return -1;
    }
    if (schedule.count > 0) {
        last_ns = od_schedule_at(&schedule, schedule.count - 1);
    }
    od_schedule_release(&schedule);
    return last_ns;
}

void od_left_init(struct od_left *left, const struct od_run *run)
{
    *left = (struct od_left){.run = run};
    if (run->plan->goals.search) {
        return;
    }
    left->count = run->cell_count;
    left->cells = od_xcalloc(left->count, sizeof *left->cells);
    for (size_t i = 0; i < left->count; i++) {
        left->cells[i].planned_ns = od_block_planned_ns(run->plan, &run->cells[i], i);
    }
}

void od_left_release(struct od_left *left)
{
    free(left->cells);
    *left = (struct od_left){0};
}

void od_left_begin(struct od_left *left, size_t cell, int64_t now_ns)
{
    left->cell = cell;
    left->begin_ns = now_ns;
    if (left->cells != NULL) {
        left->cells[cell].begun++;
    }
}

void od_left_end(struct od_left *left, int64_t now_ns)
{
    if (left->cells != NULL) {
        left->cells[left->cell].spent_ns += now_ns - left->begin_ns;
        left->cells[left->cell].ended++;
    }
}

void od_left_skip(struct od_left *left, size_t cell)
{
    if (left->cells != NULL) {
        left->cells[cell].stood++;
    }
}

/* The mean of all blocks that ended; -1 when none did. */
static int64_t mean_block_ns(const struct od_left *left)
{
    int64_t spent = 0;
    int64_t ended = 0;
    for (size_t i = 0; i < left->count; i++) {
        spent += left->cells[i].spent_ns;
        ended += left->cells[i].ended;
    }
    return ended > 0 ? spent / ended : -1;
}

static int64_t block_ns(const struct od_left_cell *cell, int64_t mean_ns)
{
    return cell->ended > 0         ? cell->spent_ns / cell->ended
           : cell->planned_ns >= 0 ? cell->planned_ns
                                   : mean_ns;
}

int64_t od_left_ns(const struct od_left *left, int64_t now_ns)
{
    int64_t sum = 0;
    int64_t mean_ns = mean_block_ns(left);
    if (left->cells == NULL) {
        return -1;
    }
    for (size_t i = 0; i < left->count; i++) {
        const struct od_left_cell *cell = &left->cells[i];
        int64_t each = block_ns(cell, mean_ns);
        int64_t blocks = left->run->plan->repetitions - cell->begun - cell->stood;
        bool at_work = i == left->cell && cell->begun > cell->ended;
        /* The other side of a pair is measured in the blocks of the base. */
        if (left->run->cells[i].skipped || left->run->cells[i].side == 1 ||
            (blocks <= 0 && !at_work)) {
            continue;
        }
        if (each < 0) {
            return -1;
        }
        int64_t rest = at_work ? left->begin_ns + each - now_ns : 0;
        sum += (rest > 0 ? rest : 0) + (blocks > 0 ? blocks * each : 0);
    }
    return sum;
}
