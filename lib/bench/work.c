/* What a worker does in a block: warm up, meet the others, take tickets and send. */
#include "bench/work.h"

#include "base/clock.h"
#include "base/linux.h"
#include "bench/numbers.h"
#include "bench/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SLICE_NS INT64_C(50000000)
/* An open loop begins so much after the last worker is warm, and more for each worker:
 * time for all of them to wake. */
#define HEAD_START_NS INT64_C(2000000)
#define WAKE_NS       INT64_C(20000)

/* Which request a slot stands for, or which pair of requests. */
struct item {
    size_t image;
    size_t index;   /* in its phase */
    size_t pass;    /* over the images */
    unsigned sides; /* it goes to: bits of 1 << side */
    bool main;      /* phase, for slot and journal */
    bool warmup;    /* as the row says */
};

static unsigned all_sides(const struct od_work *w)
{
    return (1U << w->block->side_count) - 1U;
}

static struct item warm_item(const struct od_work *w, size_t index)
{
    return (struct item){.image = w->order[index % w->image_count],
                         .index = index,
                         .pass = index / w->image_count,
                         .sides = all_sides(w),
                         .warmup = true};
}

static struct item main_item(const struct od_work *w, size_t slot)
{
    const struct od_block *block = w->block;
    size_t iterations = (size_t)w->plan->iterations;
    size_t index = block->todo != NULL ? block->todo[slot] : slot;
    size_t place = index / iterations;
    return (struct item){.image = w->order[place % w->image_count],
                         .index = index,
                         .pass = place / w->image_count,
                         .sides =
                             block->todo != NULL ? block->todo_sides[slot] : all_sides(w),
                         .main = true,
                         .warmup = w->plan->paper && index % iterations == 0};
}

static int64_t seq_of(const struct od_work *w, const struct item *item, size_t side)
{
    const struct od_block_side *s = &w->block->sides[side];
    int64_t index = (int64_t)item->index;
    return item->main ? s->main_seq + index * w->block->seq_step : s->warm_seq + index;
}

/* A request to one side, through all its attempts. */
struct sending {
    struct od_work *w;
    const struct item *item;
    const struct od_prepared *prepared;
    size_t side;
    int worker;
};

static struct od_seat *seat_of(const struct sending *s)
{
    return &s->w->sides[s->side].seats[s->worker];
}

bool od_work_must_stop(const struct od_work *w)
{
    return atomic_load(&w->tally->no_output) || od_tally_failed(w->tally);
}

/* Between the attempts of a request. False when the block was stopped meanwhile. */
static bool pause_for_retry(struct od_work *w)
{
    int64_t until = od_now_ns() + w->plan->pace.retry_delay_ns;
    int64_t now = od_now_ns();
    while (now < until && !od_load_stopped(&w->load) && !od_work_must_stop(w)) {
        od_sleep_until_ns(until - now > SLICE_NS ? now + SLICE_NS : until);
        now = od_now_ns();
    }
    return !od_load_stopped(&w->load) && !od_work_must_stop(w);
}

/* After the clock, a row that counts. */
static void count_good(const struct sending *s, const struct od_record *record)
{
    struct od_work *w = s->w;
    const struct od_run *run = w->block->run;
    const struct od_work_side *side = &w->sides[s->side];
    /* Not of the warm-up, in which all connections send at once. */
    if (w->cell->step && record->response_ns >= w->plan->goals.slo.limit_ns) {
        atomic_fetch_add(&w->over, 1);
    }
    od_found_add(&seat_of(s)->found, record);
    od_journal_add(side->journal, &seat_of(s)->place, record->service_ns,
                   record->response_ns);
    if (run->verify != NULL) {
        size_t cell = w->cell->step ? w->cell->base : w->block->sides[s->side].cell;
        od_verify_add(run->verify, cell, s->item->image, record->result_hash);
    }
    od_pulse_add(&w->pulse, record->service_ns);
}

/* After the clock. last: no further attempt of this request follows. */
static void count(const struct sending *s, const struct od_record *record, bool last)
{
    struct od_seat *seat = seat_of(s);
    bool ok = strcmp(record->status, "ok") == 0;
    bool cut = strcmp(record->phase, "drain") == 0;
    if (record->weights != NULL) {
        (void)snprintf(seat->weights, sizeof seat->weights, "%s", record->weights);
    }
    if (od_record_counts(record)) {
        count_good(s, record);
    } else if (last && !ok && !cut) {
        seat->failed += !s->item->warmup;
        atomic_fetch_add(&s->w->tally->failed, 1);
    }
    if (s->item->main && record->attempt == 1) {
        seat->sent++;
        seat->last_due_ns = record->sched_ns;
        seat->last_sent_ns =
            record->send_ns != OD_NONE ? record->send_ns : seat->last_due_ns;
    }
    if (s->item->main && record->end_ns != OD_NONE) {
        seat->last_end_ns = record->end_ns;
    }
    atomic_fetch_add(&s->w->tally->done, 1);
}

/* A request of an open loop and its time. */
struct due {
    struct od_load *load;
    int64_t sched_ns;
};

static bool wait_for_slot(void *arg, int64_t until_ns)
{
    const struct due *due = arg;
    return od_load_await(due->load, until_ns, until_ns == due->sched_ns);
}

/* One attempt, and its row. True when another one follows. */
static bool attempt_once(const struct sending *s, const struct od_attempt *attempt,
                         struct od_record *record)
{
    struct od_work *w = s->w;
    struct od_answer answer;
    char id[96];
    od_answer_init(&answer);
    if (w->plan->send_id) {
        (void)snprintf(id, sizeof id, "%s-%" PRId64, attempt->run_id, attempt->seq);
    }
    od_seat_exchange(seat_of(s), attempt, s->prepared, w->plan->send_id ? id : NULL,
                     record, &answer);
    if (attempt->start != NULL && attempt->start->missed) {
        od_answer_release(&answer);
        return false;
    }
    if (od_writer_put(w->block->run->writer, s->worker, record, answer.images) != 0) {
        atomic_store(&w->tally->no_output, true);
    }
    od_answer_release(&answer);
    bool again = attempt->number <= w->plan->pace.retries &&
                 od_seat_again(w->cell->protocol->transport, record) &&
                 pause_for_retry(w);
    count(s, record, !again);
    return again;
}

static void send_to_side(const struct sending *s, const struct od_slot *slot)
{
    struct od_work *w = s->w;
    const struct od_run *run = w->block->run;
    const struct item *item = s->item;
    struct od_attempt attempt = {.plan = w->plan,
                                 .cell = w->sides[s->side].cell,
                                 .sample = od_dataset_at(w->plan->dataset, item->image),
                                 .run_id = run->run_id,
                                 .rep = w->block->rep,
                                 .seq = seq_of(w, item, s->side),
                                 .pair =
                                     w->block->side_count > 1 ? seq_of(w, item, 0) : 0,
                                 .number = 1,
                                 .warmup = item->warmup,
                                 .rate_per_s = slot->rate_per_s,
                                 .start_ns = run->start_ns,
                                 .start_unix_ns = run->start_unix_ns,
                                 .sched_ns = slot->sched_ns};
    struct due due = {&w->load, slot->sched_ns};
    struct od_start start = {.at_ns = slot->sched_ns,
                             .before_ns = slot->before_ns,
                             .wait = wait_for_slot,
                             .arg = &due};
    attempt.start = w->open && item->main ? &start : NULL;
    struct od_record record;
    od_fill_attempt(&record, &attempt);
    while (attempt_once(s, &attempt, &record)) {
        attempt.number++;
        attempt.start = NULL;
        od_fill_attempt(&record, &attempt);
    }
}

/* A pair that was begun is ended, even when the block is stopped meanwhile. */
static void request(struct od_work *w, int worker, const struct item *item,
                    const struct od_slot *slot)
{
    const struct od_prepared *prepared = od_store_get(w->store, item->image);
    struct od_prepared own = {0};
    struct od_slot now = *slot;
    if (prepared == NULL) {
        od_prepare(w->plan, w->cell, od_dataset_at(w->plan->dataset, item->image), &own);
        prepared = &own;
        now.sched_ns = w->open && item->main ? now.sched_ns : od_now_ns();
    }
    size_t side = w->starts != NULL
                      ? od_ab_first(w->starts[item->image], w->block->rep, item->pass)
                      : 0;
    for (size_t i = 0; i < w->block->side_count && !atomic_load(&w->tally->no_output);
         i++) {
        struct sending s = {w, item, prepared, side, worker};
        if ((item->sides >> side & 1U) != 0) {
            now.sched_ns = i == 0 ? now.sched_ns : od_now_ns();
            send_to_side(&s, &now);
        }
        side = 1 - side;
    }
    od_prepared_release(&own);
}

/* In the worker, so that an interrupt ends it and all connect at once. */
static void warm_up(struct od_work *w, int worker)
{
    size_t each = w->warm_count / (size_t)w->cell->concurrency;
    for (size_t s = 0;
         s < w->block->side_count && !w->plan->fresh && !od_load_stopped(&w->load); s++) {
        /* A failure shows again in the first exchange, which makes a row of it. */
        (void)!od_conn_connect(w->sides[s].seats[worker].conn, w->plan->timeout_ns, NULL);
    }
    for (size_t s = 0; s < w->block->side_count; s++) {
        od_counting_mark(w->sides[s].seats[worker].counting);
    }
    /* Not by ticket: every connection gets its share, however slow it starts. */
    for (size_t i = 0; i < each && !od_work_must_stop(w) && !od_load_stopped(&w->load);
         i++) {
        struct item item = warm_item(w, (size_t)worker * each + i);
        struct od_slot slot = {.sched_ns = od_now_ns(),
                               .rate_per_s = w->cell->rate_per_s};
        request(w, worker, &item, &slot);
    }
}

/* The last worker that is warm starts the clock of all. */
static void begin_together(struct od_work *w, struct od_workers *workers)
{
    if (atomic_fetch_sub(&w->warming, 1) == 1 && !od_load_stopped(&w->load)) {
        for (size_t s = 0; s < w->block->side_count; s++) {
            od_counting_mark(w->sides[s].counting);
        }
        od_machine_read(&w->before);
        int64_t ahead = HEAD_START_NS + WAKE_NS * w->cell->concurrency;
        int64_t begin = od_now_ns() + (w->open ? ahead : 0);
        od_load_start(&w->load, begin,
                      w->cell->count > 0 ? 0 : w->plan->pace.duration_ns);
        atomic_store(&w->begin_ns, begin);
    }
    od_workers_meet(workers);
}

/* The last worker to end: the main thread watches over it, so that a server which hangs
 * holds up no interrupt. */
static void end_together(struct od_work *w)
{
    if (atomic_fetch_sub(&w->working, 1) != 1 || atomic_load(&w->begin_ns) == 0) {
        return;
    }
    for (size_t s = 0; s < w->block->side_count; s++) {
        struct od_work_side *side = &w->sides[s];
        int64_t sent = 0;
        for (int i = 0; i < w->cell->concurrency; i++) {
            sent += side->seats[i].sent;
        }
        od_server_facts_init(&side->server);
        (void)od_counting_between(side->counting, sent, &side->server);
    }
}

void od_work_seat(struct od_workers *workers, int worker, void *arg)
{
    struct od_work *w = arg;
    const struct od_pace *pace = &w->plan->pace;
    if (pace->cpu_count > 0) {
        /* That it may be used was checked with the options; if that has changed since,
         * the worker runs where it can. */
        (void)!od_thread_pin(pace->cpus[(size_t)worker % pace->cpu_count], NULL);
    }
    warm_up(w, worker);
    begin_together(w, workers);
    struct od_slot slot;
    while (!od_work_must_stop(w) && od_ticket_next(&w->load, &slot)) {
        struct item item = main_item(w, slot.index);
        request(w, worker, &item, &slot);
    }
    end_together(w);
}
