/* One cell in one repetition, or two by turns. */
#include "bench/block.h"

#include "base/alloc.h"
#include "bench/numbers.h"
#include "bench/work.h"

#include <stdlib.h>
#include <string.h>

#define SPIN_NS INT64_C(60000)

bool od_tally_failed(const struct od_tally *tally)
{
    return tally->max_failed > 0 && atomic_load(&tally->failed) >= tally->max_failed;
}

/* What is left of a block keeps the gaps of the whole, without those before its first.
 * In place: what is written over has been read, as todo ascends. */
static void leave_out_done(struct od_work *w)
{
    const struct od_block *b = w->block;
    struct od_schedule *s = &w->schedule;
    int64_t begin_ns = od_schedule_at(s, b->todo[0]);
    int64_t *offset_ns = s->offset_ns;
    if (offset_ns == NULL || s->borrowed) {
        offset_ns = od_xcalloc(b->todo_count + 1, sizeof *offset_ns);
    }
    for (size_t i = 0; i < b->todo_count; i++) {
        offset_ns[i] = od_schedule_at(s, b->todo[i]) - begin_ns;
        if (s->rates != NULL) {
            s->rates[i] = s->rates[b->todo[i]];
        }
    }
    s->offset_ns = offset_ns;
    s->borrowed = false;
    s->count = b->todo_count;
}

static int init_load(struct od_work *w, struct od_err *err)
{
    const struct od_block *b = w->block;
    int64_t rows = 0;
    if (w->open) {
        if (od_main_schedule(w->plan, w->cell, b->sides[0].cell, b->rep, &w->schedule,
                             err) != 0) {
            return -1;
        }
        if (b->todo != NULL) {
            leave_out_done(w);
        }
        od_load_init_open(&w->load, &w->schedule);
    } else if (od_main_count(w->plan, w->cell, b->sides[0].cell, b->rep, &rows, err) !=
               0) {
        return -1;
    } else {
        od_load_init(&w->load, b->todo != NULL ? b->todo_count
                               : rows < 0      ? SIZE_MAX
                                               : (size_t)rows);
    }
    w->load.spin_ns = w->plan->pace.precise ? SPIN_NS : 0;
    return 0;
}

static int open_seats(struct od_work *w, struct od_err *err)
{
    for (size_t s = 0; s < w->block->side_count; s++) {
        struct od_endpoint endpoint = od_plan_endpoint(w->plan, w->sides[s].cell);
        endpoint.ids = &w->tally->ids;
        for (int i = 0; i < w->cell->concurrency; i++) {
            int cpu = 0;
            endpoint.keep_warm = od_plan_keep_warm(w->plan, w->sides[s].cell, i, &cpu);
            endpoint.keep_warm.use = &w->tally->uses[cpu % OD_BLOCK_CPUS];
            if (od_seat_open(&w->sides[s].seats[i], &endpoint, err) != 0) {
                return -1;
            }
        }
        /* One request at a time: each one's own times. More: their mean. */
        bool each = w->cell->concurrency == 1 && !w->open;
        if (od_counting_open(w->plan, w->sides[s].cell,
                             each ? &w->sides[s].seats[0].counting
                                  : &w->sides[s].counting,
                             err) != 0) {
            return -1;
        }
    }
    return 0;
}

/* Requests that were due before the block ended. */
static int64_t due_count(const struct od_work *w, int64_t begin, int64_t sent)
{
    if (!w->open) {
        return sent;
    }
    size_t due = w->schedule.count;
    while (w->stopped_ns != 0 && due > 0 &&
           begin + od_schedule_at(&w->schedule, due - 1) > w->stopped_ns) {
        due--;
    }
    return (int64_t)due;
}

/* What the block was for a side, without its latencies. */
static void sum_up(struct od_work *w, const struct od_work_side *side,
                   struct od_cell_result *result, struct od_block_facts *facts)
{
    int64_t begin = atomic_load(&w->begin_ns);
    *facts =
        (struct od_block_facts){.rep = w->block->rep,
                                .begin_ns = begin - w->block->run->start_ns,
                                .end_ns = -1,
                                .last_due_ns = -1,
                                .last_sent_ns = -1,
                                .machine = od_machine_compare(&w->before, &w->after)};
    for (int i = 0; i < w->cell->concurrency; i++) {
        const struct od_seat *seat = &side->seats[i];
        facts->sent += seat->sent;
        result->failed += seat->failed;
        result->found.boxed += seat->found.boxed;
        result->found.empty += seat->found.empty;
        facts->end_ns =
            seat->last_end_ns > facts->end_ns ? seat->last_end_ns : facts->end_ns;
        if (w->open && seat->last_due_ns > facts->last_due_ns) {
            facts->last_due_ns = seat->last_due_ns;
            facts->last_sent_ns = seat->last_sent_ns;
        }
    }
    facts->server = side->server;
    facts->end_ns = facts->end_ns < 0 ? facts->begin_ns : facts->end_ns;
    facts->planned = due_count(w, begin, facts->sent);
    result->unsent += facts->planned - facts->sent;
}

static void keep(struct od_work *w, const struct od_work_side *side,
                 struct od_cell_result *result)
{
    for (int i = 0; i < w->cell->concurrency; i++) {
        if (side->seats[i].weights[0] != '\0') {
            memcpy(result->weights, side->seats[i].weights, sizeof result->weights);
        }
    }
    if (atomic_load(&w->begin_ns) != 0) {
        struct od_block_facts facts;
        struct od_samples samples = {.open = w->open};
        sum_up(w, side, result, &facts);
        od_journal_drain(side->journal, &samples);
        od_block_facts_latencies(&facts, &samples);
        od_samples_move(&samples, &result->samples);
        od_cell_result_block(result, &facts);
    }
}

static int run(struct od_work *w, enum od_run_end *end, struct od_err *err)
{
    struct od_workers *workers = NULL;
    if (init_load(w, err) != 0 || open_seats(w, err) != 0) {
        return -1;
    }
    if (*w->block->run->interrupted != 0) {
        od_load_stop(&w->load);
    }
    if (od_workers_start(w->cell->concurrency, od_work_seat, w, &workers, err) != 0) {
        return -1;
    }
    bool interrupted = od_work_watch(w, workers);
    od_workers_join(workers);
    *end = atomic_load(&w->tally->no_output) ? OD_RUN_NO_OUTPUT
           : interrupted                     ? OD_RUN_INTERRUPTED
           : od_tally_failed(w->tally)       ? OD_RUN_MAX_ERRORS
                                             : OD_RUN_DONE;
    return 0;
}

static void open_sides(struct od_work *w)
{
    const struct od_block *block = w->block;
    for (size_t s = 0; s < block->side_count; s++) {
        struct od_work_side *side = &w->sides[s];
        side->cell = &block->run->cells[block->sides[s].cell];
        side->seats = od_xcalloc((size_t)side->cell->concurrency, sizeof *side->seats);
        side->journal = od_journal_new(w->open);
    }
    if (block->side_count > 1) {
        w->starts = od_xcalloc(w->image_count + 1, sizeof *w->starts);
        od_ab_starts(w->plan, w->starts);
    }
}

static void release(struct od_work *w)
{
    for (size_t s = 0; s < w->block->side_count; s++) {
        for (int i = 0; i < w->cell->concurrency; i++) {
            od_seat_close(&w->sides[s].seats[i]);
        }
        free(w->sides[s].seats);
        od_counting_close(w->sides[s].counting);
        od_journal_free(w->sides[s].journal);
    }
    od_store_free(w->store);
    od_schedule_release(&w->schedule);
    free(w->order);
    free(w->starts);
}

int od_block_run(const struct od_block *block, struct od_tally *tally,
                 struct od_run_result *result, struct od_err *err)
{
    const struct od_plan *plan = block->run->plan;
    struct od_work w = {.block = block,
                        .plan = plan,
                        .cell = &block->run->cells[block->sides[0].cell],
                        .tally = tally,
                        .image_count = od_dataset_count(plan->dataset),
                        .open = od_pace_open(&plan->pace)};
    open_sides(&w);
    w.warm_count = (size_t)od_warm_count(plan, w.cell);
    atomic_init(&w.warming, w.cell->concurrency);
    atomic_init(&w.working, w.cell->concurrency);
    atomic_init(&w.begin_ns, 0);
    atomic_init(&w.over, 0);
    w.order = od_xcalloc(w.image_count + 1, sizeof *w.order);
    od_image_order(plan, block->rep, w.order);
    /* Requests do not depend on the target: one store is enough for all sides. */
    w.store = od_store_new(plan, w.cell, block->run->interrupted);
    int rc = run(&w, &result->end, err);
    od_machine_read(&w.after);
    for (size_t s = 0; s < block->side_count && rc == 0; s++) {
        keep(&w, &w.sides[s], &result->cells[block->sides[s].cell]);
    }
    release(&w);
    return rc;
}
