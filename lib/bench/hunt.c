/* The search for the highest rate that keeps an objective. */
#include "bench/course.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define FIRST_PER_S 100.0
#define LEAST_PER_S 0.01
#define MOST_PER_S  1e6
#define PRECISION   0.05
#define STEP_S      5.0
/* A step may lose as many as an objective allows to fail, and still has its samples. */
#define SPARE 1.02
/* Requests in flight on average, at most, of which each counts as being alone. */
#define ALONE 0.1

static int64_t step_count(const struct od_plan *plan, double rate_per_s)
{
    int64_t duration_ns = plan->pace.duration_ns;
    double step_s = duration_ns > 0 ? (double)duration_ns / 1e9 : STEP_S;
    double needs = (double)od_slo_needs(&plan->goals.slo) * SPARE;
    double most = fmax(fmax(rate_per_s * step_s, needs), (double)plan->pace.count);
    return (int64_t)ceil(most);
}

/* od_plan_cells has left room, because rows point to the cells. */
static size_t add_step(struct od_course *course, size_t base, int number,
                       double rate_per_s)
{
    struct od_run *run = course->run;
    struct od_run_result *result = course->result;
    size_t index = run->cell_count++;
    struct od_cell *cell = &run->cells[index];
    char id[sizeof cell->id];
    (void)snprintf(id, sizeof id, "%.8s.s%02d", run->cells[base].id, number % 100);
    *cell = run->cells[base];
    memcpy(cell->id, id, sizeof id);
    cell->rate_per_s = rate_per_s;
    cell->count = step_count(run->plan, rate_per_s);
    cell->step = true;
    cell->base = base;
    od_run_result_add(result, od_pace_open(&run->plan->pace));
    assert(result->cell_count == run->cell_count);
    return index;
}

/* Requests that do not meet each other and still take too long: fewer of them help
 * nothing. */
static bool alone_too_slow(const struct od_plan *plan, double rate_per_s,
                           const struct od_cell_result *result)
{
    if (result->block_count == 0) {
        return false;
    }
    const struct od_block_facts *last = &result->blocks[result->block_count - 1];
    return last->median_ns >= 0 &&
           result->objective.value_ns >= plan->goals.slo.limit_ns &&
           (double)last->median_ns / 1e9 * rate_per_s < ALONE;
}

int od_course_search(struct od_course *course, size_t base, struct od_err *err)
{
    const struct od_plan *plan = course->run->plan;
    struct od_search search;
    double first = plan->pace.rate_count > 0 ? plan->pace.rates[0] : FIRST_PER_S;
    od_search_init(&search, first, fmin(first, LEAST_PER_S), MOST_PER_S, PRECISION);
    while (search.next_per_s > 0 && search.steps < OD_SEARCH_STEPS) {
        size_t step = add_step(course, base, search.steps + 1, search.next_per_s);
        if (od_course_block(course, step, 1, err) != 0) {
            return -1;
        }
        struct od_cell_result *result = &course->result->cells[step];
        result->objective = od_objective_check(&plan->goals.slo, result);
        if (course->result->end != OD_RUN_DONE) {
            return 0;
        }
        double rate_per_s = search.next_per_s;
        od_search_tell(&search, result->objective.verdict == OD_SLO_KEPT);
        if (search.kept_per_s <= 0 && alone_too_slow(plan, rate_per_s, result)) {
            break;
        }
    }
    struct od_cell_result *result = &course->result->cells[base];
    result->kept_per_s = search.kept_per_s;
    result->missed_per_s = search.missed_per_s;
    result->objective.verdict = search.kept_per_s > 0 ? OD_SLO_KEPT : OD_SLO_MISSED;
    return 0;
}
