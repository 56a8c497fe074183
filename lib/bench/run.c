/* A run: blocks in seeded order. */
#include "bench/run.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/rng.h"
#include "bench/course.h"
#include "bench/standing.h"
#include "bench/verify.h"

#include <math.h>
#include <stdlib.h>

/* The cells of one repetition in the order in which their blocks run. */
static void order_cells(const struct od_plan *plan, int64_t rep, size_t *order,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        order[i] = i;
    }
    if (plan->order == OD_ORDER_RANDOM) {
        struct od_rng rng;
        /* Streams from the top of the range: images use the repetition itself. */
        od_rng_init(&rng, plan->seed, UINT64_MAX - (uint64_t)rep);
        od_rng_shuffle(&rng, order, count);
    }
}

static int64_t error_limit(const struct od_plan *plan, int64_t total)
{
    if (plan->max_errors > 0) {
        return plan->max_errors;
    }
    int64_t limit = (int64_t)ceil(plan->max_error_ratio * (double)total);
    return plan->max_error_ratio > 0 && limit < 1 ? 1 : limit;
}

/* What is left of the block for any of its sides. *touched: there are rows of it. */
static int find_todo(struct od_block *block, bool *touched, struct od_err *err)
{
    const struct od_run *run = block->run;
    size_t first = block->sides[0].cell;
    int64_t count = 0;
    /* Sides do not differ in the number of requests. */
    if (od_main_count(run->plan, &run->cells[first], first, block->rep, &count, err) !=
        0) {
        return -1;
    }
    unsigned char *left = od_xcalloc((size_t)count + 1, 1);
    *touched = false;
    for (size_t s = 0; s < block->side_count; s++) {
        struct od_missing missing =
            od_standing_missing(run->standing, block->rep, block->sides[s].cell, count);
        *touched = *touched || missing.touched;
        for (size_t i = 0; i < missing.count; i++) {
            left[missing.todo != NULL ? missing.todo[i] : i] |= (unsigned char)(1U << s);
        }
        free(missing.todo);
    }
    block->todo = od_xcalloc((size_t)count + 1, sizeof *block->todo);
    block->todo_sides = od_xcalloc((size_t)count + 1, 1);
    for (size_t i = 0; i < (size_t)count; i++) {
        if (left[i] != 0) {
            block->todo[block->todo_count] = i;
            block->todo_sides[block->todo_count++] = left[i];
        }
    }
    free(left);
    return 0;
}

/* What stands of the block is left out; *done tells that nothing is left. A block that
 * was begun warms up again, under numbers of its own. */
static int leave_out(struct od_course *course, struct od_block *block, bool *done,
                     struct od_err *err)
{
    const struct od_run *run = course->run;
    int64_t warm = od_warm_count(run->plan, &run->cells[block->sides[0].cell]);
    bool touched = false;
    if (find_todo(block, &touched, err) != 0) {
        return -1;
    }
    *done = touched && block->todo_count == 0;
    for (size_t s = 0; s < block->side_count && touched && !*done; s++) {
        block->sides[s].warm_seq = course->next_seq;
        course->next_seq += warm;
        course->tally.total += warm;
    }
    return 0;
}

/* Numbers of a run whose size is known are those of the plan; else those of the sides
 * of a block take turns. */
static int number(struct od_course *course, struct od_block *block, struct od_err *err)
{
    const struct od_run *run = course->run;
    int64_t warm = od_warm_count(run->plan, &run->cells[block->sides[0].cell]);
    int64_t sides = (int64_t)block->side_count;
    block->seq_step = course->known ? 1 : sides;
    for (int64_t s = 0; s < sides; s++) {
        struct od_block_side *side = &block->sides[s];
        side->warm_seq = course->next_seq + s * warm;
        side->main_seq = course->next_seq + sides * warm + s;
        if (course->known) {
            if (od_numbers_first(&course->numbers, block->rep, side->cell,
                                 &side->warm_seq, err) != 0) {
                return -1;
            }
            side->main_seq = side->warm_seq + warm;
        }
    }
    return 0;
}

/* Behind what was due. */
static int64_t number_after(const struct od_course *course, const struct od_block *block)
{
    int64_t due = 0;
    for (size_t s = 0; s < block->side_count; s++) {
        const struct od_cell_result *r = &course->result->cells[block->sides[s].cell];
        int64_t last = r->block_count > 0 ? r->blocks[r->block_count - 1].planned : 0;
        due = last > due ? last : due;
    }
    return block->sides[0].main_seq + due * block->seq_step;
}

int od_course_block(struct od_course *course, size_t cell, int64_t rep,
                    struct od_err *err)
{
    const struct od_run *run = course->run;
    struct od_block block = {.run = run,
                             .rep = rep,
                             .sides = {{.cell = cell}, {.cell = run->cells[cell].twin}},
                             .side_count = run->plan->ab ? 2 : 1};
    bool done = false;
    if (number(course, &block, err) != 0) {
        return -1;
    }
    int rc = run->standing != NULL ? leave_out(course, &block, &done, err) : 0;
    if (rc == 0 && !done) {
        od_left_begin(&course->tally.left, cell, od_now_ns());
        rc = od_block_run(&block, &course->tally, course->result, err);
        od_left_end(&course->tally.left, od_now_ns());
    }
    if (done) {
        od_left_skip(&course->tally.left, cell);
    }
    free(block.todo);
    free(block.todo_sides);
    if (rc == 0 && !course->known) {
        course->next_seq = number_after(course, &block);
    }
    return rc;
}

/* Whether a cell, with its twin, needs no repetition beyond those of the plan. */
static bool enough(const struct od_course *course, int64_t rep, size_t cell)
{
    const struct od_run *run = course->run;
    const struct od_goals *goals = &run->plan->goals;
    size_t cells[OD_BLOCK_SIDES] = {cell, run->cells[cell].twin};
    bool met = true;
    for (size_t s = 0; s < (run->plan->ab ? 2 : 1); s++) {
        met = met && !od_standing_begun(run->standing, rep, cells[s]) &&
              od_goals_met(goals, &course->result->cells[cells[s]]);
    }
    return met;
}

/* The blocks of one repetition: of all cells, or of those that need more. *ran tells
 * whether there were any. */
static int run_repetition(struct od_course *course, int64_t rep, bool *ran,
                          struct od_err *err)
{
    struct od_run *run = course->run;
    size_t count = run->cell_count;
    size_t *order = od_xcalloc(count, sizeof *order);
    int rc = 0;
    order_cells(run->plan, rep, order, count);
    *ran = false;
    for (size_t i = 0; i < count && rc == 0 && course->result->end == OD_RUN_DONE; i++) {
        size_t cell = order[i];
        bool extra = rep > run->plan->repetitions;
        if (!run->cells[cell].skipped && run->cells[cell].side == 0 &&
            !(extra && enough(course, rep, cell))) {
            *ran = true;
            rc = od_course_block(course, cell, rep, err);
        }
    }
    free(order);
    return rc;
}

static int run_all(struct od_course *course, struct od_err *err)
{
    const struct od_plan *plan = course->run->plan;
    bool ran = true;
    int rc = 0;
    size_t searched = plan->goals.search ? course->run->cell_count : 0;
    for (size_t i = 0; i < searched && rc == 0 && course->result->end == OD_RUN_DONE;
         i++) {
        if (!course->run->cells[i].skipped) {
            rc = od_course_search(course, i, err);
        }
    }
    int64_t last = plan->goals.search ? 0
                   : plan->goals.max_repetitions > plan->repetitions
                       ? plan->goals.max_repetitions
                       : plan->repetitions;
    for (int64_t rep = 1;
         rep <= last && rc == 0 && ran && course->result->end == OD_RUN_DONE; rep++) {
        rc = run_repetition(course, rep, &ran, err);
    }
    return rc;
}

static void check_objectives(const struct od_run *run, struct od_run_result *result)
{
    const struct od_goals *goals = &run->plan->goals;
    for (size_t i = 0; i < result->cell_count && goals->has_slo && !goals->search; i++) {
        if (!run->cells[i].skipped) {
            result->cells[i].objective =
                od_objective_check(&goals->slo, &result->cells[i]);
        }
    }
}

static void check_answers(const struct od_run *run, struct od_run_result *result)
{
    for (size_t i = 0; i < run->cell_count && run->verify != NULL; i++) {
        if (!run->cells[i].step) {
            result->cells[i].differing = od_verify_differing(run->verify, i);
        }
    }
}

/* What was measured before the run was interrupted. */
static void take_standing(struct od_course *course)
{
    struct od_standing *standing = course->run->standing;
    struct od_run_result *result = course->result;
    for (size_t i = 0; i < result->cell_count; i++) {
        od_cell_result_release(&result->cells[i]);
        result->cells[i] = standing->results[i];
        standing->results[i] = (struct od_cell_result){0};
    }
    course->next_seq = standing->next_seq;
    atomic_store(&course->tally.done, standing->rows);
    atomic_store(&course->tally.failed, standing->failed);
    atomic_store(&course->tally.ids.last, standing->last_conn_id);
}

int od_run_blocks(struct od_run *run, struct od_run_result *result, struct od_err *err)
{
    struct od_course course = {.run = run,
                               .result = result,
                               .known = od_plan_size_known(run->plan),
                               .next_seq = 1};
    *result = (struct od_run_result){.end = OD_RUN_DONE};
    for (size_t i = 0; i < run->cell_count; i++) {
        od_run_result_add(result, od_pace_open(&run->plan->pace));
    }
    int64_t total = od_plan_requests(run->plan, run->cells, run->cell_count);
    course.tally.total = total > 0 ? total : 0;
    course.tally.max_failed = error_limit(run->plan, course.tally.total);
    atomic_init(&course.tally.done, 0);
    atomic_init(&course.tally.failed, 0);
    atomic_init(&course.tally.no_output, false);
    atomic_init(&course.tally.ids.last, 0);
    od_left_init(&course.tally.left, run);
    int rc = 0;
    if (course.known) {
        rc =
            od_numbers_init(&course.numbers, run->plan, run->cells, run->cell_count, err);
    }
    if (rc == 0 && run->standing != NULL) {
        take_standing(&course);
        result->end = od_tally_failed(&course.tally) ? OD_RUN_MAX_ERRORS : OD_RUN_DONE;
    }
    if (rc == 0) {
        rc = run_all(&course, err);
    }
    check_objectives(run, result);
    for (size_t i = 0; i < result->cell_count; i++) {
        result->cells[i].floor_raw_ns = run->cells[i].floor_raw_ns;
        result->cells[i].floor_client_ns = run->cells[i].floor_client_ns;
    }
    check_answers(run, result);
    result->rows = atomic_load(&course.tally.done);
    result->failed = atomic_load(&course.tally.failed);
    od_numbers_release(&course.numbers);
    od_left_release(&course.tally.left);
    return rc;
}

void od_run_result_add(struct od_run_result *result, bool open)
{
    result->cells =
        od_xrealloc(result->cells, result->cell_count + 1, sizeof *result->cells);
    result->cells[result->cell_count++] = (struct od_cell_result){
        .samples = {.open = open}, .floor_raw_ns = -1, .floor_client_ns = -1};
}

bool od_run_missed(const struct od_run *run, const struct od_run_result *result)
{
    for (size_t i = 0; i < result->cell_count; i++) {
        const struct od_cell_result *cell = &result->cells[i];
        bool missed = cell->objective.verdict == OD_SLO_MISSED;
        if (cell->differing > 0 || (missed && !run->cells[i].step)) {
            return true;
        }
    }
    return false;
}

void od_run_result_release(struct od_run_result *result)
{
    for (size_t i = 0; i < result->cell_count; i++) {
        od_cell_result_release(&result->cells[i]);
    }
    for (size_t i = 0; i < result->validity_count; i++) {
        od_cell_validity_release(&result->validity[i]);
    }
    free(result->cells);
    free(result->validity);
    *result = (struct od_run_result){0};
}
