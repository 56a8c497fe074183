/* How many requests a block has, and their numbers. */
#include "bench/numbers.h"

#include "base/alloc.h"
#include "base/rng.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* Streams of the seed: images use the repetition itself, the order of the blocks those
 * from the top; between them lie that of the sides and those of the schedules. */
#define SIDES     (UINT64_C(1) << 61)
#define SCHEDULES (UINT64_C(1) << 62)

void od_image_order(const struct od_plan *plan, int64_t rep, size_t *order)
{
    size_t count = od_dataset_count(plan->dataset);
    for (size_t i = 0; i < count; i++) {
        order[i] = i;
    }
    if (plan->order == OD_ORDER_RANDOM) {
        struct od_rng rng;
        od_rng_init(&rng, plan->seed, (uint64_t)rep);
        od_rng_shuffle(&rng, order, count);
    }
}

void od_ab_starts(const struct od_plan *plan, bool *starts)
{
    size_t count = od_dataset_count(plan->dataset);
    size_t *order = od_xcalloc(count + 1, sizeof *order);
    struct od_rng rng;
    for (size_t i = 0; i < count; i++) {
        order[i] = i;
    }
    od_rng_init(&rng, plan->seed, SIDES);
    od_rng_shuffle(&rng, order, count);
    for (size_t i = 0; i < count; i++) {
        starts[order[i]] = i % 2 == 0;
    }
    free(order);
}

size_t od_ab_first(bool start, int64_t rep, size_t pass)
{
    bool odd = (((uint64_t)rep + pass) & 1U) != 0;
    return start == odd ? 0 : 1;
}

int64_t od_warm_count(const struct od_plan *plan, const struct od_cell *cell)
{
    return plan->paper ? 0 : plan->warmup * cell->concurrency;
}

static int64_t pass(const struct od_plan *plan)
{
    return (int64_t)od_dataset_count(plan->dataset) * plan->iterations;
}

/* Whether chance decides how many requests fall into a block. */
static bool drawn(const struct od_plan *plan)
{
    return plan->pace.arrival.kind == OD_ARRIVAL_POISSON && plan->pace.duration_ns > 0;
}

/* The plan has read the file, and lends its times. */
static int cut_trace(const struct od_trace *trace, int64_t count, int64_t duration_ns,
                     struct od_schedule *out, struct od_err *err)
{
    size_t left = trace->count;
    *out = (struct od_schedule){.rate_per_s = (double)NAN};
    left = count > 0 && (size_t)count < left ? (size_t)count : left;
    while (left > 0 && duration_ns > 0 && trace->at_ns[left - 1] >= duration_ns) {
        left--;
    }
    if (left == 0) {
        return od_fail(err, OD_EINPUT, "no request of the trace falls into %g s",
                       (double)duration_ns / 1e9);
    }
    out->count = left;
    out->offset_ns = trace->at_ns;
    out->borrowed = true;
    return 0;
}

int od_main_schedule(const struct od_plan *plan, const struct od_cell *cell, size_t index,
                     int64_t rep, struct od_schedule *out, struct od_err *err)
{
    const struct od_pace *pace = &plan->pace;
    int64_t count = cell->count > 0 ? cell->count : pace->count;
    int64_t duration_ns = cell->count > 0 ? 0 : pace->duration_ns;
    if (pace->arrival.kind == OD_ARRIVAL_TRACE) {
        return cut_trace(&pace->trace, count, duration_ns, out, err);
    }
    if (count == 0 && duration_ns == 0) {
        count = pass(plan);
    }
    struct od_schedule_ask ask = {.arrival = &pace->arrival,
                                  .rate_per_s = cell->rate_per_s,
                                  .count = (size_t)count,
                                  .duration_ns = duration_ns,
                                  .seed = plan->seed,
                                  .stream = SCHEDULES + ((uint64_t)rep << 24U) + index};
    struct od_err own = {0};
    if (od_schedule_make(&ask, out, &own) == 0 ||
        (drawn(plan) && own.code == OD_EINPUT)) {
        return 0; /* chance may leave a short block empty */
    }
    return od_fail(err, own.code, "%s", own.msg);
}

static int scheduled_count(const struct od_plan *plan, const struct od_cell *cell,
                           size_t index, int64_t rep, int64_t *out, struct od_err *err)
{
    struct od_schedule schedule = {0};
    if (od_main_schedule(plan, cell, index, rep, &schedule, err) != 0) {
        return -1;
    }
    *out = (int64_t)schedule.count;
    od_schedule_release(&schedule);
    return 0;
}

int od_main_count(const struct od_plan *plan, const struct od_cell *cell, size_t index,
                  int64_t rep, int64_t *out, struct od_err *err)
{
    const struct od_pace *pace = &plan->pace;
    if (cell->count > 0) {
        *out = cell->count;
    } else if (od_pace_open(pace) &&
               (pace->duration_ns > 0 || pace->arrival.kind == OD_ARRIVAL_TRACE)) {
        return scheduled_count(plan, cell, index, rep, out, err);
    } else if (pace->count > 0) {
        *out = pace->count;
    } else {
        *out = pace->duration_ns > 0 ? -1 : pass(plan);
    }
    return 0;
}

bool od_plan_size_known(const struct od_plan *plan)
{
    bool timed = plan->pace.duration_ns > 0 && !od_pace_open(&plan->pace);
    return !timed && !plan->goals.search;
}

int64_t od_plan_requests(const struct od_plan *plan, const struct od_cell *cells,
                         size_t count)
{
    /* All repetitions are alike unless chance decides. */
    int64_t looked = drawn(plan) ? plan->repetitions : 1;
    int64_t sum = od_plan_size_known(plan) ? 0 : -1;
    for (size_t i = 0; i < count && sum >= 0; i++) {
        for (int64_t rep = 1; rep <= looked && sum >= 0 && !cells[i].skipped; rep++) {
            int64_t rows = 0;
            bool known = od_main_count(plan, &cells[i], i, rep, &rows, NULL) == 0;
            rows += od_warm_count(plan, &cells[i]);
            sum = known ? sum + plan->repetitions / looked * rows : -1;
        }
    }
    return sum;
}

int od_numbers_init(struct od_numbers *numbers, const struct od_plan *plan,
                    const struct od_cell *cells, size_t cell_count, struct od_err *err)
{
    *numbers =
        (struct od_numbers){.plan = plan, .cells = cells, .cell_count = cell_count};
    if (!od_plan_size_known(plan)) {
        return od_fail(err, OD_EINPUT, "the size of this run is not known ahead");
    }
    numbers->first = od_xcalloc(cell_count, sizeof *numbers->first);
    return 0;
}

static int64_t end_of(const struct od_numbers *numbers, int64_t rep)
{
    return rep == 0 ? 0 : numbers->ends[rep - 1];
}

/* Fills first for a repetition whose predecessors' ends are known. */
static int number_cells(struct od_numbers *n, int64_t rep, struct od_err *err)
{
    int64_t next = end_of(n, rep - 1) + 1;
    n->rep = 0;
    for (size_t i = 0; i < n->cell_count; i++) {
        int64_t rows = 0;
        if (od_main_count(n->plan, &n->cells[i], i, rep, &rows, err) != 0) {
            return -1;
        }
        n->first[i] = next;
        next += od_warm_count(n->plan, &n->cells[i]) + rows;
    }
    n->rep = rep;
    if (n->end_count < (size_t)rep) {
        n->ends = od_xgrow(n->ends, n->end_count, &n->end_capacity, sizeof *n->ends);
        n->ends[n->end_count++] = next - 1;
    }
    return 0;
}

int od_numbers_first(struct od_numbers *numbers, int64_t rep, size_t cell, int64_t *out,
                     struct od_err *err)
{
    assert(rep >= 1 && cell < numbers->cell_count);
    /* Where all repetitions are alike, the first tells of all. */
    int64_t wanted = drawn(numbers->plan) ? rep : 1;
    for (int64_t r = (int64_t)numbers->end_count + 1; r < wanted; r++) {
        if (number_cells(numbers, r, err) != 0) {
            return -1;
        }
    }
    if (numbers->rep != wanted && number_cells(numbers, wanted, err) != 0) {
        return -1;
    }
    *out = numbers->first[cell] + (rep - wanted) * numbers->ends[0];
    return 0;
}

int od_numbers_beyond(struct od_numbers *numbers, int64_t *out, struct od_err *err)
{
    int64_t most = numbers->plan->goals.max_repetitions;
    int64_t reps = most > numbers->plan->repetitions ? most : numbers->plan->repetitions;
    return od_numbers_first(numbers, reps + 1, 0, out, err);
}

void od_numbers_release(struct od_numbers *numbers)
{
    free(numbers->first);
    free(numbers->ends);
    *numbers = (struct od_numbers){0};
}
